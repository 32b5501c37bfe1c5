/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/log/clean.h"

#include <ctype.h>
#include <string.h>

#define ESCAPE '\033'

/* Past the escape sequence at `at`: ESC [ parameters letter, ESC ] text BEL, or two characters. */
static const char *skip_escape(const char *at, const char *end)
{
	if (++at == end)
		return at;
	if (*at == ']') {
		while (at != end && *at != '\a' && *at != ESCAPE)
			at++;
		return at == end ? at : at + 1;
	}
	if (*at++ != '[')
		return at;
	while (at != end && *at >= 0x20 && *at < 0x40)
		at++;
	return at == end ? at : at + 1;
}

static size_t squeeze(char *line, size_t length)
{
	const char *at = line, *end = line + length;
	char *to = line;

	while (at != end) {
		if (*at == ESCAPE) {
			at = skip_escape(at, end);
			continue;
		}
		if (*at != '\r' && *at != '\0')
			*to++ = *at;
		at++;
	}
	return (size_t)(to - line);
}

/* "[     rmm ] ", "[   12.345678] " */
static size_t bracket_prefix(const char *text)
{
	size_t length = 1;

	if (text[0] != '[')
		return 0;
	while (isalnum((unsigned char)text[length]) ||
	       (text[length] && strchr(" ._-", text[length])))
		length++;
	if (text[length] != ']' || length < 2 || length > 32)
		return 0;
	return text[length + 1] == ' ' ? length + 2 : length + 1;
}

/* Digits and the characters of dates and times, then a space: "2026-03-03T10:02:11.123Z ", "10:02:11 " */
static size_t time_prefix(const char *text)
{
	const size_t length = strspn(text, "0123456789-:.,TZ+");

	if (!length || !isdigit((unsigned char)text[0]) || text[length] != ' ')
		return 0;
	if (!memchr(text, ':', length) && !memchr(text, '.', length) && !memchr(text, '-', length))
		return 0;
	return length + 1;
}

char *log_clean(char *line, size_t length)
{
	size_t prefix;

	line[squeeze(line, length)] = '\0';
	for (unsigned int i = 0; i < 4; i++) {
		prefix = bracket_prefix(line);
		if (!prefix)
			prefix = time_prefix(line);
		if (!prefix)
			break;
		line += prefix;
	}
	return line;
}
