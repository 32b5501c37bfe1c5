/* SPDX-License-Identifier: BSD-3-Clause */
/* Exceptions that the monitor injects into EL1 of a Plane: rtt.md#7 (7.4) */
#include "rmm/run.h"
#include "rmm/syndrome.h"
#include "smc/mutant.h"

#define PSTATE_NZCV   UINT64_C(0xf0000000)
#define PSTATE_TCO    (UINT64_C(1) << 25)
#define PSTATE_DIT    (UINT64_C(1) << 24)
#define PSTATE_PAN    (UINT64_C(1) << 22)
#define PSTATE_ALLINT (UINT64_C(1) << 13)
#define PSTATE_SSBS   (UINT64_C(1) << 12)
#define PSTATE_DAIF   UINT64_C(0x3c0)
#define PSTATE_EL1H   UINT64_C(5)

#define SCTLR_SPAN      (UINT64_C(1) << 23)
#define SCTLR_DSSBS     (UINT64_C(1) << 44)
#define SCTLR_SPINTMASK (UINT64_C(1) << 62)
#define SCTLR2_EASE     (UINT64_C(1) << 5)
#define PFR1_MTE(value) ((value) >> 8 & 0xf)
#define PFR1_NMI(value) ((value) >> 36 & 0xf)
#define VECTOR_SERROR   0x180 /* from the synchronous vector of the same group */
#define SEA_FSC         UINT64_C(0x10)

/* Group of the vector table: by where the exception is taken from. */
static uint64_t vector_offset(uint64_t pstate)
{
	if (pstate & PSTATE_AARCH32)
		return 0x600;
	if ((pstate & PSTATE_EL_MASK) == 0)
		return 0x400;
	return (pstate & 1) ? 0x200 : 0x000;
}

static uint64_t handler_pstate(const struct rmmsim *sim, const struct rmmsim_plane *plane)
{
	const uint64_t sctlr = plane->sysreg[RMMSIM_SYSREG_SCTLR_EL1];
	const uint64_t pfr1 = sim->config.id_regs.id_aa64pfr1;
	uint64_t pstate = PSTATE_EL1H | PSTATE_DAIF;

	pstate |= plane->pstate & (PSTATE_NZCV | PSTATE_DIT);
	if (sctlr & SCTLR_DSSBS)
		pstate |= PSTATE_SSBS;
	if (!(sctlr & SCTLR_SPAN))
		pstate |= PSTATE_PAN;
	if (PFR1_NMI(pfr1) && !(sctlr & SCTLR_SPINTMASK))
		pstate |= PSTATE_ALLINT;
	if (PFR1_MTE(pfr1) >= 2)
		pstate |= PSTATE_TCO;
	return pstate;
}

static void take(const struct rmmsim *sim, struct rmmsim_plane *plane, uint64_t esr,
		 uint64_t vector)
{
	const uint64_t pstate = handler_pstate(sim, plane);

	plane->sysreg[RMMSIM_SYSREG_ESR_EL1] = esr;
	plane->sysreg[RMMSIM_SYSREG_ELR_EL1] = plane->pc;
	plane->sysreg[RMMSIM_SYSREG_SPSR_EL1] = plane->pstate;
	plane->pc = plane->sysreg[RMMSIM_SYSREG_VBAR_EL1] + vector;
	plane->pstate = pstate;
}

void inject_sea(const struct rmmsim *sim, struct rmmsim_plane *plane, uint64_t esr, uint64_t far)
{
	const bool el0 = (plane->pstate & PSTATE_EL_MASK) == 0;
	uint64_t vector = vector_offset(plane->pstate);
	uint64_t injected = esr & ~(ESR_FNV | ESR_S1PTW | ESR_FSC_MASK);

	injected |= ESR_EA | SEA_FSC;
	if (!el0 && !MUTANT(sea_from_el0_always))
		injected += ESR_EC(1);
	if (plane->sysreg[RMMSIM_SYSREG_SCTLR2_EL1] & SCTLR2_EASE)
		vector += VECTOR_SERROR;
	plane->sysreg[RMMSIM_SYSREG_FAR_EL1] = far;
	take(sim, plane, injected, vector);
}

void inject_undefined(const struct rmmsim *sim, struct rmmsim_plane *plane)
{
	take(sim, plane, ESR_IL, vector_offset(plane->pstate));
}
