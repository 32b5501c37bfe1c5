/* SPDX-License-Identifier: BSD-3-Clause */
/* PSCI of a Realm and RMI_PSCI_COMPLETE: rsi.md#7, rmi-commands.md#5 */
#include "tests/support/stage.h"

#define PC0     0x1000
#define INPUT   RMI_ERROR_INPUT
#define ENTRY   UINT64_C(0x2000)
#define CONTEXT UINT64_C(0x123456789abc)
#define PSCI(n) ((uint64_t)(int64_t)(n))

static int set_up(void **state)
{
	return stage_setup(state, NULL);
}

static uint64_t result(const struct stage *s, unsigned int n)
{
	return steps_last(&s->steps, 0)->context.x[n];
}

/* The first REC leaves with this request. */
static void request(struct stage *s, uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3)
{
	steps_smc(&s->steps, fid, x1, x2, x3);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 1);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_PSCI);
	assert_int_equal(s->host.exit.gprs[0], (uint32_t)fid);
	assert_int_equal(s->host.exit.gprs[2] | s->host.exit.gprs[3] | s->host.exit.esr, 0);
}

static void request_on(struct stage *s)
{
	request(s, SMC_PSCI_CPU_ON, 1, ENTRY, CONTEXT);
	assert_int_equal(s->host.exit.gprs[1], 1);
}

/* The first REC goes on with this result. */
static void expect_result(struct stage *s, uint64_t x0)
{
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(result(s, 0), x0);
	assert_int_equal(result(s, 1) | result(s, 2) | result(s, 3), 0);
}

static uint64_t complete(struct stage *s, int64_t status)
{
	return call(&s->host, RMI_PSCI_COMPLETE, s->rec[0], s->rec[1], (uint64_t)status);
}

/* --- calls without an exit ---------------------------------------------------------------------- */

static void versions_and_features(void **state)
{
	static const uint32_t supported[] = {
		SMC_PSCI_CPU_SUSPEND,      SMC_PSCI_CPU_SUSPEND_32, SMC_PSCI_CPU_OFF,
		SMC_PSCI_CPU_ON,           SMC_PSCI_CPU_ON_32,      SMC_PSCI_AFFINITY_INFO,
		SMC_PSCI_AFFINITY_INFO_32, SMC_PSCI_SYSTEM_OFF,     SMC_PSCI_SYSTEM_RESET,
		SMC_PSCI_FEATURES,         SMC_SMCCC_VERSION};
	struct stage *s = *state;

	assert_int_equal(realm_call(s, SMC_PSCI_VERSION), 0x10001);
	assert_int_equal(realm_call(s, SMC_SMCCC_VERSION), 0x10002);
	for (size_t i = 0; i < sizeof(supported) / sizeof(supported[0]); i++)
		assert_int_equal(realm_call(s, SMC_PSCI_FEATURES, supported[i]), 0);
	REALM_ALONE(s, "func_supp", UINT64_MAX, SMC_PSCI_FEATURES, 0xc4000000);
	REALM_ALONE(s, "func_supp", UINT64_MAX, SMC_PSCI_FEATURES, 0x84000005);
	REALM_ALONE(s, "func_supp", UINT64_MAX, SMC_PSCI_FEATURES, SMC_RSI_VERSION);
	REALM_ALONE(s, "func_supp", UINT64_MAX, SMC_PSCI_FEATURES,
		    SMC_PSCI_CPU_OFF | SMCCC_FID_SVE_HINT);
}

static void psci_features_version(void **state)
{
	struct stage *s = *state;

	assert_int_equal(realm_call(s, SMC_PSCI_FEATURES, SMC_PSCI_VERSION), 0);
	stage_quirks(s, "psci-features-version");
	REALM_ALONE(s, "func_supp", UINT64_MAX, SMC_PSCI_FEATURES, SMC_PSCI_VERSION);
}

static void psci_hint(void **state)
{
	struct stage *s = *state;

	assert_int_equal(realm_call(s, SMC_PSCI_VERSION | SMCCC_FID_SVE_HINT), 0x10001);
	stage_quirks(s, "psci-hint");
	assert_int_equal(realm_call(s, SMC_PSCI_VERSION | SMCCC_FID_SVE_HINT), UINT64_MAX);
	assert_int_equal(realm_call(s, SMC_RSI_VERSION | SMCCC_FID_SVE_HINT, 0x10001), 0);
}

