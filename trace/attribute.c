/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/attribute.h"

#include <stdlib.h>
#include <string.h>

bool attribution_add(struct attribution *attribution, smc_quirks quirks, size_t calls)
{
	size_t n = 0;

	while (n < attribution->count && attribution->rows[n].quirks != quirks)
		n++;
	if (n == attribution->room) {
		const size_t room = 2 * n + 16;
		struct attribute_row *rows = realloc(attribution->rows, room * sizeof(*rows));

		if (!rows)
			return false;
		attribution->rows = rows;
		attribution->room = room;
	}
	if (n == attribution->count)
		attribution->rows[attribution->count++] = (struct attribute_row){.quirks = quirks};
	attribution->rows[n].calls += calls;
	return true;
}

void attribution_free(struct attribution *attribution)
{
	free(attribution->rows);
	*attribution = (struct attribution){.count = 0};
}

struct search {
	const struct trace *trace;
	const struct replay_options *options;
	struct attribute_memory *memory;
	struct attribution *attribution;
	struct trace_error *error;
	smc_quirks candidates; /* the profiles differ in these */
	smc_quirks found;      /* switched so far */
	bool failed;
};

/* Replays with `flip` switched on top of the caller's; `stop`: up to the first difference. */
static bool try(struct search *search, smc_quirks flip, bool stop, struct replay_result *result)
{
	struct replay_options options = *search->options;

	options.flip ^= flip;
	options.stop = stop;
	options.keep = 0;
	options.finished = NULL;
	if (replay(search->trace, &options, result, search->error))
		return true;
	search->failed = true;
	return false;
}

/* Where a replay with some quirks switched first differs, and how. */
struct outcome {
	replay_position position; /* REPLAY_NOWHERE: it does not */
	size_t call;
	uint64_t fingerprint;
};

static struct outcome outcome_of(struct search *search, smc_quirks flip)
{
	struct outcome outcome = {.position = 0};
	struct replay_result result;

	if (!try(search, flip, true, &result))
		return outcome;
	outcome.position = result.first;
	outcome.call = result.first == REPLAY_NOWHERE ? SIZE_MAX : result.first_call;
	outcome.fingerprint = result.fingerprint;
	replay_result_free(&result);
	return outcome;
}

static void remember(struct attribute_memory *memory, smc_quirks set)
{
	size_t n = 0;

	while (n < memory->count && memory->sets[n] != set)
		n++;
	if (n == memory->count && n < 64)
		memory->count++;
	if (n == 64)
		n--;
	memmove(memory->sets + 1, memory->sets, n * sizeof(memory->sets[0]));
	memory->sets[0] = set;
}

/*
 * Sets that were the smallest for an earlier mismatch are tried first, the most recent one before the
 * others.
 */
static bool from_memory(struct search *search, smc_quirks base, unsigned int size,
			replay_position position, smc_quirks *set)
{
	for (size_t n = 0; n < search->memory->count && !search->failed; n++) {
		*set = search->memory->sets[n];
		if (smc_quirk_count(*set) != size || *set & base || *set & ~search->candidates)
			continue;
		if (outcome_of(search, base | *set).position > position)
			return true;
	}
	return false;
}

/*
 * Adds `size` quirks to *set so that the replay gets beyond `here`. Quirks that change nothing by
 * themselves cannot be the first of a set: what they need has to be switched before.
 */
static bool extend(struct search *search, smc_quirks base, unsigned int size, struct outcome here,
		   replay_position beyond, smc_quirks *set)
{
	const smc_quirks before = *set;

	for (unsigned int n = 0; n < SMC_QUIRK_COUNT && !search->failed; n++) {
		const smc_quirks bit = SMC_QUIRK_BIT(n);
		struct outcome next;

		if (!(search->candidates & bit) || (base | before) & bit)
			continue;
		*set = before | bit;
		next = outcome_of(search, base | *set);
		if (size == 1 && next.position > beyond)
			return true;
		if (size > 1 && next.fingerprint != here.fingerprint &&
		    extend(search, base, size - 1, next, beyond, set))
			return true;
	}
	*set = before;
	return false;
}

/* The smallest set of at most three quirks that gets beyond `here`. */
static bool smallest(struct search *search, smc_quirks base, struct outcome here, smc_quirks *set)
{
	for (unsigned int size = 1; size <= 3 && !search->failed; size++) {
		if (from_memory(search, base, size, here.position, set))
			return true;
		*set = 0;
		if (extend(search, base, size, here, here.position, set))
			return true;
	}
	return false;
}

/*
 * A call may differ in several places for several reasons: collects sets until the call agrees. The
 * result is what has to be switched; 0 if the call cannot be explained.
 */
static smc_quirks explain_call(struct search *search, struct outcome here)
{
	const size_t call = here.call;
	smc_quirks switched = 0, set;

	while (here.call == call) {
		if (!smallest(search, search->found | switched, here, &set))
			return 0;
		remember(search->memory, set);
		switched |= set;
		here = outcome_of(search, search->found | switched);
		if (search->failed)
			return 0;
	}
	return switched;
}

/* Takes the mismatches that `set` removes out of `open`; returns how many. */
static bool settle(struct search *search, smc_quirks set, uint8_t *open)
{
	struct replay_result result;
	size_t removed = 0;

	if (!try(search, search->found | set, false, &result))
		return false;
	*search->error = (struct trace_error){.text = "out of memory"};
	for (size_t n = 0; n < search->trace->call_count; n++) {
		if (open[n] && result.verdicts[n] != REPLAY_DIFFERS) {
			open[n] = 0;
			removed++;
		}
	}
	replay_result_free(&result);
	search->found |= set;
	search->failed = !attribution_add(search->attribution, set, removed);
	return !search->failed;
}

static bool attribute_all(struct search *search, uint8_t *open)
{
	for (;;) {
		struct outcome here = outcome_of(search, search->found);
		smc_quirks set;

		if (search->failed)
			return false;
		if (here.position == REPLAY_NOWHERE)
			break;
		set = explain_call(search, here);
		if (search->failed)
			return false;
		if (!set || !settle(search, set, open))
			break;
	}
	for (size_t n = 0; n < search->trace->call_count; n++)
		search->attribution->unattributed += open[n];
	return !search->failed;
}

bool attribute(const struct trace *trace, const struct replay_options *options,
	       const struct replay_result *first, struct attribute_memory *memory,
	       struct attribution *attribution, struct trace_error *error)
{
	const char *recorded = replay_profile(trace);
	const char *chosen = options->profile ? options->profile : recorded;
	struct search search = {
		.trace = trace,
		.options = options,
		.memory = memory,
		.attribution = attribution,
		.error = error,
		.candidates = smc_profile_find(chosen)->quirks ^ options->flip ^
			      smc_profile_find(recorded)->quirks,
	};
	uint8_t *open = malloc(trace->call_count + 1);
	bool done;

	*attribution = (struct attribution){.count = 0};
	*error = (struct trace_error){.text = "out of memory"};
	if (!open)
		return false;
	for (size_t n = 0; n < trace->call_count; n++)
		open[n] = first->verdicts[n] == REPLAY_DIFFERS;
	done = attribute_all(&search, open);
	free(open);
	if (!done)
		attribution_free(attribution);
	return done;
}
