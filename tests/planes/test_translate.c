/* SPDX-License-Identifier: BSD-3-Clause */
#include "planes/plane.h"
#include "tests/support/s2_fixture.h"

/*
 * rtt.md#7.1, rtt.md#7.2, planes.md#3. Three Planes with a tree each: Plane 0 runs on tree 1, Plane 1
 * on tree 2, Plane 2 on the primary tree. One page per state, at the same place in each test.
 */

#define PLANES 3
#define PAGE   (4 * KIB)

/* Pages of the Protected half. */
#define EMPTY              (0 * PAGE)
#define ASSIGNED_EMPTY     (1 * PAGE)
#define RAM_MAPPED         (2 * PAGE) /* in all trees */
#define RAM_PRIMARY        (3 * PAGE) /* in the primary tree only */
#define RAM_UNASSIGNED     (4 * PAGE)
#define DESTROYED          (5 * PAGE)
#define ASSIGNED_DESTROYED (6 * PAGE)
#define DEV_MAPPED         (7 * PAGE)
#define DEV_PRIMARY        (8 * PAGE)
#define DEV_EMPTY          (9 * PAGE)
#define DEV_DESTROYED      (10 * PAGE)
#define RAM_NO_ACCESS      (11 * PAGE) /* mapped in all trees, overlay index 0 */
#define RAM_TOO_HIGH       GIB         /* UNASSIGNED/RAM at level 1 */

/* Pages of the Unprotected half; the first gigabyte is shared with all trees. */
#define NS_MAPPED    (S2_SPLIT + 0 * PAGE)
#define NS_READ_ONLY (S2_SPLIT + 1 * PAGE)
#define NS_EMPTY     (S2_SPLIT + 2 * PAGE)
#define NS_REALM     (S2_SPLIT + 3 * PAGE) /* names a granule of the Realm */
#define NS_NOWHERE   (S2_SPLIT + 4 * PAGE) /* names an address without memory */
#define NS_DEVICE    (S2_SPLIT + 5 * PAGE) /* device memory type */
#define NS_UNSHARED  (S2_SPLIT + GIB)      /* mapped in the primary tree only */
#define BEYOND       (2 * S2_SPLIT)

#define NS_PA (S2_DRAM_TOP - 16 * PAGE)

static const struct plane_quirks no_quirks;
static const struct plane_quirks dev_destroyed_empty = {.dev_destroyed_empty = true};

static const struct plane_access read_access = {.kind = PLANE_READ, .privileged = true};
static const struct plane_access write_access = {.kind = PLANE_WRITE, .privileged = true};
static const struct plane_access fetch_access = {.kind = PLANE_FETCH, .privileged = true};

static void map_in_all_trees(struct s2_fixture *f, uint64_t ipa)
{
	for (unsigned int tree = 1; tree < PLANES; tree++)
		s2_aux_map(f, tree, ipa, 3);
}

/* Gives every Plane all of the page: overlay index 1 is RW+upX for all. */
static void open_page(struct s2_fixture *f, uint64_t ipa)
{
	for (unsigned int tree = 0; tree < PLANES; tree++) {
		struct rtt_walk walk;

		s2_tables(f, tree, ipa, 3);
		walk = s2_at(f, tree, ipa);
		rtt_set_s2ap(f->mem, &f->s2, tree, &walk, ipa, ipa + PAGE, 1, true);
	}
}

