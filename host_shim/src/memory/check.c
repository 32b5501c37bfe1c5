/* SPDX-License-Identifier: BSD-3-Clause */
/* What has to hold at quiescent points and at the end of a test: host-shim.md#8.4 */
#include "host_shim/src/memory/mem.h"

#include <inttypes.h>
#include <string.h>

#include <rmmsim/rmmsim.h>

#define MAX_SHOWN      12
#define MAX_VIOLATIONS 4

static bool is_live(const struct page *page)
{
	return page->state == PAGE_HEAD || page->state == PAGE_TAIL;
}

void hshim_account_pages(void *virt, int nr, const char *site)
{
	SHIM_LOCKED();
	struct hshim_mem *mem = ram_now();
	struct bank *bank = ram_bank_of_host(mem, virt);
	struct page *page;

	if (!bank) {
		hshim_report(HSHIM_O_ADDRESS, "%p, accounted at %s, is no page", virt, site);
		return;
	}
	page = ram_page(mem, bank->base + ((uintptr_t)virt - (uintptr_t)bank->host));
	if (!is_live(page))
		hshim_report(HSHIM_O_ACCOUNT_FREED,
			     "page 0x%" PRIx64 " is accounted at %s after it was freed",
			     ram_pa_of(mem, page), site);
	page->account += nr;
	page->account_site = site;
	mem->accounted += nr;
	mem->accounts = true;
}

long hshim_accounted_pages(void)
{
	SHIM_LOCKED();
	return ram_now()->accounted;
}

/* --- granules ------------------------------------------------------------------------------------------ */

static void check_model(struct hshim *shim)
{
	struct rmmsim_violation violations[MAX_VIOLATIONS];
	const size_t count = rmmsim_check(shim->sim, violations, MAX_VIOLATIONS);

	for (size_t i = 0; i < count && i < MAX_VIOLATIONS; i++)
		hshim_report(HSHIM_O_MODEL_CONSISTENCY, "the model itself is inconsistent: %s: %s",
			     violations[i].text, violations[i].detail);
}

/* Every granule that is not the host's lies in a page that has an owner. */
static void check_owners(struct hshim *shim)
{
	for (size_t i = 0; i < shim->notes_size; i++) {
		const struct granule_note *note = &shim->notes[i];
		const struct page *page;
		struct text text = {.size = 0};

		if (!note->delegated)
			continue;
		page = ram_page(shim->mem, note->pa & ~UINT64_C(1));
		if (!page || is_live(page) || page->state == PAGE_LOST)
			continue;
		text_add(&text,
			 "delegated page 0x%" PRIx64
			 " is neither in the host's allocator nor known to it as delegated\n",
			 ram_pa_of(shim->mem, page));
		text_page(&text, shim, page);
		hshim_report(HSHIM_O_MODEL_CONSISTENCY, "%s", text.at);
	}
}

/* Delegated granules in this state; `command` not NULL: that it has brought there. */
static unsigned long count_granules(const struct hshim *shim, const char *state,
				    const char *command)
{
	struct rmmsim_granule_info info;
	unsigned long count = 0;

	for (size_t i = 0; i < shim->notes_size; i++) {
		const struct granule_note *note = &shim->notes[i];

		if (!note->delegated ||
		    rmmsim_granule_info(shim->sim, note->pa & ~UINT64_C(1), &info) != RMMSIM_OK ||
		    strcmp(info.state, state) != 0)
			continue;
		count += !command || (info.command && strcmp(info.command, command) == 0);
	}
	return count;
}

/* Only code that accounts at all; the roots, which came with a realm, may be among what it accounts. */
static void check_tables(struct hshim *shim)
{
	const long accounted = shim->mem->accounted;
	unsigned long tables, roots;

	if (!shim->mem->accounts)
		return;
	tables = count_granules(shim, "RTT", NULL);
	roots = count_granules(shim, "RTT", "REALM_CREATE");
	if (!tables || accounted == (long)tables || accounted == (long)(tables - roots))
		return;
	hshim_report(HSHIM_O_LEAK_ACCOUNTING,
		     "%ld pages are accounted as tables; the monitor holds %lu tables, %lu of them "
		     "roots",
		     accounted, tables, roots);
}

static void check_free_pages(struct hshim_mem *mem)
{
	for (uint32_t i = 0; i < mem->queue_used; i++)
		ram_check_free_page(mem, mem->queue[(mem->queue_first + i) % mem->queue_size]);
}

bool hshim_check_now(void)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();
	unsigned int before;

	hshim_run_deferred();
	before = hshim_failures();
	check_model(shim);
	check_owners(shim);
	check_tables(shim);
	check_free_pages(shim->mem);
	return hshim_failures() == before;
}

