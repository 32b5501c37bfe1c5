/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_UNICORN_STAGE1_H
#define TESTS_UNICORN_STAGE1_H

/* Stage 1 of a Realm: 4 KiB pages, 39 bits of VA in each half, so tables start at level 1. */

#include "tests/unicorn/code.h"

#define SCTLR_EL1 REG(3, 0, 1, 0, 0)
#define TTBR0_EL1 REG(3, 0, 2, 0, 0)
#define TTBR1_EL1 REG(3, 0, 2, 0, 1)
#define TCR_EL1   REG(3, 0, 2, 0, 2)
#define MAIR_EL1  REG(3, 0, 10, 2, 0)

#define STAGE1_GB   UINT64_C(0x40000000)
#define STAGE1_HIGH UINT64_C(0xffffff8000000000)

/* T0SZ and T1SZ 25, write-back inner shareable walks, 40 bits of output, 16 bits of ASID. */
#define STAGE1_TCR                                                                        \
	(UINT64_C(25) | UINT64_C(25) << 16 | UINT64_C(0x35) << 8 | UINT64_C(0xb5) << 24 | \
	 UINT64_C(2) << 32 | UINT64_C(1) << 36)
#define STAGE1_SCTLR (UINT64_C(0xc50878) | 1)

#define STAGE1_TABLE(ipa) ((ipa) | 3)
#define STAGE1_BLOCK(ipa) ((ipa) | 0x701) /* RWX at EL1 */
#define STAGE1_PAGE(ipa)  ((ipa) | 0x703)
#define STAGE1_NG         UINT64_C(0x800)

#define ISB     0xd5033fdfu
#define DSB     0xd5033b9fu
#define TLBI_E1 0xd508871fu /* TLBI VMALLE1 */

/* Switches the MMU on; X0 is lost. */
static inline void stage1_on(struct code *c, uint64_t ttbr0, uint64_t ttbr1)
{
	code_set(c, MAIR_EL1, 0xff);
	code_set(c, TCR_EL1, STAGE1_TCR);
	code_set(c, TTBR0_EL1, ttbr0);
	code_set(c, TTBR1_EL1, ttbr1);
	code_put(c, ISB);
	code_set(c, SCTLR_EL1, STAGE1_SCTLR);
	code_put(c, ISB);
}

/* Entry `n` of the table at a PA. */
static inline void stage1_put(struct machine *m, uint64_t pa, unsigned int n, uint64_t desc)
{
	rmmsim_poke(m->host.sim, pa + n * sizeof(desc), &desc, sizeof(desc));
}

#endif
