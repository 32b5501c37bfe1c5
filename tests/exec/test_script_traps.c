/* SPDX-License-Identifier: BSD-3-Clause */
/* Trapped instructions, system registers, interrupts, SErrors and time. */
#include "tests/exec/play.h"

#define EC_WFX        0x01
#define EC_SYSREG     0x18
#define EC_SERROR     0x2f
#define ICC_SGI1R_EL1 RSI_SYSREG_ADDRESS(3, 0, 12, 11, 5)
#define BRBFCR_EL1    RSI_SYSREG_ADDRESS(2, 1, 9, 0, 1)
#define ID_AA64PFR0   RSI_SYSREG_ADDRESS(3, 0, 0, 4, 0)
#define ACTLR_EL12    RSI_SYSREG_ADDRESS(3, 5, 1, 0, 1)
#define CNTVCT_EL0    RSI_SYSREG_ADDRESS(3, 3, 14, 0, 2)
#define SERROR_UER    (UINT64_C(3) << 10)
#define PSTATE_A      (UINT64_C(1) << 8)
#define CTL_ENABLED   1
#define CTL_ASSERTED  5

/* An operation without memory, then an IRQ exit. */
struct trap {
	uint64_t address, value;
	struct notes notes;
};

static void leave(struct rmmsim_realm *realm)
{
	rmmsim_realm_interrupt(realm, false);
}

/* --- WFI, WFE, FP ---------------------------------------------------------------------------------- */

static void wait_for_interrupt(struct rmmsim_realm *realm, void *argument)
{
	struct trap *t = argument;

	play_note(realm, &t->notes, rmmsim_realm_wfi(realm));
	leave(realm);
}

static void wait_for_event(struct rmmsim_realm *realm, void *argument)
{
	struct trap *t = argument;

	play_note(realm, &t->notes, rmmsim_realm_wfe(realm));
	leave(realm);
}

static void wfi_completes_where_it_is_not_trapped(void **state)
{
	struct trap t = {0};

	play_run(*state, wait_for_interrupt, &t, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.steps, 1);
	assert_int_equal(t.notes.context.pc, PLAY_ENTRY + 4);
}

static void a_trapped_wfi_is_an_exit(void **state)
{
	struct play *play = *state;
	struct trap t = {0};

	play->enter->flags = RMI_REC_ENTER_FLAG_TRAP_WFI;
	play_run(play, wait_for_interrupt, &t, RMI_EXIT_SYNC);
	assert_int_equal(play->exit->esr, (uint64_t)EC_WFX << 26);
	assert_int_equal(t.notes.steps, 0);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.outcome, RMMSIM_DONE);
	assert_int_equal(t.notes.context.pc, PLAY_ENTRY + 4);
}

static void a_trapped_wfe_is_an_exit(void **state)
{
	struct play *play = *state;
	struct trap t = {0};

	play->enter->flags = RMI_REC_ENTER_FLAG_TRAP_WFE;
	play_run(play, wait_for_event, &t, RMI_EXIT_SYNC);
	assert_int_equal(play->exit->esr, (uint64_t)EC_WFX << 26 | 1);
}

static void wfe_completes_where_only_wfi_is_trapped(void **state)
{
	struct play *play = *state;
	struct trap t = {0};

	play->enter->flags = RMI_REC_ENTER_FLAG_TRAP_WFI;
	play_run(play, wait_for_event, &t, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.steps, 1);
}

static void use_simd(struct rmmsim_realm *realm, void *argument)
{
	struct trap *t = argument;

	play_note(realm, &t->notes, rmmsim_realm_simd(realm));
	leave(realm);
}

static void plane_0_uses_simd_without_a_trap(void **state)
{
	struct trap t = {0};

	play_run(*state, use_simd, &t, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.outcome, RMMSIM_DONE);
}

/* --- system registers --------------------------------------------------------------------------------- */

static void read_register(struct rmmsim_realm *realm, void *argument)
{
	struct trap *t = argument;

	play_note(realm, &t->notes, rmmsim_realm_mrs(realm, t->address, &t->value));
	leave(realm);
}

static void write_register(struct rmmsim_realm *realm, void *argument)
{
	struct trap *t = argument;

	play_note(realm, &t->notes, rmmsim_realm_msr(realm, t->address, t->value));
	leave(realm);
}

static void an_identification_register_has_the_value_of_the_machine(void **state)
{
	struct play *play = *state;
	struct trap t = {.address = ID_AA64PFR0};
	/* rec.md#7.2: no SVE, MPAM, AMU. */
	const uint64_t hidden = UINT64_C(0xfff) << 40 & ~(UINT64_C(0xf) << 48);

	play_run(play, read_register, &t, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.outcome, RMMSIM_DONE);
	assert_int_equal(t.value & ~(UINT64_C(0xf) << 32),
			 play->host->config.id_regs.id_aa64pfr0 & ~hidden & ~(UINT64_C(0xf) << 32));
	assert_int_equal(t.notes.context.pc, PLAY_ENTRY + 4);
}

