/* SPDX-License-Identifier: BSD-3-Clause */
/* Explanations of refused calls, and the coverage of conditions. */
#include <string.h>

#include "tests/support/host.h"

static struct rmmsim_explanation explain(struct host *h)
{
	struct rmmsim_explanation e;

	assert_int_equal(rmmsim_explain(h->sim, 0, &e), RMMSIM_OK);
	return e;
}

static const char *text_of(const struct rmmsim_explanation *e)
{
	static _Thread_local char text[4096];

	assert_in_range(rmmsim_explanation_text(e, text, sizeof(text)), 1, sizeof(text) - 1);
	return text;
}

static void there_is_none_before_the_first_refusal(void **state)
{
	struct rmmsim_explanation e;
	struct host *h = *state;

	host_delegated(h);
	assert_int_equal(rmmsim_explain(h->sim, 0, &e), RMMSIM_ERR_STATE);
	assert_int_equal(rmmsim_explain(h->sim, 99, &e), RMMSIM_ERR_ARGUMENT);
}

static void it_names_the_condition_and_the_registers(void **state)
{
	struct host *h = *state;
	struct rmmsim_explanation e;

	call(h, RMI_GRANULE_DELEGATE, 0x123);
	e = explain(h);
	assert_string_equal(e.command, "GRANULE_DELEGATE");
	assert_string_equal(e.first.id, "gran_align");
	assert_int_equal(e.result, RMI_ERROR_INPUT);
	assert_int_equal(e.x[1], 0x123);
	assert_int_equal(e.call, rmmsim_calls(h->sim));
	assert_false(e.realm);
	assert_non_null(strstr(text_of(&e), "GRANULE_DELEGATE(addr=0x123)"));
	assert_non_null(strstr(text_of(&e), "RMI_ERROR_INPUT"));
}

static void it_names_the_call_that_gave_a_granule_its_state(void **state)
{
	struct host *h = *state;
	struct rmmsim_explanation e;
	uint64_t pa = host_delegated(h), since = rmmsim_calls(h->sim);

	call(h, RMI_VERSION, 0x10001);
	call(h, RMI_GRANULE_DELEGATE, pa);
	e = explain(h);
	assert_int_equal(e.granule, pa);
	assert_string_equal(e.granule_state, "DELEGATED");
	assert_int_equal(e.since_call, since);
	assert_string_equal(e.since_command, "GRANULE_DELEGATE");
	assert_true(e.since_known);
	assert_int_equal(e.since_x[0], pa);
}

static void it_lists_everything_else_that_is_wrong(void **state)
{
	struct host *h = *state;
	struct rmmsim_explanation e;
	struct host_realm r;

	host_realm(h, &r, NULL);
	call(h, RMI_RTT_CREATE, r.rd, 0x11, 0x1001, 9);
	e = explain(h);
	assert_string_equal(e.first.id, "rtt_align");
	assert_int_equal(e.others_count, 1);
	assert_string_equal(e.others[0].id, "level_bound");
	host_realm_end(h, &r);
}

static void it_shows_what_a_walk_found(void **state)
{
	struct host *h = *state;
	struct rmmsim_explanation e;
	struct host_realm r;

	host_realm(h, &r, NULL);
	call(h, RMI_DATA_CREATE_UNKNOWN, r.rd, host_delegated(h), 0x1000);
	e = explain(h);
	assert_string_equal(e.first.id, "rtt_walk");
	assert_int_equal(e.result, RTT(1));
	assert_non_null(strstr(text_of(&e), "walk.level = 0x1"));
	assert_non_null(strstr(text_of(&e), "walk.entry = UNASSIGNED"));
	host_realm_end(h, &r);
}

