/* SPDX-License-Identifier: BSD-3-Clause */
/* Interfaces that Realms use, alp14: device-assignment.md#4, #6, #7 */
#include <string.h>

#include "tests/rmm/dev.h"

#define PAGE  HOST_PAGE
#define BLOCK HOST_BLOCK
#define IPA   (2 * HOST_GB + BLOCK)
#define INFO  (3 * BLOCK) /* IPA of RsiVdevInfo */
#define ID    UINT64_C(5)

/* --- VDEV_CREATE, VDEV_DESTROY --------------------------------------------------------------------------- */

static void create_wants_right_arguments(void **state)
{
	struct host_realm r, plain;
	uint64_t vdev, params;
	struct dev d;

	dev_open(*state, &d);
	dev_create(&d);
	dev_realm(&d, &r);
	host_realm(d.h, &plain, NULL);
	vdev = host_delegated(d.h);
	params = dev_vdev_params(&d, ID, DEV_RID);
	ALONE(d.h, "pdev_state", RMI_ERROR_DEVICE, RMI_VDEV_CREATE, r.rd, d.pdev, vdev, params);
	OKDA(d.h, RMI_PDEV_STOP, d.pdev);
	dev_talk(&d, 0);
	OKDA(d.h, RMI_PDEV_DESTROY, d.pdev);
	dev_ready(&d);
	GRANULE_ARGUMENT(d.h, 1, "rd", "rd_state", RMI_VDEV_CREATE, r.rd, d.pdev, vdev, params);
	GRANULE_ARGUMENT(d.h, 2, "pdev", "pdev_gran_state", RMI_VDEV_CREATE, r.rd, d.pdev, vdev,
			 params);
	DRAM_ARGUMENT(d.h, 3, "vdev", "vdev_gran_state", RMI_VDEV_CREATE, r.rd, d.pdev, vdev,
		      params);
	ALONE(d.h, "params_align", RMI_ERROR_INPUT, RMI_VDEV_CREATE, r.rd, d.pdev, vdev,
	      params + 8);
	ALONE(d.h, "params_bound", RMI_ERROR_INPUT, RMI_VDEV_CREATE, r.rd, d.pdev, vdev, 0x1000);
	ALONE(d.h, "params_pas", RMI_ERROR_INPUT, RMI_VDEV_CREATE, r.rd, d.pdev, vdev, d.pdev);
	ALONE(d.h, "realm_da", RMI_ERROR_REALM, RMI_VDEV_CREATE, plain.rd, d.pdev, vdev, params);
	ALONE(d.h, "tdi_id_bound", RMI_ERROR_INPUT, RMI_VDEV_CREATE, r.rd, d.pdev, vdev,
	      dev_vdev_params(&d, ID, DEV_RID + 4));
	host_realm_end(d.h, &plain);
	dev_end(&d);
	host_realm_end(d.h, &r);
}

static void create_wants_right_parameters(void **state)
{
	struct rmi_vdev_params params = {.vdev_id = ID, .tdi_id = DEV_RID};
	struct host_realm r, other;
	uint64_t vdev, second;
	struct dev d;

	dev_open(*state, &d);
	dev_ready(&d);
	dev_realm(&d, &r);
	dev_realm(&d, &other);
	params.flags = RMI_VDEV_FLAG_VSMMU;
	vdev = host_delegated(d.h);
	ALONE(d.h, "params_valid", RMI_ERROR_INPUT, RMI_VDEV_CREATE, r.rd, d.pdev, vdev,
	      host_page_with(d.h, &params, sizeof(params)));
	params.flags = 0;
	params.num_aux = 1;
	ALONE(d.h, "num_aux", RMI_ERROR_INPUT, RMI_VDEV_CREATE, r.rd, d.pdev, vdev,
	      host_page_with(d.h, &params, sizeof(params)));
	vdev = dev_vdev(&d, &r, ID);
	second = host_delegated(d.h);
	ALONE(d.h, "vdev_id", RMI_ERROR_INPUT, RMI_VDEV_CREATE, r.rd, d.pdev, second,
	      dev_vdev_params(&d, ID, DEV_RID + 1));
	ALONE(d.h, "tdi_id", RMI_ERROR_INPUT, RMI_VDEV_CREATE, other.rd, d.pdev, second,
	      dev_vdev_params(&d, ID, DEV_RID));
	ALONE(d.h, "num_vdevs", RMI_ERROR_DEVICE, RMI_PDEV_STOP, d.pdev);
	ALONE(d.h, "num_vdevs", RMI_ERROR_REALM, RMI_REALM_DESTROY, r.rd);
	GRANULE_ARGUMENT(d.h, 1, "rd", "rd_state", RMI_VDEV_DESTROY, r.rd, d.pdev, vdev);
	GRANULE_ARGUMENT(d.h, 2, "pdev", "pdev_gran_state", RMI_VDEV_DESTROY, r.rd, d.pdev, vdev);
	GRANULE_ARGUMENT(d.h, 3, "vdev", "vdev_gran_state", RMI_VDEV_DESTROY, r.rd, d.pdev, vdev);
	ALONE(d.h, "vdev_owner", RMI_ERROR_DEVICE, RMI_VDEV_DESTROY, other.rd, d.pdev, vdev);
	dev_vdev_end(&d, &r, vdev);
	host_realm_end(d.h, &other);
	dev_end(&d);
	host_realm_end(d.h, &r);
}

/* --- conversations --------------------------------------------------------------------------------------- */