static void map_protected(struct s2_fixture *f)
{
	s2_unassign(f, RAM_TOO_HIGH, 1, RMI_RIPAS_RAM);
	s2_map(f, ASSIGNED_EMPTY, 3, RMI_RIPAS_EMPTY);
	s2_map(f, RAM_MAPPED, 3, RMI_RIPAS_RAM);
	s2_map(f, RAM_PRIMARY, 3, RMI_RIPAS_RAM);
	s2_unassign(f, RAM_UNASSIGNED, 3, RMI_RIPAS_RAM);
	s2_unassign(f, DESTROYED, 3, RMI_RIPAS_DESTROYED);
	s2_map(f, ASSIGNED_DESTROYED, 3, RMI_RIPAS_DESTROYED);
	s2_map_dev(f, DEV_MAPPED, 3, S2_DEV_NCOH, RMI_RIPAS_DEV);
	s2_map_dev(f, DEV_PRIMARY, 3, S2_DEV_NCOH + PAGE, RMI_RIPAS_DEV);
	s2_map_dev(f, DEV_EMPTY, 3, S2_DEV_NCOH + 2 * PAGE, RMI_RIPAS_EMPTY);
	s2_map_dev(f, DEV_DESTROYED, 3, S2_DEV_NCOH + 3 * PAGE, RMI_RIPAS_DESTROYED);
	s2_map(f, RAM_NO_ACCESS, 3, RMI_RIPAS_RAM);
	map_in_all_trees(f, RAM_MAPPED);
	map_in_all_trees(f, DEV_MAPPED);
	map_in_all_trees(f, RAM_NO_ACCESS);
	for (uint64_t ipa = EMPTY; ipa < RAM_NO_ACCESS; ipa += PAGE)
		open_page(f, ipa);
}

static void map_unprotected(struct s2_fixture *f)
{
	s2_map_ns(f, NS_MAPPED, 3, NS_PA);
	s2_put(f, 0, NS_READ_ONLY, 3, rtt_desc_entry(&f->s2, NS_PA | 0x58, 3));
	s2_map_ns(f, NS_REALM, 3, f->s2.root[0]);
	s2_map_ns(f, NS_NOWHERE, 3, S2_NO_BANK);
	s2_put(f, 0, NS_DEVICE, 3, rtt_desc_entry(&f->s2, NS_PA | 0xc4, 3));
	s2_map_ns(f, NS_UNSHARED, 3, NS_PA);
	for (unsigned int tree = 1; tree < PLANES; tree++)
		s2_aux_map_ns(f, tree, S2_SPLIT);
}

static int setup(void **state)
{
	static struct s2_fixture f;

	s2_up_trees(&f, PLANES);
	for (unsigned int plane = 0; plane < PLANES; plane++)
		f.s2.overlay[plane][1] = RTT_LABEL_RW_UPX;
	map_protected(&f);
	map_unprotected(&f);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	s2_down(*state);
	return 0;
}

/* --- rows ---------------------------------------------------------------------------------- */

struct expected {
	enum plane_outcome outcome;
	enum plane_fault fault;
	int level;
};

struct row {
	uint64_t ipa;
	struct expected data, fetch;
};

#define PROCEEDS                                   \
	{                                          \
		PLANE_PROCEED, PLANE_FAULT_NONE, 3 \
	}
#define SEA(level)                                        \
	{                                                 \
		PLANE_SEA, PLANE_FAULT_TRANSLATION, level \
	}
#define SEA_P                                        \
	{                                            \
		PLANE_SEA, PLANE_FAULT_PERMISSION, 3 \
	}
#define REC(level)                                             \
	{                                                      \
		PLANE_REC_EXIT, PLANE_FAULT_TRANSLATION, level \
	}
#define REC_P                                             \
	{                                                 \
		PLANE_REC_EXIT, PLANE_FAULT_PERMISSION, 3 \
	}
#define GPF                                        \
	{                                          \
		PLANE_REC_EXIT, PLANE_FAULT_GPF, 3 \
	}
#define EXIT(level)                                        \
	{                                                  \
		PLANE_EXIT, PLANE_FAULT_TRANSLATION, level \
	}
#define EXIT_P                                        \
	{                                             \
		PLANE_EXIT, PLANE_FAULT_PERMISSION, 3 \
	}

static struct plane_result translate(const struct s2_fixture *f, unsigned int plane, uint64_t ipa,
				     const struct plane_access *access)
{
	return plane_translate(f->mem, &f->s2, plane, ipa, access, &no_quirks);
}

