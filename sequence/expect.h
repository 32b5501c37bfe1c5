/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_EXPECT_H
#define SEQUENCE_EXPECT_H

/*
 * Expectations of a script: docs/fuzzing.md. They stand beside the steps, no part of the sequence: a fuzzer never
 * sees them. Each belongs to a step: `expect` to the last call of the Host above it, `realm_expect` to the last
 * thing that the Realm did. What they do not name may be anything.
 */

#include "sequence/outcome.h"

struct sequence_expectation {
	size_t line;
	unsigned int step;
	bool realm;
	bool seen; /* the step had an outcome */
	char *text;
};

struct sequence_expectations {
	size_t count;
	struct sequence_expectation *item;
};
void sequence_expectations_free(struct sequence_expectations *expectations);

/* Whether a line of a script that begins with this word is an expectation. */
bool sequence_is_expectation(const char *word);
/*
 * Takes the rest of such a line. `expectations` may be NULL: the line is only looked at. False after
 * saying in `why` what is wrong with it.
 */
bool sequence_expectation_take(struct sequence_expectations *expectations,
			       const struct sequence *sequence, const char *word, bool during,
			       const char *rest, size_t length, size_t line, char *why,
			       size_t size);

/* Parses or reads a script with its expectations, which the caller frees, also after a failure. */
bool sequence_parse_expecting(struct sequence *sequence, struct sequence_expectations *expectations,
			      const char *text, struct trace_error *error);
bool sequence_read_expecting(struct sequence *sequence, struct sequence_expectations *expectations,
			     const char *path, struct trace_error *error);

/* Is told of each expectation that does not hold. */
typedef void (*sequence_unmet_fn)(void *context, size_t line, const char *text);
struct sequence_checker {
	struct sequence_expectations *expectations;
	sequence_unmet_fn unmet;
	void *context;
	unsigned int failures;
};
/* For the watches of the same names; a REC_ENTER is looked at when it has come back. */
void sequence_check_call(struct sequence_checker *checker, const struct sequence *sequence,
			 const struct sequence_call *call);
void sequence_check_result(struct sequence_checker *checker, const struct sequence_result *result);
/* After the sequence: expectations whose step never had an outcome. */
void sequence_check_end(struct sequence_checker *checker);

/* Runs a sequence and tells what does not hold; returns how many. */
unsigned int sequence_check(const struct sequence *sequence,
			    struct sequence_expectations *expectations, sequence_unmet_fn unmet,
			    void *context);

#endif
