/* SPDX-License-Identifier: BSD-3-Clause */
/* MRS and MSR of what the CPU does not do by itself: unicorn.md#5, rec.md#7.1 */
#include "exec/unicorn/unicorn.h"

#define OP0(a) ((a) >> 14 & 3)
#define OP1(a) ((a) >> 11 & 7)
#define CRN(a) ((a) >> 7 & 0xf)
#define CRM(a) ((a) >> 3 & 0xf)

#define RNDR   SYSREG(3, 3, 2, 4, 0)
#define RNDRRS SYSREG(3, 3, 2, 4, 1)
#define NZCV_Z (UINT32_C(1) << 30)

/* --- registers that are kept in the context only -------------------------------------------------- */

static const struct {
	enum rmmsim_sysreg which;
	uint32_t address;
	bool pmu;
} stored[] = {
#define STORED(name, pmu)                                    \
	{                                                    \
		RMMSIM_SYSREG_##name, RSI_SYSREG_##name, pmu \
	}
	STORED(ACTLR_EL1, false),     STORED(AFSR0_EL1, false),    STORED(AFSR1_EL1, false),
	STORED(AMAIR_EL1, false),     STORED(MDSCR_EL1, false),    STORED(CNTP_CTL_EL0, false),
	STORED(CNTP_CVAL_EL0, false), STORED(CNTV_CTL_EL0, false), STORED(CNTV_CVAL_EL0, false),
	STORED(PMINTENSET_EL1, true), STORED(PMCR_EL0, true),      STORED(PMCNTENSET_EL0, true),
	STORED(PMSELR_EL0, true),     STORED(PMCCNTR_EL0, true),   STORED(PMUSERENR_EL0, true),
	STORED(PMOVSSET_EL0, true),   STORED(PMCCFILTR_EL0, true),
#undef STORED
};

static bool is_timer(uint32_t a)
{
	return OP0(a) == 3 && OP1(a) == 3 && CRN(a) == 14 && CRM(a) <= 3;
}

static bool is_pmu(uint32_t a)
{
	if (OP0(a) != 3)
		return false;
	if (OP1(a) == 3)
		return (CRN(a) == 9 && CRM(a) >= 12 && CRM(a) <= 14) ||
		       (CRN(a) == 14 && CRM(a) >= 8);
	return OP1(a) == 0 && CRN(a) == 9 && CRM(a) == 14;
}

static uint64_t *storage(struct rmmsim_unicorn *u, uint32_t address)
{
	for (size_t i = 0; i < sizeof(stored) / sizeof(stored[0]); i++) {
		if (stored[i].address == address && (!stored[i].pmu || u->vcpu->pmu))
			return &u->vcpu->context->sysreg[stored[i].which];
	}
	return NULL;
}

/* Pairs of registers that set and clear bits of the same storage, which is under the name of the first. */
static const struct {
	uint32_t set, clear;
} pairs[] = {
	{RSI_SYSREG_PMINTENSET_EL1, SYSREG(3, 0, 9, 14, 2)},
	{RSI_SYSREG_PMCNTENSET_EL0, SYSREG(3, 3, 9, 12, 2)},
	{RSI_SYSREG_PMOVSSET_EL0, SYSREG(3, 3, 9, 12, 3)},
};

static bool access_pair(struct rmmsim_unicorn *u, uint32_t address, bool read, uint64_t *value)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		uint64_t *reg = storage(u, pairs[i].set);

		if (!reg || (address != pairs[i].set && address != pairs[i].clear))
			continue;
		if (read)
			*value = *reg;
		else if (address == pairs[i].set)
			*reg |= *value & UINT32_MAX;
		else
			*reg &= ~*value;
		return true;
	}
	return false;
}

static bool access_storage(struct rmmsim_unicorn *u, uint32_t address, bool read, uint64_t *value)
{
	uint64_t *reg = storage(u, address);

	if (!reg)
		return false;
	if (is_timer(address) && read)
		timer_update(u, timer_now(u, u->sysreg.pc));
	if (read)
		*value = *reg;
	else
		*reg = is_timer(address) && CRM(address) && (address & 7) == 1 ? *value & 3
									       : *value;
	return true;
}

/* --- random numbers: no entropy of this machine may reach a Realm -------------------------------------- */

