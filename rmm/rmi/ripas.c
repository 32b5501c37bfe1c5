/* SPDX-License-Identifier: BSD-3-Clause */
/* Changes of RIPAS by the Host: rmi-commands.md#6 */
#include "attest/measurement.h"
#include "rmm/rmi/rtt_args.h"
#include "smc/mutant.h"

static void measure_range(void *context, uint64_t base, uint64_t top)
{
	struct realm *realm = context;

	measurement_extend_ripas(realm->hash_algo, realm->measurement[0], base, top);
}

void rmi_rtt_init_ripas(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t base = call->x[2], top = call->x[3];
	const struct realm *realm;
	struct rtt_walk walk;
	struct granule *rd;
	bool aligned, unassigned;
	/* 2.0 measures nothing here and may come after the data: rmm-2.0.md#9.5 */
	const bool later = revision_2(call->sim);

	REQUIRE(call, RMI_RTT_INIT_RIPAS_size_valid, top > base);
	realm = call_realm(call, COND_RMI_RTT_INIT_RIPAS_rd_align, call->x[1], &rd);
	RESOLVED(call);
	REQUIRE(call, RMI_RTT_INIT_RIPAS_base_gran_align,
		!quirk(call->sim, QUIRK_init_ripas_base_input) || (base & GRANULE_MASK) == 0);
	REQUIRE(call, RMI_RTT_INIT_RIPAS_top_gran_align, (top & GRANULE_MASK) == 0);
	REQUIRE(call, RMI_RTT_INIT_RIPAS_top_bound,
		WITH(realm, rtt_protected(&realm->s2, top - GRANULE_SIZE)));
	REQUIRE(call, RMI_RTT_INIT_RIPAS_realm_state, WITH(realm, realm->state == REALM_NEW));
	WALKABLE(realm && base < top);
	WALKABLE(rtt_protected(&realm->s2, base));
	walk = call_walk(call, realm, 0, base, RTT_LEVEL_PAGE);
	aligned = rtt_level_aligned(base, walk.level);
	unassigned =
		walk.entry.state == RTT_UNASSIGNED || (later && walk.entry.state == RTT_ASSIGNED);
	REQUIRE_LEVEL(call, RMI_RTT_INIT_RIPAS_base_align, aligned, walk.level);
	REQUIRE_LEVEL(call, RMI_RTT_INIT_RIPAS_rtte_state, unassigned, walk.level);
	WALKABLE(aligned && unassigned);
	REQUIRE_LEVEL(call, RMI_RTT_INIT_RIPAS_no_progress,
		      rtt_init_ripas_top(mem, &realm->s2, &walk, base, top, later) != base,
		      walk.level);
	CHECKED(call);

	call_return(call, 1,
		    rtt_init_ripas(mem, &realm->s2, &walk, base, top, later,
				   later ? NULL : measure_range, realm_edit(call->sim, rd)));
}

/*
 * Applies the change up to where an auxiliary mapping or the end stops it. What was changed before
 * an auxiliary mapping stays changed, and the REC has to know how far: tf-rmm-quirks.md#3 (W6).
 */
static void set_ripas(struct call *call, const struct realm *realm, struct granule *rec_granule,
		      const struct rtt_walk *walk, const struct rtt_ripas_request *request)
{
	struct rmmsim *sim = call->sim;
	struct rtt_range_result result =
		rtt_set_ripas(sim->mem, &realm->s2, walk, call->x[3], call->x[4], request, true);

	if ((!result.aux_live || !quirk(sim, QUIRK_ripas_aux_no_advance)) &&
	    !MUTANT(ripas_progress_lost))
		rec_edit(sim, rec_granule)->ripas.addr = result.top;
	call_return(call, 1, result.top);
}

void rmi_rtt_set_ripas(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t base = call->x[3], top = call->x[4];
	/* The call that is explained may have moved the progress address itself. */
	const bool moved = call->dry_run && call->refused == COND_RMI_RTT_SET_RIPAS_aux_live;
	struct rtt_ripas_request request;
	struct rtt_range_result result;
	struct granule *rec_granule;
	const struct realm *realm;
	const struct rec *rec;
	struct rtt_walk walk;

	REQUIRE(call, RMI_RTT_SET_RIPAS_size_valid, top > base);
	REQUIRE(call, RMI_RTT_SET_RIPAS_top_gran_align, (top & GRANULE_MASK) == 0);
	realm = call_realm(call, COND_RMI_RTT_SET_RIPAS_rd_align, call->x[1], NULL);
	RESOLVED(call);
	rec = call_rec(call, COND_RMI_RTT_SET_RIPAS_rec_align, call->x[2], &rec_granule);
	RESOLVED(call);
	REQUIRE(call, RMI_RTT_SET_RIPAS_rec_state, WITH(rec, !rec->running));
	REQUIRE(call, RMI_RTT_SET_RIPAS_rec_owner, WITH(realm && rec, rec->rd == call->x[1]));
	WALKABLE(rec && !rec->running);
	REQUIRE(call, RMI_RTT_SET_RIPAS_base_bound, moved || base == rec->ripas.addr);
	REQUIRE(call, RMI_RTT_SET_RIPAS_top_bound, top <= rec->ripas.top);
	WALKABLE(realm && base < top);
	WALKABLE(rtt_protected(&realm->s2, base));
	walk = call_walk(call, realm, 0, base, RTT_LEVEL_PAGE);
	/* Also where the entry already has the RIPAS: rmi-commands.md#6 */
	REQUIRE_LEVEL(call, RMI_RTT_SET_RIPAS_base_align, rtt_level_aligned(base, walk.level),
		      walk.level);
	WALKABLE(rtt_level_aligned(base, walk.level));
	request.ripas = (enum rmi_ripas)rec->ripas.value;
	request.change_destroyed = rec->ripas.change_destroyed;
	result = rtt_set_ripas(mem, &realm->s2, &walk, base, top, &request, false);
	REQUIRE_LEVEL(call, RMI_RTT_SET_RIPAS_no_progress, result.top != base || result.aux_live,
		      walk.level);
	if (!call->dry_run)
		set_ripas(call, realm, rec_granule, &walk, &request);
	REQUIRE(call, RMI_RTT_SET_RIPAS_aux_live, !result.aux_live);
}
