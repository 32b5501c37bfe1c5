/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SHIM_SRC_KIT_RESULT_H
#define HOST_SHIM_SRC_KIT_RESULT_H

/* Results of tests as text, JUnit XML and KTAP; what was found as JSON. */

#include <stdbool.h>
#include <stdio.h>

#include "host_shim/src/kit/summary.h"

/* NULL: not wanted. */
struct result_files {
	FILE *junit, *json, *ktap;
};

struct result {
	const char *name, *file;
	int line;
	unsigned int number; /* from 1 */
	unsigned long seed;
	double seconds; /* of processor time */
	bool passed;
};

/* False, with a text, if the file cannot be written. */
bool result_open(FILE **file, const char *path);
void result_begin(const struct result_files *files, const char *program, unsigned int count);
void result_tell(const struct result_files *files, const struct result *result);
/* The summary, and the ends of files, which are closed. */
void result_end(const struct result_files *files, bool all);

#endif
