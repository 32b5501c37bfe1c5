/* SPDX-License-Identifier: BSD-3-Clause */
/* Oracles that look at what was refused: each fires for a mistake and is silent for what is right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/host_shim/found.h"
#include "tests/host_shim/realm.h"

static struct test_realm r;

static int setup(void **state)
{
	(void)state;
	start_realm(&r);
	return 0;
}

/* --- descriptors ------------------------------------------------------------------------------------ */

static void a_good_descriptor_is_silent(void **state)
{
	void *page = new_page();

	(void)state;
	new_tables(&r, SHARED);
	OK(SMC_RMI_RTT_MAP_UNPROTECTED, r.rd, SHARED, 3, virt_to_phys(page) | NORMAL_RW);
	assert_int_not_equal(SMC(SMC_RMI_RTT_MAP_UNPROTECTED, r.rd, SHARED + (1ul << 30), 3,
				 virt_to_phys(page) | NORMAL_RW),
			     RMI_SUCCESS); /* no table there */
	found(NULL, 0);
}

static void a_bad_attribute_is_found(void **state)
{
	(void)state;
	new_tables(&r, SHARED);
	SMC(SMC_RMI_RTT_MAP_UNPROTECTED, r.rd, SHARED, 3, virt_to_phys(new_page()) | 1ul << 55);
	found("map.attr", 1);
}

static void a_block_of_unaligned_memory_is_found(void **state)
{
	(void)state;
	new_tables(&r, SHARED);
	SMC(SMC_RMI_RTT_MAP_UNPROTECTED, r.rd, SHARED + (1ul << 30), 2, 0x80101000ul | NORMAL_RW);
	found("map.align", 1);
}

/* --- requests of a realm ---------------------------------------------------------------------------- */

static void progress_in_order_is_silent(void **state)
{
	(void)state;
	ask_for_ram(&r);
	OK(SMC_RMI_RTT_SET_RIPAS, r.rd, r.rec, RAM, RAM + 0x1000);
	OK(SMC_RMI_RTT_SET_RIPAS, r.rd, r.rec, RAM + 0x1000, RAM + 0x2000);
	OK(SMC_RMI_REC_ENTER, r.rec, r.run);
	assert_false(hshim_request_was_refused());
	found(NULL, 0);
}

static void progress_that_goes_back_is_found(void **state)
{
	(void)state;
	ask_for_ram(&r);
	OK(SMC_RMI_RTT_SET_RIPAS, r.rd, r.rec, RAM, RAM + 0x1000);
	SMC(SMC_RMI_RTT_SET_RIPAS, r.rd, r.rec, RAM, RAM + 0x2000);
	found("ripas.order", 1);
}

static void progress_after_a_made_up_failure_is_silent(void **state)
{
	(void)state;
	ask_for_ram(&r);
	hshim_smc_fail(SMC_RMI_RTT_SET_RIPAS, 1, RMI_ERROR_INPUT, 0, HSHIM_AFTER);
	SMC(SMC_RMI_RTT_SET_RIPAS, r.rd, r.rec, RAM, RAM + 0x1000);
	SMC(SMC_RMI_RTT_SET_RIPAS, r.rd, r.rec, RAM, RAM + 0x2000);
	found(NULL, 0);
}

static void a_request_that_is_ignored_is_found(void **state)
{
	(void)state;
	ask_for_ram(&r);
	OK(SMC_RMI_REC_ENTER, r.rec, r.run);
	found("resp.flags", 1);
}

static void an_answer_that_nobody_asked_for_is_found(void **state)
{
	struct rmi_rec_enter *enter;

	(void)state;
	ask_for_ram(&r);
	enter = phys_to_virt(r.run);
	enter->flags = RMI_REC_ENTER_FLAG_RIPAS_RESPONSE;
	OK(SMC_RMI_REC_ENTER, r.rec, r.run);
	found(NULL, 0);
	OK(SMC_RMI_REC_ENTER, r.rec, r.run); /* the flag is still there */
	found("resp.flags", 1);
}

