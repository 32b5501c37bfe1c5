/* SPDX-License-Identifier: BSD-3-Clause */
/* Console logs: lines, prefixes, what is put together and what is not, verdicts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/trace/file.h"
#include "trace/log/check.h"
#include "trace/log/clean.h"
#include "trace/log/span.h"

#define BANNER                                                              \
	"Booting RMM v.0.8.0(debug) x Built: Nov 22 2026 with GCC 12.2.0\n" \
	"RMI ABI revision v1.1\nRSI ABI revision v1.1\n"
#define REALM         "SMC_RMI_REALM_CREATE              80100000 8f000000 > RMI_SUCCESS\n"
#define REC           "SMC_RMI_REC_CREATE                80100000 80109000 8f008000 > RMI_SUCCESS\n"
#define ACTIVE        "SMC_RMI_REALM_ACTIVATE            80100000 > RMI_SUCCESS\n"
#define RUNNING       BANNER REALM REC ACTIVE
#define RUNNING_LINES 6

static bool parses(const char *text)
{
	struct log_call call;

	return log_call_parse(text, LOG_RELEASE_BIT(LOG_08), &call);
}

static void a_line_has_the_shape_of_its_release(void **state)
{
	struct log_call call;

	(void)state;
	assert_true(log_call_parse("SMC_RMI_RTT_DESTROY               80100000 40000000 3 > "
				   "RMI_ERROR_RTT 3 0 40000000",
				   LOG_ANY_RELEASE, &call));
	assert_int_equal(call.command, RMI_RTT_DESTROY);
	assert_int_equal(call.arguments, 3);
	assert_int_equal(call.x[1], 0x40000000);
	assert_int_equal(call.x0, 0x304);
	assert_int_equal(call.outputs, 2);
	assert_int_equal(call.out[1], 0x40000000);
	assert_true(parses("SMC_RMI_REC_ENTER 880202000 8f001000 > RMI_ERROR_REALM 1"));
	assert_true(parses(
		"SMC_RMI_RTT_AUX_UNMAP_UNPROTECTED 8f014000 c000000000 1 > RMI_ERROR_INPUT"));
	assert_true(parses("SMC_RSI_IPA_STATE_SET             0 4000 0 0"));
	assert_true(parses("PSCI_c4000003                     1 5000 abc 0 0 0 0"));
	assert_true(parses("SMC_80000000  0 0 0 3e5a79c1414fbcfc 0 0 0 > 10002 0 0 0"));
	assert_true(log_call_parse("SMC_RMM_REALM_ACTIVATE        8817b2000 > RMI_SUCCESS",
				   LOG_ANY_RELEASE, &call));
	assert_int_equal(call.releases, LOG_RELEASE_BIT(LOG_05));
}

static void a_line_of_another_shape_is_no_call(void **state)
{
	(void)state;
	assert_false(parses("SMC_RMI_REALM_ACTIVATE 80100000 1 > RMI_SUCCESS"));
	assert_false(parses("SMC_RMI_REALM_ACTIVATE > RMI_SUCCESS"));
	assert_false(parses("SMC_RMI_REALM_ACTIVATE 80100000"));
	assert_false(parses("SMC_RMI_REALM_ACTIVATE 80100000 > RMI_SUCCESS 1"));
	assert_false(parses("SMC_RMI_REALM_ACTIVATE 80100000 > RMI_SUCCES"));
	assert_false(parses("SMC_RMI_REALM_ACTIVATE 080100000 > RMI_SUCCESS"));
	assert_false(parses("SMC_RMI_REALM_ACTIVATE 0x80100000 > RMI_SUCCESS"));
	assert_false(parses("SMC_RMI_REALM_ACTIVATE 10000000080100000 > RMI_SUCCESS"));
	assert_false(parses("SMC_RMI_REALM_ACTIVAT 80100000 > RMI_SUCCESS"));
	assert_false(parses("SMC_RMI_REC_AUX_COUNT 80100000 > RMI_SUCCESS"));
	assert_false(parses("SMC_RMI_RTT_CREATE 80100000 84030000 0 3 > RMI_ERROR_RTT"));
	assert_false(parses("PSCI_c4000003 1 5000 abc 0 0 0"));
	assert_false(parses("PSCI_c400000 1 5000 abc 0 0 0 0"));
	assert_false(parses("SMC_RMI call failed in hypervisor, rc=4"));
}

static void check_clean(const char *line, const char *text)
{
	char buffer[256];

	snprintf(buffer, sizeof(buffer), "%s", line);
	assert_string_equal(log_clean(buffer, strlen(buffer)), text);
}

static void prefixes_and_escape_sequences_are_taken_off(void **state)
{
	(void)state;
	check_clean("SMC_RMI_X", "SMC_RMI_X");
	check_clean("[     rmm ] SMC_RMI_X\r", "SMC_RMI_X");
	check_clean("[    1.594383] SMC_RMI_X", "SMC_RMI_X");
	check_clean("2026-03-03T10:02:11.123Z [     rmm ] SMC_RMI_X", "SMC_RMI_X");
	check_clean("\033[33m[     rmm ] \033[1mSMC_RMI_\033[0mX\033[K", "SMC_RMI_X");
	check_clean("\033[2J\033[H[     rmm ] SMC_RMI_X", "SMC_RMI_X");
	check_clean("[handle_ns_smc] unknown", "unknown");
	check_clean("8010 > RMI", "8010 > RMI");
	check_clean("\033", "");
	check_clean("\033[", "");
}

/* --- whole logs -------------------------------------------------------------------------------- */

