/* SPDX-License-Identifier: BSD-3-Clause */
/* Physical devices, alp14: device-assignment.md#3, device-assignment.md#5 */
#include <string.h>

#include "tests/rmm/dev.h"

#define PAGE HOST_PAGE

static void a_device_lives_from_new_to_destroyed(void **state)
{
	struct dev d;

	dev_open(*state, &d);
	dev_create(&d);
	assert_int_equal(dev_state(&d), RMI_PDEV_STATE_NEW);
	assert_string_equal(host_state(d.h, d.params.aux[0]), "PDEV_AUX");
	dev_talk(&d, 0);
	assert_true(d.steps > 4);
	assert_int_equal(dev_state(&d), RMI_PDEV_STATE_NEEDS_KEY);
	OKDA(d.h, RMI_PDEV_STOP, d.pdev);
	dev_talk(&d, 0);
	OKDA(d.h, RMI_PDEV_DESTROY, d.pdev);
	dev_ready(&d);
	OKDA(d.h, RMI_PDEV_IDE_KEY_REFRESH, d.pdev, RMI_PDEV_NCOH);
	assert_int_equal(dev_state(&d), RMI_PDEV_STATE_COMMUNICATING);
	dev_talk(&d, 0);
	assert_int_equal(dev_state(&d), RMI_PDEV_STATE_READY);
	OKDA(d.h, RMI_PDEV_IDE_RESET, d.pdev);
	assert_int_equal(dev_state(&d), RMI_PDEV_STATE_IDE_RESETTING);
	dev_talk(&d, 0);
	assert_int_equal(dev_state(&d), RMI_PDEV_STATE_READY);
	dev_end(&d);
}

static void without_the_feature_nothing_is_supported(void **state)
{
	static const enum smc_command_id commands[] = {
		RMI_PDEV_AUX_COUNT,
		RMI_PDEV_CREATE,
		RMI_PDEV_COMMUNICATE,
		RMI_PDEV_GET_STATE,
		RMI_PDEV_SET_PUBKEY,
		RMI_PDEV_ABORT,
		RMI_PDEV_IDE_KEY_REFRESH,
		RMI_PDEV_IDE_RESET,
		RMI_PDEV_STOP,
		RMI_PDEV_DESTROY,
		RMI_PDEV_P2P_CONNECT,
		RMI_PDEV_P2P_DISCONNECT,
		RMI_VDEV_AUX_COUNT,
		RMI_VDEV_CREATE,
		RMI_VDEV_COMMUNICATE,
		RMI_VDEV_GET_STATE,
		RMI_VDEV_LOCK,
		RMI_VDEV_START,
		RMI_VDEV_UNLOCK,
		RMI_VDEV_GET_INTERFACE_REPORT,
		RMI_VDEV_GET_MEASUREMENTS,
		RMI_VDEV_ABORT,
		RMI_VDEV_DESTROY,
		RMI_VDEV_COMPLETE,
		RMI_VDEV_MAP,
		RMI_VDEV_UNMAP,
		RMI_VDEV_VALIDATE_MAPPING,
		RMI_VDEV_P2P_BIND,
		RMI_VDEV_P2P_UNBIND,
	};
	struct host *h = *state;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		REFUSED(h, "feature_da", RMI_ERROR_NOT_SUPPORTED, commands[i], 0, 0, 0, 0, 0, 0);
}

/* The feature is all that is wrong: the same device, looked at by a monitor that has lost it. */
static void the_feature_alone_decides(void **state)
{
	struct dev d;

	dev_open(*state, &d);
	OKDA(d.h, RMI_PDEV_AUX_COUNT, 1);
	ALONE(d.h, "feature_p2p", RMI_ERROR_NOT_SUPPORTED, RMI_PDEV_P2P_CONNECT, 0, 0, 0, 0);
	ALONE(d.h, "feature_p2p", RMI_ERROR_NOT_SUPPORTED, RMI_PDEV_P2P_DISCONNECT, 0, 0, 0);
	ALONE(d.h, "feature_p2p", RMI_ERROR_NOT_SUPPORTED, RMI_VDEV_P2P_BIND, 0);
	ALONE(d.h, "feature_p2p", RMI_ERROR_NOT_SUPPORTED, RMI_VDEV_P2P_UNBIND, 0);
	OKDA(d.h, RMI_VDEV_AUX_COUNT, 1, 0);
	assert_int_equal(OUT(d.h, 1), 0);
}

/* --- PDEV_CREATE --------------------------------------------------------------------------------------- */

