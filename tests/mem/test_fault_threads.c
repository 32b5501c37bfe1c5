/* SPDX-License-Identifier: BSD-3-Clause */
/* Instances come and go in several threads while others take faults. */
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "tests/mem/support.h"

#define THREADS 4
#define ROUNDS  25

struct worker {
	sigjmp_buf to;
	unsigned int traps;
	uint64_t pa;
};

static void count_trap(void *context, const struct rmmsim_gpf *gpf)
{
	struct worker *worker = context;

	worker->traps++;
	worker->pa = gpf->pa;
	siglongjmp(worker->to, 1);
}

static void trap_once(struct worker *worker, unsigned int round)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_TRAP);
	const uint64_t pa = DRAM_BASE + round * GRANULE_SIZE;
	struct mem *mem;

	config.gpf = count_trap;
	config.gpf_context = worker;
	if (mem_create(&config, &mem, NULL) != RMMSIM_OK)
		return;
	test_state(mem, pa, GRANULE_DELEGATED);
	/* With the mask: the thread sanitizer blocks every signal in a handler. */
	if (sigsetjmp(worker->to, 1) == 0)
		*(volatile char *)mem_host(mem, pa, 1) = 1;
	if (worker->pa != pa)
		worker->traps = 0;
	mem_destroy(mem);
}

static void *work(void *context)
{
	for (unsigned int round = 0; round < ROUNDS; round++)
		trap_once(context, round);
	return NULL;
}

static void instances_trap_and_go_in_several_threads(void **state)
{
	const int null = open("/dev/null", O_WRONLY), console = dup(STDERR_FILENO);
	static struct worker workers[THREADS];
	pthread_t threads[THREADS];

	(void)state;
	dup2(null, STDERR_FILENO); /* the reports */
	for (unsigned int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	dup2(console, STDERR_FILENO);
	for (unsigned int i = 0; i < THREADS; i++)
		assert_int_equal(workers[i].traps, ROUNDS);
	close(console);
	close(null);
}

static void *change(void *context)
{
	struct mem *mem = context;

	for (unsigned int i = 0; i < 2000; i++) {
		test_state(mem, DRAM_BASE + i % 16 * GRANULE_SIZE, GRANULE_DELEGATED);
		test_state(mem, DRAM_BASE + i % 16 * GRANULE_SIZE, GRANULE_UNDELEGATED);
	}
	return NULL;
}

static void the_lock_orders_changes_of_several_threads(void **state)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_TRAP);
	pthread_t threads[THREADS];

	(void)state;
	for (unsigned int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, change, mem), 0);
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal((int)mem_unprotected(mem), 0);
	for (unsigned int i = 0; i < 16; i++) {
		const struct granule *granule = mem_find(mem, DRAM_BASE + i * GRANULE_SIZE);

		assert_true(mem_protection_agrees(mem, granule));
	}
	mem_destroy(mem);
}

/* --- granules that open at the first access --- */

struct toucher {
	struct mem *mem;
	volatile uint8_t *host;
	unsigned int first, step, count;
	bool wrong;
};

static void *touch_pages(void *context)
{
	struct toucher *toucher = context;

	for (unsigned int i = 0; i < toucher->count; i++) {
		const unsigned int n = toucher->first + i * toucher->step;

		if (toucher->host[n * GRANULE_SIZE] != 0)
			toucher->wrong = true;
	}
	return NULL;
}

static void several_threads_touch_the_same_closed_memory(void **state)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_TRAP);
	struct toucher touchers[THREADS];
	pthread_t threads[THREADS];

	(void)state;
	for (unsigned int i = 0; i < THREADS; i++) {
		touchers[i] = (struct toucher){mem,  mem_host(mem, DRAM_BASE, DRAM_TOP - DRAM_BASE),
					       0,    1 + i / 2,
					       1000, false};
		pthread_create(&threads[i], NULL, touch_pages, &touchers[i]);
	}
	for (unsigned int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_false(touchers[i].wrong);
	}
	mem_destroy(mem);
}

/* Its own pages open and close while others around them do. */
static void *use_and_delegate(void *context)
{
	struct toucher *toucher = context;

	for (unsigned int i = 0; i < 1000; i++) {
		const unsigned int n = toucher->first + i % 4 * toucher->step;
		const uint64_t pa = DRAM_BASE + n * GRANULE_SIZE;

		toucher->host[n * GRANULE_SIZE] = (uint8_t)i;
		test_state(toucher->mem, pa, GRANULE_DELEGATED);
		if (!mem_protection_agrees(toucher->mem, mem_find(toucher->mem, pa)))
			toucher->wrong = true;
		if (i % 3)
			test_state(toucher->mem, pa, GRANULE_DATA);
		test_state(toucher->mem, pa, GRANULE_UNDELEGATED);
		if (toucher->host[n * GRANULE_SIZE] != (uint8_t)i)
			toucher->wrong = true;
	}
	return NULL;
}

static void threads_use_and_delegate_granules_next_to_each_other(void **state)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_TRAP);
	struct toucher touchers[THREADS];
	pthread_t threads[THREADS];

	(void)state;
	for (unsigned int i = 0; i < THREADS; i++) {
		touchers[i] = (struct toucher){
			mem, mem_host(mem, DRAM_BASE, DRAM_TOP - DRAM_BASE), i, THREADS, 0, false};
		pthread_create(&threads[i], NULL, use_and_delegate, &touchers[i]);
	}
	for (unsigned int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_false(touchers[i].wrong);
	}
	assert_int_equal((int)mem_unprotected(mem), 0);
	mem_destroy(mem);
}

/* A granule that others want to open is delegated under their hands. */
static void *open_again(void *context)
{
	struct toucher *toucher = context;

	while (!__atomic_load_n(&toucher->wrong, __ATOMIC_RELAXED))
		mem_host(toucher->mem, DRAM_BASE, 16 * GRANULE_SIZE);
	return NULL;
}

static void a_granule_that_is_being_opened_is_closed_when_it_is_delegated(void **state)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_TRAP);
	struct toucher toucher = {.mem = mem};
	pthread_t thread;

	(void)state;
	pthread_create(&thread, NULL, open_again, &toucher);
	for (unsigned int i = 0; i < 4000; i++) {
		const uint64_t pa = DRAM_BASE + i % 16 * GRANULE_SIZE;
		bool agrees;

		test_state(mem, pa, GRANULE_DELEGATED);
		agrees = mem_protection_agrees(mem, mem_find(mem, pa));
		test_state(mem, pa, GRANULE_UNDELEGATED);
		assert_true(agrees);
	}
	__atomic_store_n(&toucher.wrong, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	assert_int_equal((int)mem_unprotected(mem), 0);
	mem_destroy(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instances_trap_and_go_in_several_threads),
		cmocka_unit_test(the_lock_orders_changes_of_several_threads),
		cmocka_unit_test(several_threads_touch_the_same_closed_memory),
		cmocka_unit_test(threads_use_and_delegate_granules_next_to_each_other),
		cmocka_unit_test(a_granule_that_is_being_opened_is_closed_when_it_is_delegated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
