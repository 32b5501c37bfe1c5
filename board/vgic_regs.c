/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers of the distributor and of the redistributors. */
#include "board/vgic_state.h"

#define CTLR_GRP0 0x1u
#define CTLR_GRP1 0x2u
#define CTLR_ARE  0x10u
#define CTLR_DS   0x40u

#define GICD_CTLR    0x0u
#define GICD_TYPER   0x4u
#define GICD_IROUTER 0x6000u
#define GICR_TYPER   0x8u
#define GICR_WAKER   0x14u
#define GIC_PIDR2    0xffe8u
#define SGI_BASE     0x10000u

#define TYPER_LINES  (GIC_INTIDS / 32 - 1)
#define TYPER_IDBITS (UINT64_C(9) << 19) /* 10 bits */
#define TYPER_LAST   UINT64_C(0x10)
#define PIDR2_GICV3  0x3b
#define WAKER_SLEEP  0x2u
#define WAKER_ASLEEP 0x4u

/* --- registers that have some bits for each interrupt -------------------------------------------- */

struct bits {
	uint32_t base, width; /* of the first register; bits for each interrupt */
	uint32_t (*read)(const struct vgic_irq *irq);
	void (*write)(struct vgic_irq *irq, uint32_t value);
};

static uint32_t read_group(const struct vgic_irq *irq)
{
	return irq->group1;
}

static void write_group(struct vgic_irq *irq, uint32_t value)
{
	irq->group1 = value;
}

static uint32_t read_enable(const struct vgic_irq *irq)
{
	return irq->enabled;
}

static void set_enable(struct vgic_irq *irq, uint32_t value)
{
	irq->enabled |= value;
}

static void clear_enable(struct vgic_irq *irq, uint32_t value)
{
	irq->enabled &= !value;
}

static uint32_t read_pending(const struct vgic_irq *irq)
{
	return vgic_irq_pending(irq);
}

static void set_pending(struct vgic_irq *irq, uint32_t value)
{
	irq->latched |= value;
}

static void clear_pending(struct vgic_irq *irq, uint32_t value)
{
	irq->latched &= !value;
}

static uint32_t read_active(const struct vgic_irq *irq)
{
	return irq->active;
}

static void set_active(struct vgic_irq *irq, uint32_t value)
{
	irq->active |= value;
}

static void clear_active(struct vgic_irq *irq, uint32_t value)
{
	irq->active &= !value;
}

static uint32_t read_priority(const struct vgic_irq *irq)
{
	return irq->priority;
}

static void write_priority(struct vgic_irq *irq, uint32_t value)
{
	irq->priority = value & GIC_PRIORITY_MASK;
}

static uint32_t read_config(const struct vgic_irq *irq)
{
	return irq->edge ? 2 : 0;
}

static void write_config(struct vgic_irq *irq, uint32_t value)
{
	irq->edge = value & 2;
}

/* Offsets are the same in the distributor and in SGI_base. */
static const struct bits all_bits[] = {
	{0x080, 1, read_group, write_group},     {0x100, 1, read_enable, set_enable},
	{0x180, 1, read_enable, clear_enable},   {0x200, 1, read_pending, set_pending},
	{0x280, 1, read_pending, clear_pending}, {0x300, 1, read_active, set_active},
	{0x380, 1, read_active, clear_active},   {0x400, 8, read_priority, write_priority},
	{0xc00, 2, read_config, write_config},
};

/* The row that covers an offset; NULL: none. */
static const struct bits *find_bits(uint64_t offset, unsigned int intids)
{
	for (unsigned int i = 0; i < sizeof(all_bits) / sizeof(all_bits[0]); i++) {
		const struct bits *b = &all_bits[i];

		if (offset - b->base < intids * b->width / 8)
			return b;
	}
	return NULL;
}

/* SGIs are edges for ever. */
static bool is_fixed(const struct bits *b, unsigned int intid)
{
	return b->write == write_config && intid < GIC_SGIS;
}

/* Interrupts `first` to `last`; the others read as zero. */
static void access_bits(struct vgic *gic, const struct bits *b, struct bus_access *a,
			unsigned int first, unsigned int last)
{
	const unsigned int start = (unsigned int)(a->offset - b->base) * 8 / b->width;
	const unsigned int count = a->size * 8 / b->width;
	const uint64_t mask = (UINT64_C(1) << b->width) - 1;
	uint64_t value = 0;

	for (unsigned int i = 0; i < count; i++) {
		const unsigned int intid = start + i;
		struct vgic_irq *irq;

		if (intid < first || intid > last)
			continue;
		irq = vgic_irq(gic, a->cpu, intid);
		if (!a->write)
			value |= (uint64_t)b->read(irq) << i * b->width;
		else if (!is_fixed(b, intid))
			b->write(irq, (uint32_t)(a->value >> i * b->width & mask));
	}
	if (!a->write)
		a->value = value;
}

