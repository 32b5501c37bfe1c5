/* SPDX-License-Identifier: BSD-3-Clause */
/* Mappings of auxiliary trees: rmi-commands.md#7, planes.md#6 */
#include "rmm/rmi/rtt_args.h"

static bool maps(const struct rtt_entry *entry)
{
	return entry->state == RTT_ASSIGNED || entry->state == RTT_ASSIGNED_DEV;
}

/* The RIPAS that makes an entry of this kind accessible. */
static enum rmi_ripas ripas_accessible(const struct rtt_entry *entry)
{
	return entry->state == RTT_ASSIGNED_DEV ? RMI_RIPAS_DEV : RMI_RIPAS_RAM;
}

/* Where a command maps or unmaps: the Realm in X1, an IPA in X2, an auxiliary tree in X3. */
struct place {
	const struct realm *realm; /* NULL: refused, or a dry run without a Realm */
	uint64_t ipa, tree;
	bool ipa_ok, tree_ok; /* the IPA is in the half that the command is for; the tree exists */
};

static struct place resolve_place(struct call *call, enum smc_condition_id rd_align,
				  bool (*in_half)(const struct realm *realm, uint64_t ipa))
{
	struct place place = {
		.realm = call_realm(call, rd_align, call->x[1], NULL),
		.ipa = call->x[2],
		.tree = call->x[3],
	};

	place.ipa_ok = place.realm && in_half(place.realm, place.ipa);
	place.tree_ok = place.realm && index_valid(place.realm, place.tree);
	return place;
}

/* The root entry of a place in the Unprotected half. */
static bool at_root_entry(const struct place *place)
{
	return rtt_level_aligned(place->ipa, place->realm->s2.level_start);
}

/*
 * Output registers of a refused AUX_MAP_PROTECTED: the entry that blocked it. `index` is the tree it is in,
 * 0 for the primary tree. rmi-abi.md#4 (4.2)
 */
static void report(struct call *call, const struct rtt_walk *primary, uint64_t index,
		   uint64_t state)
{
	if (!quirk(call->sim, QUIRK_aux_map_outputs)) {
		call_return(call, 1, state);
		call_return(call, 2, primary->entry.ripas);
		return;
	}
	call_return(call, 1, index);
	call_return(call, 2, (uint64_t)(int64_t)primary->level);
	call_return(call, 3, state);
	call_return(call, 4, primary->entry.ripas);
}

/* An auxiliary walk that is too shallow hides AUX_DESTROYED: tf-rmm-quirks.md#3 (W13) */
static bool aux_destroyed(const struct call *call, const struct rtt_walk *primary,
			  const struct rtt_walk *aux)
{
	if (aux->entry.state != RTT_AUX_DESTROYED)
		return false;
	return aux->level >= primary->level || !quirk(call->sim, QUIRK_aux_shallow_destroyed);
}

static void report_aux(struct call *call, const struct rtt_walk *primary,
		       const struct rtt_walk *aux)
{
	struct rmmsim *sim = call->sim;
	uint64_t code = quirk(sim, QUIRK_aux_destroyed_code) ? 5 : RMI_RTT_ENTRY_AUX_DESTROYED;
	bool destroyed = aux_destroyed(call, primary, aux);
	uint64_t index = call->x[3];

	if (destroyed && quirk(sim, QUIRK_aux_map_entry_index))
		index = aux->index;
	if (!destroyed)
		code = RMI_RTT_ENTRY_UNASSIGNED;
	report(call, primary, index, rtt_state_reported(aux->entry.state, code));
}

/* 2.0 maps nothing in a Realm that will not run again: rmm-2.0.md#10 */
static bool may_map(const struct call *call, const struct realm *realm)
{
	return !revision_2(call->sim) || realm->state == REALM_NEW || realm->state == REALM_ACTIVE;
}

void rmi_rtt_aux_map_protected(struct call *call)
{
	struct rmmsim *sim = call->sim;
	const struct place at =
		resolve_place(call, COND_RMI_RTT_AUX_MAP_PROTECTED_rd_align, ipa_protected);
	struct rtt_walk primary, aux;
	enum rmi_ripas ripas;

	RESOLVED(call);
	REQUIRE(call, RMI_RTT_AUX_MAP_PROTECTED_realm_state,
		WITH(at.realm, may_map(call, at.realm)));
	WALKABLE(!at.realm || may_map(call, at.realm));
	REQUIRE(call, RMI_RTT_AUX_MAP_PROTECTED_ipa_align, (at.ipa & GRANULE_MASK) == 0);
	REQUIRE(call, RMI_RTT_AUX_MAP_PROTECTED_ipa_bound, WITH(at.realm, at.ipa_ok));
	REQUIRE(call, RMI_RTT_AUX_MAP_PROTECTED_index_bound, WITH(at.realm, at.tree_ok));
	WALKABLE(at.ipa_ok && at.tree_ok);
	primary = call_walk(call, at.realm, 0, at.ipa, RTT_LEVEL_PAGE);
	ripas = primary.entry.ripas;
	report(call, &primary, 0, rtt_state_reported(primary.entry.state, 0));
	REQUIRE_LEVEL(call, RMI_RTT_AUX_MAP_PROTECTED_pri_unassigned, maps(&primary.entry),
		      primary.level);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_MAP_PROTECTED_pri_ram,
		      primary.entry.state != RTT_ASSIGNED || ripas == RMI_RIPAS_RAM, primary.level);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_MAP_PROTECTED_pri_dev,
		      primary.entry.state != RTT_ASSIGNED_DEV || ripas == RMI_RIPAS_DEV,
		      primary.level);
	/* The aux_* conditions apply only if the primary entry maps accessible memory: rmi-commands.md#7 */
	WALKABLE(maps(&primary.entry) && ripas == ripas_accessible(&primary.entry));
	aux = call_walk(call, at.realm, at.tree, at.ipa, RTT_LEVEL_PAGE);
	report_aux(call, &primary, &aux);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_MAP_PROTECTED_aux_destroyed,
		      !aux_destroyed(call, &primary, &aux), aux.level);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_MAP_PROTECTED_level, aux.level >= primary.level, aux.level);
	CHECKED(call);

	rtt_aux_map(sim->mem, &at.realm->s2, at.tree, at.ipa, &primary, &aux,
		    quirk(sim, QUIRK_aux_map_block_offset));
	for (unsigned int n = 1; n <= 3; n++)
		call_return(call, n, 0);
	if (quirk(sim, QUIRK_aux_map_outputs))
		call_return(call, 4, 0);
}

