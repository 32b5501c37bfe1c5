/* SPDX-License-Identifier: BSD-3-Clause */
#include "tools/demo_line.h"

#include <stdarg.h>
#include <string.h>

void line_begin(struct line *line, const struct terminal *terminal)
{
	*line = (struct line){.terminal = terminal};
}

/* Bytes that begin a character. */
static size_t columns_of(const char *text)
{
	size_t columns = 0;

	for (; *text; text++)
		columns += ((unsigned char)*text & 0xc0) != 0x80;
	return columns;
}

static void append(struct line *line, const char *text)
{
	const size_t size = strlen(text);

	if (line->length + size >= sizeof(line->text))
		return;
	memcpy(line->text + line->length, text, size + 1);
	line->length += size;
}

void line_add(struct line *line, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	append(line, text);
	line->columns += columns_of(text);
}

void line_glyph(struct line *line, enum glyph glyph)
{
	static const char *const ascii[GLYPH_COUNT] = {
		[GLYPH_RIGHT] = "->",    [GLYPH_LEFT] = "<-",   [GLYPH_RULE] = "-",
		[GLYPH_BRANCH] = "|-- ", [GLYPH_LAST] = "`-- ", [GLYPH_BAR] = "|   ",
	};
	static const char *const utf8[GLYPH_COUNT] = {
		[GLYPH_RIGHT] = "→",     [GLYPH_LEFT] = "←",    [GLYPH_RULE] = "─",
		[GLYPH_BRANCH] = "├── ", [GLYPH_LAST] = "└── ", [GLYPH_BAR] = "│   ",
	};

	line_add(line, "%s", line->terminal->utf8 ? utf8[glyph] : ascii[glyph]);
}

void line_style(struct line *line, enum style style)
{
	static const char *const sequences[STYLE_COUNT] = {
		[STYLE_PLAIN] = "\033[0m",    [STYLE_DIM] = "\033[2m",
		[STYLE_BOLD] = "\033[1m",     [STYLE_GOOD] = "\033[32m",
		[STYLE_NOTICE] = "\033[33m",  [STYLE_BAD] = "\033[1;31m",
		[STYLE_PLANE_0] = "\033[36m", [STYLE_PLANE_1] = "\033[35m",
		[STYLE_PLANE_2] = "\033[34m",
	};

	if (!line->terminal->colour)
		return;
	if (line->styled)
		append(line, sequences[STYLE_PLAIN]);
	if (style != STYLE_PLAIN)
		append(line, sequences[style]);
	line->styled = style != STYLE_PLAIN;
}

void line_pad(struct line *line, size_t column)
{
	do
		line_add(line, " ");
	while (line->columns < column);
}

bool line_has_room(const struct line *line, size_t columns)
{
	return line->columns + columns < LINE_COLUMNS;
}

void line_end(struct line *line, const char *right, enum style style)
{
	if (right) {
		const size_t columns = columns_of(right);

		line_style(line, STYLE_PLAIN);
		line_pad(line, LINE_COLUMNS - columns);
		line_style(line, style);
		line_add(line, "%s", right);
	}
	line_style(line, STYLE_PLAIN);
	fprintf(line->terminal->out, "%s\n", line->text);
}
