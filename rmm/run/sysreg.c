/* SPDX-License-Identifier: BSD-3-Clause */
/* Trapped MSR and MRS of a Plane: rec.md#7 */
#include "rmm/run.h"
#include "rmm/syndrome.h"

#define INSN_SIZE 4

/* An encoding Op0, Op1, CRn, CRm, Op2 as one number. */
#define SYSREG(op0, op1, crn, crm, op2) RSI_SYSREG_ADDRESS(op0, op1, crn, crm, op2)
#define SYSREG_CRN(sysreg)              ((sysreg) >> 7 & 0xf)
#define SYSREG_CRM(sysreg)              ((sysreg) >> 3 & 0xf)
#define SYSREG_GROUP(sysreg)            ((sysreg) >> 7) /* without CRm and Op2 */

#define ICC_DIR_EL1   SYSREG(3u, 0u, 12u, 11u, 1u)
#define ICC_SGI1R_EL1 SYSREG(3u, 0u, 12u, 11u, 5u)
#define ICC_SGI0R_EL1 SYSREG(3u, 0u, 12u, 11u, 7u)
#define S2POR_EL1     SYSREG(3u, 0u, 10u, 2u, 5u)
#define MPIDR_EL1     SYSREG(3u, 0u, 0u, 0u, 5u)

#define PFR0_SVE       (UINT64_C(0xf) << 32)
#define PFR0_MPAM      (UINT64_C(0xf) << 40)
#define PFR0_AMU       (UINT64_C(0xf) << 44)
#define PFR1_MPAM_FRAC (UINT64_C(0xf) << 16)
#define PFR1_SME       (UINT64_C(0xf) << 24)
#define DFR0_BRBE      (UINT64_C(0xf) << 52)
#define DFR0_PMU       (UINT64_C(0xf) << 8)
#define MMFR3_S2PIE    (UINT64_C(0xf) << 12)
#define MMFR3_S2POE    (UINT64_C(0xf) << 20)

static unsigned int trapped_sysreg(uint64_t esr)
{
	return SYSREG(ESR_SYSREG_OP0(esr), ESR_SYSREG_OP1(esr), ESR_SYSREG_CRN(esr),
		      ESR_SYSREG_CRM(esr), ESR_SYSREG_OP2(esr));
}

/* Op0 3, Op1 0, CRn 0: identification registers. */
static bool is_id(unsigned int sysreg)
{
	return SYSREG_GROUP(sysreg) == SYSREG_GROUP(SYSREG(3u, 0u, 0u, 0u, 0u));
}

static bool is_brbe(const struct rmmsim *sim, unsigned int sysreg)
{
	/* Op0 3 as if it were 2. */
	if (quirk(sim, QUIRK_brbe_op0_3))
		sysreg &= ~SYSREG(1u, 0u, 0u, 0u, 0u);
	return SYSREG_GROUP(sysreg) == SYSREG_GROUP(SYSREG(2u, 1u, 8u, 0u, 0u)) ||
	       SYSREG_GROUP(sysreg) == SYSREG_GROUP(SYSREG(2u, 1u, 9u, 0u, 0u));
}

/* BRBE, MPAM and the stage 2 overlay register do not exist for a Realm. */
static bool is_undefined(const struct rmmsim *sim, unsigned int sysreg)
{
	if (is_brbe(sim, sysreg))
		return true;
	if (SYSREG_GROUP(sysreg) == SYSREG_GROUP(SYSREG(3u, 0u, 10u, 0u, 0u)))
		return SYSREG_CRM(sysreg) == 4 || SYSREG_CRM(sysreg) == 5 || sysreg == S2POR_EL1;
	return false;
}

static bool is_gic(unsigned int sysreg)
{
	return sysreg == ICC_DIR_EL1 || sysreg == ICC_SGI0R_EL1 || sysreg == ICC_SGI1R_EL1;
}

