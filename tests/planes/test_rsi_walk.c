/* SPDX-License-Identifier: BSD-3-Clause */
#include "planes/plane.h"
#include "tests/support/s2_fixture.h"

/* rsi.md#1.2 */

static const struct plane_quirks no_quirks;
static const struct plane_quirks dev_destroyed_empty = {.dev_destroyed_empty = true};

static struct plane_rsi_result walk(const struct s2_fixture *f, uint64_t ipa)
{
	return plane_rsi_translate(f->mem, &f->s2, ipa, &no_quirks);
}

static void assert_walk(const struct s2_fixture *f, uint64_t ipa, enum plane_rsi_walk outcome,
			int level)
{
	assert_int_equal(walk(f, ipa).outcome, outcome);
	assert_int_equal(walk(f, ipa).level, level);
}

static void ram_is_accessed_at_its_byte(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 4 * KIB, 3, RMI_RIPAS_RAM);

	assert_walk(f, 4 * KIB + 0x123, PLANE_RSI_OK, 3);
	assert_int_equal(walk(f, 4 * KIB + 0x123).pa, pa + 0x123);
}

static void ram_in_a_block_is_accessed_at_its_byte(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 2 * MIB, 2, RMI_RIPAS_RAM);

	assert_walk(f, 3 * MIB + 8, PLANE_RSI_OK, 2);
	assert_int_equal(walk(f, 3 * MIB + 8).pa, pa + MIB + 8);
}

static void empty_is_an_input_error_whether_assigned_or_not(void **state)
{
	struct s2_fixture *f = *state;

	assert_walk(f, GIB, PLANE_RSI_INPUT, 1);
	s2_map(f, 0, 3, RMI_RIPAS_EMPTY);
	assert_walk(f, 0, PLANE_RSI_INPUT, 3);
}

static void unassigned_ram_is_left_to_the_host(void **state)
{
	struct s2_fixture *f = *state;

	s2_unassign(f, 0, 2, RMI_RIPAS_RAM);
	assert_walk(f, 0, PLANE_RSI_ABORT, 2);
}

static void destroyed_is_left_to_the_host_whether_assigned_or_not(void **state)
{
	struct s2_fixture *f = *state;

	s2_unassign(f, 0, 3, RMI_RIPAS_DESTROYED);
	assert_walk(f, 0, PLANE_RSI_ABORT, 3);
	s2_map(f, 4 * KIB, 3, RMI_RIPAS_DESTROYED);
	assert_walk(f, 4 * KIB, PLANE_RSI_ABORT, 3);
}

static void a_device_is_an_input_error(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_dev(f, 0, 3, S2_DEV_NCOH, RMI_RIPAS_DEV);
	assert_walk(f, 0, PLANE_RSI_INPUT, 3);
	s2_map_dev(f, 0, 3, S2_DEV_NCOH, RMI_RIPAS_EMPTY);
	assert_walk(f, 0, PLANE_RSI_INPUT, 3);
}

static void a_destroyed_device_is_an_input_error_by_quirk_only(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_dev(f, 0, 3, S2_DEV_NCOH, RMI_RIPAS_DESTROYED);
	assert_walk(f, 0, PLANE_RSI_ABORT, 3);
	assert_int_equal(plane_rsi_translate(f->mem, &f->s2, 0, &dev_destroyed_empty).outcome,
			 PLANE_RSI_INPUT);
}

static void the_quirk_leaves_other_destroyed_memory_alone(void **state)
{
	struct s2_fixture *f = *state;

	s2_unassign(f, 0, 3, RMI_RIPAS_DESTROYED);
	assert_int_equal(plane_rsi_translate(f->mem, &f->s2, 0, &dev_destroyed_empty).outcome,
			 PLANE_RSI_ABORT);
}

static void unprotected_memory_is_an_input_error(void **state)
{
	struct s2_fixture *f = *state;

	s2_map_ns(f, S2_SPLIT, 3, S2_DRAM);
	assert_int_equal(walk(f, S2_SPLIT).outcome, PLANE_RSI_INPUT);
	assert_int_equal(walk(f, 2 * S2_SPLIT).outcome, PLANE_RSI_INPUT);
}

static void the_primary_tree_is_walked_and_permission_ignored(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 0, 3, RMI_RIPAS_RAM);

	/* Plane 0 cannot reach it on tree 1, Plane 1 has no access on tree 0. */
	assert_int_equal(s2_at(f, 1, 0).level, 1);
	assert_walk(f, 0, PLANE_RSI_OK, 3);
	assert_int_equal(walk(f, 0).pa, pa);
}

#define ON_TREE(test)  cmocka_unit_test_setup_teardown(test, s2_setup, s2_teardown)
#define ON_TREES(test) cmocka_unit_test_setup_teardown(test, s2_setup_two_trees, s2_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_TREE(ram_is_accessed_at_its_byte),
		ON_TREE(ram_in_a_block_is_accessed_at_its_byte),
		ON_TREE(empty_is_an_input_error_whether_assigned_or_not),
		ON_TREE(unassigned_ram_is_left_to_the_host),
		ON_TREE(destroyed_is_left_to_the_host_whether_assigned_or_not),
		ON_TREE(a_device_is_an_input_error),
		ON_TREE(a_destroyed_device_is_an_input_error_by_quirk_only),
		ON_TREE(the_quirk_leaves_other_destroyed_memory_alone),
		ON_TREE(unprotected_memory_is_an_input_error),
		ON_TREES(the_primary_tree_is_walked_and_permission_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
