/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>

#include "rmm/check/check.h"

static bool state_modelled(const struct granule *granule)
{
	return granule->state <= GRANULE_VDEV || granule->state == GRANULE_PARTIAL ||
	       granule->state == GRANULE_RD_AUX;
}

static bool part_of_realm(const struct granule *granule)
{
	switch (granule->state) {
	case GRANULE_REC:
	case GRANULE_REC_AUX:
	case GRANULE_RD_AUX:
	case GRANULE_RTT:
	case GRANULE_DATA:
	case GRANULE_DEV_MAPPED:
	case GRANULE_VDEV:
		return true;
	default:
		return false;
	}
}

static bool kind_right(const struct check *check, const struct granule *granule)
{
	bool device = mem_kind(check->mem, granule) != GRANULE_DRAM;

	if (granule->state == GRANULE_UNDELEGATED || granule->state == GRANULE_DELEGATED)
		return true;
	return device == (granule->state == GRANULE_DEV_MAPPED);
}

static bool owner_right(const struct check *check, const struct granule *granule)
{
	const struct granule *owner = mem_owner(check->mem, granule);

	if (!part_of_realm(granule))
		return owner == NULL;
	/* Memory of an open operation: invariant op_memory. */
	if (!owner && revision_2(check->sim) &&
	    (granule->state == GRANULE_REC_AUX || granule->state == GRANULE_RD_AUX))
		return true;
	return owner && owner->state == GRANULE_RD;
}

static bool refs_possible(const struct granule *granule)
{
	return granule->refs == 0 || granule->state == GRANULE_RTT ||
	       granule->state == GRANULE_DATA || granule->state == GRANULE_DEV_MAPPED;
}

static bool origin_right(const struct check *check, const struct granule *granule)
{
	if (granule->call > check->sim->calls)
		return false;
	return granule->state == GRANULE_UNDELEGATED || granule->call != 0;
}

static void fail_granule(struct check *check, const struct granule *granule,
			 enum invariant invariant)
{
	check_fail(check, invariant,
		   "granule 0x%" PRIx64 " is %s in PAS %s with %u refs and owner 0x%" PRIx64
		   " since call %" PRIu64 " of %" PRIu64,
		   mem_pa(check->mem, granule), granule_state_name(granule->state),
		   granule_pas_name(granule->pas), granule->refs, check_owner(check, granule),
		   granule->call, check->sim->calls);
}

void check_granule(struct check *check, const struct granule *granule)
{
	const bool realm_pas = granule->pas == GRANULE_PAS_REALM;

	if (realm_pas != (granule->state != GRANULE_UNDELEGATED))
		fail_granule(check, granule, INVARIANT_granule_pas);
	if (!mem_protection_agrees(check->mem, granule))
		fail_granule(check, granule, INVARIANT_granule_protection);
	if (!state_modelled(granule))
		fail_granule(check, granule, INVARIANT_granule_state);
	if (!kind_right(check, granule))
		fail_granule(check, granule, INVARIANT_granule_kind);
	if (!owner_right(check, granule))
		fail_granule(check, granule, INVARIANT_granule_owner);
	if (!refs_possible(granule))
		fail_granule(check, granule, INVARIANT_granule_refs);
	if (!origin_right(check, granule))
		fail_granule(check, granule, INVARIANT_granule_origin);
}

/* A repeated sharing of a start-level table counts again: quirk aux-map-unprotected-recount. */
static bool refs_right(const struct check *check, const struct granule *granule,
		       const struct check_mark *mark)
{
	if (mark->aux_root && quirk(check->sim, QUIRK_aux_map_unprotected_recount))
		return granule->refs >= mark->count;
	return granule->refs == mark->count;
}

static void check_uses(struct check *check, enum invariant invariant, const struct granule *granule,
		       const struct check_mark *mark)
{
	if (mark->uses != 1)
		check_fail(check, invariant, "granule 0x%" PRIx64 ": %u places refer to it",
			   mem_pa(check->mem, granule), mark->uses);
}

static void check_refs(struct check *check, enum invariant invariant, const struct granule *granule,
		       const struct check_mark *mark)
{
	if (!refs_right(check, granule, mark))
		check_fail(check, invariant,
			   "granule 0x%" PRIx64 " of Realm 0x%" PRIx64 " has %u refs, found %u",
			   mem_pa(check->mem, granule), check_owner(check, granule), granule->refs,
			   mark->count);
}

void check_granule_marks(struct check *check, const struct granule *granule)
{
	const struct check_mark *mark =
		&check->marks[mem_index(check->mem, granule) - check->first];

	switch (granule->state) {
	case GRANULE_RTT:
		check_uses(check, INVARIANT_rtt_once, granule, mark);
		check_refs(check, INVARIANT_rtt_refs, granule, mark);
		break;
	case GRANULE_DATA:
		check_uses(check, INVARIANT_data_once, granule, mark);
		check_refs(check, INVARIANT_data_refs, granule, mark);
		break;
	case GRANULE_DEV_MAPPED:
		check_uses(check, INVARIANT_dev_once, granule, mark);
		break;
	case GRANULE_REC_AUX:
		check_uses(check, INVARIANT_rec_aux_once, granule, mark);
		break;
	case GRANULE_PDEV_AUX:
		check_uses(check, INVARIANT_pdev_aux_once, granule, mark);
		break;
	case GRANULE_PARTIAL:
		check_uses(check, INVARIANT_op_object, granule, mark);
		break;
	default:
		break;
	}
}
