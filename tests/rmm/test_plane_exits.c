/* SPDX-License-Identifier: BSD-3-Clause */
/* Plane exits that a REC entry causes, and a run page that went away: planes.md#4 */
#include "tests/support/stage.h"

#define PC0     0x1000
#define PCN     0x7000
#define ESR     (STEPS_DATA(7) | STEPS_ISV)
#define FAR     UINT64_C(0xffff000000001000)
#define PENDING (UINT64_C(1) << 62 | 40)
#define ACTIVE  (UINT64_C(2) << 62 | 40)

static const struct rsi_plane_enter plain = {.pc = PCN, .pstate = 0x3c5};

static int set_up(void **state)
{
	const struct host_realm_options options = {.planes = 2, .shared_tree = true};

	return stage_setup(state, &options);
}

/* Plane 1 is active; its last exit was a data abort at the Unprotected IPA. */
static void leave_with_abort(struct stage *s)
{
	stage_plane_enter(s, 1, &plain);
	steps_sync(&s->steps, ESR, FAR, STEPS_HPFAR(s->ns));
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_SYNC);
}

/* Plane 1 is active; its last exit was an interrupt. */
static void leave_with_irq(struct stage *s, const struct rsi_plane_enter *enter)
{
	stage_plane_enter(s, 1, enter);
	steps_event(&s->steps, RMMSIM_EVENT_IRQ, 0);
	steps_enter(&s->steps, s->rec[0]);
}

/* The next entry runs Plane 0. */
static struct rsi_plane_exit expect_exit(struct stage *s, uint64_t reason, uint64_t esr,
					 uint64_t far, uint64_t hpfar)
{
	struct rsi_plane_exit exit;

	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 1);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 0);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0 + 4);
	assert_int_equal(steps_last(&s->steps, 0)->context.x[0], RSI_SUCCESS);
	stage_plane_exit(s, &exit);
	assert_int_equal(exit.reason, reason);
	assert_int_equal(exit.esr_el2, esr);
	assert_int_equal(exit.far_el2, far);
	assert_int_equal(exit.hpfar_el2, hpfar);
	return exit;
}

static void force_p0_sync(void **state)
{
	struct stage *s = *state;

	leave_with_abort(s);
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_FORCE_P0;
	assert_int_equal(expect_exit(s, RSI_PLANE_EXIT_HOST, ESR, 0, 0).elr_el2, PCN);
	stage_quirks(s, "force-p0-sync");
	leave_with_abort(s);
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_FORCE_P0;
	expect_exit(s, RSI_PLANE_EXIT_SYNC, ESR, FAR, STEPS_HPFAR(s->ns));
	/* ... even ahead of an interrupt */
	stage_quirks(s, "force-p0-sync");
	leave_with_irq(s, &plain);
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_FORCE_P0;
	s->steps.enter.gicv3_lrs[0] = PENDING;
	expect_exit(s, RSI_PLANE_EXIT_SYNC, 0, 0, 0);
}

static void an_interrupt_is_reported_before_force_p0(void **state)
{
	struct stage *s = *state;

	leave_with_irq(s, &plain);
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_FORCE_P0;
	s->steps.enter.gicv3_lrs[0] = PENDING;
	expect_exit(s, RSI_PLANE_EXIT_IRQ, 0, 0, 0);
}

static void force_p0_means_nothing_to_plane_0(void **state)
{
	struct stage *s = *state;

	s->steps.enter.flags = RMI_REC_ENTER_FLAG_FORCE_P0;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0);
}

static void without_a_reason_the_plane_goes_on(void **state)
{
	struct stage *s = *state;

	leave_with_abort(s);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PCN);
}

static void pending_any_lr(void **state)
{
	struct stage *s = *state;

	leave_with_irq(s, &plain);
	s->steps.enter.gicv3_lrs[0] = ACTIVE;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
	s->steps.enter.gicv3_lrs[3] = PENDING;
	expect_exit(s, RSI_PLANE_EXIT_IRQ, 0, 0, 0);
	stage_quirks(s, "pending-any-lr");
	leave_with_irq(s, &plain);
	s->steps.enter.gicv3_lrs[0] = ACTIVE;
	expect_exit(s, RSI_PLANE_EXIT_IRQ, 0, 0, 0);
}

static void the_owner_gets_its_interrupts_itself(void **state)
{
	struct stage *s = *state;
	const struct rsi_plane_enter owner = {.pc = PCN, .flags = RSI_PLANE_ENTER_FLAG_GIC_OWNER};

	leave_with_irq(s, &owner);
	s->steps.enter.gicv3_lrs[0] = PENDING;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
	assert_int_equal(steps_last(&s->steps, 0)->context.gic.lrs[0], PENDING);
}

