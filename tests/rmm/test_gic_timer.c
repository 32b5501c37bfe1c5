/* SPDX-License-Identifier: BSD-3-Clause */
/* GIC values and EL1 timers: rec.md#3 (3.3, 3.4), planes.md#8, planes.md#9 */
#include "tests/support/stage.h"

#define PCN     0x7000
#define HCR_ALL UINT64_C(0x40fe)
#define PENDING (UINT64_C(1) << 62)
#define EOI     (UINT64_C(1) << 41)
#define HW      (UINT64_C(1) << 61)

#define CNTV_CTL  RMMSIM_SYSREG_CNTV_CTL_EL0
#define CNTV_CVAL RMMSIM_SYSREG_CNTV_CVAL_EL0
#define CNTP_CTL  RMMSIM_SYSREG_CNTP_CTL_EL0
#define CNTP_CVAL RMMSIM_SYSREG_CNTP_CVAL_EL0

static const struct rsi_plane_enter plain = {.pc = PCN, .pstate = 0x3c5};
static const struct rsi_plane_enter owner = {
	.pc = PCN, .pstate = 0x3c5, .flags = RSI_PLANE_ENTER_FLAG_GIC_OWNER};

static int set_up(void **state)
{
	const struct host_realm_options options = {.planes = 2, .shared_tree = true};

	return stage_setup(state, &options);
}

/* --- validity ------------------------------------------------------------------------------------- */

static bool valid(struct stage *s, uint64_t hcr, uint64_t lr0, uint64_t lr1)
{
	uint64_t x0;

	s->steps.enter.gicv3_hcr = hcr;
	s->steps.enter.gicv3_lrs[0] = lr0;
	s->steps.enter.gicv3_lrs[1] = lr1;
	x0 = steps_try_enter(&s->steps, s->rec[0]);
	if (x0 != 0) {
		struct rmmsim_explanation e;

		assert_int_equal(x0, RMI_ERROR_REC);
		assert_int_equal(rmmsim_explain(s->host.sim, 0, &e), RMMSIM_OK);
		assert_string_equal(e.first.id, "rec_gicv3");
		return false;
	}
	assert_int_equal(s->host.exit.gicv3_hcr, hcr);
	assert_int_equal(s->host.exit.gicv3_lrs[0], lr0);
	assert_int_equal(s->host.exit.gicv3_lrs[1], lr1);
	return true;
}

static void the_host_controls_some_bits_of_hcr(void **state)
{
	struct stage *s = *state;

	assert_true(valid(s, HCR_ALL, 0, 0));
	for (unsigned int bit = 0; bit < 64; bit++)
		assert_int_equal(valid(s, UINT64_C(1) << bit, 0, 0), HCR_ALL >> bit & 1);
}

static void a_list_register_is_checked_if_it_is_valid(void **state)
{
	struct stage *s = *state;
	const unsigned int unimplemented =
		7 - (unsigned int)(s->host.config.id_regs.ich_vtr >> 29 & 7);

	assert_true(valid(s, 0, HW | UINT64_C(0x1fff) << 32 | 1020, 0));
	assert_true(valid(s, 0, PENDING | EOI | 1019, 0));
	assert_false(valid(s, 0, PENDING | HW | 40, 0));
	assert_false(valid(s, 0, PENDING | UINT64_C(1) << 32 | 40, 0));
	assert_false(valid(s, 0, PENDING | UINT64_C(1) << 44 | 40, 0));
	/* Bits 47:45, the group and 59:56 are not looked at. */
	assert_true(valid(s, 0, PENDING | UINT64_C(7) << 45 | UINT64_C(0x1f) << 56 | 40, 0));
	for (unsigned int bit = 0; bit < 8; bit++)
		assert_int_equal(valid(s, 0, PENDING | UINT64_C(1) << (48 + bit) | 40, 0),
				 bit >= unimplemented);
}

