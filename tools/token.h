/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_TOKEN_H
#define TOOLS_TOKEN_H

/* What the actions of `rmmsim token` share. */

#include <jansson.h>
#include <stdbool.h>
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

/* --- token_reference.c: claims that a token has to have ------------------------------------------- */

/* The claims of a token that references are made of: {"platform": {..}, "realm": {..}}. */
json_t *token_references(const uint8_t *bytes, size_t size);
/* Reads a file of these. NULL after a message. */
json_t *token_load_references(const char *path);
/* Whether the token has all of them; otherwise `why` names those that it has not. */
bool token_compare(const struct token_file *file, json_t *wanted, char *why, size_t size);

/* --- token_make.c --------------------------------------------------------------------------------- */

/* Options of `rmmsim token make`, as they were given; NULL: not. */
struct token_make {
	const char *profile, *defect, *algorithm, *hash, *seed, *challenge, *output;
	bool all, list, json;
};
int token_make(const struct token_make *make);

#endif
