/* SPDX-License-Identifier: BSD-3-Clause */
/* The interrupt controller: its life, its inputs, and what the CPU interface of a REC sends. */
#include "board/vgic_state.h"

#include <stdlib.h>
#include <string.h>

#define PRIORITY_OPEN 0xa0

/* ICC_SGI1R_EL1 */
#define SGI_INTID(value)  ((unsigned int)((value) >> 24 & 0xf))
#define SGI_LIST(value)   ((unsigned int)((value)&0xffff))
#define SGI_OTHERS(value) ((value) >> 40 & 1)
#define SGI_RANGE(value)  ((unsigned int)((value) >> 44 & 0xf))
#define SGI_CLUSTER(value) \
	(((value) >> 16 & 0xff) | ((value) >> 32 & 0xff) << 8 | ((value) >> 48 & 0xff) << 24)

/* Aff3.Aff2.Aff1 of MPIDR_EL1, in the places of SGI_CLUSTER(). */
static uint64_t cluster(uint64_t mpidr)
{
	return (mpidr >> 8 & 0xffff) | (mpidr >> 32 & 0xff) << 24;
}

struct vgic *vgic_create(unsigned int cpus, const uint64_t *mpidr)
{
	struct vgic *gic;

	if (cpus > GIC_MAX_CPUS)
		return NULL;
	gic = calloc(1, sizeof(*gic));
	if (!gic)
		return NULL;
	gic->count = cpus;
	for (unsigned int n = 0; n < cpus; n++) {
		gic->cpus[n].mpidr = mpidr[n] & GIC_AFFINITY;
		gic->cpus[n].asleep = true;
		for (unsigned int id = 0; id < GIC_SGIS; id++)
			gic->cpus[n].irqs[id].edge = true;
	}
	return gic;
}

void vgic_destroy(struct vgic *gic)
{
	free(gic);
}

void vgic_open(struct vgic *gic)
{
	gic->group1 = true;
	for (unsigned int n = 0; n < gic->count; n++) {
		for (unsigned int id = 0; id < GIC_PRIVATE; id++) {
			struct vgic_irq *irq = &gic->cpus[n].irqs[id];

			irq->enabled = irq->group1 = true;
			irq->priority = PRIORITY_OPEN;
		}
	}
}

static void set_line(struct vgic_irq *irq, bool high)
{
	if (irq->edge && high && !irq->line)
		irq->latched = true;
	irq->line = high;
}

void vgic_set_ppi(struct vgic *gic, unsigned int cpu, unsigned int intid, bool high)
{
	set_line(&gic->cpus[cpu].irqs[intid], high);
}

void vgic_set_spi(struct vgic *gic, unsigned int intid, bool high)
{
	set_line(&gic->spis[intid], high);
}

void vgic_send_sgi(struct vgic *gic, unsigned int cpu, uint64_t value, bool group1)
{
	for (unsigned int n = 0; n < gic->count; n++) {
		struct vgic_irq *irq = &gic->cpus[n].irqs[SGI_INTID(value)];
		const uint64_t mpidr = gic->cpus[n].mpidr;
		const unsigned int aff0 = (unsigned int)(mpidr & 0xff);
		const bool listed = cluster(mpidr) == SGI_CLUSTER(value) &&
				    aff0 / 16 == SGI_RANGE(value) &&
				    (SGI_LIST(value) >> aff0 % 16 & 1);

		if (irq->group1 == group1 && (SGI_OTHERS(value) ? n != cpu : listed))
			irq->latched = true;
	}
}

void vgic_reset_cpu(struct vgic *gic, unsigned int cpu)
{
	for (unsigned int id = 0; id < GIC_PRIVATE; id++) {
		struct vgic_irq *irq = &gic->cpus[cpu].irqs[id];

		irq->latched = irq->line = irq->active = false;
	}
	gic->cpus[cpu].vmcr = 0;
}