static void a_register_that_does_not_exist_is_undefined(void **state)
{
	struct trap t = {.address = BRBFCR_EL1};

	play_run(*state, read_register, &t, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.outcome, RMMSIM_UNDEFINED);
	assert_int_equal(t.notes.context.sysreg[RMMSIM_SYSREG_ELR_EL1], PLAY_ENTRY);
	assert_int_equal(t.notes.context.pc, PLAY_ENTRY + 4);
}

static void another_trapped_register_reads_as_zero(void **state)
{
	struct trap t = {.address = ACTLR_EL12, .value = 9};

	play_run(*state, read_register, &t, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.outcome, RMMSIM_DONE);
	assert_int_equal(t.value, 0);
}

static void an_sgi_goes_to_the_host_with_its_value(void **state)
{
	struct play *play = *state;
	struct trap t = {.address = ICC_SGI1R_EL1, .value = 0x123456789};

	play_run(play, write_register, &t, RMI_EXIT_SYNC);
	assert_int_equal(PLAY_EC(play->exit->esr), EC_SYSREG);
	/* MSR S3_0_C12_C11_5, X0 */
	assert_int_equal(play->exit->esr & 0x1ffffff, 3 << 20 | 5 << 17 | 12 << 10 | 11 << 1);
	assert_true(play->exit->gprs[0] == t.value);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.outcome, RMMSIM_DONE);
}

static void the_host_emulates_a_trapped_read(void **state)
{
	struct play *play = *state;
	struct trap t = {.address = ICC_SGI1R_EL1};

	play_run(play, read_register, &t, RMI_EXIT_SYNC);
	assert_int_equal(play->exit->esr & 1, 1);
	play->enter->gprs[0] = 0x4321;
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(t.value, 0x4321);
}

static void set_vector_base(struct rmmsim_realm *realm, void *argument)
{
	struct trap *t = argument;

	rmmsim_realm_msr(realm, RSI_SYSREG_VBAR_EL1, 0x80000);
	play_note(realm, &t->notes, rmmsim_realm_mrs(realm, RSI_SYSREG_VBAR_EL1, &t->value));
	play_note(realm, &t->notes, rmmsim_realm_hvc(realm, 0));
	leave(realm);
}

static void registers_of_the_plane_are_accessed_without_a_trap(void **state)
{
	struct trap t = {0};

	play_run(*state, set_vector_base, &t, RMI_EXIT_IRQ);
	assert_int_equal(t.value, 0x80000);
	assert_int_equal(t.notes.context.sysreg[RMMSIM_SYSREG_VBAR_EL1], 0x80000);
	/* The exception was taken to the new vectors and found all the same. */
	assert_int_equal(t.notes.outcome, RMMSIM_UNDEFINED);
	assert_int_equal(t.notes.context.pc, PLAY_ENTRY + 12);
}

/* --- interrupts and SErrors ----------------------------------------------------------------------------- */

static void take_interrupts(struct rmmsim_realm *realm, void *argument)
{
	struct trap *t = argument;

	rmmsim_realm_interrupt(realm, true);
	play_note(realm, &t->notes, RMMSIM_DONE);
	rmmsim_realm_interrupt(realm, false);
	play_note(realm, &t->notes, RMMSIM_DONE);
	leave(realm);
}

static void interrupts_are_exits_between_instructions(void **state)
{
	struct play *play = *state;
	struct trap t = {0};

	play_run(play, take_interrupts, &t, RMI_EXIT_FIQ);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.steps, 1);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.steps, 2);
	assert_int_equal(t.notes.context.pc, PLAY_ENTRY);
}

static void take_serror(struct rmmsim_realm *realm, void *argument)
{
	struct trap *t = argument;

	rmmsim_realm_serror(realm, (uint64_t)EC_SERROR << 26 | t->value);
	play_note(realm, &t->notes, rmmsim_realm_wfi(realm));
	/* Unmasks what was left pending. */
	rmmsim_realm_context(realm)->pstate &= ~PSTATE_A;
	play_note(realm, &t->notes, rmmsim_realm_store(realm, STAGE_RAM, 8, 1));
	leave(realm);
}

