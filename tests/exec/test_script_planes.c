/* SPDX-License-Identifier: BSD-3-Clause */
/* Scripts of several Planes of one REC. */
#include <string.h>

#include "tests/exec/play.h"

#define EC_WFX        0x01
#define EC_SIMD       0x07
#define EC_HVC        0x16
#define EC_SMC        0x17
#define EC_DATA_ABORT 0x24
#define PLANE_ENTRY   UINT64_C(0x8000)
#define PSTATE_EL1H   UINT64_C(0x3c5)
#define ESR_UNKNOWN   UINT64_C(0x02000000)

struct duet {
	struct play *play;
	struct rsi_plane_run run[4]; /* run page after each PLANE_ENTER */
	unsigned int enters;
	uint64_t flags;
	struct notes notes; /* of the auxiliary Plane */
	uint64_t rounds;
};

/* Plane 0 enters Plane 1, with what is in duet->run[n].enter, and reads the exit. */
static uint64_t enter_plane(struct rmmsim_realm *realm, struct duet *duet)
{
	struct rsi_plane_run *run = &duet->run[duet->enters++];
	uint64_t result;

	rmmsim_realm_write(realm, STAGE_RAM, &run->enter, sizeof(run->enter));
	result = rmmsim_realm_plane_enter(realm, 1, STAGE_RAM);
	rmmsim_realm_read(realm, STAGE_RAM + sizeof(run->enter), &run->exit, sizeof(run->exit));
	return result;
}

static void enter_at(struct duet *duet, uint64_t pc)
{
	struct rsi_plane_enter *enter = &duet->run[duet->enters].enter;

	enter->flags = duet->flags;
	enter->pc = pc;
	enter->pstate = PSTATE_EL1H;
}

/* Goes on where the last exit says, with the registers it has. */
static struct rsi_plane_enter *resume(struct duet *duet)
{
	const struct rsi_plane_exit *exit = &duet->run[duet->enters - 1].exit;

	enter_at(duet, exit->elr_el2);
	memcpy(duet->run[duet->enters].enter.gprs, exit->gprs, sizeof(exit->gprs));
	return &duet->run[duet->enters].enter;
}

static void leave(struct rmmsim_realm *realm)
{
	rmmsim_realm_interrupt(realm, false);
}

/* Plane 0: enters Plane 1 once. */
static void enter_once(struct rmmsim_realm *realm, void *argument)
{
	enter_at(argument, PLANE_ENTRY);
	enter_plane(realm, argument);
	leave(realm);
}

/* Plane 0: enters Plane 1 and goes on with it once. */
static void enter_twice(struct rmmsim_realm *realm, void *argument)
{
	enter_at(argument, PLANE_ENTRY);
	enter_plane(realm, argument);
	resume(argument);
	enter_plane(realm, argument);
	leave(realm);
}

static void run_both(struct duet *duet, rmmsim_script_fn p0, rmmsim_script_fn p1,
		     enum rmi_rec_exit_reason reason)
{
	if (p1)
		assert_int_equal(
			rmmsim_script_bind(duet->play->scripts, duet->play->rd, 1, p1, duet),
			RMMSIM_OK);
	play_run(duet->play, p0, duet, reason);
}

/* --- there and back --------------------------------------------------------------------------------- */

static void count_down(struct rmmsim_realm *realm, void *argument)
{
	struct duet *duet = argument;

	for (uint64_t i = 1;; i++) {
		duet->notes.value = rmmsim_realm_call(realm, 0xc5000001, i, 0, 0, 0, 0);
		duet->rounds++;
	}
}

static void ping_pong(struct rmmsim_realm *realm, void *argument)
{
	struct duet *duet = argument;

	enter_at(duet, PLANE_ENTRY);
	enter_plane(realm, duet);
	for (int i = 0; i < 3; i++) {
		resume(duet)->gprs[0] = 100 + duet->run[duet->enters - 1].exit.gprs[1];
		enter_plane(realm, duet);
	}
	leave(realm);
}

static void planes_call_each_other(void **state)
{
	struct duet duet = {.play = *state};

	run_both(&duet, ping_pong, count_down, RMI_EXIT_IRQ);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(PLAY_EC(duet.run[i].exit.esr_el2), EC_SMC);
		assert_int_equal(duet.run[i].exit.gprs[1], i + 1);
		assert_int_equal(duet.run[i].exit.elr_el2, PLANE_ENTRY + 4 * (i + 1));
	}
	assert_int_equal(duet.rounds, 3);
	assert_int_equal(duet.notes.value, 103);
}

static void call_hypervisor(struct rmmsim_realm *realm, void *argument)
{
	struct duet *duet = argument;

	play_note(realm, &duet->notes, rmmsim_realm_hvc(realm, 0x123));
	rmmsim_realm_call(realm, SMC_RSI_VERSION, 0, 0, 0, 0, 0);
}

