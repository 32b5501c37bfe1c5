/* SPDX-License-Identifier: BSD-3-Clause */
/* RTT_SET_S2AP: rmi-commands.md#6, planes.md#7 */
#include "rmm/realm.h"
#include "tests/support/host.h"

#define BLOCK HOST_BLOCK
#define PAGE  HOST_PAGE
#define IPA   (2 * HOST_GB)
#define INDEX 3

static const struct host_realm_options two_trees = {.planes = 2};
static const struct host_realm_options shared_tree = {.planes = 2, .shared_tree = true};

/* Permission of an entry as it stands in the table. */
static struct rtt_permission permission(struct host *h, const struct host_realm *r,
					unsigned int tree, uint64_t ipa)
{
	const struct realm *realm = realm_at(h->sim, mem_find(h->sim->mem, r->rd));

	return rtt_walk(h->sim->mem, &realm->s2, tree, ipa, 3).entry.permission;
}

static void assert_rights(struct rtt_permission p, bool r, bool w, unsigned int xn)
{
	assert_int_equal(p.r, r);
	assert_int_equal(p.w, w);
	assert_int_equal(p.xn, xn);
}

static uint64_t active_realm(struct host *h, struct host_realm *r,
			     const struct host_realm_options *options)
{
	uint64_t rec;

	host_realm(h, r, options);
	host_tables(h, r, 0, IPA, 3);
	rec = host_rec(h, r, true);
	host_activate(h, r);
	return rec;
}

static void set_value(struct host *h, uint64_t rec, unsigned int plane, uint64_t label)
{
	guest_call(h, rec, SMC_RSI_MEM_SET_PERM_VALUE, plane, INDEX, label);
	assert_int_equal(h->guest.result[0], 0);
}

/* --- success --------------------------------------------------------------------------------- */

static void a_shared_tree_gets_the_index(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = active_realm(h, &r, &shared_tree);

	host_ask_s2ap(h, rec, IPA, IPA + 4 * PAGE, INDEX, 0);
	OK(h, RMI_RTT_SET_S2AP, r.rd, rec, IPA, IPA + 2 * PAGE);
	assert_int_equal(OUT(h, 1), IPA + 2 * PAGE);
	assert_int_equal(OUT(h, 2), 0);
	assert_int_equal(permission(h, &r, 0, IPA + PAGE).overlay, INDEX);
	assert_int_equal(permission(h, &r, 0, IPA + 2 * PAGE).overlay, 0);
	OK(h, RMI_RTT_SET_S2AP, r.rd, rec, IPA + 2 * PAGE, IPA + 4 * PAGE);
	host_enter(h, rec, 0);
	assert_int_equal(h->guest.result[1], IPA + 4 * PAGE);
	assert_int_equal(h->guest.result[3], 0);
	host_realm_end(h, &r);
}

static void each_tree_gets_the_rights_of_its_plane(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = active_realm(h, &r, &two_trees), cookie;

	host_tables(h, &r, 1, IPA, 3);
	set_value(h, rec, 1, RTT_LABEL_RW);
	host_ask_s2ap(h, rec, IPA, IPA + 2 * PAGE, INDEX, 0);
	/* Plane 1 runs on tree 0, Plane 0 on tree 1: planes.md#1.1 */
	assert_rights(permission(h, &r, 0, IPA), false, false, 2);
	OK(h, RMI_RTT_SET_S2AP, r.rd, rec, IPA, IPA + 2 * PAGE);
	host_enter(h, rec, 0);
	assert_int_equal(h->guest.result[1], IPA);
	cookie = h->guest.result[3];
	assert_int_not_equal(cookie, 0);
	assert_rights(permission(h, &r, 0, IPA), true, true, 2);
	host_ask_s2ap(h, rec, IPA, IPA + 2 * PAGE, INDEX, cookie);
	OK(h, RMI_RTT_SET_S2AP, r.rd, rec, IPA, IPA + 2 * PAGE);
	host_enter(h, rec, 0);
	assert_int_equal(h->guest.result[1], IPA + 2 * PAGE);
	assert_rights(permission(h, &r, 1, IPA), true, true, 0);
	host_realm_end(h, &r);
}

