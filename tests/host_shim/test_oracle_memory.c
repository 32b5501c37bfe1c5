/* SPDX-License-Identifier: BSD-3-Clause */
/* Whose is a reference, whose is a page: what the end of a test and quiescent points tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/host_shim/found.h"
#include "tests/host_shim/realm.h"

#include <hshim/mm/user.h>

/* --- references to guest memory ---------------------------------------------------------------------- */

/* A page of a file, with `references` more than the file's own. */
static struct page *gmem_page(struct file *file, unsigned int references)
{
	struct page *page;

	assert_int_equal(hshim_gmem_page(file, 0, &page), 0);
	while (references--)
		get_page(page);
	return page;
}

static void a_reference_that_is_left_is_found(void **state)
{
	struct file *file = hshim_gmem_create(1, 0);

	(void)state;
	gmem_page(file, 1);
	hshim_gmem_put(file);
	found("leak.page", 1);
}

static void a_made_up_refusal_excuses_one_reference(void **state)
{
	struct file *file = hshim_gmem_create(1, 0);
	struct page *page = gmem_page(file, 1);

	(void)state;
	hshim_smc_fail(SMC_RMI_GRANULE_DELEGATE, 1, RMI_ERROR_INPUT, 0, HSHIM_BEFORE);
	SMC(SMC_RMI_GRANULE_DELEGATE, page_to_phys(page));
	hshim_gmem_put(file);
	found(NULL, 0);
}

static void a_made_up_refusal_excuses_no_other(void **state)
{
	struct file *file = hshim_gmem_create(1, 0);
	struct page *page = gmem_page(file, 2);

	(void)state;
	hshim_smc_fail(SMC_RMI_GRANULE_DELEGATE, 1, RMI_ERROR_INPUT, 0, HSHIM_BEFORE);
	SMC(SMC_RMI_GRANULE_DELEGATE, page_to_phys(page));
	hshim_gmem_put(file);
	found("leak.page", 1);
}

static void a_real_refusal_excuses_nothing(void **state)
{
	struct file *file = hshim_gmem_create(1, 0);
	struct page *page = gmem_page(file, 1);

	(void)state;
	OK(SMC_RMI_GRANULE_DELEGATE, page_to_phys(page));
	assert_true(hshim_granule_is(page_to_phys(page), "DELEGATED"));
	assert_int_not_equal(SMC(SMC_RMI_GRANULE_DELEGATE, page_to_phys(page)), RMI_SUCCESS);
	OK(SMC_RMI_GRANULE_UNDELEGATE, page_to_phys(page));
	hshim_gmem_put(file);
	found("leak.page", 1);
}

/* --- which page ---------------------------------------------------------------------------------------- */

/* A page of user memory that was found for the frame of `found_for` is mapped at `mapped_at`. */
static void map_page(unsigned long found_for, unsigned long mapped_at)
{
	struct test_realm r;
	struct page *page;

	hshim_close();
	start_realm(&r);
	page = alloc_page(GFP_KERNEL);
	new_tables(&r, SHARED);
	hshim_page_backs(page, found_for >> PAGE_SHIFT);
	OK(SMC_RMI_RTT_MAP_UNPROTECTED, r.rd, mapped_at, 3, page_to_phys(page) | NORMAL_RW);
}

static void the_page_of_the_address_is_silent(void **state)
{
	(void)state;
	map_page(0x5000, SHARED | 0x5000);
	found(NULL, 0);
}

static void the_page_of_another_address_is_found(void **state)
{
	(void)state;
	map_page(0x5000, SHARED | 0x4000);
	found("map.page", 1);
}

static void memory_is_not_mapped_as_a_device(void **state)
{
	struct test_realm r;
	struct page *page;

	(void)state;
	hshim_close();
	start_realm(&r);
	page = alloc_page(GFP_KERNEL);
	new_tables(&r, SHARED);
	hshim_page_backs(page, 0);
	OK(SMC_RMI_RTT_MAP_UNPROTECTED, r.rd, SHARED, 3,
	   page_to_phys(page) | (NORMAL_RW & ~(7ul << 2)));
	found("map.attr", 1);
}

static void a_page_of_several_addresses_is_silent(void **state)
{
	struct test_realm r;
	struct page *page;

	(void)state;
	hshim_close();
	start_realm(&r);
	page = alloc_page(GFP_KERNEL);
	new_tables(&r, SHARED);
	hshim_page_backs(page, 5);
	hshim_page_backs(page, 6);
	OK(SMC_RMI_RTT_MAP_UNPROTECTED, r.rd, SHARED, 3, page_to_phys(page) | NORMAL_RW);
	found(NULL, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_quiet, close_quiet)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_reference_that_is_left_is_found),
		TEST(a_made_up_refusal_excuses_one_reference),
		TEST(a_made_up_refusal_excuses_no_other),
		TEST(a_real_refusal_excuses_nothing),
		TEST(the_page_of_the_address_is_silent),
		TEST(the_page_of_another_address_is_found),
		TEST(memory_is_not_mapped_as_a_device),
		TEST(a_page_of_several_addresses_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
