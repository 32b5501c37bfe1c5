/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that may be a script or a binary: any bytes are a sequence, so a script's would be, too. */
#define _GNU_SOURCE /* strndup() */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "sequence/sequence.h"

static bool looks_like_script(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		/* Comments may be in any language. */
		if (data[i] < 0x80 && !isprint(data[i]) && !isspace(data[i]))
			return false;
	}
	return size > 0;
}

bool sequence_decode_file(struct sequence *sequence, const uint8_t *data, size_t size,
			  struct trace_error *error)
{
	struct trace_error ignored;
	char *text = NULL;
	bool script;

	if (looks_like_script(data, size))
		text = strndup((const char *)data, size);
	script = text && sequence_parse(sequence, text, error ? error : &ignored);
	free(text);
	/* Text without any step says nothing. */
	script = script && sequence->count;
	if (!script)
		sequence_decode(sequence, data, size);
	return script;
}
