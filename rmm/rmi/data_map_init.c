/* SPDX-License-Identifier: BSD-3-Clause */
/* RMI_RTT_DATA_MAP_INIT: rmm-2.0.md#9.1 */
#include <string.h>

#include "rmm/rmi/rtt_args.h"

void rmi_rtt_data_map_init(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t pa = call->x[2], ipa = call->x[3], src = call->x[4], flags = call->x[5];
	struct granule *data, *rd;
	const struct realm *realm;
	struct rtt_walk walk;
	bool ipa_ok;

	REQUIRE(call, RMI_RTT_DATA_MAP_INIT_flags, (flags & ~RMI_DATA_FLAG_MEASURE) == 0);
	REQUIRE(call, RMI_RTT_DATA_MAP_INIT_alias, pa != call->x[1]);
	call_ns(call, COND_RMI_RTT_DATA_MAP_INIT_src_align, src);
	RESOLVED(call);
	realm = call_realm(call, COND_RMI_RTT_DATA_MAP_INIT_rd_align, call->x[1], &rd);
	RESOLVED(call);
	ipa_ok = realm && rtt_protected(&realm->s2, ipa);
	REQUIRE(call, RMI_RTT_DATA_MAP_INIT_realm_state, WITH(realm, realm->state == REALM_NEW));
	REQUIRE(call, RMI_RTT_DATA_MAP_INIT_ipa_align, (ipa & GRANULE_MASK) == 0);
	REQUIRE(call, RMI_RTT_DATA_MAP_INIT_ipa_bound, WITH(realm, ipa_ok));
	REQUIRE(call, RMI_RTT_DATA_MAP_INIT_data_bound2, WITH(realm, pa_encodable(realm, pa)));
	WALKABLE(ipa_ok);
	walk = call_walk(call, realm, 0, ipa, RTT_LEVEL_PAGE);
	REQUIRE_LEVEL(call, RMI_RTT_DATA_MAP_INIT_rtt_walk, walk.level == RTT_LEVEL_PAGE,
		      walk.level);
	REQUIRE_LEVEL(call, RMI_RTT_DATA_MAP_INIT_rtte_state,
		      WITH(walk.level == RTT_LEVEL_PAGE, walk.entry.state == RTT_UNASSIGNED),
		      walk.level);
	data = call_dram(call, COND_RMI_RTT_DATA_MAP_INIT_data_align, pa, GRANULE_DELEGATED);
	RESOLVED(call);
	CHECKED(call);

	call_ns_read(call, src, GRANULE_SIZE);
	memcpy(mem_w(mem, pa), mem_r(mem, src), GRANULE_SIZE);
	granule_take(call, data, GRANULE_DATA, rd);
	rtt_data_map(mem, &realm->s2, &walk, pa, RMI_RIPAS_RAM);
	data_measure(call, rd, ipa, flags, mem_r(mem, pa));
}
