/* SPDX-License-Identifier: BSD-3-Clause */
#include "tools/shrink_process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/tool.h"
#include "trace/reader.h"
#include "trace/replay.h"
#include "sequence/log.h"
#include "sequence/oracle.h"

#define OTHER_PROFILE "tf-rmm-0.8"

int shrink_refuse(struct shrink_predicate *predicate, const char *path)
{
	static const char *const why[] = {
		[SHRINK_MISMATCH] = "both answer the same",
		[SHRINK_INVARIANT] = "no invariant is violated, and no other oracle finds anything",
		[SHRINK_CRASH] = "it runs to its end",
		[SHRINK_COMMAND] = "the exit status of the command is 0",
	};

	if (shrink_ends(predicate))
		return shrink_status(predicate);
	if (predicate->unusable) {
		fprintf(stderr, "rmmsim shrink: cannot run \"%s\"\n", predicate->command);
		return TOOL_USAGE;
	}
	fprintf(stderr, "rmmsim shrink: %s does not fail: %s\n", path, why[predicate->kind]);
	return TOOL_CHECK_FAILED;
}

/* --- sequences ------------------------------------------------------------------------------- */

struct watched {
	struct sequence_oracle oracle;
	struct sequence_log *log;
};

static bool before(void *context, const struct sequence_call *call)
{
	return sequence_oracle_before(&((struct watched *)context)->oracle, call);
}

static bool after(void *context, const struct sequence_call *call)
{
	return sequence_oracle_after(&((struct watched *)context)->oracle, call);
}

static bool finds(struct sequencer *sequencer, const struct sequence *sequence)
{
	struct watched watched = {.oracle = {.every = 1}};
	const struct sequence_inside inside = sequence_oracle_inside(&watched.oracle);
	const struct sequence_watch watch = {
		.context = &watched, .before = before, .after = after, .inside = &inside};

	sequence_oracle_begin(&watched.oracle, sequence);
	sequencer_run(sequencer, sequence, &watch);
	sequence_oracle_end(&watched.oracle, sequencer, sequence);
	return watched.oracle.kind != FINDING_NONE;
}

/* What something was found in may not be able to go back to its start. */
static bool violates(struct sequencer **sequencer, const struct sequence *sequence)
{
	static const struct sequencer_options options = {.content = true};
	bool found;

	if (!*sequencer)
		*sequencer = sequencer_create(&options);
	found = *sequencer && finds(*sequencer, sequence);
	if (found) {
		sequencer_destroy(*sequencer);
		*sequencer = NULL;
	}
	return found;
}

void shrink_end(struct shrink_predicate *predicate)
{
	sequencer_destroy(predicate->sequencer);
	sequencer_destroy(predicate->other);
	predicate->sequencer = predicate->other = NULL;
}

static struct sequence_log *run_logged(struct sequencer **sequencer,
				       const struct sequence *sequence, const char *profile)
{
	const struct sequencer_options options = {.profile = profile};
	struct sequence_log *log = malloc(sizeof(*log));
	const struct sequence_watch watch = {.context = log,
					     .before = sequence_log_before,
					     .after = sequence_log_after,
					     .seen = sequence_log_seen};

	if (!*sequencer)
		*sequencer = sequencer_create(&options);
	if (*sequencer && log) {
		sequence_log_begin(log);
		sequencer_run(*sequencer, sequence, &watch);
	}
	return log;
}

static bool differs(struct shrink_predicate *predicate, const struct sequence *sequence)
{
	const char *profile = predicate->profile ? predicate->profile : OTHER_PROFILE;
	struct sequence_log *a = run_logged(&predicate->sequencer, sequence, NULL);
	struct sequence_log *b = run_logged(&predicate->other, sequence, profile);
	const bool different = a && b && sequence_log_difference(a, b) != SIZE_MAX;

	free(a);
	free(b);
	return different;
}

/* --- processes ------------------------------------------------------------------------------- */

static void run_sequence(const void *context)
{
	struct sequencer *sequencer = NULL; /* memory of an instance is shared with the child */

	violates(&sequencer, context);
	sequencer_destroy(sequencer);
}

static bool sequence_command_fails(struct shrink_predicate *predicate,
				   const struct sequence *sequence)
{
	uint8_t *data = malloc(SEQUENCE_MAX_BINARY);
	bool fails;

	if (!data)
		return false;
	fails = shrink_command_fails(predicate, ".bin", data,
				     sequence_encode(sequence, data, SEQUENCE_MAX_BINARY));
	free(data);
	return fails;
}

