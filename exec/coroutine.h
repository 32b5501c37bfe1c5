/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXEC_COROUTINE_H
#define EXEC_COROUTINE_H

/*
 * Functions on stacks of their own. A coroutine may be resumed by a different thread each time, but
 * by one at a time; what it does between two suspensions happens on the thread that resumed it.
 *
 * A coroutine that is destroyed while suspended is abandoned: nothing of it runs again, no clean-up
 * happens. Non-local exits (longjmp, C++ exceptions) must not leave its function.
 */

#include <stdbool.h>
#include <stddef.h>

struct coroutine;

typedef void (*coroutine_fn)(void *argument);

/* Usable bytes of a stack. They cost address space; memory only where they were touched. */
#define COROUTINE_STACK_SIZE ((size_t)256 * 1024)
/* Idle stacks that a pool keeps. */
#define COROUTINE_POOL_LIMIT 32

/* Stacks for the next coroutines. All zero is an empty pool. The caller serialises its users. */
struct coroutine_pool {
	struct coroutine *idle;
	size_t count;
};

/* A coroutine that has not started; its first resumption calls fn(argument). NULL: no memory. */
struct coroutine *coroutine_create(struct coroutine_pool *pool, coroutine_fn fn, void *argument);
/* Gives the stack back. The coroutine has not started, is suspended or has finished; not NULL. */
void coroutine_destroy(struct coroutine_pool *pool, struct coroutine *coroutine);
/* Frees the idle stacks. */
void coroutine_pool_clear(struct coroutine_pool *pool);

/* Runs the coroutine until it suspends itself or its function returns. It must not be finished. */
void coroutine_resume(struct coroutine *coroutine);
/* Goes back to the resumer. `coroutine` is the running one. */
void coroutine_suspend(struct coroutine *coroutine);
/* Its function has returned. */
bool coroutine_finished(const struct coroutine *coroutine);

#endif
