/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests on granules, Realms and RECs: tests.def */
#include "trace/log/rule.h"

#define PAGE_MASK UINT64_C(4095)

static enum log_judgement from_truth(enum log_truth truth, enum log_truth wanted)
{
	if (truth == LOG_MAYBE)
		return LOG_EITHER;
	return log_holds_if(truth == wanted);
}

static struct log_rec *rec_at(const struct log_view *view, uint64_t pa)
{
	const struct log_object *object = log_object(view->state, pa);

	return object ? object->rec : NULL;
}

static struct log_realm *realm_at(const struct log_view *view, uint64_t pa)
{
	const struct log_object *object = log_object(view->state, pa);

	return object ? object->realm : NULL;
}

static struct log_realm *owner_of(const struct log_view *view, uint64_t pa)
{
	const struct log_rec *rec = rec_at(view, pa);

	return rec && rec->owned ? realm_at(view, rec->rd) : NULL;
}

static void blame_object(const struct log_view *view, uint64_t pa, struct log_because *because)
{
	const struct log_object *object = log_object(view->state, pa);

	if (object)
		log_because_add(because, object->line);
}

static enum log_judgement judge_kind(const struct log_view *view, uint64_t pa, unsigned int kind,
				     struct log_because *because)
{
	const unsigned int kinds = log_kinds(view->state, pa);

	if (pa & PAGE_MASK)
		return LOG_FAILS;
	blame_object(view, pa, because);
	if (!(kinds & kind))
		return LOG_FAILS;
	/* What an unprinted call makes of it is not known. */
	if (kind == LOG_IS_OTHER || kinds != kind)
		return LOG_EITHER;
	return LOG_HOLDS;
}

static enum log_judgement judge_state(const struct log_realm *realm, unsigned int wanted,
				      struct log_because *because)
{
	if (!realm)
		return LOG_EITHER;
	log_because_add(because, realm->state_line);
	if (!(realm->states & wanted))
		return LOG_FAILS;
	return realm->states & ~wanted ? LOG_EITHER : LOG_HOLDS;
}

/* A REC runs only in a Realm that is ACTIVE, or was when it was entered. */
static enum log_judgement judge_idle(const struct log_view *view, uint64_t pa,
				     struct log_because *because)
{
	const struct log_realm *realm = owner_of(view, pa);
	const struct log_rec *rec = rec_at(view, pa);

	if (!realm || !rec || realm->states & LOG_ACTIVE)
		return LOG_EITHER;
	log_because_add(because, realm->state_line);
	if (realm->states == LOG_OFF && rec->running != LOG_NO)
		return LOG_EITHER;
	return realm->states & LOG_OFF && realm->states != LOG_OFF ? LOG_EITHER : LOG_HOLDS;
}

static enum log_judgement judge_no_recs(const struct log_view *view, uint64_t rd,
					struct log_because *because)
{
	const struct log_state *state = view->state;

	for (size_t i = 0; i < state->object_count; i++) {
		const struct log_object *object = &state->objects[i];

		if (!object->rec || !object->rec->owned || object->rec->rd != rd)
			continue;
		log_because_add(because, object->line);
		return LOG_FAILS;
	}
	return LOG_EITHER;
}

/* MAX_RECS_ORDER is at least 1 (rmi-abi.md#5): the first REC always has room. */
static enum log_judgement judge_room(const struct log_view *view, uint64_t rd,
				     struct log_because *because)
{
	const struct log_realm *realm = realm_at(view, rd);

	if (!realm || !realm->counted || realm->recs >= 255)
		return LOG_EITHER;
	log_because_add(because, realm->state_line);
	return LOG_HOLDS;
}

static enum log_judgement judge_owner(const struct log_view *view, uint64_t pa, uint64_t rd,
				      struct log_because *because)
{
	const struct log_rec *rec = rec_at(view, pa);

	if (!rec || !rec->owned)
		return LOG_EITHER;
	blame_object(view, pa, because);
	return log_holds_if(rec->rd == rd);
}

