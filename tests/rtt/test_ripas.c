/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/s2_fixture.h"

/* rmi-commands.md#6 (RTT_INIT_RIPAS, RTT_SET_RIPAS), rtt.md#2.1 */

#define PAGE (4 * KIB)

struct measured {
	unsigned int count;
	uint64_t base[8], top[8];
};

static void measure(void *context, uint64_t base, uint64_t top)
{
	struct measured *m = context;

	if (m->count < 8) {
		m->base[m->count] = base;
		m->top[m->count] = top;
	}
	m->count++;
}

static uint64_t init(struct s2_fixture *f, uint64_t base, uint64_t top, struct measured *m)
{
	struct rtt_walk walk = s2_at(f, 0, base);
	uint64_t expected = rtt_init_ripas_top(f->mem, &f->s2, &walk, base, top, false);
	uint64_t reached = rtt_init_ripas(f->mem, &f->s2, &walk, base, top, false, measure, m);

	assert_int_equal(reached, expected);
	return reached;
}

static enum rmi_ripas ripas_of(const struct s2_fixture *f, uint64_t ipa)
{
	return s2_at(f, 0, ipa).entry.ripas;
}

/* --- RTT_INIT_RIPAS ------------------------------------------------------------------------ */

static void init_makes_whole_entries_ram_and_measures_each(void **state)
{
	struct s2_fixture *f = *state;
	struct measured m = {.count = 0};

	s2_tables(f, 0, 0, 3);
	assert_int_equal(init(f, PAGE, 3 * PAGE, &m), 3 * PAGE);
	assert_int_equal(m.count, 2);
	assert_int_equal(m.base[0], PAGE);
	assert_int_equal(m.top[0], 2 * PAGE);
	assert_int_equal(m.base[1], 2 * PAGE);
	assert_int_equal(m.top[1], 3 * PAGE);
	assert_int_equal(ripas_of(f, 0), RMI_RIPAS_EMPTY);
	assert_int_equal(ripas_of(f, PAGE), RMI_RIPAS_RAM);
	assert_int_equal(ripas_of(f, 2 * PAGE), RMI_RIPAS_RAM);
	assert_int_equal(ripas_of(f, 3 * PAGE), RMI_RIPAS_EMPTY);
}

static void init_measures_a_block_once(void **state)
{
	struct s2_fixture *f = *state;
	struct measured m = {.count = 0};

	s2_tables(f, 0, 0, 2);
	assert_int_equal(init(f, 2 * MIB, 4 * MIB, &m), 4 * MIB);
	assert_int_equal(m.count, 1);
	assert_int_equal(m.base[0], 2 * MIB);
	assert_int_equal(m.top[0], 4 * MIB);
}

static void init_measures_what_was_ram_already(void **state)
{
	struct s2_fixture *f = *state;
	struct measured m = {.count = 0};

	s2_unassign(f, 0, 3, RMI_RIPAS_RAM);
	assert_int_equal(init(f, 0, PAGE, &m), PAGE);
	assert_int_equal(m.count, 1);
}

static void init_stops_at_the_end_of_the_table(void **state)
{
	struct s2_fixture *f = *state;
	struct measured m = {.count = 0};

	s2_tables(f, 0, 0, 3);
	assert_int_equal(init(f, 0, 4 * MIB, &m), 2 * MIB);
	assert_int_equal(m.count, 512);
}

static void init_stops_at_an_entry_that_crosses_top(void **state)
{
	struct s2_fixture *f = *state;
	struct measured m = {.count = 0};

	s2_tables(f, 0, 0, 2);
	assert_int_equal(init(f, 0, 3 * MIB, &m), 2 * MIB);
	assert_int_equal(init(f, 4 * MIB, 5 * MIB, &m), 4 * MIB);
	assert_int_equal(m.count, 1);
}

