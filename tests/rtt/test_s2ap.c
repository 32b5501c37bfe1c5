/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/s2_fixture.h"

/* planes.md#7, rmi-commands.md#6 (RTT_SET_S2AP) */

#define PAGE (4 * KIB)

static struct rtt_s2ap_result set(struct s2_fixture *f, unsigned int tree, uint64_t base,
				  uint64_t top, unsigned int index)
{
	struct rtt_walk walk = s2_at(f, tree, base);
	struct rtt_s2ap_result before =
		rtt_set_s2ap(f->mem, &f->s2, tree, &walk, base, top, index, false);
	struct rtt_s2ap_result result =
		rtt_set_s2ap(f->mem, &f->s2, tree, &walk, base, top, index, true);

	assert_int_equal(before.top, result.top);
	assert_int_equal(before.misaligned, result.misaligned);
	return result;
}

static struct rtt_permission permission(const struct s2_fixture *f, unsigned int tree, uint64_t ipa)
{
	return s2_at(f, tree, ipa).entry.permission;
}

/* --- indirect ------------------------------------------------------------------------------ */

static void the_indirect_encoding_remembers_the_overlay_index(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 0, 3);
	for (unsigned int index = 0; index < RTT_OVERLAY_NS; index++) {
		assert_int_equal(set(f, 0, 0, PAGE, index).top, PAGE);
		assert_int_equal(permission(f, 0, 0).overlay, index);
		assert_int_equal(permission(f, 0, 0).base, 4);
	}
}

static void a_device_keeps_base_3_with_any_index(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_dev(f, 0, 3, S2_DEV_NCOH, RMI_RIPAS_EMPTY);
	set(f, 0, 0, PAGE, 5);
	assert_int_equal(permission(f, 0, 0).base, 3);
	assert_int_equal(permission(f, 0, 0).overlay, 5);
}

/* --- direct -------------------------------------------------------------------------------- */

static void the_direct_encoding_is_flattened_for_the_plane_of_the_tree(void **state)
{
	struct s2_fixture *f = *state;

	f->s2.overlay[1][3] = 9; /* RO+uX */
	s2_tables(f, 0, 0, 3);
	s2_tables(f, 1, 0, 3);
	set(f, 0, 0, PAGE, 3);
	set(f, 1, 0, PAGE, 3);
	assert_int_equal(s2_desc(f, 0, 0), UINT64_C(0x0020000000000040));
	assert_int_equal(s2_desc(f, 1, 0), 0xc0);
}

/* Labels: planes.md#5.1. Descriptor bits of R, W and XN. */
static const uint64_t direct_bits[RTT_OVERLAYS] = {
	[0] = UINT64_C(2) << 53,         [1] = UINT64_C(2) << 53,
	[2] = UINT64_C(2) << 53,         [3] = UINT64_C(2) << 53,
	[4] = UINT64_C(2) << 53 | 0x80,  [5] = UINT64_C(2) << 53,
	[6] = UINT64_C(2) << 53,         [7] = UINT64_C(2) << 53,
	[8] = UINT64_C(2) << 53 | 0x40,  [9] = UINT64_C(1) << 53 | 0x40,
	[10] = UINT64_C(3) << 53 | 0x40, [11] = 0x40,
	[12] = UINT64_C(2) << 53 | 0xc0, [13] = UINT64_C(1) << 53 | 0xc0,
	[14] = UINT64_C(3) << 53 | 0xc0, [15] = 0xc0,
};

static void every_label_has_its_direct_encoding(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 0, 3);
	for (uint8_t label = 0; label < RTT_OVERLAYS; label++) {
		f->s2.overlay[1][1] = label;
		set(f, 0, 0, PAGE, 1);
		assert_int_equal(s2_desc(f, 0, 0), direct_bits[label]);
	}
}

static void a_device_never_gets_execute(void **state)
{
	struct s2_fixture *f = *state;

	f->s2.overlay[1][1] = RTT_LABEL_RW_UPX;
	s2_map_dev(f, 0, 3, S2_DEV_NCOH, RMI_RIPAS_EMPTY);
	set(f, 0, 0, PAGE, 1);
	assert_int_equal(s2_desc(f, 0, 0), S2_DEV_NCOH | UINT64_C(0x00400000000000d8));
}

static void execute_lost_to_a_device_comes_back(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk;

	f->s2.overlay[1][1] = RTT_LABEL_RW_UPX;
	s2_map_dev(f, 0, 3, S2_DEV_NCOH, RMI_RIPAS_EMPTY);
	walk = s2_at(f, 0, 0);
	rtt_dev_unmap(f->mem, &f->s2, &walk);
	assert_int_equal(permission(f, 0, 0).xn, 2);
	set(f, 0, 0, PAGE, 1);
	assert_int_equal(permission(f, 0, 0).xn, 0);
}

/* --- all states ---------------------------------------------------------------------------- */

