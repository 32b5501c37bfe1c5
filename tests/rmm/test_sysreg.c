/* SPDX-License-Identifier: BSD-3-Clause */
/* Trapped system registers: rec.md#7 */
#include "tests/support/stage.h"

#define PC0 0x1000

static int set_up(void **state)
{
	return stage_setup(state, NULL);
}

/* What the Realm reads from a trapped register. */
static uint64_t mrs(struct stage *s, uint64_t esr)
{
	steps_set(&s->steps, 4, UINT64_MAX);
	steps_sync(&s->steps, esr, 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_IRQ);
	return steps_last(&s->steps, 0)->context.x[4];
}

#define MRS(s, op0, op1, crn, crm, op2) mrs((s), STEPS_MRS(op0, op1, crn, crm, op2, 4))

static void id_registers_hide_what_a_realm_has_not(void **state)
{
	struct stage *s = *state;
	struct rmmsim_config config = s->host.config;
	struct rmmsim_id_regs *id = &config.id_regs;

	id->id_aa64pfr0 = UINT64_MAX;
	id->id_aa64pfr1 = UINT64_MAX;
	id->id_aa64zfr0 = UINT64_MAX;
	id->id_aa64dfr0 = UINT64_MAX;
	id->id_aa64mmfr3 = UINT64_MAX;
	stage_reopen(s, &config);
	assert_int_equal(MRS(s, 3, 0, 0, 4, 0), UINT64_C(0xffff00f0ffffffff));
	assert_int_equal(MRS(s, 3, 0, 0, 4, 1), UINT64_C(0xfffffffff0f0ffff));
	assert_int_equal(MRS(s, 3, 0, 0, 4, 4), 0);
	assert_int_equal(MRS(s, 3, 0, 0, 5, 0), UINT64_C(0xff0fffffffffffff));
	assert_int_equal(MRS(s, 3, 0, 0, 7, 3), UINT64_C(0xffffffffff0f0fff));
}

static void other_id_registers_are_those_of_the_platform(void **state)
{
	struct stage *s = *state;
	struct rmmsim_config config = s->host.config;

	config.id_regs.id_aa64dfr1 = 0x51;
	config.id_regs.id_aa64isar0 = 0x60;
	config.id_regs.id_aa64isar1 = 0x61;
	config.id_regs.id_aa64mmfr0 = 0x70;
	config.id_regs.id_aa64mmfr1 = 0x71;
	config.id_regs.id_aa64mmfr2 = 0x72;
	config.id_regs.id_aa64mmfr4 = 0x74;
	stage_reopen(s, &config);
	assert_int_equal(MRS(s, 3, 0, 0, 5, 1), 0x51);
	assert_int_equal(MRS(s, 3, 0, 0, 6, 0), 0x60);
	assert_int_equal(MRS(s, 3, 0, 0, 6, 1), 0x61);
	assert_int_equal(MRS(s, 3, 0, 0, 7, 0), 0x70);
	assert_int_equal(MRS(s, 3, 0, 0, 7, 1), 0x71);
	assert_int_equal(MRS(s, 3, 0, 0, 7, 2), 0x72);
	assert_int_equal(MRS(s, 3, 0, 0, 7, 4), 0x74);
	/* ID_AA64ISAR2, ID_AA64ISAR3, ID_PFR0 */
	assert_int_equal(MRS(s, 3, 0, 0, 6, 2), 0);
	assert_int_equal(MRS(s, 3, 0, 0, 6, 3), 0);
	assert_int_equal(MRS(s, 3, 0, 0, 1, 0), 0);
	assert_int_equal(MRS(s, 3, 0, 0, 0, 5), UINT64_C(0x80000000));
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0 + 11 * 4);
}

static void the_rest_reads_zero_and_ignores_writes(void **state)
{
	struct stage *s = *state;

	/* PMCR_EL0, without a PMU; MDSCR_EL1; the zero register */
	assert_int_equal(MRS(s, 3, 3, 9, 12, 0), 0);
	assert_int_equal(MRS(s, 2, 0, 0, 2, 2), 0);
	assert_int_equal(mrs(s, STEPS_MRS(3, 3, 9, 12, 0, 31)), UINT64_MAX);
	assert_int_equal(mrs(s, STEPS_MSR(3, 3, 9, 12, 0, 4)), UINT64_MAX);
	/* An identification register cannot be written. */
	assert_int_equal(mrs(s, STEPS_MSR(3, 0, 0, 4, 0, 4)), UINT64_MAX);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0 + 5 * 4);
}

