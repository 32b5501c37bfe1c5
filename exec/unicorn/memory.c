/* SPDX-License-Identifier: BSD-3-Clause */
/* The physical address space of the CPU: unicorn.md#6 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "exec/unicorn/unicorn.h"

#define POOL_SIZE ((size_t)64 << 20)
/* Where the pool may lie: the highest place that no bank has. */
#define POOL_TOP (UINT64_C(1) << PA_BITS)
/* Of the address space: the size of a region that ends here is right although its end wraps. */
#define SPACE_TOP UINT64_C(0)

/* --- the pool ----------------------------------------------------------------------------------- */

uint64_t pool_page(struct pool *pool)
{
	const uint64_t pa = pool->free;
	uint8_t *page;

	if (!pa) {
		if (pool->used + PAGE_SIZE > pool->size)
			return 0;
		pool->used += PAGE_SIZE;
		return pool->base + pool->used - PAGE_SIZE;
	}
	page = pool->memory + (pa - pool->base);
	memcpy(&pool->free, page, sizeof(pool->free));
	memset(page, 0, PAGE_SIZE);
	return pa;
}

void pool_release(struct pool *pool, uint64_t pa)
{
	/* The page of the trampoline, which the self test maps. */
	if (pa == pool->base)
		return;
	memcpy(pool->memory + (pa - pool->base), &pool->free, sizeof(pool->free));
	pool->free = pa;
}

/* --- banks ----------------------------------------------------------------------------------------- */

struct region *memory_region(struct rmmsim_unicorn *u, uint64_t pa)
{
	for (unsigned int i = 0; i < u->region_count; i++) {
		if (pa >= u->regions[i].base && pa < u->regions[i].top)
			return &u->regions[i];
	}
	return NULL;
}

void *memory_at(struct rmmsim_unicorn *u, uint64_t pa)
{
	struct region *region = memory_region(u, pa);

	if (region)
		return region->view + (pa - region->base);
	if (pa - u->pool.base < u->pool.size)
		return u->pool.memory + (pa - u->pool.base);
	return NULL;
}

static bool place_pool(struct rmmsim_unicorn *u)
{
	uint64_t base = POOL_TOP;

	for (;;) {
		bool taken = false;

		if (base < u->pool.size)
			return false;
		base -= u->pool.size;
		for (unsigned int i = 0; i < u->region_count; i++)
			taken |= base < u->regions[i].top &&
				 u->regions[i].base < base + u->pool.size;
		if (taken)
			continue;
		u->pool.base = base;
		return true;
	}
}

static int by_base(const void *a, const void *b)
{
	const struct region *x = a, *y = b;

	return x->base < y->base ? -1 : x->base > y->base;
}

/* --- everything else: never reached, but Unicorn wants every virtual address to be in a region ----- */

static uint64_t nothing_read(uc_engine *uc, uint64_t offset, unsigned int size, void *data)
{
	(void)uc, (void)offset, (void)size, (void)data;
	return 0;
}

static void nothing_write(uc_engine *uc, uint64_t offset, unsigned int size, uint64_t value,
			  void *data)
{
	(void)uc, (void)offset, (void)size, (void)value, (void)data;
}

static bool cover(struct rmmsim_unicorn *u, uint64_t from, uint64_t to)
{
	return from == to || uc_mmio_map(u->uc, from, to - from, nothing_read, NULL, nothing_write,
					 NULL) == UC_ERR_OK;
}

/*
 * Only the trampoline, the first page of the pool, is executable for the library: of everything else hooks.c
 * sees each word before it is decoded. Copies of code are in the pool too.
 */
static bool map(struct rmmsim_unicorn *u)
{
	struct region all[MAX_REGIONS + 2];
	const unsigned int count = u->region_count + 2;
	uint8_t *pool = u->pool.memory;
	uint64_t at = 0;

	memcpy(all, u->regions, u->region_count * sizeof(all[0]));
	all[count - 2] = (struct region){
		.base = u->pool.base,
		.top = u->pool.base + PAGE_SIZE,
		.view = pool,
	};
	all[count - 1] = (struct region){
		.base = u->pool.base + PAGE_SIZE,
		.top = u->pool.base + u->pool.size,
		.view = pool + PAGE_SIZE,
	};
	qsort(all, count, sizeof(all[0]), by_base);
	for (unsigned int i = 0; i < count; i++) {
		struct region *r = &all[i];
		const uint32_t perms =
			r->base == u->pool.base ? UC_PROT_ALL : UC_PROT_READ | UC_PROT_WRITE;

		if (!cover(u, at, r->base) ||
		    uc_mem_map_ptr(u->uc, r->base, r->top - r->base, perms, r->view) != UC_ERR_OK)
			return false;
		at = r->top;
	}
	return cover(u, at, SPACE_TOP);
}

static bool fail(struct rmmsim_error *error, enum rmmsim_status status, const char *text)
{
	if (error) {
		error->status = status;
		snprintf(error->text, sizeof(error->text), "%s", text);
	}
	return false;
}

static bool read_banks(struct rmmsim_unicorn *u, struct rmmsim_error *error)
{
	struct rmmsim_range range;
	void *view;

	while (u->region_count < MAX_REGIONS &&
	       rmmsim_engine_memory(u->sim, u->region_count, &range, &view)) {
		struct region *r = &u->regions[u->region_count++];

		*r = (struct region){.base = range.base, .top = range.top, .view = view};
		if (r->top > POOL_TOP)
			return fail(error, RMMSIM_ERR_CONFIG,
				    "memory at or above 2^44 is out of reach of the CPU of this "
				    "engine: configure lower banks");
		r->origin = calloc((r->top - r->base) / PAGE_SIZE, sizeof(*r->origin));
		if (!r->origin)
			return fail(error, RMMSIM_ERR_MEMORY, "no memory for the engine's tables");
	}
	qsort(u->regions, u->region_count, sizeof(u->regions[0]), by_base);
	return true;
}

bool memory_setup(struct rmmsim_unicorn *u, struct rmmsim_error *error)
{
	if (!read_banks(u, error))
		return false;
	u->pool.size = POOL_SIZE;
	u->pool.memory = mmap(NULL, POOL_SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (u->pool.memory == MAP_FAILED)
		u->pool.memory = NULL;
	if (!u->pool.memory || !place_pool(u))
		return fail(error, RMMSIM_ERR_MEMORY, "no room for the engine's own tables");
	u->pool.used = PAGE_SIZE; /* the trampoline */
	if (!map(u))
		return fail(error, RMMSIM_ERR_STATE, "Unicorn refused the memory map");
	return true;
}

void memory_free(struct rmmsim_unicorn *u)
{
	for (unsigned int i = 0; i < u->region_count; i++)
		free(u->regions[i].origin);
	if (u->pool.memory)
		munmap(u->pool.memory, u->pool.size);
}
