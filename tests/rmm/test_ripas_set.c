/* SPDX-License-Identifier: BSD-3-Clause */
/* RTT_SET_RIPAS: rmi-commands.md#6, rtt.md#2.1 */
#include "tests/support/host.h"

#define GB    HOST_GB
#define BLOCK HOST_BLOCK
#define PAGE  HOST_PAGE
#define IPA   (2 * GB)

static const struct host_realm_options two_trees = {.planes = 2};

static uint64_t ripas(struct host *h, const struct host_realm *r, uint64_t ipa)
{
	return host_entry(h, r, ipa & ~(PAGE - 1), 3).ripas;
}

/* --- SET_RIPAS ------------------------------------------------------------------------------- */

/* A Realm that runs, with tables at IPA. */
static uint64_t running_realm(struct host *h, struct host_realm *r,
			      const struct host_realm_options *options)
{
	uint64_t rec;

	host_realm(h, r, options);
	host_tables(h, r, 0, IPA, 3);
	rec = host_rec(h, r, true);
	return rec;
}

static void set_makes_memory_ram_and_the_realm_sees_it(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = running_realm(h, &r, NULL);

	host_unknown(h, &r, IPA + PAGE);
	host_activate(h, &r);
	host_ask_ripas(h, rec, IPA, IPA + 4 * PAGE, RMI_RIPAS_RAM, false);
	OK(h, RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA + 3 * PAGE);
	assert_int_equal(OUT(h, 1), IPA + 3 * PAGE);
	assert_int_equal(ripas(h, &r, IPA), RMI_RIPAS_RAM);
	assert_int_equal(ripas(h, &r, IPA + PAGE), RMI_RIPAS_RAM);
	assert_int_equal(host_entry(h, &r, IPA + PAGE, 3).state, RMI_RTT_ENTRY_ASSIGNED);
	assert_int_equal(ripas(h, &r, IPA + 3 * PAGE), RMI_RIPAS_EMPTY);
	/* Progress is where the next call has to begin. */
	ALONE(h, "base_bound", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA + 4 * PAGE);
	host_enter(h, rec, 0);
	assert_true(h->guest.returned);
	assert_int_equal(h->guest.result[0], 0);
	assert_int_equal(h->guest.result[1], IPA + 3 * PAGE);
	host_realm_end(h, &r);
}

static void set_makes_memory_empty(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = running_realm(h, &r, NULL);

	host_ram(h, &r, IPA);
	host_ram(h, &r, IPA + PAGE);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA + PAGE);
	host_activate(h, &r);
	host_ask_ripas(h, rec, IPA, IPA + BLOCK, RMI_RIPAS_EMPTY, false);
	OK(h, RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA + BLOCK);
	assert_int_equal(OUT(h, 1), IPA + BLOCK);
	assert_int_equal(ripas(h, &r, IPA), RMI_RIPAS_EMPTY);
	assert_int_equal(host_entry(h, &r, IPA, 3).state, RMI_RTT_ENTRY_ASSIGNED);
	assert_int_equal(ripas(h, &r, IPA + PAGE), RMI_RIPAS_EMPTY);
	host_realm_end(h, &r);
}

static void set_stops_at_destroyed_memory_unless_allowed(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = running_realm(h, &r, NULL);

	host_ram(h, &r, IPA + PAGE);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA + PAGE);
	host_activate(h, &r);
	host_ask_ripas(h, rec, IPA, IPA + 4 * PAGE, RMI_RIPAS_RAM, false);
	OK(h, RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA + 4 * PAGE);
	assert_int_equal(OUT(h, 1), IPA + PAGE);
	ALONE(h, "no_progress", RTT(3), RMI_RTT_SET_RIPAS, r.rd, rec, IPA + PAGE, IPA + 4 * PAGE);
	host_enter(h, rec, 0);
	host_ask_ripas(h, rec, IPA + PAGE, IPA + 4 * PAGE, RMI_RIPAS_RAM, true);
	OK(h, RMI_RTT_SET_RIPAS, r.rd, rec, IPA + PAGE, IPA + 4 * PAGE);
	assert_int_equal(OUT(h, 1), IPA + 4 * PAGE);
	assert_int_equal(ripas(h, &r, IPA + PAGE), RMI_RIPAS_RAM);
	host_realm_end(h, &r);
}