static void some_are_undefined(void **state)
{
	static const uint64_t undefined[] = {
		STEPS_MRS(2, 1, 8, 0, 0, 4),  STEPS_MSR(2, 1, 9, 3, 1, 4),  /* BRBE */
		STEPS_MRS(3, 0, 10, 4, 4, 4), STEPS_MRS(3, 0, 10, 5, 0, 4), /* MPAM */
		STEPS_MRS(3, 0, 10, 2, 5, 4),                               /* S2POR_EL1 */
	};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof(undefined) / sizeof(undefined[0]); i++) {
		const struct rmmsim_plane *plane;
		const uint64_t pc = i ? 0x200 : PC0;

		assert_int_equal(mrs(s, undefined[i]), UINT64_MAX);
		plane = &steps_last(&s->steps, 0)->context;
		assert_int_equal(plane->pc, 0x200);
		assert_int_equal(plane->sysreg[RMMSIM_SYSREG_ELR_EL1], pc);
		assert_int_equal(plane->sysreg[RMMSIM_SYSREG_ESR_EL1], 0x02000000);
	}
	/* Others of that group are not: MAIR_EL1 */
	assert_int_equal(MRS(s, 3, 0, 10, 2, 0), 0);
}

#define RT_MASK (UINT64_C(0x1f) << 5)

static void gic_writes_go_to_the_host(void **state)
{
	static const uint64_t gic[] = {
		STEPS_MSR(3, 0, 12, 11, 1, 3), /* ICC_DIR_EL1 */
		STEPS_MSR(3, 0, 12, 11, 5, 3), /* ICC_SGI1R_EL1 */
		STEPS_MSR(3, 0, 12, 11, 7, 3), /* ICC_SGI0R_EL1 */
	};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof(gic) / sizeof(gic[0]); i++) {
		steps_set(&s->steps, 3, 0x11);
		steps_sync(&s->steps, gic[i], 0, 0);
		s->steps.enter.gprs[0] = 0x1234;
		steps_enter(&s->steps, s->rec[0]);
		assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_SYNC);
		/* The value is in gprs[0], the number of the Realm's register is its own. */
		assert_int_equal(s->host.exit.esr, gic[i] & ~RT_MASK);
		assert_int_equal(s->host.exit.gprs[0], 0x11);
	}
	s->steps.enter.gprs[0] = 0x1234;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->context.x[3], 0x11);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0 + 12);
	/* ASGI1R is another register. */
	assert_int_equal(MRS(s, 3, 0, 12, 11, 6), 0);
}

/* No register has these encodings. Only one bit of Op0 tells them from BRBE. */
static void brbe_op0_3(void **state)
{
	struct stage *s = *state;

	assert_int_equal(MRS(s, 3, 1, 9, 0, 4), 0);
	stage_quirks(s, "brbe-op0-3");
	assert_int_equal(MRS(s, 3, 1, 9, 0, 4), UINT64_MAX);
	assert_int_equal(steps_last(&s->steps, 0)->context.sysreg[RMMSIM_SYSREG_ESR_EL1],
			 0x2000000);
	assert_int_equal(MRS(s, 3, 1, 10, 0, 4), 0);
}

static void sysreg_exit_rt(void **state)
{
	static const uint64_t gic[] = {
		STEPS_MSR(3, 0, 12, 11, 5, 7),
		STEPS_MRS(3, 0, 12, 11, 5, 30),
		STEPS_MSR(3, 0, 12, 11, 5, 31),
	};
	struct stage *s = *state;

	for (unsigned int on = 0; on < 2; on++) {
		if (on)
			stage_quirks(s, "sysreg-exit-rt");
		for (size_t i = 0; i < sizeof(gic) / sizeof(gic[0]); i++) {
			steps_sync(&s->steps, gic[i], 0, 0);
			steps_enter(&s->steps, s->rec[0]);
			assert_int_equal(s->host.exit.esr, on ? gic[i] : gic[i] & ~RT_MASK);
		}
	}
}

static void a_gic_read_gets_its_value_from_the_host(void **state)
{
	struct stage *s = *state;

	steps_set(&s->steps, 3, 0x11);
	steps_sync(&s->steps, STEPS_MRS(3, 0, 12, 11, 5, 3), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.gprs[0], 0);
	s->steps.enter.gprs[0] = 0x1234;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->context.x[3], 0x1234);
	s->steps.enter.gprs[0] = 0x5678;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->context.x[3], 0x1234);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(id_registers_hide_what_a_realm_has_not),
		TEST(other_id_registers_are_those_of_the_platform),
		TEST(the_rest_reads_zero_and_ignores_writes),
		TEST(some_are_undefined),
		TEST(gic_writes_go_to_the_host),
		TEST(brbe_op0_3),
		TEST(sysreg_exit_rt),
		TEST(a_gic_read_gets_its_value_from_the_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
