/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/s2_fixture.h"

/* planes.md#6, rmi-commands.md#7. Tree 1 is Plane 0's, tree 0 is Plane 1's. */

#define PAGE (4 * KIB)

static void aux_map(struct s2_fixture *f, uint64_t ipa, bool block_offset_quirk)
{
	struct rtt_walk primary = s2_at(f, 0, ipa), aux = s2_at(f, 1, ipa);

	rtt_aux_map(f->mem, &f->s2, 1, ipa, &primary, &aux, block_offset_quirk);
}

static void aux_unmap(struct s2_fixture *f, uint64_t ipa)
{
	struct rtt_walk aux = s2_at(f, 1, ipa);

	rtt_aux_unmap(f->mem, &f->s2, 1, &aux);
}

static bool live(const struct s2_fixture *f, uint64_t ipa)
{
	struct rtt_walk walk = s2_at(f, 0, ipa);

	return rtt_aux_live(f->mem, &walk.entry, walk.level);
}

/* --- Protected: mapping -------------------------------------------------------------------- */

static void a_page_is_mapped_with_the_permission_of_the_auxiliary_entry(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, PAGE, 3, RMI_RIPAS_RAM);

	assert_int_equal(s2_desc(f, 0, PAGE), pa | UINT64_C(0x004000000000071b));
	s2_aux_map(f, 1, PAGE, 3);
	assert_int_equal(s2_desc(f, 1, PAGE), pa | 0x7db);
}

static void a_page_of_a_primary_block_is_mapped_by_itself(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 0, 2, RMI_RIPAS_RAM);

	s2_aux_map(f, 1, 5 * PAGE, 3);
	assert_int_equal(s2_at(f, 1, 5 * PAGE).entry.pa, pa + 5 * PAGE);
	assert_int_equal(s2_refs(f, pa), 0);
	assert_int_equal(s2_refs(f, pa + 5 * PAGE), 1);
}

static void a_part_of_a_level_1_block_is_mapped_by_itself(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk primary = {
		.level = 1,
		.entry = {.state = RTT_ASSIGNED, .ripas = RMI_RIPAS_RAM, .pa = S2_DRAM}};
	struct rtt_walk aux;

	s2_take(f, 16 * MIB, GRANULE_DATA);
	s2_tables(f, 1, 0, 2);
	aux = s2_at(f, 1, 6 * MIB + PAGE);
	rtt_aux_map(f->mem, &f->s2, 1, 6 * MIB + PAGE, &primary, &aux, false);
	assert_int_equal(s2_at(f, 1, 6 * MIB).entry.pa, S2_DRAM + 6 * MIB);
}

static void the_quirk_maps_the_first_page_of_the_block(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 0, 2, RMI_RIPAS_RAM);

	s2_tables(f, 1, 0, 3);
	aux_map(f, 5 * PAGE, true);
	assert_int_equal(s2_at(f, 1, 5 * PAGE).entry.pa, pa);
	assert_int_equal(s2_refs(f, pa), 1);
	assert_int_equal(s2_refs(f, pa + 5 * PAGE), 0);
}

static void a_block_is_mapped_whole_from_any_of_its_pages(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 2 * MIB, 2, RMI_RIPAS_RAM);

	s2_tables(f, 1, 0, 2);
	aux_map(f, 2 * MIB + 7 * PAGE, false);
	assert_int_equal(s2_desc(f, 1, 2 * MIB), pa | 0x7d9);
	for (uint64_t offset = 0; offset < 2 * MIB; offset += PAGE)
		assert_int_equal(s2_refs(f, pa + offset), 1);
}

static void mapping_twice_changes_nothing(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 0, 3, RMI_RIPAS_RAM);

	s2_aux_map(f, 1, 0, 3);
	s2_aux_map(f, 1, 0, 3);
	assert_int_equal(s2_refs(f, pa), 1);
	assert_int_equal(s2_refs(f, s2_at(f, 1, 0).table), 1);
}

