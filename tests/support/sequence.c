/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/sequence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "sequence/expect.h"

static bool before(void *context, const struct sequence_call *call)
{
	return sequence_oracle_before(context, call);
}

static bool after(void *context, const struct sequence_call *call)
{
	return sequence_oracle_after(context, call);
}

bool sequence_is_clean(const struct sequence *sequence, struct sequence_oracle *oracle)
{
	static const struct sequencer_options options = {.explain = true, .content = true};
	const struct sequence_inside inside = sequence_oracle_inside(oracle);
	const struct sequence_watch watch = {
		.context = oracle, .before = before, .after = after, .inside = &inside};
	struct sequencer *sequencer = sequencer_create(&options);

	assert_non_null(sequencer);
	oracle->every = 1;
	sequence_oracle_begin(oracle, sequence);
	sequencer_run(sequencer, sequence, &watch);
	sequence_oracle_end(oracle, sequencer, sequence);
	sequencer_destroy(sequencer);
	return oracle->kind == FINDING_NONE;
}

static void unmet(void *context, size_t line, const char *text)
{
	(void)context;
	print_error("line %zu: %s\n", line, text);
}

void sequence_assert_clean(const char *script, const char *file, int line)
{
	struct sequence *sequence = malloc(sizeof(*sequence));
	struct sequence_expectations expectations = {0};
	struct sequence_oracle oracle = {.every = 1};
	struct trace_error error;

	assert_non_null(sequence);
	if (!sequence_parse_expecting(sequence, &expectations, script, &error)) {
		print_error("line %zu, column %zu: %s\n", error.line, error.column, error.text);
		_fail(file, line);
	}
	if (!sequence_is_clean(sequence, &oracle)) {
		print_error("%s\n", oracle.finding);
		_fail(file, line);
	}
	if (sequence_check(sequence, &expectations, unmet, NULL))
		_fail(file, line);
	sequence_expectations_free(&expectations);
	free(sequence);
}
