/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "tests/support/s2_fixture.h"

static void create(struct s2_fixture *f, unsigned int tree, uint64_t ipa, int level, uint64_t pa)
{
	struct rtt_walk walk = s2_at_level(f, tree, ipa, level - 1);

	assert_int_equal(walk.level, level - 1);
	rtt_create(f->mem, &f->s2, &walk, ipa, pa);
}

static void destroy(struct s2_fixture *f, unsigned int tree, uint64_t ipa, int level)
{
	struct rtt_walk walk = s2_at_level(f, tree, ipa, level - 1);

	assert_int_equal(walk.entry.state, RTT_TABLE);
	rtt_destroy(f->mem, &f->s2, tree, &walk, ipa);
}

/* Entry i of the table is `first` + i * `step`. */
static void assert_filled(const struct s2_fixture *f, uint64_t table, uint64_t first, uint64_t step)
{
	for (unsigned int i = 0; i < RTT_ENTRIES; i++)
		assert_int_equal(s2_raw(f, table, i), first + i * step);
}

/* --- roots: rtt.md#1.2 --------------------------------------------------------------------- */

static void a_root_is_half_empty_and_half_unassigned_ns(void **state)
{
	struct s2_fixture *f = *state;

	assert_filled(f, f->s2.root[0], 0xc0, 0);
	assert_filled(f, f->s2.root[0] + GRANULE_SIZE, UINT64_C(1) << 55, 0);
}

static void a_root_carries_the_default_permission_of_the_plane_of_its_tree(void **state)
{
	struct s2_fixture *f = *state;

	/* Plane 0 runs on tree 1, Plane 1 on the primary tree: planes.md#1.1 */
	assert_int_equal(s2_desc(f, 0, 0), UINT64_C(1) << 54);
	assert_int_equal(s2_desc(f, 1, 0), 0xc0);
}

static void an_indirect_root_has_base_4_and_overlay_0(void **state)
{
	struct s2_fixture *f = *state;

	assert_int_equal(s2_desc(f, 0, 0), UINT64_C(0x0020000000000080));
}

static void what_a_root_granule_held_before_is_never_live(void **state)
{
	struct s2_fixture *f = *state;
	const struct rtt_s2 geometry = {.s2sz = 32, .level_start = 1, .planes = 1};
	uint64_t old = f->s2.root[0];

	memset(mem_w(f->mem, old), 0xff, GRANULE_SIZE);
	f->s2.s2sz = geometry.s2sz;
	f->s2.num_start = 1;
	rtt_init_root(f->mem, &f->s2, 0);
	assert_int_equal(s2_raw(f, old, 0), 0xc0);
	assert_int_equal(s2_raw(f, old, 1), 0xc0);
	assert_int_equal(s2_raw(f, old, 2), UINT64_C(1) << 55);
	assert_int_equal(s2_raw(f, old, 3), UINT64_C(1) << 55);
	assert_int_equal(s2_raw(f, old, 4) & 0x39, 0);
	assert_false(rtt_root_live(f->mem, &f->s2, 0));
}

static void a_root_is_live_through_any_of_its_tables(void **state)
{
	struct s2_fixture *f = *state;

	assert_false(rtt_root_live(f->mem, &f->s2, 0));
	s2_tables(f, 0, S2_SPLIT, 2);
	assert_true(rtt_root_live(f->mem, &f->s2, 0));
	destroy(f, 0, S2_SPLIT, 2);
	assert_false(rtt_root_live(f->mem, &f->s2, 0));
}

static void an_assigned_ns_block_does_not_make_a_root_live(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_ns(f, S2_SPLIT, 1, GIB);
	assert_false(rtt_root_live(f->mem, &f->s2, 0));
}

/* --- unfold: rtt.md#4 ---------------------------------------------------------------------- */

static void a_new_table_takes_over_ripas_and_permission(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t table;

	s2_unassign(f, 0, 2, RMI_RIPAS_RAM);
	table = s2_tables(f, 0, 0, 3);
	assert_filled(f, table, 0xc2, 0);
	assert_int_equal(s2_refs(f, table), 0);
	assert_int_equal(s2_raw(f, s2_at_level(f, 0, 0, 2).table, 0), table | 3);
}

