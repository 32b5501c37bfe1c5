/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stores to the page that the CPU executes. A page is not writable while it can be executed
 * (hostile.c), so such a store is carried out here.
 */
#include <string.h>

#include "exec/unicorn/unicorn.h"

struct piece {
	uint64_t ipa, pa;
	unsigned int size;
	uint8_t *at;
};

/* Permissions of stage 1 are known to be good for one of the pages: that of the fault. */
static bool find_piece(struct rmmsim_unicorn *u, const struct store *s, uint64_t va,
		       unsigned int size, struct piece *p)
{
	const unsigned int el = PSTATE_EL(u->vcpu->context->pstate) ? 1 : 0;
	const struct walk walk = walk_stage1(u, va);
	struct rmmsim_translation t;

	if (!walk.ok)
		return false;
	rmmsim_translate(u->vcpu, walk.ipa, RMMSIM_WRITE, el, &t);
	if (!t.proceeds || (s->kind > STORE_EXCLUSIVE && !(t.allowed & RMMSIM_ALLOW_READ)))
		return false;
	*p = (struct piece){walk.ipa, t.pa, size, memory_at(u, t.pa)};
	return p->at;
}

/* The bytes may lie on two pages. */
static unsigned int find_pieces(struct rmmsim_unicorn *u, const struct store *s, struct piece *p)
{
	const uint64_t left = PAGE_SIZE - (s->va & PAGE_MASK);

	if (s->size <= left)
		return find_piece(u, s, s->va, s->size, &p[0]) ? 1 : 0;
	if (!find_piece(u, s, s->va, (unsigned int)left, &p[0]) ||
	    !find_piece(u, s, s->va + left, s->size - (unsigned int)left, &p[1]))
		return 0;
	return 2;
}

/* --- values ------------------------------------------------------------------------------------------ */

static uint64_t operate(const struct store *s, uint64_t old, uint64_t operand)
{
	const unsigned int shift = 64 - 8 * s->size;
	const int64_t a = (int64_t)(old << shift), b = (int64_t)(operand << shift);

	switch (s->opc) {
	case 0:
		return old + operand;
	case 1:
		return old & ~operand;
	case 2:
		return old ^ operand;
	case 3:
		return old | operand;
	case 4:
		return a > b ? old : operand;
	case 5:
		return a < b ? old : operand;
	case 6:
		return (uint64_t)a > (uint64_t)b ? old : operand;
	default:
		return (uint64_t)a < (uint64_t)b ? old : operand;
	}
}

static void set_result(struct rmmsim_unicorn *u, unsigned int n, uint64_t value)
{
	if (n < 31)
		u->vcpu->context->x[n] = value;
}

static void set_old(struct rmmsim_unicorn *u, const struct store *s, const uint8_t *old)
{
	const unsigned int size = s->pair ? s->size / 2 : s->size;
	uint64_t value[2] = {0};

	memcpy(&value[0], old, size);
	set_result(u, s->result, value[0]);
	if (!s->pair)
		return;
	memcpy(&value[1], old + size, size);
	set_result(u, s->result + 1, value[1]);
}

static bool compares(struct rmmsim_unicorn *u, const struct store *s, const uint8_t *old)
{
	const unsigned int size = s->pair ? s->size / 2 : s->size;
	const uint64_t *x = u->vcpu->context->x, zero = 0;

	if (memcmp(s->result < 31 ? &x[s->result] : &zero, old, size) != 0)
		return false;
	return !s->pair ||
	       memcmp(s->result < 30 ? &x[s->result + 1] : &zero, old + size, size) == 0;
}

/* The exclusive monitor of the CPU is in the context that was saved. unicorn.md#3 */
static bool monitored(struct rmmsim_unicorn *u, const struct store *s, const uint8_t *old)
{
	const uint8_t *monitor = (const uint8_t *)u->cpu->context + u->layout.exclusive;
	uint64_t at;

	memcpy(&at, monitor, sizeof(at));
	if (at != s->va)
		return false;
	/* A pair of words is one value, one of doublewords two. */
	return memcmp(monitor + 8, old, s->size) == 0;
}

/* s->data becomes what memory has to be. False: memory stays as it is. */
static bool evaluate(struct rmmsim_unicorn *u, struct store *s, const uint8_t *old)
{
	uint64_t a = 0, b = 0;
	bool stored;

	switch (s->kind) {
	case STORE_PLAIN:
		return true;
	case STORE_EXCLUSIVE:
		stored = monitored(u, s, old);
		set_result(u, s->result, !stored);
		return stored;
	case STORE_SWAP:
		set_old(u, s, old);
		return true;
	case STORE_COMPARE:
		stored = compares(u, s, old);
		set_old(u, s, old);
		return stored;
	case STORE_OPERATE:
		memcpy(&a, old, s->size);
		memcpy(&b, s->data, s->size);
		a = operate(s, a, b);
		memcpy(s->data, &a, s->size);
		set_old(u, s, old);
		return true;
	}
	return false;
}

/* --- carrying out ---------------------------------------------------------------------------------------- */

static bool is_hostile(struct rmmsim_unicorn *u, uint64_t pa, unsigned int size)
{
	const uint64_t from = pa & ~UINT64_C(3);
	const uint32_t *words = memory_at(u, from);
	const size_t count = (pa + size - from + 3) / 4;

	for (size_t i = 0; words && i < count; i++) {
		if (hostile_word(words[i]))
			return true;
	}
	return false;
}

/* What the CPU has of the page as code. A page with hostile words is copied when it is fetched again. */
static void forget_code(struct rmmsim_unicorn *u, const struct piece *p)
{
	const uint64_t code = memory_code(u, p->pa);

	if (shadow_output(u, p->ipa) != (code & ~PAGE_MASK) || is_hostile(u, p->pa, p->size)) {
		shadow_make_writable(u, p->ipa);
		return;
	}
	state_monitor(u);
	uc_ctl_remove_cache(u->uc, code, code + p->size);
}

enum store_result store_emulate(struct rmmsim_unicorn *u, const struct abort *a)
{
	struct piece pieces[2];
	uint8_t old[sizeof(((struct store *)0)->data)];
	unsigned int count, done = 0;
	struct store s;
	uint32_t word;

	if (!walk_fetch(u, a->pc, &word) || !store_decode(u, word, &s))
		return STORE_UNKNOWN;
	count = find_pieces(u, &s, pieces);
	if (!count)
		return STORE_FAULTS;
	for (unsigned int i = 0; i < count; i++, done = pieces[0].size)
		memcpy(old + done, pieces[i].at, pieces[i].size);
	if (!evaluate(u, &s, old))
		count = 0;
	done = 0;
	for (unsigned int i = 0; i < count; i++, done = pieces[0].size) {
		memcpy(pieces[i].at, s.data + done, pieces[i].size);
		forget_code(u, &pieces[i]);
	}
	if (s.write_back)
		*store_base(u, &s) += (uint64_t)s.offset;
	fault_emulated(u);
	return STORE_DONE;
}
