/* SPDX-License-Identifier: BSD-3-Clause */
/* RTT_FOLD, RTT_READ_ENTRY: rmi-commands.md#6 */
#include "tests/support/host.h"

#define GB   HOST_GB
#define IPA2 (4 * GB)              /* aligned to a level 1 entry */
#define IPA3 (4 * GB + HOST_BLOCK) /* aligned to a level 2 entry */

static const struct host_realm_options two_trees = {.planes = 2};
static const struct host_realm_options start_0 = {.s2sz = 40, .start_0 = true};

/* --- RTT_FOLD -------------------------------------------------------------------------------- */

static void fold_of_pages_makes_a_block(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	struct host_entry entry;
	uint64_t data, rtt;

	host_realm(h, &r, NULL);
	data = host_ram_block(h, &r, IPA3);
	rtt = OUT(h, 1);
	assert_string_equal(host_state(h, rtt), "DELEGATED");
	entry = host_entry(h, &r, IPA3, 2);
	assert_int_equal(entry.level, 2);
	assert_int_equal(entry.state, RMI_RTT_ENTRY_ASSIGNED);
	assert_int_equal(entry.desc, data);
	assert_int_equal(entry.ripas, RMI_RIPAS_RAM);
	host_realm_end(h, &r);
}

static void fold_of_empty_tables_keeps_their_ripas(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rtt = host_delegated(h);

	host_realm(h, &r, NULL);
	OK(h, RMI_RTT_CREATE, r.rd, rtt, IPA2, 2);
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, IPA2, IPA2 + GB);
	OK(h, RMI_RTT_FOLD, r.rd, IPA2, 2);
	assert_int_equal(OUT(h, 1), rtt);
	assert_int_equal(host_entry(h, &r, IPA2, 1).ripas, RMI_RIPAS_RAM);
	host_tables(h, &r, 0, r.half, 2);
	OK(h, RMI_RTT_FOLD, r.rd, r.half, 2);
	host_realm_end(h, &r);
}

static void fold_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA2, 2);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_FOLD, r.rd, IPA2, 2);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_FOLD, r.rd, IPA2, 1);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_FOLD, r.rd, IPA2, 4);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_FOLD, r.rd, IPA2 + 1, 2);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_FOLD, r.rd, 2 * r.half, 2);
	ALONE(h, "rtt_walk", RTT(1), RMI_RTT_FOLD, r.rd, 0, 3);
	ALONE(h, "rtte_state", RTT(1), RMI_RTT_FOLD, r.rd, 0, 2);
	WINS(h, "level_bound", "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_FOLD, r.rd, 2 * r.half, 1);
	WINS(h, "ipa_bound", "ipa_align", RMI_ERROR_INPUT, RMI_RTT_FOLD, r.rd, 2 * r.half + 1, 2);
	WINS(h, "ipa_align", "rtt_walk", RMI_ERROR_INPUT, RMI_RTT_FOLD, r.rd, 0x1000, 3);
	host_realm_end(h, &r);
}

static void fold_of_different_entries_is_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA2, 2);
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, IPA2, IPA2 + HOST_BLOCK);
	ALONE(h, "rtt_homo", RTT(2), RMI_RTT_FOLD, r.rd, IPA2, 2);
	host_unknown(h, &r, IPA3);
	ALONE(h, "rtt_homo", RTT(3), RMI_RTT_FOLD, r.rd, IPA3, 3);
	host_realm_end(h, &r);
}

static void fold_of_a_shared_table_is_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &two_trees);
	host_tables(h, &r, 0, r.half, 2);
	OK(h, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half, 1);
	ALONE(h, "aux_ref", RTT(1), RMI_RTT_FOLD, r.rd, r.half, 2);
	OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half, 2, host_desc(&r, 0));
	WINS(h, "aux_ref", "rtt_homo", RTT(1), RMI_RTT_FOLD, r.rd, r.half, 2);
	host_realm_end(h, &r);
}

/* Blocks of Non-secure memory need no memory behind them, so they show the limit at level 0. */
static void fold_makes_no_block_at_level_0(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &start_0);
	host_tables(h, &r, 0, r.half, 1);
	for (uint64_t i = 0; i < 512; i++)
		OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half + i * GB, 1, host_desc(&r, i * GB));
	ALONE(h, "fold_level", RTT(0), RMI_RTT_FOLD, r.rd, r.half, 1);
	OK(h, RMI_RTT_UNMAP_UNPROTECTED, r.rd, r.half + 7 * GB, 1);
	ALONE(h, "rtt_homo", RTT(1), RMI_RTT_FOLD, r.rd, r.half, 1);
	host_realm_end(h, &r);
}

