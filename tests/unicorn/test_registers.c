/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers that each REC and each Plane has for itself: planes.md#1, rec.md#7, rec.md#8 */
#include "tests/unicorn/planes.h"

#define MPIDR      REG(3, 0, 0, 0, 5)
#define MPIDR_RES1 (UINT64_C(1) << 31)

/* Values of three writers: either those given, or values of their own. */
static const struct {
	uint32_t reg;
	uint64_t reset, value[3];
} own[] = {
	{REG(3, 0, 1, 0, 0), 0xc50878, {0xc58878, 0xc54878, 0xc5c878}}, /* SCTLR_EL1 */
	{REG(3, 0, 1, 0, 1), 0, {0}},                                   /* ACTLR_EL1 */
	{REG(3, 0, 1, 0, 2), 0, {0x300000, 0x100000, 0x200000}},        /* CPACR_EL1 */
	{REG(3, 0, 2, 0, 0), 0, {0}},                                   /* TTBR0_EL1 */
	{REG(3, 0, 2, 0, 1), 0, {0}},                                   /* TTBR1_EL1 */
	{REG(3, 0, 2, 0, 2), 0, {0}},                                   /* TCR_EL1 */
	{REG(3, 0, 2, 1, 0), 0, {0}},                                   /* APIAKEYLO_EL1 */
	{REG(3, 0, 2, 1, 1), 0, {0}},                                   /* APIAKEYHI_EL1 */
	{REG(3, 0, 2, 1, 2), 0, {0}},                                   /* APIBKEYLO_EL1 */
	{REG(3, 0, 2, 1, 3), 0, {0}},                                   /* APIBKEYHI_EL1 */
	{REG(3, 0, 2, 2, 0), 0, {0}},                                   /* APDAKEYLO_EL1 */
	{REG(3, 0, 2, 2, 1), 0, {0}},                                   /* APDAKEYHI_EL1 */
	{REG(3, 0, 2, 2, 2), 0, {0}},                                   /* APDBKEYLO_EL1 */
	{REG(3, 0, 2, 2, 3), 0, {0}},                                   /* APDBKEYHI_EL1 */
	{REG(3, 0, 2, 3, 0), 0, {0}},                                   /* APGAKEYLO_EL1 */
	{REG(3, 0, 2, 3, 1), 0, {0}},                                   /* APGAKEYHI_EL1 */
	{REG(3, 0, 4, 0, 0), 0, {0x3c5, 0x800003c4, 0x600003c0}},       /* SPSR_EL1 */
	{REG(3, 0, 4, 0, 1), 0, {0}},                                   /* ELR_EL1 */
	{REG(3, 0, 4, 1, 0), 0, {0}},                                   /* SP_EL0 */
	{REG(3, 0, 5, 1, 0), 0, {0}},                                   /* AFSR0_EL1 */
	{REG(3, 0, 5, 1, 1), 0, {0}},                                   /* AFSR1_EL1 */
	{REG(3, 0, 5, 2, 0), 0, {0}},                                   /* ESR_EL1 */
	{REG(3, 0, 6, 0, 0), 0, {0}},                                   /* FAR_EL1 */
	{REG(3, 0, 7, 4, 0), 0, {0}},                                   /* PAR_EL1 */
	{REG(3, 0, 10, 2, 0), 0, {0}},                                  /* MAIR_EL1 */
	{REG(3, 0, 10, 3, 0), 0, {0}},                                  /* AMAIR_EL1 */
	{REG(3, 0, 12, 0, 0), 0, {0}},                                  /* VBAR_EL1 */
	{REG(3, 0, 13, 0, 1), 0, {0}},                                  /* CONTEXTIDR_EL1 */
	{REG(3, 0, 13, 0, 4), 0, {0}},                                  /* TPIDR_EL1 */
	{REG(3, 0, 14, 1, 0), 0, {0x100, 0x200, 0x300}},                /* CNTKCTL_EL1 */
	{REG(3, 2, 0, 0, 0), 0, {2, 4, 6}},                             /* CSSELR_EL1 */
	{REG(3, 3, 13, 0, 2), 0, {0}},                                  /* TPIDR_EL0 */
	{REG(3, 3, 13, 0, 3), 0, {0}},                                  /* TPIDRRO_EL0 */
	{REG(3, 3, 14, 2, 1), 0, {3, 2, 3}},                            /* CNTP_CTL_EL0 */
	{REG(3, 3, 14, 2, 2), 0, {1u << 30, 1u << 29, 1u << 28}},       /* CNTP_CVAL_EL0 */
	{REG(3, 3, 14, 3, 1), 0, {2, 3, 2}},                            /* CNTV_CTL_EL0 */
	{REG(3, 3, 14, 3, 2), 0, {1u << 28, 1u << 30, 1u << 29}},       /* CNTV_CVAL_EL0 */
};

