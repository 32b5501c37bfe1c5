/* SPDX-License-Identifier: BSD-3-Clause */
/* Files with tokens, which are handed on as text as often as not. */
#include "tools/token.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- text ----------------------------------------------------------------------------------------- */

/* No token begins with a printable character: the head of a map or a tag is 0xa0 or more. */
static bool is_text(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (!isprint(bytes[i]) && !isspace(bytes[i]))
			return false;
	}
	return size > 0;
}

static int hex_digit(uint8_t c)
{
	if (!isxdigit(c))
		return -1;
	return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

/* Digits, each pair a byte, with anything between the pairs that dumps and source code have there. */
static bool decode_hex(const uint8_t *text, size_t size, uint8_t *bytes, size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < size; i++) {
		if (isspace(text[i]) || strchr(",:;-\"'{}", text[i]))
			continue;
		if (text[i] == '0' && i + 1 < size && tolower(text[i + 1]) == 'x') {
			i++;
			continue;
		}
		if (text[i] == '\\' && i + 1 < size && text[i + 1] == 'x') {
			i++;
			continue;
		}
		/* Diagnostic notation: h'd9..'. */
		if (text[i] == 'h' && i + 1 < size && text[i + 1] == '\'')
			continue;
		if (i + 1 == size || hex_digit(text[i]) < 0 || hex_digit(text[i + 1]) < 0)
			return false;
		bytes[(*count)++] = (uint8_t)(hex_digit(text[i]) << 4 | hex_digit(text[i + 1]));
		i++;
	}
	return *count > 0;
}

static int base64_digit(uint8_t c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	const char *at = strchr(digits, c);

	if (c == '+' || c == '-')
		return 62;
	if (c == '/' || c == '_')
		return 63;
	return at ? (int)(at - digits) : -1;
}

/* Both alphabets of RFC 4648, with padding or without, over any number of lines. */
static bool decode_base64(const uint8_t *text, size_t size, uint8_t *bytes, size_t *count,
			  bool *url)
{
	uint32_t bits = 0;
	size_t digits = 0, padding = 0;

	*count = 0;
	*url = false;
	for (size_t i = 0; i < size; i++) {
		if (isspace(text[i]) || text[i] == '"')
			continue;
		if (text[i] == '=') {
			padding++;
			continue;
		}
		if (padding || base64_digit(text[i]) < 0)
			return false;
		*url |= text[i] == '-' || text[i] == '_';
		bits = bits << 6 | (uint32_t)base64_digit(text[i]);
		if (++digits % 4 != 1)
			bytes[(*count)++] = (uint8_t)(bits >> (6 - 2 * ((digits - 1) % 4)));
	}
	return *count > 0 && digits % 4 != 1 && padding < 3;
}

/* PEM-like armour and the words that logs put before a token are for the user to take off. */
const char *token_decode_text(uint8_t *bytes, size_t *size)
{
	uint8_t *text;
	const char *found = NULL;
	size_t count = 0;
	bool url;

	if (!is_text(bytes, *size))
		return NULL;
	text = malloc(*size);
	if (!text)
		return NULL;
	memcpy(text, bytes, *size);
	if (decode_hex(text, *size, bytes, &count))
		found = "hexadecimal";
	else if (decode_base64(text, *size, bytes, &count, &url))
		found = url ? "base64url" : "base64";
	else
		memcpy(bytes, text, *size);
	free(text);
	if (found)
		*size = count;
	return found;
}

/* --- files ------------------------------------------------------------------------------------------ */

static bool complain(const char *name, const char *why)
{
	fprintf(stderr, "rmmsim token: %s: %s\n", name, why);
	return false;
}

static bool load(struct token_file *file)
{
	FILE *stream = strcmp(file->name, "-") ? fopen(file->name, "rb") : stdin;
	bool failed;

	if (!stream)
		return complain(file->name, strerror(errno));
	file->size = fread(file->bytes, 1, TOKEN_FILE_MAX + 1, stream);
	failed = ferror(stream);
	if (stream != stdin)
		fclose(stream);
	if (failed)
		return complain(file->name, "cannot be read");
	return file->size <= TOKEN_FILE_MAX || complain(file->name, "is too long for a token");
}

bool token_file_read(struct token_file *file)
{
	file->bytes = malloc(TOKEN_FILE_MAX + 1);
	if (!file->bytes)
		return complain(file->name, strerror(errno));
	if (load(file)) {
		file->encoding = token_decode_text(file->bytes, &file->size);
		return true;
	}
	free(file->bytes);
	file->bytes = NULL;
	return false;
}

json_t *token_json(const uint8_t *bytes, size_t size, struct rmmsim_error *error)
{
	size_t length = 0;
	json_t *json;
	char *text;

	rmmsim_token_json(bytes, size, NULL, 0, &length, NULL);
	text = malloc(length + 1);
	if (!text)
		return NULL;
	rmmsim_token_json(bytes, size, text, length + 1, NULL, error);
	json = json_loads(text, 0, NULL);
	free(text);
	return json;
}
