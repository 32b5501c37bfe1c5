/* SPDX-License-Identifier: BSD-3-Clause */
/* REC exits of Plane 0 and their fields: rec.md#4, rtt.md#7 */
#include "tests/support/stage.h"

#include <string.h>

#define PC0 0x1000

static int set_up(void **state)
{
	return stage_setup(state, NULL);
}

/* The exit half is `expected`; everything that is not set there is 0. */
static void expect_exit(const struct stage *s, const struct rmi_rec_exit *expected)
{
	const uint64_t *have = (const uint64_t *)&s->host.exit;
	const uint64_t *want = (const uint64_t *)expected;

	for (size_t i = 0; i < sizeof(*expected) / sizeof(*have); i++) {
		if (have[i] != want[i])
			fail_msg("exit + 0x%zx is 0x%llx, expected 0x%llx", i * 8,
				 (unsigned long long)have[i], (unsigned long long)want[i]);
	}
}

/* The first REC makes this exit. */
#define EXITS(s, ...)                                                        \
	do {                                                                 \
		steps_enter(&(s)->steps, (s)->rec[0]);                       \
		expect_exit((s), &(const struct rmi_rec_exit){__VA_ARGS__}); \
	} while (0)

/* PC at which the REC goes on. */
static uint64_t next_pc(struct stage *s)
{
	steps_enter(&s->steps, s->rec[0]);
	return steps_last(&s->steps, 0)->context.pc;
}

static void interrupts_tell_nothing_but_their_kind(void **state)
{
	struct stage *s = *state;

	steps_set(&s->steps, 0, 0x1234);
	steps_event(&s->steps, RMMSIM_EVENT_IRQ, 0xffff);
	EXITS(s, .exit_reason = RMI_EXIT_IRQ);
	steps_event(&s->steps, RMMSIM_EVENT_FIQ, 0);
	EXITS(s, .exit_reason = RMI_EXIT_FIQ);
	steps_event(&s->steps, RMMSIM_EVENT_BUDGET, 0);
	EXITS(s, .exit_reason = RMI_EXIT_IRQ);
	assert_int_equal(next_pc(s), PC0);
}

static void wfi_and_wfe_show_the_kind(void **state)
{
	struct stage *s = *state;

	steps_sync(&s->steps, STEPS_WFX(0) | 0x1f00000, 0x5555, 0x60);
	EXITS(s, .esr = UINT64_C(0x04000000));
	steps_sync(&s->steps, STEPS_WFX(1), 0, 0);
	EXITS(s, .esr = UINT64_C(0x04000001));
	assert_int_equal(next_pc(s), PC0 + 8);
}

/* WFIT and WFET; the timeout is in X7. */
static void leave_by_wfxt(struct stage *s, uint64_t ti, uint64_t rv)
{
	steps_set(&s->steps, 7, 0x123456789a);
	steps_sync(&s->steps, STEPS_WFX(ti) | rv << 2 | 7 << 5, 0, 0);
}

static void wfit_and_wfet_show_the_kind_and_the_timeout(void **state)
{
	struct stage *s = *state;

	for (uint64_t ti = 2; ti < 4; ti++) {
		leave_by_wfxt(s, ti, 1);
		EXITS(s, .esr = UINT64_C(0x04000000) | ti, .gprs = {0x123456789a});
		/* RV = 0: the syndrome does not say which register it is. */
		leave_by_wfxt(s, ti, 0);
		EXITS(s, .esr = UINT64_C(0x04000000) | ti);
	}
	/* WFI has no timeout. */
	leave_by_wfxt(s, 0, 1);
	EXITS(s, .esr = UINT64_C(0x04000000));
	assert_int_equal(next_pc(s), PC0 + 20);
}

static void wfxt_plain(void **state)
{
	struct stage *s = *state;

	stage_quirks(s, "wfxt-plain");
	leave_by_wfxt(s, 2, 1);
	EXITS(s, .esr = UINT64_C(0x04000000));
	leave_by_wfxt(s, 3, 1);
	EXITS(s, .esr = UINT64_C(0x04000001));
}

