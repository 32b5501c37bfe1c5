/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* mkstemps() */
#include "tools/shrink.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/tool.h"
#include "trace/reader.h"
#include "trace/replay.h"
#include "trace/sequence_log.h"
#include "trace/sequence_oracle.h"

#define OTHER_PROFILE "tf-rmm-0.8"

int shrink_refuse(const struct shrink_predicate *predicate, const char *path)
{
	static const char *const why[] = {
		[SHRINK_MISMATCH] = "both answer the same",
		[SHRINK_INVARIANT] = "no invariant is violated, and no other oracle finds anything",
		[SHRINK_CRASH] = "it runs to its end",
		[SHRINK_COMMAND] = "the exit status of the command is 0",
	};

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

static void act(void *context, const struct sequence_step *step)
{
	sequence_oracle_act(&((struct watched *)context)->oracle, step);
}

static bool violates(const struct sequence *sequence)
{
	static const struct sequencer_options options = {.explain = false};
	struct sequencer *sequencer = sequencer_create(&options);
	struct watched watched = {.oracle = {.every = 1}};
	const struct sequence_watch watch = {&watched, before, after, act, NULL, NULL};

	if (!sequencer)
		return false;
	sequence_oracle_begin(&watched.oracle, sequence);
	sequencer_run(sequencer, sequence, &watch);
	sequence_oracle_end(&watched.oracle, sequencer, sequence);
	sequencer_destroy(sequencer);
	return watched.oracle.kind != FINDING_NONE;
}

static struct sequence_log *run_logged(const struct sequence *sequence, const char *profile)
{
	const struct sequencer_options options = {.profile = profile};
	struct sequencer *sequencer = sequencer_create(&options);
	struct sequence_log *log = malloc(sizeof(*log));
	const struct sequence_watch watch = {.context = log,
					     .before = sequence_log_before,
					     .after = sequence_log_after,
					     .seen = sequence_log_seen};

	if (sequencer && log) {
		sequence_log_begin(log);
		sequencer_run(sequencer, sequence, &watch);
	}
	sequencer_destroy(sequencer);
	return log;
}

static bool differs(const struct sequence *sequence, const char *profile)
{
	struct sequence_log *a = run_logged(sequence, NULL);
	struct sequence_log *b = run_logged(sequence, profile);
	const bool different = a && b && sequence_log_difference(a, b) != SIZE_MAX;

	free(a);
	free(b);
	return different;
}

/* --- processes ------------------------------------------------------------------------------- */

/* `run` in a child that says nothing; whether a signal ended it. */
static bool crashes(void (*run)(const void *context), const void *context)
{
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		const int null = open("/dev/null", O_WRONLY);

		dup2(null, STDERR_FILENO);
		run(context);
		_exit(0);
	}
	return child > 0 && waitpid(child, &status, 0) == child &&
	       (WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

/* What the shell says of a command that does not exist or cannot be executed. */
static bool is_unusable(int status)
{
	return status == -1 ||
	       (WIFEXITED(status) && WEXITSTATUS(status) >= 126 && WEXITSTATUS(status) <= 127);
}

static bool command_fails(struct shrink_predicate *predicate, const char *suffix, const void *data,
			  size_t size)
{
	char path[64], line[4096];
	int status = -1;
	FILE *file;
	int fd;

	snprintf(path, sizeof(path), "/tmp/rmmsim-shrink-XXXXXX%s", suffix);
	fd = mkstemps(path, (int)strlen(suffix));
	file = fd >= 0 ? fdopen(fd, "wb") : NULL;
	if (file) {
		fwrite(data, 1, size, file);
		fclose(file);
		if ((size_t)snprintf(line, sizeof(line), "%s %s >/dev/null 2>&1",
				     predicate->command, path) < sizeof(line))
			status = system(line);
		unlink(path);
	}
	predicate->unusable = is_unusable(status);
	return status != 0 && !predicate->unusable;
}

static void run_sequence(const void *context)
{
	violates(context);
}

static bool sequence_command_fails(struct shrink_predicate *predicate,
				   const struct sequence *sequence)
{
	uint8_t *data = malloc(SEQUENCE_MAX_BINARY);
	bool fails;

	if (!data)
		return false;
	fails = command_fails(predicate, ".bin", data,
			      sequence_encode(sequence, data, SEQUENCE_MAX_BINARY));
	free(data);
	return fails;
}

bool shrink_sequence_fails(struct shrink_predicate *predicate, const struct sequence *sequence)
{
	switch (predicate->kind) {
	case SHRINK_MISMATCH:
		return differs(sequence, predicate->profile ? predicate->profile : OTHER_PROFILE);
	case SHRINK_INVARIANT:
		return violates(sequence);
	case SHRINK_CRASH:
		return crashes(run_sequence, sequence);
	default:
		return sequence_command_fails(predicate, sequence);
	}
}

/* --- recordings ------------------------------------------------------------------------------ */

struct text {
	const struct shrink_predicate *predicate;
	const char *at;
	size_t size;
	bool *violated;
	struct shrink_mismatch *mismatch;
};

static void count_violations(void *context, struct rmmsim *sim)
{
	bool *violated = context;

	*violated = rmmsim_check(sim, NULL, 0) != 0;
}

static void keep_mismatch(struct shrink_mismatch *mismatch, const struct replay_result *result)
{
	if (!result->kept_count || !result->kept[0].count)
		return;
	*mismatch = (struct shrink_mismatch){true, result->kept[0].call->smc->i,
					     result->kept[0].differences[0]};
}

static bool same_mismatch(const struct shrink_mismatch *a, const struct shrink_mismatch *b)
{
	const struct replay_difference *x = &a->difference, *y = &b->difference;

	return a->call == b->call && x->what == y->what && x->expected == y->expected &&
	       x->actual == y->actual && x->index == y->index && x->pa == y->pa;
}

static void replay_file(const struct text *text, const char *path)
{
	const struct trace_read_options read = {.strict = false};
	const bool invariants = text->predicate->kind == SHRINK_INVARIANT;
	struct replay_options options = {.profile = text->predicate->profile, .keep = 1};
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
		replay_result_free(&result);
	}
	trace_free(trace);
}

static void run_text(const void *context)
{
	const struct text *text = context;
	char path[] = "/tmp/rmmsim-shrink-XXXXXX";
	const int fd = mkstemp(path);

	if (fd < 0)
		return;
	if (write(fd, text->at, text->size) == (ssize_t)text->size)
		replay_file(text, path);
	close(fd);
	unlink(path);
}

bool shrink_trace_fails(struct shrink_predicate *predicate, const char *at, size_t size)
{
	struct shrink_mismatch mismatch = {.known = false};
	bool violated = false;
	const struct text text = {predicate, at, size, &violated, &mismatch};

	if (predicate->kind == SHRINK_COMMAND)
		return command_fails(predicate, ".jsonl", at, size);
	if (predicate->kind == SHRINK_CRASH)
		return crashes(run_text, &text);
	run_text(&text);
	if (predicate->kind == SHRINK_INVARIANT)
		return violated;
	if (!predicate->mismatch.known)
		predicate->mismatch = mismatch;
	return mismatch.known && same_mismatch(&mismatch, &predicate->mismatch);
}