#define OWN (sizeof(own) / sizeof(own[0]))

static uint64_t value(size_t i, unsigned int who)
{
	if (own[i].value[0])
		return own[i].value[who];
	return (uint64_t)(who + 1) << 28 | i << 12;
}

static void set_all(struct code *c, unsigned int who)
{
	for (size_t i = 0; i < OWN; i++)
		code_set(c, own[i].reg, value(i, who));
}

static void keep_all(struct code *c)
{
	for (size_t i = 0; i < OWN; i++)
		code_keep_reg(c, own[i].reg);
}

#define UNWRITTEN 3 /* in place of a writer: reset values */

static void check_all(const uint64_t *kept, unsigned int who)
{
	for (size_t i = 0; i < OWN; i++) {
		const uint64_t expected = who == UNWRITTEN ? own[i].reset : value(i, who);

		if (kept[i] != expected)
			fail_msg("register %zu (0x%x) of %u: 0x%llx, not 0x%llx", i, own[i].reg,
				 who, (unsigned long long)kept[i], (unsigned long long)expected);
	}
}

/* --- RECs ------------------------------------------------------------------------------------------------ */

/*
 * Three RECs with code of their own: what another one wrote is neither seen nor lost. Each goes to its
 * code by MPIDR and keeps at a place of its own.
 */
static void each_rec_has_its_own(void **state)
{
	static uint64_t kept[3][2 * OWN];
	const struct machine_options o = {.recs = 3};
	static struct code c;
	struct machine m;
	size_t branch[3];

	(void)state;
	c.count = 0;
	code_mrs(&c, 0, MPIDR);
	branch[1] = c.count;
	code_put(&c, NOP);
	branch[2] = c.count;
	code_put(&c, NOP);
	for (unsigned int who = 0; who < 3; who++) {
		if (who) /* tbnz x0, #(who - 1), here */
			c.words[branch[who]] = 0x37000000u | (who - 1) << 19 |
					       (uint32_t)(c.count - branch[who]) << 5;
		c.kept = 0;
		code_mov(&c, 19, MORE + who * 0x400);
		keep_all(&c);
		set_all(&c, who);
		code_put(&c, WFI);
		keep_all(&c);
		code_put(&c, WFI);
	}
	machine_open_with(&m, c.words, c.count, &o);
	for (unsigned int turn = 0; turn < 2; turn++) {
		for (unsigned int who = 0; who < 3; who++) {
			m.rec = m.realm.rec[who];
			machine_enter(&m, TRAPS, 0);
			assert_int_equal(m.host.exit.esr >> 26, 0x01);
		}
	}
	for (unsigned int who = 0; who < 3; who++) {
		rmmsim_peek(m.host.sim, m.more_pa + who * 0x400, kept[who], sizeof(kept[who]));
		check_all(kept[who], UNWRITTEN);
		check_all(kept[who] + OWN, who);
	}
	machine_close(&m);
}

/* Sixteen to an Aff1: rec.md#2 */
static void mpidr_counts_in_aff0_then_aff1(void **state)
{
	const struct machine_options o = {.recs = 18};
	static struct code c;
	struct machine m;

	(void)state;
	code_start(&c, MORE);
	code_keep_reg(&c, MPIDR);
	code_put(&c, WFI);
	machine_open_with(&m, c.words, c.count, &o);
	for (unsigned int i = 0; i < 18; i++) {
		m.rec = m.realm.rec[i];
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(machine_kept(&m, 0), MPIDR_RES1 | (i & 0xf) | (i >> 4) << 8);
	}
	machine_close(&m);
}

/* --- Planes ----------------------------------------------------------------------------------------------- */

/* What P1 finds, writes, and finds again after P0 wrote its registers by PLANE_SYSREG_WRITE. */
static void put_p1(struct code *c)
{
	code_start(c, P1_DATA);
	keep_all(c);
	set_all(c, 1);
	code_put(c, HVC(0));
	keep_all(c);
	code_put(c, HVC(0));
}

