/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * RMM 2.0: the monitor's own state, ranges of granules, stateful operations, and what commands of device
 * assignment answer without a device. rmm-2.0.md#2, rmm-2.0.md#6, rmm-2.0.md#7, rmm-2.0.md#11
 */
#include "tests/rmm/two_zero.h"

static void two_boot(struct host *h)
{
	struct rmmsim_config config;

	memset(h, 0, sizeof(*h));
	rmmsim_config_init(&config);
	config.revision = "2.0-bet3";
	host_open(h, &config);
}

/* Rows of a command, or SMC_COND_NONE. */
static enum smc_condition_id row_of(enum smc_command_id id, const char *condition)
{
	return smc_condition_find(id, condition);
}

static void nothing_is_served_before_activation(void **state)
{
	unsigned int gated = 0;
	struct host h;

	(void)state;
	two_boot(&h);
	for (unsigned int id = 1; id < SMC_COMMAND_COUNT; id++) {
		if (!smc_present(smc_command(id), SMC_SHAPE_2_0) ||
		    row_of(id, "rmm_active") == SMC_COND_NONE)
			continue;
		ALONE(&h, "rmm_active", RMI_ERROR_GLOBAL, id, 0);
		gated++;
	}
	assert_true(gated > 60);
	two_close(&h);
}

static void the_first_beta_has_commands_of_its_own_behind_the_gate(void **state)
{
	struct rmmsim_config config;
	struct host h;

	(void)state;
	memset(&h, 0, sizeof(h));
	rmmsim_config_init(&config);
	config.profile = "tf-rmm-2026-07";
	host_open(&h, &config);
	for (unsigned int id = 1; id < SMC_COMMAND_COUNT; id++) {
		if (smc_present(smc_command(id), SMC_SHAPE_BET0) &&
		    !smc_present(smc_command(id), SMC_SHAPE_2_0) &&
		    row_of(id, "rmm_active") != SMC_COND_NONE)
			ALONE(&h, "rmm_active", RMI_ERROR_GLOBAL, id, 0);
	}
	two_close(&h);
}

static void the_configuration_is_chosen_before_activation(void **state)
{
	struct rmi_rmm_config config = {.tracking_region_size = 1};
	uint64_t page, wrong;
	struct host h;

	(void)state;
	two_boot(&h);
	page = host_page_with(&h, &config, sizeof(config));
	config.rmi_granule_size = 1;
	wrong = host_page_with(&h, &config, sizeof(config));
	ALONE(&h, "cfg_align", RMI_ERROR_INPUT, RMI_RMM_CONFIG_SET, page + 8);
	ALONE(&h, "cfg_bound", RMI_ERROR_INPUT, RMI_RMM_CONFIG_SET, 0);
	ALONE(&h, "supported", RMI_ERROR_INPUT, RMI_RMM_CONFIG_SET, wrong);
	OK(&h, RMI_RMM_CONFIG_SET, page);
	ALONE(&h, "cfg_align", RMI_ERROR_INPUT, RMI_RMM_CONFIG_GET, page + 8);
	ALONE(&h, "cfg_bound", RMI_ERROR_INPUT, RMI_RMM_CONFIG_GET, 0);
	OK(&h, RMI_RMM_CONFIG_GET, wrong);
	assert_int_equal(rmmsim_host_read(h.sim, wrong, &config, sizeof(config)), RMMSIM_OK);
	assert_int_equal(config.tracking_region_size, 1);
	assert_int_equal(config.rmi_granule_size, 0);
	OK(&h, RMI_RMM_STATE_GET);
	assert_int_equal(OUT(&h, 1), RMI_RMM_STATE_INIT);
	rmmsim_set_pas(h.sim, wrong, RMMSIM_PAS_SECURE);
	ALONE(&h, "cfg_pas", RMI_ERROR_INPUT, RMI_RMM_CONFIG_SET, wrong);
	ALONE(&h, "cfg_pas", RMI_ERROR_INPUT, RMI_RMM_CONFIG_GET, wrong);
	rmmsim_set_pas(h.sim, wrong, RMMSIM_PAS_NS);
	OK(&h, RMI_RMM_ACTIVATE);
	OK(&h, RMI_RMM_STATE_GET);
	assert_int_equal(OUT(&h, 1), RMI_RMM_STATE_ACTIVE);
	ALONE(&h, "rmm_init", RMI_ERROR_GLOBAL, RMI_RMM_CONFIG_SET, page);
	ALONE(&h, "rmm_init", RMI_ERROR_GLOBAL, RMI_RMM_ACTIVATE);
	OK(&h, RMI_ATTEST_PLAT_TOKEN_REFRESH);
	two_close(&h);
}

