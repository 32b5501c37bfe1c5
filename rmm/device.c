/* SPDX-License-Identifier: BSD-3-Clause */
/* Devices of the program: their life and what they are. */
#include "rmm/device.h"

#include <stdlib.h>
#include <string.h>

#include "mem/config.h"
#include "rmm/process.h"

#define RID_DEFAULT 0x0100

void rmmsim_device_config_init(struct rmmsim_device_config *config)
{
	if (!config)
		return;
	*config = (struct rmmsim_device_config){
		.size = sizeof(*config),
		.pdev_id = 1,
		.rid = RID_DEFAULT,
		.signature = RMI_SIGNATURE_ECDSA_P384,
	};
}

/* --- what is checked -------------------------------------------------------------------------------- */

static bool range_is_device(const struct rmmsim *sim, const struct rmmsim_range *range)
{
	if (range->base >= range->top || (range->base | range->top) & GRANULE_MASK)
		return false;
	for (uint64_t pa = range->base; pa < range->top; pa += GRANULE_SIZE) {
		const struct granule *granule = mem_find(sim->mem, pa);

		if (!granule || mem_kind(sim->mem, granule) == GRANULE_DRAM)
			return false;
	}
	return true;
}

static bool overlaps(const struct rmmsim_device_config *config, unsigned int count,
		     const struct rmmsim_range *range)
{
	for (unsigned int i = 0; i < count; i++) {
		if (range->base < config->ranges[i].top && config->ranges[i].base < range->top)
			return true;
	}
	return false;
}

static enum rmmsim_status check_ranges(const struct rmmsim *sim,
				       const struct rmmsim_device_config *config,
				       struct rmmsim_error *error)
{
	if (config->range_count > RMMSIM_DEVICE_RANGES)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "range_count is %u: a device has at most %u ranges",
				 config->range_count, RMMSIM_DEVICE_RANGES);
	for (unsigned int i = 0; i < config->range_count; i++) {
		const struct rmmsim_range *range = &config->ranges[i];
		bool taken = overlaps(config, i, range);

		if (!range_is_device(sim, range))
			return mem_error(error, RMMSIM_ERR_CONFIG,
					 "ranges[%u] is not 4 KiB aligned device memory of the "
					 "instance: choose it inside of dev_ncoh or dev_coh",
					 i);
		for (const struct rmmsim_device *d = sim->devices; d; d = d->next)
			taken |= overlaps(&d->config, d->config.range_count, range);
		if (taken)
			return mem_error(error, RMMSIM_ERR_CONFIG,
					 "ranges[%u] overlaps another range of a device", i);
	}
	return RMMSIM_OK;
}

static enum rmmsim_status check_config(const struct rmmsim *sim,
				       const struct rmmsim_device_config *config,
				       struct rmmsim_error *error)
{
	const struct rmmsim_device_ops *ops = config->ops;

	if (config->signature != RMI_SIGNATURE_ECDSA_P256 &&
	    config->signature != RMI_SIGNATURE_ECDSA_P384)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "signature is %u: the ready-made device signs with ECDSA P-256 or "
				 "P-384",
				 config->signature);
	if (ops && (ops->size != sizeof(*ops) || !ops->read != !ops->write))
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "ops: size is not that of the structure, or one of read and write "
				 "is missing");
	for (const struct rmmsim_device *d = sim->devices; d; d = d->next) {
		if (d->config.segment_id == config->segment_id && d->config.rid == config->rid)
			return mem_error(error, RMMSIM_ERR_CONFIG,
					 "rid 0x%x: another device of the segment has it",
					 config->rid);
	}
	if (sim->running)
		return mem_error(error, RMMSIM_ERR_STATE,
				 "a REC runs: attach the device after its REC_ENTER returned");
	return check_ranges(sim, config, error);
}

/* --- life ---------------------------------------------------------------------------------------------- */

static bool make_responder(struct rmmsim_device *device)
{
	const struct rmmsim_device_config *c = &device->config;
	struct responder_config config = {
		.seed = c->seed,
		.signer = c->signature == RMI_SIGNATURE_ECDSA_P256 ? SIGNER_P256 : SIGNER_P384,
		.function_id = c->rid,
		.range_count = c->range_count,
		.tamper = device->ops.tamper,
		.context = c->context,
	};

	for (unsigned int i = 0; i < c->range_count; i++) {
		const struct rmmsim_range *range = &c->ranges[i];

		config.ranges[i].first_page = range->base >> GRANULE_SHIFT;
		config.ranges[i].pages = (uint32_t)((range->top - range->base) >> GRANULE_SHIFT);
		config.ranges[i].id = (uint16_t)i;
	}
	return responder_init(&device->responder, &config);
}

