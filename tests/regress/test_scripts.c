/* SPDX-License-Identifier: BSD-3-Clause */
/* Every script beside this file, and every seed of the fuzzers, runs under all oracles, and does what it expects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdlib.h>

#include "sequence/expect.h"
#include "tests/support/sequence.h"

static void unmet(void *context, size_t line, const char *text)
{
	fail_msg("%s:%zu: %s", (const char *)context, line, text);
}

static unsigned int run_all(const char *pattern)
{
	struct sequence *sequence = malloc(sizeof(*sequence));
	struct sequence_expectations expectations = {0};
	struct sequence_oracle oracle = {.every = 1};
	struct trace_error error;
	unsigned int count;
	glob_t found;

	assert_non_null(sequence);
	if (glob(pattern, 0, NULL, &found) != 0) {
		free(sequence);
		return 0;
	}
	for (count = 0; count < found.gl_pathc; count++) {
		if (!sequence_read_expecting(sequence, &expectations, found.gl_pathv[count],
					     &error))
			fail_msg("%s:%zu: %s", found.gl_pathv[count], error.line, error.text);
		sequence_check(sequence, &expectations, unmet, found.gl_pathv[count]);
		sequence_expectations_free(&expectations);
		if (!sequence_is_clean(sequence, &oracle))
			fail_msg("%s: %s", found.gl_pathv[count], oracle.finding);
	}
	globfree(&found);
	free(sequence);
	return count;
}

static void nothing_that_was_found_is_found_again(void **state)
{
	(void)state;
	run_all(RMMSIM_SOURCE_DIR "/tests/regress/*.rmm");
}

static void the_seeds_are_clean(void **state)
{
	(void)state;
	assert_true(run_all(RMMSIM_SOURCE_DIR "/fuzz/seeds/*.rmm") > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_that_was_found_is_found_again),
		cmocka_unit_test(the_seeds_are_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