static void a_monitor_with_nothing_to_keep_can_be_deactivated(void **state)
{
	uint64_t page, rec;
	struct host h;

	(void)state;
	two_open(&h, NULL);
	OK(&h, RMI_RMM_ACTIVATE);
	page = two_page(&h);
	ALONE(&h, "granules", RMI_ERROR_GLOBAL, RMI_RMM_DEACTIVATE);
	rec = two_page(&h);
	assert_int_equal(call(&h, RMI_REC_CREATE, 0, rec, 0), TWO_DONATE);
	REFUSED(&h, "busy", RMI_BUSY, RMI_RMM_DEACTIVATE);
	two_donate(&h, 0, TWO_REC_PAGES);
	assert_int_equal(call(&h, RMI_OP_CONTINUE, 0, 0), TWO_RECLAIM);
	assert_int_equal(two_reclaim(&h, 0), RMI_ERROR_INPUT);
	OK(&h, RMI_GRANULE_RANGE_UNDELEGATE, page, page + 0x1000);
	two_close(&h);
}

static void ranges_are_delegated_as_far_as_they_go(void **state)
{
	uint64_t pa;
	struct host h;

	(void)state;
	two_open(&h, NULL);
	OK(&h, RMI_RMM_ACTIVATE);
	pa = host_pages(&h, 4, 0x4000);
	for (int i = 0; i < 2; i++) {
		const enum smc_command_id id =
			i ? RMI_GRANULE_RANGE_UNDELEGATE : RMI_GRANULE_RANGE_DELEGATE;

		ALONE(&h, "base_align", RMI_ERROR_INPUT, id, pa + 1, pa + 0x1000);
		ALONE(&h, "top_align", RMI_ERROR_INPUT, id, pa, pa + 0x1001);
		ALONE(&h, "size_valid", RMI_ERROR_INPUT, id, pa, pa);
		ALONE(&h, "bound", RMI_ERROR_INPUT, id, 0, 0x1000);
	}
	OK(&h, RMI_GRANULE_RANGE_DELEGATE, pa + 0x1000, pa + 0x2000);
	/* What is DELEGATED already counts as progress. */
	OK(&h, RMI_GRANULE_RANGE_DELEGATE, pa, pa + 0x4000);
	assert_int_equal(OUT(&h, 1), pa + 0x4000);
	OK(&h, RMI_GRANULE_RANGE_UNDELEGATE, pa, pa + 0x4000);
	assert_int_equal(OUT(&h, 1), pa + 0x4000);
	rmmsim_set_pas(h.sim, pa, RMMSIM_PAS_SECURE);
	ALONE(&h, "state", RMI_ERROR_INPUT, RMI_GRANULE_RANGE_DELEGATE, pa, pa + 0x1000);
	ALONE(&h, "state", RMI_ERROR_INPUT, RMI_GRANULE_RANGE_UNDELEGATE, pa, pa + 0x1000);
	rmmsim_set_pas(h.sim, pa, RMMSIM_PAS_NS);
	two_close(&h);
}

static void the_first_beta_delegates_one_granule_a_call(void **state)
{
	uint64_t pa;
	struct host h;

	(void)state;
	two_open(&h, "tf-rmm-2026-07");
	OK(&h, RMI_RMM_ACTIVATE);
	pa = host_pages(&h, 2, 0x2000);
	OK(&h, RMI_GRANULE_RANGE_DELEGATE, pa, pa + 0x2000);
	assert_int_equal(OUT(&h, 1), pa + 0x1000);
	ALONE(&h, "state", RMI_ERROR_INPUT, RMI_GRANULE_RANGE_DELEGATE, pa, pa + 0x2000);
	assert_int_equal(OUT(&h, 1), pa);
	two_close(&h);
}

