/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/mem/support.h"

static int set_up(void **state)
{
	*state = test_mem(RMMSIM_PROTECTION_TRAP);
	return 0;
}

static int tear_down(void **state)
{
	mem_destroy(*state);
	return 0;
}

static void memory_is_accessible_to_the_host_at_boot(void **state)
{
	assert_true(test_accessible(mem_host(*state, DRAM_BASE, 1)));
	assert_true(test_accessible(mem_host(*state, COH_TOP - 1, 1)));
}

static void a_delegated_granule_is_not_accessible_to_the_host(void **state)
{
	test_state(*state, DRAM_BASE, GRANULE_DELEGATED);
	assert_true(test_host_access(*state, DRAM_BASE, DRAM_BASE + GRANULE_SIZE, false));
}

static void the_neighbours_of_a_delegated_granule_stay_accessible(void **state)
{
	test_state(*state, DRAM_BASE + GRANULE_SIZE, GRANULE_DELEGATED);
	assert_true(test_accessible(mem_host(*state, DRAM_BASE + 0xfff, 1)));
	assert_true(test_accessible(mem_host(*state, DRAM_BASE + 0x2000, 1)));
}

static void the_last_granule_of_a_bank_can_be_protected(void **state)
{
	test_state(*state, COH_TOP - GRANULE_SIZE, GRANULE_DELEGATED);
	assert_false(test_accessible(mem_host(*state, COH_TOP - 1, 1)));
	test_state(*state, COH_TOP - GRANULE_SIZE, GRANULE_UNDELEGATED);
	assert_true(test_accessible(mem_host(*state, COH_TOP - 1, 1)));
}

static void the_library_has_access_to_a_delegated_granule(void **state)
{
	test_state(*state, DRAM_BASE, GRANULE_DELEGATED);
	*(char *)mem_w(*state, DRAM_BASE) = 1;
	assert_int_equal(*(const char *)mem_r(*state, DRAM_BASE), 1);
}

static void every_state_but_undelegated_is_not_accessible(void **state)
{
	for (unsigned int s = GRANULE_STATE_COUNT; s-- > GRANULE_DELEGATED;) {
		test_state(*state, DRAM_BASE, s);
		assert_false(test_accessible(mem_host(*state, DRAM_BASE, 1)));
	}
}

static void an_undelegated_granule_is_accessible_with_its_content(void **state)
{
	test_state(*state, DRAM_BASE, GRANULE_DELEGATED);
	memcpy(mem_w(*state, DRAM_BASE), "content", 8);
	test_state(*state, DRAM_BASE, GRANULE_UNDELEGATED);
	assert_string_equal(mem_host(*state, DRAM_BASE, 8), "content");
}

static void secure_memory_is_not_accessible_to_the_host(void **state)
{
	struct granule *granule = mem_find(*state, DRAM_BASE);

	mem_set_pas(*state, granule, GRANULE_PAS_SECURE);
	assert_false(test_accessible(mem_host(*state, DRAM_BASE, 1)));
	mem_set_pas(*state, granule, GRANULE_PAS_ROOT);
	assert_false(test_accessible(mem_host(*state, DRAM_BASE, 1)));
	mem_set_pas(*state, granule, GRANULE_PAS_NS);
	assert_true(test_accessible(mem_host(*state, DRAM_BASE, 1)));
}

static void protection_and_gpt_agree_after_every_change(void **state)
{
	static const enum granule_state states[] = {GRANULE_DELEGATED, GRANULE_DATA,
						    GRANULE_DELEGATED, GRANULE_UNDELEGATED};

	for (unsigned int i = 0; i < 4; i++) {
		test_state(*state, DRAM_BASE, states[i]);
		assert_true(mem_protection_agrees(*state, mem_find(*state, DRAM_BASE)));
	}
	assert_int_equal(mem_unprotected(*state), 0);
}

static void a_record_that_was_changed_behind_protection_disagrees(void **state)
{
	struct granule *granule = mem_find(*state, DRAM_BASE);

	granule->pas = GRANULE_PAS_REALM;
	assert_true(mem_protection_agrees(*state, granule)); /* not opened yet */
	granule->pas = GRANULE_PAS_NS;
	mem_host(*state, DRAM_BASE, 1);
	granule->pas = GRANULE_PAS_REALM;
	assert_false(mem_protection_agrees(*state, granule));
	granule->pas = GRANULE_PAS_NS;
}

static void memory_is_closed_until_the_host_asks_for_it(void **state)
{
	assert_true(test_closed(*state, DRAM_BASE));
	mem_host(*state, DRAM_BASE + GRANULE_SIZE - 1, 2);
	assert_false(test_closed(*state, DRAM_BASE));
	assert_false(test_closed(*state, DRAM_BASE + GRANULE_SIZE));
	assert_true(test_closed(*state, DRAM_BASE + 2 * GRANULE_SIZE));
}

static void an_undelegated_granule_is_closed_until_the_host_asks_for_it(void **state)
{
	test_state(*state, DRAM_BASE, GRANULE_DELEGATED);
	test_state(*state, DRAM_BASE, GRANULE_UNDELEGATED);
	assert_true(test_closed(*state, DRAM_BASE));
	assert_true(test_accessible(mem_host(*state, DRAM_BASE, 1)));
}

