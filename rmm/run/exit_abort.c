/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage 2 aborts of a Plane: who gets them and what they may know. rtt.md#7, rec.md#4 */
#include "rmm/run.h"
#include "rmm/syndrome.h"
#include "smc/mutant.h"

/* What the Host sees of ESR_EL2: EC, SET, FnV, EA, FSC; with ISV also SAS, SF, WnR. rtt.md#7 (7.3) */
#define SHOWN_PLAIN     UINT64_C(0xfc001e3f)
#define SHOWN_EMULATION UINT64_C(0xfdc09e7f)

uint64_t exit_fault_ipa(uint64_t hpfar)
{
	return (hpfar & HPFAR_FIPA_MASK) << HPFAR_FIPA_SHIFT;
}

uint64_t exit_write_value(const struct rmmsim_plane *plane, uint64_t esr)
{
	const unsigned int bits = 8u << ESR_SAS(esr);

	if (!(esr & ESR_WNR))
		return 0;
	return rmmsim_field(plane_reg(plane, ESR_SRT(esr)), 0, bits);
}

static bool external_abort(uint64_t esr)
{
	const uint64_t fsc = esr & ESR_FSC_MASK;

	/* On a table walk: 0x13 (level -1) to 0x17. */
	return fsc == FSC_EXTERNAL || (fsc >= 0x13 && fsc <= 0x17);
}

static bool permission_fault(uint64_t esr)
{
	return (esr & ESR_FSC_MASK & ~UINT64_C(3)) == FSC_PERMISSION;
}

static bool unprotected(const struct run *run, uint64_t ipa)
{
	const struct rtt_s2 *s2 = &run_realm(run)->s2;

	return rtt_in_range(s2, ipa) && !rtt_protected(s2, ipa);
}

/* The abort as the last exit of the REC: rec.md#4 (4.1), "Last exit". */
static void note_exit(struct run *run, bool emulatable)
{
	struct rec_last_exit *last = &run->rec->last;

	last->emulatable = emulatable;
	last->unprotected_abort = ESR_EC_OF(last->esr) == EC_DATA_ABORT &&
				  unprotected(run, exit_fault_ipa(last->hpfar));
}

/* rec.md#4: external abort. SET = UC would stop a real monitor; here it is only reported. */
static void exit_external(struct run *run)
{
	const struct rmmsim_event *event = &run->event;

	run->exit.esr = event->esr & SHOWN_PLAIN;
	note_exit(run, false);
	if (ESR_SET(event->esr) == ESR_SET_UER)
		inject_sea(run->sim, run_plane(run), event->esr, event->far);
	run_leave(run, RMI_EXIT_SYNC);
}

/*
 * The part of ESR_EL2 that the Host may know. At an Unprotected IPA it can decode the instruction
 * itself, so it is told its length if the syndrome does not describe the access: rec.md#4
 */
static uint64_t shown(const struct run *run, bool detailed)
{
	const struct rec_last_exit *last = &run->rec->last;

	if (detailed)
		return SHOWN_EMULATION;
	if (last->unprotected_abort && !quirk(run->sim, QUIRK_isv0_abort_unprotected))
		return SHOWN_PLAIN | ESR_IL;
	return SHOWN_PLAIN;
}

static void exit_to_host(struct run *run, const struct plane_result *route)
{
	const struct rmmsim_event *event = &run->event;
	const struct rmmsim_plane *plane = run_plane(run);
	const bool isv = event->esr & ESR_ISV;
	bool detailed = route->emulatable && !(plane->pstate & PSTATE_AARCH32);

	note_exit(run, detailed && isv);
	detailed = detailed && (isv || quirk(run->sim, QUIRK_isv0_abort_unprotected));
	run->exit.esr = event->esr & shown(run, detailed);
	run->exit.hpfar = event->hpfar & HPFAR_FIPA_MASK;
	run->exit.rtt_tree = route->tree;
	if (detailed) {
		run->exit.far = event->far & (MUTANT(exit_shows_far) ? UINT64_MAX : GRANULE_MASK);
		run->exit.gprs[0] = exit_write_value(plane, event->esr);
	}
	if (quirk(run->sim, QUIRK_rtt_tree_shared)) {
		const uint32_t planes = run_realm(run)->s2.planes;

		run->exit.rtt_tree = (run->rec->active_plane + 1) % planes;
	}
	run_leave(run, RMI_EXIT_SYNC);
}

void exit_abort(struct run *run)
{
	const struct rmmsim_event *event = &run->event;
	const bool fetch = ESR_EC_OF(event->esr) == EC_INST_ABORT;
	const struct plane_quirks quirks = sim_plane_quirks(run->sim);
	struct plane_result route;

	if (external_abort(event->esr)) {
		exit_external(run);
		return;
	}
	route = plane_route(run->sim->mem, &run_realm(run)->s2, run->rec->active_plane,
			    exit_fault_ipa(event->hpfar), fetch, permission_fault(event->esr),
			    &quirks);
	switch (route.outcome) {
	case PLANE_SEA:
	case PLANE_ADDRESS_SIZE:
		inject_sea(run->sim, run_plane(run), event->esr, event->far);
		return;
	case PLANE_EXIT:
		exit_plane_sync(run, run_plane(run)->pc);
		return;
	case PLANE_REC_EXIT:
	case PLANE_PROCEED:
		exit_to_host(run, &route);
		return;
	}
}
