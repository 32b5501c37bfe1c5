/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "rmm/explain/explain.h"
#include "rmm/explain/needs.h"
#include "rmm/process.h"

static struct rmmsim_condition describe(enum smc_condition_id id, uint64_t result)
{
	const struct smc_condition *row = smc_condition(id);

	return (struct rmmsim_condition){
		.id = row->id,
		.text = row->text,
		.source = row->source,
		.result = result,
	};
}

void explain_note(struct call *call, enum smc_condition_id condition, uint64_t result)
{
	struct rmmsim_explanation *e = call->explain;
	struct rmmsim_condition row = describe(condition, result);

	if (condition == call->refused || e->others_count == RMMSIM_MAX_OTHERS)
		return;
	for (unsigned int i = 0; i < e->others_count; i++) {
		if (e->others[i].id == row.id)
			return;
	}
	e->others[e->others_count++] = row;
	needs_add(call, condition, result);
}

void call_saw(struct call *call, const char *name, uint64_t value, const char *text)
{
	struct rmmsim_explanation *e = call->explain;

	if (!call->dry_run || e->seen_count == RMMSIM_MAX_SEEN)
		return;
	e->seen[e->seen_count++] = (struct rmmsim_seen){name, value, text};
}

static void explain_since(struct rmmsim_explanation *e, const struct rmmsim *sim, uint64_t since)
{
	const struct sim_history *h;

	if (!sim->history)
		return;
	h = &sim->history[since & (sim->config.history - 1)];
	e->since_known = since > sim->forgotten && h->call == since;
	if (e->since_known)
		memcpy(e->since_x, &h->x[1], sizeof(e->since_x));
}

void explain_granule(struct call *call, enum smc_condition_id condition, uint64_t pa,
		     const struct granule *granule)
{
	struct rmmsim_explanation *e = call->explain;

	if (!call->dry_run || condition != call->refused || e->granule)
		return;
	e->granule = pa;
	e->granule_state = granule_state_name(granule->state);
	e->since_call = granule->call;
	e->since_command = granule->call ? smc_command(granule->command)->name : NULL;
	explain_since(e, call->sim, granule->call);
}

void explain_make(const struct call *call, call_handler handler, struct rmmsim_explanation *e)
{
	const struct smc_command *command = smc_command(call->id);
	struct call dry;

	memset(e, 0, offsetof(struct rmmsim_explanation, needs));
	e->call = call->mem.call;
	e->realm = command->interface != SMC_RMI;
	e->command = command->name;
	e->inputs = command->inputs;
	memcpy(e->x, call->x, sizeof(e->x));
	e->result = call->out[0];
	e->first = describe(call->refused, call->out[0]);

	dry = *call;
	dry.dry_run = true;
	dry.stop = false;
	dry.explain = e;
	needs_add(&dry, call->refused, call->out[0]);
	handler(&dry);
}

enum rmmsim_status rmmsim_explain(struct rmmsim *sim, unsigned int pe,
				  struct rmmsim_explanation *explanation)
{
	enum rmmsim_status status = RMMSIM_OK;

	if (!sim || !explanation || pe >= sim->config.pe_count)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	mem_lock(sim->mem);
	explain_waiting(sim);
	*explanation = sim->pes[pe].explanation;
	mem_unlock(sim->mem);
	if (explanation->call == 0)
		status = RMMSIM_ERR_STATE;
	return status;
}
