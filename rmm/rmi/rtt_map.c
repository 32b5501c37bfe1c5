/* SPDX-License-Identifier: BSD-3-Clause */
/* RMI_RTT_DATA_MAP and RMI_RTT_UNPROT_MAP: rmm-2.0.md#9.2, rmm-2.0.md#9.3 */
#include <string.h>

#include "rmm/addr_list.h"
#include "rmm/op.h"
#include "rmm/rmi/rtt_args.h"

/* The rows of a map command. */
struct map_rows {
	enum smc_condition_id rd, realm_state, size_valid, type, list, desc_state, range,
		size_level;
	enum smc_condition_id rtt_walk, block, rtte_state;
};

#define MAP_ROWS(command)                                                                         \
	{                                                                                         \
		.rd = COND_RMI_##command##_rd_align,                                              \
		.realm_state = COND_RMI_##command##_realm_state,                                  \
		.size_valid = COND_RMI_##command##_size_valid, .type = COND_RMI_##command##_type, \
		.list = COND_RMI_##command##_list, .desc_state = COND_RMI_##command##_desc_state, \
		.range = COND_RMI_##command##_range,                                              \
		.size_level = COND_RMI_##command##_size_level,                                    \
		.rtt_walk = COND_RMI_##command##_rtt_walk, .block = COND_RMI_##command##_block,   \
		.rtte_state = COND_RMI_##command##_rtte_state,                                    \
	}

enum block_result { BLOCK_DONE, BLOCK_INPUT, BLOCK_RTT };

/* A map in progress. */
struct map {
	const struct map_rows *rows;
	bool protected;
	bool check_state;
	enum rmi_op_mem_state state; /* that descriptors have to name */
	/* Maps one block at `walk`, or tells what is in the way. */
	enum block_result (*block)(struct call *call, struct map *map, const struct rtt_walk *walk,
				   uint64_t pa, bool perform);

	const struct realm *realm;
	struct granule *rd;
	struct addr_list list;
	unsigned int next; /* descriptor of the list */
	int level;
	uint64_t size; /* of a block */
};

#define REQUIRE_ROW(call, row, holds, level)                              \
	do {                                                              \
		if (!(holds) && call_refuse((call), (row), (int)(level))) \
			return;                                           \
	} while (0)

/* --- arguments ------------------------------------------------------------------------------- */

static bool list_usable(const struct call *call)
{
	const uint64_t pa = call->x[5];

	return pa % sizeof(uint64_t) == 0 &&
	       addr_list_clip(pa, RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_COUNT)) != 0 &&
	       addr_list_granule(call->sim, pa);
}

static void read_addresses(struct call *call, struct map *map)
{
	const uint64_t type = RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_TYPE), pa = call->x[5];
	const uint64_t count = RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_COUNT);

	if (type == RMI_ADDR_SET_LIST && list_usable(call)) {
		addr_list_read(call, pa, addr_list_clip(pa, count), &map->list);
		return;
	}
	map->list.count = map->list.max = 1;
	map->list.desc[0] = pa;
}

static bool range_valid(const struct call *call, const struct map *map)
{
	const struct rtt_s2 *s2 = &map->realm->s2;
	const uint64_t base = call->x[2], last = call->x[3] - GRANULE_SIZE;
	const bool protected = rtt_protected(s2, base) && rtt_protected(s2, last);

	if (map->level < 1 || !rtt_in_range(s2, base) || !rtt_level_aligned(base, map->level))
		return false;
	if (!rtt_in_range(s2, last) || (last & GRANULE_MASK))
		return false;
	if (!map->protected && rtt_protected(s2, base) &&
	    !quirk(call->sim, QUIRK_unprot_starts_protected))
		return false;
	return protected == map->protected;
}

