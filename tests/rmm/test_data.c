/* SPDX-License-Identifier: BSD-3-Clause */
/* DATA_CREATE, DATA_CREATE_UNKNOWN: rmi-commands.md#3 */
#include <string.h>

#include "attest/measurement.h"
#include "tests/support/host.h"

#define IPA UINT64_C(0x40201000)

static void fill(struct host *h, uint64_t pa, uint8_t byte)
{
	uint8_t page[HOST_PAGE];

	memset(page, byte, sizeof(page));
	assert_int_equal(rmmsim_host_write(h->sim, pa, page, sizeof(page)), RMMSIM_OK);
}

static bool filled_with(struct host *h, uint64_t pa, uint8_t byte)
{
	uint8_t page[HOST_PAGE];

	assert_int_equal(rmmsim_peek(h->sim, pa, page, sizeof(page)), RMMSIM_OK);
	for (size_t i = 0; i < sizeof(page); i++) {
		if (page[i] != byte)
			return false;
	}
	return true;
}

static void read_rim(struct host *h, uint64_t rec, uint8_t rim[64])
{
	guest_call(h, rec, SMC_RSI_MEASUREMENT_READ, 0);
	assert_true(h->guest.returned);
	assert_int_equal(h->guest.result[0], 0);
	memcpy(rim, &h->guest.result[1], 64);
}

/* --- success --------------------------------------------------------------------------------- */

static void create_copies_the_page_and_makes_it_ram(void **state)
{
	struct host *h = *state;
	uint64_t src = host_page(h), data;
	struct host_realm r;
	struct host_entry entry;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	data = host_delegated(h);
	fill(h, src, 0x5a);
	OK(h, RMI_DATA_CREATE, r.rd, data, IPA, src, 0);
	for (unsigned int n = 1; n <= 3; n++)
		assert_int_equal(OUT(h, n), 0);
	assert_true(filled_with(h, data, 0x5a));
	assert_true(filled_with(h, src, 0x5a));
	assert_string_equal(host_state(h, data), "DATA");
	entry = host_entry(h, &r, IPA, 3);
	assert_int_equal(entry.level, 3);
	assert_int_equal(entry.state, RMI_RTT_ENTRY_ASSIGNED);
	assert_int_equal(entry.desc, data);
	assert_int_equal(entry.ripas, RMI_RIPAS_RAM);
	host_realm_end(h, &r);
}

static void create_works_on_a_destroyed_entry(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_ram(h, &r, IPA);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA);
	assert_int_equal(host_entry(h, &r, IPA, 3).ripas, RMI_RIPAS_DESTROYED);
	host_ram(h, &r, IPA);
	assert_int_equal(host_entry(h, &r, IPA, 3).ripas, RMI_RIPAS_RAM);
	host_realm_end(h, &r);
}

static void create_extends_the_rim(void **state, enum rmi_hash_algorithm algo, uint64_t flags)
{
	struct host *h = *state;
	const struct host_realm_options options = {.hash_algo = algo};
	uint8_t expected[64], rim[64], page[HOST_PAGE];
	uint64_t src = host_page(h), rec;
	struct host_realm r;

	host_realm(h, &r, &options);
	memset(page, 0x77, sizeof(page));
	fill(h, src, 0x77);
	host_tables(h, &r, 0, IPA, 3);
	OK(h, RMI_DATA_CREATE, r.rd, host_delegated(h), IPA, src, flags);
	rec = host_rec(h, &r, true);
	host_activate(h, &r);
	read_rim(h, rec, rim);

	measurement_rim_init(algo, &r.params, expected);
	measurement_extend_data(algo, expected, IPA, flags, flags ? page : NULL);
	{
		struct rmi_rec_params params = {.flags = 1, .pc = 0x1000};

		measurement_extend_rec(algo, expected, &params);
	}
	assert_memory_equal(rim, expected, sizeof(rim));
	host_realm_end(h, &r);
}

static void create_measures_content_with_sha_256(void **state)
{
	create_extends_the_rim(state, RMI_HASH_SHA_256, RMI_DATA_FLAG_MEASURE);
}

