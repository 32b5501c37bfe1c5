/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

/* What the sub-commands of `rmmsim` share. */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum tool_exit {
	TOOL_OK = 0,
	TOOL_CHECK_FAILED = 1, /* what was checked is not so */
	TOOL_USAGE = 2,        /* the arguments or an input file are wrong */
	TOOL_INTERNAL = 3,     /* a failure of the program or the system */
};

/* A sub-command; argv[0] is its name. Returns an enum tool_exit. */
typedef int (*tool_fn)(int argc, char **argv);

int tool_replay(int argc, char **argv);
int tool_explain(int argc, char **argv);
int tool_capabilities(int argc, char **argv);
int tool_coverage(int argc, char **argv);
int tool_run(int argc, char **argv);
int tool_demo(int argc, char **argv);
int tool_sequence(int argc, char **argv);
int tool_shrink(int argc, char **argv);
int tool_to_test(int argc, char **argv);
int tool_fuzz_corpus(int argc, char **argv);
int tool_fuzz_stats(int argc, char **argv);
int tool_peer(int argc, char **argv);
int tool_token(int argc, char **argv);
int tool_import(int argc, char **argv);
int tool_diff(int argc, char **argv);
int tool_report(int argc, char **argv);

/* Name of the engine that `rmmsim run` has in this build; NULL if it has none. */
const char *tool_run_engine(void);

/* This stream is a terminal that knows control sequences: not a dumb one. */
bool tool_terminal(FILE *stream);
/* ANSI colour on this stream: such a terminal, and NO_COLOR is not set. */
bool tool_colour(FILE *stream);
/* The locale of the environment encodes characters in UTF-8. */
bool tool_utf8(void);

/* "rmmsim replay: ..." on stderr, and where to find help. Returns TOOL_USAGE. */
int tool_usage_error(const char *tool, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What is wrong with the file, on stderr; `line` 0: not with a line of it. Returns TOOL_USAGE. */
int tool_input_error(const char *path, size_t line, size_t column, const char *text);

/* Writes the object to stdout with a newline and drops it. Returns `status`, or TOOL_INTERNAL. */
int tool_print_json(json_t *object, int status);

/*
 * A line on stderr that is replaced by the next, while stderr is a terminal as above; `done` of `total` things
 * of the kind `what`. tool_progress_end() removes it.
 */
void tool_progress(const char *what, size_t done, size_t total);
void tool_progress_end(void);

/* Flushes stdout; TOOL_INTERNAL if something could not be written. */
int tool_finish(int status);

#endif
