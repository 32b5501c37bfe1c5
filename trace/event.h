/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_EVENT_H
#define TRACE_EVENT_H

#include "trace/decode.h"

enum event_status {
	EVENT_DECODED,
	EVENT_UNKNOWN, /* a kind of line that this version does not know; never in strict mode */
	EVENT_FAILED,
};

/* A line after the header. */
enum event_status event_decode(struct decode *decode, const json_t *object,
			       struct trace_event *event);

#endif