static void create_measures_content_with_sha_512(void **state)
{
	create_extends_the_rim(state, RMI_HASH_SHA_512, RMI_DATA_FLAG_MEASURE);
}

static void create_measures_no_content_without_the_flag(void **state)
{
	create_extends_the_rim(state, RMI_HASH_SHA_256, 0);
}

static void create_unknown_zeroes_and_keeps_ripas(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t data;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, IPA, IPA + HOST_PAGE);
	data = host_page(h);
	fill(h, data, 0xff);
	OK(h, RMI_GRANULE_DELEGATE, data);
	OK(h, RMI_DATA_CREATE_UNKNOWN, r.rd, data, IPA);
	assert_true(filled_with(h, data, 0));
	assert_int_equal(host_entry(h, &r, IPA, 3).ripas, RMI_RIPAS_RAM);
	host_unknown(h, &r, IPA + HOST_PAGE);
	assert_int_equal(host_entry(h, &r, IPA + HOST_PAGE, 3).ripas, RMI_RIPAS_EMPTY);
	host_realm_end(h, &r);
}

static void create_unknown_works_in_an_active_realm(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_activate(h, &r);
	host_unknown(h, &r, IPA);
	host_realm_end(h, &r);
}

/* --- DATA_CREATE: what refuses it ------------------------------------------------------------ */

static void create_arguments_are_checked(void **state)
{
	struct host *h = *state;
	uint64_t data, src = host_page(h);
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	data = host_delegated(h);
	ALONE(h, "flags", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, data, IPA, src, 2);
	ALONE(h, "flags", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, data, IPA, src,
	      UINT64_C(1) << 63 | 1);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_DATA_CREATE, r.rd, data, IPA, src, 0);
	DRAM_ARGUMENT(h, 2, "data", "data_state", RMI_DATA_CREATE, r.rd, data, IPA, src, 0);
	ALONE(h, "src_align", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, data, IPA, src + 1, 0);
	ALONE(h, "src_bound", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, data, IPA, 0, 0);
	ALONE(h, "src_bound", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, data, IPA, 0x50000000, 0);
	ALONE(h, "src_pas", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, data, IPA, host_delegated(h),
	      0);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, data, IPA + 1, src, 0);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, data, r.half, src, 0);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, data, UINT64_MAX << 12, src,
	      0);
	OK(h, RMI_DATA_CREATE, r.rd, data, IPA, src, 0);
	host_realm_end(h, &r);
}

static void create_needs_a_new_realm(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	host_activate(h, &r);
	ALONE(h, "realm_state", RMI_ERROR_REALM, RMI_DATA_CREATE, r.rd, host_delegated(h), IPA,
	      host_page(h), 0);
	host_realm_end(h, &r);
}

static void create_needs_a_page_entry(void **state)
{
	struct host *h = *state;
	uint64_t data = host_delegated(h), src = host_page(h);
	struct host_realm r;

	host_realm(h, &r, NULL);
	ALONE(h, "rtt_walk", RTT(1), RMI_DATA_CREATE, r.rd, data, IPA, src, 0);
	host_tables(h, &r, 0, IPA, 2);
	ALONE(h, "rtt_walk", RTT(2), RMI_DATA_CREATE, r.rd, data, IPA, src, 0);
	host_unknown(h, &r, IPA);
	ALONE(h, "rtte_state", RTT(3), RMI_DATA_CREATE, r.rd, data, IPA, src, 0);
	host_realm_end(h, &r);
}

static void create_needs_a_readable_source(void **state)
{
	struct host *h = *state;
	uint64_t data = host_delegated(h), src = host_page(h);
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	assert_int_equal(rmmsim_set_pas(h->sim, src, RMMSIM_PAS_SECURE), RMMSIM_OK);
	ALONE(h, "src_copy", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, data, IPA, src, 0);
	/* The copy is made last: rmi-commands.md#3 */
	WINS(h, "rtt_walk", "src_copy", RTT(2), RMI_DATA_CREATE, r.rd, data, IPA + HOST_BLOCK, src,
	     0);
	assert_int_equal(rmmsim_set_pas(h->sim, src, RMMSIM_PAS_NS), RMMSIM_OK);
	OK(h, RMI_DATA_CREATE, r.rd, data, IPA, src, 0);
	host_realm_end(h, &r);
}

