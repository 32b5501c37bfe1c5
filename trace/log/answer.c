/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/log/answer.h"

#include "smc/status.h"

/* The status of the line is that of the rule's condition. */
static bool says(const struct log_view *view, const struct log_rule *rule)
{
	const struct log_call *call = view->call;
	const struct smc_condition *condition;

	if (rule->condition == SMC_COND_NONE)
		return true;
	condition = smc_condition(rule->condition);
	if (!call->answered)
		return false;
	if (call->interface == SMC_PSCI)
		return call->x0 == (uint64_t)(int64_t)(int32_t)condition->status;
	if (call->interface == SMC_RSI)
		return call->x0 == condition->status;
	return call->x0 >> 16 == 0 && smc_status_of(call->x0) == condition->status &&
	       log_level_fits(view, rule, smc_index_of(call->x0));
}

/* A command of which only failing calls are printed shows no success. */
static bool success_is_printed(const struct log_call *call)
{
	for (unsigned int r = 0; r < LOG_RELEASES; r++) {
		if ((call->releases >> r & 1) && call->shape->format[r].printed != LOG_PRINTS_BAD)
			return true;
	}
	return false;
}

/* Passing every condition gives this answer. */
static bool succeeds(const struct log_view *view, struct log_because *because)
{
	const struct log_call *call = view->call;

	if (call->interface == SMC_RMI && (call->x0 != RMI_SUCCESS || !success_is_printed(call)))
		return false;
	return log_output_fits(view, NULL, because);
}

/* One state: adds what explains the answer. */
static bool try_one(const struct log_view *view, struct log_answer *answer)
{
	const struct log_rule *rules;
	const size_t count = log_rules(view->call->command, &rules);
	bool possible = false;

	for (size_t i = 0; i < count; i++) {
		const enum log_judgement judgement = log_judge(view, &rules[i], NULL);

		if (judgement == LOG_HOLDS)
			continue;
		if (says(view, &rules[i]) && log_output_fits(view, &rules[i], NULL)) {
			answer->explained |= UINT64_C(1) << i;
			possible = true;
		}
		if (judgement == LOG_FAILS)
			return possible;
	}
	if (!succeeds(view, NULL))
		return possible;
	answer->success = true;
	return true;
}

/* The answer does not depend on the constants of the Realm: one value stands for all. */
static bool same_everywhere(const struct log_call *call)
{
	const struct log_rule *rules;
	const size_t count = log_rules(call->command, &rules);

	for (size_t i = 0; i < count; i++) {
		const enum log_test test = rules[i].test;

		if ((test > LOG_TEST_LAST_ARGUMENT && test <= LOG_TEST_LAST_SPACE) ||
		    test == LOG_TEST_COOKIE || rules[i].level > LOG_LEVEL_ONE)
			return false;
	}
	return true;
}

static uint64_t geometries_of(const struct log_view *view)
{
	if (view->realm && view->realm->realm)
		return view->realm->realm->geometries;
	return (UINT64_C(1) << log_geometry_count()) - 1;
}

static unsigned int planes_of(const struct log_view *view)
{
	if (view->realm && view->realm->realm)
		return view->realm->realm->planes;
	return (1u << LOG_PLANE_ROWS) - 1;
}

void log_answer_try(struct log_view *view, struct log_answer *answer)
{
	const uint64_t geometries = geometries_of(view);
	const unsigned int planes = planes_of(view);

	*answer = (struct log_answer){0};
	if (same_everywhere(view->call)) {
		view->geometry = log_geometry((unsigned int)__builtin_ctzll(geometries));
		view->planes = log_planes((unsigned int)__builtin_ctz(planes));
		answer->possible = try_one(view, answer);
		answer->geometries = geometries;
		answer->planes = planes;
		return;
	}
	for (unsigned int g = 0; g < log_geometry_count(); g++) {
		if (!(geometries >> g & 1))
			continue;
		view->geometry = log_geometry(g);
		for (unsigned int p = 0; p < LOG_PLANE_ROWS; p++) {
			if (!(planes >> p & 1))
				continue;
			view->planes = log_planes(p);
			if (!try_one(view, answer))
				continue;
			answer->possible = true;
			answer->geometries |= UINT64_C(1) << g;
			answer->planes |= 1u << p;
		}
	}
}

/* --- refuting -------------------------------------------------------------------------------- */

/* The first rule that fails for sure; `count` if none does. */
static size_t first_failing(const struct log_view *view, const struct log_rule *rules, size_t count,
			    struct log_because *because)
{
	for (size_t i = 0; i < count; i++) {
		*because = (struct log_because){0};
		if (log_judge(view, &rules[i], because) == LOG_FAILS)
			return i;
	}
	*because = (struct log_because){0};
	return count;
}

/* The printed status belongs to a rule that holds, or fails with other outputs. */
static void refute_status(struct log_view *view, const struct log_rule *rules, size_t count,
			  struct log_reason *reason)
{
	for (size_t i = 0; i < count; i++) {
		const struct smc_condition *condition = smc_condition(rules[i].condition);

		if (!condition || view->call->interface == SMC_PSCI ||
		    condition->status != smc_status_of(view->call->x0))
			continue;
		if (!reason->condition)
			reason->condition = rules[i].condition;
		log_judge(view, &rules[i], &reason->because);
	}
}

