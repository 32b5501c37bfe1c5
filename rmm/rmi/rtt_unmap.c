/* SPDX-License-Identifier: BSD-3-Clause */
/* RMI_RTT_DATA_UNMAP, RMI_RTT_UNPROT_UNMAP, RMI_RTT_DEV_UNMAP: rmm-2.0.md#9.4 */
#include "rmm/addr_list.h"
#include "rmm/op.h"
#include "rmm/rmi/rtt_args.h"

struct unmap_kind {
	enum smc_condition_id op_pool, rd, range, type, list, base_align, rtte_state;
	enum rtt_state state; /* of entries that it removes */
	enum rmi_op_mem_state mem_state;
	void (*remove)(struct call *call, const struct realm *realm, const struct rtt_walk *walk);
};

#define UNMAP_ROWS(command)                                                               \
	.op_pool = COND_RMI_##command##_op_pool, .rd = COND_RMI_##command##_rd_align,     \
	.range = COND_RMI_##command##_range, .type = COND_RMI_##command##_type,           \
	.list = COND_RMI_##command##_list, .base_align = COND_RMI_##command##_base_align, \
	.rtte_state = COND_RMI_##command##_rtte_state

#define REQUIRE_ROW(call, row, holds, level)                              \
	do {                                                              \
		if (!(holds) && call_refuse((call), (row), (int)(level))) \
			return;                                           \
	} while (0)

static void free_granules(struct call *call, const struct rtt_walk *walk)
{
	for (uint64_t at = 0; at < rtt_entry_size(walk->level); at += GRANULE_SIZE)
		granule_free(call, walk->entry.pa + at);
}

static void remove_data(struct call *call, const struct realm *realm, const struct rtt_walk *walk)
{
	rtt_data_unmap(call->sim->mem, &realm->s2, walk);
	free_granules(call, walk);
}

static void remove_dev(struct call *call, const struct realm *realm, const struct rtt_walk *walk)
{
	rtt_dev_unmap(call->sim->mem, &realm->s2, walk);
	free_granules(call, walk);
}

static void remove_unprot(struct call *call, const struct realm *realm, const struct rtt_walk *walk)
{
	const struct rtt_entry unmapped = {.state = RTT_UNASSIGNED_NS};

	rtt_write(call->sim->mem, &realm->s2, walk, &unmapped);
}

/* --- arguments ------------------------------------------------------------------------------- */

static bool range_valid(const struct call *call, const struct unmap_kind *kind,
			const struct rtt_s2 *s2)
{
	const uint64_t base = call->x[2], top = call->x[3], last = top - GRANULE_SIZE;
	const bool protected = kind->state != RTT_ASSIGNED_NS;

	if (((base | top) & GRANULE_MASK) || top <= base)
		return false;
	if (!rtt_in_range(s2, base) || !rtt_in_range(s2, last))
		return false;
	return rtt_protected(s2, base) == protected && rtt_protected(s2, last) == protected;
}

static bool type_valid(const struct call *call)
{
	switch (RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_TYPE)) {
	case RMI_ADDR_SET_NONE:
	case RMI_ADDR_SET_SINGLE:
		return call->x[5] == 0 && RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_COUNT) == 0;
	case RMI_ADDR_SET_LIST:
		return true;
	default:
		return false;
	}
}

static bool is_list(const struct call *call)
{
	return RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_TYPE) == RMI_ADDR_SET_LIST;
}

static bool list_usable(const struct call *call)
{
	return RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_COUNT) != 0 &&
	       call->x[5] % sizeof(uint64_t) == 0 && addr_list_granule(call->sim, call->x[5]);
}

/* --- entries --------------------------------------------------------------------------------- */

enum entry_result { ENTRY_SKIP, ENTRY_REMOVE, ENTRY_RTT, ENTRY_AUX };

static enum entry_result judge(const struct call *call, const struct unmap_kind *kind,
			       const struct rtt_walk *walk, uint64_t room)
{
	const bool fits = rtt_entry_size(walk->level) <= room;
	const enum rtt_state state = walk->entry.state;

	if (!rtt_entry_live(state))
		return fits ? ENTRY_SKIP : ENTRY_RTT;
	if (state != kind->state || !fits)
		return ENTRY_RTT;
	if (state == RTT_ASSIGNED && rtt_aux_live(call->sim->mem, &walk->entry, walk->level))
		return ENTRY_AUX;
	return ENTRY_REMOVE;
}