static enum rmmsim_status attach(struct rmmsim *sim, struct rmmsim_device *device,
				 struct rmmsim_error *error)
{
	enum rmmsim_status status;

	mem_lock(sim->mem);
	status = check_config(sim, &device->config, error);
	if (status == RMMSIM_OK) {
		device->next = sim->devices;
		sim->devices = device;
	}
	mem_unlock(sim->mem);
	return status;
}

enum rmmsim_status rmmsim_device_create(struct rmmsim *sim,
					const struct rmmsim_device_config *config,
					struct rmmsim_device **device, struct rmmsim_error *error)
{
	enum rmmsim_status status;
	struct rmmsim_device *d;

	if (error)
		*error = (struct rmmsim_error){.status = RMMSIM_OK};
	if (device)
		*device = NULL;
	if (!sim || !device || !config || config->size != sizeof(*config))
		return mem_error(error, RMMSIM_ERR_ARGUMENT,
				 "sim, config or device is NULL, or config is not from "
				 "rmmsim_device_config_init()");
	if (!process_owns(sim))
		return mem_error(error, RMMSIM_ERR_FORK, "%s", rmmsim_status_text(RMMSIM_ERR_FORK));
	d = calloc(1, sizeof(*d));
	if (!d)
		return mem_error(error, RMMSIM_ERR_MEMORY, "no memory for the device");
	d->sim = sim;
	d->config = *config;
	status = attach(sim, d, error);
	if (status != RMMSIM_OK) {
		free(d);
		return status;
	}
	if (config->ops)
		d->ops = *config->ops;
	if (!make_responder(d)) {
		rmmsim_device_destroy(d);
		return mem_error(error, RMMSIM_ERR_MEMORY,
				 "the cryptography library refuses to make the device's keys");
	}
	*device = d;
	return RMMSIM_OK;
}

static void detach(struct rmmsim *sim, const struct rmmsim_device *device)
{
	struct rmmsim_device **at = &sim->devices;

	mem_lock(sim->mem);
	while (*at && *at != device)
		at = &(*at)->next;
	if (*at)
		*at = device->next;
	mem_unlock(sim->mem);
}

void rmmsim_device_destroy(struct rmmsim_device *device)
{
	if (!device)
		return;
	if (process_owns(device->sim))
		detach(device->sim, device);
	free(device);
}

static bool same_config(const struct rmmsim_device_config *a, const struct rmmsim_device_config *b)
{
	if (a->seed != b->seed || a->rid != b->rid || a->signature != b->signature ||
	    a->range_count != b->range_count)
		return false;
	return memcmp(a->ranges, b->ranges, a->range_count * sizeof(a->ranges[0])) == 0;
}

struct rmmsim_device *rmmsim_device_keep(const struct rmmsim_device *device)
{
	struct rmmsim_device *copy = device ? malloc(sizeof(*copy)) : NULL;

	if (copy) {
		*copy = *device;
		copy->next = NULL;
	}
	return copy;
}

enum rmmsim_status rmmsim_device_copy(struct rmmsim_device *device,
				      const struct rmmsim_device *from)
{
	struct responder_config config;

	if (!device || !from || !same_config(&device->config, &from->config))
		return RMMSIM_ERR_ARGUMENT;
	config = device->responder.config;
	device->responder = from->responder;
	device->responder.config = config;
	return RMMSIM_OK;
}

/* --- faults --------------------------------------------------------------------------------------------- */

const char *rmmsim_device_fault_name(unsigned int index)
{
	return index < RESPONDER_FAULTS - 1 ? responder_fault_name(index + 1) : NULL;
}

const char *rmmsim_device_fault_text(unsigned int index)
{
	return index < RESPONDER_FAULTS - 1 ? responder_fault_text(index + 1) : NULL;
}

enum rmmsim_status rmmsim_device_fault(struct rmmsim_device *device, const char *name)
{
	if (!device)
		return RMMSIM_ERR_ARGUMENT;
	if (!name || !*name) {
		device->responder.fault = RESPONDER_RIGHT;
		return RMMSIM_OK;
	}
	for (unsigned int i = 1; i < RESPONDER_FAULTS; i++) {
		if (strcmp(responder_fault_name(i), name))
			continue;
		device->responder.fault = (enum responder_fault)i;
		return RMMSIM_OK;
	}
	return RMMSIM_ERR_UNKNOWN_NAME;
}

void rmmsim_device_measurement(struct rmmsim_device *device, uint32_t version)
{
	if (device)
		device->responder.measurement = version;
}