static void assert_outcome(const struct s2_fixture *f, unsigned int plane, uint64_t ipa,
			   const struct plane_access *access, const struct expected *expected)
{
	struct plane_result result = translate(f, plane, ipa, access);

	if (result.outcome != expected->outcome || result.fault != expected->fault ||
	    result.level != expected->level)
		fail_msg("plane %u, IPA 0x%llx, access %d: outcome %d, fault %d, level %d", plane,
			 (unsigned long long)ipa, access->kind, result.outcome, result.fault,
			 result.level);
	assert_int_equal(result.tree, rtt_tree_of_plane(&f->s2, plane));
}

static void assert_rows(const struct s2_fixture *f, unsigned int plane, const struct row *rows,
			size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_outcome(f, plane, rows[i].ipa, &read_access, &rows[i].data);
		assert_outcome(f, plane, rows[i].ipa, &fetch_access, &rows[i].fetch);
	}
}

#define ASSERT_ROWS(f, plane, rows) assert_rows(f, plane, rows, sizeof(rows) / sizeof((rows)[0]))

static void plane_0_follows_its_table(void **state)
{
	static const struct row rows[] = {
		{EMPTY, SEA(3), SEA(3)},
		{ASSIGNED_EMPTY, SEA(3), SEA(3)},
		{DEV_EMPTY, SEA(3), SEA(3)},
		{RAM_MAPPED, PROCEEDS, PROCEEDS},
		{RAM_PRIMARY, REC(3), REC(3)},
		{RAM_UNASSIGNED, REC(3), REC(3)},
		{RAM_TOO_HIGH, REC(1), REC(1)},
		{DESTROYED, REC(3), REC(3)},
		{ASSIGNED_DESTROYED, REC(3), REC(3)},
		{DEV_DESTROYED, REC(3), REC(3)},
		{DEV_MAPPED, PROCEEDS, SEA_P},
		{DEV_PRIMARY, REC(3), SEA(3)},
		{NS_MAPPED, PROCEEDS, SEA_P},
		{NS_EMPTY, REC(3), SEA(3)},
		{NS_UNSHARED, REC(1), SEA(1)},
		{NS_REALM, GPF, SEA_P},
		{NS_NOWHERE, GPF, SEA_P},
	};

	ASSERT_ROWS(*state, 0, rows);
}

static void an_auxiliary_plane_follows_its_table(void **state)
{
	static const struct row rows[] = {
		{EMPTY, EXIT(3), EXIT(3)},        {ASSIGNED_EMPTY, EXIT(3), EXIT(3)},
		{DEV_EMPTY, EXIT(3), EXIT(3)},    {RAM_MAPPED, PROCEEDS, PROCEEDS},
		{RAM_NO_ACCESS, EXIT_P, EXIT_P},  {RAM_PRIMARY, REC(3), REC(3)},
		{RAM_UNASSIGNED, REC(3), REC(3)}, {RAM_TOO_HIGH, REC(1), REC(1)},
		{DESTROYED, REC(3), REC(3)},      {ASSIGNED_DESTROYED, REC(3), REC(3)},
		{DEV_DESTROYED, REC(3), REC(3)},  {DEV_MAPPED, PROCEEDS, EXIT_P},
		{DEV_PRIMARY, REC(3), EXIT(3)},   {NS_MAPPED, PROCEEDS, EXIT_P},
		{NS_EMPTY, REC(3), EXIT(3)},      {NS_UNSHARED, REC(1), EXIT(1)},
		{NS_REALM, GPF, EXIT_P},          {NS_NOWHERE, GPF, EXIT_P},
	};

	ASSERT_ROWS(*state, 1, rows);
}

