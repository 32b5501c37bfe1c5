/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * New objects do not depend on what their granules contained before: the call is tried with another
 * content of each, and has to lead to the same state. What is not initialised shows that way.
 */
#include <string.h>

#include <rmmsim/snapshot.h>

#include "sequence/relation.h"

static bool makes_object(enum smc_command_id command)
{
	switch (command) {
	case RMI_DATA_CREATE:
	case RMI_DATA_CREATE_UNKNOWN:
	case RMI_REALM_CREATE:
	case RMI_REC_CREATE:
	case RMI_RTT_CREATE:
	case RMI_RTT_AUX_CREATE:
		return true;
	default:
		return false;
	}
}

static void soil(const struct sequence_call *call, uint64_t pa)
{
	uint8_t dirt[SEQUENCE_PAGE];
	struct rmmsim_granule_info info;

	if (rmmsim_granule_info(call->sim, pa, &info) != RMMSIM_OK ||
	    strcmp(info.state, "DELEGATED") != 0)
		return;
	memset(dirt, 0x5a, sizeof(dirt));
	rmmsim_poke(call->sim, pa & ~(SEQUENCE_PAGE - 1), dirt, sizeof(dirt));
}

static void soil_rec(const struct sequence_call *call)
{
	struct rmi_rec_params params;

	if (rmmsim_host_read(call->sim, call->in.x[3], &params, sizeof(params)) != RMMSIM_OK)
		return;
	for (unsigned int i = 0; i < params.num_aux && i < 16; i++)
		soil(call, params.aux[i]);
}

static void soil_realm(const struct sequence_call *call)
{
	struct rmi_realm_params params;

	if (rmmsim_host_read(call->sim, call->in.x[2], &params, sizeof(params)) != RMMSIM_OK)
		return;
	for (unsigned int i = 0; i < params.rtt_num_start && i < 16; i++) {
		soil(call, params.rtt_base + i * SEQUENCE_PAGE);
		for (unsigned int plane = 0; plane < 3; plane++)
			soil(call, params.aux_rtt_base[plane] + i * SEQUENCE_PAGE);
	}
}

static void soil_all(const struct sequence_call *call)
{
	const struct smc_command *row = smc_command(call->command);

	for (unsigned int i = 0; i < row->inputs; i++) {
		if (row->in[i].kind >= SMC_KIND_RD && row->in[i].kind <= SMC_KIND_GRANULE)
			soil(call, call->in.x[i + 1]);
	}
	if (call->command == RMI_REC_CREATE)
		soil_rec(call);
	if (call->command == RMI_REALM_CREATE)
		soil_realm(call);
}

void sequence_relation_trial(struct sequence_oracle *o, const struct sequence_call *call)
{
	struct rmmsim_regs regs = call->in;
	uint64_t snapshot;

	if (!makes_object(call->command) || rmmsim_snapshot(call->sim, &snapshot) != RMMSIM_OK)
		return;
	soil_all(call);
	o->tried = sequence_relation_issue(call, call->command, &regs) == RMI_SUCCESS;
	o->trial = rmmsim_fingerprint(call->sim);
	rmmsim_restore(call->sim, snapshot);
	rmmsim_snapshot_free(call->sim, snapshot);
}
