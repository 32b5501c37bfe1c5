/* SPDX-License-Identifier: BSD-3-Clause */
/* DATA_DESTROY: rmi-commands.md#3 */
#include <string.h>

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

/* --- DATA_DESTROY ---------------------------------------------------------------------------- */

static void destroy_frees_the_page_and_says_where_the_next_is(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t data;

	host_realm(h, &r, NULL);
	data = host_unknown(h, &r, IPA);
	host_unknown(h, &r, IPA + 5 * HOST_PAGE);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA);
	assert_int_equal(OUT(h, 1), data);
	assert_int_equal(OUT(h, 2), IPA + 5 * HOST_PAGE);
	assert_int_equal(OUT(h, 3), 0);
	assert_string_equal(host_state(h, data), "DELEGATED");
	assert_int_equal(host_entry(h, &r, IPA, 3).state, RMI_RTT_ENTRY_UNASSIGNED);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA + 5 * HOST_PAGE);
	assert_int_equal(OUT(h, 2), 0x40400000);
	host_realm_end(h, &r);
}

static void destroy_leaves_the_right_ripas(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_ram(h, &r, IPA);
	host_unknown(h, &r, IPA + HOST_PAGE);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA + HOST_PAGE);
	assert_int_equal(host_entry(h, &r, IPA, 3).ripas, RMI_RIPAS_DESTROYED);
	assert_int_equal(host_entry(h, &r, IPA + HOST_PAGE, 3).ripas, RMI_RIPAS_EMPTY);
	host_unknown(h, &r, IPA);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA);
	assert_int_equal(host_entry(h, &r, IPA, 3).ripas, RMI_RIPAS_DESTROYED);
	host_realm_end(h, &r);
}

static void freed_content_reaches_the_host_as_zero(void **state)
{
	struct host *h = *state;
	uint64_t src = host_page(h), data;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	data = host_delegated(h);
	fill(h, src, 0xa5);
	OK(h, RMI_DATA_CREATE, r.rd, data, IPA, src, 0);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA);
	OK(h, RMI_GRANULE_UNDELEGATE, data);
	assert_true(filled_with(h, data, 0));
	host_realm_end(h, &r);
}

static void destroy_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_unknown(h, &r, IPA);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_DATA_DESTROY, r.rd, IPA);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_DATA_DESTROY, r.rd, IPA + 1);
	assert_int_equal(OUT(h, 2), 0);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_DATA_DESTROY, r.rd, r.half);
	WINS(h, "ipa_bound", "ipa_align", RMI_ERROR_INPUT, RMI_DATA_DESTROY, r.rd, r.half + 1);
	WINS(h, "ipa_align", "rtt_walk", RMI_ERROR_INPUT, RMI_DATA_DESTROY, r.rd, 0x1001);
	WINS(h, "rd_state", "ipa_align", RMI_ERROR_INPUT, RMI_DATA_DESTROY, r.root[0], IPA + 1);
	host_realm_end(h, &r);
}

static void destroy_of_nothing_says_where_something_is(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_unknown(h, &r, IPA + 2 * HOST_PAGE);
	ALONE(h, "rtte_state", RTT(3), RMI_DATA_DESTROY, r.rd, IPA);
	assert_int_equal(OUT(h, 1), 0);
	assert_int_equal(OUT(h, 2), IPA + 2 * HOST_PAGE);
	ALONE(h, "rtte_state", RTT(3), RMI_DATA_DESTROY, r.rd, IPA + 3 * HOST_PAGE);
	assert_int_equal(OUT(h, 2), 0x40400000);
	ALONE(h, "rtt_walk", RTT(2), RMI_DATA_DESTROY, r.rd, 0x40000000 + HOST_PAGE);
	assert_int_equal(OUT(h, 2), 0x40200000);
	ALONE(h, "rtt_walk", RTT(1), RMI_DATA_DESTROY, r.rd, HOST_PAGE);
	assert_int_equal(OUT(h, 2), 0x40000000);
	host_realm_end(h, &r);
}

static void destroy_of_a_part_of_a_block_fails_there(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_ram_block(h, &r, 0x40200000);
	ALONE(h, "rtt_walk", RTT(2), RMI_DATA_DESTROY, r.rd, IPA);
	assert_int_equal(OUT(h, 2), IPA);
	host_realm_end(h, &r);
}

static void destroy_waits_for_the_auxiliary_trees(void **state)
{
	struct host *h = *state;
	const struct host_realm_options options = {.planes = 3};
	struct host_realm r;

	host_realm(h, &r, &options);
	host_ram(h, &r, IPA);
	host_aux_map(h, &r, 1, IPA);
	host_aux_map(h, &r, 2, IPA);
	ALONE(h, "aux_live", RMI_ERROR_RTT_AUX, RMI_DATA_DESTROY, r.rd, IPA);
	assert_int_equal(OUT(h, 1), 0);
	assert_int_equal(OUT(h, 2), 0);
	OK(h, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, IPA, 1);
	ALONE(h, "aux_live", RMI_ERROR_RTT_AUX, RMI_DATA_DESTROY, r.rd, IPA);
	OK(h, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, IPA, 2);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA);
	host_realm_end(h, &r);
}

static void destroy_of_a_device_page_is_refused(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("da-alp12", NULL);
	struct host_realm r;

	host_reopen(h, &config);
	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	OK(h, RMI_DEV_MEM_MAP, r.rd, IPA, 3, host_device_pages(h, 1, HOST_PAGE));
	ALONE(h, "rtte_state", RTT(3), RMI_DATA_DESTROY, r.rd, IPA);
	assert_int_equal(OUT(h, 2), IPA);
	host_realm_end(h, &r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
		TEST(destroy_frees_the_page_and_says_where_the_next_is),
		TEST(destroy_leaves_the_right_ripas),
		TEST(freed_content_reaches_the_host_as_zero),
		TEST(destroy_arguments_are_checked),
		TEST(destroy_of_nothing_says_where_something_is),
		TEST(destroy_of_a_part_of_a_block_fails_there),
		TEST(destroy_waits_for_the_auxiliary_trees),
		TEST(destroy_of_a_device_page_is_refused),
	};

	return cmocka_run_group_tests_name("destruction of data", tests, NULL, NULL);
}
