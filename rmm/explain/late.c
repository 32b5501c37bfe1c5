/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Explanations when they are asked for. Most refused calls are never asked about, and to explain one takes longer than
 * to refuse it. So the call is kept, and explained by rmmsim_explain(), or just before the state changes that
 * refused it: what it finds is the same. The next refused call of the PE takes its place.
 *
 * At once are explained calls that read the Host's memory, which the Host may change unseen; calls while some
 * REC runs, which changes state without a call of the Host; calls of Realms; and those of 2.0.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem/snapshot.h"
#include "rmm/explain/explain.h"

/* A call that made a granule what it is may leave the history while a refused call waits: not by more than this. */
#define MOST_CALLS  16u
#define HISTORY_MIN 1024u

/* Commands that read no memory of the Host and whose effects all come after CHECKED. */
static bool may_wait(enum smc_command_id id)
{
	switch (id) {
	case RMI_VERSION:
	case RMI_FEATURES:
	case RMI_GRANULE_DELEGATE:
	case RMI_GRANULE_UNDELEGATE:
	case RMI_DATA_CREATE_UNKNOWN:
	case RMI_DATA_DESTROY:
	case RMI_REALM_ACTIVATE:
	case RMI_REALM_DESTROY:
	case RMI_REC_AUX_COUNT:
	case RMI_REC_DESTROY:
	case RMI_RTT_CREATE:
	case RMI_RTT_DESTROY:
	case RMI_RTT_FOLD:
	case RMI_RTT_READ_ENTRY:
	case RMI_RTT_MAP_UNPROTECTED:
	case RMI_RTT_UNMAP_UNPROTECTED:
	case RMI_RTT_INIT_RIPAS:
	case RMI_RTT_AUX_CREATE:
	case RMI_RTT_AUX_DESTROY:
	case RMI_RTT_AUX_FOLD:
	case RMI_RTT_AUX_MAP_PROTECTED:
	case RMI_RTT_AUX_MAP_UNPROTECTED:
	case RMI_RTT_AUX_UNMAP_PROTECTED:
	case RMI_RTT_AUX_UNMAP_UNPROTECTED:
		return true;
	default:
		return false;
	}
}

static bool waits(const struct call *call)
{
	const struct rmmsim *sim = call->sim;

	if (call->run || sim->running || revision_2(sim) || !may_wait(call->id))
		return false;
	return sim->config.history == 0 || sim->config.history >= HISTORY_MIN;
}

#if RMMSIM_COMPARES
static bool same(const struct rmmsim_explanation *a, const struct rmmsim_explanation *b)
{
	bool same = a->first.id == b->first.id && a->others_count == b->others_count &&
		    a->seen_count == b->seen_count && a->needs_count == b->needs_count &&
		    a->granule == b->granule && a->granule_state == b->granule_state &&
		    a->since_call == b->since_call && a->call == b->call && a->result == b->result;

	for (unsigned int i = 0; same && i < a->others_count; i++)
		same = a->others[i].id == b->others[i].id;
	for (unsigned int i = 0; same && i < a->seen_count; i++)
		same = a->seen[i].name == b->seen[i].name && a->seen[i].value == b->seen[i].value;
	for (unsigned int i = 0; same && i < a->needs_count; i++)
		same = a->needs[i].name == b->needs[i].name &&
		       a->needs[i].value == b->needs[i].value &&
		       a->needs[i].low == b->needs[i].low && a->needs[i].high == b->needs[i].high;
	return same;
}

/* The same call at the time when it was refused and now has to give the same. */
static void compare(const struct rmmsim_explanation *then, const struct rmmsim_explanation *now)
{
	char before[4096], after[4096];

	if (same(then, now))
		return;
	rmmsim_explanation_text(then, before, sizeof(before));
	rmmsim_explanation_text(now, after, sizeof(after));
	fprintf(stderr, "rmmsim: the state has changed under a refused call. Then:\n%sNow:\n%s",
		before, after);
	abort();
}
#endif

static void keep(struct call *call, call_handler handler)
{
	struct rmmsim *sim = call->sim;
	struct sim_refusal *r = &sim->pes[call->pe].refusal;

	sim->waiting += !r->waits;
	sim->waiting_since = call->mem.call;
	r->waits = true;
	r->command = (uint8_t)call->id;
	r->condition = (uint16_t)call->refused;
	r->number = call->mem.call;
	r->result = call->out[0];
	r->handler = handler;
	memcpy(r->x, call->x, sizeof(r->x));
	if (RMMSIM_COMPARES)
		explain_make(call, handler, &sim->pes[call->pe].explanation);
}

void explain_refusal(struct call *call, call_handler handler)
{
	struct sim_pe *pe = &call->sim->pes[call->pe];

	if (!call->sim->config.explain)
		return;
	if (waits(call)) {
		keep(call, handler);
		return;
	}
	call->sim->waiting -= pe->refusal.waits;
	pe->refusal.waits = false;
	explain_make(call, handler, &pe->explanation);
}

static void explain(struct rmmsim *sim, unsigned int pe)
{
	struct sim_refusal *r = &sim->pes[pe].refusal;
	struct rmmsim_explanation *e = &sim->pes[pe].explanation;
#if RMMSIM_COMPARES
	const struct rmmsim_explanation then = *e;
#endif
	struct call call = {
		.sim = sim,
		.pe = pe,
		.id = (enum smc_command_id)r->command,
		.mem = {.call = r->number, .command = r->command},
		.refused = (enum smc_condition_id)r->condition,
	};

	call_begin(&call, r->x);
	call.out[0] = r->result;
	explain_make(&call, r->handler, e);
#if RMMSIM_COMPARES
	compare(&then, e);
#endif
}

void explain_now(struct rmmsim *sim)
{
	for (unsigned int pe = 0; pe < sim->config.pe_count && sim->waiting; pe++) {
		if (!sim->pes[pe].refusal.waits)
			continue;
		sim->pes[pe].refusal.waits = false;
		sim->waiting--;
		explain(sim, pe);
	}
}

bool explain_may_wait(const struct call *call)
{
	return may_wait(call->id) && call->mem.call - call->sim->waiting_since < MOST_CALLS;
}

void explain_forget(struct rmmsim *sim)
{
	sim->waiting = 0;
	for (unsigned int pe = 0; pe < sim->config.pe_count; pe++) {
		sim->pes[pe].refusal.waits = false;
		sim->pes[pe].explanation.call = 0;
	}
}
