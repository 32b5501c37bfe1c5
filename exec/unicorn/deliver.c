/* SPDX-License-Identifier: BSD-3-Clause */
/* Exceptions that a Plane takes to its own EL1: unicorn.md#4, rtt.md#7 (7.4) */
#include "exec/unicorn/unicorn.h"

#define PSTATE_KEPT (UINT64_C(0xf0000000) | UINT64_C(1) << 24) /* NZCV, DIT */
#define PSTATE_EL1H UINT64_C(0x3c5)
#define SCTLR_SPAN  (UINT64_C(1) << 23)

static uint64_t vector(const struct rmmsim_plane *plane, const struct deliver *d)
{
	uint64_t offset = 0;

	if (PSTATE_EL(plane->pstate) == 0)
		offset = VECTOR_SYNC_EL0;
	else if (PSTATE_SP_EL1(plane->pstate))
		offset = VECTOR_SYNC_EL1H;
	return plane->sysreg[RMMSIM_SYSREG_VBAR_EL1] + offset + (d->serror ? VECTOR_ERROR : 0);
}

void deliver_exception(struct rmmsim_unicorn *u, struct rmmsim_vcpu *vcpu, const struct deliver *d)
{
	struct rmmsim_plane *plane = vcpu->context;
	const uint64_t old = plane->pstate;
	uint64_t pan = old & PSTATE_PAN;

	inspect_note_exception(u, d, vector(plane, d));
	if (!(plane->sysreg[RMMSIM_SYSREG_SCTLR_EL1] & SCTLR_SPAN))
		pan = PSTATE_PAN;
	plane->sysreg[RMMSIM_SYSREG_ESR_EL1] = d->esr;
	if (d->far_valid)
		plane->sysreg[RMMSIM_SYSREG_FAR_EL1] = d->far;
	plane->sysreg[RMMSIM_SYSREG_ELR_EL1] = d->elr;
	plane->sysreg[RMMSIM_SYSREG_SPSR_EL1] = old;
	plane->pc = vector(plane, d);
	plane->pstate = PSTATE_EL1H | (old & PSTATE_KEPT) | pan;
}
