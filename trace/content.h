/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_CONTENT_H
#define TRACE_CONTENT_H

/* Memory content of a recording: blocks made of a fill and patches, or of plain bytes. */

#include "trace/decode.h"

enum content_kind {
	CONTENT_HOST,  /* in, out of a Host call */
	CONTENT_STORE, /* in of a Realm line */
	CONTENT_SEEN,  /* mem of a run line */
};

/* The list of blocks in member `key` of the line's object; an absent member gives no blocks. */
bool content_decode(struct decode *decode, const json_t *object, const char *key,
		    enum content_kind kind, struct trace_blocks *blocks);

/* Writes the `len` bytes of a block. */
void content_expand(const struct trace_block *block, uint8_t *bytes);

#endif
