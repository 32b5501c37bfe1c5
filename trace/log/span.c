/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/log/span.h"

#include <stdlib.h>

/* A map of this size forgets its oldest span for a new one. */
#define MAX_SPANS 4096

void log_spans_free(struct log_spans *spans)
{
	free(spans->at);
	*spans = (struct log_spans){0};
}

static void append(struct log_spans *spans, const struct log_span *span)
{
	const size_t more = spans->capacity ? 2 * spans->capacity : 16;
	struct log_span *larger;

	if (span->base >= span->top)
		return;
	if (spans->count == MAX_SPANS) {
		spans->at[0] = *span;
		return;
	}
	if (spans->count == spans->capacity) {
		larger = realloc(spans->at, more * sizeof(*larger));
		if (!larger)
			return;
		spans->at = larger;
		spans->capacity = more;
	}
	spans->at[spans->count++] = *span;
}

/* Cuts the range out of what is known. */
static void cut(struct log_spans *spans, uint64_t base, uint64_t top)
{
	for (size_t i = spans->count; i-- > 0;) {
		const struct log_span span = spans->at[i];
		struct log_span below = span, above = span;

		if (span.top <= base || span.base >= top)
			continue;
		spans->at[i] = spans->at[--spans->count];
		below.top = base;
		above.base = top;
		append(spans, &below);
		append(spans, &above);
	}
}

void log_spans_set(struct log_spans *spans, uint64_t base, uint64_t top, uint32_t set, size_t line)
{
	const struct log_span span = {base, top, set, line};

	cut(spans, base, top);
	append(spans, &span);
}

void log_spans_add(struct log_spans *spans, uint64_t base, uint64_t top, uint32_t set)
{
	for (size_t i = 0; i < spans->count; i++) {
		if (spans->at[i].base < top && spans->at[i].top > base)
			spans->at[i].set |= set;
	}
}

uint32_t log_spans_get(const struct log_spans *spans, uint64_t base, uint64_t top, size_t *line)
{
	uint32_t set = LOG_SPAN_ANY;

	for (size_t i = 0; i < spans->count; i++) {
		const struct log_span *span = &spans->at[i];

		if (span->base >= top || span->top <= base || (set & span->set) == set)
			continue;
		set &= span->set;
		*line = span->line;
	}
	return set;
}
