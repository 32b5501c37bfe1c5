/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "rmm/rec.h"

const struct rec *rec_at(const struct rmmsim *sim, const struct granule *granule)
{
	return mem_r(sim->mem, mem_pa(sim->mem, granule));
}

struct rec *rec_edit(struct rmmsim *sim, struct granule *granule)
{
	return mem_w(sim->mem, mem_pa(sim->mem, granule));
}

struct rmmsim_plane *rec_plane(struct rmmsim *sim, const struct rec *rec, unsigned int plane)
{
	return mem_w(sim->mem, rec->aux[plane]);
}

struct rec_simd *rec_simd(struct rmmsim *sim, const struct rec *rec)
{
	return mem_w(sim->mem, rec->aux[REC_AUX_SIMD]);
}

void rec_plane_reset(struct rmmsim_plane *plane, bool pmu)
{
	/* rec.md#8 */
	memset(plane, 0, sizeof(*plane));
	plane->pstate = 0x3c5;
	plane->sysreg[RMMSIM_SYSREG_SCTLR_EL1] = 0xc50878;
	plane->sysreg[RMMSIM_SYSREG_MDSCR_EL1] = 0x1000;
	plane->sysreg[RMMSIM_SYSREG_PMCR_EL0] = pmu ? 0x66 : 0x60;
	plane->gic.hcr = 0x8101; /* En, vSGIEOICount, DVIM */
}

struct wanted {
	const struct rmmsim *sim;
	const struct granule *rd;
	uint64_t index;
	struct granule *found;
};

static void look(void *context, struct granule *granule)
{
	struct wanted *w = context;

	if (granule->state == GRANULE_REC && mem_owner(w->sim->mem, granule) == w->rd &&
	    rec_at(w->sim, granule)->index == w->index)
		w->found = granule;
}

struct granule *rec_find(const struct rmmsim *sim, const struct granule *rd, uint64_t index)
{
	struct wanted wanted = {.sim = sim, .rd = rd, .index = index};

	mem_each(sim->mem, look, &wanted);
	return wanted.found;
}

/* rec.md#2 */
uint64_t rec_mpidr_index(uint64_t mpidr)
{
	return (mpidr & 0xf) | (mpidr >> 8 & 0xff) << 4 | (mpidr >> 16 & 0xff) << 12 |
	       (mpidr >> 24 & 0xff) << 20;
}

uint64_t rec_index_mpidr(uint64_t index)
{
	return (index & 0xf) | (index >> 4 & 0xff) << 8 | (index >> 12 & 0xff) << 16 |
	       (index >> 20 & 0xff) << 24;
}

uint64_t rec_mpidr_el1(uint64_t mpidr)
{
	return (mpidr & 0xf) | (mpidr & 0xffff00) | (mpidr >> 24 & 0xff) << 32 | UINT64_C(1) << 31;
}

uint64_t rec_psci_index(uint64_t mpidr_el1)
{
	return (mpidr_el1 & 0xf) | (mpidr_el1 >> 8 & 0xff) << 4 | (mpidr_el1 >> 16 & 0xff) << 12 |
	       (mpidr_el1 >> 32 & 0xff) << 20;
}
