/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/trace/file.h"
#include "trace/fields.h"

/*
 * attest-01 is one small Realm: its REC runs in calls 31 and 32. The tests change one thing in it.
 */
#define ENTER_32 "{\"i\":32,\"op\":\"smc\","
#define IRQ_32   "{\"op\":\"exc\",\"i\":32,\"kind\":\"irq\"}\n"

struct replayed {
	struct trace *trace;
	struct replay_result result;
};

static struct replayed replay_text(char *text, const struct replay_options *options)
{
	struct replayed replayed;
	struct trace_error error;

	replayed.trace = file_read_text(text, false, &error);
	free(text);
	if (!replayed.trace || !replay(replayed.trace, options, &replayed.result, &error))
		fail_msg("%zu:%zu: %s", error.line, error.column, error.text);
	return replayed;
}

static struct replayed replay_edited(const char *old, const char *with)
{
	const struct replay_options options = {.keep = 5};

	return replay_text(file_edit(file_recording("attest-01"), old, with), &options);
}

static void drop(struct replayed *replayed)
{
	replay_result_free(&replayed->result);
	trace_free(replayed->trace);
}

/* The only mismatch: of call `i`, with one difference. */
static const struct replay_difference *single(const struct replayed *replayed, uint64_t i)
{
	const struct replay_result *result = &replayed->result;

	assert_int_equal(result->mismatches, 1);
	assert_int_equal(result->kept_count, 1);
	assert_int_equal(result->kept[0].call->smc->i, i);
	assert_int_equal(result->kept[0].count, 1);
	assert_int_equal(replayed->trace->calls[result->first_call].smc->i, i);
	assert_int_equal(result->verdicts[result->first_call], REPLAY_DIFFERS);
	return &result->kept[0].differences[0];
}

static void a_recording_is_answered_identically(void **state)
{
	const struct replay_options options = {.keep = 5, .strict = true};
	struct replayed r = replay_text(file_recording("attest-01"), &options);

	(void)state;
	assert_int_equal(r.result.calls, 60);
	assert_int_equal(r.result.mismatches, 0);
	assert_int_equal(r.result.not_modelled, 0);
	assert_true(r.result.first == REPLAY_NOWHERE);
	drop(&r);
}

static void a_result_register_that_differs_is_a_mismatch(void **state)
{
	struct replayed r =
		replay_edited("\"x\":[\"0x880200000\"],\"ret\":[\"0x0\"]}\n{\"i\":1,",
			      "\"x\":[\"0x880200000\"],\"ret\":[\"0x0\",\"0x9\"]}\n{\"i\":1,");
	const struct replay_difference *d = single(&r, 0);

	(void)state;
	assert_int_equal(d->what, REPLAY_RESULT);
	assert_int_equal(d->index, 1);
	assert_int_equal(d->expected, 9);
	assert_int_equal(d->actual, 0);
	assert_int_equal(d->line, 2);
	assert_null(r.result.kept[0].explanation);
	drop(&r);
}

static void a_refusal_comes_with_its_reason(void **state)
{
	struct replayed r =
		replay_edited("[\"0x880200000\",\"0x0\",\"0x10000\"],\"ret\":[\"0x104\"]",
			      "[\"0x880200000\",\"0x0\",\"0x10000\"],\"ret\":[\"0x0\"]");
	const struct replay_difference *d = single(&r, 3);

	(void)state;
	assert_int_equal(d->what, REPLAY_RESULT);
	assert_int_equal(d->actual, 0x104);
	assert_non_null(r.result.kept[0].explanation);
	assert_non_null(strstr(r.result.kept[0].explanation, "RTT_INIT_RIPAS"));
	drop(&r);
}

static void a_realm_register_counts_against_its_rec_enter(void **state)
{
	struct replayed r = replay_edited("\"6\":\"0x6\",\"7\":\"0x7\",\"8\":\"0x8\"}",
					  "\"6\":\"0x6\",\"7\":\"0x77\",\"8\":\"0x8\"}");
	const struct replay_difference *d = single(&r, 32);

	(void)state;
	assert_int_equal(d->what, REPLAY_REGISTER);
	assert_int_equal(d->index, 7);
	assert_int_equal(d->expected, 0x77);
	assert_int_equal(d->actual, 7);
	assert_int_equal(d->command, RSI_ATTESTATION_TOKEN_INIT);
	drop(&r);
}

