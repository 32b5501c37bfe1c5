/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests on the REC that calls and its Realm: tests.def */
#include "trace/log/rule.h"

static const struct log_realm *realm_of(const struct log_view *view)
{
	return view->realm ? view->realm->realm : NULL;
}

static const struct log_rec *rec_of(const struct log_view *view)
{
	return view->caller ? view->caller->rec : NULL;
}

static enum log_judgement judge_version(const struct log_view *view, uint64_t asked,
					struct log_because *because)
{
	const struct log_state *state = view->state;

	if (!state->rsi_abi)
		return asked == 0x10000 ? LOG_HOLDS : LOG_EITHER;
	log_because_add(because, state->boot_line);
	return log_holds_if(asked == 0x10000 || (asked == 0x10001 && state->rsi_abi == asked));
}

static enum log_judgement judge_token(const struct log_rec *rec, struct log_because *because)
{
	if (!rec || rec->token == LOG_MAYBE)
		return LOG_EITHER;
	log_because_add(because, rec->token_line);
	return log_holds_if(rec->token == LOG_YES);
}

static enum log_judgement judge_unlocked(const struct log_realm *realm, uint64_t index,
					 struct log_because *because)
{
	if (index >= LOG_OVERLAYS || !realm)
		return LOG_EITHER;
	log_because_add(because, realm->locked_line[index]);
	if (realm->locked[index] == LOG_MAYBE)
		return LOG_EITHER;
	return log_holds_if(realm->locked[index] == LOG_NO);
}

/* planes.md#7: bits 63:12 are the base, the others a tree. */
static enum log_judgement judge_cookie(const struct log_view *view, uint64_t base, uint64_t cookie)
{
	const uint64_t tree = cookie & 0xfff;

	if (!cookie)
		return LOG_HOLDS;
	if (!view->planes.tree_pp || (cookie & ~UINT64_C(0xfff)) != base)
		return LOG_FAILS;
	/* One too many is accepted by some monitors: tf-rmm-quirks.md#5, s2ap-cookie-off-by-one */
	if (tree == view->planes.count)
		return LOG_EITHER;
	return log_holds_if(tree < view->planes.count);
}

static enum log_judgement judge_target(const struct log_realm *realm, uint64_t mpidr,
				       struct log_because *because)
{
	if (!realm || !realm->counted)
		return LOG_EITHER;
	log_because_add(because, realm->state_line);
	return log_holds_if(log_rec_index(mpidr) < realm->recs);
}

static enum log_judgement judge_other(const struct log_rec *rec, uint64_t mpidr,
				      struct log_because *because)
{
	if (!rec || !rec->index.known)
		return LOG_EITHER;
	log_because_add(because, rec->index.line);
	return log_holds_if(log_rec_index(mpidr) != rec->index.value);
}

/* rsi.md#1.2: EMPTY and DEV are refused, of the others only RAM goes on at once. */
static enum log_judgement judge_ripas(const struct log_realm *realm, uint64_t ipa,
				      struct log_because *because)
{
	const uint64_t page = ipa & ~UINT64_C(4095);
	const uint32_t refused = 1u << RSI_RIPAS_EMPTY | 1u << RSI_RIPAS_DEV;
	size_t line = 0;
	uint32_t set;

	if (!realm)
		return LOG_EITHER;
	set = log_spans_get(&realm->ripas, page, page + 4096, &line);
	log_because_add(because, line);
	if (!(set & refused))
		return LOG_HOLDS;
	return set & ~refused ? LOG_EITHER : LOG_FAILS;
}

enum log_judgement log_judge_caller(const struct log_view *view, const struct log_rule *rule,
				    struct log_because *because)
{
	const uint64_t a = rule->a ? log_x(view, rule->a) : 0;

	switch (rule->test) {
	case LOG_TEST_RSI_VERSION:
		return judge_version(view, a, because);
	case LOG_TEST_TOKEN:
		return judge_token(rec_of(view), because);
	case LOG_TEST_UNLOCKED:
		return judge_unlocked(realm_of(view), a, because);
	case LOG_TEST_COOKIE:
		return judge_cookie(view, a, log_x(view, rule->b));
	case LOG_TEST_TARGET:
		return judge_target(realm_of(view), a, because);
	case LOG_TEST_RIPAS_RAM:
		return judge_ripas(realm_of(view), a, because);
	case LOG_TEST_TARGET_OTHER:
		return judge_other(rec_of(view), a, because);
	default:
		return LOG_EITHER;
	}
}