static void early_failures_have_no_exit(void **state)
{
	struct stage *s = *state;

	REALM_ALONE(s, "entry_bound", PSCI(PSCI_INVALID_ADDRESS), SMC_PSCI_CPU_ON, 1, s->ns, 0);
	REALM_ALONE(s, "target_valid", PSCI(PSCI_INVALID_PARAMETERS), SMC_PSCI_CPU_ON, 2, ENTRY, 0);
	REALM_ALONE(s, "target_self", PSCI(PSCI_ALREADY_ON), SMC_PSCI_CPU_ON, 0, ENTRY, 0);
	REALM_ALONE(s, "level_valid", PSCI(PSCI_INVALID_PARAMETERS), SMC_PSCI_AFFINITY_INFO, 1, 1);
	REALM_ALONE(s, "target_valid", PSCI(PSCI_INVALID_PARAMETERS), SMC_PSCI_AFFINITY_INFO, 2, 0);
	assert_int_equal(realm_call(s, SMC_PSCI_AFFINITY_INFO, 0, 0), PSCI_AFFINITY_ON);
	REALM_WINS(s, "entry_bound", "target_valid", PSCI(PSCI_INVALID_ADDRESS), SMC_PSCI_CPU_ON, 2,
		   s->ns, 0);
	REALM_WINS(s, "entry_bound", "target_self", PSCI(PSCI_INVALID_ADDRESS), SMC_PSCI_CPU_ON, 0,
		   s->ns, 0);
	REALM_WINS(s, "level_valid", "target_valid", PSCI(PSCI_INVALID_PARAMETERS),
		   SMC_PSCI_AFFINITY_INFO, 2, 1);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0 + 9 * 4);
}

/* Bits outside the affinity fields name the same REC. */
static void other_bits_of_the_mpidr_are_ignored(void **state)
{
	struct stage *s = *state;

	request(s, SMC_PSCI_AFFINITY_INFO, UINT64_C(0x80000031), 0, 0);
	assert_int_equal(complete(s, 0), 0);
	expect_result(s, PSCI_AFFINITY_OFF);
}

/* --- calls with an exit -------------------------------------------------------------------------- */

static void suspend_returns_at_the_next_entry(void **state)
{
	struct stage *s = *state;

	request(s, SMC_PSCI_CPU_SUSPEND_32, 7, 8, 9);
	assert_int_equal(s->host.exit.gprs[1], 0);
	expect_result(s, 0);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0 + 4);
}

static void system_off_and_reset_end_the_realm(void **state)
{
	static const uint32_t fids[] = {SMC_PSCI_SYSTEM_OFF, SMC_PSCI_SYSTEM_RESET};
	struct stage *s = *state;

	for (unsigned int i = 0; i < 2; i++) {
		request(s, fids[i], 7, 8, 9);
		assert_int_equal(s->host.exit.gprs[1], 0);
		assert_int_equal(steps_try_enter(&s->steps, s->rec[0]),
				 smc_pack_status(RMI_ERROR_REALM, 1));
		/* Nor does it come back. */
		ALONE(&s->host, "realm_state", RMI_ERROR_REALM, RMI_REALM_ACTIVATE, s->realm.rd);
		stage_reopen(s, NULL);
	}
}

static void cpu_on_starts_the_target(void **state)
{
	struct stage *s = *state;
	const struct rmmsim_plane *plane;

	steps_sysreg(&s->steps, RMMSIM_SYSREG_SCTLR_EL1, UINT64_MAX);
	request_on(s);
	assert_int_equal(complete(s, PSCI_SUCCESS), 0);
	expect_result(s, PSCI_SUCCESS);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0 + 4);
	steps_enter(&s->steps, s->rec[1]);
	plane = &steps_last(&s->steps, 0)->context;
	assert_int_equal(plane->pc, ENTRY);
	assert_int_equal(plane->x[0], CONTEXT);
	assert_int_equal(plane->pstate, 0x3c5);
	assert_int_equal(plane->sysreg[RMMSIM_SYSREG_SCTLR_EL1], 0xc50878 | 1 << 25);
	assert_int_equal(steps_last(&s->steps, 0)->vcpu.mpidr, UINT64_C(0x80000001));
	/* Now it is on; the Host's status does not change that. */
	request_on(s);
	assert_int_equal(complete(s, PSCI_SUCCESS), 0);
	expect_result(s, PSCI(PSCI_ALREADY_ON));
}