static enum log_judgement judge_same_owner(const struct log_view *view, uint64_t a, uint64_t b,
					   struct log_because *because)
{
	const struct log_rec *first = rec_at(view, a), *second = rec_at(view, b);

	if (!first || !second || !first->owned || !second->owned)
		return LOG_EITHER;
	blame_object(view, a, because);
	blame_object(view, b, because);
	return log_holds_if(first->rd == second->rd);
}

static enum log_judgement judge_pending(const struct log_rec *rec, enum log_truth wanted,
					struct log_because *because)
{
	if (!rec)
		return LOG_EITHER;
	log_because_add(because, rec->pending_line);
	return from_truth(rec->pending, wanted);
}

static enum log_judgement judge_target(const struct log_view *view, const struct log_rule *rule,
				       struct log_because *because)
{
	const struct log_rec *calling = rec_at(view, log_x(view, rule->a));
	const struct log_rec *target = rec_at(view, log_x(view, rule->b));

	if (!calling || !target || !calling->target.known || !target->index.known)
		return LOG_EITHER;
	log_because_add(because, calling->target.line);
	log_because_add(because, target->index.line);
	if (calling->target.value != target->index.value)
		return LOG_FAILS;
	return calling->pending == LOG_YES ? LOG_HOLDS : LOG_EITHER;
}

/* CPU_ON: SUCCESS, or DENIED where the target is off. AFFINITY_INFO: SUCCESS. rmi-commands.md#5 */
static enum log_judgement judge_status(const struct log_view *view, const struct log_rule *rule,
				       struct log_because *because)
{
	const struct log_rec *calling = rec_at(view, log_x(view, rule->a));
	const uint64_t status = log_x(view, rule->b);

	if (status == 0)
		return LOG_HOLDS;
	if (status != (uint64_t)(int64_t)PSCI_DENIED)
		return LOG_FAILS;
	if (!calling || !calling->target.known || calling->pending != LOG_YES)
		return LOG_EITHER;
	log_because_add(because, calling->pending_line);
	return calling->cpu_on ? LOG_EITHER : LOG_FAILS;
}

static void blame_requests(const struct log_requests *requests, struct log_because *because)
{
	for (unsigned int i = 0; i < requests->count; i++)
		log_because_add(because, requests->at[i].line);
}

/* How far a request has come, and whether it is over, the log does not tell. */
static enum log_judgement judge_request(const struct log_view *view, const struct log_rule *rule,
					bool s2ap, struct log_because *because)
{
	const struct log_rec *rec = rec_at(view, log_x(view, rule->a));
	const struct log_requests *requests;

	if (!rec)
		return LOG_EITHER;
	requests = s2ap ? &rec->s2ap : &rec->ripas;
	blame_object(view, log_x(view, rule->a), because);
	blame_requests(requests, because);
	if (log_request_covers(requests, log_x(view, rule->b), log_x(view, rule->b + 1), NULL,
			       NULL))
		return LOG_EITHER;
	return LOG_FAILS;
}

static bool for_tree(const struct log_request *request, const void *context)
{
	const bool *auxiliary = context;

	return (request->value != 0) == *auxiliary;
}

/* Some request is for the primary tree, or for another: then it can fail there. */
static enum log_judgement judge_tree(const struct log_view *view, const struct log_rule *rule,
				     bool auxiliary, struct log_because *because)
{
	const struct log_rec *rec = rec_at(view, log_x(view, rule->a));

	if (auxiliary && !view->planes.tree_pp)
		return LOG_HOLDS;
	if (!rec || (!auxiliary && !view->planes.tree_pp))
		return LOG_EITHER;
	blame_requests(&rec->s2ap, because);
	if (log_request_covers(&rec->s2ap, log_x(view, rule->b), log_x(view, rule->b + 1), for_tree,
			       &auxiliary))
		return LOG_EITHER;
	return LOG_HOLDS;
}

static enum log_judgement judge_mec(const struct log_view *view, const struct log_rule *rule,
				    struct log_because *because)
{
	const struct log_state *state = view->state;

