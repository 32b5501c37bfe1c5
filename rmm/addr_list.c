/* SPDX-License-Identifier: BSD-3-Clause */
#include "rmm/addr_list.h"

#include <string.h>

#define STATE_1_BIT (UINT64_C(1) << 63)

uint64_t addr_desc_state(const struct rmmsim *sim, uint64_t desc)
{
	if (quirk(sim, QUIRK_mem_state_1_bit))
		return desc >> 63;
	return RMMSIM_FIELD(desc, RMI_ADDR_RANGE_STATE);
}

uint64_t addr_desc_make(const struct rmmsim *sim, uint64_t pa, int level,
			enum rmi_op_mem_state state)
{
	const uint64_t size = (uint64_t)(RTT_LEVEL_PAGE - level);
	const uint64_t high = quirk(sim, QUIRK_mem_state_1_bit)
				      ? (state ? STATE_1_BIT : 0)
				      : (uint64_t)state << RMI_ADDR_RANGE_STATE_SHIFT;

	return high | (pa & RMI_ADDR_RANGE_ADDR_MASK) | UINT64_C(1) << RMI_ADDR_RANGE_COUNT_SHIFT |
	       size << RMI_ADDR_RANGE_SIZE_SHIFT;
}

unsigned int addr_list_clip(uint64_t pa, uint64_t count)
{
	const uint64_t room = (GRANULE_SIZE - (pa & GRANULE_MASK)) / sizeof(uint64_t);

	return (unsigned int)(count < room ? count : room);
}

struct granule *addr_list_granule(const struct rmmsim *sim, uint64_t pa)
{
	struct granule *granule = mem_find(sim->mem, pa);

	if (!granule || mem_kind(sim->mem, granule) != GRANULE_DRAM ||
	    granule->state != GRANULE_UNDELEGATED || granule->pas != GRANULE_PAS_NS)
		return NULL;
	return granule;
}

void addr_list_read(struct call *call, uint64_t pa, unsigned int count, struct addr_list *list)
{
	const uint64_t granule = pa & ~GRANULE_MASK;
	const uint8_t *bytes = mem_r(call->sim->mem, granule);

	call_ns_read(call, pa, count * sizeof(uint64_t));
	list->count = list->max = count;
	memcpy(list->desc, bytes + (pa & GRANULE_MASK), count * sizeof(uint64_t));
}

void addr_list_write(struct call *call, uint64_t pa, const uint64_t *desc, unsigned int count)
{
	uint8_t *bytes = mem_w(call->sim->mem, pa & ~GRANULE_MASK);

	memcpy(bytes + (pa & GRANULE_MASK), desc, count * sizeof(uint64_t));
	call_ns_write(call, pa, count * sizeof(uint64_t));
}

static bool join(uint64_t *desc, uint64_t block)
{
	const uint64_t size = rtt_entry_size(addr_desc_level(block));
	const uint64_t base = addr_desc_address(*desc), count = addr_desc_count(*desc);
	const uint64_t rest =
		RMI_ADDR_RANGE_ADDR_MASK | ((UINT64_C(1) << RMI_ADDR_RANGE_COUNT_WIDTH) - 1)
						   << RMI_ADDR_RANGE_COUNT_SHIFT;

	/* Another size or state. */
	if ((*desc & ~rest) != (block & ~rest) || count == RMI_ADDR_RANGE_MAX_COUNT)
		return false;
	if (addr_desc_address(block) == base - size)
		*desc -= size;
	else if (addr_desc_address(block) != base + count * size)
		return false;
	*desc += UINT64_C(1) << RMI_ADDR_RANGE_COUNT_SHIFT;
	return true;
}

bool addr_list_add(const struct rmmsim *sim, struct addr_list *list, uint64_t pa, int level,
		   enum rmi_op_mem_state state)
{
	const uint64_t block = addr_desc_make(sim, pa, level, state);

	for (unsigned int i = 0; i < list->count; i++) {
		if (join(&list->desc[i], block))
			return true;
	}
	if (list->count == list->max)
		return false;
	list->desc[list->count++] = block;
	return true;
}