static void cpu_off_needs_another_cpu_on(void **state)
{
	struct stage *s = *state;

	request_on(s);
	assert_int_equal(complete(s, PSCI_SUCCESS), 0);
	steps_smc(&s->steps, SMC_PSCI_CPU_OFF, 1, 2, 3);
	steps_enter(&s->steps, s->rec[1]);
	assert_int_equal(s->host.exit.gprs[0], SMC_PSCI_CPU_OFF);
	assert_int_equal(steps_try_enter(&s->steps, s->rec[1]), RMI_ERROR_REC);
	request_on(s);
	assert_int_equal(complete(s, PSCI_SUCCESS), 0);
	expect_result(s, PSCI_SUCCESS);
	steps_enter(&s->steps, s->rec[1]);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, ENTRY);
}

static void the_host_may_deny(void **state)
{
	struct stage *s = *state;

	request(s, SMC_PSCI_CPU_ON_32, 1, ENTRY, 0);
	assert_int_equal(complete(s, PSCI_DENIED), 0);
	expect_result(s, PSCI(PSCI_DENIED));
	assert_int_equal(steps_try_enter(&s->steps, s->rec[1]), RMI_ERROR_REC);
}

static void affinity_info_tells_on_and_off(void **state)
{
	struct stage *s = *state;

	request(s, SMC_PSCI_AFFINITY_INFO, 1, 0, 0);
	assert_int_equal(s->host.exit.gprs[1], 1);
	ALONE(&s->host, "status", INPUT, RMI_PSCI_COMPLETE, s->rec[0], s->rec[1],
	      PSCI(PSCI_DENIED));
	assert_int_equal(complete(s, PSCI_SUCCESS), 0);
	expect_result(s, PSCI_AFFINITY_OFF);
	request_on(s);
	assert_int_equal(complete(s, PSCI_SUCCESS), 0);
	request(s, SMC_PSCI_AFFINITY_INFO_32, 1, 0, 0);
	assert_int_equal(complete(s, PSCI_SUCCESS), 0);
	expect_result(s, PSCI_AFFINITY_ON);
}

/* --- RMI_PSCI_COMPLETE ---------------------------------------------------------------------------- */

static void a_bad_completion_is_refused(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;
	const uint64_t one = s->rec[0], two = s->rec[1];
	struct host_realm r;

	ALONE(h, "pending", INPUT, RMI_PSCI_COMPLETE, one, two, 0);
	request_on(s);
	ALONE(h, "alias", INPUT, RMI_PSCI_COMPLETE, one, one, 0);
	WINS(h, "alias", "calling_align", INPUT, RMI_PSCI_COMPLETE, one + 8, one + 8, 0);
	ALONE(h, "calling_align", INPUT, RMI_PSCI_COMPLETE, one + 8, two, 0);
	ALONE(h, "calling_bound", INPUT, RMI_PSCI_COMPLETE, UINT64_C(0x1000), two, 0);
	ALONE(h, "calling_state", INPUT, RMI_PSCI_COMPLETE, s->realm.rd, two, 0);
	ALONE(h, "target_align", INPUT, RMI_PSCI_COMPLETE, one, two + 8, 0);
	ALONE(h, "target_bound", INPUT, RMI_PSCI_COMPLETE, one, UINT64_C(0x1000), 0);
	ALONE(h, "target_state", INPUT, RMI_PSCI_COMPLETE, one, s->realm.rd, 0);
	ALONE(h, "status", INPUT, RMI_PSCI_COMPLETE, one, two, 1);
	ALONE(h, "status", INPUT, RMI_PSCI_COMPLETE, one, two, PSCI(PSCI_ALREADY_ON));
	host_realm(h, &r, NULL);
	host_rec(h, &r, true);
	host_rec(h, &r, true);
	ALONE(h, "owner", INPUT, RMI_PSCI_COMPLETE, one, r.rec[1], 0);
	WINS(h, "owner", "target", INPUT, RMI_PSCI_COMPLETE, one, r.rec[0], 0);
	WINS(h, "owner", "status", INPUT, RMI_PSCI_COMPLETE, one, r.rec[1], 1);
	WINS(h, "calling_align", "target_align", INPUT, RMI_PSCI_COMPLETE, one + 8, two + 8, 0);
	host_realm_end(h, &r);
	assert_int_equal(complete(s, 0), 0);
}

