/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_FRAMES_H
#define MEM_FRAMES_H

#include <stddef.h>

/* Makes frames_take() safe in a handler of a signal: what it needs is loaded. */
void frames_prepare(void);
/*
 * Return addresses of the calling thread, innermost first, at most `size`; returns how many. 0 where the
 * compiler's run-time library has no unwinder that can be linked (gcc of a glibc system with musl).
 */
size_t frames_take(void **frames, size_t size);

#endif
