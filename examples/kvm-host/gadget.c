/* SPDX-License-Identifier: BSD-3-Clause */
/* The device: registers, and one access of its own. */
#include <string.h>

#include "examples/kvm-host/assign.h"

static const char greeting[16] = "from the device";

static uint64_t read_register(void *context, uint64_t pa, unsigned int size)
{
	const struct gadget *gadget = context;

	(void)size;
	switch (pa - gadget->base) {
	case GADGET_ID:
		return GADGET_MAGIC;
	case GADGET_ADDRESS:
		return gadget->address;
	case GADGET_STATUS:
		return gadget->status;
	}
	return 0;
}

static void write_register(void *context, uint64_t pa, unsigned int size, uint64_t value)
{
	struct gadget *gadget = context;

	(void)size;
	if (pa - gadget->base == GADGET_ADDRESS)
		gadget->address = value;
	if (pa - gadget->base == GADGET_GO)
		gadget->status = rmmsim_device_write(gadget->device, RMMSIM_DMA_REALM,
						     gadget->address, greeting, sizeof(greeting),
						     &gadget->report) != RMMSIM_OK;
}

enum rmmsim_status gadget_open(struct gadget *gadget, struct rmmsim *sim, uint64_t base,
			       struct rmmsim_error *error)
{
	static const struct rmmsim_device_ops ops = {
		.size = sizeof(ops), .read = read_register, .write = write_register};
	struct rmmsim_device_config config;

	*gadget = (struct gadget){.base = base};
	rmmsim_device_config_init(&config);
	config.range_count = 1;
	config.ranges[0] = (struct rmmsim_range){base, base + GADGET_PAGES * PAGE_SIZE};
	config.ops = &ops;
	config.context = gadget;
	return rmmsim_device_create(sim, &config, &gadget->device, error);
}

void gadget_close(struct gadget *gadget)
{
	rmmsim_device_destroy(gadget->device);
	gadget->device = NULL;
}
