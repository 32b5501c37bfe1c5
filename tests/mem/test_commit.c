/* SPDX-License-Identifier: BSD-3-Clause */
/* How much memory the system is asked for when the library writes for the first time. */
#define _DEFAULT_SOURCE
#include <sys/mman.h>
#include <unistd.h>

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

/* Granules of the first bank that the system has memory for. */
static unsigned int resident(const struct mem *mem)
{
	static unsigned char pages[(DRAM_TOP - DRAM_BASE) / GRANULE_SIZE];
	unsigned int count = 0;

	if (sysconf(_SC_PAGESIZE) != GRANULE_SIZE)
		skip();
	assert_int_equal(mincore(mem->banks[0].realm, DRAM_TOP - DRAM_BASE, pages), 0);
	for (unsigned int i = 0; i < sizeof(pages); i++)
		count += pages[i] & 1;
	return count;
}

static void write_granule(struct mem *mem, unsigned int n)
{
	*(uint8_t *)mem_w(mem, DRAM_BASE + n * GRANULE_SIZE) = 1;
}

static void nothing_is_resident_at_boot(void **state)
{
	assert_int_equal(resident(*state), 0);
}

static void a_granule_that_is_written_alone_takes_one_page(void **state)
{
	write_granule(*state, 100);
	write_granule(*state, 300);
	write_granule(*state, 200);
	assert_int_equal(resident(*state), 3);
}

static void ascending_writes_take_at_most_twice_what_they_need(void **state)
{
	unsigned int worst = 0;

	for (unsigned int i = 0; i < 3000; i++) {
		const unsigned int before = resident(*state);

		write_granule(*state, i);
		assert_true(resident(*state) <= 2 * (i + 1));
		worst += resident(*state) != before;
	}
	/* Doubling at first, 512 at a time later. */
	assert_in_range(worst, 10, 20);
	assert_true(resident(*state) < 3000 + 512);
}

static void a_piece_ends_at_the_end_of_the_bank(void **state)
{
	struct mem *mem = *state;

	for (uint64_t pa = COH_BASE; pa < COH_TOP; pa += GRANULE_SIZE)
		*(uint8_t *)mem_w(mem, pa) = 1;
	assert_int_equal(resident(mem), 0);
}

static void content_survives_a_piece_that_reaches_into_written_memory(void **state)
{
	struct mem *mem = *state;
	uint8_t *host = mem_host(mem, DRAM_BASE, GRANULE_SIZE * 64);

	host[40 * GRANULE_SIZE] = 5;
	for (unsigned int i = 0; i < 40; i++)
		write_granule(mem, i);
	assert_int_equal(host[40 * GRANULE_SIZE], 5);
	assert_int_equal(*(const uint8_t *)mem_r(mem, DRAM_BASE + 40 * GRANULE_SIZE), 5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_resident_at_boot),
		TEST(a_granule_that_is_written_alone_takes_one_page),
		TEST(ascending_writes_take_at_most_twice_what_they_need),
		TEST(a_piece_ends_at_the_end_of_the_bank),
		TEST(content_survives_a_piece_that_reaches_into_written_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
