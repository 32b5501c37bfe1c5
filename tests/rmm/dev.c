/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/rmm/dev.h"

#include <string.h>

#include "rmm/dev.h"

#define MAX_STEPS 100

void dev_da(struct host *h, bool on)
{
	const uint64_t da = UINT64_C(1) << RMI_FEATURE0_DA_SHIFT;
	uint64_t *features = &h->sim->config.feature_register[0];

	*features = on ? *features | da : *features & ~da;
}

void dev_open(struct host *h, struct dev *d)
{
	struct rmmsim_config config;

	rmmsim_config_init(&config);
	config.feature_register[0] |= UINT64_C(1) << RMI_FEATURE0_DA_SHIFT;
	host_reopen(h, &config);
	memset(d, 0, sizeof(*d));
	d->h = h;
	d->data = host_page(h);
	d->request = host_page(h);
	d->response = host_page(h);
	d->range = host_device_pages(h, DEV_RANGE_PAGES, HOST_PAGE);
}

void dev_params(struct dev *d)
{
	struct rmi_pdev_params *p = &d->params;

	memset(p, 0, sizeof(*p));
	p->flags = RMI_PDEV_FLAG_SPDM | RMI_PDEV_FLAG_NCOH_IDE | RMI_PDEV_FLAG_NCOH_ADDR;
	p->pdev_id = 7;
	p->rid_base = DEV_RID;
	p->rid_top = DEV_RID + 4;
	p->hash_algo = RMI_HASH_SHA_512;
	p->ncoh_ide_sid = 1;
	p->ncoh_num_addr_range = 1;
	p->ncoh_addr_range[0].base = d->range;
	p->ncoh_addr_range[0].top = d->range + DEV_RANGE_PAGES * HOST_PAGE;
	OKDA(d->h, RMI_PDEV_AUX_COUNT, p->flags);
	p->num_aux = OUT(d->h, 1);
	for (unsigned int i = 0; i < p->num_aux; i++)
		p->aux[i] = host_delegated(d->h);
}

uint64_t dev_params_page(struct dev *d)
{
	return host_page_with(d->h, &d->params, sizeof(d->params));
}

void dev_create(struct dev *d)
{
	const struct responder_config device = {
		.seed = 3,
		.signer = SIGNER_P384,
		.function_id = DEV_RID,
		.range_count = 1,
		.ranges = {{.first_page = d->range >> 12, .pages = DEV_RANGE_PAGES}},
	};

	assert_true(responder_init(&d->device, &device));
	dev_params(d);
	d->pdev = host_delegated(d->h);
	OKDA(d->h, RMI_PDEV_CREATE, d->pdev, dev_params_page(d));
}

void dev_enter(struct dev *d, enum rmi_dev_comm_status status, uint64_t size)
{
	const struct rmi_dev_comm_enter enter = {.status = status,
						 .req_addr = d->request,
						 .resp_addr = d->response,
						 .resp_len = size};

	assert_int_equal(rmmsim_host_write(d->h->sim, d->data, &enter, sizeof(enter)), RMMSIM_OK);
}

static size_t deliver(struct dev *d)
{
	uint8_t request[SPDM_MAX_MESSAGE], response[SPDM_MAX_MESSAGE];
	size_t size;

	assert_int_equal(rmmsim_host_read(d->h->sim, d->request, request, sizeof(request)),
			 RMMSIM_OK);
	size = responder_answer(&d->device, request, d->exit.req_len, response);
	assert_int_equal(rmmsim_host_write(d->h->sim, d->response, response, size), RMMSIM_OK);
	return size;
}

