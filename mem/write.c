/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "mem/mem.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* A table of level 2 maps as much. */
#define COMMIT_MAX 512u

static bool has(const uint64_t *bits, uint32_t index)
{
	return bits[index / 64] >> index % 64 & 1;
}

static void add(uint64_t *bits, uint32_t index)
{
	bits[index / 64] |= 1ull << index % 64;
}

/* How many granules just before this one have memory. */
static uint32_t run_before(const struct mem *mem, const struct mem_bank *bank, uint32_t index)
{
	uint32_t low = index;

	while (low > bank->first && index - low < COMMIT_MAX && has(mem->committed, low - 1))
		low--;
	return index - low;
}

/* Granules without memory from this one on, at most `max`. */
static uint32_t run_after(const struct mem *mem, const struct mem_bank *bank, uint32_t index,
			  uint32_t max)
{
	const uint32_t end = bank->first + (uint32_t)(bank->size >> GRANULE_SHIFT);
	uint32_t high = index + 1;

	while (high < end && high - index < max && !has(mem->committed, high))
		high++;
	return high - index;
}

/*
 * A page fault for each granule costs several times as much as to ask for many at once. A caller that fills
 * memory in ascending order gets as much again as lies filled before: at most half of it is for nothing.
 * A system that cannot do it serves the fault instead.
 */
static void commit(struct mem *mem, const struct mem_bank *bank, uint32_t index)
{
	const uint32_t count = run_after(mem, bank, index, run_before(mem, bank, index));
	uint8_t *at = bank->realm + ((uint64_t)(index - bank->first) << GRANULE_SHIFT);

	for (uint32_t i = 0; i < count; i++)
		add(mem->committed, index + i);
	if (count > 1)
		madvise(at, (uint64_t)count << GRANULE_SHIFT, MADV_POPULATE_WRITE);
}

void mem_write_first(struct mem *mem, const struct mem_bank *bank, uint32_t index)
{
	mem_watch_check(mem, index);
	if (!has(mem->committed, index))
		commit(mem, bank, index);
	granule_set_add(&mem->written, index);
	add(mem->settled, index);
}
