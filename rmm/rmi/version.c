/* SPDX-License-Identifier: BSD-3-Clause */
#include "rmm/call.h"

#define VERSION_LOWEST 0x10000u /* 1.0 */
#define FEATURE0_1_0   ((UINT64_C(1) << RMI_FEATURE0_DA_SHIFT) - 1)

/* rmi-abi.md#2; the supported set is contiguous, from 1.0 to the configured version. */
void rmi_version(struct call *call)
{
	uint64_t highest = call->sim->config.version_highest;
	uint64_t requested = call->x[1];
	bool supported = requested >= VERSION_LOWEST && requested <= highest;

	call_return(call, 1, supported ? requested : highest);
	call_return(call, 2, highest);
	REQUIRE(call, RMI_VERSION_req_supp, supported);
}

/* rmi-abi.md#5; a 1.0 monitor has only the lower bits of register 0. */
void rmi_features(struct call *call)
{
	const struct rmmsim_config *config = &call->sim->config;
	const bool old = config->version_highest == VERSION_LOWEST;

	if (call->x[1] == 0)
		call_return(call, 1,
			    config->feature_register[0] & (old ? FEATURE0_1_0 : UINT64_MAX));
	if (call->x[1] == 1 && !old)
		call_return(call, 1, config->feature_register[1]);
}
