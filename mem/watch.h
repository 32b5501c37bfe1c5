/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_WATCH_H
#define MEM_WATCH_H

/*
 * Which granules changed, for engines that keep what they derived from memory: translations and
 * translated code. A granule is watched until it changes: its state, its PAS, or its content through
 * mem_w(). The change takes the watch away and writes a line in the log. Without an engine that
 * watches it costs one comparison.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mem;

#define MEM_LOG_LINES 512

struct mem_log {
	uint64_t lines;                  /* ever written; read without the lock */
	uint32_t granule[MEM_LOG_LINES]; /* index, line n at n % MEM_LOG_LINES */
};

/* From now on granules can be watched. With the instance locked. */
void mem_watch_start(struct mem *mem);
/* Watches the granule that contains `pa`, which must be managed. No effect before a start. */
void mem_watch(struct mem *mem, uint64_t pa);
/* The granule changed. Called through mem_w() and the state functions. */
void mem_watch_changed(struct mem *mem, uint32_t index);
/* Everything may have changed. */
void mem_watch_lost(struct mem *mem);
/*
 * PAs of the granules of the lines from *line on, at most `size`; *line is the next one then. SIZE_MAX
 * if the log does not go back so far: everything may have changed, *line is its end.
 */
size_t mem_watch_read(const struct mem *mem, uint64_t *line, uint64_t *pa, size_t size);

#endif