static void regions_are_tracked(void **state)
{
	const uint64_t gib = UINT64_C(1) << 30;
	struct host h;

	(void)state;
	two_open(&h, NULL);
	ALONE(&h, "bound", RMI_ERROR_INPUT, RMI_GRANULE_TRACKING_GET, 0, UINT64_C(1) << 48);
	ALONE(&h, "size_valid", RMI_ERROR_INPUT, RMI_GRANULE_TRACKING_GET, 0, 0);
	ALONE(&h, "align", RMI_ERROR_INPUT, RMI_GRANULE_TRACKING_GET, 1, 0x2001);
	OK(&h, RMI_GRANULE_TRACKING_GET, 0, UINT64_C(1) << 47);
	assert_int_equal(OUT(&h, 2), RMI_TRACKING_NONE);
	assert_int_equal(OUT(&h, 3), h.config.dev_ncoh[0].base);
	OK(&h, RMI_GRANULE_TRACKING_GET, 0x80000000, 0xc0000000);
	assert_int_equal(OUT(&h, 1), RMI_MEM_CATEGORY_CONVENTIONAL);
	assert_int_equal(OUT(&h, 2), RMI_TRACKING_FINE);
	assert_int_equal(OUT(&h, 3), h.config.dram[0].top);
	OK(&h, RMI_RMM_ACTIVATE);
	OK(&h, RMI_GRANULE_TRACKING_SET, 2 * gib, 0, RMI_TRACKING_FINE);
	ALONE(&h, "addr_align", RMI_ERROR_INPUT, RMI_GRANULE_TRACKING_SET, 2 * gib + 0x1000, 0,
	      RMI_TRACKING_FINE);
	ALONE(&h, "addr_bound", RMI_ERROR_INPUT, RMI_GRANULE_TRACKING_SET, 0, 0, RMI_TRACKING_FINE);
	ALONE(&h, "category", RMI_ERROR_INPUT, RMI_GRANULE_TRACKING_SET, 2 * gib, 1,
	      RMI_TRACKING_FINE);
	ALONE(&h, "state", RMI_ERROR_INPUT, RMI_GRANULE_TRACKING_SET, 2 * gib, 0, 7);
	ALONE(&h, "supported", RMI_ERROR_NOT_SUPPORTED, RMI_GRANULE_TRACKING_SET, 2 * gib, 0,
	      RMI_TRACKING_COARSE);
	ALONE(&h, "addr_align", RMI_ERROR_INPUT, RMI_GPT_L1_CREATE, 0x1000);
	ALONE(&h, "platform", RMI_ERROR_GLOBAL, RMI_GPT_L1_CREATE, 2 * gib);
	ALONE(&h, "addr_align", RMI_ERROR_INPUT, RMI_GPT_L1_DESTROY, 0x1000);
	ALONE(&h, "platform", RMI_ERROR_GLOBAL, RMI_GPT_L1_DESTROY, 2 * gib);
	ALONE(&h, "align", RMI_ERROR_INPUT, RMI_GPT_INFO, 0, 0x1000);
	ALONE(&h, "size_valid", RMI_ERROR_INPUT, RMI_GPT_INFO, gib, gib);
	OK(&h, RMI_GPT_INFO, gib, 2 * gib);
	assert_int_equal(OUT(&h, 1), 2 * gib);
	assert_int_equal(OUT(&h, 2), RMI_GPT_REGION_PLAT);
	two_close(&h);
	two_open(&h, "tf-rmm-2026-07");
	OK(&h, RMI_RMM_ACTIVATE);
	ALONE(&h, "gpt", RMI_ERROR_GPT, RMI_GPT_L1_CREATE, 2 * gib);
	two_close(&h);
}

