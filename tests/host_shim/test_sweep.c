/* SPDX-License-Identifier: BSD-3-Clause */
/* Sweeps: runs that share a process see nothing of each other, and what fails, fails alone as well. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/host_shim/found.h"

#include <hshim/base/lib.h>
#include <hshim/env.h>
#include <hshim/mm/alloc.h>

#define PAGES 6

/* Shared with the processes of the runs. */
struct seen {
	unsigned int runs, processes;
	pid_t last;
};

static struct seen *seen;
static int *before; /* from malloc() */
static int counter = 40;
static int zero;

static int setup(void **state)
{
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	before = calloc(1, sizeof(*before));
	return open_quiet(state);
}

static int teardown(void **state)
{
	close_quiet(state);
	free(before);
	return munmap(seen, sizeof(*seen));
}

static void note_run(void)
{
	seen->runs++;
	seen->processes += seen->last != getpid();
	seen->last = getpid();
}

/* What a host may do: a granule goes to Realm world and comes back. Returns whether all went well. */
static bool visit(unsigned long at)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_invoke(hshim_fid("GRANULE_DELEGATE"), virt_to_phys((void *)at), &res);
	if (res.a0)
		return false;
	arm_smccc_1_1_invoke(hshim_fid("GRANULE_UNDELEGATE"), virt_to_phys((void *)at), &res);
	return res.a0 == 0;
}

static void clean(void)
{
	unsigned long at[PAGES];

	note_run();
	if (counter++ != 40 || zero++ != 0)
		hshim_report(HSHIM_O_BUG, "variables are those of another run");
	for (int i = 0; i < PAGES; i++) {
		at[i] = __get_free_page(GFP_KERNEL);
		if (at[i])
			visit(at[i]);
	}
	for (int i = 0; i < PAGES; i++)
		free_page(at[i]);
}

/* The page of the third allocation is lost when the fourth fails. */
static void leaks_at_four(void)
{
	unsigned long at[PAGES] = {0};
	int i = 0;

	note_run();
	while (i < PAGES && (at[i] = __get_free_page(GFP_KERNEL)))
		i++;
	for (int n = 0; n < PAGES; n++)
		if (i != 3 || n != 2)
			free_page(at[n]);
}

static void dies_at_four(void)
{
	unsigned long at[PAGES] = {0};
	int i = 0;

	note_run();
	while (i < PAGES && (at[i] = __get_free_page(GFP_KERNEL)))
		i++;
	if (i == 3)
		raise(SIGKILL);
	for (int n = 0; n < PAGES; n++)
		free_page(at[n]);
}

static void crashes_at_four(void)
{
	unsigned long at[PAGES] = {0};
	volatile uintptr_t nowhere = 16;
	int i = 0;

	note_run();
	while (i < PAGES && (at[i] = __get_free_page(GFP_KERNEL)))
		i++;
	if (i == 3)
		*(volatile int *)nowhere = 1;
	for (int n = 0; n < PAGES; n++)
		free_page(at[n]);
}

/* Remembers in memory that was there before the sweep. */
static void remembers(void)
{
	const unsigned long at = __get_free_page(GFP_KERNEL);

	note_run();
	free_page(__get_free_page(GFP_KERNEL));
	free_page(at);
	if ((*before)++)
		hshim_report(HSHIM_O_BUG, "this is not the first run");
}

static unsigned int sweep(void (*fn)(void), bool apart, struct hshim_sweep *result)
{
	*result = (struct hshim_sweep){.name = "test", .apart = apart};
	memset(seen, 0, sizeof(*seen));
	return hshim_sweep_alloc_kinds(fn, HSHIM_ALLOC_ANY, result);
}

static bool together(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	return false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
	return false;
#endif
#endif
	return true;
}

static void runs_see_nothing_of_each_other(void **state)
{
	struct hshim_sweep result;

	(void)state;
	assert_int_equal(sweep(clean, false, &result), 0);
	assert_int_equal(result.points, PAGES);
	assert_int_equal(result.runs, PAGES + 1);
	assert_int_equal(seen->runs, PAGES + 1);
	assert_int_equal(seen->processes, together() ? 2 : PAGES + 1);
	/* Those of this process were never touched. */
	assert_int_equal(counter, 40);
}

static void each_run_has_a_process_if_wanted(void **state)
{
	struct hshim_sweep result;

	(void)state;
	assert_int_equal(sweep(clean, true, &result), 0);
	assert_int_equal(seen->processes, PAGES + 1);
}

static void the_same_points_fail_together_and_apart(void **state)
{
	void (*const fn[])(void) = {leaks_at_four, dies_at_four, crashes_at_four};
	struct hshim_sweep result;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(fn); i++)
		for (int apart = 0; apart < 2; apart++) {
			assert_int_equal(sweep(fn[i], apart, &result), 1);
			assert_int_equal(result.points, PAGES);
			assert_int_equal(result.runs, PAGES + 1);
			assert_int_equal(result.first_failed, 4);
		}
	hshim_findings_reset();
}

static void a_run_that_fails_only_after_others_is_no_failure(void **state)
{
	struct hshim_sweep result;

	(void)state;
	assert_int_equal(sweep(remembers, false, &result), 0);
	assert_int_equal(result.runs, result.points + 1);
	assert_int_equal(*before, 0);
}

static void refused_commands_are_swept_too(void **state)
{
	struct hshim_sweep result = {.name = "test"};

	(void)state;
	memset(seen, 0, sizeof(*seen));
	assert_int_equal(hshim_sweep_smc_full(clean, NULL, &result), 0);
	assert_int_equal(result.points, PAGES); /* what takes back is not refused */
	assert_int_equal(result.runs, PAGES + 2);
	assert_int_equal(seen->runs, PAGES + 2);
}

static void at_most_so_many_points(void **state)
{
	struct hshim_sweep result = {.name = "test", .limit = 2};

	(void)state;
	assert_int_equal(hshim_sweep_alloc_kinds(clean, HSHIM_ALLOC_PAGE, &result), 0);
	assert_int_equal(result.points, PAGES);
	assert_int_equal(result.runs, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(runs_see_nothing_of_each_other, setup, teardown),
		cmocka_unit_test_setup_teardown(each_run_has_a_process_if_wanted, setup, teardown),
		cmocka_unit_test_setup_teardown(the_same_points_fail_together_and_apart, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_run_that_fails_only_after_others_is_no_failure,
						setup, teardown),
		cmocka_unit_test_setup_teardown(refused_commands_are_swept_too, setup, teardown),
		cmocka_unit_test_setup_teardown(at_most_so_many_points, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
