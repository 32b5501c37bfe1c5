/* SPDX-License-Identifier: BSD-3-Clause */
/* L0: the path of a call, its outputs, injection, expectations, answers without the model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <rmmsim/rmmsim.h>

#include <hshim/oracle.h>
#include <hshim/smccc.h>

#define BASE 0x80000000ul

static struct hshim *shim;
static struct rmmsim *sim;

static int setup(void **state)
{
	struct rmmsim_config config;

	(void)state;
	rmmsim_config_init(&config);
	assert_int_equal(rmmsim_create(&config, &sim, NULL), RMMSIM_OK);
	shim = hshim_smccc_attach(sim);
	assert_non_null(shim);
	hshim_report_to(-1, -1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	hshim_smccc_detach(shim);
	rmmsim_destroy(sim);
	return 0;
}

static void a_call_reaches_the_model(void **state)
{
	struct arm_smccc_res res;

	(void)state;
	arm_smccc_1_1_invoke(SMC_RMI_VERSION, RMM_VERSION_1_1, &res);
	assert_int_equal(res.a0, RMI_SUCCESS);
	assert_int_equal(res.a1, RMM_VERSION_1_1);
	assert_int_equal(hshim_calls(SMC_RMI_VERSION), 1);
	assert_string_equal(hshim_last_call(0)->name, "VERSION");
	arm_smccc_1_1_smc(SMC_RMI_GRANULE_DELEGATE, BASE, NULL);
	assert_int_equal(hshim_calls(0), 2);
}

static void arguments_are_extended_as_their_type_says(void **state)
{
	struct arm_smccc_res res;

	(void)state;
	arm_smccc_1_1_invoke(SMC_RMI_RTT_CREATE, 1u << 31, (unsigned char)0xff, 0x1000, -1, &res);
	assert_int_equal(hshim_last_call(0)->x[1], 0x80000000ul);
	assert_int_equal(hshim_last_call(0)->x[2], 0xff);
	assert_int_equal(hshim_last_call(0)->x[4], ~0ul);
	assert_int_equal(hshim_last_call(0)->x[5], 0);
}

static void undefined_outputs_are_poison(void **state)
{
	struct arm_smccc_1_2_regs regs = {.a0 = SMC_RMI_GRANULE_DELEGATE, .a1 = BASE, .a9 = 77};
	struct arm_smccc_res res;

	(void)state;
	arm_smccc_1_2_smc(&regs, &regs);
	assert_int_equal(regs.a0, RMI_SUCCESS);
	assert_int_equal(regs.a1, HSHIM_POISON | 1);
	assert_int_equal(regs.a3, HSHIM_POISON | 3);
	assert_int_equal(regs.a9, 77);
	arm_smccc_1_1_invoke(regs.a1 & 0, &res);
	assert_int_equal(res.a0, ~0ul);
	hshim_smc_zero_outputs(true);
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_UNDELEGATE, BASE, &res);
	assert_int_equal(res.a1, 0);
}

static void poison_as_an_argument_is_found(void **state)
{
	struct arm_smccc_res res;

	(void)state;
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, BASE, &res);
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_UNDELEGATE, res.a1, &res);
	assert_int_equal(hshim_findings("smc.poison"), 1);
	assert_int_equal(hshim_failures(), 1);
}

static void registers_that_must_be_zero_are_watched(void **state)
{
	struct arm_smccc_res res;

	(void)state;
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, BASE, 5, &res);
	assert_int_equal(hshim_findings("smc.args"), 1);
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_UNDELEGATE, BASE, &res);
	assert_int_equal(hshim_findings("smc.args"), 1);
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, BASE + 1, &res);
	assert_int_equal(hshim_findings("smc.args"), 2);
	assert_int_equal(hshim_failures(), 0);
}

static const char *state_of(unsigned long pa)
{
	struct rmmsim_granule_info info;

	assert_int_equal(rmmsim_granule_info(sim, pa, &info), RMMSIM_OK);
	return info.state;
}

static void a_failure_before_does_not_reach_the_model(void **state)
{
	struct arm_smccc_res res;
	int n;

	(void)state;
	n = hshim_smc_fail(SMC_RMI_GRANULE_DELEGATE, 2, RMI_ERROR_INPUT, 3, HSHIM_BEFORE);
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, BASE, &res);
	assert_int_equal(res.a0, RMI_SUCCESS);
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, BASE + 0x1000, &res);
	assert_int_equal(res.a0, 0x301);
	assert_string_equal(state_of(BASE + 0x1000), "UNDELEGATED");
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, BASE + 0x1000, &res);
	assert_int_equal(res.a0, RMI_SUCCESS);
	assert_int_equal(hshim_smc_injected(n), 1);
}

static void a_failure_after_leaves_the_effect(void **state)
{
	struct arm_smccc_res res;

	(void)state;
	hshim_smc_fail(SMC_RMI_GRANULE_DELEGATE, 1, RMI_ERROR_INPUT, 0, HSHIM_AFTER);
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, BASE, &res);
	assert_int_equal(res.a0, RMI_ERROR_INPUT);
	assert_string_equal(state_of(BASE), "DELEGATED");
}

static bool is_high(void *context, const struct hshim_call *call)
{
	return call->x[1] >= *(unsigned long *)context;
}

static void a_predicate_and_a_patch(void **state)
{
	unsigned long limit = BASE + 0x1000;
	struct arm_smccc_res res;

	(void)state;
	hshim_smc_fail_if(is_high, &limit, 10); /* a status of later revisions */
	hshim_smc_patch(SMC_RMI_FEATURES, 1, 1, 0x1234);
	arm_smccc_1_1_invoke(SMC_RMI_FEATURES, 0, &res);
	assert_int_equal(res.a1, 0x1234);
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, BASE, &res);
	assert_int_equal(res.a0, RMI_SUCCESS);
	for (int i = 0; i < 3; i++) {
		arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, limit, &res);
		assert_int_equal(res.a0, 10);
	}
}

