/* SPDX-License-Identifier: BSD-3-Clause */
/* RMI_PSCI_COMPLETE: rmi-commands.md#5, rsi.md#7 */
#include <string.h>

#include "rmm/call.h"
#include "smc/mutant.h"

#define PSTATE_RESET UINT64_C(0x3c5)
#define SCTLR_RESET  UINT64_C(0xc50878)
#define SCTLR_EE     (UINT64_C(1) << 25)

static uint64_t psci_result(enum psci_status status)
{
	return (uint64_t)(int64_t)status;
}

/* The request is over; `result` is what the Realm sees. */
static void complete(struct rmmsim *sim, struct rec *calling, uint64_t result)
{
	struct rmmsim_plane *p0 = rec_plane(sim, calling, 0);

	p0->x[0] = result;
	memset(&p0->x[1], 0, 3 * sizeof(p0->x[0]));
	if (!MUTANT(psci_stays_pending))
		calling->pending = REC_PENDING_NONE;
	calling->psci = (struct rec_psci){0};
}

static void turn_on(struct call *call, const struct rec *calling, struct rec *target,
		    uint64_t target_pa)
{
	struct rmmsim *sim = call->sim;
	struct rmmsim_plane *plane = rec_plane(sim, target, 0);
	const uint64_t sctlr = rec_plane(sim, calling, 0)->sysreg[RMMSIM_SYSREG_SCTLR_EL1];
	const struct realm *realm = realm_at(sim, mem_find(sim->mem, target->rd));

	if (!quirk(sim, QUIRK_cpu_on_keeps_gprs)) {
		rec_plane_reset(plane, realm_pmu(realm));
		target->timer_output_v[0] = false;
		target->timer_output_p[0] = false;
		target->serror_pending[0] = false;
	}
	plane->x[0] = MUTANT(cpu_on_without_context) ? 0 : calling->psci.context;
	plane->pc = calling->psci.entry;
	plane->pstate = PSTATE_RESET;
	plane->sysreg[RMMSIM_SYSREG_SCTLR_EL1] = SCTLR_RESET | (sctlr & SCTLR_EE);
	target->runnable = true;
	if (sim->engine && sim->engine->forget)
		sim->engine->forget(sim->engine_context, target_pa);
}

static bool rec_on(const struct rec *rec)
{
	return rec && (rec->runnable || rec->running);
}

/* `target` may be NULL where the request is denied. */
static void complete_cpu_on(struct call *call, struct rec *calling, struct rec *target,
			    uint64_t target_pa, uint64_t status)
{
	const bool denied = status == psci_result(PSCI_DENIED), on = rec_on(target);

	if (on) {
		complete(call->sim, calling, psci_result(PSCI_ALREADY_ON));
		return;
	}
	if (!denied)
		turn_on(call, calling, target, target_pa);
	complete(call->sim, calling, psci_result(denied ? PSCI_DENIED : PSCI_SUCCESS));
}

static bool status_permitted(const struct rec *calling, bool on, uint64_t status)
{
	if (status == psci_result(PSCI_SUCCESS))
		return true;
	return calling->psci.command == PSCI_CPU_ON && !on && status == psci_result(PSCI_DENIED);
}

/* TF-RMM refuses DENIED for a target that is on, yet the request is over: tf-rmm-quirks.md#3, W7 */
static bool denied_completes(const struct call *call, const struct rec *calling, bool on)
{
	return quirk(call->sim, QUIRK_psci_denied_completes) && on &&
	       calling->psci.command == PSCI_CPU_ON && call->x[3] == psci_result(PSCI_DENIED);
}

/* The conditions that look at both RECs. */
static void check_request(struct call *call, const struct rec *calling, const struct rec *target)
{
	const bool pending =
		WITH(calling, calling->pending == REC_PENDING_PSCI && !calling->running);
	const bool on = rec_on(target);
	const bool both =
		calling && target && calling != target && calling->pending == REC_PENDING_PSCI;

	REQUIRE(call, RMI_PSCI_COMPLETE_pending, pending);
	REQUIRE(call, RMI_PSCI_COMPLETE_owner, !calling || !target || calling->rd == target->rd);
	REQUIRE(call, RMI_PSCI_COMPLETE_target,
		!both || rec_psci_index(calling->psci.target) == target->index ||
			MUTANT(psci_any_target));
	REQUIRE(call, RMI_PSCI_COMPLETE_status, !both || status_permitted(calling, on, call->x[3]));
}

void rmi_psci_complete(struct call *call)
{
	struct granule *calling_granule, *target_granule;
	const struct rec *calling, *target;
	struct rec *c, *t;
	bool on;

	REQUIRE(call, RMI_PSCI_COMPLETE_alias, call->x[1] != call->x[2]);
	calling =
		call_rec(call, COND_RMI_PSCI_COMPLETE_calling_align, call->x[1], &calling_granule);
	RESOLVED(call);
	target = call_rec(call, COND_RMI_PSCI_COMPLETE_target_align, call->x[2], &target_granule);
	RESOLVED(call);
	check_request(call, calling, target);
	if (call->dry_run)
		return;
	on = rec_on(target);
	c = rec_edit(call->sim, calling_granule);
	t = rec_edit(call->sim, target_granule);
	if (call->refused == COND_RMI_PSCI_COMPLETE_status && denied_completes(call, c, on))
		complete(call->sim, c, psci_result(PSCI_ALREADY_ON));
	RESOLVED(call);

	if (c->psci.command == PSCI_CPU_ON) {
		complete_cpu_on(call, c, t, call->x[2], call->x[3]);
		return;
	}
	complete(call->sim, c,
		 on || MUTANT(affinity_always_on) ? PSCI_AFFINITY_ON : PSCI_AFFINITY_OFF);
}

/* 2.0: the monitor looks for the target itself, rmm-2.0.md#8.8 */
void rmi_psci_complete_2(struct call *call)
{
	struct rmmsim *sim = call->sim;
	const uint64_t status = call->x[2];
	struct granule *calling_granule, *target_granule = NULL;
	const struct rec *calling, *target;
	struct rec *c;
	bool pending;

	calling = call_rec(call, COND_RMI_PSCI_COMPLETE_2_calling_align, call->x[1],
			   &calling_granule);
	RESOLVED(call);
	pending = calling && calling->pending == REC_PENDING_PSCI && !calling->running;
	REQUIRE(call, RMI_PSCI_COMPLETE_2_pending, WITH(calling, pending));
	if (!pending)
		return; /* a dry run */
	target_granule = rec_find(sim, mem_find(sim->mem, calling->rd),
				  rec_psci_index(calling->psci.target));
	target = target_granule ? rec_at(sim, target_granule) : NULL;
	REQUIRE(call, RMI_PSCI_COMPLETE_2_target, target || status == psci_result(PSCI_DENIED));
	REQUIRE(call, RMI_PSCI_COMPLETE_2_status,
		status_permitted(calling, rec_on(target), status));
	CHECKED(call);

	c = rec_edit(sim, calling_granule);
	if (c->psci.command == PSCI_CPU_ON)
		complete_cpu_on(call, c, target ? rec_edit(sim, target_granule) : NULL,
				target ? mem_pa(sim->mem, target_granule) : 0, status);
	else
		complete(sim, c, rec_on(target) ? PSCI_AFFINITY_ON : PSCI_AFFINITY_OFF);
}