/* One descriptor only grows upwards. */
static bool continues(const struct call *call, const struct addr_list *list,
		      const struct rtt_walk *walk)
{
	const uint64_t desc = list->desc[0];

	if (RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_TYPE) != RMI_ADDR_SET_SINGLE || !list->count)
		return true;
	return walk->entry.pa ==
	       addr_desc_address(desc) + addr_desc_count(desc) * rtt_entry_size(walk->level);
}

static unsigned int list_max(const struct call *call)
{
	if (is_list(call))
		return addr_list_clip(call->x[5], RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_COUNT));
	return RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_TYPE) == RMI_ADDR_SET_SINGLE ? 1
										 : ADDR_LIST_MAX;
}

/* One table; returns where it got to. */
static uint64_t sweep(struct call *call, const struct unmap_kind *kind, const struct realm *realm,
		      const struct rtt_walk *first, struct addr_list *list)
{
	const uint64_t size = rtt_entry_size(first->level);
	uint64_t ipa = call->x[2];

	for (unsigned int i = first->index; i < RTT_ENTRIES; i++, ipa += size) {
		const struct rtt_walk walk = rtt_at(call->sim->mem, &realm->s2, first, i);
		const enum entry_result result = judge(call, kind, &walk, call->x[3] - ipa);

		if (result == ENTRY_SKIP)
			continue;
		if (result != ENTRY_REMOVE || !continues(call, list, &walk) ||
		    !addr_list_add(call->sim, list, walk.entry.pa, walk.level, kind->mem_state))
			return ipa;
		kind->remove(call, realm, &walk);
	}
	return ipa;
}

static uint64_t single(const struct call *call, uint64_t desc)
{
	if (quirk(call->sim, QUIRK_single_range_state))
		return rmmsim_field(desc, 0, RMI_ADDR_RANGE_STATE_SHIFT);
	return desc;
}

static void report(struct call *call, const struct addr_list *list)
{
	const uint64_t type = RMMSIM_FIELD(call->x[4], RMI_RTT_MAP_TYPE);

	if (type == RMI_ADDR_SET_SINGLE && list->count)
		call_return(call, 2, single(call, list->desc[0]));
	if (type != RMI_ADDR_SET_LIST)
		return;
	call_return(call, 3, list->count);
	if (list->count)
		addr_list_write(call, call->x[5], list->desc, list->count);
}

static void unmap(struct call *call, const struct unmap_kind *kind)
{
	const uint64_t base = call->x[2];
	const struct realm *realm;
	enum entry_result first;
	struct addr_list list;
	struct rtt_walk walk;

	REQUIRE_ROW(call, kind->op_pool, op_available(call->sim), 0);
	realm = call_realm(call, kind->rd, call->x[1], NULL);
	RESOLVED(call);
	REQUIRE_ROW(call, kind->range, WITH(realm, range_valid(call, kind, &realm->s2)), 0);
	REQUIRE_ROW(call, kind->type, type_valid(call), 0);
	REQUIRE_ROW(call, kind->list, !is_list(call) || list_usable(call), 0);
	WALKABLE(realm && range_valid(call, kind, &realm->s2));
	walk = call_walk(call, realm, 0, base, RTT_LEVEL_PAGE);
	REQUIRE_ROW(call, kind->base_align, rtt_level_aligned(base, walk.level), walk.level);
	WALKABLE(rtt_level_aligned(base, walk.level));
	first = judge(call, kind, &walk, call->x[3] - base);
	REQUIRE_ROW(call, kind->rtte_state, first != ENTRY_RTT, walk.level);
	REQUIRE(call, RMI_RTT_DATA_UNMAP_aux_live, first != ENTRY_AUX);
	CHECKED(call);

	list.count = 0;
	list.max = list_max(call);
	call_return(call, 1, sweep(call, kind, realm, &walk, &list));
	report(call, &list);
}

void rmi_rtt_data_unmap(struct call *call)
{
	static const struct unmap_kind kind = {UNMAP_ROWS(RTT_DATA_UNMAP), RTT_ASSIGNED,
					       RMI_OP_MEM_DELEGATED, remove_data};

	unmap(call, &kind);
}

void rmi_rtt_unprot_unmap(struct call *call)
{
	static const struct unmap_kind kind = {UNMAP_ROWS(RTT_UNPROT_UNMAP), RTT_ASSIGNED_NS,
					       RMI_OP_MEM_UNDELEGATED, remove_unprot};

	unmap(call, &kind);
}

void rmi_rtt_dev_unmap(struct call *call)
{
	static const struct unmap_kind kind = {UNMAP_ROWS(RTT_DEV_UNMAP), RTT_ASSIGNED_DEV,
					       RMI_OP_MEM_DELEGATED, remove_dev};

	unmap(call, &kind);
}
