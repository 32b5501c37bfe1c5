/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_JUNIT_H
#define TOOLS_JUNIT_H

/* Results as JUnit XML, which CI systems show. */

#include <stdbool.h>
#include <stddef.h>

struct junit;

enum junit_outcome { JUNIT_PASSED, JUNIT_FAILED, JUNIT_ERROR };

/* NULL without memory. Nothing is written before junit_write(). */
struct junit *junit_new(const char *suite);
/* One test case; `text` says what is wrong unless it passed. NULL for `junit` is allowed. */
void junit_case(struct junit *junit, const char *name, enum junit_outcome outcome,
		const char *text);
/* Writes the file and frees `junit`. False with errno set if that fails. */
bool junit_write(struct junit *junit, const char *path);

#endif
