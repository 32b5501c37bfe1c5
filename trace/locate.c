/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/locate.h"

#include <stdbool.h>
#include <string.h>

struct scan {
	const char *line;
	size_t length, at;
};

static char peek(const struct scan *scan)
{
	return scan->at < scan->length ? scan->line[scan->at] : '\0';
}

static void skip_space(struct scan *scan)
{
	while (scan->at < scan->length && strchr(" \t\r\n", scan->line[scan->at]))
		scan->at++;
}

static void skip_string(struct scan *scan)
{
	scan->at++;
	while (scan->at < scan->length && scan->line[scan->at] != '"')
		scan->at += scan->line[scan->at] == '\\' ? 2 : 1;
	scan->at++;
}

/* Valid JSON: brackets balance, so counting them is enough. */
static void skip_value(struct scan *scan)
{
	size_t depth = 0;

	skip_space(scan);
	while (scan->at < scan->length) {
		char c = peek(scan);

		if (c == '"') {
			skip_string(scan);
			if (!depth)
				return;
			continue;
		}
		if (c == '{' || c == '[')
			depth++;
		if (depth && (c == '}' || c == ']') && !--depth) {
			scan->at++;
			return;
		}
		if (!depth && strchr(",]}", c))
			return;
		scan->at++;
	}
}

/* Moves to the value of the member; false if the object has no such member. */
static bool enter_member(struct scan *scan, const char *key)
{
	size_t size = strlen(key);

	scan->at++;
	for (skip_space(scan); peek(scan) == '"'; skip_space(scan)) {
		size_t start = scan->at + 1;
		bool found;

		skip_string(scan);
		found = scan->at - 1 - start == size && !memcmp(scan->line + start, key, size);
		skip_space(scan);
		scan->at++; /* the colon */
		skip_space(scan);
		if (found)
			return true;
		skip_value(scan);
		skip_space(scan);
		if (peek(scan) == ',')
			scan->at++;
	}
	return false;
}

static bool enter_element(struct scan *scan, size_t index)
{
	scan->at++;
	skip_space(scan);
	while (index-- && peek(scan) != ']') {
		skip_value(scan);
		skip_space(scan);
		if (peek(scan) == ',')
			scan->at++;
		skip_space(scan);
	}
	return peek(scan) != ']';
}

size_t locate(const char *line, size_t length, const struct locate_step *steps, size_t count)
{
	struct scan scan = {.line = line, .length = length};

	skip_space(&scan);
	for (size_t i = 0; i < count; i++) {
		size_t here = scan.at;
		bool found = steps[i].key
				     ? peek(&scan) == '{' && enter_member(&scan, steps[i].key)
				     : peek(&scan) == '[' && enter_element(&scan, steps[i].index);

		if (!found)
			return here;
	}
	return scan.at;
}