static void the_target_has_to_be_the_one_asked_for(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;
	struct host_realm r;

	host_realm(h, &r, NULL);
	for (unsigned int i = 0; i < 3; i++)
		host_rec(h, &r, i == 0);
	host_activate(h, &r);
	steps_smc(&s->steps, SMC_PSCI_CPU_ON, 1, ENTRY, 0);
	steps_enter(&s->steps, r.rec[0]);
	ALONE(h, "target", INPUT, RMI_PSCI_COMPLETE, r.rec[0], r.rec[2], 0);
	WINS(h, "target", "status", INPUT, RMI_PSCI_COMPLETE, r.rec[0], r.rec[2], 1);
	host_realm_end(h, &r);
}

static void complete_while_running(struct steps *steps, void *argument)
{
	struct stage *s = argument;

	(void)steps;
	s->host.pe = 1;
	ALONE(&s->host, "pending", INPUT, RMI_PSCI_COMPLETE, s->rec[0], s->rec[1], 0);
	s->host.pe = 0;
}

static void a_running_rec_has_nothing_to_complete(void **state)
{
	struct stage *s = *state;

	steps_do(&s->steps, complete_while_running, s);
	steps_event(&s->steps, RMMSIM_EVENT_IRQ, 0);
	steps_enter(&s->steps, s->rec[0]);
}

/* --- quirks ------------------------------------------------------------------------------------- */

static void psci_denied_completes(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;

	for (unsigned int on = 0; on < 2; on++) {
		if (on)
			stage_quirks(s, "psci-denied-completes");
		request_on(s);
		assert_int_equal(complete(s, PSCI_SUCCESS), 0);
		request_on(s);
		REFUSED(h, "status", INPUT, RMI_PSCI_COMPLETE, s->rec[0], s->rec[1],
			PSCI(PSCI_DENIED));
		if (!on)
			assert_int_equal(complete(s, PSCI_SUCCESS), 0);
		else
			ALONE(h, "pending", INPUT, RMI_PSCI_COMPLETE, s->rec[0], s->rec[1], 0);
		expect_result(s, PSCI(PSCI_ALREADY_ON));
	}
}

/* The target runs, sets registers and goes off; is anything left when it comes back? */
static const struct rmmsim_plane *second_life(struct stage *s)
{
	request_on(s);
	assert_int_equal(complete(s, PSCI_SUCCESS), 0);
	steps_set(&s->steps, 9, 0x99);
	steps_sysreg(&s->steps, RMMSIM_SYSREG_VBAR_EL1, 0x8000);
	steps_smc(&s->steps, SMC_PSCI_CPU_OFF);
	steps_enter(&s->steps, s->rec[1]);
	request_on(s);
	assert_int_equal(complete(s, PSCI_SUCCESS), 0);
	steps_enter(&s->steps, s->rec[1]);
	return &steps_last(&s->steps, 0)->context;
}

static void cpu_on_keeps_gprs(void **state)
{
	struct stage *s = *state;
	const struct rmmsim_plane *plane = second_life(s);

	assert_int_equal(plane->x[9], 0);
	assert_int_equal(plane->sysreg[RMMSIM_SYSREG_VBAR_EL1], 0);
	stage_quirks(s, "cpu-on-keeps-gprs");
	plane = second_life(s);
	assert_int_equal(plane->x[9], 0x99);
	assert_int_equal(plane->x[0], CONTEXT);
	assert_int_equal(plane->sysreg[RMMSIM_SYSREG_VBAR_EL1], 0x8000);
	assert_int_equal(plane->sysreg[RMMSIM_SYSREG_SCTLR_EL1], 0xc50878);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(versions_and_features),
		TEST(psci_features_version),
		TEST(psci_hint),
		TEST(early_failures_have_no_exit),
		TEST(other_bits_of_the_mpidr_are_ignored),
		TEST(suspend_returns_at_the_next_entry),
		TEST(system_off_and_reset_end_the_realm),
		TEST(cpu_on_starts_the_target),
		TEST(cpu_off_needs_another_cpu_on),
		TEST(the_host_may_deny),
		TEST(affinity_info_tells_on_and_off),
		TEST(a_bad_completion_is_refused),
		TEST(the_target_has_to_be_the_one_asked_for),
		TEST(a_running_rec_has_nothing_to_complete),
		TEST(psci_denied_completes),
		TEST(cpu_on_keeps_gprs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
