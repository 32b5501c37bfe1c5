/* SPDX-License-Identifier: BSD-3-Clause */
/* Devices of the program: what a Host needs of them. */
#include <string.h>

#include "rmm/dev.h"
#include "rmm/device.h"
#include "rmm/process.h"

_Static_assert(RMMSIM_DEVICE_MESSAGE == SPDM_MAX_MESSAGE, "the largest message is SPDM's");
_Static_assert(RMMSIM_DEVICE_RANGES == RESPONDER_MAX_RANGES, "the report has every range");
_Static_assert(RMMSIM_DEVICE_RANGES <= RMI_MAX_NCOH_ADDR_RANGES, "the parameters have room");

enum rmmsim_status rmmsim_device_params(const struct rmmsim_device *device,
					struct rmi_pdev_params *params)
{
	if (!device || !params)
		return RMMSIM_ERR_ARGUMENT;
	memset(params, 0, sizeof(*params));
	params->flags = RMI_PDEV_FLAG_SPDM | RMI_PDEV_FLAG_NCOH_IDE;
	params->pdev_id = device->config.pdev_id;
	params->segment_id = device->config.segment_id;
	params->rid_base = device->config.rid;
	params->rid_top = device->config.rid + UINT64_C(1);
	params->hash_algo = RMI_HASH_SHA_512;
	params->ncoh_ide_sid = 1;
	for (unsigned int i = 0; i < device->config.range_count; i++) {
		const struct rmi_address_range range = {device->config.ranges[i].base,
							device->config.ranges[i].top};
		const struct granule *granule = mem_find(device->sim->mem, range.base);

		if (mem_kind(device->sim->mem, granule) == GRANULE_DEV_NCOH) {
			params->flags |= RMI_PDEV_FLAG_NCOH_ADDR;
			params->ncoh_addr_range[params->ncoh_num_addr_range++] = range;
			continue;
		}
		if (params->coh_num_addr_range == RMI_MAX_COH_ADDR_RANGES)
			return RMMSIM_ERR_RANGE;
		params->flags |= RMI_PDEV_FLAG_COH_ADDR;
		params->coh_addr_range[params->coh_num_addr_range++] = range;
	}
	return RMMSIM_OK;
}

enum rmmsim_status rmmsim_device_public_key(const struct rmmsim_device *device,
					    struct rmi_public_key_params *key)
{
	if (!device || !key)
		return RMMSIM_ERR_ARGUMENT;
	memset(key, 0, sizeof(*key));
	key->algo = device->config.signature;
	key->key_len = responder_public_key(&device->responder, key->key);
	return RMMSIM_OK;
}

size_t rmmsim_device_message(struct rmmsim_device *device, bool secured, const uint8_t *request,
			     size_t size, uint8_t *response)
{
	uint8_t copy[SPDM_MAX_MESSAGE];

	if (!device || !request || !response || size > sizeof(copy))
		return 0;
	if (device->ops.message) {
		size = device->ops.message(device->config.context, secured, request, size,
					   response);
		return size <= SPDM_MAX_MESSAGE ? size : SPDM_MAX_MESSAGE;
	}
	memcpy(copy, request, size);
	return responder_answer(&device->responder, copy, size, response);
}

/* The request is at `enter.req_addr`; its answer goes to `enter.resp_addr`. */
static enum rmmsim_status answer(struct rmmsim_device *device, struct rmi_dev_comm_data *data)
{
	uint8_t request[SPDM_MAX_MESSAGE], response[SPDM_MAX_MESSAGE];
	const bool secured = data->exit.protocol == RMI_DEV_COMM_PROTOCOL_SECURE_SPDM;
	struct rmmsim *sim = device->sim;
	enum rmmsim_status status;
	size_t size;

	status = rmmsim_host_read(sim, data->enter.req_addr, request, data->exit.req_len);
	if (status != RMMSIM_OK)
		return status;
	/* Before the device hears the message: an answer that has no place would be lost. */
	status = rmmsim_host_read(sim, data->enter.resp_addr, response, sizeof(response));
	if (status != RMMSIM_OK)
		return status;
	size = rmmsim_device_message(device, secured, request, data->exit.req_len, response);
	data->enter.status = size ? RMI_DEV_COMM_STATUS_RESPONSE : RMI_DEV_COMM_STATUS_ERROR;
	data->enter.resp_len = size;
	return rmmsim_host_write(sim, data->enter.resp_addr, response, size);
}

enum rmmsim_status rmmsim_device_deliver(struct rmmsim_device *device, uint64_t data_pa)
{
	struct rmi_dev_comm_data data;
	enum rmmsim_status status;

	if (!device)
		return RMMSIM_ERR_ARGUMENT;
	status = rmmsim_host_read(device->sim, data_pa, &data, sizeof(data));
	if (status != RMMSIM_OK)
		return status;
	if (!(data.exit.flags & RMI_DEV_COMM_EXIT_FLAG_SEND))
		return RMMSIM_ERR_STATE;
	if (data.exit.req_len > SPDM_MAX_MESSAGE)
		return RMMSIM_ERR_ARGUMENT;
	status = answer(device, &data);
	if (status != RMMSIM_OK)
		return status;
	return rmmsim_host_write(device->sim, data_pa, &data.enter, sizeof(data.enter));
}

const char *rmmsim_device_failure(struct rmmsim *sim, uint64_t pa)
{
	const char *text = NULL;
	const struct granule *granule;
	const struct pdev *pdev;

	if (!sim || !process_owns(sim))
		return NULL;
	mem_lock(sim->mem);
	granule = mem_find(sim->mem, pa);
	if (granule && granule->state == GRANULE_PDEV && !(pa & GRANULE_MASK)) {
		pdev = pdev_at(sim, granule);
		text = spdm_failure_text((enum spdm_failure)pdev_requester(sim, pdev)->failure);
	}
	mem_unlock(sim->mem);
	return text;
}
