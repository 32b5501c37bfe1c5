/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/attribute.h"

#include <stdlib.h>
#include <string.h>

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

/* Position of the first difference with these quirks switched. */
static replay_position first_difference(struct search *search, smc_quirks flip, size_t *call)
{
	struct replay_result result;
	replay_position position;

	if (!try(search, flip, true, &result))
		return 0;
	position = result.first;
	*call = position == REPLAY_NOWHERE ? search->trace->call_count : result.first_call;
	replay_result_free(&result);
	return position;
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

/* Does switching `set` move the first difference behind `position`? */
static bool helps(struct search *search, smc_quirks base, smc_quirks set, replay_position position)
{
	size_t call;

	return first_difference(search, base | set, &call) > position;
}

/*
 * Sets that changed nothing before were the smallest for another recording; a set is worth a try
 * here if all of it is still to be switched.
 */
static bool from_memory(struct search *search, smc_quirks base, unsigned int size,
			replay_position position, smc_quirks *set)
{
	for (size_t n = 0; n < search->memory->count; n++) {
		*set = search->memory->sets[n];
		if ((unsigned int)__builtin_popcountll(*set) != size || *set & base ||
		    *set & ~search->candidates)
			continue;
		if (helps(search, base, *set, position))
			return true;
	}
	return false;
}

/* All sets of `size` quirks above `from`, added to `*set`. */
static bool enumerate(struct search *search, smc_quirks base, unsigned int size, unsigned int from,
		      replay_position position, smc_quirks *set)
{
	smc_quirks before = *set;

	if (!size)
		return helps(search, base, *set, position);
	for (unsigned int n = from; n < SMC_QUIRK_COUNT && !search->failed; n++) {
		smc_quirks bit = (smc_quirks)1 << n;

		if (!(search->candidates & bit) || base & bit)
			continue;
		*set = before | bit;
		if (enumerate(search, base, size - 1, n + 1, position, set))
			return true;
	}
	*set = before;
	return false;
}

/* The smallest set of at most three quirks that gets further than `position`. */
static bool smallest(struct search *search, smc_quirks base, replay_position position,
		     smc_quirks *set)
{
	for (unsigned int size = 1; size <= 3 && !search->failed; size++) {
		if (from_memory(search, base, size, position, set))
			return true;
		*set = 0;
		if (enumerate(search, base, size, 0, position, set))
			return true;
	}
	return false;
}

/*
 * A call may differ in several places for several reasons: collects sets until the call agrees. The
 * result is what has to be switched; 0 if the call cannot be explained.
 */
static smc_quirks explain_call(struct search *search, size_t call, replay_position position)
{
	smc_quirks switched = 0, set;

	for (;;) {
		size_t next = call;

		if (!smallest(search, search->found | switched, position, &set))
			return 0;
		remember(search->memory, set);
		switched |= set;
		position = first_difference(search, search->found | switched, &next);
		if (search->failed)
			return 0;
		if (next != call)
			return switched;
	}
}

static void add_row(struct attribution *attribution, smc_quirks quirks, size_t calls)
{
	if (attribution->count == sizeof(attribution->rows) / sizeof(attribution->rows[0]))
		return;
	attribution->rows[attribution->count++] =
		(struct attribute_row){.quirks = quirks, .calls = calls};
}

/* Takes the mismatches that `set` removes out of `open`; returns how many. */
static bool settle(struct search *search, smc_quirks set, uint8_t *open)
{
	struct replay_result result;
	size_t removed = 0;

	if (!try(search, search->found | set, false, &result))
		return false;
	for (size_t n = 0; n < search->trace->call_count; n++) {
		if (open[n] && result.verdicts[n] != REPLAY_DIFFERS) {
			open[n] = 0;
			removed++;
		}
	}
	replay_result_free(&result);
	search->found |= set;
	add_row(search->attribution, set, removed);
	return true;
}

static bool attribute_all(struct search *search, uint8_t *open)
{
	for (;;) {
		size_t call = 0;
		replay_position position = first_difference(search, search->found, &call);
		smc_quirks set;

		if (search->failed)
			return false;
		if (position == REPLAY_NOWHERE)
			break;
		set = explain_call(search, call, position);
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
	return done;
}
