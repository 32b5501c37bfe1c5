/* SPDX-License-Identifier: BSD-3-Clause */
#include "planes/route.h"
#include "smc/mutant.h"

/* MemAttr[2:0] of device memory as the Host may choose it: rtt.md#5 */
#define ATTRIBUTES_NS_DEVICE_MAX (UINT64_C(3) << 2)
#define ATTRIBUTES_MEMATTR       (UINT64_C(7) << 2)

/* What hardware translates: rtt.md#2 ("valid in hardware") */
static bool valid(const struct rtt_entry *entry)
{
	if (entry->state == RTT_ASSIGNED)
		return entry->ripas == RMI_RIPAS_RAM;
	if (entry->state == RTT_ASSIGNED_DEV)
		return entry->ripas == RMI_RIPAS_DEV;
	return entry->state == RTT_ASSIGNED_NS;
}

static bool device(const struct rtt_entry *entry)
{
	if (entry->state == RTT_ASSIGNED_NS)
		return (entry->attributes & ATTRIBUTES_MEMATTR) <= ATTRIBUTES_NS_DEVICE_MAX;
	return entry->state == RTT_ASSIGNED_DEV;
}

/* A table walk of stage 1 reads, or writes when it updates flags, for each kind of access. */
static unsigned int needed(const struct plane_access *access)
{
	if (access->kind == PLANE_WRITE)
		return PLANE_PERM_W;
	if (access->kind == PLANE_READ || access->table_walk)
		return PLANE_PERM_R;
	return access->privileged || MUTANT(el0_fetch_as_el1) ? PLANE_PERM_PX : PLANE_PERM_UX;
}

/* With HCR_EL2.PTW a table walk of stage 1 faults on device memory: rtt.md#6.3 */
static bool permitted(const struct rtt_s2 *s2, unsigned int plane, const struct rtt_entry *entry,
		      const struct plane_access *access)
{
	if (access->table_walk && device(entry))
		return false;
	return (plane_permission(s2, plane, entry) & needed(access)) != 0;
}

/*
 * The granule protection check of the output address. An entry of the Host may name any address
 * (rtt.md#5): one that no bank has belongs to no one and fails the check as a foreign PAS does.
 */
static bool pas_agrees(const struct mem *mem, uint64_t pa, bool ns)
{
	const struct granule *granule = mem_find(mem, pa);

	return granule && granule->pas == (ns ? GRANULE_PAS_NS : GRANULE_PAS_REALM);
}

static enum plane_fault fault_of(const struct mem *mem, const struct rtt_s2 *s2, unsigned int plane,
				 const struct rtt_entry *entry, const struct plane_access *access,
				 uint64_t pa)
{
	if (!valid(entry))
		return PLANE_FAULT_TRANSLATION;
	if (!permitted(s2, plane, entry, access))
		return PLANE_FAULT_PERMISSION;
	if (!pas_agrees(mem, pa, entry->state == RTT_ASSIGNED_NS) && !MUTANT(gpt_ignored))
		return PLANE_FAULT_GPF;
	return PLANE_FAULT_NONE;
}

/*
 * A granule protection fault repeats until the Host changes the granule or the mapping, so it is not
 * emulatable; nor is the fault of a table walk, whose syndrome has no valid instruction.
 */
static bool emulatable(const struct rtt_s2 *s2, uint64_t ipa, const struct plane_access *access,
		       const struct plane_result *result)
{
	return result->outcome == PLANE_REC_EXIT && result->fault != PLANE_FAULT_GPF &&
	       access->kind != PLANE_FETCH && !access->table_walk && !rtt_protected(s2, ipa);
}

struct plane_result plane_translate(const struct mem *mem, const struct rtt_s2 *s2,
				    unsigned int plane, uint64_t ipa,
				    const struct plane_access *access,
				    const struct plane_quirks *quirks)
{
	struct plane_result result = {
		.outcome = PLANE_ADDRESS_SIZE,
		.level = s2->level_start,
		.tree = rtt_tree_of_plane(s2, plane),
	};
	struct rtt_walk walk;
	uint64_t pa;

	if (!rtt_in_range(s2, ipa))
		return result;
	walk = rtt_walk(mem, s2, result.tree, ipa, RTT_LEVEL_PAGE);
	pa = walk.entry.pa + (ipa & (rtt_entry_size(walk.level) - 1));
	result.level = walk.level;
	result.fault = fault_of(mem, s2, plane, &walk.entry, access, pa);
	if (result.fault != PLANE_FAULT_NONE) {
		result.outcome = route_fault(mem, s2, plane, ipa, access->kind == PLANE_FETCH,
					     result.fault, quirks);
		result.emulatable = emulatable(s2, ipa, access, &result);
		return result;
	}
	result.outcome = PLANE_PROCEED;
	result.pa = pa;
	result.ns = walk.entry.state == RTT_ASSIGNED_NS;
	result.device = device(&walk.entry);
	result.permission = plane_permission(s2, plane, &walk.entry);
	result.table = walk.table;
	return result;
}
