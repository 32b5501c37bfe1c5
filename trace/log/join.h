/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_JOIN_H
#define TRACE_LOG_JOIN_H

#include "trace/log/log.h"

#define LOG_JOIN_CALLS 2

/* What came of a line that begins like a call, but is not a whole one. */
struct log_joined {
	unsigned int count; /* calls, in the order in which they were printed; 0: lost */
	struct log_call calls[LOG_JOIN_CALLS];
	size_t taken; /* lines behind this one that belong to them */
	size_t gap;   /* foreign lines before those */
};

/*
 * Puts the call together that begins in `lines[0]` and goes on in a later line, because something was
 * printed in the middle of it: the rest of another writer's line, or a whole line of a Realm's call.
 */
void log_join(char *const *lines, size_t count, unsigned int releases, struct log_joined *joined);

/* The part of log_join() for two lines printed in turns, the second of which begins at `inner`. */
bool log_join_mixed(char *const *lines, size_t count, const char *inner, unsigned int releases,
		    struct log_joined *joined);

/* A call whose first few characters begin the line `head`, and all others are `tail`. */
bool log_join_tail(const char *head, const char *tail, unsigned int releases,
		   struct log_call *call);
/* The end of a call stands here. */
bool log_ends_call(const char *text);

#endif
