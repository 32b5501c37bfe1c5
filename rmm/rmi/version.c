/* SPDX-License-Identifier: BSD-3-Clause */
#include "rmm/call.h"

#define FEATURE0_1_0 ((UINT64_C(1) << RMI_FEATURE0_DA_SHIFT) - 1)

/*
 * rmi-abi.md#2, rmm-2.0.md#2 (2.2): the supported set is contiguous, from the first version that knows the
 * commands of the revision to the revision's own.
 */
void rmi_version(struct call *call)
{
	const uint64_t highest = smc_revision(call->sim->revision)->version;
	const uint64_t lowest = revision_2(call->sim) ? RMM_VERSION_2_0 : RMM_VERSION_1_0;
	const uint64_t requested = call->x[1];
	const bool supported = requested >= lowest && requested <= highest;

	call_return(call, 1, supported ? requested : highest);
	call_return(call, 2, highest);
	REQUIRE(call, RMI_VERSION_req_supp, supported);
}

/* rmi-abi.md#5, rmm-2.0.md#2 (2.3); a 1.0 monitor has only the lower bits of register 0. */
void rmi_features(struct call *call)
{
	const struct rmmsim *sim = call->sim;
	uint64_t value = 0;

	if (call->x[1] < smc_revision(sim->revision)->feature_registers)
		value = sim->config.feature_register[call->x[1]];
	if (sim->revision == SMC_REVISION_1_0)
		value &= FEATURE0_1_0;
	call_return(call, 1, value);
}