static void a_device_is_mapped_without_execute(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_dev(f, 0, 3, S2_DEV_COH, RMI_RIPAS_DEV);
	s2_aux_map(f, 1, 0, 3);
	assert_int_equal(s2_desc(f, 1, 0), S2_DEV_COH | UINT64_C(0x00400000000007df));
	aux_unmap(f, 0);
	assert_int_equal(s2_desc(f, 1, 0), UINT64_C(0x00400000000000c0));
}

/* --- Protected: unmapping ------------------------------------------------------------------ */

static void an_unmapped_entry_keeps_its_permission_and_forgets_ripas(void **state)
{
	struct s2_fixture *f = *state;

	s2_map(f, 0, 3, RMI_RIPAS_RAM);
	s2_aux_map(f, 1, 0, 3);
	aux_unmap(f, 0);
	assert_int_equal(s2_desc(f, 1, 0), 0xc0);
	assert_int_equal(s2_refs(f, s2_at(f, 1, 0).table), 0);
}

static void an_unmapped_block_gives_back_every_granule(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 0, 2, RMI_RIPAS_RAM);

	s2_tables(f, 1, 0, 2);
	aux_map(f, 0, false);
	aux_unmap(f, 3 * PAGE);
	for (uint64_t offset = 0; offset < 2 * MIB; offset += PAGE)
		assert_int_equal(s2_refs(f, pa + offset), 0);
}

/* --- Protected: live ----------------------------------------------------------------------- */

static void memory_is_live_while_some_tree_maps_it(void **state)
{
	struct s2_fixture f;
	struct rtt_walk aux;
	uint64_t pa;

	(void)state;
	s2_up_trees(&f, 3);
	pa = s2_map(&f, 0, 3, RMI_RIPAS_RAM);
	assert_false(live(&f, 0));
	s2_aux_map(&f, 1, 0, 3);
	s2_aux_map(&f, 2, 0, 3);
	assert_int_equal(s2_refs(&f, pa), 2);
	for (unsigned int tree = 1; tree <= 2; tree++) {
		assert_true(live(&f, 0));
		aux = s2_at(&f, tree, 0);
		rtt_aux_unmap(f.mem, &f.s2, tree, &aux);
	}
	assert_false(live(&f, 0));
	s2_down(&f);
}

static void a_block_is_live_through_any_of_its_pages(void **state)
{
	struct s2_fixture *f = *state;

	s2_map(f, 0, 2, RMI_RIPAS_RAM);
	assert_false(live(f, 0));
	s2_aux_map(f, 1, 511 * PAGE, 3);
	assert_true(live(f, 0));
}

static void only_assigned_entries_are_auxiliary_live(void **state)
{
	struct s2_fixture *f = *state;

	s2_unassign(f, 0, 3, RMI_RIPAS_RAM);
	assert_false(live(f, 0));
	s2_map_dev(f, PAGE, 3, S2_DEV_NCOH, RMI_RIPAS_DEV);
	assert_false(live(f, PAGE));
}

static void primary_and_auxiliary_tables_unfold_and_fold_apart(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 0, 2, RMI_RIPAS_RAM);
	struct rtt_entry parent;
	struct rtt_walk walk;

	s2_tables(f, 1, 0, 2);
	aux_map(f, 0, false);
	s2_tables(f, 0, 0, 3);
	assert_int_equal(s2_at(f, 1, 0).level, 2);
	s2_tables(f, 1, 0, 3);
	assert_int_equal(s2_refs(f, pa + 9 * PAGE), 1);
	walk = s2_at_level(f, 1, 0, 2);
	assert_int_equal(rtt_fold_check(f->mem, &f->s2, 1, &walk, 0, 3, false, &parent),
			 RTT_FOLD_OK);
	rtt_fold(f->mem, &f->s2, &walk, &parent);
	assert_int_equal(s2_at(f, 1, 0).level, 2);
	assert_int_equal(s2_at(f, 1, 0).entry.pa, pa);
	assert_int_equal(s2_at(f, 0, 0).level, 3);
	assert_int_equal(s2_refs(f, pa + 9 * PAGE), 1);
}

/* --- Unprotected --------------------------------------------------------------------------- */