static void an_hvc_of_a_plane_returns_behind_it(void **state)
{
	struct duet duet = {.play = *state};

	run_both(&duet, enter_twice, call_hypervisor, RMI_EXIT_IRQ);
	assert_int_equal(PLAY_EC(duet.run[0].exit.esr_el2), EC_HVC);
	assert_int_equal(duet.run[0].exit.esr_el2 & 0xffff, 0x123);
	assert_int_equal(duet.run[0].exit.elr_el2, PLANE_ENTRY + 4);
	assert_int_equal(duet.notes.outcome, RMMSIM_DONE);
	assert_int_equal(PLAY_EC(duet.run[1].exit.esr_el2), EC_SMC);
	assert_int_equal(duet.run[1].exit.elr_el2, PLANE_ENTRY + 8);
}

static void interrupt_and_call(struct rmmsim_realm *realm, void *argument)
{
	struct duet *duet = argument;

	rmmsim_realm_interrupt(realm, false);
	duet->rounds++;
	rmmsim_realm_call(realm, SMC_RSI_VERSION, 0, 0, 0, 0, 0);
}

static void a_rec_exit_of_a_plane_comes_back_to_it(void **state)
{
	struct duet duet = {.play = *state};

	run_both(&duet, enter_once, interrupt_and_call, RMI_EXIT_IRQ);
	assert_int_equal(duet.run[0].exit.elr_el2, 0);
	play_enter(duet.play, RMI_EXIT_IRQ);
	assert_int_equal(duet.rounds, 1);
	assert_int_equal(duet.run[0].exit.elr_el2, PLANE_ENTRY + 4);
}

/* --- Plane 0 decides how Plane 1 goes on ---------------------------------------------------------------- */

static void load_twice(struct rmmsim_realm *realm, void *argument)
{
	struct duet *duet = argument;

	play_note(realm, &duet->notes,
		  rmmsim_realm_load(realm, STAGE_EMPTY + 8, 8, &duet->notes.value));
	rmmsim_realm_call(realm, SMC_RSI_VERSION, 0, 0, 0, 0, 0);
}

static void emulate_load(struct rmmsim_realm *realm, void *argument)
{
	struct duet *duet = argument;
	struct rsi_plane_enter *enter;

	enter_at(duet, PLANE_ENTRY);
	enter_plane(realm, duet);
	enter = resume(duet);
	enter->pc += 4;
	enter->gprs[0] = 0xfeed;
	enter_plane(realm, duet);
	leave(realm);
}

static void plane_0_emulates_a_load(void **state)
{
	struct duet duet = {.play = *state};

	run_both(&duet, emulate_load, load_twice, RMI_EXIT_IRQ);
	assert_int_equal(PLAY_EC(duet.run[0].exit.esr_el2), EC_DATA_ABORT);
	assert_int_equal(duet.run[0].exit.elr_el2, PLANE_ENTRY);
	assert_int_equal(duet.run[0].exit.far_el2, STAGE_EMPTY + 8);
	assert_int_equal(duet.run[0].exit.hpfar_el2, STAGE_EMPTY >> 8);
	assert_int_equal(duet.notes.outcome, RMMSIM_DONE);
	assert_int_equal(duet.notes.value, 0xfeed);
	assert_int_equal(PLAY_EC(duet.run[1].exit.esr_el2), EC_SMC);
}

static void a_plane_that_is_entered_at_the_same_pc_tries_again(void **state)
{
	struct duet duet = {.play = *state};

	run_both(&duet, enter_twice, load_twice, RMI_EXIT_IRQ);
	assert_int_equal(PLAY_EC(duet.run[1].exit.esr_el2), EC_DATA_ABORT);
	assert_int_equal(duet.run[1].exit.elr_el2, PLANE_ENTRY);
	assert_int_equal(duet.notes.steps, 0);
}

static void enter_elsewhere(struct rmmsim_realm *realm, void *argument)
{
	enter_at(argument, PLANE_ENTRY);
	enter_plane(realm, argument);
	enter_at(argument, PLANE_ENTRY + 0x1000);
	enter_plane(realm, argument);
	leave(realm);
}

static void a_plane_that_is_entered_elsewhere_starts_anew(void **state)
{
	struct duet duet = {.play = *state};

	run_both(&duet, enter_elsewhere, count_down, RMI_EXIT_IRQ);
	assert_int_equal(duet.run[1].exit.gprs[1], 1);
	assert_int_equal(duet.run[1].exit.elr_el2, PLANE_ENTRY + 0x1004);
	assert_int_equal(duet.rounds, 0);
}

