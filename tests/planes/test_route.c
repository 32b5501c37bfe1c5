/* SPDX-License-Identifier: BSD-3-Clause */
#include "planes/plane.h"
#include "tests/support/s2_fixture.h"

/*
 * Aborts that a PE reported; the tables are not asked: rtt.md#7.1, rtt.md#7.2. Two Planes with a tree
 * each. Plane 0 runs on tree 1, which is empty.
 */

#define PAGE      (4 * KIB)
#define EMPTY     (0 * PAGE)
#define RAM       (1 * PAGE)
#define DESTROYED (2 * PAGE)
#define DEV       (3 * PAGE)
#define NS        S2_SPLIT

static const struct plane_quirks no_quirks;

static int setup(void **state)
{
	s2_setup_two_trees(state);
	s2_map(*state, RAM, 3, RMI_RIPAS_RAM);
	s2_unassign(*state, DESTROYED, 3, RMI_RIPAS_DESTROYED);
	s2_map_dev(*state, DEV, 3, S2_DEV_NCOH, RMI_RIPAS_DEV);
	s2_map_ns(*state, NS, 3, S2_DRAM);
	return 0;
}

struct row {
	uint64_t ipa;
	bool fetch, permission;
	enum plane_outcome outcome[2]; /* of Plane 0 and Plane 1 */
};

static const struct row rows[] = {
	{EMPTY, false, false, {PLANE_SEA, PLANE_EXIT}},
	{EMPTY, true, false, {PLANE_SEA, PLANE_EXIT}},
	{EMPTY, false, true, {PLANE_SEA, PLANE_EXIT}},
	{RAM, false, false, {PLANE_REC_EXIT, PLANE_REC_EXIT}},
	{RAM, true, false, {PLANE_REC_EXIT, PLANE_REC_EXIT}},
	{RAM, false, true, {PLANE_REC_EXIT, PLANE_EXIT}},
	{RAM, true, true, {PLANE_REC_EXIT, PLANE_EXIT}},
	{DESTROYED, false, false, {PLANE_REC_EXIT, PLANE_REC_EXIT}},
	{DESTROYED, true, false, {PLANE_REC_EXIT, PLANE_REC_EXIT}},
	{DESTROYED, false, true, {PLANE_REC_EXIT, PLANE_EXIT}},
	{DEV, false, false, {PLANE_REC_EXIT, PLANE_REC_EXIT}},
	{DEV, true, false, {PLANE_SEA, PLANE_EXIT}},
	{DEV, true, true, {PLANE_SEA, PLANE_EXIT}},
	{NS, false, false, {PLANE_REC_EXIT, PLANE_REC_EXIT}},
	{NS, false, true, {PLANE_REC_EXIT, PLANE_REC_EXIT}},
	{NS, true, false, {PLANE_SEA, PLANE_EXIT}},
	{NS, true, true, {PLANE_SEA, PLANE_EXIT}},
};

static struct plane_result route(const struct s2_fixture *f, unsigned int plane, uint64_t ipa,
				 bool fetch, bool permission)
{
	return plane_route(f->mem, &f->s2, plane, ipa, fetch, permission, &no_quirks);
}

static void every_reported_abort_has_its_place(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (unsigned int plane = 0; plane < 2; plane++) {
			struct plane_result result = route(*state, plane, rows[i].ipa,
							   rows[i].fetch, rows[i].permission);

			if (result.outcome != rows[i].outcome[plane])
				fail_msg("row %zu, plane %u: outcome %d", i, plane, result.outcome);
			assert_int_equal(result.fault, rows[i].permission
							       ? PLANE_FAULT_PERMISSION
							       : PLANE_FAULT_TRANSLATION);
		}
}

static void tree_and_level_are_those_of_the_plane(void **state)
{
	struct plane_result p0 = route(*state, 0, RAM, false, false);
	struct plane_result p1 = route(*state, 1, RAM, false, false);

	assert_int_equal(p0.tree, 1);
	assert_int_equal(p0.level, 1);
	assert_int_equal(p1.tree, 0);
	assert_int_equal(p1.level, 3);
}

static void only_unprotected_data_is_emulatable(void **state)
{
	for (unsigned int plane = 0; plane < 2; plane++) {
		assert_true(route(*state, plane, NS, false, false).emulatable);
		assert_true(route(*state, plane, NS, false, true).emulatable);
		assert_false(route(*state, plane, NS, true, false).emulatable);
		assert_false(route(*state, plane, RAM, false, false).emulatable);
	}
}

static void an_abort_beyond_the_ipa_space_becomes_an_sea(void **state)
{
	assert_int_equal(route(*state, 0, 2 * S2_SPLIT, false, false).outcome, PLANE_SEA);
	assert_int_equal(route(*state, 1, 2 * S2_SPLIT, true, true).outcome, PLANE_SEA);
}

#define ON_TREES(test) cmocka_unit_test_setup_teardown(test, setup, s2_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_TREES(every_reported_abort_has_its_place),
		ON_TREES(tree_and_level_are_those_of_the_plane),
		ON_TREES(only_unprotected_data_is_emulatable),
		ON_TREES(an_abort_beyond_the_ipa_space_becomes_an_sea),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
