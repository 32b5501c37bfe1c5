/* SPDX-License-Identifier: BSD-3-Clause */
/* Data granules: rmi-commands.md#3 */
#include <string.h>

#include "attest/measurement.h"
#include "rmm/rmi/rtt_args.h"
#include "smc/mutant.h"

void data_measure(struct call *call, struct granule *rd, uint64_t ipa, uint64_t flags,
		  const void *content)
{
	struct realm *realm = realm_edit(call->sim, rd);

	measurement_extend_data(realm->hash_algo, realm->measurement[0], ipa, flags,
				flags & RMI_DATA_FLAG_MEASURE ? content : NULL);
}

void rmi_data_create(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t pa = call->x[2], ipa = call->x[3], src_pa = call->x[4];
	struct granule *src, *data, *rd;
	const struct realm *realm;
	struct rtt_walk walk;

	REQUIRE(call, RMI_DATA_CREATE_flags, (call->x[5] & ~RMI_DATA_FLAG_MEASURE) == 0);
	src = call_dram(call, COND_RMI_DATA_CREATE_src_align, src_pa, GRANULE_UNDELEGATED);
	RESOLVED(call);
	data = call_dram(call, COND_RMI_DATA_CREATE_data_align, pa, GRANULE_DELEGATED);
	RESOLVED(call);
	realm = call_realm(call, COND_RMI_DATA_CREATE_rd_align, call->x[1], &rd);
	RESOLVED(call);
	REQUIRE(call, RMI_DATA_CREATE_realm_state, WITH(realm, realm->state == REALM_NEW));
	REQUIRE(call, RMI_DATA_CREATE_ipa_bound, WITH(realm, rtt_protected(&realm->s2, ipa)));
	REQUIRE(call, RMI_DATA_CREATE_ipa_align, (ipa & GRANULE_MASK) == 0);
	REQUIRE(call, RMI_DATA_CREATE_data_bound2, WITH(realm && data, pa_encodable(realm, pa)));
	WALKABLE(realm && rtt_protected(&realm->s2, ipa));
	walk = call_walk(call, realm, 0, ipa, RTT_LEVEL_PAGE);
	REQUIRE_LEVEL(call, RMI_DATA_CREATE_rtt_walk, walk.level == RTT_LEVEL_PAGE, walk.level);
	REQUIRE_LEVEL(call, RMI_DATA_CREATE_rtte_state,
		      WITH(walk.level == RTT_LEVEL_PAGE, walk.entry.state == RTT_UNASSIGNED),
		      walk.level);
	REQUIRE(call, RMI_DATA_CREATE_src_copy, WITH(src, src->pas == GRANULE_PAS_NS));
	CHECKED(call);

	call_ns_read(call, src_pa, GRANULE_SIZE);
	/* The Host may write to the source meanwhile: what is measured is what was copied. */
	memcpy(mem_w(mem, pa), mem_r(mem, src_pa), GRANULE_SIZE);
	granule_take(call, data, GRANULE_DATA, rd);
	rtt_data_map(mem, &realm->s2, &walk, pa, RMI_RIPAS_RAM);
	if (!MUTANT(data_create_unmeasured))
		data_measure(call, rd, ipa, call->x[5], mem_r(mem, pa));
}

void rmi_data_create_unknown(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t pa = call->x[2], ipa = call->x[3];
	struct granule *data, *rd;
	const struct realm *realm;
	struct rtt_walk walk;

	data = call_dram(call, COND_RMI_DATA_CREATE_UNKNOWN_data_align, pa, GRANULE_DELEGATED);
	RESOLVED(call);
	realm = call_realm(call, COND_RMI_DATA_CREATE_UNKNOWN_rd_align, call->x[1], &rd);
	RESOLVED(call);
	REQUIRE(call, RMI_DATA_CREATE_UNKNOWN_ipa_bound,
		WITH(realm, rtt_protected(&realm->s2, ipa)));
	REQUIRE(call, RMI_DATA_CREATE_UNKNOWN_ipa_align, (ipa & GRANULE_MASK) == 0);
	REQUIRE(call, RMI_DATA_CREATE_UNKNOWN_data_bound2,
		WITH(realm && data, pa_encodable(realm, pa)));
	WALKABLE(realm && rtt_protected(&realm->s2, ipa));
	walk = call_walk(call, realm, 0, ipa, RTT_LEVEL_PAGE);
	REQUIRE_LEVEL(call, RMI_DATA_CREATE_UNKNOWN_rtt_walk, walk.level == RTT_LEVEL_PAGE,
		      walk.level);
	WALKABLE(walk.level == RTT_LEVEL_PAGE);
	REQUIRE_LEVEL(call, RMI_DATA_CREATE_UNKNOWN_rtte_state, walk.entry.state == RTT_UNASSIGNED,
		      walk.level);
	CHECKED(call);

	if (!MUTANT(data_unknown_keeps_content))
		memset(mem_w(mem, pa), 0, GRANULE_SIZE);
	granule_take(call, data, GRANULE_DATA, rd);
	rtt_data_map(mem, &realm->s2, &walk, pa, walk.entry.ripas);
}

void rmi_data_destroy(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t ipa = call->x[2];
	const struct realm *realm;
	struct rtt_walk walk;

	realm = call_realm(call, COND_RMI_DATA_DESTROY_rd_align, call->x[1], NULL);
	RESOLVED(call);
	REQUIRE(call, RMI_DATA_DESTROY_ipa_bound, WITH(realm, rtt_protected(&realm->s2, ipa)));
	REQUIRE(call, RMI_DATA_DESTROY_ipa_align, (ipa & GRANULE_MASK) == 0);
	WALKABLE(realm && rtt_protected(&realm->s2, ipa));
	walk = call_walk(call, realm, 0, ipa, RTT_LEVEL_PAGE);
	call_return(call, 2, rtt_skip(mem, &realm->s2, 0, ipa, &walk));
	REQUIRE_LEVEL(call, RMI_DATA_DESTROY_rtt_walk, walk.level == RTT_LEVEL_PAGE, walk.level);
	WALKABLE(walk.level == RTT_LEVEL_PAGE);
	REQUIRE_LEVEL(call, RMI_DATA_DESTROY_rtte_state, walk.entry.state == RTT_ASSIGNED,
		      walk.level);
	/* Only the two rows above define top: rmi-commands.md#3 */
	call_return(call, 2, 0);
	REQUIRE(call, RMI_DATA_DESTROY_aux_live,
		!rtt_aux_live(mem, &walk.entry, walk.level) || MUTANT(data_destroy_ignores_aux));
	CHECKED(call);

	rtt_data_unmap(mem, &realm->s2, &walk);
	granule_free(call, walk.entry.pa);
	call_return(call, 1, walk.entry.pa);
	call_return(call, 2, rtt_skip(mem, &realm->s2, 0, ipa, &walk));
}
