/* SPDX-License-Identifier: BSD-3-Clause */
#include "rmm/call.h"
#include "rmm/mec.h"
#include "smc/mutant.h"

uint64_t mec_argument(const struct rmmsim *sim, uint64_t mecid)
{
	return quirk(sim, QUIRK_mecid_low_32) ? (uint32_t)mecid : mecid;
}

uint64_t mec_max(const struct rmmsim *sim)
{
	const uint64_t max =
		feature(sim, revision_2(sim) ? SMC_FEATURE_MEC_COUNT : SMC_FEATURE_MAX_MECID);

	return max < SIM_MAX_MECIDS ? max : SIM_MAX_MECIDS - 1;
}

void mec_boot(struct rmmsim *sim)
{
	sim->mecids[0] = MECID_SHARED;
}

bool mec_assigned(const struct rmmsim *sim, uint64_t mecid)
{
	if (sim->mecids[mecid] != MECID_PRIVATE_ASSIGNED)
		return false;
	/* tf-rmm-quirks.md#6: the recorded platform cuts a bit number to 16 bits. */
	return !quirk(sim, QUIRK_recorded_id_bits) || (mecid + 1) % 64 < 16;
}

void mec_take(struct rmmsim *sim, uint64_t mecid)
{
	sim_identifiers_change(sim);
	if (sim->mecids[mecid] == MECID_SHARED) {
		sim->mecid_members++;
		return;
	}
	sim->mecids[mecid] = MECID_PRIVATE_ASSIGNED;
}

void mec_release(struct rmmsim *sim, uint64_t mecid)
{
	sim_identifiers_change(sim);
	if (sim->mecids[mecid] != MECID_SHARED) {
		sim->mecids[mecid] = MECID_PRIVATE_UNASSIGNED;
		return;
	}
	if (sim->mecid_members)
		sim->mecid_members--;
}

static bool some_mecid_shared(const struct rmmsim *sim)
{
	for (uint64_t m = 0; m <= mec_max(sim); m++) {
		if (sim->mecids[m] == MECID_SHARED)
			return true;
	}
	return false;
}

/* mec.md#3 */
void rmi_mec_set_shared(struct call *call)
{
	struct rmmsim *sim = call->sim;
	const uint64_t mecid = mec_argument(sim, call->x[1]);
	bool bound = mecid <= mec_max(sim);

	REQUIRE(call, RMI_MEC_SET_SHARED_mecid_bound, bound);
	REQUIRE(call, RMI_MEC_SET_SHARED_mecid_shared, !some_mecid_shared(sim));
	REQUIRE(call, RMI_MEC_SET_SHARED_mecid_state,
		WITH(bound, sim->mecids[mecid] == MECID_PRIVATE_UNASSIGNED));
	CHECKED(call);

	sim_identifiers_change(sim);
	sim->mecids[mecid] = MECID_SHARED;
	sim->mecid_members = 0;
}

/* mec.md#4 */
void rmi_mec_set_private(struct call *call)
{
	struct rmmsim *sim = call->sim;
	const uint64_t mecid = mec_argument(sim, call->x[1]);
	bool bound = mecid <= mec_max(sim);

	REQUIRE(call, RMI_MEC_SET_PRIVATE_feature_mec, mec_max(sim) != 0);
	REQUIRE(call, RMI_MEC_SET_PRIVATE_mecid_bound, bound);
	REQUIRE(call, RMI_MEC_SET_PRIVATE_mecid_state,
		WITH(bound, sim->mecids[mecid] == MECID_SHARED));
	REQUIRE(call, RMI_MEC_SET_PRIVATE_members,
		sim->mecid_members == 0 || MUTANT(mec_private_with_members));
	CHECKED(call);

	sim_identifiers_change(sim);
	sim->mecids[mecid] = MECID_PRIVATE_UNASSIGNED;
}
