/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_SPAN_H
#define TRACE_LOG_SPAN_H

/* A map from ranges of addresses to sets of values, one bit for each value. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What no span covers can have any value. */
#define LOG_SPAN_ANY UINT32_MAX

struct log_span {
	uint64_t base, top;
	uint32_t set;
	size_t line;
};

struct log_spans {
	size_t count, capacity;
	struct log_span *at; /* not sorted, without overlap */
};

void log_spans_free(struct log_spans *spans);
/* The range has a value of the set. Without memory the range becomes LOG_SPAN_ANY. */
void log_spans_set(struct log_spans *spans, uint64_t base, uint64_t top, uint32_t set, size_t line);
/* Adds to the sets of what the range touches. */
void log_spans_add(struct log_spans *spans, uint64_t base, uint64_t top, uint32_t set);
/* Values that all of the range can have at once; *line becomes that of the narrowest span. */
uint32_t log_spans_get(const struct log_spans *spans, uint64_t base, uint64_t top, size_t *line);

#endif
