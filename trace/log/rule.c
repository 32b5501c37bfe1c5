/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/log/rule.h"

#include <string.h>

#define RULE(command, condition, test, a, b, level) \
	{command, COND_##command##_##condition, LOG_TEST_##test, a, b, LOG_LEVEL_##level},
#define OPEN(command) {command, SMC_COND_NONE, LOG_TEST_UNKNOWN, 0, 0, LOG_LEVEL_NONE},

static const struct log_rule rules[] = {
#include "trace/log/rules.def"
};

size_t log_rules(enum smc_command_id command, const struct log_rule **first)
{
	const size_t count = sizeof(rules) / sizeof(rules[0]);
	size_t begin = 0, end;

	while (begin < count && rules[begin].command != command)
		begin++;
	for (end = begin; end < count && rules[end].command == command; end++)
		;
	*first = rules + begin;
	return end - begin;
}

enum log_judgement log_judge(const struct log_view *view, const struct log_rule *rule,
			     struct log_because *because)
{
	if (rule->test <= LOG_TEST_LAST_ARGUMENT)
		return log_judge_argument(view, rule, because);
	if (rule->test <= LOG_TEST_LAST_SPACE)
		return log_judge_space(view, rule, because);
	if (rule->test <= LOG_TEST_LAST_OBJECT)
		return log_judge_object(view, rule, because);
	return log_judge_caller(view, rule, because);
}

/* --- indexes --------------------------------------------------------------------------------- */

struct entry {
	uint64_t base, top, size;
};

static bool cut(const struct entry *entry)
{
	return ((entry->base | entry->top) & (entry->size - 1)) != 0;
}

/*
 * The entry can stop the request: rmi-commands.md#6. RAM stops at DESTROYED unless the Realm allowed the
 * change; EMPTY stops at nothing but an entry that the range does not cover whole.
 */
static bool stuck(const struct log_request *request, const void *context)
{
	const struct entry *entry = context;

	return request->value != RMI_RIPAS_EMPTY || (entry->base & (entry->size - 1)) != 0 ||
	       entry->top - entry->base < entry->size;
}

static bool ripas_stuck(const struct log_view *view, const struct log_rule *rule,
			const struct entry *entry)
{
	const struct log_object *rec = log_object(view->state, log_x(view, rule->a));

	if (!rec || !rec->rec)
		return true;
	return log_request_covers(&rec->rec->ripas, entry->base, entry->top, stuck, entry);
}

bool log_level_fits(const struct log_view *view, const struct log_rule *rule, uint32_t index)
{
	const int64_t level = (int8_t)(uint8_t)index, start = view->geometry.start;
	const int64_t given = rule->b ? (int64_t)log_x(view, rule->b) : 0;
	struct entry entry;

	switch (rule->level) {
	case LOG_LEVEL_NONE:
	case LOG_LEVEL_ZERO:
		return index == 0;
	case LOG_LEVEL_ONE:
		return index == 1;
	case LOG_LEVEL_PAGE:
		return level == 3;
	case LOG_LEVEL_START:
		return level == start;
	case LOG_LEVEL_ABOVE_PARENT:
		return level >= start && level < given - 1;
	case LOG_LEVEL_PARENT:
		return level == given - 1;
	case LOG_LEVEL_LEVEL:
		return level == given;
	default:
		break;
	}
	if (level < start || level > 3)
		return false;
	if (rule->level == LOG_LEVEL_WALK)
		return true;
	entry = (struct entry){log_x(view, rule->b), log_x(view, rule->b + 1),
			       log_entry_size(level)};
	if (rule->level == LOG_LEVEL_CROSSED)
		return cut(&entry);
	return ripas_stuck(view, rule, &entry);
}
