/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOCATE_H
#define TRACE_LOCATE_H

/* Finds where a value stands in a line of JSON: parsers do not keep positions. */

#include <stddef.h>

/* One step from a value to one inside it. */
struct locate_step {
	const char *key; /* member of an object; NULL: element `index` of a list */
	size_t index;
};

/*
 * Offset of the value that the steps lead to in a line that is valid JSON. A member that does not
 * exist gives the offset of the object it is missing from. Member names with escapes are not found.
 */
size_t locate(const char *line, size_t length, const struct locate_step *steps, size_t count);

#endif
