/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/s2_fixture.h"

/* rtt.md#4.1 */

static uint64_t skip_from(const struct s2_fixture *f, unsigned int tree, uint64_t ipa, int level)
{
	struct rtt_walk walk = s2_at_level(f, tree, ipa, level);

	return rtt_skip(f->mem, &f->s2, tree, ipa, &walk);
}

static void a_live_entry_is_not_skipped(void **state)
{
	struct s2_fixture *f = *state;

	s2_map(f, 0, 3, RMI_RIPAS_EMPTY);
	assert_int_equal(skip_from(f, 0, 0, 3), 0);
}

static void a_live_block_gives_the_address_as_it_was_passed(void **state)
{
	struct s2_fixture *f = *state;

	s2_map(f, 0, 2, RMI_RIPAS_RAM);
	assert_int_equal(skip_from(f, 0, 3 * 4 * KIB, 3), 3 * 4 * KIB);
}

static void an_empty_table_is_skipped_to_its_end(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 0, 3);
	assert_int_equal(skip_from(f, 0, 5 * 4 * KIB, 3), 2 * MIB);
}

static void a_skip_stops_at_the_next_live_entry_wherever_it_is(void **state)
{
	struct s2_fixture *f = *state;

	for (unsigned int live = 511; live > 4; live -= live > 40 ? 29 : 1) {
		s2_map(f, live * 4 * KIB, 3, RMI_RIPAS_EMPTY);
		for (unsigned int from = 0; from < live; from++)
			assert_int_equal(skip_from(f, 0, from * 4 * KIB, 3), live * 4 * KIB);
	}
}

static void unassigned_ram_and_destroyed_are_skipped(void **state)
{
	struct s2_fixture *f = *state;

	s2_unassign(f, 4 * KIB, 3, RMI_RIPAS_RAM);
	s2_unassign(f, 8 * KIB, 3, RMI_RIPAS_DESTROYED);
	s2_map(f, 12 * KIB, 3, RMI_RIPAS_RAM);
	assert_int_equal(skip_from(f, 0, 0, 3), 12 * KIB);
}

static void a_table_stops_a_skip(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 2 * MIB, 3);
	assert_int_equal(skip_from(f, 0, 0, 2), 2 * MIB);
}

static void a_device_stops_a_skip(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_dev(f, 2 * MIB, 2, S2_DEV_NCOH, RMI_RIPAS_EMPTY);
	assert_int_equal(skip_from(f, 0, 0, 2), 2 * MIB);
}

static void assigned_ns_stops_a_skip(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_ns(f, S2_SPLIT + 6 * MIB, 2, S2_DRAM);
	assert_int_equal(skip_from(f, 0, S2_SPLIT, 2), S2_SPLIT + 6 * MIB);
}

static void a_skip_begins_at_the_start_of_the_entry_that_was_reached(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 0, 2);
	assert_int_equal(skip_from(f, 0, 2 * MIB + 4 * KIB, 3), GIB);
	s2_tables(f, 0, 6 * MIB, 3);
	assert_int_equal(skip_from(f, 0, 2 * MIB + 4 * KIB, 3), 6 * MIB);
}

static void a_skip_never_leaves_a_concatenated_root_table(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, S2_SPLIT, 2);
	assert_int_equal(skip_from(f, 0, 0, 1), S2_SPLIT);
}

static void a_partly_used_root_counts_512_entries(void **state)
{
	const struct rtt_s2 s2 = {.s2sz = 52, .level_start = -1, .planes = 1, .lpa2 = true};
	struct s2_fixture f;

	(void)state;
	s2_up_like(&f, &s2);
	assert_int_equal(skip_from(&f, 0, 0, -1), UINT64_C(0x0200000000000000));
	s2_down(&f);
}

static void a_skip_sees_the_table_as_it_is_now(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk;

	s2_map(f, 0, 3, RMI_RIPAS_RAM);
	walk = s2_at(f, 0, 0);
	rtt_data_unmap(f->mem, &f->s2, &walk);
	assert_int_equal(rtt_skip(f->mem, &f->s2, 0, 0, &walk), 2 * MIB);
}

static void aux_destroyed_is_skipped(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk;

	s2_tables(f, 1, 2 * MIB, 3);
	walk = s2_at_level(f, 1, 2 * MIB, 2);
	rtt_destroy(f->mem, &f->s2, 1, &walk, 2 * MIB);
	assert_int_equal(skip_from(f, 1, 0, 3), GIB);
}

#define ON_TREE(test)  cmocka_unit_test_setup_teardown(test, s2_setup, s2_teardown)
#define ON_TREES(test) cmocka_unit_test_setup_teardown(test, s2_setup_two_trees, s2_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_TREE(a_live_entry_is_not_skipped),
		ON_TREE(a_live_block_gives_the_address_as_it_was_passed),
		ON_TREE(an_empty_table_is_skipped_to_its_end),
		ON_TREE(a_skip_stops_at_the_next_live_entry_wherever_it_is),
		ON_TREE(unassigned_ram_and_destroyed_are_skipped),
		ON_TREE(a_table_stops_a_skip),
		ON_TREE(a_device_stops_a_skip),
		ON_TREE(assigned_ns_stops_a_skip),
		ON_TREE(a_skip_begins_at_the_start_of_the_entry_that_was_reached),
		ON_TREE(a_skip_never_leaves_a_concatenated_root_table),
		cmocka_unit_test(a_partly_used_root_counts_512_entries),
		ON_TREE(a_skip_sees_the_table_as_it_is_now),
		ON_TREES(aux_destroyed_is_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