void log_answer_refute(struct log_view *view, struct log_reason *reason)
{
	const struct log_rule *rules;
	const size_t count = log_rules(view->call->command, &rules);
	size_t failing;

	*reason = (struct log_reason){0};
	view->geometry = log_geometry((unsigned int)__builtin_ctzll(geometries_of(view)));
	view->planes = log_planes((unsigned int)__builtin_ctz(planes_of(view)));
	failing = first_failing(view, rules, count, &reason->because);
	if (failing < count && !says(view, &rules[failing])) {
		reason->condition = rules[failing].condition;
		reason->must_fail = true;
		return;
	}
	if (failing == count)
		succeeds(view, &reason->because);
	reason->output =
		view->call->answered && (view->call->x0 == 0 || view->call->interface == SMC_PSCI);
	if (!reason->output)
		refute_status(view, rules, count, reason);
}

/* --- learning -------------------------------------------------------------------------------- */

static void learn_states(struct log_view *view, uint64_t rd, unsigned int states)
{
	struct log_object *object = log_object(view->state, rd);

	if (!object || !object->realm || !(object->realm->states & ~states))
		return;
	object->realm->states &= states;
	object->realm->state_line = view->call->line;
}

static void learn_owner(struct log_view *view, const struct log_rule *rule)
{
	struct log_object *object = log_object(view->state, log_x(view, rule->a));

	if (!object || !object->rec || object->rec->owned)
		return;
	object->rec->owned = true;
	object->rec->rd = log_x(view, rule->b);
}

static void learn_owner_states(struct log_view *view, const struct log_rule *rule,
			       unsigned int states)
{
	const struct log_object *object = log_object(view->state, log_x(view, rule->a));

	if (object && object->rec && object->rec->owned)
		learn_states(view, object->rec->rd, states);
}

static unsigned int kind_of(enum log_test test)
{
	switch (test) {
	case LOG_TEST_FREE:
		return LOG_IS_OTHER;
	case LOG_TEST_RD:
		return LOG_IS_RD;
	case LOG_TEST_REC:
		return LOG_IS_REC;
	case LOG_TEST_PDEV:
		return LOG_IS_PDEV;
	case LOG_TEST_VDEV:
		return LOG_IS_VDEV;
	default:
		return 0;
	}
}

static void learn_pass(struct log_view *view, const struct log_rule *rule)
{
	const unsigned int kind = kind_of(rule->test);

	if (kind)
		log_exclude(view->state, log_x(view, rule->a), LOG_IS_ANY & ~kind,
			    view->call->line);
	switch (rule->test) {
	case LOG_TEST_REALM_NEW:
		learn_states(view, log_x(view, rule->a), LOG_NEW);
		break;
	case LOG_TEST_OWNER_NOT_NEW:
		learn_owner_states(view, rule, LOG_ACTIVE | LOG_OFF);
		break;
	case LOG_TEST_OWNER_NOT_OFF:
		learn_owner_states(view, rule, LOG_NEW | LOG_ACTIVE);
		break;
	case LOG_TEST_OWNER:
		learn_owner(view, rule);
		break;
	default:
		break;
	}
}

/* The only rule that explains the answer. FREE can fail for an unprinted reason. */
static void learn_fail(struct log_view *view, const struct log_rule *rule)
{
	const unsigned int kind = kind_of(rule->test);

	if (kind && kind != LOG_IS_OTHER)
		log_exclude(view->state, log_x(view, rule->a), kind, view->call->line);
	switch (rule->test) {
	case LOG_TEST_REALM_NEW:
		learn_states(view, log_x(view, rule->a), LOG_ACTIVE | LOG_OFF);
		break;
	case LOG_TEST_OWNER_NOT_NEW:
		learn_owner_states(view, rule, LOG_NEW);
		break;
	case LOG_TEST_OWNER_NOT_OFF:
		learn_owner_states(view, rule, LOG_OFF);
		break;
	default:
		break;
	}
}

void log_answer_learn_space(struct log_view *view, const struct log_answer *answer)
{
	struct log_realm *realm = view->realm ? view->realm->realm : NULL;

	if (!realm)
		return;
	if (realm->geometries != answer->geometries)
		realm->geometry_line = view->call->line;
	if (realm->planes != answer->planes)
		realm->planes_line = view->call->line;
	realm->geometries = answer->geometries;
	realm->planes = answer->planes;
}

void log_answer_learn(struct log_view *view, const struct log_answer *answer)
{
	const struct log_rule *rules;
	const size_t count = log_rules(view->call->command, &rules);
	size_t passed = count;

	if (answer->explained)
		passed = (size_t)__builtin_ctzll(answer->explained);
	if (passed < count && rules[passed].condition == SMC_COND_NONE)
		return;
	log_answer_learn_space(view, answer);
	for (size_t i = 0; i < passed; i++)
		learn_pass(view, &rules[i]);
	if (!answer->success && answer->explained && !(answer->explained & (answer->explained - 1)))
		learn_fail(view, &rules[passed]);
}
