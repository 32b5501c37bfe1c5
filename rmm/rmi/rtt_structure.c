/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables of the primary tree: rmi-commands.md#6 */
#include "rmm/rmi/rtt_args.h"
#include "smc/mutant.h"

/* The table that a command creates, destroys or folds, by the addresses that it translates. */
struct table {
	const struct realm *realm; /* NULL: not resolved */
	uint64_t ipa;
	int64_t level;
	bool walkable; /* level and IPA allow a walk to the entry above it */
};

/* Rows behind a command's level_bound. */
enum { ROW_IPA_BOUND = 1, ROW_IPA_ALIGN };

/* Tests level_bound, ipa_bound and ipa_align. */
static void require_place(struct call *call, struct table *table, enum smc_condition_id level_bound)
{
	const struct realm *realm = table->realm;
	const bool level_ok = realm && level_structure(realm, table->level);
	const bool ipa_ok = realm && rtt_in_range(&realm->s2, table->ipa);

	call_require(call, level_bound, WITH(realm, level_ok));
	call_require(call, level_bound + ROW_IPA_BOUND, WITH(realm, ipa_ok));
	call_require(call, level_bound + ROW_IPA_ALIGN,
		     !level_ok || rtt_level_aligned(table->ipa, table->level - 1));
	table->walkable = level_ok && ipa_ok;
}

void rmi_rtt_create(struct call *call)
{
	struct mem *mem = call->sim->mem;
	struct table t = {.ipa = call->x[3], .level = (int64_t)call->x[4]};
	const uint64_t pa = call->x[2];
	struct granule *rtt, *rd;
	struct rtt_walk walk;

	rtt = call_dram(call, COND_RMI_RTT_CREATE_rtt_align, pa, GRANULE_DELEGATED);
	RESOLVED(call);
	t.realm = call_realm(call, COND_RMI_RTT_CREATE_rd_align, call->x[1], &rd);
	RESOLVED(call);
	require_place(call, &t, COND_RMI_RTT_CREATE_level_bound);
	RESOLVED(call);
	REQUIRE(call, RMI_RTT_CREATE_rtt_bound2, WITH(t.realm && rtt, pa_encodable(t.realm, pa)));
	WALKABLE(t.walkable);
	walk = call_walk(call, t.realm, 0, t.ipa, t.level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_CREATE_rtt_walk, walk.level == t.level - 1, walk.level);
	WALKABLE(walk.level == t.level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_CREATE_rtte_state, walk.entry.state != RTT_TABLE, walk.level);
	CHECKED(call);

	granule_take(call, rtt, GRANULE_RTT, rd);
	rtt_create(mem, &t.realm->s2, &walk, t.ipa, pa);
}

void rmi_rtt_destroy(struct call *call)
{
	struct mem *mem = call->sim->mem;
	struct table t = {.ipa = call->x[2], .level = (int64_t)call->x[3]};
	struct rtt_walk walk;

	t.realm = call_realm(call, COND_RMI_RTT_DESTROY_rd_align, call->x[1], NULL);
	RESOLVED(call);
	require_place(call, &t, COND_RMI_RTT_DESTROY_level_bound);
	RESOLVED(call);
	WALKABLE(t.walkable);
	walk = call_walk(call, t.realm, 0, t.ipa, t.level - 1);
	call_return(call, 2, rtt_skip(mem, &t.realm->s2, 0, t.ipa, &walk));
	REQUIRE_LEVEL(call, RMI_RTT_DESTROY_rtt_walk, walk.level == t.level - 1, walk.level);
	WALKABLE(walk.level == t.level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_DESTROY_rtte_state, walk.entry.state == RTT_TABLE, walk.level);
	WALKABLE(walk.entry.state == RTT_TABLE);
	REQUIRE_LEVEL(call, RMI_RTT_DESTROY_rtt_live,
		      !rtt_table_live(mem, walk.entry.pa) || MUTANT(rtt_destroy_ignores_live),
		      t.level);
	REQUIRE_LEVEL(call, RMI_RTT_DESTROY_aux_ref,
		      !rtt_aux_referenced(mem, &t.realm->s2, t.ipa, t.level,
					  quirk(call->sim, QUIRK_aux_ref_any_level)),
		      walk.level);
	CHECKED(call);

	rtt_destroy(mem, &t.realm->s2, 0, &walk, t.ipa);
	granule_free(call, walk.entry.pa);
	call_return(call, 1, walk.entry.pa);
	call_return(call, 2, rtt_skip(mem, &t.realm->s2, 0, t.ipa, &walk));
}

