/* SPDX-License-Identifier: BSD-3-Clause */
/* Pages of 16 KiB: four granules of the monitor lie in each. host-shim.md#4.5 */
#define HSHIM_PAGE_SHIFT 14
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/host_shim/found.h"
#include "tests/host_shim/realm.h"

#include <hshim/base/lib.h>
#include <hshim/env.h>
#include <hshim/mm/alloc.h>
#include <rmmsim/abi.h>
#include <rmmsim/rmmsim.h>

#define GRANULE 0x1000ul

unsigned int hshim_page_shift = HSHIM_PAGE_SHIFT;

static void the_arithmetic_is_that_of_16_kib(void **state)
{
	(void)state;
	assert_int_equal(PAGE_SIZE, 0x4000);
	assert_int_equal(PTRS_PER_PTE, 2048);
	assert_int_equal(PMD_SIZE, 32ul << 20);
	assert_int_equal(PUD_SIZE, 64ul << 30);
	assert_int_equal(ARM64_HW_PGTABLE_LEVELS(40), 3);
	assert_int_equal(ARM64_HW_PGTABLE_LEVEL_SHIFT(3), 14);
	assert_int_equal(get_order(0x10000), 2);
	assert_int_equal(PFN_UP(0x4001), 2);
}

static void pages_have_their_size(void **state)
{
	unsigned char *one = (void *)__get_free_page(GFP_KERNEL);
	unsigned char *four = (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, 2);
	unsigned char *exact = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL);

	(void)state;
	assert_int_equal(virt_to_phys(one) % PAGE_SIZE, 0);
	assert_int_equal(virt_to_phys(four) % (4 * PAGE_SIZE), 0);
	assert_int_equal(one[0], 0x5a);
	assert_int_equal(one[PAGE_SIZE - 1], 0x5a);
	assert_int_equal(four[4 * PAGE_SIZE - 1], 0);
	assert_int_equal(hshim_pages_in_use(), 8);
	assert_int_equal(page_to_phys(virt_to_page(one + 0x3000)), virt_to_phys(one));
	assert_int_equal(page_to_pfn(virt_to_page(one)), virt_to_phys(one) >> 14);
	free_page((unsigned long)one);
	free_pages((unsigned long)four, 2);
	free_pages_exact(exact, 3 * PAGE_SIZE);
	assert_int_equal(hshim_pages_in_use(), 0);
	hshim_check_end();
	found(NULL, 0);
}

static void each_granule_of_a_page_is_delegated(void **state)
{
	const unsigned long at = __get_free_page(GFP_KERNEL), pa = virt_to_phys(at);

	(void)state;
	for (unsigned long i = 0; i < PAGE_SIZE; i += GRANULE)
		assert_int_equal(SMC(SMC_RMI_GRANULE_DELEGATE, pa + i), 0);
	assert_int_equal(hshim_delegated_pages(), PAGE_SIZE / GRANULE);
	for (unsigned long i = 0; i < PAGE_SIZE; i += GRANULE)
		assert_int_equal(SMC(SMC_RMI_GRANULE_UNDELEGATE, pa + i), 0);
	assert_int_equal(*(unsigned char *)(at + PAGE_SIZE - 1), 0xa5);
	free_page(at);
	hshim_check_end();
	found(NULL, 0);
}

static void one_delegated_granule_keeps_the_page(void **state)
{
	const unsigned long at = __get_free_page(GFP_KERNEL), pa = virt_to_phys(at);

	(void)state;
	assert_int_equal(SMC(SMC_RMI_GRANULE_DELEGATE, pa + 3 * GRANULE), 0);
	free_page(at);
	found("free.state", 1);
}

static void the_last_granule_leaks(void **state)
{
	const unsigned long at = __get_free_page(GFP_KERNEL), pa = virt_to_phys(at);

	(void)state;
	assert_int_equal(SMC(SMC_RMI_GRANULE_DELEGATE, pa + 2 * GRANULE), 0);
	hshim_check_end();
	assert_int_equal(hshim_findings("leak.granule"), 1);
}

static void a_write_to_a_free_page_is_found_wherever_it_is(void **state)
{
	const unsigned long at = __get_free_page(GFP_KERNEL), pa = virt_to_phys(at);

	(void)state;
	hshim_quarantine(0);
	free_page(at);
	/* As a device would: the address sanitizer does not see it. */
	rmmsim_poke(hshim_model(), pa + PAGE_SIZE - 1, "x", 1);
	free_page(__get_free_page(GFP_KERNEL));
	found("use.after_free", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_arithmetic_is_that_of_16_kib, open_quiet,
						close_quiet),
		cmocka_unit_test_setup_teardown(pages_have_their_size, open_quiet, close_quiet),
		cmocka_unit_test_setup_teardown(each_granule_of_a_page_is_delegated, open_quiet,
						close_quiet),
		cmocka_unit_test_setup_teardown(one_delegated_granule_keeps_the_page, open_quiet,
						close_quiet),
		cmocka_unit_test_setup_teardown(the_last_granule_leaks, open_quiet, close_quiet),
		cmocka_unit_test_setup_teardown(a_write_to_a_free_page_is_found_wherever_it_is,
						open_quiet, close_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
