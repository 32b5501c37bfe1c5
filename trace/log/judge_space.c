/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests on constants of the Realm, for one of the values that they may have: tests.def */
#include "trace/log/rule.h"

static bool protected(const struct log_view *view, uint64_t ipa)
{
	return ipa >> (view->geometry.width - 1) == 0;
}

static bool in_space(const struct log_view *view, uint64_t ipa)
{
	return ipa >> view->geometry.width == 0;
}

/* A number that is no level makes no claim on the alignment: its own rule has failed. */
static enum log_judgement aligned(uint64_t ipa, int64_t level)
{
	if (level < -1 || level > 3)
		return LOG_HOLDS;
	return log_holds_if((ipa & (log_entry_size(level) - 1)) == 0);
}

static enum log_judgement judge_address(const struct log_view *view, const struct log_rule *rule)
{
	const uint64_t a = log_x(view, rule->a), b = rule->b ? log_x(view, rule->b) : 0;

	switch (rule->test) {
	case LOG_TEST_IN_SPACE:
		return log_holds_if(in_space(view, a));
	case LOG_TEST_PROTECTED:
		return log_holds_if(protected(view, a));
	case LOG_TEST_UNPROTECTED:
		return log_holds_if(in_space(view, a) && !protected(view, a));
	case LOG_TEST_RANGE_PROTECTED:
		return log_holds_if(protected(view, a) && b && protected(view, b - 1));
	case LOG_TEST_ALIGNED_TO:
		return aligned(a, (int64_t)b);
	case LOG_TEST_ALIGNED_ABOVE:
		return aligned(a, (int64_t)(b - 1));
	case LOG_TEST_ALIGNED_START:
		return aligned(a, view->geometry.start);
	default:
		return LOG_EITHER;
	}
}

enum log_judgement log_judge_space(const struct log_view *view, const struct log_rule *rule,
				   struct log_because *because)
{
	const uint64_t a = rule->a ? log_x(view, rule->a) : 0;
	const int64_t level = (int64_t)a, start = view->geometry.start;

	if (view->realm && view->realm->realm) {
		log_because_add(because, view->realm->realm->geometry_line);
		log_because_add(because, view->realm->realm->planes_line);
	}
	switch (rule->test) {
	case LOG_TEST_LEVEL_TABLE:
		return log_holds_if(level > start && level <= 3);
	case LOG_TEST_LEVEL_ENTRY:
		return log_holds_if(level >= start && level <= 3);
	case LOG_TEST_TREE:
		return log_holds_if(view->planes.tree_pp && a >= 1 && a < view->planes.count);
	case LOG_TEST_TREES:
		return view->planes.tree_pp ? LOG_EITHER : LOG_HOLDS;
	case LOG_TEST_PLANE:
		return log_holds_if(a < view->planes.count);
	default:
		return judge_address(view, rule);
	}
}
