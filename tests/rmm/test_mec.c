/* SPDX-License-Identifier: BSD-3-Clause */
/* MEC_SET_SHARED, MEC_SET_PRIVATE: mec.md */
#include "tests/support/host.h"

static const struct host_realm_options in_mec_0 = {0};

static void mecid_0_is_shared_at_boot(void **state)
{
	struct host *h = *state;

	ALONE(h, "mecid_shared", RMI_ERROR_INPUT, RMI_MEC_SET_SHARED, 1);
	OK(h, RMI_MEC_SET_PRIVATE, 0);
	OK(h, RMI_MEC_SET_SHARED, 1);
	WINS(h, "mecid_shared", "mecid_state", RMI_ERROR_INPUT, RMI_MEC_SET_SHARED, 1);
}

static void a_mecid_is_bounded_by_the_feature_register(void **state)
{
	struct host *h = *state;
	uint64_t max = h->config.feature_register[1];

	OK(h, RMI_MEC_SET_PRIVATE, 0);
	ALONE(h, "mecid_bound", RMI_ERROR_INPUT, RMI_MEC_SET_SHARED, max + 1);
	ALONE(h, "mecid_bound", RMI_ERROR_INPUT, RMI_MEC_SET_PRIVATE, max + 1);
	OK(h, RMI_MEC_SET_SHARED, max);
	OK(h, RMI_MEC_SET_PRIVATE, max);
}

static void a_mecid_in_use_cannot_be_shared(void **state)
{
	const struct host_realm_options in_mec_3 = {.mecid = 3};
	struct host *h = *state;
	struct host_realm r;

	OK(h, RMI_MEC_SET_PRIVATE, 0);
	host_realm(h, &r, &in_mec_3);
	ALONE(h, "mecid_state", RMI_ERROR_INPUT, RMI_MEC_SET_SHARED, 3);
	host_realm_end(h, &r);
	OK(h, RMI_MEC_SET_SHARED, 3);
}

static void a_shared_mecid_stays_shared_while_a_realm_uses_it(void **state)
{
	struct host *h = *state;
	struct host_realm first, second;

	host_realm(h, &first, &in_mec_0);
	host_realm(h, &second, &in_mec_0);
	ALONE(h, "members", RMI_ERROR_INPUT, RMI_MEC_SET_PRIVATE, 0);
	host_realm_end(h, &first);
	ALONE(h, "members", RMI_ERROR_INPUT, RMI_MEC_SET_PRIVATE, 0);
	host_realm_end(h, &second);
	OK(h, RMI_MEC_SET_PRIVATE, 0);
}

static void a_private_mecid_cannot_become_private(void **state)
{
	struct host *h = *state;

	ALONE(h, "mecid_state", RMI_ERROR_INPUT, RMI_MEC_SET_PRIVATE, 1);
}

static void without_mec_mecid_0_stays_shared(void **state)
{
	struct rmmsim_config config;
	struct host *h = *state;

	rmmsim_config_init(&config);
	config.feature_register[1] = 0;
	host_reopen(h, &config);
	ALONE(h, "feature_mec", RMI_ERROR_INPUT, RMI_MEC_SET_PRIVATE, 0);
	WINS(h, "feature_mec", "mecid_bound", RMI_ERROR_INPUT, RMI_MEC_SET_PRIVATE, 1);
}

static void mecid_low_32(void **state)
{
	const struct rmmsim_config config = host_quirks("mecid-low-32", NULL);
	const uint64_t high = UINT64_C(1) << 32;
	struct host *h = *state;

	ALONE(h, "mecid_bound", RMI_ERROR_INPUT, RMI_MEC_SET_PRIVATE, high);
	host_reopen(h, &config);
	OK(h, RMI_MEC_SET_PRIVATE, high);
	OK(h, RMI_MEC_SET_SHARED, high | 3);
	ALONE(h, "mecid_state", RMI_ERROR_INPUT, RMI_MEC_SET_PRIVATE, 0);
	OK(h, RMI_MEC_SET_PRIVATE, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(mecid_0_is_shared_at_boot),
		TEST(a_mecid_is_bounded_by_the_feature_register),
		TEST(a_mecid_in_use_cannot_be_shared),
		TEST(a_shared_mecid_stays_shared_while_a_realm_uses_it),
		TEST(a_private_mecid_cannot_become_private),
		TEST(without_mec_mecid_0_stays_shared),
		TEST(mecid_low_32),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
