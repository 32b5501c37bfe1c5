/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_DEVICE_H
#define RMM_DEVICE_H

/* Devices of the program: include/rmmsim/device.h. What the monitor knows of them is in rmm/dev.h. */

#include <rmmsim/device.h>

#include "device/responder.h"
#include "rmm/sim.h"

struct rmmsim_device {
	struct rmmsim *sim;
	struct rmmsim_device *next; /* of sim->devices, with the instance locked */
	struct rmmsim_device_config config;
	struct rmmsim_device_ops ops;
	struct responder responder;
};

/* The device whose registers are at `pa`: it has functions for them. With the instance locked. */
struct rmmsim_device *device_at(const struct rmmsim *sim, uint64_t pa);
/* A Realm reads from registers, or writes to them: without the lock, in pieces that are aligned. */
void device_registers_read(const struct rmmsim_device *device, uint64_t pa, void *data,
			   size_t size);
void device_registers_write(const struct rmmsim_device *device, uint64_t pa, const void *data,
			    size_t size);

#endif
