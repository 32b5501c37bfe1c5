/* SPDX-License-Identifier: BSD-3-Clause */
/* RSI_IPA_STATE_GET and RSI_IPA_STATE_SET: rsi.md#4, rec.md#5 */
#include "tests/support/stage.h"

#define INPUT RSI_ERROR_INPUT

static int set_up(void **state)
{
	return stage_setup(state, NULL);
}

static uint64_t result(const struct stage *s, unsigned int n)
{
	return steps_last(&s->steps, 0)->context.x[n];
}

static void expect_run(struct stage *s, uint64_t base, uint64_t top, uint64_t out_top,
		       enum rsi_ripas ripas)
{
	assert_int_equal(realm_call(s, SMC_RSI_IPA_STATE_GET, base, top), 0);
	assert_int_equal(result(s, 1), out_top);
	assert_int_equal(result(s, 2), ripas);
	assert_int_equal(result(s, 3), 0);
}

static void get_finds_the_end_of_a_run_inside_one_table(void **state)
{
	struct stage *s = *state;

	expect_run(s, 0, s->realm.half, STAGE_RAM, RSI_RIPAS_EMPTY);
	expect_run(s, STAGE_RAM, s->realm.half, STAGE_EMPTY, RSI_RIPAS_RAM);
	expect_run(s, STAGE_RAM, STAGE_RAM2, STAGE_RAM2, RSI_RIPAS_RAM);
	expect_run(s, STAGE_HOLE, s->realm.half, STAGE_DESTROYED, RSI_RIPAS_RAM);
	expect_run(s, STAGE_DESTROYED, s->realm.half, STAGE_NEXT, RSI_RIPAS_DESTROYED);
	expect_run(s, STAGE_NEXT, s->realm.half, HOST_BLOCK, RSI_RIPAS_EMPTY);
	/* The rest of the level 2 table; then level 1 */
	expect_run(s, HOST_BLOCK, s->realm.half, HOST_GB, RSI_RIPAS_EMPTY);
	expect_run(s, HOST_BLOCK + 0x5000, HOST_BLOCK * 2 + 0x1000, HOST_BLOCK * 2 + 0x1000,
		   RSI_RIPAS_EMPTY);
	expect_run(s, HOST_GB, s->realm.half, s->realm.half, RSI_RIPAS_EMPTY);
}

static void a_bad_range_is_refused(void **state)
{
	struct stage *s = *state;
	const uint64_t half = s->realm.half, top = STAGE_EMPTY;

	REALM_ALONE(s, "base_align", INPUT, SMC_RSI_IPA_STATE_GET, STAGE_RAM + 8, top);
	REALM_ALONE(s, "top_align", INPUT, SMC_RSI_IPA_STATE_GET, STAGE_RAM, top + 8);
	REALM_ALONE(s, "size_valid", INPUT, SMC_RSI_IPA_STATE_GET, top, top);
	REALM_ALONE(s, "rgn_bound", INPUT, SMC_RSI_IPA_STATE_GET, STAGE_RAM, half + 0x1000);
	REALM_ALONE(s, "rgn_bound", INPUT, SMC_RSI_IPA_STATE_GET, half, half + 0x1000);
	REALM_ALONE(s, "base_align", INPUT, SMC_RSI_IPA_STATE_SET, STAGE_RAM + 8, top, 0, 0);
	REALM_ALONE(s, "top_align", INPUT, SMC_RSI_IPA_STATE_SET, STAGE_RAM, top + 8, 0, 0);
	REALM_ALONE(s, "size_valid", INPUT, SMC_RSI_IPA_STATE_SET, top, top, 0, 0);
	REALM_ALONE(s, "rgn_bound", INPUT, SMC_RSI_IPA_STATE_SET, STAGE_RAM, half + 0x1000, 0, 0);
	REALM_ALONE(s, "ripas_valid", INPUT, SMC_RSI_IPA_STATE_SET, STAGE_RAM, top, 2, 0);
	REALM_ALONE(s, "ripas_valid", INPUT, SMC_RSI_IPA_STATE_SET, STAGE_RAM, top, 3, 0);
}

/* All give the same status; the order is that of TF-RMM. */
static void the_first_wrong_argument_is_reported(void **state)
{
	struct stage *s = *state;

	REALM_WINS(s, "base_align", "top_align", INPUT, SMC_RSI_IPA_STATE_GET, STAGE_RAM + 8,
		   STAGE_EMPTY + 8);
	REALM_WINS(s, "top_align", "rgn_bound", INPUT, SMC_RSI_IPA_STATE_GET, STAGE_RAM,
		   s->realm.half + 8);
	REALM_WINS(s, "size_valid", "rgn_bound", INPUT, SMC_RSI_IPA_STATE_GET, s->realm.half,
		   STAGE_RAM);
	REALM_WINS(s, "ripas_valid", "base_align", INPUT, SMC_RSI_IPA_STATE_SET, STAGE_RAM + 8,
		   STAGE_EMPTY, 2, 0);
}

/* --- a change ---------------------------------------------------------------------------------- */