struct judged {
	struct log *log;
	struct log_result result;
};

static struct judged judge(const char *text)
{
	const char *path = file_write(text, strlen(text));
	struct trace_error error;
	struct judged judged;
	struct input *input = input_open(path, &error);

	assert_non_null(input);
	judged.log = log_read(input, &error);
	input_close(input);
	assert_non_null(judged.log);
	assert_true(log_check(judged.log, &judged.result));
	return judged;
}

static void judged_free(struct judged *judged)
{
	log_result_free(&judged->result);
	log_free(judged->log);
}

/* The lines of the log that are wrong are exactly these; 0 ends them. */
static void check_wrong(const char *text, const size_t *lines)
{
	struct judged judged = judge(text);

	for (size_t i = 0; i < judged.result.wrong_count; i++)
		assert_int_equal(judged.result.at[i].line, lines[i]);
	assert_int_equal(lines[judged.result.wrong_count], 0);
	judged_free(&judged);
}

#define RIGHT(text)      check_wrong(text, (const size_t[]){0})
#define WRONG(text, ...) check_wrong(text, (const size_t[]){__VA_ARGS__, 0})
#define NEXT             (RUNNING_LINES + 1)

static void calls_in_the_right_order_are_explained(void **state)
{
	struct judged judged = judge(RUNNING "SMC_RSI_VERSION 10001 > RSI_SUCCESS 10001 10001\n"
					     "a line of the host\n");

	(void)state;
	assert_int_equal(judged.result.explained, 4);
	assert_int_equal(judged.result.wrong, 0);
	assert_int_equal(judged.result.unknown, 0);
	assert_int_equal(judged.result.passed_over, 4);
	assert_int_equal(judged.result.releases, LOG_RELEASE_BIT(LOG_08));
	judged_free(&judged);
}

static void an_object_lives_from_its_creation_to_its_end(void **state)
{
	(void)state;
	WRONG(BANNER ACTIVE, 4);
	WRONG(RUNNING ACTIVE, NEXT);
	WRONG(RUNNING REALM, NEXT);
	RIGHT(RUNNING "SMC_RMI_REC_DESTROY 80109000 > RMI_SUCCESS\n"
		      "SMC_RMI_REALM_DESTROY 80100000 > RMI_SUCCESS\n" REALM);
	WRONG(RUNNING "SMC_RMI_REALM_DESTROY 80100000 > RMI_SUCCESS\n", NEXT);
	WRONG(RUNNING "SMC_RMI_REC_DESTROY 80100000 > RMI_SUCCESS\n", NEXT);
}

static void without_a_banner_anything_may_have_happened_before(void **state)
{
	(void)state;
	RIGHT(ACTIVE);
	WRONG(ACTIVE ACTIVE, 2);
	RIGHT("SMC_RSI_MEASUREMENT_READ 1 > RSI_SUCCESS 1 2 3 4 0 0 0 0\n");
}

static void a_second_banner_ends_everything(void **state)
{
	(void)state;
	RIGHT(RUNNING BANNER REALM);
	WRONG(RUNNING BANNER ACTIVE, 10);
}

