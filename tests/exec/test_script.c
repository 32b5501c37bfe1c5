/* SPDX-License-Identifier: BSD-3-Clause */
/* When scripts start, wait, go on and end. */
#include <string.h>

#include "tests/exec/play.h"

#define ESR_UNKNOWN UINT64_C(0x02000000)

static uint64_t pc_of(struct rmmsim_realm *realm)
{
	return rmmsim_realm_context(realm)->pc;
}

/* Asks the Host something through an IRQ exit for ever. */
static void count_entries(struct rmmsim_realm *realm, void *argument)
{
	struct notes *notes = argument;

	notes->result++;
	for (;;) {
		notes->steps++;
		rmmsim_realm_interrupt(realm, false);
	}
}

static void version(struct rmmsim_realm *realm)
{
	rmmsim_realm_call(realm, SMC_RSI_VERSION, RMM_VERSION_1_0, 0, 0, 0, 0);
}

/* --- start and end ------------------------------------------------------------------------------ */

static void note_start(struct rmmsim_realm *realm, void *argument)
{
	struct notes *notes = argument;

	notes->value = rmmsim_realm_mpidr(realm);
	notes->result = rmmsim_realm_plane(realm);
	play_note(realm, notes, RMMSIM_DONE);
	rmmsim_realm_interrupt(realm, false);
}

static void a_script_starts_with_the_registers_of_its_rec(void **state)
{
	struct notes notes = {.result = 9};

	play_run(*state, note_start, &notes, RMI_EXIT_IRQ);
	assert_int_equal(notes.steps, 1);
	assert_int_equal(notes.context.pc, PLAY_ENTRY);
	assert_int_equal(notes.context.pstate, 0x3c5);
	assert_int_equal(notes.value, UINT64_C(1) << 31);
	assert_int_equal(notes.result, 0);
}

static void a_script_goes_on_where_it_was(void **state)
{
	struct play *play = *state;
	struct notes notes = {0};

	play_run(play, count_entries, &notes, RMI_EXIT_IRQ);
	for (unsigned int i = 1; i < 5; i++) {
		assert_int_equal(notes.steps, i);
		play_enter(play, RMI_EXIT_IRQ);
	}
	assert_int_equal(notes.result, 1);
}

static void count_instructions(struct rmmsim_realm *realm, void *argument)
{
	struct notes *notes = argument;
	uint64_t value;

	notes->pc[0] = pc_of(realm);
	version(realm);
	notes->pc[1] = pc_of(realm);
	rmmsim_realm_load(realm, STAGE_RAM, 8, &value);
	notes->pc[2] = pc_of(realm);
	rmmsim_realm_write(realm, STAGE_RAM, notes->data, 40);
	notes->pc[3] = pc_of(realm);
	rmmsim_realm_fetch(realm, STAGE_RAM);
	notes->pc[4] = pc_of(realm);
	rmmsim_realm_wfi(realm);
	notes->pc[5] = pc_of(realm);
	rmmsim_realm_interrupt(realm, true);
	notes->pc[6] = pc_of(realm);
	rmmsim_realm_elapse(realm, 1);
	notes->pc[7] = pc_of(realm);
}

static void each_operation_is_one_instruction(void **state)
{
	static const uint64_t expected[] = {0, 1, 2, 5, 6, 7, 7, 7};
	struct play *play = *state;
	struct notes notes = {0};

	play_run(play, count_instructions, &notes, RMI_EXIT_FIQ);
	play_enter(play, RMI_EXIT_PSCI);
	for (unsigned int i = 0; i < 8; i++)
		assert_int_equal(notes.pc[i], PLAY_ENTRY + 4 * expected[i]);
}

static void return_at_once(struct rmmsim_realm *realm, void *argument)
{
	(void)realm;
	(void)argument;
}

static void a_script_of_plane_0_that_returns_turns_the_system_off(void **state)
{
	struct play *play = *state;

	play_run(play, return_at_once, NULL, RMI_EXIT_PSCI);
	assert_int_equal(play->exit->gprs[0], SMC_PSCI_SYSTEM_OFF);
	REFUSED(play->host, "system_off", RMI_ERROR_REALM | 1 << 8, RMI_REC_ENTER, play->rec,
		play->host->run);
}

