/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_UNICORN_CODE_H
#define TESTS_UNICORN_CODE_H

/* AArch64 code put together word by word. X19 is the address that code_keep() stores to. */

#include "tests/unicorn/machine.h"

#define CODE_WORDS 1024

struct code {
	uint32_t words[CODE_WORDS];
	size_t count;
	unsigned int kept;
};

#define REG(op0, op1, crn, crm, op2) RSI_SYSREG_ADDRESS(op0, op1, crn, crm, op2)

#define NOP        0xd503201fu
#define SMC_0      0xd4000003u
#define ERET       0xd69f03e0u
#define B_SELF     0x14000000u
#define BRK(n)     (0xd4200000u | (uint32_t)(n) << 5)
#define HVC(n)     (0xd4000002u | (uint32_t)(n) << 5)
#define SVC(n)     (0xd4000001u | (uint32_t)(n) << 5)
#define DAIFCLR(n) (0xd50340ffu | (uint32_t)(n) << 8)
#define DAIFSET(n) (0xd50340dfu | (uint32_t)(n) << 8)

static inline void code_put(struct code *c, uint32_t word)
{
	assert_in_range(c->count, 0, CODE_WORDS - 1);
	c->words[c->count++] = word;
}

static inline void code_mov(struct code *c, unsigned int rd, uint64_t value)
{
	code_put(c, 0xd2800000u | (uint32_t)(value & 0xffff) << 5 | rd);
	for (unsigned int i = 1; i < 4; i++) {
		if (value >> 16 * i & 0xffff)
			code_put(c, 0xf2800000u | i << 21 |
					    (uint32_t)(value >> 16 * i & 0xffff) << 5 | rd);
	}
}

static inline void code_mrs(struct code *c, unsigned int rt, uint32_t reg)
{
	code_put(c, 0xd5300000u | (reg & 0x7fff) << 5 | rt);
}

static inline void code_msr(struct code *c, uint32_t reg, unsigned int rt)
{
	code_put(c, 0xd5100000u | (reg & 0x7fff) << 5 | rt);
}

/* The register gets a value, by X0. */
static inline void code_set(struct code *c, uint32_t reg, uint64_t value)
{
	code_mov(c, 0, value);
	code_msr(c, reg, 0);
}

static inline void code_start(struct code *c, uint64_t base)
{
	c->count = c->kept = 0;
	code_mov(c, 19, base);
}

/* Stores X`rt`; what was stored is read by machine_kept(). */
static inline void code_keep(struct code *c, unsigned int rt)
{
	code_put(c, 0xf9000000u | c->kept++ << 10 | 19u << 5 | rt);
}

static inline void code_keep_reg(struct code *c, uint32_t reg)
{
	code_mrs(c, 0, reg);
	code_keep(c, 0);
}

static inline void code_smc(struct code *c, uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3)
{
	code_mov(c, 0, fid);
	code_mov(c, 1, x1);
	code_mov(c, 2, x2);
	code_mov(c, 3, x3);
	code_put(c, SMC_0);
}

#endif