static void set_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r, other;
	uint64_t rec = running_realm(h, &r, NULL), foreign = running_realm(h, &other, NULL);

	host_activate(h, &r);
	host_activate(h, &other);
	host_ask_ripas(h, rec, IPA, IPA + 4 * PAGE, RMI_RIPAS_RAM, false);
	host_ask_ripas(h, foreign, IPA, IPA + 4 * PAGE, RMI_RIPAS_RAM, false);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA + PAGE);
	GRANULE_ARGUMENT(h, 2, "rec", "rec_gran_state", RMI_RTT_SET_RIPAS, r.rd, rec, IPA,
			 IPA + PAGE);
	ALONE(h, "size_valid", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA);
	ALONE(h, "top_gran_align", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, r.rd, rec, IPA,
	      IPA + PAGE + 8);
	ALONE(h, "rec_owner", RMI_ERROR_REC, RMI_RTT_SET_RIPAS, r.rd, foreign, IPA, IPA + PAGE);
	ALONE(h, "base_bound", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, r.rd, rec, IPA + PAGE,
	      IPA + 2 * PAGE);
	ALONE(h, "top_bound", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA + 5 * PAGE);
	assert_int_equal(OUT(h, 1), 0);
	host_realm_end(h, &r);
	host_realm_end(h, &other);
}

static void set_needs_entries_inside_the_range(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = running_realm(h, &r, NULL);

	host_activate(h, &r);
	host_ask_ripas(h, rec, IPA + BLOCK + PAGE, IPA + 2 * BLOCK, RMI_RIPAS_RAM, false);
	ALONE(h, "base_align", RTT(2), RMI_RTT_SET_RIPAS, r.rd, rec, IPA + BLOCK + PAGE,
	      IPA + 2 * BLOCK);
	host_enter(h, rec, 0);
	host_ask_ripas(h, rec, 5 * GB, 5 * GB + PAGE, RMI_RIPAS_RAM, false);
	ALONE(h, "no_progress", RTT(1), RMI_RTT_SET_RIPAS, r.rd, rec, 5 * GB, 5 * GB + PAGE);
	host_realm_end(h, &r);
}

static void set_without_a_request_is_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = running_realm(h, &r, NULL);

	host_activate(h, &r);
	ALONE(h, "top_bound", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, r.rd, rec, 0, GB);
	host_ask_ripas(h, rec, IPA, IPA + PAGE, RMI_RIPAS_RAM, false);
	OK(h, RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA + PAGE);
	host_enter(h, rec, 0);
	REFUSED(h, "base_bound", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, r.rd, rec, IPA + PAGE,
		IPA + 2 * PAGE);
	host_realm_end(h, &r);
}

static void set_orders_its_conditions(void **state)
{
	struct host *h = *state;
	struct host_realm r, other;
	uint64_t rec = running_realm(h, &r, NULL), foreign = running_realm(h, &other, NULL);

	host_activate(h, &r);
	host_ask_ripas(h, rec, IPA + BLOCK + PAGE, IPA + 2 * BLOCK, RMI_RIPAS_RAM, false);
	WINS(h, "size_valid", "rd_align", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, 1, rec, IPA, IPA);
	WINS(h, "top_gran_align", "rd_state", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, rec, rec, IPA,
	     IPA + 1);
	WINS(h, "top_gran_align", "base_align", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, r.rd, rec,
	     IPA + BLOCK + PAGE, IPA + 2 * BLOCK - 1);
	WINS(h, "rd_state", "rec_align", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, rec, rec + 1, IPA,
	     IPA + PAGE);
	WINS(h, "rec_owner", "base_bound", RMI_ERROR_REC, RMI_RTT_SET_RIPAS, r.rd, foreign, IPA,
	     IPA + PAGE);
	WINS(h, "base_bound", "top_bound", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, r.rd, rec, IPA,
	     IPA + 4 * BLOCK);
	WINS(h, "base_bound", "base_align", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, r.rd, rec,
	     IPA + BLOCK + 2 * PAGE, IPA + 2 * BLOCK);
	REFUSED(h, "rec_gran_state", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, r.rd, r.rd,
		IPA + BLOCK + PAGE, IPA + 2 * BLOCK);
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

	ALONE(h, "rec_state", RMI_ERROR_REC, RMI_RTT_SET_RIPAS, set->realm->rd, set->rec, IPA,
	      IPA + PAGE);
	WINS(h, "rec_state", "rec_owner", RMI_ERROR_REC, RMI_RTT_SET_RIPAS, set->other->rd,
	     set->rec, IPA, IPA + PAGE);
}

static void set_of_a_running_rec_is_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r, other;
	struct set set = {&r, &other, running_realm(h, &r, NULL)};

	host_realm(h, &other, NULL);
	host_activate(h, &r);
	host_while_running(h, set.rec, set_while_running, &set);
	host_realm_end(h, &r);
	host_realm_end(h, &other);
}

