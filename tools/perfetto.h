/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_PERFETTO_H
#define TOOLS_PERFETTO_H

/*
 * Writes what a report shows as a trace of Perfetto (https://perfetto.dev), in its protobuf form: a track per
 * PE with the Host's calls, one per REC with the planes that ran and what they did, counters of granules by
 * state. Recordings have no time: each call takes a microsecond, and one more for each thing that the Realm did.
 */

#include "tools/report.h"

/* NULL without memory. */
struct perfetto *perfetto_open(FILE *out);
void perfetto_step(struct perfetto *perfetto, int plane, const char *text);
/* `counts`: granules by state, after the call. */
void perfetto_call(struct perfetto *perfetto, const struct report_call *call, const char *text,
		   const char *result, const struct report_count *counts);
/* False if memory was short. */
bool perfetto_close(struct perfetto *perfetto);

#endif
