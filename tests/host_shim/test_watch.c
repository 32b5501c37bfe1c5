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

#include <hshim/base/lib.h>
#include <hshim/env.h>
#include <hshim/exit.h>
#include <rmmsim/abi.h>

#define SHARED (1ul << 38)
#define RAM    (1ul << 30)

static unsigned long rd, rec, run, root, tables[4];

static unsigned long smc(unsigned int fid, unsigned long a, unsigned long b, unsigned long c,
			 unsigned long d)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_invoke(fid, a, b, c, d, &res);
	return res.a0;
}

#define SMC4(fid, a, b, c, d, ...) smc(fid, a, b, c, d)
#define SMC(fid, ...)              SMC4(fid, __VA_ARGS__, 0, 0, 0, 0)
#define OK(...)                    assert_int_equal(SMC(__VA_ARGS__), RMI_SUCCESS)

static void *new_page(void)
{
	return (void *)__get_free_page(GFP_KERNEL | __GFP_ZERO);
}

static unsigned long new_granule(void)
{
	const unsigned long pa = virt_to_phys(new_page());

	OK(SMC_RMI_GRANULE_DELEGATE, pa);
	return pa;
}

static void free_granule(unsigned long pa)
{
	OK(SMC_RMI_GRANULE_UNDELEGATE, pa);
	free_page((unsigned long)phys_to_virt(pa));
}

static void new_realm(void)
{
	struct rmi_realm_params *params = new_page();

	rd = new_granule();
	root = new_granule();
	*params = (struct rmi_realm_params){.s2sz = 39,
					    .num_bps = 1,
					    .num_wps = 1,
					    .vmid = 1,
					    .rtt_base = root,
					    .rtt_level_start = 1,
					    .rtt_num_start = 1};
	OK(SMC_RMI_REALM_CREATE, rd, virt_to_phys(params));
	free_page((unsigned long)params);
}

static void new_tables(unsigned long ipa, unsigned long *table)
{
	for (int i = 0; i < 2; i++) {
		table[i] = new_granule();
		OK(SMC_RMI_RTT_CREATE, rd, table[i], ipa, i + 2);
	}
}

static void new_rec(void)
{
	struct rmi_rec_params *params = new_page();

	rec = new_granule();
	run = virt_to_phys(new_page());
	params->flags = RMI_REC_CREATE_FLAG_RUNNABLE;
	params->num_aux = 6;
	for (int i = 0; i < 6; i++)
		params->aux[i] = new_granule();
	OK(SMC_RMI_REC_CREATE, rd, rec, virt_to_phys(params));
}

static int setup(void **state)
{
	(void)state;
	if (!hshim_open(&(struct hshim_config){.rec_aux_count = 6}))
		return -1;
	hshim_report_to(-1, -1);
	new_realm();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	hshim_close();
	return 0;
}

/* --- descriptors ------------------------------------------------------------------------------------ */

#define NORMAL_RW ((5ul << 2) | (3ul << 6))

static void a_good_descriptor_is_silent(void **state)
{
	void *page = new_page();

	(void)state;
	new_tables(SHARED, tables);
	OK(SMC_RMI_RTT_MAP_UNPROTECTED, rd, SHARED, 3, virt_to_phys(page) | NORMAL_RW);
	assert_int_not_equal(SMC(SMC_RMI_RTT_MAP_UNPROTECTED, rd, SHARED + (1ul << 30), 3,
				 virt_to_phys(page) | NORMAL_RW),
			     RMI_SUCCESS); /* no table there */
	found(NULL, 0);
}

static void a_bad_attribute_is_found(void **state)
{
	(void)state;
	new_tables(SHARED, tables);
	SMC(SMC_RMI_RTT_MAP_UNPROTECTED, rd, SHARED, 3, virt_to_phys(new_page()) | 1ul << 55);
	found("map.attr", 1);
}

static void a_block_of_unaligned_memory_is_found(void **state)
{
	(void)state;
	new_tables(SHARED, tables);
	SMC(SMC_RMI_RTT_MAP_UNPROTECTED, rd, SHARED + (1ul << 30), 2, 0x80101000ul | NORMAL_RW);
	found("map.align", 1);
}

/* --- requests of a realm ---------------------------------------------------------------------------- */

/* The realm asks for [RAM, RAM + 2 pages), and the REC exits. */
static void ask(void)
{
	const struct hshim_exit exit = hshim_exit_ripas(RAM, RAM + 0x2000, RMI_RIPAS_RAM);

	new_tables(RAM, tables);
	new_rec();
	OK(SMC_RMI_REALM_ACTIVATE, rd);
	hshim_rec_push_exit(NULL, &exit);
	OK(SMC_RMI_REC_ENTER, rec, run);
}

