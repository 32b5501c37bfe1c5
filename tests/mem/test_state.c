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

static void a_granule_is_undelegated_and_non_secure_at_boot(void **state)
{
	const struct granule *granule = mem_find(*state, DRAM_BASE);

	assert_int_equal(granule->state, GRANULE_UNDELEGATED);
	assert_int_equal(granule->pas, GRANULE_PAS_NS);
	assert_int_equal(granule->call, 0);
	assert_null(mem_owner(*state, granule));
}

static void every_other_state_moves_a_granule_to_the_realm_pas(void **state)
{
	struct granule *granule = mem_find(*state, DRAM_BASE);

	for (unsigned int s = GRANULE_DELEGATED; s < GRANULE_STATE_COUNT; s++) {
		test_state(*state, DRAM_BASE, s);
		assert_int_equal(granule->state, s);
		assert_int_equal(granule->pas, GRANULE_PAS_REALM);
	}
}

static void undelegating_moves_a_granule_back_to_non_secure(void **state)
{
	struct granule *granule = mem_find(*state, DRAM_BASE);

	test_state(*state, DRAM_BASE, GRANULE_DATA);
	test_state(*state, DRAM_BASE, GRANULE_UNDELEGATED);
	assert_int_equal(granule->state, GRANULE_UNDELEGATED);
	assert_int_equal(granule->pas, GRANULE_PAS_NS);
}

static void the_record_names_the_call_that_changed_it(void **state)
{
	const struct mem_call call = {.call = 1ull << 40, .command = 200};
	struct granule *granule = mem_find(*state, DRAM_BASE);

	mem_set_state(*state, granule, GRANULE_RTT, &call);
	assert_int_equal(granule->call, 1ull << 40);
	assert_int_equal(granule->command, 200);
}

static void a_change_of_state_keeps_owner_and_refs(void **state)
{
	struct granule *granule = mem_find(*state, DRAM_BASE);
	struct granule *rd = mem_find(*state, DRAM_BASE + GRANULE_SIZE);

	test_state(*state, DRAM_BASE, GRANULE_DELEGATED);
	mem_set_owner(*state, granule, rd);
	granule->refs = 512;
	test_state(*state, DRAM_BASE, GRANULE_RTT);
	assert_ptr_equal(mem_owner(*state, granule), rd);
	assert_int_equal(granule->refs, 512);
}

static void a_change_of_state_leaves_the_content(void **state)
{
	memcpy(mem_w(*state, DRAM_BASE), "content", 8);
	test_state(*state, DRAM_BASE, GRANULE_DELEGATED);
	assert_string_equal(mem_r(*state, DRAM_BASE), "content");
}

static void the_first_and_the_last_granule_can_be_owners(void **state)
{
	struct mem *mem = *state;
	struct granule *granule = mem_find(mem, DRAM_BASE);

	mem_set_owner(mem, granule, mem_at_index(mem, 0));
	assert_ptr_equal(mem_owner(mem, granule), mem_at_index(mem, 0));
	mem_set_owner(mem, granule, mem_at_index(mem, mem_granules(mem) - 1));
	assert_ptr_equal(mem_owner(mem, granule), mem_at_index(mem, mem_granules(mem) - 1));
	mem_set_owner(mem, granule, NULL);
	assert_null(mem_owner(mem, granule));
}

static void firmware_moves_a_granule_without_changing_its_state(void **state)
{
	struct granule *granule = mem_find(*state, DRAM_BASE);

	mem_set_pas(*state, granule, GRANULE_PAS_ROOT);
	assert_int_equal(granule->state, GRANULE_UNDELEGATED);
	assert_int_equal(granule->pas, GRANULE_PAS_ROOT);
	mem_set_pas(*state, granule, GRANULE_PAS_NS);
	assert_int_equal(granule->pas, GRANULE_PAS_NS);
}

static void neighbours_are_not_changed(void **state)
{
	static const struct granule boot;

	test_state(*state, DRAM_BASE + GRANULE_SIZE, GRANULE_RD);
	assert_memory_equal(mem_find(*state, DRAM_BASE), &boot, sizeof(boot));
	assert_memory_equal(mem_find(*state, DRAM_BASE + 2 * GRANULE_SIZE), &boot, sizeof(boot));
}

static void every_state_and_pas_has_a_name(void **state)
{
	(void)state;
	for (unsigned int s = 0; s < GRANULE_STATE_COUNT; s++)
		assert_true(strlen(granule_state_name(s)) > 1);
	for (unsigned int p = 0; p < GRANULE_PAS_COUNT; p++)
		assert_true(strlen(granule_pas_name(p)) > 1);
	assert_string_equal(granule_state_name(GRANULE_REC_AUX), "REC_AUX");
	assert_string_equal(granule_pas_name(GRANULE_PAS_SECURE), "SECURE");
}

static void an_undefined_value_has_a_name_too(void **state)
{
	(void)state;
	assert_string_equal(granule_state_name(GRANULE_STATE_COUNT), "?");
	assert_string_equal(granule_pas_name(GRANULE_PAS_COUNT), "?");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_granule_is_undelegated_and_non_secure_at_boot),
		TEST(every_other_state_moves_a_granule_to_the_realm_pas),
		TEST(undelegating_moves_a_granule_back_to_non_secure),
		TEST(the_record_names_the_call_that_changed_it),
		TEST(a_change_of_state_keeps_owner_and_refs),
		TEST(a_change_of_state_leaves_the_content),
		TEST(the_first_and_the_last_granule_can_be_owners),
		TEST(firmware_moves_a_granule_without_changing_its_state),
		TEST(neighbours_are_not_changed),
		TEST(every_state_and_pas_has_a_name),
		TEST(an_undefined_value_has_a_name_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