static void a_plane_without_a_script_ends_with_an_irq_exit(void **state)
{
	play_enter(*state, RMI_EXIT_IRQ);
	play_enter(*state, RMI_EXIT_IRQ);
}

/* --- bindings ------------------------------------------------------------------------------------- */

static void the_binding_of_a_realm_wins_over_that_of_every_realm(void **state)
{
	struct play *play = *state;
	struct notes own = {0}, any = {0};

	assert_int_equal(rmmsim_script_bind(play->scripts, play->rd, 0, count_entries, &own), 0);
	assert_int_equal(rmmsim_script_bind(play->scripts, 0, 0, count_entries, &any), 0);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(own.steps, 1);
	assert_int_equal(any.steps, 0);
}

static void a_realm_without_a_binding_runs_that_of_every_realm(void **state)
{
	struct play *play = *state;
	struct notes any = {0};

	assert_int_equal(
		rmmsim_script_bind(play->scripts, play->rd + HOST_PAGE, 0, return_at_once, NULL),
		RMMSIM_OK);
	assert_int_equal(rmmsim_script_bind(play->scripts, 0, 0, count_entries, &any), RMMSIM_OK);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(any.steps, 1);
}

static void a_new_binding_is_for_the_next_start(void **state)
{
	struct play *play = *state;
	struct notes first = {0}, second = {0};

	play_run(play, count_entries, &first, RMI_EXIT_IRQ);
	play_run(play, count_entries, &second, RMI_EXIT_IRQ);
	assert_int_equal(first.steps, 2);
	assert_int_equal(second.steps, 0);
}

static void bad_arguments_are_refused(void **state)
{
	struct play *play = *state;
	struct rmmsim_scripts *scripts;

	assert_int_equal(rmmsim_scripts_create(NULL, &scripts), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_scripts_create(play->host->sim, NULL), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_script_bind(NULL, 0, 0, return_at_once, NULL), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_script_bind(play->scripts, 0, 4, return_at_once, NULL),
			 RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_script_bind(play->scripts, 0, 0, NULL, NULL), RMMSIM_ERR_ARGUMENT);
	rmmsim_scripts_destroy(NULL);
}

static void create_while_running(struct rmmsim_realm *realm, void *argument)
{
	struct play *play = ((void **)argument)[0];
	struct notes *notes = ((void **)argument)[1];
	struct rmmsim_scripts *scripts = play->scripts;

	notes->value = rmmsim_scripts_create(play->host->sim, &scripts);
	notes->result = scripts != NULL;
	rmmsim_realm_interrupt(realm, false);
}

static void the_engine_cannot_change_while_a_rec_runs(void **state)
{
	struct play *play = *state;
	struct notes notes = {0};
	void *argument[] = {play, &notes};

	play_run(play, create_while_running, argument, RMI_EXIT_IRQ);
	assert_int_equal(notes.value, RMMSIM_ERR_STATE);
	assert_int_equal(notes.result, 0);
}

/* --- RECs come and go ------------------------------------------------------------------------------ */

static void start_other(struct rmmsim_realm *realm, void *argument)
{
	struct notes *notes = argument;

	if (rmmsim_realm_mpidr(realm) & 1) {
		notes->value = rmmsim_realm_context(realm)->x[0];
		notes->pc[0] = pc_of(realm);
		notes->steps++;
		rmmsim_realm_call(realm, SMC_PSCI_CPU_OFF, 0, 0, 0, 0, 0);
		notes->data[0] = 1;
	}
	for (;;)
		notes->result = rmmsim_realm_call(realm, SMC_PSCI_CPU_ON, 1, STAGE_RAM2,
						  0x77 + notes->steps, 0, 0);
}

static void a_rec_that_is_switched_on_starts_its_script(void **state)
{
	struct play *play = *state;
	struct notes notes = {0};
	const uint64_t other = play->stage->rec[1];

	play_run(play, start_other, &notes, RMI_EXIT_PSCI);
	OK(play->host, RMI_PSCI_COMPLETE, play->rec, other, PSCI_SUCCESS);
	host_enter(play->host, other, 0);
	assert_int_equal(play->exit->gprs[0], SMC_PSCI_CPU_OFF);
	assert_int_equal(notes.value, 0x77);
	assert_int_equal(notes.pc[0], STAGE_RAM2);
	play_enter(play, RMI_EXIT_PSCI);
	assert_int_equal(notes.result, PSCI_SUCCESS);
}

