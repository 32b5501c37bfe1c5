/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage 2 aborts: an answer for the shadow, an event for the monitor, or stage 1's own business. */
#include <stdio.h>
#include <string.h>

#include "exec/unicorn/unicorn.h"

#define ESR_S1PTW    (UINT64_C(1) << 7)
#define ESR_FSC      UINT64_C(0x3f)
#define ESR_EC       (UINT64_C(0x3f) << 26)
#define ISS_TRANSFER UINT64_C(0x01ffc000) /* ISV SAS SSE SRT SF AR */
#define ISS_SSE      (UINT64_C(1) << 21)
#define ISS_RT(esr)  ((unsigned int)((esr) >> 16 & 0x1f))
#define ISS_KEPT     (ISS_TRANSFER | UINT64_C(0x1c0)) /* CM S1PTW WnR */

static unsigned int current_el(struct rmmsim_unicorn *u)
{
	return PSTATE_EL(state_pstate(u->uc)) ? 1 : 0;
}

static void translate(struct rmmsim_unicorn *u, const struct abort *a, unsigned int el,
		      struct rmmsim_translation *t)
{
	enum rmmsim_access access = RMMSIM_READ;

	if (a->fetch)
		access = RMMSIM_FETCH;
	if (a->write && !a->table_walk)
		access = RMMSIM_WRITE;
	if (a->table_walk)
		access |= RMMSIM_TABLE_WALK;
	rmmsim_translate(u->vcpu, a->ipa, access, el, t);
}

bool fault_quick(struct rmmsim_unicorn *u, const struct abort *a)
{
	struct rmmsim_translation t;

	if ((a->fetch && !a->table_walk) || shadow_executable(u, a->ipa))
		return false;
	translate(u, a, current_el(u), &t);
	if (!t.proceeds || t.registers)
		return false;
	shadow_fill(u, a->ipa, &t, false);
	/* Room was made in the pool: the CPU may hold what is gone from the tables. */
	return !u->flush;
}

/* --- outside of hooks -------------------------------------------------------------------------------- */

/* The architecture gives no valid syndrome for the forms that write the base register back. */
static bool writes_back(uint32_t word)
{
	/* Load/store register, immediate pre- and post-indexed. */
	return (word & 0x3f200400) == 0x38000400;
}

static uint64_t iss(struct rmmsim_unicorn *u, const struct abort *a)
{
	uint64_t bits = a->esr & ISS_KEPT;
	uint32_t word;

	if (a->fetch)
		return a->esr & ESR_S1PTW;
	if ((bits & SYNDROME_ISV) && walk_fetch(u, a->pc, &word) && writes_back(word))
		bits &= ~ISS_TRANSFER;
	return bits;
}

static void to_event(struct rmmsim_unicorn *u, const struct rmmsim_translation *t)
{
	const struct abort *a = &u->abort;
	struct rmmsim_unicorn_stop *stop = &u->cpu->stop;

	u->event = t->event;
	u->event.kind = RMMSIM_EVENT_SYNC;
	u->event.esr |= SYNDROME_IL | iss(u, a);
	u->event.far = a->far;
	u->event.insn = a->pc;
	u->stop = STOP_EVENT;
	stop->fault = true;
	stop->fetch = a->fetch;
	stop->write = a->write;
	stop->table_walk = a->table_walk;
	stop->va = a->far;
	stop->ipa = a->ipa;
	stop->fsc = (unsigned int)(t->event.esr & ESR_FSC);
	stop->level = t->level;
	stop->tree = t->tree;
}

/* Beyond the IPA space: an address size fault of stage 1. rtt.md#7.1 */
static void to_stage1(struct rmmsim_unicorn *u)
{
	const struct abort *a = &u->abort;
	const struct walk walk = walk_stage1(u, a->far);
	const int level = a->table_walk ? walk_level_above(&walk) : walk.level;
	uint64_t esr = a->esr & ~(ESR_FSC | ESR_S1PTW | ISS_TRANSFER);

	if (PSTATE_EL(u->vcpu->context->pstate))
		esr |= SYNDROME_EC(1);
	u->deliver = (struct deliver){
		.esr = esr | (uint64_t)level,
		.far = a->far,
		.far_valid = true,
		.elr = a->pc,
	};
	u->stop = STOP_DELIVER;
}

static void forget_code(struct rmmsim_unicorn *u, uint64_t pa)
{
	state_monitor(u);
	uc_ctl_remove_cache(u->uc, pa & ~PAGE_MASK, (pa & ~PAGE_MASK) + PAGE_SIZE);
}

static void make_executable(struct rmmsim_unicorn *u, const struct rmmsim_translation *t)
{
	uint64_t oa;

	shadow_fill(u, u->abort.ipa, t, true);
	oa = shadow_output(u, u->abort.ipa);
	if (oa)
		forget_code(u, oa);
}

/* The page that holds the instruction is the one that it accesses. */
static bool is_own_page(struct rmmsim_unicorn *u, const struct abort *a)
{
	const struct walk walk = walk_stage1(u, a->pc);

	return walk.ok && (walk.ipa ^ a->ipa) < PAGE_SIZE;
}

void fault_emulated(struct rmmsim_unicorn *u)
{
	u->vcpu->context->pc += INSN_SIZE;
	count_instruction(u);
	/* The next fault of the same instruction is another one. */
	u->reload_pc = UINT64_MAX;
	u->reloads = 0;
}