static void arguments_alone_can_exclude_an_answer(void **state)
{
	(void)state;
	WRONG(RUNNING "SMC_RMI_RTT_CREATE 80100000 84030000 0 4 > RMI_ERROR_RTT 0\n", NEXT);
	WRONG(RUNNING "SMC_RMI_RTT_CREATE 80100000 84030000 1000 3 > RMI_ERROR_RTT 1\n", NEXT);
	WRONG(RUNNING "SMC_RMI_DATA_DESTROY 80100000 0 > RMI_ERROR_RTT 4 0 200000\n", NEXT);
	WRONG(RUNNING "SMC_RMI_DATA_DESTROY 80100000 0 > RMI_ERROR_INPUT\n", NEXT);
	WRONG(RUNNING "SMC_RMI_DATA_DESTROY 80100000 0 > RMI_ERROR_RTT 3 0 400000\n", NEXT);
	RIGHT(RUNNING "SMC_RMI_DATA_DESTROY 80100000 0 > RMI_ERROR_RTT 3 0 200000\n");
	WRONG(RUNNING "SMC_RMI_GRANULE_DELEGATE 80100000 > RMI_ERROR_REALM\n", NEXT);
}

static void the_start_level_is_one_for_all_lines(void **state)
{
	(void)state;
	RIGHT(RUNNING "SMC_RMI_RTT_CREATE 80100000 84030000 0 3 > RMI_ERROR_RTT 0\n"
		      "SMC_RMI_RTT_CREATE 80100000 84030000 0 1 > RMI_ERROR_RTT 0\n");
	WRONG(RUNNING "SMC_RMI_RTT_CREATE 80100000 84030000 0 3 > RMI_ERROR_RTT 0\n"
		      "SMC_RMI_RTT_AUX_MAP_UNPROTECTED 80100000 800000000000 1 > RMI_ERROR_RTT 1\n",
	      NEXT + 1);
}

static void a_realm_extends_its_own_measurements(void **state)
{
	(void)state;
	RIGHT(RUNNING "SMC_RSI_MEASUREMENT_READ 1 > RSI_SUCCESS 0 0 0 0 0 0 0 0\n");
	WRONG(RUNNING "SMC_RSI_MEASUREMENT_READ 1 > RSI_SUCCESS 1 0 0 0 0 0 0 0\n", NEXT);
	/* SHA-256 of 32 zeros. */
	RIGHT(RUNNING "SMC_RSI_MEASUREMENT_EXTEND 1 0 0 0 0 0 0 0 0 0 > RSI_SUCCESS\n"
		      "SMC_RSI_MEASUREMENT_READ 1 > RSI_SUCCESS 77bd62f8ad7a6866 208e9f8e8bc18f6c "
		      "b333e26e85149708 25295f0d1d592a90 0 0 0 0\n");
	WRONG(RUNNING "SMC_RSI_MEASUREMENT_EXTEND 1 0 0 0 0 0 0 0 0 0 > RSI_SUCCESS\n"
		      "SMC_RSI_MEASUREMENT_READ 1 > RSI_SUCCESS 0 0 0 0 0 0 0 0\n",
	      NEXT + 1);
}

static void a_page_that_was_used_is_not_empty_without_a_request(void **state)
{
	(void)state;
	WRONG(RUNNING "SMC_RSI_REALM_CONFIG 1000 > RSI_SUCCESS\n"
		      "SMC_RSI_REALM_CONFIG 1000 > RSI_ERROR_INPUT\n",
	      NEXT + 1);
	RIGHT(RUNNING "SMC_RSI_REALM_CONFIG 1000 > RSI_SUCCESS\n"
		      "SMC_RSI_IPA_STATE_SET 0 2000 0 0\n"
		      "SMC_RSI_REALM_CONFIG 1000 > RSI_ERROR_INPUT\n");
	WRONG(RUNNING "SMC_RSI_IPA_STATE_GET 0 1000 > RSI_SUCCESS 1000 0\n"
		      "SMC_RSI_IPA_STATE_GET 0 1000 > RSI_SUCCESS 1000 1\n",
	      NEXT + 1);
	RIGHT(RUNNING "SMC_RSI_IPA_STATE_GET 0 1000 > RSI_SUCCESS 1000 0\n"
		      "SMC_RSI_IPA_STATE_SET 0 1000 1 0\n"
		      "SMC_RSI_IPA_STATE_GET 0 1000 > RSI_SUCCESS 1000 1\n");
	RIGHT(RUNNING "SMC_RSI_IPA_STATE_GET 0 1000 > RSI_SUCCESS 1000 1\n"
		      "SMC_RSI_IPA_STATE_GET 0 1000 > RSI_SUCCESS 1000 2\n");
}

