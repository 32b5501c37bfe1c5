/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_SHRINK_PROCESS_H
#define TOOLS_SHRINK_PROCESS_H

/* Attempts that need a process or a file of their own. */

#include "tools/shrink.h"

/* `run` in a child that says nothing; whether it ended by a signal or badly. */
bool shrink_crashes(struct shrink_predicate *predicate, void (*run)(const void *context),
		    const void *context);

/* The predicate's command, given a file with these bytes whose name ends in `suffix`. */
bool shrink_command_fails(struct shrink_predicate *predicate, const char *suffix, const void *data,
			  size_t size);

/*
 * A temporary file with these bytes, in TMPDIR or /tmp: its name in path[]. False with
 * predicate->error set and no file.
 */
#define SHRINK_PATH 1024
bool shrink_file(struct shrink_predicate *predicate, const char *suffix, const void *data,
		 size_t size, char path[SHRINK_PATH]);

#endif
