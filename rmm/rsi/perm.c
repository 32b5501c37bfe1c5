/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory permissions of the Planes: rsi.md#4, planes.md#5, planes.md#7 */
#include "rmm/run.h"
#include "smc/mutant.h"

/* Cookie of RSI_MEM_SET_PERM_INDEX: base of the call that continues, and the tree. */
#define COOKIE_TREE(cookie) ((unsigned int)((cookie)&GRANULE_MASK))
#define COOKIE_BASE(cookie) ((cookie) & ~GRANULE_MASK)
#define COOKIE(base, tree)  ((base) | (tree))

/* The index argument in Xn. */
static uint64_t index_argument(const struct call *call, unsigned int n)
{
	return quirk(call->sim, QUIRK_perm_index_32) ? (uint32_t)call->x[n] : call->x[n];
}

static bool index_locked(const struct realm *realm, uint64_t index)
{
	return index < RSI_PERM_INDICES && (realm->s2.overlay_locked >> index & 1);
}

/* Reserved labels, and MRO ones since RSI_FEATURE0_MRO is never set. */
static bool label_supported(const struct rmmsim *sim, uint64_t label)
{
	if (label > RSI_PERM_RW_UPX)
		return false;
	if (quirk(sim, QUIRK_perm_value_unchecked))
		return true;
	return label == RSI_PERM_NO_ACCESS || label == RSI_PERM_WO || label >= RSI_PERM_RO;
}

void rsi_mem_get_perm_value(struct call *call)
{
	const struct realm *realm = run_realm(call->run);
	const uint64_t plane = call->x[1], index = index_argument(call, 2);

	REQUIRE(call, RSI_MEM_GET_PERM_VALUE_plane_bound, plane <= realm->num_aux_planes);
	REQUIRE(call, RSI_MEM_GET_PERM_VALUE_index_bound, index < RSI_PERM_INDICES);
	CHECKED(call);

	call_return(call, 1, realm->s2.overlay[plane][index]);
}

void rsi_mem_set_perm_value(struct call *call)
{
	const struct realm *realm = run_realm(call->run);
	const uint64_t plane = call->x[1], index = index_argument(call, 2), label = call->x[3];

	REQUIRE(call, RSI_MEM_SET_PERM_VALUE_plane_bound,
		plane > 0 && plane <= realm->num_aux_planes);
	REQUIRE(call, RSI_MEM_SET_PERM_VALUE_index_bound, index < RSI_PERM_INDICES);
	REQUIRE(call, RSI_MEM_SET_PERM_VALUE_index_locked, !index_locked(realm, index));
	REQUIRE(call, RSI_MEM_SET_PERM_VALUE_label_supp, label_supported(call->sim, label));
	CHECKED(call);

	realm_edit(call->sim, call->run->rd_granule)->s2.overlay[plane][index] = (uint8_t)label;
}

static bool cookie_valid(const struct rmmsim *sim, const struct realm *realm, uint64_t base,
			 uint64_t cookie)
{
	unsigned int limit = rtt_trees(&realm->s2);

	if (cookie == 0)
		return true;
	if (!realm->s2.tree_pp || COOKIE_BASE(cookie) != base)
		return false;
	if (quirk(sim, QUIRK_s2ap_cookie_off_by_one))
		limit++;
	return COOKIE_TREE(cookie) < limit;
}

/* The tree of a valid cookie. The one tree too many that a quirk admits is the last one here. */
static unsigned int cookie_tree(const struct realm *realm, uint64_t cookie)
{
	const unsigned int trees = rtt_trees(&realm->s2), tree = COOKIE_TREE(cookie);

	return tree < trees ? tree : trees - 1;
}

/* The base at which the sequence of calls began that `cookie` continues. */
static uint64_t sequence_origin(const struct rec_request *last, uint64_t base, uint64_t top,
				uint64_t cookie)
{
	if (cookie == 0 || cookie != last->cookie || top != last->sequence_top)
		return base;
	return last->origin;
}

void rsi_mem_set_perm_index(struct call *call)
{
	struct run *run = call->run;
	const struct realm *realm = run_realm(run);
	const uint64_t base = call->x[1], top = call->x[2], index = index_argument(call, 3);
	const uint64_t cookie = call->x[4];

	REQUIRE(call, RSI_MEM_SET_PERM_INDEX_base_align, (base & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_MEM_SET_PERM_INDEX_top_align, (top & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_MEM_SET_PERM_INDEX_size_valid, base < top);
	REQUIRE(call, RSI_MEM_SET_PERM_INDEX_rgn_bound, rsi_range_protected(realm, base, top));
	REQUIRE(call, RSI_MEM_SET_PERM_INDEX_index_bound, index < RSI_PERM_INDICES);
	REQUIRE(call, RSI_MEM_SET_PERM_INDEX_cookie_valid,
		cookie_valid(call->sim, realm, base, cookie));
	CHECKED(call);

	run->rec->s2ap = (struct rec_request){
		.base = base,
		.top = top,
		.addr = base,
		.value = index,
		.cookie = cookie,
		.origin = sequence_origin(&run->rec->s2ap, base, top, cookie),
		.tree = cookie_tree(realm, cookie),
	};
	run->exit.s2ap_base = base;
	run->exit.s2ap_top = top;
	run_leave(run, RMI_EXIT_S2AP_CHANGE);
}

/* Where the Realm has to go on, as X1, and its new cookie, as X3: planes.md#7 step 7 */
static void next_step(const struct run *run, struct rec_request *next, uint64_t *base)
{
	const struct rec_request *request = &run->rec->s2ap;
	const struct realm *realm = run_realm(run);
	const bool whole = request->addr == request->top;
	uint32_t tree = request->tree;

	*next = (struct rec_request){.origin = request->origin, .sequence_top = request->top};
	*base = request->addr;
	if (!realm->s2.tree_pp)
		return;
	if (whole && ++tree == rtt_trees(&realm->s2))
		return;
	if (whole && quirk(run->sim, QUIRK_s2ap_base_lost))
		*base = request->base;
	if (whole && !quirk(run->sim, QUIRK_s2ap_base_lost))
		*base = request->origin;
	next->cookie = COOKIE(*base, tree);
}

void rsi_s2ap_complete(struct run *run)
{
	const struct rec_request *request = &run->rec->s2ap;
	struct rmmsim_plane *p0 = rec_plane(run->sim, run->rec, 0);
	const bool flag = run->enter.flags & RMI_REC_ENTER_FLAG_S2AP_RESPONSE;
	const bool whole = request->addr == request->top;
	struct rec_request next;
	uint64_t base;

	if (!request->top)
		return;
	if (!flag && !MUTANT(overlay_never_locks))
		realm_edit(run->sim, run->rd_granule)->s2.overlay_locked |=
			(uint16_t)(1u << request->value);
	next_step(run, &next, &base);
	p0->x[0] = RSI_SUCCESS;
	p0->x[1] = base;
	p0->x[2] = flag && (!whole || quirk(run->sim, QUIRK_s2ap_response_raw)) ? RSI_REJECT
										: RSI_ACCEPT;
	p0->x[3] = next.cookie;
	run->rec->s2ap = next;
}