static void set_misr(struct steps *steps, void *argument)
{
	(void)argument;
	steps->vcpu->context->gic.misr = 1;
}

static void maintenance_is_an_interrupt_for_plane_0(void **state)
{
	struct stage *s = *state;

	stage_plane_enter(s, 1, &plain);
	steps_do(&s->steps, set_misr, NULL);
	steps_event(&s->steps, RMMSIM_EVENT_IRQ, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(expect_exit(s, RSI_PLANE_EXIT_IRQ, 0, 0, 0).gicv3_misr, 1);
}

static void plane_exit_stale_syndrome(void **state)
{
	struct stage *s = *state;

	leave_with_abort(s);
	s->steps.enter.gicv3_lrs[0] = PENDING;
	expect_exit(s, RSI_PLANE_EXIT_IRQ, 0, 0, 0);
	stage_quirks(s, "plane-exit-stale-syndrome");
	leave_with_abort(s);
	s->steps.enter.gicv3_lrs[0] = PENDING;
	expect_exit(s, RSI_PLANE_EXIT_IRQ, ESR, FAR, STEPS_HPFAR(s->ns));
	stage_quirks(s, "plane-exit-stale-syndrome");
	leave_with_abort(s);
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_FORCE_P0;
	expect_exit(s, RSI_PLANE_EXIT_HOST, ESR, FAR, STEPS_HPFAR(s->ns));
}

static void inject_sea_into_pn(void **state)
{
	struct stage *s = *state;

	for (unsigned int on = 0; on < 2; on++) {
		if (on)
			stage_quirks(s, "inject-sea-into-pn");
		leave_with_abort(s);
		/* Of all reasons this one comes first. */
		s->steps.enter.flags = RMI_REC_ENTER_FLAG_INJECT_SEA | RMI_REC_ENTER_FLAG_FORCE_P0;
		s->steps.enter.gicv3_lrs[0] = PENDING;
		assert_int_equal(
			expect_exit(s, RSI_PLANE_EXIT_SYNC, ESR, FAR, STEPS_HPFAR(s->ns)).elr_el2,
			on ? 0x200 : PCN);
	}
}

/* --- the run page went away -------------------------------------------------------------------------- */

/* With the run page at STAGE_RAM2. */
static void leave_and_lose_the_page(struct stage *s)
{
	stage_poke(s, STAGE_RAM2, &plain, sizeof(plain));
	steps_smc(&s->steps, SMC_RSI_PLANE_ENTER, 1, STAGE_RAM2);
	steps_sync(&s->steps, ESR, FAR, STEPS_HPFAR(s->ns));
	steps_enter(&s->steps, s->rec[0]);
	stage_destroy_ram2(s);
}

static void expect_emulated_abort(struct stage *s)
{
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(s->host.exit.esr, UINT64_C(0x90000007));
	assert_int_equal(s->host.exit.hpfar, STEPS_HPFAR(STAGE_RAM2));
	assert_int_equal(s->host.exit.rtt_tree | s->host.exit.far, 0);
}

static void plane_exit_no_page_input(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;
	const struct rmi_rec_enter force = {.flags = RMI_REC_ENTER_FLAG_FORCE_P0};
	const struct rmi_rec_enter both = {.flags = RMI_REC_ENTER_FLAG_FORCE_P0, .gicv3_hcr = 1};

	leave_and_lose_the_page(s);
	s->steps.enter = force;
	s->steps.enter.gicv3_lrs[0] = PENDING;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 0);
	expect_emulated_abort(s);
	assert_int_equal(h->exit.gicv3_lrs[0], PENDING);
	/* The access happens again. */
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PCN);
	stage_quirks(s, "plane-exit-no-page-input");
	leave_and_lose_the_page(s);
	assert_int_equal(rmmsim_host_write(h->sim, h->run, &force, sizeof(force)), RMMSIM_OK);
	ALONE(h, "plane_run", RMI_ERROR_INPUT, RMI_REC_ENTER, s->rec[0], h->run);
	assert_int_equal(rmmsim_host_write(h->sim, h->run, &both, sizeof(both)), RMMSIM_OK);
	WINS(h, "rec_gicv3", "plane_run", RMI_ERROR_REC, RMI_REC_ENTER, s->rec[0], h->run);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
}

