/* SPDX-License-Identifier: BSD-3-Clause */
/* Which bytes a store instruction writes, and where. All encodings of A64 but those of MTE. */
#include <string.h>

#include "exec/unicorn/a64.h"
#include "exec/unicorn/unicorn.h"

static uint64_t x(const struct rmmsim_unicorn *u, unsigned int n)
{
	return n < 31 ? u->vcpu->context->x[n] : 0;
}

static uint64_t *base(struct rmmsim_unicorn *u, unsigned int n)
{
	struct rmmsim_plane *plane = u->vcpu->context;
	const bool own = PSTATE_EL(plane->pstate) && PSTATE_SP_EL1(plane->pstate);

	if (n < 31)
		return &plane->x[n];
	return &plane->sysreg[own ? RMMSIM_SYSREG_SP_EL1 : RMMSIM_SYSREG_SP_EL0];
}

uint64_t *store_base(struct rmmsim_unicorn *u, const struct store *s)
{
	return base(u, s->rn);
}

/* Adds the first bytes of a register. */
static void add(struct rmmsim_unicorn *u, struct store *s, bool simd, unsigned int rt,
		unsigned int size)
{
	const uint64_t value = x(u, rt);

	memcpy(s->data + s->size, simd ? (const void *)u->vcpu->simd[rt] : &value, size);
	s->size += size;
}

/* STP, STNP. Index: 0 and 2 offset, 1 post-indexed, 3 pre-indexed. */
static bool decode_pair(struct rmmsim_unicorn *u, uint32_t word, struct store *s)
{
	const unsigned int opc = word >> 30, index = word >> 23 & 3;
	const bool simd = word >> 26 & 1;
	const unsigned int size = simd ? 4u << opc : 4u << (opc >> 1);

	if ((word & 0x3a400000) != 0x28000000 || opc == 3 || (!simd && (opc & 1)))
		return false;
	s->write_back = index & 1;
	s->offset = a64_sign_extend(word >> 15 & 0x7f, 7) * (int64_t)size;
	s->va += index == 1 ? 0 : (uint64_t)s->offset;
	add(u, s, simd, word & 0x1f, size);
	add(u, s, simd, word >> 10 & 0x1f, size);
	return true;
}

/* STR, STUR, STTR in all forms of addresses. */
static bool decode_single(struct rmmsim_unicorn *u, uint32_t word, struct store *s)
{
	const unsigned int opc = word >> 22 & 3, form = word >> 10 & 3;
	const bool scaled = word >> 24 & 1, reg = word >> 21 & 1, simd = word >> 26 & 1;
	const bool quad = simd && opc == 2;
	const unsigned int log2 = quad ? 4 : word >> 30;

	if ((word & 0x3a000000) != 0x38000000 || (opc != 0 && !(quad && word >> 30 == 0)))
		return false;
	if (!scaled && reg && form != 2)
		return false;
	s->offset = a64_sign_extend(word >> 12 & 0x1ff, 9);
	s->write_back = !scaled && !reg && (form & 1);
	if (scaled)
		s->va += (uint64_t)(word >> 10 & 0xfff) << log2;
	else if (reg)
		s->va += a64_offset(x(u, a64_offset_register(word)), word, log2);
	else if (form != 1)
		s->va += (uint64_t)s->offset;
	add(u, s, simd, word & 0x1f, 1u << log2);
	return true;
}

/* LD<op> (ST<op>), SWP. */
static bool decode_atomic(struct rmmsim_unicorn *u, uint32_t word, struct store *s)
{
	const bool swap = word >> 15 & 1;

	if ((word & 0x3f200c00) != 0x38200000 || (swap && (word >> 12 & 7)))
		return false;
	s->kind = swap ? STORE_SWAP : STORE_OPERATE;
	s->opc = word >> 12 & 7;
	s->result = word & 0x1f;
	add(u, s, false, word >> 16 & 0x1f, 1u << (word >> 30));
	return true;
}