static void state_and_ripas_stay(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa[3];

	f->s2.overlay[1][1] = RTT_LABEL_RW;
	s2_unassign(f, 0, 3, RMI_RIPAS_RAM);
	s2_unassign(f, PAGE, 3, RMI_RIPAS_DESTROYED);
	pa[0] = s2_map(f, 2 * PAGE, 3, RMI_RIPAS_EMPTY);
	pa[1] = s2_map(f, 3 * PAGE, 3, RMI_RIPAS_RAM);
	pa[2] = s2_map(f, 4 * PAGE, 3, RMI_RIPAS_DESTROYED);
	assert_int_equal(set(f, 0, 0, 5 * PAGE, 1).top, 5 * PAGE);
	assert_int_equal(s2_desc(f, 0, 0), UINT64_C(0x00400000000000c2));
	assert_int_equal(s2_desc(f, 0, PAGE), UINT64_C(0x00400000000000c4));
	assert_int_equal(s2_desc(f, 0, 2 * PAGE), pa[0] | UINT64_C(0x00400000000000c8));
	assert_int_equal(s2_desc(f, 0, 3 * PAGE), pa[1] | UINT64_C(0x00400000000007db));
	assert_int_equal(s2_desc(f, 0, 4 * PAGE), pa[2] | UINT64_C(0x00400000000000cc));
}

static void aux_destroyed_stays(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk;

	s2_tables(f, 1, 0, 3);
	walk = s2_at_level(f, 1, 0, 2);
	rtt_destroy(f->mem, &f->s2, 1, &walk, 0);
	assert_int_equal(set(f, 1, 0, 2 * MIB, 1).top, 2 * MIB);
	assert_int_equal(s2_at(f, 1, 0).entry.state, RTT_AUX_DESTROYED);
}

/* --- ranges -------------------------------------------------------------------------------- */

static void a_base_inside_an_entry_is_misaligned(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_s2ap_result result = set(f, 0, PAGE, 4 * MIB, 1);

	assert_true(result.misaligned);
	assert_int_equal(result.top, PAGE);
}

static void an_entry_that_crosses_top_is_misaligned_after_progress(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_s2ap_result result;

	s2_tables(f, 0, 0, 2);
	result = set(f, 0, 0, 2 * MIB + PAGE, 1);
	assert_true(result.misaligned);
	assert_int_equal(result.top, 2 * MIB);
	assert_int_equal(permission(f, 0, 0).overlay, 1);
	assert_int_equal(permission(f, 0, 2 * MIB).overlay, 0);
}

static void a_table_ends_the_call_with_success(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_s2ap_result result;

	s2_tables(f, 0, 4 * MIB, 3);
	result = set(f, 0, 0, 8 * MIB, 1);
	assert_false(result.misaligned);
	assert_int_equal(result.top, 4 * MIB);
}

static void a_table_that_crosses_top_is_misaligned_and_the_next_call_walks_into_it(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_s2ap_result result;

	s2_tables(f, 0, 2 * MIB, 3);
	result = set(f, 0, 0, 2 * MIB + PAGE, 1);
	assert_true(result.misaligned);
	assert_int_equal(result.top, 2 * MIB);
	result = set(f, 0, 2 * MIB, 2 * MIB + PAGE, 1);
	assert_false(result.misaligned);
	assert_int_equal(result.top, 2 * MIB + PAGE);
}

static void the_end_of_the_table_is_a_success(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_s2ap_result result;

	s2_tables(f, 0, 0, 3);
	result = set(f, 0, PAGE, 8 * MIB, 1);
	assert_false(result.misaligned);
	assert_int_equal(result.top, 2 * MIB);
}

static void nothing_beyond_top_changes(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 0, 3);
	set(f, 0, PAGE, 3 * PAGE, 2);
	assert_int_equal(permission(f, 0, 0).overlay, 0);
	assert_int_equal(permission(f, 0, PAGE).overlay, 2);
	assert_int_equal(permission(f, 0, 2 * PAGE).overlay, 2);
	assert_int_equal(permission(f, 0, 3 * PAGE).overlay, 0);
}

static void a_look_changes_nothing(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk walk;

	s2_tables(f, 0, 0, 3);
	walk = s2_at(f, 0, 0);
	assert_int_equal(rtt_set_s2ap(f->mem, &f->s2, 0, &walk, 0, PAGE, 2, false).top, PAGE);
	assert_int_equal(permission(f, 0, 0).overlay, 0);
}

#define ON_TREES(test)    cmocka_unit_test_setup_teardown(test, s2_setup_two_trees, s2_teardown)
#define ON_INDIRECT(test) cmocka_unit_test_setup_teardown(test, s2_setup_indirect, s2_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_INDIRECT(the_indirect_encoding_remembers_the_overlay_index),
		ON_INDIRECT(a_device_keeps_base_3_with_any_index),
		ON_TREES(the_direct_encoding_is_flattened_for_the_plane_of_the_tree),
		ON_TREES(every_label_has_its_direct_encoding),
		ON_TREES(a_device_never_gets_execute),
		ON_TREES(execute_lost_to_a_device_comes_back),
		ON_TREES(state_and_ripas_stay),
		ON_TREES(aux_destroyed_stays),
		ON_INDIRECT(a_base_inside_an_entry_is_misaligned),
		ON_INDIRECT(an_entry_that_crosses_top_is_misaligned_after_progress),
		ON_INDIRECT(a_table_ends_the_call_with_success),
		ON_INDIRECT(a_table_that_crosses_top_is_misaligned_and_the_next_call_walks_into_it),
		ON_INDIRECT(the_end_of_the_table_is_a_success),
		ON_INDIRECT(nothing_beyond_top_changes),
		ON_INDIRECT(a_look_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
