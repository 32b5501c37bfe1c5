/* SPDX-License-Identifier: BSD-3-Clause */
/* The page that is given for an address is the one that the host found for that address. host-shim.md#8.4 */
#include "host_shim/src/memory/mem.h"

#include <inttypes.h>

#define MANY      UINT64_MAX
#define PA_MASK   UINT64_C(0xfffffffff000)
#define TOP_BIT   30 /* no address space is smaller */
#define NO_INPUTS 8

void hshim_page_backs(struct page *page, unsigned long gfn)
{
	SHIM_LOCKED();
	if (page == ram_now()->zero_page)
		return;
	/* Two addresses may have one page: then nothing can be told. */
	page->backs = page->backs && page->backs != gfn + 1 ? MANY : gfn + 1;
}

/* Equal, but for the bit that tells the halves apart. */
static bool is_same_frame(uint64_t a, uint64_t b)
{
	const uint64_t differs = (a ^ b) << PAGE_SHIFT;

	return !differs || (!(differs & (differs - 1)) && differs >> TOP_BIT);
}

static void check_page(struct hshim *shim, const struct hshim_call *call, const char *name,
		       uint64_t pa, uint64_t ipa)
{
	const struct page *page = ram_page(shim->mem, pa);
	struct text text = {.size = 0};

	if (!page || !page->backs || page->backs == MANY ||
	    is_same_frame(page->backs - 1, ipa >> PAGE_SHIFT))
		return;
	text_add(&text,
		 "SMC #%lu %s: %s for 0x%" PRIx64 " is page 0x%" PRIx64
		 ", which the host found for 0x%" PRIx64 "\n",
		 call->number, call->name, name, ipa, pa, (page->backs - 1) << PAGE_SHIFT);
	text_page(&text, shim, page);
	hshim_report(HSHIM_O_MAP_PAGE, "%s", text.at);
}

static unsigned int ipa_input(const struct smc_command *row)
{
	for (unsigned int i = 0; i < row->inputs; i++)
		if (row->in[i].kind == SMC_KIND_IPA)
			return i;
	return NO_INPUTS;
}

void match_call(struct hshim *shim, const struct hshim_call *call, const struct smc_command *row)
{
	const unsigned int ipa = row ? ipa_input(row) : NO_INPUTS;

	if (ipa == NO_INPUTS || !call->model || call->ret[0])
		return;
	for (unsigned int i = 0; i < row->inputs; i++) {
		const enum smc_kind kind = row->in[i].kind;

		if (kind == SMC_KIND_GRANULE || kind == SMC_KIND_NS || kind == SMC_KIND_DESC)
			check_page(shim, call, row->in[i].name, call->x[i + 1] & PA_MASK,
				   call->x[ipa + 1]);
	}
}