static void traps_of_wfi_and_wfe_are_the_hosts(void **state)
{
	struct stage *s = *state;

	s->steps.enter.flags = RMI_REC_ENTER_FLAG_TRAP_WFI;
	steps_enter(&s->steps, s->rec[0]);
	assert_true(steps_last(&s->steps, 0)->vcpu.trap_wfi);
	assert_false(steps_last(&s->steps, 0)->vcpu.trap_wfe);
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_TRAP_WFE;
	steps_enter(&s->steps, s->rec[0]);
	assert_false(steps_last(&s->steps, 0)->vcpu.trap_wfi);
	assert_true(steps_last(&s->steps, 0)->vcpu.trap_wfe);
}

static void an_emulatable_read_is_told_in_detail(void **state)
{
	struct stage *s = *state;
	const uint64_t esr = STEPS_DATA(7) | STEPS_ISV | STEPS_SAS(2) | STEPS_SSE | STEPS_SRT(3) |
			     STEPS_SF | UINT64_C(1) << 7;

	steps_set(&s->steps, 3, 0x1122334455667788);
	steps_sync(&s->steps, esr, 0xffff000000001120, STEPS_HPFAR(s->ns));
	EXITS(s, .esr = UINT64_C(0x91808007), .far = 0x120, .hpfar = STEPS_HPFAR(s->ns));
	assert_int_equal(next_pc(s), PC0);
}

static void an_emulatable_write_shows_the_value_masked_to_its_size(void **state)
{
	static const uint64_t shown[] = {0x88, 0x7788, 0x55667788, 0x1122334455667788};
	struct stage *s = *state;

	for (unsigned int size = 0; size < 4; size++) {
		const uint64_t iss = STEPS_ISV | STEPS_SAS(size) | STEPS_WNR;

		steps_set(&s->steps, 3, 0x1122334455667788);
		steps_sync(&s->steps, STEPS_DATA(6) | iss | STEPS_SRT(3), 0x10, STEPS_HPFAR(s->ns));
		EXITS(s, .esr = UINT64_C(0x90000006) | iss, .far = 0x10,
		      .hpfar = STEPS_HPFAR(s->ns), .gprs = {shown[size]});
	}
	/* XZR */
	steps_sync(&s->steps, STEPS_DATA(6) | STEPS_ISV | STEPS_WNR | STEPS_SRT(31), 0,
		   STEPS_HPFAR(s->ns));
	EXITS(s, .esr = UINT64_C(0x91000046), .hpfar = STEPS_HPFAR(s->ns));
}

static void switch_to_aarch32(struct steps *steps, void *argument)
{
	(void)argument;
	steps->vcpu->context->pstate = 0x10;
}

static void an_access_of_aarch32_is_not_emulatable(void **state)
{
	struct stage *s = *state;

	steps_do(&s->steps, switch_to_aarch32, NULL);
	steps_set(&s->steps, 3, 0x77);
	steps_sync(&s->steps, STEPS_DATA(7) | STEPS_ISV | STEPS_WNR | STEPS_SRT(3), 0x10,
		   STEPS_HPFAR(s->ns));
	EXITS(s, .esr = UINT64_C(0x92000007), .hpfar = STEPS_HPFAR(s->ns));
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_EMUL_MMIO;
	assert_int_equal(steps_try_enter(&s->steps, s->rec[0]), RMI_ERROR_REC);
}

static void an_unprotected_abort_without_syndrome_tells_the_page_and_the_length(void **state)
{
	struct stage *s = *state;
	const uint64_t esr =
		STEPS_DATA(7) | STEPS_SAS(3) | STEPS_SSE | STEPS_SRT(5) | STEPS_SF | STEPS_WNR;

	steps_set(&s->steps, 5, 0x77);
	steps_sync(&s->steps, esr, 0x1123, STEPS_HPFAR(s->ns));
	EXITS(s, .esr = UINT64_C(0x92000007), .hpfar = STEPS_HPFAR(s->ns));
	/* IL = 0: an instruction of 16 bits. */
	steps_sync(&s->steps, esr & ~STEPS_IL, 0x1123, STEPS_HPFAR(s->ns));
	EXITS(s, .esr = UINT64_C(0x90000007), .hpfar = STEPS_HPFAR(s->ns));
}

