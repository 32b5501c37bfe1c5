/* SPDX-License-Identifier: BSD-3-Clause */
/* RSI_HOST_CALL: rsi.md#4, rec.md#6 */
#include <string.h>

#include "rmm/run.h"
#include "smc/mutant.h"

#define HOST_CALL_ALIGN sizeof(struct rsi_host_call)

void rsi_host_call(struct call *call)
{
	struct run *run = call->run;
	const uint64_t ipa = call->x[1];
	const struct rsi_host_call *args;

	REQUIRE(call, RSI_HOST_CALL_addr_align, ipa % HOST_CALL_ALIGN == 0);
	REQUIRE(call, RSI_HOST_CALL_addr_bound, rsi_protected(run_realm(run), ipa));
	args = rsi_buffer(call, COND_RSI_HOST_CALL_addr_ripas, ipa);
	if (!args)
		return;
	CHECKED(call);

	run->exit.imm = quirk(call->sim, QUIRK_host_call_imm_32) ? (uint32_t)args->imm
								 : (uint16_t)args->imm;
	memcpy(run->exit.gprs, args->gprs, sizeof(run->exit.gprs));
	run->exit.plane = MUTANT(host_call_from_p0) ? 0 : run->rec->active_plane;
	run->rec->pending = REC_PENDING_HOST_CALL;
	run->result = RUN_RESULT_KEEP;
	run_leave(run, RMI_EXIT_HOST_CALL);
}

bool rsi_host_call_blocked(const struct rmmsim *sim, const struct rec *rec)
{
	const struct plane_quirks quirks = sim_plane_quirks(sim);
	const struct realm *realm = realm_at(sim, mem_find(sim->mem, rec->rd));
	const struct rmmsim_plane *plane = mem_r(sim->mem, rec->aux[rec->active_plane]);

	return rec->pending == REC_PENDING_HOST_CALL &&
	       plane_rsi_translate(sim->mem, &realm->s2, plane->x[1], &quirks).outcome ==
		       PLANE_RSI_ABORT;
}

bool rsi_host_call_complete(struct run *run)
{
	struct rmmsim *sim = run->sim;
	struct rmmsim_plane *plane = run_plane(run);
	const struct plane_quirks quirks = sim_plane_quirks(sim);
	const struct plane_rsi_result page =
		plane_rsi_translate(sim->mem, &run_realm(run)->s2, plane->x[1], &quirks);
	struct rsi_host_call *args;

	if (page.outcome == PLANE_RSI_ABORT) {
		run->bare = true;
		run_leave_emulated_abort(run, plane->x[1], page.level);
		return false;
	}
	run->rec->pending = REC_PENDING_NONE;
	if (page.outcome == PLANE_RSI_INPUT) {
		if (!quirk(sim, QUIRK_host_call_empty_x0))
			plane->x[0] = RSI_SUCCESS;
		return true;
	}
	args = mem_w(sim->mem, page.pa);
	memcpy(args->gprs, run->enter.gprs, sizeof(args->gprs));
	plane->x[0] = RSI_SUCCESS;
	return true;
}