/* Asks to make STAGE_EMPTY.. RAM or EMPTY; stops in the REC exit. */
static void ask(struct stage *s, uint64_t top, uint64_t ripas, uint64_t flags)
{
	steps_smc(&s->steps, SMC_RSI_IPA_STATE_SET, STAGE_EMPTY, top, ripas, flags);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 1);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_RIPAS_CHANGE);
	assert_int_equal(s->host.exit.ripas_base, STAGE_EMPTY);
	assert_int_equal(s->host.exit.ripas_top, top);
	assert_int_equal(s->host.exit.ripas_value, (uint32_t)ripas);
	assert_int_equal(s->host.exit.gprs[0] | s->host.exit.esr | s->host.exit.hpfar, 0);
}

static void expect_response(struct stage *s, uint64_t flags, uint64_t base,
			    enum rsi_response response)
{
	s->steps.enter.flags = flags;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(result(s, 0), RSI_SUCCESS);
	assert_int_equal(result(s, 1), base);
	assert_int_equal(result(s, 2), response);
	assert_int_equal(result(s, 3), 0);
}

static void a_change_is_answered_at_the_next_entry(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;

	ask(s, STAGE_HOLE, RSI_RIPAS_RAM, 0);
	OK(h, RMI_RTT_SET_RIPAS, s->realm.rd, s->rec[0], STAGE_EMPTY, STAGE_HOLE);
	expect_response(s, 0, STAGE_HOLE, RSI_ACCEPT);
	expect_run(s, STAGE_EMPTY, s->realm.half, STAGE_DESTROYED, RSI_RIPAS_RAM);
	/* The request is over. */
	assert_int_equal(
		call(h, RMI_RTT_SET_RIPAS, s->realm.rd, s->rec[0], STAGE_EMPTY, STAGE_HOLE),
		RMI_ERROR_INPUT);
}

static void a_change_may_be_partial_or_rejected(void **state)
{
	struct stage *s = *state;

	ask(s, STAGE_NEXT, RSI_RIPAS_RAM, 0);
	expect_response(s, 0, STAGE_EMPTY, RSI_ACCEPT);
	ask(s, STAGE_NEXT, RSI_RIPAS_RAM, 0);
	expect_response(s, RMI_REC_ENTER_FLAG_RIPAS_RESPONSE, STAGE_EMPTY, RSI_REJECT);
	/* It stops at the destroyed page. */
	ask(s, STAGE_NEXT, RSI_RIPAS_RAM, 0);
	OK(&s->host, RMI_RTT_SET_RIPAS, s->realm.rd, s->rec[0], STAGE_EMPTY, STAGE_NEXT);
	expect_response(s, RMI_REC_ENTER_FLAG_RIPAS_RESPONSE, STAGE_DESTROYED, RSI_REJECT);
	/* Rejection of EMPTY is ignored, and of what was done. */
	ask(s, STAGE_NEXT, RSI_RIPAS_EMPTY, 0);
	expect_response(s, RMI_REC_ENTER_FLAG_RIPAS_RESPONSE, STAGE_EMPTY, RSI_ACCEPT);
	ask(s, STAGE_HOLE, RSI_RIPAS_RAM, 0);
	OK(&s->host, RMI_RTT_SET_RIPAS, s->realm.rd, s->rec[0], STAGE_EMPTY, STAGE_HOLE);
	expect_response(s, RMI_REC_ENTER_FLAG_RIPAS_RESPONSE, STAGE_HOLE, RSI_ACCEPT);
}

/* How far the Host gets over the destroyed page with these flags. */
static uint64_t reach(struct stage *s, uint64_t ripas, uint64_t flags)
{
	ask(s, STAGE_NEXT, ripas, flags);
	OK(&s->host, RMI_RTT_SET_RIPAS, s->realm.rd, s->rec[0], STAGE_EMPTY, STAGE_NEXT);
	steps_enter(&s->steps, s->rec[0]);
	return result(s, 1);
}

static void ripas_flags_exact(void **state)
{
	struct stage *s = *state;

	assert_int_equal(reach(s, RSI_RIPAS_RAM, 0), STAGE_DESTROYED);
	assert_int_equal(reach(s, RSI_RIPAS_RAM, 3), STAGE_NEXT);
	stage_quirks(s, "ripas-flags-exact");
	assert_int_equal(reach(s, RSI_RIPAS_RAM, 3), STAGE_DESTROYED);
	assert_int_equal(reach(s, RSI_RIPAS_RAM, 1), STAGE_NEXT);
}

static void ripas_args_32(void **state)
{
	const uint64_t high = UINT64_C(1) << 32;
	struct stage *s = *state;

	REALM_ALONE(s, "ripas_valid", INPUT, SMC_RSI_IPA_STATE_SET, STAGE_EMPTY, STAGE_HOLE,
		    high | 1, 0);
	stage_quirks(s, "ripas-args-32");
	assert_int_equal(reach(s, high | RSI_RIPAS_RAM, high), STAGE_DESTROYED);
	stage_quirks(s, "ripas-args-32", "ripas-flags-exact");
	assert_int_equal(reach(s, high | RSI_RIPAS_RAM, high | 1), STAGE_NEXT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(get_finds_the_end_of_a_run_inside_one_table),
		TEST(a_bad_range_is_refused),
		TEST(the_first_wrong_argument_is_reported),
		TEST(a_change_is_answered_at_the_next_entry),
		TEST(a_change_may_be_partial_or_rejected),
		TEST(ripas_flags_exact),
		TEST(ripas_args_32),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