void rmi_rtt_aux_map_unprotected(struct call *call)
{
	struct rmmsim *sim = call->sim;
	const struct place at =
		resolve_place(call, COND_RMI_RTT_AUX_MAP_UNPROTECTED_rd_align, ipa_unprotected);
	struct rtt_walk primary, aux;

	RESOLVED(call);
	REQUIRE(call, RMI_RTT_AUX_MAP_UNPROTECTED_realm_state,
		WITH(at.realm, may_map(call, at.realm)));
	WALKABLE(!at.realm || may_map(call, at.realm));
	REQUIRE(call, RMI_RTT_AUX_MAP_UNPROTECTED_ipa_align, WITH(at.realm, at_root_entry(&at)));
	REQUIRE(call, RMI_RTT_AUX_MAP_UNPROTECTED_ipa_bound, WITH(at.realm, at.ipa_ok));
	REQUIRE(call, RMI_RTT_AUX_MAP_UNPROTECTED_index_bound, WITH(at.realm, at.tree_ok));
	WALKABLE(at.ipa_ok && at.tree_ok);
	primary = call_walk(call, at.realm, 0, at.ipa, at.realm->s2.level_start);
	REQUIRE_LEVEL(call, RMI_RTT_AUX_MAP_UNPROTECTED_pri_state,
		      primary.entry.state != RTT_UNASSIGNED_NS, primary.level);
	CHECKED(call);

	aux = rtt_walk(sim->mem, &at.realm->s2, at.tree, at.ipa, at.realm->s2.level_start);
	rtt_aux_map_ns(sim->mem, &at.realm->s2, &primary, &aux,
		       quirk(sim, QUIRK_aux_map_unprotected_recount));
}

void rmi_rtt_aux_unmap_protected(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const struct place at =
		resolve_place(call, COND_RMI_RTT_AUX_UNMAP_PROTECTED_rd_align, ipa_protected);
	struct rtt_walk aux;

	RESOLVED(call);
	REQUIRE(call, RMI_RTT_AUX_UNMAP_PROTECTED_ipa_align, (at.ipa & GRANULE_MASK) == 0);
	REQUIRE(call, RMI_RTT_AUX_UNMAP_PROTECTED_ipa_bound, WITH(at.realm, at.ipa_ok));
	REQUIRE(call, RMI_RTT_AUX_UNMAP_PROTECTED_index_bound, WITH(at.realm, at.tree_ok));
	WALKABLE(at.ipa_ok && at.tree_ok);
	aux = call_walk(call, at.realm, at.tree, at.ipa, RTT_LEVEL_PAGE);
	call_return(call, 1, rtt_skip(mem, &at.realm->s2, at.tree, at.ipa, &aux));
	REQUIRE_LEVEL(call, RMI_RTT_AUX_UNMAP_PROTECTED_rtte_state, maps(&aux.entry), aux.level);
	CHECKED(call);

	rtt_aux_unmap(mem, &at.realm->s2, at.tree, &aux);
	call_return(call, 1, rtt_skip(mem, &at.realm->s2, at.tree, at.ipa, &aux));
}

void rmi_rtt_aux_unmap_unprotected(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const struct place at =
		resolve_place(call, COND_RMI_RTT_AUX_UNMAP_UNPROTECTED_rd_align, ipa_unprotected);
	struct rtt_walk aux;

	RESOLVED(call);
	REQUIRE(call, RMI_RTT_AUX_UNMAP_UNPROTECTED_index_bound, WITH(at.realm, at.tree_ok));
	REQUIRE(call, RMI_RTT_AUX_UNMAP_UNPROTECTED_ipa_align, WITH(at.realm, at_root_entry(&at)));
	REQUIRE(call, RMI_RTT_AUX_UNMAP_UNPROTECTED_ipa_bound, WITH(at.realm, at.ipa_ok));
	CHECKED(call);

	aux = rtt_walk(mem, &at.realm->s2, at.tree, at.ipa, at.realm->s2.level_start);
	rtt_aux_unmap_ns(mem, &at.realm->s2, &aux);
	call_return(call, 1, rtt_skip(mem, &at.realm->s2, at.tree, at.ipa, &aux));
}
