/* SPDX-License-Identifier: BSD-3-Clause */
/* Two CPUs that are threads: locks exclude, contexts are apart, nothing is counted wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <string.h>
#include <cmocka.h>

#include "tests/host_shim/found.h"
#include "tests/host_shim/realm.h"

#define CPUS   3
#define ROUNDS 200

struct cpu {
	pthread_t thread;
	unsigned int pe;
	bool failed;
};

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);
static DEFINE_RWLOCK(rw);
static unsigned long counter, counter_rw, pages[8];
static unsigned int page_count;

static int setup(void **state)
{
	(void)state;
	counter = counter_rw = 0;
	if (!hshim_open(&(struct hshim_config){.threads = true, .rec_aux_count = 6}))
		return -1;
	hshim_report_to(-1, -1);
	return 0;
}

static void run_cpus(void *(*fn)(void *))
{
	struct cpu cpus[CPUS];

	memset(cpus, 0, sizeof(cpus));
	for (unsigned int i = 0; i < CPUS; i++)
		assert_int_equal(pthread_create(&cpus[i].thread, NULL, fn, &cpus[i]), 0);
	for (unsigned int i = 0; i < CPUS; i++)
		pthread_join(cpus[i].thread, NULL);
	for (unsigned int i = 0; i < CPUS; i++)
		assert_false(cpus[i].failed);
}

static void *count(void *argument)
{
	(void)argument;
	for (int i = 0; i < ROUNDS; i++) {
		mutex_lock(&mutex);
		spin_lock(&lock);
		counter++;
		spin_unlock(&lock);
		mutex_unlock(&mutex);
		write_lock(&rw);
		counter_rw++;
		cond_resched_rwlock_write(&rw);
		counter_rw++;
		write_unlock(&rw);
	}
	return NULL;
}

static void locks_exclude(void **state)
{
	(void)state;
	run_cpus(count);
	assert_int_equal(counter, CPUS * ROUNDS);
	assert_int_equal(counter_rw, 2 * CPUS * ROUNDS);
	found(NULL, 0);
}

/* Granules go and come, pages are shared under a lock, allocations are of all kinds. */
static void *work(void *argument)
{
	struct cpu *cpu = argument;

	for (int i = 0; i < ROUNDS; i++) {
		const unsigned long pa = virt_to_phys(new_page());
		void *p = kmalloc(64, GFP_KERNEL);
		unsigned long old = 0;

		if (SMC(SMC_RMI_GRANULE_DELEGATE, pa) != RMI_SUCCESS ||
		    SMC(SMC_RMI_GRANULE_UNDELEGATE, pa) != RMI_SUCCESS)
			cpu->failed = true;
		kfree(p);
		spin_lock(&lock);
		if (page_count == ARRAY_SIZE(pages))
			old = pages[--page_count];
		pages[page_count++] = (unsigned long)phys_to_virt(pa);
		spin_unlock(&lock);
		free_page(old);
	}
	return NULL;
}

static void counters_and_allocations_are_right(void **state)
{
	(void)state;
	page_count = 0;
	run_cpus(work);
	assert_int_equal(page_count, ARRAY_SIZE(pages));
	while (page_count)
		free_page(pages[--page_count]);
	assert_int_equal(hshim_calls(SMC_RMI_GRANULE_DELEGATE), CPUS * ROUNDS);
	assert_int_equal(hshim_delegated_pages(), 0);
	assert_int_equal(hshim_pages_in_use(), 0);
	hshim_check_end();
	found(NULL, 0);
}

/* Calls are made on several CPUs at once; each has a number of its own. */
#define CALLS (CPUS * ROUNDS * 2)

static void note_number(void *context, struct hshim_call *call)
{
	unsigned char *seen = context;

	if (call->number <= CALLS)
		seen[call->number]++;
}

static void each_call_has_its_number(void **state)
{
	unsigned char seen[CALLS + 1] = {0};

	(void)state;
	page_count = 0;
	assert_true(hshim_smc_hook(0, HSHIM_AFTER, note_number, seen) >= 0);
	run_cpus(work);
	for (size_t i = 1; i < ARRAY_SIZE(seen); i++)
		assert_int_equal(seen[i], 1);
}