static void create_orders_its_conditions(void **state)
{
	struct host *h = *state;
	uint64_t data = host_delegated(h), src = host_page(h);
	struct host_realm r;

	host_realm(h, &r, NULL);
	WINS(h, "ipa_bound", "ipa_align", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, data, r.half + 1,
	     src, 0);
	WINS(h, "src_pas", "rtt_walk", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, data, IPA,
	     host_delegated(h), 0);
	WINS(h, "flags", "src_align", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, data, IPA, 1, 2);
	WINS(h, "data_state", "rtt_walk", RMI_ERROR_INPUT, RMI_DATA_CREATE, r.rd, r.rd, IPA, src,
	     0);
	host_activate(h, &r);
	WINS(h, "realm_state", "ipa_bound", RMI_ERROR_REALM, RMI_DATA_CREATE, r.rd, data, r.half,
	     src, 0);
	WINS(h, "realm_state", "rtt_walk", RMI_ERROR_REALM, RMI_DATA_CREATE, r.rd, data, IPA, src,
	     0);
	/* A bad RD leaves only what needs no Realm to be seen. */
	WINS(h, "rd_state", "ipa_align", RMI_ERROR_INPUT, RMI_DATA_CREATE, data, host_delegated(h),
	     r.half + 1, src, 0);
	host_realm_end(h, &r);
}

/* --- DATA_CREATE_UNKNOWN --------------------------------------------------------------------- */

static void create_unknown_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t data;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	data = host_delegated(h);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_DATA_CREATE_UNKNOWN, r.rd, data, IPA);
	DRAM_ARGUMENT(h, 2, "data", "data_state", RMI_DATA_CREATE_UNKNOWN, r.rd, data, IPA);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_DATA_CREATE_UNKNOWN, r.rd, data, IPA + 0x800);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_DATA_CREATE_UNKNOWN, r.rd, data, r.half);
	ALONE(h, "rtt_walk", RTT(2), RMI_DATA_CREATE_UNKNOWN, r.rd, data, IPA + HOST_BLOCK);
	OK(h, RMI_DATA_CREATE_UNKNOWN, r.rd, data, IPA);
	ALONE(h, "rtte_state", RTT(3), RMI_DATA_CREATE_UNKNOWN, r.rd, host_delegated(h), IPA);
	host_realm_end(h, &r);
}

static void create_unknown_orders_its_conditions(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t data = host_delegated(h);

	host_realm(h, &r, NULL);
	WINS(h, "data_state", "rtt_walk", RMI_ERROR_INPUT, RMI_DATA_CREATE_UNKNOWN, r.rd, r.rd,
	     IPA);
	WINS(h, "ipa_align", "rtt_walk", RMI_ERROR_INPUT, RMI_DATA_CREATE_UNKNOWN, r.rd, data,
	     IPA + 1);
	WINS(h, "rd_state", "ipa_align", RMI_ERROR_INPUT, RMI_DATA_CREATE_UNKNOWN, data,
	     host_delegated(h), IPA + 1);
	WINS(h, "ipa_bound", "ipa_align", RMI_ERROR_INPUT, RMI_DATA_CREATE_UNKNOWN, r.rd, data,
	     r.half + 1);
	host_realm_end(h, &r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
		TEST(create_copies_the_page_and_makes_it_ram),
		TEST(create_works_on_a_destroyed_entry),
		TEST(create_measures_content_with_sha_256),
		TEST(create_measures_content_with_sha_512),
		TEST(create_measures_no_content_without_the_flag),
		TEST(create_unknown_zeroes_and_keeps_ripas),
		TEST(create_unknown_works_in_an_active_realm),
		TEST(create_arguments_are_checked),
		TEST(create_needs_a_new_realm),
		TEST(create_needs_a_page_entry),
		TEST(create_needs_a_readable_source),
		TEST(create_orders_its_conditions),
		TEST(create_unknown_arguments_are_checked),
		TEST(create_unknown_orders_its_conditions),
	};

	return cmocka_run_group_tests_name("creation of data", tests, NULL, NULL);
}