static void the_end_of_a_table_and_a_table_below_end_the_call(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = active_realm(h, &r, &shared_tree);

	host_tables(h, &r, 0, IPA + 3 * BLOCK, 3);
	host_ask_s2ap(h, rec, IPA + BLOCK - PAGE, IPA + 4 * BLOCK, INDEX, 0);
	OK(h, RMI_RTT_SET_S2AP, r.rd, rec, IPA + BLOCK - PAGE, IPA + 4 * BLOCK);
	assert_int_equal(OUT(h, 1), IPA + BLOCK);
	OK(h, RMI_RTT_SET_S2AP, r.rd, rec, IPA + BLOCK, IPA + 4 * BLOCK);
	assert_int_equal(OUT(h, 1), IPA + 3 * BLOCK);
	OK(h, RMI_RTT_SET_S2AP, r.rd, rec, IPA + 3 * BLOCK, IPA + 4 * BLOCK);
	assert_int_equal(OUT(h, 1), IPA + 4 * BLOCK);
	host_realm_end(h, &r);
}

/* --- what refuses it ------------------------------------------------------------------------- */

static void arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r, other;
	uint64_t rec = active_realm(h, &r, NULL), foreign = active_realm(h, &other, NULL);

	host_ask_s2ap(h, rec, IPA, IPA + 4 * PAGE, INDEX, 0);
	host_ask_s2ap(h, foreign, IPA, IPA + 4 * PAGE, INDEX, 0);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_SET_S2AP, r.rd, rec, IPA, IPA + PAGE);
	GRANULE_ARGUMENT(h, 2, "rec", "rec_gran_state", RMI_RTT_SET_S2AP, r.rd, rec, IPA,
			 IPA + PAGE);
	ALONE(h, "size_valid", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, r.rd, rec, IPA, IPA);
	ALONE(h, "top_gran_align", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, r.rd, rec, IPA,
	      IPA + PAGE + 8);
	ALONE(h, "rec_owner", RMI_ERROR_REC, RMI_RTT_SET_S2AP, r.rd, foreign, IPA, IPA + PAGE);
	ALONE(h, "base_bound", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, r.rd, rec, IPA + PAGE,
	      IPA + 2 * PAGE);
	ALONE(h, "top_bound", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, r.rd, rec, IPA, IPA + 5 * PAGE);
	assert_int_equal(OUT(h, 1), 0);
	assert_int_equal(OUT(h, 2), 0);
	host_realm_end(h, &r);
	host_realm_end(h, &other);
}

static void conditions_are_ordered(void **state)
{
	struct host *h = *state;
	struct host_realm r, other;
	uint64_t rec = active_realm(h, &r, NULL), foreign = active_realm(h, &other, NULL);

	host_ask_s2ap(h, rec, IPA + BLOCK + PAGE, IPA + 2 * BLOCK, INDEX, 0);
	WINS(h, "size_valid", "rd_align", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, 1, rec, IPA, IPA);
	WINS(h, "top_gran_align", "rd_state", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, rec, rec, IPA,
	     IPA + 1);
	WINS(h, "rd_state", "rec_align", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, rec, rec + 1, IPA,
	     IPA + PAGE);
	WINS(h, "rec_owner", "base_bound", RMI_ERROR_REC, RMI_RTT_SET_S2AP, r.rd, foreign, IPA,
	     IPA + PAGE);
	WINS(h, "base_bound", "top_bound", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, r.rd, rec, IPA,
	     IPA + 4 * BLOCK);
	WINS(h, "top_bound", "base_align_pri", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, r.rd, rec,
	     IPA + BLOCK + PAGE, IPA + 3 * BLOCK);
	host_realm_end(h, &r);
	host_realm_end(h, &other);
}

struct set {
	const struct host_realm *realm, *other;
	uint64_t rec;
};

static void set_while_running(struct host *h, void *context)
{
	const struct set *set = context;

	ALONE(h, "rec_state", RMI_ERROR_REC, RMI_RTT_SET_S2AP, set->realm->rd, set->rec, IPA,
	      IPA + PAGE);
	WINS(h, "rec_state", "rec_owner", RMI_ERROR_REC, RMI_RTT_SET_S2AP, set->other->rd, set->rec,
	     IPA, IPA + PAGE);
}