static void interrupt_numbers_are_checked(void **state)
{
	struct stage *s = *state;
	struct rmmsim_config config = s->host.config;

	config.id_regs.ich_vtr &= ~(UINT64_C(7) << 23);
	stage_reopen(s, &config);
	assert_true(valid(s, 0, PENDING, 0));
	assert_false(valid(s, 0, PENDING | 1020, 0));
	assert_false(valid(s, 0, PENDING | 8191, 0));
	assert_true(valid(s, 0, PENDING | 8192, 0));
	assert_true(valid(s, 0, PENDING | 0xffff, 0));
	assert_false(valid(s, 0, PENDING | 0x10000, 0));
	config.id_regs.ich_vtr |= UINT64_C(1) << 23;
	stage_reopen(s, &config);
	assert_true(valid(s, 0, PENDING | 0xffffff, 0));
	assert_false(valid(s, 0, PENDING | 0x1000000, 0));
	/* The same interrupt twice; an invalid register does not count. */
	assert_false(valid(s, 0, PENDING | 40, PENDING << 1 | 40));
	assert_true(valid(s, 0, PENDING | 40, 40));
	assert_true(valid(s, 0, PENDING | 40, PENDING | 41));
}

static void registers_that_do_not_exist_are_ignored(void **state)
{
	struct stage *s = *state;

	s->steps.enter.gicv3_lrs[15] = PENDING | HW;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.gicv3_lrs[15], 0);
	assert_int_equal(steps_last(&s->steps, 0)->context.gic.lrs[15], 0);
}

/* --- ownership ------------------------------------------------------------------------------------- */

static void set_gic(struct steps *steps, void *argument)
{
	struct rmmsim_gic *gic = &steps->vcpu->context->gic;
	const unsigned int *lrs = argument;

	gic->hcr = UINT64_MAX;
	for (unsigned int i = 0; i < *lrs; i++)
		gic->lrs[i] = 0x100 + i;
	gic->misr = 0;
	gic->vmcr = 0x22;
}

static unsigned int last_lr(const struct stage *s)
{
	return (unsigned int)RMMSIM_FIELD(s->host.config.feature_register[0],
					  RMI_FEATURE0_GICV3_NUM_LRS);
}

static void the_exit_shows_the_gic_of_plane_0(void **state)
{
	struct stage *s = *state;
	unsigned int lrs = last_lr(s) + 1;

	steps_do(&s->steps, set_gic, &lrs);
	steps_event(&s->steps, RMMSIM_EVENT_IRQ, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.gicv3_hcr, UINT64_C(0xf80040fe));
	assert_int_equal(s->host.exit.gicv3_lrs[lrs - 1], 0x100 + lrs - 1);
	assert_int_equal(s->host.exit.gicv3_vmcr, 0x22);
}

static void gic_copy_short(void **state)
{
	struct stage *s = *state;
	unsigned int last = last_lr(s), lrs = last + 1;

	for (unsigned int on = 0; on < 2; on++) {
		const struct rmmsim_gic *there, *back;

		if (on)
			stage_quirks(s, "gic-copy-short");
		s->steps.enter.gicv3_lrs[0] = PENDING | 40;
		s->steps.enter.gicv3_lrs[last] = PENDING | 41;
		stage_plane_enter(s, 1, &owner);
		steps_do(&s->steps, set_gic, &lrs);
		steps_sync(&s->steps, STEPS_HVC(0), 0, 0);
		steps_enter(&s->steps, s->rec[0]);
		there = &steps_last(&s->steps, 1)->context.gic;
		back = &steps_last(&s->steps, 0)->context.gic;
		assert_int_equal(there->lrs[0], PENDING | 40);
		assert_int_equal(there->lrs[last], on ? 0 : PENDING | 41);
		assert_int_equal(back->lrs[0], 0x100);
		assert_int_equal(back->lrs[last], on ? PENDING | 41 : 0x100 + last);
	}
}

static void gic_nonowner_zero(void **state)
{
	struct stage *s = *state;

	for (unsigned int on = 0; on < 2; on++) {
		if (on)
			stage_quirks(s, "gic-nonowner-zero");
		s->steps.enter.gicv3_lrs[0] = PENDING << 1 | 40;
		stage_plane_enter(s, 1, &plain);
		steps_event(&s->steps, RMMSIM_EVENT_IRQ, 0);
		steps_enter(&s->steps, s->rec[0]);
		assert_int_equal(s->host.exit.gicv3_lrs[0], on ? 0 : PENDING << 1 | 40);
		/* The Host's values are for Plane 0, which does not run. */
		s->steps.enter.gicv3_lrs[0] = PENDING << 1 | 41;
		steps_sync(&s->steps, STEPS_HVC(0), 0, 0);
		steps_enter(&s->steps, s->rec[0]);
		assert_int_equal(steps_last(&s->steps, 1)->context.gic.lrs[0], 0);
		assert_int_equal(steps_last(&s->steps, 0)->context.gic.lrs[0],
				 PENDING << 1 | (on ? 40 : 41));
	}
}