	if (!state->mec_known || rule->test == LOG_TEST_MEC_UNUSED ||
	    rule->test == LOG_TEST_MEC_BOUND)
		return LOG_EITHER;
	log_because_add(because, state->mec_shared.line);
	if (rule->test == LOG_TEST_MEC_NONE_SHARED)
		return log_holds_if(!state->mec_shared.known);
	return log_holds_if(state->mec_shared.known &&
			    state->mec_shared.value == log_x(view, rule->a));
}

static enum log_judgement judge_version(const struct log_view *view, uint64_t asked,
					struct log_because *because)
{
	const struct log_state *state = view->state;

	if (!state->rmi_abi)
		return asked == 0x10000 ? LOG_HOLDS : LOG_EITHER;
	log_because_add(because, state->boot_line);
	return log_holds_if(asked == 0x10000 || (asked == 0x10001 && state->rmi_abi == asked));
}

static enum log_judgement judge_granule(const struct log_view *view, const struct log_rule *rule,
					struct log_because *because)
{
	const uint64_t a = log_x(view, rule->a);

	switch (rule->test) {
	case LOG_TEST_FREE:
		return judge_kind(view, a, LOG_IS_OTHER, because);
	case LOG_TEST_RD:
		return judge_kind(view, a, LOG_IS_RD, because);
	case LOG_TEST_REC:
		return judge_kind(view, a, LOG_IS_REC, because);
	case LOG_TEST_PDEV:
		return judge_kind(view, a, LOG_IS_PDEV, because);
	default:
		return judge_kind(view, a, LOG_IS_VDEV, because);
	}
}

static enum log_judgement judge_rec(const struct log_view *view, const struct log_rule *rule,
				    struct log_because *because)
{
	const uint64_t a = log_x(view, rule->a);
	const struct log_rec *rec = rec_at(view, a);

	switch (rule->test) {
	case LOG_TEST_REC_IDLE:
		return judge_idle(view, a, because);
	case LOG_TEST_OWNER:
		return judge_owner(view, a, log_x(view, rule->b), because);
	case LOG_TEST_OWNER_NOT_NEW:
		return judge_state(owner_of(view, a), LOG_ACTIVE | LOG_OFF, because);
	case LOG_TEST_OWNER_NOT_OFF:
		return judge_state(owner_of(view, a), LOG_ACTIVE | LOG_NEW, because);
	case LOG_TEST_SAME_OWNER:
		return judge_same_owner(view, a, log_x(view, rule->b), because);
	case LOG_TEST_RUNNABLE:
		return rec && rec->runnable == LOG_NO ? LOG_FAILS : LOG_EITHER;
	case LOG_TEST_NOT_PENDING:
		return judge_pending(rec, LOG_NO, because);
	case LOG_TEST_PENDING:
		return judge_pending(rec, LOG_YES, because);
	case LOG_TEST_NAMED_TARGET:
		return judge_target(view, rule, because);
	default:
		return judge_status(view, rule, because);
	}
}

enum log_judgement log_judge_object(const struct log_view *view, const struct log_rule *rule,
				    struct log_because *because)
{
	const uint64_t a = rule->a ? log_x(view, rule->a) : 0;

	switch (rule->test) {
	case LOG_TEST_REALM_NEW:
		return judge_state(realm_at(view, a), LOG_NEW, because);
	case LOG_TEST_NO_RECS:
		return judge_no_recs(view, a, because);
	case LOG_TEST_REC_ROOM:
		return judge_room(view, a, because);
	case LOG_TEST_RIPAS_REQUEST:
		return judge_request(view, rule, false, because);
	case LOG_TEST_S2AP_REQUEST:
		return judge_request(view, rule, true, because);
	case LOG_TEST_S2AP_AUX:
		return judge_tree(view, rule, false, because);
	case LOG_TEST_S2AP_PRIMARY:
		return judge_tree(view, rule, true, because);
	case LOG_TEST_RMI_VERSION:
		return judge_version(view, a, because);
	default:
		break;
	}
	if (rule->test <= LOG_TEST_VDEV)
		return judge_granule(view, rule, because);
	if (rule->test >= LOG_TEST_MEC_BOUND)
		return judge_mec(view, rule, because);
	return judge_rec(view, rule, because);
}