/* STLR, STLLR, STXR, STXP, CAS, CASP, and STLUR. */
static bool decode_ordered(struct rmmsim_unicorn *u, uint32_t word, struct store *s)
{
	const unsigned int size = word >> 30, rt = word & 0x1f, rs = word >> 16 & 0x1f;
	const bool o2 = word >> 23 & 1, load = word >> 22 & 1, o1 = word >> 21 & 1;

	if ((word & 0x3fe00c00) == 0x19000000) {
		s->va += (uint64_t)a64_sign_extend(word >> 12 & 0x1ff, 9);
		add(u, s, false, rt, 1u << size);
		return true;
	}
	if ((word & 0x3f000000) != 0x08000000)
		return false;
	s->result = rs;
	if (o1 && (o2 || size < 2)) {
		s->kind = STORE_COMPARE;
		s->pair = !o2;
		add(u, s, false, rt, o2 ? 1u << size : 4u << (size & 1));
		if (s->pair)
			add(u, s, false, rt + 1, 4u << (size & 1));
		return true;
	}
	if (load)
		return false;
	s->kind = o2 ? STORE_PLAIN : STORE_EXCLUSIVE;
	add(u, s, false, rt, 1u << size);
	if (o1)
		add(u, s, false, word >> 10 & 0x1f, 1u << size);
	return true;
}

static void add_element(struct rmmsim_unicorn *u, struct store *s, unsigned int rt,
			unsigned int index, unsigned int log2)
{
	const uint8_t *v = (const void *)u->vcpu->simd[rt % 32];

	memcpy(s->data + s->size, v + (index << log2), (size_t)1 << log2);
	s->size += 1u << log2;
}

/* ST1 to ST4 of whole registers. */
static bool decode_structures(struct rmmsim_unicorn *u, uint32_t word, struct store *s)
{
	static const struct {
		uint8_t registers, interleaved;
	} forms[16] = {[0] = {4, 4}, [2] = {4, 1}, [4] = {3, 3}, [6] = {3, 1},
		       [7] = {1, 1}, [8] = {2, 2}, [10] = {2, 1}};
	const unsigned int log2 = word >> 10 & 3, elements = (word >> 30 & 1 ? 16u : 8u) >> log2;
	const unsigned int registers = forms[word >> 12 & 0xf].registers;
	const unsigned int n = forms[word >> 12 & 0xf].interleaved;

	if (((word & 0xbfff0000) != 0x0c000000 && (word & 0xbfe00000) != 0x0c800000) || !registers)
		return false;
	for (unsigned int r = 0; r < registers; r += n) {
		for (unsigned int e = 0; e < elements; e++) {
			for (unsigned int i = 0; i < n; i++)
				add_element(u, s, (word & 0x1f) + r + i, e, log2);
		}
	}
	return true;
}

/* ... of one element of each register. */
static bool decode_lanes(struct rmmsim_unicorn *u, uint32_t word, struct store *s)
{
	const unsigned int scale = word >> 14 & 3, low = word >> 10 & 3;
	const unsigned int log2 = scale == 2 && (low & 1) ? 3 : scale;
	const unsigned int n = ((word >> 13 & 1) << 1 | (word >> 21 & 1)) + 1;
	const unsigned int all = (word >> 30 & 1) << 3 | (word >> 12 & 1) << 2 | low;

	if (((word & 0xbfdf0000) != 0x0d000000 && (word & 0xbfc00000) != 0x0d800000) || scale == 3)
		return false;
	for (unsigned int i = 0; i < n; i++)
		add_element(u, s, (word & 0x1f) + i, all >> log2, log2);
	return true;
}

/* Of the last two, post-indexed: by what was stored, or by a register. */
static void post_index(struct rmmsim_unicorn *u, uint32_t word, struct store *s)
{
	const unsigned int rm = word >> 16 & 0x1f;

	s->write_back = word >> 23 & 1;
	s->offset = rm == 31 ? (int64_t)s->size : (int64_t)x(u, rm);
}

bool store_decode(struct rmmsim_unicorn *u, uint32_t word, struct store *s)
{
	memset(s, 0, sizeof(*s));
	if ((word & 0xffffffe0) == 0xd50b7420) { /* DC ZVA */
		s->va = x(u, word & 0x1f) & ~(A64_ZVA_SIZE - 1);
		s->size = A64_ZVA_SIZE;
		return true;
	}
	s->rn = word >> 5 & 0x1f;
	s->va = *base(u, s->rn);
	if (decode_structures(u, word, s) || decode_lanes(u, word, s)) {
		post_index(u, word, s);
		return true;
	}
	return decode_pair(u, word, s) || decode_single(u, word, s) || decode_atomic(u, word, s) ||
	       decode_ordered(u, word, s);
}