static void an_operation_goes_on_only_as_it_is_meant_to(void **state)
{
	uint64_t rec, list, desc;
	struct host h;

	(void)state;
	two_open(&h, NULL);
	OK(&h, RMI_RMM_ACTIVATE);
	list = host_page(&h);
	for (int i = 0; i < 4; i++) {
		static const enum smc_command_id ids[] = {RMI_OP_CONTINUE, RMI_OP_MEM_DONATE,
							  RMI_OP_MEM_RECLAIM, RMI_OP_CANCEL};

		ALONE(&h, "handle", RMI_ERROR_INPUT, ids[i], 0, list, 1);
		REFUSED(&h, "handle", RMI_ERROR_INPUT, ids[i], UINT64_MAX, list, 1);
	}
	rec = two_page(&h);
	assert_int_equal(call(&h, RMI_REC_CREATE, 0, rec, 0), TWO_DONATE);
	assert_int_equal(OUT(&h, 1), 0);
	assert_int_equal(OUT(&h, 2), 16 << RMI_OP_DONATE_COUNT_SHIFT);
	assert_string_equal(host_state(&h, rec), "PARTIAL");
	ALONE(&h, "phase", RMI_ERROR_INPUT, RMI_OP_CONTINUE, 0, 0);
	ALONE(&h, "phase", RMI_ERROR_INPUT, RMI_OP_MEM_RECLAIM, 0, list, 1);
	ALONE(&h, "cancellable", RMI_ERROR_INPUT, RMI_OP_CANCEL, 0);
	ALONE(&h, "list_align", RMI_ERROR_INPUT, RMI_OP_MEM_DONATE, 0, list + 4, 1);
	ALONE(&h, "list_pas", RMI_ERROR_INPUT, RMI_OP_MEM_DONATE, 0, rec, 1);
	desc = two_desc(host_page(&h), 1, 2);
	rmmsim_host_write(h.sim, list, &desc, sizeof(desc));
	REFUSED(&h, "entries", RMI_ERROR_INPUT, RMI_OP_MEM_DONATE, 0, list, 1);
	desc = two_desc(0x80200000, 17, 3);
	rmmsim_host_write(h.sim, list, &desc, sizeof(desc));
	ALONE(&h, "size", RMI_ERROR_INPUT, RMI_OP_MEM_DONATE, 0, list, 1);
	desc = two_desc(two_page(&h), 1, 3) | UINT64_C(1) << 62;
	rmmsim_host_write(h.sim, list, &desc, sizeof(desc));
	ALONE(&h, "entries", RMI_ERROR_INPUT, RMI_OP_MEM_DONATE, 0, list, 1);
	/* Nothing was consumed by what was refused; an empty list neither. */
	assert_int_equal(call(&h, RMI_OP_MEM_DONATE, 0, list, 0), TWO_DONATE);
	assert_int_equal(OUT(&h, 2), 16 << RMI_OP_DONATE_COUNT_SHIFT);
	two_donate(&h, 0, TWO_REC_PAGES);
	ALONE(&h, "phase", RMI_ERROR_INPUT, RMI_OP_MEM_DONATE, 0, list, 0);
	assert_int_equal(call(&h, RMI_OP_CONTINUE, 0, 0), TWO_RECLAIM);
	ALONE(&h, "list_align", RMI_ERROR_INPUT, RMI_OP_MEM_RECLAIM, 0, list + 4, 1);
	REFUSED(&h, "list_pas", RMI_ERROR_INPUT, RMI_OP_MEM_RECLAIM, 0, rec, 1);
	assert_int_equal(two_reclaim(&h, 0), RMI_ERROR_INPUT);
	assert_string_equal(host_state(&h, rec), "DELEGATED");
	two_close(&h);
}

static void a_page_that_is_not_delegated_ends_a_donation(void **state)
{
	uint64_t rec, desc;
	struct host h;

	(void)state;
	two_open(&h, NULL);
	OK(&h, RMI_RMM_ACTIVATE);
	rec = two_page(&h);
	assert_int_equal(call(&h, RMI_REC_CREATE, 0, rec, 0), TWO_DONATE);
	desc = two_desc(host_page(&h), 1, 3);
	assert_int_equal(call(&h, RMI_OP_MEM_DONATE, 0, host_page_with(&h, &desc, sizeof(desc)), 1),
			 TWO_RECLAIM);
	assert_int_equal(two_reclaim(&h, 0), RMI_ERROR_INPUT);
	two_close(&h);
}