static void *sleep_elsewhere(void *argument)
{
	(void)argument;
	might_sleep();
	hshim_lock_required(&lock, 0, "not held here", "test");
	return NULL;
}

static void the_context_is_that_of_the_thread(void **state)
{
	(void)state;
	spin_lock(&lock);
	run_cpus(sleep_elsewhere);
	found(NULL, 0);
	might_sleep();
	spin_unlock(&lock);
	found("ctx.sleep", 1);
}

static void *own_pe(void *argument)
{
	struct cpu *cpu = argument;

	SMC(SMC_RMI_VERSION, 0x10001);
	cpu->pe = hshim_set_pe(0);
	cpu->failed = cpu->pe == 0;
	return NULL;
}

static void each_thread_has_a_pe(void **state)
{
	(void)state;
	run_cpus(own_pe);
	assert_int_equal(hshim_set_pe(0), 0);
}

static void *keep_lock(void *argument)
{
	(void)argument;
	mutex_lock(&mutex);
	return NULL;
}

static void a_lock_that_a_thread_keeps_is_found(void **state)
{
	pthread_t thread;

	(void)state;
	pthread_create(&thread, NULL, keep_lock, NULL);
	pthread_join(thread, NULL);
	hshim_check_end();
	found("lock.unbalanced", 1);
	mutex_init(&mutex);
}

static void take_twice(void *argument)
{
	(void)argument;
	spin_lock(&lock);
	spin_lock(&lock);
}

static void *deadlock(void *argument)
{
	struct cpu *cpu = argument;

	cpu->failed = hshim_try(take_twice, NULL);
	return NULL;
}

static void a_thread_that_waits_for_itself_leaves_the_test(void **state)
{
	(void)state;
	run_cpus(deadlock);
	found("lock.order", CPUS);
	/* It is free now. */
	spin_lock(&lock);
	spin_unlock(&lock);
}

/* A REC runs without the lock of host_shim: the other thread's calls go on meanwhile. */
static void *enter(void *argument)
{
	const struct test_realm *realm = argument;

	for (int i = 0; i < ROUNDS; i++)
		if (SMC(SMC_RMI_REC_ENTER, realm->rec, realm->run) != RMI_SUCCESS)
			return argument;
	return NULL;
}

static void a_rec_runs_while_another_cpu_calls(void **state)
{
	struct test_realm realm = {.rd = new_granule(), .root = new_granule()};
	struct rmi_realm_params *params = new_page();
	void *failed = &realm;
	pthread_t thread;

	(void)state;
	*params = (struct rmi_realm_params){.s2sz = 39,
					    .num_bps = 1,
					    .num_wps = 1,
					    .vmid = 1,
					    .rtt_base = realm.root,
					    .rtt_level_start = 1,
					    .rtt_num_start = 1};
	OK(SMC_RMI_REALM_CREATE, realm.rd, virt_to_phys(params));
	new_rec(&realm);
	OK(SMC_RMI_REALM_ACTIVATE, realm.rd);
	pthread_create(&thread, NULL, enter, &realm);
	run_cpus(work);
	pthread_join(thread, &failed);
	assert_null(failed);
}

static void no_recording_with_threads(void **state)
{
	(void)state;
	assert_false(hshim_trace_start("/dev/null"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(locks_exclude, setup, close_quiet),
		cmocka_unit_test_setup_teardown(counters_and_allocations_are_right, setup,
						close_quiet),
		cmocka_unit_test_setup_teardown(each_call_has_its_number, setup, close_quiet),
		cmocka_unit_test_setup_teardown(the_context_is_that_of_the_thread, setup,
						close_quiet),
		cmocka_unit_test_setup_teardown(each_thread_has_a_pe, setup, close_quiet),
		cmocka_unit_test_setup_teardown(a_lock_that_a_thread_keeps_is_found, setup,
						close_quiet),
		cmocka_unit_test_setup_teardown(a_thread_that_waits_for_itself_leaves_the_test,
						setup, close_quiet),
		cmocka_unit_test_setup_teardown(a_rec_runs_while_another_cpu_calls, setup,
						close_quiet),
		cmocka_unit_test_setup_teardown(no_recording_with_threads, setup, close_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
