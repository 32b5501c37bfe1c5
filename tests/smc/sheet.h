/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_SMC_SHEET_H
#define TESTS_SMC_SHEET_H

/* Rows of the tables of a fact sheet in docs/spec, so that a test compares with the sheet itself. */

#include <stddef.h>

#define SHEET_CELLS 8

struct sheet_row {
	char text[2048];
	unsigned int count;
	char *cell[SHEET_CELLS]; /* without surrounding blanks; the rest of the row is dropped */
};

/*
 * Calls `row` for each table row of the section whose heading begins with `heading` ("## 5",
 * "### 4.1"), header and ruler included. Returns how many there were; fails the test if the sheet
 * cannot be read.
 */
size_t sheet_rows(const char *sheet, const char *heading,
		  void (*row)(void *context, const struct sheet_row *row), void *context);

#endif
