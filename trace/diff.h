/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_DIFF_H
#define TRACE_DIFF_H

/*
 * Two recordings beside each other: the same calls in the same order are paired, others are in one of them
 * only. The pairing leaves as few calls alone as possible.
 */

#include "trace/trace.h"

enum diff_kind {
	DIFF_SAME,   /* same call, same answers */
	DIFF_ANSWER, /* same call, other results or other doings of the Realm */
	DIFF_ONLY_A,
	DIFF_ONLY_B,
};

struct diff_row {
	enum diff_kind kind;
	size_t a, b;           /* indexes into trace.calls, where there is one */
	size_t line_a, line_b; /* DIFF_ANSWER: of the first line that differs */
};

struct diff {
	size_t count;
	struct diff_row *rows;
	bool coarse; /* the recordings differ too much for a small pairing */
};

/* False without memory. The caller frees the result. */
bool diff_traces(const struct trace *a, const struct trace *b, struct diff *diff);
void diff_free(struct diff *diff);

#endif
