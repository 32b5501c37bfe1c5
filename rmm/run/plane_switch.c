/* SPDX-License-Identifier: BSD-3-Clause */
/* From Plane 0 to an auxiliary Plane and back: planes.md#2, planes.md#4 */
#include <string.h>

#include "rmm/run.h"
#include "rmm/syndrome.h"
#include "smc/mutant.h"

/* Bytes of RsiPlaneExit that TF-RMM writes: tf-rmm-quirks.md#3, W14 */
#define SHORT_EXIT 0x500

struct plane_syndrome plane_last_syndrome(const struct rec *rec)
{
	return (struct plane_syndrome){
		.esr = rec->last.esr,
		.far = rec->last.far,
		.hpfar = rec->last.hpfar & HPFAR_FIPA_MASK,
	};
}

void plane_enter(struct run *run, unsigned int n, uint64_t ipa, const struct rsi_plane_enter *enter)
{
	struct rmmsim *sim = run->sim;
	struct rec *rec = run->rec;
	struct rmmsim_plane *p0 = run_plane(run), *plane = rec_plane(sim, rec, n);

	if (!MUTANT(plane_enter_loses_p0_timers))
		timer_save(run, 0);
	rec->timers_seen = rmmsim_time(sim);
	rec->enter = (struct rec_plane_enter){.flags = enter->flags, .run = ipa};
	if (enter->flags & RSI_PLANE_ENTER_FLAG_GIC_OWNER) {
		gic_transfer(sim, &plane->gic, &p0->gic);
		rec->gic_owner = MUTANT(plane_enter_keeps_owner) ? 0 : n;
	} else {
		memcpy(plane->gic.lrs, enter->gicv3_lrs, gic_lrs(sim) * sizeof(uint64_t));
		plane->gic.hcr = gic_hcr_merge(plane->gic.hcr, enter->gicv3_hcr);
		plane_save_entered_gic(run, n, enter);
	}
	if (revision_2(sim))
		plane->sysreg[RMMSIM_SYSREG_ELR_EL1] =
			((const struct rsi_plane_enter_2 *)enter)->elr_el1;
	memcpy(plane->x, enter->gprs,
	       sizeof(plane->x) - MUTANT(plane_enter_drops_x30) * sizeof(plane->x[0]));
	plane->pc = enter->pc;
	if (!MUTANT(plane_enter_keeps_pstate))
		plane->pstate = enter->pstate;
	rec->active_plane = n;
}

static void fill_exit(const struct run *run, struct rsi_plane_exit *exit, uint64_t elr,
		      const struct plane_syndrome *syndrome)
{
	const struct rmmsim_plane *plane = run_plane(run);

	exit->elr_el2 = elr;
	exit->esr_el2 = syndrome->esr;
	exit->far_el2 = MUTANT(plane_exit_hides_far) ? 0 : syndrome->far;
	exit->hpfar_el2 = syndrome->hpfar;
	exit->spsr_el2 = MUTANT(plane_exit_shows_p0_pstate)
				 ? rec_plane(run->sim, run->rec, 0)->pstate
				 : plane->pstate;
	memcpy(exit->gprs, plane->x, sizeof(exit->gprs));
	exit->gicv3_hcr = gic_hcr_shown(plane->gic.hcr);
	memcpy(exit->gicv3_lrs,
	       MUTANT(plane_exit_stale_lrs) ? rec_plane(run->sim, run->rec, 0)->gic.lrs
					    : plane->gic.lrs,
	       gic_lrs(run->sim) * sizeof(uint64_t));
	exit->gicv3_misr = plane->gic.misr;
	exit->gicv3_vmcr = MUTANT(plane_exit_drops_vmcr) ? 0 : plane->gic.vmcr;
	exit->cntp_ctl = plane->sysreg[RMMSIM_SYSREG_CNTP_CTL_EL0];
	exit->cntp_cval = plane->sysreg[RMMSIM_SYSREG_CNTP_CVAL_EL0];
	exit->cntv_ctl = plane->sysreg[RMMSIM_SYSREG_CNTV_CTL_EL0];
	if (!MUTANT(plane_exit_hides_cntv))
		exit->cntv_cval = plane->sysreg[RMMSIM_SYSREG_CNTV_CVAL_EL0];
}

static void return_to_p0(struct run *run, uint64_t x0)
{
	struct rmmsim *sim = run->sim;
	struct rec *rec = run->rec;
	struct rmmsim_plane *plane = run_plane(run);

	timer_save(run, rec->active_plane);
	rec->last_misr[rec->active_plane] = plane->gic.misr;
	if (rec->gic_owner == rec->active_plane) {
		if (!MUTANT(plane_exit_drops_owned_lrs))
			gic_transfer(sim, &rec_plane(sim, rec, 0)->gic, &plane->gic);
		rec->gic_owner = 0;
	}
	rec->active_plane = 0;
	rec->last = (struct rec_last_exit){0};
	rsi_plane_enter_return(run, x0);
}

static void exit_page_gone(struct call *call)
{
	REQUIRE(call, RSI_PLANE_ENTER_exit_ripas, false);
}

/* X0 of the PLANE_ENTER that Plane 0 is in when its page went away: planes.md#4 (4.1) */
static uint64_t refuse_exit(struct run *run)
{
	struct call call = {
		.sim = run->sim,
		.pe = run->pe,
		.id = RSI_PLANE_ENTER,
		.mem = run->mem,
		.run = run,
	};
	uint64_t x[18];

	memcpy(x, rec_plane(run->sim, run->rec, 0)->x, sizeof(x));
	call_begin(&call, x);
	call_run(&call, exit_page_gone);
	return call.out[0];
}

bool plane_exit(struct run *run, enum rsi_plane_exit_reason reason, uint64_t elr,
		const struct plane_syndrome *syndrome)
{
	struct rmmsim *sim = run->sim;
	const struct plane_quirks quirks = sim_plane_quirks(sim);
	const uint64_t ipa = run->rec->enter.run;
	const struct plane_rsi_result page =
		plane_rsi_translate(sim->mem, &run_realm(run)->s2, ipa, &quirks);
	struct rsi_plane_exit *exit;

	if (page.outcome == PLANE_RSI_ABORT) {
		run_leave_emulated_abort(run, ipa, page.level);
		return false;
	}
	if (page.outcome == PLANE_RSI_INPUT) {
		return_to_p0(run, refuse_exit(run));
		return true;
	}
	exit = &((struct rsi_plane_run *)mem_w(sim->mem, page.pa))->exit;
	if (revision_2(sim)) {
		plane_fill_exit_2(run, (struct rsi_plane_exit_2 *)exit, reason, elr, syndrome);
		return_to_p0(run, RSI_SUCCESS);
		return true;
	}
	if (!MUTANT(plane_exit_not_cleared))
		memset(exit, 0,
		       quirk(sim, QUIRK_plane_exit_zero_0x500) ? SHORT_EXIT : sizeof(*exit));
	exit->reason = reason;
	fill_exit(run, exit, elr, syndrome);
	return_to_p0(run, RSI_SUCCESS);
	return true;
}
