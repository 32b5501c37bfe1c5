/* SPDX-License-Identifier: BSD-3-Clause */
/* RAM: addresses, page records, content. host-shim.md#6.2 */
#include "host_shim/src/memory/mem.h"

#include <stdlib.h>
#include <string.h>
#include <inttypes.h>

#include <rmmsim/rmmsim.h>

#define FREE_BYTE  0x6b
#define ALLOC_BYTE 0x5a

struct hshim_mem *ram_now(void)
{
	struct hshim *shim = shim_current();

	if (shim && shim->mem)
		return shim->mem;
	fprintf(stderr, "host_shim: memory is used before hshim_open()\n");
	abort();
}

struct bank *ram_bank_of_pa(struct hshim_mem *mem, uint64_t pa)
{
	for (unsigned int i = 0; i < mem->bank_count; i++)
		if (pa - mem->banks[i].base < mem->banks[i].size)
			return &mem->banks[i];
	return NULL;
}

struct bank *ram_bank_of_host(struct hshim_mem *mem, const volatile void *p)
{
	for (unsigned int i = 0; i < mem->bank_count; i++)
		if ((uintptr_t)p - (uintptr_t)mem->banks[i].host < mem->banks[i].size)
			return &mem->banks[i];
	return NULL;
}

static struct bank *bank_of_index(struct hshim_mem *mem, uint32_t index)
{
	for (unsigned int i = 0; i < mem->bank_count; i++)
		if (index - mem->banks[i].first < mem->banks[i].count)
			return &mem->banks[i];
	return &mem->banks[0];
}

uint64_t ram_pa_of(struct hshim_mem *mem, const struct page *page)
{
	const uint32_t index = (uint32_t)(page - mem->pages);
	const struct bank *bank = bank_of_index(mem, index);

	return bank->base + ((uint64_t)(index - bank->first) << PAGE_SHIFT);
}

struct page *ram_page(struct hshim_mem *mem, uint64_t pa)
{
	const struct bank *bank = ram_bank_of_pa(mem, pa);

	return bank ? &mem->pages[bank->first + ((pa - bank->base) >> PAGE_SHIFT)] : NULL;
}

void *ram_host(struct hshim_mem *mem, uint64_t pa)
{
	const struct bank *bank = ram_bank_of_pa(mem, pa);

	return bank ? bank->host + (pa - bank->base) : NULL;
}

/* xorshift64 */
uint64_t ram_random(struct hshim_mem *mem)
{
	mem->seed ^= mem->seed << 13;
	mem->seed ^= mem->seed >> 7;
	mem->seed ^= mem->seed << 17;
	return mem->seed;
}

/* --- content: through the debugger's view, so that no page is touched by it --------------------------- */

static const uint8_t zero_bytes[RAM_PART];
static const uint8_t free_bytes[RAM_PART] = {[0 ... RAM_PART - 1] = FREE_BYTE};
static const uint8_t alloc_bytes[RAM_PART] = {[0 ... RAM_PART - 1] = ALLOC_BYTE};

unsigned int hshim_page_shift __attribute__((__weak__)) = 12;

void ram_fill(struct hshim_mem *mem, uint32_t index, enum ram_fill fill)
{
	const uint8_t *const bytes[] = {zero_bytes, free_bytes, alloc_bytes};
	const uint64_t pa = ram_pa_of(mem, &mem->pages[index]);

	/* The undisturbed run of a sweep has looked at content. */
	if (mem->sweeping && fill != FILL_ZERO)
		return;
	/* Memory that was never used is zero. */
	if (fill == FILL_ZERO && index >= mem->high)
		return;
	for (size_t at = 0; at < PAGE_SIZE; at += RAM_PART)
		rmmsim_poke(hshim_model(), pa + at, bytes[fill], RAM_PART);
}

/* Offset in a page that should be as free memory is. */
static size_t first_written(uint64_t pa)
{
	uint8_t buf[RAM_PART];

	for (size_t part = 0; part < PAGE_SIZE; part += RAM_PART) {
		rmmsim_peek(hshim_model(), pa + part, buf, RAM_PART);
		for (size_t i = 0; memcmp(buf, free_bytes, RAM_PART) != 0 && i < RAM_PART; i++)
			if (buf[i] != FREE_BYTE)
				return part + i;
	}
	return PAGE_SIZE;
}

void ram_check_free_page(struct hshim_mem *mem, uint32_t index)
{
	struct page *page = &mem->pages[index];
	struct text text = {.size = 0};
	size_t at;

	if (!page->filled)
		return;
	page->filled = false;
	at = first_written(ram_pa_of(mem, page));
	if (at == PAGE_SIZE)
		return;
	text_add(&text, "page 0x%" PRIx64 " was written at offset 0x%zx after it was freed\n",
		 ram_pa_of(mem, page), at);
	text_page(&text, shim_current(), page);
	hshim_report(HSHIM_O_USE_AFTER_FREE, "%s", text.at);
}