/* --- the distributor ------------------------------------------------------------------------------- */

static void access_ctlr(struct vgic *gic, struct bus_access *a)
{
	if (a->write) {
		gic->group0 = a->value & CTLR_GRP0;
		gic->group1 = a->value & CTLR_GRP1;
		return;
	}
	a->value =
		CTLR_DS | CTLR_ARE | (gic->group0 ? CTLR_GRP0 : 0) | (gic->group1 ? CTLR_GRP1 : 0);
}

static void access_route(struct vgic *gic, struct bus_access *a)
{
	const unsigned int intid = (unsigned int)(a->offset - GICD_IROUTER) / 8;
	const unsigned int shift = (unsigned int)(a->offset & 7) * 8;
	const uint64_t mask = (a->size == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * a->size) - 1)
			      << shift;
	uint64_t *route = &gic->spis[intid].route;

	if (intid < GIC_PRIVATE) {
		a->value = 0;
		return;
	}
	if (a->write)
		*route = ((*route & ~mask) | (a->value << shift & mask)) &
			 (GIC_AFFINITY | GIC_ROUTE_ANY);
	else
		a->value = (*route & mask) >> shift;
}

/* Registers with a value that is always the same; 0 for all that are not here. */
static uint64_t read_dist(uint64_t offset)
{
	switch (offset) {
	case GICD_TYPER:
		return TYPER_LINES | TYPER_IDBITS;
	case GIC_PIDR2:
		return PIDR2_GICV3;
	default:
		return 0;
	}
}

void vgic_access_dist(void *device, struct bus_access *a)
{
	struct vgic *gic = device;
	const struct bits *b = find_bits(a->offset, GIC_INTIDS);

	if (a->offset == GICD_CTLR)
		access_ctlr(gic, a);
	else if (b)
		access_bits(gic, b, a, GIC_PRIVATE, GIC_INTIDS - 1);
	else if (a->offset - GICD_IROUTER < GIC_INTIDS * 8 && a->size + (a->offset & 7) <= 8)
		access_route(gic, a);
	else if (!a->write)
		a->value = read_dist(a->offset);
}

/* --- redistributors ---------------------------------------------------------------------------------- */

static uint64_t typer(const struct vgic *gic, unsigned int cpu)
{
	const uint64_t mpidr = gic->cpus[cpu].mpidr;
	const uint64_t affinity = (mpidr & 0xffffff) | (mpidr >> 32 & 0xff) << 24;

	return affinity << 32 | (uint64_t)cpu << 8 | (cpu == gic->count - 1 ? TYPER_LAST : 0);
}

static uint64_t read_redist(const struct vgic *gic, unsigned int cpu, uint64_t offset)
{
	switch (offset) {
	case GICR_TYPER:
		return typer(gic, cpu);
	case GICR_TYPER + 4:
		return typer(gic, cpu) >> 32;
	case GICR_WAKER:
		return gic->cpus[cpu].asleep ? WAKER_SLEEP | WAKER_ASLEEP : 0;
	case GIC_PIDR2:
		return PIDR2_GICV3;
	default:
		return 0;
	}
}

void vgic_access_redist(void *device, struct bus_access *a)
{
	struct vgic *gic = device;
	const unsigned int cpu = (unsigned int)(a->offset / GICR_SIZE);
	struct bus_access own = *a;
	const struct bits *b;

	own.cpu = cpu;
	own.offset %= GICR_SIZE;
	b = own.offset < SGI_BASE ? NULL : find_bits(own.offset - SGI_BASE, GIC_PRIVATE);
	if (cpu >= gic->count) {
		a->value = 0;
	} else if (b) {
		own.offset -= SGI_BASE;
		access_bits(gic, b, &own, 0, GIC_PRIVATE - 1);
		a->value = own.value;
	} else if (a->write && own.offset == GICR_WAKER) {
		gic->cpus[cpu].asleep = a->value & WAKER_SLEEP;
	} else if (!a->write) {
		a->value = read_redist(gic, cpu, own.offset);
	}
}
