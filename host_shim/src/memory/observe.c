/* SPDX-License-Identifier: BSD-3-Clause */
/* What the monitor does to a page, and who looks at a call: host-shim.md#6.2. Above the other files of memory/. */
#include "host_shim/src/memory/mem.h"

#include <inttypes.h>

#include <rmmsim/rmmsim.h>

#define BACK_BYTE 0xa5
/* MemAttr of a descriptor: what is less is Device memory. */
#define FIRST_NORMAL 4

static const uint8_t back_bytes[RAM_PART] = {[0 ... RAM_PART - 1] = BACK_BYTE};

static void came_back(struct hshim *shim, uint64_t pa)
{
	uint64_t words[RAM_PART / sizeof(uint64_t)];

	if (shim->mem->fill == HSHIM_FILL_ZERO || shim->mem->sweeping)
		return;
	if (shim->mem->fill == HSHIM_FILL_A5) {
		rmmsim_poke(shim->sim, pa, back_bytes, sizeof(back_bytes));
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = ram_random(shim->mem);
	rmmsim_poke(shim->sim, pa, words, sizeof(words));
}

static void on_granule(struct hshim *shim, struct granule_note *note, const struct hshim_call *call)
{
	const uint64_t pa = note->pa & ~UINT64_C(1);
	struct page *page = ram_page(shim->mem, pa);
	struct text text = {.size = 0};

	if (!note->delegated)
		came_back(shim, pa);
	if (!page || !note->delegated || page->state == PAGE_HEAD || page->state == PAGE_TAIL)
		return;
	text_add(&text, "SMC #%lu %s names page 0x%" PRIx64 ", which is not allocated\n",
		 call->number, call->name, pa);
	text_page(&text, shim, page);
	hshim_report(HSHIM_O_USE_AFTER_FREE, "%s", text.at);
}

/* Not the host's; in use; or refused when the host wanted to give it away. */
static enum hshim_oracle_id kind_of(struct hshim *shim, uint64_t pa)
{
	const struct granule_note *note = shim_note(shim, pa);
	const struct page *page = ram_page(shim->mem, pa);

	if (note && note->delegated)
		return HSHIM_O_SMC_UNDELEGATE_IN_USE;
	return page && page->refused ? HSHIM_O_SMC_UNDELEGATE_REFUSED
				     : HSHIM_O_SMC_UNDELEGATE_FOREIGN;
}

static void report_foreign(struct hshim *shim, const struct hshim_call *call)
{
	struct text text = {.size = 0};

	text_add(&text,
		 "SMC #%lu %s of 0x%lx was refused: the host cannot take that granule back\n",
		 call->number, call->name, call->x[1]);
	text_granule(&text, shim, call->x[1]);
	hshim_report(kind_of(shim, call->x[1]), "%s", text.at);
}

/* Fields of a descriptor that the Host passes (rtt.md#5); S2AP[1] where permissions are direct. */
#define DESC_PA(desc)       ((desc)&UINT64_C(0xfffffffff000))
#define DESC_MEMATTR(desc)  ((desc) >> 2 & 7)
#define DESC_WRITABLE(desc) ((desc) >> 7 & 1)

static void check_descriptor(struct hshim *shim, const struct hshim_call *call, unsigned long desc)
{
	const struct page *page = ram_page(shim->mem, DESC_PA(desc));
	struct text text = {.size = 0};

	if (!page)
		return;
	if (page->state != PAGE_HEAD && page->state != PAGE_TAIL) {
		text_add(&text, "SMC #%lu %s maps page 0x%" PRIx64 ", which is free\n",
			 call->number, call->name, ram_pa_of(shim->mem, page));
		text_page(&text, shim, page);
		hshim_report(HSHIM_O_MODEL_CONSISTENCY, "%s", text.at);
		return;
	}
	if (page->backs && DESC_MEMATTR(desc) < FIRST_NORMAL)
		hshim_report(HSHIM_O_MAP_ATTR,
			     "SMC #%lu %s maps memory of the VMM, page 0x%" PRIx64
			     ", as a device: descriptor 0x%lx",
			     call->number, call->name, ram_pa_of(shim->mem, page), desc);
	if (!page->readonly || !DESC_WRITABLE(desc))
		return;
	text_add(&text,
		 "SMC #%lu %s maps page 0x%" PRIx64
		 " writable, but it was faulted in as not writable\n",
		 call->number, call->name, ram_pa_of(shim->mem, page));
	text_page(&text, shim, page);
	hshim_report(HSHIM_O_MAP_WRITE_RO, "%s", text.at);
}

/* The host wanted to give away a page that it had, and was not let. */
static void note_kept(struct hshim *shim, uint64_t pa)
{
	const struct granule_note *note = shim_note(shim, pa);
	struct page *page = ram_page(shim->mem, pa);

	if (page && !(note && note->delegated))
		page->refused++;
}

static void after_call(struct hshim *shim, const struct hshim_call *call,
		       const struct smc_command *row)
{
	if (call->injected && call->ret[0] && ram_gives_away(row))
		note_kept(shim, call->x[1]);
	watch_call(shim, call, row);
	match_call(shim, call, row);
	exits_note(shim, call, row);
	if (call->model && call->ret[0] && ram_gives_back(row))
		report_foreign(shim, call);
	for (unsigned int i = 0; row && call->model && !call->ret[0] && i < row->inputs; i++)
		if (row->in[i].kind == SMC_KIND_DESC)
			check_descriptor(shim, call, call->x[i + 1]);
}

const struct shim_observer ram_observer = {
	.granule = on_granule,
	.answer = exits_answer,
	.left = locks_drop_all,
	.after = after_call,
};