/* rec.md#7 (7.2): what a Realm reads. */
static uint64_t id_value(const struct run *run, unsigned int sysreg)
{
	const struct rmmsim_id_regs *id = &run->sim->config.id_regs;
	const bool sve = run_realm(run)->flags0 & RMI_REALM_FLAGS0_SVE;

	switch (sysreg) {
	case MPIDR_EL1:
		return rec_mpidr_el1(run->rec->mpidr);
	case SYSREG(3u, 0u, 0u, 4u, 0u): /* ID_AA64PFR0_EL1 */
		return id->id_aa64pfr0 & ~(PFR0_MPAM | PFR0_AMU | (sve ? 0 : PFR0_SVE));
	case SYSREG(3u, 0u, 0u, 4u, 1u): /* ID_AA64PFR1_EL1 */
		return id->id_aa64pfr1 & ~(PFR1_MPAM_FRAC | PFR1_SME);
	case SYSREG(3u, 0u, 0u, 4u, 4u): /* ID_AA64ZFR0_EL1 */
		return sve ? id->id_aa64zfr0 : 0;
	case SYSREG(3u, 0u, 0u, 5u, 0u): /* ID_AA64DFR0_EL1 */
		return id->id_aa64dfr0 & ~(DFR0_BRBE | (revision_2(run->sim) ? DFR0_PMU : 0));
	case SYSREG(3u, 0u, 0u, 5u, 1u): /* ID_AA64DFR1_EL1 */
		return id->id_aa64dfr1;
	case SYSREG(3u, 0u, 0u, 6u, 0u): /* ID_AA64ISAR0_EL1 */
		return id->id_aa64isar0;
	case SYSREG(3u, 0u, 0u, 6u, 1u): /* ID_AA64ISAR1_EL1 */
		return id->id_aa64isar1;
	case SYSREG(3u, 0u, 0u, 7u, 0u): /* ID_AA64MMFR0_EL1 */
		return id->id_aa64mmfr0;
	case SYSREG(3u, 0u, 0u, 7u, 1u): /* ID_AA64MMFR1_EL1 */
		return id->id_aa64mmfr1;
	case SYSREG(3u, 0u, 0u, 7u, 2u): /* ID_AA64MMFR2_EL1 */
		return id->id_aa64mmfr2;
	case SYSREG(3u, 0u, 0u, 7u, 3u): /* ID_AA64MMFR3_EL1 */
		return id->id_aa64mmfr3 & ~(MMFR3_S2PIE | MMFR3_S2POE);
	case SYSREG(3u, 0u, 0u, 7u, 4u): /* ID_AA64MMFR4_EL1 */
		return id->id_aa64mmfr4;
	default:
		return 0;
	}
}

/* The Host emulates these: rec.md#4, GIC sysreg trap. */
static void exit_gic(struct run *run)
{
	const uint64_t esr = run->event.esr;
	const unsigned int rt = ESR_SYSREG_RT(esr);
	struct rmmsim_plane *plane = run_plane(run);

	run->exit.esr = quirk(run->sim, QUIRK_sysreg_exit_rt) ? esr : esr & ~ESR_SYSREG_RT_MASK;
	if (esr & ESR_SYSREG_READ) {
		run->rec->last.sysreg_read = true;
		run->rec->last.rt = rt;
	} else {
		run->exit.gprs[0] = plane_reg(plane, rt);
	}
	plane->pc += INSN_SIZE;
	run_leave(run, RMI_EXIT_SYNC);
}

void sysreg_trap(struct run *run)
{
	const uint64_t esr = run->event.esr;
	const unsigned int sysreg = trapped_sysreg(esr);
	struct rmmsim_plane *plane = run_plane(run);
	uint64_t value = 0;

	if (is_gic(sysreg)) {
		exit_gic(run);
		return;
	}
	if (is_undefined(run->sim, sysreg)) {
		inject_undefined(run->sim, plane);
		return;
	}
	/* A register that is neither for identification nor one of the above is RAZ/WI. */
	if (is_id(sysreg))
		value = id_value(run, sysreg);
	if (esr & ESR_SYSREG_READ)
		plane_set_reg(plane, ESR_SYSREG_RT(esr), value);
	plane->pc += INSN_SIZE;
}
