/* SPDX-License-Identifier: BSD-3-Clause */
/* The page allocator: its contract is host-shim.md#6.2 */
#include "host_shim/src/memory/mem.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rmmsim/rmmsim.h>

#define NONE      UINT32_MAX
#define MAX_EXACT ((size_t)PAGE_SIZE << MAX_PAGE_ORDER)

/* Present when the program is built with the address sanitizer. */
void __asan_poison_memory_region(void const volatile *at, size_t size) __attribute__((weak));
void __asan_unpoison_memory_region(void const volatile *at, size_t size) __attribute__((weak));

static void hide(struct hshim_mem *mem, const struct page *page)
{
	if (__asan_poison_memory_region)
		__asan_poison_memory_region(ram_host(mem, ram_pa_of(mem, page)), PAGE_SIZE);
}

static void show(struct hshim_mem *mem, const struct page *page)
{
	if (__asan_unpoison_memory_region)
		__asan_unpoison_memory_region(ram_host(mem, ram_pa_of(mem, page)), PAGE_SIZE);
}

/* --- finding free pages ------------------------------------------------------------------------------ */

static bool run_is_free(const struct hshim_mem *mem, uint32_t index, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (index + i >= mem->count || mem->pages[index + i].state != PAGE_FREE)
			return false;
	return true;
}

/* Physical address and index of a bank agree modulo the alignment only if the base is aligned too. */
static bool fits(struct hshim_mem *mem, uint32_t index, uint32_t count, uint32_t align)
{
	const uint64_t pa = ram_pa_of(mem, &mem->pages[index]);
	const struct bank *bank = ram_bank_of_pa(mem, pa);

	return (pa >> PAGE_SHIFT) % align == 0 && index + count <= bank->first + bank->count &&
	       run_is_free(mem, index, count);
}

static uint32_t scan(struct hshim_mem *mem, uint32_t count, uint32_t align, bool down)
{
	for (uint32_t i = 0; i < mem->count; i++) {
		const uint32_t index = down ? mem->count - 1 - i : i;

		if (mem->pages[index].state == PAGE_FREE && fits(mem, index, count, align))
			return index;
	}
	return NONE;
}

static uint32_t next_single(struct hshim_mem *mem)
{
	while (mem->lifo_used) {
		const uint32_t index = mem->lifo[--mem->lifo_used];

		if (mem->order == HSHIM_LIFO && mem->pages[index].state == PAGE_FREE)
			return index;
	}
	while (mem->hint < mem->count && mem->pages[mem->hint].state != PAGE_FREE)
		mem->hint++;
	return mem->hint < mem->count ? mem->hint : NONE;
}

static uint32_t random_single(struct hshim_mem *mem)
{
	for (int i = 0; i < 64; i++) {
		const uint32_t index = (uint32_t)(ram_random(mem) % mem->count);

		if (mem->pages[index].state == PAGE_FREE)
			return index;
	}
	return next_single(mem);
}

uint32_t ram_find_free(struct hshim_mem *mem, uint32_t count, uint32_t align)
{
	if (count > 1 || align > 1)
		return scan(mem, count, align, mem->order == HSHIM_DESCENDING);
	if (mem->order == HSHIM_DESCENDING)
		return scan(mem, 1, 1, true);
	if (mem->order == HSHIM_RANDOM)
		return random_single(mem);
	return next_single(mem);
}

/* --- taking -------------------------------------------------------------------------------------------- */

bool ram_should_fail(struct hshim_mem *mem, unsigned int kind, gfp_t gfp)
{
	const unsigned int kinds = mem->fail_kinds;

	if (mem->booting || mem->paused || !(kinds & kind))
		return false;
	if ((kinds & HSHIM_ALLOC_ATOMIC) && gfpflags_allow_blocking(gfp))
		return false;
	mem->fail_seen++;
	if (gfp & __GFP_NOFAIL)
		return false;
	if (mem->fail_prob)
		return ram_random(mem) % mem->fail_prob == 0;
	return mem->fail_nth && mem->fail_seen >= mem->fail_nth &&
	       mem->fail_seen - mem->fail_nth < mem->fail_count;
}