static uint64_t measure_page(struct dev *d, uint64_t flags)
{
	const struct rmi_vdev_measure_params params = {.flags = flags, .indices = {0x02}};

	return host_page_with(d->h, &params, sizeof(params));
}

static void an_interface_is_locked_measured_reported_started_and_unlocked(void **state)
{
	struct host_realm r;
	struct dev d;
	uint64_t vdev;

	dev_open(*state, &d);
	dev_ready(&d);
	dev_realm(&d, &r);
	vdev = dev_vdev(&d, &r, ID);
	OKDA(d.h, RMI_VDEV_GET_MEASUREMENTS, r.rd, vdev, measure_page(&d, 0));
	dev_talk(&d, vdev);
	OKDA(d.h, RMI_VDEV_LOCK, r.rd, vdev);
	assert_int_equal(dev_vdev_state(&d, vdev), RMI_VDEV_STATE_UNLOCKED);
	dev_talk(&d, vdev);
	assert_int_equal(dev_vdev_state(&d, vdev), RMI_VDEV_STATE_LOCKED);
	assert_int_equal(d.device.tdisp, TDISP_CONFIG_LOCKED);
	OKDA(d.h, RMI_VDEV_GET_MEASUREMENTS, r.rd, vdev,
	     measure_page(&d, RMI_VDEV_MEASURE_FLAG_SIGNED));
	dev_talk(&d, vdev);
	OKDA(d.h, RMI_VDEV_GET_INTERFACE_REPORT, r.rd, vdev);
	dev_talk(&d, vdev);
	OKDA(d.h, RMI_VDEV_START, r.rd, vdev);
	dev_talk(&d, vdev);
	assert_int_equal(dev_vdev_state(&d, vdev), RMI_VDEV_STATE_STARTED);
	assert_int_equal(d.device.tdisp, TDISP_RUN);
	dev_vdev_end(&d, &r, vdev);
	assert_int_equal(d.device.tdisp, TDISP_CONFIG_UNLOCKED);
	dev_end(&d);
	host_realm_end(d.h, &r);
}

static void a_failure_leads_to_error_and_unlock_out_of_it(void **state)
{
	struct host_realm r;
	struct dev d;
	uint64_t vdev;

	dev_open(*state, &d);
	dev_ready(&d);
	dev_realm(&d, &r);
	vdev = dev_vdev(&d, &r, ID);
	d.device.fault = RESPONDER_FAULT_NO_LOCK;
	OKDA(d.h, RMI_VDEV_LOCK, r.rd, vdev);
	dev_talk(&d, vdev);
	assert_int_equal(dev_vdev_state(&d, vdev), RMI_VDEV_STATE_ERROR);
	d.device.fault = RESPONDER_RIGHT;
	OKDA(d.h, RMI_VDEV_UNLOCK, r.rd, vdev);
	dev_talk(&d, vdev);
	assert_int_equal(dev_vdev_state(&d, vdev), RMI_VDEV_STATE_UNLOCKED);
	OKDA(d.h, RMI_VDEV_LOCK, r.rd, vdev);
	OKDA(d.h, RMI_VDEV_ABORT, vdev);
	assert_int_equal(dev_vdev_state(&d, vdev), RMI_VDEV_STATE_ERROR);
	ALONE(d.h, "comm_state", RMI_ERROR_DEVICE, RMI_VDEV_ABORT, vdev);
	dev_vdev_end(&d, &r, vdev);
	dev_end(&d);
	host_realm_end(d.h, &r);
}

/* The rows of each command that begins a conversation, in a state in which nothing else is wrong. */
static void check_rows(struct dev *d, const struct host_realm *r, const struct host_realm *other,
		       enum smc_command_id command, uint64_t vdev, uint64_t x3)
{
	GRANULE_ARGUMENT(d->h, 1, "rd", "rd_state", command, r->rd, vdev, x3);
	GRANULE_ARGUMENT(d->h, 2, "vdev", "vdev_gran_state", command, r->rd, vdev, x3);
	ALONE(d->h, "vdev_owner", RMI_ERROR_INPUT, command, other->rd, vdev, x3);
}