static void the_last_plane_sees_the_primary_tree(void **state)
{
	static const struct row rows[] = {
		{EMPTY, EXIT(3), EXIT(3)},        {ASSIGNED_EMPTY, EXIT(3), EXIT(3)},
		{RAM_MAPPED, PROCEEDS, PROCEEDS}, {RAM_PRIMARY, PROCEEDS, PROCEEDS},
		{RAM_NO_ACCESS, EXIT_P, EXIT_P},  {RAM_UNASSIGNED, REC(3), REC(3)},
		{DESTROYED, REC(3), REC(3)},      {DEV_PRIMARY, PROCEEDS, EXIT_P},
		{NS_UNSHARED, PROCEEDS, EXIT_P},
	};

	ASSERT_ROWS(*state, 2, rows);
}

static void a_write_to_read_only_ns_memory_goes_to_the_host(void **state)
{
	const struct expected rec_p = REC_P, proceeds = PROCEEDS;
	struct s2_fixture *f = *state;

	for (unsigned int plane = 0; plane < PLANES; plane++) {
		assert_outcome(f, plane, NS_READ_ONLY, &read_access, &proceeds);
		assert_outcome(f, plane, NS_READ_ONLY, &write_access, &rec_p);
	}
}

static void writes_go_where_reads_go(void **state)
{
	struct s2_fixture *f = *state;

	for (unsigned int plane = 0; plane < PLANES; plane++)
		for (uint64_t ipa = EMPTY; ipa <= RAM_NO_ACCESS; ipa += PAGE) {
			struct plane_result read = translate(f, plane, ipa, &read_access);
			struct plane_result write = translate(f, plane, ipa, &write_access);

			assert_int_equal(read.outcome, write.outcome);
			assert_int_equal(read.fault, write.fault);
		}
}

/* --- what goes with an outcome ------------------------------------------------------------- */

static void an_access_that_proceeds_names_its_byte_and_world(void **state)
{
	struct s2_fixture *f = *state;
	struct plane_result ram = translate(f, 0, RAM_MAPPED + 0x123, &read_access);
	struct plane_result ns = translate(f, 0, NS_MAPPED + 0x456, &read_access);

	assert_int_equal(ram.pa, s2_at(f, 0, RAM_MAPPED).entry.pa + 0x123);
	assert_false(ram.ns);
	assert_int_equal(ns.pa, NS_PA + 0x456);
	assert_true(ns.ns);
}

static void an_access_that_proceeds_tells_what_else_the_entry_allows(void **state)
{
	struct s2_fixture *f = *state;
	struct plane_result ram = translate(f, 2, RAM_MAPPED, &read_access);
	struct plane_result device = translate(f, 2, DEV_MAPPED, &read_access);
	struct plane_result ns = translate(f, 2, NS_READ_ONLY, &read_access);

	assert_int_equal(ram.permission, 0xf);
	assert_false(ram.device);
	assert_int_equal(ram.table, s2_at(f, 0, RAM_MAPPED).table);
	assert_int_equal(device.permission, PLANE_PERM_R | PLANE_PERM_W);
	assert_true(device.device);
	assert_int_equal(ns.permission, PLANE_PERM_R);
	assert_true(translate(f, 2, NS_DEVICE, &read_access).device);
}

static void a_block_is_accessed_at_its_byte(void **state)
{
	struct s2_fixture f;
	uint64_t pa;

	(void)state;
	s2_up(&f);
	pa = s2_map(&f, 2 * MIB, 2, RMI_RIPAS_RAM);
	assert_int_equal(translate(&f, 0, 3 * MIB + 1, &read_access).pa, pa + MIB + 1);
	s2_down(&f);
}

static void only_unprotected_data_is_emulatable(void **state)
{
	struct s2_fixture *f = *state;

	for (unsigned int plane = 0; plane < 2; plane++) {
		assert_true(translate(f, plane, NS_EMPTY, &read_access).emulatable);
		assert_true(translate(f, plane, NS_UNSHARED, &write_access).emulatable);
		assert_true(translate(f, plane, NS_READ_ONLY, &write_access).emulatable);
		assert_false(translate(f, plane, NS_EMPTY, &fetch_access).emulatable);
		assert_false(translate(f, plane, RAM_PRIMARY, &read_access).emulatable);
		assert_false(translate(f, plane, NS_MAPPED, &read_access).emulatable);
	}
}

