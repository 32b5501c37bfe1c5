/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/trace/file.h"
#include "trace/base64.h"
#include "trace/describe.h"
#include "trace/fields.h"
#include "trace/locate.h"

/* The description of the first mismatch of attest-01 with one edit; the caller frees it. */
static char *describe(const char *old, const char *with, json_t **json)
{
	const struct replay_options options = {.keep = 1};
	struct replay_result result;
	struct trace_error error;
	char *text = file_edit(file_recording("attest-01"), old, with), *description = NULL;
	struct trace *trace = file_read_text(text, false, &error);
	size_t size;
	FILE *out = open_memstream(&description, &size);

	free(text);
	assert_true(replay(trace, &options, &result, &error));
	assert_int_equal(result.kept_count, 1);
	describe_mismatch(out, &result.kept[0], false);
	fclose(out);
	*json = describe_mismatch_json(&result.kept[0]);
	assert_non_null(*json);
	replay_result_free(&result);
	trace_free(trace);
	return description;
}

static void check(const char *old, const char *with, const char *const *parts)
{
	json_t *json;
	char *text = describe(old, with, &json);

	for (; *parts; parts++) {
		if (!strstr(text, *parts))
			fail_msg("\"%s\" is not in:\n%s", *parts, text);
	}
	assert_true(json_integer_value(json_object_get(json, "difference_count")) > 0);
	assert_non_null(json_string_value(json_object_get(json, "command")));
	json_decref(json);
	free(text);
}

static void a_result_is_named_and_decoded(void **state)
{
	static const char *const parts[] = {
		"line 8, call 6: RTT_INIT_RIPAS(rd=0x880200000, base=0x0, top=0x10000)",
		"X0 ",
		"expected 0x304 (RMI_ERROR_RTT, index 3)",
		"actual 0x204 (RMI_ERROR_RTT, index 2)",
		"why the model refused:",
		"[rmi-commands.md#6]",
		NULL};

	(void)state;
	check("\"ret\":[\"0x204\"]", "\"ret\":[\"0x304\"]", parts);
}

static void a_field_of_the_exit_is_named(void **state)
{
	static const char *const parts[] = {"REC_ENTER(", "exit.exit_reason at 0x8f001800",
					    "expected 0x2 (FIQ)", "actual 0x1 (IRQ)", NULL};

	(void)state;
	check("\"b64\":\"AQAAAAAAAAA=\"}]}]}\n{\"op\":\"run\",\"i\":32",
	      "\"b64\":\"AgAAAAAAAAA=\"}]}]}\n{\"op\":\"run\",\"i\":32", parts);
}

static void a_realm_register_says_after_which_call(void **state)
{
	static const char *const parts[] = {
		"line 58, after RSI_ATTESTATION_TOKEN_CONTINUE:", "expected 0x1 (RSI_ERROR_INPUT)",
		"actual 0x2 (RSI_ERROR_STATE)", "why the model refused:", NULL};

	(void)state;
	check("\"pc\":\"0x202c\",\"pstate\":\"0x3c5\",\"x\":{\"0\":\"0x2\"",
	      "\"pc\":\"0x202c\",\"pstate\":\"0x3c5\",\"x\":{\"0\":\"0x1\"", parts);
}

static void adjacent_words_are_one_line(void **state)
{
	/* The recorded exit is full of 0x55 behind exit.gprs. */
	static const char *const parts[] = {
		"exit.gprs[0] at 0x8f001a00, 3 words expected 0x5555555555555555  actual 0x0\n",
		NULL};

	(void)state;
	check("\"b64\":\"AQAAAAAAAAA=\"}]}]}\n{\"op\":\"run\",\"i\":32",
	      "\"b64\":\"AQAAAAAAAAA=\"},{\"off\":\"0x200\",\"b64\":"
	      "\"VVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVV"
	      "\"}]}]}\n{\"op\":\"run\",\"i\":32",
	      parts);
}

