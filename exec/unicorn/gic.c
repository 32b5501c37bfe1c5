/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The GICv3 CPU interface of a Plane: ICC_* registers over the list registers of its context. Five
 * bits of priority, as ICH_VTR_EL2 of the model has it. Layouts are those of ICH_*_EL2.
 */
#include "exec/unicorn/unicorn.h"

#define LRS             16
#define LR_STATE(lr)    ((unsigned int)((lr) >> 62))
#define LR_PENDING      1u
#define LR_ACTIVE       2u
#define LR_GROUP1       (UINT64_C(1) << 60)
#define LR_HW           (UINT64_C(1) << 61)
#define LR_EOI          (UINT64_C(1) << 41)
#define LR_PRIORITY(lr) ((unsigned int)((lr) >> 48 & 0xff))
#define LR_ID(lr)       ((uint32_t)(lr))
#define LR_STATE_MASK   (UINT64_C(3) << 62)

#define HCR_EN           UINT64_C(0x1)
#define HCR_UIE          UINT64_C(0x2)
#define HCR_LRENPIE      UINT64_C(0x4)
#define HCR_NPIE         UINT64_C(0x8)
#define HCR_GRP0EIE      UINT64_C(0x10)
#define HCR_GRP0DIE      UINT64_C(0x20)
#define HCR_GRP1EIE      UINT64_C(0x40)
#define HCR_GRP1DIE      UINT64_C(0x80)
#define HCR_VSGIEOICOUNT UINT64_C(0x100)
#define HCR_TDIR         UINT64_C(0x4000)
#define HCR_EOICOUNT     (UINT64_C(0x1f) << 27)

#define VMCR_ENG0 UINT64_C(0x1)
#define VMCR_ENG1 UINT64_C(0x2)
#define VMCR_CBPR UINT64_C(0x10)
#define VMCR_EOIM UINT64_C(0x200)
#define VMCR_BPR1 18
#define VMCR_BPR0 21
#define VMCR_PMR  24

#define PRIORITY_MASK 0xf8u
#define IDLE          0xffu
#define SPURIOUS      1023u
#define SPECIAL_FIRST 1020u
#define LPI_FIRST     8192u
#define SGIS          16u
#define BPR0_MIN      2u
#define BPR1_MIN      3u

#define ICC(crm, op2) SYSREG(3, 0, 12, crm, op2)
#define ICC_PMR       SYSREG(3, 0, 4, 6, 0)
#define ICC_DIR       ICC(11, 1)
#define ICC_RPR       ICC(11, 3)
#define ICC_CTLR      ICC(12, 4)
#define ICC_SRE       ICC(12, 5)

static struct rmmsim_gic *gic_of(struct rmmsim_unicorn *u)
{
	return &u->vcpu->context->gic;
}

static bool is_special(uint32_t id)
{
	return id >= SPECIAL_FIRST && id <= SPURIOUS;
}

/* With CBPR group 1 uses the register of group 0, and reads it plus one. */
static unsigned int bpr(const struct rmmsim_gic *gic, bool group1)
{
	const unsigned int shift = group1 ? VMCR_BPR1 : VMCR_BPR0;
	const unsigned int min = group1 ? BPR1_MIN : BPR0_MIN;
	const unsigned int value = (unsigned int)(gic->vmcr >> shift & 7);

	if (group1 && (gic->vmcr & VMCR_CBPR))
		return bpr(gic, false) < 7 ? bpr(gic, false) + 1 : 7;
	return value < min ? min : value;
}

/* The part of a priority that decides about preemption. */
static unsigned int group_priority(const struct rmmsim_gic *gic, bool group1, unsigned int priority)
{
	const bool own = group1 && !(gic->vmcr & VMCR_CBPR);
	const unsigned int shift = own ? bpr(gic, true) : bpr(gic, false) + 1;

	return priority & (0xffu << shift) & 0xff;
}

static unsigned int running_priority(const struct rmmsim_gic *gic)
{
	const uint64_t active = gic->ap0r | gic->ap1r;

	return active ? (unsigned int)__builtin_ctzll(active) << 3 : IDLE;
}

/* The pending interrupt of highest priority among the enabled groups; -1 if there is none. */
static int highest(const struct rmmsim_gic *gic)
{
	int best = -1;

	for (int i = 0; i < LRS; i++) {
		const uint64_t lr = gic->lrs[i];

		if (LR_STATE(lr) != LR_PENDING ||
		    !(gic->vmcr & (lr & LR_GROUP1 ? VMCR_ENG1 : VMCR_ENG0)))
			continue;
		if (best < 0 || LR_PRIORITY(lr) < LR_PRIORITY(gic->lrs[best]))
			best = i;
	}
	return best;
}

/* ... that is signalled to the PE. */
static int signalled(const struct rmmsim_gic *gic)
{
	const int best = gic->hcr & HCR_EN ? highest(gic) : -1;
	unsigned int priority;
	bool group1;

	if (best < 0)
		return -1;
	priority = LR_PRIORITY(gic->lrs[best]) & PRIORITY_MASK;
	group1 = gic->lrs[best] & LR_GROUP1;
	if (priority >= (gic->vmcr >> VMCR_PMR & 0xff))
		return -1;
	return group_priority(gic, group1, priority) < running_priority(gic) ? best : -1;
}