static void a_rec_that_is_switched_on_again_starts_anew(void **state)
{
	struct play *play = *state;
	struct notes notes = {0};
	const uint64_t other = play->stage->rec[1];

	play_run(play, start_other, &notes, RMI_EXIT_PSCI);
	for (unsigned int i = 0; i < 3; i++) {
		OK(play->host, RMI_PSCI_COMPLETE, play->rec, other, PSCI_SUCCESS);
		host_enter(play->host, other, 0);
		assert_int_equal(notes.value, 0x77 + i);
		assert_int_equal(notes.steps, i + 1);
		play_enter(play, RMI_EXIT_PSCI);
	}
	assert_int_equal(notes.data[0], 0);
}

static void a_script_of_a_destroyed_rec_is_forgotten(void **state)
{
	struct play *play = *state;
	struct host_realm *realm = &play->stage->realm;
	struct notes notes = {0};

	play_run(play, count_entries, &notes, RMI_EXIT_IRQ);
	OK(play->host, RMI_REC_DESTROY, play->rec);
	assert_int_equal(notes.steps, 1);
	/* The fixture destroys what is in its list. */
	realm->rec[0] = realm->rec[--realm->recs];
}

static void suspended_scripts_are_freed_with_the_engine(void **state)
{
	struct play *play = *state;
	struct notes notes = {0};

	/* The leak checker watches: nothing of the script runs again. */
	play_run(play, count_entries, &notes, RMI_EXIT_IRQ);
	assert_int_equal(notes.steps, 1);
}

/* --- calls ------------------------------------------------------------------------------------------ */

static void call_smc(struct rmmsim_realm *realm, void *argument)
{
	struct notes *notes = argument;
	uint64_t x[18] = {SMC_RSI_VERSION, RMM_VERSION_1_1, 2, 3, 4, 5};

	notes->outcome = rmmsim_realm_smc(realm, x);
	memcpy(notes->pc, x, 8 * sizeof(x[0]));
	notes->value = rmmsim_realm_call(realm, 0xc5000000, 1, 2, 3, 4, 5);
	memcpy(&notes->context, rmmsim_realm_context(realm), sizeof(notes->context));
	rmmsim_realm_interrupt(realm, false);
}

static void an_smc_passes_and_returns_registers(void **state)
{
	struct notes notes = {.outcome = RMMSIM_ABORT};

	play_run(*state, call_smc, &notes, RMI_EXIT_IRQ);
	assert_int_equal(notes.outcome, RMMSIM_DONE);
	assert_int_equal(notes.pc[0], RSI_SUCCESS);
	assert_int_equal(notes.pc[1], RMM_VERSION_1_1);
	assert_int_equal(notes.pc[2], RMM_VERSION_1_1);
	assert_int_equal(notes.pc[5], 5);
	assert_true(notes.value == UINT64_MAX);
	assert_int_equal(notes.context.x[4], 4);
}

static void call_host(struct rmmsim_realm *realm, void *argument)
{
	struct notes *notes = argument;
	struct rsi_host_call call = {.imm = 0x1234, .gprs = {10, 11, [30] = 40}};

	rmmsim_realm_write(realm, STAGE_RAM, &call, sizeof(call));
	notes->result = rmmsim_realm_call(realm, SMC_RSI_HOST_CALL, STAGE_RAM, 0, 0, 0, 0);
	rmmsim_realm_read(realm, STAGE_RAM, &call, sizeof(call));
	notes->value = call.gprs[1];
	rmmsim_realm_interrupt(realm, false);
}

static void a_host_call_goes_to_the_host_and_back(void **state)
{
	struct play *play = *state;
	struct notes notes = {.result = 99};

	play_run(play, call_host, &notes, RMI_EXIT_HOST_CALL);
	assert_int_equal(play->exit->imm, 0x1234);
	assert_int_equal(play->exit->gprs[1], 11);
	assert_int_equal(play->exit->gprs[30], 40);
	play->enter->gprs[1] = 0xabcd;
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(notes.result, RSI_SUCCESS);
	assert_int_equal(notes.value, 0xabcd);
}