void check_account(struct hshim_mem *mem, struct page *page)
{
	struct text text = {.size = 0};

	if (!page->account)
		return;
	text_add(&text, "page 0x%" PRIx64 " is accounted %d times as a table and is none\n",
		 ram_pa_of(mem, page), page->account);
	text_add(&text, "    accounted last at %s\n", page->account_site);
	text_page(&text, shim_current(), page);
	hshim_report(HSHIM_O_LEAK_ACCOUNTING, "%s", text.at);
	mem->accounted -= page->account;
	page->account = 0;
}

static void take(struct hshim_mem *mem, uint32_t index, enum page_kind kind, uint32_t count,
		 unsigned int order, gfp_t gfp, const char *site)
{
	for (uint32_t i = 0; i < count; i++) {
		struct page *page = &mem->pages[index + i];

		ram_check_free_page(mem, index + i);
		check_account(mem, page);
		if (ram_is_delegated(shim_current(), ram_pa_of(mem, page)))
			hshim_report(HSHIM_O_ALLOC_DELEGATED,
				     "page 0x%" PRIx64
				     " is delegated and would be handed out at %s",
				     ram_pa_of(mem, page), site);
		*page = (struct page){.state = i ? PAGE_TAIL : PAGE_HEAD,
				      .kind = (uint8_t)kind,
				      .order = (uint8_t)order,
				      .boot = mem->booting,
				      .refs = 1,
				      .count = count,
				      .head = i,
				      .site = site,
				      .smc = shim_current()->calls};
		show(mem, page);
		ram_fill(mem, index + i, gfp & __GFP_ZERO ? FILL_ZERO : FILL_ALLOC);
	}
	mem->used += count;
	if (index + count > mem->high)
		mem->high = index + count;
}

struct page *ram_alloc(enum page_kind kind, uint32_t count, unsigned int order, gfp_t gfp,
		       const char *site)
{
	static const unsigned int kinds[] = {HSHIM_ALLOC_PAGE, HSHIM_ALLOC_EXACT,
					     HSHIM_ALLOC_MEMCACHE, HSHIM_ALLOC_GMEM,
					     HSHIM_ALLOC_GMEM};
	struct hshim_mem *mem = ram_now();
	uint32_t index;

	if (gfpflags_allow_blocking(gfp))
		hshim_might_sleep("an allocation that may sleep", site);
	/* A test framework may have put its handler of faults in front of the model's. */
	rmmsim_host_ptr(hshim_model(), mem->banks[0].base, 1);
	if (mem->alloc_hook)
		mem->alloc_hook(mem->alloc_context);
	if (ram_should_fail(mem, kinds[kind], gfp))
		return NULL;
	if (mem->limit && mem->used + count > mem->limit)
		return NULL;
	index = ram_find_free(mem, count, 1u << order);
	if (index == NONE) {
		ram_flush_quarantine(mem);
		index = ram_find_free(mem, count, 1u << order);
	}
	if (index == NONE)
		return NULL;
	take(mem, index, kind, count, order, gfp, site);
	return &mem->pages[index];
}

bool ram_alloc_block(enum page_kind kind, unsigned int order, gfp_t gfp, const char *site,
		     struct page **pages)
{
	struct page *page = ram_alloc(kind, 1u << order, order, gfp, site);

	for (unsigned long i = 0; page && i < 1ul << order; i++) {
		page[i].state = PAGE_HEAD;
		page[i].order = 0;
		page[i].count = 1;
		page[i].head = 0;
		pages[i] = &page[i];
	}
	return page != NULL;
}

/* --- giving back ------------------------------------------------------------------------------------------ */