/* Plane 1 traps, Plane 0 cannot be told: the instruction happens again. */
static uint64_t pc_of_the_repeated(struct stage *s, uint64_t esr)
{
	leave_and_lose_the_page(s);
	steps_sync(&s->steps, esr, 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	expect_emulated_abort(s);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
	return steps_last(&s->steps, 0)->context.pc;
}

static void a_trap_that_cannot_be_told_is_repeated(void **state)
{
	struct stage *s = *state;

	assert_int_equal(pc_of_the_repeated(s, STEPS_SMC), PCN);
	stage_reopen(s, NULL);
	assert_int_equal(pc_of_the_repeated(s, STEPS_WFX(0)), PCN);
}

static void hvc_at_the_instruction(struct steps *steps, void *argument)
{
	(void)argument;
	/* As in the recordings: the engine adds 4 afterwards. */
	steps->vcpu->context->pc -= 4;
}

static void recorded_hvc_pc(void **state)
{
	struct stage *s = *state;

	assert_int_equal(pc_of_the_repeated(s, STEPS_HVC(1)), PCN);
	stage_quirks(s, "recorded-hvc-pc");
	leave_and_lose_the_page(s);
	steps_do(&s->steps, hvc_at_the_instruction, NULL);
	steps_sync(&s->steps, STEPS_HVC(1), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	expect_emulated_abort(s);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PCN - 4);
}

static void turn_on_second_rec(struct stage *s)
{
	steps_smc(&s->steps, SMC_PSCI_CPU_ON, 1, STAGE_RAM, 0);
	steps_enter(&s->steps, s->rec[0]);
	OK(&s->host, RMI_PSCI_COMPLETE, s->rec[0], s->rec[1], 0);
}

/* The second REC makes the page EMPTY. */
static void empty_ram2(struct stage *s)
{
	steps_smc(&s->steps, SMC_RSI_IPA_STATE_SET, STAGE_RAM2, STAGE_EMPTY, RSI_RIPAS_EMPTY,
		  RSI_RIPAS_CHANGE_FLAG_DESTROYED);
	steps_enter(&s->steps, s->rec[1]);
	OK(&s->host, RMI_RTT_SET_RIPAS, s->realm.rd, s->rec[1], STAGE_RAM2, STAGE_EMPTY);
}

static void an_empty_page_fails_the_call_of_plane_0(void **state)
{
	struct stage *s = *state;
	struct rmmsim_explanation explanation;
	const struct steps_seen *seen;

	turn_on_second_rec(s);
	leave_and_lose_the_page(s);
	empty_ram2(s);
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_FORCE_P0;
	steps_enter(&s->steps, s->rec[0]);
	seen = steps_last(&s->steps, 0);
	assert_int_equal(seen->plane, 0);
	assert_int_equal(seen->context.x[0], RSI_ERROR_INPUT);
	assert_int_equal(seen->context.x[1] | seen->context.x[2] | seen->context.x[3], 0);
	assert_int_equal(seen->context.pc, PC0 + 8);
	assert_int_equal(rmmsim_explain(s->host.sim, 0, &explanation), RMMSIM_OK);
	assert_string_equal(explanation.command, "PLANE_ENTER");
	assert_string_equal(explanation.first.id, "exit_ripas");
}

static void so_it_does_when_the_plane_traps(void **state)
{
	struct stage *s = *state;

	turn_on_second_rec(s);
	leave_and_lose_the_page(s);
	empty_ram2(s);
	steps_sync(&s->steps, STEPS_HVC(0), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 0);
	assert_int_equal(steps_last(&s->steps, 0)->context.x[0], RSI_ERROR_INPUT);
}

/*
 * PLANE_ENTER saves the output of Plane 0's timers, so that what Plane 0 knew before is no change when it
 * comes back. rec.md#3 (3.3 step 8)
 */
static void a_timer_output_from_before_plane_enter_is_no_change(void **state)
{
	struct stage *s = *state;

	steps_sysreg(&s->steps, RMMSIM_SYSREG_CNTV_CTL_EL0, 5); /* ENABLE, ISTATUS */
	stage_plane_enter(s, 1, &plain);
	steps_sync(&s->steps, STEPS_HVC(0), 0, 0);
	steps_event(&s->steps, RMMSIM_EVENT_FIQ, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 0);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_FIQ);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(force_p0_sync),
		TEST(an_interrupt_is_reported_before_force_p0),
		TEST(force_p0_means_nothing_to_plane_0),
		TEST(without_a_reason_the_plane_goes_on),
		TEST(pending_any_lr),
		TEST(the_owner_gets_its_interrupts_itself),
		TEST(maintenance_is_an_interrupt_for_plane_0),
		TEST(plane_exit_stale_syndrome),
		TEST(inject_sea_into_pn),
		TEST(plane_exit_no_page_input),
		TEST(a_trap_that_cannot_be_told_is_repeated),
		TEST(recorded_hvc_pc),
		TEST(an_empty_page_fails_the_call_of_plane_0),
		TEST(so_it_does_when_the_plane_traps),
		TEST(a_timer_output_from_before_plane_enter_is_no_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