static void a_granule_protection_fault_is_not_emulatable(void **state)
{
	struct s2_fixture *f = *state;

	assert_false(translate(f, 0, NS_REALM, &read_access).emulatable);
	assert_false(translate(f, 0, NS_NOWHERE, &write_access).emulatable);
}

static void memory_of_another_world_takes_a_granule_protection_fault(void **state)
{
	const struct expected gpf = GPF;
	struct s2_fixture *f = *state;

	mem_set_pas(f->mem, mem_find(f->mem, NS_PA), GRANULE_PAS_SECURE);
	assert_outcome(f, 0, NS_MAPPED, &read_access, &gpf);
	mem_set_pas(f->mem, mem_find(f->mem, NS_PA), GRANULE_PAS_ROOT);
	assert_outcome(f, 1, NS_MAPPED, &write_access, &gpf);
}

static void an_ipa_beyond_the_ipa_space_is_an_address_size_fault(void **state)
{
	struct s2_fixture *f = *state;

	for (unsigned int plane = 0; plane < PLANES; plane++) {
		assert_int_equal(translate(f, plane, BEYOND, &read_access).outcome,
				 PLANE_ADDRESS_SIZE);
		assert_int_equal(translate(f, plane, UINT64_MAX, &fetch_access).outcome,
				 PLANE_ADDRESS_SIZE);
	}
}

static void the_quirk_treats_a_destroyed_device_as_empty(void **state)
{
	struct s2_fixture *f = *state;
	static const enum plane_outcome outcome[PLANES] = {PLANE_SEA, PLANE_EXIT, PLANE_EXIT};

	for (unsigned int plane = 0; plane < PLANES; plane++) {
		assert_int_equal(plane_translate(f->mem, &f->s2, plane, DEV_DESTROYED, &read_access,
						 &dev_destroyed_empty)
					 .outcome,
				 outcome[plane]);
		assert_int_equal(plane_translate(f->mem, &f->s2, plane, DESTROYED, &read_access,
						 &dev_destroyed_empty)
					 .outcome,
				 PLANE_REC_EXIT);
	}
}

/* --- fetches ------------------------------------------------------------------------------- */

static void execute_permission_depends_on_the_exception_level(void **state)
{
	const struct plane_access el0 = {.kind = PLANE_FETCH};
	struct s2_fixture *f = *state;
	struct rtt_walk walk = s2_at(f, 2, RAM_MAPPED);

	f->s2.overlay[1][2] = 9; /* RO+uX */
	rtt_set_s2ap(f->mem, &f->s2, 2, &walk, RAM_MAPPED, RAM_MAPPED + PAGE, 2, true);
	assert_int_equal(translate(f, 1, RAM_MAPPED, &el0).outcome, PLANE_PROCEED);
	assert_int_equal(translate(f, 1, RAM_MAPPED, &fetch_access).outcome, PLANE_EXIT);
	f->s2.overlay[1][2] = 10; /* RO+pX */
	rtt_set_s2ap(f->mem, &f->s2, 2, &walk, RAM_MAPPED, RAM_MAPPED + PAGE, 2, true);
	assert_int_equal(translate(f, 1, RAM_MAPPED, &el0).outcome, PLANE_EXIT);
	assert_int_equal(translate(f, 1, RAM_MAPPED, &fetch_access).outcome, PLANE_PROCEED);
}

/* --- table walks of stage 1: rtt.md#6.3 ---------------------------------------------------- */

