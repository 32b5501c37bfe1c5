/* SPDX-License-Identifier: BSD-3-Clause */
/* Devices of the program: their registers, and the accesses that they make. */
#include <string.h>

#include "rmm/dev.h"
#include "rmm/device.h"
#include "rmm/process.h"
#include "smc/mutant.h"

/* --- registers ------------------------------------------------------------------------------------------ */

struct rmmsim_device *device_at(const struct rmmsim *sim, uint64_t pa)
{
	for (struct rmmsim_device *d = sim->devices; d; d = d->next) {
		for (unsigned int i = 0; d->ops.read && i < d->config.range_count; i++) {
			if (pa >= d->config.ranges[i].base && pa < d->config.ranges[i].top)
				return d;
		}
	}
	return NULL;
}

/* The largest access of a PE that begins at `pa`. */
static unsigned int piece(uint64_t pa, size_t left)
{
	unsigned int size = 8;

	while (size > left || pa % size)
		size /= 2;
	return size;
}

void device_registers_read(const struct rmmsim_device *device, uint64_t pa, void *data, size_t size)
{
	for (uint8_t *at = data; size;) {
		const unsigned int part = piece(pa, size);
		const uint64_t value = device->ops.read(device->config.context, pa, part);

		memcpy(at, &value, part);
		at += part, pa += part, size -= part;
	}
}

void device_registers_write(const struct rmmsim_device *device, uint64_t pa, const void *data,
			    size_t size)
{
	for (const uint8_t *at = data; size;) {
		const unsigned int part = piece(pa, size);
		uint64_t value = 0;

		memcpy(&value, at, part);
		device->ops.write(device->config.context, pa, part, value);
		at += part, pa += part, size -= part;
	}
}

/* --- accesses of the device ------------------------------------------------------------------------------ */

struct dma {
	const struct rmmsim_device *device;
	enum rmmsim_dma kind;
	bool write;
	const struct vdev *vdev;
};

static void find_vdev(void *context, struct granule *granule)
{
	const struct rmmsim_device_config *config;
	struct dma *dma = context;
	const struct vdev *vdev;
	struct rmmsim *sim = dma->device->sim;

	if (dma->vdev || granule->state != GRANULE_VDEV)
		return;
	config = &dma->device->config;
	vdev = vdev_at(sim, granule);
	if (vdev->tdi_id == config->rid &&
	    pdev_at(sim, mem_find(sim->mem, vdev->pdev))->segment_id == config->segment_id)
		dma->vdev = vdev;
}

/* What stops every access for a Realm; NULL: nothing. */
static const char *realm_refuses(const struct dma *dma)
{
	if (!dma->vdev)
		return "no Realm has the device: there is no VDEV of its requester identifier";
	if (dma->vdev->state != RMI_VDEV_STATE_STARTED)
		return "the VDEV is not STARTED";
	if (!dma->vdev->dma && !MUTANT(dma_unchecked))
		return "the Realm has not enabled DMA of the VDEV (RSI_VDEV_DMA_ENABLE)";
	return NULL;
}

static const char *fault_reason(const struct plane_result *r)
{
	if (r->outcome == PLANE_ADDRESS_SIZE)
		return "the address is beyond the Realm's address space";
	if (r->fault == PLANE_FAULT_PERMISSION)
		return "Plane 0 has no permission for this access";
	if (r->fault == PLANE_FAULT_GPF)
		return "the granule does not belong to the world that it is mapped for";
	return "no memory is mapped there that the Realm could access";
}

/* One granule of the Realm; *pa is where it leads to. */
static const char *realm_stops(const struct dma *dma, uint64_t ipa, uint64_t *pa)
{
	const struct rmmsim *sim = dma->device->sim;
	const struct plane_quirks quirks = sim_plane_quirks(sim);
	const struct plane_access access = {.kind = dma->write ? PLANE_WRITE : PLANE_READ,
					    .privileged = true};
	const char *reason = realm_refuses(dma);
	const struct realm *realm;
	struct plane_result r;

	if (reason)
		return reason;
	realm = realm_at(sim, mem_find(sim->mem, dma->vdev->rd));
	r = plane_translate(sim->mem, &realm->s2, 0, ipa, &access, &quirks);
	if (r.outcome != PLANE_PROCEED)
		return fault_reason(&r);
	*pa = r.pa;
	if (mem_kind(sim->mem, mem_find(sim->mem, r.pa)) != GRANULE_DRAM)
		return "device memory is out of reach of devices: there is no peer-to-peer";
	return NULL;
}

