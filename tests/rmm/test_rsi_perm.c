/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory permissions of the Planes: rsi.md#4, planes.md#5, planes.md#7 */
#include "tests/support/stage.h"

#define INPUT RSI_ERROR_INPUT
#define BASE  STAGE_RAM
#define MID   STAGE_RAM2
#define TOP   STAGE_EMPTY

/* Three Planes with a tree each: trees 0, 1, 2. */
static int set_up(void **state)
{
	const struct host_realm_options options = {.planes = 3};

	return stage_setup(state, &options);
}

static uint64_t result(const struct stage *s, unsigned int n)
{
	return steps_last(&s->steps, 0)->context.x[n];
}

static uint64_t get_value(struct stage *s, uint64_t plane, uint64_t index)
{
	assert_int_equal(realm_call(s, SMC_RSI_MEM_GET_PERM_VALUE, plane, index), 0);
	return result(s, 1);
}

static void values_at_creation(void **state)
{
	struct stage *s = *state;

	for (unsigned int index = 0; index < RSI_PERM_INDICES; index++) {
		assert_int_equal(get_value(s, 0, index), RSI_PERM_RW_UPX);
		assert_int_equal(get_value(s, 1, index), RSI_PERM_NO_ACCESS);
		assert_int_equal(get_value(s, 2, index), RSI_PERM_NO_ACCESS);
	}
}

static void a_value_belongs_to_one_plane_and_index(void **state)
{
	struct stage *s = *state;

	assert_int_equal(realm_call(s, SMC_RSI_MEM_SET_PERM_VALUE, 2, 7, RSI_PERM_RO_UX), 0);
	assert_int_equal(get_value(s, 2, 7), RSI_PERM_RO_UX);
	assert_int_equal(get_value(s, 2, 6), RSI_PERM_NO_ACCESS);
	assert_int_equal(get_value(s, 1, 7), RSI_PERM_NO_ACCESS);
	assert_int_equal(get_value(s, 0, 7), RSI_PERM_RW_UPX);
}

static void a_bad_value_is_refused(void **state)
{
	struct stage *s = *state;

	REALM_ALONE(s, "plane_bound", INPUT, SMC_RSI_MEM_GET_PERM_VALUE, 3, 1);
	REALM_ALONE(s, "index_bound", INPUT, SMC_RSI_MEM_GET_PERM_VALUE, 1, 15);
	REALM_WINS(s, "plane_bound", "index_bound", INPUT, SMC_RSI_MEM_GET_PERM_VALUE, UINT64_MAX,
		   UINT64_MAX);
	REALM_ALONE(s, "plane_bound", INPUT, SMC_RSI_MEM_SET_PERM_VALUE, 0, 1, RSI_PERM_RO);
	REALM_ALONE(s, "plane_bound", INPUT, SMC_RSI_MEM_SET_PERM_VALUE, 3, 1, RSI_PERM_RO);
	REALM_ALONE(s, "index_bound", INPUT, SMC_RSI_MEM_SET_PERM_VALUE, 1, 15, RSI_PERM_RO);
	REALM_ALONE(s, "index_locked", INPUT, SMC_RSI_MEM_SET_PERM_VALUE, 1, 0, RSI_PERM_RO);
	REALM_ALONE(s, "label_supp", INPUT, SMC_RSI_MEM_SET_PERM_VALUE, 1, 1, 16);
	REALM_WINS(s, "plane_bound", "index_bound", INPUT, SMC_RSI_MEM_SET_PERM_VALUE, 0, 15, 16);
	REALM_WINS(s, "index_locked", "label_supp", INPUT, SMC_RSI_MEM_SET_PERM_VALUE, 1, 0, 16);
}

static void perm_index_32(void **state)
{
	const uint64_t high = UINT64_C(1) << 32;
	struct stage *s = *state;

	REALM_ALONE(s, "index_bound", INPUT, SMC_RSI_MEM_SET_PERM_VALUE, 1, high | 3, RSI_PERM_RO);
	REALM_ALONE(s, "index_bound", INPUT, SMC_RSI_MEM_GET_PERM_VALUE, 1, high | 3);
	REALM_ALONE(s, "index_bound", INPUT, SMC_RSI_MEM_SET_PERM_INDEX, BASE, TOP, high | 3, 0);
	stage_quirks(s, "perm-index-32");
	assert_int_equal(realm_call(s, SMC_RSI_MEM_SET_PERM_VALUE, 1, high | 3, RSI_PERM_RO),
			 RSI_SUCCESS);
	assert_int_equal(get_value(s, 1, high | 3), RSI_PERM_RO);
	assert_int_equal(get_value(s, 1, 3), RSI_PERM_RO);
	/* The Host is asked for the index that is left. */
	steps_smc(&s->steps, SMC_RSI_MEM_SET_PERM_INDEX, BASE, TOP, high | 3, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_S2AP_CHANGE);
}

