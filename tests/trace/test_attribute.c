/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/trace/file.h"
#include "trace/attribute.h"

#define BIT(quirk) ((smc_quirks)1 << QUIRK_##quirk)

/* Replays the text under the default profile and attributes; returns the number of mismatches. */
static size_t run(char *text, struct attribute_memory *memory, struct attribution *attribution)
{
	const struct replay_options options = {.profile = "default"};
	struct replay_result result;
	struct trace_error error;
	struct trace *trace = file_read_text(text, false, &error);
	size_t mismatches;

	free(text);
	assert_non_null(trace);
	assert_true(replay(trace, &options, &result, &error));
	assert_true(attribute(trace, &options, &result, memory, attribution, &error));
	mismatches = result.mismatches;
	replay_result_free(&result);
	trace_free(trace);
	return mismatches;
}

static size_t calls_of(const struct attribution *attribution, smc_quirks quirks)
{
	size_t calls = 0;

	for (size_t i = 0; i < attribution->count; i++) {
		if (attribution->rows[i].quirks == quirks)
			calls += attribution->rows[i].calls;
	}
	return calls;
}

/* Recordings of one run may need more sets than one profile has quirks. */
static void rows_of_many_recordings_add_up(void **state)
{
	struct attribution sum = {.count = 0};
	size_t calls = 0;

	(void)state;
	for (unsigned int round = 0; round < 2; round++) {
		for (smc_quirks set = 1; set <= 200; set++)
			assert_true(attribution_add(&sum, set, (size_t)set));
	}
	assert_int_equal(sum.count, 200);
	for (size_t i = 0; i < sum.count; i++)
		calls += sum.rows[i].calls;
	assert_int_equal(calls, 2 * 200 * 201 / 2);
	attribution_free(&sum);
	assert_null(sum.rows);
}

static void a_difference_is_caused_by_one_quirk(void **state)
{
	struct attribute_memory memory = {.count = 0};
	struct attribution attribution;

	(void)state;
	assert_int_equal(run(file_recording("attest-01"), &memory, &attribution), 2);
	assert_int_equal(attribution.unattributed, 0);
	assert_int_equal(attribution.count, 1);
	assert_int_equal(calls_of(&attribution, BIT(token_399)), 2);
	assert_int_equal(memory.count, 1);
	assert_true(memory.sets[0] == BIT(token_399));
	attribution_free(&attribution);
}

static void independent_quirks_are_told_apart(void **state)
{
	struct attribute_memory memory = {.count = 0};
	struct attribution attribution;

	(void)state;
	assert_int_equal(run(file_recording("s2ap-01"), &memory, &attribution), 6);
	assert_int_equal(attribution.unattributed, 0);
	assert_int_equal(calls_of(&attribution, BIT(s2ap_base_lost)), 4);
	assert_int_equal(calls_of(&attribution, BIT(s2ap_response_raw)), 2);
	attribution_free(&attribution);
}

/* The recording up to a call: every attribution replays it some dozen times. */
static char *first_lines(char *text, unsigned int lines)
{
	char *end = text;

	while (lines-- && (end = strchr(end, '\n')) != NULL)
		end++;
	assert_non_null(end);
	*end = '\0';
	return text;
}

static void a_call_may_need_several_quirks(void **state)
{
	/* X1 of the call is the index of the entry, X3 the code 5: tf-rmm-quirks.md#3 (W5). */
	struct attribute_memory memory = {.count = 0};
	struct attribution attribution;

	(void)state;
	assert_true(run(first_lines(file_recording("random-02"), 830), &memory, &attribution) > 0);
	assert_int_equal(attribution.unattributed, 0);
	assert_int_equal(calls_of(&attribution, BIT(aux_map_entry_index) | BIT(aux_destroyed_code)),
			 1);
	attribution_free(&attribution);
}

static void what_no_quirk_explains_is_unattributed(void **state)
{
	struct attribute_memory memory = {.count = 0};
	struct attribution attribution;
	char *text = file_edit(file_recording("attest-01"),
			       "[\"0x880201000\"],\"ret\":[\"0x0\"]}\n{\"i\":2",
			       "[\"0x880201000\"],\"ret\":[\"0x1\"]}\n{\"i\":2");

	(void)state;
	assert_int_equal(run(text, &memory, &attribution), 3);
	assert_int_equal(attribution.count, 0);
	assert_int_equal(attribution.unattributed, 3);
	attribution_free(&attribution);
}

static void nothing_is_attributed_under_the_recordings_own_profile(void **state)
{
	const struct replay_options options = {.profile = "tf-rmm-0.8"};
	struct attribute_memory memory = {.count = 0};
	struct attribution attribution;
	struct replay_result result;
	struct trace_error error;
	char *text = file_recording("life-01");
	struct trace *trace = file_read_text(text, false, &error);

	(void)state;
	free(text);
	assert_true(replay(trace, &options, &result, &error));
	assert_true(attribute(trace, &options, &result, &memory, &attribution, &error));
	assert_int_equal(attribution.count, 0);
	assert_int_equal(attribution.unattributed, 0);
	replay_result_free(&result);
	trace_free(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_many_recordings_add_up),
		cmocka_unit_test(a_difference_is_caused_by_one_quirk),
		cmocka_unit_test(independent_quirks_are_told_apart),
		cmocka_unit_test(a_call_may_need_several_quirks),
		cmocka_unit_test(what_no_quirk_explains_is_unattributed),
		cmocka_unit_test(nothing_is_attributed_under_the_recordings_own_profile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