static void put_p0(struct code *c)
{
	c->count = c->kept = 0;
	set_all(c, 0);
	code_smc(c, SMC_RSI_PLANE_ENTER, 1, RUN, 0);
	code_mov(c, 19, MORE);
	keep_all(c);
	for (size_t i = 0; i < OWN; i++) {
		code_smc(c, SMC_RSI_PLANE_SYSREG_READ, 1, own[i].reg, 0);
		code_keep(c, 1);
	}
	for (size_t i = 0; i < OWN; i++)
		code_smc(c, SMC_RSI_PLANE_SYSREG_WRITE, 1, own[i].reg, value(i, 2));
	code_put(c, WFI);
}

static void each_plane_has_its_own(void **state)
{
	uint64_t of_p0[2 * OWN], of_p1[2 * OWN];
	static struct code p0, p1;
	struct planes p;

	(void)state;
	put_p0(&p0);
	put_p1(&p1);
	planes_open(&p, &p0, &p1, NULL);
	planes_until_exit(&p);
	assert_int_equal(p.run.exit.esr_el2 >> 26, 0x16);
	planes_resume(&p);
	planes_until_exit(&p);
	assert_int_equal(p.run.exit.esr_el2 >> 26, 0x16);
	rmmsim_peek(p.m.host.sim, p.m.more_pa, of_p0, sizeof(of_p0));
	rmmsim_peek(p.m.host.sim, p.m.p1_data_pa, of_p1, sizeof(of_p1));
	check_all(of_p1, UNWRITTEN);
	check_all(of_p0, 0);
	check_all(of_p0 + OWN, 1);
	check_all(of_p1 + OWN, 2);
	machine_close(&p.m);
}

/* The stack pointers, which the CPU keeps in banks: both of P1 and of P0, on SP_EL0 and SP_EL1. */
static void each_plane_has_its_own_stack_pointers(void **state)
{
	static struct code p0, p1;
	struct planes p;

	(void)state;
	p0.count = p0.kept = 0;
	code_mov(&p0, 0, 0x1110);
	code_put(&p0, 0x9100001fu); /* mov sp, x0 */
	code_put(&p0, 0xd50040bfu); /* msr spsel, #0 */
	code_mov(&p0, 0, 0x2220);
	code_put(&p0, 0x9100001fu);
	code_smc(&p0, SMC_RSI_PLANE_ENTER, 1, RUN, 0);
	code_mov(&p0, 19, MORE);
	code_put(&p0, 0x910003e0u); /* mov x0, sp */
	code_keep(&p0, 0);
	code_put(&p0, 0xd50041bfu); /* msr spsel, #1 */
	code_put(&p0, 0x910003e0u);
	code_keep(&p0, 0);
	code_keep_reg(&p0, REG(3, 0, 4, 1, 0));
	code_put(&p0, WFI);
	code_start(&p1, P1_DATA);
	code_put(&p1, 0x910003e0u);
	code_keep(&p1, 0);
	code_keep_reg(&p1, REG(3, 0, 4, 1, 0));
	code_mov(&p1, 0, 0x3330);
	code_put(&p1, 0x9100001fu);
	code_set(&p1, REG(3, 0, 4, 1, 0), 0x4440);
	code_put(&p1, HVC(0));
	code_put(&p1, 0x910003e0u);
	code_keep(&p1, 0);
	code_keep_reg(&p1, REG(3, 0, 4, 1, 0));
	code_put(&p1, HVC(0));
	planes_open(&p, &p0, &p1, NULL);
	planes_until_exit(&p);
	assert_int_equal(planes_p1_kept(&p, 0), 0);
	assert_int_equal(planes_p1_kept(&p, 1), 0);
	assert_int_equal(machine_kept(&p.m, 0), 0x2220);
	assert_int_equal(machine_kept(&p.m, 1), 0x1110);
	assert_int_equal(machine_kept(&p.m, 2), 0x2220);
	planes_resume(&p);
	planes_until_exit(&p);
	assert_int_equal(planes_p1_kept(&p, 2), 0x3330);
	assert_int_equal(planes_p1_kept(&p, 3), 0x4440);
	machine_close(&p.m);
}

/* --- PMU registers ------------------------------------------------------------------------------------------ */

