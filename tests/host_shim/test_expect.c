/* SPDX-License-Identifier: BSD-3-Clause */
/* The report of calls that were not as expected: what stands beside what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/host_shim/found.h"
#include "tests/host_shim/realm.h"

#define DELEGATE   SMC_RMI_GRANULE_DELEGATE
#define UNDELEGATE SMC_RMI_GRANULE_UNDELEGATE

static int setup(void **state)
{
	if (open_quiet(state))
		return -1;
	hshim_severity("smc.args", HSHIM_OFF);
	return 0;
}

/* The rows, each as "mark left|right" with blanks at the ends removed; `wanted` ends with NULL. */
static void report_is(const char *const *wanted)
{
	char *text, *line, *save = NULL;
	unsigned int n = 0;

	assert_int_equal(hshim_expect_end(), 1);
	found("smc.expect", 1);
	text = strdup(hshim_finding(0)->text);
	line = strtok_r(text, "\n", &save); /* what it is */
	line = strtok_r(NULL, "\n", &save); /* names of the columns */
	for (line = strtok_r(NULL, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *bar = strchr(line, '|'), row[256], *end = bar;

		assert_non_null(bar);
		while (end > line + 1 && end[-1] == ' ')
			end--;
		snprintf(row, sizeof(row), "%.*s|%s", (int)(end - line), line, bar + 1);
		assert_non_null(wanted[n]);
		assert_string_equal(row, wanted[n++]);
	}
	assert_null(wanted[n]);
	free(text);
}

static void a_missing_call_is_the_only_one_that_is_marked(void **state)
{
	static const char *const rows[] = {
		"  FEATURES x1=0x0| FEATURES 0x0",
		"- FEATURES x1=0x1  <- seen 0|",
		"  FEATURES x1=0x2| FEATURES 0x2",
		"  FEATURES x1=0x3| FEATURES 0x3",
		NULL,
	};

	(void)state;
	hshim_expect_begin(HSHIM_STRICT);
	for (unsigned int i = 0; i < 4; i++)
		hshim_expect_smc(SMC_RMI_FEATURES, HSHIM_X(1, i));
	SMC(SMC_RMI_FEATURES, 0);
	SMC(SMC_RMI_FEATURES, 2);
	SMC(SMC_RMI_FEATURES, 3);
	report_is(rows);
}

static void a_call_too_many_stands_alone(void **state)
{
	static const char *const rows[] = {
		"  FEATURES x1=0x0| FEATURES 0x0",
		"+| FEATURES 0x9",
		"  FEATURES x1=0x1| FEATURES 0x1",
		NULL,
	};

	(void)state;
	hshim_expect_begin(HSHIM_STRICT);
	hshim_expect_smc(SMC_RMI_FEATURES, HSHIM_X(1, 0));
	hshim_expect_smc(SMC_RMI_FEATURES, HSHIM_X(1, 1));
	SMC(SMC_RMI_FEATURES, 0);
	SMC(SMC_RMI_FEATURES, 9);
	SMC(SMC_RMI_FEATURES, 1);
	report_is(rows);
}

static void other_calls_are_allowed_unless_it_is_strict(void **state)
{
	static const char *const rows[] = {
		" | FEATURES 0x9",
		"  FEATURES x1=0x0| FEATURES 0x0",
		"- FEATURES x1=0x1  <- seen 0|",
		NULL,
	};

	(void)state;
	hshim_expect_begin(HSHIM_ORDERED);
	hshim_expect_smc(SMC_RMI_FEATURES, HSHIM_X(1, 0));
	hshim_expect_smc(SMC_RMI_FEATURES, HSHIM_X(1, 1));
	SMC(SMC_RMI_FEATURES, 9);
	SMC(SMC_RMI_FEATURES, 0);
	report_is(rows);
}

static void repeated_calls_belong_to_one_expectation(void **state)
{
	static const char *const rows[] = {
		"  FEATURES (1..3 times)| FEATURES 0x5",
		"  \"| FEATURES 0x6",
		"- VERSION  <- seen 0|",
		NULL,
	};

	(void)state;
	hshim_expect_begin(HSHIM_STRICT);
	hshim_expect_smc(SMC_RMI_FEATURES, HSHIM_TIMES(1, 3));
	hshim_expect_smc(SMC_RMI_VERSION);
	SMC(SMC_RMI_FEATURES, 5);
	SMC(SMC_RMI_FEATURES, 6);
	report_is(rows);
}

static void states_are_those_of_the_moment(void **state)
{
	const unsigned long pa = virt_to_phys(new_page());
	char first[96], second[96];
	const char *rows[] = {first, second, "- VERSION  <- seen 0|", NULL};

	(void)state;
	snprintf(first, sizeof(first),
		 "  GRANULE_DELEGATE x1 in UNDELEGATED| GRANULE_DELEGATE 0x%lx", pa);
	snprintf(second, sizeof(second),
		 "  GRANULE_UNDELEGATE x1 in DELEGATED| GRANULE_UNDELEGATE 0x%lx", pa);
	hshim_expect_begin(HSHIM_STRICT);
	hshim_expect_smc(DELEGATE, HSHIM_X_STATE(1, "UNDELEGATED"));
	hshim_expect_smc(UNDELEGATE, HSHIM_X_STATE(1, "DELEGATED"));
	hshim_expect_smc(SMC_RMI_VERSION);
	OK(DELEGATE, pa);
	OK(UNDELEGATE, pa);
	report_is(rows);
}

static void without_order_calls_stand_by_their_expectation(void **state)
{
	static const char *const rows[] = {
		"  FEATURES x1=0x1| FEATURES 0x1",
		"- FEATURES x1=0x2  <- seen 0|",
		"  FEATURES x1=0x3  <- seen 2| FEATURES 0x3",
		"  \"| FEATURES 0x3",
		" | FEATURES 0x9",
		NULL,
	};

	(void)state;
	hshim_expect_begin(HSHIM_UNORDERED);
	for (unsigned int i = 1; i < 4; i++)
		hshim_expect_smc(SMC_RMI_FEATURES, HSHIM_X(1, i));
	SMC(SMC_RMI_FEATURES, 3);
	SMC(SMC_RMI_FEATURES, 9);
	SMC(SMC_RMI_FEATURES, 1);
	SMC(SMC_RMI_FEATURES, 3);
	report_is(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_missing_call_is_the_only_one_that_is_marked,
						setup, close_quiet),
		cmocka_unit_test_setup_teardown(a_call_too_many_stands_alone, setup, close_quiet),
		cmocka_unit_test_setup_teardown(other_calls_are_allowed_unless_it_is_strict, setup,
						close_quiet),
		cmocka_unit_test_setup_teardown(repeated_calls_belong_to_one_expectation, setup,
						close_quiet),
		cmocka_unit_test_setup_teardown(states_are_those_of_the_moment, setup, close_quiet),
		cmocka_unit_test_setup_teardown(without_order_calls_stand_by_their_expectation,
						setup, close_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