void ram_release(struct hshim_mem *mem, uint32_t index)
{
	mem->pages[index].state = PAGE_FREE;
	if (index < mem->hint)
		mem->hint = index;
	if (mem->order == HSHIM_LIFO && mem->lifo_used < mem->count)
		mem->lifo[mem->lifo_used++] = index;
}

void ram_flush_quarantine(struct hshim_mem *mem)
{
	while (mem->queue_used) {
		ram_release(mem, mem->queue[mem->queue_first]);
		mem->queue_first = (mem->queue_first + 1) % mem->queue_size;
		mem->queue_used--;
	}
}

static void park(struct hshim_mem *mem, uint32_t index)
{
	struct page *page = &mem->pages[index];

	page->refs = 0;
	ram_fill(mem, index, FILL_FREE);
	page->filled = !mem->sweeping;
	hide(mem, page);
	if (!mem->queue_size) {
		ram_release(mem, index);
		return;
	}
	if (mem->queue_used == mem->queue_size) {
		ram_release(mem, mem->queue[mem->queue_first]);
		mem->queue_first = (mem->queue_first + 1) % mem->queue_size;
		mem->queue_used--;
	}
	page->state = PAGE_QUARANTINED;
	mem->queue[(mem->queue_first + mem->queue_used++) % mem->queue_size] = index;
}

static bool check_state(struct hshim_mem *mem, struct page *page, const char *site)
{
	const uint64_t pa = ram_pa_of(mem, page);
	struct text text = {.size = 0};

	if (!ram_is_delegated(shim_current(), pa))
		return true;
	text_add(&text, "page 0x%" PRIx64 " is freed at %s while it is delegated\n", pa, site);
	text_page(&text, shim_current(), page);
	hshim_report(HSHIM_O_FREE_STATE, "%s", text.at);
	page->state = PAGE_LOST;
	page->free_site = site;
	mem->used--;
	return false;
}

/* The last reference is gone. */
void ram_free(struct page *page, const char *site)
{
	struct hshim_mem *mem = ram_now();
	const uint32_t count = page->count;
	const uint32_t index = (uint32_t)(page - mem->pages);

	for (uint32_t i = 0; i < count; i++) {
		struct page *one = &mem->pages[index + i];

		if (!check_state(mem, one, site))
			continue;
		one->free_site = site;
		mem->used--;
		park(mem, index + i);
	}
}

static void report_page(enum hshim_oracle_id id, const struct page *page, const char *what,
			const char *site)
{
	struct text text = {.size = 0};

	text_add(&text, "page 0x%llx: %s at %s\n", page_to_phys(page), what, site);
	text_page(&text, shim_current(), page);
	hshim_report(id, "%s", text.at);
}

static bool is_live(const struct page *page)
{
	return page->state == PAGE_HEAD || page->state == PAGE_TAIL;
}

static bool check_free(const struct page *page, enum page_kind kind, unsigned int order,
		       uint32_t count, const char *site)
{
	if (page->state == PAGE_LOST)
		return false;
	if (!is_live(page)) {
		report_page(HSHIM_O_FREE_DOUBLE, page, "freed although it is free", site);
		return false;
	}
	if (page->state == PAGE_TAIL) {
		report_page(HSHIM_O_FREE_KIND, page,
			    "is not the first page of its allocation, freed", site);
		return false;
	}
	if (kind == KIND_ORDER && page->kind == KIND_MEMCACHE && order == 0)
		return true;
	if (page->kind == kind && page->order == order && page->count == count)
		return true;
	/* One page is one page; of memory that a file or the user holds, it is one more reference that goes. */
	if (page->count == 1 && count == 1 &&
	    (page->refs > 1 || (page->kind != KIND_GMEM && page->kind != KIND_USER)))
		return true;
	report_page(HSHIM_O_FREE_KIND, page,
		    "freed by another function or size than it was allocated", site);
	return page->kind == kind;
}

