/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_REPLAY_LOG_H
#define TOOLS_REPLAY_LOG_H

/* Console logs for `rmmsim replay`. */

#include <jansson.h>

#include "trace/log/log.h"

struct replay_log_options {
	bool json, verbose;
	size_t show;   /* wrong lines that are described */
	json_t *files; /* with json: gets an object per file */
};

/* Sums over all logs. */
struct replay_logs {
	size_t files;
	size_t explained, wrong, unknown, passed_over;
	json_t *entries; /* with json: the wrong lines */
};

/* False after filling *error: the input is no log that can be read. */
bool replay_log(const char *path, struct input *input, const struct replay_log_options *options,
		struct replay_logs *sums, struct trace_error *error);
void replay_log_print_totals(const struct replay_logs *sums);
/* Adds the sums to the result of all files. */
void replay_log_json_totals(const struct replay_logs *sums, json_t *object);

#endif
