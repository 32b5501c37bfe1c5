/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_SHRINK_H
#define TOOLS_SHRINK_H

/* What is kept failing by `rmmsim shrink`. */

#include "trace/replay.h"
#include "sequence/sequence.h"

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
	char reason[64]; /* condition for which the model refused the call; "" if it did not */
};

struct shrink_predicate {
	enum shrink_kind kind;
	const char *command;
	const char *
		profile; /* mismatch: compared with the machine's own; recordings: replayed under */
	struct shrink_mismatch mismatch; /* of a recording: the one that stays, if known */
	bool unusable;                   /* set where the command cannot be run */
	bool stopped;                    /* SIGINT or SIGTERM came: nothing fails from here on */
	/* From one attempt to the next: a start is made once. NULL at first; shrink_end() frees them. */
	struct sequencer *sequencer, *other;
	int error; /* errno where a file for an attempt cannot be written */
};

/* The exit status where `stopped` is set and what was left by then is written. */
#define SHRINK_INTERRUPTED 130

/* SIGINT and SIGTERM end the shrinking, not the program: they are held back, and looked for. */
void shrink_hold_signals(void);
void shrink_end(struct shrink_predicate *predicate);
/* True: no more attempts. */
bool shrink_ends(struct shrink_predicate *predicate);
/* False with a message where nothing could be written to `output` (NULL: standard output) in the end. */
bool shrink_output_usable(const char *output);
/* The exit status of what was shrunk and written, with a message where it ended early. */
int shrink_status(const struct shrink_predicate *predicate);

/* Why a file that is to be shrunk cannot be: writes "FILE does not fail: ..."; returns an exit status. */
int shrink_refuse(struct shrink_predicate *predicate, const char *path);

bool shrink_sequence_fails(struct shrink_predicate *predicate, const struct sequence *sequence);
/* The text of a recording. Where no mismatch is known yet, the one that is found becomes known. */
bool shrink_trace_fails(struct shrink_predicate *predicate, const char *text, size_t size);

/*
 * Whether what the recording expects can be: under the profile that made it the model answers as
 * recorded, up to the call of the mismatch where one is known. An expectation whose cause was removed
 * fails here.
 */
bool shrink_trace_possible(struct shrink_predicate *predicate, const char *text, size_t size);
/*
 * For recordings that the model cannot answer: the calls that the one with number `call` depends on as
 * far as the recording tells, which is all that name the same Realm, REC or granules, or one that such
 * a call names. `is` gets the number of each. False after a message.
 */
bool shrink_trace_depends(const char *path, uint64_t call, void (*is)(void *context, uint64_t call),
			  void *context);

/*
 * Shrinks a recording with at most `attempts` attempts (0: any number); writes the result to `output`.
 * Returns an enum tool_exit or SHRINK_INTERRUPTED.
 */
int shrink_trace(struct shrink_predicate *predicate, const char *path, const char *output,
		 unsigned int attempts);

#endif