static void init_stops_at_assigned_destroyed_and_table_entries(void **state)
{
	struct s2_fixture *f = *state;
	struct measured m = {.count = 0};

	s2_map(f, PAGE, 3, RMI_RIPAS_EMPTY);
	s2_unassign(f, 3 * PAGE, 3, RMI_RIPAS_DESTROYED);
	assert_int_equal(init(f, 0, 2 * MIB, &m), PAGE);
	assert_int_equal(init(f, 2 * PAGE, 2 * MIB, &m), 3 * PAGE);
	s2_tables(f, 0, 4 * MIB, 3);
	assert_int_equal(init(f, 2 * MIB, 8 * MIB, &m), 4 * MIB);
}

static void init_keeps_the_permission(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_entry entry = {.state = RTT_UNASSIGNED, .permission = {.r = 1, .xn = 2}};
	struct measured m = {.count = 0};

	s2_put(f, 0, 0, 3, entry);
	init(f, 0, PAGE, &m);
	assert_int_equal(s2_desc(f, 0, 0), UINT64_C(0x0040000000000042));
}

/* --- RTT_SET_RIPAS: one entry -------------------------------------------------------------- */

static struct rtt_range_result set(struct s2_fixture *f, uint64_t base, uint64_t top,
				   enum rmi_ripas ripas, bool change_destroyed)
{
	const struct rtt_ripas_request request = {ripas, change_destroyed};
	struct rtt_walk walk = s2_at(f, 0, base);
	struct rtt_range_result before =
		rtt_set_ripas(f->mem, &f->s2, &walk, base, top, &request, false);
	struct rtt_range_result result =
		rtt_set_ripas(f->mem, &f->s2, &walk, base, top, &request, true);

	assert_int_equal(before.top, result.top);
	assert_int_equal(before.aux_live, result.aux_live);
	return result;
}

enum { STOPS = -1 };

/* A row of the table of RTT_SET_RIPAS: the RIPAS afterwards or STOPS. */
struct row {
	enum rtt_state state;
	enum rmi_ripas ripas;
	int ram, ram_destroyed, empty; /* request RAM, RAM with CHANGE_DESTROYED, EMPTY */
};

static const struct row rows[] = {
	{RTT_UNASSIGNED, RMI_RIPAS_EMPTY, RMI_RIPAS_RAM, RMI_RIPAS_RAM, RMI_RIPAS_EMPTY},
	{RTT_UNASSIGNED, RMI_RIPAS_RAM, RMI_RIPAS_RAM, RMI_RIPAS_RAM, RMI_RIPAS_EMPTY},
	{RTT_UNASSIGNED, RMI_RIPAS_DESTROYED, STOPS, RMI_RIPAS_RAM, RMI_RIPAS_EMPTY},
	{RTT_ASSIGNED, RMI_RIPAS_EMPTY, RMI_RIPAS_RAM, RMI_RIPAS_RAM, RMI_RIPAS_EMPTY},
	{RTT_ASSIGNED, RMI_RIPAS_RAM, RMI_RIPAS_RAM, RMI_RIPAS_RAM, RMI_RIPAS_EMPTY},
	{RTT_ASSIGNED, RMI_RIPAS_DESTROYED, STOPS, RMI_RIPAS_RAM, RMI_RIPAS_EMPTY},
	{RTT_ASSIGNED_DEV, RMI_RIPAS_EMPTY, STOPS, STOPS, RMI_RIPAS_EMPTY},
	{RTT_ASSIGNED_DEV, RMI_RIPAS_DEV, STOPS, STOPS, RMI_RIPAS_EMPTY},
	{RTT_ASSIGNED_DEV, RMI_RIPAS_DESTROYED, STOPS, STOPS, RMI_RIPAS_EMPTY},
};

static void put_row(struct s2_fixture *f, const struct row *row)
{
	if (row->state == RTT_UNASSIGNED)
		s2_unassign(f, 0, 3, row->ripas);
	else if (row->state == RTT_ASSIGNED)
		s2_map(f, 0, 3, row->ripas);
	else
		s2_map_dev(f, 0, 3, S2_DEV_COH, row->ripas);
}

