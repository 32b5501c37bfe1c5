/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the work of single commands costs without any monitor around it: the bounds that docs/performance.md compares
 * with. Memory is that of an instance, in ascending order where the command goes through memory so.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bench/support.h"

#define PAGE    4096u
#define PAGES   512u
#define ENTRIES 512u

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* The compiler knows nothing of what `p` points to. */
static void used(void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

static uint8_t *memory(struct rmmsim *sim)
{
	return rmmsim_host_ptr(sim, BENCH_FREE, PAGES * PAGE);
}

static void work_lock(struct rmmsim *sim, uint64_t times)
{
	(void)sim;
	while (times--) {
		pthread_mutex_lock(&mutex);
		pthread_mutex_unlock(&mutex);
	}
}

static void work_zero(struct rmmsim *sim, uint64_t times)
{
	uint8_t *p = memory(sim);

	for (uint64_t i = 0; i < times; i++) {
		memset(p + i % PAGES * PAGE, 0, PAGE);
		used(p);
	}
}

static void work_descriptors(struct rmmsim *sim, uint64_t times)
{
	uint64_t *table = (uint64_t *)memory(sim);

	for (uint64_t n = 0; n < times; n++) {
		for (unsigned int i = 0; i < ENTRIES; i++)
			table[i] = n;
		used(table);
	}
}

/* Levels 0 to 3: each load gives the address of the next. */
static void work_loads(struct rmmsim *sim, uint64_t times)
{
	uint8_t *p = memory(sim);
	uint64_t offset = 0;

	for (unsigned int level = 0; level < 3; level++) {
		const uint64_t next = (level + 1) * PAGE;

		memcpy(p + level * PAGE, &next, sizeof(next));
	}
	memset(p + 3 * PAGE, 0, PAGE);
	for (uint64_t n = 0; n < times; n++) {
		for (unsigned int level = 0; level < 4; level++) {
			const uint64_t index = level == 3 ? n % ENTRIES : 0;

			memcpy(&offset, p + offset + index * sizeof(offset), sizeof(offset));
		}
		used(&offset);
	}
}

static void work_copy(struct rmmsim *sim, uint64_t times)
{
	uint8_t half[PAGE / 2], *p = memory(sim);

	while (times--) {
		memcpy(half, p, sizeof(half));
		used(half);
		memcpy(p + sizeof(half), half, sizeof(half));
		used(p);
	}
}

int main(void)
{
	struct rmmsim *sim = bench_sim(RMMSIM_PROTECTION_OFF);

	if (!memory(sim))
		return 3;
	memset(memory(sim), 1, PAGES * PAGE);
	bench_begin("limits");
	bench_calls("lock and unlock", sim, work_lock, 1000000);
	bench_calls("zero a page", sim, work_zero, 500000);
	bench_calls("write 512 descriptors", sim, work_descriptors, 500000);
	bench_calls("four dependent loads", sim, work_loads, 2000000);
	bench_calls("copy 2 KiB in and 2 KiB out", sim, work_copy, 500000);
	bench_end();
	rmmsim_destroy(sim);
	return 0;
}
