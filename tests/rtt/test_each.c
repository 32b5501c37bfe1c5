/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/s2_fixture.h"

#define SEEN_MAX 16

struct seen {
	unsigned int count;
	uint64_t ipa[SEEN_MAX];
	struct rtt_walk walk[SEEN_MAX];
};

static void note(void *context, uint64_t ipa, const struct rtt_walk *walk)
{
	struct seen *seen = context;

	assert_true(seen->count < SEEN_MAX);
	seen->ipa[seen->count] = ipa;
	seen->walk[seen->count++] = *walk;
}

static struct seen each(const struct s2_fixture *f, unsigned int tree)
{
	struct seen seen = {.count = 0};

	rtt_each(f->mem, &f->s2, tree, note, &seen);
	return seen;
}

static void assert_seen(const struct seen *seen, unsigned int i, uint64_t ipa, int level,
			enum rtt_state state)
{
	assert_true(i < seen->count);
	assert_int_equal(seen->ipa[i], ipa);
	assert_int_equal(seen->walk[i].level, level);
	assert_int_equal(seen->walk[i].entry.state, state);
}

static void an_empty_tree_has_nothing_to_visit(void **state)
{
	struct s2_fixture *f = *state;

	s2_unassign(f, GIB, 1, RMI_RIPAS_RAM);
	assert_int_equal(each(f, 0).count, 0);
}

static void tables_are_visited_before_what_is_below_them(void **state)
{
	struct s2_fixture *f = *state;
	const uint64_t ipa = GIB + 2 * MIB + 4 * KIB;
	struct seen seen;

	s2_map(f, ipa, 3, RMI_RIPAS_RAM);
	s2_map(f, GIB + 4 * MIB, 2, RMI_RIPAS_EMPTY);
	seen = each(f, 0);
	assert_int_equal(seen.count, 4);
	assert_seen(&seen, 0, GIB, 1, RTT_TABLE);
	assert_seen(&seen, 1, GIB + 2 * MIB, 2, RTT_TABLE);
	assert_seen(&seen, 2, ipa, 3, RTT_ASSIGNED);
	assert_seen(&seen, 3, GIB + 4 * MIB, 2, RTT_ASSIGNED);
}

static void a_visit_knows_where_the_entry_is(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk;
	struct seen seen;

	s2_map(f, 3 * 4 * KIB, 3, RMI_RIPAS_RAM);
	walk = s2_at(f, 0, 3 * 4 * KIB);
	seen = each(f, 0);
	assert_int_equal(seen.walk[2].table, walk.table);
	assert_int_equal(seen.walk[2].index, 3);
}

static void every_concatenated_root_is_visited(void **state)
{
	struct s2_fixture *f = *state;
	struct seen seen;

	s2_map_ns(f, S2_SPLIT + GIB, 1, GIB);
	seen = each(f, 0);
	assert_int_equal(seen.count, 1);
	assert_seen(&seen, 0, S2_SPLIT + GIB, 1, RTT_ASSIGNED_NS);
}

static void shared_tables_are_visited_in_the_primary_tree_only(void **state)
{
	struct s2_fixture *f = *state;
	struct seen seen;

	s2_map_ns(f, S2_SPLIT, 2, 2 * MIB);
	s2_aux_map_ns(f, 1, S2_SPLIT);
	assert_int_equal(each(f, 0).count, 2);
	seen = each(f, 1);
	assert_int_equal(seen.count, 1);
	assert_seen(&seen, 0, S2_SPLIT, 1, RTT_TABLE);
}

static void destroyed_auxiliary_entries_are_visited(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk;
	struct seen seen;

	s2_tables(f, 1, 0, 2);
	walk = s2_at_level(f, 1, 0, 1);
	rtt_destroy(f->mem, &f->s2, 1, &walk, 0);
	seen = each(f, 1);
	assert_int_equal(seen.count, 1);
	assert_seen(&seen, 0, 0, 1, RTT_AUX_DESTROYED);
}

static void the_unreachable_part_of_a_root_is_not_visited(void **state)
{
	const struct rtt_s2 s2 = {.s2sz = 49, .level_start = -1, .planes = 1, .lpa2 = true};
	struct s2_fixture f;

	(void)state;
	s2_up_like(&f, &s2);
	((uint64_t *)mem_w(f.mem, f.s2.root[0]))[2] = S2_DRAM | 3;
	assert_int_equal(each(&f, 0).count, 0);
	s2_down(&f);
}

#define ON_TREE(test)  cmocka_unit_test_setup_teardown(test, s2_setup, s2_teardown)
#define ON_TREES(test) cmocka_unit_test_setup_teardown(test, s2_setup_two_trees, s2_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_TREE(an_empty_tree_has_nothing_to_visit),
		ON_TREE(tables_are_visited_before_what_is_below_them),
		ON_TREE(a_visit_knows_where_the_entry_is),
		ON_TREE(every_concatenated_root_is_visited),
		ON_TREES(shared_tables_are_visited_in_the_primary_tree_only),
		ON_TREES(destroyed_auxiliary_entries_are_visited),
		cmocka_unit_test(the_unreachable_part_of_a_root_is_not_visited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