static void a_running_rec_is_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r, other;
	struct set set = {&r, &other, active_realm(h, &r, NULL)};

	host_realm(h, &other, NULL);
	host_while_running(h, set.rec, set_while_running, &set);
	host_realm_end(h, &r);
	host_realm_end(h, &other);
}

static void primary_entries_have_to_be_inside(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = active_realm(h, &r, &two_trees);

	host_ask_s2ap(h, rec, IPA + BLOCK + PAGE, IPA + 2 * BLOCK, INDEX, 0);
	ALONE(h, "base_align_pri", RTT(2), RMI_RTT_SET_S2AP, r.rd, rec, IPA + BLOCK + PAGE,
	      IPA + 2 * BLOCK);
	assert_int_equal(OUT(h, 1), IPA + BLOCK + PAGE);
	assert_int_equal(OUT(h, 2), 0);
	host_tables(h, &r, 0, IPA + BLOCK, 3);
	OK(h, RMI_RTT_SET_S2AP, r.rd, rec, IPA + BLOCK + PAGE, IPA + 2 * BLOCK);
	host_realm_end(h, &r);
}

static void progress_before_an_entry_that_crosses_the_top_is_kept(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = active_realm(h, &r, &shared_tree);
	const uint64_t top = IPA + 2 * BLOCK + PAGE;

	host_ask_s2ap(h, rec, IPA + BLOCK, top, INDEX, 0);
	ALONE(h, "base_align_pri", RTT(2), RMI_RTT_SET_S2AP, r.rd, rec, IPA + BLOCK, top);
	assert_int_equal(OUT(h, 1), IPA + 2 * BLOCK);
	assert_int_equal(permission(h, &r, 0, IPA + BLOCK).overlay, INDEX);
	REFUSED(h, "base_bound", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, r.rd, rec, IPA + BLOCK, top);
	host_tables(h, &r, 0, IPA + 2 * BLOCK, 3);
	OK(h, RMI_RTT_SET_S2AP, r.rd, rec, IPA + 2 * BLOCK, top);
	assert_int_equal(OUT(h, 1), top);
	host_realm_end(h, &r);
}

static void auxiliary_entries_have_to_be_inside(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = active_realm(h, &r, &two_trees);

	host_ask_s2ap(h, rec, IPA, IPA + PAGE, INDEX, 0);
	OK(h, RMI_RTT_SET_S2AP, r.rd, rec, IPA, IPA + PAGE);
	host_enter(h, rec, 0);
	host_ask_s2ap(h, rec, IPA, IPA + PAGE, INDEX, h->guest.result[3]);
	ALONE(h, "base_align_aux", RTT_AUX(1), RMI_RTT_SET_S2AP, r.rd, rec, IPA, IPA + PAGE);
	assert_int_equal(OUT(h, 1), IPA);
	assert_int_equal(OUT(h, 2), 1);
	WINS(h, "top_bound", "base_align_aux", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, r.rd, rec, IPA,
	     IPA + 2 * PAGE);
	host_tables(h, &r, 1, IPA, 2);
	ALONE(h, "base_align_aux", RTT_AUX(2), RMI_RTT_SET_S2AP, r.rd, rec, IPA, IPA + PAGE);
	host_tables(h, &r, 1, IPA, 3);
	OK(h, RMI_RTT_SET_S2AP, r.rd, rec, IPA, IPA + PAGE);
	assert_int_equal(OUT(h, 2), 0);
	host_realm_end(h, &r);
}

static void without_a_request_it_is_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = active_realm(h, &r, NULL);

	ALONE(h, "top_bound", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, r.rd, rec, 0, HOST_GB);
	REFUSED(h, "base_bound", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, r.rd, rec, IPA, IPA + PAGE);
	host_realm_end(h, &r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
		TEST(a_shared_tree_gets_the_index),
		TEST(each_tree_gets_the_rights_of_its_plane),
		TEST(the_end_of_a_table_and_a_table_below_end_the_call),
		TEST(arguments_are_checked),
		TEST(conditions_are_ordered),
		TEST(a_running_rec_is_refused),
		TEST(primary_entries_have_to_be_inside),
		TEST(progress_before_an_entry_that_crosses_the_top_is_kept),
		TEST(auxiliary_entries_have_to_be_inside),
		TEST(without_a_request_it_is_refused),
	};

	return cmocka_run_group_tests_name("permission indices", tests, NULL, NULL);
}
