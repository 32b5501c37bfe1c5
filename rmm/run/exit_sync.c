/* SPDX-License-Identifier: BSD-3-Clause */
/* Events of the engine: rec.md#4, planes.md#3 */
#include "rmm/run.h"
#include "rmm/syndrome.h"
#include "smc/mutant.h"

#define INSN_SIZE 4

/* rec.md#4: IDS, AET, EA, DFSC */
#define SERROR_SHOWN UINT64_C(0x01001e3f)
#define AET_UEU      1
#define AET_UER      3

static bool auxiliary(const struct run *run)
{
	return run->rec->active_plane != 0;
}

static void note_sync(struct run *run)
{
	run->rec->last = (struct rec_last_exit){
		.esr = run->event.esr,
		.far = run->event.far,
		.hpfar = run->event.hpfar,
	};
}

void exit_plane_sync(struct run *run, uint64_t elr)
{
	const struct plane_syndrome syndrome = {
		.esr = run->event.esr,
		.far = run->event.far,
		.hpfar = run->event.hpfar & HPFAR_FIPA_MASK,
	};

	plane_exit(run, RSI_PLANE_EXIT_SYNC, elr, &syndrome);
}

static void undefined(struct run *run)
{
	inject_undefined(run->sim, run_plane(run));
}

/* What the Host is told of a WFI, WFE, WFIT or WFET: which one, and how long it may wait. rec.md#4 */
static void fill_wfx(struct run *run)
{
	const uint64_t esr = run->event.esr;

	if (quirk(run->sim, QUIRK_wfxt_plain)) {
		run->exit.esr = esr & (ESR_EC_MASK | ESR_WFX_TI_EVENT);
		return;
	}
	run->exit.esr = esr & (ESR_EC_MASK | ESR_WFX_TI);
	if ((esr & ESR_WFX_TI_TIMEOUT) && (esr & ESR_WFX_RV))
		run->exit.gprs[0] = plane_reg(run_plane(run), ESR_WFX_RN(esr));
}

/* A trapped WFx of an auxiliary Plane never goes to the Host: planes.md#2 */
static void exit_wfx(struct run *run)
{
	struct rmmsim_plane *plane = run_plane(run);

	if (auxiliary(run)) {
		exit_plane_sync(run, plane->pc + INSN_SIZE);
		return;
	}
	fill_wfx(run);
	plane->pc += INSN_SIZE;
	run_leave(run, RMI_EXIT_SYNC);
}

static void exit_hvc(struct run *run)
{
	struct rmmsim_plane *plane = run_plane(run);

	if (!auxiliary(run)) {
		undefined(run);
		return;
	}
	exit_plane_sync(run, plane->pc);
	if (!run->leaving)
		return;
	/* The page cannot be written: the HVC has to happen again. planes.md#4 (4.1) */
	plane->pc =
		quirk(run->sim, QUIRK_recorded_hvc_pc) ? plane->pc - INSN_SIZE : run->event.insn;
}

/* rsi.md#6 */
static bool plane_may_call(const struct run *run)
{
	const uint32_t fid = (uint32_t)run_plane(run)->x[0] & ~SMCCC_FID_SVE_HINT;
	const bool trapped = run->rec->enter.flags & RSI_PLANE_ENTER_FLAG_TRAP_HC;

	if (fid != SMC_RSI_HOST_CALL)
		return false;
	return !trapped || quirk(run->sim, QUIRK_trap_hc_inverted) ||
	       MUTANT(trapped_host_call_leaves);
}

static void exit_smc(struct run *run)
{
	if (auxiliary(run) && !plane_may_call(run)) {
		/* 2.0 shows the SMC itself: rmm-2.0.md#10 */
		exit_plane_sync(run, run_plane(run)->pc + (revision_2(run->sim) ? 0 : INSN_SIZE));
		return;
	}
	rsi_call(run);
}

/* Switching the register file lazily is the monitor's own business: rec.md#7 (7.1) */
static void exit_simd(struct run *run)
{
	if (auxiliary(run) && (run->rec->enter.flags & RSI_PLANE_ENTER_FLAG_TRAP_SIMD) &&
	    !MUTANT(trapped_simd_goes_on))
		exit_plane_sync(run, run_plane(run)->pc);
}

static void exit_sve(struct run *run)
{
	const bool trapped = run->rec->enter.flags & RSI_PLANE_ENTER_FLAG_TRAP_SIMD;

	if (!(run_realm(run)->flags0 & RMI_REALM_FLAGS0_SVE) && !(auxiliary(run) && trapped)) {
		undefined(run);
		return;
	}
	exit_simd(run);
}

static void exit_sync(struct run *run)
{
	note_sync(run);
	switch (ESR_EC_OF(run->event.esr)) {
	case EC_WFX:
		exit_wfx(run);
		return;
	case EC_HVC64:
		exit_hvc(run);
		return;
	case EC_SMC64:
		exit_smc(run);
		return;
	case EC_SYSREG:
		sysreg_trap(run);
		return;
	case EC_INST_ABORT:
	case EC_DATA_ABORT:
		exit_abort(run);
		return;
	case EC_SIMD:
		exit_simd(run);
		return;
	case EC_SVE:
		exit_sve(run);
		return;
	case EC_SME:
		undefined(run);
		return;
	default:
		/* rec.md#4: unknown EC, all fields 0. */
		run_leave(run, RMI_EXIT_SYNC);
		return;
	}
}

static void exit_serror(struct run *run)
{
	const uint64_t esr = run->event.esr;
	const unsigned int aet = ESR_AET(esr);
	struct rec *rec = run->rec;

	rec->last = (struct rec_last_exit){.esr = esr};
	run->exit.esr = esr & SERROR_SHOWN;
	if (!quirk(run->sim, QUIRK_serror_no_ec))
		run->exit.esr |= ESR_EC(EC_SERROR);
	if (!(esr & ESR_IDS) && (aet == AET_UEU || aet == AET_UER) && !MUTANT(serror_lost)) {
		rec->serror_pending[rec->active_plane] = true;
		rec->serror_syndrome[rec->active_plane] = esr & SERROR_SHOWN;
	}
	run_leave(run, RMI_EXIT_SERROR);
}

void exit_event(struct run *run)
{
	switch (run->event.kind) {
	case RMMSIM_EVENT_SYNC:
		exit_sync(run);
		return;
	case RMMSIM_EVENT_SERROR:
		exit_serror(run);
		return;
	case RMMSIM_EVENT_FIQ:
		run_leave(run, RMI_EXIT_FIQ);
		return;
	case RMMSIM_EVENT_IRQ:
	case RMMSIM_EVENT_BUDGET:
	default:
		/* Any other event of an engine ends the run in a way that every Host survives. */
		run_leave(run, RMI_EXIT_IRQ);
		return;
	}
}
