/* SPDX-License-Identifier: BSD-3-Clause */
/* RTT_MAP_UNPROTECTED, RTT_UNMAP_UNPROTECTED: rmi-commands.md#6, rtt.md#5 */
#include "tests/support/host.h"

#define GB HOST_GB
#define PA UINT64_C(0x80000000)

static const struct host_realm_options indirect = {.indirect = true};
static const struct host_realm_options start_2 = {.s2sz = 34, .start = 2};

/* --- MAP_UNPROTECTED ------------------------------------------------------------------------- */

static void map_writes_what_the_host_gave(struct host *h, const struct host_realm_options *options)
{
	struct host_realm r;
	struct host_entry entry;

	host_realm(h, &r, options);
	host_tables(h, &r, 0, r.half, 3);
	OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half, 3, host_desc(&r, PA));
	OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half + HOST_BLOCK, 2, host_desc(&r, PA));
	OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half + GB, 1, host_desc(&r, PA));
	for (int level = 3; level >= 1; level--) {
		uint64_t ipa = r.half + (level == 1 ? GB : level == 2 ? HOST_BLOCK : 0);

		entry = host_entry(h, &r, ipa, level);
		assert_int_equal(entry.level, level);
		assert_int_equal(entry.state, RMI_RTT_ENTRY_ASSIGNED);
		assert_int_equal(entry.desc, host_desc(&r, PA));
	}
	host_realm_end(h, &r);
}

static void map_works_at_three_levels(void **state)
{
	map_writes_what_the_host_gave(*state, NULL);
}

static void map_works_with_indirect_permissions(void **state)
{
	map_writes_what_the_host_gave(*state, &indirect);
}

/* The command does not ask whose memory it is, or whether it exists: rmi-commands.md#6 */
static void map_accepts_any_address(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, r.half, 3);
	OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half, 3, host_desc(&r, r.rd));
	OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half + HOST_PAGE, 3,
	   host_desc(&r, UINT64_C(0xfffffffff000)));
	OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half + 2 * HOST_PAGE, 3, host_desc(&r, 0));
	host_realm_end(h, &r);
}

static void map_unfolds_and_folds(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, r.half, 2);
	OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half, 2, host_desc(&r, PA));
	OK(h, RMI_RTT_CREATE, r.rd, host_delegated(h), r.half, 3);
	assert_int_equal(host_entry(h, &r, r.half + 9 * HOST_PAGE, 3).desc,
			 host_desc(&r, PA + 9 * HOST_PAGE));
	OK(h, RMI_RTT_FOLD, r.rd, r.half, 3);
	assert_int_equal(host_entry(h, &r, r.half, 2).desc, host_desc(&r, PA));
	host_realm_end(h, &r);
}

static void map_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t desc, ipa;

	host_realm(h, &r, NULL);
	ipa = r.half;
	desc = host_desc(&r, PA);
	host_tables(h, &r, 0, ipa, 3);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_MAP_UNPROTECTED, r.rd, ipa, 3, desc);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, ipa, 0, desc);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, ipa, 4, desc);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, ipa, UINT64_MAX,
	      desc);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, ipa + 0x800, 3, desc);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, 0, 3, desc);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, 2 * r.half, 3, desc);
	ALONE(h, "addr_align", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, ipa + HOST_BLOCK, 2,
	      desc | HOST_PAGE);
	ALONE(h, "addr_bound", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, ipa, 3,
	      desc | UINT64_C(1) << 48);
	ALONE(h, "rtt_walk", RTT(2), RMI_RTT_MAP_UNPROTECTED, r.rd, ipa + HOST_BLOCK, 3, desc);
	ALONE(h, "rtt_walk", RTT(1), RMI_RTT_MAP_UNPROTECTED, r.rd, ipa + GB, 3, desc);
	ALONE(h, "rtte_state", RTT(2), RMI_RTT_MAP_UNPROTECTED, r.rd, ipa, 2, desc);
	OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, ipa, 3, desc);
	ALONE(h, "rtte_state", RTT(3), RMI_RTT_MAP_UNPROTECTED, r.rd, ipa, 3, desc);
	host_realm_end(h, &r);
}

static void map_refuses_bits_that_are_not_the_hosts(struct host *h,
						    const struct host_realm_options *options,
						    uint64_t allowed)
{
	struct host_realm r;
	uint64_t desc;

	host_realm(h, &r, options);
	host_tables(h, &r, 0, r.half, 3);
	desc = host_desc(&r, PA);
	for (unsigned int bit = 0; bit < 64; bit++) {
		if (allowed >> bit & 1)
			continue;
		ALONE(h, "attr_valid", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half, 3,
		      desc | UINT64_C(1) << bit);
	}
	/* MemAttr 0b100 is reserved. */
	ALONE(h, "attr_valid", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half, 3,
	      (desc & ~UINT64_C(0x1c)) | 0x10);
	host_realm_end(h, &r);
}

static void map_refuses_reserved_bits(void **state)
{
	/* Address, too much of it (addr_bound), S2AP, MemAttr */
	map_refuses_bits_that_are_not_the_hosts(*state, NULL, UINT64_C(0x3fffffffff0dc));
}

static void map_refuses_reserved_bits_with_indirect_permissions(void **state)
{
	/* PIIndex 0..3 is bits 6 and 51. */
	map_refuses_bits_that_are_not_the_hosts(*state, &indirect, UINT64_C(0xbfffffffff05c));
}