static void check_arguments(struct call *call, struct map *map)
{
	const uint64_t type = RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_TYPE);
	const struct map_rows *rows = map->rows;
	const bool typed = type == RMI_ADDR_SET_SINGLE || type == RMI_ADDR_SET_LIST;

	map->realm = call_realm(call, rows->rd, call->x[1], &map->rd);
	RESOLVED(call);
	REQUIRE_ROW(call, rows->realm_state,
		    WITH(map->realm,
			 map->realm->state == REALM_NEW || map->realm->state == REALM_ACTIVE),
		    0);
	REQUIRE_ROW(call, rows->size_valid, call->x[3] > call->x[2], 0);
	REQUIRE_ROW(call, rows->type, typed, 0);
	REQUIRE_ROW(call, rows->list, type != RMI_ADDR_SET_LIST || list_usable(call), 0);
	if (type == RMI_ADDR_SET_LIST && !list_usable(call)) {
		map->realm = NULL; /* a dry run: there is no block to look at */
		return;
	}
	read_addresses(call, map);
	map->level = addr_desc_level(map->list.desc[0]);
	map->size = rtt_entry_size(map->level);
	REQUIRE_ROW(call, rows->desc_state,
		    !map->check_state ||
			    addr_desc_state(call->sim, map->list.desc[0]) == map->state,
		    0);
	REQUIRE_ROW(call, rows->range, WITH(map->realm, range_valid(call, map)), 0);
	REQUIRE_ROW(call, rows->size_level, call->x[3] - call->x[2] >= map->size, map->level);
}

/* --- blocks ---------------------------------------------------------------------------------- */

/* The next block of the list; false when there is none. */
static bool next_block(struct map *map, uint64_t *desc)
{
	while (map->next < map->list.count && addr_desc_count(map->list.desc[map->next]) == 0)
		map->next++;
	if (map->next == map->list.count)
		return false;
	*desc = map->list.desc[map->next];
	map->list.desc[map->next] += rtt_entry_size(addr_desc_level(*desc)) -
				     (UINT64_C(1) << RMI_ADDR_RANGE_COUNT_SHIFT);
	return true;
}

static enum block_result map_next(struct call *call, struct map *map, const struct rtt_walk *walk,
				  uint64_t ipa, bool perform)
{
	uint64_t desc, pa;

	if (!next_block(map, &desc))
		return BLOCK_INPUT;
	pa = addr_desc_address(desc);
	if (map->check_state && addr_desc_state(call->sim, desc) != map->state)
		return BLOCK_INPUT;
	if (addr_desc_level(desc) != map->level || map->size > call->x[3] - ipa)
		return BLOCK_RTT;
	if (pa % map->size != 0 || !pa_encodable(map->realm, pa + map->size - 1))
		return BLOCK_INPUT;
	return map->block(call, map, walk, pa, perform);
}

static struct rtt_walk entry_at(const struct call *call, const struct map *map,
				const struct rtt_walk *first, unsigned int index)
{
	return rtt_at(call->sim->mem, &map->realm->s2, first, index);
}

/* Maps what can be mapped of one table; *result is what stopped it. Returns where it got to. */
static uint64_t map_all(struct call *call, struct map *map, const struct rtt_walk *first,
			enum block_result *result)
{
	uint64_t ipa = call->x[2];

	*result = BLOCK_DONE;
	for (unsigned int i = first->index; i < RTT_ENTRIES; i++, ipa += map->size) {
		const struct rtt_walk walk = entry_at(call, map, first, i);

		*result = map_next(call, map, &walk, ipa, !call->dry_run);
		if (*result != BLOCK_DONE || call->dry_run)
			return ipa;
	}
	return ipa;
}

static void map_blocks(struct call *call, struct map *map)
{
	const uint64_t base = call->x[2];
	enum block_result result;
	struct rtt_walk walk;
	uint64_t top;

	WALKABLE(map->realm && call->x[3] > base && range_valid(call, map));
	WALKABLE(call->x[3] - base >= map->size);
	walk = call_walk(call, map->realm, 0, base, map->level);
	REQUIRE_ROW(call, map->rows->rtt_walk, walk.level == map->level, walk.level);
	WALKABLE(walk.level == map->level);
	top = map_all(call, map, &walk, &result);
	REQUIRE_ROW(call, map->rows->block, top != base || result != BLOCK_INPUT, 0);
	REQUIRE_ROW(call, map->rows->rtte_state, top != base || result != BLOCK_RTT, map->level);
	CHECKED(call);

	call_return(call, 1, top);
}

/* --- data ------------------------------------------------------------------------------------ */

static bool all_delegated(const struct mem *mem, uint64_t pa, uint64_t size)
{
	for (uint64_t at = 0; at < size; at += GRANULE_SIZE) {
		const struct granule *granule = mem_find(mem, pa + at);

		if (!granule || granule->state != GRANULE_DELEGATED ||
		    mem_kind(mem, granule) != GRANULE_DRAM)
			return false;
	}
	return true;
}