static void a_request_that_was_done_and_is_refused_is_found(void **state)
{
	struct rmi_rec_enter *enter;

	(void)state;
	ask_for_ram(&r);
	OK(SMC_RMI_RTT_SET_RIPAS, r.rd, r.rec, RAM, RAM + 0x1000);
	OK(SMC_RMI_RTT_SET_RIPAS, r.rd, r.rec, RAM + 0x1000, RAM + 0x2000);
	enter = phys_to_virt(r.run);
	enter->flags = RMI_REC_ENTER_FLAG_RIPAS_RESPONSE;
	OK(SMC_RMI_REC_ENTER, r.rec, r.run);
	found("resp.refused", 1);
}

/* What is left of it may be refused. */
static void a_request_of_which_a_part_was_done_is_refused(void **state)
{
	struct rmi_rec_enter *enter;

	(void)state;
	ask_for_ram(&r);
	OK(SMC_RMI_RTT_SET_RIPAS, r.rd, r.rec, RAM, RAM + 0x1000);
	enter = phys_to_virt(r.run);
	enter->flags = RMI_REC_ENTER_FLAG_RIPAS_RESPONSE;
	OK(SMC_RMI_REC_ENTER, r.rec, r.run);
	found(NULL, 0);
}

static void a_request_that_is_refused_is_silent(void **state)
{
	struct rmi_rec_enter *enter;

	(void)state;
	ask_for_ram(&r);
	enter = phys_to_virt(r.run);
	assert_false(hshim_request_was_refused());
	enter->flags = RMI_REC_ENTER_FLAG_RIPAS_RESPONSE;
	OK(SMC_RMI_REC_ENTER, r.rec, r.run);
	assert_true(hshim_request_was_refused());
	found(NULL, 0);
}

/* A vCPU is started: the monitor waits to be told which REC was meant, and by whom. */
static void a_call_of_psci_waits_for_its_completion(void **state)
{
	const struct hshim_exit exit = hshim_exit_psci_pending(0xc4000003, 1, RAM, 0);
	struct rmi_rec_params *params = new_page();
	const unsigned long target = new_granule();

	(void)state;
	params->mpidr = 1;
	params->num_aux = 6;
	for (int i = 0; i < 6; i++)
		params->aux[i] = new_granule();
	new_rec(&r);
	OK(SMC_RMI_REC_CREATE, r.rd, target, virt_to_phys(params));
	OK(SMC_RMI_REALM_ACTIVATE, r.rd);
	hshim_rec_push_exit(NULL, &exit);
	OK(SMC_RMI_REC_ENTER, r.rec, r.run);
	assert_int_not_equal(SMC(SMC_RMI_REC_ENTER, r.rec, r.run), RMI_SUCCESS);
	assert_int_not_equal(SMC(SMC_RMI_PSCI_COMPLETE, target, r.rec, 0), RMI_SUCCESS);
	OK(SMC_RMI_PSCI_COMPLETE, r.rec, target, 0);
	OK(SMC_RMI_REC_ENTER, r.rec, r.run);
	OK(SMC_RMI_REC_ENTER, target, r.run);
	found(NULL, 0);
}

/* --- results, locks, tables -------------------------------------------------------------------------- */

/* A page whose delegation was refused. */
static unsigned long refused_page(void)
{
	const unsigned long pa = virt_to_phys(new_page());

	hshim_severity("smc.status_ignored", HSHIM_FAIL);
	hshim_smc_fail(SMC_RMI_GRANULE_DELEGATE, 1, RMI_ERROR_INPUT, 0, HSHIM_BEFORE);
	SMC(SMC_RMI_GRANULE_DELEGATE, pa);
	return pa;
}

static void a_result_that_nobody_looks_at_is_found(void **state)
{
	const unsigned long pa = refused_page();

	(void)state;
	SMC(SMC_RMI_RTT_CREATE, r.rd, pa, RAM, 2);
	found("smc.status_ignored", 1);
}

static void another_try_is_silent(void **state)
{
	const unsigned long pa = refused_page();

	(void)state;
	OK(SMC_RMI_GRANULE_DELEGATE, pa);
	OK(SMC_RMI_RTT_CREATE, r.rd, pa, RAM, 2);
	found(NULL, 0);
}

