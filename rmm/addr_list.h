/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_ADDR_LIST_H
#define RMM_ADDR_LIST_H

/*
 * Address range descriptors (rmm-2.0.md#3): each names `count` blocks of one size from an address on. A list is
 * an array of them, 8-byte aligned, that lies in one Non-secure granule.
 */

#include "rmm/call.h"

#define ADDR_LIST_MAX 512

struct addr_list {
	unsigned int count, max;
	uint64_t desc[ADDR_LIST_MAX];
};

static inline int addr_desc_level(uint64_t desc)
{
	return RTT_LEVEL_PAGE - (int)RMMSIM_FIELD(desc, RMI_ADDR_RANGE_SIZE);
}

static inline uint64_t addr_desc_count(uint64_t desc)
{
	return RMMSIM_FIELD(desc, RMI_ADDR_RANGE_COUNT);
}

static inline uint64_t addr_desc_address(uint64_t desc)
{
	return desc & RMI_ADDR_RANGE_ADDR_MASK;
}

/* enum rmi_op_mem_state. The first beta had one bit for it: quirk mem-state-1-bit. */
uint64_t addr_desc_state(const struct rmmsim *sim, uint64_t desc);
uint64_t addr_desc_make(const struct rmmsim *sim, uint64_t pa, int level,
			enum rmi_op_mem_state state);

/* Slots from `pa` to the end of its granule, at most `count` of them. `pa` is aligned to 8. */
unsigned int addr_list_clip(uint64_t pa, uint64_t count);
/* The Non-secure granule that a list at `pa` lies in, or NULL. */
struct granule *addr_list_granule(const struct rmmsim *sim, uint64_t pa);
/* `count` is clipped, the granule is Non-secure. */
void addr_list_read(struct call *call, uint64_t pa, unsigned int count, struct addr_list *list);
void addr_list_write(struct call *call, uint64_t pa, const uint64_t *desc, unsigned int count);

/*
 * Adds a block to an output list: it joins the first entry that it continues at either end, or makes a new
 * one. False: it does not fit into `max` entries.
 */
bool addr_list_add(const struct rmmsim *sim, struct addr_list *list, uint64_t pa, int level,
		   enum rmi_op_mem_state state);

#endif
