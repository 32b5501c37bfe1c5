/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_TOKEN_H
#define TOOLS_TOKEN_H

/* What the actions of `rmmsim token` share. */

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include <rmmsim/attest.h>

/* Tokens have 4 KiB at most; as text, with what people put around it, several times that. */
#define TOKEN_FILE_MAX 65536

/* A file with a token, or a part of one. */
struct token_file {
	const char *name; /* "-": stdin */
	uint8_t *bytes;   /* CBOR, after decoding */
	size_t size;
	const char *encoding; /* NULL: as it is; "base64", "base64url", "hexadecimal" */
};

/* False after a message. The caller frees file->bytes. */
bool token_file_read(struct token_file *file);

/* Whether a text was decoded: *size is that of the bytes, which replace the text. NULL or the name of the encoding. */
const char *token_decode_text(uint8_t *bytes, size_t *size);

/* The token as JSON: rmmsim_token_json(). NULL after filling *error. The caller drops it. */
json_t *token_json(const uint8_t *bytes, size_t size, struct rmmsim_error *error);

#endif
