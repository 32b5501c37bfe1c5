/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables of auxiliary trees, Protected half only: rmi-commands.md#7 */
#include "rmm/rmi/rtt_args.h"

void rmi_rtt_aux_create(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t pa = call->x[2], ipa = call->x[3], tree = call->x[5];
	const int64_t level = (int64_t)call->x[4];
	bool level_ok, ipa_ok, tree_ok;
	struct granule *rtt, *rd;
	const struct realm *realm;
	struct rtt_walk walk;

	rtt = call_granule(call, COND_RMI_RTT_AUX_CREATE_rtt_align, pa, GRANULE_DELEGATED, true);
	RESOLVED(call);
	realm = call_realm(call, COND_RMI_RTT_AUX_CREATE_rd_align, call->x[1], &rd);
	RESOLVED(call);
	level_ok = realm && level_structure(realm, level);
	ipa_ok = realm && rtt_protected(&realm->s2, ipa);
	tree_ok = realm && index_valid(realm, tree);
	REQUIRE(call, RMI_RTT_AUX_CREATE_level_bound, WITH(realm, level_ok));
	REQUIRE(call, RMI_RTT_AUX_CREATE_ipa_bound, WITH(realm, ipa_ok));
	REQUIRE(call, RMI_RTT_AUX_CREATE_ipa_align, !level_ok || rtt_level_aligned(ipa, level - 1));
	REQUIRE(call, RMI_RTT_AUX_CREATE_index_bound, WITH(realm, tree_ok));
	REQUIRE(call, RMI_RTT_AUX_CREATE_rtt_bound2, WITH(realm && rtt, pa_encodable(realm, pa)));
	WALKABLE(level_ok && ipa_ok && tree_ok);
	walk = call_walk(call, realm, tree, ipa, level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_CREATE_rtt_walk, walk.level == level - 1, walk.level);
	WALKABLE(walk.level == level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_CREATE_rtte_state, walk.entry.state != RTT_TABLE,
		      walk.level);
	CHECKED(call);

	granule_take(call, rtt, GRANULE_RTT, rd);
	rtt_create(mem, &realm->s2, &walk, ipa, pa);
}

void rmi_rtt_aux_destroy(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t ipa = call->x[2], tree = call->x[4];
	const int64_t level = (int64_t)call->x[3];
	bool level_ok, ipa_ok, tree_ok;
	const struct realm *realm;
	struct rtt_walk walk;

	realm = call_realm(call, COND_RMI_RTT_AUX_DESTROY_rd_align, call->x[1], NULL);
	RESOLVED(call);
	level_ok = realm && level_structure(realm, level);
	ipa_ok = realm && rtt_protected(&realm->s2, ipa);
	tree_ok = realm && index_valid(realm, tree);
	REQUIRE(call, RMI_RTT_AUX_DESTROY_level_bound, WITH(realm, level_ok));
	REQUIRE(call, RMI_RTT_AUX_DESTROY_ipa_bound, WITH(realm, ipa_ok));
	REQUIRE(call, RMI_RTT_AUX_DESTROY_ipa_align,
		!level_ok || rtt_level_aligned(ipa, level - 1));
	REQUIRE(call, RMI_RTT_AUX_DESTROY_index_bound, WITH(realm, tree_ok));
	WALKABLE(level_ok && ipa_ok && tree_ok);
	walk = call_walk(call, realm, tree, ipa, level - 1);
	call_return(call, 2, rtt_skip(mem, &realm->s2, tree, ipa, &walk));
	REQUIRE_LEVEL(call, RMI_RTT_AUX_DESTROY_rtt_walk, walk.level == level - 1, walk.level);
	WALKABLE(walk.level == level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_DESTROY_rtte_state, walk.entry.state == RTT_TABLE,
		      walk.level);
	WALKABLE(walk.entry.state == RTT_TABLE);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_DESTROY_rtt_live, !rtt_table_live(mem, walk.entry.pa),
		      level);
	CHECKED(call);

	rtt_destroy(mem, &realm->s2, tree, &walk, ipa);
	granule_free(call, walk.entry.pa);
	call_return(call, 1, walk.entry.pa);
	call_return(call, 2, rtt_skip(mem, &realm->s2, tree, ipa, &walk));
}

void rmi_rtt_aux_fold(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t ipa = call->x[2], tree = call->x[4];
	const int64_t level = (int64_t)call->x[3];
	bool level_ok, ipa_ok, tree_ok, plain;
	const struct realm *realm;
	enum rtt_fold_result fold;
	struct rtt_entry parent;
	struct rtt_walk walk;

	realm = call_realm(call, COND_RMI_RTT_AUX_FOLD_rd_align, call->x[1], NULL);
	RESOLVED(call);
	level_ok = realm && level_structure(realm, level);
	ipa_ok = realm && rtt_protected(&realm->s2, ipa);
	tree_ok = realm && index_valid(realm, tree);
	REQUIRE(call, RMI_RTT_AUX_FOLD_level_bound, WITH(realm, level_ok));
	REQUIRE(call, RMI_RTT_AUX_FOLD_ipa_bound, WITH(realm, ipa_ok));
	REQUIRE(call, RMI_RTT_AUX_FOLD_ipa_align, !level_ok || rtt_level_aligned(ipa, level - 1));
	REQUIRE(call, RMI_RTT_AUX_FOLD_index_bound, WITH(realm, tree_ok));
	WALKABLE(level_ok && ipa_ok && tree_ok);
	walk = call_walk(call, realm, tree, ipa, level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_FOLD_rtt_walk, walk.level == level - 1, walk.level);
	WALKABLE(walk.level == level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_FOLD_rtte_state, walk.entry.state == RTT_TABLE, walk.level);
	WALKABLE(walk.entry.state == RTT_TABLE);
	fold = rtt_fold_check(mem, &realm->s2, tree, &walk, ipa, level,
			      quirk(call->sim, QUIRK_fold_full_table), &parent);
	plain = quirk(call->sim, QUIRK_aux_fold_plain_rtt);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_FOLD_fold_level, fold != RTT_FOLD_NO_BLOCK || plain,
		      level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_FOLD_fold_level_plain, fold != RTT_FOLD_NO_BLOCK || !plain,
		      level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_FOLD_rtt_homo, fold != RTT_FOLD_NOT_HOMOGENEOUS, level);
	CHECKED(call);

	rtt_fold(mem, &realm->s2, &walk, &parent);
	granule_free(call, walk.entry.pa);
	call_return(call, 1, walk.entry.pa);
}
