/* SPDX-License-Identifier: BSD-3-Clause */
/* RTT_CREATE, RTT_DESTROY: rmi-commands.md#6 */
#include "tests/support/host.h"

#define GB           HOST_GB
#define IPA2         (4 * GB)              /* aligned to a level 1 entry */
#define IPA3         (4 * GB + HOST_BLOCK) /* aligned to a level 2 entry */
#define LEVEL(level) ((uint64_t)(int64_t)(level))

static const struct host_realm_options two_trees = {.planes = 2};

/* --- RTT_CREATE ------------------------------------------------------------------------------ */

static void create_adds_a_table_with_the_parents_entries(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	struct host_entry entry;
	uint64_t rtt;

	host_realm(h, &r, NULL);
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, IPA2, IPA2 + GB);
	rtt = host_delegated(h);
	OK(h, RMI_RTT_CREATE, r.rd, rtt, IPA2, 2);
	assert_string_equal(host_state(h, rtt), "RTT");
	entry = host_entry(h, &r, IPA2, 1);
	assert_int_equal(entry.state, RMI_RTT_ENTRY_TABLE);
	assert_int_equal(entry.desc, rtt);
	assert_int_equal(entry.ripas, RMI_RIPAS_EMPTY);
	entry = host_entry(h, &r, IPA2 + 511 * HOST_BLOCK, 2);
	assert_int_equal(entry.level, 2);
	assert_int_equal(entry.state, RMI_RTT_ENTRY_UNASSIGNED);
	assert_int_equal(entry.ripas, RMI_RIPAS_RAM);
	host_realm_end(h, &r);
}

static void create_unfolds_a_block_in_an_active_realm(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	struct host_entry entry;
	uint64_t data;

	host_realm(h, &r, NULL);
	data = host_ram_block(h, &r, IPA3);
	host_activate(h, &r);
	OK(h, RMI_RTT_CREATE, r.rd, host_delegated(h), IPA3, 3);
	for (unsigned int i = 0; i < 512; i += 73) {
		entry = host_entry(h, &r, IPA3 + i * HOST_PAGE, 3);
		assert_int_equal(entry.level, 3);
		assert_int_equal(entry.state, RMI_RTT_ENTRY_ASSIGNED);
		assert_int_equal(entry.desc, data + i * HOST_PAGE);
		assert_int_equal(entry.ripas, RMI_RIPAS_RAM);
	}
	host_realm_end(h, &r);
}

static void create_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rtt = host_delegated(h);

	host_realm(h, &r, NULL);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_CREATE, r.rd, rtt, IPA2, 2);
	DRAM_ARGUMENT(h, 2, "rtt", "rtt_state", RMI_RTT_CREATE, r.rd, rtt, IPA2, 2);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd, rtt, 0, 1);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd, rtt, 0, 4);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd, rtt, 0, LEVEL(-1));
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd, rtt, 0,
	      UINT64_C(0x100000002));
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd, rtt, 0, UINT64_C(1) << 63);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd, rtt, IPA3, 2);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd, rtt, 2 * r.half, 2);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd, rtt, UINT64_MAX << 30, 2);
	ALONE(h, "rtt_walk", RTT(1), RMI_RTT_CREATE, r.rd, rtt, IPA3, 3);
	OK(h, RMI_RTT_CREATE, r.rd, rtt, IPA2, 2);
	ALONE(h, "rtte_state", RTT(1), RMI_RTT_CREATE, r.rd, host_delegated(h), IPA2, 2);
	host_realm_end(h, &r);
}

static void create_orders_its_conditions(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rtt = host_delegated(h);

	host_realm(h, &r, NULL);
	WINS(h, "rtt_state", "rtt_walk", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd, r.rd, IPA3, 3);
	WINS(h, "rtt_align", "rd_align", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd + 1, rtt + 1, IPA2,
	     2);
	WINS(h, "level_bound", "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd, rtt, 2 * r.half,
	     4);
	WINS(h, "ipa_bound", "ipa_align", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd, rtt,
	     2 * r.half + HOST_PAGE, 2);
	WINS(h, "ipa_align", "rtt_walk", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd, rtt,
	     IPA3 + HOST_PAGE, 3);
	WINS(h, "rtt_bound", "rtte_state", RMI_ERROR_INPUT, RMI_RTT_CREATE, r.rd, 0,
	     (host_tables(h, &r, 0, IPA2, 2), IPA2), 2);
	/* Without a Realm nothing can be said about the rest. */
	REFUSED(h, "rd_state", RMI_ERROR_INPUT, RMI_RTT_CREATE, rtt, host_delegated(h), IPA3, 3);
	host_realm_end(h, &r);
}

/* --- RTT_DESTROY ----------------------------------------------------------------------------- */

static void destroy_frees_the_table(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rtt = host_delegated(h);

	host_realm(h, &r, NULL);
	OK(h, RMI_RTT_CREATE, r.rd, rtt, IPA2, 2);
	host_tables(h, &r, 0, IPA2 + 3 * GB, 2);
	OK(h, RMI_RTT_DESTROY, r.rd, IPA2, 2);
	assert_int_equal(OUT(h, 1), rtt);
	assert_int_equal(OUT(h, 2), IPA2 + 3 * GB);
	assert_string_equal(host_state(h, rtt), "DELEGATED");
	assert_int_equal(host_entry(h, &r, IPA2, 1).ripas, RMI_RIPAS_DESTROYED);
	OK(h, RMI_RTT_DESTROY, r.rd, IPA2 + 3 * GB, 2);
	assert_int_equal(OUT(h, 2), 512 * GB);
	host_realm_end(h, &r);
}

