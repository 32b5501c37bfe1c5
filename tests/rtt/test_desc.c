/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/s2_fixture.h"

/* The Host's descriptor of MAP_UNPROTECTED: rmi-abi.md#7.5, rtt.md#5 */

#define OA       UINT64_C(0x880200000)
#define WB       (UINT64_C(6) << 2)
#define DIRECT   (&(const struct rtt_s2){.s2sz = 40, .planes = 1})
#define INDIRECT (&(const struct rtt_s2){.s2sz = 40, .planes = 1, .indirect = true})
#define LPA2     (&(const struct rtt_s2){.s2sz = 52, .planes = 1, .lpa2 = true})

static uint64_t bit(unsigned int n)
{
	return UINT64_C(1) << n;
}

/* Bits that may be set one at a time beside a valid descriptor. */
static void assert_host_bits(const struct rtt_s2 *s2, uint64_t expected)
{
	uint64_t bits = 0;

	for (unsigned int n = 0; n < 64; n++)
		if (rtt_desc_valid(s2, WB | bit(n), 3))
			bits |= bit(n);
	assert_int_equal(bits, expected);
}

static void direct_descriptors_hold_address_memattr_and_s2ap(void **state)
{
	(void)state;
	assert_host_bits(DIRECT, UINT64_C(0x0003fffffffff0dc));
}

static void indirect_descriptors_hold_a_base_index_below_4(void **state)
{
	(void)state;
	assert_host_bits(INDIRECT, UINT64_C(0x000bfffffffff05c));
}

static void lpa2_descriptors_hold_address_bits_51_50_in_9_8(void **state)
{
	(void)state;
	assert_host_bits(LPA2, UINT64_C(0x0003fffffffff3dc));
	assert_int_equal(rtt_desc_pa(LPA2, OA | 0x300), OA | UINT64_C(3) << 50);
}

static void memattr_4_is_reserved(void **state)
{
	(void)state;
	for (uint64_t memattr = 0; memattr < 8; memattr++)
		assert_int_equal(rtt_desc_valid(DIRECT, OA | memattr << 2, 3), memattr != 4);
}

static void a_pa_beyond_48_bits_is_shown_without_lpa2(void **state)
{
	(void)state;
	assert_true(rtt_desc_valid(DIRECT, bit(48) | 0xd8, 3));
	assert_int_equal(rtt_desc_pa(DIRECT, bit(48) | 0xd8), bit(48));
}

static void the_monitor_adds_its_own_bits(void **state)
{
	struct rtt_entry direct = rtt_desc_entry(DIRECT, OA | 0xd8, 3);
	struct rtt_entry indirect = rtt_desc_entry(INDIRECT, OA | UINT64_C(0x0008000000000058), 3);

	(void)state;
	assert_int_equal(rtt_entry_encode(DIRECT, 3, &direct), OA | UINT64_C(0x00c00000000007db));
	assert_int_equal(rtt_entry_encode(INDIRECT, 3, &indirect),
			 OA | UINT64_C(0x78880000000007db));
}

static void blocks_differ_from_pages_by_type(void **state)
{
	struct rtt_entry entry = rtt_desc_entry(DIRECT, OA | 0xd8, 2);

	(void)state;
	assert_int_equal(rtt_entry_encode(DIRECT, 2, &entry), OA | UINT64_C(0x00c00000000007d9));
}

static void what_is_not_cacheable_is_outer_shareable(void **state)
{
	struct rtt_entry entry = rtt_desc_entry(DIRECT, OA | UINT64_C(5) << 2, 3);

	(void)state;
	assert_int_equal(rtt_entry_encode(DIRECT, 3, &entry), OA | UINT64_C(0x00c0000000000617));
}

static void the_host_reads_back_exactly_its_own_bits(void **state)
{
	static const uint64_t direct[] = {0xd8, 0x58, 0x98, 0x18, 0x00, 0xd4, 0xdc};
	static const uint64_t indirect[] = {0x18, 0x58, UINT64_C(0x0008000000000018),
					    UINT64_C(0x0008000000000058)};
	struct rtt_entry entry;

	(void)state;
	for (size_t i = 0; i < sizeof(direct) / sizeof(direct[0]); i++) {
		entry = rtt_desc_entry(DIRECT, OA | direct[i], 3);
		assert_int_equal(rtt_desc_of_entry(DIRECT, &entry, 3), OA | direct[i]);
	}
	for (size_t i = 0; i < sizeof(indirect) / sizeof(indirect[0]); i++) {
		entry = rtt_desc_entry(INDIRECT, OA | indirect[i], 3);
		assert_int_equal(rtt_desc_of_entry(INDIRECT, &entry, 3), OA | indirect[i]);
	}
	entry = rtt_desc_entry(LPA2, OA | 0x2d8, 3);
	assert_int_equal(rtt_desc_of_entry(LPA2, &entry, 3), OA | 0x2d8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(direct_descriptors_hold_address_memattr_and_s2ap),
		cmocka_unit_test(indirect_descriptors_hold_a_base_index_below_4),
		cmocka_unit_test(lpa2_descriptors_hold_address_bits_51_50_in_9_8),
		cmocka_unit_test(memattr_4_is_reserved),
		cmocka_unit_test(a_pa_beyond_48_bits_is_shown_without_lpa2),
		cmocka_unit_test(the_monitor_adds_its_own_bits),
		cmocka_unit_test(blocks_differ_from_pages_by_type),
		cmocka_unit_test(what_is_not_cacheable_is_outer_shareable),
		cmocka_unit_test(the_host_reads_back_exactly_its_own_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