static void recorded_lrs_4(void **state)
{
	struct stage *s = *state;
	struct rmmsim_config config = s->host.config;
	unsigned int lrs = 8;

	config.feature_register[0] =
		RMMSIM_FIELD_SET(config.feature_register[0], RMI_FEATURE0_GICV3_NUM_LRS, 7);
	for (unsigned int on = 0; on < 2; on++) {
		rmmsim_config_quirk(&config, "recorded-lrs-4", on);
		stage_reopen(s, &config);
		steps_do(&s->steps, set_gic, &lrs);
		steps_event(&s->steps, RMMSIM_EVENT_IRQ, 0);
		steps_enter(&s->steps, s->rec[0]);
		assert_int_equal(s->host.exit.gicv3_lrs[3], 0x103);
		assert_int_equal(s->host.exit.gicv3_lrs[4], on ? 0 : 0x104);
	}
}

/* --- timers ---------------------------------------------------------------------------------------- */

static void timer(struct stage *s, uint64_t v_ctl, uint64_t v_cval, uint64_t p_ctl, uint64_t p_cval)
{
	steps_sysreg(&s->steps, CNTV_CTL, v_ctl);
	steps_sysreg(&s->steps, CNTV_CVAL, v_cval);
	steps_sysreg(&s->steps, CNTP_CTL, p_ctl);
	steps_sysreg(&s->steps, CNTP_CVAL, p_cval);
}

static void expect_timers(const struct stage *s, uint64_t v_ctl, uint64_t v_cval, uint64_t p_ctl,
			  uint64_t p_cval)
{
	assert_int_equal(s->host.exit.cntv_ctl, v_ctl);
	assert_int_equal(s->host.exit.cntv_cval, v_cval);
	assert_int_equal(s->host.exit.cntp_ctl, p_ctl);
	assert_int_equal(s->host.exit.cntp_cval, p_cval);
}

static void the_exit_shows_the_timers(void **state)
{
	struct stage *s = *state;

	timer(s, 1, 0x100, 7, 0x200);
	steps_event(&s->steps, RMMSIM_EVENT_FIQ, 0);
	steps_enter(&s->steps, s->rec[0]);
	expect_timers(s, 1, 0x100, 7, 0x200);
}

static void a_changed_output_ends_the_stay(void **state)
{
	struct stage *s = *state;

	/* The call is done, then the REC leaves before the next instruction. */
	timer(s, 5, 0x100, 0, 0);
	steps_smc(&s->steps, SMC_RSI_VERSION, 0x10001);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 1);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_IRQ);
	expect_timers(s, 5, 0x100, 0, 0);
	/* It is known now. */
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->context.x[1], 0x10001);
	/* Masked is off, and off is a change too. */
	timer(s, 7, 0x100, 0, 0);
	steps_smc(&s->steps, SMC_RSI_VERSION, 0x10001);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 1);
	/* Without ISTATUS there is no output. */
	timer(s, 1, 0x100, 1, 0);
	steps_smc(&s->steps, SMC_RSI_VERSION, 0x10001);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 2);
}

/* Both Planes have timers; the Host serves one. ctl and cval of Plane 0, then of Plane 1. */
static void report(struct stage *s, uint64_t ctl0, uint64_t cval0, uint64_t ctl1, uint64_t cval1,
		   bool plane1)
{
	timer(s, ctl0, cval0, ctl0, cval0);
	stage_plane_enter(s, 1, &plain);
	timer(s, ctl1, cval1, ctl1, cval1);
	steps_event(&s->steps, RMMSIM_EVENT_FIQ, 0);
	steps_enter(&s->steps, s->rec[0]);
	if (plane1)
		expect_timers(s, ctl1, cval1, ctl1, cval1);
	else
		expect_timers(s, ctl0, cval0, ctl0, cval0);
	stage_reopen(s, NULL);
}

