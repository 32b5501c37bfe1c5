/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* strndup() */
#include "sequence/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WORD_MAX 96

/* --- reading ------------------------------------------------------------------------------------ */

void sequence_expectations_free(struct sequence_expectations *expectations)
{
	for (size_t i = 0; i < expectations->count; i++)
		free(expectations->item[i].text);
	free(expectations->item);
	*expectations = (struct sequence_expectations){0};
}

bool sequence_is_expectation(const char *word)
{
	return !strcmp(word, "expect") || !strcmp(word, "realm_expect");
}

/* The step that an expectation behind all steps so far belongs to; -1: there is none. */
static int step_of(const struct sequence *sequence, bool realm, bool during)
{
	for (int i = (int)sequence->count - 1; i >= 0; i--) {
		const struct sequence_step *step = &sequence->step[i];

		if (realm ? sequence_is_realm(step)
			  : (step->op == SEQUENCE_CALL || step->op == SEQUENCE_SMC) &&
				    step->during == during)
			return i;
	}
	return -1;
}

static bool next_word(const char **at, const char *end, char word[WORD_MAX])
{
	size_t length;

	*at += strspn(*at, " \t\r");
	if (*at >= end)
		return false;
	length = strcspn(*at, " \t\r");
	if (length > (size_t)(end - *at))
		length = (size_t)(end - *at);
	snprintf(word, WORD_MAX, "%.*s", (int)length, *at);
	*at += length;
	return true;
}

/* A status, or nothing, and then NAME=VALUE. */
static bool is_well_formed(const char *text, char *why, size_t size)
{
	const char *end = text + strlen(text), *at = text;
	char word[WORD_MAX];
	bool first = true;

	for (; next_word(&at, end, word); first = false) {
		const char *equals = strchr(word, '=');
		uint64_t value;

		if (!equals && first)
			continue;
		if (!equals || equals == word || !equals[1]) {
			snprintf(why, size, "\"%s\" is not NAME=VALUE", word);
			return false;
		}
		if (strchr("0123456789-", equals[1]) && !sequence_parse_value(equals + 1, &value)) {
			snprintf(why, size, "\"%s\" is not a number", equals + 1);
			return false;
		}
	}
	if (first)
		snprintf(why, size, "what is expected? A status, or NAME=VALUE");
	return !first;
}

static bool append(struct sequence_expectations *expectations,
		   const struct sequence_expectation *expectation)
{
	struct sequence_expectation *item =
		realloc(expectations->item, (expectations->count + 1) * sizeof(*item));

	if (!item)
		return false;
	expectations->item = item;
	item[expectations->count++] = *expectation;
	return true;
}

bool sequence_expectation_take(struct sequence_expectations *expectations,
			       const struct sequence *sequence, const char *word, bool during,
			       const char *rest, size_t length, size_t line, char *why, size_t size)
{
	const size_t blank = strspn(rest, " \t") < length ? strspn(rest, " \t") : length;
	struct sequence_expectation expectation = {.line = line,
						   .realm = strcmp(word, "expect") != 0,
						   .text = strndup(rest + blank, length - blank)};
	const int step = step_of(sequence, expectation.realm, during);
	bool good = expectation.text;

	if (!good) {
		snprintf(why, size, "out of memory");
	} else if (step < 0) {
		snprintf(why, size, "there is no %s above this expectation",
			 expectation.realm ? "step of a Realm" : "call of the Host");
		good = false;
	} else {
		good = is_well_formed(expectation.text, why, size);
	}
	expectation.step = (unsigned int)step;
	if (good && expectations && append(expectations, &expectation))
		return true;
	free(expectation.text);
	return good;
}

/* --- comparing -------------------------------------------------------------------------------------- */

static void unmet(struct sequence_checker *checker, const struct sequence_expectation *expectation,
		  const char *name, const char *wanted, const char *actual)
{
	char text[256];

	snprintf(text, sizeof(text), "%s: expected %s, actual %s", name, wanted, actual);
	checker->failures++;
	if (checker->unmet)
		checker->unmet(checker->context, expectation->line, text);
}

