/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXEC_SYNDROME_H
#define EXEC_SYNDROME_H

/* ESR_EL1 and ESR_EL2 values that an engine makes, and PSTATE as far as it looks at it. */

#include <stdint.h>

#define SYNDROME_EC(ec)     ((uint64_t)(ec) << 26)
#define SYNDROME_EC_OF(esr) ((esr) >> 26 & 0x3f)
#define SYNDROME_IL         (UINT64_C(1) << 25) /* a 32-bit instruction */
#define SYNDROME_ISS_MASK   UINT64_C(0x01ffffff)

enum syndrome_class {
	SYNDROME_UNKNOWN = 0x00,
	SYNDROME_WFX = 0x01,
	SYNDROME_SIMD = 0x07,
	SYNDROME_HVC64 = 0x16,
	SYNDROME_SMC64 = 0x17,
	SYNDROME_SYSREG = 0x18,
	SYNDROME_INST_ABORT = 0x20, /* from a lower exception level; same level: plus 1 */
	SYNDROME_PC_ALIGNMENT = 0x22,
	SYNDROME_DATA_ABORT = 0x24,
	SYNDROME_SERROR = 0x2f,
};

/* Condition field of trapped AArch64 instructions: valid, always. */
#define SYNDROME_COND_ALWAYS UINT64_C(0x01e00000)
#define SYNDROME_WFX_WFE     UINT64_C(1)

/* Instruction specific syndrome of a load or store; SRT is X0. */
#define SYNDROME_ISV            (UINT64_C(1) << 24)
#define SYNDROME_SAS(log2)      ((uint64_t)(log2) << 22)
#define SYNDROME_SF             (UINT64_C(1) << 15)
#define SYNDROME_WNR            (UINT64_C(1) << 6)
#define SYNDROME_ADDRESS_SIZE_0 UINT64_C(0x00) /* fault status: address size fault, level 0 */
#define SYNDROME_ALIGNMENT      UINT64_C(0x21)

/* MSR or MRS of X0 by the address of rsi.md#3 (3.5): Op2, CRm, CRn, Op1, Op0 from bit 0 up. */
#define SYNDROME_SYSREG_READ UINT64_C(1)
static inline uint64_t syndrome_sysreg(uint64_t address)
{
	return (address >> 14 & 3) << 20 | (address & 7) << 17 | (address >> 11 & 7) << 14 |
	       (address >> 7 & 0xf) << 10 | (address >> 3 & 0xf) << 1;
}

#define PSTATE_EL(pstate)     ((pstate) >> 2 & 3)
#define PSTATE_SP_EL1(pstate) ((pstate)&1)
#define PSTATE_AARCH32        (UINT64_C(1) << 4)
#define PSTATE_A              (UINT64_C(1) << 8)
#define PSTATE_PAN            (UINT64_C(1) << 22)

#define SCTLR2_EASE (UINT64_C(1) << 5)

#endif
