/* SPDX-License-Identifier: BSD-3-Clause */
/* Mappings of Non-secure memory: rmi-commands.md#6 */
#include "rmm/rmi/rtt_args.h"

void rmi_rtt_map_unprotected(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t ipa = call->x[2], desc = call->x[4];
	const int64_t level = (int64_t)call->x[3];
	const struct realm *realm;
	struct rtt_entry entry;
	struct rtt_walk walk;
	bool level_ok, ipa_ok;

	realm = call_realm(call, COND_RMI_RTT_MAP_UNPROTECTED_rd_align, call->x[1], NULL);
	RESOLVED(call);
	level_ok = realm && level_map(realm, level);
	ipa_ok = realm && ipa_unprotected(realm, ipa);
	REQUIRE(call, RMI_RTT_MAP_UNPROTECTED_level_bound, WITH(realm, level_ok));
	REQUIRE(call, RMI_RTT_MAP_UNPROTECTED_attr_valid,
		!level_ok || rtt_desc_valid(&realm->s2, desc, level));
	REQUIRE(call, RMI_RTT_MAP_UNPROTECTED_addr_align,
		!level_ok || rtt_level_aligned(rtt_desc_pa(&realm->s2, desc), level));
	REQUIRE(call, RMI_RTT_MAP_UNPROTECTED_addr_bound,
		WITH(realm, pa_encodable(realm, rtt_desc_pa(&realm->s2, desc))));
	REQUIRE(call, RMI_RTT_MAP_UNPROTECTED_ipa_align,
		!level_ok || rtt_level_aligned(ipa, level));
	REQUIRE(call, RMI_RTT_MAP_UNPROTECTED_ipa_bound, WITH(realm, ipa_ok));
	WALKABLE(level_ok && ipa_ok);
	walk = call_walk(call, realm, 0, ipa, level);
	REQUIRE_LEVEL(call, RMI_RTT_MAP_UNPROTECTED_rtt_walk, walk.level == level, walk.level);
	WALKABLE(walk.level == level);
	REQUIRE_LEVEL(call, RMI_RTT_MAP_UNPROTECTED_rtte_state,
		      walk.entry.state == RTT_UNASSIGNED_NS, walk.level);
	CHECKED(call);

	entry = rtt_desc_entry(&realm->s2, desc, level);
	rtt_write(mem, &realm->s2, &walk, &entry);
}

void rmi_rtt_unmap_unprotected(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t ipa = call->x[2];
	const int64_t level = (int64_t)call->x[3];
	const struct rtt_entry unmapped = {.state = RTT_UNASSIGNED_NS};
	const struct realm *realm;
	struct rtt_walk walk;
	bool level_ok, ipa_ok;

	realm = call_realm(call, COND_RMI_RTT_UNMAP_UNPROTECTED_rd_align, call->x[1], NULL);
	RESOLVED(call);
	level_ok = realm && level_map(realm, level);
	ipa_ok = realm && ipa_unprotected(realm, ipa);
	REQUIRE(call, RMI_RTT_UNMAP_UNPROTECTED_level_bound, WITH(realm, level_ok));
	REQUIRE(call, RMI_RTT_UNMAP_UNPROTECTED_ipa_align,
		!level_ok || rtt_level_aligned(ipa, level));
	REQUIRE(call, RMI_RTT_UNMAP_UNPROTECTED_ipa_bound, WITH(realm, ipa_ok));
	WALKABLE(level_ok && ipa_ok);
	walk = call_walk(call, realm, 0, ipa, level);
	call_return(call, 1, rtt_skip(mem, &realm->s2, 0, ipa, &walk));
	REQUIRE_LEVEL(call, RMI_RTT_UNMAP_UNPROTECTED_rtt_walk, walk.level == level, walk.level);
	WALKABLE(walk.level == level);
	REQUIRE_LEVEL(call, RMI_RTT_UNMAP_UNPROTECTED_rtte_state,
		      walk.entry.state == RTT_ASSIGNED_NS, walk.level);
	CHECKED(call);

	rtt_write(mem, &realm->s2, &walk, &unmapped);
	call_return(call, 1, rtt_skip(mem, &realm->s2, 0, ipa, &walk));
}