static void aux_map_ns(struct s2_fixture *f, uint64_t ipa, bool recount)
{
	struct rtt_walk primary = s2_at_level(f, 0, ipa, 1), aux = s2_at_level(f, 1, ipa, 1);

	rtt_aux_map_ns(f->mem, &f->s2, &primary, &aux, recount);
}

static void aux_unmap_ns(struct s2_fixture *f, uint64_t ipa)
{
	struct rtt_walk aux = s2_at_level(f, 1, ipa, 1);

	rtt_aux_unmap_ns(f->mem, &f->s2, &aux);
}

static void a_shared_table_shows_what_the_primary_tree_maps_later(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, S2_SPLIT, 3);
	aux_map_ns(f, S2_SPLIT, false);
	assert_int_equal(s2_at(f, 1, S2_SPLIT).entry.state, RTT_UNASSIGNED_NS);
	assert_int_equal(s2_at(f, 1, S2_SPLIT).level, 3);
	s2_map_ns(f, S2_SPLIT, 3, S2_DRAM);
	assert_int_equal(s2_at(f, 1, S2_SPLIT).entry.state, RTT_ASSIGNED_NS);
	assert_int_equal(s2_at(f, 1, S2_SPLIT).entry.pa, S2_DRAM);
}

static void a_block_at_the_start_level_is_copied(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_ns(f, S2_SPLIT, 1, GIB);
	aux_map_ns(f, S2_SPLIT, false);
	assert_int_equal(s2_desc(f, 1, S2_SPLIT), s2_desc(f, 0, S2_SPLIT));
}

static void a_shared_entry_makes_the_auxiliary_root_live(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_ns(f, S2_SPLIT, 1, GIB);
	s2_tables(f, 0, S2_SPLIT + GIB, 2);
	aux_map_ns(f, S2_SPLIT, false);
	assert_true(rtt_root_live(f->mem, &f->s2, 1));
	aux_map_ns(f, S2_SPLIT + GIB, false);
	aux_unmap_ns(f, S2_SPLIT);
	assert_true(rtt_root_live(f->mem, &f->s2, 1));
	aux_unmap_ns(f, S2_SPLIT + GIB);
	assert_false(rtt_root_live(f->mem, &f->s2, 1));
	assert_int_equal(s2_desc(f, 1, S2_SPLIT + GIB), UINT64_C(1) << 55);
}

static void sharing_twice_changes_nothing(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_ns(f, S2_SPLIT, 1, GIB);
	s2_tables(f, 0, S2_SPLIT + GIB, 2);
	for (int i = 0; i < 2; i++) {
		aux_map_ns(f, S2_SPLIT, false);
		aux_map_ns(f, S2_SPLIT + GIB, false);
	}
	aux_unmap_ns(f, S2_SPLIT);
	aux_unmap_ns(f, S2_SPLIT + GIB);
	assert_false(rtt_root_live(f->mem, &f->s2, 1));
}

static void the_quirk_counts_a_table_again_and_a_block_once(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_ns(f, S2_SPLIT, 1, GIB);
	aux_map_ns(f, S2_SPLIT, true);
	aux_map_ns(f, S2_SPLIT, true);
	aux_unmap_ns(f, S2_SPLIT);
	assert_false(rtt_root_live(f->mem, &f->s2, 1));
	s2_tables(f, 0, S2_SPLIT + GIB, 2);
	aux_map_ns(f, S2_SPLIT + GIB, true);
	aux_map_ns(f, S2_SPLIT + GIB, true);
	aux_unmap_ns(f, S2_SPLIT + GIB);
	assert_true(rtt_root_live(f->mem, &f->s2, 1));
}

static void a_count_that_is_full_stays_full(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t root = f->s2.root[1] + GRANULE_SIZE;

	s2_tables(f, 0, S2_SPLIT, 2);
	for (unsigned int i = 0; i < 70000; i++)
		aux_map_ns(f, S2_SPLIT, true);
	assert_int_equal(s2_refs(f, root), UINT16_MAX);
}

