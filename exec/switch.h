/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXEC_SWITCH_H
#define EXEC_SWITCH_H

/* The part of a coroutine that C cannot say: switch_x86_64.S, switch_aarch64.S. */

/*
 * Saves the registers that a callee keeps, with the floating-point modes, on the running stack,
 * stores its stack pointer to *save and goes on with the stack `to`, which an earlier
 * coroutine_switch() or coroutine_prepare() left. Signal masks are not part of it.
 */
void coroutine_switch(void **save, void *to);

/*
 * Lays out an empty stack that ends at `top` (16-byte aligned) so that switching to it calls
 * entry(argument) with default floating-point modes. Returns its stack pointer. `entry` must not
 * return; a backtrace ends there.
 */
void *coroutine_prepare(void *top, void (*entry)(void *argument), void *argument);

#endif
