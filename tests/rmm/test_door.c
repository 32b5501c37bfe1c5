/* SPDX-License-Identifier: BSD-3-Clause */
/* The SMC door itself, VERSION and FEATURES: rmi-abi.md#1, rmi-abi.md#2, rmi-abi.md#5 */
#include <string.h>

#include "tests/support/host.h"

#define JUNK UINT64_C(0x1111111111111111)

static struct rmmsim_regs smc(struct host *h, unsigned int pe, uint64_t fid, uint64_t x1)
{
	struct rmmsim_regs regs;

	for (unsigned int i = 0; i < 18; i++)
		regs.x[i] = JUNK * i;
	regs.x[0] = fid;
	regs.x[1] = x1;
	rmmsim_smc(h->sim, pe, &regs);
	return regs;
}

static void expect_rest_unchanged(const struct rmmsim_regs *regs)
{
	for (unsigned int i = 4; i < 18; i++)
		assert_int_equal(regs->x[i], JUNK * i);
}

static void expect_unknown(const struct rmmsim_regs *regs)
{
	assert_int_equal(regs->x[0], UINT64_MAX);
	for (unsigned int i = 1; i < 4; i++)
		assert_int_equal(regs->x[i], 0);
	expect_rest_unchanged(regs);
}

static void an_unknown_function_answers_minus_one(void **state)
{
	static const uint64_t fids[] = {0,          0x84000150, 0xc4000170, 0xc400018f,
					0xc400014f, 0xc4000190, 0xc40001d6, 0xffffffff};
	struct host *h = *state;

	for (size_t i = 0; i < sizeof(fids) / sizeof(fids[0]); i++) {
		struct rmmsim_regs regs = smc(h, 0, fids[i], 0);

		expect_unknown(&regs);
	}
}

static void a_pe_that_does_not_exist_gets_the_same_answer(void **state)
{
	struct host *h = *state;
	struct rmmsim_regs regs = smc(h, h->config.pe_count, SMC_RMI_VERSION, 0x10001);

	expect_unknown(&regs);
}

static void only_w0_is_decoded_and_the_sve_hint_is_ignored(void **state)
{
	struct host *h = *state;
	struct rmmsim_regs regs =
		smc(h, 3, UINT64_C(0xabcd000000000000) | SMC_RMI_VERSION | 0x10000, 0x10001);

	assert_int_equal(regs.x[0], RMI_SUCCESS);
	assert_int_equal(regs.x[1], 0x10001);
	expect_rest_unchanged(&regs);
}

static void registers_without_output_read_zero_up_to_x3(void **state)
{
	struct host *h = *state;
	struct rmmsim_regs regs = smc(h, 0, SMC_RMI_GRANULE_DELEGATE, host_page(h));

	assert_int_equal(regs.x[0], RMI_SUCCESS);
	for (unsigned int i = 1; i < 4; i++)
		assert_int_equal(regs.x[i], 0);
	expect_rest_unchanged(&regs);
}

static void version_offers_1_0_and_1_1(void **state)
{
	struct host *h = *state;

	for (uint64_t version = 0x10000; version <= 0x10001; version++) {
		OK(h, RMI_VERSION, version);
		assert_int_equal(OUT(h, 1), version);
		assert_int_equal(OUT(h, 2), 0x10001);
	}
}

static void version_names_the_highest_when_refusing(void **state)
{
	static const uint64_t refused[] = {0, 0xffff, 0x10002, 0x20000, UINT64_MAX};
	struct host *h = *state;

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		ALONE(h, "req_supp", RMI_ERROR_INPUT, RMI_VERSION, refused[i]);
		assert_int_equal(OUT(h, 1), 0x10001);
		assert_int_equal(OUT(h, 2), 0x10001);
	}
}

