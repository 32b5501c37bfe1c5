/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_ATTRIBUTE_H
#define TRACE_ATTRIBUTE_H

/*
 * Which quirks explain what differs when a recording is replayed under a profile other than the one
 * that made it.
 */

#include "trace/replay.h"

struct attribute_row {
	smc_quirks quirks; /* the smallest set found that removes the mismatches */
	size_t calls;      /* mismatches that it removes */
};

/* The calls of all rows and the unattributed ones are all mismatches. */
struct attribution {
	size_t unattributed; /* mismatches that no set of quirks removes */
	size_t count, room;
	struct attribute_row *rows; /* no two with the same set */
};

/* Adds to the row of this set, which may be new. False: out of memory. */
bool attribution_add(struct attribution *attribution, smc_quirks quirks, size_t calls);
void attribution_free(struct attribution *attribution);

/* Sets of quirks that helped, the most recent first: shared by the recordings of one run. */
struct attribute_memory {
	size_t count;
	smc_quirks sets[64];
};

/*
 * `first`: result of a replay of the whole recording under options->profile with options->flip.
 * Only quirks in which that set differs from the recording's profile are tried. False after filling
 * *error; otherwise the caller frees *attribution with attribution_free().
 */
bool attribute(const struct trace *trace, const struct replay_options *options,
	       const struct replay_result *first, struct attribute_memory *memory,
	       struct attribution *attribution, struct trace_error *error);

#endif
