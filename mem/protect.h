/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_PROTECT_H
#define MEM_PROTECT_H

/*
 * Protection of the host view. Nothing here does anything with protection off. protect_shut() and
 * protect_open() are called with the lock held, the rest by the thread that owns the instance.
 */

#include "mem/mem.h"

void protect_start(struct mem *mem);
/* Also after a protect_start() that was never reached. */
void protect_stop(struct mem *mem);

/* Makes a granule inaccessible in the host view. */
void protect_shut(struct mem *mem, const struct granule *granule);
/* Makes it accessible again. */
void protect_open(struct mem *mem, const struct granule *granule);

/* Async-signal-safe: whether the granule is inaccessible now. */
bool protect_is_shut(const struct mem *mem, uint32_t index);

/* Makes sure now and then that a handler installed by others does not hide the reports. */
void protect_rearm(const struct mem *mem);

#endif
