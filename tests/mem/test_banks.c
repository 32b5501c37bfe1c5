/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/mem/support.h"

static int set_up(void **state)
{
	*state = test_mem(RMMSIM_PROTECTION_OFF);
	return 0;
}

static int tear_down(void **state)
{
	mem_destroy(*state);
	return 0;
}

static void every_address_of_a_bank_has_a_record(void **state)
{
	struct mem *mem = *state;

	assert_non_null(mem_find(mem, NCOH_BASE));
	assert_non_null(mem_find(mem, DRAM_BASE));
	assert_non_null(mem_find(mem, DRAM_TOP - 1));
	assert_non_null(mem_find(mem, COH_TOP - 1));
	assert_non_null(mem_find(mem, HIGH_TOP - 1));
}

static void addresses_of_one_granule_have_one_record(void **state)
{
	struct mem *mem = *state;

	assert_ptr_equal(mem_find(mem, DRAM_BASE), mem_find(mem, DRAM_BASE + 0xfff));
	assert_ptr_not_equal(mem_find(mem, DRAM_BASE), mem_find(mem, DRAM_BASE + 0x1000));
}

static void addresses_outside_of_the_banks_have_no_record(void **state)
{
	struct mem *mem = *state;

	assert_null(mem_find(mem, 0));
	assert_null(mem_find(mem, NCOH_BASE - 1));
	assert_null(mem_find(mem, NCOH_TOP));
	assert_null(mem_find(mem, DRAM_BASE - 1));
	assert_null(mem_find(mem, DRAM_TOP));
	assert_null(mem_find(mem, HIGH_TOP));
	assert_null(mem_find(mem, UINT64_MAX));
}

static void the_kind_is_that_of_the_configured_range(void **state)
{
	struct mem *mem = *state;

	assert_int_equal(mem_kind(mem, mem_find(mem, NCOH_BASE)), GRANULE_DEV_NCOH);
	assert_int_equal(mem_kind(mem, mem_find(mem, DRAM_TOP - 1)), GRANULE_DRAM);
	assert_int_equal(mem_kind(mem, mem_find(mem, COH_BASE)), GRANULE_DEV_COH);
	assert_int_equal(mem_kind(mem, mem_find(mem, HIGH_BASE)), GRANULE_DRAM);
}

static void the_address_of_a_record_is_that_of_its_granule(void **state)
{
	struct mem *mem = *state;

	assert_int_equal(mem_pa(mem, mem_find(mem, NCOH_TOP - 1)), NCOH_TOP - GRANULE_SIZE);
	assert_int_equal(mem_pa(mem, mem_find(mem, DRAM_BASE + 0x5678)), DRAM_BASE + 0x5000);
	assert_int_equal(mem_pa(mem, mem_find(mem, COH_BASE)), COH_BASE);
	assert_int_equal(mem_pa(mem, mem_find(mem, HIGH_TOP - 1)), HIGH_TOP - GRANULE_SIZE);
}

static void indices_ascend_with_addresses_over_all_banks(void **state)
{
	struct mem *mem = *state;
	uint64_t below = 0;

	for (uint32_t i = 0; i < mem_granules(mem); i++) {
		struct granule *granule = mem_at_index(mem, i);

		assert_int_equal(mem_index(mem, granule), i);
		assert_true(mem_pa(mem, granule) > below);
		assert_ptr_equal(mem_find(mem, mem_pa(mem, granule)), granule);
		below = mem_pa(mem, granule);
	}
}

static void the_number_of_granules_is_that_of_all_banks(void **state)
{
	const uint64_t size = (NCOH_TOP - NCOH_BASE) + (DRAM_TOP - DRAM_BASE) +
			      (COH_TOP - COH_BASE) + (HIGH_TOP - HIGH_BASE);

	assert_int_equal(mem_granules(*state), size / GRANULE_SIZE);
}

static void a_host_range_lies_inside_one_bank_or_is_refused(void **state)
{
	struct mem *mem = *state;

	assert_non_null(mem_host(mem, DRAM_BASE, DRAM_TOP - DRAM_BASE));
	assert_non_null(mem_host(mem, DRAM_TOP - 8, 8));
	assert_null(mem_host(mem, DRAM_TOP - 8, 9));
	assert_null(mem_host(mem, DRAM_BASE - 8, 16));
	assert_null(mem_host(mem, DRAM_TOP, 0));
	assert_null(mem_host(mem, DRAM_BASE, SIZE_MAX));
}

static void adjacent_banks_are_not_one_range(void **state)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_OFF);
	struct mem *mem;

	(void)state;
	config.dram[1] = (struct rmmsim_range){DRAM_TOP, DRAM_TOP + MIB};
	mem = test_create(&config);
	assert_non_null(mem_host(mem, DRAM_TOP, 1));
	assert_null(mem_host(mem, DRAM_TOP - 1, 2));
	mem_destroy(mem);
}

static void host_memory_before_and_after_a_bank_is_not_accessible(void **state)
{
	struct mem *mem = *state;
	const char *low = mem_host(mem, DRAM_BASE, 1);
	const char *high = mem_host(mem, DRAM_TOP - 1, 1);

	assert_true(test_accessible(low));
	assert_false(test_accessible(low - 1));
	assert_true(test_accessible(high));
	assert_false(test_accessible(high + 1));
}

static void both_views_show_the_same_bytes(void **state)
{
	struct mem *mem = *state;

	memcpy(mem_host(mem, HIGH_BASE + 0x123, 6), "host!", 6);
	assert_string_equal(mem_r(mem, HIGH_BASE + 0x123), "host!");
	memcpy(mem_w(mem, COH_BASE + 0x10), "realm", 6);
	assert_string_equal(mem_host(mem, COH_BASE + 0x10, 6), "realm");
}

static void banks_do_not_share_bytes(void **state)
{
	struct mem *mem = *state;

	*(char *)mem_w(mem, NCOH_TOP - 1) = 1;
	*(char *)mem_w(mem, DRAM_BASE) = 2;
	*(char *)mem_w(mem, DRAM_TOP - 1) = 3;
	*(char *)mem_w(mem, COH_BASE) = 4;
	assert_int_equal(*(const char *)mem_r(mem, NCOH_TOP - 1), 1);
	assert_int_equal(*(const char *)mem_r(mem, DRAM_BASE), 2);
	assert_int_equal(*(const char *)mem_r(mem, DRAM_TOP - 1), 3);
	assert_int_equal(*(const char *)mem_r(mem, COH_BASE), 4);
}

static void memory_is_zero_at_boot(void **state)
{
	static const char zero[GRANULE_SIZE];
	struct mem *mem = *state;

	assert_memory_equal(mem_r(mem, DRAM_TOP - GRANULE_SIZE), zero, GRANULE_SIZE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(every_address_of_a_bank_has_a_record),
		TEST(addresses_of_one_granule_have_one_record),
		TEST(addresses_outside_of_the_banks_have_no_record),
		TEST(the_kind_is_that_of_the_configured_range),
		TEST(the_address_of_a_record_is_that_of_its_granule),
		TEST(indices_ascend_with_addresses_over_all_banks),
		TEST(the_number_of_granules_is_that_of_all_banks),
		TEST(a_host_range_lies_inside_one_bank_or_is_refused),
		TEST(adjacent_banks_are_not_one_range),
		TEST(host_memory_before_and_after_a_bank_is_not_accessible),
		TEST(both_views_show_the_same_bytes),
		TEST(banks_do_not_share_bytes),
		TEST(memory_is_zero_at_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