static void inject_undefined(struct rmmsim_realm *realm, void *argument)
{
	struct duet *duet = argument;

	enter_at(duet, PLANE_ENTRY);
	enter_plane(realm, duet);
	rmmsim_realm_call(realm, SMC_RSI_PLANE_SYSREG_WRITE, 1, RSI_SYSREG_VBAR_EL1, 0x40000, 0, 0);
	rmmsim_realm_call(realm, SMC_RSI_PLANE_SYSREG_WRITE, 1, RSI_SYSREG_ELR_EL1,
			  duet->run[0].exit.elr_el2, 0, 0);
	rmmsim_realm_call(realm, SMC_RSI_PLANE_SYSREG_WRITE, 1, RSI_SYSREG_SPSR_EL1, PSTATE_EL1H, 0,
			  0);
	rmmsim_realm_call(realm, SMC_RSI_PLANE_SYSREG_WRITE, 1, RSI_SYSREG_ESR_EL1, ESR_UNKNOWN, 0,
			  0);
	enter_at(duet, 0x40200);
	enter_plane(realm, duet);
	leave(realm);
}

static void plane_0_injects_an_exception(void **state)
{
	struct duet duet = {.play = *state};

	run_both(&duet, inject_undefined, call_hypervisor, RMI_EXIT_IRQ);
	assert_int_equal(duet.notes.outcome, RMMSIM_UNDEFINED);
	assert_int_equal(duet.notes.syndrome, ESR_UNKNOWN);
	assert_int_equal(duet.notes.context.pc, PLANE_ENTRY + 4);
	assert_int_equal(PLAY_EC(duet.run[1].exit.esr_el2), EC_SMC);
}

/* --- traps ------------------------------------------------------------------------------------------------ */

static void use_simd(struct rmmsim_realm *realm, void *argument)
{
	struct duet *duet = argument;

	play_note(realm, &duet->notes, rmmsim_realm_simd(realm));
	rmmsim_realm_call(realm, SMC_RSI_VERSION, 0, 0, 0, 0, 0);
}

static void allow_simd(struct rmmsim_realm *realm, void *argument)
{
	struct duet *duet = argument;

	duet->flags = RSI_PLANE_ENTER_FLAG_TRAP_SIMD;
	enter_at(duet, PLANE_ENTRY);
	enter_plane(realm, duet);
	duet->flags = 0;
	resume(duet);
	enter_plane(realm, duet);
	leave(realm);
}

static void simd_is_trapped_until_plane_0_allows_it(void **state)
{
	struct duet duet = {.play = *state};

	run_both(&duet, allow_simd, use_simd, RMI_EXIT_IRQ);
	assert_int_equal(PLAY_EC(duet.run[0].exit.esr_el2), EC_SIMD);
	assert_int_equal(duet.run[0].exit.elr_el2, PLANE_ENTRY);
	assert_int_equal(PLAY_EC(duet.run[1].exit.esr_el2), EC_SMC);
	assert_int_equal(duet.notes.steps, 1);
}

static void return_at_once(struct rmmsim_realm *realm, void *argument)
{
	struct duet *duet = argument;

	(void)realm;
	duet->rounds++;
}

static void a_plane_whose_script_returned_waits_for_an_interrupt(void **state)
{
	struct duet duet = {.play = *state, .flags = RSI_PLANE_ENTER_FLAG_TRAP_WFI};

	run_both(&duet, enter_twice, return_at_once, RMI_EXIT_IRQ);
	assert_int_equal(PLAY_EC(duet.run[0].exit.esr_el2), EC_WFX);
	assert_int_equal(PLAY_EC(duet.run[1].exit.esr_el2), EC_WFX);
	assert_int_equal(duet.rounds, 1);
}

static void a_plane_that_waits_without_a_trap_is_an_irq_exit(void **state)
{
	struct duet duet = {.play = *state};

	run_both(&duet, enter_once, return_at_once, RMI_EXIT_IRQ);
	play_enter(duet.play, RMI_EXIT_IRQ);
	assert_int_equal(duet.enters, 1);
	assert_int_equal(duet.run[0].exit.elr_el2, 0);
	assert_int_equal(duet.rounds, 1);
}

static void a_plane_without_a_script_is_an_irq_exit(void **state)
{
	struct duet duet = {.play = *state};

	run_both(&duet, enter_once, NULL, RMI_EXIT_IRQ);
	/* Plane 0 can be reached again all the same. */
	duet.play->enter->flags = RMI_REC_ENTER_FLAG_FORCE_P0;
	play_enter(duet.play, RMI_EXIT_IRQ);
	assert_int_equal(duet.run[0].exit.reason, RSI_PLANE_EXIT_HOST);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, play_setup_planes, play_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(planes_call_each_other),
		TEST(an_hvc_of_a_plane_returns_behind_it),
		TEST(a_rec_exit_of_a_plane_comes_back_to_it),
		TEST(plane_0_emulates_a_load),
		TEST(a_plane_that_is_entered_at_the_same_pc_tries_again),
		TEST(a_plane_that_is_entered_elsewhere_starts_anew),
		TEST(plane_0_injects_an_exception),
		TEST(simd_is_trapped_until_plane_0_allows_it),
		TEST(a_plane_whose_script_returned_waits_for_an_interrupt),
		TEST(a_plane_that_waits_without_a_trap_is_an_irq_exit),
		TEST(a_plane_without_a_script_is_an_irq_exit),
	};

	return cmocka_run_group_tests_name("script planes", tests, NULL, NULL);
}