/* Pairs that set and clear bits of one register; without a PMU they read as zero. */
static void pmu_registers_set_and_clear_bits(void **state)
{
	static const uint32_t pairs[][2] = {
		{REG(3, 0, 9, 14, 1), REG(3, 0, 9, 14, 2)}, /* PMINTENSET_EL1, PMINTENCLR_EL1 */
		{REG(3, 3, 9, 12, 1), REG(3, 3, 9, 12, 2)}, /* PMCNTENSET_EL0, PMCNTENCLR_EL0 */
		{REG(3, 3, 9, 14, 3), REG(3, 3, 9, 12, 3)}, /* PMOVSSET_EL0, PMOVSCLR_EL0 */
	};

	(void)state;
	for (unsigned int pmu = 0; pmu < 2; pmu++) {
		const struct machine_options o = {
			.realm = {.flags0 = pmu ? RMI_REALM_FLAGS0_PMU : 0}};
		static struct code c;
		struct machine m;

		code_start(&c, MORE);
		for (unsigned int i = 0; i < 3; i++) {
			code_keep_reg(&c, pairs[i][0]);
			code_set(&c, pairs[i][0], 1);
			code_set(&c, pairs[i][0], UINT64_C(0x80000000));
			code_keep_reg(&c, pairs[i][0]);
			code_set(&c, pairs[i][1], 1);
			code_keep_reg(&c, pairs[i][1]);
		}
		code_put(&c, WFI);
		machine_open_with(&m, c.words, c.count, &o);
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(m.host.exit.esr >> 26, 0x01);
		for (unsigned int i = 0; i < 3; i++) {
			assert_int_equal(machine_kept(&m, 3 * i), 0);
			assert_int_equal(machine_kept(&m, 3 * i + 1), pmu ? 0x80000001 : 0);
			assert_int_equal(machine_kept(&m, 3 * i + 2), pmu ? 0x80000000 : 0);
		}
		machine_close(&m);
	}
}

/* PMEVCNTR30_EL0 and PMEVTYPER30_EL0, which this CPU lacks, without a PMU: rec.md#7 (7.1) */
static void every_counter_reads_as_zero(void **state)
{
	static const uint32_t regs[] = {REG(3, 3, 14, 11, 6), REG(3, 3, 14, 15, 6)};
	static struct code c;
	struct machine m;

	(void)state;
	code_start(&c, MORE);
	for (unsigned int i = 0; i < 2; i++) {
		code_set(&c, regs[i], 5);
		code_keep_reg(&c, regs[i]);
	}
	code_mov(&c, 0, 7);
	code_keep(&c, 0);
	code_put(&c, WFI);
	machine_open(&m, c.words, c.count, true);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(machine_kept(&m, 0), 0);
	assert_int_equal(machine_kept(&m, 1), 0);
	assert_int_equal(machine_kept(&m, 2), 7);
	machine_close(&m);
}

/* --- identification registers ------------------------------------------------------------------------------- */

/* Reads all of them in a Realm of a model with these registers. */
static void check_id(uint64_t (*expected)(const struct rmmsim_id_regs *cpu, unsigned int crm,
					  unsigned int op2),
		     const struct rmmsim_id_regs *configured)
{
	struct rmmsim_config config;
	const struct machine_options o = {.host = &config};
	struct rmmsim_id_regs cpu;
	static struct code c;
	struct machine m;

	rmmsim_config_init(&config);
	config.id_regs = *configured;
	rmmsim_unicorn_id_regs(&cpu);
	code_start(&c, MORE);
	for (unsigned int n = 8; n < 64; n++)
		code_keep_reg(&c, REG(3, 0, 0, n / 8, n % 8));
	code_put(&c, WFI);
	machine_open_with(&m, c.words, c.count, &o);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	for (unsigned int n = 8; n < 64; n++) {
		const uint64_t read = machine_kept(&m, n - 8),
			       wanted = expected(&cpu, n / 8, n % 8);

		if (read != wanted)
			fail_msg("op0 3 op1 0 CRn 0 CRm %u op2 %u: 0x%llx, not 0x%llx", n / 8,
				 n % 8, (unsigned long long)read, (unsigned long long)wanted);
	}
	machine_close(&m);
}

static uint64_t cpu_value(const struct rmmsim_id_regs *cpu, unsigned int crm, unsigned int op2)
{
	switch (crm * 8 + op2) {
	case 4 * 8 + 0:
		return cpu->id_aa64pfr0;
	case 4 * 8 + 1:
		return cpu->id_aa64pfr1;
	case 5 * 8 + 0:
		return cpu->id_aa64dfr0;
	case 6 * 8 + 0:
		return cpu->id_aa64isar0;
	case 6 * 8 + 1:
		return cpu->id_aa64isar1;
	case 7 * 8 + 0:
		return cpu->id_aa64mmfr0;
	case 7 * 8 + 1:
		return cpu->id_aa64mmfr1;
	case 7 * 8 + 2:
		return cpu->id_aa64mmfr2;
	default:
		return 0;
	}
}

