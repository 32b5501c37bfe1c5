/* SPDX-License-Identifier: BSD-3-Clause */
/* Ranges of granules and how they are tracked: rmm-2.0.md#7 */
#include <string.h>

#include "rmm/call.h"

#define GPT_ENTRY ((UINT64_C(1) << 30) - 1)

/* The other end of the tracking region that holds `base`. */
static uint64_t region_top(const struct rmmsim *sim, uint64_t base)
{
	const unsigned int shift = sim->monitor.tracking_region_size ? 21 : 30;

	return ((base >> shift) + 1) << shift;
}

static bool delegatable(const struct granule *granule)
{
	return granule->state == GRANULE_UNDELEGATED && granule->pas == GRANULE_PAS_NS;
}

static bool undelegatable(const struct granule *granule)
{
	return granule->state == GRANULE_DELEGATED;
}

static void delegate(struct call *call, struct granule *granule)
{
	mem_set_state(call->sim->mem, granule, GRANULE_DELEGATED, &call->mem);
}

static void undelegate(struct call *call, struct granule *granule)
{
	struct mem *mem = call->sim->mem;

	if (mem_kind(mem, granule) == GRANULE_DRAM)
		memset(mem_w(mem, mem_pa(mem, granule)), 0, GRANULE_SIZE);
	mem_set_state(mem, granule, GRANULE_UNDELEGATED, &call->mem);
}

struct direction {
	enum smc_condition_id base_align; /* and the rows that follow it */
	bool (*can)(const struct granule *granule);
	void (*perform)(struct call *call, struct granule *granule);
};

enum { ROW_TOP = 1, ROW_SIZE, ROW_BOUND, ROW_STATE };

/* A granule that is what it is to become counts as progress: rmm-2.0.md#7.1 */
static bool already(const struct direction *d, const struct granule *granule)
{
	return d->perform == delegate ? undelegatable(granule) : delegatable(granule);
}

/* How far the call gets. */
static uint64_t reach(const struct call *call, const struct direction *d)
{
	const bool one = quirk(call->sim, QUIRK_range_one_granule);
	uint64_t at = call->x[1], top = call->x[2];

	if (top > region_top(call->sim, at))
		top = region_top(call->sim, at);
	for (; at < top; at += GRANULE_SIZE) {
		const struct granule *granule = mem_find(call->sim->mem, at);

		if (!granule || !(d->can(granule) || (!one && already(d, granule))))
			break;
		if (one)
			return at + GRANULE_SIZE;
	}
	return at;
}

static void range(struct call *call, const struct direction *d)
{
	const uint64_t base = call->x[1], top = call->x[2];
	const bool valid = !((base | top) & GRANULE_MASK) && top > base;
	const struct granule *granule = mem_find(call->sim->mem, base);
	const uint64_t reached = valid && granule ? reach(call, d) : base;

	/* rmm-2.0.md#7.1: base with an error, where the first beta is meant. */
	if (quirk(call->sim, QUIRK_range_one_granule))
		call_return(call, 1, base);
	call_require(call, d->base_align, !(base & GRANULE_MASK));
	call_require(call, d->base_align + ROW_TOP, !(top & GRANULE_MASK));
	call_require(call, d->base_align + ROW_SIZE, top > base);
	call_require(call, d->base_align + ROW_BOUND, granule);
	call_require(call, d->base_align + ROW_STATE, !valid || !granule || reached != base);
	RESOLVED(call);
	CHECKED(call);

	for (uint64_t at = base; at < reached; at += GRANULE_SIZE) {
		struct granule *each = mem_find(call->sim->mem, at);

		if (d->can(each))
			d->perform(call, each);
	}
	call_return(call, 1, reached);
}

void rmi_granule_range_delegate(struct call *call)
{
	static const struct direction d = {COND_RMI_GRANULE_RANGE_DELEGATE_base_align, delegatable,
					   delegate};

	range(call, &d);
}

void rmi_granule_range_undelegate(struct call *call)
{
	static const struct direction d = {COND_RMI_GRANULE_RANGE_UNDELEGATE_base_align,
					   undelegatable, undelegate};

	range(call, &d);
}

struct tracking {
	enum rmi_mem_category category;
	enum rmi_tracking_state state;
};

static struct tracking tracking_at(const struct rmmsim *sim, uint64_t pa)
{
	const struct granule *granule = mem_find(sim->mem, pa);

	if (!granule)
		return (struct tracking){RMI_MEM_CATEGORY_CONVENTIONAL, RMI_TRACKING_NONE};
	switch (mem_kind(sim->mem, granule)) {
	case GRANULE_DEV_NCOH:
		return (struct tracking){RMI_MEM_CATEGORY_DEV_NCOH, RMI_TRACKING_FINE};
	case GRANULE_DEV_COH:
		return (struct tracking){RMI_MEM_CATEGORY_DEV_COH, RMI_TRACKING_FINE};
	case GRANULE_DRAM:
	default:
		return (struct tracking){RMI_MEM_CATEGORY_CONVENTIONAL, RMI_TRACKING_FINE};
	}
}

