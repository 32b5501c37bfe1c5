/* SPDX-License-Identifier: BSD-3-Clause */
/* Work that a REC entry completes before the Realm runs: rec.md#3 (3.3), planes.md#4 (4.3) */
#include "rmm/run.h"
#include "rmm/syndrome.h"
#include "smc/mutant.h"

#define INSN_SIZE 4

const struct rec_last_exit *rec_due_exit(const struct rmmsim *sim, const struct rec *rec)
{
	if (quirk(sim, QUIRK_stale_last_exit) && rec->last.esr == 0)
		return &rec->kept[rec->active_plane];
	return &rec->last;
}

static int64_t sign_extend(uint64_t value, unsigned int bits)
{
	return (int64_t)(value << (64 - bits)) >> (64 - bits);
}

/*
 * What an emulated read gives to its register: rec.md#3 (3.2), emul_mmio. SF says where the extension
 * of the sign ends; a value that is not extended has the size of the access; SF does not matter.
 */
static uint64_t read_value(uint64_t gpr, uint64_t esr)
{
	const unsigned int bits = 8u << ESR_SAS(esr);
	const uint64_t value = rmmsim_field(gpr, 0, bits);

	if (!(esr & ESR_SSE) || MUTANT(emulation_never_extends))
		return value;
	if (esr & ESR_SF)
		return (uint64_t)sign_extend(value, bits);
	return (uint32_t)sign_extend(value, bits);
}

static void complete_mmio(struct run *run, uint64_t esr)
{
	struct rmmsim_plane *plane = run_plane(run);

	if (!MUTANT(emulation_repeats))
		plane->pc += INSN_SIZE;
	if (!(esr & ESR_WNR))
		plane_set_reg(plane, ESR_SRT(esr), read_value(run->enter.gprs[0], esr));
}

/* Why Plane 0 has to run although another Plane is active. */
enum forced {
	FORCED_NOT,
	FORCED_SEA,
	FORCED_INTERRUPT,
	FORCED_HOST,
};

static enum forced forced_exit(const struct rmmsim *sim, const struct rec *rec,
			       const struct rmi_rec_enter *enter)
{
	const bool owner = rec->gic_owner == rec->active_plane;
	const bool host = enter->flags & RMI_REC_ENTER_FLAG_FORCE_P0 && !MUTANT(force_p0_ignored);

	if (rec->active_plane == 0)
		return FORCED_NOT;
	if (enter->flags & RMI_REC_ENTER_FLAG_INJECT_SEA)
		return FORCED_SEA;
	if (host && quirk(sim, QUIRK_force_p0_sync))
		return FORCED_HOST;
	if (!owner && !MUTANT(pending_interrupt_waits) &&
	    (gic_pending(sim, enter) || rec->last_misr[rec->active_plane]))
		return FORCED_INTERRUPT;
	return host ? FORCED_HOST : FORCED_NOT;
}

bool rec_complete_blocked(const struct rmmsim *sim, const struct rec *rec,
			  const struct rmi_rec_enter *enter)
{
	const struct plane_quirks quirks = sim_plane_quirks(sim);
	const struct realm *realm = realm_at(sim, mem_find(sim->mem, rec->rd));

	if (!quirk(sim, QUIRK_plane_exit_no_page_input))
		return false;
	if (forced_exit(sim, rec, enter) == FORCED_NOT)
		return false;
	if (rsi_host_call_blocked(sim, rec))
		return false;
	return plane_rsi_translate(sim->mem, &realm->s2, rec->enter.run, &quirks).outcome ==
	       PLANE_RSI_ABORT;
}

/* planes.md#4 (4.2): what the exit shows of the last exception of the Plane. */
static struct plane_syndrome forced_syndrome(const struct run *run, enum forced why)
{
	const struct plane_syndrome all = plane_last_syndrome(run->rec);
	const bool sync =
		why == FORCED_SEA || (why == FORCED_HOST && quirk(run->sim, QUIRK_force_p0_sync));

	if (sync || quirk(run->sim, QUIRK_plane_exit_stale_syndrome))
		return all;
	return (struct plane_syndrome){.esr = why == FORCED_HOST ? all.esr : 0};
}

static enum rsi_plane_exit_reason forced_reason(const struct run *run, enum forced why)
{
	if (why == FORCED_SEA)
		return RSI_PLANE_EXIT_SYNC;
	if (why == FORCED_INTERRUPT)
		return RSI_PLANE_EXIT_IRQ;
	return quirk(run->sim, QUIRK_force_p0_sync) ? RSI_PLANE_EXIT_SYNC : RSI_PLANE_EXIT_HOST;
}

/* Step 3: plane exits that the entry itself causes. */
static void complete_plane(struct run *run)
{
	const enum forced why = forced_exit(run->sim, run->rec, &run->enter);
	struct plane_syndrome syndrome;

	if (why == FORCED_NOT)
		return;
	syndrome = forced_syndrome(run, why);
	if (quirk(run->sim, QUIRK_stale_last_exit))
		run->rec->kept[run->rec->active_plane] = *rec_due_exit(run->sim, run->rec);
	plane_exit(run, forced_reason(run, why), run_plane(run)->pc, &syndrome);
}

/* Step 1: the instruction that made the last exit. */
static void complete_abort(struct run *run)
{
	const struct rec_last_exit *last = rec_due_exit(run->sim, run->rec);
	const uint64_t flags = run->enter.flags;

	if (!(flags & RMI_REC_ENTER_FLAG_INJECT_SEA)) {
		if (flags & RMI_REC_ENTER_FLAG_EMUL_MMIO)
			complete_mmio(run, last->esr);
		return;
	}
	/* The abort of an auxiliary Plane is told to Plane 0. */
	if (run->rec->active_plane == 0 || quirk(run->sim, QUIRK_inject_sea_into_pn))
		inject_sea(run->sim, run_plane(run), last->esr, last->far);
}

/* Step 6: the value that the Host found for a trapped MRS. */
static void complete_sysreg(struct run *run)
{
	const struct rec_last_exit *last = rec_due_exit(run->sim, run->rec);

	if (last->sysreg_read && !MUTANT(sysreg_read_lost))
		plane_set_reg(run_plane(run), last->rt, run->enter.gprs[0]);
}

/* What the entry has dealt with. */
static void forget_last_exit(struct rec *rec)
{
	rec->last = (struct rec_last_exit){0};
	rec->kept[rec->active_plane] = (struct rec_last_exit){0};
}

void rec_complete_refused(struct run *run)
{
	complete_abort(run);
	if (run->rec->pending == REC_PENDING_HOST_CALL)
		rsi_host_call_complete(run);
}

void rec_complete(struct run *run)
{
	struct rec *rec = run->rec;

	complete_abort(run);
	if (rec->pending == REC_PENDING_HOST_CALL && !rsi_host_call_complete(run))
		return;
	complete_plane(run);
	gic_load(run);
	if (run->leaving) {
		forget_last_exit(rec);
		return;
	}
	rsi_ripas_complete(run);
	rsi_s2ap_complete(run);
	complete_sysreg(run);
	rsi_dev_mem_complete(run);
	rsi_vdev_complete(run);
	if (!MUTANT(last_exit_stays))
		forget_last_exit(rec);
}
