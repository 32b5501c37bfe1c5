/* SPDX-License-Identifier: BSD-3-Clause */
/* The monitor itself: rmm-2.0.md#2 */
#include <string.h>

#include "rmm/call.h"

#define TRACKING_2_MIB 1

static bool config_supported(const struct rmmsim *sim, const struct rmi_rmm_config *config)
{
	if (config->rmi_granule_size != 0)
		return false;
	if (config->tracking_region_size == TRACKING_2_MIB)
		return sim->shape == SMC_SHAPE_2_0;
	return config->tracking_region_size == 0;
}

void rmi_rmm_config_set(struct call *call)
{
	struct rmmsim *sim = call->sim;
	struct rmi_rmm_config config = {0};
	const struct granule *page;

	REQUIRE(call, RMI_RMM_CONFIG_SET_rmm_init, !sim->monitor.active);
	page = call_ns(call, COND_RMI_RMM_CONFIG_SET_cfg_align, call->x[1]);
	RESOLVED(call);
	call_ns_read(call, call->x[1], sizeof(config));
	if (page)
		memcpy(&config, mem_r(sim->mem, call->x[1]), sizeof(config));
	REQUIRE(call, RMI_RMM_CONFIG_SET_supported, WITH(page, config_supported(sim, &config)));
	CHECKED(call);

	sim->monitor.tracking_region_size = config.tracking_region_size;
	sim->monitor.granule_size = config.rmi_granule_size;
	sim_identifiers_change(sim);
}

void rmi_rmm_config_get(struct call *call)
{
	struct rmmsim *sim = call->sim;
	struct rmi_rmm_config *config;

	call_ns(call, COND_RMI_RMM_CONFIG_GET_cfg_align, call->x[1]);
	RESOLVED(call);
	CHECKED(call);

	config = mem_w(sim->mem, call->x[1]);
	memset(config, 0, sizeof(*config));
	config->tracking_region_size = sim->monitor.tracking_region_size;
	config->rmi_granule_size = sim->monitor.granule_size;
	call_ns_write(call, call->x[1], sizeof(*config));
}

void rmi_rmm_activate(struct call *call)
{
	REQUIRE(call, RMI_RMM_ACTIVATE_rmm_init, !call->sim->monitor.active);
	CHECKED(call);

	call->sim->monitor.active = RMI_RMM_STATE_ACTIVE;
	sim_identifiers_change(call->sim);
}

static void count_delegated(void *context, struct granule *granule)
{
	*(uint64_t *)context += granule->state != GRANULE_UNDELEGATED;
}

static bool some_operation(const struct rmmsim *sim)
{
	for (unsigned int i = 0; i < SIM_MAX_OPS; i++) {
		if (sim->ops[i] != SIM_NO_OP)
			return true;
	}
	return false;
}

void rmi_rmm_deactivate(struct call *call)
{
	struct rmmsim *sim = call->sim;
	uint64_t delegated = 0;

	mem_each(sim->mem, count_delegated, &delegated);
	REQUIRE(call, RMI_RMM_DEACTIVATE_busy, !sim->running && !some_operation(sim));
	REQUIRE(call, RMI_RMM_DEACTIVATE_granules, delegated == 0);
	CHECKED(call);

	sim->monitor.active = RMI_RMM_STATE_INIT;
	sim_identifiers_change(sim);
}

void rmi_rmm_state_get(struct call *call)
{
	call_return(call, 1, call->sim->monitor.active);
}

/* The platform token of the model is the same for ever: there is nothing to wait for. */
void rmi_attest_plat_token_refresh(struct call *call)
{
	(void)call;
}
