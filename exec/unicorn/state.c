/* SPDX-License-Identifier: BSD-3-Clause */
/* Bringing a Plane into the CPU and out of it: unicorn.md#2, unicorn.md#3 */
#include <string.h>

#include "exec/unicorn/unicorn.h"

#define EL3_MODE   0x3cdu
#define EL3_HFLAGS 0x8a000000u
#define ERET       0xd69f03e0u

#define SCR_EL3    SYSREG(3, 6, 1, 1, 0)
#define ELR_EL3    SYSREG(3, 6, 4, 0, 1)
#define SPSR_EL3   SYSREG(3, 6, 4, 0, 0)
#define HCR_EL2    SYSREG(3, 4, 1, 1, 0)
#define MDCR_EL2   SYSREG(3, 4, 1, 1, 1)
#define CPTR_EL2   SYSREG(3, 4, 1, 1, 2)
#define VTTBR_EL2  SYSREG(3, 4, 2, 1, 0)
#define VTCR_EL2   SYSREG(3, 4, 2, 1, 2)
#define VMPIDR_EL2 SYSREG(3, 4, 0, 0, 5)

/* NS, RES1, HCE, RW, APK, API: unicorn.md#1 */
#define SCR_VALUE UINT64_C(0x30531)
/* VM PTW FMO IMO AMO TWI TID3 TSC RW APK API: rec.md#7.1 */
#define HCR_VALUE                                                                     \
	(UINT64_C(1) << 0 | UINT64_C(1) << 2 | UINT64_C(7) << 3 | UINT64_C(1) << 13 | \
	 UINT64_C(1) << 18 | UINT64_C(1) << 19 | UINT64_C(1) << 31 | UINT64_C(3) << 40)
#define HCR_VF UINT64_C(0x40)
#define HCR_VI UINT64_C(0x80)
/* Debug registers are trapped: a saved context must not hold breakpoints. unicorn.md#3 */
#define MDCR_VALUE UINT64_C(0xe00)
/* Everything that can be trapped but FP/SIMD. */
#define CPTR_VALUE UINT64_C(0x33ff)
/* 44 bits of IPA from level 0, 4 KiB, write-back walks, 16-bit VMID. */
#define VTCR_VALUE                                                                   \
	(UINT64_C(20) | UINT64_C(2) << 6 | UINT64_C(0x35) << 8 | UINT64_C(4) << 16 | \
	 UINT64_C(1) << 19 | UINT64_C(1) << 31)

#define PSTATE_SP UINT64_C(1)

bool state_registers(uc_engine *uc, bool write, uint32_t address, uint64_t *value)
{
	uc_arm64_cp_reg reg = {
		.op0 = address >> 14 & 3,
		.op1 = address >> 11 & 7,
		.crn = address >> 7 & 0xf,
		.crm = address >> 3 & 0xf,
		.op2 = address & 7,
		.val = *value,
	};

	if (write)
		return uc_reg_write(uc, UC_ARM64_REG_CP_REG, &reg) == UC_ERR_OK;
	if (uc_reg_read(uc, UC_ARM64_REG_CP_REG, &reg) != UC_ERR_OK)
		return false;
	*value = reg.val;
	return true;
}

unsigned int state_register_number(int id)
{
	if (id >= UC_ARM64_REG_X0 && id <= UC_ARM64_REG_X28)
		return (unsigned int)(id - UC_ARM64_REG_X0);
	if (id == UC_ARM64_REG_X29)
		return 29;
	return id == UC_ARM64_REG_X30 ? 30 : 31;
}

static int register_id(unsigned int n)
{
	if (n == 29)
		return UC_ARM64_REG_X29;
	return n == 30 ? UC_ARM64_REG_X30 : (int)(UC_ARM64_REG_X0 + n);
}

uint64_t state_x(uc_engine *uc, unsigned int n)
{
	uint64_t value = 0;

	if (n < 31)
		uc_reg_read(uc, register_id(n), &value);
	return value;
}

void state_set_x(uc_engine *uc, unsigned int n, uint64_t value)
{
	if (n < 31)
		uc_reg_write(uc, register_id(n), &value);
}

uint64_t state_pc(uc_engine *uc)
{
	uint64_t pc = 0;

	uc_reg_read(uc, UC_ARM64_REG_PC, &pc);
	return pc;
}

uint32_t state_pstate(uc_engine *uc)
{
	uint32_t pstate = 0;

	uc_reg_read(uc, UC_ARM64_REG_PSTATE, &pstate);
	return pstate;
}

void state_set_pc(uc_engine *uc, uint64_t pc)
{
	uc_reg_write(uc, UC_ARM64_REG_PC, &pc);
}

/* --- registers that the CPU keeps; all others of a Plane are kept in its context ------------------- */

