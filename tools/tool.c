/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* strcasestr() */
#include "tools/tool.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool tool_terminal(FILE *stream)
{
	const char *term = getenv("TERM");

	return isatty(fileno(stream)) && term && term[0] && strcmp(term, "dumb");
}

bool tool_colour(FILE *stream)
{
	const char *no_color = getenv("NO_COLOR");

	return !(no_color && no_color[0]) && tool_terminal(stream);
}

bool tool_utf8(void)
{
	/* The first that is set and not empty decides: POSIX. */
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *value = getenv(variables[i]);

		if (value && value[0])
			return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
	}
	return false;
}

int tool_usage_error(const char *tool, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "rmmsim %s: ", tool);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\nTry 'rmmsim %s --help'.\n", tool);
	return TOOL_USAGE;
}

int tool_input_error(const char *path, size_t line, size_t column, const char *text)
{
	if (line)
		fprintf(stderr, "%s:%zu:%zu: %s\n", path, line, column, text);
	else
		fprintf(stderr, "%s: %s\n", path, text);
	return TOOL_USAGE;
}

int tool_print_json(json_t *object, int status)
{
	int failed = !object || json_dumpf(object, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);

	json_decref(object);
	if (failed) {
		fprintf(stderr, "rmmsim: cannot write JSON\n");
		return TOOL_INTERNAL;
	}
	putchar('\n');
	return tool_finish(status);
}

void tool_progress(const char *what, size_t done, size_t total)
{
	if (tool_terminal(stderr))
		fprintf(stderr, "\r\033[K%s: %zu of %zu", what, done, total);
}

void tool_progress_end(void)
{
	if (tool_terminal(stderr))
		fprintf(stderr, "\r\033[K");
}

int tool_finish(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	fprintf(stderr, "rmmsim: cannot write the output\n");
	return TOOL_INTERNAL;
}
