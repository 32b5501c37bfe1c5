/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "rmm/call.h"
#include "rmm/explain/explain.h"
#include "smc/status.h"

static int refusal_index(const struct smc_condition *row, int level)
{
	if (row->index == SMC_INDEX_LEVEL)
		return level;
	return row->index == SMC_INDEX_ONE ? 1 : 0;
}

bool call_refuse(struct call *call, enum smc_condition_id condition, int level)
{
	const struct smc_condition *row = smc_condition(condition);
	uint64_t result = smc_pack_status(row->status, refusal_index(row, level));

	if (call->dry_run) {
		explain_note(call, condition, result);
		return false;
	}
	/* PSCI codes are negative numbers of 64 bits: rsi.md#7 */
	if (smc_command(row->command)->interface == SMC_PSCI)
		result = (uint64_t)(int64_t)(int32_t)row->status;
	call->out[0] = result;
	call->refused = condition;
	call->stop = true;
	return true;
}

void call_blame(struct call *call, enum smc_condition_id condition, uint64_t pa,
		const struct granule *granule)
{
	explain_granule(call, condition, pa, granule);
}

/* `granule` is what the instance has at `pa`, NULL if that does not count as managed. */
static struct granule *managed(struct call *call, enum smc_condition_id align, uint64_t pa,
			       struct granule *granule, enum granule_state state)
{
	if (pa & GRANULE_MASK) {
		call_refuse(call, align, 0);
		return NULL;
	}
	if (!granule) {
		call_refuse(call, align + 1, 0);
		return NULL;
	}
	if (granule->state != state) {
		call_blame(call, align + 2, pa, granule);
		call_refuse(call, align + 2, 0);
		return NULL;
	}
	return granule;
}

struct granule *call_granule(struct call *call, enum smc_condition_id align, uint64_t pa,
			     enum granule_state state)
{
	return managed(call, align, pa, mem_find(call->sim->mem, pa), state);
}

struct granule *call_dram(struct call *call, enum smc_condition_id align, uint64_t pa,
			  enum granule_state state)
{
	const struct mem *mem = call->sim->mem;
	struct granule *granule = mem_find(call->sim->mem, pa);

	if (granule && mem_kind(mem, granule) != GRANULE_DRAM)
		granule = NULL;
	return managed(call, align, pa, granule, state);
}

struct granule *call_ns(struct call *call, enum smc_condition_id align, uint64_t pa)
{
	struct granule *granule = call_dram(call, align, pa, GRANULE_UNDELEGATED);

	if (granule && granule->pas != GRANULE_PAS_NS) {
		call_blame(call, align + 2, pa, granule);
		call_refuse(call, align + 2, 0);
		return NULL;
	}
	return granule;
}

const struct realm *call_realm(struct call *call, enum smc_condition_id align, uint64_t pa,
			       struct granule **granule)
{
	struct granule *rd = call_granule(call, align, pa, GRANULE_RD);
	const struct realm *realm;

	if (granule)
		*granule = rd;
	if (!rd)
		return NULL;
	realm = realm_at(call->sim, rd);
	call_saw(call, "realm.state", realm->state, realm_state_name(realm->state));
	return realm;
}

const struct rec *call_rec(struct call *call, enum smc_condition_id align, uint64_t pa,
			   struct granule **granule)
{
	struct granule *rec = call_granule(call, align, pa, GRANULE_REC);

	if (granule)
		*granule = rec;
	return rec ? rec_at(call->sim, rec) : NULL;
}

struct rtt_walk call_walk(struct call *call, const struct realm *realm, unsigned int tree,
			  uint64_t ipa, int level)
{
	struct rtt_walk walk = rtt_walk(call->sim->mem, &realm->s2, tree, ipa, level);

	if (!call->dry_run)
		return walk;
	call_saw(call, "walk.tree", tree, NULL);
	call_saw(call, "walk.level", (uint64_t)(int64_t)walk.level, NULL);
	call_saw(call, "walk.entry", walk.entry.state, rtt_state_name(walk.entry.state));
	if (walk.entry.state <= RTT_AUX_DESTROYED)
		call_saw(call, "walk.ripas", walk.entry.ripas,
			 smc_enum_name("RmiRipas", walk.entry.ripas));
	return walk;
}

/* A row that has no handler: the feature it belongs to is absent. */
static void execute_unmodelled(struct call *call)
{
	enum smc_condition_id first;
	size_t count = smc_conditions_of(call->id, &first);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(smc_condition(first + i)->id, "feature_da") == 0) {
			call_refuse(call, first + i, 0);
			return;
		}
	}
	call->out[0] = SMCCC_NOT_SUPPORTED;
}

void call_run(struct call *call, call_handler handler)
{
	handler(call);
	if (!call->stop)
		return;
	call->sim->hits[call->refused]++;
	explain_refusal(call, handler);
}

/* rmm-2.0.md#2 (2.1) */
static void execute_inactive(struct call *call)
{
	call_refuse(call, (enum smc_condition_id)call->sim->gate[call->id], 0);
}

void call_execute(struct call *call)
{
	call_handler handler = call_handler_of(call->id, call->sim->shape);

	if (!call->sim->monitor.active && call->sim->gate[call->id] != SMC_COND_NONE)
		handler = execute_inactive;

	call_run(call, handler ? handler : execute_unmodelled);
}

void call_begin(struct call *call, const uint64_t x[18])
{
	memcpy(call->x, x, sizeof(call->x));
	memcpy(call->out, x, sizeof(call->out));
	/* rmi-abi.md#1, rsi.md#1: X1..X3 read 0 unless the command defines them. */
	memset(call->out, 0, 4 * sizeof(call->out[0]));
}