static void progress_in_order_is_silent(void **state)
{
	(void)state;
	ask();
	OK(SMC_RMI_RTT_SET_RIPAS, rd, rec, RAM, RAM + 0x1000);
	OK(SMC_RMI_RTT_SET_RIPAS, rd, rec, RAM + 0x1000, RAM + 0x2000);
	OK(SMC_RMI_REC_ENTER, rec, run);
	found(NULL, 0);
}

static void progress_that_goes_back_is_found(void **state)
{
	(void)state;
	ask();
	OK(SMC_RMI_RTT_SET_RIPAS, rd, rec, RAM, RAM + 0x1000);
	SMC(SMC_RMI_RTT_SET_RIPAS, rd, rec, RAM, RAM + 0x2000);
	found("ripas.order", 1);
}

static void progress_after_a_made_up_failure_is_silent(void **state)
{
	(void)state;
	ask();
	hshim_smc_fail(SMC_RMI_RTT_SET_RIPAS, 1, RMI_ERROR_INPUT, 0, HSHIM_AFTER);
	SMC(SMC_RMI_RTT_SET_RIPAS, rd, rec, RAM, RAM + 0x1000);
	SMC(SMC_RMI_RTT_SET_RIPAS, rd, rec, RAM, RAM + 0x2000);
	found(NULL, 0);
}

static void a_request_that_is_ignored_is_found(void **state)
{
	(void)state;
	ask();
	OK(SMC_RMI_REC_ENTER, rec, run);
	found("resp.flags", 1);
}

static void a_request_that_is_refused_is_silent(void **state)
{
	struct rmi_rec_enter *enter;

	(void)state;
	ask();
	enter = phys_to_virt(run);
	enter->flags = RMI_REC_ENTER_FLAG_RIPAS_RESPONSE;
	OK(SMC_RMI_REC_ENTER, rec, run);
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
	SMC(SMC_RMI_RTT_CREATE, rd, pa, RAM, 2);
	found("smc.status_ignored", 1);
}

static void another_try_is_silent(void **state)
{
	const unsigned long pa = refused_page();

	(void)state;
	OK(SMC_RMI_GRANULE_DELEGATE, pa);
	OK(SMC_RMI_RTT_CREATE, rd, pa, RAM, 2);
	found(NULL, 0);
}

static void locks_may_be_required_of_a_command(void **state)
{
	struct hshim_lock lock = {.name = "mmu_lock"};
	unsigned long first = new_granule(), second = new_granule();

	(void)state;
	hshim_require_lock(SMC_RMI_RTT_CREATE, &lock, true);
	write_lock(&lock);
	OK(SMC_RMI_RTT_CREATE, rd, first, RAM, 2);
	write_unlock(&lock);
	found(NULL, 0);
	read_lock(&lock);
	OK(SMC_RMI_RTT_CREATE, rd, second, RAM, 3);
	read_unlock(&lock);
	found("lock.required", 1);
}

static void accounting_follows_the_tables_of_the_monitor(void **state)
{
	unsigned long table = new_granule();

	(void)state;
	assert_true(hshim_check_now()); /* code that does not account */
	OK(SMC_RMI_RTT_CREATE, rd, table, RAM, 2);
	hshim_account_pages(phys_to_virt(table), 1, "here");
	assert_true(hshim_check_now());
	hshim_account_pages(phys_to_virt(root), 1, "here");
	assert_true(hshim_check_now()); /* with the root */
	hshim_account_pages(phys_to_virt(rd), 1, "here");
	assert_false(hshim_check_now());
	found("leak.accounting", 1);
	hshim_account_pages(phys_to_virt(rd), -1, "here");
	hshim_account_pages(phys_to_virt(root), -1, "here");
	hshim_account_pages(phys_to_virt(table), -1, "here");
	OK(SMC_RMI_RTT_DESTROY, rd, RAM, 2);
	free_granule(table);
	assert_true(hshim_check_now());
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
		TEST(a_request_that_is_refused_is_silent),
		TEST(a_result_that_nobody_looks_at_is_found),
		TEST(another_try_is_silent),
		TEST(locks_may_be_required_of_a_command),
		TEST(accounting_follows_the_tables_of_the_monitor),
		TEST(freeing_a_page_that_others_hold_drops_a_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