static void a_pointer_to_many_granules_opens_those_that_are_non_secure(void **state)
{
	test_state(*state, DRAM_BASE + 3 * GRANULE_SIZE, GRANULE_DELEGATED);
	mem_host(*state, DRAM_BASE, MEM_HOST_OPEN);
	assert_false(test_closed(*state, DRAM_BASE));
	assert_true(test_closed(*state, DRAM_BASE + 3 * GRANULE_SIZE));
	assert_false(test_closed(*state, DRAM_BASE + MEM_HOST_OPEN - 1));
	assert_true(test_closed(*state, DRAM_BASE + MEM_HOST_OPEN));
}

static void a_pointer_to_more_opens_nothing(void **state)
{
	mem_host(*state, DRAM_BASE, MEM_HOST_OPEN + 1);
	assert_true(test_closed(*state, DRAM_BASE));
}

static void the_first_access_opens_a_granule(void **state)
{
	volatile uint8_t *host = mem_host(*state, DRAM_BASE, DRAM_TOP - DRAM_BASE);

	host[5 * GRANULE_SIZE] = 7;
	assert_int_equal(host[5 * GRANULE_SIZE], 7);
	assert_int_equal(*(const uint8_t *)mem_r(*state, DRAM_BASE + 5 * GRANULE_SIZE), 7);
	assert_true(test_closed(*state, DRAM_BASE + 4 * GRANULE_SIZE));
	assert_true(test_closed(*state, DRAM_BASE + 6 * GRANULE_SIZE));
}

static void accesses_in_ascending_order_take_few_faults(void **state)
{
	struct mem *mem = *state;
	volatile uint8_t *host = mem_host(mem, DRAM_BASE, DRAM_TOP - DRAM_BASE);

	for (unsigned int i = 0; i < 512; i++)
		host[i * GRANULE_SIZE] = 1;
	assert_in_range(atomic_load(&mem->protect.changes), 2, 64);
}

static void a_window_ends_before_a_delegated_granule(void **state)
{
	volatile uint8_t *host = mem_host(*state, DRAM_BASE, DRAM_TOP - DRAM_BASE);

	test_state(*state, DRAM_BASE + 4 * GRANULE_SIZE, GRANULE_DELEGATED);
	for (unsigned int i = 0; i < 4; i++)
		host[i * GRANULE_SIZE] = 1;
	assert_true(test_closed(*state, DRAM_BASE + 4 * GRANULE_SIZE));
	assert_true(mem_protection_agrees(*state, mem_find(*state, DRAM_BASE + 4 * GRANULE_SIZE)));
}

static void to_delegate_and_undelegate_closed_memory_changes_no_mapping(void **state)
{
	struct mem *mem = *state;

	for (unsigned int i = 0; i < 64; i += 2) {
		test_state(mem, DRAM_BASE + i * GRANULE_SIZE, GRANULE_DELEGATED);
		test_state(mem, DRAM_BASE + i * GRANULE_SIZE, GRANULE_UNDELEGATED);
	}
	assert_int_equal(atomic_load(&mem->protect.changes), 0);
	assert_int_equal(mem->protect.mappings, 0);
}

static void without_protection_delegated_memory_stays_accessible(void **state)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_OFF);

	(void)state;
	test_state(mem, DRAM_BASE, GRANULE_DELEGATED);
	assert_true(test_accessible(mem_host(mem, DRAM_BASE, 1)));
	assert_true(mem_protection_agrees(mem, mem_find(mem, DRAM_BASE)));
	assert_int_equal(mem_unprotected(mem), 0);
	mem_destroy(mem);
}

static void instances_protect_their_own_memory_only(void **state)
{
	struct mem *other = test_mem(RMMSIM_PROTECTION_TRAP);

	test_state(*state, DRAM_BASE, GRANULE_DELEGATED);
	assert_true(test_accessible(mem_host(other, DRAM_BASE, 1)));
	mem_destroy(other);
	assert_false(test_accessible(mem_host(*state, DRAM_BASE, 1)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(memory_is_accessible_to_the_host_at_boot),
		TEST(a_delegated_granule_is_not_accessible_to_the_host),
		TEST(the_neighbours_of_a_delegated_granule_stay_accessible),
		TEST(the_last_granule_of_a_bank_can_be_protected),
		TEST(the_library_has_access_to_a_delegated_granule),
		TEST(every_state_but_undelegated_is_not_accessible),
		TEST(an_undelegated_granule_is_accessible_with_its_content),
		TEST(secure_memory_is_not_accessible_to_the_host),
		TEST(protection_and_gpt_agree_after_every_change),
		TEST(a_record_that_was_changed_behind_protection_disagrees),
		TEST(memory_is_closed_until_the_host_asks_for_it),
		TEST(an_undelegated_granule_is_closed_until_the_host_asks_for_it),
		TEST(a_pointer_to_many_granules_opens_those_that_are_non_secure),
		TEST(a_pointer_to_more_opens_nothing),
		TEST(the_first_access_opens_a_granule),
		TEST(accesses_in_ascending_order_take_few_faults),
		TEST(a_window_ends_before_a_delegated_granule),
		TEST(to_delegate_and_undelegate_closed_memory_changes_no_mapping),
		TEST(without_protection_delegated_memory_stays_accessible),
		TEST(instances_protect_their_own_memory_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