static void drop(struct page *page, const char *site)
{
	if (page->refs == 0 || --page->refs)
		return;
	ram_free(page, site);
}

/* --- the kernel's names ---------------------------------------------------------------------------------- */

struct page *hshim_alloc_pages(gfp_t gfp, unsigned int order, const char *site)
{
	SHIM_LOCKED();
	if (order > MAX_PAGE_ORDER)
		return NULL;
	return ram_alloc(KIND_ORDER, 1u << order, order, gfp, site);
}

void hshim_free_pages(struct page *page, unsigned int order, const char *site)
{
	SHIM_LOCKED();
	if (check_free(page, KIND_ORDER, order, 1u << order, site))
		drop(page, site);
}

unsigned long hshim_get_free_pages(gfp_t gfp, unsigned int order, const char *site)
{
	SHIM_LOCKED();
	struct page *page = hshim_alloc_pages(gfp, order, site);

	return page ? (unsigned long)page_address(page) : 0;
}

static struct page *page_of(const void *at, const char *site)
{
	struct hshim_mem *mem = ram_now();
	const struct bank *bank = ram_bank_of_host(mem, at);

	if (bank)
		return ram_page(mem, bank->base + ((uintptr_t)at - (uintptr_t)bank->host));
	hshim_report(HSHIM_O_FREE_KIND, "%p, freed at %s, is no page", at, site);
	return NULL;
}

void hshim_free_pages_at(unsigned long at, unsigned int order, const char *site)
{
	SHIM_LOCKED();
	struct page *page;

	if (!at)
		return;
	page = page_of((const void *)at, site);
	if (page)
		hshim_free_pages(page, order, site);
}

void *hshim_alloc_exact(size_t size, gfp_t gfp, const char *site)
{
	SHIM_LOCKED();
	const uint32_t count = (uint32_t)PFN_UP(size);
	struct page *page;

	if (!size || size > MAX_EXACT)
		return NULL;
	/* Aligned to the power of two above its size, as a buddy allocator gives it. */
	page = ram_alloc(KIND_EXACT, count, (unsigned int)get_order(size), gfp, site);
	return page ? page_address(page) : NULL;
}

void hshim_free_exact(void *at, size_t size, const char *site)
{
	SHIM_LOCKED();
	const uint32_t count = (uint32_t)PFN_UP(size);
	struct page *page = page_of(at, site);

	if (page && check_free(page, KIND_EXACT, (unsigned int)get_order(size), count, site))
		drop(page, site);
}

void hshim_get_page(struct page *page, const char *site)
{
	SHIM_LOCKED();
	if (!is_live(page) && page->state != PAGE_LOST) {
		report_page(HSHIM_O_USE_AFTER_FREE, page, "a reference is taken to a free page",
			    site);
		return;
	}
	page -= page->state == PAGE_TAIL ? page->head : 0;
	page->refs++;
	page->ref_site = site;
}

void hshim_put_page(struct page *page, const char *site)
{
	SHIM_LOCKED();
	if (page->state == PAGE_LOST)
		return;
	if (!is_live(page)) {
		report_page(HSHIM_O_FREE_DOUBLE, page, "a reference to a free page is dropped",
			    site);
		return;
	}
	page -= page->state == PAGE_TAIL ? page->head : 0;
	drop(page, site);
}

int hshim_page_count(const struct page *page)
{
	SHIM_LOCKED();
	return is_live(page) ? (int)page[-(long)(page->state == PAGE_TAIL ? page->head : 0)].refs
			     : 0;
}

void *hshim_cache_page(gfp_t gfp, const char *site)
{
	SHIM_LOCKED();
	struct page *page = ram_alloc(KIND_MEMCACHE, 1, 0, gfp, site);

	return page ? page_address(page) : NULL;
}

void hshim_page_readonly(struct page *page, bool readonly)
{
	SHIM_LOCKED();
	page->readonly = readonly;
}
