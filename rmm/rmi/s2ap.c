/* SPDX-License-Identifier: BSD-3-Clause */
/* Changes of permission index by the Host: rmi-commands.md#6, planes.md#7 */
#include "rmm/rmi/rtt_args.h"
#include "smc/mutant.h"

/* One tree per call: the Realm's request says which. */
static unsigned int request_tree(const struct realm *realm, const struct rec *rec)
{
	return realm->s2.tree_pp ? rec->s2ap.tree : 0;
}

/*
 * Changes entries from `base` on. Progress is kept even when the call ends at an entry that crosses
 * the top: planes.md#7
 */
static struct rtt_s2ap_result set_s2ap(struct call *call, const struct realm *realm,
				       struct granule *rec_granule, const struct rtt_walk *walk)
{
	struct rmmsim *sim = call->sim;
	const struct rec *rec = rec_at(sim, rec_granule);
	const uint64_t base = call->x[3], top = call->x[4];
	struct rtt_s2ap_result result = {.top = base, .misaligned = true};

	if (!rtt_level_aligned(base, walk->level))
		return result;
	result = rtt_set_s2ap(sim->mem, &realm->s2, request_tree(realm, rec), walk, base, top,
			      (unsigned int)rec->s2ap.value, !call->dry_run);
	if (!call->dry_run && !MUTANT(s2ap_progress_lost))
		rec_edit(sim, rec_granule)->s2ap.addr = result.top;
	return result;
}

void rmi_rtt_set_s2ap(struct call *call)
{
	const uint64_t base = call->x[3], top = call->x[4];
	/* The call that is explained may have moved the progress address itself. */
	const bool moved =
		call->dry_run && (call->refused == COND_RMI_RTT_SET_S2AP_base_align_pri ||
				  call->refused == COND_RMI_RTT_SET_S2AP_base_align_aux);
	struct rtt_s2ap_result result;
	struct granule *rec_granule;
	const struct realm *realm;
	const struct rec *rec;
	struct rtt_walk walk;
	unsigned int tree;

	REQUIRE(call, RMI_RTT_SET_S2AP_size_valid, top > base);
	REQUIRE(call, RMI_RTT_SET_S2AP_top_gran_align, (top & GRANULE_MASK) == 0);
	realm = call_realm(call, COND_RMI_RTT_SET_S2AP_rd_align, call->x[1], NULL);
	RESOLVED(call);
	rec = call_rec(call, COND_RMI_RTT_SET_S2AP_rec_align, call->x[2], &rec_granule);
	RESOLVED(call);
	REQUIRE(call, RMI_RTT_SET_S2AP_rec_state, WITH(rec, !rec->running));
	REQUIRE(call, RMI_RTT_SET_S2AP_rec_owner, WITH(realm && rec, rec->rd == call->x[1]));
	WALKABLE(realm && rec && !rec->running);
	REQUIRE(call, RMI_RTT_SET_S2AP_base_bound, moved || base == rec->s2ap.addr);
	REQUIRE(call, RMI_RTT_SET_S2AP_top_bound, top <= rec->s2ap.top);
	WALKABLE(rec->rd == call->x[1] && base < top && (top & GRANULE_MASK) == 0);
	WALKABLE(rtt_protected(&realm->s2, base));
	tree = request_tree(realm, rec);
	walk = call_walk(call, realm, tree, base, RTT_LEVEL_PAGE);
	result = set_s2ap(call, realm, rec_granule, &walk);
	call_return(call, 1, result.top);
	call_return(call, 2, result.misaligned ? tree : 0);
	REQUIRE_LEVEL(call, RMI_RTT_SET_S2AP_base_align_pri, !result.misaligned || tree != 0,
		      walk.level);
	REQUIRE_LEVEL(call, RMI_RTT_SET_S2AP_base_align_aux, !result.misaligned || tree == 0,
		      walk.level);
}
