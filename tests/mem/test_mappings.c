/* SPDX-License-Identifier: BSD-3-Clause */
/* What happens when the process runs out of mappings (vm.max_map_count). */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

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

static uint64_t page(unsigned int n)
{
	return DRAM_BASE + n * GRANULE_SIZE;
}

static void set_pages(struct mem *mem, unsigned int first, unsigned int count, unsigned int step,
		      enum granule_state to)
{
	for (unsigned int i = 0; i < count; i++)
		test_state(mem, page(first + i * step), to);
}

/* Lines of /proc/self/maps that lie in the host view. */
static unsigned int host_mappings(const struct mem *mem)
{
	const uintptr_t base = (uintptr_t)mem->host_view;
	unsigned long long low, high;
	unsigned int count = 0;
	char line[512];
	FILE *file = fopen("/proc/self/maps", "r");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		assert_int_equal(sscanf(line, "%llx-%llx", &low, &high), 2);
		count += low >= base && high <= base + mem->view_size;
	}
	fclose(file);
	return count;
}

/* What a host does that uses every `step`th page. */
static void open_pages(struct mem *mem, unsigned int first, unsigned int count, unsigned int step)
{
	for (unsigned int i = 0; i < count; i++)
		mem_host(mem, page(first + i * step), 1);
}

static void the_library_knows_how_many_mappings_protection_costs(void **state)
{
	struct mem *mem = *state;
	const unsigned int boot = host_mappings(mem);

	open_pages(mem, 0, 4, 1);                    /* a run at the start of a bank */
	open_pages(mem, 10, 10, 2);                  /* every second granule */
	open_pages(mem, 11, 3, 2);                   /* some gaps closed */
	set_pages(mem, 2, 1, 1, GRANULE_DELEGATED);  /* a run split */
	set_pages(mem, 28, 1, 1, GRANULE_DELEGATED); /* a run of one closed */
	set_pages(mem, 40, 4, 1, GRANULE_DELEGATED); /* closed before */
	mem_host(mem, page(39), 6 * GRANULE_SIZE);   /* around them */
	mem_host(mem, DRAM_TOP - GRANULE_SIZE, 1);
	assert_int_equal(host_mappings(mem) - boot, mem->protect.mappings);
	set_pages(mem, 0, 50, 1, GRANULE_DELEGATED);
	test_state(mem, DRAM_TOP - GRANULE_SIZE, GRANULE_DELEGATED);
	assert_int_equal(mem->protect.mappings, 0);
	assert_int_equal(host_mappings(mem), boot);
}

static void a_granule_beyond_the_limit_closes_what_will_open_again(void **state)
{
	struct mem *mem = *state;

	mem->protect.mappings_max = 600;
	open_pages(mem, 1, 300, 2);
	assert_int_equal(mem->protect.mappings, 600);
	assert_false(test_closed(mem, page(1)));
	open_pages(mem, 1001, 1, 1);
	assert_int_equal(mem->protect.mappings, 2);
	assert_true(test_closed(mem, page(1)));
	assert_false(test_closed(mem, page(1001)));
	assert_int_equal(mem_unprotected(mem), 0);
}

static void a_delegated_granule_is_protected_at_the_limit(void **state)
{
	struct mem *mem = *state;

	mem->protect.mappings_max = 2;
	mem_host(mem, page(1), 20 * GRANULE_SIZE);
	set_pages(mem, 5, 1, 1, GRANULE_DELEGATED);
	assert_true(test_closed(mem, page(5)));
	assert_int_equal(mem->protect.mappings, 0);
	assert_int_equal(mem_unprotected(mem), 0);
	assert_true(test_accessible(mem_host(mem, page(4), 1)));
}

static void non_secure_memory_is_accessible_even_at_the_limit(void **state)
{
	struct mem *mem = *state;

	mem->protect.mappings_max = 2;
	open_pages(mem, 9, 1, 1);
	set_pages(mem, 1, 7, 1, GRANULE_DELEGATED);
	/* One in the middle would cost two mappings more: the rest of its run opens too. */
	open_pages(mem, 0, 1, 1);
	assert_true(test_host_access(mem, page(0), page(9), true));
	assert_int_equal(mem_unprotected(mem), 7);
	assert_int_equal(mem->protect.mappings, 1);
}

