/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim_check() after a state that was good: it looks at what changed, and finds there what it has to. */
#include <string.h>

#include <rmmsim/snapshot.h>

#include "mem/snapshot.h"
#include "rmm/check/check.h"
#include "tests/support/coverage.h"
#include "tests/support/host.h"

#define PAGE HOST_PAGE
#define IPA  (2 * HOST_GB)

struct scene {
	struct host *host;
	struct host_realm r, other;
	uint64_t data, free;
};

/* Two Realms, and a state that has passed the whole check. */
static void open_scene(struct scene *s, void **state)
{
	struct host *h = *state;
	uint64_t id;

	s->host = h;
	host_realm(h, &s->r, NULL);
	host_realm(h, &s->other, NULL);
	s->data = host_ram(h, &s->r, IPA);
	s->free = host_delegated(h);
	host_rec(h, &s->r, true);
	assert_int_equal(rmmsim_snapshot(h->sim, &id), RMMSIM_OK);
	assert_false(check_changed(h->sim));
	assert_int_equal(rmmsim_check(h->sim, NULL, 0), 0);
	assert_true(check_changed(h->sim));
}

static struct granule *granule(const struct scene *s, uint64_t pa)
{
	return mem_find(s->host->sim->mem, pa);
}

/* The table of the page at IPA. */
static uint64_t table_of(const struct scene *s)
{
	const struct realm *realm = realm_at(s->host->sim, granule(s, s->r.rd));

	return rtt_walk(s->host->sim->mem, &realm->s2, 0, IPA, 3).table;
}

/* The end of the instance: no call may follow a state that is wrong. */
static void assert_noticed(struct scene *s, const char *invariant)
{
	struct rmmsim_violation v;

	assert_false(check_changed(s->host->sim));
	assert_true(rmmsim_check(s->host->sim, &v, 1) > 0);
	assert_string_equal(v.invariant, invariant);
	coverage_collect(s->host->sim);
	rmmsim_destroy(s->host->sim);
	s->host->sim = NULL;
}

static void calls_after_a_good_state_need_no_whole_check(void **state)
{
	struct scene s;
	uint64_t page;

	open_scene(&s, state);
	page = host_delegated(s.host);
	assert_true(check_changed(s.host->sim));
	OK(s.host, RMI_DATA_CREATE_UNKNOWN, s.r.rd, page, IPA + PAGE);
	assert_true(check_changed(s.host->sim));
	OK(s.host, RMI_DATA_DESTROY, s.r.rd, IPA + PAGE);
	assert_true(check_changed(s.host->sim));
	OK(s.host, RMI_GRANULE_UNDELEGATE, page);
	assert_true(check_changed(s.host->sim));
	host_activate(s.host, &s.r);
	host_enter(s.host, s.r.rec[0], 0);
	assert_true(check_changed(s.host->sim));
}

static void objects_that_come_and_go_need_the_whole_check(void **state)
{
	struct scene s;

	open_scene(&s, state);
	host_rec(s.host, &s.r, true);
	assert_false(check_changed(s.host->sim));
	assert_int_equal(rmmsim_check(s.host->sim, NULL, 0), 0);
	host_realm_end(s.host, &s.other);
	assert_false(check_changed(s.host->sim));
	assert_int_equal(rmmsim_check(s.host->sim, NULL, 0), 0);
}

static void a_restore_is_a_change_too(void **state)
{
	struct scene s;
	uint64_t id, page;

	open_scene(&s, state);
	page = host_delegated(s.host);
	OK(s.host, RMI_DATA_CREATE_UNKNOWN, s.r.rd, page, IPA + PAGE);
	assert_int_equal(rmmsim_snapshot(s.host->sim, &id), RMMSIM_OK);
	OK(s.host, RMI_DATA_DESTROY, s.r.rd, IPA + PAGE);
	assert_true(check_changed(s.host->sim));
	assert_int_equal(rmmsim_restore(s.host->sim, id), RMMSIM_OK);
	assert_true(check_changed(s.host->sim));
	/* The table was left as the destroyed page left it: what a broken restore would do. */
	mem_set_refs(s.host->sim->mem, granule(&s, table_of(&s)), 0);
	assert_noticed(&s, "rtt_refs");
}

static void a_wrong_count_of_a_table_is_noticed(void **state)
{
	struct scene s;

	open_scene(&s, state);
	mem_set_refs(s.host->sim->mem, granule(&s, table_of(&s)), 7);
	assert_noticed(&s, "rtt_refs");
}

static void a_granule_that_changed_its_owner_is_noticed(void **state)
{
	struct scene s;

	open_scene(&s, state);
	mem_set_owner(s.host->sim->mem, granule(&s, s.data), granule(&s, s.other.rd));
	assert_noticed(&s, "data_granule");
}

static void a_granule_without_a_place_is_noticed(void **state)
{
	const struct mem_call call = {.call = 1, .command = RMI_DATA_CREATE};
	struct scene s;

	open_scene(&s, state);
	mem_set_owner(s.host->sim->mem, granule(&s, s.free), granule(&s, s.r.rd));
	mem_set_state(s.host->sim->mem, granule(&s, s.free), GRANULE_DATA, &call);
	assert_noticed(&s, "data_once");
}

static void a_wrong_entry_of_a_table_is_noticed(void **state)
{
	uint64_t *table;
	struct scene s;

	open_scene(&s, state);
	table = mem_w(s.host->sim->mem, table_of(&s));
	table[9] = table[0];
	assert_noticed(&s, "data_once");
}

static void a_wrong_number_of_a_realm_is_noticed(void **state)
{
	struct scene s;

	open_scene(&s, state);
	realm_edit(s.host->sim, granule(&s, s.other.rd))->num_recs = 3;
	assert_noticed(&s, "realm_recs");
}

static void a_wrong_number_of_a_rec_is_noticed(void **state)
{
	struct scene s;

	open_scene(&s, state);
	rec_edit(s.host->sim, granule(&s, s.r.rec[0]))->active_plane = 3;
	assert_noticed(&s, "rec_plane");
}

static void a_wrong_identifier_is_noticed(void **state)
{
	struct scene s;

	open_scene(&s, state);
	sim_identifiers_change(s.host->sim);
	s.host->sim->mecid_members++;
	assert_noticed(&s, "mecid_members");
}

static void the_whole_check_comes_again(void **state)
{
	unsigned int passes = 0;
	struct scene s;

	if (RMMSIM_COMPARES)
		skip(); /* each check is a whole one, and says that this cannot be */
	open_scene(&s, state);
	/* Nothing has told that the record changes. */
	granule(&s, s.free)->refs = 1;
	while (rmmsim_check(s.host->sim, NULL, 0) == 0)
		assert_true(++passes < 1000);
	s.host->unchecked = true;
	assert_true(passes > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
		TEST(calls_after_a_good_state_need_no_whole_check),
		TEST(objects_that_come_and_go_need_the_whole_check),
		TEST(a_restore_is_a_change_too),
		TEST(a_wrong_count_of_a_table_is_noticed),
		TEST(a_granule_that_changed_its_owner_is_noticed),
		TEST(a_granule_without_a_place_is_noticed),
		TEST(a_wrong_entry_of_a_table_is_noticed),
		TEST(a_wrong_number_of_a_realm_is_noticed),
		TEST(a_wrong_number_of_a_rec_is_noticed),
		TEST(a_wrong_identifier_is_noticed),
		TEST(the_whole_check_comes_again),
	};

	return cmocka_run_group_tests_name("check of what changed", tests, NULL, NULL);
}