/* Of the virtual time, so that a restored state goes on as the first time. */
static uint64_t next_random(struct rmmsim_unicorn *u)
{
	uint64_t z = timer_now(u, u->sysreg.pc) * UINT64_C(0x9e3779b97f4a7c15) + u->vcpu->rd;

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static bool access_random(struct rmmsim_unicorn *u, uint32_t address, uint64_t *value)
{
	uint32_t nzcv = 0;

	if (address != RNDR && address != RNDRRS)
		return false;
	*value = next_random(u);
	uc_reg_write(u->uc, UC_ARM64_REG_NZCV, &nzcv);
	return true;
}

/* --- hooks ------------------------------------------------------------------------------------------------ */

static unsigned int current_el(struct rmmsim_unicorn *u)
{
	return PSTATE_EL(state_pstate(u->uc));
}

/* CNTKCTL_EL1 lets EL0 use counters (EL0PCTEN, EL0VCTEN) and timers (EL0VTEN, EL0PTEN). */
static bool timer_allowed(struct rmmsim_unicorn *u, uint32_t address)
{
	uint64_t control;
	unsigned int bit;

	if (current_el(u) != 0)
		return true;
	control = cp_read(u->uc, RSI_SYSREG_CNTKCTL_EL1);
	if (CRM(address) == 0)
		return (address & 7) == 0 ? control & 3 : control >> ((address & 7) - 1) & 1;
	bit = CRM(address) == 3 ? 8 : 9;
	return control >> bit & 1;
}

/*
 * The CPU has the register: only then may a hook replace the instruction. unicorn.md#5
 * 2.1.4 reports success for a register that it does not know, too, and leaves the value alone.
 */
static bool cpu_knows(struct rmmsim_unicorn *u, uint32_t address)
{
	uint64_t a = 0, b = 1;

	if (!state_registers(u->uc, false, address, &a))
		return false;
	return a || (state_registers(u->uc, false, address, &b) && b != 1);
}

static bool emulate(struct rmmsim_unicorn *u, uint32_t address, bool read, uint64_t *value)
{
	if (is_timer(address))
		return timer_access(u, address, read, value) ||
		       access_storage(u, address, read, value);
	if (read && access_random(u, address, value))
		return true;
	if (access_pair(u, address, read, value) || access_storage(u, address, read, value))
		return true;
	/* Without a PMU they are trapped and read as zero, as the monitor would have it. */
	*value = 0;
	return is_pmu(address);
}

/* What decides about exceptions that traps.c raises. EL0 cannot reach these registers. */
static uint32_t change_traps(struct rmmsim_unicorn *u, uint32_t address, bool read, uint64_t value)
{
	if (current_el(u) == 0 || (read && !u->careful))
		return 0;
	if (read) {
		value = cp_read(u->uc, address);
		state_set_x(u->uc, u->sysreg.rt,
			    address == RSI_SYSREG_SPSR_EL1 ? traps_spsr_of_cpu(value) : value);
	} else {
		cp_write(u->uc, address,
			 address == RSI_SYSREG_SPSR_EL1 ? traps_spsr_to_cpu(value) : value);
		traps_update(u);
	}
	u->sysreg.pending = false;
	return 1;
}

uint32_t sysreg_hook(struct rmmsim_unicorn *u, const uc_arm64_cp_reg *reg, int rt, bool read)
{
	const uint32_t address = SYSREG(reg->op0, reg->op1, reg->crn, reg->crm, reg->op2);
	uint64_t value = reg->val;

	if (!u->vcpu || u->stop != STOP_NONE)
		return 0;
	u->sysreg = (struct sysreg_access){
		.pending = true,
		.read = read,
		.address = address,
		.rt = state_register_number(rt),
		.pc = state_pc(u->uc),
		.value = value,
	};
	if (!read)
		state_written(u, address);
	if (address == RSI_SYSREG_CPACR_EL1 || address == RSI_SYSREG_SPSR_EL1)
		return change_traps(u, address, read, value);
	if (is_timer(address) && !timer_allowed(u, address))
		return 0;
	if (is_pmu(address) && current_el(u) == 0)
		return 0;
	if (!(is_timer(address) || is_pmu(address) || storage(u, address) || address == RNDR ||
	      address == RNDRRS) ||
	    !cpu_knows(u, address))
		return 0;
	if (!emulate(u, address, read, &value))
		return 0;
	if (read)
		state_set_x(u->uc, u->sysreg.rt, value);
	if (is_timer(address) && !read) {
		timer_written(u, timer_now(u, u->sysreg.pc));
		engine_limits(u);
	}
	u->sysreg.pending = false;
	return 1;
}

/* --- what the CPU does not know or traps -------------------------------------------------------------------- */

static bool is_id(uint32_t a)
{
	return OP0(a) == 3 && OP1(a) == 0 && CRN(a) == 0 && CRM(a) >= 1 && CRM(a) <= 7;
}

/* Trace and activity monitors: RAZ/WI by the monitor; debug is trapped by the CPU. */
static bool monitor_decides(uint32_t a, bool read)
{
	if (is_id(a))
		return read;
	if (OP0(a) == 2)
		return true;
	return OP0(a) == 3 && OP1(a) == 3 && CRN(a) == 13 && CRM(a) >= 2;
}

static void to_monitor(struct rmmsim_unicorn *u)
{
	const struct sysreg_access *a = &u->sysreg;

	if (is_id(a->address) && a->read)
		u->cpu->id = (struct id_read){
			.pending = true,
			.address = a->address,
			.rt = a->rt,
			.pc = a->pc,
		};
	hooks_event(u,
		    SYNDROME_EC(SYNDROME_SYSREG) | SYNDROME_IL | syndrome_sysreg(a->address) |
			    (uint64_t)a->rt << 5 | (a->read ? SYNDROME_SYSREG_READ : 0),
		    a->pc, a->pc);
}

static void undefined(struct rmmsim_unicorn *u)
{
	u->deliver = (struct deliver){.esr = SYNDROME_IL, .elr = u->sysreg.pc};
	hooks_stop(u, STOP_DELIVER, u->sysreg.pc);
}

static void gic(struct rmmsim_unicorn *u)
{
	struct sysreg_access *a = &u->sysreg;
	uint64_t value = a->read ? 0 : a->value;

	if (gic_goes_to_host(u, a->address, a->read)) {
		to_monitor(u);
		return;
	}
	if (!gic_access(u, a->address, a->read, &value)) {
		undefined(u);
		return;
	}
	if (a->read)
		state_set_x(u->uc, a->rt, value);
	state_interrupts(u);
	if (u->vcpu->context->gic.misr) {
		/* The maintenance interrupt is a physical one. */
		count_instruction(u);
		hooks_stop(u, STOP_IRQ, a->pc + INSN_SIZE);
		return;
	}
	hooks_skip(u, a->pc);
}

/* A counter of the PMU that the CPU lacks: RAZ/WI, as those that it has. */
static void ignore(struct rmmsim_unicorn *u)
{
	if (u->sysreg.read)
		state_set_x(u->uc, u->sysreg.rt, 0);
	hooks_skip(u, u->sysreg.pc);
}

void sysreg_unknown(struct rmmsim_unicorn *u)
{
	const uint32_t address = u->sysreg.address;

	if (current_el(u) == 0)
		undefined(u);
	else if (gic_is_register(address))
		gic(u);
	else if (is_pmu(address))
		ignore(u);
	else if (monitor_decides(address, u->sysreg.read))
		to_monitor(u);
	else
		undefined(u);
}

/* --- identification: never more than the CPU has -------------------------------------------------------------- */

static int64_t signed_field(uint64_t value)
{
	return value >= 8 ? (int64_t)value - 16 : (int64_t)value;
}

/* Fields where 0xf means "not there". */
static bool is_signed(uint32_t address, unsigned int shift)
{
	if (address == SYSREG(3, 0, 0, 4, 0)) /* PFR0: FP, AdvSIMD */
		return shift == 16 || shift == 20;
	return address == SYSREG(3, 0, 0, 7, 0) &&
	       (shift == 24 || shift == 28); /* TGran64, TGran4 */
}

static uint64_t limit_field(uint32_t address, unsigned int shift, uint64_t value, uint64_t cpu)
{
	if (is_signed(address, shift))
		return signed_field(value) < signed_field(cpu) ? value : cpu;
	return value < cpu ? value : cpu;
}

static uint64_t cpu_value(const struct rmmsim_unicorn *u, uint32_t address)
{
	const struct rmmsim_id_regs *id = &u->cpu_id;

	switch (address) {
	case SYSREG(3, 0, 0, 4, 0):
		return id->id_aa64pfr0;
	case SYSREG(3, 0, 0, 4, 1):
		return id->id_aa64pfr1;
	case SYSREG(3, 0, 0, 5, 0):
		return id->id_aa64dfr0;
	case SYSREG(3, 0, 0, 6, 0):
		return id->id_aa64isar0;
	case SYSREG(3, 0, 0, 6, 1):
		return id->id_aa64isar1;
	case SYSREG(3, 0, 0, 7, 0):
		return id->id_aa64mmfr0;
	case SYSREG(3, 0, 0, 7, 1):
		return id->id_aa64mmfr1;
	case SYSREG(3, 0, 0, 7, 2):
		return id->id_aa64mmfr2;
	default:
		return 0;
	}
}

uint64_t sysreg_limit_id(const struct rmmsim_unicorn *u, uint32_t address, uint64_t value)
{
	const uint64_t cpu = cpu_value(u, address);
	uint64_t limited = 0;

	for (unsigned int shift = 0; shift < 64; shift += 4)
		limited |= limit_field(address, shift, value >> shift & 0xf, cpu >> shift & 0xf)
			   << shift;
	return limited;
}

void sysreg_finish_id(struct rmmsim_unicorn *u)
{
	struct rmmsim_plane *context = u->vcpu->context;
	struct id_read *id = &u->cpu->id;

	if (id->pending && context->pc == id->pc + INSN_SIZE && id->rt < 31)
		context->x[id->rt] = sysreg_limit_id(u, id->address, context->x[id->rt]);
	id->pending = false;
}
