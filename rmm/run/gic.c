/* SPDX-License-Identifier: BSD-3-Clause */
/* GIC virtual interface of the Planes: rec.md#3 (3.4), planes.md#8 */
#include <string.h>

#include "rmm/run.h"
#include "smc/mutant.h"

/* ICH_HCR bits that the Host writes: UIE, LRENPIE, NPIE, VGrp0EIE/DIE, VGrp1EIE/DIE, TDIR. */
#define HCR_EOICOUNT UINT64_C(0xf8000000)

#define LR_STATE(lr)     ((unsigned int)((lr) >> 62))
#define LR_STATE_PENDING 1 /* bit of the state field */
#define LR_HW            (UINT64_C(1) << 61)
#define LR_PRIORITY(lr)  ((lr) >> 48 & 0xff)
#define LR_PINTID_MASK   UINT64_C(0x1fff00000000)
#define LR_EOI           (UINT64_C(1) << 41)
#define LR_VINTID(lr)    ((uint32_t)(lr))

#define VTR_PRIBITS(vtr) (((unsigned int)((vtr) >> 29) & 7) + 1)
#define VTR_IDBITS(vtr)  ((vtr) >> 23 & 7)

#define INTID_SPI_LAST  1019
#define INTID_LPI_FIRST 8192

unsigned int gic_lrs(const struct rmmsim *sim)
{
	if (revision_2(sim))
		return (unsigned int)(sim->config.id_regs.ich_vtr & 0xf) + 1;
	return (unsigned int)feature(sim, SMC_FEATURE_GICV3_NUM_LRS) + 1;
}

void gic_take_host(const struct call *call, struct rmi_rec_enter *enter)
{
	const struct rmmsim_gic *gic = &call->sim->pes[call->pe].gic;

	memset(&enter->gicv3_hcr, 0, sizeof(*enter) - offsetof(struct rmi_rec_enter, gicv3_hcr));
	enter->gicv3_hcr = gic->hcr;
	memcpy(enter->gicv3_lrs, gic->lrs, sizeof(enter->gicv3_lrs));
}

void gic_give_host(struct run *run)
{
	struct rmmsim_gic *gic = &run->sim->pes[run->pe].gic;
	struct rmi_rec_exit *exit = &run->exit;

	gic->hcr = (gic->hcr & ~HCR_EOICOUNT) | (exit->gicv3_hcr & HCR_EOICOUNT);
	memcpy(gic->lrs, exit->gicv3_lrs, gic_lrs(run->sim) * sizeof(uint64_t));
	gic->misr = exit->gicv3_misr;
	gic->vmcr = exit->gicv3_vmcr;
	exit->gicv3_hcr = exit->gicv3_misr = exit->gicv3_vmcr = 0;
	memset(exit->gicv3_lrs, 0, sizeof(exit->gicv3_lrs));
}

uint64_t gic_hcr_shown(uint64_t hcr)
{
	return hcr & ((MUTANT(eoicount_hidden) ? 0 : HCR_EOICOUNT) | GIC_HCR_HOST);
}

uint64_t gic_hcr_merge(uint64_t hcr, uint64_t host)
{
	return (hcr & ~GIC_HCR_HOST) | (host & GIC_HCR_HOST);
}

/* The extended ranges of SPI and PPI are not modelled: no PE of the model implements them. */
static bool intid_valid(uint64_t vtr, uint32_t intid)
{
	const uint32_t max = VTR_IDBITS(vtr) ? 0xffffff : 0xffff;

	return intid <= INTID_SPI_LAST || (intid >= INTID_LPI_FIRST && intid <= max);
}

static bool lr_valid(uint64_t vtr, uint64_t lr)
{
	const unsigned int unimplemented = 8 - VTR_PRIBITS(vtr);

	if (LR_STATE(lr) == 0)
		return true;
	if ((lr & (LR_HW | (LR_PINTID_MASK & ~LR_EOI))) && !MUTANT(hardware_lrs_accepted))
		return false;
	if (LR_PRIORITY(lr) & ((1u << unimplemented) - 1))
		return false;
	return intid_valid(vtr, LR_VINTID(lr));
}

static bool duplicate(const uint64_t *lrs, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		if (LR_STATE(lrs[i]) && LR_VINTID(lrs[i]) == LR_VINTID(lrs[n]))
			return true;
	}
	return false;
}

bool gic_valid(const struct rmmsim *sim, const struct rmi_rec_enter *enter)
{
	const uint64_t vtr = sim->config.id_regs.ich_vtr;
	const unsigned int count = gic_lrs(sim);

	if (enter->gicv3_hcr & ~GIC_HCR_HOST)
		return false;
	for (unsigned int i = 0; i < count; i++) {
		if (!lr_valid(vtr, enter->gicv3_lrs[i]))
			return false;
		if (LR_STATE(enter->gicv3_lrs[i]) && duplicate(enter->gicv3_lrs, i) &&
		    !MUTANT(duplicate_lrs_accepted))
			return false;
	}
	return true;
}

bool gic_plane_valid(const struct rmmsim *sim, const struct rsi_plane_enter *enter)
{
	for (unsigned int i = 0; i < gic_lrs(sim); i++) {
		const uint64_t lr = enter->gicv3_lrs[i];

		if (LR_STATE(lr) && ((lr & LR_HW) || duplicate(enter->gicv3_lrs, i)))
			return false;
	}
	return true;
}

bool gic_pending(const struct rmmsim *sim, const struct rmi_rec_enter *enter)
{
	const bool any = quirk(sim, QUIRK_pending_any_lr);

	for (unsigned int i = 0; i < gic_lrs(sim); i++) {
		const uint64_t lr = enter->gicv3_lrs[i];

		if (any ? lr != 0 : (LR_STATE(lr) & LR_STATE_PENDING) != 0)
			return true;
	}
	return false;
}

/* planes.md#8: TF-RMM serves the owner only while it is the active Plane. */
static bool owner_served(const struct run *run)
{
	return run->rec->gic_owner == run->rec->active_plane ||
	       !quirk(run->sim, QUIRK_gic_nonowner_zero);
}

void gic_load(struct run *run)
{
	struct rmmsim_gic *gic = &rec_plane(run->sim, run->rec, run->rec->gic_owner)->gic;

	if (!owner_served(run))
		return;
	memcpy(gic->lrs, run->enter.gicv3_lrs, gic_lrs(run->sim) * sizeof(uint64_t));
	gic->hcr = gic_hcr_merge(gic->hcr, run->enter.gicv3_hcr);
}

void gic_report(struct run *run)
{
	struct rec *rec = run->rec;
	const struct rmmsim_gic *gic = &rec_plane(run->sim, rec, rec->gic_owner)->gic;

	rec->last_misr[rec->active_plane] = run_plane(run)->gic.misr;
	if (!owner_served(run))
		return;
	memcpy(run->exit.gicv3_lrs, gic->lrs, gic_lrs(run->sim) * sizeof(uint64_t));
	run->exit.gicv3_hcr = gic_hcr_shown(gic->hcr);
	run->exit.gicv3_misr = gic->misr;
	if (!MUTANT(rec_exit_drops_vmcr))
		run->exit.gicv3_vmcr = gic->vmcr;
}

void gic_transfer(const struct rmmsim *sim, struct rmmsim_gic *to, const struct rmmsim_gic *from)
{
	unsigned int count = gic_lrs(sim);

	if (quirk(sim, QUIRK_gic_copy_short))
		count--;
	memcpy(to->lrs, from->lrs, count * sizeof(uint64_t));
	to->hcr = from->hcr;
}
