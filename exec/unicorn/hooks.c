/* SPDX-License-Identifier: BSD-3-Clause */
/* What Unicorn calls while it runs: unicorn.md#4, unicorn.md#5 */
#include <string.h>

#include "exec/unicorn/unicorn.h"

#define EC_SVC64        0x15
#define EC_SVE          0x19
#define EC_SP_ALIGN     0x26
#define ESR_S1PTW       (UINT64_C(1) << 7)
#define FSC_MASK        UINT64_C(0x3f)
#define FSC_EXTERNAL    UINT64_C(0x10)
#define ISS_COPROCESSOR UINT64_C(0xf) /* of a trapped FP/SIMD instruction: AArch32 only */
#define INTNO_SMC       13            /* not trapped by HCR_EL2.TSC: the PC is behind it */
#define HPFAR_EL2       SYSREG(3, 4, 6, 0, 4)
#define WFX_WFE         UINT64_C(1)
#define WFE             0xd503205fu
#define MSR_DAIF        0xd50340dfu /* DAIFSet; bit 5: DAIFClr */
#define DAIF_MASK       0xfffff0dfu
#define INSN_CRM(word)  ((word) >> 8 & 0xf)
#define INSN_OP2(word)  ((word) >> 5 & 7)
#define ISS_RT_SHIFT    5
/* Of an abort: the class without the bit that tells a lower EL from the same. */
#define EC_ANY_EL(ec)    ((ec) & ~1u)
#define HPFAR_IPA(hpfar) (((hpfar) & ~UINT64_C(0xf)) << 8)
#define RT_NONE          UINT64_C(31)

void hooks_stop(struct rmmsim_unicorn *u, enum stop_kind kind, uint64_t pc)
{
	u->stop = kind;
	u->stop_pc = pc;
	uc_emu_stop(u->uc);
}

void hooks_event(struct rmmsim_unicorn *u, uint64_t esr, uint64_t pc, uint64_t insn)
{
	u->event = (struct rmmsim_event){
		.kind = RMMSIM_EVENT_SYNC,
		.esr = esr,
		.insn = insn,
	};
	hooks_stop(u, STOP_EVENT, pc);
}

/*
 * A block is counted when it begins. A hook that leaves it before its end takes back what was not executed;
 * going on in the middle of it begins a new block.
 */
void hooks_settle(struct rmmsim_unicorn *u, uint64_t pc)
{
	if (pc - u->block < u->block_size)
		u->left += (int64_t)(u->block + u->block_size - pc);
	begin_block(u, pc, 0);
}

void hooks_skip(struct rmmsim_unicorn *u, uint64_t pc)
{
	count_instruction(u);
	state_set_pc(u->uc, pc + INSN_SIZE);
}

/* --- exceptions ----------------------------------------------------------------------------------- */

struct exception {
	uint32_t intno, target_el;
	uint64_t esr, vaddress, pc;
	unsigned int ec;
};

static struct exception read_exception(struct rmmsim_unicorn *u, uint32_t intno)
{
	struct exception e = {.intno = intno, .pc = state_pc(u->uc)};
	const uint8_t *blob = (const uint8_t *)u->scratch;
	uint32_t esr;

	uc_context_save(u->uc, u->scratch);
	memcpy(&esr, blob + u->layout.syndrome, sizeof(esr));
	memcpy(&e.vaddress, blob + u->layout.vaddress, sizeof(e.vaddress));
	memcpy(&e.target_el, blob + u->layout.target_el, sizeof(e.target_el));
	e.esr = esr;
	e.ec = SYNDROME_EC_OF(e.esr);
	if (e.ec == SYNDROME_SIMD)
		e.esr &= ~ISS_COPROCESSOR;
	return e;
}

/* To EL1 of the Plane itself. */
static void deliver(struct rmmsim_unicorn *u, const struct exception *e, uint64_t esr)
{
	const bool addressed = e->ec == SYNDROME_PC_ALIGNMENT ||
			       (e->ec >= SYNDROME_INST_ABORT && e->ec <= SYNDROME_DATA_ABORT + 1);

	u->deliver = (struct deliver){
		.esr = esr,
		.far = e->vaddress,
		.far_valid = addressed,
		.elr = e->pc,
	};
	hooks_stop(u, STOP_DELIVER, e->pc);
}

static void on_stage2(struct rmmsim_unicorn *u, const struct exception *e)
{
	const bool walk = e->esr & ESR_S1PTW;
	const struct abort a = {
		.esr = e->esr,
		.far = e->vaddress,
		.ipa = HPFAR_IPA(cp_read(u->uc, HPFAR_EL2)) | (walk ? 0 : e->vaddress & PAGE_MASK),
		.pc = e->pc,
		.fetch = EC_ANY_EL(e->ec) == SYNDROME_INST_ABORT,
		.write = EC_ANY_EL(e->ec) == SYNDROME_DATA_ABORT && (e->esr & SYNDROME_WNR),
		.table_walk = walk,
	};

	if (fault_quick(u, &a))
		return;
	u->abort = a;
	hooks_stop(u, STOP_ABORT, e->pc);
}

