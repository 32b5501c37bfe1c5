/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables of auxiliary trees, Protected half only: rmi-commands.md#7 */
#include "rmm/rmi/rtt_args.h"

/* The table that a command names: the Realm in X1, then an IPA, a level and a tree from X`first` on. */
struct table_place {
	const struct realm *realm; /* NULL: refused, or a dry run without a Realm */
	struct granule *rd;
	uint64_t ipa, tree;
	int64_t level;
	bool level_ok, ipa_ok, tree_ok;
};

static struct table_place resolve_table(struct call *call, enum smc_condition_id rd_align,
					unsigned int first)
{
	struct table_place at = {
		.ipa = call->x[first],
		.level = (int64_t)call->x[first + 1],
		.tree = call->x[first + 2],
	};

	at.realm = call_realm(call, rd_align, call->x[1], &at.rd);
	at.level_ok = at.realm && level_structure(at.realm, at.level);
	at.ipa_ok = at.realm && rtt_protected(&at.realm->s2, at.ipa);
	at.tree_ok = at.realm && index_valid(at.realm, at.tree);
	return at;
}

void rmi_rtt_aux_create(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t pa = call->x[2];
	struct table_place at;
	struct granule *rtt;
	struct rtt_walk walk;

	rtt = call_dram(call, COND_RMI_RTT_AUX_CREATE_rtt_align, pa, GRANULE_DELEGATED);
	RESOLVED(call);
	at = resolve_table(call, COND_RMI_RTT_AUX_CREATE_rd_align, 3);
	RESOLVED(call);
	REQUIRE(call, RMI_RTT_AUX_CREATE_level_bound, WITH(at.realm, at.level_ok));
	REQUIRE(call, RMI_RTT_AUX_CREATE_ipa_bound, WITH(at.realm, at.ipa_ok));
	REQUIRE(call, RMI_RTT_AUX_CREATE_ipa_align,
		!at.level_ok || rtt_level_aligned(at.ipa, at.level - 1));
	REQUIRE(call, RMI_RTT_AUX_CREATE_index_bound, WITH(at.realm, at.tree_ok));
	REQUIRE(call, RMI_RTT_AUX_CREATE_rtt_bound2,
		WITH(at.realm && rtt, pa_encodable(at.realm, pa)));
	WALKABLE(at.level_ok && at.ipa_ok && at.tree_ok);
	walk = call_walk(call, at.realm, at.tree, at.ipa, at.level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_CREATE_rtt_walk, walk.level == at.level - 1, walk.level);
	WALKABLE(walk.level == at.level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_CREATE_rtte_state, walk.entry.state != RTT_TABLE,
		      walk.level);
	CHECKED(call);

	granule_take(call, rtt, GRANULE_RTT, at.rd);
	rtt_create(mem, &at.realm->s2, &walk, at.ipa, pa);
}

void rmi_rtt_aux_destroy(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const struct table_place at = resolve_table(call, COND_RMI_RTT_AUX_DESTROY_rd_align, 2);
	struct rtt_walk walk;

	RESOLVED(call);
	REQUIRE(call, RMI_RTT_AUX_DESTROY_level_bound, WITH(at.realm, at.level_ok));
	REQUIRE(call, RMI_RTT_AUX_DESTROY_ipa_bound, WITH(at.realm, at.ipa_ok));
	REQUIRE(call, RMI_RTT_AUX_DESTROY_ipa_align,
		!at.level_ok || rtt_level_aligned(at.ipa, at.level - 1));
	REQUIRE(call, RMI_RTT_AUX_DESTROY_index_bound, WITH(at.realm, at.tree_ok));
	WALKABLE(at.level_ok && at.ipa_ok && at.tree_ok);
	walk = call_walk(call, at.realm, at.tree, at.ipa, at.level - 1);
	call_return(call, 2, rtt_skip(mem, &at.realm->s2, at.tree, at.ipa, &walk));
	REQUIRE_LEVEL(call, RMI_RTT_AUX_DESTROY_rtt_walk, walk.level == at.level - 1, walk.level);
	WALKABLE(walk.level == at.level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_DESTROY_rtte_state, walk.entry.state == RTT_TABLE,
		      walk.level);
	WALKABLE(walk.entry.state == RTT_TABLE);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_DESTROY_rtt_live, !rtt_table_live(mem, walk.entry.pa),
		      at.level);
	CHECKED(call);

	rtt_destroy(mem, &at.realm->s2, at.tree, &walk, at.ipa);
	granule_free(call, walk.entry.pa);
	call_return(call, 1, walk.entry.pa);
	call_return(call, 2, rtt_skip(mem, &at.realm->s2, at.tree, at.ipa, &walk));
}

void rmi_rtt_aux_fold(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const struct table_place at = resolve_table(call, COND_RMI_RTT_AUX_FOLD_rd_align, 2);
	bool plain;
	enum rtt_fold_result fold;
	struct rtt_entry parent;
	struct rtt_walk walk;

	RESOLVED(call);
	REQUIRE(call, RMI_RTT_AUX_FOLD_level_bound, WITH(at.realm, at.level_ok));
	REQUIRE(call, RMI_RTT_AUX_FOLD_ipa_bound, WITH(at.realm, at.ipa_ok));
	REQUIRE(call, RMI_RTT_AUX_FOLD_ipa_align,
		!at.level_ok || rtt_level_aligned(at.ipa, at.level - 1));
	REQUIRE(call, RMI_RTT_AUX_FOLD_index_bound, WITH(at.realm, at.tree_ok));
	WALKABLE(at.level_ok && at.ipa_ok && at.tree_ok);
	walk = call_walk(call, at.realm, at.tree, at.ipa, at.level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_FOLD_rtt_walk, walk.level == at.level - 1, walk.level);
	WALKABLE(walk.level == at.level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_FOLD_rtte_state, walk.entry.state == RTT_TABLE, walk.level);
	WALKABLE(walk.entry.state == RTT_TABLE);
	fold = rtt_fold_check(mem, &at.realm->s2, at.tree, &walk, at.ipa, at.level,
			      quirk(call->sim, QUIRK_fold_full_table), &parent);
	plain = quirk(call->sim, QUIRK_aux_fold_plain_rtt);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_FOLD_fold_level, fold != RTT_FOLD_NO_BLOCK || plain,
		      at.level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_FOLD_fold_level_plain, fold != RTT_FOLD_NO_BLOCK || !plain,
		      at.level - 1);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_FOLD_rtt_homo, fold != RTT_FOLD_NOT_HOMOGENEOUS, at.level);
	CHECKED(call);

	rtt_fold(mem, &at.realm->s2, &walk, &parent);
	granule_free(call, walk.entry.pa);
	call_return(call, 1, walk.entry.pa);
}