/* --- maintenance ------------------------------------------------------------------------------------ */

static uint64_t misr(const struct rmmsim_gic *gic)
{
	unsigned int valid = 0, pending = 0, eoi = 0;
	uint64_t bits = 0;

	for (int i = 0; i < LRS; i++) {
		const uint64_t lr = gic->lrs[i];

		valid += LR_STATE(lr) != 0;
		pending += LR_STATE(lr) == LR_PENDING;
		eoi += LR_STATE(lr) == 0 && !(lr & LR_HW) && (lr & LR_EOI);
	}
	bits |= eoi ? 1 : 0;
	bits |= (gic->hcr & HCR_UIE) && valid <= 1 ? 2 : 0;
	bits |= (gic->hcr & HCR_LRENPIE) && (gic->hcr & HCR_EOICOUNT) ? 4 : 0;
	bits |= (gic->hcr & HCR_NPIE) && !pending ? 8 : 0;
	bits |= (gic->hcr & HCR_GRP0EIE) && (gic->vmcr & VMCR_ENG0) ? 0x10 : 0;
	bits |= (gic->hcr & HCR_GRP0DIE) && !(gic->vmcr & VMCR_ENG0) ? 0x20 : 0;
	bits |= (gic->hcr & HCR_GRP1EIE) && (gic->vmcr & VMCR_ENG1) ? 0x40 : 0;
	bits |= (gic->hcr & HCR_GRP1DIE) && !(gic->vmcr & VMCR_ENG1) ? 0x80 : 0;
	return gic->hcr & HCR_EN ? bits : 0;
}

unsigned int gic_update(struct rmmsim_unicorn *u)
{
	struct rmmsim_gic *gic = gic_of(u);
	const int best = signalled(gic);

	gic->misr = misr(gic);
	if (best < 0)
		return 0;
	return gic->lrs[best] & LR_GROUP1 ? GIC_IRQ : GIC_FIQ;
}

/* --- acknowledge, priority drop, deactivation --------------------------------------------------------- */

/* The interrupt of list register `best` as the registers of one group show it. */
static uint32_t visible_id(const struct rmmsim_gic *gic, int best, bool group1)
{
	if (best < 0 || !(gic->lrs[best] & LR_GROUP1) == group1)
		return SPURIOUS;
	return LR_ID(gic->lrs[best]);
}

static uint32_t acknowledge(struct rmmsim_gic *gic, bool group1)
{
	const int best = signalled(gic);
	const uint32_t id = visible_id(gic, best, group1);
	uint64_t *active = group1 ? &gic->ap1r : &gic->ap0r;

	if (id == SPURIOUS)
		return id;
	gic->lrs[best] &= ~LR_STATE_MASK;
	/* INTIDs 1020 to 1023 are none: such a list register is used up without an effect. */
	if (is_special(id))
		return id;
	*active |= UINT64_C(1) << (group_priority(gic, group1, LR_PRIORITY(gic->lrs[best])) >> 3);
	/* An LPI has no active state. */
	if (id < LPI_FIRST)
		gic->lrs[best] |= (uint64_t)LR_ACTIVE << 62;
	return id;
}

static int active_lr(const struct rmmsim_gic *gic, uint32_t id)
{
	for (int i = 0; i < LRS; i++) {
		if (LR_ID(gic->lrs[i]) == id && (LR_STATE(gic->lrs[i]) & LR_ACTIVE))
			return i;
	}
	return -1;
}

/* A deactivation of what is in no list register: the Host has to do it. */
static void count_eoi(struct rmmsim_gic *gic, uint32_t id)
{
	const uint64_t count = gic->hcr & HCR_EOICOUNT;

	if (id >= LPI_FIRST || (id < SGIS && (gic->hcr & HCR_VSGIEOICOUNT)))
		return;
	gic->hcr = (gic->hcr & ~HCR_EOICOUNT) | ((count + (UINT64_C(1) << 27)) & HCR_EOICOUNT);
}

static void deactivate(struct rmmsim_gic *gic, uint32_t id)
{
	const int at = active_lr(gic, id);

	if (at < 0)
		count_eoi(gic, id);
	else
		gic->lrs[at] &= ~((uint64_t)LR_ACTIVE << 62);
}

/* EOIR: drops the running priority and, with EOImode 0, deactivates. */
static void end(struct rmmsim_gic *gic, bool group1, uint32_t id)
{
	uint64_t *active = group1 ? &gic->ap1r : &gic->ap0r;
	const uint64_t all = gic->ap0r | gic->ap1r;
	const unsigned int dropped = running_priority(gic);
	const int at = active_lr(gic, id);

	/* Only the group that runs at the highest priority can drop it. */
	if (is_special(id) || !all || !(*active & all & -all))
		return;
	*active &= *active - 1;
	if (gic->vmcr & VMCR_EOIM)
		return;
	if (at < 0) {
		count_eoi(gic, id);
		return;
	}
	/* Out of order: the priority is dropped, but this interrupt is not what ends. */
	if (!(gic->lrs[at] & LR_GROUP1) == group1 ||
	    group_priority(gic, group1, LR_PRIORITY(gic->lrs[at])) != dropped)
		return;
	deactivate(gic, id);
}

