/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_SHRINK_H
#define TOOLS_SHRINK_H

/* What is kept failing by `rmmsim shrink`. */

#include "trace/sequence.h"

enum shrink_kind {
	SHRINK_MISMATCH,  /* two profiles answer differently; a recording is answered differently */
	SHRINK_INVARIANT, /* an invariant or another oracle is violated */
	SHRINK_CRASH,     /* a process that runs it dies of a signal */
	SHRINK_COMMAND,   /* a program that is given the file exits with another status than 0 */
};

struct shrink_predicate {
	enum shrink_kind kind;
	const char *command;
	const char *
		profile; /* mismatch: compared with the machine's own; recordings: replayed under */
};

bool shrink_sequence_fails(const struct shrink_predicate *predicate,
			   const struct sequence *sequence);
/* The text of a recording. */
bool shrink_trace_fails(const struct shrink_predicate *predicate, const char *text, size_t size);

/* Shrinks a recording; writes the result to `output`. Returns an enum tool_exit. */
int shrink_trace(const struct shrink_predicate *predicate, const char *path, const char *output);

#endif
