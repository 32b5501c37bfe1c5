/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables of auxiliary trees: RTT_AUX_CREATE, RTT_AUX_DESTROY, RTT_AUX_FOLD: rmi-commands.md#7 */
#include "tests/support/host.h"

#define GB    HOST_GB
#define BLOCK HOST_BLOCK
#define PAGE  HOST_PAGE
#define IPA2  (4 * GB)         /* aligned to a level 1 entry */
#define IPA3  (4 * GB + BLOCK) /* aligned to a level 2 entry */

static const struct host_realm_options three_trees = {.planes = 3};
static const struct host_realm_options two_trees_start_0 = {
	.planes = 2, .s2sz = 40, .start_0 = true};
static const struct host_realm_options shared_tree = {.planes = 2, .shared_tree = true};

/* --- RTT_AUX_CREATE -------------------------------------------------------------------------- */

static void create_adds_a_table_to_one_tree(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rtt = host_delegated(h);

	host_realm(h, &r, &three_trees);
	OK(h, RMI_RTT_AUX_CREATE, r.rd, rtt, IPA2, 2, 2);
	assert_string_equal(host_state(h, rtt), "RTT");
	assert_int_equal(host_entry(h, &r, IPA2, 2).level, 1);
	OK(h, RMI_RTT_AUX_CREATE, r.rd, host_delegated(h), IPA2, 2, 1);
	host_realm_end(h, &r);
}

static void create_unfolds_a_block(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &three_trees);
	host_ram_block(h, &r, IPA3);
	host_tables(h, &r, 1, IPA3, 2);
	OK(h, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA3, 1);
	OK(h, RMI_RTT_AUX_CREATE, r.rd, host_delegated(h), IPA3, 3, 1);
	OK(h, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, IPA3 + PAGE, 1);
	OK(h, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA3 + PAGE, 1);
	host_realm_end(h, &r);
}

static void create_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rtt = host_delegated(h);

	host_realm(h, &r, &three_trees);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_AUX_CREATE, r.rd, rtt, IPA2, 2, 1);
	DRAM_ARGUMENT(h, 2, "rtt", "rtt_state", RMI_RTT_AUX_CREATE, r.rd, rtt, IPA2, 2, 1);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, rtt, IPA2, 1, 1);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, rtt, IPA2, 4, 1);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, rtt, IPA3, 2, 1);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, rtt, r.half, 2, 1);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, rtt, 2 * r.half, 2, 1);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, rtt, IPA2, 2, 0);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, rtt, IPA2, 2, 3);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, rtt, IPA2, 2,
	      UINT64_C(1) << 32 | 1);
	ALONE(h, "rtt_walk", RTT_AUX(1), RMI_RTT_AUX_CREATE, r.rd, rtt, IPA3, 3, 1);
	OK(h, RMI_RTT_AUX_CREATE, r.rd, rtt, IPA2, 2, 1);
	ALONE(h, "rtte_state", RTT_AUX(1), RMI_RTT_AUX_CREATE, r.rd, host_delegated(h), IPA2, 2, 1);
	host_realm_end(h, &r);
}

static void create_orders_its_conditions(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rtt = host_delegated(h);

	host_realm(h, &r, &three_trees);
	WINS(h, "rtt_state", "rtt_walk", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, r.rd, IPA3, 3,
	     1);
	WINS(h, "level_bound", "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, rtt, r.half,
	     4, 1);
	WINS(h, "ipa_bound", "ipa_align", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, rtt,
	     r.half + 1, 2, 1);
	WINS(h, "ipa_align", "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, rtt,
	     IPA2 + 1, 2, 0);
	WINS(h, "ipa_align", "rtt_walk", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, rtt, IPA3 + 1,
	     3, 1);
	WINS(h, "index_bound", "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, 0,
	     0);
	REFUSED(h, "rd_state", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.root[0], rtt, IPA3, 3, 1);
	host_realm_end(h, &r);
}

static void a_realm_without_a_tree_per_plane_has_no_auxiliary_trees(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &shared_tree);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, host_delegated(h), IPA2,
	      2, 1);
	host_realm_end(h, &r);
	host_realm(h, &r, NULL);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, host_delegated(h), IPA2,
	      2, 1);
	host_realm_end(h, &r);
}

/* --- RTT_AUX_DESTROY ------------------------------------------------------------------------- */

