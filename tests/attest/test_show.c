/* SPDX-License-Identifier: BSD-3-Clause */
/* Tokens and anything else as text. */
#include "tests/attest/example.h"

#include "tests/support/random.h"

#define TEXT_MAX 65536

static enum rmmsim_status show(const uint8_t *bytes, size_t size, char *text,
			       struct rmmsim_error *error)
{
	/* A copy of exactly this size, so that a sanitizer sees what lies beyond. */
	uint8_t *copy = malloc(size ? size : 1);
	enum rmmsim_status status;
	size_t length = 0;

	memcpy(copy, bytes, size);
	status = rmmsim_token_text(copy, size, text, TEXT_MAX, &length, error);
	free(copy);
	assert_int_equal(length, strlen(text));
	return status;
}

static void expect(const char *hex, const char *expected)
{
	static char text[TEXT_MAX];
	struct rmmsim_error error;
	uint8_t bytes[256];

	if (show(bytes, example_bytes(hex, bytes), text, &error) != RMMSIM_OK)
		fail_msg("%s: %s", hex, error.text);
	assert_string_equal(text, expected);
}

static void expect_fault(const char *hex, const char *fault)
{
	static char text[TEXT_MAX];
	struct rmmsim_error error;
	uint8_t bytes[256];

	assert_int_equal(show(bytes, example_bytes(hex, bytes), text, &error), RMMSIM_ERR_TOKEN);
	if (!strstr(error.text, fault))
		fail_msg("%s: \"%s\" does not say: %s", hex, error.text, fault);
}

static void every_kind_of_item_has_its_notation(void **state)
{
	(void)state;
	expect("00", "0\n");
	expect("1903e8", "1000\n");
	expect("1bffffffffffffffff", "18446744073709551615\n");
	expect("20", "-1\n");
	expect("3903e7", "-1000\n");
	expect("3bffffffffffffffff", "-18446744073709551616\n");
	expect("40", "h''\n");
	expect("4200ff", "h'00ff'\n");
	expect("60", "\"\"\n");
	expect("63612262", "\"a\\\"b\"\n");
	expect("625c0a", "\"\\\\\\u000a\"\n");
	expect("62c3a4", "\"\\u00e4\"\n");
	expect("64f09f9880", "\"\\ud83d\\ude00\"\n");
	expect("80", "[]\n");
	expect("820102", "[\n  1,\n  2\n]\n");
	expect("a0", "{}\n");
	expect("a10102", "{\n  1: 2\n}\n");
	expect("f4", "false\n");
	expect("f5", "true\n");
	expect("f6", "null\n");
	expect("f7", "undefined\n");
	expect("f93e00", "1.5\n");
	expect("fb3ff8000000000000", "1.5\n");
	expect("c001", "0(1)\n");
	expect("d2a0", "18({})\n");
	expect("d9038b01", "907(1)\n");
}

static void what_is_not_cbor_is_named(void **state)
{
	(void)state;
	expect_fault("", "byte 0:");
	expect_fault("18", "byte 0:");
	expect_fault("820102ff", "1 bytes follow");
	expect_fault("8201", "byte 2:");
	expect_fault("a101", "byte 2:");
	expect_fault("4201", "byte 0:");
	expect_fault("9f01ff", "byte 0:");
	expect_fault("5f", "byte 0:");
	expect_fault("ff", "byte 0:");
	expect_fault("1c", "byte 0:");
	expect_fault("61c3", "byte 0:");
	expect_fault("62c0a0", "byte 0:");
	expect_fault("63eda080", "byte 0:");
	expect_fault("9bffffffffffffffff01", "byte 10:");
	expect_fault("bbffffffffffffffff0101", "byte 11:");
	expect_fault("5bffffffffffffffff", "byte 0:");
	/* Nested deeper than any token. */
	expect_fault("818181818181818181818181818181818181818181818181818181818101", "byte 24:");
	expect_fault("c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c101", "byte 24:");
}

static const char *const lines[] = {
	"907({\n  / platform token / 44234: [\n    263,\n    <<\n      18([\n        <<\n",
	"          {\n            / alg / 1: -35 / ES384 /\n          }\n        >>,\n        "
	"{},\n",
	"            / profile / 265: \"tag:arm.com,2023:cca_platform#1.0.0\",\n",
	"            / challenge / 10: h'18d4f417c4f5de8cc84b31e14f45e44a",
	"            / instance ID / 256: h'0100010203",
	"            / lifecycle / 2395: 12291,\n",
	"            / software components / 2399: [\n              {\n"
	"                / type / 1: \"RMM\",\n                / measurement / 2: h'1111",
	"  / realm token / 44241: [\n",
	"            / challenge / 10: h'00010203",
	"            / personalization value / 44235: h'abab",
	"            / public key / 44237: <<\n              {\n"
	"                / kty / 1: 2,\n                / crv / -1: 2,\n"
	"                / x / -2: h'aa87ca22",
	"            / hash algorithm / 44236: \"sha-256\",\n",
	"            / MEC policy / 44243: \"shared\",\n",
	"            / initial measurement / 44238: h'c888d6a3",
	"            / extensible measurements / 44239: [\n              h'0000",
	"        h'd073da6b",
};

