/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_UNICORN_VECTORS_H
#define TESTS_UNICORN_VECTORS_H

/* Exceptions at EL1: vectors that keep what they were told, and the way down to EL0. */

#include <string.h>

#include "tests/unicorn/code.h"

#define SPSR_EL1 REG(3, 0, 4, 0, 0)
#define ELR_EL1  REG(3, 0, 4, 0, 1)
#define VBAR_EL1 REG(3, 0, 12, 0, 0)

#define EL0T UINT64_C(0x3c0)
#define EL1H UINT64_C(0x3c5)

/* Numbers for machine_kept(): what the last exception was. OFFSET is that of its vector. */
enum { ESR, ELR, SPSR, FAR, OFFSET };

/* The vector at `offset` keeps all of them from X19 on, executes `leave`, and returns. */
static inline void vectors_keep_at(uint32_t *vectors, unsigned int offset, uint32_t leave)
{
	const uint32_t handler[] = {
		0xd5385200u,               /* mrs x0, esr_el1 */
		0xf9000260u,               /* str x0, [x19] */
		0xd5384020u,               /* mrs x0, elr_el1 */
		0xf9000660u,               /* str x0, [x19, #8] */
		0xd5384000u,               /* mrs x0, spsr_el1 */
		0xf9000a60u,               /* str x0, [x19, #16] */
		0xd5386000u,               /* mrs x0, far_el1 */
		0xf9000e60u,               /* str x0, [x19, #24] */
		0xd2800000u | offset << 5, /* mov x0, #offset */
		0xf9001260u,               /* str x0, [x19, #32] */
		leave,
		ERET,
	};

	memcpy(&vectors[offset / 4], handler, sizeof(handler));
}

/* The synchronous vectors of EL1t, EL1h and EL0 in 512 words. */
static inline void vectors_keep_and(uint32_t *vectors, uint32_t leave)
{
	for (unsigned int v = 0; v <= 0x400; v += 0x200)
		vectors_keep_at(vectors, v, leave);
}

static inline void vectors_keep(uint32_t *vectors)
{
	vectors_keep_and(vectors, WFI);
}

/* VBAR_EL1, and an ERET with this SPSR to what is put next: code at `base`. Returns its address. */
static inline uint64_t vectors_return(struct code *c, uint64_t base, uint64_t vbar, uint64_t spsr)
{
	size_t at;

	code_set(c, VBAR_EL1, vbar);
	code_set(c, SPSR_EL1, spsr);
	/* ADR X0, to the word behind the ERET. */
	code_put(c, 0x10000060u);
	code_msr(c, ELR_EL1, 0);
	code_put(c, ERET);
	at = c->count;
	return base + at * 4;
}

#endif