static void a_request_bounds_what_the_host_may_change(void **state)
{
	(void)state;
	RIGHT(RUNNING "SMC_RSI_IPA_STATE_SET 0 200000 0 0\n"
		      "SMC_RMI_RTT_SET_RIPAS 80100000 80109000 0 200000 > RMI_ERROR_RTT 1\n");
	WRONG(RUNNING "SMC_RSI_IPA_STATE_SET 0 200000 0 0\n"
		      "SMC_RMI_RTT_SET_RIPAS 80100000 80109000 0 400000 > RMI_ERROR_RTT 1\n",
	      NEXT + 1);
	/* EMPTY stops at no entry that the range covers whole. */
	WRONG(RUNNING "SMC_RSI_IPA_STATE_SET 0 200000 0 0\n"
		      "SMC_RMI_RTT_SET_RIPAS 80100000 80109000 0 200000 > RMI_ERROR_RTT 3\n",
	      NEXT + 1);
	/* A log in which no Realm calls may come from a build that does not print that. */
	RIGHT(RUNNING "SMC_RMI_RTT_SET_S2AP 80100000 80109000 0 1000 > RMI_ERROR_RTT 2\n");
	WRONG(RUNNING "SMC_RSI_VERSION 10001 > RSI_SUCCESS 10001 10001\n"
		      "SMC_RMI_RTT_SET_S2AP 80100000 80109000 0 1000 > RMI_ERROR_RTT 2\n",
	      NEXT + 1);
}

static void psci_requests_are_completed_once(void **state)
{
	static const char two[] = BANNER REALM REC
		"SMC_RMI_REC_CREATE 80100000 80119000 8f008000 > RMI_SUCCESS\n" ACTIVE
		"PSCI_c4000003 1 1000 0 0 0 0 0\n";
	char text[2048];

	(void)state;
	snprintf(text, sizeof(text), "%sSMC_RMI_PSCI_COMPLETE 80109000 80119000 0 > RMI_SUCCESS\n",
		 two);
	RIGHT(text);
	snprintf(text, sizeof(text), "%sSMC_RMI_PSCI_COMPLETE 80109000 80119000 0 > %s", two,
		 "RMI_ERROR_INPUT\n");
	WRONG(text, RUNNING_LINES + 3);
	snprintf(text, sizeof(text), "%sSMC_RMI_PSCI_COMPLETE 80119000 80109000 0 > %s", two,
		 "RMI_SUCCESS\n");
	WRONG(text, RUNNING_LINES + 3);
	WRONG(RUNNING "PSCI_c4000003 1 1000 0 0 0 0 0\n", NEXT);
}

static void the_reason_names_condition_and_lines(void **state)
{
	struct judged judged = judge(RUNNING ACTIVE);
	const struct log_wrong *wrong = &judged.result.at[0];

	(void)state;
	assert_int_equal(judged.result.wrong_count, 1);
	assert_string_equal(wrong->condition, "realm_state");
	assert_int_equal(wrong->because.count, 1);
	assert_int_equal(wrong->because.lines[0], RUNNING_LINES);
	assert_non_null(strstr(wrong->text, "The Realm is not NEW any more."));
	judged_free(&judged);
}

static void a_line_in_pieces_is_put_together(void **state)
{
	struct judged judged = judge(
		BANNER "SMC_RMI_REALM_CREATE              80100000[    0.09] reboot: off\n"
		       " 8f000000 > RMI_SUCCESS\n"
		       "SMC_RMI_REC_CREATE                SMC_RMI_REC_AUX_COUNT             "
		       "80100000 80100000 > RMI_SUCCESS 80109000 8f008000 > RMI_SUCCESS\n 10\n");

	(void)state;
	assert_int_equal(judged.result.explained, 3);
	assert_int_equal(judged.result.wrong, 0);
	judged_free(&judged);
}

static void what_is_lost_is_not_made_up(void **state)
{
	(void)state;
	/* Two readings: 80109000 or 80109000e1. */
	RIGHT(BANNER REALM "SMC_RMI_REC_CREATE 80100000 80109000e1000: link up\n"
			   " 8f008000 > RMI_SUCCESS\n" ACTIVE
			   "SMC_RSI_VERSION 10001 > RSI_SUCCESS 10001 10001\n");
	/* The end is cut off. */
	RIGHT(RUNNING "SMC_RMI_REALM_ACTIVATE 80100000 > RMI_SUCCESS");
	WRONG(RUNNING "SMC_RMI_REALM_ACTIVATE 80100000 > RMI_SUCCESS\n", NEXT);
}