static void set_waits_for_the_auxiliary_trees(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = running_realm(h, &r, &two_trees);

	host_ram(h, &r, IPA);
	host_ram(h, &r, IPA + 2 * PAGE);
	host_aux_map(h, &r, 1, IPA + 2 * PAGE);
	host_activate(h, &r);
	host_ask_ripas(h, rec, IPA, IPA + 4 * PAGE, RMI_RIPAS_EMPTY, false);
	/* What comes before the mapping is done, and the REC knows it: tf-rmm-quirks.md#3 (W6) */
	ALONE(h, "aux_live", RMI_ERROR_RTT_AUX, RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA + 4 * PAGE);
	assert_int_equal(OUT(h, 1), IPA + 2 * PAGE);
	assert_int_equal(ripas(h, &r, IPA), RMI_RIPAS_EMPTY);
	assert_int_equal(ripas(h, &r, IPA + 2 * PAGE), RMI_RIPAS_RAM);
	ALONE(h, "aux_live", RMI_ERROR_RTT_AUX, RMI_RTT_SET_RIPAS, r.rd, rec, IPA + 2 * PAGE,
	      IPA + 4 * PAGE);
	assert_int_equal(OUT(h, 1), IPA + 2 * PAGE);
	WINS(h, "top_bound", "aux_live", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, r.rd, rec,
	     IPA + 2 * PAGE, IPA + 5 * PAGE);
	OK(h, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, IPA + 2 * PAGE, 1);
	OK(h, RMI_RTT_SET_RIPAS, r.rd, rec, IPA + 2 * PAGE, IPA + 4 * PAGE);
	assert_int_equal(OUT(h, 1), IPA + 4 * PAGE);
	host_realm_end(h, &r);
}

static void set_to_ram_does_not_look_at_auxiliary_trees(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec = running_realm(h, &r, &two_trees);

	host_ram(h, &r, IPA);
	host_aux_map(h, &r, 1, IPA);
	host_activate(h, &r);
	host_ask_ripas(h, rec, IPA, IPA + 2 * PAGE, RMI_RIPAS_RAM, false);
	OK(h, RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA + 2 * PAGE);
	assert_int_equal(OUT(h, 1), IPA + 2 * PAGE);
	host_realm_end(h, &r);
}

static void quirk_ripas_aux_no_advance(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("ripas-aux-no-advance", NULL);
	struct host_realm r;
	uint64_t rec;

	host_reopen(h, &config);
	rec = running_realm(h, &r, &two_trees);
	host_ram(h, &r, IPA);
	host_ram(h, &r, IPA + 2 * PAGE);
	host_aux_map(h, &r, 1, IPA + 2 * PAGE);
	host_activate(h, &r);
	host_ask_ripas(h, rec, IPA, IPA + 4 * PAGE, RMI_RIPAS_EMPTY, false);
	ALONE(h, "aux_live", RMI_ERROR_RTT_AUX, RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA + 4 * PAGE);
	assert_int_equal(OUT(h, 1), IPA + 2 * PAGE);
	assert_int_equal(ripas(h, &r, IPA), RMI_RIPAS_EMPTY);
	REFUSED(h, "base_bound", RMI_ERROR_INPUT, RMI_RTT_SET_RIPAS, r.rd, rec, IPA + 2 * PAGE,
		IPA + 4 * PAGE);
	OK(h, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, IPA + 2 * PAGE, 1);
	OK(h, RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA + 4 * PAGE);
	host_realm_end(h, &r);
}

static void set_stops_at_devices(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("da-alp12", NULL);
	struct host_realm r;
	uint64_t rec;

	host_reopen(h, &config);
	rec = running_realm(h, &r, NULL);
	OK(h, RMI_DEV_MEM_MAP, r.rd, IPA + PAGE, 3, host_device_pages(h, 1, PAGE));
	host_activate(h, &r);
	host_ask_ripas(h, rec, IPA, IPA + 4 * PAGE, RMI_RIPAS_RAM, true);
	OK(h, RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA + 4 * PAGE);
	assert_int_equal(OUT(h, 1), IPA + PAGE);
	ALONE(h, "no_progress", RTT(3), RMI_RTT_SET_RIPAS, r.rd, rec, IPA + PAGE, IPA + 4 * PAGE);
	host_enter(h, rec, 0);
	host_ask_ripas(h, rec, IPA, IPA + 4 * PAGE, RMI_RIPAS_EMPTY, false);
	OK(h, RMI_RTT_SET_RIPAS, r.rd, rec, IPA, IPA + 4 * PAGE);
	assert_int_equal(OUT(h, 1), IPA + 4 * PAGE);
	host_realm_end(h, &r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
		TEST(set_makes_memory_ram_and_the_realm_sees_it),
		TEST(set_makes_memory_empty),
		TEST(set_stops_at_destroyed_memory_unless_allowed),
		TEST(set_arguments_are_checked),
		TEST(set_needs_entries_inside_the_range),
		TEST(set_without_a_request_is_refused),
		TEST(set_orders_its_conditions),
		TEST(set_of_a_running_rec_is_refused),
		TEST(set_waits_for_the_auxiliary_trees),
		TEST(set_to_ram_does_not_look_at_auxiliary_trees),
		TEST(quirk_ripas_aux_no_advance),
		TEST(set_stops_at_devices),
	};

	return cmocka_run_group_tests_name("RIPAS changes that a Realm asks for", tests, NULL,
					   NULL);
}