/* The Realm cannot go on: `does` is what the instruction does in a way that is not known. */
static void refuse(struct rmmsim_unicorn *u, const char *does)
{
	char *text = u->cpu->stop.refusal;
	uint32_t word = 0;

	walk_fetch(u, u->abort.pc, &word);
	snprintf(text, sizeof(u->cpu->stop.refusal),
		 "the instruction 0x%08x at 0x%llx %s, in a way that is not known (docs/realms.md)",
		 word, (unsigned long long)u->abort.pc, does);
	u->stop = STOP_BUDGET;
}

static unsigned int access_size(uint64_t esr)
{
	return 1u << (esr >> 22 & 3);
}

/* One general-purpose register, which the syndrome describes. */
static bool is_simple(struct rmmsim_unicorn *u)
{
	uint32_t word;

	return (u->abort.esr & SYNDROME_ISV) &&
	       !(walk_fetch(u, u->abort.pc, &word) && writes_back(word));
}

static void load_register(struct rmmsim_unicorn *u, uint64_t value)
{
	const uint64_t esr = u->abort.esr;
	const unsigned int shift = 64 - 8 * access_size(esr), rt = ISS_RT(esr);

	if (esr & ISS_SSE)
		value = (uint64_t)((int64_t)(value << shift) >> shift);
	if (!(esr & SYNDROME_SF))
		value &= UINT32_MAX;
	if (rt < 31)
		u->vcpu->context->x[rt] = value;
}

/* A load from a page of which a cleaned copy is executed: the page itself has the data. */
static void load_from_code(struct rmmsim_unicorn *u, const struct rmmsim_translation *t)
{
	const unsigned int size = access_size(u->abort.esr);
	const void *at = memory_at(u, t->pa);
	uint64_t value = 0;

	if (!at || !is_simple(u) || (t->pa & PAGE_MASK) + size > PAGE_SIZE) {
		/* What only the CPU knows sees the copy: hostile words read as zero. */
		shadow_make_readable(u, u->abort.ipa);
		return;
	}
	memcpy(&value, at, size);
	load_register(u, value);
	fault_emulated(u);
}

/* A device answers: no page of its registers is ever in the shadow, so each access comes here. */
static void access_registers(struct rmmsim_unicorn *u)
{
	const struct abort *a = &u->abort;
	const unsigned int size = access_size(a->esr), rt = ISS_RT(a->esr);
	struct rmmsim_translation t;
	uint64_t value = 0;

	if (!is_simple(u)) {
		refuse(u, "accesses registers of a device");
		return;
	}
	if (a->write && rt < 31)
		value = u->vcpu->context->x[rt];
	rmmsim_copy(u->vcpu, a->ipa, a->write ? RMMSIM_WRITE : RMMSIM_READ, &value, size, &t);
	if (!t.proceeds)
		return; /* the Host took it away meanwhile: the access comes again */
	if (!a->write)
		load_register(u, value);
	fault_emulated(u);
}

static void store_to_code(struct rmmsim_unicorn *u, const struct rmmsim_translation *t)
{
	switch (store_emulate(u, &u->abort)) {
	case STORE_DONE:
		return;
	case STORE_FAULTS:
		/* The CPU says where, and writes nothing. */
		shadow_fill_both(u, u->abort.ipa, t);
		u->both = true;
		u->both_ipa = u->abort.ipa;
		return;
	case STORE_UNKNOWN:
		refuse(u, "stores to the page that it stands on");
		return;
	}
}

void fault_finish(struct rmmsim_unicorn *u)
{
	const struct abort *a = &u->abort;
	const unsigned int el = PSTATE_EL(u->vcpu->context->pstate) ? 1 : 0;
	struct rmmsim_translation t;

	translate(u, a, el, &t);
	if (t.address_size) {
		to_stage1(u);
		return;
	}
	if (!t.proceeds) {
		to_event(u, &t);
		return;
	}
	u->stop = STOP_RELOAD;
	if (t.registers && !a->fetch && !a->table_walk) {
		access_registers(u);
		return;
	}
	if (a->fetch && !a->table_walk) {
		make_executable(u, &t);
		return;
	}
	if (!a->table_walk && shadow_executable(u, a->ipa) && is_own_page(u, a)) {
		if (a->write)
			store_to_code(u, &t);
		else
			load_from_code(u, &t);
		return;
	}
	shadow_make_writable(u, a->ipa);
	shadow_fill(u, a->ipa, &t, false);
}

bool fault_may_execute(struct rmmsim_unicorn *u, uint64_t pc)
{
	const struct walk walk = walk_stage1(u, pc);
	struct rmmsim_translation t;

	if (!walk.ok)
		return true;
	rmmsim_translate(u->vcpu, walk.ipa, RMMSIM_FETCH, current_el(u), &t);
	if (t.proceeds)
		return true;
	u->abort = (struct abort){
		.esr = SYNDROME_EC(SYNDROME_INST_ABORT) | SYNDROME_IL,
		.far = pc,
		.ipa = walk.ipa,
		.pc = pc,
		.fetch = true,
	};
	hooks_stop(u, STOP_ABORT, pc);
	return false;
}