static void a_table_walk_needs_read_even_for_a_fetch(void **state)
{
	const struct plane_access access = {.kind = PLANE_FETCH, .table_walk = true};
	struct s2_fixture *f = *state;
	struct rtt_walk walk = s2_at(f, 2, RAM_MAPPED);

	f->s2.overlay[1][2] = 8; /* RO */
	rtt_set_s2ap(f->mem, &f->s2, 2, &walk, RAM_MAPPED, RAM_MAPPED + PAGE, 2, true);
	assert_int_equal(translate(f, 1, RAM_MAPPED, &access).outcome, PLANE_PROCEED);
}

static void a_table_walk_that_updates_flags_needs_write(void **state)
{
	const struct plane_access access = {.kind = PLANE_WRITE, .table_walk = true};
	struct s2_fixture *f = *state;
	struct plane_result result = translate(f, 0, NS_READ_ONLY, &access);

	assert_int_equal(result.fault, PLANE_FAULT_PERMISSION);
	assert_false(result.emulatable);
}

static void a_table_walk_faults_on_device_memory(void **state)
{
	const struct plane_access access = {.kind = PLANE_READ, .table_walk = true};
	struct s2_fixture *f = *state;

	assert_int_equal(translate(f, 0, DEV_MAPPED, &access).outcome, PLANE_SEA);
	assert_int_equal(translate(f, 1, DEV_MAPPED, &access).outcome, PLANE_EXIT);
	assert_int_equal(translate(f, 0, NS_DEVICE, &read_access).outcome, PLANE_PROCEED);
	assert_int_equal(translate(f, 0, NS_DEVICE, &access).outcome, PLANE_REC_EXIT);
	assert_int_equal(translate(f, 0, NS_MAPPED, &access).outcome, PLANE_PROCEED);
}

/* --- one shared tree ----------------------------------------------------------------------- */

static void planes_on_a_shared_tree_differ_in_permission_only(void **state)
{
	struct s2_fixture f;

	(void)state;
	s2_up_indirect(&f, 2);
	s2_map(&f, 0, 3, RMI_RIPAS_RAM);
	assert_int_equal(translate(&f, 0, 0, &fetch_access).outcome, PLANE_PROCEED);
	assert_int_equal(translate(&f, 1, 0, &read_access).outcome, PLANE_EXIT);
	assert_int_equal(translate(&f, 1, 0, &read_access).tree, 0);
	f.s2.overlay[1][0] = 8; /* RO: changes at once, planes.md#5.4 */
	assert_int_equal(translate(&f, 1, 0, &read_access).outcome, PLANE_PROCEED);
	assert_int_equal(translate(&f, 1, 0, &write_access).outcome, PLANE_EXIT);
	s2_down(&f);
}

#define ON_PAGES(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_PAGES(plane_0_follows_its_table),
		ON_PAGES(an_auxiliary_plane_follows_its_table),
		ON_PAGES(the_last_plane_sees_the_primary_tree),
		ON_PAGES(a_write_to_read_only_ns_memory_goes_to_the_host),
		ON_PAGES(writes_go_where_reads_go),
		ON_PAGES(an_access_that_proceeds_names_its_byte_and_world),
		ON_PAGES(an_access_that_proceeds_tells_what_else_the_entry_allows),
		cmocka_unit_test(a_block_is_accessed_at_its_byte),
		ON_PAGES(only_unprotected_data_is_emulatable),
		ON_PAGES(a_granule_protection_fault_is_not_emulatable),
		ON_PAGES(memory_of_another_world_takes_a_granule_protection_fault),
		ON_PAGES(an_ipa_beyond_the_ipa_space_is_an_address_size_fault),
		ON_PAGES(the_quirk_treats_a_destroyed_device_as_empty),
		ON_PAGES(execute_permission_depends_on_the_exception_level),
		ON_PAGES(a_table_walk_needs_read_even_for_a_fetch),
		ON_PAGES(a_table_walk_that_updates_flags_needs_write),
		ON_PAGES(a_table_walk_faults_on_device_memory),
		cmocka_unit_test(planes_on_a_shared_tree_differ_in_permission_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