static void take_the_granule(void *context, struct hshim_call *call)
{
	struct arm_smccc_res res;

	(*(int *)context)++;
	hshim_set_pe(1);
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, call->x[1], &res);
	hshim_set_pe(0);
}

static void a_hook_acts_as_another_cpu(void **state)
{
	struct arm_smccc_res res;
	int count = 0, hook;

	(void)state;
	hook = hshim_smc_hook(SMC_RMI_GRANULE_DELEGATE, HSHIM_BEFORE, take_the_granule, &count);
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, BASE, &res);
	assert_int_equal(res.a0, RMI_ERROR_INPUT);
	assert_int_equal(count, 1);
	hshim_smc_unhook(hook);
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, BASE + 0x1000, &res);
	assert_int_equal(count, 1);
}

static void expected_calls(void **state)
{
	struct arm_smccc_res res;

	(void)state;
	hshim_expect_begin(HSHIM_STRICT);
	hshim_expect_smc(SMC_RMI_GRANULE_DELEGATE, HSHIM_X(1, BASE),
			 HSHIM_X_STATE(1, "UNDELEGATED"));
	hshim_expect_smc(SMC_RMI_GRANULE_UNDELEGATE, HSHIM_X_IN(1, BASE, BASE + 1));
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, BASE, &res);
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_UNDELEGATE, BASE, &res);
	assert_int_equal(hshim_expect_end(), 0);

	hshim_expect_begin(HSHIM_STRICT);
	hshim_expect_smc(SMC_RMI_FEATURES);
	arm_smccc_1_1_invoke(SMC_RMI_FEATURES, 0, &res);
	arm_smccc_1_1_invoke(SMC_RMI_FEATURES, 1, &res);
	assert_int_equal(hshim_expect_end(), 1);
	assert_non_null(strstr(hshim_finding(0)->text, "expected"));
	assert_non_null(strstr(hshim_finding(0)->text, "| FEATURES 0x1"));

	hshim_expect_begin(HSHIM_UNORDERED);
	hshim_expect_smc(SMC_RMI_FEATURES, HSHIM_X(1, 1));
	hshim_expect_smc(SMC_RMI_FEATURES, HSHIM_X(1, 0), HSHIM_TIMES(0, 3));
	hshim_expect_smc(SMC_RMI_VERSION, HSHIM_TIMES(0, 0));
	arm_smccc_1_1_invoke(SMC_RMI_FEATURES, 0, &res);
	arm_smccc_1_1_invoke(SMC_RMI_FEATURES, 1, &res);
	assert_int_equal(hshim_expect_end(), 0);
}

static void answers_without_the_model(void **state)
{
	static const unsigned long answer[] = {0, 42};
	struct arm_smccc_res res;

	(void)state;
	hshim_mock_begin();
	hshim_mock_answer(SMC_RMI_FEATURES, answer, 2);
	arm_smccc_1_1_invoke(SMC_RMI_FEATURES, 9, &res);
	assert_int_equal(res.a1, 42);
	assert_int_equal(hshim_mock_end(), 0);
	assert_int_equal(rmmsim_calls(sim), 0);
}

