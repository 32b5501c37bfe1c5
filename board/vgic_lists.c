/* SPDX-License-Identifier: BSD-3-Clause */
/* List registers: what a REC gets with its next entry, and what it made of the last: rec.md#3.4, planes.md#8 */
#include "board/vgic_state.h"

#include <string.h>

#define LRS               4 /* ICH_VTR_EL2.ListRegs of the model */
#define LR_PENDING        UINT64_C(1)
#define LR_ACTIVE         UINT64_C(2)
#define LR_STATE(lr)      ((lr) >> 62)
#define LR_GROUP1         (UINT64_C(1) << 60)
#define LR_EOI            (UINT64_C(1) << 41) /* an exit at the end: the line is looked at again */
#define LR_INTID(lr)      ((unsigned int)((lr)&UINT32_MAX))
#define HCR_UIE           UINT64_C(0x2)
#define HCR_LRENPIE       UINT64_C(0x4)
#define HCR_NPIE          UINT64_C(0x8)
#define HCR_EOICOUNT(hcr) ((unsigned int)((hcr) >> 27 & 0x1f))
#define VMCR_ENG0         UINT64_C(0x1)
#define VMCR_ENG1         UINT64_C(0x2)
#define VMCR_PMR(vmcr)    ((unsigned int)((vmcr) >> 24 & 0xff))

/* --- which interrupts are this REC's ------------------------------------------------------------------ */

static bool routed_here(const struct vgic *gic, unsigned int cpu, const struct vgic_irq *irq)
{
	if (irq->active)
		return irq->home == cpu;
	if (irq->route & GIC_ROUTE_ANY)
		return cpu == 0;
	return irq->route == gic->cpus[cpu].mpidr;
}

static bool deliverable(const struct vgic *gic, const struct vgic_irq *irq)
{
	return vgic_irq_pending(irq) && irq->enabled && (irq->group1 ? gic->group1 : gic->group0);
}

/* Has to be in a list register; the order of preference, smaller first. Negative: has not. */
static int rank(const struct vgic *gic, const struct vgic_irq *irq)
{
	if (irq->active)
		return irq->priority;
	return deliverable(gic, irq) ? 0x100 + irq->priority : -1;
}

struct choice {
	unsigned int intid[LRS];
	int rank[LRS];
	unsigned int count;
	bool overflow;
};

static void consider(struct choice *choice, unsigned int intid, int order)
{
	unsigned int at = choice->count;

	if (order < 0)
		return;
	while (at > 0 && choice->rank[at - 1] > order)
		at--;
	choice->overflow |= choice->count == LRS;
	if (at == LRS)
		return;
	choice->count += choice->count < LRS;
	for (unsigned int i = choice->count - 1; i > at; i--) {
		choice->intid[i] = choice->intid[i - 1];
		choice->rank[i] = choice->rank[i - 1];
	}
	choice->intid[at] = intid;
	choice->rank[at] = order;
}

static void choose(struct vgic *gic, unsigned int cpu, struct choice *choice)
{
	for (unsigned int id = 0; id < GIC_INTIDS; id++) {
		const struct vgic_irq *irq = vgic_irq(gic, cpu, id);

		if (id < GIC_PRIVATE || routed_here(gic, cpu, irq))
			consider(choice, id, rank(gic, irq));
	}
}

/* --- to the REC ------------------------------------------------------------------------------------------- */

static uint64_t state_of(const struct vgic *gic, const struct vgic_irq *irq)
{
	/* A level that is being handled is looked at again when it ends. */
	const bool pending = deliverable(gic, irq) && !(irq->active && !irq->edge);

	return (pending ? LR_PENDING : 0) | (irq->active ? LR_ACTIVE : 0);
}

void vgic_load(struct vgic *gic, unsigned int cpu, struct rmi_rec_enter *enter)
{
	struct choice choice = {.count = 0};

	choose(gic, cpu, &choice);
	memset(enter->gicv3_lrs, 0, sizeof(enter->gicv3_lrs));
	enter->gicv3_hcr = choice.overflow ? HCR_UIE | HCR_LRENPIE : 0;
	for (unsigned int i = 0; i < choice.count; i++) {
		struct vgic_irq *irq = vgic_irq(gic, cpu, choice.intid[i]);
		const uint64_t state = state_of(gic, irq);

		enter->gicv3_lrs[i] = state << 62 | (irq->group1 ? LR_GROUP1 : 0) |
				      (uint64_t)irq->priority << 48 | (irq->edge ? 0 : LR_EOI) |
				      choice.intid[i];
		if (irq->edge && (state & LR_PENDING))
			irq->latched = false;
		/* Where nothing is pending the condition holds at once, and for ever. */
		if (choice.overflow && (state & LR_PENDING))
			enter->gicv3_hcr |= HCR_NPIE;
	}
}

/* --- from the REC ------------------------------------------------------------------------------------------ */

static void fold(struct vgic *gic, unsigned int cpu, uint64_t was, uint64_t is)
{
	struct vgic_irq *irq = vgic_irq(gic, cpu, LR_INTID(was));
	const bool pending = LR_STATE(is) & LR_PENDING;

	irq->active = LR_STATE(is) & LR_ACTIVE;
	irq->home = cpu;
	if (irq->edge)
		irq->latched |= pending;
	else if ((LR_STATE(was) & LR_PENDING) && !pending)
		irq->latched = false;
}

/* Ends of interrupts that were active and had no list register: those of highest priority. */
static void end_others(struct vgic *gic, unsigned int cpu, const struct rmi_rec_enter *enter,
		       unsigned int count)
{
	while (count--) {
		struct vgic_irq *best = NULL;

		for (unsigned int id = 0; id < GIC_INTIDS; id++) {
			struct vgic_irq *irq = vgic_irq(gic, cpu, id);
			bool listed = id >= GIC_PRIVATE && irq->home != cpu;

			for (unsigned int i = 0; i < LRS; i++)
				listed |= LR_STATE(enter->gicv3_lrs[i]) &&
					  LR_INTID(enter->gicv3_lrs[i]) == id;
			if (irq->active && !listed && (!best || irq->priority < best->priority))
				best = irq;
		}
		if (!best)
			return;
		best->active = false;
	}
}

void vgic_save(struct vgic *gic, unsigned int cpu, const struct rmi_rec_enter *enter,
	       const struct rmi_rec_exit *exit)
{
	end_others(gic, cpu, enter, HCR_EOICOUNT(exit->gicv3_hcr));
	for (unsigned int i = 0; i < LRS; i++) {
		if (LR_STATE(enter->gicv3_lrs[i]))
			fold(gic, cpu, enter->gicv3_lrs[i], exit->gicv3_lrs[i]);
	}
	gic->cpus[cpu].vmcr = exit->gicv3_vmcr;
}

bool vgic_wakes(const struct vgic *gic, unsigned int cpu)
{
	const struct vgic_cpu *c = &gic->cpus[cpu];

	for (unsigned int id = 0; id < GIC_INTIDS; id++) {
		const struct vgic_irq *irq = id < GIC_PRIVATE ? &c->irqs[id] : &gic->spis[id];

		if (id >= GIC_PRIVATE && !routed_here(gic, cpu, irq))
			continue;
		if (deliverable(gic, irq) && !irq->active && irq->priority < VMCR_PMR(c->vmcr) &&
		    (c->vmcr & (irq->group1 ? VMCR_ENG1 : VMCR_ENG0)))
			return true;
	}
	return false;
}
