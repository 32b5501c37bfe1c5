/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/mem/support.h"

static int set_up(void **state)
{
	/* With protection: the functions must not depend on the host view. */
	*state = test_mem(RMMSIM_PROTECTION_TRAP);
	return 0;
}

static int tear_down(void **state)
{
	mem_destroy(*state);
	return 0;
}

static void the_host_reads_what_it_wrote(void **state)
{
	char text[8] = "";

	assert_int_equal(mem_host_write(*state, DRAM_BASE + 0xffd, "granule", 8), RMMSIM_OK);
	assert_int_equal(mem_host_read(*state, DRAM_BASE + 0xffd, text, 8), RMMSIM_OK);
	assert_string_equal(text, "granule");
}

static void the_host_copies_a_whole_bank(void **state)
{
	static char bank[COH_TOP - COH_BASE];

	assert_int_equal(mem_host_read(*state, COH_BASE, bank, sizeof(bank)), RMMSIM_OK);
	assert_int_equal(mem_host_write(*state, COH_BASE, bank, sizeof(bank)), RMMSIM_OK);
}

static void a_host_copy_outside_of_a_bank_is_refused(void **state)
{
	char byte[2] = {7, 7};

	assert_int_equal(mem_host_read(*state, DRAM_TOP, byte, 1), RMMSIM_ERR_RANGE);
	assert_int_equal(mem_host_write(*state, DRAM_TOP - 1, byte, 2), RMMSIM_ERR_RANGE);
	assert_int_equal(*(const char *)mem_r(*state, DRAM_TOP - 1), 0);
}

static void a_host_copy_that_meets_a_delegated_granule_copies_nothing(void **state)
{
	char text[8] = "before";

	test_state(*state, DRAM_BASE + GRANULE_SIZE, GRANULE_DELEGATED);
	assert_int_equal(mem_host_write(*state, DRAM_BASE + 0xffd, text, 8), RMMSIM_ERR_PROTECTED);
	assert_int_equal(*(const char *)mem_r(*state, DRAM_BASE + 0xffd), 0);
	assert_int_equal(mem_host_read(*state, DRAM_BASE + 0xffd, text, 8), RMMSIM_ERR_PROTECTED);
	assert_string_equal(text, "before");
}

static void a_host_copy_up_to_a_delegated_granule_is_allowed(void **state)
{
	char text[3];

	test_state(*state, DRAM_BASE + GRANULE_SIZE, GRANULE_DELEGATED);
	assert_int_equal(mem_host_read(*state, DRAM_BASE + 0xffd, text, 3), RMMSIM_OK);
	assert_int_equal(mem_host_read(*state, DRAM_BASE + 2 * GRANULE_SIZE, text, 3), RMMSIM_OK);
}

static void a_host_copy_of_secure_memory_is_refused(void **state)
{
	char byte;

	mem_set_pas(*state, mem_find(*state, DRAM_BASE), GRANULE_PAS_SECURE);
	assert_int_equal(mem_host_read(*state, DRAM_BASE, &byte, 1), RMMSIM_ERR_PROTECTED);
}

static void a_debugger_sees_and_changes_delegated_memory(void **state)
{
	char text[8] = "";

	test_state(*state, DRAM_BASE, GRANULE_RD);
	assert_int_equal(mem_poke(*state, DRAM_BASE + 8, "patched", 8), RMMSIM_OK);
	assert_int_equal(mem_peek(*state, DRAM_BASE + 8, text, 8), RMMSIM_OK);
	assert_string_equal(text, "patched");
}

static void a_debugger_is_refused_outside_of_a_bank(void **state)
{
	char byte[2] = {0};

	assert_int_equal(mem_peek(*state, 0, byte, 1), RMMSIM_ERR_RANGE);
	assert_int_equal(mem_poke(*state, HIGH_TOP - 1, byte, 2), RMMSIM_ERR_RANGE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_host_reads_what_it_wrote),
		TEST(the_host_copies_a_whole_bank),
		TEST(a_host_copy_outside_of_a_bank_is_refused),
		TEST(a_host_copy_that_meets_a_delegated_granule_copies_nothing),
		TEST(a_host_copy_up_to_a_delegated_granule_is_allowed),
		TEST(a_host_copy_of_secure_memory_is_refused),
		TEST(a_debugger_sees_and_changes_delegated_memory),
		TEST(a_debugger_is_refused_outside_of_a_bank),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