static void the_earlier_active_timer_is_shown(void **state)
{
	struct stage *s = *state;

	report(s, 0, 10, 0, 5, false);
	report(s, 3, 10, 2, 5, false);
	report(s, 0, 10, 1, 50, true);
	report(s, 1, 10, 3, 5, false);
	report(s, 1, 10, 1, 10, false);
	report(s, 1, 10, 1, 11, false);
	report(s, 1, 10, 1, 9, true);
}

static void cntp_ctl_is_cval(void **state)
{
	struct stage *s = *state;

	stage_quirks(s, "cntp-ctl-is-cval");
	timer(s, 1, 0x1234, 1, 0x1234);
	stage_plane_enter(s, 1, &plain);
	steps_event(&s->steps, RMMSIM_EVENT_FIQ, 0);
	steps_enter(&s->steps, s->rec[0]);
	expect_timers(s, 1, 0x1234, 0x1234, 0x1234);
	/* Not while Plane 0 runs. */
	steps_sync(&s->steps, STEPS_HVC(0), 0, 0);
	steps_event(&s->steps, RMMSIM_EVENT_FIQ, 0);
	steps_enter(&s->steps, s->rec[0]);
	expect_timers(s, 1, 0x1234, 1, 0x1234);
}

/* Plane 1's own timer: Plane 0 is told and the Host too. */
static void a_timer_of_a_plane_interrupts_plane_0(void **state)
{
	struct stage *s = *state;
	struct rsi_plane_exit exit;

	stage_plane_enter(s, 1, &plain);
	timer(s, 5, 0x100, 0, 0);
	steps_sync(&s->steps, STEPS_MRS(3, 0, 0, 5, 0, 4), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_IRQ);
	expect_timers(s, 5, 0x100, 0, 0);
	stage_plane_exit(s, &exit);
	assert_int_equal(exit.reason, RSI_PLANE_EXIT_IRQ);
	assert_int_equal(exit.elr_el2, PCN + 4);
	assert_int_equal(exit.esr_el2, 0);
	assert_int_equal(exit.cntv_ctl, 5);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 0);
	assert_int_equal(steps_last(&s->steps, 0)->context.x[0], RSI_SUCCESS);
	/* The owner of the GIC sees to it itself. */
	stage_reopen(s, NULL);
	stage_plane_enter(s, 1, &owner);
	timer(s, 5, 0x100, 0, 0);
	steps_sync(&s->steps, STEPS_MRS(3, 0, 0, 5, 0, 4), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_IRQ);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
}

static void elapse(struct steps *steps, void *argument)
{
	const uint64_t *ticks = argument;

	rmmsim_time_advance(steps->host->sim, *ticks);
}

/* Plane 0's timer goes off while Plane 1 runs: the PE takes an interrupt. */
static void a_timer_of_plane_0_fires_while_a_plane_runs(void **state)
{
	struct stage *s = *state;
	uint64_t ticks = 60;

	timer(s, 1, 100, 0, 0);
	stage_plane_enter(s, 1, &plain);
	steps_do(&s->steps, elapse, &ticks);
	steps_sync(&s->steps, STEPS_MRS(3, 0, 0, 5, 0, 4), 0, 0);
	steps_do(&s->steps, elapse, &ticks);
	steps_sync(&s->steps, STEPS_MRS(3, 0, 0, 5, 0, 4), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 3);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_IRQ);
	expect_timers(s, 5, 100, 0, 0);
	/* Once is enough. */
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_host_controls_some_bits_of_hcr),
		TEST(a_list_register_is_checked_if_it_is_valid),
		TEST(interrupt_numbers_are_checked),
		TEST(registers_that_do_not_exist_are_ignored),
		TEST(the_exit_shows_the_gic_of_plane_0),
		TEST(gic_copy_short),
		TEST(gic_nonowner_zero),
		TEST(recorded_lrs_4),
		TEST(the_exit_shows_the_timers),
		TEST(a_changed_output_ends_the_stay),
		TEST(the_earlier_active_timer_is_shown),
		TEST(cntp_ctl_is_cval),
		TEST(a_timer_of_a_plane_interrupts_plane_0),
		TEST(a_timer_of_plane_0_fires_while_a_plane_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