static enum block_result data_block(struct call *call, struct map *map, const struct rtt_walk *walk,
				    uint64_t pa, bool perform)
{
	struct mem *mem = call->sim->mem;

	if (walk->entry.state == RTT_ASSIGNED && walk->entry.pa == pa &&
	    quirk(call->sim, QUIRK_map_again))
		return BLOCK_DONE;
	if (walk->entry.state != RTT_UNASSIGNED)
		return BLOCK_RTT;
	if (!all_delegated(mem, pa, map->size))
		return BLOCK_INPUT;
	if (!perform)
		return BLOCK_DONE;
	for (uint64_t at = 0; at < map->size; at += GRANULE_SIZE) {
		memset(mem_w(mem, pa + at), 0, GRANULE_SIZE);
		granule_take(call, mem_find(mem, pa + at), GRANULE_DATA, map->rd);
	}
	rtt_data_map(mem, &map->realm->s2, walk, pa, walk->entry.ripas);
	return BLOCK_DONE;
}

void rmi_rtt_data_map(struct call *call)
{
	static const struct map_rows rows = MAP_ROWS(RTT_DATA_MAP);
	struct map map = {
		.rows = &rows,
		.protected = true,
		.check_state = true,
		.state = RMI_OP_MEM_DELEGATED,
		.block = data_block,
	};

	REQUIRE(call, RMI_RTT_DATA_MAP_op_pool, op_available(call->sim));
	check_arguments(call, &map);
	RESOLVED(call);
	map_blocks(call, &map);
}

/* --- Host memory ----------------------------------------------------------------------------- */

/* The entry in the form that MAP_UNPROTECTED of 1.1 has it: rmm-2.0.md#9.3 */
static uint64_t unprot_desc(const struct call *call, const struct rtt_s2 *s2, uint64_t pa)
{
	const uint64_t s2ap = RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_S2AP);
	const uint64_t memattr = RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_MEMATTR);
	uint64_t desc = memattr << RMI_RTT_DESC_MEMATTR_SHIFT;

	if (s2->indirect) {
		desc |= s2ap & 1 ? RMI_RTT_DESC_PI0 : 0;
		desc |= s2ap & 2 ? RMI_RTT_DESC_PI1 : 0;
	} else {
		desc |= (s2ap >> 1 & 1) << RMI_RTT_DESC_S2AP_SHIFT;
		desc |= (s2ap & 1) << (RMI_RTT_DESC_S2AP_SHIFT + 1);
	}
	if (!s2->lpa2)
		return desc | (pa & RMI_RTT_DESC_ADDR_MASK);
	desc |= pa & RMI_RTT_DESC_ADDR_LPA2_MASK;
	return desc | (pa >> 50 & 3) << RMI_RTT_DESC_ADDR_LPA2_HIGH_SHIFT;
}

static enum block_result unprot_block(struct call *call, struct map *map,
				      const struct rtt_walk *walk, uint64_t pa, bool perform)
{
	const struct rtt_s2 *s2 = &map->realm->s2;
	const uint64_t desc = unprot_desc(call, s2, pa);
	struct rtt_entry entry;

	if (!rtt_desc_valid(s2, desc, map->level))
		return BLOCK_INPUT;
	if (walk->entry.state == RTT_ASSIGNED_NS && quirk(call->sim, QUIRK_map_again) &&
	    rtt_desc_of_entry(s2, &walk->entry, walk->level) == desc)
		return BLOCK_DONE;
	if (walk->entry.state != RTT_UNASSIGNED_NS)
		return BLOCK_RTT;
	if (!perform)
		return BLOCK_DONE;
	entry = rtt_desc_entry(s2, desc, map->level);
	rtt_write(call->sim->mem, s2, walk, &entry);
	return BLOCK_DONE;
}

void rmi_rtt_unprot_map(struct call *call)
{
	static const struct map_rows rows = MAP_ROWS(RTT_UNPROT_MAP);
	struct map map = {
		.rows = &rows,
		.check_state = !quirk(call->sim, QUIRK_unprot_state_ignored),
		.state = RMI_OP_MEM_UNDELEGATED,
		.block = unprot_block,
	};

	check_arguments(call, &map);
	RESOLVED(call);
	REQUIRE(call, RMI_RTT_UNPROT_MAP_s2ap,
		RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_S2AP) <= RMI_S2AP_BASE_RW);
	map_blocks(call, &map);
}
