/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "attest/measurement.h"
#include "rmm/call.h"
#include "rmm/mec.h"
#include "rmm/rmi/realm.h"
#include "rmm/vmid.h"
#include "smc/mutant.h"

static bool vmid_valid(const struct rmmsim *sim, const struct realm_params *p, unsigned int plane)
{
	for (unsigned int i = 0; i < plane; i++) {
		if (p->vmid[i] == p->vmid[plane] &&
		    !(quirk(sim, QUIRK_recorded_id_bits) && p->vmid[plane] % 64 >= 16))
			return false;
	}
	return p->vmid[plane] >> sim->config.vmid_bits == 0 && !vmid_seen_used(sim, p->vmid[plane]);
}

static unsigned int planes_of(const struct realm_params *p)
{
	return p->num_aux_planes <= SIM_MAX_AUX_PLANES ? p->num_aux_planes + 1 : 1;
}

/* Number of leading Planes whose VMID is valid. */
static unsigned int valid_vmids(const struct rmmsim *sim, const struct realm_params *p)
{
	unsigned int plane = 0;

	while (plane < planes_of(p) && vmid_valid(sim, p, plane))
		plane++;
	return plane;
}

static void check_ids(struct call *call, const struct realm_params *p)
{
	struct rmmsim *sim = call->sim;
	bool mecid_bound = p->mecid <= mec_max(sim);
	unsigned int valid = valid_vmids(sim, p);

	REQUIRE(call, RMI_REALM_CREATE_mecid_bound, mecid_bound);
	REQUIRE(call, RMI_REALM_CREATE_mecid_state,
		WITH(mecid_bound, !mec_assigned(sim, p->mecid)));
	REQUIRE(call, RMI_REALM_CREATE_vmid_valid, valid != 0);
	REQUIRE(call, RMI_REALM_CREATE_aux_vmid_valid, WITH(valid, valid == planes_of(p)));
}

static bool root_contains(const struct realm_params *p, unsigned int tree, uint64_t pa)
{
	return pa - p->root[tree] < p->num_start * GRANULE_SIZE;
}

/* Some root granule of `tree` belongs to an earlier tree too. */
static bool root_overlaps(const struct realm_params *p, unsigned int tree)
{
	for (unsigned int other = 0; other < tree; other++) {
		if (root_contains(p, other, p->root[tree]))
			return true;
	}
	return false;
}

static bool root_managed(const struct rmmsim *sim, const struct realm_params *p, unsigned int tree)
{
	for (uint32_t i = 0; i < p->num_start; i++) {
		const struct granule *g = mem_find(sim->mem, p->root[tree] + i * GRANULE_SIZE);

		if (!g || mem_kind(sim->mem, g) != GRANULE_DRAM)
			return false;
	}
	return true;
}

/* `condition` is the row that fails for a granule in another state. */
static bool root_delegated(struct call *call, const struct realm_params *p, unsigned int tree,
			   enum smc_condition_id condition)
{
	for (uint32_t i = 0; i < p->num_start; i++) {
		uint64_t pa = p->root[tree] + i * GRANULE_SIZE;
		const struct granule *g = mem_find(call->sim->mem, pa);

		if (g->state == GRANULE_DELEGATED)
			continue;
		call_blame(call, condition, pa, g);
		return false;
	}
	return true;
}

static bool aux_roots_managed(const struct rmmsim *sim, const struct realm_params *p)
{
	for (unsigned int tree = 1; tree < p->trees; tree++) {
		if (!root_managed(sim, p, tree))
			return false;
	}
	return true;
}

static bool aux_roots_free(struct call *call, const struct realm_params *p)
{
	for (unsigned int tree = 1; tree < p->trees; tree++) {
		if (!root_delegated(call, p, tree, COND_RMI_REALM_CREATE_aux_rtt_state) ||
		    root_overlaps(p, tree))
			return false;
	}
	return true;
}

static bool rd_in_a_root(const struct realm_params *p, uint64_t rd)
{
	for (unsigned int tree = 0; tree < p->trees; tree++) {
		if (root_contains(p, tree, rd))
			return true;
	}
	return false;
}