void dev_talk(struct dev *d, uint64_t vdev)
{
	const uint64_t at = d->data + offsetof(struct rmi_dev_comm_data, exit);

	dev_enter(d, RMI_DEV_COMM_STATUS_NONE, 0);
	for (d->steps = 0; d->steps < MAX_STEPS; d->steps++) {
		size_t size;

		if (vdev)
			OKDA(d->h, RMI_VDEV_COMMUNICATE, d->pdev, vdev, d->data);
		else
			OKDA(d->h, RMI_PDEV_COMMUNICATE, d->pdev, d->data);
		assert_int_equal(rmmsim_host_read(d->h->sim, at, &d->exit, sizeof(d->exit)),
				 RMMSIM_OK);
		if (!(d->exit.flags & RMI_DEV_COMM_EXIT_FLAG_SEND))
			return;
		size = deliver(d);
		if (size)
			dev_enter(d, RMI_DEV_COMM_STATUS_RESPONSE, size);
		else
			dev_enter(d, RMI_DEV_COMM_STATUS_ERROR, 0);
	}
	fail();
}

uint64_t dev_state(struct dev *d)
{
	OKDA(d->h, RMI_PDEV_GET_STATE, d->pdev);
	return OUT(d->h, 1);
}

static uint64_t key_page(struct dev *d)
{
	struct rmi_public_key_params key = {.algo = RMI_SIGNATURE_ECDSA_P384};

	key.key_len = responder_public_key(&d->device, key.key);
	return host_page_with(d->h, &key, sizeof(key));
}

void dev_ready(struct dev *d)
{
	dev_create(d);
	dev_talk(d, 0);
	assert_int_equal(dev_state(d), RMI_PDEV_STATE_NEEDS_KEY);
	OKDA(d->h, RMI_PDEV_SET_PUBKEY, d->pdev, key_page(d));
	dev_talk(d, 0);
	assert_int_equal(dev_state(d), RMI_PDEV_STATE_READY);
}

void dev_end(struct dev *d)
{
	OKDA(d->h, RMI_PDEV_STOP, d->pdev);
	dev_talk(d, 0);
	assert_int_equal(dev_state(d), RMI_PDEV_STATE_STOPPED);
	OKDA(d->h, RMI_PDEV_DESTROY, d->pdev);
	assert_string_equal(host_state(d->h, d->pdev), "DELEGATED");
	assert_string_equal(host_state(d->h, d->params.aux[0]), "DELEGATED");
}

/* --- VDEVs --------------------------------------------------------------------------------------------- */

void dev_realm(struct dev *d, struct host_realm *r)
{
	const struct host_realm_options options = {.flags0 = RMI_REALM_FLAGS0_DA};

	host_realm(d->h, r, &options);
}

uint64_t dev_vdev_params(struct dev *d, uint64_t vdev_id, uint64_t tdi_id)
{
	const struct rmi_vdev_params params = {.vdev_id = vdev_id, .tdi_id = tdi_id};

	return host_page_with(d->h, &params, sizeof(params));
}

uint64_t dev_vdev(struct dev *d, const struct host_realm *r, uint64_t vdev_id)
{
	uint64_t vdev = host_delegated(d->h);

	OKDA(d->h, RMI_VDEV_CREATE, r->rd, d->pdev, vdev, dev_vdev_params(d, vdev_id, DEV_RID));
	dev_talk(d, vdev);
	assert_int_equal(d->steps, 0);
	assert_int_equal(dev_vdev_state(d, vdev), RMI_VDEV_STATE_UNLOCKED);
	return vdev;
}

uint64_t dev_vdev_state(struct dev *d, uint64_t vdev)
{
	OKDA(d->h, RMI_VDEV_GET_STATE, vdev);
	return OUT(d->h, 1);
}

void dev_vdev_end(struct dev *d, const struct host_realm *r, uint64_t vdev)
{
	if (dev_vdev_state(d, vdev) != RMI_VDEV_STATE_UNLOCKED) {
		OKDA(d->h, RMI_VDEV_UNLOCK, r->rd, vdev);
		dev_talk(d, vdev);
	}
	OKDA(d->h, RMI_VDEV_DESTROY, r->rd, d->pdev, vdev);
	assert_string_equal(host_state(d->h, vdev), "DELEGATED");
}