static void perm_value_unchecked(void **state)
{
	static const uint64_t labels[] = {1, 2, 3, 5, 6, 7};
	struct stage *s = *state;

	for (unsigned int i = 0; i < 6; i++)
		REALM_ALONE(s, "label_supp", INPUT, SMC_RSI_MEM_SET_PERM_VALUE, 1, 1, labels[i]);
	stage_quirks(s, "perm-value-unchecked");
	for (unsigned int i = 0; i < 6; i++) {
		assert_int_equal(realm_call(s, SMC_RSI_MEM_SET_PERM_VALUE, 1, 1, labels[i]), 0);
		assert_int_equal(get_value(s, 1, 1), labels[i]);
	}
	/* TF-RMM stops here. */
	REALM_ALONE(s, "label_supp", INPUT, SMC_RSI_MEM_SET_PERM_VALUE, 1, 1, 16);
}

/* --- RSI_MEM_SET_PERM_INDEX --------------------------------------------------------------------- */

static void a_bad_index_request_is_refused(void **state)
{
	struct stage *s = *state;

#define SET_INDEX SMC_RSI_MEM_SET_PERM_INDEX
	REALM_ALONE(s, "base_align", INPUT, SET_INDEX, BASE + 8, TOP, 1, 0);
	REALM_ALONE(s, "top_align", INPUT, SET_INDEX, BASE, TOP + 8, 1, 0);
	REALM_ALONE(s, "size_valid", INPUT, SET_INDEX, TOP, TOP, 1, 0);
	REALM_ALONE(s, "rgn_bound", INPUT, SET_INDEX, BASE, s->realm.half + 0x1000, 1, 0);
	REALM_ALONE(s, "index_bound", INPUT, SET_INDEX, BASE, TOP, 15, 0);
	REALM_ALONE(s, "cookie_valid", INPUT, SET_INDEX, BASE, TOP, 1, 4);
	REALM_ALONE(s, "cookie_valid", INPUT, SET_INDEX, BASE, TOP, 1, MID | 1);
	REALM_WINS(s, "base_align", "top_align", INPUT, SET_INDEX, BASE + 8, TOP + 8, 1, 0);
	REALM_WINS(s, "rgn_bound", "index_bound", INPUT, SET_INDEX, BASE, s->realm.half + 0x1000,
		   15, 0);
	REALM_WINS(s, "index_bound", "cookie_valid", INPUT, SET_INDEX, BASE, TOP, 15, 4);
}

static void s2ap_cookie_off_by_one(void **state)
{
	struct stage *s = *state;

	REALM_ALONE(s, "cookie_valid", INPUT, SET_INDEX, BASE, TOP, 1, BASE | 3);
	stage_quirks(s, "s2ap-cookie-off-by-one");
	REALM_ALONE(s, "cookie_valid", INPUT, SET_INDEX, BASE, TOP, 1, BASE | 4);
	steps_smc(&s->steps, SET_INDEX, BASE, TOP, 1, BASE | 3);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_S2AP_CHANGE);
	/* There is no such tree: nothing but an answer may come of it. */
	call(&s->host, RMI_RTT_SET_S2AP, s->realm.rd, s->rec[0], BASE, TOP);
}

/* The Realm asks; the exit shows the range only. */
static void ask(struct stage *s, uint64_t base, uint64_t index, uint64_t cookie)
{
	steps_smc(&s->steps, SET_INDEX, base, TOP, index, cookie);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 1);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_S2AP_CHANGE);
	assert_int_equal(s->host.exit.s2ap_base, base);
	assert_int_equal(s->host.exit.s2ap_top, TOP);
	assert_int_equal(s->host.exit.rtt_tree | s->host.exit.gprs[0], 0);
}

static void change(struct stage *s, uint64_t base, uint64_t top)
{
	OK(&s->host, RMI_RTT_SET_S2AP, s->realm.rd, s->rec[0], base, top);
	assert_int_equal(OUT(&s->host, 1), top);
}

static void expect_answer(struct stage *s, uint64_t flags, uint64_t base,
			  enum rsi_response response, uint64_t cookie)
{
	s->steps.enter.flags = flags;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(result(s, 0), RSI_SUCCESS);
	assert_int_equal(result(s, 1), base);
	assert_int_equal(result(s, 2), response);
	assert_int_equal(result(s, 3), cookie);
}

static void build_aux_tables(struct stage *s)
{
	host_tables(&s->host, &s->realm, 1, BASE, 3);
	host_tables(&s->host, &s->realm, 2, BASE, 3);
}

