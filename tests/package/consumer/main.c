/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdint.h>

#include <rmmsim/rmmsim.h>

#include "host_realm.h"

/* rmi-abi.md#4: written as numbers, so that this file tests linking and nothing else. */
#define FID_RMI_VERSION            0xC4000150u
#define FID_RMI_GRANULE_DELEGATE   0xC4000151u
#define FID_RMI_GRANULE_UNDELEGATE 0xC4000152u

static uint64_t smc(struct rmmsim *sim, uint64_t fid, uint64_t argument)
{
	struct rmmsim_regs regs = {.x = {fid, argument}};

	rmmsim_smc(sim, 0, &regs);
	return regs.x[0];
}

/* Goes through the granule code of the library, whose granule_find() must be its own. */
static int use_library(struct rmmsim *sim, uint64_t granule)
{
	if (smc(sim, FID_RMI_VERSION, 0x10001))
		return 1;
	if (smc(sim, FID_RMI_GRANULE_DELEGATE, granule))
		return 2;
	if (smc(sim, FID_RMI_GRANULE_UNDELEGATE, granule))
		return 3;
	return 0;
}

static int use_host_functions(void)
{
	int sum = realm_create(1) + realm_destroy(2) + rec_create(4) + rec_enter(8) + rtt_walk(16) +
		  rtt_create(32) + granule_find(64) + granule_delegate(128) + plane_enter(256);

	return sum == 511 ? 0 : 4;
}

int main(void)
{
	struct rmmsim_config config;
	struct rmmsim_error error;
	struct rmmsim *sim;
	int failure;

	rmmsim_config_init(&config);
	if (rmmsim_create(&config, &sim, &error) != RMMSIM_OK) {
		fprintf(stderr, "rmmsim_create: %s\n", error.text);
		return 5;
	}
	failure = use_library(sim, config.dram[0].base);
	rmmsim_destroy(sim);
	if (!failure)
		failure = use_host_functions();
	if (failure) {
		fprintf(stderr, "step %d failed\n", failure);
		return failure;
	}
	printf("rmmsim %s answers\n", rmmsim_version());
	return 0;
}