/* Where every handle is in use, nothing begins. */
static void handles_run_out(void **state)
{
	struct two_realm r, dead;
	uint64_t first, rec;
	struct host h;

	(void)state;
	two_open(&h, NULL);
	OK(&h, RMI_RMM_ACTIVATE);
	host_bulk(&h, true);
	two_realm(&h, &r);
	two_realm(&h, &dead);
	OK(&h, RMI_REALM_TERMINATE, dead.rd);
	two_tables(&h, &r, 0);
	two_tables(&h, &r, UINT64_C(1) << 38);
	rec = two_page(&h);
	assert_int_equal(two_rec_create(&h, r.rd, rec, 0), RMI_SUCCESS);
	first = host_pages(&h, 161, 0x1000);
	OK(&h, RMI_GRANULE_RANGE_DELEGATE, first, first + 161 * 0x1000);
	for (uint64_t i = 0; i < 160; i++)
		assert_int_equal(call(&h, RMI_REC_CREATE, 0, first + i * 0x1000, 0), TWO_DONATE);
	ALONE(&h, "op_pool", RMI_BLOCKED, RMI_REC_CREATE, 0, first + 160 * 0x1000, 0);
	ALONE(&h, "op_pool", RMI_BLOCKED, RMI_REALM_CREATE, first + 160 * 0x1000, 0);
	ALONE(&h, "op_pool", RMI_BLOCKED, RMI_REC_DESTROY, rec);
	ALONE(&h, "op_pool", RMI_BLOCKED, RMI_REALM_DESTROY, dead.rd);
	ALONE(&h, "op_pool", RMI_BLOCKED, RMI_RTT_DATA_MAP, r.rd, 0, 0x1000, 1,
	      two_desc(first + 160 * 0x1000, 1, 3));
	ALONE(&h, "op_pool", RMI_BLOCKED, RMI_RTT_DATA_UNMAP, r.rd, 0, 0x1000, 0, 0);
	ALONE(&h, "op_pool", RMI_BLOCKED, RMI_RTT_UNPROT_UNMAP, r.rd, UINT64_C(1) << 38,
	      (UINT64_C(1) << 38) + 0x1000, 0, 0);
	ALONE(&h, "op_pool", RMI_BLOCKED, RMI_RTT_DEV_UNMAP, r.rd, 0, 0x1000, 0, 0);
	ALONE(&h, "op_pool", RMI_BLOCKED, RMI_RTT_DEV_MAP, r.rd, 0, 0, 0x1000, 0, 0);
	/* RTT_UNPROT_MAP needs none. */
	REFUSED(&h, "rd_state", RMI_ERROR_INPUT, RMI_RTT_UNPROT_MAP, first, 0, 0x1000, 1, 0);
	host_bulk(&h, false);
	two_close(&h);
}

/* Each row of a device command, with more and more features. */
static void without_a_device_every_command_says_what_is_missing(void **state)
{
	static const char *const profiles[] = {"2.0-bet3", "tf-rmm-2026-07"};
	struct host h;

	(void)state;
	for (unsigned int n = 0; n < 4; n++) {
		const enum smc_shape shape = n & 2 ? SMC_SHAPE_BET0 : SMC_SHAPE_2_0;
		struct rmmsim_config config;

		rmmsim_config_init(&config);
		rmmsim_config_revision(&config, "2.0-bet3");
		config.profile = profiles[n / 2];
		config.feature_register[2] = n & 1;
		host_open(&h, &config);
		OK(&h, RMI_RMM_ACTIVATE);
		for (unsigned int id = 1; id < SMC_COMMAND_COUNT; id++) {
			const enum smc_condition_id row = row_of(id, "feature_da");

			if (!smc_present(smc_command(id), shape) || row == SMC_COND_NONE ||
			    smc_command(id)->interface != SMC_RMI || id == RMI_PDEV_STREAM_CONNECT)
				continue;
			ALONE(&h, smc_condition(row + (n & 1))->id,
			      smc_condition(row + (n & 1))->status, id, 0);
		}
		two_close(&h);
	}
}

