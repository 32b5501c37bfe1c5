/* SPDX-License-Identifier: BSD-3-Clause */
#include "planes/route.h"
#include "smc/mutant.h"

/* RIPAS lives in the primary tree, also for a Plane that runs on another: planes.md#6.1 */
static enum rmi_ripas ripas_of(const struct mem *mem, const struct rtt_s2 *s2, uint64_t ipa,
			       const struct plane_quirks *quirks)
{
	struct rtt_entry entry = rtt_walk(mem, s2, 0, ipa, RTT_LEVEL_PAGE).entry;

	if (entry.state == RTT_ASSIGNED_DEV && entry.ripas == RMI_RIPAS_DESTROYED &&
	    quirks->dev_destroyed_empty)
		return RMI_RIPAS_EMPTY;
	return entry.ripas;
}

/*
 * rtt.md#7.1. A permission fault on device memory is a fetch or a table walk of stage 1: nothing the
 * Host does could make it succeed, so both end in the Realm.
 */
static enum plane_outcome route_plane0(enum rmi_ripas ripas, bool fetch, enum plane_fault fault,
				       const struct plane_quirks *quirks)
{
	if (fetch && fault == PLANE_FAULT_PERMISSION && quirks->fetch_permission_sea)
		return PLANE_SEA;
	if (ripas == RMI_RIPAS_EMPTY)
		return PLANE_SEA;
	if (ripas == RMI_RIPAS_DEV && (fetch || fault == PLANE_FAULT_PERMISSION))
		return PLANE_SEA;
	return PLANE_REC_EXIT;
}

/* rtt.md#7.2: the kind of fault is looked at before RIPAS. */
static enum plane_outcome route_aux_plane(enum rmi_ripas ripas, bool fetch, enum plane_fault fault)
{
	if (fault == PLANE_FAULT_PERMISSION && !MUTANT(permission_fault_to_host))
		return PLANE_EXIT;
	if (ripas == RMI_RIPAS_EMPTY)
		return PLANE_EXIT;
	if (ripas == RMI_RIPAS_DEV && fetch)
		return PLANE_EXIT;
	return PLANE_REC_EXIT;
}

enum plane_outcome route_fault(const struct mem *mem, const struct rtt_s2 *s2, unsigned int plane,
			       uint64_t ipa, bool fetch, enum plane_fault fault,
			       const struct plane_quirks *quirks)
{
	/* The granule protection table is the business of the Host alone: rtt.md#7.1 */
	if (fault == PLANE_FAULT_GPF)
		return PLANE_REC_EXIT;
	if (!rtt_protected(s2, ipa)) {
		if (!fetch)
			return PLANE_REC_EXIT;
		return plane == 0 ? PLANE_SEA : PLANE_EXIT;
	}
	if (plane == 0)
		return route_plane0(ripas_of(mem, s2, ipa, quirks), fetch, fault, quirks);
	return route_aux_plane(ripas_of(mem, s2, ipa, quirks), fetch, fault);
}

struct plane_result plane_route(const struct mem *mem, const struct rtt_s2 *s2, unsigned int plane,
				uint64_t ipa, bool fetch, bool permission,
				const struct plane_quirks *quirks)
{
	struct plane_result result = {
		.outcome = PLANE_SEA,
		.fault = permission ? PLANE_FAULT_PERMISSION : PLANE_FAULT_TRANSLATION,
		.level = s2->level_start,
		.tree = rtt_tree_of_plane(s2, plane),
	};

	/* Such an abort should have been an address size fault of stage 1: rtt.md#7.1 */
	if (!rtt_in_range(s2, ipa))
		return result;
	result.level = rtt_walk(mem, s2, result.tree, ipa, RTT_LEVEL_PAGE).level;
	result.outcome = route_fault(mem, s2, plane, ipa, fetch, result.fault, quirks);
	result.emulatable = result.outcome == PLANE_REC_EXIT && !fetch && !rtt_protected(s2, ipa);
	return result;
}