static void fill_level_1_with_tables(struct host *h, const struct host_realm *r)
{
	host_bulk(h, true);
	for (uint64_t i = 0; i < 512; i++)
		host_tables(h, r, 0, i * GB, 2);
	host_bulk(h, false);
}

static void fold_of_a_table_of_tables_is_not_homogeneous(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &start_0);
	fill_level_1_with_tables(h, &r);
	ALONE(h, "rtt_homo", RTT(1), RMI_RTT_FOLD, r.rd, 0, 1);
	host_realm_end(h, &r);
}

static void quirk_fold_full_table(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("fold-full-table", NULL);
	struct host_realm r;

	host_reopen(h, &config);
	host_realm(h, &r, &start_0);
	fill_level_1_with_tables(h, &r);
	ALONE(h, "fold_level", RTT(0), RMI_RTT_FOLD, r.rd, 0, 1);
	OK(h, RMI_RTT_DESTROY, r.rd, 5 * GB, 2);
	ALONE(h, "rtt_homo", RTT(1), RMI_RTT_FOLD, r.rd, 0, 1);
	host_realm_end(h, &r);
}

/* --- RTT_READ_ENTRY -------------------------------------------------------------------------- */

static void read_entry_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_READ_ENTRY, r.rd, IPA2, 1);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_READ_ENTRY, r.rd, IPA2, 0);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_READ_ENTRY, r.rd, IPA2, 4);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_READ_ENTRY, r.rd, IPA3, 1);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_READ_ENTRY, r.rd, 2 * r.half, 1);
	for (unsigned int n = 1; n <= 3; n++)
		assert_int_equal(OUT(h, n), 0);
	WINS(h, "level_bound", "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_READ_ENTRY, r.rd, 2 * r.half,
	     4);
	WINS(h, "ipa_bound", "ipa_align", RMI_ERROR_INPUT, RMI_RTT_READ_ENTRY, r.rd, 2 * r.half + 1,
	     1);
	host_realm_end(h, &r);
}

static void read_entry_keeps_x4_on_a_failure(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	REFUSED(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_READ_ENTRY, r.rd, IPA2, 0, 0x1234);
	assert_int_equal(OUT(h, 4), 0x1234);
	host_realm_end(h, &r);
}

static void read_entry_shows_what_the_host_set(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	struct host_entry entry;
	uint64_t ns;

	host_realm(h, &r, NULL);
	ns = host_ns(h, &r, r.half);
	entry = host_entry(h, &r, r.half, 3);
	assert_int_equal(entry.state, RMI_RTT_ENTRY_ASSIGNED);
	assert_int_equal(entry.desc, host_desc(&r, ns));
	assert_int_equal(entry.ripas, RMI_RIPAS_EMPTY);
	entry = host_entry(h, &r, r.half + HOST_PAGE, 3);
	assert_int_equal(entry.state, RMI_RTT_ENTRY_UNASSIGNED);
	assert_int_equal(entry.desc, 0);
	/* A walk that ends early is no failure. */
	entry = host_entry(h, &r, IPA3 + HOST_PAGE, 3);
	assert_int_equal(entry.level, 1);
	host_realm_end(h, &r);
}

static void read_entry_shows_level_minus_1(void **state)
{
	struct host *h = *state;
	struct host_realm_options options = {.s2sz = 50, .start = -1, .lpa2 = true};
	struct rmmsim_config config;
	struct host_realm r;

	rmmsim_config_init(&config);
	config.feature_register[0] = (config.feature_register[0] & ~UINT64_C(0xff)) | 52; /* S2SZ */
	config.pa_bits = 52;
	host_reopen(h, &config);
	host_realm(h, &r, &options);
	assert_int_equal(host_entry(h, &r, 0, -1).level, -1);
	host_ns(h, &r, r.half);
	assert_int_equal(host_entry(h, &r, r.half, -1).state, RMI_RTT_ENTRY_TABLE);
	ALONE(h, "rtt_walk", RTT(-1), RMI_RTT_CREATE, r.rd, host_delegated(h), 0, 3);
	host_realm_end(h, &r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
		TEST(fold_of_pages_makes_a_block),
		TEST(fold_of_empty_tables_keeps_their_ripas),
		TEST(fold_arguments_are_checked),
		TEST(fold_of_different_entries_is_refused),
		TEST(fold_of_a_shared_table_is_refused),
		TEST(fold_makes_no_block_at_level_0),
		TEST(fold_of_a_table_of_tables_is_not_homogeneous),
		TEST(quirk_fold_full_table),
		TEST(read_entry_arguments_are_checked),
		TEST(read_entry_keeps_x4_on_a_failure),
		TEST(read_entry_shows_what_the_host_set),
		TEST(read_entry_shows_level_minus_1),
	};

	return cmocka_run_group_tests_name("folds and entries", tests, NULL, NULL);
}