static void isv0_abort_unprotected(void **state)
{
	struct stage *s = *state;
	const uint64_t esr =
		STEPS_DATA(7) | STEPS_SAS(3) | STEPS_SSE | STEPS_SRT(5) | STEPS_SF | STEPS_WNR;

	stage_quirks(s, "isv0-abort-unprotected");
	steps_set(&s->steps, 5, 0x77);
	steps_sync(&s->steps, esr, 0x1123, STEPS_HPFAR(s->ns));
	EXITS(s, .esr = UINT64_C(0x90c08047), .far = 0x123, .hpfar = STEPS_HPFAR(s->ns),
	      .gprs = {0x77});
	/* It is not emulatable all the same. */
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_EMUL_MMIO;
	assert_int_equal(steps_try_enter(&s->steps, s->rec[0]), RMI_ERROR_REC);
}

static void a_protected_abort_tells_the_page_only(void **state)
{
	struct stage *s = *state;

	steps_set(&s->steps, 3, 0x99);
	steps_sync(&s->steps,
		   STEPS_DATA(7) | STEPS_ISV | STEPS_SAS(3) | STEPS_SRT(3) | STEPS_SF | STEPS_WNR,
		   0x1123, STEPS_HPFAR(STAGE_HOLE));
	EXITS(s, .esr = UINT64_C(0x90000007), .hpfar = STEPS_HPFAR(STAGE_HOLE));
	steps_sync(&s->steps, STEPS_FETCH(7), 0x1123, STEPS_HPFAR(STAGE_DESTROYED));
	EXITS(s, .esr = UINT64_C(0x80000007), .hpfar = STEPS_HPFAR(STAGE_DESTROYED));
	assert_int_equal(next_pc(s), PC0);
}

static void the_non_secure_bit_of_hpfar_is_hidden(void **state)
{
	struct stage *s = *state;

	steps_sync(&s->steps, STEPS_DATA(7) | STEPS_ISV, 0,
		   STEPS_HPFAR(s->ns) | UINT64_C(1) << 63 | 0xf);
	EXITS(s, .esr = UINT64_C(0x91000007), .hpfar = STEPS_HPFAR(s->ns));
}

static void an_external_abort_hides_the_address(void **state)
{
	struct stage *s = *state;

	/* SET = UEO: the Realm is not told. */
	steps_sync(&s->steps, STEPS_DATA(0x10) | 3 << 11, 0x1000, STEPS_HPFAR(STAGE_RAM));
	EXITS(s, .esr = UINT64_C(0x90001810));
	/* SET = UER: it is told as well. */
	steps_sync(&s->steps, STEPS_FETCH(0x14), 0x1000, STEPS_HPFAR(STAGE_RAM));
	EXITS(s, .esr = UINT64_C(0x80000014));
	assert_int_equal(next_pc(s), 0x200);
}

static void serror(void **state)
{
	struct stage *s = *state;

	/* UEO */
	steps_event(&s->steps, RMMSIM_EVENT_SERROR, UINT64_C(0xbe000811));
	EXITS(s, .exit_reason = RMI_EXIT_SERROR, .esr = UINT64_C(0xbc000811));
	steps_enter(&s->steps, s->rec[0]);
	assert_false(steps_last(&s->steps, 0)->vcpu.serror_pending);
	/* UEU: pending for the Realm until the engine takes it. */
	steps_event(&s->steps, RMMSIM_EVENT_SERROR, UINT64_C(0xbe000411));
	EXITS(s, .exit_reason = RMI_EXIT_SERROR, .esr = UINT64_C(0xbc000411));
	steps_enter(&s->steps, s->rec[0]);
	assert_true(steps_last(&s->steps, 0)->vcpu.serror_pending);
	assert_int_equal(steps_last(&s->steps, 0)->vcpu.serror_syndrome, 0x411);
	steps_enter(&s->steps, s->rec[0]);
	assert_true(steps_last(&s->steps, 0)->vcpu.serror_pending);
}