static void an_offset_has_the_name_of_its_field(void **state)
{
	char name[64];

	(void)state;
	assert_string_equal(field_name("RmiRecRun", 0xa08, name, sizeof(name)), "exit.gprs[1]");
	assert_string_equal(field_name("RsiPlaneRun", 0x908, name, sizeof(name)), "exit.esr_el2");
	assert_string_equal(field_name("RsiRealmConfig", 0x208, name, sizeof(name)), "rpv+8");
	assert_string_equal(field_name("RsiHostCall", 0x8, name, sizeof(name)), "gprs[0]");
	assert_string_equal(field_name("RmiRecRun", 0xfff, name, sizeof(name)), "");
	assert_string_equal(field_name(NULL, 0, name, sizeof(name)), "");
	assert_string_equal(field_type("RmiRecRun", 0x800), "RmiRecExitReason");
	assert_null(field_type("RmiRecRun", 0x900));
}

static void a_set_of_quirks_is_a_sum(void **state)
{
	const smc_quirks set = (smc_quirks)1 << QUIRK_aux_map_outputs | (smc_quirks)1
										<< QUIRK_token_399;
	char text[80];

	(void)state;
	assert_string_equal(describe_quirks(set, text, sizeof(text)),
			    "aux-map-outputs + token-399");
	assert_string_equal(describe_quirks(0, text, sizeof(text)), "");
	describe_quirks(SMC_QUIRK_BIT(SMC_QUIRK_COUNT) - 1, text, sizeof(text));
	assert_int_equal(strlen(text), sizeof(text) - 1);
}

static void base64_is_decoded_exactly(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		const char *bytes;
	} rows[] = {
		{"", 0, ""},        {"Zg==", 1, "f"},        {"Zm8=", 2, "fo"},
		{"Zm9v", 3, "foo"}, {"Zm9vYg==", 4, "foob"}, {"+/+/", 3, "\xfb\xff\xbf"},
	};
	uint8_t bytes[8];
	size_t size;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t length = strlen(rows[i].text);

		assert_true(base64_size(rows[i].text, length, &size));
		assert_int_equal(size, rows[i].size);
		assert_true(base64_decode(rows[i].text, length, bytes));
		assert_memory_equal(bytes, rows[i].bytes, size);
	}
	assert_false(base64_size("Zg=", 3, &size));
	assert_false(base64_decode("Z===", 4, bytes));
	assert_false(base64_decode("Zg =", 4, bytes));
}

static void a_value_is_found_in_its_line(void **state)
{
	static const char line[] =
		" { \"a\\\"\" : [1, {\"b\":\"}\"}], \"c\": {\"d\": [\"x]\", [2, 3], 45 ]} }";
	const struct locate_step a[] = {{.key = "a\\\""}, {.index = 1}, {.key = "b"}};
	const struct locate_step d[] = {{.key = "c"}, {.key = "d"}, {.index = 2}};
	const struct locate_step none[] = {{.key = "c"}, {.key = "e"}};

	(void)state;
	assert_int_equal(locate(line, strlen(line), a, 0), 1);
	assert_int_equal(locate(line, strlen(line), a, 3), strstr(line, "\"}\"") - line);
	assert_int_equal(locate(line, strlen(line), d, 3), strstr(line, "45") - line);
	assert_int_equal(locate(line, strlen(line), none, 2), strstr(line, "{\"d\"") - line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_is_named_and_decoded),
		cmocka_unit_test(a_field_of_the_exit_is_named),
		cmocka_unit_test(a_realm_register_says_after_which_call),
		cmocka_unit_test(adjacent_words_are_one_line),
		cmocka_unit_test(an_offset_has_the_name_of_its_field),
		cmocka_unit_test(a_set_of_quirks_is_a_sum),
		cmocka_unit_test(base64_is_decoded_exactly),
		cmocka_unit_test(a_value_is_found_in_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