bool shrink_sequence_fails(struct shrink_predicate *predicate, const struct sequence *sequence)
{
	switch (predicate->kind) {
	case SHRINK_MISMATCH:
		return differs(predicate, sequence);
	case SHRINK_INVARIANT:
		return violates(&predicate->sequencer, sequence);
	case SHRINK_CRASH:
		return shrink_crashes(predicate, run_sequence, sequence);
	default:
		return sequence_command_fails(predicate, sequence);
	}
}

/* --- recordings ------------------------------------------------------------------------------ */

struct text {
	struct shrink_predicate *predicate;
	const char *profile;
	const char *at;
	size_t size;
	bool *violated;
	struct shrink_mismatch *mismatch;
	bool *replayed; /* it could be read; may be NULL */
};

static void count_violations(void *context, struct rmmsim *sim)
{
	bool *violated = context;

	*violated = rmmsim_check(sim, NULL, 0) != 0;
}

/* The third line of an explanation begins with the condition: "  rtt_walk: ..." */
static void keep_reason(const char *explanation, char *reason, size_t size)
{
	const char *line = explanation;

	for (unsigned int n = 0; line && n < 2; n++) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	if (line)
		snprintf(reason, size, "%.*s", (int)strcspn(line, ":"), line);
}

static void keep_mismatch(struct shrink_mismatch *mismatch, const struct replay_result *result)
{
	if (!result->kept_count || !result->kept[0].count)
		return;
	*mismatch = (struct shrink_mismatch){true, result->kept[0].call->smc->i,
					     result->kept[0].differences[0], ""};
	keep_reason(result->kept[0].explanation, mismatch->reason, sizeof(mismatch->reason));
}

static bool same_mismatch(const struct shrink_mismatch *a, const struct shrink_mismatch *b)
{
	const struct replay_difference *x = &a->difference, *y = &b->difference;

	return a->call == b->call && x->what == y->what && x->expected == y->expected &&
	       x->actual == y->actual && x->index == y->index && x->pa == y->pa &&
	       strcmp(a->reason, b->reason) == 0;
}

static void replay_file(const struct text *text, const char *path)
{
	const struct trace_read_options read = {.strict = false};
	const bool invariants = text->predicate->kind == SHRINK_INVARIANT;
	struct replay_options options = {.profile = text->profile, .keep = 1};
	struct trace_error error;
	struct trace *trace = trace_read(path, &read, &error);
	struct replay_result result;

	if (!trace)
		return;
	options.stop = !invariants;
	options.finished = invariants ? count_violations : NULL;
	options.context = text->violated;
	if (replay(trace, &options, &result, &error)) {
		keep_mismatch(text->mismatch, &result);
		if (text->replayed)
			*text->replayed = true;
		replay_result_free(&result);
	}
	trace_free(trace);
}

static void run_text(const void *context)
{
	const struct text *text = context;
	char path[SHRINK_PATH];

	if (!shrink_file(text->predicate, "", text->at, text->size, path))
		return;
	replay_file(text, path);
	unlink(path);
}

bool shrink_trace_fails(struct shrink_predicate *predicate, const char *at, size_t size)
{
	struct shrink_mismatch mismatch = {.known = false};
	bool violated = false;
	const struct text text = {.predicate = predicate,
				  .profile = predicate->profile,
				  .at = at,
				  .size = size,
				  .violated = &violated,
				  .mismatch = &mismatch};

	if (predicate->kind == SHRINK_COMMAND)
		return shrink_command_fails(predicate, ".jsonl", at, size);
	if (predicate->kind == SHRINK_CRASH)
		return shrink_crashes(predicate, run_text, &text);
	run_text(&text);
	if (predicate->kind == SHRINK_INVARIANT)
		return violated;
	if (!predicate->mismatch.known)
		predicate->mismatch = mismatch;
	return mismatch.known && same_mismatch(&mismatch, &predicate->mismatch);
}

bool shrink_trace_possible(struct shrink_predicate *predicate, const char *at, size_t size)
{
	struct shrink_mismatch mismatch = {.known = false};
	bool violated = false, replayed = false;
	const struct text text = {.predicate = predicate,
				  .at = at,
				  .size = size,
				  .violated = &violated,
				  .mismatch = &mismatch,
				  .replayed = &replayed};

	run_text(&text);
	if (!replayed || !mismatch.known)
		return replayed;
	return predicate->mismatch.known && mismatch.call > predicate->mismatch.call;
}