static void serror_no_ec(void **state)
{
	struct stage *s = *state;

	stage_quirks(s, "serror-no-ec");
	steps_event(&s->steps, RMMSIM_EVENT_SERROR, UINT64_C(0xbe000811));
	EXITS(s, .exit_reason = RMI_EXIT_SERROR, .esr = 0x811);
}

static void an_unknown_exception_tells_nothing(void **state)
{
	static const unsigned int classes[] = {0x00, 0x0e, 0x11, 0x1a, 0x30, 0x3c};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		steps_sync(&s->steps, STEPS_EC(classes[i]), 0x2000, 0x20);
		EXITS(s, .exit_reason = RMI_EXIT_SYNC);
	}
	assert_int_equal(next_pc(s), PC0);
}

static void sve_and_sme_are_undefined_and_simd_is_not_seen(void **state)
{
	struct stage *s = *state;

	steps_sync(&s->steps, STEPS_EC(0x07), 0, 0);
	EXITS(s, .exit_reason = RMI_EXIT_IRQ);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0);
	steps_sync(&s->steps, STEPS_EC(0x19), 0, 0);
	EXITS(s, .exit_reason = RMI_EXIT_IRQ);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, 0x200);
	steps_sync(&s->steps, STEPS_EC(0x1d), 0, 0);
	EXITS(s, .exit_reason = RMI_EXIT_IRQ);
	assert_int_equal(steps_last(&s->steps, 0)->context.sysreg[RMMSIM_SYSREG_ELR_EL1], 0x200);
}

static void overflow(struct stage *s)
{
	steps_sysreg(&s->steps, RMMSIM_SYSREG_PMCR_EL0, 1);
	steps_sysreg(&s->steps, RMMSIM_SYSREG_PMOVSSET_EL0, 2);
	steps_sysreg(&s->steps, RMMSIM_SYSREG_PMINTENSET_EL1, 2);
	steps_sysreg(&s->steps, RMMSIM_SYSREG_PMCNTENSET_EL0, 2);
	steps_event(&s->steps, RMMSIM_EVENT_IRQ, 0);
}

static void pmu_overflow_is_told_if_the_realm_has_a_pmu(void **state)
{
	struct stage *s = *state;

	overflow(s);
	EXITS(s, .exit_reason = RMI_EXIT_IRQ);
	s->options.flags0 = RMI_REALM_FLAGS0_PMU;
	stage_reopen(s, NULL);
	overflow(s);
	EXITS(s, .exit_reason = RMI_EXIT_IRQ, .pmu_ovf_status = 1);
	steps_sysreg(&s->steps, RMMSIM_SYSREG_PMINTENSET_EL1, 0);
	steps_event(&s->steps, RMMSIM_EVENT_IRQ, 0);
	EXITS(s, .exit_reason = RMI_EXIT_IRQ);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(interrupts_tell_nothing_but_their_kind),
		TEST(wfi_and_wfe_show_the_kind),
		TEST(wfit_and_wfet_show_the_kind_and_the_timeout),
		TEST(wfxt_plain),
		TEST(traps_of_wfi_and_wfe_are_the_hosts),
		TEST(an_emulatable_read_is_told_in_detail),
		TEST(an_emulatable_write_shows_the_value_masked_to_its_size),
		TEST(an_access_of_aarch32_is_not_emulatable),
		TEST(an_unprotected_abort_without_syndrome_tells_the_page_and_the_length),
		TEST(isv0_abort_unprotected),
		TEST(a_protected_abort_tells_the_page_only),
		TEST(the_non_secure_bit_of_hpfar_is_hidden),
		TEST(an_external_abort_hides_the_address),
		TEST(serror),
		TEST(serror_no_ec),
		TEST(an_unknown_exception_tells_nothing),
		TEST(sve_and_sme_are_undefined_and_simd_is_not_seen),
		TEST(pmu_overflow_is_told_if_the_realm_has_a_pmu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
