/* SPDX-License-Identifier: BSD-3-Clause */
/* RTT_INIT_RIPAS: rmi-commands.md#6, rtt.md#2.1 */
#include <string.h>

#include "attest/measurement.h"
#include "tests/support/host.h"

#define GB    HOST_GB
#define BLOCK HOST_BLOCK
#define PAGE  HOST_PAGE
#define IPA   (2 * GB)

static uint64_t ripas(struct host *h, const struct host_realm *r, uint64_t ipa)
{
	return host_entry(h, r, ipa & ~(PAGE - 1), 3).ripas;
}

/* --- INIT_RIPAS ------------------------------------------------------------------------------ */

static void init_changes_whole_entries_of_one_table(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, IPA + 2 * PAGE, IPA + 5 * PAGE);
	assert_int_equal(OUT(h, 1), IPA + 5 * PAGE);
	assert_int_equal(ripas(h, &r, IPA + PAGE), RMI_RIPAS_EMPTY);
	assert_int_equal(ripas(h, &r, IPA + 2 * PAGE), RMI_RIPAS_RAM);
	assert_int_equal(ripas(h, &r, IPA + 4 * PAGE), RMI_RIPAS_RAM);
	assert_int_equal(ripas(h, &r, IPA + 5 * PAGE), RMI_RIPAS_EMPTY);
	/* The end of the table ends the call. */
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, IPA + 5 * PAGE, IPA + 4 * BLOCK);
	assert_int_equal(OUT(h, 1), IPA + BLOCK);
	/* An entry that crosses the top does too. */
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, IPA + BLOCK, IPA + 2 * BLOCK + PAGE);
	assert_int_equal(OUT(h, 1), IPA + 2 * BLOCK);
	host_realm_end(h, &r);
}

static void init_reaches_the_end_of_the_protected_space(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, 0, r.half);
	assert_int_equal(OUT(h, 1), r.half);
	host_realm_end(h, &r);
}

static void init_stops_at_other_entries(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_unknown(h, &r, IPA + 2 * PAGE);
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, IPA, IPA + BLOCK);
	assert_int_equal(OUT(h, 1), IPA + 2 * PAGE);
	OK(h, RMI_DATA_CREATE, r.rd, host_delegated(h), IPA + 4 * PAGE, host_page(h), 0);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA + 4 * PAGE);
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, IPA + 3 * PAGE, IPA + BLOCK);
	assert_int_equal(OUT(h, 1), IPA + 4 * PAGE);
	host_realm_end(h, &r);
}

static void init_measures_every_entry(void **state)
{
	struct host *h = *state;
	uint8_t expected[64];
	struct host_realm r;
	uint64_t rec;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, IPA, IPA + 3 * PAGE);
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, IPA + 2 * PAGE, IPA + 3 * PAGE); /* is RAM already */
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, IPA + BLOCK, IPA + 2 * BLOCK);
	rec = host_rec(h, &r, true);
	host_activate(h, &r);
	guest_call(h, rec, SMC_RSI_MEASUREMENT_READ, 0);

	measurement_rim_init(RMI_HASH_SHA_256, &r.params, expected);
	for (unsigned int i = 0; i < 3; i++)
		measurement_extend_ripas(RMI_HASH_SHA_256, expected, IPA + i * PAGE,
					 IPA + (i + 1) * PAGE);
	measurement_extend_ripas(RMI_HASH_SHA_256, expected, IPA + 2 * PAGE, IPA + 3 * PAGE);
	measurement_extend_ripas(RMI_HASH_SHA_256, expected, IPA + BLOCK, IPA + 2 * BLOCK);
	measurement_extend_rec(RMI_HASH_SHA_256, expected,
			       &(struct rmi_rec_params){.flags = 1, .pc = 0x1000});
	assert_memory_equal(&h->guest.result[1], expected, sizeof(expected));
	host_realm_end(h, &r);
}