static void a_new_table_of_the_unprotected_half_is_unassigned_ns(void **state)
{
	struct s2_fixture *f = *state;

	assert_filled(f, s2_tables(f, 0, S2_SPLIT, 2), UINT64_C(1) << 55, 0);
}

static void a_data_block_unfolds_to_contiguous_pages(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 0, 2, RMI_RIPAS_RAM);
	uint64_t table = s2_tables(f, 0, 0, 3);

	assert_filled(f, table, pa | 0x7db, 4 * KIB);
	assert_int_equal(s2_refs(f, table), 512);
}

static void an_invalid_data_block_unfolds_with_its_ripas(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 0, 2, RMI_RIPAS_DESTROYED);

	assert_filled(f, s2_tables(f, 0, 0, 3), pa | 0xcc, 4 * KIB);
}

static void a_level_1_block_unfolds_to_blocks(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_entry entry = {.state = RTT_ASSIGNED,
				  .ripas = RMI_RIPAS_RAM,
				  .pa = 4 * GIB,
				  .permission = rtt_permission_default(&f->s2, 0)};

	s2_put(f, 0, GIB, 1, entry);
	assert_filled(f, s2_tables(f, 0, GIB, 2), (4 * GIB) | 0x7d9, 2 * MIB);
}

static void an_ns_block_unfolds_and_does_not_pin_the_table(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t table;

	s2_map_ns(f, S2_SPLIT, 2, 2 * MIB);
	table = s2_tables(f, 0, S2_SPLIT, 3);
	assert_filled(f, table, (2 * MIB) | UINT64_C(0x00c00000000007db), 4 * KIB);
	assert_false(rtt_table_live(f->mem, table));
}

static void a_device_block_unfolds_with_kind_and_permission(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_dev(f, 0, 2, S2_DEV_NCOH, RMI_RIPAS_EMPTY);
	assert_filled(f, s2_tables(f, 0, 0, 3), S2_DEV_NCOH | UINT64_C(0x00400000000000d8),
		      4 * KIB);
	s2_map_dev(f, 2 * MIB, 2, S2_DEV_COH, RMI_RIPAS_DEV);
	assert_filled(f, s2_tables(f, 0, 2 * MIB, 3), S2_DEV_COH | UINT64_C(0x00400000000007df),
		      4 * KIB);
}

static void an_unfold_of_a_block_keeps_high_address_bits_with_lpa2(void **state)
{
	const struct rtt_s2 s2 = {.s2sz = 52, .level_start = 0, .planes = 1, .lpa2 = true};
	const uint64_t half = UINT64_C(1) << 51;
	struct rtt_entry entry;
	struct s2_fixture f;

	(void)state;
	s2_up_like(&f, &s2);
	entry = rtt_desc_entry(&f.s2, (2 * MIB) | 0x3d8, 2);
	s2_put(&f, 0, half, 2, entry);
	s2_tables(&f, 0, half, 3);
	assert_int_equal(s2_at(&f, 0, half + 7 * 4 * KIB).entry.pa,
			 (UINT64_C(3) << 50) + 2 * MIB + 7 * 4 * KIB);
	s2_down(&f);
}

static void aux_destroyed_is_copied_to_the_children(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 1, 0, 3);
	destroy(f, 1, 0, 3);
	assert_int_equal(s2_at(f, 1, 0).entry.state, RTT_AUX_DESTROYED);
	s2_tables(f, 1, 0, 3);
	assert_int_equal(s2_at(f, 1, 5 * 4 * KIB).level, 3);
	assert_int_equal(s2_at(f, 1, 5 * 4 * KIB).entry.state, RTT_AUX_DESTROYED);
}

/* --- destruction: rtt.md#2.1 --------------------------------------------------------------- */