static void commands_want_their_state(void **state)
{
	struct host_realm r, other;
	uint64_t vdev, page;
	struct dev d;

	dev_open(*state, &d);
	dev_ready(&d);
	dev_realm(&d, &r);
	dev_realm(&d, &other);
	vdev = dev_vdev(&d, &r, ID);
	page = measure_page(&d, 0);
	check_rows(&d, &r, &other, RMI_VDEV_LOCK, vdev, 0);
	check_rows(&d, &r, &other, RMI_VDEV_GET_MEASUREMENTS, vdev, page);
	GRANULE_ARGUMENT(d.h, 1, "vdev", "vdev_gran_state", RMI_VDEV_GET_STATE, vdev);
	ALONE(d.h, "state", RMI_ERROR_DEVICE, RMI_VDEV_START, r.rd, vdev);
	ALONE(d.h, "state", RMI_ERROR_DEVICE, RMI_VDEV_UNLOCK, r.rd, vdev);
	ALONE(d.h, "state", RMI_ERROR_DEVICE, RMI_VDEV_GET_INTERFACE_REPORT, r.rd, vdev);
	ALONE(d.h, "params_align", RMI_ERROR_INPUT, RMI_VDEV_GET_MEASUREMENTS, r.rd, vdev,
	      page + 8);
	ALONE(d.h, "params_bound", RMI_ERROR_INPUT, RMI_VDEV_GET_MEASUREMENTS, r.rd, vdev, 0x1000);
	ALONE(d.h, "params_pas", RMI_ERROR_INPUT, RMI_VDEV_GET_MEASUREMENTS, r.rd, vdev, d.pdev);
	for (unsigned int bit = 0; bit < 256; bit += 255) {
		struct rmi_vdev_measure_params params = {0};

		params.indices[bit / 8] = (uint8_t)(1u << bit % 8);
		ALONE(d.h, "indices_valid", RMI_ERROR_INPUT, RMI_VDEV_GET_MEASUREMENTS, r.rd, vdev,
		      host_page_with(d.h, &params, sizeof(params)));
	}
	OKDA(d.h, RMI_VDEV_LOCK, r.rd, vdev);
	GRANULE_ARGUMENT(d.h, 1, "vdev", "vdev_gran_state", RMI_VDEV_ABORT, vdev);
	ALONE(d.h, "comm_state", RMI_ERROR_DEVICE, RMI_VDEV_LOCK, r.rd, vdev);
	ALONE(d.h, "comm_state", RMI_ERROR_DEVICE, RMI_VDEV_GET_MEASUREMENTS, r.rd, vdev, page);
	dev_talk(&d, vdev);
	check_rows(&d, &r, &other, RMI_VDEV_START, vdev, 0);
	check_rows(&d, &r, &other, RMI_VDEV_UNLOCK, vdev, 0);
	check_rows(&d, &r, &other, RMI_VDEV_GET_INTERFACE_REPORT, vdev, 0);
	ALONE(d.h, "state", RMI_ERROR_DEVICE, RMI_VDEV_LOCK, r.rd, vdev);
	ALONE(d.h, "state", RMI_ERROR_DEVICE, RMI_VDEV_DESTROY, r.rd, d.pdev, vdev);
	OKDA(d.h, RMI_VDEV_GET_INTERFACE_REPORT, r.rd, vdev);
	ALONE(d.h, "comm_state", RMI_ERROR_DEVICE, RMI_VDEV_START, r.rd, vdev);
	ALONE(d.h, "comm_state", RMI_ERROR_DEVICE, RMI_VDEV_UNLOCK, r.rd, vdev);
	ALONE(d.h, "comm_state", RMI_ERROR_DEVICE, RMI_VDEV_GET_INTERFACE_REPORT, r.rd, vdev);
	OKDA(d.h, RMI_VDEV_ABORT, vdev);
	ALONE(d.h, "state", RMI_ERROR_DEVICE, RMI_VDEV_GET_MEASUREMENTS, r.rd, vdev, page);
	dev_vdev_end(&d, &r, vdev);
	host_realm_end(d.h, &other);
	dev_end(&d);
	host_realm_end(d.h, &r);
}

static void put_addresses(struct dev *d, uint64_t request, uint64_t response)
{
	const struct rmi_dev_comm_enter enter = {.req_addr = request, .resp_addr = response};

	assert_int_equal(rmmsim_host_write(d->h->sim, d->data, &enter, sizeof(enter)), RMMSIM_OK);
}