static void assert_row(struct s2_fixture *f, const struct row *row, enum rmi_ripas request,
		       bool change_destroyed, int expected)
{
	struct rtt_entry before, after;
	struct rtt_range_result result;

	put_row(f, row);
	before = s2_at(f, 0, 0).entry;
	result = set(f, 0, PAGE, request, change_destroyed);
	after = s2_at(f, 0, 0).entry;
	assert_int_equal(result.top, expected == STOPS ? 0 : PAGE);
	assert_false(result.aux_live);
	assert_int_equal(after.ripas, expected == STOPS ? row->ripas : (enum rmi_ripas)expected);
	assert_int_equal(after.state, before.state);
	assert_int_equal(after.pa, before.pa);
	assert_int_equal(after.attributes, before.attributes);
	assert_int_equal(after.permission.xn, before.permission.xn);
}

static void set_follows_the_table_of_states(void **state)
{
	struct s2_fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_row(f, &rows[i], RMI_RIPAS_RAM, false, rows[i].ram);
		assert_row(f, &rows[i], RMI_RIPAS_RAM, true, rows[i].ram_destroyed);
		assert_row(f, &rows[i], RMI_RIPAS_EMPTY, false, rows[i].empty);
	}
}

static void set_makes_an_assigned_page_valid_and_invalid(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 0, 3, RMI_RIPAS_EMPTY);

	set(f, 0, PAGE, RMI_RIPAS_RAM, false);
	assert_int_equal(s2_desc(f, 0, 0), pa | 0x7db);
	set(f, 0, PAGE, RMI_RIPAS_EMPTY, false);
	assert_int_equal(s2_desc(f, 0, 0), pa | 0xc8);
}

static void set_works_on_blocks(void **state)
{
	struct s2_fixture *f = *state;
	uint64_t pa = s2_map(f, 0, 2, RMI_RIPAS_EMPTY);

	assert_int_equal(set(f, 0, 2 * MIB, RMI_RIPAS_RAM, false).top, 2 * MIB);
	assert_int_equal(s2_desc(f, 0, 0), pa | 0x7d9);
}

/* --- RTT_SET_RIPAS: ranges ----------------------------------------------------------------- */

static void set_stops_at_the_end_of_the_table(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 0, 3);
	assert_int_equal(set(f, PAGE, 8 * MIB, RMI_RIPAS_RAM, false).top, 2 * MIB);
	assert_int_equal(ripas_of(f, 511 * PAGE), RMI_RIPAS_RAM);
	assert_int_equal(ripas_of(f, 2 * MIB), RMI_RIPAS_EMPTY);
}

static void set_stops_at_an_entry_that_crosses_top(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 0, 2);
	assert_int_equal(set(f, 0, 2 * MIB - PAGE, RMI_RIPAS_RAM, false).top, 0);
	assert_int_equal(set(f, 0, 4 * MIB - PAGE, RMI_RIPAS_RAM, false).top, 2 * MIB);
}

static void set_stops_before_a_table_and_before_destroyed(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 4 * MIB, 3);
	assert_int_equal(set(f, 0, 8 * MIB, RMI_RIPAS_RAM, false).top, 4 * MIB);
	s2_unassign(f, 4 * MIB + 2 * PAGE, 3, RMI_RIPAS_DESTROYED);
	assert_int_equal(set(f, 4 * MIB, 8 * MIB, RMI_RIPAS_RAM, false).top, 4 * MIB + 2 * PAGE);
}

static void entries_that_agree_already_are_progress(void **state)
{
	struct s2_fixture *f = *state;

	s2_tables(f, 0, 0, 3);
	assert_int_equal(set(f, 0, 2 * PAGE, RMI_RIPAS_EMPTY, false).top, 2 * PAGE);
}

static void a_look_changes_nothing(void **state)
{
	struct s2_fixture *f = *state;
	const struct rtt_ripas_request request = {RMI_RIPAS_RAM, false};
	struct rtt_walk walk;

	s2_tables(f, 0, 0, 3);
	walk = s2_at(f, 0, 0);
	assert_int_equal(rtt_set_ripas(f->mem, &f->s2, &walk, 0, PAGE, &request, false).top, PAGE);
	assert_int_equal(ripas_of(f, 0), RMI_RIPAS_EMPTY);
}