static void streams_and_device_memory(void **state)
{
	uint64_t params[6] = {0, 1}, page;
	struct two_realm r;
	uint64_t rec;
	struct host h;

	(void)state;
	two_open(&h, NULL);
	OK(&h, RMI_RMM_ACTIVATE);
	ALONE(&h, "feature_da", RMI_ERROR_NOT_SUPPORTED, RMI_PDEV_STREAM_CONNECT, 0);
	two_realm(&h, &r);
	rec = two_page(&h);
	assert_int_equal(two_rec_create(&h, r.rd, rec, 0), RMI_SUCCESS);
	ALONE(&h, "size_valid", RMI_ERROR_INPUT, RMI_RTT_DEV_VALIDATE, r.rd, rec, 0, 0);
	ALONE(&h, "rd_align", RMI_ERROR_INPUT, RMI_RTT_DEV_VALIDATE, 1, rec, 0, 0x1000);
	ALONE(&h, "rd_bound", RMI_ERROR_INPUT, RMI_RTT_DEV_VALIDATE, 0, rec, 0, 0x1000);
	ALONE(&h, "rd_state", RMI_ERROR_INPUT, RMI_RTT_DEV_VALIDATE, rec, rec, 0, 0x1000);
	ALONE(&h, "rec_align", RMI_ERROR_INPUT, RMI_RTT_DEV_VALIDATE, r.rd, 1, 0, 0x1000);
	ALONE(&h, "rec_bound", RMI_ERROR_INPUT, RMI_RTT_DEV_VALIDATE, r.rd, 0, 0, 0x1000);
	ALONE(&h, "rec_gran_state", RMI_ERROR_INPUT, RMI_RTT_DEV_VALIDATE, r.rd, r.rd, 0, 0x1000);
	ALONE(&h, "request", RMI_ERROR_INPUT, RMI_RTT_DEV_VALIDATE, r.rd, rec, 0, 0x1000);
	ALONE(&h, "vdev", RMI_ERROR_INPUT, RMI_RTT_DEV_MAP, r.rd, 0, 0, 0x1000, 0, 0);
	two_realm(&h, &r);
	ALONE(&h, "rec_state", RMI_ERROR_REC, RMI_RTT_DEV_VALIDATE, r.rd, rec, 0, 0x1000);
	two_close(&h);

	rmmsim_config_init(&h.config);
	rmmsim_config_revision(&h.config, "2.0-bet3");
	h.config.feature_register[2] = 1;
	{
		const struct rmmsim_config config = h.config;

		host_open(&h, &config);
	}
	OK(&h, RMI_RMM_ACTIVATE);
	page = host_page_with(&h, params, sizeof(params));
	ALONE(&h, "pdev", RMI_ERROR_INPUT, RMI_PDEV_STREAM_CONNECT, page);
	ALONE(&h, "params_align", RMI_ERROR_INPUT, RMI_PDEV_STREAM_CONNECT, page + 1);
	ALONE(&h, "params_bound", RMI_ERROR_INPUT, RMI_PDEV_STREAM_CONNECT, 0);
	ALONE(&h, "params_pas", RMI_ERROR_INPUT, RMI_PDEV_STREAM_CONNECT, two_page(&h));
	params[5] = 17;
	ALONE(&h, "num_range", RMI_ERROR_INPUT, RMI_PDEV_STREAM_CONNECT,
	      host_page_with(&h, params, sizeof(params)));
	params[5] = 0;
	params[1] = 0;
	ALONE(&h, "type", RMI_ERROR_NOT_SUPPORTED, RMI_PDEV_STREAM_CONNECT,
	      host_page_with(&h, params, sizeof(params)));
	two_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_served_before_activation),
		cmocka_unit_test(the_first_beta_has_commands_of_its_own_behind_the_gate),
		cmocka_unit_test(the_configuration_is_chosen_before_activation),
		cmocka_unit_test(a_monitor_with_nothing_to_keep_can_be_deactivated),
		cmocka_unit_test(ranges_are_delegated_as_far_as_they_go),
		cmocka_unit_test(the_first_beta_delegates_one_granule_a_call),
		cmocka_unit_test(regions_are_tracked),
		cmocka_unit_test(an_operation_goes_on_only_as_it_is_meant_to),
		cmocka_unit_test(a_page_that_is_not_delegated_ends_a_donation),
		cmocka_unit_test(handles_run_out),
		cmocka_unit_test(without_a_device_every_command_says_what_is_missing),
		cmocka_unit_test(streams_and_device_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
