/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_SHRINK_H
#define TOOLS_SHRINK_H

/* What is kept failing by `rmmsim shrink`. */

#include "trace/replay.h"
#include "trace/sequence.h"

enum shrink_kind {
	SHRINK_MISMATCH,  /* two profiles answer differently; a recording is answered differently */
	SHRINK_INVARIANT, /* an invariant or another oracle is violated */
	SHRINK_CRASH,     /* a process that runs it dies of a signal */
	SHRINK_COMMAND,   /* a program that is given the file exits with another status than 0 */
};

/* The first difference of a recording: removing calls may make others, which are not meant. */
struct shrink_mismatch {
	bool known;
	uint64_t call; /* its number in the recording */
	struct replay_difference difference;
};

struct shrink_predicate {
	enum shrink_kind kind;
	const char *command;
	const char *
		profile; /* mismatch: compared with the machine's own; recordings: replayed under */
	struct shrink_mismatch mismatch; /* of a recording: the one that stays, if known */
	bool unusable;                   /* set where the command cannot be run */
};

/* Why a file that is to be shrunk cannot be: writes "FILE does not fail: ..."; returns an exit status. */
int shrink_refuse(const struct shrink_predicate *predicate, const char *path);

bool shrink_sequence_fails(struct shrink_predicate *predicate, const struct sequence *sequence);
/* The text of a recording. Where no mismatch is known yet, the one that is found becomes known. */
bool shrink_trace_fails(struct shrink_predicate *predicate, const char *text, size_t size);

/* Shrinks a recording; writes the result to `output`. Returns an enum tool_exit. */
int shrink_trace(struct shrink_predicate *predicate, const char *path, const char *output);

#endif
