/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/s2_fixture.h"

#define PA_BITS 48

/* The widths a start level accepts, by trying all of them. */
static void assert_widths(int64_t level_start, bool lpa2, unsigned int pa_bits, uint32_t first,
			  uint32_t last)
{
	for (uint32_t s2sz = 0; s2sz < 70; s2sz++)
		if (rtt_start_level_valid(s2sz, level_start, lpa2, pa_bits) !=
		    (s2sz >= first && s2sz <= last))
			fail_msg("s2sz %u, start level %d", s2sz, (int)level_start);
}

static void assert_num_start(int64_t level_start, uint32_t s2sz, uint32_t expected)
{
	assert_int_equal(rtt_num_start(s2sz, level_start), expected);
}

/* --- rtt.md#1.1 ---------------------------------------------------------------------------- */

static void start_level_3_fits_no_width(void **state)
{
	(void)state;
	assert_widths(3, false, PA_BITS, 1, 0);
	assert_widths(3, true, PA_BITS, 1, 0);
}

static void start_level_2_fits_32_to_34_bits(void **state)
{
	(void)state;
	assert_widths(2, false, PA_BITS, 32, 34);
	assert_widths(2, true, PA_BITS, 32, 34);
}

static void start_level_1_fits_32_to_43_bits(void **state)
{
	(void)state;
	assert_widths(1, false, PA_BITS, 32, 43);
	assert_widths(1, true, PA_BITS, 32, 43);
}

static void start_level_0_fits_40_to_48_bits(void **state)
{
	(void)state;
	assert_widths(0, false, PA_BITS, 40, 48);
}

static void start_level_0_is_concatenated_with_lpa2_only(void **state)
{
	(void)state;
	assert_widths(0, true, PA_BITS, 40, 52);
}

static void start_level_0_needs_44_bits_of_physical_address(void **state)
{
	(void)state;
	assert_widths(0, false, 43, 1, 0);
	assert_widths(0, false, 44, 40, 48);
	assert_widths(1, false, 40, 32, 43);
}

static void start_level_minus_1_fits_49_to_52_bits_with_lpa2(void **state)
{
	(void)state;
	assert_widths(-1, true, PA_BITS, 49, 52);
	assert_widths(-1, false, PA_BITS, 1, 0);
}

static void other_start_levels_do_not_exist(void **state)
{
	static const int64_t levels[] = {INT64_MIN, -2, 4, 256, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		assert_widths(levels[i], true, PA_BITS, 1, 0);
		assert_num_start(levels[i], 40, 0);
	}
}

static void start_level_2_has_4_8_or_16_root_tables(void **state)
{
	(void)state;
	assert_num_start(2, 32, 4);
	assert_num_start(2, 33, 8);
	assert_num_start(2, 34, 16);
}

static void start_level_1_is_concatenated_from_40_bits_on(void **state)
{
	(void)state;
	assert_num_start(1, 32, 1);
	assert_num_start(1, 39, 1);
	assert_num_start(1, 40, 2);
	assert_num_start(1, 41, 4);
	assert_num_start(1, 42, 8);
	assert_num_start(1, 43, 16);
}

static void start_level_0_is_concatenated_from_49_bits_on(void **state)
{
	(void)state;
	assert_num_start(0, 40, 1);
	assert_num_start(0, 48, 1);
	assert_num_start(0, 49, 2);
	assert_num_start(0, 50, 4);
	assert_num_start(0, 51, 8);
	assert_num_start(0, 52, 16);
}

static void start_level_minus_1_has_one_root_table(void **state)
{
	(void)state;
	assert_num_start(-1, 49, 1);
	assert_num_start(-1, 52, 1);
}

/* --- rtt.md#1 ------------------------------------------------------------------------------ */

static void entries_have_the_sizes_of_their_levels(void **state)
{
	(void)state;
	assert_int_equal(rtt_entry_size(3), 4 * KIB);
	assert_int_equal(rtt_entry_size(2), 2 * MIB);
	assert_int_equal(rtt_entry_size(1), GIB);
	assert_int_equal(rtt_entry_size(0), 512 * GIB);
	assert_int_equal(rtt_entry_size(-1), UINT64_C(1) << 48);
}

static void the_upper_half_of_the_ipa_space_is_unprotected(void **state)
{
	const struct rtt_s2 s2 = {.s2sz = 40};

	(void)state;
	assert_true(rtt_protected(&s2, S2_SPLIT - 1));
	assert_false(rtt_protected(&s2, S2_SPLIT));
	assert_true(rtt_in_range(&s2, 2 * S2_SPLIT - 1));
	assert_false(rtt_in_range(&s2, 2 * S2_SPLIT));
}

/* --- planes.md#1.1 ------------------------------------------------------------------------- */

static void planes_run_on_the_next_tree_and_the_last_on_the_primary(void **state)
{
	static const unsigned int tree[5][4] = {
		[1] = {0}, [2] = {1, 0}, [3] = {1, 2, 0}, [4] = {1, 2, 3, 0}};

	(void)state;
	for (unsigned int planes = 1; planes <= 4; planes++) {
		const struct rtt_s2 s2 = {.planes = planes, .tree_pp = true};

		for (unsigned int plane = 0; plane < planes; plane++) {
			assert_int_equal(rtt_tree_of_plane(&s2, plane), tree[planes][plane]);
			assert_int_equal(rtt_plane_of_tree(&s2, tree[planes][plane]), plane);
		}
	}
}

static void planes_of_a_shared_tree_run_on_tree_0(void **state)
{
	const struct rtt_s2 s2 = {.planes = 4};

	(void)state;
	assert_int_equal(rtt_trees(&s2), 1);
	for (unsigned int plane = 0; plane < 4; plane++)
		assert_int_equal(rtt_tree_of_plane(&s2, plane), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start_level_3_fits_no_width),
		cmocka_unit_test(start_level_2_fits_32_to_34_bits),
		cmocka_unit_test(start_level_1_fits_32_to_43_bits),
		cmocka_unit_test(start_level_0_fits_40_to_48_bits),
		cmocka_unit_test(start_level_0_is_concatenated_with_lpa2_only),
		cmocka_unit_test(start_level_0_needs_44_bits_of_physical_address),
		cmocka_unit_test(start_level_minus_1_fits_49_to_52_bits_with_lpa2),
		cmocka_unit_test(other_start_levels_do_not_exist),
		cmocka_unit_test(start_level_2_has_4_8_or_16_root_tables),
		cmocka_unit_test(start_level_1_is_concatenated_from_40_bits_on),
		cmocka_unit_test(start_level_0_is_concatenated_from_49_bits_on),
		cmocka_unit_test(start_level_minus_1_has_one_root_table),
		cmocka_unit_test(entries_have_the_sizes_of_their_levels),
		cmocka_unit_test(the_upper_half_of_the_ipa_space_is_unprotected),
		cmocka_unit_test(planes_run_on_the_next_tree_and_the_last_on_the_primary),
		cmocka_unit_test(planes_of_a_shared_tree_run_on_tree_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
