/* SPDX-License-Identifier: BSD-3-Clause */
/* Which bytes an instruction that is about to be executed reads or writes: for watchpoints. All of A64 but MTE. */
#include "exec/unicorn/a64.h"
#include "exec/unicorn/unicorn.h"

#define LDAPR      0x38bfc000u
#define LDAPR_MASK 0x3ffffc00u

static uint64_t base(struct rmmsim_unicorn *u, uint32_t word)
{
	const unsigned int n = word >> 5 & 0x1f;
	uint64_t sp = 0;

	if (n < 31)
		return state_x(u->uc, n);
	uc_reg_read(u->uc, UC_ARM64_REG_SP, &sp);
	return sp;
}

static bool pair(uint32_t word, struct operand *o)
{
	const unsigned int opc = word >> 30, index = word >> 23 & 3;
	const bool simd = word >> 26 & 1;
	const unsigned int log2 = simd ? 2 + opc : 2 + (opc >> 1);

	if ((word & 0x3a000000) != 0x28000000 || opc == 3)
		return false;
	o->size = 2u << log2;
	o->read = word >> 22 & 1;
	o->write = !o->read;
	if (index != 1)
		o->va += (uint64_t)(a64_sign_extend(word >> 15 & 0x7f, 7) * (1 << log2));
	return true;
}

static bool literal(uint64_t pc, uint32_t word, struct operand *o)
{
	const unsigned int opc = word >> 30;
	const bool simd = word >> 26 & 1;

	if ((word & 0x3b000000) != 0x18000000 || (!simd && opc == 3))
		return false;
	o->va = pc + (uint64_t)(a64_sign_extend(word >> 5 & 0x7ffff, 19) * 4);
	o->size = simd ? 4u << opc : (opc == 1 ? 8 : 4);
	o->read = true;
	return true;
}

/* One register, in all forms of addresses; atomics and LDRAA, LDRAB beside them. */
static bool single(struct rmmsim_unicorn *u, uint32_t word, struct operand *o)
{
	const unsigned int opc = word >> 22 & 3, form = word >> 10 & 3;
	const bool scaled = word >> 24 & 1, reg = word >> 21 & 1, simd = word >> 26 & 1;
	const unsigned int log2 = simd && opc >= 2 ? 4 : word >> 30;

	if ((word & 0x3a000000) != 0x38000000)
		return false;
	o->size = 1u << log2;
	o->write = opc == 0 || (simd && opc == 2);
	o->read = !o->write;
	if (!scaled && reg && (form & 1)) { /* LDRAA, LDRAB */
		const uint64_t offset = (word >> 22 & 1) << 9 | (word >> 12 & 0x1ff);

		o->va += (uint64_t)(a64_sign_extend(offset, 10) * 8);
		o->read = true;
		o->write = false;
		return !simd && log2 == 3;
	}
	if (!scaled && reg && form == 0) { /* LD<op>, SWP, LDAPR */
		o->read = true;
		o->write = (word & LDAPR_MASK) != LDAPR;
		return !simd;
	}
	if (!simd && word >> 30 == 3 && opc == 2) /* PRFM, PRFUM */
		return false;
	if (scaled)
		o->va += (uint64_t)(word >> 10 & 0xfff) << log2;
	else if (!reg)
		o->va += form == 1 ? 0 : (uint64_t)a64_sign_extend(word >> 12 & 0x1ff, 9);
	else
		o->va += a64_offset(state_x(u->uc, a64_offset_register(word)), word, log2);
	return true;
}

/* Exclusives, ordered ones, CAS, CASP, and LDAPUR, STLUR. */
static bool ordered(uint32_t word, struct operand *o)
{
	const unsigned int log2 = word >> 30;
	const bool o2 = word >> 23 & 1, load = word >> 22 & 1, o1 = word >> 21 & 1;

	if ((word & 0x3f200c00) == 0x19000000) {
		o->va += (uint64_t)a64_sign_extend(word >> 12 & 0x1ff, 9);
		o->size = 1u << log2;
		o->write = !(word >> 22 & 3);
		o->read = !o->write;
		return true;
	}
	if ((word & 0x3f000000) != 0x08000000)
		return false;
	o->size = 1u << log2;
	o->read = load;
	o->write = !load;
	if (o1 && !o2 && log2 < 2)
		o->size = 8u << log2;
	else if (o1 && !o2)
		o->size = 2u << log2;
	if (o1 && (o2 || log2 < 2))
		o->read = o->write = true;
	return true;
}

/* LD1 to LD4, ST1 to ST4. */
static bool structures(uint32_t word, struct operand *o)
{
	static const uint8_t registers[16] = {
		[0] = 4, [2] = 4, [4] = 3, [6] = 3, [7] = 1, [8] = 2, [10] = 2};
	const unsigned int scale = word >> 14 & 3, low = word >> 10 & 3;
	const unsigned int n = ((word >> 13 & 1) << 1 | (word >> 21 & 1)) + 1;

	if ((word & 0xbe000000) != 0x0c000000)
		return false;
	o->read = word >> 22 & 1;
	o->write = !o->read;
	if (!(word >> 24 & 1))
		o->size = registers[word >> 12 & 0xf] * (word >> 30 & 1 ? 16u : 8u);
	else if (scale == 3)
		o->size = n << low;
	else
		o->size = n << (scale == 2 && (low & 1) ? 3 : scale);
	return o->size;
}

bool operand_decode(struct rmmsim_unicorn *u, uint64_t pc, uint32_t word, struct operand *o)
{
	/* DC ZVA is beside the loads and stores: those have bit 27 set, and bit 25 clear. */
	*o = (struct operand){.va = 0};
	if ((word & 0xffffffe0) == 0xd50b7420) {
		o->va = state_x(u->uc, word & 0x1f) & ~(A64_ZVA_SIZE - 1);
		o->size = A64_ZVA_SIZE;
		o->write = true;
		return true;
	}
	if ((word & 0x0a000000) != 0x08000000)
		return false;
	if (literal(pc, word, o))
		return true;
	o->va = base(u, word);
	return pair(word, o) || single(u, word, o) || ordered(word, o) || structures(word, o);
}
