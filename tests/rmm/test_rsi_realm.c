/* SPDX-License-Identifier: BSD-3-Clause */
/* The door of Realm calls; RSI_VERSION, RSI_FEATURES, RSI_REALM_CONFIG: rsi.md#1, rsi.md#4 */
#include "tests/support/stage.h"

#include <string.h>

#define PC0   0x1000
#define INPUT RSI_ERROR_INPUT

static int set_up(void **state)
{
	return stage_setup(state, NULL);
}

static uint64_t result(const struct stage *s, unsigned int n)
{
	return steps_last(&s->steps, 0)->context.x[n];
}

static void an_unknown_function_is_not_supported(void **state)
{
	static const uint64_t unknown[] = {0,          0xc4000150, 0xc40001b0, 0x84000005,
					   0xc4000000, 0x80000001, 0xffffffff};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		assert_int_equal(realm_call(s, unknown[i], 1, 2, 3, 4), UINT64_MAX);
		assert_int_equal(result(s, 1) | result(s, 2) | result(s, 3), 0);
		assert_int_equal(result(s, 4), 4);
	}
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0 + 7 * 4);
}

static void results_leave_other_registers_alone(void **state)
{
	struct stage *s = *state;
	uint64_t x[18];

	for (unsigned int n = 0; n < 18; n++)
		x[n] = 0x100 + n;
	x[0] = SMC_RSI_FEATURES;
	stage_call(s, x, 18);
	assert_int_equal(result(s, 0) | result(s, 1) | result(s, 2) | result(s, 3), 0);
	for (unsigned int n = 4; n < 18; n++)
		assert_int_equal(result(s, n), 0x100 + n);
}

static void only_the_low_half_of_x0_names_the_function(void **state)
{
	struct stage *s = *state;

	assert_int_equal(realm_call(s, UINT64_C(0xdead000000000000) | SMC_RSI_VERSION, 0x10001), 0);
	assert_int_equal(realm_call(s, SMC_RSI_VERSION | SMCCC_FID_SVE_HINT, 0x10001), 0);
}

static void version(void **state)
{
	struct stage *s = *state;

	assert_int_equal(realm_call(s, SMC_RSI_VERSION, 0x10000), 0);
	assert_int_equal(result(s, 1), 0x10000);
	assert_int_equal(result(s, 2), 0x10001);
	REALM_ALONE(s, "req_supp", INPUT, SMC_RSI_VERSION, 0x20000);
	assert_int_equal(result(s, 1), 0x10001);
	assert_int_equal(result(s, 2), 0x10001);
	REALM_ALONE(s, "req_supp", INPUT, SMC_RSI_VERSION, 0);
	assert_int_equal(result(s, 1), 0x10001);
}

static void a_1_0_monitor_has_no_planes(void **state)
{
	struct stage *s = *state;
	struct rmmsim_config config = s->host.config;

	config.revision = "1.0";
	stage_reopen(s, &config);
	assert_int_equal(realm_call(s, SMC_RSI_VERSION, 0x10000), 0);
	assert_int_equal(result(s, 2), 0x10000);
	assert_int_equal(realm_call(s, SMC_RSI_PLANE_ENTER, 1, STAGE_RAM), UINT64_MAX);
}

static void features(void **state)
{
	struct stage *s = *state;

	assert_int_equal(realm_call(s, SMC_RSI_FEATURES, 0), 0);
	assert_int_equal(result(s, 1), 0);
	assert_int_equal(realm_call(s, SMC_RSI_FEATURES, 1), 0);
	assert_int_equal(result(s, 1), 0);
}

/* --- RSI_REALM_CONFIG --------------------------------------------------------------------------- */

static void realm_config(void **state)
{
	struct stage *s = *state;
	struct rsi_realm_config config;

	memset(&config, 0x5a, sizeof(config));
	stage_poke(s, STAGE_RAM, &config, sizeof(config));
	assert_int_equal(realm_call(s, SMC_RSI_REALM_CONFIG, STAGE_RAM), 0);
	stage_peek(s, STAGE_RAM, &config, sizeof(config));
	assert_int_equal(config.ipa_width, 39);
	assert_int_equal(config.hash_algo, RSI_HASH_SHA_256);
	assert_int_equal(config.num_aux_planes, 0);
	assert_int_equal(config.gicv3_vtr, (uint32_t)s->host.config.id_regs.ich_vtr);
	assert_int_equal(config.ats_plane, 0);
	assert_memory_equal(config.rpv, s->realm.params.rpv, sizeof(config.rpv));
	assert_int_equal(config.reserved0[0] | config.reserved1[0], 0);
	assert_int_equal(config.reserved1[sizeof(config.reserved1) - 1], 0);
}