static void directly_deactivate(struct rmmsim_gic *gic, uint32_t id)
{
	if (!is_special(id) && id < LPI_FIRST && (gic->vmcr & VMCR_EOIM))
		deactivate(gic, id);
}

/* --- registers ------------------------------------------------------------------------------------------ */

bool gic_is_register(uint32_t address)
{
	const uint32_t group = address & ~SYSREG(0u, 0u, 0u, 0xfu, 7u);

	if (address == ICC_PMR)
		return true;
	return group == ICC(0u, 0u) && (address >> 3 & 0xf) >= 8 && (address >> 3 & 0xf) <= 12;
}

bool gic_goes_to_host(struct rmmsim_unicorn *u, uint32_t address, bool read)
{
	if (read)
		return false;
	if (address == ICC_DIR)
		return gic_of(u)->hcr & HCR_TDIR;
	return address == ICC(11, 5) || address == ICC(11, 6) || address == ICC(11, 7);
}

static void field(uint64_t *reg, unsigned int shift, uint64_t mask, bool read, uint64_t *value)
{
	if (read)
		*value = *reg >> shift & mask;
	else
		*reg = (*reg & ~(mask << shift)) | (*value & mask) << shift;
}

static void access_bpr(struct rmmsim_gic *gic, bool group1, bool read, uint64_t *value)
{
	const unsigned int shift = group1 ? VMCR_BPR1 : VMCR_BPR0;

	if (read) {
		*value = bpr(gic, group1);
		return;
	}
	if (group1 && (gic->vmcr & VMCR_CBPR))
		return;
	field(&gic->vmcr, shift, 7, false, value);
	/* What is below the minimum is the minimum. */
	*value = bpr(gic, group1);
	field(&gic->vmcr, shift, 7, false, value);
}

static void access_ctlr(struct rmmsim_gic *gic, bool read, uint64_t *value)
{
	/* PRIbits 5, IDbits 16. */
	if (read) {
		*value = UINT64_C(4) << 8 | (gic->vmcr & VMCR_EOIM ? 2 : 0) |
			 (gic->vmcr & VMCR_CBPR ? 1 : 0);
		return;
	}
	gic->vmcr &= ~(VMCR_EOIM | VMCR_CBPR);
	gic->vmcr |= (*value & 2 ? VMCR_EOIM : 0) | (*value & 1 ? VMCR_CBPR : 0);
}

static bool access_group(struct rmmsim_unicorn *u, bool group1, unsigned int op2, bool read,
			 uint64_t *value)
{
	struct rmmsim_gic *gic = gic_of(u);

	if (op2 == 0 && read)
		*value = acknowledge(gic, group1);
	else if (op2 == 1 && !read)
		end(gic, group1, (uint32_t)(*value & 0xffffff));
	else if (op2 == 2 && read)
		/* Independent of PMR and the running priority. */
		*value = visible_id(gic, gic->hcr & HCR_EN ? highest(gic) : -1, group1);
	else if (op2 == 3)
		access_bpr(gic, group1, read, value);
	else
		return false;
	return true;
}

static bool access_single(struct rmmsim_unicorn *u, uint32_t address, bool read, uint64_t *value)
{
	struct rmmsim_gic *gic = gic_of(u);

	if (address == ICC_PMR) {
		*value &= read ? ~UINT64_C(0) : PRIORITY_MASK;
		field(&gic->vmcr, VMCR_PMR, 0xff, read, value);
	} else if (address == ICC_CTLR) {
		access_ctlr(gic, read, value);
	} else if (address == ICC_SRE) {
		*value = 7;
	} else if (address == ICC(12, 6) || address == ICC(12, 7)) {
		field(&gic->vmcr, address == ICC(12, 7), 1, read, value);
	} else if (address == ICC(8, 4) || address == ICC(9, 0)) {
		field(address == ICC(9, 0) ? &gic->ap1r : &gic->ap0r, 0, UINT32_MAX, read, value);
	} else if (address == ICC_RPR && read) {
		*value = running_priority(gic);
	} else if (address == ICC_DIR && !read) {
		directly_deactivate(gic, (uint32_t)(*value & 0xffffff));
	} else {
		return false;
	}
	return true;
}

bool gic_access(struct rmmsim_unicorn *u, uint32_t address, bool read, uint64_t *value)
{
	const unsigned int crm = address >> 3 & 0xf, op2 = address & 7;

	if (access_single(u, address, read, value))
		return true;
	if (crm != 8 && crm != 12)
		return false;
	return access_group(u, crm == 12, op2, read, value);
}
