/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_LOG_H
#define TRACE_LOG_LOG_H

/*
 * A console log: what the monitor printed, taken out of what else stands there. Lines into which others
 * were printed are put together where only one reading is possible; the others are kept as lost, because
 * a call happened that is not known.
 *
 * A log has *holes*: calls that were executed and not printed. It is read (log.h), each line judged (check.h) against
 * the *state* that is known so far (state.h): a *fact* has the line that made it, a *rule* (rule.h) says which facts a
 * call needs. A judgement is *wrong* (no run of the monitor prints this), *open*, or *certain*. What can be said
 * without doubt becomes a recording (import.h). Lines are read once, in order; no locks.
 *
 *	struct log *log = log_read("console.log", &error);
 *	for (size_t i = 0; i < log->event_count; i++)
 *		...log->events[i]...
 *	log_free(log);
 */

#include "trace/log/call.h"
#include "trace/input.h"

enum log_kind {
	LOG_BOOT,   /* the monitor starts */
	LOG_CALL,   /* one call */
	LOG_LOST,   /* parts of at least one call */
	LOG_DIGEST, /* "Measurement (SHA...): 0x..." */
	LOG_NOTE,   /* another line of the monitor */
};

struct log_boot {
	unsigned int releases;     /* LOG_RELEASE_BIT(): by banner, or by the shape of the lines */
	bool named;                /* the banner names the release */
	uint32_t rmi_abi, rsi_abi; /* 0x10001; 0: not printed */
};

struct log_digest {
	size_t size;
	uint8_t bytes[64];
};

struct log_event {
	enum log_kind kind;
	size_t line; /* of the file, from 1 */
	union {
		struct log_boot boot;
		struct log_call call;
		struct log_digest digest;
		const char *text; /* LOG_LOST, LOG_NOTE */
	};
};

struct log {
	size_t line_count;
	char **lines; /* without prefixes and escape sequences */
	bool *used;   /* per line: part of an event */
	size_t event_count;
	struct log_event *events;
	bool cut;     /* the last line has no line end */
	bool damaged; /* characters are lost */
};

/*
 * In a log whose calls stand in columns, those that do not have lost characters: they become LOG_LOST. For
 * log_read() only.
 */
void log_drop_damaged(struct log *log);

/* Bytes that tell a log from a recording. */
#define LOG_PEEK 4096

/* These bytes may be the beginning of a console log: they are not that of a recording. */
bool log_recognise(const char *bytes, size_t size);
/* Reads a console log to its end. NULL after filling *error; the caller frees it with log_free(). */
struct log *log_read(struct input *input, struct trace_error *error);
void log_free(struct log *log);

#endif