static void destroy_drops_non_secure_mappings(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_ns(h, &r, r.half);
	OK(h, RMI_RTT_DESTROY, r.rd, r.half, 3);
	assert_int_equal(host_entry(h, &r, r.half, 2).state, RMI_RTT_ENTRY_UNASSIGNED);
	assert_int_equal(host_entry(h, &r, r.half, 2).ripas, RMI_RIPAS_EMPTY);
	host_realm_end(h, &r);
}

static void destroy_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA2, 2);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_DESTROY, r.rd, IPA2, 2);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_DESTROY, r.rd, IPA2, 1);
	assert_int_equal(OUT(h, 2), 0);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_DESTROY, r.rd, IPA2, 4);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_DESTROY, r.rd, IPA2 + HOST_BLOCK, 2);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_DESTROY, r.rd, 2 * r.half, 2);
	WINS(h, "level_bound", "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_DESTROY, r.rd, 2 * r.half, 0);
	WINS(h, "ipa_bound", "ipa_align", RMI_ERROR_INPUT, RMI_RTT_DESTROY, r.rd, 2 * r.half + 1,
	     2);
	WINS(h, "ipa_align", "rtt_walk", RMI_ERROR_INPUT, RMI_RTT_DESTROY, r.rd, 0x1000, 3);
	host_realm_end(h, &r);
}

static void destroy_of_nothing_says_where_something_is(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA3 + 2 * HOST_BLOCK, 3);
	ALONE(h, "rtt_walk", RTT(1), RMI_RTT_DESTROY, r.rd, HOST_BLOCK, 3);
	assert_int_equal(OUT(h, 1), 0);
	assert_int_equal(OUT(h, 2), IPA2);
	ALONE(h, "rtte_state", RTT(1), RMI_RTT_DESTROY, r.rd, 0, 2);
	assert_int_equal(OUT(h, 2), IPA2);
	ALONE(h, "rtte_state", RTT(2), RMI_RTT_DESTROY, r.rd, IPA3, 3);
	assert_int_equal(OUT(h, 2), IPA3 + 2 * HOST_BLOCK);
	ALONE(h, "rtte_state", RTT(2), RMI_RTT_DESTROY, r.rd, IPA3 + 3 * HOST_BLOCK, 3);
	assert_int_equal(OUT(h, 2), IPA2 + GB);
	host_realm_end(h, &r);
}

static void destroy_of_a_live_table_is_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_unknown(h, &r, IPA3);
	ALONE(h, "rtt_live", RTT(3), RMI_RTT_DESTROY, r.rd, IPA3, 3);
	assert_int_equal(OUT(h, 1), 0);
	assert_int_equal(OUT(h, 2), IPA3);
	ALONE(h, "rtt_live", RTT(2), RMI_RTT_DESTROY, r.rd, IPA2, 2);
	assert_int_equal(OUT(h, 2), IPA2);
	host_realm_end(h, &r);
}

static void destroy_of_a_block_is_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_ram_block(h, &r, IPA3);
	ALONE(h, "rtte_state", RTT(2), RMI_RTT_DESTROY, r.rd, IPA3, 3);
	assert_int_equal(OUT(h, 2), IPA3);
	host_realm_end(h, &r);
}

static void destroy_of_a_shared_table_is_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &two_trees);
	host_tables(h, &r, 0, r.half, 2);
	OK(h, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half, 1);
	ALONE(h, "aux_ref", RTT(1), RMI_RTT_DESTROY, r.rd, r.half, 2);
	assert_int_equal(OUT(h, 2), r.half);
	host_tables(h, &r, 0, r.half, 3);
	WINS(h, "rtt_live", "aux_ref", RTT(2), RMI_RTT_DESTROY, r.rd, r.half, 2);
	/* Only the table that the shared entry points to: planes.md#6.5 */
	OK(h, RMI_RTT_DESTROY, r.rd, r.half, 3);
	OK(h, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, r.half, 1);
	OK(h, RMI_RTT_DESTROY, r.rd, r.half, 2);
	host_realm_end(h, &r);
}

static void quirk_aux_ref_any_level(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("aux-ref-any-level", NULL);
	struct host_realm r;

	host_reopen(h, &config);
	host_realm(h, &r, &two_trees);
	host_tables(h, &r, 0, r.half, 3);
	OK(h, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half, 1);
	ALONE(h, "aux_ref", RTT(2), RMI_RTT_DESTROY, r.rd, r.half, 3);
	ALONE(h, "aux_ref", RTT(2), RMI_RTT_FOLD, r.rd, r.half, 3);
	host_realm_end(h, &r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
		TEST(create_adds_a_table_with_the_parents_entries),
		TEST(create_unfolds_a_block_in_an_active_realm),
		TEST(create_arguments_are_checked),
		TEST(create_orders_its_conditions),
		TEST(destroy_frees_the_table),
		TEST(destroy_drops_non_secure_mappings),
		TEST(destroy_arguments_are_checked),
		TEST(destroy_of_nothing_says_where_something_is),
		TEST(destroy_of_a_live_table_is_refused),
		TEST(destroy_of_a_block_is_refused),
		TEST(destroy_of_a_shared_table_is_refused),
		TEST(quirk_aux_ref_any_level),
	};

	return cmocka_run_group_tests_name("tables of the primary tree", tests, NULL, NULL);
}
