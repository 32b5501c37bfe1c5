/* SPDX-License-Identifier: BSD-3-Clause */
#include "mem/mem.h"

void mem_watch_start(struct mem *mem)
{
	mem->watched = mem->watch_bits;
}

void mem_watch(struct mem *mem, uint64_t pa)
{
	const uint32_t index = mem_index(mem, mem_find(mem, pa));

	if (!mem->watched)
		return;
	mem->watched[index / 64] |= 1ull << index % 64;
	mem->settled[index / 64] &= ~(1ull << index % 64);
}

void mem_watch_changed(struct mem *mem, uint32_t index)
{
	struct mem_log *log = &mem->log;

	mem->watched[index / 64] &= ~(1ull << index % 64);
	log->granule[log->lines % MEM_LOG_LINES] = index;
	/* Readers look at the lines with the lock held; the count alone tells them to come. */
	__atomic_store_n(&log->lines, log->lines + 1, __ATOMIC_RELEASE);
}

void mem_watch_lost(struct mem *mem)
{
	if (!mem->watched)
		return;
	/* No reader has seen that many lines. */
	__atomic_store_n(&mem->log.lines, mem->log.lines + MEM_LOG_LINES + 1, __ATOMIC_RELEASE);
}

size_t mem_watch_read(const struct mem *mem, uint64_t *line, uint64_t *pa, size_t size)
{
	const struct mem_log *log = &mem->log;
	size_t count = 0;

	if (log->lines - *line > MEM_LOG_LINES) {
		*line = log->lines;
		return SIZE_MAX;
	}
	while (*line != log->lines && count < size) {
		const uint32_t index = log->granule[*line % MEM_LOG_LINES];

		pa[count++] = mem_pa(mem, mem_at_index(mem, index));
		++*line;
	}
	return count;
}
