/* SPDX-License-Identifier: BSD-3-Clause */
/* The run loop around the engine. */
#include "rmm/run.h"
#include "rmm/syndrome.h"
#include "smc/mutant.h"

#define RECORDED_LRS 4

void run_leave(struct run *run, enum rmi_rec_exit_reason reason)
{
	run->exit.exit_reason = reason;
	run->leaving = true;
}

void run_leave_emulated_abort(struct run *run, uint64_t ipa, int level)
{
	const uint64_t fsc = level < 0 ? FSC_TRANSLATION_M1 : FSC_TRANSLATION + (unsigned int)level;
	const uint64_t hpfar = ipa >> HPFAR_FIPA_SHIFT;

	run->exit.esr = ESR_EC(EC_DATA_ABORT) | fsc;
	run->exit.hpfar = quirk(run->sim, QUIRK_hpfar_low_bits) ? hpfar : hpfar & HPFAR_FIPA_MASK;
	run->result = RUN_RESULT_NONE;
	run_leave(run, RMI_EXIT_SYNC);
}

static void fill_vcpu(struct run *run, struct rmmsim_vcpu *vcpu)
{
	struct rec *rec = run->rec;
	struct rec_simd *simd = rec_simd(run->sim, rec);
	const bool aux = rec->active_plane != 0;
	const uint64_t flags = rec->enter.flags, host = run->enter.flags;

	*vcpu = (struct rmmsim_vcpu){
		.sim = run->sim,
		.pe = run->pe,
		.rd = rec->rd,
		.rec = mem_pa(run->sim->mem, run->rec_granule),
		.mpidr = rec_mpidr_el1(rec->mpidr),
		.plane = rec->active_plane,
		.context = run_plane(run),
		.simd = simd->v,
		.fpcr = &simd->fpcr,
		.fpsr = &simd->fpsr,
		.trap_wfi = aux ? flags & RSI_PLANE_ENTER_FLAG_TRAP_WFI
				: host & RMI_REC_ENTER_FLAG_TRAP_WFI,
		.trap_wfe = aux ? flags & RSI_PLANE_ENTER_FLAG_TRAP_WFE
				: host & RMI_REC_ENTER_FLAG_TRAP_WFE,
		.trap_simd = aux && (flags & RSI_PLANE_ENTER_FLAG_TRAP_SIMD),
		.serror_pending = rec->serror_pending[rec->active_plane],
		.serror_syndrome = rec->serror_syndrome[rec->active_plane],
		.call = run->mem.call,
		.pmu = realm_pmu(run_realm(run)),
		.p0 = rec_plane(run->sim, rec, 0),
	};
}

/* Registers that the platform of the recordings does not keep: tf-rmm-quirks.md#6 */
static void forget_unrecorded(const struct rmmsim *sim, struct rmmsim_plane *plane)
{
	static const enum rmmsim_sysreg lost[] = {RMMSIM_SYSREG_TCR2_EL1, RMMSIM_SYSREG_PIRE0_EL1,
						  RMMSIM_SYSREG_PIR_EL1, RMMSIM_SYSREG_POR_EL1};

	if (quirk(sim, QUIRK_recorded_lrs_4)) {
		for (unsigned int i = RECORDED_LRS; i < RMI_MAX_LRS; i++)
			plane->gic.lrs[i] = 0;
	}
	if (!quirk(sim, QUIRK_recorded_sysregs))
		return;
	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++)
		plane->sysreg[lost[i]] = 0;
	/* The monitor of July 2026 keeps the keys: rmm-2.0.md#14a */
	for (int key = revision_2(sim) ? RMMSIM_SYSREG_APGAKEYHI_EL1 + 1
				       : RMMSIM_SYSREG_APIAKEYLO_EL1;
	     key <= RMMSIM_SYSREG_APGAKEYHI_EL1; key++)
		plane->sysreg[key] = 0;
}

/* One stretch of the engine. Other PEs may change anything but this REC meanwhile. */
static void run_engine(struct run *run)
{
	struct rmmsim *sim = run->sim;
	struct rec *rec = run->rec;
	struct rmmsim_vcpu vcpu;

	fill_vcpu(run, &vcpu);
	if (!MUTANT(last_exit_stays))
		rec->last = (struct rec_last_exit){0};
	run->event = (struct rmmsim_event){.kind = RMMSIM_EVENT_IRQ};
	run->result = RUN_RESULT_WRITE;
	run->ran = true;
	mem_unlock(sim->mem);
	sim->engine->run(sim->engine_context, &vcpu, &run->event);
	mem_lock(sim->mem);
	rec->serror_pending[rec->active_plane] = vcpu.serror_pending;
	forget_unrecorded(sim, run_plane(run));
}

/*
 * An output of the active Plane's timers changed. Plane 0 has to know about it unless the Plane owns
 * the GIC: planes.md#9
 */
static void leave_for_timer(struct run *run)
{
	const struct rec *rec = run->rec;
	struct plane_syndrome syndrome = {0};

	run_leave(run, RMI_EXIT_IRQ);
	timer_report(run);
	if (rec->active_plane == 0 || rec->gic_owner == rec->active_plane)
		return;
	if (quirk(run->sim, QUIRK_plane_exit_stale_syndrome))
		syndrome = plane_last_syndrome(rec);
	plane_exit(run, RSI_PLANE_EXIT_IRQ, run_plane(run)->pc, &syndrome);
}

void run_loop(struct run *run)
{
	while (!run->leaving) {
		if (timer_changed(run)) {
			leave_for_timer(run);
			return;
		}
		if (!run->sim->engine || timer_expired(run)) {
			run_leave(run, RMI_EXIT_IRQ);
			return;
		}
		run_engine(run);
		exit_event(run);
	}
}

/* The PMU asks for an interrupt. */
static bool pmu_overflow(const struct run *run)
{
	const uint64_t *sysreg = run_plane(run)->sysreg;
	const uint64_t enabled =
		sysreg[RMMSIM_SYSREG_PMINTENSET_EL1] & sysreg[RMMSIM_SYSREG_PMCNTENSET_EL0];

	return realm_pmu(run_realm(run)) && (sysreg[RMMSIM_SYSREG_PMCR_EL0] & 1) &&
	       (sysreg[RMMSIM_SYSREG_PMOVSSET_EL0] & enabled);
}

void run_finish(struct run *run)
{
	timer_save(run, run->rec->active_plane);
	if (run->bare)
		return;
	gic_report(run);
	/* The interrupt may be that of Plane 0's timer: the Host is shown its ISTATUS, once. */
	if (run->exit.exit_reason == RMI_EXIT_IRQ)
		timer_expired(run);
	timer_report(run);
	if (pmu_overflow(run))
		run->exit.pmu_ovf_status = RMI_PMU_OVERFLOW_ACTIVE;
}