static void a_1_0_monitor_has_no_1_1_command(void **state)
{
	struct rmmsim_config config;
	struct host *h = *state;
	struct rmmsim_regs regs;

	rmmsim_config_init(&config);
	config.revision = "1.0";
	host_reopen(h, &config);
	ALONE(h, "req_supp", RMI_ERROR_INPUT, RMI_VERSION, 0x10001);
	assert_int_equal(OUT(h, 1), 0x10000);
	regs = smc(h, 0, SMC_RMI_RTT_AUX_CREATE, 0);
	expect_unknown(&regs);
	regs = smc(h, 0, SMC_RMI_MEC_SET_SHARED, 1);
	expect_unknown(&regs);
	OK(h, RMI_FEATURES, 0);
	assert_int_equal(OUT(h, 1) >> 42, 0);
	OK(h, RMI_FEATURES, 1);
	assert_int_equal(OUT(h, 1), 0);
}

static void build_1_0_commands(void **state)
{
	struct rmmsim_config config = host_quirks("build-1.0-commands", "da-alp12", NULL);
	struct host *h = *state;
	struct rmmsim_regs regs;
	struct host_realm r;

	config.revision = "1.0";
	host_reopen(h, &config);
	ALONE(h, "req_supp", RMI_ERROR_INPUT, RMI_VERSION, 0x10001);
	host_realm(h, &r, NULL);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_CREATE, r.rd, host_delegated(h), 0, 2,
	      1);
	ALONE(h, "rec_align", RMI_ERROR_INPUT, RMI_RTT_SET_S2AP, r.rd, 1, 0, HOST_PAGE);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, 0, 1, 0);
	regs = smc(h, 0, SMC_RMI_MEC_SET_SHARED, 1);
	expect_unknown(&regs);
	regs = smc(h, 0, SMC_RMI_MEC_SET_PRIVATE, 1);
	expect_unknown(&regs);
	OK(h, RMI_FEATURES, 1);
	assert_int_equal(OUT(h, 1), 0);
	host_realm_end(h, &r);
}

static void features_are_those_of_the_configuration(void **state)
{
	struct rmmsim_config config;
	struct host *h = *state;

	rmmsim_config_init(&config);
	config.feature_register[0] = UINT64_C(0x0123456789abcdef);
	config.feature_register[1] = 77;
	host_reopen(h, &config);
	OK(h, RMI_FEATURES, 0);
	assert_int_equal(OUT(h, 1), config.feature_register[0]);
	OK(h, RMI_FEATURES, 1);
	assert_int_equal(OUT(h, 1), 77);
	OK(h, RMI_FEATURES, 2);
	assert_int_equal(OUT(h, 1), 0);
	OK(h, RMI_FEATURES, UINT64_MAX);
	assert_int_equal(OUT(h, 1), 0);
}

/* Rows without a handler decode, and answer that the feature is absent: rmi-abi.md#1 */
static void device_commands_are_not_supported(void **state)
{
	struct host *h = *state;
	unsigned int seen = 0;

	for (unsigned int id = 1; id < SMC_COMMAND_COUNT; id++) {
		const struct smc_command *row = smc_command(id);
		struct rmmsim_regs regs;

		if (!row->device || row->interface != SMC_RMI || !smc_present(row, SMC_SHAPE_1_1))
			continue;
		regs = smc(h, 0, row->fid, 0);
		assert_int_equal(regs.x[0], RMI_ERROR_NOT_SUPPORTED);
		seen++;
	}
	assert_int_equal(seen, 35);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_unknown_function_answers_minus_one),
		TEST(a_pe_that_does_not_exist_gets_the_same_answer),
		TEST(only_w0_is_decoded_and_the_sve_hint_is_ignored),
		TEST(registers_without_output_read_zero_up_to_x3),
		TEST(version_offers_1_0_and_1_1),
		TEST(version_names_the_highest_when_refusing),
		TEST(a_1_0_monitor_has_no_1_1_command),
		TEST(build_1_0_commands),
		TEST(features_are_those_of_the_configuration),
		TEST(device_commands_are_not_supported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
