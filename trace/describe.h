/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_DESCRIBE_H
#define TRACE_DESCRIBE_H

/* Mismatches of a replay for people and for programs. */

#include <jansson.h>
#include <stdio.h>

#include "trace/replay.h"

/*
 * Several indented lines: the decoded call, each difference with the expected and the actual value,
 * and why the model refused the call. With `colour`, ANSI sequences.
 */
void describe_mismatch(FILE *out, const struct replay_mismatch *mismatch, bool colour);

/* The same as an object; the caller owns it. NULL without memory. */
json_t *describe_mismatch_json(const struct replay_mismatch *mismatch);

/* "a + b" for a set of quirks. Returns `buf`. */
const char *describe_quirks(smc_quirks quirks, char *buf, size_t size);

#endif
