/* SPDX-License-Identifier: BSD-3-Clause */
/* The exit half of RsiPlaneRun of 2.0: rmm-2.0.md#10 */
#include <string.h>

#include "rmm/run.h"

/* ICH_HCR bits that an entry always has: En would be the PE's own. */
#define HCR_FORCED UINT64_C(0x8100)

/*
 * What a Plane exit tells of the GIC: not what the virtual interface has, but what was saved for the Plane. Behind
 * the context in its granule.
 */
struct saved_gic {
	uint64_t hcr, lrs[RMI_MAX_LRS];
};

#define SAVED_OFFSET 0x800
_Static_assert(sizeof(struct rmmsim_plane) <= SAVED_OFFSET, "the saved GIC is behind the context");

static struct saved_gic *saved_gic(struct run *run, unsigned int plane)
{
	return (struct saved_gic *)((uint8_t *)rec_plane(run->sim, run->rec, plane) + SAVED_OFFSET);
}

void plane_save_entered_gic(struct run *run, unsigned int plane,
			    const struct rsi_plane_enter *enter)
{
	struct saved_gic *saved = saved_gic(run, plane);

	saved->hcr = HCR_FORCED | enter->gicv3_hcr;
	memcpy(saved->lrs, enter->gicv3_lrs, gic_lrs(run->sim) * sizeof(saved->lrs[0]));
}

/* The owner has the registers of the PE. */
static void save_owned_gic(struct run *run)
{
	const struct rmmsim_gic *host = &run->sim->pes[run->pe].gic;
	struct saved_gic *saved = saved_gic(run, run->rec->active_plane);

	saved->hcr = host->hcr;
	memcpy(saved->lrs, host->lrs, gic_lrs(run->sim) * sizeof(saved->lrs[0]));
}

void plane_fill_exit_2(struct run *run, struct rsi_plane_exit_2 *exit,
		       enum rsi_plane_exit_reason reason, uint64_t elr,
		       const struct plane_syndrome *syndrome)
{
	const struct rmmsim_plane *plane = run_plane(run);
	const uint64_t *sysreg = plane->sysreg;
	const struct saved_gic *saved = saved_gic(run, run->rec->active_plane);

	if (run->ran && run->rec->gic_owner == run->rec->active_plane)
		save_owned_gic(run);
	memset(exit, 0, sizeof(*exit));
	exit->reason = reason;
	exit->elr_el2 = elr;
	exit->pstate = plane->pstate;
	memcpy(exit->gprs, plane->x, sizeof(exit->gprs));
	exit->esr_el2 = syndrome->esr;
	exit->far_el2 = syndrome->far;
	exit->hpfar_el2 = syndrome->hpfar;
	exit->gicv3_hcr = saved->hcr;
	memcpy(exit->gicv3_lrs, saved->lrs, sizeof(exit->gicv3_lrs));
	exit->gicv3_misr = plane->gic.misr;
	exit->gicv3_vmcr = plane->gic.vmcr;
	exit->cntp_ctl = sysreg[RMMSIM_SYSREG_CNTP_CTL_EL0];
	exit->cntp_cval = sysreg[RMMSIM_SYSREG_CNTP_CVAL_EL0];
	exit->cntv_ctl = sysreg[RMMSIM_SYSREG_CNTV_CTL_EL0];
	exit->cntv_cval = sysreg[RMMSIM_SYSREG_CNTV_CVAL_EL0];
	exit->sctlr_el1 = sysreg[RMMSIM_SYSREG_SCTLR_EL1];
	exit->vbar_el1 = sysreg[RMMSIM_SYSREG_VBAR_EL1];
	exit->elr_el1 = run->ran ? sysreg[RMMSIM_SYSREG_ELR_EL1] : run->elr_el1;
}
