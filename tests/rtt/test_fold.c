/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/s2_fixture.h"

/* rtt.md#4, rmi-commands.md#6 (RTT_FOLD) */

static enum rtt_fold_result check_as(struct s2_fixture *f, unsigned int tree, uint64_t ipa,
				     int level, bool full_table_is_block, struct rtt_entry *parent)
{
	struct rtt_walk walk = s2_at_level(f, tree, ipa, level - 1);

	assert_int_equal(walk.entry.state, RTT_TABLE);
	return rtt_fold_check(f->mem, &f->s2, tree, &walk, ipa, level, full_table_is_block, parent);
}

static enum rtt_fold_result check(struct s2_fixture *f, uint64_t ipa, int level)
{
	struct rtt_entry parent;

	return check_as(f, 0, ipa, level, false, &parent);
}

/* Folds and returns the descriptor that replaced the table. */
static uint64_t fold(struct s2_fixture *f, unsigned int tree, uint64_t ipa, int level)
{
	struct rtt_walk walk = s2_at_level(f, tree, ipa, level - 1);
	struct rtt_entry parent;

	assert_int_equal(check_as(f, tree, ipa, level, false, &parent), RTT_FOLD_OK);
	rtt_fold(f->mem, &f->s2, &walk, &parent);
	return s2_desc(f, tree, ipa);
}

/* A block, unfolded: what a fold makes whole again. */
static uint64_t unfolded(struct s2_fixture *f, uint64_t ipa, enum rmi_ripas ripas)
{
	uint64_t pa = s2_map(f, ipa, 2, ripas);

	s2_tables(f, 0, ipa, 3);
	return pa;
}

/* --- what folds ---------------------------------------------------------------------------- */

static void unassigned_entries_fold_to_their_ripas(void **state)
{
	struct s2_fixture *f = *state;

	s2_unassign(f, 0, 2, RMI_RIPAS_DESTROYED);
	s2_tables(f, 0, 0, 3);
	assert_int_equal(fold(f, 0, 0, 3), 0xc4);
}

static void unassigned_entries_fold_at_any_level(void **state)
{
	const struct rtt_s2 s2 = {.s2sz = 48, .level_start = 0, .planes = 1};
	struct s2_fixture f;

	(void)state;
	s2_up_like(&f, &s2);
	s2_tables(&f, 0, 0, 1);
	assert_int_equal(fold(&f, 0, 0, 1), 0xc0);
	s2_down(&f);
}

static void unassigned_ns_entries_fold(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, S2_SPLIT, 2);
	assert_int_equal(fold(f, 0, S2_SPLIT, 2), UINT64_C(1) << 55);
}

static void contiguous_pages_fold_to_a_block(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = unfolded(f, 0, RMI_RIPAS_RAM);

	assert_int_equal(fold(f, 0, 0, 3), pa | 0x7d9);
}

static void pages_with_ripas_empty_fold_to_a_block(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = unfolded(f, 0, RMI_RIPAS_EMPTY);

	assert_int_equal(fold(f, 0, 0, 3), pa | 0xc8);
}

static void contiguous_level_2_blocks_fold_to_a_level_1_block(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_entry entry = {.state = RTT_ASSIGNED,
				  .ripas = RMI_RIPAS_RAM,
				  .pa = 4 * GIB,
				  .permission = rtt_permission_default(&f->s2, 0)};

	s2_put(f, 0, GIB, 1, entry);
	s2_tables(f, 0, GIB, 2);
	assert_int_equal(fold(f, 0, GIB, 2), (4 * GIB) | 0x7d9);
}

static void ns_pages_fold_to_a_block(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_ns(f, S2_SPLIT, 2, 4 * MIB);
	s2_tables(f, 0, S2_SPLIT, 3);
	assert_int_equal(fold(f, 0, S2_SPLIT, 3), (4 * MIB) | UINT64_C(0x00c00000000007d9));
}

static void device_pages_fold_to_a_level_2_block(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_dev(f, 0, 2, S2_DEV_NCOH, RMI_RIPAS_DESTROYED);
	s2_tables(f, 0, 0, 3);
	assert_int_equal(fold(f, 0, 0, 3), S2_DEV_NCOH | UINT64_C(0x00400000000000dc));
}

static void aux_destroyed_entries_fold(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk;

	s2_tables(f, 1, 0, 3);
	walk = s2_at_level(f, 1, 0, 2);
	rtt_destroy(f->mem, &f->s2, 1, &walk, 0);
	s2_tables(f, 1, 0, 3);
	assert_int_equal(fold(f, 1, 0, 3), 0xc4);
	assert_int_equal(s2_at(f, 1, 0).entry.state, RTT_AUX_DESTROYED);
}