static void unmapping_an_empty_entry_changes_nothing(void **state)
{
	struct s2_fixture *f = *state;

	aux_unmap_ns(f, S2_SPLIT);
	assert_int_equal(s2_desc(f, 1, S2_SPLIT), UINT64_C(1) << 55);
	assert_false(rtt_root_live(f->mem, &f->s2, 1));
}

static void only_the_table_below_the_start_level_is_referenced(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, S2_SPLIT, 3);
	assert_false(rtt_aux_referenced(f->mem, &f->s2, S2_SPLIT, 2, true));
	aux_map_ns(f, S2_SPLIT, false);
	assert_true(rtt_aux_referenced(f->mem, &f->s2, S2_SPLIT, 2, false));
	assert_false(rtt_aux_referenced(f->mem, &f->s2, S2_SPLIT, 3, false));
	assert_false(rtt_aux_referenced(f->mem, &f->s2, S2_SPLIT + GIB, 2, false));
}

static void the_quirk_refuses_tables_of_any_level(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, S2_SPLIT, 3);
	aux_map_ns(f, S2_SPLIT, false);
	assert_true(rtt_aux_referenced(f->mem, &f->s2, S2_SPLIT, 3, true));
	assert_true(rtt_aux_referenced(f->mem, &f->s2, S2_SPLIT, 2, true));
}

static void any_auxiliary_tree_references(void **state)
{
	struct s2_fixture f;

	(void)state;
	s2_up_trees(&f, 4);
	s2_tables(&f, 0, S2_SPLIT, 2);
	s2_aux_map_ns(&f, 3, S2_SPLIT);
	assert_true(rtt_aux_referenced(f.mem, &f.s2, S2_SPLIT, 2, false));
	s2_down(&f);
}

static void protected_tables_are_never_referenced(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 0, 2);
	s2_tables(f, 1, 0, 2);
	assert_false(rtt_aux_referenced(f->mem, &f->s2, 0, 2, true));
}

static void a_single_tree_is_never_referenced(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, S2_SPLIT, 2);
	assert_false(rtt_aux_referenced(f->mem, &f->s2, S2_SPLIT, 2, true));
}

#define ON_TREE(test)  cmocka_unit_test_setup_teardown(test, s2_setup, s2_teardown)
#define ON_TREES(test) cmocka_unit_test_setup_teardown(test, s2_setup_two_trees, s2_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_TREES(a_page_is_mapped_with_the_permission_of_the_auxiliary_entry),
		ON_TREES(a_page_of_a_primary_block_is_mapped_by_itself),
		ON_TREES(a_part_of_a_level_1_block_is_mapped_by_itself),
		ON_TREES(the_quirk_maps_the_first_page_of_the_block),
		ON_TREES(a_block_is_mapped_whole_from_any_of_its_pages),
		ON_TREES(mapping_twice_changes_nothing),
		ON_TREES(a_device_is_mapped_without_execute),
		ON_TREES(an_unmapped_entry_keeps_its_permission_and_forgets_ripas),
		ON_TREES(an_unmapped_block_gives_back_every_granule),
		cmocka_unit_test(memory_is_live_while_some_tree_maps_it),
		ON_TREES(a_block_is_live_through_any_of_its_pages),
		ON_TREES(only_assigned_entries_are_auxiliary_live),
		ON_TREES(primary_and_auxiliary_tables_unfold_and_fold_apart),
		ON_TREES(a_shared_table_shows_what_the_primary_tree_maps_later),
		ON_TREES(a_block_at_the_start_level_is_copied),
		ON_TREES(a_shared_entry_makes_the_auxiliary_root_live),
		ON_TREES(sharing_twice_changes_nothing),
		ON_TREES(the_quirk_counts_a_table_again_and_a_block_once),
		ON_TREES(a_count_that_is_full_stays_full),
		ON_TREES(unmapping_an_empty_entry_changes_nothing),
		ON_TREES(only_the_table_below_the_start_level_is_referenced),
		ON_TREES(the_quirk_refuses_tables_of_any_level),
		cmocka_unit_test(any_auxiliary_tree_references),
		ON_TREES(protected_tables_are_never_referenced),
		ON_TREE(a_single_tree_is_never_referenced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