static void create_wants_right_parameters(void **state)
{
	struct dev d;
	uint64_t pdev;

	dev_open(*state, &d);
	dev_params(&d);
	pdev = host_delegated(d.h);
	DRAM_ARGUMENT(d.h, 1, "pdev", "pdev_state", RMI_PDEV_CREATE, pdev, dev_params_page(&d));
	ALONE(d.h, "params_align", RMI_ERROR_INPUT, RMI_PDEV_CREATE, pdev, dev_params_page(&d) + 8);
	ALONE(d.h, "params_bound", RMI_ERROR_INPUT, RMI_PDEV_CREATE, pdev, 0x1000);
	ALONE(d.h, "params_pas", RMI_ERROR_INPUT, RMI_PDEV_CREATE, pdev, host_delegated(d.h));

	d.params.hash_algo = 2;
	ALONE(d.h, "params_valid", RMI_ERROR_INPUT, RMI_PDEV_CREATE, pdev, dev_params_page(&d));
	dev_params(&d);
	d.params.flags = RMI_PDEV_FLAG_NCOH_IDE;
	ALONE(d.h, "flags_supp", RMI_ERROR_INPUT, RMI_PDEV_CREATE, pdev, dev_params_page(&d));
	dev_params(&d);
	d.params.flags |= RMI_PDEV_FLAG_P2P;
	ALONE(d.h, "flags_supp", RMI_ERROR_INPUT, RMI_PDEV_CREATE, pdev, dev_params_page(&d));
	dev_params(&d);
	d.params.num_aux--;
	ALONE(d.h, "num_aux", RMI_ERROR_INPUT, RMI_PDEV_CREATE, pdev, dev_params_page(&d));
	dev_params(&d);
	d.params.aux[1] += 8;
	ALONE(d.h, "aux_align", RMI_ERROR_INPUT, RMI_PDEV_CREATE, pdev, dev_params_page(&d));
	dev_params(&d);
	d.params.aux[1] = d.params.aux[0];
	ALONE(d.h, "aux_alias", RMI_ERROR_INPUT, RMI_PDEV_CREATE, pdev, dev_params_page(&d));
	dev_params(&d);
	d.params.aux[1] = pdev;
	ALONE(d.h, "aux_alias", RMI_ERROR_INPUT, RMI_PDEV_CREATE, pdev, dev_params_page(&d));
	dev_params(&d);
	d.params.aux[1] = host_page(d.h);
	ALONE(d.h, "aux_state", RMI_ERROR_INPUT, RMI_PDEV_CREATE, pdev, dev_params_page(&d));
}

/* Each change makes the parameters of a second device invalid beside the first one, or by itself. */
static void devices_have_identifiers_and_ranges_of_their_own(void **state)
{
	struct rmi_pdev_params right;
	uint64_t second, page;
	struct dev d;

	dev_open(*state, &d);
	dev_create(&d);
	second = host_delegated(d.h);
	dev_params(&d);
	d.params.pdev_id = 8;
	d.params.rid_base = DEV_RID + 4;
	d.params.rid_top = DEV_RID + 8;
	d.params.ncoh_num_addr_range = 0;
	right = d.params;
	for (unsigned int wrong = 0; wrong < 8; wrong++) {
		d.params = right;
		switch (wrong) {
		case 0:
			d.params.pdev_id = 7;
			break;
		case 1:
			d.params.rid_base = DEV_RID + 3;
			break;
		case 2:
			d.params.rid_top = d.params.rid_base;
			break;
		case 3:
			d.params.ncoh_num_addr_range = 1;
			d.params.ncoh_addr_range[0] =
				(struct rmi_address_range){d.range, d.range + PAGE};
			break;
		case 4:
			d.params.ncoh_num_addr_range = 17;
			break;
		case 5:
			d.params.coh_num_addr_range = 5;
			break;
		case 6:
			d.params.ncoh_num_addr_range = 1;
			d.params.ncoh_addr_range[0] =
				(struct rmi_address_range){d.data, d.data + PAGE};
			break;
		case 7:
			d.params.ncoh_num_addr_range = 1;
			d.params.ncoh_addr_range[0] = (struct rmi_address_range){d.range, d.range};
			break;
		}
		ALONE(d.h, "params_valid", RMI_ERROR_INPUT, RMI_PDEV_CREATE, second,
		      dev_params_page(&d));
	}
	d.params = right;
	page = dev_params_page(&d);
	OKDA(d.h, RMI_PDEV_CREATE, second, page);
	OKDA(d.h, RMI_PDEV_STOP, second);
	dev_enter(&d, RMI_DEV_COMM_STATUS_NONE, 0);
	OKDA(d.h, RMI_PDEV_COMMUNICATE, second, d.data);
	OKDA(d.h, RMI_PDEV_DESTROY, second);
	OKDA(d.h, RMI_PDEV_STOP, d.pdev);
	dev_talk(&d, 0);
	OKDA(d.h, RMI_PDEV_DESTROY, d.pdev);
}