static void a_block_takes_the_permission_of_its_pages(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk;

	s2_tables(f, 0, 0, 3);
	walk = s2_at(f, 0, 0);
	assert_int_equal(rtt_set_s2ap(f->mem, &f->s2, 0, &walk, 0, 2 * MIB, 7, true).top, 2 * MIB);
	assert_int_equal(fold(f, 0, 0, 3), UINT64_C(0x3820000000000080));
}

/* --- what does not fold -------------------------------------------------------------------- */

static void one_entry_of_another_ripas_prevents_a_fold(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 0, 3);
	s2_unassign(f, 511 * 4 * KIB, 3, RMI_RIPAS_RAM);
	assert_int_equal(check(f, 0, 3), RTT_FOLD_NOT_HOMOGENEOUS);
}

static void one_entry_of_another_permission_prevents_a_fold(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_entry entry = {.state = RTT_UNASSIGNED, .permission = {.r = 1, .xn = 2}};

	s2_put(f, 0, 100 * 4 * KIB, 3, entry);
	assert_int_equal(check(f, 0, 3), RTT_FOLD_NOT_HOMOGENEOUS);
}

static void one_entry_of_another_overlay_index_prevents_a_fold(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk;

	s2_tables(f, 0, 0, 3);
	walk = s2_at(f, 0, 0);
	rtt_set_s2ap(f->mem, &f->s2, 0, &walk, 0, 4 * KIB, 1, true);
	assert_int_equal(check(f, 0, 3), RTT_FOLD_NOT_HOMOGENEOUS);
}

static void one_assigned_entry_among_unassigned_prevents_a_fold(void **state)
{
	struct s2_fixture *f = *state;

	s2_map(f, 0, 3, RMI_RIPAS_EMPTY);
	assert_int_equal(check(f, 0, 3), RTT_FOLD_NOT_HOMOGENEOUS);
}

static void one_unassigned_entry_among_assigned_prevents_a_fold(void **state)
{
	struct s2_fixture *f = *state;

	unfolded(f, 0, RMI_RIPAS_RAM);
	s2_unassign(f, 5 * 4 * KIB, 3, RMI_RIPAS_RAM);
	assert_int_equal(check(f, 0, 3), RTT_FOLD_NOT_HOMOGENEOUS);
}

static void addresses_with_a_gap_do_not_fold(void **state)
{
	struct s2_fixture *f = *state;

	unfolded(f, 0, RMI_RIPAS_RAM);
	s2_map(f, 511 * 4 * KIB, 3, RMI_RIPAS_RAM);
	assert_int_equal(check(f, 0, 3), RTT_FOLD_NOT_HOMOGENEOUS);
}

static void contiguous_addresses_that_begin_inside_a_block_do_not_fold(void **state)
{
	struct s2_fixture *f = *state;

	for (unsigned int i = 0; i < RTT_ENTRIES; i++)
		s2_map_ns(f, S2_SPLIT + i * 4 * KIB, 3, (i + 1) * 4 * KIB);
	assert_int_equal(check(f, S2_SPLIT, 3), RTT_FOLD_NOT_HOMOGENEOUS);
}

static void ns_entries_of_two_memory_types_do_not_fold(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_ns(f, S2_SPLIT, 2, 4 * MIB);
	s2_tables(f, 0, S2_SPLIT, 3);
	s2_put(f, 0, S2_SPLIT, 3, rtt_desc_entry(&f->s2, (4 * MIB) | 0xd4, 3));
	assert_int_equal(check(f, S2_SPLIT, 3), RTT_FOLD_NOT_HOMOGENEOUS);
}

static void ns_entries_of_two_permissions_do_not_fold(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_ns(f, S2_SPLIT, 2, 4 * MIB);
	s2_tables(f, 0, S2_SPLIT, 3);
	s2_put(f, 0, S2_SPLIT, 3, rtt_desc_entry(&f->s2, (4 * MIB) | 0x58, 3));
	assert_int_equal(check(f, S2_SPLIT, 3), RTT_FOLD_NOT_HOMOGENEOUS);
}

static void devices_of_two_kinds_do_not_fold(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk;

	s2_map_dev(f, 0, 2, S2_DEV_NCOH, RMI_RIPAS_EMPTY);
	s2_tables(f, 0, 0, 3);
	walk = s2_at(f, 0, 0);
	rtt_dev_map(f->mem, &f->s2, &walk, S2_DEV_NCOH, true);
	assert_int_equal(check(f, 0, 3), RTT_FOLD_NOT_HOMOGENEOUS);
}