/* --- RTT_SET_RIPAS: auxiliary-live entries -------------------------------------------------- */

static void memory_that_an_auxiliary_tree_maps_cannot_become_empty(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_range_result result;

	s2_map(f, 0, 3, RMI_RIPAS_RAM);
	s2_map(f, PAGE, 3, RMI_RIPAS_RAM);
	s2_aux_map(f, 1, PAGE, 3);
	result = set(f, 0, 2 * PAGE, RMI_RIPAS_EMPTY, false);
	assert_true(result.aux_live);
	assert_int_equal(result.top, PAGE);
	assert_int_equal(ripas_of(f, 0), RMI_RIPAS_EMPTY);
	assert_int_equal(ripas_of(f, PAGE), RMI_RIPAS_RAM);
}

static void any_page_of_a_block_blocks_it(void **state)
{
	struct s2_fixture *f = *state;

	s2_map(f, 0, 2, RMI_RIPAS_RAM);
	s2_aux_map(f, 1, 511 * PAGE, 3);
	assert_true(set(f, 0, 2 * MIB, RMI_RIPAS_EMPTY, false).aux_live);
	assert_int_equal(set(f, 0, 2 * MIB, RMI_RIPAS_EMPTY, false).top, 0);
}

static void ram_to_ram_is_not_blocked(void **state)
{
	struct s2_fixture *f = *state;

	s2_map(f, 0, 3, RMI_RIPAS_RAM);
	s2_aux_map(f, 1, 0, 3);
	assert_int_equal(set(f, 0, PAGE, RMI_RIPAS_RAM, false).top, PAGE);
}

static void an_entry_that_crosses_top_ends_the_call_before_it_can_block(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_range_result result;

	s2_map(f, 0, 2, RMI_RIPAS_RAM);
	s2_aux_map(f, 1, 0, 3);
	result = set(f, 0, PAGE, RMI_RIPAS_EMPTY, false);
	assert_false(result.aux_live);
	assert_int_equal(result.top, 0);
}

static void an_unmapped_page_is_free_again(void **state)
{
	struct s2_fixture *f = *state;
	struct rtt_walk aux;

	s2_map(f, 0, 3, RMI_RIPAS_RAM);
	s2_aux_map(f, 1, 0, 3);
	aux = s2_at(f, 1, 0);
	rtt_aux_unmap(f->mem, &f->s2, 1, &aux);
	assert_int_equal(set(f, 0, PAGE, RMI_RIPAS_EMPTY, false).top, PAGE);
}

#define ON_TREE(test)  cmocka_unit_test_setup_teardown(test, s2_setup, s2_teardown)
#define ON_TREES(test) cmocka_unit_test_setup_teardown(test, s2_setup_two_trees, s2_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_TREE(init_makes_whole_entries_ram_and_measures_each),
		ON_TREE(init_measures_a_block_once),
		ON_TREE(init_measures_what_was_ram_already),
		ON_TREE(init_stops_at_the_end_of_the_table),
		ON_TREE(init_stops_at_an_entry_that_crosses_top),
		ON_TREE(init_stops_at_assigned_destroyed_and_table_entries),
		ON_TREE(init_keeps_the_permission),
		ON_TREE(set_follows_the_table_of_states),
		ON_TREE(set_makes_an_assigned_page_valid_and_invalid),
		ON_TREE(set_works_on_blocks),
		ON_TREE(set_stops_at_the_end_of_the_table),
		ON_TREE(set_stops_at_an_entry_that_crosses_top),
		ON_TREE(set_stops_before_a_table_and_before_destroyed),
		ON_TREE(entries_that_agree_already_are_progress),
		ON_TREE(a_look_changes_nothing),
		ON_TREES(memory_that_an_auxiliary_tree_maps_cannot_become_empty),
		ON_TREES(any_page_of_a_block_blocks_it),
		ON_TREES(ram_to_ram_is_not_blocked),
		ON_TREES(an_entry_that_crosses_top_ends_the_call_before_it_can_block),
		ON_TREES(an_unmapped_page_is_free_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
