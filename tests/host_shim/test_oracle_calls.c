/* SPDX-License-Identifier: BSD-3-Clause */
/* Oracles at the boundary of the kernel API: each fires for what it is for, and is silent beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/host_shim/found.h"
#include "tests/host_shim/realm.h"

#define READ_ONLY (NORMAL_RW & ~(1ul << 7))

static struct test_realm r;

static int setup(void **state)
{
	(void)state;
	start_realm(&r);
	return 0;
}

/* A page that is free and would come next. */
static unsigned long free_page_pa(void)
{
	void *page = new_page();
	const unsigned long pa = virt_to_phys(page);

	hshim_quarantine(0);
	free_page((unsigned long)page);
	return pa;
}

/* --- pages ------------------------------------------------------------------------------------------------ */

static void a_free_page_that_is_delegated_is_not_handed_out(void **state)
{
	const unsigned long pa = free_page_pa();

	(void)state;
	OK(SMC_RMI_GRANULE_DELEGATE, pa);
	assert_int_equal(hshim_findings("use.after_free"), 1);
	assert_int_equal(hshim_findings("alloc.delegated"), 0);
	for (int i = 0; i < 4; i++) /* others that are free come before it */
		new_page();
	assert_int_equal(hshim_findings("alloc.delegated"), 1);
}

static void a_page_that_came_back_may_be_handed_out(void **state)
{
	(void)state;
	hshim_quarantine(0);
	free_granule(new_granule());
	new_page();
	found(NULL, 0);
}

static void a_delegated_page_has_an_owner(void **state)
{
	(void)state;
	new_granule();
	assert_true(hshim_check_now());
	OK(SMC_RMI_GRANULE_DELEGATE, free_page_pa());
	assert_false(hshim_check_now());
	assert_int_equal(hshim_findings("model.consistency"), 1);
}

static void a_page_that_is_mapped_has_an_owner(void **state)
{
	(void)state;
	new_tables(&r, SHARED);
	OK(SMC_RMI_RTT_MAP_UNPROTECTED, r.rd, SHARED, 3, virt_to_phys(new_page()) | NORMAL_RW);
	found(NULL, 0);
	OK(SMC_RMI_RTT_MAP_UNPROTECTED, r.rd, SHARED + 0x1000, 3, free_page_pa() | NORMAL_RW);
	found("model.consistency", 1);
}

static void a_page_to_be_read_is_not_mapped_writable(void **state)
{
	struct page *page = virt_to_page(new_page());

	(void)state;
	new_tables(&r, SHARED);
	hshim_page_readonly(page, true);
	OK(SMC_RMI_RTT_MAP_UNPROTECTED, r.rd, SHARED, 3, page_to_phys(page) | READ_ONLY);
	found(NULL, 0);
	OK(SMC_RMI_RTT_MAP_UNPROTECTED, r.rd, SHARED + 0x1000, 3, page_to_phys(page) | NORMAL_RW);
	found("map.write_ro", 1);
}

static void accounting_of_a_free_page_is_found_if_wanted(void **state)
{
	void *page = new_page();

	(void)state;
	hshim_account_pages(page, 1, "here");
	hshim_account_pages(page, -1, "here");
	hshim_account_pages(page, 1, "here");
	free_page((unsigned long)page);
	hshim_account_pages(page, -1, "here");
	found(NULL, 0);
	hshim_severity("accounting.freed", HSHIM_FAIL);
	hshim_account_pages(page, 1, "here");
	hshim_account_pages(page, -1, "here");
	found("accounting.freed", 2);
}

/* --- calls ------------------------------------------------------------------------------------------------- */

static void a_call_that_there_is_not(void **state)
{
	(void)state;
	OK(SMC_RMI_FEATURES, 0);
	found(NULL, 0);
	assert_int_equal((long)SMC(0xc40001feu, 0), -1);
	found("smc.unknown", 1);
}

static void what_is_not_the_hosts_is_not_taken_back(void **state)
{
	(void)state;
	free_granule(new_granule());
	found(NULL, 0);
	SMC(SMC_RMI_GRANULE_UNDELEGATE, virt_to_phys(new_page()));
	found("smc.undelegate_foreign", 1);
	SMC(SMC_RMI_GRANULE_UNDELEGATE, r.rd);
	assert_int_equal(hshim_findings("smc.undelegate_in_use"), 1);
	found(NULL, 2);
}

static void what_was_refused_is_not_taken_back(void **state)
{
	const unsigned long pa = virt_to_phys(new_page());

	(void)state;
	hshim_smc_fail(SMC_RMI_GRANULE_DELEGATE, 1, RMI_ERROR_INPUT, 0, HSHIM_BEFORE);
	SMC(SMC_RMI_GRANULE_DELEGATE, pa);
	found(NULL, 0);
	SMC(SMC_RMI_GRANULE_UNDELEGATE, pa);
	found("smc.undelegate_refused", 1);
}

static void calls_that_are_expected(void **state)
{
	(void)state;
	hshim_expect_begin(HSHIM_ORDERED);
	hshim_expect_smc(SMC_RMI_FEATURES, HSHIM_X(1, 0));
	OK(SMC_RMI_FEATURES, 0);
	assert_int_equal(hshim_expect_end(), 0);
	found(NULL, 0);
	hshim_expect_begin(HSHIM_ORDERED);
	hshim_expect_smc(SMC_RMI_FEATURES, HSHIM_X(1, 1));
	OK(SMC_RMI_FEATURES, 0);
	assert_int_not_equal(hshim_expect_end(), 0);
	found("smc.expect", 1);
}

/* --- time --------------------------------------------------------------------------------------------------- */

static void no_break(void)
{
}

static void take_a_break(void)
{
	cond_resched();
}

static void ask_for_a_break(void)
{
	if (need_resched())
		cond_resched();
}

static void call_many_times(void (*in_the_middle)(void))
{
	hshim_stall_after(10);
	for (int i = 0; i < 18; i++) {
		OK(SMC_RMI_FEATURES, 0);
		if (i == 8)
			in_the_middle();
	}
}

static void a_long_time_without_a_break_is_found(void **state)
{
	(void)state;
	call_many_times(take_a_break);
	call_many_times(ask_for_a_break);
	found(NULL, 0);
	call_many_times(no_break);
	found("ctx.stall", 1);
}

static void warn_times(int count)
{
	for (int i = 0; i < count; i++)
		WARN_ON(count);
}

static void a_warning_again_and_again_is_a_storm(void **state)
{
	(void)state;
	warn_times(9);
	found("warn", 9);
	warn_times(1);
	assert_int_equal(hshim_findings("warn.storm"), 1);
	warn_times(5);
	assert_int_equal(hshim_findings("warn.storm"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, close_quiet)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_free_page_that_is_delegated_is_not_handed_out),
		TEST(a_page_that_came_back_may_be_handed_out),
		TEST(a_delegated_page_has_an_owner),
		TEST(a_page_that_is_mapped_has_an_owner),
		TEST(a_page_to_be_read_is_not_mapped_writable),
		TEST(accounting_of_a_free_page_is_found_if_wanted),
		TEST(a_call_that_there_is_not),
		TEST(what_is_not_the_hosts_is_not_taken_back),
		TEST(what_was_refused_is_not_taken_back),
		TEST(calls_that_are_expected),
		TEST(a_long_time_without_a_break_is_found),
		TEST(a_warning_again_and_again_is_a_storm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
