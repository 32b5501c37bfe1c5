/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stores to the page that the CPU executes. A page is not writable while it can be executed
 * (hostile.c), so such a store is carried out here: single registers and pairs of them, which is what
 * compilers use.
 */
#include <string.h>

#include "exec/unicorn/unicorn.h"

#define NO_REGISTER 32u

struct store {
	unsigned int size;    /* of one register, bytes */
	unsigned int rt, rt2; /* rt2 NO_REGISTER: a single one */
	bool simd;
	unsigned int rn;
	bool write_back;
	int64_t offset; /* of the write-back */
};

static int64_t sign_extend(uint64_t value, unsigned int bits)
{
	return (int64_t)(value << (64 - bits)) >> (64 - bits);
}

/* STP, STNP. */
static bool decode_pair(uint32_t word, struct store *s)
{
	const unsigned int opc = word >> 30, index = word >> 23 & 3;

	if ((word & 0x3a400000) != 0x28000000)
		return false;
	s->simd = word >> 26 & 1;
	if (!s->simd && (opc & 1))
		return false;
	s->size = s->simd ? 4u << opc : 4u << (opc >> 1);
	s->rt2 = word >> 10 & 0x1f;
	s->write_back = index == 1 || index == 3;
	s->offset = sign_extend(word >> 15 & 0x7f, 7) * (int64_t)s->size;
	return opc != 3;
}

/* STR, STUR, in all forms of addresses. */
static bool decode_single(uint32_t word, struct store *s)
{
	const unsigned int size = word >> 30, opc = word >> 22 & 3;
	const bool scaled = word >> 24 & 1, reg = word >> 21 & 1;

	if ((word & 0x3a000000) != 0x38000000)
		return false;
	s->simd = word >> 26 & 1;
	if (opc != 0 && !(s->simd && size == 0 && opc == 2))
		return false;
	if (!scaled && reg && (word >> 10 & 3) != 2)
		return false; /* atomics */
	s->size = s->simd && opc == 2 ? 16 : 1u << size;
	s->rt2 = NO_REGISTER;
	s->write_back = !scaled && !reg && (word >> 10 & 1);
	s->offset = sign_extend(word >> 12 & 0x1ff, 9);
	return true;
}

static bool decode(uint32_t word, struct store *s)
{
	memset(s, 0, sizeof(*s));
	s->rt = word & 0x1f;
	s->rn = word >> 5 & 0x1f;
	return decode_pair(word, s) || decode_single(word, s);
}

static uint64_t *base_register(struct rmmsim_plane *plane, unsigned int n)
{
	const bool own = PSTATE_EL(plane->pstate) && PSTATE_SP_EL1(plane->pstate);

	if (n < 31)
		return &plane->x[n];
	return &plane->sysreg[own ? RMMSIM_SYSREG_SP_EL1 : RMMSIM_SYSREG_SP_EL0];
}

static void put(struct rmmsim_unicorn *u, const struct store *s, unsigned int rt, uint8_t *to)
{
	const uint64_t zero = 0;
	const void *from = rt < 31 ? &u->vcpu->context->x[rt] : &zero;

	memcpy(to, s->simd ? (const void *)u->vcpu->simd[rt] : from, s->size);
}

bool store_is_hostile(struct rmmsim_unicorn *u, uint64_t pa, unsigned int size)
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

bool store_emulate(struct rmmsim_unicorn *u, const struct abort *a,
		   const struct rmmsim_translation *t, unsigned int *size)
{
	struct rmmsim_plane *plane = u->vcpu->context;
	uint8_t *at = memory_at(u, t->pa);
	struct store s;
	uint32_t word;

	if (!at || !walk_fetch(u, a->pc, &word) || !decode(word, &s))
		return false;
	*size = s.rt2 == NO_REGISTER ? s.size : 2 * s.size;
	/* The address of the fault is that of the whole access, unless it began on another page. */
	if ((t->pa & PAGE_MASK) + *size > PAGE_SIZE || t->pa % s.size)
		return false;
	put(u, &s, s.rt, at);
	if (s.rt2 != NO_REGISTER)
		put(u, &s, s.rt2, at + s.size);
	if (s.write_back)
		*base_register(plane, s.rn) += (uint64_t)s.offset;
	plane->pc += INSN_SIZE;
	u->executed++;
	return true;
}