static void map_orders_its_conditions(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t desc;

	host_realm(h, &r, NULL);
	desc = host_desc(&r, PA);
	WINS(h, "level_bound", "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, 0, 0,
	     desc);
	WINS(h, "attr_valid", "ipa_align", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd,
	     r.half + 1, 1, desc | 1);
	WINS(h, "addr_align", "ipa_align", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd,
	     r.half + 1, 2, desc | HOST_PAGE);
	WINS(h, "addr_bound", "rtt_walk", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half, 3,
	     desc | UINT64_C(1) << 49);
	WINS(h, "ipa_align", "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, 1, 3,
	     desc);
	WINS(h, "ipa_align", "rtt_walk", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half + 1,
	     3, desc);
	REFUSED(h, "rd_state", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.root[0], r.half, 3,
		desc);
	host_realm_end(h, &r);
}

/* A level above the start level has no entry: tf-rmm-quirks.md#1 (H1). */
static void levels_above_the_start_level_are_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &start_2);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half, 1,
	      host_desc(&r, PA));
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_UNMAP_UNPROTECTED, r.rd, r.half, 1);
	OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half, 2, host_desc(&r, PA));
	host_realm_end(h, &r);
}

/* --- UNMAP_UNPROTECTED ----------------------------------------------------------------------- */

static void unmap_says_where_the_next_is(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_ns(h, &r, r.half);
	host_ns(h, &r, r.half + 4 * HOST_PAGE);
	OK(h, RMI_RTT_UNMAP_UNPROTECTED, r.rd, r.half, 3);
	assert_int_equal(OUT(h, 1), r.half + 4 * HOST_PAGE);
	assert_int_equal(OUT(h, 2), 0);
	assert_int_equal(host_entry(h, &r, r.half, 3).state, RMI_RTT_ENTRY_UNASSIGNED);
	OK(h, RMI_RTT_UNMAP_UNPROTECTED, r.rd, r.half + 4 * HOST_PAGE, 3);
	assert_int_equal(OUT(h, 1), r.half + HOST_BLOCK);
	host_realm_end(h, &r);
}

static void unmap_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t ipa;

	host_realm(h, &r, NULL);
	ipa = r.half + 4 * HOST_PAGE;
	host_ns(h, &r, ipa);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_UNMAP_UNPROTECTED, r.rd, ipa, 3);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_UNMAP_UNPROTECTED, r.rd, ipa, 0);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_RTT_UNMAP_UNPROTECTED, r.rd, ipa, 4);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_UNMAP_UNPROTECTED, r.rd, ipa + 1, 3);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_UNMAP_UNPROTECTED, r.rd, 0, 3);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_UNMAP_UNPROTECTED, r.rd, 2 * r.half, 3);
	assert_int_equal(OUT(h, 1), 0);
	WINS(h, "level_bound", "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_UNMAP_UNPROTECTED, r.rd, 0, 0);
	WINS(h, "ipa_align", "rtt_walk", RMI_ERROR_INPUT, RMI_RTT_UNMAP_UNPROTECTED, r.rd,
	     r.half + GB + 1, 3);
	REFUSED(h, "rd_state", RMI_ERROR_INPUT, RMI_RTT_UNMAP_UNPROTECTED, r.root[0], r.half, 3);
	host_realm_end(h, &r);
}

static void unmap_of_nothing_says_where_something_is(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t ipa;

	host_realm(h, &r, NULL);
	ipa = r.half + HOST_BLOCK + 4 * HOST_PAGE;
	host_ns(h, &r, ipa);
	ALONE(h, "rtte_state", RTT(3), RMI_RTT_UNMAP_UNPROTECTED, r.rd, r.half + HOST_BLOCK, 3);
	assert_int_equal(OUT(h, 1), ipa);
	ALONE(h, "rtt_walk", RTT(2), RMI_RTT_UNMAP_UNPROTECTED, r.rd, r.half + HOST_PAGE, 3);
	assert_int_equal(OUT(h, 1), r.half + HOST_BLOCK);
	ALONE(h, "rtt_walk", RTT(1), RMI_RTT_UNMAP_UNPROTECTED, r.rd, r.half + GB, 3);
	assert_int_equal(OUT(h, 1), 2 * r.half);
	/* A table in the way is live. */
	ALONE(h, "rtte_state", RTT(2), RMI_RTT_UNMAP_UNPROTECTED, r.rd, r.half + HOST_BLOCK, 2);
	assert_int_equal(OUT(h, 1), r.half + HOST_BLOCK);
	host_realm_end(h, &r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
		TEST(map_works_at_three_levels),
		TEST(map_works_with_indirect_permissions),
		TEST(map_accepts_any_address),
		TEST(map_unfolds_and_folds),
		TEST(map_arguments_are_checked),
		TEST(map_refuses_reserved_bits),
		TEST(map_refuses_reserved_bits_with_indirect_permissions),
		TEST(map_orders_its_conditions),
		TEST(levels_above_the_start_level_are_refused),
		TEST(unmap_says_where_the_next_is),
		TEST(unmap_arguments_are_checked),
		TEST(unmap_of_nothing_says_where_something_is),
	};

	return cmocka_run_group_tests_name("Non-secure mappings", tests, NULL, NULL);
}
