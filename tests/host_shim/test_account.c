/* SPDX-License-Identifier: BSD-3-Clause */
/* Accounting: what calls cost in simulated time, what a scope has seen. host-shim.md#8.5 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/host_shim/found.h"
#include "tests/host_shim/realm.h"

#include <hshim/test.h>

static void time_stands_still_unless_calls_cost_something(void **state)
{
	(void)state;
	free_granule(new_granule());
	assert_int_equal(hshim_cycles(), 0);
	assert_int_equal(hshim_microseconds(), 0);
}

static void calls_take_what_they_cost(void **state)
{
	struct hshim_scope scope;

	(void)state;
	hshim_cost(0, 100);
	hshim_cost(SMC_RMI_GRANULE_DELEGATE, 2500);
	free_granule(new_granule());
	assert_int_equal(hshim_cycles(), 2600);
	assert_int_equal(hshim_microseconds(), 2);
	hshim_clock(100);
	assert_int_equal(hshim_microseconds(), 26);
	hshim_scope_begin(&scope, "scope");
	free_granule(new_granule());
	assert_int_equal(hshim_scope_cycles(&scope), 2600);
	assert_int_equal(hshim_cycles(), 5200);
	/* An unknown function costs what every call costs. */
	SMC(0xc40001ff, 0);
	assert_int_equal(hshim_cycles(), 5300);
}

static void a_stall_is_told_in_simulated_time(void **state)
{
	(void)state;
	hshim_cost(0, 1000);
	hshim_stall_after_us(4);
	free_granule(new_granule());
	cond_resched();
	free_granule(new_granule());
	found(NULL, 0);
	free_granule(new_granule());
	found("ctx.stall", 1);
	assert_non_null(hshim_finding(0));
	assert_int_equal(hshim_finding(0)->severity, HSHIM_WARNING);
	hshim_stall_after_us(0);
	free_granule(new_granule());
	free_granule(new_granule());
	found("ctx.stall", 1);
}

static void scopes_count_calls_switches_and_pages(void **state)
{
	struct hshim_scope outer, inner;
	unsigned long pa[3];

	(void)state;
	hshim_scope_begin(&outer, "outer");
	for (int i = 0; i < 3; i++)
		pa[i] = new_granule();
	free_granule(pa[0]);
	free_granule(pa[1]);
	hshim_scope_begin(&inner, "inner");
	free_granule(pa[2]);
	hshim_smc_fail(SMC_RMI_GRANULE_DELEGATE, 1, RMI_ERROR_INPUT, 0, HSHIM_BEFORE);
	SMC(SMC_RMI_GRANULE_DELEGATE, pa[2]);
	assert_int_equal(hshim_scope_calls(&outer, SMC_RMI_GRANULE_DELEGATE), 4);
	assert_int_equal(hshim_scope_calls(&inner, SMC_RMI_GRANULE_DELEGATE), 1);
	assert_int_equal(hshim_scope_calls(&inner, 0), 2);
	/* The failure never left Normal world. */
	assert_int_equal(hshim_scope_switches(&outer), 12);
	assert_int_equal(hshim_scope_switches(&inner), 2);
	assert_int_equal(hshim_world_switches(), 12);
	assert_int_equal(hshim_scope_peak(&outer), 3);
	assert_int_equal(hshim_scope_peak(&inner), 1);
	assert_int_equal(hshim_delegated_peak(), 3);
	HSHIM_ASSERT_SMC_LE(&inner, SMC_RMI_GRANULE_UNDELEGATE, 1);
	found(NULL, 0);
}

static void too_many_calls(void *argument)
{
	HSHIM_ASSERT_SMC_LE((struct hshim_scope *)argument, SMC_RMI_GRANULE_DELEGATE, 1);
}

static void too_many_calls_of_a_scope_fail(void **state)
{
	struct hshim_scope scope;

	(void)state;
	hshim_scope_begin(&scope, "scope");
	free_granule(new_granule());
	free_granule(new_granule());
	assert_false(hshim_try(too_many_calls, &scope));
	found("test", 1);
}

static void the_peak_of_caches(void **state)
{
	(void)state;
	hshim_cache_took();
	hshim_cache_took();
	hshim_cache_topped();
	hshim_cache_took();
	assert_int_equal(hshim_cache_peak(), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(time_stands_still_unless_calls_cost_something,
						open_quiet, close_quiet),
		cmocka_unit_test_setup_teardown(calls_take_what_they_cost, open_quiet, close_quiet),
		cmocka_unit_test_setup_teardown(a_stall_is_told_in_simulated_time, open_quiet,
						close_quiet),
		cmocka_unit_test_setup_teardown(scopes_count_calls_switches_and_pages, open_quiet,
						close_quiet),
		cmocka_unit_test_setup_teardown(too_many_calls_of_a_scope_fail, open_quiet,
						close_quiet),
		cmocka_unit_test_setup_teardown(the_peak_of_caches, open_quiet, close_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