bool ram_is_delegated(struct hshim *shim, uint64_t pa)
{
	for (uint64_t at = pa; at < pa + PAGE_SIZE; at += RAM_PART) {
		const struct granule_note *note = shim_note(shim, at);

		if (note && note->delegated)
			return true;
	}
	return false;
}

void text_page(struct text *text, struct hshim *shim, const struct page *page)
{
	const uint64_t pa = ram_pa_of(shim->mem, page);

	if (page->site)
		text_add(text, "    allocated at %s, before SMC #%lu\n", page->site, page->smc + 1);
	if (page->ref_site && page->ref_site != page->site)
		text_add(text, "    last reference taken at %s\n", page->ref_site);
	if (page->free_site)
		text_add(text, "    freed at %s\n", page->free_site);
	text_granule(text, shim, pa);
}

/* --- commands ---------------------------------------------------------------------------------------- */

static bool takes_granule(const struct smc_command *row, const char *state)
{
	return row && row->inputs == 1 && row->in[0].kind == SMC_KIND_GRANULE && row->in[0].type &&
	       strcmp(row->in[0].type, state) == 0;
}

bool ram_gives_back(const struct smc_command *row)
{
	return takes_granule(row, "DELEGATED");
}

bool ram_gives_away(const struct smc_command *row)
{
	return takes_granule(row, "UNDELEGATED");
}

/* --- addresses -------------------------------------------------------------------------------------------- */

static void report_address(const char *what, uint64_t value, const char *site)
{
	hshim_report(HSHIM_O_ADDRESS, "%s 0x%" PRIx64 " at %s", what, value, site);
}

phys_addr_t hshim_virt_to_phys(const volatile void *p, const char *site)
{
	SHIM_LOCKED();
	struct hshim_mem *mem = ram_now();
	const struct bank *bank = ram_bank_of_host(mem, p);
	const struct page *page;
	struct text text = {.size = 0};
	uint64_t pa;

	if (!bank) {
		report_address("virt_to_phys() of what is not linear memory (stack, heap, NULL?):",
			       (uint64_t)(uintptr_t)p, site);
		return 0;
	}
	pa = bank->base + ((uintptr_t)p - (uintptr_t)bank->host);
	page = ram_page(mem, pa);
	if (page->state == PAGE_FREE || page->state == PAGE_QUARANTINED) {
		text_add(&text, "virt_to_phys() of page 0x%" PRIx64 ", which is free, at %s\n", pa,
			 site);
		text_page(&text, shim_current(), page);
		hshim_report(HSHIM_O_USE_AFTER_FREE, "%s", text.at);
	}
	return pa;
}

/* An address that faults wherever it is used, with the PA in it to be recognised. */
#define NOT_RAM(pa) (UINT64_C(0xdead000000000000) | ((pa)&UINT64_C(0xffffffffffff)))

void *hshim_phys_to_virt(phys_addr_t pa, const char *site)
{
	SHIM_LOCKED();
	void *at = ram_host(ram_now(), pa);

	if (at)
		return at;
	report_address("phys_to_virt() of what is not RAM:", pa, site);
	return (void *)(uintptr_t)NOT_RAM(pa);
}

struct page *hshim_phys_to_page(phys_addr_t pa, const char *site)
{
	SHIM_LOCKED();
	struct page *page = ram_page(ram_now(), pa);

	if (page)
		return page;
	report_address("page of what is not RAM:", pa, site);
	return &ram_now()->pages[ram_now()->count];
}

phys_addr_t hshim_page_to_phys(const struct page *page)
{
	SHIM_LOCKED();
	struct hshim_mem *mem = ram_now();

	if (page >= mem->pages && page < mem->pages + mem->count)
		return ram_pa_of(mem, page);
	report_address("what is no page:", (uint64_t)(uintptr_t)page, "page_to_phys()");
	return 0;
}

bool hshim_pfn_valid(unsigned long pfn)
{
	SHIM_LOCKED();
	return ram_bank_of_pa(ram_now(), (uint64_t)pfn << PAGE_SHIFT) != NULL;
}

bool hshim_virt_addr_valid(const volatile void *p)
{
	SHIM_LOCKED();
	return ram_bank_of_host(ram_now(), p) != NULL;
}

const struct memblock_region *hshim_mem_region(unsigned int index)
{
	SHIM_LOCKED();
	struct hshim_mem *mem = ram_now();

	return index < mem->bank_count ? &mem->regions[index] : NULL;
}

phys_addr_t hshim_mem_limit(bool end)
{
	SHIM_LOCKED();
	struct hshim_mem *mem = ram_now();
	const struct bank *last = &mem->banks[mem->bank_count - 1];

	return end ? last->base + last->size : mem->banks[0].base;
}

void *hshim_ptr(unsigned long pa)
{
	SHIM_LOCKED();
	return rmmsim_host_ptr(hshim_model(), pa, 1);
}