static void a_table_below_prevents_a_fold(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 0, 3);
	assert_int_equal(check(f, 0, 2), RTT_FOLD_NOT_HOMOGENEOUS);
}

static void a_table_full_of_tables_is_not_homogeneous(void **state)
{
	struct s2_fixture *f = *state;

	for (unsigned int i = 0; i < RTT_ENTRIES; i++)
		s2_tables(f, 0, i * 2 * MIB, 3);
	assert_int_equal(check(f, 0, 2), RTT_FOLD_NOT_HOMOGENEOUS);
}

/* --- levels without blocks ----------------------------------------------------------------- */

static struct rtt_s2 from_level_0(void)
{
	return (struct rtt_s2){.s2sz = 48, .level_start = 0, .planes = 1};
}

/* A level 1 table full of blocks at `pa`, and one entry of it at the next gigabyte if `gap`. */
static void fill_level_1(struct s2_fixture *f, uint64_t ipa, uint64_t pa, bool ns, bool gap)
{
	for (unsigned int i = 0; i < RTT_ENTRIES; i++) {
		struct rtt_entry data = {.state = RTT_ASSIGNED,
					 .ripas = RMI_RIPAS_RAM,
					 .pa = pa + (i + (gap && i == 511)) * GIB,
					 .permission = rtt_permission_default(&f->s2, 0)};

		if (ns)
			s2_map_ns(f, ipa + i * GIB, 1, data.pa);
		else
			s2_put(f, 0, ipa + i * GIB, 1, data);
	}
}

static void a_full_level_1_table_has_no_block_to_fold_to(void **state)
{
	const struct rtt_s2 s2 = from_level_0();
	struct s2_fixture f;

	(void)state;
	s2_up_like(&f, &s2);
	fill_level_1(&f, 0, 0, false, false);
	assert_int_equal(check(&f, 0, 1), RTT_FOLD_NO_BLOCK);
	s2_down(&f);
}

static void a_full_level_1_table_is_refused_before_its_content_is_compared(void **state)
{
	const struct rtt_s2 s2 = from_level_0();
	struct s2_fixture f;

	(void)state;
	s2_up_like(&f, &s2);
	fill_level_1(&f, 0, 0, false, true);
	assert_int_equal(check(&f, 0, 1), RTT_FOLD_NO_BLOCK);
	s2_down(&f);
}

static void ns_blocks_of_level_1_are_compared_before_they_are_refused(void **state)
{
	const struct rtt_s2 s2 = from_level_0();
	const uint64_t split = UINT64_C(1) << 47;
	struct s2_fixture f;

	(void)state;
	s2_up_like(&f, &s2);
	fill_level_1(&f, split, 0, true, false);
	assert_int_equal(check(&f, split, 1), RTT_FOLD_NO_BLOCK);
	fill_level_1(&f, split + 512 * GIB, 0, true, true);
	assert_int_equal(check(&f, split + 512 * GIB, 1), RTT_FOLD_NOT_HOMOGENEOUS);
	fill_level_1(&f, split + 1024 * GIB, GIB, true, false);
	assert_int_equal(check(&f, split + 1024 * GIB, 1), RTT_FOLD_NOT_HOMOGENEOUS);
	s2_down(&f);
}

static void a_level_1_table_full_of_tables_is_refused_as_a_block_by_quirk_only(void **state)
{
	const struct rtt_s2 s2 = from_level_0();
	struct rtt_entry parent;
	struct s2_fixture f;

	(void)state;
	s2_up_like(&f, &s2);
	for (unsigned int i = 0; i < RTT_ENTRIES; i++)
		s2_tables(&f, 0, i * GIB, 2);
	assert_int_equal(check(&f, 0, 1), RTT_FOLD_NOT_HOMOGENEOUS);
	assert_int_equal(check_as(&f, 0, 0, 1, true, &parent), RTT_FOLD_NO_BLOCK);
	s2_down(&f);
}

static void the_quirk_needs_a_full_table_of_level_1(void **state)
{
	const struct rtt_s2 s2 = from_level_0();
	struct rtt_entry parent;
	struct s2_fixture f;

	(void)state;
	s2_up_like(&f, &s2);
	for (unsigned int i = 0; i < RTT_ENTRIES; i++) {
		s2_tables(&f, 0, i * 2 * MIB, 3);
		if (i != 0)
			s2_tables(&f, 0, i * GIB, 2);
	}
	assert_int_equal(check_as(&f, 0, 0, 2, true, &parent), RTT_FOLD_NOT_HOMOGENEOUS);
	s2_unassign(&f, 511 * GIB, 1, RMI_RIPAS_EMPTY);
	assert_int_equal(check_as(&f, 0, 0, 1, true, &parent), RTT_FOLD_NOT_HOMOGENEOUS);
	s2_down(&f);
}