static void a_token_has_names_and_what_is_inside_of_it(void **state)
{
	static char text[TEXT_MAX];
	struct example e;
	const char *at = text;

	(void)state;
	example_init(&e);
	example_open(&e);
	example_token(&e);
	assert_int_equal(show(e.token, e.size, text, NULL), RMMSIM_OK);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		at = strstr(at, lines[i]);
		if (!at)
			fail_msg("no %s in\n%s", lines[i], text);
	}
	example_close(&e);
}

static void a_small_buffer_gets_the_beginning(void **state)
{
	const uint8_t bytes[] = {0x82, 0x01, 0x02};
	char text[6] = "zzzzz";
	size_t length;

	(void)state;
	assert_int_equal(rmmsim_token_text(bytes, 3, text, 4, &length, NULL), RMMSIM_OK);
	assert_string_equal(text, "[\n ");
	assert_int_equal(text[4], 'z');
	assert_int_equal(length, 13);
	assert_int_equal(rmmsim_token_text(bytes, 3, NULL, 0, &length, NULL), RMMSIM_OK);
	assert_int_equal(rmmsim_token_text(NULL, 3, text, 6, NULL, NULL), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_token_text(bytes, 3, NULL, 6, NULL, NULL), RMMSIM_ERR_ARGUMENT);
}

static void show_json(const uint8_t *bytes, size_t size)
{
	static char text[TEXT_MAX];
	uint8_t *copy = malloc(size ? size : 1);
	size_t length = 0;

	memcpy(copy, bytes, size);
	rmmsim_token_json(copy, size, text, TEXT_MAX, &length, NULL);
	free(copy);
	assert_int_equal(length, strlen(text));
}

static void expect_json(const char *hex, const char *expected)
{
	static char text[TEXT_MAX];
	uint8_t bytes[256];
	size_t length = 0;

	assert_int_equal(
		rmmsim_token_json(bytes, example_bytes(hex, bytes), text, TEXT_MAX, &length, NULL),
		RMMSIM_OK);
	assert_string_equal(text, expected);
	assert_int_equal(length, strlen(text));
}

static void every_kind_of_item_has_its_json(void **state)
{
	(void)state;
	expect_json("1903e8", "1000\n");
	expect_json("20", "-1\n");
	expect_json("4200ff", "\"00ff\"\n");
	expect_json("63612262", "\"a\\\"b\"\n");
	expect_json("820102", "[1, 2]\n");
	expect_json("a2016161616202", "{\"1\": \"a\", \"b\": 2}\n");
	expect_json("a142010203", "{\"0102\": 3}\n");
	expect_json("f4", "false\n");
	expect_json("f7", "null\n");
	expect_json("f97e00", "null\n");
	expect_json("f93e00", "1.5\n");
	expect_json("d2a0", "{\"tag\": 18, \"value\": {}}\n");
	expect_json("d28443a10126a041f64101", "{\"tag\": 18, \"value\": {\"protected\": "
					      "{\"alg\": \"ES256\"}, \"unprotected\": {}, "
					      "\"payload\": null, \"signature\": \"01\"}}\n");
}

/* Random bytes, and tokens with random changes. */
static void any_bytes_are_safe(void **state)
{
	static char text[TEXT_MAX];
	struct rmmsim_token_report report;
	struct random random = {1};
	uint8_t bytes[1024];
	struct example e;
	size_t size;

	(void)state;
	example_init(&e);
	example_open(&e);
	example_token(&e);
	for (int round = 0; round < 20000; round++) {
		size = round % 2 ? random_next(&random) % 40 : e.size;
		memcpy(bytes, e.token, e.size);
		for (size_t i = 0; i < size && round % 2; i++)
			bytes[i] = (uint8_t)random_next(&random);
		for (int i = 0; i < 3; i++)
			bytes[random_next(&random) % (size + 1)] = (uint8_t)random_next(&random);
		show(bytes, size, text, NULL);
		show_json(bytes, size);
		if (round % 40 < 2)
			rmmsim_token_verify(bytes, size, KEY_2_PUBLIC, &report, NULL);
	}
	example_close(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_item_has_its_notation),
		cmocka_unit_test(every_kind_of_item_has_its_json),
		cmocka_unit_test(what_is_not_cbor_is_named),
		cmocka_unit_test(a_token_has_names_and_what_is_inside_of_it),
		cmocka_unit_test(a_small_buffer_gets_the_beginning),
		cmocka_unit_test(any_bytes_are_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
