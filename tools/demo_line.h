/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_DEMO_LINE_H
#define TOOLS_DEMO_LINE_H

/* Lines of a terminal that is 100 columns wide: with and without colour, in UTF-8 and in ASCII. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define LINE_COLUMNS 100

struct terminal {
	FILE *out;
	bool colour;
	bool utf8;
};

enum style {
	STYLE_PLAIN,
	STYLE_DIM,
	STYLE_BOLD,
	STYLE_GOOD,
	STYLE_NOTICE,
	STYLE_BAD,
	STYLE_PLANE_0,
	STYLE_PLANE_1,
	STYLE_PLANE_2,
	STYLE_COUNT,
};

enum glyph {
	GLYPH_RIGHT, /* -> */
	GLYPH_LEFT,  /* <- */
	GLYPH_RULE,
	GLYPH_BRANCH,
	GLYPH_LAST,
	GLYPH_BAR,
	GLYPH_COUNT,
};

struct line {
	const struct terminal *terminal;
	char text[512];
	size_t length, columns;
	bool styled;
};

void line_begin(struct line *line, const struct terminal *terminal);
void line_add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
void line_glyph(struct line *line, enum glyph glyph);
/* Of what follows. */
void line_style(struct line *line, enum style style);
/* Spaces up to a column, at least one. */
void line_pad(struct line *line, size_t column);
/* Writes the line, `right` in its own style at the right margin if it is not NULL. */
void line_end(struct line *line, const char *right, enum style style);
/* Room that is left for a text of `columns` at the right margin. */
bool line_has_room(const struct line *line, size_t columns);

#endif