static void a_destroyed_table_leaves_ripas_destroyed_and_default_permission(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_entry entry = {.state = RTT_UNASSIGNED, .ripas = RMI_RIPAS_RAM};
	uint64_t table;

	s2_put(f, 0, 0, 2, entry);
	table = s2_tables(f, 0, 0, 3);
	destroy(f, 0, 0, 3);
	assert_int_equal(s2_desc(f, 0, 0), 0xc4);
	assert_int_equal(s2_refs(f, table), 0);
}

static void a_destroyed_unprotected_table_drops_its_mappings(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_ns(f, S2_SPLIT + 4 * KIB, 3, S2_DRAM);
	destroy(f, 0, S2_SPLIT, 3);
	assert_int_equal(s2_at(f, 0, S2_SPLIT + 4 * KIB).entry.state, RTT_UNASSIGNED_NS);
	assert_int_equal(s2_at(f, 0, S2_SPLIT + 4 * KIB).level, 2);
}

/* --- reference counts ---------------------------------------------------------------------- */

static void a_table_counts_the_entries_that_pin_it(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t table = s2_tables(f, 0, 0, 2);

	assert_int_equal(s2_refs(f, table), 0);
	s2_map(f, 0, 2, RMI_RIPAS_EMPTY);
	create(f, 0, 2 * MIB, 3, s2_take(f, GRANULE_SIZE, GRANULE_RTT));
	s2_map_dev(f, 4 * MIB, 2, S2_DEV_NCOH, RMI_RIPAS_EMPTY);
	assert_int_equal(s2_refs(f, table), 3);
	destroy(f, 0, 2 * MIB, 3);
	assert_int_equal(s2_refs(f, table), 2);
}

static void unfolding_a_block_leaves_the_count_of_the_parent_table(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t parent = s2_tables(f, 0, 0, 2);

	s2_map(f, 0, 2, RMI_RIPAS_RAM);
	assert_int_equal(s2_refs(f, parent), 1);
	s2_tables(f, 0, 0, 3);
	assert_int_equal(s2_refs(f, parent), 1);
}

static void assigned_ns_entries_are_not_counted(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_ns(f, S2_SPLIT, 3, S2_DRAM);
	assert_false(rtt_table_live(f->mem, s2_at(f, 0, S2_SPLIT).table));
}

#define ON_TREE(test)     cmocka_unit_test_setup_teardown(test, s2_setup, s2_teardown)
#define ON_TREES(test)    cmocka_unit_test_setup_teardown(test, s2_setup_two_trees, s2_teardown)
#define ON_INDIRECT(test) cmocka_unit_test_setup_teardown(test, s2_setup_indirect, s2_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_TREE(a_root_is_half_empty_and_half_unassigned_ns),
		ON_TREES(a_root_carries_the_default_permission_of_the_plane_of_its_tree),
		ON_INDIRECT(an_indirect_root_has_base_4_and_overlay_0),
		ON_TREE(what_a_root_granule_held_before_is_never_live),
		ON_TREE(a_root_is_live_through_any_of_its_tables),
		ON_TREE(an_assigned_ns_block_does_not_make_a_root_live),
		ON_TREE(a_new_table_takes_over_ripas_and_permission),
		ON_TREE(a_new_table_of_the_unprotected_half_is_unassigned_ns),
		ON_TREE(a_data_block_unfolds_to_contiguous_pages),
		ON_TREE(an_invalid_data_block_unfolds_with_its_ripas),
		ON_TREE(a_level_1_block_unfolds_to_blocks),
		ON_TREE(an_ns_block_unfolds_and_does_not_pin_the_table),
		ON_TREE(a_device_block_unfolds_with_kind_and_permission),
		cmocka_unit_test(an_unfold_of_a_block_keeps_high_address_bits_with_lpa2),
		ON_TREES(aux_destroyed_is_copied_to_the_children),
		ON_TREE(a_destroyed_table_leaves_ripas_destroyed_and_default_permission),
		ON_TREE(a_destroyed_unprotected_table_drops_its_mappings),
		ON_TREE(a_table_counts_the_entries_that_pin_it),
		ON_TREE(unfolding_a_block_leaves_the_count_of_the_parent_table),
		ON_TREE(assigned_ns_entries_are_not_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