/* `moves`: the CPU changes it by itself, without MSR. */
static const struct {
	enum rmmsim_sysreg which;
	uint32_t address;
	bool moves;
} kept[] = {
#define KEPT(name, moves)                                      \
	{                                                      \
		RMMSIM_SYSREG_##name, RSI_SYSREG_##name, moves \
	}
	KEPT(SCTLR_EL1, false),     KEPT(CPACR_EL1, false),     KEPT(TTBR0_EL1, false),
	KEPT(TTBR1_EL1, false),     KEPT(TCR_EL1, false),       KEPT(APIAKEYLO_EL1, false),
	KEPT(APIAKEYHI_EL1, false), KEPT(APIBKEYLO_EL1, false), KEPT(APIBKEYHI_EL1, false),
	KEPT(APDAKEYLO_EL1, false), KEPT(APDAKEYHI_EL1, false), KEPT(APDBKEYLO_EL1, false),
	KEPT(APDBKEYHI_EL1, false), KEPT(APGAKEYLO_EL1, false), KEPT(APGAKEYHI_EL1, false),
	KEPT(SPSR_EL1, true),       KEPT(ELR_EL1, true),        KEPT(SP_EL0, true),
	KEPT(ESR_EL1, true),        KEPT(FAR_EL1, true),        KEPT(PAR_EL1, true),
	KEPT(MAIR_EL1, false),      KEPT(VBAR_EL1, false),      KEPT(CONTEXTIDR_EL1, false),
	KEPT(TPIDR_EL1, false),     KEPT(CNTKCTL_EL1, false),   KEPT(CSSELR_EL1, false),
	KEPT(TPIDR_EL0, false),     KEPT(TPIDRRO_EL0, false),   KEPT(SP_EL1, true),
#undef KEPT
};

#define KEPT_COUNT (sizeof(kept) / sizeof(kept[0]))

static void load_sysregs(struct rmmsim_unicorn *u)
{
	const struct cpu *cpu = u->cpu;
	const uint64_t *sysreg = u->vcpu->context->sysreg;

	for (size_t i = 0; i < KEPT_COUNT; i++) {
		const enum rmmsim_sysreg which = kept[i].which;

		if (!cpu->loaded || cpu->image.sysreg[which] != sysreg[which])
			cp_write(u->uc, kept[i].address,
				 which == RMMSIM_SYSREG_SPSR_EL1 ? traps_spsr_to_cpu(sysreg[which])
								 : sysreg[which]);
	}
}

void state_written(struct rmmsim_unicorn *u, uint32_t address)
{
	for (size_t i = 0; i < KEPT_COUNT; i++) {
		if (kept[i].address == address)
			u->dirty[kept[i].which / 32] |= UINT32_C(1) << kept[i].which % 32;
	}
}

static bool dirty(const struct rmmsim_unicorn *u, enum rmmsim_sysreg which)
{
	return u->dirty[which / 32] >> which % 32 & 1;
}

static void save_sysregs(struct rmmsim_unicorn *u)
{
	uint64_t *sysreg = u->vcpu->context->sysreg;

	for (size_t i = 0; i < KEPT_COUNT; i++) {
		if (kept[i].moves || dirty(u, kept[i].which))
			sysreg[kept[i].which] = cp_read(u->uc, kept[i].address);
	}
	sysreg[RMMSIM_SYSREG_SPSR_EL1] = traps_spsr_of_cpu(sysreg[RMMSIM_SYSREG_SPSR_EL1]);
	u->dirty[0] = u->dirty[1] = 0;
}

/* --- the saved context ------------------------------------------------------------------------------ */

static uint8_t *blob(const uc_context *context)
{
	return (uint8_t *)(uintptr_t)context;
}

static void put32(uc_context *context, size_t offset, uint32_t value)
{
	memcpy(blob(context) + offset, &value, sizeof(value));
}

/* Makes a context that of the EL3 code at the start of the pool. */
static void put_monitor(const struct rmmsim_unicorn *u, uc_context *context)
{
	put32(context, u->layout.mode, EL3_MODE);
	put32(context, u->layout.hflags, EL3_HFLAGS);
	memcpy(blob(context) + u->layout.pc, &u->pool.base, sizeof(u->pool.base));
}

static void load_blob(struct rmmsim_unicorn *u, uc_context *context)
{
	const struct rmmsim_vcpu *vcpu = u->vcpu;
	uint8_t *v = blob(context) + u->layout.v;

	put_monitor(u, context);
	memcpy(blob(context) + u->layout.x, vcpu->context->x, sizeof(vcpu->context->x));
	for (unsigned int i = 0; i < 32; i++, v += u->layout.v_stride)
		memcpy(v, vcpu->simd[i], sizeof(vcpu->simd[i]));
}

static void save_blob(struct rmmsim_unicorn *u, const uc_context *context)
{
	struct rmmsim_vcpu *vcpu = u->vcpu;
	const uint8_t *v = blob(context) + u->layout.v;

	memcpy(vcpu->context->x, blob(context) + u->layout.x, sizeof(vcpu->context->x));
	for (unsigned int i = 0; i < 32; i++, v += u->layout.v_stride)
		memcpy(vcpu->simd[i], v, sizeof(vcpu->simd[i]));
}

