/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/smc/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char *trim(char *cell)
{
	char *end = cell + strlen(cell);

	while (*cell == ' ')
		cell++;
	while (end > cell && (end[-1] == ' ' || end[-1] == '\n'))
		*--end = '\0';
	return cell;
}

static void split(struct sheet_row *row)
{
	char *rest = row->text + 1;

	row->count = 0;
	while (row->count < SHEET_CELLS) {
		char *bar = strchr(rest, '|');

		if (!bar)
			return;
		*bar = '\0';
		row->cell[row->count++] = trim(rest);
		rest = bar + 1;
	}
}

static unsigned int heading_depth(const char *line)
{
	return (unsigned int)strspn(line, "#");
}

/* Inside from its heading to the next one of the same depth or less. */
static bool still_inside(bool inside, const char *line, const char *heading)
{
	if (heading_depth(line) == 0)
		return inside;
	if (strncmp(line, heading, strlen(heading)) == 0)
		return true;
	return inside && heading_depth(line) > heading_depth(heading);
}

size_t sheet_rows(const char *sheet, const char *heading,
		  void (*row)(void *context, const struct sheet_row *row), void *context)
{
	char path[512];
	struct sheet_row current;
	bool inside = false;
	size_t count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/docs/spec/%s", RMMSIM_SOURCE_DIR, sheet);
	file = fopen(path, "r");
	if (!file)
		fail_msg("cannot read %s", path);
	while (fgets(current.text, sizeof(current.text), file)) {
		inside = still_inside(inside, current.text, heading);
		if (!inside || current.text[0] != '|')
			continue;
		split(&current);
		row(context, &current);
		count++;
	}
	fclose(file);
	return count;
}
