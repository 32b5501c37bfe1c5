/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_ARENA_H
#define TRACE_ARENA_H

/* Memory that is freed all at once, with a limit: input decides how much is asked for. */

#include <stddef.h>

struct arena;

/* NULL without memory. `limit` bytes may be taken from it. */
struct arena *arena_create(size_t limit);
void arena_destroy(struct arena *arena);
/* Zeroed, aligned for any type; NULL at the limit or without memory. A size of 0 is allowed. */
void *arena_take(struct arena *arena, size_t size);
/* For `count` items of `size` bytes; the product may overflow. */
void *arena_take_array(struct arena *arena, size_t count, size_t size);
char *arena_string(struct arena *arena, const char *text);

#endif
