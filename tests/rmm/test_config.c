/* SPDX-License-Identifier: BSD-3-Clause */
/* Construction: what is refused, and that the error names the field. */
#include <string.h>

#include <rmmsim/attest.h>

#include "tests/support/host.h"

static void expect_refused(const struct rmmsim_config *config, enum rmmsim_status status,
			   const char *field)
{
	struct rmmsim *sim = (struct rmmsim *)1;
	struct rmmsim_error error;

	assert_int_equal(rmmsim_create(config, &sim, &error), status);
	assert_null(sim);
	assert_int_equal(error.status, status);
	if (!strstr(error.text, field))
		fail_msg("\"%s\" does not name %s", error.text, field);
}

#define REFUSE(field, value)                                        \
	do {                                                        \
		struct rmmsim_config config;                        \
		rmmsim_config_init(&config);                        \
		config.field = (value);                             \
		expect_refused(&config, RMMSIM_ERR_CONFIG, #field); \
	} while (0)

static void every_number_has_its_range(void **state)
{
	(void)state;
	REFUSE(pe_count, 0);
	REFUSE(pe_count, 257);
	REFUSE(pa_bits, 31);
	REFUSE(pa_bits, 53);
	REFUSE(vmid_bits, 12);
	REFUSE(rec_aux_count, 5);
	REFUSE(rec_aux_count, 17);
	REFUSE(history, 3);
	REFUSE(dram_count, 0);
}

static void a_bit_without_a_quirk_is_refused(void **state)
{
	struct rmmsim_config config;

	(void)state;
	rmmsim_config_init(&config);
	config.quirks_on[1] = UINT64_C(1) << 63;
	expect_refused(&config, RMMSIM_ERR_CONFIG, "quirks_on");
	rmmsim_config_init(&config);
	assert_int_equal(rmmsim_config_quirk(&config, "no-such-quirk", true),
			 RMMSIM_ERR_UNKNOWN_NAME);
}

static void memory_lies_within_the_address_bits(void **state)
{
	struct rmmsim_config config;

	(void)state;
	rmmsim_config_init(&config);
	config.pa_bits = 32;
	config.dram[0].top = UINT64_C(0x100001000);
	expect_refused(&config, RMMSIM_ERR_CONFIG, "dram[0].top");

	rmmsim_config_init(&config);
	config.pa_bits = 36;
	config.dev_coh_count = 1;
	config.dev_coh[0] = (struct rmmsim_range){UINT64_C(1) << 36, (UINT64_C(1) << 36) + 0x1000};
	expect_refused(&config, RMMSIM_ERR_CONFIG, "dev_coh[0].top");
}

static void a_foreign_size_is_refused(void **state)
{
	struct rmmsim_config config;

	(void)state;
	rmmsim_config_init(&config);
	config.size--;
	expect_refused(&config, RMMSIM_ERR_ARGUMENT, "config.size");
}

static void an_unknown_profile_is_refused(void **state)
{
	struct rmmsim_config config;

	(void)state;
	rmmsim_config_init(&config);
	config.profile = "tf-rmm-9";
	expect_refused(&config, RMMSIM_ERR_UNKNOWN_NAME, "tf-rmm-9");
}

static void an_unknown_revision_is_refused(void **state)
{
	struct rmmsim_config config;

	(void)state;
	rmmsim_config_init(&config);
	config.revision = "3.0";
	expect_refused(&config, RMMSIM_ERR_UNKNOWN_NAME, "3.0");
	assert_int_equal(rmmsim_config_revision(&config, "3.0"), RMMSIM_ERR_UNKNOWN_NAME);
	assert_int_equal(rmmsim_config_revision(&config, NULL), RMMSIM_ERR_UNKNOWN_NAME);
}

static void a_profile_belongs_to_revisions(void **state)
{
	struct rmmsim_config config;
	struct host h;

	(void)state;
	rmmsim_config_init(&config);
	config.revision = "2.0-bet3";
	config.profile = "tf-rmm-0.8";
	expect_refused(&config, RMMSIM_ERR_CONFIG, "tf-rmm-0.8");
	config.revision = "1.1-alp14";
	config.profile = "tf-rmm-2026-07";
	expect_refused(&config, RMMSIM_ERR_CONFIG, "tf-rmm-2026-07");
	/* Without a revision it is the profile's own. */
	config.revision = NULL;
	host_open(&h, &config);
	assert_string_equal(rmmsim_configuration(h.sim)->revision, "2.0-bet3");
	host_close(&h);
}

static uint64_t highest_version(struct host *h)
{
	struct rmmsim_regs regs = {.x = {SMC_RMI_VERSION}};

	rmmsim_smc(h->sim, 0, &regs);
	return regs.x[2];
}

static uint64_t features_of(struct host *h, uint64_t index)
{
	struct rmmsim_regs regs = {.x = {SMC_RMI_FEATURES, index}};

	rmmsim_smc(h->sim, 0, &regs);
	assert_int_equal(regs.x[0], RMI_SUCCESS);
	return regs.x[1];
}

static void two_revisions_live_in_one_process(void **state)
{
	struct rmmsim_config config;
	struct host old, new;

	(void)state;
	rmmsim_config_init(&config);
	host_open(&old, &config);
	config.revision = "2.0-bet3";
	host_open(&new, &config);
	assert_int_equal(highest_version(&old), 0x10001);
	assert_int_equal(highest_version(&new), 0x20000);
	/* Registers that were left alone are those of the revision. */
	assert_int_equal(features_of(&old, 1), 14);
	assert_int_equal(features_of(&new, 1) & 1, 1);
	assert_int_equal(features_of(&new, 4), 14);
	assert_int_equal(features_of(&new, 5), 0);
	assert_int_equal(features_of(&old, 4), 0);
	assert_int_equal(call(&old, RMI_GRANULE_DELEGATE, 0x80001000), RMI_SUCCESS);
	assert_int_equal(call(&new, RMI_GRANULE_DELEGATE, 0x80001000), UINT64_MAX);
	host_close(&old);
	host_close(&new);
}

static void registers_of_a_revision_can_be_changed(void **state)
{
	struct rmmsim_config config;
	struct host h;

	(void)state;
	rmmsim_config_init(&config);
	assert_int_equal(rmmsim_config_revision(&config, "2.0-bet3"), RMMSIM_OK);
	config.feature_register[4] = 3;
	host_open(&h, &config);
	assert_int_equal(features_of(&h, 4), 3);
	host_close(&h);
}

static void null_arguments_are_refused(void **state)
{
	struct rmmsim_config config;
	struct rmmsim_error error;
	struct rmmsim *sim;

	(void)state;
	rmmsim_config_init(&config);
	sim = (struct rmmsim *)1;
	assert_int_equal(rmmsim_create(NULL, &sim, &error), RMMSIM_ERR_ARGUMENT);
	assert_null(sim);
	assert_non_null(strstr(error.text, "config is NULL: start from rmmsim_config_init()"));
	assert_int_equal(rmmsim_create(&config, NULL, &error), RMMSIM_ERR_ARGUMENT);
	assert_non_null(strstr(error.text, "sim is NULL"));
	assert_null(rmmsim_configuration(NULL));
	rmmsim_config_init(NULL);
	rmmsim_attestation_init(NULL);
	rmmsim_destroy(NULL);
}

static void every_status_has_a_text(void **state)
{
	(void)state;
	for (int status = RMMSIM_OK; status <= RMMSIM_ERR_UNKNOWN_NAME; status++)
		assert_true(strlen(rmmsim_status_text((enum rmmsim_status)status)) > 5);
	assert_non_null(rmmsim_status_text((enum rmmsim_status)99));
}

static void a_quirk_that_is_on_and_off_is_refused(void **state)
{
	struct rmmsim_config config;
	struct rmmsim *sim;

	(void)state;
	for (unsigned int n = 0; n < SMC_QUIRK_COUNT; n++) {
		rmmsim_config_init(&config);
		config.quirks_on[n / 64] = config.quirks_off[n / 64] = UINT64_C(1) << n % 64;
		expect_refused(&config, RMMSIM_ERR_CONFIG, smc_quirk_row(n)->name);
	}
	/* Bits of quirks_off may be any. */
	memset(config.quirks_on, 0, sizeof(config.quirks_on));
	memset(config.quirks_off, 0xff, sizeof(config.quirks_off));
	assert_int_equal(rmmsim_create(&config, &sim, NULL), RMMSIM_OK);
	rmmsim_destroy(sim);
}

static void quirks_are_added_to_and_taken_from_the_profile(void **state)
{
	struct rmmsim_config config;
	struct host h;

	(void)state;
	rmmsim_config_init(&config);
	config.profile = "tf-rmm-0.8";
	assert_int_equal(rmmsim_config_quirk(&config, "mecid-low-32", false), RMMSIM_OK);
	assert_int_equal(rmmsim_quirk_number("no-such-quirk"), -1);
	assert_int_equal(rmmsim_quirk_number(NULL), -1);
	host_open(&h, &config);
	/* A profile that has da-alp12 does not know this function. */
	assert_int_equal(call(&h, RMI_PDEV_P2P_CONNECT, 0, 0, 0, 0), UINT64_MAX);
	host_close(&h);
}

static void instances_do_not_meet(void **state)
{
	struct host first, second;
	uint64_t pa;

	(void)state;
	host_open(&first, NULL);
	host_open(&second, NULL);
	pa = host_delegated(&first);
	assert_string_equal(host_state(&first, pa), "DELEGATED");
	assert_string_equal(host_state(&second, pa), "UNDELEGATED");
	host_close(&first);
	assert_int_equal(rmmsim_calls(second.sim), 0);
	host_close(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_has_its_range),
		cmocka_unit_test(a_bit_without_a_quirk_is_refused),
		cmocka_unit_test(memory_lies_within_the_address_bits),
		cmocka_unit_test(a_foreign_size_is_refused),
		cmocka_unit_test(an_unknown_profile_is_refused),
		cmocka_unit_test(an_unknown_revision_is_refused),
		cmocka_unit_test(a_profile_belongs_to_revisions),
		cmocka_unit_test(two_revisions_live_in_one_process),
		cmocka_unit_test(registers_of_a_revision_can_be_changed),
		cmocka_unit_test(null_arguments_are_refused),
		cmocka_unit_test(every_status_has_a_text),
		cmocka_unit_test(a_quirk_that_is_on_and_off_is_refused),
		cmocka_unit_test(quirks_are_added_to_and_taken_from_the_profile),
		cmocka_unit_test(instances_do_not_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