static void communicate_wants_right_arguments(void **state)
{
	struct host_realm r;
	struct dev d, two;
	uint64_t vdev;

	dev_open(*state, &d);
	dev_ready(&d);
	dev_realm(&d, &r);
	vdev = dev_vdev(&d, &r, ID);
	dev_enter(&d, RMI_DEV_COMM_STATUS_NONE, 0);
	ALONE(d.h, "comm_state", RMI_ERROR_DEVICE, RMI_VDEV_COMMUNICATE, d.pdev, vdev, d.data);
	OKDA(d.h, RMI_VDEV_LOCK, r.rd, vdev);
	GRANULE_ARGUMENT(d.h, 1, "pdev", "pdev_gran_state", RMI_VDEV_COMMUNICATE, d.pdev, vdev,
			 d.data);
	GRANULE_ARGUMENT(d.h, 2, "vdev", "vdev_gran_state", RMI_VDEV_COMMUNICATE, d.pdev, vdev,
			 d.data);
	ALONE(d.h, "data_align", RMI_ERROR_INPUT, RMI_VDEV_COMMUNICATE, d.pdev, vdev, d.data + 8);
	ALONE(d.h, "data_bound", RMI_ERROR_INPUT, RMI_VDEV_COMMUNICATE, d.pdev, vdev, 0x1000);
	ALONE(d.h, "data_pas", RMI_ERROR_INPUT, RMI_VDEV_COMMUNICATE, d.pdev, vdev, d.pdev);
	put_addresses(&d, d.request + 8, d.response);
	ALONE(d.h, "req_align", RMI_ERROR_INPUT, RMI_VDEV_COMMUNICATE, d.pdev, vdev, d.data);
	put_addresses(&d, 0x1000, d.response);
	ALONE(d.h, "req_bound", RMI_ERROR_INPUT, RMI_VDEV_COMMUNICATE, d.pdev, vdev, d.data);
	put_addresses(&d, d.pdev, d.response);
	ALONE(d.h, "req_pas", RMI_ERROR_INPUT, RMI_VDEV_COMMUNICATE, d.pdev, vdev, d.data);
	put_addresses(&d, d.request, d.response + 8);
	ALONE(d.h, "resp_align", RMI_ERROR_INPUT, RMI_VDEV_COMMUNICATE, d.pdev, vdev, d.data);
	put_addresses(&d, d.request, 0x1000);
	ALONE(d.h, "resp_bound", RMI_ERROR_INPUT, RMI_VDEV_COMMUNICATE, d.pdev, vdev, d.data);
	put_addresses(&d, d.request, d.pdev);
	ALONE(d.h, "resp_pas", RMI_ERROR_INPUT, RMI_VDEV_COMMUNICATE, d.pdev, vdev, d.data);
	dev_enter(&d, RMI_DEV_COMM_STATUS_NONE, 4097);
	ALONE(d.h, "resp_len", RMI_ERROR_INPUT, RMI_VDEV_COMMUNICATE, d.pdev, vdev, d.data);
	dev_enter(&d, RMI_DEV_COMM_STATUS_RESPONSE, 16);
	ALONE(d.h, "status", RMI_ERROR_DEVICE, RMI_VDEV_COMMUNICATE, d.pdev, vdev, d.data);

	/* While this conversation goes on, the PDEV has no other. */
	dev_enter(&d, RMI_DEV_COMM_STATUS_NONE, 0);
	OKDA(d.h, RMI_VDEV_COMMUNICATE, d.pdev, vdev, d.data);
	OKDA(d.h, RMI_PDEV_IDE_RESET, d.pdev);
	ALONE(d.h, "busy", RMI_ERROR_DEVICE, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	OKDA(d.h, RMI_VDEV_ABORT, vdev);
	OKDA(d.h, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	OKDA(d.h, RMI_VDEV_UNLOCK, r.rd, vdev);
	ALONE(d.h, "busy", RMI_ERROR_DEVICE, RMI_VDEV_COMMUNICATE, d.pdev, vdev, d.data);

	/* Another device, which is not the one of the VDEV. */
	two = d;
	dev_params(&two);
	two.params.pdev_id = 9;
	two.params.rid_base = DEV_RID + 8;
	two.params.rid_top = DEV_RID + 9;
	two.params.ncoh_num_addr_range = 0;
	two.pdev = host_delegated(d.h);
	OKDA(d.h, RMI_PDEV_CREATE, two.pdev, dev_params_page(&two));
	ALONE(d.h, "vdev_pdev", RMI_ERROR_DEVICE, RMI_VDEV_COMMUNICATE, two.pdev, vdev, d.data);
	OKDA(d.h, RMI_VDEV_ABORT, vdev);
	ALONE(d.h, "vdev_pdev", RMI_ERROR_DEVICE, RMI_VDEV_DESTROY, r.rd, two.pdev, vdev);
	OKDA(d.h, RMI_VDEV_DESTROY, r.rd, d.pdev, vdev);
	OKDA(d.h, RMI_PDEV_STOP, two.pdev);
	dev_enter(&d, RMI_DEV_COMM_STATUS_NONE, 0);
	OKDA(d.h, RMI_PDEV_COMMUNICATE, two.pdev, d.data);
	OKDA(d.h, RMI_PDEV_DESTROY, two.pdev);
	host_realm_end(d.h, &r);
	d.h->realms = 1; /* the first device stays */
}

/* --- memory ---------------------------------------------------------------------------------------------- */

static void memory_is_mapped_and_unmapped(void **state)
{
	struct host_realm r, other;
	uint64_t vdev, second;
	struct dev d;

	dev_open(*state, &d);
	dev_ready(&d);
	dev_realm(&d, &r);
	dev_realm(&d, &other);
	vdev = dev_vdev(&d, &r, ID);
	host_tables(d.h, &r, 0, IPA, 3);
	GRANULE_ARGUMENT(d.h, 1, "rd", "rd_state", RMI_VDEV_MAP, r.rd, vdev, IPA, 3, d.range);
	GRANULE_ARGUMENT(d.h, 2, "vdev", "vdev_gran_state", RMI_VDEV_MAP, r.rd, vdev, IPA, 3,
			 d.range);
	host_tables(d.h, &other, 0, IPA, 3);
	ALONE(d.h, "vdev_owner", RMI_ERROR_INPUT, RMI_VDEV_MAP, other.rd, vdev, IPA, 3, d.range);
	ALONE(d.h, "addr_align", RMI_ERROR_INPUT, RMI_VDEV_MAP, r.rd, vdev, IPA, 3, d.range + 8);
	ALONE(d.h, "addr_bound", RMI_ERROR_INPUT, RMI_VDEV_MAP, r.rd, vdev, IPA, 3, d.data);
	ALONE(d.h, "level_bound", RMI_ERROR_INPUT, RMI_VDEV_MAP, r.rd, vdev, IPA, 1, d.range);
	ALONE(d.h, "ipa_align", RMI_ERROR_INPUT, RMI_VDEV_MAP, r.rd, vdev, IPA + 8, 3, d.range);
	ALONE(d.h, "ipa_bound", RMI_ERROR_INPUT, RMI_VDEV_MAP, r.rd, vdev, r.half, 3, d.range);
	ALONE(d.h, "rtt_walk", RTT(2), RMI_VDEV_MAP, r.rd, vdev, IPA + BLOCK, 3, d.range);
	OKDA(d.h, RMI_VDEV_MAP, r.rd, vdev, IPA, 3, d.range);
	assert_string_equal(host_state(d.h, d.range), "DEV_MAPPED");
	ALONE(d.h, "addr_state", RMI_ERROR_INPUT, RMI_VDEV_MAP, r.rd, vdev, IPA + PAGE, 3, d.range);
	ALONE(d.h, "rtte_state", RTT(3), RMI_VDEV_MAP, r.rd, vdev, IPA, 3, d.range + PAGE);
	ALONE(d.h, "num_map", RMI_ERROR_DEVICE, RMI_VDEV_DESTROY, r.rd, d.pdev, vdev);

	GRANULE_ARGUMENT(d.h, 1, "rd", "rd_state", RMI_VDEV_UNMAP, r.rd, vdev, IPA, 3);
	GRANULE_ARGUMENT(d.h, 2, "vdev", "vdev_gran_state", RMI_VDEV_UNMAP, r.rd, vdev, IPA, 3);
	ALONE(d.h, "level_bound", RMI_ERROR_INPUT, RMI_VDEV_UNMAP, r.rd, vdev, IPA, 1);
	ALONE(d.h, "ipa_align", RMI_ERROR_INPUT, RMI_VDEV_UNMAP, r.rd, vdev, IPA + 8, 3);
	ALONE(d.h, "ipa_bound", RMI_ERROR_INPUT, RMI_VDEV_UNMAP, r.rd, vdev, r.half, 3);
	ALONE(d.h, "rtt_walk", RTT(2), RMI_VDEV_UNMAP, r.rd, vdev, IPA + BLOCK, 3);
	ALONE(d.h, "rtte_state", RTT(3), RMI_VDEV_UNMAP, r.rd, vdev, IPA + PAGE, 3);
	/* A second interface of the same Realm did not map it. */
	second = host_delegated(d.h);
	OKDA(d.h, RMI_VDEV_CREATE, r.rd, d.pdev, second, dev_vdev_params(&d, ID + 1, DEV_RID + 1));
	ALONE(d.h, "validated", RTT(3), RMI_VDEV_UNMAP, r.rd, second, IPA, 3);
	OKDA(d.h, RMI_VDEV_DESTROY, r.rd, d.pdev, second);
	/* The other Realm has memory of a device of its own there. */
	second = host_delegated(d.h);
	OKDA(d.h, RMI_VDEV_CREATE, other.rd, d.pdev, second, dev_vdev_params(&d, ID, DEV_RID + 1));
	OKDA(d.h, RMI_VDEV_MAP, other.rd, second, IPA, 3, d.range + PAGE);
	ALONE(d.h, "vdev_owner", RMI_ERROR_INPUT, RMI_VDEV_UNMAP, other.rd, vdev, IPA, 3);
	OKDA(d.h, RMI_VDEV_UNMAP, other.rd, second, IPA, 3);
	OKDA(d.h, RMI_VDEV_DESTROY, other.rd, d.pdev, second);

	OKDA(d.h, RMI_VDEV_LOCK, r.rd, vdev);
	dev_talk(&d, vdev);
	ALONE(d.h, "num_map", RMI_ERROR_DEVICE, RMI_VDEV_UNLOCK, r.rd, vdev);
	OKDA(d.h, RMI_VDEV_UNMAP, r.rd, vdev, IPA, 3);
	assert_int_equal(OUT(d.h, 1), d.range);
	assert_string_equal(host_state(d.h, d.range), "DELEGATED");
	dev_vdev_end(&d, &r, vdev);
	host_realm_end(d.h, &other);
	dev_end(&d);
	host_realm_end(d.h, &r);
}

/* --- the Realm's side ------------------------------------------------------------------------------------ */

struct guest {
	struct dev d;
	struct host_realm r;
	uint64_t rec, vdev;
	struct rsi_vdev_info info;
};

/* A VDEV that is LOCKED, in a Realm that is ACTIVE. */
static void guest_start(struct host *h, struct guest *g)
{
	dev_open(h, &g->d);
	dev_ready(&g->d);
	dev_realm(&g->d, &g->r);
	host_ram(h, &g->r, INFO);
	host_tables(h, &g->r, 0, IPA, 3);
	g->rec = host_rec(h, &g->r, true);
	host_activate(h, &g->r);
	g->vdev = dev_vdev(&g->d, &g->r, ID);
	OKDA(h, RMI_VDEV_LOCK, g->r.rd, g->vdev);
	dev_talk(&g->d, g->vdev);
}

static void guest_end(struct guest *g)
{
	dev_vdev_end(&g->d, &g->r, g->vdev);
	dev_end(&g->d);
	host_realm_end(g->d.h, &g->r);
}

/* The Realm calls; the Host names the VDEV. Ends with the next REC exit. */
#define ask(g, fid, ...)                                                             \
	do {                                                                         \
		guest_call((g)->d.h, (g)->rec, fid, ##__VA_ARGS__);                  \
		assert_int_equal((g)->d.h->exit.exit_reason, RMI_EXIT_VDEV_REQUEST); \
		assert_int_equal((g)->d.h->exit.vdev_id, ID);                        \
		OKDA((g)->d.h, RMI_VDEV_COMPLETE, (g)->rec, (g)->vdev);              \
		host_enter((g)->d.h, (g)->rec, 0);                                   \
	} while (0)

static void read_info(struct guest *g)
{
	uint64_t pa;

	ask(g, SMC_RSI_VDEV_GET_INFO, ID, INFO);
	assert_int_equal(g->d.h->guest.result[0], RSI_SUCCESS);
	pa = host_entry(g->d.h, &g->r, INFO, 3).desc & ~UINT64_C(0xfff);
	assert_int_equal(rmmsim_peek(g->d.h->sim, pa, &g->info, sizeof(g->info)), RMMSIM_OK);
}

static void a_realm_reads_about_its_device(void **state)
{
	static const uint8_t none[64];
	struct rsi_vdev_info before;
	struct guest g;

	guest_start(*state, &g);
	read_info(&g);
	assert_int_equal(g.info.state, RSI_VDEV_STATE_LOCKED);
	assert_int_equal(g.info.tdisp_version, 0x10);
	assert_true(g.info.lock_nonce);
	assert_int_equal(g.info.meas_nonce, 0);
	assert_memory_not_equal(g.info.cert_digest, none, 64);
	assert_memory_not_equal(g.info.vca_digest, none, 64);
	assert_memory_equal(g.info.meas_digest, none, 64);
	OKDA(g.d.h, RMI_VDEV_GET_MEASUREMENTS, g.r.rd, g.vdev, measure_page(&g.d, 0));
	dev_talk(&g.d, g.vdev);
	before = g.info;
	read_info(&g);
	assert_true(g.info.meas_nonce);
	assert_memory_not_equal(g.info.meas_digest, none, 64);
	assert_memory_equal(g.info.cert_digest, before.cert_digest, 64);
	/* Another firmware: another digest, another nonce. */
	before = g.info;
	g.d.device.measurement++;
	OKDA(g.d.h, RMI_VDEV_GET_MEASUREMENTS, g.r.rd, g.vdev, measure_page(&g.d, 0));
	dev_talk(&g.d, g.vdev);
	read_info(&g);
	assert_memory_not_equal(g.info.meas_digest, before.meas_digest, 64);
	assert_true(g.info.meas_nonce != before.meas_nonce);
	guest_end(&g);
}

static void calls_of_a_realm_are_refused_alone(void **state)
{
	struct guest g;
	struct host *h = *state;

	guest_start(h, &g);
	guest_call(h, g.rec, SMC_RSI_VDEV_GET_INFO, ID, INFO + 8);
	assert_int_equal(h->guest.result[0], RSI_ERROR_INPUT);
	guest_call(h, g.rec, SMC_RSI_VDEV_GET_INFO, ID, g.r.half);
	assert_int_equal(h->guest.result[0], RSI_ERROR_INPUT);
	guest_call(h, g.rec, SMC_RSI_VDEV_GET_INFO, ID, IPA);
	assert_int_equal(h->guest.result[0], RSI_ERROR_INPUT);
	static const uint64_t wrong[][4] = {
		{IPA + 8, IPA + PAGE, 0, 0},    {IPA, IPA + PAGE + 8, 0, 0},
		{IPA, IPA + PAGE, 8, 0},        {IPA, IPA, 0, 0},
		{IPA, UINT64_C(1) << 38, 0, 0}, /* its last page is Protected, so this one is right */
	};
	for (size_t i = 0; i < 4; i++) {
		guest_call(h, g.rec, SMC_RSI_VDEV_VALIDATE_MAPPING, ID, wrong[i][0], wrong[i][1],
			   wrong[i][2], 0, 0, 0, 0);
		assert_int_equal(h->guest.result[0], RSI_ERROR_INPUT);
	}
	guest_call(h, g.rec, SMC_RSI_VDEV_VALIDATE_MAPPING, ID, IPA, g.r.half + PAGE, 0, 0, 0, 0,
		   0);
	assert_int_equal(h->guest.result[0], RSI_ERROR_INPUT);
	/* Nonces that are not those of the device. */
	ask(&g, SMC_RSI_VDEV_VALIDATE_MAPPING, ID, IPA, IPA + PAGE, g.d.range, 0, 1, 2, 3);
	assert_int_equal(h->guest.result[0], RSI_ERROR_DEVICE);
	ask(&g, SMC_RSI_VDEV_DMA_ENABLE, ID, 0, 1, 2, 3);
	assert_int_equal(h->guest.result[0], RSI_ERROR_DEVICE);
	ask(&g, SMC_RSI_VDEV_DMA_DISABLE, ID);
	assert_int_equal(h->guest.result[0], RSI_SUCCESS);
	/* A Host that names no VDEV. */
	static const uint32_t calls[] = {SMC_RSI_VDEV_GET_INFO, SMC_RSI_VDEV_DMA_ENABLE,
					 SMC_RSI_VDEV_DMA_DISABLE};
	for (size_t i = 0; i < 3; i++) {
		guest_call(h, g.rec, calls[i], ID, i ? 0 : INFO, 0, 0, 0);
		assert_int_equal(h->exit.exit_reason, RMI_EXIT_VDEV_REQUEST);
		host_enter(h, g.rec, 0);
		assert_int_equal(h->guest.result[0], RSI_ERROR_INPUT);
	}
	guest_call(h, g.rec, SMC_RSI_VDEV_VALIDATE_MAPPING, ID, IPA, IPA + PAGE, g.d.range, 0, 0, 0,
		   0);
	host_enter(h, g.rec, 0);
	assert_int_equal(h->guest.result[0], RSI_ERROR_INPUT);
	/* An interface that is not locked. */
	OKDA(h, RMI_VDEV_UNLOCK, g.r.rd, g.vdev);
	dev_talk(&g.d, g.vdev);
	read_info(&g);
	ask(&g, SMC_RSI_VDEV_VALIDATE_MAPPING, ID, IPA, IPA + PAGE, g.d.range, 0, g.info.lock_nonce,
	    g.info.meas_nonce, g.info.report_nonce);
	assert_int_equal(h->guest.result[0], RSI_ERROR_INPUT);
	guest_end(&g);
}

static void a_realm_without_devices_has_none(void **state)
{
	static const uint32_t calls[] = {SMC_RSI_VDEV_GET_INFO, SMC_RSI_VDEV_VALIDATE_MAPPING,
					 SMC_RSI_VDEV_DMA_ENABLE, SMC_RSI_VDEV_DMA_DISABLE};
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec;

	host_realm(h, &r, NULL);
	host_ram(h, &r, INFO);
	rec = host_rec(h, &r, true);
	host_activate(h, &r);
	for (size_t i = 0; i < 4; i++) {
		guest_call(h, rec, calls[i], ID, i == 1 ? IPA : INFO, IPA + PAGE, 0, 0, 0, 0, 0);
		assert_int_equal(h->guest.result[0], RSI_ERROR_STATE);
	}
	host_realm_end(h, &r);
}

static void memory_is_validated_and_answered(void **state)
{
	struct host *h = *state;
	struct guest g;

	guest_start(h, &g);
	read_info(&g);
	ask(&g, SMC_RSI_VDEV_VALIDATE_MAPPING, ID, IPA, IPA + 2 * PAGE, g.d.range, 0,
	    g.info.lock_nonce, g.info.meas_nonce, g.info.report_nonce);
	assert_int_equal(h->exit.exit_reason, RMI_EXIT_DEV_MEM_MAP);
	assert_int_equal(h->exit.dev_mem_base, IPA);
	assert_int_equal(h->exit.dev_mem_top, IPA + 2 * PAGE);
	assert_int_equal(h->exit.dev_mem_pa, g.d.range);
	ALONE(h, "mapping", RTT(3), RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec, g.d.pdev, g.vdev, IPA,
	      IPA + PAGE);
	OKDA(h, RMI_VDEV_MAP, g.r.rd, g.vdev, IPA, 3, g.d.range);
	OKDA(h, RMI_VDEV_MAP, g.r.rd, g.vdev, IPA + PAGE, 3, g.d.range + PAGE);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec, g.d.pdev,
			 g.vdev, IPA, IPA + PAGE);
	GRANULE_ARGUMENT(h, 2, "rec", "rec_gran_state", RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec,
			 g.d.pdev, g.vdev, IPA, IPA + PAGE);
	GRANULE_ARGUMENT(h, 3, "pdev", "pdev_gran_state", RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec,
			 g.d.pdev, g.vdev, IPA, IPA + PAGE);
	GRANULE_ARGUMENT(h, 4, "vdev", "vdev_gran_state", RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec,
			 g.d.pdev, g.vdev, IPA, IPA + PAGE);
	ALONE(h, "size_valid", RMI_ERROR_INPUT, RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec, g.d.pdev,
	      g.vdev, IPA, IPA);
	ALONE(h, "base_bound", RMI_ERROR_INPUT, RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec, g.d.pdev,
	      g.vdev, IPA + PAGE, IPA + 2 * PAGE);
	ALONE(h, "top_bound", RMI_ERROR_INPUT, RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec, g.d.pdev,
	      g.vdev, IPA, IPA + 3 * PAGE);
	ALONE(h, "top_gran_align", RMI_ERROR_INPUT, RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec,
	      g.d.pdev, g.vdev, IPA, IPA + PAGE + 8);
	OKDA(h, RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec, g.d.pdev, g.vdev, IPA, IPA + PAGE);
	assert_int_equal(OUT(h, 1), IPA + PAGE);
	assert_int_equal(host_entry(h, &g.r, IPA, 3).ripas, RMI_RIPAS_DEV);
	OKDA(h, RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec, g.d.pdev, g.vdev, IPA + PAGE,
	     IPA + 2 * PAGE);
	host_enter(h, g.rec, 0);
	assert_int_equal(h->guest.result[0], RSI_SUCCESS);
	assert_int_equal(h->guest.result[1], IPA + 2 * PAGE);
	assert_int_equal(h->guest.result[2], RSI_ACCEPT);
	/* What was validated is DESTROYED when it is taken away. */
	for (uint64_t i = 0; i < 2; i++)
		OKDA(h, RMI_VDEV_UNMAP, g.r.rd, g.vdev, IPA + i * PAGE, 3);
	assert_int_equal(host_entry(h, &g.r, IPA, 3).ripas, RMI_RIPAS_DESTROYED);
	guest_end(&g);
}

/* The Realm asks for `base` to `top`, and the Host has to map it. */
static void ask_mapping(struct guest *g, uint64_t base, uint64_t top)
{
	ask(g, SMC_RSI_VDEV_VALIDATE_MAPPING, ID, base, top, g->d.range, 0, g->info.lock_nonce,
	    g->info.meas_nonce, g->info.report_nonce);
	assert_int_equal(g->d.h->exit.exit_reason, RMI_EXIT_DEV_MEM_MAP);
}

static void while_it_runs(struct host *h, void *context)
{
	const struct guest *g = context;

	REFUSED(h, "rec_state", RMI_ERROR_REC, RMI_VDEV_VALIDATE_MAPPING, g->r.rd, g->rec,
		g->d.pdev, g->vdev, IPA, IPA + PAGE);
}

static void validation_goes_as_far_as_tables_and_owners_allow(void **state)
{
	const uint64_t empty = IPA + 4 * BLOCK; /* without a table */
	struct host *h = *state;
	struct host_realm other;
	uint64_t foreign, pdev;
	struct guest g;

	guest_start(h, &g);
	read_info(&g);
	ask_mapping(&g, empty + PAGE, empty + 2 * PAGE);
	ALONE(h, "base_align", RTT(2), RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec, g.d.pdev, g.vdev,
	      empty + PAGE, empty + 2 * PAGE);
	host_enter(h, g.rec, 0);
	ask_mapping(&g, empty, empty + PAGE);
	ALONE(h, "no_progress", RTT(2), RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec, g.d.pdev, g.vdev,
	      empty, empty + PAGE);
	host_enter(h, g.rec, 0);
	host_while_running(h, g.rec, while_it_runs, &g);
	dev_realm(&g.d, &other);
	foreign = host_rec(h, &other, true);
	REFUSED(h, "rec_owner", RMI_ERROR_REC, RMI_VDEV_VALIDATE_MAPPING, g.r.rd, foreign, g.d.pdev,
		g.vdev, IPA, IPA + PAGE);
	ask_mapping(&g, IPA, IPA + PAGE);
	OKDA(h, RMI_VDEV_MAP, g.r.rd, g.vdev, IPA, 3, g.d.range);
	dev_params(&g.d);
	g.d.params.pdev_id = 9;
	g.d.params.rid_base = DEV_RID + 8;
	g.d.params.rid_top = DEV_RID + 9;
	g.d.params.ncoh_num_addr_range = 0;
	pdev = host_delegated(h);
	OKDA(h, RMI_PDEV_CREATE, pdev, dev_params_page(&g.d));
	ALONE(h, "vdev_pdev", RMI_ERROR_DEVICE, RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec, pdev,
	      g.vdev, IPA, IPA + PAGE);
	OKDA(h, RMI_VDEV_VALIDATE_MAPPING, g.r.rd, g.rec, g.d.pdev, g.vdev, IPA, IPA + PAGE);
	host_enter(h, g.rec, 0);
	OKDA(h, RMI_VDEV_UNMAP, g.r.rd, g.vdev, IPA, 3);
	OKDA(h, RMI_PDEV_STOP, pdev);
	dev_enter(&g.d, RMI_DEV_COMM_STATUS_NONE, 0);
	OKDA(h, RMI_PDEV_COMMUNICATE, pdev, g.d.data);
	OKDA(h, RMI_PDEV_DESTROY, pdev);
	host_realm_end(h, &other);
	guest_end(&g);
}

static void a_host_may_reject_a_mapping(void **state)
{
	struct host *h = *state;
	struct guest g;

	guest_start(h, &g);
	read_info(&g);
	ask(&g, SMC_RSI_VDEV_VALIDATE_MAPPING, ID, IPA, IPA + PAGE, g.d.range, 0, g.info.lock_nonce,
	    g.info.meas_nonce, g.info.report_nonce);
	host_enter(h, g.rec, RMI_REC_ENTER_FLAG_DEV_MEM_RESPONSE);
	assert_int_equal(h->guest.result[0], RSI_SUCCESS);
	assert_int_equal(h->guest.result[1], IPA);
	assert_int_equal(h->guest.result[2], RSI_REJECT);
	guest_end(&g);
}

static void complete_wants_the_vdev_that_was_asked_for(void **state)
{
	struct host *h = *state;
	uint64_t second, foreign;
	struct host_realm other;
	struct guest g;

	guest_start(h, &g);
	second = host_delegated(h);
	OKDA(h, RMI_VDEV_CREATE, g.r.rd, g.d.pdev, second,
	     dev_vdev_params(&g.d, ID + 1, DEV_RID + 1));
	dev_talk(&g.d, second);
	dev_realm(&g.d, &other);
	foreign = host_delegated(h);
	OKDA(h, RMI_VDEV_CREATE, other.rd, g.d.pdev, foreign,
	     dev_vdev_params(&g.d, ID, DEV_RID + 2));
	dev_talk(&g.d, foreign);
	guest_call(h, g.rec, SMC_RSI_VDEV_DMA_DISABLE, ID);
	GRANULE_ARGUMENT(h, 1, "rec", "rec_gran_state", RMI_VDEV_COMPLETE, g.rec, g.vdev);
	GRANULE_ARGUMENT(h, 2, "vdev", "vdev_gran_state", RMI_VDEV_COMPLETE, g.rec, g.vdev);
	ALONE(h, "vdev_id", RMI_ERROR_INPUT, RMI_VDEV_COMPLETE, g.rec, second);
	ALONE(h, "rec_owner", RMI_ERROR_INPUT, RMI_VDEV_COMPLETE, g.rec, foreign);
	OKDA(h, RMI_VDEV_START, g.r.rd, g.vdev);
	ALONE(h, "comm_state", RMI_ERROR_DEVICE, RMI_VDEV_COMPLETE, g.rec, g.vdev);
	dev_talk(&g.d, g.vdev);
	OKDA(h, RMI_VDEV_COMPLETE, g.rec, g.vdev);
	REFUSED(h, "pending", RMI_ERROR_INPUT, RMI_VDEV_COMPLETE, g.rec, g.vdev);
	/* A VDEV that went away in between is unknown. */
	host_enter(h, g.rec, 0);
	assert_int_equal(h->guest.result[0], RSI_SUCCESS);
	OKDA(h, RMI_VDEV_DESTROY, other.rd, g.d.pdev, foreign);
	OKDA(h, RMI_VDEV_DESTROY, g.r.rd, g.d.pdev, second);
	host_realm_end(h, &other);
	guest_end(&g);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(create_wants_right_arguments),
		TEST(create_wants_right_parameters),
		TEST(an_interface_is_locked_measured_reported_started_and_unlocked),
		TEST(a_failure_leads_to_error_and_unlock_out_of_it),
		TEST(commands_want_their_state),
		TEST(communicate_wants_right_arguments),
		TEST(memory_is_mapped_and_unmapped),
		TEST(a_realm_reads_about_its_device),
		TEST(calls_of_a_realm_are_refused_alone),
		TEST(a_realm_without_devices_has_none),
		TEST(memory_is_validated_and_answered),
		TEST(validation_goes_as_far_as_tables_and_owners_allow),
		TEST(a_host_may_reject_a_mapping),
		TEST(complete_wants_the_vdev_that_was_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
