/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_INPUT_H
#define TRACE_INPUT_H

/* Lines of a file, which may be compressed with gzip: its first bytes decide, not its name. Other compressions are an error that names them. */

#include "trace/trace.h"

/* Longer lines are refused: nothing that records a call comes near. */
#define INPUT_MAX_LINE ((size_t)8 << 20)

struct input;

enum input_status { INPUT_LINE, INPUT_END, INPUT_ERROR };

/* "-" is the standard input. NULL after filling *error. */
struct input *input_open(const char *path, struct trace_error *error);
void input_close(struct input *input);
/*
 * The next line without its newline; *line stays valid until the next call. *number counts from 1.
 * A last line without newline counts as a line.
 */
enum input_status input_line(struct input *input, const char **line, size_t *length, size_t *number,
			     struct trace_error *error);

/*
 * The first bytes of the uncompressed text, at least `want` unless it is shorter; only before the first
 * input_line(). False after filling *error.
 */
bool input_peek(struct input *input, size_t want, const char **bytes, size_t *size,
		struct trace_error *error);
/* The last line that was handed out had its newline. */
bool input_line_complete(const struct input *input);

#endif
