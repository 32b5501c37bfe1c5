/* SPDX-License-Identifier: BSD-3-Clause */
#include "sequence/shrink.h"

#include <stdlib.h>
#include <string.h>

#include "sequence/restart.h"
#include "sequence/run.h"

struct state {
	struct sequence_shrinker *shrinker;
	struct sequence *best, *trial;
	bool changed;
};

static bool may_try(const struct state *s)
{
	return !s->shrinker->limit || s->shrinker->attempts < s->shrinker->limit;
}

/* Keeps the trial if it fails. */
static bool try(struct state *s)
{
	struct sequence_shrinker *shrinker = s->shrinker;
	bool fails;

	if (!may_try(s))
		return false;
	shrinker->attempts++;
	fails = shrinker->fails(shrinker->context, s->trial);
	if (fails) {
		*s->best = *s->trial;
		s->changed = true;
	}
	if (shrinker->progress)
		shrinker->progress(shrinker->context, shrinker->attempts, s->best->count);
	return fails;
}

static void without_steps(struct state *s, unsigned int first, unsigned int count)
{
	struct sequence *t = s->trial;

	*t = *s->best;
	memmove(&t->step[first], &t->step[first + count],
		(t->count - first - count) * sizeof(t->step[0]));
	t->count = (uint16_t)(t->count - count);
}

/* From the end: what comes after the failure goes first. */
static void remove_runs(struct state *s, unsigned int length)
{
	unsigned int end = s->best->count;

	while (end >= length && may_try(s)) {
		without_steps(s, end - length, length);
		try(s);
		end = end - length < s->best->count ? end - length : s->best->count;
	}
}

static void shrink_times(struct state *s, unsigned int n)
{
	for (unsigned int times = 1; times < s->best->step[n].times; times *= 2) {
		*s->trial = *s->best;
		s->trial->step[n].times = (uint16_t)times;
		if (try(s))
			return;
	}
}

static void shrink_flags(struct state *s, unsigned int n)
{
	const struct sequence_step *step = &s->best->step[n];

	if (!step->pe && !step->during)
		return;
	*s->trial = *s->best;
	s->trial->step[n].pe = 0;
	s->trial->step[n].during = false;
	try(s);
}

static void remove_fields(struct state *s, unsigned int n)
{
	for (unsigned int i = s->best->step[n].field_count; i-- > 0 && may_try(s);) {
		struct sequence_step *step = &s->trial->step[n];

		*s->trial = *s->best;
		memmove(&step->field[i], &step->field[i + 1],
			(step->field_count - i - 1u) * sizeof(step->field[0]));
		step->field_count--;
		try(s);
	}
}

/* Values that say less: 0, 1, the number without its low bits, its low bits, few or half of all. */
#define SIMPLER 5u

static uint64_t simpler(uint64_t value, unsigned int n)
{
	switch (n) {
	case 0:
		return 0;
	case 1:
		return 1;
	case 2:
		return value & ~(SEQUENCE_PAGE - 1);
	case 3:
		return value & 0xff;
	default:
		return value & UINT32_MAX;
	}
}

static void shrink_value(struct state *s, uint64_t *trial, const uint64_t *best)
{
	for (unsigned int n = 0; n < SIMPLER; n++) {
		const uint64_t value = simpler(*best, n);

		if (*best <= 1 || value == *best)
			continue;
		*s->trial = *s->best;
		*trial = value;
		if (try(s))
			return;
	}
}

static void shrink_values(struct state *s, unsigned int n)
{
	struct sequence_step *trial = &s->trial->step[n];
	const struct sequence_step *best = &s->best->step[n];
	const struct smc_value *rows;
	const unsigned int count = sequence_values(best, &rows);

	for (unsigned int i = 0; i < count; i++)
		shrink_value(s, &trial->value[i], &best->value[i]);
	for (unsigned int i = 0; i < best->field_count; i++)
		shrink_value(s, &trial->field[i].value, &best->field[i].value);
}

static void shrink_start(struct state *s)
{
	for (unsigned int start = 0; start < s->best->start; start++) {
		*s->trial = *s->best;
		s->trial->start = (uint8_t)start;
		if (try(s))
			return;
	}
}

static void shrink_machine(struct state *s)
{
	if (!s->best->machine)
		return;
	*s->trial = *s->best;
	s->trial->machine = 0;
	try(s);
}

static void pass(struct state *s)
{
	for (unsigned int length = s->best->count; length > 0; length /= 2)
		remove_runs(s, length);
	for (unsigned int n = 0; n < s->best->count && may_try(s); n++) {
		shrink_times(s, n);
		shrink_flags(s, n);
		remove_fields(s, n);
		shrink_values(s, n);
	}
	shrink_start(s);
	shrink_machine(s);
}

/* --- another start --------------------------------------------------------------------------- */

static bool restart(struct state *s, struct sequence_restart *restart)
{
	for (unsigned int low = 0; low < 2; low++) {
		restart->low = low;
		sequence_restart(s->trial, s->best, restart);
		if (try(s))
			return true;
	}
	return false;
}

/* The shortest end that fails from a start. */
static void change_start(struct state *s)
{
	struct sequence *steps = malloc(sizeof(*steps));
	struct sequence_restart r = {.steps = steps};
	struct trace_error error;
	bool done = !steps;

	for (r.length = 1; !done && r.length < s->best->count && may_try(s); r.length++) {
		for (r.start = 1; !done && sequence_start_name(r.start); r.start++)
			done = sequence_parse(steps, sequence_start_script(r.start), &error) &&
			       restart(s, &r);
	}
	free(steps);
}

/* What is as short as this gains nothing from another start. */
#define FEW_CALLS 3

void sequence_shrink(struct sequence_shrinker *shrinker, struct sequence *sequence)
{
	struct state s = {.shrinker = shrinker, .best = sequence};

	s.trial = malloc(sizeof(*s.trial));
	if (!s.trial)
		return;
	do {
		s.changed = false;
		pass(&s);
		if (!s.changed && sequence_calls(s.best) > FEW_CALLS)
			change_start(&s);
	} while (s.changed && may_try(&s));
	free(s.trial);
}
