/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_RMI_DEV_RANGE_H
#define RMM_RMI_DEV_RANGE_H

/* Device memory that one entry maps: device-assignment.md#4, device-assignment.md#9.1 */

#include "rmm/rmi/rtt_args.h"

static inline bool level_dev(int64_t level)
{
	return level == RTT_LEVEL_PAGE || level == RTT_LEVEL_PAGE - 1;
}

static inline uint64_t dev_granules(int64_t level)
{
	return rtt_entry_size((int)level) / GRANULE_SIZE;
}

/*
 * All granules of the entry are device memory, and of one kind, since an entry has one set of memory
 * attributes. Returns the first or NULL.
 */
static inline struct granule *dev_range(const struct mem *mem, uint64_t pa, int64_t level)
{
	struct granule *first = mem_find(mem, pa);

	if (!first || mem_kind(mem, first) == GRANULE_DRAM)
		return NULL;
	for (uint64_t i = 1; i < dev_granules(level); i++) {
		struct granule *granule = mem_find(mem, pa + i * GRANULE_SIZE);

		if (!granule || mem_kind(mem, granule) != mem_kind(mem, first))
			return NULL;
	}
	return first;
}

static inline bool dev_delegated(const struct mem *mem, uint64_t pa, int64_t level)
{
	for (uint64_t i = 0; i < dev_granules(level); i++) {
		if (mem_find(mem, pa + i * GRANULE_SIZE)->state != GRANULE_DELEGATED)
			return false;
	}
	return true;
}

#endif