static void realm_config_partial(void **state)
{
	struct stage *s = *state;
	struct rsi_realm_config config;

	stage_quirks(s, "realm-config-partial");
	memset(&config, 0x5a, sizeof(config));
	stage_poke(s, STAGE_RAM, &config, sizeof(config));
	assert_int_equal(realm_call(s, SMC_RSI_REALM_CONFIG, STAGE_RAM), 0);
	stage_peek(s, STAGE_RAM, &config, sizeof(config));
	assert_int_equal(config.ipa_width, 39);
	assert_int_equal(config.hash_algo, UINT64_C(0x5a5a5a5a5a5a5a00));
	assert_int_equal(config.gicv3_vtr,
			 UINT64_C(0x5a5a5a5a00000000) | (uint32_t)s->host.config.id_regs.ich_vtr);
	assert_int_equal(config.ats_plane, UINT64_C(0x5a5a5a5a5a5a5a5a));
	assert_int_equal(config.reserved0[0], 0x5a);
	assert_int_equal(config.rpv[0], 0);
	assert_int_equal(config.reserved1[0], 0x5a);
}

static void realm_config_is_refused(void **state)
{
	struct stage *s = *state;

	REALM_ALONE(s, "addr_align", INPUT, SMC_RSI_REALM_CONFIG, STAGE_RAM + 8);
	REALM_ALONE(s, "addr_bound", INPUT, SMC_RSI_REALM_CONFIG, s->ns);
	REALM_ALONE(s, "addr_bound", INPUT, SMC_RSI_REALM_CONFIG, s->realm.half * 2);
	REALM_ALONE(s, "addr_bound", INPUT, SMC_RSI_REALM_CONFIG, UINT64_C(0xfffffffffffff000));
	REALM_ALONE(s, "addr_ripas", INPUT, SMC_RSI_REALM_CONFIG, STAGE_EMPTY);
	REALM_WINS(s, "addr_align", "addr_bound", INPUT, SMC_RSI_REALM_CONFIG, s->ns + 8);
	REALM_WINS(s, "addr_align", "addr_ripas", INPUT, SMC_RSI_REALM_CONFIG, STAGE_EMPTY + 8);
}

/* The buffer is not there: the Host has to act, then the call happens again. */
static void a_missing_buffer_is_an_emulated_abort(void **state)
{
	static const uint64_t missing[] = {STAGE_HOLE, STAGE_DESTROYED};
	struct stage *s = *state;

	for (unsigned int i = 0; i < 2; i++) {
		steps_smc(&s->steps, SMC_RSI_REALM_CONFIG, missing[i], 2, 3);
		steps_enter(&s->steps, s->rec[0]);
		assert_int_equal(s->steps.seen_count, 1);
		assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_SYNC);
		assert_int_equal(s->host.exit.esr, UINT64_C(0x90000007));
		assert_int_equal(s->host.exit.hpfar, missing[i] >> 8);
		assert_int_equal(s->host.exit.far | s->host.exit.rtt_tree, 0);
	}
	host_unknown(&s->host, &s->realm, STAGE_HOLE);
	steps_smc(&s->steps, SMC_RSI_REALM_CONFIG, STAGE_HOLE);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 1)->context.pc, PC0);
	assert_int_equal(steps_last(&s->steps, 1)->context.x[1], STAGE_DESTROYED);
	assert_int_equal(result(s, 0), 0);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0 + 4);
}

static void an_emulated_abort_is_not_emulatable(void **state)
{
	struct stage *s = *state;

	steps_smc(&s->steps, SMC_RSI_REALM_CONFIG, STAGE_HOLE);
	steps_enter(&s->steps, s->rec[0]);
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_EMUL_MMIO;
	assert_int_equal(steps_try_enter(&s->steps, s->rec[0]), RMI_ERROR_REC);
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_INJECT_SEA;
	assert_int_equal(steps_try_enter(&s->steps, s->rec[0]), RMI_ERROR_REC);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_unknown_function_is_not_supported),
		TEST(results_leave_other_registers_alone),
		TEST(only_the_low_half_of_x0_names_the_function),
		TEST(version),
		TEST(a_1_0_monitor_has_no_planes),
		TEST(features),
		TEST(realm_config),
		TEST(realm_config_partial),
		TEST(realm_config_is_refused),
		TEST(a_missing_buffer_is_an_emulated_abort),
		TEST(an_emulated_abort_is_not_emulatable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
