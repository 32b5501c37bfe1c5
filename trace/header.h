/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_HEADER_H
#define TRACE_HEADER_H

#include "trace/decode.h"

/* Line 1 of a recording: what produced it and the machine it ran on. */
bool header_decode(struct decode *decode, const json_t *object, struct trace_header *header);

#endif
