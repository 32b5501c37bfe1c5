/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/s2_fixture.h"

/* device-assignment.md#9.1, planes.md#5.5 */

#define OA S2_DEV_NCOH

static void map(struct s2_fixture *f, uint64_t ipa, int level, uint64_t pa, bool coherent)
{
	struct rtt_walk walk;

	s2_tables(f, 0, ipa, level);
	walk = s2_at_level(f, 0, ipa, level);
	rtt_dev_map(f->mem, &f->s2, &walk, pa, coherent);
}

static void unmap(struct s2_fixture *f, uint64_t ipa)
{
	struct rtt_walk walk = s2_at(f, 0, ipa);

	assert_int_equal(walk.entry.state, RTT_ASSIGNED_DEV);
	rtt_dev_unmap(f->mem, &f->s2, &walk);
}

static void a_map_keeps_ripas_and_drops_execute(void **state)
{
	struct s2_fixture *f = *state;

	s2_unassign(f, 0, 3, RMI_RIPAS_EMPTY);
	map(f, 0, 3, OA, false);
	assert_int_equal(s2_desc(f, 0, 0), OA | UINT64_C(0x00400000000000d8));
	s2_unassign(f, 4 * KIB, 3, RMI_RIPAS_DESTROYED);
	map(f, 4 * KIB, 3, OA, false);
	assert_int_equal(s2_desc(f, 0, 4 * KIB), OA | UINT64_C(0x00400000000000dc));
}

static void a_level_2_block_is_mapped_like_a_page(void **state)
{
	struct s2_fixture *f = *state;

	map(f, 2 * MIB, 2, OA, false);
	assert_int_equal(s2_at(f, 0, 2 * MIB).level, 2);
	assert_int_equal(s2_at(f, 0, 2 * MIB).entry.pa, OA);
	assert_true(rtt_table_live(f->mem, s2_at(f, 0, 2 * MIB).table));
}

static void an_unmap_keeps_empty_and_destroyed(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_dev(f, 0, 3, OA, RMI_RIPAS_EMPTY);
	unmap(f, 0);
	assert_int_equal(s2_at(f, 0, 0).entry.ripas, RMI_RIPAS_EMPTY);
	s2_map_dev(f, 0, 3, OA, RMI_RIPAS_DESTROYED);
	unmap(f, 0);
	assert_int_equal(s2_at(f, 0, 0).entry.ripas, RMI_RIPAS_DESTROYED);
	assert_false(rtt_table_live(f->mem, s2_at(f, 0, 0).table));
}

static void an_unmap_of_a_validated_device_leaves_destroyed(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_dev(f, 0, 3, OA, RMI_RIPAS_DEV);
	unmap(f, 0);
	assert_int_equal(s2_at(f, 0, 0).entry.state, RTT_UNASSIGNED);
	assert_int_equal(s2_at(f, 0, 0).entry.ripas, RMI_RIPAS_DESTROYED);
}

static void direct_entries_lose_execute_for_good(void **state)
{
	struct s2_fixture *f = *state;

	map(f, 0, 3, OA, false);
	unmap(f, 0);
	assert_int_equal(s2_desc(f, 0, 0), UINT64_C(0x00400000000000c0));
}

static void a_table_with_such_an_entry_does_not_fold(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_entry parent;
	struct rtt_walk walk;

	map(f, 0, 3, OA, false);
	unmap(f, 0);
	walk = s2_at_level(f, 0, 0, 2);
	assert_int_equal(rtt_fold_check(f->mem, &f->s2, 0, &walk, 0, 3, false, &parent),
			 RTT_FOLD_NOT_HOMOGENEOUS);
}

static void indirect_entries_get_base_4_back_and_keep_the_overlay_index(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk;

	s2_tables(f, 0, 0, 3);
	walk = s2_at(f, 0, 0);
	rtt_set_s2ap(f->mem, &f->s2, 0, &walk, 0, 4 * KIB, 6, true);
	map(f, 0, 3, OA, false);
	assert_int_equal(s2_at(f, 0, 0).entry.permission.base, 3);
	assert_int_equal(s2_at(f, 0, 0).entry.permission.overlay, 6);
	unmap(f, 0);
	assert_int_equal(s2_at(f, 0, 0).entry.permission.base, 4);
	assert_int_equal(s2_at(f, 0, 0).entry.permission.overlay, 6);
}

static void a_device_keeps_its_kind_through_validation(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_dev(f, 0, 3, S2_DEV_COH, RMI_RIPAS_DEV);
	assert_int_equal(s2_desc(f, 0, 0), S2_DEV_COH | UINT64_C(0x00400000000007df));
	s2_map_dev(f, 4 * KIB, 3, S2_DEV_NCOH, RMI_RIPAS_DEV);
	assert_int_equal(s2_desc(f, 0, 4 * KIB), S2_DEV_NCOH | UINT64_C(0x00400000000006d7));
}

#define ON_TREE(test)     cmocka_unit_test_setup_teardown(test, s2_setup, s2_teardown)
#define ON_INDIRECT(test) cmocka_unit_test_setup_teardown(test, s2_setup_indirect, s2_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_TREE(a_map_keeps_ripas_and_drops_execute),
		ON_TREE(a_level_2_block_is_mapped_like_a_page),
		ON_TREE(an_unmap_keeps_empty_and_destroyed),
		ON_TREE(an_unmap_of_a_validated_device_leaves_destroyed),
		ON_TREE(direct_entries_lose_execute_for_good),
		ON_TREE(a_table_with_such_an_entry_does_not_fold),
		ON_INDIRECT(indirect_entries_get_base_4_back_and_keep_the_overlay_index),
		ON_TREE(a_device_keeps_its_kind_through_validation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
