/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/s2_fixture.h"

/* rmi-commands.md#3, planes.md#5.5 */

/* Read only, so that a reset of the permission shows. */
static const struct rtt_permission read_only = {.r = 1, .xn = 2};

static void put(struct s2_fixture *f, enum rmi_ripas ripas)
{
	s2_put(f, 0, 0, 3,
	       (struct rtt_entry){
		       .state = RTT_UNASSIGNED, .ripas = ripas, .permission = read_only});
}

static uint64_t map(struct s2_fixture *f, enum rmi_ripas ripas)
{
	uint64_t pa = s2_take(f, GRANULE_SIZE, GRANULE_DATA);
	struct rtt_walk walk = s2_at(f, 0, 0);

	rtt_data_map(f->mem, &f->s2, &walk, pa, ripas);
	return pa;
}

static void unmap(struct s2_fixture *f)
{
	struct rtt_walk walk = s2_at(f, 0, 0);

	rtt_data_unmap(f->mem, &f->s2, &walk);
}

static void a_page_with_ram_is_valid_and_keeps_the_permission(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa;

	put(f, RMI_RIPAS_DESTROYED);
	pa = map(f, RMI_RIPAS_RAM);
	assert_int_equal(s2_desc(f, 0, 0), pa | UINT64_C(0x004000000000075b));
	assert_true(rtt_table_live(f->mem, s2_at(f, 0, 0).table));
}

static void a_page_without_ram_is_assigned_and_invalid(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa;

	put(f, RMI_RIPAS_EMPTY);
	pa = map(f, RMI_RIPAS_EMPTY);
	assert_int_equal(s2_desc(f, 0, 0), pa | UINT64_C(0x0040000000000048));
}

static void losing_ram_leaves_destroyed_and_the_default_permission(void **state)
{
	struct s2_fixture *f = *state;

	put(f, RMI_RIPAS_RAM);
	map(f, RMI_RIPAS_RAM);
	unmap(f);
	assert_int_equal(s2_desc(f, 0, 0), 0xc4);
	assert_false(rtt_table_live(f->mem, s2_at(f, 0, 0).table));
}

static void losing_an_empty_or_destroyed_page_keeps_ripas_and_permission(void **state)
{
	struct s2_fixture *f = *state;

	put(f, RMI_RIPAS_EMPTY);
	map(f, RMI_RIPAS_EMPTY);
	unmap(f);
	assert_int_equal(s2_desc(f, 0, 0), UINT64_C(0x0040000000000040));
	put(f, RMI_RIPAS_DESTROYED);
	map(f, RMI_RIPAS_DESTROYED);
	unmap(f);
	assert_int_equal(s2_desc(f, 0, 0), UINT64_C(0x0040000000000044));
}

#define ON_TREE(test) cmocka_unit_test_setup_teardown(test, s2_setup, s2_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_TREE(a_page_with_ram_is_valid_and_keeps_the_permission),
		ON_TREE(a_page_without_ram_is_assigned_and_invalid),
		ON_TREE(losing_ram_leaves_destroyed_and_the_default_permission),
		ON_TREE(losing_an_empty_or_destroyed_page_keeps_ripas_and_permission),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
