/* SPDX-License-Identifier: BSD-3-Clause */
/* RSI_PLANE_ENTER: rsi.md#4, planes.md#2 */
#include "rmm/run.h"
#include "rmm/syndrome.h"
#include "smc/mutant.h"

#define PSTATE_EL2_EL3 UINT64_C(8) /* bit 3 of the mode */

static bool aux_plane(const struct realm *realm, uint64_t plane)
{
	return plane > 0 && plane <= realm->num_aux_planes + MUTANT(plane_one_more);
}

/* rsi.md#4; AArch32 is refused since 2.0: rmm-2.0.md#10 */
static bool pstate_valid(const struct rmmsim *sim, uint64_t pstate)
{
	if (revision_2(sim) && (pstate & PSTATE_AARCH32))
		return false;
	return !(pstate & PSTATE_EL2_EL3) || quirk(sim, QUIRK_plane_pstate_unchecked);
}

void rsi_plane_enter(struct call *call)
{
	const struct realm *realm = run_realm(call->run);
	const uint64_t plane = call->x[1], ipa = call->x[2];
	const struct rsi_plane_enter *enter;

	REQUIRE(call, RSI_PLANE_ENTER_plane_bound, aux_plane(realm, plane));
	REQUIRE(call, RSI_PLANE_ENTER_addr_align, (ipa & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_PLANE_ENTER_addr_bound, rsi_protected(realm, ipa));
	enter = rsi_buffer(call, COND_RSI_PLANE_ENTER_addr_ripas, ipa);
	if (!enter || (ipa & GRANULE_MASK))
		return; /* unaligned: a dry run, and the structure may cross the end of its granule */
	REQUIRE(call, RSI_PLANE_ENTER_pstate_valid, pstate_valid(call->sim, enter->pstate));
	REQUIRE(call, RSI_PLANE_ENTER_gic_valid,
		!revision_2(call->sim) || (enter->flags & RSI_PLANE_ENTER_FLAG_GIC_OWNER) ||
			gic_plane_valid(call->sim, enter));
	CHECKED(call);

	/* The call returns when the Plane exits. */
	call->run->result = RUN_RESULT_NONE;
	plane_enter(call->run, (unsigned int)plane, ipa, enter);
}
