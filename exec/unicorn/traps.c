/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Exceptions that the library does not raise by itself: FP/SIMD instructions that are trapped, the illegal
 * execution state, a virtual SError that is unmasked. All of them are rare: u->careful says that the
 * starts of blocks have to be looked at.
 */
#include <string.h>

#include "exec/unicorn/unicorn.h"

#define PSTATE_IL    (UINT64_C(1) << 20)
#define MODE_MASK    UINT64_C(0x1f)
#define MODE_EL0T    0u
#define MODE_EL1T    4u
#define MODE_EL1H    5u
#define MODE_ILLEGAL UINT64_C(9) /* EL2: the CPU refuses to return there */
#define EC_ILLEGAL   0x0e

/* Of AArch32, as the CPU has it: the mode is kept above the architected bits. */
#define SPSR_MOVED      (UINT64_C(1) << 40)
#define SPSR_MODE_SHIFT 32

/* hflags: target exception level of FP/SIMD instructions. unicorn.md#3 */
#define HFLAGS_FP_SHIFT 22
#define HFLAGS_FP_MASK  (3u << HFLAGS_FP_SHIFT)

#define FPEN(cpacr) ((unsigned int)((cpacr) >> 20 & 3))
#define FPEN_EL0    1u /* 0 and 2: EL0 and EL1; 3: none */
#define FPEN_NONE   3u

bool traps_pstate_valid(uint64_t pstate)
{
	const uint64_t mode = pstate & MODE_MASK;

	return mode == MODE_EL0T || mode == MODE_EL1T || mode == MODE_EL1H;
}

uint64_t traps_spsr_to_cpu(uint64_t spsr)
{
	if (!(spsr & PSTATE_AARCH32))
		return spsr;
	return (spsr & UINT32_MAX & ~MODE_MASK) | MODE_ILLEGAL |
	       (spsr & MODE_MASK) << SPSR_MODE_SHIFT | SPSR_MOVED;
}

uint64_t traps_spsr_of_cpu(uint64_t spsr)
{
	if (!(spsr & SPSR_MOVED) || (spsr & MODE_MASK) != MODE_ILLEGAL)
		return spsr;
	return (spsr & UINT32_MAX & ~MODE_MASK) | (spsr >> SPSR_MODE_SHIFT & MODE_MASK);
}

/* Exception level that an FP/SIMD instruction at `el` is trapped to; 0: none. EL1 comes first. */
static unsigned int fp_target(struct rmmsim_unicorn *u, unsigned int el)
{
	const unsigned int fpen = FPEN(cp_read(u->uc, RSI_SYSREG_CPACR_EL1));

	if (u->config.fp_traps && (fpen == FPEN_EL0 ? el == 0 : fpen != FPEN_NONE))
		return 1;
	return u->vcpu->trap_simd ? 2 : 0;
}

void traps_update(struct rmmsim_unicorn *u)
{
	const uint64_t spsr = cp_read(u->uc, RSI_SYSREG_SPSR_EL1);
	const uint32_t pstate = state_pstate(u->uc);

	attend(u);
	u->careful =
		u->vcpu->trap_simd || u->vcpu->serror_pending || (pstate & PSTATE_IL) ||
		(u->vcpu->context->pstate & PSTATE_IL) || (spsr & PSTATE_IL) ||
		!traps_pstate_valid(spsr) ||
		(u->config.fp_traps && FPEN(cp_read(u->uc, RSI_SYSREG_CPACR_EL1)) != FPEN_NONE);
}

static uint32_t hflags(struct rmmsim_unicorn *u)
{
	uint32_t value;

	uc_context_save(u->uc, u->scratch);
	memcpy(&value, (const uint8_t *)u->scratch + u->layout.hflags, sizeof(value));
	return value;
}

void traps_put_flags(struct rmmsim_unicorn *u)
{
	uint32_t flags = hflags(u) & ~HFLAGS_FP_MASK;

	flags |= fp_target(u, PSTATE_EL(state_pstate(u->uc))) << HFLAGS_FP_SHIFT;
	memcpy((uint8_t *)(uintptr_t)u->scratch + u->layout.hflags, &flags, sizeof(flags));
	uc_context_restore(u->uc, u->scratch);
}

bool traps_block(struct rmmsim_unicorn *u, uint64_t pc)
{
	const uint32_t pstate = state_pstate(u->uc);

	if (u->vcpu->serror_pending && !(pstate & PSTATE_A)) {
		/* Taken before the next stay. */
		hooks_stop(u, STOP_CHANGED, pc);
		return true;
	}
	if (pstate & PSTATE_IL) {
		u->deliver = (struct deliver){
			.esr = SYNDROME_EC(EC_ILLEGAL) | SYNDROME_IL,
			.elr = pc,
		};
		hooks_stop(u, STOP_DELIVER, pc);
		return true;
	}
	if ((hflags(u) & HFLAGS_FP_MASK) >> HFLAGS_FP_SHIFT == fp_target(u, PSTATE_EL(pstate)))
		return false;
	hooks_stop(u, STOP_FLAGS, pc);
	return true;
}