/* --- PDEV_COMMUNICATE ---------------------------------------------------------------------------------- */

static void put_addresses(struct dev *d, uint64_t request, uint64_t response)
{
	const struct rmi_dev_comm_enter enter = {.req_addr = request, .resp_addr = response};

	assert_int_equal(rmmsim_host_write(d->h->sim, d->data, &enter, sizeof(enter)), RMMSIM_OK);
}

static void communicate_wants_right_pages(void **state)
{
	struct dev d;

	dev_open(*state, &d);
	dev_create(&d);
	dev_enter(&d, RMI_DEV_COMM_STATUS_NONE, 0);
	GRANULE_ARGUMENT(d.h, 1, "pdev", "pdev_state", RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	ALONE(d.h, "data_align", RMI_ERROR_INPUT, RMI_PDEV_COMMUNICATE, d.pdev, d.data + 8);
	ALONE(d.h, "data_bound", RMI_ERROR_INPUT, RMI_PDEV_COMMUNICATE, d.pdev, 0x1000);
	ALONE(d.h, "data_pas", RMI_ERROR_INPUT, RMI_PDEV_COMMUNICATE, d.pdev, host_delegated(d.h));
	put_addresses(&d, d.request + 8, d.response);
	ALONE(d.h, "req_align", RMI_ERROR_INPUT, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	put_addresses(&d, 0x1000, d.response);
	ALONE(d.h, "req_bound", RMI_ERROR_INPUT, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	put_addresses(&d, d.pdev, d.response);
	ALONE(d.h, "req_pas", RMI_ERROR_INPUT, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	put_addresses(&d, d.request, d.response + 8);
	ALONE(d.h, "resp_align", RMI_ERROR_INPUT, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	put_addresses(&d, d.request, 0x1000);
	ALONE(d.h, "resp_bound", RMI_ERROR_INPUT, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	put_addresses(&d, d.request, d.pdev);
	ALONE(d.h, "resp_pas", RMI_ERROR_INPUT, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	dev_enter(&d, RMI_DEV_COMM_STATUS_NONE, 4097);
	ALONE(d.h, "resp_len", RMI_ERROR_INPUT, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	dev_enter(&d, RMI_DEV_COMM_STATUS_RESPONSE, 16);
	ALONE(d.h, "status", RMI_ERROR_DEVICE, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	dev_talk(&d, 0);
	dev_enter(&d, RMI_DEV_COMM_STATUS_RESPONSE, 16);
	ALONE(d.h, "comm_state", RMI_ERROR_DEVICE, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	OKDA(d.h, RMI_PDEV_STOP, d.pdev);
	dev_talk(&d, 0);
	OKDA(d.h, RMI_PDEV_DESTROY, d.pdev);
}

static void a_response_has_a_length(void **state)
{
	struct dev d;

	dev_open(*state, &d);
	dev_create(&d);
	dev_enter(&d, RMI_DEV_COMM_STATUS_NONE, 0);
	OKDA(d.h, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	ALONE(d.h, "status", RMI_ERROR_DEVICE, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	dev_enter(&d, RMI_DEV_COMM_STATUS_RESPONSE, 0);
	ALONE(d.h, "resp_len", RMI_ERROR_INPUT, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	OKDA(d.h, RMI_PDEV_ABORT, d.pdev);
	dev_talk(&d, 0);
	assert_int_equal(dev_state(&d), RMI_PDEV_STATE_NEEDS_KEY);
	dev_end(&d);
}

static void the_host_keeps_certificates_and_versions(void **state)
{
	bool objects[4] = {false};
	struct dev d;

	dev_open(*state, &d);
	dev_create(&d);
	dev_enter(&d, RMI_DEV_COMM_STATUS_NONE, 0);
	for (unsigned int i = 0; i < 12; i++) {
		struct rmi_dev_comm_data data;
		uint8_t request[4096], response[4096];
		size_t size;

		OKDA(d.h, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
		assert_int_equal(rmmsim_host_read(d.h->sim, d.data, &data, sizeof(data)),
				 RMMSIM_OK);
		if (data.exit.flags &
		    (RMI_DEV_COMM_EXIT_FLAG_CACHE_REQ | RMI_DEV_COMM_EXIT_FLAG_CACHE_RSP))
			objects[data.exit.cache_obj_id] = true;
		if (!(data.exit.flags & RMI_DEV_COMM_EXIT_FLAG_SEND))
			break;
		assert_int_equal(data.exit.protocol, RMI_DEV_COMM_PROTOCOL_SPDM);
		assert_true(data.exit.timeout > 0);
		rmmsim_host_read(d.h->sim, d.request, request, sizeof(request));
		size = responder_answer(&d.device, request, data.exit.req_len, response);
		rmmsim_host_write(d.h->sim, d.response, response, size);
		dev_enter(&d, RMI_DEV_COMM_STATUS_RESPONSE, size);
	}
	assert_true(objects[RMI_DEV_COMM_OBJECT_VCA] && objects[RMI_DEV_COMM_OBJECT_CERTIFICATE]);
	assert_int_equal(dev_state(&d), RMI_PDEV_STATE_NEEDS_KEY);
	dev_end(&d);
}

/* --- states -------------------------------------------------------------------------------------------- */

static void a_device_that_fails_is_in_error_and_can_be_stopped(void **state)
{
	struct dev d;

	dev_open(*state, &d);
	dev_create(&d);
	d.device.fault = RESPONDER_FAULT_WRONG_CERTIFICATE;
	dev_talk(&d, 0);
	assert_int_equal(dev_state(&d), RMI_PDEV_STATE_ERROR);
	dev_enter(&d, RMI_DEV_COMM_STATUS_NONE, 0);
	ALONE(d.h, "comm_state", RMI_ERROR_DEVICE, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	dev_end(&d);
	d.device.fault = RESPONDER_RIGHT;
	dev_ready(&d);
	OKDA(d.h, RMI_PDEV_IDE_RESET, d.pdev);
	d.device.fault = RESPONDER_FAULT_SILENT;
	dev_talk(&d, 0);
	assert_int_equal(dev_state(&d), RMI_PDEV_STATE_ERROR);
	/* STOPPING ends in STOPPED, also if the device refuses. */
	dev_end(&d);
}

static void commands_want_their_state(void **state)
{
	struct rmi_public_key_params key = {.key_len = 97, .algo = RMI_SIGNATURE_ECDSA_P384};
	uint64_t page;
	struct dev d;

	dev_open(*state, &d);
	dev_create(&d);
	page = host_page_with(d.h, &key, sizeof(key));
	ALONE(d.h, "state", RMI_ERROR_DEVICE, RMI_PDEV_SET_PUBKEY, d.pdev, page);
	ALONE(d.h, "state", RMI_ERROR_DEVICE, RMI_PDEV_IDE_KEY_REFRESH, d.pdev, RMI_PDEV_NCOH);
	ALONE(d.h, "state", RMI_ERROR_DEVICE, RMI_PDEV_IDE_RESET, d.pdev);
	ALONE(d.h, "state", RMI_ERROR_DEVICE, RMI_PDEV_DESTROY, d.pdev);
	dev_talk(&d, 0);
	ALONE(d.h, "state", RMI_ERROR_DEVICE, RMI_PDEV_ABORT, d.pdev);
	GRANULE_ARGUMENT(d.h, 1, "pdev", "pdev_state", RMI_PDEV_SET_PUBKEY, d.pdev, page);
	ALONE(d.h, "params_align", RMI_ERROR_INPUT, RMI_PDEV_SET_PUBKEY, d.pdev, page + 8);
	ALONE(d.h, "params_bound", RMI_ERROR_INPUT, RMI_PDEV_SET_PUBKEY, d.pdev, 0x1000);
	ALONE(d.h, "params_pas", RMI_ERROR_INPUT, RMI_PDEV_SET_PUBKEY, d.pdev, d.pdev);
	key.key_len = 65;
	ALONE(d.h, "key_len", RMI_ERROR_INPUT, RMI_PDEV_SET_PUBKEY, d.pdev,
	      host_page_with(d.h, &key, sizeof(key)));
	key.key_len = 97;
	key.metadata_len = 0x401;
	ALONE(d.h, "metadata_len", RMI_ERROR_INPUT, RMI_PDEV_SET_PUBKEY, d.pdev,
	      host_page_with(d.h, &key, sizeof(key)));
	OKDA(d.h, RMI_PDEV_STOP, d.pdev);
	ALONE(d.h, "state", RMI_ERROR_DEVICE, RMI_PDEV_STOP, d.pdev);
	dev_talk(&d, 0);
	GRANULE_ARGUMENT(d.h, 1, "pdev", "pdev_state", RMI_PDEV_DESTROY, d.pdev);
	OKDA(d.h, RMI_PDEV_DESTROY, d.pdev);
	dev_ready(&d);
	GRANULE_ARGUMENT(d.h, 1, "pdev", "pdev_state", RMI_PDEV_STOP, d.pdev);
	GRANULE_ARGUMENT(d.h, 1, "pdev", "pdev_state", RMI_PDEV_IDE_RESET, d.pdev);
	GRANULE_ARGUMENT(d.h, 1, "pdev", "pdev_state", RMI_PDEV_IDE_KEY_REFRESH, d.pdev,
			 RMI_PDEV_NCOH);
	GRANULE_ARGUMENT(d.h, 1, "pdev", "pdev_state", RMI_PDEV_GET_STATE, d.pdev);
	ALONE(d.h, "ide", RMI_ERROR_DEVICE, RMI_PDEV_IDE_KEY_REFRESH, d.pdev, RMI_PDEV_COH);
	OKDA(d.h, RMI_PDEV_IDE_KEY_REFRESH, d.pdev, RMI_PDEV_NCOH);
	GRANULE_ARGUMENT(d.h, 1, "pdev", "pdev_state", RMI_PDEV_ABORT, d.pdev);
	OKDA(d.h, RMI_PDEV_ABORT, d.pdev);
	assert_int_equal(dev_state(&d), RMI_PDEV_STATE_READY);
	dev_end(&d);
}

/* --- the older model ----------------------------------------------------------------------------------- */

static void the_older_model_makes_no_device(void **state)
{
	struct rmmsim_config config = host_quirks("da-alp12", NULL);
	struct host *h = *state;
	struct dev d = {.h = h};
	uint64_t pdev;

	config.feature_register[0] |= UINT64_C(1) << RMI_FEATURE0_DA_SHIFT;
	host_reopen(h, &config);
	pdev = host_delegated(h);
	dev_params(&d);
	assert_int_equal(d.params.num_aux, 0);
	d.params.flags = RMI_PDEV_FLAG_ALP12_SPDM | RMI_PDEV_FLAG_ALP12_IDE;
	ALONE(h, "params_valid", RMI_ERROR_INPUT, RMI_PDEV_CREATE, pdev, dev_params_page(&d));
	d.params.flags |= RMI_PDEV_FLAG_ALP12_P2P;
	ALONE(h, "flags_supp_alp12", RMI_ERROR_NOT_SUPPORTED, RMI_PDEV_CREATE, pdev,
	      dev_params_page(&d));
	/* The page is looked at before the granule. */
	REFUSED(h, "flags_supp_alp12", RMI_ERROR_NOT_SUPPORTED, RMI_PDEV_CREATE, 0,
		dev_params_page(&d));
	dev_da(h, false);
	REFUSED(h, "feature_da", RMI_ERROR_NOT_SUPPORTED, RMI_PDEV_NOTIFY, pdev, 0);
	REFUSED(h, "feature_da", RMI_ERROR_NOT_SUPPORTED, RMI_VDEV_STOP, pdev);
	dev_da(h, true);
	ALONE(h, "pdev_align", RMI_ERROR_INPUT, RMI_PDEV_NOTIFY, pdev + 8, 0);
	ALONE(h, "pdev_bound", RMI_ERROR_INPUT, RMI_PDEV_NOTIFY, 0x1000, 0);
	ALONE(h, "pdev_state", RMI_ERROR_INPUT, RMI_PDEV_NOTIFY, pdev, 0);
	ALONE(h, "vdev_align", RMI_ERROR_INPUT, RMI_VDEV_STOP, pdev + 8);
	ALONE(h, "vdev_bound", RMI_ERROR_INPUT, RMI_VDEV_STOP, 0x1000);
	ALONE(h, "vdev_gran_state", RMI_ERROR_INPUT, RMI_VDEV_STOP, pdev);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_lives_from_new_to_destroyed),
		TEST(without_the_feature_nothing_is_supported),
		TEST(the_feature_alone_decides),
		TEST(create_wants_right_parameters),
		TEST(devices_have_identifiers_and_ranges_of_their_own),
		TEST(communicate_wants_right_pages),
		TEST(a_response_has_a_length),
		TEST(the_host_keeps_certificates_and_versions),
		TEST(a_device_that_fails_is_in_error_and_can_be_stopped),
		TEST(commands_want_their_state),
		TEST(the_older_model_makes_no_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
