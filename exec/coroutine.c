/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "exec/checkers.h"
#include "exec/coroutine.h"
#include "exec/switch.h"

#if !defined(__x86_64__) && !defined(__aarch64__)
#error "no stack switch for this architecture: see exec/switch.h"
#endif

enum coroutine_state { COROUTINE_NEW, COROUTINE_STARTED, COROUTINE_ABANDONED, COROUTINE_FINISHED };

/* Lies at the upper end of its own mapping, above the stack; the guard page is the lower end. */
struct coroutine {
	void *own;     /* stack pointer while it does not run */
	void *resumer; /* stack pointer of the resumer while it runs */
	coroutine_fn fn;
	void *argument;
	enum coroutine_state state;
	struct coroutine *next; /* in the pool */
	void *mapping;
	size_t mapping_size;
	struct checkers checkers;
};

static struct coroutine *map(void)
{
	const size_t guard = (size_t)sysconf(_SC_PAGESIZE);
	const size_t size = guard + COROUTINE_STACK_SIZE;
	struct coroutine *c;
	uint8_t *mapping;

	mapping = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (mapping == MAP_FAILED)
		return NULL;
	if (mprotect(mapping + guard, COROUTINE_STACK_SIZE, PROT_READ | PROT_WRITE)) {
		munmap(mapping, size);
		return NULL;
	}
	c = (struct coroutine *)(mapping + size) - 1;
	c->mapping = mapping;
	c->mapping_size = size;
	checkers_map(&c->checkers, mapping + guard, (size_t)((uint8_t *)c - mapping) - guard);
	return c;
}

static void unmap(struct coroutine *c)
{
	checkers_unmap(&c->checkers);
	munmap(c->mapping, c->mapping_size);
}

static struct coroutine *take(struct coroutine_pool *pool)
{
	struct coroutine *c = pool->idle;

	if (!c)
		return map();
	pool->idle = c->next;
	pool->count--;
	return c;
}

static void entry(void *argument)
{
	struct coroutine *c = argument;

	checkers_start(&c->checkers);
	c->fn(c->argument);
	c->state = COROUTINE_FINISHED;
	checkers_finish(&c->checkers);
	coroutine_switch(&c->own, c->resumer);
	__builtin_unreachable();
}

struct coroutine *coroutine_create(struct coroutine_pool *pool, coroutine_fn fn, void *argument)
{
	struct coroutine *c = take(pool);
	void *top;

	if (!c)
		return NULL;
	top = (void *)((uintptr_t)c & ~(uintptr_t)15);
	c->own = coroutine_prepare(top, entry, c);
	c->fn = fn;
	c->argument = argument;
	c->state = COROUTINE_NEW;
	checkers_create(&c->checkers);
	return c;
}

void coroutine_resume(struct coroutine *c)
{
	if (c->state == COROUTINE_NEW)
		c->state = COROUTINE_STARTED;
	checkers_before_resume(&c->checkers);
	coroutine_switch(&c->resumer, c->own);
	checkers_after_resume(&c->checkers);
}

void coroutine_suspend(struct coroutine *c)
{
	checkers_before_suspend(&c->checkers);
	coroutine_switch(&c->own, c->resumer);
	checkers_after_suspend(&c->checkers);
#if defined(CHECKERS_ASAN)
	if (c->state != COROUTINE_ABANDONED)
		return;
	/* See abandon(): the one purpose was to get here. */
	checkers_finish(&c->checkers);
	coroutine_switch(&c->own, c->resumer);
	__builtin_unreachable();
#endif
}

/*
 * The address sanitizer keeps a second stack per coroutine, which only a last switch away from it
 * frees. The coroutine is resumed for that and nothing else.
 */
static void abandon(struct coroutine *c)
{
#if defined(CHECKERS_ASAN)
	if (c->state != COROUTINE_STARTED)
		return;
	c->state = COROUTINE_ABANDONED;
	coroutine_resume(c);
#else
	c->state = COROUTINE_ABANDONED;
#endif
}

void coroutine_destroy(struct coroutine_pool *pool, struct coroutine *c)
{
	abandon(c);
	checkers_destroy(&c->checkers);
	if (pool->count == COROUTINE_POOL_LIMIT) {
		unmap(c);
		return;
	}
	c->next = pool->idle;
	pool->idle = c;
	pool->count++;
}

void coroutine_pool_clear(struct coroutine_pool *pool)
{
	struct coroutine *c;

	while ((c = pool->idle)) {
		pool->idle = c->next;
		unmap(c);
	}
	pool->count = 0;
}

bool coroutine_finished(const struct coroutine *c)
{
	return c->state == COROUTINE_FINISHED;
}