static const char *host_stops(const struct dma *dma, uint64_t pa)
{
	const struct granule *granule = mem_find(dma->device->sim->mem, pa);

	if (!granule)
		return "there is no memory";
	return granule->pas == GRANULE_PAS_NS ? NULL : "the granule is not Non-secure";
}

static void fill(const struct dma *dma, uint64_t address, uint64_t pa, const char *reason,
		 struct rmmsim_dma_report *report)
{
	const struct rmmsim *sim = dma->device->sim;
	const struct granule *granule = pa ? mem_find(sim->mem, pa) : NULL;
	struct rmmsim_granule_info info;

	*report = (struct rmmsim_dma_report){
		.address = address, .pa = pa, .write = dma->write, .reason = reason};
	if (!granule)
		return;
	info = sim_granule_info(sim, granule);
	report->state = info.state;
	report->owner = info.owner;
	report->call = info.call;
	report->command = info.command;
}

/* Granule by granule, with the instance locked. */
static enum rmmsim_status transfer(const struct dma *dma, uint64_t address, uint8_t *data,
				   size_t size, struct rmmsim_dma_report *report)
{
	struct mem *mem = dma->device->sim->mem;

	while (size) {
		const size_t room = GRANULE_SIZE - (address & GRANULE_MASK);
		const size_t part = size < room ? size : room;
		uint64_t pa = dma->kind == RMMSIM_DMA_HOST ? address : 0;
		const char *reason = dma->kind == RMMSIM_DMA_HOST ? host_stops(dma, address)
								  : realm_stops(dma, address, &pa);

		if (reason) {
			fill(dma, address, pa, reason, report);
			return RMMSIM_ERR_PROTECTED;
		}
		if (dma->write)
			memcpy(mem_w(mem, pa), data, part);
		else
			memcpy(data, mem_r(mem, pa), part);
		address += part, data += part, size -= part;
	}
	return RMMSIM_OK;
}

static enum rmmsim_status access_memory(struct dma *dma, uint64_t address, void *data, size_t size,
					struct rmmsim_dma_report *report)
{
	struct rmmsim_dma_report unwanted;
	enum rmmsim_status status;
	struct rmmsim *sim;

	if (!report)
		report = &unwanted;
	*report = (struct rmmsim_dma_report){.address = address, .write = dma->write};
	if (!dma->device || !data || (unsigned int)dma->kind > RMMSIM_DMA_REALM)
		return RMMSIM_ERR_ARGUMENT;
	sim = dma->device->sim;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	mem_lock(sim->mem);
	if (dma->kind == RMMSIM_DMA_REALM)
		mem_each(sim->mem, find_vdev, dma);
	status = transfer(dma, address, data, size, report);
	mem_unlock(sim->mem);
	return status;
}

enum rmmsim_status rmmsim_device_read(struct rmmsim_device *device, enum rmmsim_dma kind,
				      uint64_t address, void *data, size_t size,
				      struct rmmsim_dma_report *report)
{
	struct dma dma = {.device = device, .kind = kind};

	return access_memory(&dma, address, data, size, report);
}

enum rmmsim_status rmmsim_device_write(struct rmmsim_device *device, enum rmmsim_dma kind,
				       uint64_t address, const void *data, size_t size,
				       struct rmmsim_dma_report *report)
{
	struct dma dma = {.device = device, .kind = kind, .write = true};

	/* Only read from: access_memory() has one pointer for both directions. */
	return access_memory(&dma, address, (void *)(uintptr_t)data, size, report);
}
