/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The physical address space of the CPU: unicorn.md#6
 *
 * Each bank is in it twice, and code is executed in the second place only: the library handles a store near
 * code that it has translated more slowly than others. Where a store goes is told by the pointer, so the
 * second place is a mapping of its own too.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "exec/unicorn/unicorn.h"

#define POOL_SIZE ((size_t)64 << 20)
/* The pool and the second places lie as high as there is room. */
#define PLACES_TOP  (UINT64_C(1) << PA_BITS)
#define PLACE_ALIGN UINT64_C(0x200000)
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
	for (unsigned int i = 0; i < u->region_count; i++) {
		const struct region *r = &u->regions[i];

		if (pa - r->base < r->top - r->base)
			return r->view + (pa - r->base);
		if (pa - r->code < r->top - r->base)
			return r->view + (pa - r->code);
	}
	if (pa - u->pool.base < u->pool.size)
		return u->pool.memory + (pa - u->pool.base);
	return NULL;
}

uint64_t memory_code(struct rmmsim_unicorn *u, uint64_t pa)
{
	const struct region *region = memory_region(u, pa);

	return region ? region->code + (pa - region->base) : pa;
}

static bool overlap(uint64_t base, uint64_t size, uint64_t other, uint64_t other_size)
{
	return base < other + other_size && other < base + size;
}

/* The highest place of `size` bytes that nothing else has; 0 if there is none. */
static uint64_t find_place(const struct rmmsim_unicorn *u, uint64_t size)
{
	uint64_t base = PLACES_TOP;

	for (;;) {
		bool taken = false;

		if (base < 2 * size)
			return 0;
		base = (base - size) & ~(PLACE_ALIGN - 1);
		taken |= u->pool.base && overlap(base, size, u->pool.base, u->pool.size);
		for (unsigned int i = 0; i < u->region_count; i++) {
			const struct region *r = &u->regions[i];

			taken |= overlap(base, size, r->base, r->top - r->base) ||
				 overlap(base, size, r->code, r->top - r->base);
		}
		if (!taken)
			return base;
	}
}

/* The second places. Without room for one, code of the bank is executed where it lies. */
static void place_code(struct rmmsim_unicorn *u)
{
	for (unsigned int i = 0; i < u->region_count; i++) {
		struct region *r = &u->regions[i];
		const uint64_t size = r->top - r->base, place = find_place(u, size);
		/* An old size of 0 makes a second mapping of shared memory. */
		void *view = place ? mremap(r->view, 0, size, MREMAP_MAYMOVE) : MAP_FAILED;

		if (view == MAP_FAILED)
			continue;
		r->code = place;
		r->code_view = view;
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
	struct region all[2 * MAX_REGIONS + 2];
	unsigned int count = u->region_count;
	uint8_t *pool = u->pool.memory;
	uint64_t at = 0;

	memcpy(all, u->regions, u->region_count * sizeof(all[0]));
	for (unsigned int i = 0; i < u->region_count; i++) {
		const struct region *r = &u->regions[i];

		if (r->code_view)
			all[count++] = (struct region){
				.base = r->code,
				.top = r->code + (r->top - r->base),
				.view = r->code_view,
			};
	}
	all[count++] = (struct region){
		.base = u->pool.base,
		.top = u->pool.base + PAGE_SIZE,
		.view = pool,
	};
	all[count++] = (struct region){
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

		*r = (struct region){
			.base = range.base, .top = range.top, .view = view, .code = range.base};
		if (r->top > PLACES_TOP)
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
	u->pool.base = u->pool.memory ? find_place(u, POOL_SIZE) : 0;
	if (!u->pool.base)
		return fail(error, RMMSIM_ERR_MEMORY, "no room for the engine's own tables");
	u->pool.used = PAGE_SIZE; /* the trampoline */
	place_code(u);
	if (!map(u))
		return fail(error, RMMSIM_ERR_STATE, "Unicorn refused the memory map");
	return true;
}

void memory_free(struct rmmsim_unicorn *u)
{
	for (unsigned int i = 0; i < u->region_count; i++) {
		struct region *r = &u->regions[i];

		if (r->code_view)
			munmap(r->code_view, r->top - r->base);
		free(r->origin);
	}
	if (u->pool.memory)
		munmap(u->pool.memory, u->pool.size);
}