/* WFI always traps: whether it waits is decided here. */
static void on_wfi(struct rmmsim_unicorn *u, const struct exception *e)
{
	const uint64_t pc = e->pc + INSN_SIZE;
	uint64_t deadline;

	if (gic_update(u)) {
		hooks_skip(u, e->pc);
		return;
	}
	if (u->vcpu->trap_wfi) {
		hooks_event(u, e->esr, e->pc, e->pc);
		return;
	}
	count_instruction(u);
	/* Time passes until a timer ends the wait; without one only the Host can. */
	deadline = timer_deadline(u);
	if (deadline == UINT64_MAX) {
		hooks_stop(u, STOP_BUDGET, pc);
		return;
	}
	if (executed(u) + u->skipped < deadline)
		u->skipped = deadline - executed(u);
	hooks_stop(u, STOP_IRQ, pc);
}

/* MSR DAIFSet and DAIFClr of EL0, which SCTLR_EL1.UMA does not allow: a trap; the CPU has it undefined. */
static uint64_t unknown_syndrome(struct rmmsim_unicorn *u, uint64_t pc)
{
	uint32_t word;

	if (PSTATE_EL(state_pstate(u->uc)) != 0 || !walk_fetch(u, pc, &word) ||
	    (word & DAIF_MASK) != MSR_DAIF)
		return SYNDROME_IL;
	return SYNDROME_EC(SYNDROME_SYSREG) | SYNDROME_IL | RT_NONE << ISS_RT_SHIFT |
	       syndrome_sysreg(SYSREG(0, 3, 4, INSN_CRM(word), INSN_OP2(word)));
}

static void on_unknown(struct rmmsim_unicorn *u, const struct exception *e)
{
	if (u->sysreg.pending && u->sysreg.pc == e->pc) {
		u->sysreg.pending = false;
		sysreg_unknown(u);
		return;
	}
	deliver(u, e, unknown_syndrome(u, e->pc));
}

static void on_el2(struct rmmsim_unicorn *u, const struct exception *e)
{
	switch (e->ec) {
	case SYNDROME_INST_ABORT:
	case SYNDROME_DATA_ABORT:
		on_stage2(u, e);
		return;
	case SYNDROME_WFX:
		on_wfi(u, e);
		return;
	case SYNDROME_SYSREG:
		if (u->sysreg.pending && u->sysreg.pc == e->pc) {
			u->sysreg.pending = false;
			sysreg_unknown(u);
			return;
		}
		hooks_event(u, e->esr, e->pc, e->pc);
		return;
	case SYNDROME_HVC64:
		hooks_event(u, e->esr, e->pc, e->pc - INSN_SIZE);
		return;
	default:
		hooks_event(u, e->esr, e->pc, e->pc);
		return;
	}
}

/* The CPU does not check it; every other reason comes after it. */
static void on_misaligned(struct rmmsim_unicorn *u, uint64_t pc)
{
	const struct exception e = {
		.ec = SYNDROME_PC_ALIGNMENT,
		.vaddress = pc,
		.pc = pc,
	};

	deliver(u, &e, SYNDROME_EC(SYNDROME_PC_ALIGNMENT) | SYNDROME_IL);
}

static void on_interrupt(uc_engine *uc, uint32_t intno, void *data)
{
	struct rmmsim_unicorn *u = data;
	struct exception e;

	(void)uc;
	if (!u->vcpu)
		return;
	e = read_exception(u, intno);
	hooks_settle(u, e.pc);
	if (e.pc % INSN_SIZE) {
		on_misaligned(u, e.pc);
		return;
	}
	if (e.ec == SYNDROME_UNKNOWN) {
		on_unknown(u, &e);
		return;
	}
	if (e.ec == SYNDROME_SMC64) {
		const uint64_t insn = intno == INTNO_SMC ? e.pc - INSN_SIZE : e.pc;

		hooks_event(u, e.esr, insn, insn);
		return;
	}
	if (e.target_el >= 2) {
		on_el2(u, &e);
		return;
	}
	/* A CPU without SVE, which is what the Realm sees, does not know the instruction. */
	deliver(u, &e, e.ec == EC_SVE ? SYNDROME_IL : e.esr);
}

/* --- blocks: the clock --------------------------------------------------------------------------- */

