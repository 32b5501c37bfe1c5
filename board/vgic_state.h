/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_VGIC_STATE_H
#define BOARD_VGIC_STATE_H

/* State of the interrupt controller, for its register files and for the list registers. */

#include "board/vgic.h"

#define GIC_PRIORITY_MASK 0xf8u
#define GIC_ROUTE_ANY     (UINT64_C(1) << 31) /* GICD_IROUTER.Interrupt_Routing_Mode */
#define GIC_AFFINITY      UINT64_C(0xff00ffffff)

struct vgic_irq {
	bool enabled, group1, edge;
	bool line;    /* the input, for a level */
	bool latched; /* made pending by an edge, an SGI or GICD_ISPENDR */
	bool active;
	uint8_t priority;
	uint64_t route;    /* SPIs: GICD_IROUTER */
	unsigned int home; /* SPIs: REC that has it active */
};

struct vgic_cpu {
	uint64_t mpidr;
	bool asleep; /* GICR_WAKER.ProcessorSleep */
	uint64_t vmcr;
	struct vgic_irq irqs[GIC_PRIVATE];
};

struct vgic {
	unsigned int count;
	bool group0, group1; /* GICD_CTLR */
	struct vgic_cpu cpus[GIC_MAX_CPUS];
	struct vgic_irq spis[GIC_INTIDS]; /* the first 32 are not used */
};

static inline bool vgic_irq_pending(const struct vgic_irq *irq)
{
	return irq->latched || (!irq->edge && irq->line);
}

/* The interrupt as this REC sees it. */
static inline struct vgic_irq *vgic_irq(struct vgic *gic, unsigned int cpu, unsigned int intid)
{
	return intid < GIC_PRIVATE ? &gic->cpus[cpu].irqs[intid] : &gic->spis[intid];
}

#endif