/* Ones say "not there" in FP and AdvSIMD, TGran64 and TGran4; in all others "everything". */
static uint64_t of_ones(const struct rmmsim_id_regs *cpu, unsigned int crm, unsigned int op2)
{
	uint64_t absent = 0;

	if (crm == 4 && op2 == 0)
		absent = UINT64_C(0xff) << 16;
	if (crm == 7 && op2 == 0)
		absent = UINT64_C(0xff) << 24;
	return cpu_value(cpu, crm, op2) | absent;
}

static uint64_t of_zeros(const struct rmmsim_id_regs *cpu, unsigned int crm, unsigned int op2)
{
	(void)cpu, (void)crm, (void)op2;
	return 0;
}

static void an_id_register_shows_what_the_cpu_has(void **state)
{
	struct rmmsim_id_regs ones, zeros, cpu;

	(void)state;
	memset(&ones, 0xff, sizeof(ones));
	memset(&zeros, 0, sizeof(zeros));
	rmmsim_unicorn_id_regs(&cpu);
	ones.ich_vtr = zeros.ich_vtr = cpu.ich_vtr;
	check_id(of_ones, &ones);
	check_id(of_zeros, &zeros);
	check_id(cpu_value, &cpu);
}

/* docs/realms.md lists what the CPU lacks: none of it may be promised. */
static void what_the_cpu_lacks_reads_as_zero(void **state)
{
	static const struct {
		size_t field;
		unsigned int shift;
	} lacks[] = {
		{offsetof(struct rmmsim_id_regs, id_aa64pfr0), 8},   /* EL2 */
		{offsetof(struct rmmsim_id_regs, id_aa64pfr0), 12},  /* EL3 */
		{offsetof(struct rmmsim_id_regs, id_aa64pfr0), 28},  /* RAS */
		{offsetof(struct rmmsim_id_regs, id_aa64pfr0), 32},  /* SVE */
		{offsetof(struct rmmsim_id_regs, id_aa64pfr0), 36},  /* SEL2 */
		{offsetof(struct rmmsim_id_regs, id_aa64pfr0), 40},  /* MPAM */
		{offsetof(struct rmmsim_id_regs, id_aa64pfr0), 44},  /* AMU */
		{offsetof(struct rmmsim_id_regs, id_aa64pfr0), 52},  /* RME */
		{offsetof(struct rmmsim_id_regs, id_aa64pfr1), 8},   /* MTE */
		{offsetof(struct rmmsim_id_regs, id_aa64pfr1), 24},  /* SME */
		{offsetof(struct rmmsim_id_regs, id_aa64dfr0), 8},   /* PMUVer */
		{offsetof(struct rmmsim_id_regs, id_aa64dfr0), 32},  /* PMSVer */
		{offsetof(struct rmmsim_id_regs, id_aa64dfr0), 52},  /* BRBE */
		{offsetof(struct rmmsim_id_regs, id_aa64mmfr0), 60}, /* ECV */
		{offsetof(struct rmmsim_id_regs, id_aa64mmfr1), 0},  /* HAFDBS */
		{offsetof(struct rmmsim_id_regs, id_aa64mmfr2), 24}, /* NV */
	};
	struct rmmsim_id_regs cpu;

	(void)state;
	rmmsim_unicorn_id_regs(&cpu);
	for (size_t i = 0; i < sizeof(lacks) / sizeof(lacks[0]); i++) {
		uint64_t reg;

		memcpy(&reg, (const uint8_t *)&cpu + lacks[i].field, sizeof(reg));
		if (reg >> lacks[i].shift & 0xf)
			fail_msg("field %zu is 0x%llx", i,
				 (unsigned long long)(reg >> lacks[i].shift & 0xf));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rec_has_its_own),
		cmocka_unit_test(mpidr_counts_in_aff0_then_aff1),
		cmocka_unit_test(each_plane_has_its_own),
		cmocka_unit_test(each_plane_has_its_own_stack_pointers),
		cmocka_unit_test(pmu_registers_set_and_clear_bits),
		cmocka_unit_test(every_counter_reads_as_zero),
		cmocka_unit_test(an_id_register_shows_what_the_cpu_has),
		cmocka_unit_test(what_the_cpu_lacks_reads_as_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