/* Untrapped it is a no-op; the CPU never traps it. unicorn.md#5 */
static bool behind_wfe(struct rmmsim_unicorn *u, uint64_t address)
{
	uint32_t word;

	if (!u->vcpu->trap_wfe || u->block + u->block_size != address || !u->block_size)
		return false;
	return walk_fetch(u, address - INSN_SIZE, &word) && word == WFE;
}

/* attend() is called where a block becomes special; here it is found to be over. */
__attribute__((noinline)) static void on_special_block(struct rmmsim_unicorn *u, uint64_t address,
						       uint32_t size)
{
	if (!u->vcpu || address == u->pool.base)
		return;
	if (behind_wfe(u, address)) {
		begin_block(u, address, 0);
		hooks_event(
			u, SYNDROME_EC(SYNDROME_WFX) | SYNDROME_IL | SYNDROME_COND_ALWAYS | WFX_WFE,
			address - INSN_SIZE, address - INSN_SIZE);
		return;
	}
	begin_block(u, address, 0);
	if (debug_block(u, address))
		return;
	if (u->careful && traps_block(u, address))
		return;
	if (shadow_changed(u)) {
		hooks_stop(u, STOP_CHANGED, address);
		return;
	}
	if (u->left <= 0) {
		hooks_stop(u, timer_is_due(u) ? STOP_IRQ : STOP_BUDGET, address);
		return;
	}
	if (u->slot->restricted && !fault_may_execute(u, address))
		return;
	begin_block(u, address, size);
	if (!u->careful && !u->slot->restricted && !u->vcpu->trap_wfe && !debug_steps(u))
		u->calm = u->change_line;
}

/* Once per block of every Realm: each instruction of it shows in the speed of code (bench/bench_unicorn.c). */
static void on_block(uc_engine *uc, uint64_t address, uint32_t size, void *data)
{
	struct rmmsim_unicorn *u = data;

	(void)uc;
	if (__atomic_load_n(u->change_count, __ATOMIC_ACQUIRE) != u->calm || u->left < size)
		on_special_block(u, address, size);
	else
		begin_block(u, address, size);
}

/* --- the rest -------------------------------------------------------------------------------------- */

static uint32_t on_mrs(uc_engine *uc, uc_arm64_reg reg, const uc_arm64_cp_reg *cp, void *data)
{
	(void)uc;
	return sysreg_hook(data, cp, (int)reg, true);
}

static uint32_t on_msr(uc_engine *uc, uc_arm64_reg reg, const uc_arm64_cp_reg *cp, void *data)
{
	(void)uc;
	return sysreg_hook(data, cp, (int)reg, false);
}

static void on_code(uc_engine *uc, uint64_t address, uint32_t size, void *data)
{
	struct rmmsim_unicorn *u = data;
	const uint64_t at = timer_now(u, address);
	char text[96] = "";
	uint32_t word = 0;

	(void)uc, (void)size;
	if (!u->vcpu || address == u->pool.base || u->stop != STOP_NONE)
		return;
	/* It comes again after a fault that was resolved. */
	if (u->traced_pc == address && u->traced_at == at)
		return;
	u->traced_pc = address;
	u->traced_at = at;
	if (walk_fetch(u, address, &word))
		disasm_text(u, address, word, text, sizeof(text));
	u->config.insn(u->config.insn_context, u->vcpu, address, word, text);
}

/*
 * Called before a word is decoded, because no region of a Realm is executable for the library
 * (unicorn.md#6). With a misaligned PC it would be made of two halves, and it is unknown whether it is a
 * hostile one: the library is told that there is no such word, and forgets the block.
 */
static bool on_fetch(uc_engine *uc, uc_mem_type type, uint64_t address, int size, int64_t value,
		     void *data)
{
	struct rmmsim_unicorn *u = data;

	(void)type, (void)size, (void)value;
	if (!(address % INSN_SIZE)) {
		minmax_translated(u, address);
		return true;
	}
	begin_block(u, state_pc(uc), 0);
	on_misaligned(u, state_pc(uc));
	return false;
}

static bool add(struct rmmsim_unicorn *u, int type, void *fn, int insn)
{
	uc_hook hook;

	return uc_hook_add(u->uc, &hook, type, fn, u, 1, 0, insn) == UC_ERR_OK;
}

bool hooks_install(struct rmmsim_unicorn *u)
{
	return add(u, UC_HOOK_INTR, (void *)on_interrupt, 0) &&
	       add(u, UC_HOOK_BLOCK, (void *)on_block, 0) &&
	       add(u, UC_HOOK_INSN, (void *)on_mrs, UC_ARM64_INS_MRS) &&
	       add(u, UC_HOOK_INSN, (void *)on_msr, UC_ARM64_INS_MSR) &&
	       add(u, UC_HOOK_MEM_FETCH_PROT, (void *)on_fetch, 0) &&
	       (!u->config.insn || add(u, UC_HOOK_CODE, (void *)on_code, 0));
}