void rmi_rtt_fold(struct call *call)
{
	struct mem *mem = call->sim->mem;
	struct table t = {.ipa = call->x[2], .level = (int64_t)call->x[3]};
	enum rtt_fold_result fold;
	struct rtt_entry parent;
	struct rtt_walk walk;

	t.realm = call_realm(call, COND_RMI_RTT_FOLD_rd_align, call->x[1], NULL);
	RESOLVED(call);
	require_place(call, &t, COND_RMI_RTT_FOLD_level_bound);
	RESOLVED(call);
	WALKABLE(t.walkable);
	walk = call_walk(call, t.realm, 0, t.ipa, t.level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_FOLD_rtt_walk, walk.level == t.level - 1, walk.level);
	WALKABLE(walk.level == t.level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_FOLD_rtte_state, walk.entry.state == RTT_TABLE, walk.level);
	WALKABLE(walk.entry.state == RTT_TABLE);
	REQUIRE_LEVEL(call, RMI_RTT_FOLD_aux_ref,
		      !rtt_aux_referenced(mem, &t.realm->s2, t.ipa, t.level,
					  quirk(call->sim, QUIRK_aux_ref_any_level)),
		      walk.level);
	fold = rtt_fold_check(mem, &t.realm->s2, 0, &walk, t.ipa, t.level,
			      quirk(call->sim, QUIRK_fold_full_table), &parent);
	REQUIRE_LEVEL(call, RMI_RTT_FOLD_fold_level, fold != RTT_FOLD_NO_BLOCK, t.level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_FOLD_rtt_homo, fold != RTT_FOLD_NOT_HOMOGENEOUS, t.level);
	CHECKED(call);

	rtt_fold(mem, &t.realm->s2, &walk, &parent);
	granule_free(call, walk.entry.pa);
	call_return(call, 1, walk.entry.pa);
}

void rmi_rtt_read_entry(struct call *call)
{
	struct rmmsim *sim = call->sim;
	const uint64_t ipa = call->x[2];
	const int64_t level = (int64_t)call->x[3];
	const struct realm *realm;
	struct rtt_walk walk;
	bool level_ok, ipa_ok;

	realm = call_realm(call, COND_RMI_RTT_READ_ENTRY_rd_align, call->x[1], NULL);
	RESOLVED(call);
	level_ok = realm && level_entry(realm, level);
	ipa_ok = realm && rtt_in_range(&realm->s2, ipa);
	REQUIRE(call, RMI_RTT_READ_ENTRY_level_bound, WITH(realm, level_ok));
	REQUIRE(call, RMI_RTT_READ_ENTRY_ipa_bound, WITH(realm, ipa_ok));
	REQUIRE(call, RMI_RTT_READ_ENTRY_ipa_align, !level_ok || rtt_level_aligned(ipa, level));
	CHECKED(call);

	walk = rtt_walk(sim->mem, &realm->s2, 0, ipa, level);
	call_return(call, 1, (uint64_t)(int64_t)walk.level);
	call_return(call, 2, rtt_state_reported(walk.entry.state, RMI_RTT_ENTRY_AUX_DESTROYED));
	call_return(call, 3, walk.entry.pa);
	if (walk.entry.state == RTT_ASSIGNED_NS)
		call_return(call, 3, rtt_desc_of_entry(&realm->s2, &walk.entry, walk.level));
	if (walk.entry.state == RTT_ASSIGNED_DEV && walk.entry.ripas == RMI_RIPAS_DESTROYED &&
	    quirk(sim, QUIRK_dev_destroyed_no_pa))
		call_return(call, 3, 0);
	call_return(call, 4, walk.entry.ripas);
}