static void destroy_frees_the_table(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rtt = host_delegated(h);

	host_realm(h, &r, &three_trees);
	OK(h, RMI_RTT_AUX_CREATE, r.rd, rtt, IPA2, 2, 1);
	host_tables(h, &r, 1, IPA2 + 2 * GB, 2);
	host_tables(h, &r, 2, IPA2 + GB, 2);
	OK(h, RMI_RTT_AUX_DESTROY, r.rd, IPA2, 2, 1);
	assert_int_equal(OUT(h, 1), rtt);
	assert_int_equal(OUT(h, 2), IPA2 + 2 * GB);
	assert_string_equal(host_state(h, rtt), "DELEGATED");
	host_realm_end(h, &r);
}

static void destroy_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &three_trees);
	host_tables(h, &r, 1, IPA2, 2);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_AUX_DESTROY, r.rd, IPA2, 2, 1);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_DESTROY, r.rd, IPA2, 1, 1);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_DESTROY, r.rd, IPA2, 4, 1);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_AUX_DESTROY, r.rd, IPA2 + PAGE, 2, 1);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_DESTROY, r.rd, r.half, 2, 1);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_DESTROY, r.rd, IPA2, 2, 0);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_DESTROY, r.rd, IPA2, 2, 3);
	assert_int_equal(OUT(h, 2), 0);
	WINS(h, "level_bound", "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_DESTROY, r.rd, r.half, 4,
	     1);
	WINS(h, "ipa_bound", "ipa_align", RMI_ERROR_INPUT, RMI_RTT_AUX_DESTROY, r.rd, r.half + 1, 2,
	     1);
	WINS(h, "ipa_align", "rtt_walk", RMI_ERROR_INPUT, RMI_RTT_AUX_DESTROY, r.rd, 1, 3, 1);
	WINS(h, "ipa_align", "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_DESTROY, r.rd, IPA2 + 1, 2,
	     0);
	host_realm_end(h, &r);
}

static void destroy_of_nothing_says_where_something_is(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &three_trees);
	host_tables(h, &r, 1, IPA3, 3);
	ALONE(h, "rtt_walk", RTT_AUX(1), RMI_RTT_AUX_DESTROY, r.rd, 0, 3, 1);
	assert_int_equal(OUT(h, 1), 0);
	assert_int_equal(OUT(h, 2), IPA2);
	ALONE(h, "rtte_state", RTT_AUX(2), RMI_RTT_AUX_DESTROY, r.rd, IPA2, 3, 1);
	assert_int_equal(OUT(h, 2), IPA3);
	ALONE(h, "rtte_state", RTT_AUX(1), RMI_RTT_AUX_DESTROY, r.rd, 0, 2, 1);
	assert_int_equal(OUT(h, 2), IPA2);
	host_realm_end(h, &r);
}

static void destroy_of_a_live_table_is_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &three_trees);
	host_ram(h, &r, IPA3);
	host_aux_map(h, &r, 1, IPA3);
	ALONE(h, "rtt_live", RTT_AUX(3), RMI_RTT_AUX_DESTROY, r.rd, IPA3, 3, 1);
	assert_int_equal(OUT(h, 2), IPA3);
	ALONE(h, "rtt_live", RTT_AUX(2), RMI_RTT_AUX_DESTROY, r.rd, IPA2, 2, 1);
	assert_int_equal(OUT(h, 2), IPA2);
	host_realm_end(h, &r);
}

/* --- RTT_AUX_FOLD ---------------------------------------------------------------------------- */

static void fold_of_pages_makes_a_block(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t data;

	host_realm(h, &r, &three_trees);
	data = host_ram_block(h, &r, IPA3);
	host_tables(h, &r, 1, IPA3, 3);
	for (unsigned int i = 0; i < 512; i++)
		OK(h, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA3 + i * PAGE, 1);
	OK(h, RMI_RTT_AUX_FOLD, r.rd, IPA3, 3, 1);
	assert_string_equal(host_state(h, OUT(h, 1)), "DELEGATED");
	/* The trees are independent: the primary one may be finer. */
	OK(h, RMI_RTT_CREATE, r.rd, host_delegated(h), IPA3, 3);
	ALONE(h, "aux_live", RMI_ERROR_RTT_AUX, RMI_DATA_DESTROY, r.rd, IPA3 + 17 * PAGE);
	assert_string_equal(host_state(h, data + 17 * PAGE), "DATA");
	host_realm_end(h, &r);
}