static unsigned long swapped(unsigned long rd, unsigned long ipa, unsigned long *pa)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_invoke(SMC_RMI_DATA_DESTROY, ipa, rd, &res);
	*pa = res.a1;
	return res.a0;
}

static void a_wrapper_with_swapped_arguments_is_found(void **state)
{
	unsigned long pa;

	(void)state;
	hshim_echo_begin();
	swapped(hshim_echo_in(2), hshim_echo_in(1), &pa);
	assert_int_equal(hshim_echo_check("DATA_DESTROY", 2), 0);
	assert_int_equal(pa, hshim_echo_out(1));
	hshim_echo_begin();
	swapped(hshim_echo_in(1), hshim_echo_in(2), &pa);
	assert_int_equal(hshim_echo_check("DATA_DESTROY", 2), 1);
}

static void endless(void *argument)
{
	struct arm_smccc_res res;

	for (;;)
		arm_smccc_1_1_invoke(SMC_RMI_GRANULE_UNDELEGATE, *(unsigned long *)argument, &res);
}

static void an_endless_loop_ends(void **state)
{
	unsigned long pa = BASE;

	(void)state;
	assert_false(hshim_try(endless, &pa));
	assert_int_equal(hshim_findings("loop.smc"), 1);
}

/* None of these is refused, and none of them leads anywhere. */
static void endless_cycle(void *argument)
{
	const unsigned long pa = *(unsigned long *)argument;
	struct arm_smccc_res res;

	hshim_entered();
	for (;;) {
		arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, pa, &res);
		arm_smccc_1_1_invoke(SMC_RMI_GRANULE_UNDELEGATE, pa, &res);
	}
}

static void calls_without_progress_end(void **state)
{
	unsigned long pa = BASE;

	(void)state;
	assert_false(hshim_try(endless_cycle, &pa));
	assert_int_equal(hshim_findings("loop.smc"), 1);
}

static void many_calls_are_no_loop(void **state)
{
	struct arm_smccc_res res;

	(void)state;
	/* One entry that asks for much, and each answer differs from the last. */
	hshim_entered();
	for (unsigned long i = 0; i < 40000; i++)
		arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, BASE + i % 4096 * 4096, &res);
	/* Many entries, each of which does the same. */
	for (unsigned int i = 0; i < 250000; i++) {
		if (i % 100 == 0)
			hshim_entered();
		arm_smccc_1_1_invoke(SMC_RMI_VERSION, 0x10000, &res);
	}
	assert_int_equal(hshim_findings("loop.smc"), 0);
}

static void calls_are_recorded(void **state)
{
	char path[] = "/tmp/hshim-XXXXXX", text[4096] = "";
	struct arm_smccc_res res;
	FILE *file;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_true(hshim_trace_start(path));
	/* The name says what the file is not: no file is made, and the recording goes on. */
	assert_false(hshim_trace_start("calls.jsonl.gz"));
	assert_int_equal(access("calls.jsonl.gz", F_OK), -1);
	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_DELEGATE, BASE, &res);
	hshim_trace_stop();
	file = fopen(path, "r");
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	fclose(file);
	unlink(path);
	assert_non_null(strstr(text, "{\"format\":\"rmm-trace/1\""));
	assert_non_null(strstr(
		text,
		"\"op\":\"smc\",\"fid\":\"0xc4000151\",\"x\":[\"0x80000000\"],\"ret\":[\"0x0\"]}"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_call_reaches_the_model),
		TEST(arguments_are_extended_as_their_type_says),
		TEST(undefined_outputs_are_poison),
		TEST(poison_as_an_argument_is_found),
		TEST(registers_that_must_be_zero_are_watched),
		TEST(a_failure_before_does_not_reach_the_model),
		TEST(a_failure_after_leaves_the_effect),
		TEST(a_predicate_and_a_patch),
		TEST(a_hook_acts_as_another_cpu),
		TEST(expected_calls),
		TEST(answers_without_the_model),
		TEST(a_wrapper_with_swapped_arguments_is_found),
		TEST(an_endless_loop_ends),
		TEST(calls_without_progress_end),
		TEST(many_calls_are_no_loop),
		TEST(calls_are_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