static void lost_digits_are_no_fault(void **state)
{
	(void)state;
	/* In the line itself, and in one that later lines rest on. */
	RIGHT(RUNNING "SMC_RMI_REC_DESTROY 8010900 > RMI_ERROR_REC\n");
	WRONG(RUNNING "SMC_RMI_REC_DESTROY 7010900 > RMI_ERROR_REC\n", NEXT);
	RIGHT(BANNER "SMC_RMI_REALM_CREATE 8010000 8f000000 > RMI_SUCCESS\n" REC ACTIVE);
	WRONG(BANNER "SMC_RMI_REALM_CREATE 7010000 8f000000 > RMI_SUCCESS\n" REC, 5);
	/* No lost digit makes an answer that no condition gives. */
	WRONG(BANNER "SMC_RMI_REALM_CREATE 8010000 8f000000 > RMI_SUCCESS\n" REC
		     "SMC_RMI_REC_DESTROY 80109000 > RMI_ERROR_REALM\n",
	      6);
	RIGHT(RUNNING "SMC_RSI_MEASUREMENT_EXTEND 1 10 123456789abcdef0 fedcba987654321 0 0 0 0 0 0"
		      " > RSI_SUCCESS\n"
		      "SMC_RSI_MEASUREMENT_EXTEND 1 10 123456789abcdef0 fedcba987654321 0 0 0 0 0 0"
		      " > RSI_SUCCESS\n");
	RIGHT(RUNNING "PSCI_84000006 0 0 0 0 0 0 0 > fffffffffffff 0 0 0\n");
	WRONG(RUNNING "PSCI_84000006 0 0 0 0 0 0 0 > 5 0 0 0\n", NEXT);
	/* The name, too, can have lost characters. */
	RIGHT(RUNNING "PSc4000004                     1 0 0 0 0 0 0\n"
		      "SMC_RMI_PSCI_COMPLETE 80109000 80109000 0 > RMI_ERROR_INPUT\n");
}

static void spans_are_cut_and_joined(void **state)
{
	struct log_spans spans = {0};
	size_t line = 0;

	(void)state;
	log_spans_set(&spans, 0x1000, 0x9000, 3, 7);
	assert_int_equal(log_spans_get(&spans, 0x1000, 0x2000, &line), 3);
	assert_int_equal(line, 7);
	assert_int_equal(log_spans_get(&spans, 0x9000, 0xa000, &line), LOG_SPAN_ANY);
	log_spans_set(&spans, 0x3000, 0x4000, 4, 8);
	assert_int_equal(log_spans_get(&spans, 0x2000, 0x3000, &line), 3);
	assert_int_equal(log_spans_get(&spans, 0x3000, 0x4000, &line), 4);
	assert_int_equal(log_spans_get(&spans, 0x2000, 0x5000, &line), 0);
	log_spans_add(&spans, 0x3000, 0x3001, 2);
	assert_int_equal(log_spans_get(&spans, 0x2000, 0x5000, &line), 2);
	log_spans_free(&spans);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_the_shape_of_its_release),
		cmocka_unit_test(a_line_of_another_shape_is_no_call),
		cmocka_unit_test(prefixes_and_escape_sequences_are_taken_off),
		cmocka_unit_test(calls_in_the_right_order_are_explained),
		cmocka_unit_test(an_object_lives_from_its_creation_to_its_end),
		cmocka_unit_test(without_a_banner_anything_may_have_happened_before),
		cmocka_unit_test(a_second_banner_ends_everything),
		cmocka_unit_test(arguments_alone_can_exclude_an_answer),
		cmocka_unit_test(the_start_level_is_one_for_all_lines),
		cmocka_unit_test(a_realm_extends_its_own_measurements),
		cmocka_unit_test(a_page_that_was_used_is_not_empty_without_a_request),
		cmocka_unit_test(a_request_bounds_what_the_host_may_change),
		cmocka_unit_test(psci_requests_are_completed_once),
		cmocka_unit_test(the_reason_names_condition_and_lines),
		cmocka_unit_test(a_line_in_pieces_is_put_together),
		cmocka_unit_test(what_is_lost_is_not_made_up),
		cmocka_unit_test(lost_digits_are_no_fault),
		cmocka_unit_test(spans_are_cut_and_joined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
