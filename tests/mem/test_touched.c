/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "tests/mem/support.h"

struct seen {
	const struct mem *mem;
	unsigned int count;
	uint64_t pa[64];
};

static void see(void *context, struct granule *granule)
{
	struct seen *seen = context;

	if (seen->count < 64)
		seen->pa[seen->count] = mem_pa(seen->mem, granule);
	seen->count++;
}

static struct seen each(const struct mem *mem)
{
	struct seen seen = {.mem = mem};

	mem_each(mem, see, &seen);
	return seen;
}

static struct mem *create_large(void)
{
	const struct rmmsim_config config = {
		.pa_bits = 48,
		.dram_count = 2,
		.dram = {{0x880000000, 0x880000000 + 256 * GIB}, {0x80000000, 0x100000000}}};

	return test_create(&config);
}

static uint64_t resident(void)
{
	unsigned long all = 0, pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%lu %lu", &all, &pages), 2);
	fclose(file);
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void nothing_is_visited_at_boot(void **state)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_OFF);

	(void)state;
	assert_int_equal(each(mem).count, 0);
	mem_destroy(mem);
}

static void touched_granules_are_visited_in_ascending_order(void **state)
{
	static const uint64_t pas[] = {NCOH_BASE,
				       DRAM_BASE + 63 * GRANULE_SIZE,
				       DRAM_BASE + 64 * GRANULE_SIZE,
				       DRAM_TOP - GRANULE_SIZE,
				       COH_BASE,
				       HIGH_TOP - GRANULE_SIZE};
	struct mem *mem = test_mem(RMMSIM_PROTECTION_OFF);
	struct seen seen;

	(void)state;
	for (unsigned int i = 6; i-- > 0;)
		test_state(mem, pas[i], GRANULE_DELEGATED);
	seen = each(mem);
	assert_int_equal(seen.count, 6);
	assert_memory_equal(seen.pa, pas, sizeof(pas));
	mem_destroy(mem);
}

static void a_granule_is_visited_once_however_often_it_changed(void **state)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_OFF);

	(void)state;
	test_state(mem, DRAM_BASE, GRANULE_DELEGATED);
	test_state(mem, DRAM_BASE, GRANULE_DATA);
	test_state(mem, DRAM_BASE, GRANULE_UNDELEGATED);
	assert_int_equal(each(mem).count, 1);
	mem_destroy(mem);
}

static void a_change_of_pas_or_owner_counts(void **state)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_OFF);

	(void)state;
	mem_set_pas(mem, mem_find(mem, DRAM_BASE), GRANULE_PAS_SECURE);
	mem_set_owner(mem, mem_find(mem, HIGH_BASE), mem_find(mem, DRAM_BASE));
	assert_int_equal(each(mem).count, 2);
	mem_destroy(mem);
}

static void every_granule_of_a_memory_can_be_visited(void **state)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_OFF);
	const struct mem_call call = {.call = 1};

	(void)state;
	for (uint32_t i = 0; i < mem_granules(mem); i++)
		mem_set_state(mem, mem_at_index(mem, i), GRANULE_DELEGATED, &call);
	assert_int_equal(each(mem).count, mem_granules(mem));
	mem_destroy(mem);
}

static void a_visit_costs_what_was_touched_and_not_the_size_of_memory(void **state)
{
	struct mem *mem = create_large();
	double start;

	(void)state;
	test_state(mem, 0x80000000, GRANULE_DELEGATED);
	test_state(mem, 0x880000000 + 256 * GIB - GRANULE_SIZE, GRANULE_DELEGATED);
	start = cpu_seconds();
	for (unsigned int i = 0; i < 1000; i++)
		assert_int_equal(each(mem).count, 2);
	/* To look at every record would take hours. */
	assert_true(cpu_seconds() - start < 1);
	mem_destroy(mem);
}

static void large_memory_costs_nothing_until_it_is_touched(void **state)
{
	const uint64_t before = resident();
	struct mem *mem = create_large();

	(void)state;
	assert_int_equal(mem_granules(mem), 258 * GIB / GRANULE_SIZE);
	assert_true(resident() - before < MIB);
	mem_destroy(mem);
}

static void a_touched_granule_of_large_memory_costs_a_few_pages(void **state)
{
	struct mem *mem = create_large();
	const uint64_t before = resident();

	(void)state;
	for (uint64_t i = 0; i < 256; i++) {
		test_state(mem, 0x880000000 + i * GIB, GRANULE_DELEGATED);
		*(char *)mem_w(mem, 0x880000000 + i * GIB) = 1;
	}
	/* The granule, its record, its bits; nothing around it. The sanitizer shadows each. */
	assert_true(resident() - before < 256 * (TEST_SANITIZED ? 160 : 40) * 1024);
	mem_destroy(mem);
}

static void large_memory_is_created_quickly(void **state)
{
	const double start = cpu_seconds();

	(void)state;
	for (unsigned int i = 0; i < 100; i++)
		mem_destroy(create_large());
	assert_true(cpu_seconds() - start < 1);
}

static void refuse_address_space(void *context)
{
	const struct rlimit limit = {4 * GIB, 4 * GIB};
	const struct rmmsim_config *config = context;
	struct rmmsim_error error = {.status = RMMSIM_OK};
	struct mem *mem;

	setrlimit(RLIMIT_AS, &limit);
	if (mem_create(config, &mem, &error) != RMMSIM_ERR_MEMORY || mem)
		_exit(1);
	fputs(error.text, stderr);
}

static void a_system_without_address_space_is_an_error(void **state)
{
	struct rmmsim_config config = {.pa_bits = 48, .dram_count = 1, .dram = {{0, 256 * GIB}}};
	char output[512];

	(void)state;
	if (TEST_SANITIZED)
		skip();
	assert_int_equal(test_child(refuse_address_space, &config, output, sizeof(output)), 0);
	assert_non_null(strstr(output, "cannot map"));
	assert_non_null(strstr(output, "configure less memory"));
	config.dram[0].top = 8192 * GIB;
	assert_int_equal(test_child(refuse_address_space, &config, output, sizeof(output)), 0);
	assert_non_null(strstr(output, "granule table"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_visited_at_boot),
		cmocka_unit_test(touched_granules_are_visited_in_ascending_order),
		cmocka_unit_test(a_granule_is_visited_once_however_often_it_changed),
		cmocka_unit_test(a_change_of_pas_or_owner_counts),
		cmocka_unit_test(every_granule_of_a_memory_can_be_visited),
		cmocka_unit_test(a_visit_costs_what_was_touched_and_not_the_size_of_memory),
		cmocka_unit_test(large_memory_costs_nothing_until_it_is_touched),
		cmocka_unit_test(a_touched_granule_of_large_memory_costs_a_few_pages),
		cmocka_unit_test(large_memory_is_created_quickly),
		cmocka_unit_test(a_system_without_address_space_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
