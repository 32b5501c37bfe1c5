/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_READER_H
#define TRACE_READER_H

#include "trace/input.h"

struct trace_read_options {
	bool strict; /* unknown keys, lines and kinds are errors, and so is a recording cut off */
};

/*
 * Reads a recording, compressed or not. NULL after filling *error; any input is safe. The caller
 * frees it with trace_free().
 */
struct trace *trace_read(const char *path, const struct trace_read_options *options,
			 struct trace_error *error);
/* The same from an open input, which stays open; nothing may have been read from it yet. */
struct trace *trace_read_input(struct input *input, const struct trace_read_options *options,
			       struct trace_error *error);
void trace_free(struct trace *trace);

#endif