void realm_check_roots(struct call *call, const struct realm_params *p)
{
	struct rmmsim *sim = call->sim;
	bool sized = p->num_start && p->num_start <= 16;
	bool managed = sized && root_managed(sim, p, 0);
	bool aux_managed = sized && aux_roots_managed(sim, p);

	REQUIRE(call, RMI_REALM_CREATE_rtt_bound, WITH(sized, managed));
	REQUIRE(call, RMI_REALM_CREATE_rtt_state,
		WITH(managed, root_delegated(call, p, 0, COND_RMI_REALM_CREATE_rtt_state)));
	REQUIRE(call, RMI_REALM_CREATE_aux_rtt_bound, WITH(sized, aux_managed));
	REQUIRE(call, RMI_REALM_CREATE_aux_rtt_state, WITH(aux_managed, aux_roots_free(call, p)));
	REQUIRE(call, RMI_REALM_CREATE_alias, !rd_in_a_root(p, call->x[1]));
}

/*
 * tf-rmm-quirks.md#6: identifiers that were taken although they were in use are given back when the
 * command fails later, and so become free for their first owner too.
 */
static void lose_duplicate_ids(struct rmmsim *sim, const struct realm_params *p,
			       enum smc_condition_id refused)
{
	unsigned int taken;

	if (!quirk(sim, QUIRK_recorded_id_bits) || refused <= COND_RMI_REALM_CREATE_mecid_state)
		return;
	taken = valid_vmids(sim, p);
	if (sim->mecids[p->mecid] == MECID_PRIVATE_ASSIGNED)
		mec_release(sim, p->mecid);
	for (unsigned int plane = 0; plane < taken; plane++)
		vmid_release(sim, p->vmid[plane]);
}

static void init_overlays(struct rtt_s2 *s2)
{
	/* planes.md#5.3 */
	for (unsigned int plane = 0; plane < RTT_MAX_TREES; plane++) {
		for (unsigned int i = 0; i < RTT_OVERLAY_NS; i++)
			s2->overlay[plane][i] = plane ? RTT_LABEL_NONE : RTT_LABEL_RW_UPX;
		s2->overlay[plane][RTT_OVERLAY_NS] = RTT_LABEL_RW;
	}
	s2->overlay_locked = 1u << 0 | 1u << RTT_OVERLAY_NS;
}

static void init_realm(struct rmmsim *sim, struct realm *realm, const struct realm_params *p)
{
	*realm = (struct realm){
		.state = REALM_NEW,
		.hash_algo = p->hash_algo,
		.flags0 = p->raw.flags0,
		.flags1 = p->raw.flags1,
		.ats_plane = p->raw.ats_plane,
		.sve_vl = p->sve_vl,
		.num_bps = p->num_bps,
		.num_wps = p->num_wps,
		.pmu_num_ctrs = p->pmu_num_ctrs,
		.num_aux_planes = p->num_aux_planes,
		.mecid = (uint32_t)p->mecid,
		.mec_shared = sim->mecids[p->mecid] == MECID_SHARED,
		.s2 =
			{
				.s2sz = p->s2sz,
				.level_start = (int32_t)p->raw.rtt_level_start,
				.num_start = p->num_start,
				.planes = p->num_aux_planes + 1,
				.lpa2 = p->lpa2,
				.tree_pp = p->tree_pp,
				.indirect = p->indirect,
			},
	};
	memcpy(realm->vmid, p->vmid, sizeof(realm->vmid));
	memcpy(realm->s2.root, p->root, sizeof(realm->s2.root));
	memcpy(realm->rpv, p->raw.rpv, sizeof(realm->rpv));
	init_overlays(&realm->s2);
	/* 2.0 does not measure parameters: rmm-2.0.md#12.1 */
	if (!revision_2(sim) || quirk(sim, QUIRK_rim_parameters))
		measurement_rim_init(realm->hash_algo, &p->raw, realm->measurement[0]);
}

/* Moves the root granules of every tree into or out of the Realm. */
static void move_roots(struct call *call, const struct realm *realm, struct granule *rd,
		       enum granule_state state)
{
	struct mem *mem = call->sim->mem;

