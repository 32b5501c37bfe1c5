/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_TRACE_LOG_LIFE_H
#define TESTS_TRACE_LOG_LIFE_H

/*
 * Random lives of a model with the quirks of TF-RMM, and what the console of each release would show of
 * them: the log of a run that has happened, with its holes.
 */

#include <stdio.h>

#include "tests/support/host.h"
#include "tests/support/random.h"
#include "trace/log/call.h"

#define LIFE_RELEASES (LOG_08 + 1)

struct life {
	struct host host;
	struct random random;
	char *text[LIFE_RELEASES]; /* by enum log_release */
	size_t size[LIFE_RELEASES];
	FILE *out[LIFE_RELEASES];
	struct host_realm realms[3];
	unsigned int realm_count;
	uint64_t pages[8]; /* addresses that random calls use, too */
};

/* Lives a life of `steps` actions; its logs are in life->text until life_free(). */
void life_run(struct life *life, uint64_t seed, unsigned int steps);
void life_free(struct life *life);

#endif
