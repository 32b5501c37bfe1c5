/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines into which others were printed: tf-rmm-log.md#1 */
#include "trace/log/join.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Lines that another writer may print before the rest of a call comes. */
#define MAX_GAP  3
#define MAX_TEXT 512

/* Parses `length` bytes of `first`, then `rest`. */
static bool parse_pieces(const char *first, size_t length, const char *rest, unsigned int releases,
			 struct log_call *call)
{
	char text[2 * MAX_TEXT];

	if (length >= MAX_TEXT || strlen(rest) >= MAX_TEXT)
		return false;
	snprintf(text, sizeof(text), "%.*s%s", (int)length, first, rest);
	return log_call_parse(text, releases, call);
}

/* Where a line of another writer begins that cannot be part of a call. */
static bool foreign_begins(const char *text)
{
	static const char *const words[] = {
		"[", "INFO:", "NOTICE:", "WARNING:", "ERROR:", "VERBOSE:"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strncmp(text, words[i], strlen(words[i])))
			return true;
	}
	return false;
}

/* Bytes from the start that may be those of a call. */
static size_t call_bytes(const char *text)
{
	size_t length = 0;

	while (text[length] && !foreign_begins(text + length) &&
	       (isalnum((unsigned char)text[length]) || strchr(" _><", text[length])))
		length++;
	return length;
}

/*
 * The call whose beginning is some first part of `first` and whose end is `rest`. Returns the number of
 * readings: none, one, or several.
 */
static unsigned int join_rest(const char *first, const char *rest, unsigned int releases,
			      struct log_call *call)
{
	const size_t most = call_bytes(first);
	const bool sure = foreign_begins(first + most);
	struct log_call other;
	unsigned int found = 0;

	if (sure)
		return parse_pieces(first, most, rest, releases, call);
	for (size_t length = most; length > strlen("SMC_"); length--) {
		if (!parse_pieces(first, length, rest, releases, found ? &other : call))
			continue;
		if (found && !log_call_same(call, &other))
			return 2;
		found = 1;
	}
	return found;
}

/* A second call begins behind the first character of `text`; NULL if none does. */
static const char *second_call(const char *text)
{
	while (*text == ' ')
		text++;
	while (*++text) {
		if (log_call_begins(text) && text[0] != ' ')
			return text;
	}
	return NULL;
}

/*
 * A Realm's call, which is printed at once, stands in the middle of a command of the Host, whose rest is in
 * the next line. A line is printed when its call has ended: the outer one ended first.
 */
static bool join_inner(char *const *lines, size_t count, const char *inner, unsigned int releases,
		       struct log_joined *joined)
{
	const size_t length = (size_t)(inner - lines[0]);

	if (count < 2 || !log_call_parse(inner, releases, &joined->calls[1]) ||
	    joined->calls[1].interface == SMC_RMI || log_call_begins(lines[1]))
		return false;
	if (!parse_pieces(lines[0], length, lines[1], releases, &joined->calls[0]))
		return false;
	joined->count = 2;
	joined->taken = 1;
	return true;
}

void log_join(char *const *lines, size_t count, unsigned int releases, struct log_joined *joined)
{
	const char *inner = second_call(lines[0]);
	unsigned int readings;

	*joined = (struct log_joined){0};
	if (inner) {
		if (!join_inner(lines, count, inner, releases, joined))
			log_join_mixed(lines, count, inner, releases, joined);
		return;
	}
	for (size_t i = 1; i < count && i <= MAX_GAP; i++) {
		if (log_call_begins(lines[i]))
			return;
		readings = join_rest(lines[0], lines[i], releases, &joined->calls[0]);
		if (!readings)
			continue;
		if (readings > 1)
			return;
		joined->count = 1;
		joined->taken = 1;
		joined->gap = i - 1;
		return;
	}
}

/* The first character of a call and no more than the word that it begins with: "S", .. "SMC_RSI_". */
static size_t first_characters(const char *text, const char *word, size_t most)
{
	size_t length = 0;

	while (length < most && word[length] && text[length] == word[length])
		length++;
	return length;
}

bool log_join_tail(const char *head, const char *tail, unsigned int releases, struct log_call *call)
{
	static const char *const words[] = {"SMC_RMI_", "SMC_RMM_", "SMC_RSI_", "PSCI_", "SMC_"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (size_t length = first_characters(head, words[i], strlen(words[i]) - 1); length;
		     length--) {
			if (parse_pieces(head, length, tail, releases, call))
				return true;
		}
	}
	return false;
}

/* Behind a padded name: numbers, and perhaps an answer. */
static bool numbers_only(const char *text)
{
	const size_t length = strspn(text, "0123456789abcdef ");

	return length > 0 && (!text[length] || !strncmp(text + length, "> ", 2));
}

/* At least so many blanks pad a name. */
#define LEAST_PADDING "    "

bool log_ends_call(const char *text)
{
	/* Of a name, perhaps. */
	const size_t word = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_abcdef<>");
	const size_t padding = strspn(text + word, " ");

	if (padding >= strlen(LEAST_PADDING) && numbers_only(text + word + padding))
		return true;
	return strstr(text, " > RMI_") || strstr(text, " > RSI_");
}
