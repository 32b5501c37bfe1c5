/* SPDX-License-Identifier: BSD-3-Clause */
/* kmalloc() and bitmaps: apart from the page allocator, every block is known. host-shim.md#6.2 */
#include "host_shim/src/memory/mem.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC      UINT64_C(0x6b6d616c6c6f6300)
#define MAX_PARKED 256
#define FREE_BYTE  0x6b
#define ALLOC_BYTE 0x5a

static struct hshim_heap *heap_now(void)
{
	ram_now();
	return shim_current()->heap;
}

static void unlink_block(struct block **first, struct block *block)
{
	if (block->prev)
		block->prev->next = block->next;
	else
		*first = block->next;
	if (block->next)
		block->next->prev = block->prev;
}

static void link_block(struct block **first, struct block *block)
{
	block->prev = NULL;
	block->next = *first;
	if (*first)
		(*first)->prev = block;
	*first = block;
}

static void *new_block(size_t size, gfp_t gfp, unsigned int bits, const char *site)
{
	struct hshim_mem *mem = ram_now();
	struct block *block;

	if (gfpflags_allow_blocking(gfp))
		hshim_might_sleep("an allocation that may sleep", site);
	if (mem->alloc_hook)
		mem->alloc_hook(mem->alloc_context);
	if (ram_should_fail(mem, bits ? HSHIM_ALLOC_BITMAP : HSHIM_ALLOC_SLAB, gfp))
		return NULL;
	if (size > SIZE_MAX / 2)
		return NULL;
	block = malloc(sizeof(*block) + size + 1);
	if (!block)
		return NULL;
	*block = (struct block){.size = size,
				.site = site,
				.smc = shim_current()->calls,
				.bits = bits,
				.boot = mem->booting,
				.live = true,
				.magic = MAGIC};
	memset(block + 1, gfp & __GFP_ZERO ? 0 : ALLOC_BYTE, size);
	((uint8_t *)(block + 1))[size] = FREE_BYTE;
	link_block(&heap_now()->first, block);
	return block + 1;
}

void *hshim_kmalloc(size_t size, gfp_t gfp, const char *site)
{
	SHIM_LOCKED();
	return new_block(size, gfp, 0, site);
}

static bool is_in(const struct block *list, const struct block *block)
{
	for (; list; list = list->next)
		if (list == block)
			return true;
	return false;
}

static void park(struct hshim_heap *heap, struct block *block)
{
	struct block *last;

	link_block(&heap->parked, block);
	if (++heap->parked_count <= MAX_PARKED)
		return;
	for (last = heap->parked; last->next; last = last->next)
		;
	unlink_block(&heap->parked, last);
	heap->parked_count--;
	free(last);
}

static struct block *find_live(const void *p, const char *site)
{
	struct hshim_heap *heap = heap_now();
	struct block *block = (struct block *)(uintptr_t)p - 1;

	if (is_in(heap->first, block))
		return block;
	if (is_in(heap->parked, block))
		hshim_report(HSHIM_O_FREE_DOUBLE,
			     "%p is freed at %s, was freed at %s, allocated at %s", p, site,
			     block->free_site, block->site);
	else
		hshim_report(HSHIM_O_FREE_KIND, "%p, freed at %s, was not allocated by kmalloc()",
			     p, site);
	return NULL;
}

void hshim_kfree(const void *p, const char *site)
{
	SHIM_LOCKED();
	struct block *block;

	if (IS_ERR_OR_NULL(p))
		return;
	block = find_live(p, site);
	if (!block)
		return;
	if (((const uint8_t *)p)[block->size] != FREE_BYTE)
		hshim_report(HSHIM_O_USE_AFTER_FREE,
			     "block of %zu bytes, allocated at %s, was written past its end; found "
			     "at %s",
			     block->size, block->site, site);
	unlink_block(&heap_now()->first, block);
	block->live = false;
	block->free_site = site;
	memset(block + 1, FREE_BYTE, block->size);
	park(heap_now(), block);
}

bool hshim_was_freed(const void *p)
{
	SHIM_LOCKED();
	return p && is_in(heap_now()->parked, (const struct block *)p - 1);
}

void *hshim_krealloc(const void *p, size_t size, gfp_t gfp, const char *site)
{
	SHIM_LOCKED();
	void *new = new_block(size, gfp, 0, site);
	const size_t old = p ? hshim_ksize(p) : 0;

	if (!new || !p)
		return new;
	memcpy(new, p, old < size ? old : size);
	hshim_kfree(p, site);
	return new;
}