unsigned long hshim_granules_in_state(const char *state)
{
	SHIM_LOCKED();
	return count_granules(shim_current(), state, NULL);
}

bool hshim_granule_is(unsigned long pa, const char *state)
{
	SHIM_LOCKED();
	struct rmmsim_granule_info info;

	return rmmsim_granule_info(shim_current()->sim, pa, &info) == RMMSIM_OK &&
	       strcmp(info.state, state) == 0;
}

bool hshim_disturbed(void)
{
	SHIM_LOCKED();
	const struct hshim *shim = shim_current();
	const struct hshim_mem *mem = ram_now();

	return mem->sweeping || mem->fail_kinds || mem->limit || mem->alloc_hook ||
	       shim->watch.injected || shim->inject_count || shim->hook_count ||
	       shim->locks->resched || shim_has_threads();
}

/* --- leaks ------------------------------------------------------------------------------------------------ */

static void leaked_granule(struct hshim *shim, uint64_t pa)
{
	const struct page *page = ram_page(shim->mem, pa);
	struct text text = {.size = 0};

	text_add(&text, "granule 0x%" PRIx64 " was not taken back\n", pa);
	if (page)
		text_page(&text, shim, page);
	else
		text_granule(&text, shim, pa);
	hshim_report(HSHIM_O_LEAK_GRANULE, "%s", text.at);
}

/* In a sweep, when the test refused to give it back. Outside of one the test says so itself. */
static bool is_excused(const struct hshim *shim, const struct granule_note *note)
{
	return note->refused && shim->mem->sweeping;
}

/* An allocation in which there is such a granule cannot be freed. */
static bool holds_excused(struct hshim *shim, const struct page *page)
{
	for (uint32_t i = 0; i < page->count; i++) {
		const struct granule_note *note = shim_note(shim, ram_pa_of(shim->mem, page + i));

		if (note && is_excused(shim, note))
			return true;
	}
	return false;
}

static void check_granules(struct hshim *shim)
{
	unsigned int count = 0;

	for (size_t i = 0; i < shim->notes_size; i++)
		if (shim->notes[i].delegated && !is_excused(shim, &shim->notes[i]) &&
		    count++ < MAX_SHOWN)
			leaked_granule(shim, shim->notes[i].pa & ~UINT64_C(1));
	if (count > MAX_SHOWN)
		hshim_report(HSHIM_O_LEAK_GRANULE, "%u granules in all were not taken back", count);
}

static void leaked_page(struct hshim *shim, const struct page *page)
{
	struct text text = {.size = 0};

	text_add(&text, "page 0x%" PRIx64 " was not freed (%u pages, %u references)\n",
		 ram_pa_of(shim->mem, page), page->count, page->refs);
	text_page(&text, shim, page);
	hshim_report(HSHIM_O_LEAK_PAGE, "%s", text.at);
}

static void check_pages(struct hshim *shim)
{
	struct hshim_mem *mem = shim->mem;
	unsigned int count = 0;

	for (uint32_t i = 0; i < mem->high; i++) {
		struct page *page = &mem->pages[i];

		if (page->account)
			check_account(mem, page);
		if (page->state != PAGE_HEAD || page->boot ||
		    ram_is_delegated(shim, ram_pa_of(mem, page)) || holds_excused(shim, page))
			continue;
		if (count++ < MAX_SHOWN)
			leaked_page(shim, page);
	}
	if (count > MAX_SHOWN)
		hshim_report(HSHIM_O_LEAK_PAGE, "%u allocations in all were not freed", count);
}

static void check_total(struct hshim_mem *mem)
{
	if (mem->accounted)
		hshim_report(HSHIM_O_LEAK_ACCOUNTING, "%ld pages are still accounted as tables",
			     mem->accounted);
}

void check_leaks(struct hshim *shim)
{
	check_granules(shim);
	check_pages(shim);
	check_total(shim->mem);
	check_heap(shim);
}

void hshim_check_end(void)
{
	struct hshim *shim = shim_current();
	struct hshim_mem *mem = ram_now();

	if (mem->checked)
		return;
	for (unsigned int i = mem->at_close_count; i-- > 0;)
		mem->at_close[i]();
	hshim_check_now();
	check_locks(shim);
	check_leaks(shim);
	mem->checked = true;
}

void hshim_at_close(void (*fn)(void))
{
	SHIM_LOCKED();
	struct hshim_mem *mem = ram_now();

	for (unsigned int i = 0; i < mem->at_close_count; i++)
		if (mem->at_close[i] == fn)
			return;
	if (mem->at_close_count < ARRAY_SIZE(mem->at_close))
		mem->at_close[mem->at_close_count++] = fn;
}