static void init_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_INIT_RIPAS, r.rd, IPA, IPA + PAGE);
	ALONE(h, "size_valid", RMI_ERROR_INPUT, RMI_RTT_INIT_RIPAS, r.rd, IPA, IPA);
	ALONE(h, "size_valid", RMI_ERROR_INPUT, RMI_RTT_INIT_RIPAS, r.rd, IPA + PAGE, IPA);
	ALONE(h, "top_gran_align", RMI_ERROR_INPUT, RMI_RTT_INIT_RIPAS, r.rd, IPA,
	      IPA + PAGE + 0x800);
	ALONE(h, "top_bound", RMI_ERROR_INPUT, RMI_RTT_INIT_RIPAS, r.rd, r.half - GB,
	      r.half + PAGE);
	REFUSED(h, "top_bound", RMI_ERROR_INPUT, RMI_RTT_INIT_RIPAS, r.rd, r.half, r.half + PAGE);
	REFUSED(h, "top_gran_align", RMI_ERROR_INPUT, RMI_RTT_INIT_RIPAS, r.rd, 0, 1);
	ALONE(h, "base_align", RTT(2), RMI_RTT_INIT_RIPAS, r.rd, IPA + BLOCK + PAGE,
	      IPA + 2 * BLOCK);
	ALONE(h, "base_align", RTT(3), RMI_RTT_INIT_RIPAS, r.rd, IPA + 1, IPA + PAGE);
	ALONE(h, "no_progress", RTT(2), RMI_RTT_INIT_RIPAS, r.rd, IPA + BLOCK, IPA + BLOCK + PAGE);
	assert_int_equal(OUT(h, 1), 0);
	host_unknown(h, &r, IPA);
	ALONE(h, "rtte_state", RTT(3), RMI_RTT_INIT_RIPAS, r.rd, IPA, IPA + PAGE);
	OK(h, RMI_DATA_CREATE, r.rd, host_delegated(h), IPA + PAGE, host_page(h), 0);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA + PAGE);
	ALONE(h, "no_progress", RTT(3), RMI_RTT_INIT_RIPAS, r.rd, IPA + PAGE, IPA + 2 * PAGE);
	host_realm_end(h, &r);
}

static void init_orders_its_conditions(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	WINS(h, "size_valid", "rd_align", RMI_ERROR_INPUT, RMI_RTT_INIT_RIPAS, 1, IPA, IPA);
	WINS(h, "top_gran_align", "top_bound", RMI_ERROR_INPUT, RMI_RTT_INIT_RIPAS, r.rd, IPA,
	     r.half + PAGE + 1);
	WINS(h, "top_gran_align", "no_progress", RMI_ERROR_INPUT, RMI_RTT_INIT_RIPAS, r.rd, IPA,
	     IPA + 1);
	WINS(h, "top_bound", "base_align", RMI_ERROR_INPUT, RMI_RTT_INIT_RIPAS, r.rd, IPA + PAGE,
	     r.half + PAGE);
	REFUSED(h, "rd_state", RMI_ERROR_INPUT, RMI_RTT_INIT_RIPAS, r.root[0], IPA, IPA + PAGE);
	host_activate(h, &r);
	ALONE(h, "realm_state", RMI_ERROR_REALM, RMI_RTT_INIT_RIPAS, r.rd, IPA, IPA + GB);
	WINS(h, "realm_state", "base_align", RMI_ERROR_REALM, RMI_RTT_INIT_RIPAS, r.rd, IPA + PAGE,
	     IPA + GB);
	WINS(h, "realm_state", "no_progress", RMI_ERROR_REALM, RMI_RTT_INIT_RIPAS, r.rd, IPA,
	     IPA + PAGE);
	host_realm_end(h, &r);
}

static void quirk_init_ripas_base_input(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("init-ripas-base-input", NULL);
	struct host_realm r;

	host_reopen(h, &config);
	host_realm(h, &r, NULL);
	REFUSED(h, "base_gran_align", RMI_ERROR_INPUT, RMI_RTT_INIT_RIPAS, r.rd, IPA + 1, IPA + GB);
	WINS(h, "base_gran_align", "base_align", RMI_ERROR_INPUT, RMI_RTT_INIT_RIPAS, r.rd, IPA + 1,
	     IPA + GB);
	ALONE(h, "base_align", RTT(1), RMI_RTT_INIT_RIPAS, r.rd, IPA + PAGE, IPA + GB);
	host_realm_end(h, &r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
		TEST(init_changes_whole_entries_of_one_table),
		TEST(init_reaches_the_end_of_the_protected_space),
		TEST(init_stops_at_other_entries),
		TEST(init_measures_every_entry),
		TEST(init_arguments_are_checked),
		TEST(init_orders_its_conditions),
		TEST(quirk_init_ripas_base_input),
	};

	return cmocka_run_group_tests_name("initial RIPAS", tests, NULL, NULL);
}