static void a_masked_virtual_serror_stays_pending(void **state)
{
	struct play *play = *state;
	struct trap t = {.value = SERROR_UER | 0x11};

	play_run(play, take_serror, &t, RMI_EXIT_SERROR);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.steps, 2);
	assert_int_equal(t.notes.outcome, RMMSIM_ABORT);
	assert_int_equal(PLAY_EC(t.notes.syndrome), EC_SERROR);
	assert_int_equal(t.notes.syndrome & 0x3f, 0x11);
	/* Taken instead of the store, which was the second instruction. */
	assert_int_equal(t.notes.context.sysreg[RMMSIM_SYSREG_ELR_EL1], PLAY_ENTRY + 4);
	assert_int_equal(t.notes.context.pc, PLAY_ENTRY + 4);
}

static void a_corrected_serror_is_not_for_the_plane(void **state)
{
	struct play *play = *state;
	struct trap t = {.value = UINT64_C(6) << 10};

	play_run(play, take_serror, &t, RMI_EXIT_SERROR);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.outcome, RMMSIM_DONE);
}

/* --- time ------------------------------------------------------------------------------------------------ */

static void set_timer(struct rmmsim_realm *realm, void *argument)
{
	struct trap *t = argument;
	struct rmmsim_plane *context = rmmsim_realm_context(realm);

	rmmsim_realm_msr(realm, RSI_SYSREG_CNTV_CVAL_EL0, 100);
	rmmsim_realm_msr(realm, RSI_SYSREG_CNTV_CTL_EL0, CTL_ENABLED);
	rmmsim_realm_elapse(realm, 99);
	t->notes.pc[0] = context->sysreg[RMMSIM_SYSREG_CNTV_CTL_EL0];
	rmmsim_realm_elapse(realm, 1);
	t->notes.pc[1] = context->sysreg[RMMSIM_SYSREG_CNTV_CTL_EL0];
	rmmsim_realm_mrs(realm, CNTVCT_EL0, &t->value);
	leave(realm);
}

static void a_timer_asserts_when_its_time_has_come(void **state)
{
	struct play *play = *state;
	struct trap t = {0};

	play_run(play, set_timer, &t, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.pc[0], CTL_ENABLED);
	assert_int_equal(t.notes.pc[1], CTL_ASSERTED);
	assert_int_equal(t.value, 100);
	assert_int_equal(rmmsim_time(play->host->sim), 100);
	assert_int_equal(play->exit->cntv_ctl, CTL_ASSERTED);
	assert_int_equal(play->exit->cntv_cval, 100);
}

static void wait_with_timer(struct rmmsim_realm *realm, void *argument)
{
	struct trap *t = argument;

	rmmsim_realm_context(realm)->sysreg[RMMSIM_SYSREG_CNTP_CVAL_EL0] = 50;
	rmmsim_realm_context(realm)->sysreg[RMMSIM_SYSREG_CNTP_CTL_EL0] = CTL_ENABLED;
	leave(realm);
	play_note(realm, &t->notes, RMMSIM_DONE);
	leave(realm);
}

static void a_timer_counts_while_the_rec_does_not_run(void **state)
{
	struct play *play = *state;
	struct trap t = {0};

	play_run(play, wait_with_timer, &t, RMI_EXIT_IRQ);
	assert_int_equal(play->exit->cntp_ctl, CTL_ENABLED);
	rmmsim_time_advance(play->host->sim, 60);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(t.notes.context.sysreg[RMMSIM_SYSREG_CNTP_CTL_EL0], CTL_ASSERTED);
}

static void a_timer_that_is_set_into_the_future_is_not_asserted_any_more(void **state)
{
	struct play *play = *state;
	struct trap t = {0};

	rmmsim_time_advance(play->host->sim, 60);
	play_run(play, wait_with_timer, &t, RMI_EXIT_IRQ);
	assert_int_equal(play->exit->cntp_ctl, CTL_ASSERTED);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, play_setup, play_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(wfi_completes_where_it_is_not_trapped),
		TEST(a_trapped_wfi_is_an_exit),
		TEST(a_trapped_wfe_is_an_exit),
		TEST(wfe_completes_where_only_wfi_is_trapped),
		TEST(plane_0_uses_simd_without_a_trap),
		TEST(an_identification_register_has_the_value_of_the_machine),
		TEST(a_register_that_does_not_exist_is_undefined),
		TEST(another_trapped_register_reads_as_zero),
		TEST(an_sgi_goes_to_the_host_with_its_value),
		TEST(the_host_emulates_a_trapped_read),
		TEST(registers_of_the_plane_are_accessed_without_a_trap),
		TEST(interrupts_are_exits_between_instructions),
		TEST(a_masked_virtual_serror_stays_pending),
		TEST(a_corrected_serror_is_not_for_the_plane),
		TEST(a_timer_asserts_when_its_time_has_come),
		TEST(a_timer_counts_while_the_rec_does_not_run),
		TEST(a_timer_that_is_set_into_the_future_is_not_asserted_any_more),
	};

	return cmocka_run_group_tests_name("script traps", tests, NULL, NULL);
}