/* --- in and out --------------------------------------------------------------------------------------- */

void state_interrupts(struct rmmsim_unicorn *u)
{
	const unsigned int signal = debug_steps(u) ? 0 : gic_update(u);

	/* Always written: what is pending is not a part of a saved context. */
	cp_write(u->uc, HCR_EL2,
		 HCR_VALUE | (signal == GIC_IRQ ? HCR_VI : 0) | (signal == GIC_FIQ ? HCR_VF : 0));
}

static void load_stage2(struct rmmsim_unicorn *u)
{
	if (u->last == u->cpu && !u->flush)
		return;
	u->vmid++;
	cp_write(u->uc, VTTBR_EL2, shadow_root(u) | (uint64_t)u->vmid << 48);
	cp_write(u->uc, VMPIDR_EL2, u->vcpu->mpidr);
	u->last = u->cpu;
	u->flush = false;
}

void state_load(struct rmmsim_unicorn *u)
{
	const struct rmmsim_plane *context = u->vcpu->context;
	struct cpu *cpu = u->cpu;
	uint32_t fp;

	if (!cpu->loaded)
		memcpy(blob(cpu->context), blob(u->monitor), u->layout.size);
	load_blob(u, cpu->context);
	uc_context_restore(u->uc, cpu->context);
	load_sysregs(u);
	cpu->loaded = true;
	load_stage2(u);
	state_interrupts(u);
	cp_write(u->uc, ELR_EL3, context->pc);
	cp_write(u->uc, SPSR_EL3, context->pstate);
	traps_update(u);
	fp = (uint32_t)*u->vcpu->fpcr;
	uc_reg_write(u->uc, UC_ARM64_REG_FPCR, &fp);
	fp = (uint32_t)*u->vcpu->fpsr;
	uc_reg_write(u->uc, UC_ARM64_REG_FPSR, &fp);
}

/* The stack pointer in use is not in its bank. */
static void save_sp(struct rmmsim_unicorn *u, const uc_context *context)
{
	struct rmmsim_plane *plane = u->vcpu->context;
	const bool own = PSTATE_EL(plane->pstate) != 0 && (plane->pstate & PSTATE_SP);

	memcpy(&plane->sysreg[own ? RMMSIM_SYSREG_SP_EL1 : RMMSIM_SYSREG_SP_EL0],
	       blob(context) + u->layout.x + 31 * 8, 8);
}

void state_save(struct rmmsim_unicorn *u)
{
	struct rmmsim_plane *context = u->vcpu->context;
	struct cpu *cpu = u->cpu;
	uint32_t fp = 0;

	uc_context_save(u->uc, cpu->context);
	save_blob(u, cpu->context);
	context->pstate = state_pstate(u->uc);
	context->pc = u->stop_pc;
	cpu->image.pc = u->stop_pc;
	save_sysregs(u);
	/* What the banks hold as far as the CPU is concerned; SP below is the Plane's. */
	memcpy(cpu->image.sysreg, context->sysreg, sizeof(context->sysreg));
	save_sp(u, cpu->context);
	uc_reg_read(u->uc, UC_ARM64_REG_FPCR, &fp);
	*u->vcpu->fpcr = fp;
	uc_reg_read(u->uc, UC_ARM64_REG_FPSR, &fp);
	*u->vcpu->fpsr = fp;
}

void state_monitor(struct rmmsim_unicorn *u)
{
	put_monitor(u, u->monitor);
	uc_context_restore(u->uc, u->monitor);
	u->last = NULL;
}

void state_start(struct rmmsim_unicorn *u)
{
	uint64_t pc = u->pool.base;

	u->sysreg.pending = false;
	attend(u);
	begin_block(u, pc, 0);
	do {
		u->stop = STOP_NONE;
		/* An address that is never reached: `until` is a breakpoint that leaves traces.
		 * unicorn.md#5 */
		uc_emu_start(u->uc, pc, ~UINT64_C(0), 0, 0);
		if (u->stop == STOP_FLAGS)
			traps_put_flags(u);
		pc = u->stop_pc;
	} while (u->stop == STOP_FLAGS);
}

void state_setup(struct rmmsim_unicorn *u)
{
	const uint32_t eret = ERET;

	memcpy(u->pool.memory, &eret, sizeof(eret));
	cp_write(u->uc, SCR_EL3, SCR_VALUE);
	cp_write(u->uc, VTCR_EL2, VTCR_VALUE);
	cp_write(u->uc, MDCR_EL2, MDCR_VALUE);
	cp_write(u->uc, CPTR_EL2, CPTR_VALUE);
	cp_write(u->uc, HCR_EL2, HCR_VALUE);
	uc_context_save(u->uc, u->monitor);
}