static void ask_without_a_page(struct rmmsim_realm *realm, void *argument)
{
	struct notes *notes = argument;

	notes->result = rmmsim_realm_call(realm, SMC_RSI_REALM_CONFIG, STAGE_HOLE, 0, 0, 0, 0);
	play_note(realm, notes, RMMSIM_DONE);
	rmmsim_realm_interrupt(realm, false);
}

static void a_call_that_did_not_complete_is_made_again(void **state)
{
	struct play *play = *state;
	struct notes notes = {.result = 99};

	play_run(play, ask_without_a_page, &notes, RMI_EXIT_SYNC);
	assert_int_equal(play->exit->hpfar, STAGE_HOLE >> 8);
	play_enter(play, RMI_EXIT_SYNC);
	host_unknown(play->host, &play->stage->realm, STAGE_HOLE);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(notes.result, RSI_SUCCESS);
	assert_int_equal(notes.context.pc, PLAY_ENTRY + 4);
}

static void call_hypervisor(struct rmmsim_realm *realm, void *argument)
{
	play_note(realm, argument, rmmsim_realm_hvc(realm, 0x42));
	rmmsim_realm_interrupt(realm, false);
}

static void an_hvc_of_plane_0_is_undefined(void **state)
{
	struct notes notes = {0};

	play_run(*state, call_hypervisor, &notes, RMI_EXIT_IRQ);
	assert_int_equal(notes.outcome, RMMSIM_UNDEFINED);
	assert_int_equal(notes.syndrome, ESR_UNKNOWN);
	assert_int_equal(notes.context.sysreg[RMMSIM_SYSREG_ELR_EL1], PLAY_ENTRY + 4);
	assert_int_equal(notes.context.pc, PLAY_ENTRY + 4);
	assert_int_equal(notes.context.pstate, 0x3c5);
}

static void take_exception_at(struct rmmsim_realm *realm, void *argument)
{
	/* With VBAR_EL1 0 the handler is at the address of the 65th instruction. */
	for (int i = 0; i < 64; i++)
		version(realm);
	rmmsim_realm_context(realm)->pc = 0x200;
	play_note(realm, argument, rmmsim_realm_hvc(realm, 0));
	rmmsim_realm_interrupt(realm, false);
}

static void a_vector_may_have_the_address_of_the_instruction(void **state)
{
	struct notes notes = {0};

	play_run(*state, take_exception_at, &notes, RMI_EXIT_IRQ);
	assert_int_equal(notes.outcome, RMMSIM_UNDEFINED);
	assert_int_equal(notes.context.pc, 0x204);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, play_setup, play_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_script_starts_with_the_registers_of_its_rec),
		TEST(a_script_goes_on_where_it_was),
		TEST(each_operation_is_one_instruction),
		TEST(a_script_of_plane_0_that_returns_turns_the_system_off),
		TEST(a_plane_without_a_script_ends_with_an_irq_exit),
		TEST(the_binding_of_a_realm_wins_over_that_of_every_realm),
		TEST(a_realm_without_a_binding_runs_that_of_every_realm),
		TEST(a_new_binding_is_for_the_next_start),
		TEST(bad_arguments_are_refused),
		TEST(the_engine_cannot_change_while_a_rec_runs),
		TEST(a_rec_that_is_switched_on_starts_its_script),
		TEST(a_rec_that_is_switched_on_again_starts_anew),
		TEST(a_script_of_a_destroyed_rec_is_forgotten),
		TEST(suspended_scripts_are_freed_with_the_engine),
		TEST(an_smc_passes_and_returns_registers),
		TEST(a_host_call_goes_to_the_host_and_back),
		TEST(a_call_that_did_not_complete_is_made_again),
		TEST(an_hvc_of_plane_0_is_undefined),
		TEST(a_vector_may_have_the_address_of_the_instruction),
	};

	return cmocka_run_group_tests_name("script", tests, NULL, NULL);
}
