/* SPDX-License-Identifier: BSD-3-Clause */
/* A device from outside of the tree: the monitor talks to it, and is told why it does not like it. */
#include <stdio.h>
#include <string.h>

#include <rmmsim/device.h>

#define DRAM   UINT64_C(0x80000000)
#define DEVICE UINT64_C(0x50000000)
#define PDEV   (DRAM + 0x1000)
#define PARAMS (DRAM + 0x2000)
#define DATA   (DRAM + 0x3000)
#define AUX    (DRAM + 0x10000)

static uint64_t smc(struct rmmsim *sim, struct rmmsim_regs *regs, uint64_t fid, uint64_t x1,
		    uint64_t x2)
{
	*regs = (struct rmmsim_regs){.x = {fid, x1, x2}};
	rmmsim_smc(sim, 0, regs);
	return regs->x[0];
}

static int create(struct rmmsim *sim, struct rmmsim_device *device)
{
	struct rmi_pdev_params params;
	struct rmmsim_regs regs;

	if (rmmsim_device_params(device, &params) != RMMSIM_OK ||
	    smc(sim, &regs, SMC_RMI_PDEV_AUX_COUNT, params.flags, 0))
		return 1;
	params.num_aux = regs.x[1];
	for (uint64_t i = 0; i < params.num_aux; i++) {
		params.aux[i] = AUX + i * 0x1000;
		smc(sim, &regs, SMC_RMI_GRANULE_DELEGATE, params.aux[i], 0);
	}
	rmmsim_host_write(sim, PARAMS, &params, sizeof(params));
	smc(sim, &regs, SMC_RMI_GRANULE_DELEGATE, PDEV, 0);
	return smc(sim, &regs, SMC_RMI_PDEV_CREATE, PDEV, PARAMS) ? 2 : 0;
}

/* From NEW to NEEDS_KEY, or to ERROR. */
static int connect(struct rmmsim *sim, struct rmmsim_device *device)
{
	const struct rmi_dev_comm_enter enter = {.req_addr = DATA + 0x1000,
						 .resp_addr = DATA + 0x2000};
	struct rmmsim_regs regs;

	rmmsim_host_write(sim, DATA, &enter, sizeof(enter));
	do {
		if (smc(sim, &regs, SMC_RMI_PDEV_COMMUNICATE, PDEV, DATA))
			return 3;
	} while (rmmsim_device_deliver(device, DATA) == RMMSIM_OK);
	return 0;
}

static int use(struct rmmsim *sim, struct rmmsim_device *device)
{
	int failure = create(sim, device);

	if (failure)
		return failure;
	if (rmmsim_device_fault(device, "wrong-certificate") != RMMSIM_OK || connect(sim, device))
		return 4;
	return strstr(rmmsim_device_failure(sim, PDEV), "certificate chain") ? 0 : 5;
}

int main(void)
{
	struct rmmsim_device_config device_config;
	struct rmmsim_device *device;
	struct rmmsim_config config;
	struct rmmsim_error error;
	struct rmmsim *sim;
	int failure;

	rmmsim_config_init(&config);
	config.feature_register[0] |= UINT64_C(1) << RMI_FEATURE0_DA_SHIFT;
	rmmsim_device_config_init(&device_config);
	device_config.range_count = 1;
	device_config.ranges[0] = (struct rmmsim_range){DEVICE, DEVICE + 0x1000};
	if (rmmsim_create(&config, &sim, &error) != RMMSIM_OK ||
	    rmmsim_device_create(sim, &device_config, &device, &error) != RMMSIM_OK) {
		fprintf(stderr, "%s\n", error.text);
		return 6;
	}
	failure = use(sim, device);
	rmmsim_device_destroy(device);
	rmmsim_destroy(sim);
	if (failure) {
		fprintf(stderr, "step %d failed\n", failure);
		return failure;
	}
	printf("rmmsim %s answers\n", rmmsim_version());
	return 0;
}