size_t hshim_ksize(const void *p)
{
	SHIM_LOCKED();
	return ((const struct block *)p - 1)->size;
}

void *hshim_machine_alloc(size_t size)
{
	SHIM_LOCKED();
	return calloc(1, size);
}

void hshim_machine_free(void *p)
{
	SHIM_LOCKED();
	free(p);
}

/* --- bitmaps --------------------------------------------------------------------------------------- */

unsigned long *hshim_bitmap_alloc(unsigned int bits, gfp_t gfp, bool zero, const char *site)
{
	SHIM_LOCKED();
	return new_block(BITS_TO_LONGS(bits) * sizeof(long), zero ? gfp | __GFP_ZERO : gfp,
			 bits ? bits : 1, site);
}

void hshim_bitmap_free(const unsigned long *map, const char *site)
{
	SHIM_LOCKED();
	hshim_kfree(map, site);
}

unsigned int hshim_bitmap_weight(const unsigned long *map, unsigned int bits)
{
	SHIM_LOCKED();
	unsigned int sum = 0;

	for (unsigned int i = 0; i < bits; i++)
		sum += test_bit(i, map);
	return sum;
}

unsigned long hshim_find_next(const unsigned long *map, unsigned long bits, unsigned long from,
			      bool set)
{
	SHIM_LOCKED();
	for (; from < bits; from++)
		if (test_bit(from, map) == set)
			return from;
	return bits;
}

static bool region_is_clear(const unsigned long *map, unsigned int pos, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (test_bit(pos + i, map))
			return false;
	return true;
}

/* What was set before the first identifier is handed out is reserved for good. */
static void note_reserved(unsigned long *map, unsigned int bits)
{
	struct block *block = (struct block *)(void *)map - 1;

	if (!is_in(heap_now()->first, block) || block->started)
		return;
	block->started = true;
	block->boot_weight = hshim_bitmap_weight(map, bits);
}

int hshim_bitmap_find_free_region(unsigned long *map, unsigned int bits, int order)
{
	SHIM_LOCKED();
	const unsigned int count = 1u << order;

	note_reserved(map, bits);
	for (unsigned int pos = 0; pos + count <= bits; pos += count) {
		if (!region_is_clear(map, pos, count))
			continue;
		for (unsigned int i = 0; i < count; i++)
			__set_bit(pos + i, map);
		return (int)pos;
	}
	return -ENOMEM;
}

void hshim_bitmap_release_region(unsigned long *map, unsigned int pos, int order, const char *site)
{
	SHIM_LOCKED();
	for (unsigned int i = 0; i < 1u << order; i++) {
		if (!test_bit(pos + i, map))
			hshim_report(HSHIM_O_LEAK_ID, "bit %u, released at %s, is clear", pos + i,
				     site);
		__clear_bit(pos + i, map);
	}
}

/* --- the end ------------------------------------------------------------------------------------------ */

static void check_bitmap(const struct block *block)
{
	const unsigned long *map = (const unsigned long *)(block + 1);
	const unsigned int weight = hshim_bitmap_weight(map, block->bits);

	if (weight > block->boot_weight)
		hshim_report(
			HSHIM_O_LEAK_ID,
			"%u identifiers of the bitmap allocated at %s are still in use, the first "
			"is %lu",
			weight - block->boot_weight, block->site,
			hshim_find_next(map, block->bits, 0, true));
}

void check_heap(struct hshim *shim)
{
	for (const struct block *block = shim->heap->first; block; block = block->next) {
		if (block->bits)
			check_bitmap(block);
		/* A map of identifiers is made once and outlives all machines. */
		if (!block->boot && !block->bits)
			hshim_report(HSHIM_O_LEAK_PAGE,
				     "%zu bytes allocated at %s, before SMC #%lu, were not freed",
				     block->size, block->site, block->smc + 1);
	}
}

static void drop_list(struct block *block)
{
	struct block *next;

	for (; block; block = next) {
		next = block->next;
		free(block);
	}
}

void heap_stop(struct hshim *shim)
{
	if (!shim->heap)
		return;
	drop_list(shim->heap->first);
	drop_list(shim->heap->parked);
	free(shim->heap);
	shim->heap = NULL;
}
