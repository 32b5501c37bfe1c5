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
	assert_int_equal(mem->unprotected, 0);
	for (unsigned int i = 0; i < 16; i++) {
		const struct granule *granule = mem_find(mem, DRAM_BASE + i * GRANULE_SIZE);

		assert_true(mem_protection_agrees(mem, granule));
	}
	mem_destroy(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instances_trap_and_go_in_several_threads),
		cmocka_unit_test(the_lock_orders_changes_of_several_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