	for (unsigned int tree = 0; tree < rtt_trees(&realm->s2); tree++) {
		for (uint32_t i = 0; i < realm->s2.num_start; i++) {
			struct granule *g = mem_find(mem, realm->s2.root[tree] + i * GRANULE_SIZE);

			mem_set_state(mem, g, state, &call->mem);
			mem_set_owner(mem, g, rd);
		}
	}
}

void realm_build(struct call *call, struct granule *rd, const struct realm_params *params)
{
	struct rmmsim *sim = call->sim;
	struct realm *realm;

	mem_set_state(sim->mem, rd, GRANULE_RD, &call->mem);
	realm = realm_edit(sim, rd);
	memset(realm, 0, GRANULE_SIZE);
	init_realm(sim, realm, params);
	mec_take(sim, params->mecid);
	for (unsigned int plane = 0; plane < realm->s2.planes; plane++)
		vmid_take(sim, params->vmid[plane]);
	move_roots(call, realm, rd, GRANULE_RTT);
	for (unsigned int tree = 0;
	     tree < (MUTANT(aux_roots_not_initialised) ? 1 : rtt_trees(&realm->s2)); tree++)
		rtt_init_root(sim->mem, &realm->s2, tree);
}

void realm_release(struct call *call, const struct realm *realm)
{
	struct rmmsim *sim = call->sim;

	for (unsigned int plane = MUTANT(realm_destroy_keeps_vmid); plane < realm->s2.planes;
	     plane++)
		vmid_release(sim, realm->vmid[plane]);
	if (!MUTANT(mec_keeps_member))
		mec_release(sim, realm->mecid);
	move_roots(call, realm, NULL, GRANULE_DELEGATED);
}

/* rmi-commands.md#4 */
void rmi_realm_create(struct call *call)
{
	struct rmmsim *sim = call->sim;
	struct realm_params params;
	struct granule *rd = NULL;

	if (!call_ns(call, COND_RMI_REALM_CREATE_params_align, call->x[2]))
		return;
	call_ns_read(call, call->x[2], sizeof(params.raw));
	realm_params_read(sim, call->x[2], &params);
	realm_params_check(call, &params);
	RESOLVED(call);
	check_ids(call, &params);
	if (!call->stop)
		realm_check_roots(call, &params);
	if (!call->stop)
		rd = call_dram(call, COND_RMI_REALM_CREATE_rd_align, call->x[1], GRANULE_DELEGATED);
	if (call->stop)
		lose_duplicate_ids(sim, &params, call->refused);
	RESOLVED(call);
	CHECKED(call);

	realm_build(call, rd, &params);
}

/* rmi-commands.md#4 */
void rmi_realm_activate(struct call *call)
{
	struct granule *rd;
	const struct realm *realm =
		call_realm(call, COND_RMI_REALM_ACTIVATE_rd_align, call->x[1], &rd);

	RESOLVED(call);
	REQUIRE(call, RMI_REALM_ACTIVATE_realm_state,
		WITH(realm, realm->state == REALM_NEW || (MUTANT(off_realm_activates) &&
							  realm->state == REALM_SYSTEM_OFF)));
	CHECKED(call);

	realm_edit(call->sim, rd)->state = REALM_ACTIVE;
}

bool realm_live(const struct rmmsim *sim, const struct realm *realm)
{
	if (realm->num_recs)
		return true;
	for (unsigned int tree = 0; tree < rtt_trees(&realm->s2); tree++) {
		if (rtt_root_live(sim->mem, &realm->s2, tree))
			return true;
	}
	return false;
}

/* rmi-commands.md#4 */
void rmi_realm_destroy(struct call *call)
{
	struct rmmsim *sim = call->sim;
	struct granule *rd;
	const struct realm *realm =
		call_realm(call, COND_RMI_REALM_DESTROY_rd_align, call->x[1], &rd);

	RESOLVED(call);
	REQUIRE(call, RMI_REALM_DESTROY_realm_live, WITH(realm, !realm_live(sim, realm)));
	REQUIRE(call, RMI_REALM_DESTROY_num_vdevs, WITH(realm, realm->num_vdevs == 0));
	CHECKED(call);

	realm_release(call, realm);
	mem_set_state(sim->mem, rd, GRANULE_DELEGATED, &call->mem);
}