static void an_unprotected_granule_is_no_disagreement(void **state)
{
	struct mem *mem = *state;

	mem->protect.mappings_max = 0;
	test_state(mem, page(1), GRANULE_DELEGATED);
	open_pages(mem, 0, 1, 1);
	assert_int_equal(mem_unprotected(mem), 1);
	assert_true(mem_protection_agrees(mem, mem_find(mem, page(1))));
}

static void an_unprotected_granule_is_protected_when_it_is_delegated_again(void **state)
{
	struct mem *mem = *state;

	mem->protect.mappings_max = 0;
	test_state(mem, page(1), GRANULE_DELEGATED);
	open_pages(mem, 0, 1, 1);
	test_state(mem, page(1), GRANULE_UNDELEGATED);
	assert_false(test_closed(mem, page(1)));
	test_state(mem, page(1), GRANULE_DELEGATED);
	assert_true(test_closed(mem, page(1)));
	assert_int_equal(mem_unprotected(mem), 1);
}

static void a_whole_bank_can_be_opened_at_the_limit(void **state)
{
	struct mem *mem = *state;

	mem->protect.mappings_max = 0;
	for (uint64_t pa = COH_BASE; pa < COH_TOP; pa += GRANULE_SIZE)
		test_state(mem, pa, GRANULE_DELEGATED);
	test_state(mem, COH_BASE + GRANULE_SIZE, GRANULE_UNDELEGATED);
	mem_host(mem, COH_BASE + GRANULE_SIZE, 1);
	assert_true(test_host_access(mem, COH_BASE, COH_TOP, true));
	assert_int_equal(mem->protect.mappings, 0);
	assert_int_equal(mem_unprotected(mem), 3);
}

static void a_quarter_of_the_mappings_is_left_to_the_program(void **state)
{
	const struct mem *mem = *state;
	unsigned int limit = 0;
	FILE *file = fopen("/proc/sys/vm/max_map_count", "r");

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%u", &limit), 1);
	fclose(file);
	assert_in_range(mem->protect.mappings_max, limit / 2, limit / 4 * 3);
}

/* Takes every mapping that the system allows; false where it allows too many to try. */
static bool exhaust(void)
{
	const size_t size = 200000 * GRANULE_SIZE;
	char *at = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		return false;
	for (size_t i = GRANULE_SIZE; i < size; i += 2 * GRANULE_SIZE) {
		if (mprotect(at + i, GRANULE_SIZE, PROT_READ) != 0)
			return true;
	}
	return false;
}

static void exhausted(void *context)
{
	struct mem *mem = context;

	set_pages(mem, 1, 5, 1, GRANULE_DELEGATED);
	mem_host(mem, page(10), 10 * GRANULE_SIZE);
	if (!exhaust())
		_exit(77);
	set_pages(mem, 15, 1, 1, GRANULE_DELEGATED);
	if (!test_closed(mem, page(15)) || mem_unprotected(mem))
		_exit(1);
	/* Nothing is left but to open the bank as a whole. */
	if (!exhaust())
		_exit(77);
	*(volatile char *)mem_host(mem, page(0), DRAM_TOP - DRAM_BASE) = 1;
	_exit(mem_unprotected(mem) == 6 ? 0 : 2);
}

static void a_refusal_of_the_system_is_handled_the_same_way(void **state)
{
	char output[2048];
	int status;

	if (TEST_SANITIZED)
		skip();
	status = test_child(exhausted, *state, output, sizeof(output));
	if (status == 77 << 8)
		skip();
	if (status != 0)
		fail_msg("status %x: %s", (unsigned int)status, output);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_library_knows_how_many_mappings_protection_costs),
		TEST(a_granule_beyond_the_limit_closes_what_will_open_again),
		TEST(a_delegated_granule_is_protected_at_the_limit),
		TEST(non_secure_memory_is_accessible_even_at_the_limit),
		TEST(an_unprotected_granule_is_no_disagreement),
		TEST(an_unprotected_granule_is_protected_when_it_is_delegated_again),
		TEST(a_whole_bank_can_be_opened_at_the_limit),
		TEST(a_quarter_of_the_mappings_is_left_to_the_program),
		TEST(a_refusal_of_the_system_is_handled_the_same_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