static void locks_may_be_required_of_a_command(void **state)
{
	struct hshim_lock lock = {.name = "mmu_lock"};
	unsigned long first = new_granule(), second = new_granule();

	(void)state;
	hshim_require_lock(SMC_RMI_RTT_CREATE, &lock, true);
	write_lock(&lock);
	OK(SMC_RMI_RTT_CREATE, r.rd, first, RAM, 2);
	write_unlock(&lock);
	found(NULL, 0);
	read_lock(&lock);
	OK(SMC_RMI_RTT_CREATE, r.rd, second, RAM, 3);
	read_unlock(&lock);
	found("lock.required", 1);
}

static void accounting_follows_the_tables_of_the_monitor(void **state)
{
	unsigned long table = new_granule();

	(void)state;
	assert_true(hshim_check_now()); /* code that does not account */
	OK(SMC_RMI_RTT_CREATE, r.rd, table, RAM, 2);
	hshim_account_pages(phys_to_virt(table), 1, "here");
	assert_true(hshim_check_now());
	hshim_account_pages(phys_to_virt(r.root), 1, "here");
	assert_true(hshim_check_now()); /* with the root */
	hshim_account_pages(phys_to_virt(r.rd), 1, "here");
	assert_false(hshim_check_now());
	found("leak.accounting", 1);
	hshim_account_pages(phys_to_virt(r.rd), -1, "here");
	hshim_account_pages(phys_to_virt(r.root), -1, "here");
	hshim_account_pages(phys_to_virt(table), -1, "here");
	OK(SMC_RMI_RTT_DESTROY, r.rd, RAM, 2);
	free_granule(table);
	assert_true(hshim_check_now());
}

/* --- many ------------------------------------------------------------------------------------------------ */

static bool is_kept(const char *text)
{
	const struct hshim_finding *finding;

	for (unsigned int i = 0; (finding = hshim_finding(i)); i++)
		if (strcmp(finding->text, text) == 0)
			return true;
	return false;
}

static void a_failure_after_many_warnings_is_not_lost(void **state)
{
	(void)state;
	hshim_severity("warn", HSHIM_WARNING);
	for (int i = 0; i < 2000; i++)
		hshim_report(HSHIM_O_WARN, "again");
	assert_int_equal(hshim_failures(), 0);
	hshim_report(HSHIM_O_BUG, "the one that counts");
	assert_int_equal(hshim_failures(), 1);
	assert_true(is_kept("the one that counts"));
	for (int i = 0; i < 2000; i++)
		hshim_report(HSHIM_O_TEST, "another");
	assert_int_equal(hshim_failures(), 2001);
	assert_true(is_kept("the one that counts"));
	hshim_findings_reset();
	assert_int_equal(hshim_failures(), 0);
}

/* --- references ---------------------------------------------------------------------------------------- */

static void freeing_a_page_that_others_hold_drops_a_reference(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);

	(void)state;
	get_page(page);
	__free_page(page);
	assert_int_equal(page_count(page), 1);
	__free_page(page);
	found(NULL, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, close_quiet)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_descriptor_is_silent),
		TEST(a_bad_attribute_is_found),
		TEST(a_block_of_unaligned_memory_is_found),
		TEST(progress_in_order_is_silent),
		TEST(progress_that_goes_back_is_found),
		TEST(progress_after_a_made_up_failure_is_silent),
		TEST(a_request_that_is_ignored_is_found),
		TEST(a_failure_after_many_warnings_is_not_lost),
		TEST(a_call_of_psci_waits_for_its_completion),
		TEST(an_answer_that_nobody_asked_for_is_found),
		TEST(a_request_that_was_done_and_is_refused_is_found),
		TEST(a_request_of_which_a_part_was_done_is_refused),
		TEST(a_request_that_is_refused_is_silent),
		TEST(a_result_that_nobody_looks_at_is_found),
		TEST(another_try_is_silent),
		TEST(locks_may_be_required_of_a_command),
		TEST(accounting_follows_the_tables_of_the_monitor),
		TEST(freeing_a_page_that_others_hold_drops_a_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
