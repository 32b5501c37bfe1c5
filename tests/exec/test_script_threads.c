/* SPDX-License-Identifier: BSD-3-Clause */
/* RECs of one Realm on several PEs at the same time. */
#include <pthread.h>

#include "tests/exec/play.h"

#define ENTRIES 300

/* Each REC counts in a word of its own, through memory that both share. */
static void count_in_memory(struct rmmsim_realm *realm, void *argument)
{
	const uint64_t ipa = STAGE_RAM + 8 * (rmmsim_realm_mpidr(realm) & 1);
	uint64_t value = 0;

	(void)argument;
	for (;;) {
		rmmsim_realm_load(realm, ipa, 8, &value);
		rmmsim_realm_store(realm, ipa, 8, value + 1);
		rmmsim_realm_elapse(realm, 1);
		rmmsim_realm_interrupt(realm, false);
	}
}

struct pe {
	struct play *play;
	unsigned int number;
	uint64_t rec, run;
	unsigned int irqs;
};

static void *enter_often(void *argument)
{
	struct pe *pe = argument;

	for (unsigned int i = 0; i < ENTRIES; i++) {
		struct rmmsim_regs regs = {.x = {SMC_RMI_REC_ENTER, pe->rec, pe->run}};
		struct rmi_rec_run run;

		rmmsim_smc(pe->play->host->sim, pe->number, &regs);
		if (regs.x[0] != RMI_SUCCESS)
			break;
		rmmsim_host_read(pe->play->host->sim, pe->run, &run, sizeof(run));
		pe->irqs += run.exit.exit_reason == RMI_EXIT_IRQ;
	}
	return NULL;
}

static void switch_on(struct rmmsim_realm *realm, void *argument)
{
	rmmsim_realm_call(realm, SMC_PSCI_CPU_ON, 1, STAGE_RAM2, 0, 0, 0);
	count_in_memory(realm, argument);
}

static void start_second(struct rmmsim_realm *realm, void *argument)
{
	if (rmmsim_realm_mpidr(realm) & 1)
		count_in_memory(realm, argument);
	else
		switch_on(realm, argument);
}

static void recs_run_at_the_same_time(void **state)
{
	struct play *play = *state;
	struct pe pes[2];
	pthread_t threads[2];
	uint64_t counts[2] = {0};

	stage_poke(play->stage, STAGE_RAM, counts, sizeof(counts));
	play_run(play, start_second, NULL, RMI_EXIT_PSCI);
	OK(play->host, RMI_PSCI_COMPLETE, play->rec, play->stage->rec[1], PSCI_SUCCESS);
	for (unsigned int i = 0; i < 2; i++) {
		pes[i] = (struct pe){.play = play, .number = i, .rec = play->stage->rec[i]};
		pes[i].run = host_page(play->host);
		assert_int_equal(pthread_create(&threads[i], NULL, enter_often, &pes[i]), 0);
	}
	for (unsigned int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(pes[i].irqs, ENTRIES);
	}
	stage_peek(play->stage, STAGE_RAM, counts, sizeof(counts));
	assert_int_equal(counts[0], ENTRIES);
	assert_int_equal(counts[1], ENTRIES);
	assert_int_equal(rmmsim_time(play->host->sim), 2 * ENTRIES);
	host_check(play->host);
}

static void a_rec_moves_from_thread_to_thread(void **state)
{
	struct play *play = *state;
	struct pe pe = {.play = play, .rec = play->rec, .run = host_page(play->host)};
	uint64_t count = 0;
	pthread_t thread;

	stage_poke(play->stage, STAGE_RAM, &count, sizeof(count));
	play_run(play, count_in_memory, NULL, RMI_EXIT_IRQ);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(pthread_create(&thread, NULL, enter_often, &pe), 0);
		pthread_join(thread, NULL);
		play_enter(play, RMI_EXIT_IRQ);
	}
	stage_peek(play->stage, STAGE_RAM, &count, sizeof(count));
	assert_int_equal(count, 2 * ENTRIES + 3);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, play_setup, play_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(recs_run_at_the_same_time),
		TEST(a_rec_moves_from_thread_to_thread),
	};

	return cmocka_run_group_tests_name("script threads", tests, NULL, NULL);
}
