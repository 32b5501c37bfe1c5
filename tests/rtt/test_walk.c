/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/s2_fixture.h"

static void a_walk_of_an_empty_tree_stops_at_the_root(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk = s2_at(f, 0, 5 * GIB + 123);

	assert_int_equal(walk.level, 1);
	assert_int_equal(walk.table, f->s2.root[0]);
	assert_int_equal(walk.index, 5);
	assert_int_equal(walk.entry.state, RTT_UNASSIGNED);
	assert_int_equal(walk.entry.ripas, RMI_RIPAS_EMPTY);
}

static void the_root_index_selects_among_concatenated_tables(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk = s2_at(f, 0, S2_SPLIT + 3 * GIB);

	assert_int_equal(walk.table, f->s2.root[0] + GRANULE_SIZE);
	assert_int_equal(walk.index, 3);
	assert_int_equal(walk.entry.state, RTT_UNASSIGNED_NS);
}

static void a_walk_descends_to_the_level_it_is_asked_for(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t ipa = 2 * GIB + 3 * 2 * MIB + 4 * 4 * KIB;
	uint64_t table = s2_tables(f, 0, ipa, 3);

	for (int level = 1; level <= 3; level++)
		assert_int_equal(s2_at_level(f, 0, ipa, level).level, level);
	assert_int_equal(s2_at_level(f, 0, ipa, 2).index, 3);
	assert_int_equal(s2_at_level(f, 0, ipa, 2).entry.state, RTT_TABLE);
	assert_int_equal(s2_at_level(f, 0, ipa, 2).entry.pa, table);
	assert_int_equal(s2_at(f, 0, ipa).table, table);
	assert_int_equal(s2_at(f, 0, ipa).index, 4);
}

static void a_walk_ends_early_at_a_block(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 2 * MIB, 2, RMI_RIPAS_RAM);
	struct rtt_walk walk = s2_at(f, 0, 2 * MIB + 5 * 4 * KIB);

	assert_int_equal(walk.level, 2);
	assert_int_equal(walk.entry.state, RTT_ASSIGNED);
	assert_int_equal(walk.entry.pa, pa);
}

static void a_page_at_level_3_is_not_taken_for_a_table(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 0, 3, RMI_RIPAS_RAM);

	assert_int_equal(s2_at(f, 0, 0).entry.state, RTT_ASSIGNED);
	assert_int_equal(s2_at(f, 0, 0).entry.pa, pa);
}

static void trees_are_walked_apart(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 0, 3);
	assert_int_equal(s2_at(f, 0, 0).level, 3);
	assert_int_equal(s2_at(f, 1, 0).level, 1);
}

static void a_walk_from_level_minus_1_passes_five_levels(void **state)
{
	const struct rtt_s2 s2 = {.s2sz = 52, .level_start = -1, .planes = 1, .lpa2 = true};
	uint64_t ipa = (UINT64_C(3) << 48) + 7 * 4 * KIB;
	struct s2_fixture f;

	(void)state;
	s2_up_like(&f, &s2);
	assert_int_equal(s2_at(&f, 0, ipa).level, -1);
	s2_tables(&f, 0, ipa, 3);
	assert_int_equal(s2_at_level(&f, 0, ipa, -1).index, 3);
	assert_int_equal(s2_at(&f, 0, ipa).level, 3);
	assert_int_equal(s2_at(&f, 0, ipa).index, 7);
	s2_down(&f);
}

static void a_walk_from_level_2_has_up_to_16_root_tables(void **state)
{
	const struct rtt_s2 s2 = {.s2sz = 34, .level_start = 2, .planes = 1};
	struct s2_fixture f;
	struct rtt_walk walk;

	(void)state;
	s2_up_like(&f, &s2);
	walk = s2_at(&f, 0, 16 * GIB - 1);
	assert_int_equal(walk.table, f.s2.root[0] + 15 * GRANULE_SIZE);
	assert_int_equal(walk.index, 511);
	s2_down(&f);
}

#define ON_TREE(test)  cmocka_unit_test_setup_teardown(test, s2_setup, s2_teardown)
#define ON_TREES(test) cmocka_unit_test_setup_teardown(test, s2_setup_two_trees, s2_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_TREE(a_walk_of_an_empty_tree_stops_at_the_root),
		ON_TREE(the_root_index_selects_among_concatenated_tables),
		ON_TREE(a_walk_descends_to_the_level_it_is_asked_for),
		ON_TREE(a_walk_ends_early_at_a_block),
		ON_TREE(a_page_at_level_3_is_not_taken_for_a_table),
		ON_TREES(trees_are_walked_apart),
		cmocka_unit_test(a_walk_from_level_minus_1_passes_five_levels),
		cmocka_unit_test(a_walk_from_level_2_has_up_to_16_root_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
