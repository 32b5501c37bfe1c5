/* SPDX-License-Identifier: BSD-3-Clause */
/* Device memory in the alp12 shape of device assignment: device-assignment.md#9.1 */
#include "rmm/rmi/dev_range.h"

static bool dev_mappable(const struct rtt_entry *entry)
{
	return entry->state == RTT_UNASSIGNED && entry->ripas != RMI_RIPAS_RAM;
}

void rmi_dev_mem_map(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t ipa = call->x[2], pa = call->x[4];
	const int64_t level = (int64_t)call->x[3];
	const bool level_ok = level_dev(level);
	struct granule *rd, *dev = NULL;
	const struct realm *realm;
	struct rtt_walk walk;
	bool pa_ok, ipa_ok;

	REQUIRE(call, RMI_DEV_MEM_MAP_level_bound, level_ok);
	realm = call_realm(call, COND_RMI_DEV_MEM_MAP_rd_align, call->x[1], &rd);
	RESOLVED(call);
	pa_ok = level_ok && rtt_level_aligned(pa, level);
	ipa_ok = realm && rtt_protected(&realm->s2, ipa);
	if (pa_ok)
		dev = dev_range(mem, pa, level);
	REQUIRE(call, RMI_DEV_MEM_MAP_pa_align, WITH(level_ok, pa_ok));
	REQUIRE(call, RMI_DEV_MEM_MAP_pa_bound, WITH(pa_ok, dev));
	REQUIRE(call, RMI_DEV_MEM_MAP_pa_state, WITH(dev, dev_delegated(mem, pa, level)));
	REQUIRE(call, RMI_DEV_MEM_MAP_ipa_bound, WITH(realm, ipa_ok));
	REQUIRE(call, RMI_DEV_MEM_MAP_ipa_align, WITH(level_ok, rtt_level_aligned(ipa, level)));
	WALKABLE(level_ok && ipa_ok);
	walk = call_walk(call, realm, 0, ipa, level);
	REQUIRE_LEVEL(call, RMI_DEV_MEM_MAP_rtt_walk, walk.level == level, walk.level);
	WALKABLE(walk.level == level);
	REQUIRE_LEVEL(call, RMI_DEV_MEM_MAP_rtte_state, dev_mappable(&walk.entry), walk.level);
	CHECKED(call);

	for (uint64_t i = 0; i < dev_granules(level); i++)
		granule_take(call, mem_find(mem, pa + i * GRANULE_SIZE), GRANULE_DEV_MAPPED, rd);
	rtt_dev_map(mem, &realm->s2, &walk, pa, mem_kind(mem, dev) == GRANULE_DEV_COH);
}

void rmi_dev_mem_unmap(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t ipa = call->x[2];
	const int64_t level = (int64_t)call->x[3];
	const bool level_ok = level_dev(level);
	const struct realm *realm;
	struct rtt_walk walk;
	bool ipa_ok;

	REQUIRE(call, RMI_DEV_MEM_UNMAP_level_bound, level_ok);
	realm = call_realm(call, COND_RMI_DEV_MEM_UNMAP_rd_align, call->x[1], NULL);
	RESOLVED(call);
	ipa_ok = realm && rtt_protected(&realm->s2, ipa);
	REQUIRE(call, RMI_DEV_MEM_UNMAP_ipa_bound, WITH(realm, ipa_ok));
	REQUIRE(call, RMI_DEV_MEM_UNMAP_ipa_align, WITH(level_ok, rtt_level_aligned(ipa, level)));
	WALKABLE(level_ok && ipa_ok);
	walk = call_walk(call, realm, 0, ipa, level);
	call_return(call, 2, rtt_skip(mem, &realm->s2, 0, ipa, &walk));
	REQUIRE_LEVEL(call, RMI_DEV_MEM_UNMAP_rtt_walk, walk.level == level, walk.level);
	WALKABLE(walk.level == level);
	REQUIRE_LEVEL(call, RMI_DEV_MEM_UNMAP_rtte_state, walk.entry.state == RTT_ASSIGNED_DEV,
		      walk.level);
	CHECKED(call);

	rtt_dev_unmap(mem, &realm->s2, &walk);
	for (uint64_t i = 0; i < dev_granules(level); i++)
		granule_free(call, walk.entry.pa + i * GRANULE_SIZE);
	call_return(call, 1, walk.entry.pa);
	call_return(call, 2, rtt_skip(mem, &realm->s2, 0, ipa, &walk));
}

/*
 * Carries out the validation that a Realm asked for. Only RSI_RDEV_VALIDATE_MAPPING makes such a
 * request and device objects are not modelled, so progress and top of every REC are 0: a call whose
 * base is not that fails on it, every other one on its top. Both would fail always, which says
 * nothing about a call that is wrong in itself.
 */
void rmi_rtt_dev_mem_validate(struct call *call)
{
	const uint64_t base = call->x[3], top = call->x[4];
	const struct realm *realm;
	const struct rec *rec;

	REQUIRE(call, RMI_RTT_DEV_MEM_VALIDATE_size_valid, top > base);
	REQUIRE(call, RMI_RTT_DEV_MEM_VALIDATE_top_gran_align, (top & GRANULE_MASK) == 0);
	realm = call_realm(call, COND_RMI_RTT_DEV_MEM_VALIDATE_rd_align, call->x[1], NULL);
	RESOLVED(call);
	rec = call_rec(call, COND_RMI_RTT_DEV_MEM_VALIDATE_rec_align, call->x[2], NULL);
	RESOLVED(call);
	REQUIRE(call, RMI_RTT_DEV_MEM_VALIDATE_rec_state, WITH(rec, !rec->running));
	REQUIRE(call, RMI_RTT_DEV_MEM_VALIDATE_rec_owner,
		WITH(realm && rec, rec->rd == call->x[1]));
	WALKABLE(call->refused == SMC_COND_NONE ||
		 call->refused >= COND_RMI_RTT_DEV_MEM_VALIDATE_base_bound);
	REQUIRE(call, RMI_RTT_DEV_MEM_VALIDATE_base_bound, base == 0);
	WALKABLE(base == 0);
	REQUIRE(call, RMI_RTT_DEV_MEM_VALIDATE_top_bound, top == 0);
}