static void a_change_goes_from_tree_to_tree(void **state)
{
	struct stage *s = *state;

	build_aux_tables(s);
	ask(s, BASE, 3, 0);
	change(s, BASE, TOP);
	expect_answer(s, 0, BASE, RSI_ACCEPT, BASE | 1);
	ask(s, BASE, 3, BASE | 1);
	change(s, BASE, TOP);
	expect_answer(s, 0, BASE, RSI_ACCEPT, BASE | 2);
	ask(s, BASE, 3, BASE | 2);
	change(s, BASE, TOP);
	expect_answer(s, 0, TOP, RSI_ACCEPT, 0);
	/* Its overlay index cannot change any more. */
	REALM_ALONE(s, "index_locked", INPUT, SMC_RSI_MEM_SET_PERM_VALUE, 1, 3, RSI_PERM_RO);
}

static void no_progress_stays_in_the_tree(void **state)
{
	struct stage *s = *state;

	ask(s, BASE, 3, 0);
	expect_answer(s, 0, BASE, RSI_ACCEPT, BASE);
	/* [T]: locked even so. */
	REALM_ALONE(s, "index_locked", INPUT, SMC_RSI_MEM_SET_PERM_VALUE, 1, 3, RSI_PERM_RO);
	ask(s, BASE, 4, BASE | 2);
	expect_answer(s, RMI_REC_ENTER_FLAG_S2AP_RESPONSE, BASE, RSI_REJECT, BASE | 2);
	assert_int_equal(realm_call(s, SMC_RSI_MEM_SET_PERM_VALUE, 1, 4, RSI_PERM_RO), 0);
}

/* In two calls of the Realm: tree 0 ends where the second one does. */
static void change_in_two_parts(struct stage *s)
{
	ask(s, BASE, 3, 0);
	change(s, BASE, MID);
	expect_answer(s, 0, MID, RSI_ACCEPT, MID);
	ask(s, MID, 3, MID);
	change(s, MID, TOP);
}

static void s2ap_base_lost(void **state)
{
	struct stage *s = *state;

	change_in_two_parts(s);
	expect_answer(s, 0, BASE, RSI_ACCEPT, BASE | 1);
	stage_quirks(s, "s2ap-base-lost");
	change_in_two_parts(s);
	expect_answer(s, 0, MID, RSI_ACCEPT, MID | 1);
}

static void a_forged_cookie_starts_a_sequence_of_its_own(void **state)
{
	struct stage *s = *state;

	build_aux_tables(s);
	ask(s, BASE, 3, 0);
	change(s, BASE, MID);
	expect_answer(s, 0, MID, RSI_ACCEPT, MID);
	/* The Realm forgets about it and asks for another tree. */
	ask(s, MID, 3, MID | 1);
	change(s, MID, TOP);
	expect_answer(s, 0, MID, RSI_ACCEPT, MID | 2);
}

static void s2ap_response_raw(void **state)
{
	struct stage *s = *state;

	ask(s, BASE, 3, 0);
	change(s, BASE, TOP);
	expect_answer(s, RMI_REC_ENTER_FLAG_S2AP_RESPONSE, BASE, RSI_ACCEPT, BASE | 1);
	stage_quirks(s, "s2ap-response-raw");
	ask(s, BASE, 3, 0);
	change(s, BASE, TOP);
	expect_answer(s, RMI_REC_ENTER_FLAG_S2AP_RESPONSE, BASE, RSI_REJECT, BASE | 1);
}

static void one_shared_tree_has_no_cookies(void **state)
{
	struct stage *s = *state;

	s->options = (struct host_realm_options){.planes = 3, .shared_tree = true};
	stage_reopen(s, NULL);
	REALM_ALONE(s, "cookie_valid", INPUT, SET_INDEX, BASE, TOP, 1, BASE);
	ask(s, BASE, 3, 0);
	change(s, BASE, MID);
	expect_answer(s, 0, MID, RSI_ACCEPT, 0);
	ask(s, MID, 3, 0);
	change(s, MID, TOP);
	expect_answer(s, 0, TOP, RSI_ACCEPT, 0);
}

static void a_realm_without_planes_can_ask_too(void **state)
{
	struct stage *s = *state;

	s->options = (struct host_realm_options){.planes = 1};
	stage_reopen(s, NULL);
	ask(s, BASE, 0, 0);
	change(s, BASE, TOP);
	expect_answer(s, 0, TOP, RSI_ACCEPT, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_at_creation),
		TEST(a_value_belongs_to_one_plane_and_index),
		TEST(a_bad_value_is_refused),
		TEST(perm_index_32),
		TEST(perm_value_unchecked),
		TEST(a_bad_index_request_is_refused),
		TEST(s2ap_cookie_off_by_one),
		TEST(a_change_goes_from_tree_to_tree),
		TEST(no_progress_stays_in_the_tree),
		TEST(s2ap_base_lost),
		TEST(a_forged_cookie_starts_a_sequence_of_its_own),
		TEST(s2ap_response_raw),
		TEST(one_shared_tree_has_no_cookies),
		TEST(a_realm_without_planes_can_ask_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
