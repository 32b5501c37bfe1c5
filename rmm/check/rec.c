/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>

#include "rmm/check/check.h"

static bool aux_right(struct check *check, const struct rec *rec, const struct granule *rd)
{
	bool right =
		rec->num_aux == check->sim->config.rec_aux_count && rec->num_aux <= REC_MAX_AUX;

	for (uint32_t i = 0; i < rec->num_aux && i < REC_MAX_AUX; i++) {
		struct check_mark *mark = check_mark(check, rec->aux[i]);

		right &= check_belongs(check, rec->aux[i], GRANULE_REC_AUX, rd);
		if (mark)
			mark->uses++;
	}
	return right;
}

static bool plane_right(const struct rec *rec, const struct realm *realm)
{
	if (rec->active_plane >= realm->s2.planes)
		return false;
	return rec->gic_owner == 0 || rec->gic_owner == rec->active_plane;
}

static bool pending_right(const struct rec *rec)
{
	if (rec->pending == REC_PENDING_NONE || rec->pending == REC_PENDING_HOST_CALL)
		return true;
	return rec->pending <= REC_PENDING_VDEV_COMPLETE && rec->active_plane == 0;
}

/* A request has a top; progress of a REC without one does not matter: rec.md#5 */
static bool request_right(const struct rec_request *request, const struct realm *realm)
{
	if (request->top == 0)
		return request->base == 0;
	if (((request->base | request->addr | request->top) & GRANULE_MASK) != 0)
		return false;
	return request->base <= request->addr && request->addr <= request->top &&
	       request->base < request->top &&
	       rtt_protected(&realm->s2, request->top - GRANULE_SIZE);
}

static bool ripas_right(const struct rec *rec, const struct realm *realm)
{
	return rec->ripas.value <= RMI_RIPAS_RAM && request_right(&rec->ripas, realm);
}

static bool s2ap_right(const struct rec *rec, const struct realm *realm)
{
	return rec->s2ap.value < RTT_OVERLAY_NS && rec->s2ap.tree < rtt_trees(&realm->s2) &&
	       request_right(&rec->s2ap, realm);
}

static void check_requests(struct check *check, uint64_t pa, const struct rec *rec,
			   const struct realm *realm)
{
	if (!ripas_right(rec, realm))
		check_fail(check, INVARIANT_rec_ripas,
			   "REC 0x%" PRIx64 ": [0x%" PRIx64 ", 0x%" PRIx64 ") at 0x%" PRIx64
			   ", RIPAS %" PRIu64,
			   pa, rec->ripas.base, rec->ripas.top, rec->ripas.addr, rec->ripas.value);
	if (!s2ap_right(rec, realm))
		check_fail(check, INVARIANT_rec_s2ap,
			   "REC 0x%" PRIx64 ": [0x%" PRIx64 ", 0x%" PRIx64 ") at 0x%" PRIx64
			   ", index %" PRIu64 ", tree %u",
			   pa, rec->s2ap.base, rec->s2ap.top, rec->s2ap.addr, rec->s2ap.value,
			   rec->s2ap.tree);
}

/* In 2.0 the Host chooses which MPIDRs there are: rmm-2.0.md#8.5 */
static bool any_mpidr(const struct rmmsim *sim)
{
	return revision_2(sim) && !quirk(sim, QUIRK_mpidr_in_order);
}

void check_rec(struct check *check, const struct granule *granule)
{
	const uint64_t pa = mem_pa(check->mem, granule);
	const struct rec *rec = rec_at(check->sim, granule);
	const struct granule *rd = mem_owner(check->mem, granule);
	const struct realm *realm;

	if (!rd || rd->state != GRANULE_RD)
		return; /* granule_owner has said so */
	realm = realm_at(check->sim, rd);
	if (rec->rd != mem_pa(check->mem, rd))
		check_fail(check, INVARIANT_rec_owner,
			   "REC 0x%" PRIx64 " of Realm 0x%" PRIx64 " names 0x%" PRIx64, pa,
			   mem_pa(check->mem, rd), rec->rd);
	if ((rec->index >= realm->rec_index && !any_mpidr(check->sim)) ||
	    rec->index != rec_mpidr_index(rec->mpidr))
		check_fail(check, INVARIANT_rec_index,
			   "REC 0x%" PRIx64 ": index %" PRIu64 ", MPIDR 0x%" PRIx64
			   ", next index %" PRIu64,
			   pa, rec->index, rec->mpidr, realm->rec_index);
	if (!aux_right(check, rec, rd))
		check_fail(check, INVARIANT_rec_aux, "REC 0x%" PRIx64 ": %u granules", pa,
			   rec->num_aux);
	if (rec->running && realm->state == REALM_NEW)
		check_fail(check, INVARIANT_rec_running, "REC 0x%" PRIx64 " of a NEW Realm", pa);
	if (!plane_right(rec, realm))
		check_fail(check, INVARIANT_rec_plane,
			   "REC 0x%" PRIx64 ": Plane %u active, Plane %u owns the GIC", pa,
			   rec->active_plane, rec->gic_owner);
	if (!pending_right(rec))
		check_fail(check, INVARIANT_rec_pending, "REC 0x%" PRIx64 ": %u in Plane %u", pa,
			   rec->pending, rec->active_plane);
	if (rec->token_offset > rec->token_size ||
	    (rec->attest == REC_ATTEST_READY && rec->token_size > GRANULE_SIZE))
		check_fail(check, INVARIANT_rec_token, "REC 0x%" PRIx64 ": %u of %u bytes", pa,
			   rec->token_offset, rec->token_size);
	check_requests(check, pa, rec, realm);
}
