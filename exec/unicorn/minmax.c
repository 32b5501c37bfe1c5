/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * LDSMAX, LDSMIN, LDUMAX and LDUMIN of bytes, halfwords and words. The library compares values that are not, or
 * wrongly, extended: 2.0.1 takes all 64 bits of the operand, 2.1 takes signed ones for unsigned. They are
 * carried out here. A hook on their address, put there before they are translated, stops the CPU.
 * An access that is not certain to be permitted is left to the CPU: it executes the instruction, and faults.
 */
#include <stdio.h>

#include "exec/unicorn/unicorn.h"

static bool is_minmax(uint32_t word)
{
	return (word & 0x3f20cc00) == 0x38204000 && word >> 30 != 3;
}

static void on_minmax(uc_engine *uc, uint64_t address, uint32_t size, void *data)
{
	struct rmmsim_unicorn *u = data;
	uint32_t word;

	(void)uc, (void)size;
	if (!u->vcpu || u->stop != STOP_NONE || !walk_fetch(u, address, &word) || !is_minmax(word))
		return;
	if (!u->places.pass && !debug_place(u, address))
		hooks_stop(u, STOP_MINMAX, address);
}

/* The page of the block that begins at `pc`. */
static void look_up(struct rmmsim_unicorn *u, uint64_t pc)
{
	const struct walk walk = walk_stage1(u, pc);

	u->places.page = walk.ok ? shadow_output(u, walk.ipa) : 0;
	u->places.words = u->places.page ? memory_at(u, u->places.page) : NULL;
}

void minmax_translated(struct rmmsim_unicorn *u, uint64_t address)
{
	const uint64_t pc = state_pc(u->uc), va = (pc & ~PAGE_MASK) | (address & PAGE_MASK);
	struct places *p = &u->places;
	uc_hook hook;

	if (va == pc)
		look_up(u, pc);
	if (!p->words || !is_minmax(p->words[(va & PAGE_MASK) / INSN_SIZE]))
		return;
	for (unsigned int i = 0; i < p->count; i++) {
		if (p->va[i] == va)
			return;
	}
	if (p->count < PLACES &&
	    uc_hook_add(u->uc, &hook, UC_HOOK_CODE, (void *)on_minmax, u, va, va) == UC_ERR_OK) {
		p->va[p->count++] = va;
		p->stale = true;
		begin_block(u, pc, 0);
		hooks_stop(u, STOP_MINMAX, pc);
		return;
	}
	snprintf(u->failure, sizeof(u->failure),
		 "minima and maxima by atomic instructions stand at more than %d addresses "
		 "(docs/realms.md)",
		 PLACES);
	hooks_stop(u, STOP_BUDGET, pc);
}

static bool permitted(struct rmmsim_unicorn *u, const struct store *s)
{
	const uint64_t pstate = u->vcpu->context->pstate, high = s->va >> 47;
	const struct walk walk = walk_stage1(u, s->va);

	/* An address that is tagged or not canonical: the CPU knows. */
	if (s->va % s->size || (high && high != 0x1ffff) || !walk.ok)
		return false;
	if (!PSTATE_EL(pstate))
		return walk.writable[0];
	return walk.writable[1] && !(walk.user && (pstate & PSTATE_PAN));
}

void minmax_finish(struct rmmsim_unicorn *u)
{
	const struct abort a = {.pc = u->stop_pc};
	struct store s;
	uint32_t word;

	if (u->places.stale) {
		u->places.stale = false;
		state_monitor(u);
		uc_ctl_remove_cache(u->uc, u->places.page, u->places.page + PAGE_SIZE);
		return;
	}
	if (!walk_fetch(u, a.pc, &word) || !store_decode(u, word, &s) || !permitted(u, &s) ||
	    store_emulate(u, &a) != STORE_DONE)
		u->places.pass = true;
}
