/* SPDX-License-Identifier: BSD-3-Clause */
/* What snapshots cost and know where the Host has pointers. */
#include <rmmsim/snapshot.h>

#include "mem/snapshot.h"
#include "rmm/sim.h"
#include "tests/support/host.h"

#define PAGE  HOST_PAGE
#define PAGES 64u
#define MANY  1024u /* more than stay open: mem/protect.c */
#define IDLE  64u   /* restores after which the Host is idle for sure */

struct scene {
	struct host *host;
	uint64_t first, id;
};

static void open_scene(struct scene *s, void **state, enum rmmsim_protection protection, bool end)
{
	struct rmmsim_config config;

	rmmsim_config_init(&config);
	config.protection = protection;
	config.host_pointers_end = end;
	s->host = *state;
	host_reopen(s->host, &config);
	s->first = host_pages(s->host, MANY, PAGE);
	assert_int_equal(rmmsim_snapshot(s->host->sim, &s->id), RMMSIM_OK);
}

static volatile uint64_t *pointer(struct scene *s, unsigned int page)
{
	return rmmsim_host_ptr(s->host->sim, s->first + page * PAGE, sizeof(uint64_t));
}

static void restore(struct scene *s)
{
	assert_int_equal(rmmsim_restore(s->host->sim, s->id), RMMSIM_OK);
}

static unsigned int looked_at(const struct scene *s)
{
	return (unsigned int)mem_restored(s->host->sim->mem);
}

static void a_store_by_a_pointer_that_was_just_asked_for_is_undone(void **state)
{
	struct scene s;

	open_scene(&s, state, RMMSIM_PROTECTION_OFF, true);
	for (unsigned int round = 1; round < 4; round++) {
		const uint64_t before = rmmsim_fingerprint(s.host->sim);

		*pointer(&s, 3) = round;
		assert_true(rmmsim_fingerprint(s.host->sim) != before);
		restore(&s);
		assert_int_equal(*pointer(&s, 3), 0);
		assert_true(rmmsim_fingerprint(s.host->sim) == before);
	}
}

static void pointers_that_end_cost_nothing_afterwards(void **state)
{
	struct scene s;

	open_scene(&s, state, RMMSIM_PROTECTION_OFF, true);
	for (unsigned int page = 0; page < PAGES; page++)
		pointer(&s, page);
	restore(&s);
	assert_int_equal(looked_at(&s), PAGES);
	restore(&s);
	assert_int_equal(looked_at(&s), 0);
}

static void a_store_by_a_pointer_that_ended_is_kept_if_it_is_announced(void **state)
{
	volatile uint64_t *word;
	struct scene s;

	open_scene(&s, state, RMMSIM_PROTECTION_OFF, true);
	word = pointer(&s, 3);
	restore(&s);
	*word = 7;
	assert_int_equal(rmmsim_host_touched(s.host->sim, s.first + 3 * PAGE, 8), RMMSIM_OK);
	restore(&s);
	assert_int_equal(*word, 0);
}

static void pointers_last_unless_the_program_says_otherwise(void **state)
{
	volatile uint64_t *word;
	struct scene s;

	open_scene(&s, state, RMMSIM_PROTECTION_OFF, false);
	word = pointer(&s, 3);
	for (unsigned int round = 0; round < IDLE; round++)
		restore(&s);
	*word = 7;
	restore(&s);
	assert_int_equal(*word, 0);
}

static void an_idle_host_costs_nothing_with_protection_on(void **state)
{
	volatile uint64_t *word;
	struct scene s;

	open_scene(&s, state, RMMSIM_PROTECTION_TRAP, false);
	word = pointer(&s, 0);
	for (unsigned int page = 0; page < PAGES; page++)
		pointer(&s, page);
	restore(&s);
	assert_int_equal(looked_at(&s), PAGES);
	for (unsigned int round = 0; round < IDLE; round++)
		restore(&s);
	assert_int_equal(looked_at(&s), 0);
	/* The pointer is good as before: the store opens its granule. */
	*word = 7;
	restore(&s);
	assert_int_equal(looked_at(&s), 1);
	assert_int_equal(*word, 0);
}

static void a_host_that_stores_in_each_round_keeps_its_memory_open(void **state)
{
	volatile uint64_t *word;
	unsigned int changes;
	struct scene s;

	open_scene(&s, state, RMMSIM_PROTECTION_TRAP, false);
	word = pointer(&s, 0);
	*word = 1;
	restore(&s);
	changes = s.host->sim->mem->protect.changes;
	for (unsigned int round = 0; round < IDLE; round++) {
		*word = round + 2;
		restore(&s);
		assert_int_equal(*word, 0);
	}
	assert_int_equal(s.host->sim->mem->protect.changes, changes);
}

static void many_pointers_cost_once_with_protection_on(void **state)
{
	struct scene s;

	open_scene(&s, state, RMMSIM_PROTECTION_TRAP, false);
	for (unsigned int page = 0; page < MANY; page++)
		*pointer(&s, page) = page + 1;
	restore(&s);
	assert_int_equal(looked_at(&s), MANY);
	restore(&s);
	assert_int_equal(looked_at(&s), 0);
	assert_int_equal(*pointer(&s, MANY - 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
		TEST(a_store_by_a_pointer_that_was_just_asked_for_is_undone),
		TEST(pointers_that_end_cost_nothing_afterwards),
		TEST(a_store_by_a_pointer_that_ended_is_kept_if_it_is_announced),
		TEST(pointers_last_unless_the_program_says_otherwise),
		TEST(an_idle_host_costs_nothing_with_protection_on),
		TEST(a_host_that_stores_in_each_round_keeps_its_memory_open),
		TEST(many_pointers_cost_once_with_protection_on),
	};

	return cmocka_run_group_tests_name("pointers and snapshots", tests, NULL, NULL);
}
