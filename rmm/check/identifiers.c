/* SPDX-License-Identifier: BSD-3-Clause */
/* Identifiers that Realms and RECs must not share. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rmm/check/check.h"
#include "rmm/mec.h"
#include "rmm/vmid.h"

/* An identifier and who has it; sorted, the ones that are alike are neighbours. */
struct identifier {
	uint64_t realm; /* 0 where the identifier has no Realm to be unique in */
	uint64_t value;
};

static int compare(const void *left, const void *right)
{
	const struct identifier *a = left, *b = right;

	if (a->realm != b->realm)
		return a->realm < b->realm ? -1 : 1;
	return (a->value > b->value) - (a->value < b->value);
}

static bool same(const struct identifier *a, const struct identifier *b)
{
	return compare(a, b) == 0;
}

/* --- VMIDs ----------------------------------------------------------------------------------- */

/* The recordings' platform notices few duplicates: tf-rmm-quirks.md#6 (recorded-id-bits) */
static bool vmid_may_repeat(const struct rmmsim *sim, uint64_t vmid)
{
	return quirk(sim, QUIRK_recorded_id_bits) && vmid % 64 >= 16;
}

static size_t collect_vmids(const struct check *check, struct identifier *ids)
{
	size_t count = 0;

	for (size_t i = 0; i < check->realms.count; i++) {
		const struct realm *realm = realm_at(check->sim, check->realms.items[i]);

		for (unsigned int plane = 0; plane < realm->s2.planes && plane < RTT_MAX_TREES;
		     plane++)
			ids[count++] = (struct identifier){.value = realm->vmid[plane]};
	}
	qsort(ids, count, sizeof(*ids), compare);
	return count;
}

static uint64_t vmids_in_use(const struct rmmsim *sim)
{
	uint64_t used = 0;

	for (size_t i = 0; i < sizeof(sim->vmids) / sizeof(sim->vmids[0]); i++) {
		if (sim->vmids[i])
			used += (uint64_t)__builtin_popcountll(sim->vmids[i]);
	}
	return used;
}

static void check_vmids(struct check *check, struct identifier *ids)
{
	const struct rmmsim *sim = check->sim;
	const size_t count = collect_vmids(check, ids);
	uint64_t distinct = 0;

	for (size_t i = 0; i < count; i++) {
		const uint64_t vmid = ids[i].value;
		const bool repeated = i > 0 && same(&ids[i - 1], &ids[i]);

		if (repeated && !vmid_may_repeat(sim, vmid))
			check_fail(check, INVARIANT_vmid_unique, "VMID %" PRIu64, vmid);
		if (vmid_used(sim, (uint16_t)vmid))
			distinct += !repeated;
		else if (!vmid_may_repeat(sim, vmid))
			check_fail(check, INVARIANT_vmid_used, "VMID %" PRIu64 " is not marked",
				   vmid);
	}
	if (vmids_in_use(sim) != distinct)
		check_fail(check, INVARIANT_vmid_used, "%" PRIu64 " marked, %" PRIu64 " in Realms",
			   vmids_in_use(sim), distinct);
}

/* --- MECIDs ---------------------------------------------------------------------------------- */

static uint64_t mecids_in_state(const struct rmmsim *sim, enum mecid_state state)
{
	const uint8_t *at = sim->mecids, *end = at + mec_max(sim) + 1;
	uint64_t count = 0;

	while (at < end && (at = memchr(at, (int)state, (size_t)(end - at))) != NULL) {
		count++;
		at++;
	}
	return count;
}

/* As VMIDs; the platform's number of a MECID is one higher. */
static bool mecid_may_repeat(const struct rmmsim *sim, uint64_t mecid)
{
	return vmid_may_repeat(sim, mecid + 1);
}

static void check_mecid(struct check *check, const struct granule *rd, const struct realm *realm)
{
	const struct rmmsim *sim = check->sim;
	const enum mecid_state state = sim->mecids[realm->mecid % SIM_MAX_MECIDS];

	if (mecid_may_repeat(sim, realm->mecid))
		return;
	if (state == MECID_PRIVATE_UNASSIGNED || realm->mec_shared != (state == MECID_SHARED))
		check_fail(check, INVARIANT_mecid_state,
			   "MECID %u of Realm 0x%" PRIx64 " is in state %d", realm->mecid,
			   mem_pa(check->mem, rd), (int)state);
}

static void check_mecids(struct check *check)
{
	const struct rmmsim *sim = check->sim;
	const uint64_t assigned = mecids_in_state(sim, MECID_PRIVATE_ASSIGNED);
	const uint64_t shared = mecids_in_state(sim, MECID_SHARED);
	uint64_t members = 0, repeatable = 0;

	for (size_t i = 0; i < check->realms.count; i++) {
		const struct realm *realm = realm_at(sim, check->realms.items[i]);

		check_mecid(check, check->realms.items[i], realm);
		members += realm->mec_shared;
		repeatable += mecid_may_repeat(sim, realm->mecid);
	}
	if (assigned + members != check->realms.count && repeatable == 0)
		check_fail(check, INVARIANT_mecid_state,
			   "%" PRIu64 " MECIDs assigned and %" PRIu64
			   " Realms share, of %zu Realms",
			   assigned, members, check->realms.count);
	if (shared > 1)
		check_fail(check, INVARIANT_mecid_state, "%" PRIu64 " MECIDs are shared", shared);
	if (sim->mecid_members != members)
		check_fail(check, INVARIANT_mecid_members, "%u counted, %" PRIu64 " Realms",
			   sim->mecid_members, members);
}

/* --- RECs ------------------------------------------------------------------------------------ */

static void check_recs(struct check *check, struct identifier *ids)
{
	unsigned int running = 0;

	for (size_t i = 0; i < check->recs.count; i++) {
		const struct rec *rec = rec_at(check->sim, check->recs.items[i]);

		ids[i] = (struct identifier){.realm = rec->rd, .value = rec->index};
		running += rec->running;
	}
	qsort(ids, check->recs.count, sizeof(*ids), compare);
	for (size_t i = 1; i < check->recs.count; i++) {
		if (same(&ids[i - 1], &ids[i]))
			check_fail(check, INVARIANT_rec_index,
				   "Realm 0x%" PRIx64 " has two RECs with index %" PRIu64,
				   ids[i].realm, ids[i].value);
	}
	if (running != check->sim->running)
		check_fail(check, INVARIANT_rec_running, "%u counted, %u RECs", check->sim->running,
			   running);
}

void check_identifiers(struct check *check)
{
	size_t size = RTT_MAX_TREES * check->realms.count + check->recs.count + 1;
	struct identifier *ids = calloc(size, sizeof(*ids));

	if (!ids) {
		check_fail(check, INVARIANT_vmid_unique, "no memory for the check");
		return;
	}
	check_vmids(check, ids);
	check_mecids(check);
	check_recs(check, ids);
	free(ids);
}