/* A number in any form that scripts have, or the name of a value of the enumeration. */
static bool is_value(const struct outcome_value *value, const char *text)
{
	const char *name = value->type ? smc_enum_name(value->type, value->value) : NULL;
	uint64_t number;

	if (sequence_parse_value(text, &number))
		return number == value->value;
	return name && !strcasecmp(name, text);
}

static void compare_value(struct sequence_checker *checker,
			  const struct sequence_expectation *expectation,
			  const struct outcome *outcome, char *word)
{
	char *equals = strchr(word, '='), actual[64];
	const struct outcome_value *value;

	*equals = '\0';
	value = outcome_find(outcome, word);
	if (!value)
		unmet(checker, expectation, word, equals + 1, "no such output with this result");
	else if (!is_value(value, equals + 1))
		unmet(checker, expectation, word, equals + 1,
		      outcome_value_text(value, actual, sizeof(actual)));
}

static void compare(struct sequence_checker *checker, struct sequence_expectation *expectation,
		    const struct outcome *outcome)
{
	const char *at = expectation->text, *end = at + strlen(at);
	const struct outcome_value *x0 = outcome_find(outcome, "x0");
	char word[WORD_MAX], number[40];

	expectation->seen = true;
	while (next_word(&at, end, word)) {
		if (strchr(word, '=')) {
			compare_value(checker, expectation, outcome, word);
		} else if (!outcome->status || strcasecmp(outcome->status, word)) {
			/* Another result has other outputs. */
			unmet(checker, expectation, "status", word,
			      outcome->status ? outcome->status
					      : outcome_value_text(x0, number, sizeof(number)));
			return;
		}
	}
}

static void check(struct sequence_checker *checker, unsigned int step, bool realm,
		  const struct outcome *outcome)
{
	for (size_t i = 0; i < checker->expectations->count; i++) {
		struct sequence_expectation *expectation = &checker->expectations->item[i];

		if (expectation->step == step && expectation->realm == realm)
			compare(checker, expectation, outcome);
	}
}

/* Of a repeated step the last call counts. */
void sequence_check_call(struct sequence_checker *checker, const struct sequence *sequence,
			 const struct sequence_call *call)
{
	struct outcome outcome;

	if (call->repetition + 1u != sequence->step[call->step].times)
		return;
	outcome_of_call(call, &outcome);
	check(checker, call->step, false, &outcome);
}

void sequence_check_result(struct sequence_checker *checker, const struct sequence_result *result)
{
	struct outcome outcome;

	outcome_of_realm(result, &outcome);
	check(checker, result->index, true, &outcome);
}

void sequence_check_end(struct sequence_checker *checker)
{
	for (size_t i = 0; i < checker->expectations->count; i++) {
		const struct sequence_expectation *expectation = &checker->expectations->item[i];

		if (!expectation->seen)
			unmet(checker, expectation, expectation->realm ? "the Realm" : "the Host",
			      expectation->text, "the step did not happen, or did not end");
	}
}

/* --- running ---------------------------------------------------------------------------------------- */

struct check_run {
	struct sequence_checker checker;
	const struct sequence *sequence;
};

static bool after(void *context, const struct sequence_call *call)
{
	struct check_run *run = context;

	sequence_check_call(&run->checker, run->sequence, call);
	return true;
}

static void result(void *context, const struct sequence_result *result)
{
	sequence_check_result(&((struct check_run *)context)->checker, result);
}

unsigned int sequence_check(const struct sequence *sequence,
			    struct sequence_expectations *expectations, sequence_unmet_fn tell,
			    void *context)
{
	struct check_run run = {
		.checker = {.expectations = expectations, .unmet = tell, .context = context},
		.sequence = sequence,
	};
	const struct sequence_watch watch = {.context = &run, .after = after, .result = result};
	struct sequencer *sequencer = sequencer_create(NULL);

	if (sequencer)
		sequencer_run(sequencer, sequence, &watch);
	sequencer_destroy(sequencer);
	sequence_check_end(&run.checker);
	return run.checker.failures;
}
