/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXEC_CHECKERS_H
#define EXEC_CHECKERS_H

/*
 * What run-time checkers have to be told about a stack switch. Each checker sees one thread with one
 * stack otherwise: the address sanitizer would misread frames, the thread sanitizer would mix the
 * histories of two call chains, valgrind would take a switch for a huge allocation.
 *
 * Everything here is inlined: a function of its own would enter on one stack and leave on the other.
 */

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define CHECKERS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CHECKERS_ASAN 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#define CHECKERS_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CHECKERS_TSAN 1
#endif
#endif

#if defined(CHECKERS_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(CHECKERS_TSAN)
#include <sanitizer/tsan_interface.h>
#endif
#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#define CHECKERS_VALGRIND 1
#endif
#endif

#define CHECKERS_INLINE static inline __attribute__((always_inline))

struct checkers {
	const void *bottom; /* of the coroutine's stack */
	size_t size;
#if defined(CHECKERS_ASAN)
	void *own_fake, *resumer_fake; /* stacks for the detection of use after return */
	const void *resumer_bottom;
	size_t resumer_size;
#endif
#if defined(CHECKERS_TSAN)
	void *own_fiber, *resumer_fiber;
#endif
#if defined(CHECKERS_VALGRIND)
	unsigned int stack_id;
#endif
};

/* A stack was mapped, and is about to be unmapped. */
CHECKERS_INLINE void checkers_map(struct checkers *c, const void *bottom, size_t size)
{
	c->bottom = bottom;
	c->size = size;
#if defined(CHECKERS_VALGRIND)
	c->stack_id = VALGRIND_STACK_REGISTER(bottom, (const char *)bottom + size);
#endif
}

CHECKERS_INLINE void checkers_unmap(struct checkers *c)
{
#if defined(CHECKERS_VALGRIND)
	VALGRIND_STACK_DEREGISTER(c->stack_id);
#endif
	(void)c;
}

/* A coroutine is created on the stack, and is gone from it. */
CHECKERS_INLINE void checkers_create(struct checkers *c)
{
#if defined(CHECKERS_TSAN)
	c->own_fiber = __tsan_create_fiber(0);
#endif
	(void)c;
}

CHECKERS_INLINE void checkers_destroy(struct checkers *c)
{
#if defined(CHECKERS_ASAN)
	/* Frames that never returned have left their red zones. */
	ASAN_UNPOISON_MEMORY_REGION(c->bottom, c->size);
#endif
#if defined(CHECKERS_TSAN)
	__tsan_destroy_fiber(c->own_fiber);
#endif
	(void)c;
}

/* On the resumer's stack, around the switch to the coroutine. */
CHECKERS_INLINE void checkers_before_resume(struct checkers *c)
{
#if defined(CHECKERS_ASAN)
	__sanitizer_start_switch_fiber(&c->resumer_fake, c->bottom, c->size);
#endif
#if defined(CHECKERS_TSAN)
	c->resumer_fiber = __tsan_get_current_fiber();
	__tsan_switch_to_fiber(c->own_fiber, 0);
#endif
	(void)c;
}

CHECKERS_INLINE void checkers_after_resume(struct checkers *c)
{
#if defined(CHECKERS_ASAN)
	__sanitizer_finish_switch_fiber(c->resumer_fake, NULL, NULL);
#endif
	(void)c;
}

/* On the coroutine's stack: first thing ever, around the switch back, and the last switch. */
CHECKERS_INLINE void checkers_start(struct checkers *c)
{
#if defined(CHECKERS_ASAN)
	__sanitizer_finish_switch_fiber(NULL, &c->resumer_bottom, &c->resumer_size);
#endif
	(void)c;
}

CHECKERS_INLINE void checkers_before_suspend(struct checkers *c)
{
#if defined(CHECKERS_ASAN)
	__sanitizer_start_switch_fiber(&c->own_fake, c->resumer_bottom, c->resumer_size);
#endif
#if defined(CHECKERS_TSAN)
	__tsan_switch_to_fiber(c->resumer_fiber, 0);
#endif
	(void)c;
}

CHECKERS_INLINE void checkers_after_suspend(struct checkers *c)
{
#if defined(CHECKERS_ASAN)
	__sanitizer_finish_switch_fiber(c->own_fake, &c->resumer_bottom, &c->resumer_size);
#endif
	(void)c;
}

CHECKERS_INLINE void checkers_finish(struct checkers *c)
{
#if defined(CHECKERS_ASAN)
	__sanitizer_start_switch_fiber(NULL, c->resumer_bottom, c->resumer_size);
#endif
#if defined(CHECKERS_TSAN)
	__tsan_switch_to_fiber(c->resumer_fiber, 0);
#endif
	(void)c;
}

#endif
