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

void check_granule(struct check *check, const struct granule *granule)
{
	const uint64_t pa = mem_pa(check->mem, granule);
	const char *state = granule_state_name(granule->state);
	const bool realm_pas = granule->pas == GRANULE_PAS_REALM;

	if (realm_pas != (granule->state != GRANULE_UNDELEGATED))
		check_fail(check, INVARIANT_granule_pas,
			   "granule 0x%" PRIx64 " is %s and in PAS %s", pa, state,
			   granule_pas_name(granule->pas));
	if (!mem_protection_agrees(check->mem, granule))
		check_fail(check, INVARIANT_granule_protection, "granule 0x%" PRIx64 " is %s", pa,
			   state);
	if (!state_modelled(granule))
		check_fail(check, INVARIANT_granule_state, "granule 0x%" PRIx64 " is %s", pa,
			   state);
	if (!kind_right(check, granule))
		check_fail(check, INVARIANT_granule_kind, "granule 0x%" PRIx64 " is %s", pa, state);
	if (!owner_right(check, granule))
		check_fail(check, INVARIANT_granule_owner,
			   "granule 0x%" PRIx64 " is %s and has owner 0x%" PRIx64, pa, state,
			   check_owner(check, granule));
	if (!refs_possible(granule))
		check_fail(check, INVARIANT_granule_refs,
			   "granule 0x%" PRIx64 " is %s with %u refs", pa, state, granule->refs);
	if (!origin_right(check, granule))
		check_fail(check, INVARIANT_granule_origin,
			   "granule 0x%" PRIx64 " is %s since call %" PRIu64 " of %" PRIu64, pa,
			   state, granule->call, check->sim->calls);
}

/* A repeated sharing of a start-level table counts again: quirk aux-map-unprotected-recount. */
static bool refs_right(const struct check *check, const struct granule *granule,
		       const struct check_mark *mark)
{
	if (mark->aux_root && quirk(check->sim, QUIRK_aux_map_unprotected_recount))
		return granule->refs >= mark->count;
	return granule->refs == mark->count;
}

static void check_uses(struct check *check, enum invariant invariant, uint64_t pa,
		       const struct check_mark *mark)
{
	if (mark->uses != 1)
		check_fail(check, invariant, "granule 0x%" PRIx64 ": %u places refer to it", pa,
			   mark->uses);
}

static void check_refs(struct check *check, enum invariant invariant, uint64_t pa,
		       const struct granule *granule, const struct check_mark *mark)
{
	if (!refs_right(check, granule, mark))
		check_fail(check, invariant,
			   "granule 0x%" PRIx64 " of Realm 0x%" PRIx64 " has %u refs, found %u", pa,
			   check_owner(check, granule), granule->refs, mark->count);
}

void check_granule_marks(struct check *check, const struct granule *granule)
{
	const uint64_t pa = mem_pa(check->mem, granule);
	const struct check_mark *mark = check_mark(check, pa);

	switch (granule->state) {
	case GRANULE_RTT:
		check_uses(check, INVARIANT_rtt_once, pa, mark);
		check_refs(check, INVARIANT_rtt_refs, pa, granule, mark);
		break;
	case GRANULE_DATA:
		check_uses(check, INVARIANT_data_once, pa, mark);
		check_refs(check, INVARIANT_data_refs, pa, granule, mark);
		break;
	case GRANULE_DEV_MAPPED:
		check_uses(check, INVARIANT_dev_once, pa, mark);
		break;
	case GRANULE_REC_AUX:
		check_uses(check, INVARIANT_rec_aux_once, pa, mark);
		break;
	case GRANULE_PDEV_AUX:
		check_uses(check, INVARIANT_pdev_aux_once, pa, mark);
		break;
	case GRANULE_PARTIAL:
		check_uses(check, INVARIANT_op_object, pa, mark);
		break;
	default:
		break;
	}
}