static void it_names_the_root_that_is_not_delegated(void **state)
{
	const struct host_realm_options trees = {.planes = 3}, wide = {.s2sz = 40};
	struct host *h = *state;
	struct host_realm r;
	uint64_t plain = host_page(h);

	host_realm_params(h, &r, &wide);
	call(h, RMI_GRANULE_UNDELEGATE, r.params.rtt_base + HOST_PAGE);
	call(h, RMI_REALM_CREATE, host_delegated(h),
	     host_page_with(h, &r.params, sizeof(r.params)));
	assert_string_equal(explain(h).first.id, "rtt_state");
	assert_int_equal(explain(h).granule, r.params.rtt_base + HOST_PAGE);
	assert_string_equal(explain(h).since_command, "GRANULE_UNDELEGATE");

	host_realm_params(h, &r, &trees);
	r.params.aux_rtt_base[1] = plain;
	call(h, RMI_REALM_CREATE, host_delegated(h),
	     host_page_with(h, &r.params, sizeof(r.params)));
	assert_string_equal(explain(h).first.id, "aux_rtt_state");
	assert_int_equal(explain(h).granule, plain);
	assert_int_equal(explain(h).since_call, 0);
}

static void an_old_call_is_named_without_its_registers(void **state)
{
	struct rmmsim_config config;
	struct host *h = *state;
	struct rmmsim_explanation e;
	uint64_t pa;

	rmmsim_config_init(&config);
	config.history = 4;
	host_reopen(h, &config);
	pa = host_delegated(h);
	for (int i = 0; i < 8; i++)
		call(h, RMI_VERSION, 0x10001);
	call(h, RMI_GRANULE_DELEGATE, pa);
	e = explain(h);
	assert_false(e.since_known);
	assert_string_equal(e.since_command, "GRANULE_DELEGATE");
	assert_non_null(strstr(text_of(&e), "GRANULE_DELEGATE"));
}

static void it_can_be_switched_off(void **state)
{
	struct rmmsim_explanation e;
	struct rmmsim_config config;
	struct host *h = *state;

	rmmsim_config_init(&config);
	config.explain = false;
	config.history = 0;
	host_reopen(h, &config);
	call(h, RMI_GRANULE_DELEGATE, 1);
	assert_int_equal(rmmsim_explain(h->sim, 0, &e), RMMSIM_ERR_STATE);
}

static void each_pe_has_its_own(void **state)
{
	struct host *h = *state;
	struct rmmsim_explanation e;

	call(h, RMI_GRANULE_DELEGATE, 1);
	h->pe = 1;
	call(h, RMI_GRANULE_UNDELEGATE, 0);
	assert_string_equal(explain(h).first.id, "gran_align");
	assert_int_equal(rmmsim_explain(h->sim, 1, &e), RMMSIM_OK);
	assert_string_equal(e.first.id, "gran_bound");
}

static void a_short_buffer_gets_a_terminated_text(void **state)
{
	struct host *h = *state;
	struct rmmsim_explanation e;
	char text[16];
	size_t length;

	call(h, RMI_GRANULE_DELEGATE, 1);
	e = explain(h);
	length = rmmsim_explanation_text(&e, text, sizeof(text));
	assert_true(length > sizeof(text));
	assert_int_equal(strlen(text), sizeof(text) - 1);
	assert_int_equal(rmmsim_explanation_text(&e, NULL, 0), length);
}

static void coverage_counts_refusals(void **state)
{
	struct host *h = *state;
	struct rmmsim_coverage row;
	uint64_t hits = 0;
	size_t i;

	call(h, RMI_GRANULE_DELEGATE, 1);
	call(h, RMI_GRANULE_DELEGATE, 2);
	for (i = 0; rmmsim_coverage(h->sim, i, &row) == RMMSIM_OK; i++) {
		if (strcmp(row.command, "GRANULE_DELEGATE") == 0 &&
		    strcmp(row.condition, "gran_align") == 0)
			hits = row.hits;
	}
	assert_int_equal(hits, 2);
	assert_int_equal(i, SMC_CONDITION_COUNT - 1);
	assert_int_equal(rmmsim_coverage(h->sim, i, &row), RMMSIM_ERR_RANGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(there_is_none_before_the_first_refusal),
		TEST(it_names_the_condition_and_the_registers),
		TEST(it_names_the_call_that_gave_a_granule_its_state),
		TEST(it_lists_everything_else_that_is_wrong),
		TEST(it_shows_what_a_walk_found),
		TEST(it_names_the_root_that_is_not_delegated),
		TEST(an_old_call_is_named_without_its_registers),
		TEST(it_can_be_switched_off),
		TEST(each_pe_has_its_own),
		TEST(a_short_buffer_gets_a_terminated_text),
		TEST(coverage_counts_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