static void pc_pstate_and_plane_are_compared(void **state)
{
	static const struct {
		const char *old, *with;
		enum replay_what what;
	} rows[] = {
		{"\"plane\":0,\"pc\":\"0x2030\"", "\"plane\":0,\"pc\":\"0x2034\"", REPLAY_PC},
		{"\"pc\":\"0x2030\",\"pstate\":\"0x3c5\"", "\"pc\":\"0x2030\",\"pstate\":\"0x3c4\"",
		 REPLAY_PSTATE},
		{"\"plane\":0,\"pc\":\"0x2030\"", "\"plane\":1,\"pc\":\"0x2030\"", REPLAY_PLANE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct replayed r = replay_edited(rows[i].old, rows[i].with);

		assert_int_equal(single(&r, 32)->what, rows[i].what);
		drop(&r);
	}
}

static void host_memory_that_differs_has_the_name_of_its_field(void **state)
{
	struct replayed r =
		replay_edited("\"b64\":\"AQAAAAAAAAA=\"}]}]}\n{\"op\":\"run\",\"i\":32",
			      "\"b64\":\"AgAAAAAAAAA=\"}]}]}\n{\"op\":\"run\",\"i\":32");
	const struct replay_difference *d = single(&r, 31);
	char name[64];

	(void)state;
	assert_int_equal(d->what, REPLAY_MEMORY);
	assert_int_equal(d->pa, 0x8f001800);
	assert_int_equal(d->ipa, 0);
	assert_int_equal(d->expected, 2);
	assert_int_equal(d->actual, 1);
	assert_string_equal(d->structure, "RmiRecRun");
	assert_string_equal(field_name(d->structure, d->offset, name, sizeof(name)),
			    "exit.exit_reason");
	drop(&r);
}

static void memory_that_the_recording_did_not_write_must_stay(void **state)
{
	/* The exit of call 31 is not in the recording any more: the model's is too much. */
	struct replayed r = replay_edited(
		",\"out\":[{\"pa\":\"0x8f001000\",\"off\":\"0x800\",\"len\":2048,\"fill\":\"0x0\","
		"\"set\":[{\"off\":\"0x0\",\"b64\":\"AQAAAAAAAAA=\"}]}]}\n{\"op\":\"run\",\"i\":32",
		"}\n{\"op\":\"run\",\"i\":32");
	const struct replay_difference *d = single(&r, 31);

	(void)state;
	assert_int_equal(d->what, REPLAY_MEMORY);
	assert_int_equal(d->expected, 0);
	assert_int_equal(d->actual, 1);
	drop(&r);
}

static void a_realm_that_goes_on_too_long_is_a_mismatch(void **state)
{
	struct replayed r = replay_edited(
		IRQ_32,
		"{\"op\":\"rsi\",\"i\":32,\"fid\":\"0xc4000190\",\"x\":[\"0x10001\"]}\n"
		"{\"op\":\"run\",\"i\":32,\"plane\":0,\"pc\":\"0x2038\",\"pstate\":\"0x3c5\","
		"\"x\":{\"1\":\"0x10001\",\"2\":\"0x10001\",\"4\":\"0x298d440e367ceac9\"}}\n"
		"{\"op\":\"exc\",\"i\":32,\"kind\":\"irq\"}\n"
		"{\"op\":\"run\",\"i\":32,\"plane\":0,\"pc\":\"0x2038\",\"pstate\":\"0x3c5\","
		"\"x\":{\"1\":\"0x10001\",\"2\":\"0x10001\",\"4\":\"0x298d440e367ceac9\"}}\n"
		"{\"op\":\"exc\",\"i\":32,\"kind\":\"irq\"}\n");

	(void)state;
	assert_int_equal(single(&r, 32)->what, REPLAY_LEFT);
	drop(&r);
}

static void a_realm_that_leaves_too_early_is_a_mismatch(void **state)
{
	struct replayed r = replay_edited(
		IRQ_32, "{\"op\":\"rsi\",\"i\":32,\"fid\":\"0xc4000190\",\"x\":[\"0x10001\"]}\n");

	(void)state;
	assert_int_equal(single(&r, 32)->what, REPLAY_STAYED);
	drop(&r);
}

static void a_recording_cannot_store_into_the_monitors_memory(void **state)
{
	/* 0x880200000 is the Realm descriptor. */
	struct replayed r = replay_edited(
		IRQ_32, "{\"op\":\"exc\",\"i\":32,\"kind\":\"irq\",\"in\":[{\"ipa\":\"0x2000\","
			"\"pa\":\"0x880200000\",\"len\":4096,\"fill\":\"0xff\"}]}\n");
	const struct replay_difference *d = single(&r, 32);

	(void)state;
	assert_int_equal(d->what, REPLAY_STORE);
	assert_int_equal(d->pa, 0x880200000);
	drop(&r);
}

static void host_content_must_be_non_secure(void **state)
{
	/* 0x80100000 is the REC: the recorded RMM cannot have read it as Host memory. */
	struct replayed r = replay_edited(
		"{\"i\":33,",
		"{\"i\":33,\"in\":[{\"pa\":\"0x80100000\",\"len\":8,\"fill\":\"0x1\"}],");

	(void)state;
	assert_int_equal(single(&r, 33)->what, REPLAY_STORE);
	drop(&r);
}

static void calls_of_other_pes_run_while_the_realm_does(void **state)
{
	/* The REC is running: it can neither be entered again nor be destroyed. */
	struct replayed r = replay_edited(
		IRQ_32, "{\"i\":100,\"op\":\"smc\",\"cpu\":1,\"during\":32,\"fid\":\"0xc400015c\","
			"\"x\":[\"0x80100000\",\"0x8f001000\"],\"ret\":[\"0x3\"]}\n"
			"{\"i\":101,\"op\":\"smc\",\"cpu\":2,\"during\":32,\"fid\":\"0xc400015b\","
			"\"x\":[\"0x80100000\"],\"ret\":[\"0x3\"]}\n" IRQ_32);

	(void)state;
	assert_int_equal(r.result.calls, 62);
	assert_int_equal(r.result.mismatches, 0);
	drop(&r);
}

static void what_is_not_modelled_is_counted_apart(void **state)
{
	static const char pdev[] = "{\"i\":200,\"op\":\"smc\",\"fid\":\"0xc4000176\","
				   "\"x\":[\"0x1\"],\"ret\":[\"0x77\"]}\n{\"i\":33,";
	struct replay_options options = {.keep = 5};
	struct replayed r;

	(void)state;
	if (rmmsim_implemented("RMI", "PDEV_CREATE"))
		skip();
	r = replay_edited("{\"i\":33,", pdev);
	assert_int_equal(r.result.calls, 61);
	assert_int_equal(r.result.mismatches, 0);
	assert_int_equal(r.result.not_modelled, 1);
	drop(&r);
	options.strict = true;
	r = replay_text(file_edit(file_recording("attest-01"), "{\"i\":33,", pdev), &options);
	assert_int_equal(single(&r, 200)->what, REPLAY_UNMODELLED);
	assert_int_equal(r.result.not_modelled, 0);
	drop(&r);
}

static void a_realm_gets_the_recorded_result_of_what_is_not_modelled(void **state)
{
	/* RSI_RDEV_GET_STATE answers 0x55, a value that no model would think of. */
	struct replayed r;

	(void)state;
	if (rmmsim_implemented("RSI", "RDEV_GET_STATE"))
		skip();
	r = replay_edited(
		IRQ_32,
		"{\"op\":\"rsi\",\"i\":32,\"fid\":\"0xc40001a8\",\"x\":[\"0x1\",\"0x2\"]}\n"
		"{\"op\":\"run\",\"i\":32,\"plane\":0,\"pc\":\"0x2038\",\"pstate\":\"0x3c5\","
		"\"x\":{\"0\":\"0x55\",\"4\":\"0x1234\"}}\n"
		"{\"op\":\"rsi\",\"i\":32,\"fid\":\"0xc4000190\",\"x\":[\"0x10001\"]}\n"
		"{\"op\":\"run\",\"i\":32,\"plane\":0,\"pc\":\"0x203c\",\"pstate\":\"0x3c5\","
		"\"x\":{\"1\":\"0x10001\",\"2\":\"0x10001\",\"4\":\"0x1234\"}}\n" IRQ_32);
	assert_int_equal(r.result.mismatches, 0);
	assert_int_equal(r.result.not_modelled, 1);
	drop(&r);
}

static void strict_replay_compares_what_was_read(void **state)
{
	const struct replay_options options = {.keep = 5, .strict = true};
	struct replayed r;

	(void)state;
	r = replay_text(file_edit(file_recording("attest-01"),
				  "{\"i\":0,\"op\":\"smc\",\"fid\":\"0xc4000151\",",
				  "{\"i\":0,\"op\":\"smc\",\"fid\":\"0xc4000151\","
				  "\"in\":[{\"pa\":\"0x8f000000\",\"len\":8,\"fill\":\"0x1\"}],"),
			&options);
	assert_int_equal(single(&r, 0)->what, REPLAY_UNREAD);
	drop(&r);
	r = replay_text(
		file_edit(file_recording("attest-01"),
			  "\"in\":[{\"pa\":\"0x8f002000\",\"len\":4096,\"fill\":\"0xb1\"}],", ""),
		&options);
	assert_int_equal(r.result.kept[0].differences[0].what, REPLAY_READ);
	assert_int_equal(r.result.kept[0].differences[0].pa, 0x8f002000);
	drop(&r);
}

static void a_machine_that_cannot_be_built_is_an_error(void **state)
{
	const struct replay_options options = {.keep = 0};
	struct replay_result result;
	struct trace_error error;
	char *text = file_edit(file_recording("attest-01"), "\"rec_aux_count\":16",
			       "\"rec_aux_count\":0");
	struct trace *trace = file_read_text(text, false, &error);

	(void)state;
	assert_non_null(trace);
	assert_false(replay(trace, &options, &result, &error));
	assert_int_equal(error.line, 1);
	assert_non_null(strstr(error.text, "cannot build this machine"));
	trace_free(trace);
	free(text);
}

static void nothing_moves_while_only_the_first_difference_is_wanted(void **state)
{
	const struct replay_options options = {.stop = true};
	char *text = file_edit(file_recording("attest-01"),
			       "[\"0x880201000\"],\"ret\":[\"0x0\"]}\n{\"i\":2",
			       "[\"0x880201000\"],\"ret\":[\"0x1\"]}\n{\"i\":2");
	struct replayed r = replay_text(text, &options);

	(void)state;
	assert_int_equal(r.result.calls, 2);
	assert_int_equal(r.result.first_call, 1);
	assert_int_equal(r.result.kept_count, 0);
	drop(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recording_is_answered_identically),
		cmocka_unit_test(a_result_register_that_differs_is_a_mismatch),
		cmocka_unit_test(a_refusal_comes_with_its_reason),
		cmocka_unit_test(a_realm_register_counts_against_its_rec_enter),
		cmocka_unit_test(pc_pstate_and_plane_are_compared),
		cmocka_unit_test(host_memory_that_differs_has_the_name_of_its_field),
		cmocka_unit_test(memory_that_the_recording_did_not_write_must_stay),
		cmocka_unit_test(a_realm_that_goes_on_too_long_is_a_mismatch),
		cmocka_unit_test(a_realm_that_leaves_too_early_is_a_mismatch),
		cmocka_unit_test(a_recording_cannot_store_into_the_monitors_memory),
		cmocka_unit_test(host_content_must_be_non_secure),
		cmocka_unit_test(calls_of_other_pes_run_while_the_realm_does),
		cmocka_unit_test(what_is_not_modelled_is_counted_apart),
		cmocka_unit_test(a_realm_gets_the_recorded_result_of_what_is_not_modelled),
		cmocka_unit_test(strict_replay_compares_what_was_read),
		cmocka_unit_test(a_machine_that_cannot_be_built_is_an_error),
		cmocka_unit_test(nothing_moves_while_only_the_first_difference_is_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