static void fold_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &three_trees);
	host_tables(h, &r, 1, IPA2, 2);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_AUX_FOLD, r.rd, IPA2, 2, 1);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_FOLD, r.rd, IPA2, 1, 1);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_FOLD, r.rd, IPA2, 4, 1);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_AUX_FOLD, r.rd, IPA2 + PAGE, 2, 1);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_FOLD, r.rd, r.half, 2, 1);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_FOLD, r.rd, IPA2, 2, 0);
	ALONE(h, "rtt_walk", RTT_AUX(1), RMI_RTT_AUX_FOLD, r.rd, 0, 3, 1);
	ALONE(h, "rtte_state", RTT_AUX(1), RMI_RTT_AUX_FOLD, r.rd, 0, 2, 1);
	WINS(h, "level_bound", "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_FOLD, r.rd, r.half, 4, 1);
	WINS(h, "ipa_bound", "ipa_align", RMI_ERROR_INPUT, RMI_RTT_AUX_FOLD, r.rd, r.half + 1, 2,
	     1);
	WINS(h, "ipa_align", "rtt_walk", RMI_ERROR_INPUT, RMI_RTT_AUX_FOLD, r.rd, 1, 3, 1);
	WINS(h, "ipa_align", "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_FOLD, r.rd, IPA2 + 1, 2,
	     0);
	host_realm_end(h, &r);
}

static void fold_of_different_entries_is_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &three_trees);
	host_tables(h, &r, 1, IPA3, 3);
	ALONE(h, "rtt_homo", RTT_AUX(2), RMI_RTT_AUX_FOLD, r.rd, IPA2, 2, 1);
	host_ram(h, &r, IPA3);
	OK(h, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA3, 1);
	ALONE(h, "rtt_homo", RTT_AUX(3), RMI_RTT_AUX_FOLD, r.rd, IPA3, 3, 1);
	host_realm_end(h, &r);
}

static void fill_level_1_with_tables(struct host *h, const struct host_realm *r)
{
	host_bulk(h, true);
	for (uint64_t i = 0; i < 512; i++)
		host_tables(h, r, 1, i * GB, 2);
	host_bulk(h, false);
}

static void fold_of_a_table_of_tables_is_not_homogeneous(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &two_trees_start_0);
	fill_level_1_with_tables(h, &r);
	ALONE(h, "rtt_homo", RTT_AUX(1), RMI_RTT_AUX_FOLD, r.rd, 0, 1, 1);
	host_realm_end(h, &r);
}

static void fold_makes_no_block_at_level_0(struct host *h, uint64_t x0, const char *condition)
{
	struct host_realm r;

	host_realm(h, &r, &two_trees_start_0);
	fill_level_1_with_tables(h, &r);
	ALONE(h, condition, x0, RMI_RTT_AUX_FOLD, r.rd, 0, 1, 1);
	host_realm_end(h, &r);
}

/* Only a full table of tables can ask for a block at level 0 without 512 GiB of memory. */
static void fold_level_is_reported_as_rtt_aux(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("fold-full-table", NULL);

	host_reopen(h, &config);
	fold_makes_no_block_at_level_0(h, RTT_AUX(0), "fold_level");
}

static void quirk_aux_fold_plain_rtt(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config =
		host_quirks("fold-full-table", "aux-fold-plain-rtt", NULL);

	host_reopen(h, &config);
	fold_makes_no_block_at_level_0(h, RTT(0), "fold_level_plain");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
		TEST(create_adds_a_table_to_one_tree),
		TEST(create_unfolds_a_block),
		TEST(create_arguments_are_checked),
		TEST(create_orders_its_conditions),
		TEST(a_realm_without_a_tree_per_plane_has_no_auxiliary_trees),
		TEST(destroy_frees_the_table),
		TEST(destroy_arguments_are_checked),
		TEST(destroy_of_nothing_says_where_something_is),
		TEST(destroy_of_a_live_table_is_refused),
		TEST(fold_of_pages_makes_a_block),
		TEST(fold_arguments_are_checked),
		TEST(fold_of_different_entries_is_refused),
		TEST(fold_of_a_table_of_tables_is_not_homogeneous),
		TEST(fold_level_is_reported_as_rtt_aux),
		TEST(quirk_aux_fold_plain_rtt),
	};

	return cmocka_run_group_tests_name("tables of auxiliary trees", tests, NULL, NULL);
}