static void find_edge(const struct rmmsim_range *ranges, unsigned int count, uint64_t after,
		      uint64_t *edge)
{
	for (unsigned int i = 0; i < count; i++) {
		if (ranges[i].base > after && ranges[i].base < *edge)
			*edge = ranges[i].base;
		if (ranges[i].top > after && ranges[i].top < *edge)
			*edge = ranges[i].top;
	}
}

/* The next address at which a bank begins or ends. */
static uint64_t next_edge(const struct rmmsim *sim, uint64_t after)
{
	const struct rmmsim_config *c = &sim->config;
	uint64_t edge = UINT64_MAX;

	find_edge(c->dram, c->dram_count, after, &edge);
	find_edge(c->dev_ncoh, c->dev_ncoh_count, after, &edge);
	find_edge(c->dev_coh, c->dev_coh_count, after, &edge);
	return edge;
}

/* The end of what is tracked as `base` is. */
static uint64_t tracked_top(const struct rmmsim *sim, uint64_t base, uint64_t top)
{
	const struct tracking first = tracking_at(sim, base);
	uint64_t at = next_edge(sim, base);

	for (; at < top; at = next_edge(sim, at)) {
		const struct tracking here = tracking_at(sim, at);

		if (here.category != first.category || here.state != first.state)
			return at;
	}
	return top;
}

void rmi_granule_tracking_get(struct call *call)
{
	const struct rmmsim *sim = call->sim;
	const uint64_t base = call->x[1], top = call->x[2];
	const uint64_t end = UINT64_C(1) << sim->config.pa_bits;
	struct tracking tracking;

	REQUIRE(call, RMI_GRANULE_TRACKING_GET_bound, base < end && top < end);
	REQUIRE(call, RMI_GRANULE_TRACKING_GET_size_valid,
		base <= top && top - base >= GRANULE_SIZE);
	REQUIRE(call, RMI_GRANULE_TRACKING_GET_align, ((base | top) & GRANULE_MASK) == 0);
	CHECKED(call);

	tracking = tracking_at(sim, base);
	call_return(call, 1, tracking.category);
	call_return(call, 2, tracking.state);
	call_return(call, 3,
		    quirk(sim, QUIRK_tracking_get_base) ? top : tracked_top(sim, base, top));
}

/* Every region is FINE from the start, and stays so: docs/model.md. */
void rmi_granule_tracking_set(struct call *call)
{
	const struct rmmsim *sim = call->sim;
	const uint64_t addr = call->x[1], state = call->x[3];
	const bool memory = mem_find(sim->mem, addr) != NULL;
	const bool known = state >= RMI_TRACKING_NONE && state <= RMI_TRACKING_COARSE;

	REQUIRE(call, RMI_GRANULE_TRACKING_SET_addr_align,
		region_top(sim, addr) - addr == region_top(sim, 0));
	REQUIRE(call, RMI_GRANULE_TRACKING_SET_addr_bound, memory);
	REQUIRE(call, RMI_GRANULE_TRACKING_SET_category,
		!memory || call->x[2] == tracking_at(sim, addr).category);
	REQUIRE(call, RMI_GRANULE_TRACKING_SET_state, known);
	REQUIRE(call, RMI_GRANULE_TRACKING_SET_supported, !known || state == RMI_TRACKING_FINE);
	CHECKED(call);
}

void rmi_gpt_l1_create(struct call *call)
{
	const bool always = quirk(call->sim, QUIRK_gpt_l1_always_gpt);

	const bool aligned = (call->x[1] & GPT_ENTRY) == 0;

	REQUIRE(call, RMI_GPT_L1_CREATE_addr_align, aligned);
	REQUIRE(call, RMI_GPT_L1_CREATE_gpt, !aligned || !always);
	REQUIRE(call, RMI_GPT_L1_CREATE_platform, !aligned || always);
}

void rmi_gpt_l1_destroy(struct call *call)
{
	const bool aligned = (call->x[1] & GPT_ENTRY) == 0;

	REQUIRE(call, RMI_GPT_L1_DESTROY_addr_align, aligned);
	REQUIRE(call, RMI_GPT_L1_DESTROY_platform, !aligned);
}

void rmi_gpt_info(struct call *call)
{
	const uint64_t base = call->x[1], top = call->x[2];
	const uint64_t end = UINT64_C(1) << call->sim->config.pa_bits;

	REQUIRE(call, RMI_GPT_INFO_align, ((base | top) & GPT_ENTRY) == 0);
	REQUIRE(call, RMI_GPT_INFO_size_valid, top > base);
	CHECKED(call);

	call_return(call, 1, top);
	call_return(call, 2, base < end ? RMI_GPT_REGION_PLAT : RMI_GPT_REGION_RESERVED);
}