static void devices_have_no_level_1_block(void **state)
{
	struct s2_fixture *f = *state;

	for (unsigned int i = 0; i < RTT_ENTRIES; i++) {
		struct rtt_entry entry = {.state = RTT_ASSIGNED_DEV,
					  .ripas = RMI_RIPAS_EMPTY,
					  .pa = 4 * GIB + i * 2 * MIB,
					  .permission = {.r = 1, .w = 1, .xn = 2}};

		s2_put(f, 0, i * 2 * MIB, 2, entry);
	}
	assert_int_equal(check(f, 0, 2), RTT_FOLD_NO_BLOCK);
}

/* --- counts -------------------------------------------------------------------------------- */

static void a_fold_moves_the_count_from_the_entries_to_the_block(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t parent = s2_tables(f, 0, 0, 2);
	uint64_t table;

	unfolded(f, 0, RMI_RIPAS_RAM);
	table = s2_at(f, 0, 0).table;
	fold(f, 0, 0, 3);
	assert_int_equal(s2_refs(f, table), 0);
	assert_int_equal(s2_refs(f, parent), 1);
}

static void a_fold_of_entries_without_address_leaves_the_parent_table_empty(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t parent;

	s2_map_ns(f, S2_SPLIT, 2, 4 * MIB);
	s2_tables(f, 0, S2_SPLIT, 3);
	parent = s2_at_level(f, 0, S2_SPLIT, 2).table;
	assert_int_equal(s2_refs(f, parent), 1);
	fold(f, 0, S2_SPLIT, 3);
	assert_int_equal(s2_refs(f, parent), 0);
}

#define ON_TREE(test)     cmocka_unit_test_setup_teardown(test, s2_setup, s2_teardown)
#define ON_TREES(test)    cmocka_unit_test_setup_teardown(test, s2_setup_two_trees, s2_teardown)
#define ON_INDIRECT(test) cmocka_unit_test_setup_teardown(test, s2_setup_indirect, s2_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_TREE(unassigned_entries_fold_to_their_ripas),
		cmocka_unit_test(unassigned_entries_fold_at_any_level),
		ON_TREE(unassigned_ns_entries_fold),
		ON_TREE(contiguous_pages_fold_to_a_block),
		ON_TREE(pages_with_ripas_empty_fold_to_a_block),
		ON_TREE(contiguous_level_2_blocks_fold_to_a_level_1_block),
		ON_TREE(ns_pages_fold_to_a_block),
		ON_TREE(device_pages_fold_to_a_level_2_block),
		ON_TREES(aux_destroyed_entries_fold),
		ON_INDIRECT(a_block_takes_the_permission_of_its_pages),
		ON_TREE(one_entry_of_another_ripas_prevents_a_fold),
		ON_TREE(one_entry_of_another_permission_prevents_a_fold),
		ON_INDIRECT(one_entry_of_another_overlay_index_prevents_a_fold),
		ON_TREE(one_assigned_entry_among_unassigned_prevents_a_fold),
		ON_TREE(one_unassigned_entry_among_assigned_prevents_a_fold),
		ON_TREE(addresses_with_a_gap_do_not_fold),
		ON_TREE(contiguous_addresses_that_begin_inside_a_block_do_not_fold),
		ON_TREE(ns_entries_of_two_memory_types_do_not_fold),
		ON_TREE(ns_entries_of_two_permissions_do_not_fold),
		ON_TREE(devices_of_two_kinds_do_not_fold),
		ON_TREE(a_table_below_prevents_a_fold),
		ON_TREE(a_table_full_of_tables_is_not_homogeneous),
		cmocka_unit_test(a_full_level_1_table_has_no_block_to_fold_to),
		cmocka_unit_test(a_full_level_1_table_is_refused_before_its_content_is_compared),
		cmocka_unit_test(ns_blocks_of_level_1_are_compared_before_they_are_refused),
		cmocka_unit_test(
			a_level_1_table_full_of_tables_is_refused_as_a_block_by_quirk_only),
		cmocka_unit_test(the_quirk_needs_a_full_table_of_level_1),
		ON_TREE(devices_have_no_level_1_block),
		ON_TREE(a_fold_moves_the_count_from_the_entries_to_the_block),
		ON_TREE(a_fold_of_entries_without_address_leaves_the_parent_table_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
