/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory of a replay: stores from the recording, comparison with it. */

#include <stdlib.h>
#include <string.h>

#include "trace/content.h"
#include "trace/player.h"

/* --- stores --------------------------------------------------------------------------------- */

static void note_store(struct player *player, size_t event, const struct trace_block *block)
{
	const struct replay_difference difference = {
		.what = REPLAY_STORE, .pa = block->pa + block->off, .ipa = block->ipa};

	player_note(player, event, RANK_PLANE, &difference);
}

void player_store_host(struct player *player, size_t event, const struct trace_blocks *blocks)
{
	for (size_t i = 0; i < blocks->count; i++) {
		const struct trace_block *block = &blocks->at[i];

		content_expand(block, player->expected);
		if (rmmsim_host_write(player->machine.sim, block->pa + block->off, player->expected,
				      block->len) != RMMSIM_OK)
			note_store(player, event, block);
	}
}

/* Other granules hold what the monitor keeps for itself: a Realm cannot write there. */
static bool realm_can_store(struct rmmsim *sim, uint64_t pa)
{
	struct rmmsim_granule_info info;

	if (rmmsim_granule_info(sim, pa, &info) != RMMSIM_OK)
		return false;
	return !strcmp(info.state, "DATA") || info.pas == RMMSIM_PAS_NS;
}

void player_store_realm(struct player *player, size_t event, const struct trace_blocks *blocks)
{
	struct rmmsim *sim = player->machine.sim;

	for (size_t i = 0; i < blocks->count; i++) {
		const struct trace_block *block = &blocks->at[i];
		uint64_t base = block->pa + block->off, last = base + block->len - !!block->len;
		bool allowed = true;

		for (uint64_t page = base & ~(uint64_t)(PAGE - 1); page <= last; page += PAGE)
			allowed = allowed && realm_can_store(sim, page);
		content_expand(block, player->expected);
		if (!allowed || rmmsim_poke(sim, base, player->expected, block->len) != RMMSIM_OK)
			note_store(player, event, block);
	}
}

/* --- comparison ------------------------------------------------------------------------------- */

/* What is being compared. */
struct compared {
	size_t event;
	uint64_t pa, ipa; /* of the first byte; ipa 0: Host memory */
	size_t size;
	unsigned int rank; /* of the first byte */
	uint64_t rec;      /* Realm memory */
};

static uint64_t word(const uint8_t *bytes, size_t width)
{
	uint64_t value = 0;

	while (width--)
		value = value << 8 | bytes[width];
	return value;
}

static void name_structure(const struct player *player, const struct compared *compared,
			   struct replay_difference *difference)
{
	const struct trace_smc *smc = player->frame->call->smc->smc;

	if (!difference->ipa) {
		if (smc_decode(true, smc->x[0], player->machine.quirks) != RMI_REC_ENTER)
			return;
		difference->structure = "RmiRecRun";
		difference->offset = difference->pa - smc->x[2];
		return;
	}
	for (size_t i = 0; i < sizeof(player->structures) / sizeof(player->structures[0]); i++) {
		const struct player_structure *known = &player->structures[i];

		if (known->name && known->rec == compared->rec && difference->ipa >= known->ipa &&
		    difference->ipa - known->ipa < known->size) {
			difference->structure = known->name;
			difference->offset = difference->ipa - known->ipa;
		}
	}
}

/* Notes each aligned 64-bit word of player->expected and ->actual that differs. */
static void compare_bytes(struct player *player, const struct compared *compared)
{
	for (size_t at = 0, width; at < compared->size; at += width) {
		struct replay_difference difference = {.what = REPLAY_MEMORY};

		width = 8 - (compared->pa + at) % 8;
		if (width > compared->size - at)
			width = compared->size - at;
		if (!memcmp(player->expected + at, player->actual + at, width))
			continue;
		difference.width = width;
		difference.pa = compared->pa + at;
		difference.ipa = compared->ipa ? compared->ipa + at : 0;
		difference.expected = word(player->expected + at, width);
		difference.actual = word(player->actual + at, width);
		difference.command = player->frame->realm_call;
		name_structure(player, compared, &difference);
		player_note(player, compared->event, compared->rank + at, &difference);
	}
}

static void compare_block(struct player *player, const struct trace_block *block,
			  const struct compared *at)
{
	struct compared compared = *at;

	compared.pa = block->pa + block->off;
	compared.ipa = block->ipa ? block->ipa + block->off : 0;
	compared.size = block->len;
	content_expand(block, player->expected);
	if (rmmsim_peek(player->machine.sim, compared.pa, player->actual, block->len) == RMMSIM_OK)
		compare_bytes(player, &compared);
}

/* The part of a block that lies in a page, laid over the page's expected content. */
static void overlay(struct player *player, const struct trace_block *block, uint64_t page)
{
	uint64_t base = block->pa + block->off;

	if (base < page || base + block->len > page + PAGE)
		return;
	content_expand(block, player->expected + (base - page));
}

static bool inside_page(const struct trace_block *block, uint64_t page)
{
	uint64_t base = block->pa + block->off;

	return base >= page && base + block->len <= page + PAGE;
}

/* Compares a whole page with its earlier content and what the blocks say has changed. */
static void compare_page(struct player *player, const struct player_page *page,
			 const struct trace_blocks *blocks, const struct compared *at)
{
	struct compared compared = *at;

	compared.pa = page->pa;
	compared.size = PAGE;
	memcpy(player->expected, page->bytes, PAGE);
	for (size_t i = 0; i < blocks->count; i++) {
		if (!blocks->at[i].masked)
			overlay(player, &blocks->at[i], page->pa);
	}
	if (rmmsim_peek(player->machine.sim, page->pa, player->actual, PAGE) == RMMSIM_OK)
		compare_bytes(player, &compared);
}

/* --- Host memory ---------------------------------------------------------------------------- */

static bool host_page_known(const struct player_host_pages *pages, uint64_t pa)
{
	for (unsigned int i = 0; i < pages->count; i++) {
		if (pages->page[i].pa == pa)
			return true;
	}
	return false;
}

void player_remember_host(struct player *player, const struct trace_smc *smc,
			  struct player_host_pages *pages)
{
	pages->count = 0;
	for (size_t i = 0; i < smc->in.count && pages->count < 4; i++) {
		struct player_page *page = &pages->page[pages->count];

		page->pa = (smc->in.at[i].pa + smc->in.at[i].off) & ~(uint64_t)(PAGE - 1);
		if (host_page_known(pages, page->pa))
			continue;
		if (rmmsim_host_read(player->machine.sim, page->pa, page->bytes, PAGE) == RMMSIM_OK)
			pages->count++;
	}
}

/* Another PE may have taken the page meanwhile: then the Host no longer sees it. */
static bool still_host(struct player *player, uint64_t pa)
{
	struct rmmsim_granule_info info;

	return rmmsim_granule_info(player->machine.sim, pa, &info) != RMMSIM_OK ||
	       info.pas == RMMSIM_PAS_NS;
}

void player_compare_host(struct player *player, const struct player_host_pages *pages)
{
	const struct trace_call *call = player->frame->call;
	const struct trace_blocks *out = &call->smc->smc->out;
	struct compared compared = {.event = call->event, .rank = RANK_MEMORY};

	for (unsigned int i = 0; i < pages->count; i++) {
		if (still_host(player, pages->page[i].pa))
			compare_page(player, &pages->page[i], out, &compared);
		compared.rank += PAGE;
	}
	for (size_t i = 0; i < out->count; i++) {
		uint64_t page = (out->at[i].pa + out->at[i].off) & ~(uint64_t)(PAGE - 1);

		if (!host_page_known(pages, page) || !inside_page(&out->at[i], page))
			compare_block(player, &out->at[i], &compared);
	}
}

static bool was_read(const struct player *player, uint64_t page)
{
	for (unsigned int i = player->frame->read_first; i < player->read_count; i++) {
		if (player->reads[i] == page)
			return true;
	}
	return false;
}

static bool listed(const struct trace_blocks *in, uint64_t page)
{
	for (size_t i = 0; i < in->count; i++) {
		if (((in->at[i].pa + in->at[i].off) & ~(uint64_t)(PAGE - 1)) == page)
			return true;
	}
	return false;
}

void player_compare_reads(struct player *player)
{
	const struct trace_call *call = player->frame->call;
	const struct trace_blocks *in = &call->smc->smc->in;

	for (size_t i = 0; i < in->count; i++) {
		const struct replay_difference unread = {.what = REPLAY_UNREAD,
							 .pa = in->at[i].pa + in->at[i].off};

		if (!was_read(player, unread.pa & ~(uint64_t)(PAGE - 1)))
			player_note(player, call->event, RANK_MAX, &unread);
	}
	for (unsigned int i = player->frame->read_first; i < player->read_count; i++) {
		const struct replay_difference read = {.what = REPLAY_READ, .pa = player->reads[i]};

		if (!listed(in, read.pa))
			player_note(player, call->event, RANK_MAX, &read);
	}
}

void player_ns_access(void *context, uint64_t pa, size_t size, bool write)
{
	struct player *player = context;

	(void)size;
	if (!write && player->read_count < sizeof(player->reads) / sizeof(player->reads[0]))
		player->reads[player->read_count++] = pa & ~(uint64_t)(PAGE - 1);
}

/* --- Realm memory --------------------------------------------------------------------------- */

static const struct player_page *realm_page(const struct player *player, uint64_t pa)
{
	for (size_t i = 0; i < player->page_count; i++) {
		if (player->pages[i].pa == pa)
			return &player->pages[i];
	}
	return NULL;
}

static struct player_page *add_page(struct player *player)
{
	if (player->page_count == player->page_room) {
		size_t room = player->page_room ? player->page_room * 2 : 4;
		struct player_page *larger = realloc(player->pages, room * sizeof(*larger));

		if (!larger) {
			player->out_of_memory = true;
			return NULL;
		}
		player->pages = larger;
		player->page_room = room;
	}
	return &player->pages[player->page_count];
}

/* More pages than a script watches are compared where the line says something, not as a whole. */
#define MAX_PAGES 64

void player_remember_realm(struct player *player, size_t event)
{
	size_t next = player->next_run[event];
	const struct trace_blocks *mem;

	player->pages_for = next;
	player->page_count = 0;
	if (next == SIZE_MAX)
		return;
	mem = &player->trace->events[next].run->mem;
	for (size_t i = 0; i < mem->count && player->page_count < MAX_PAGES; i++) {
		uint64_t pa = (mem->at[i].pa + mem->at[i].off) & ~(uint64_t)(PAGE - 1);
		struct player_page *page;

		if (mem->at[i].masked || realm_page(player, pa))
			continue;
		page = add_page(player);
		if (!page)
			return;
		page->pa = pa;
		if (rmmsim_peek(player->machine.sim, pa, page->bytes, PAGE) == RMMSIM_OK)
			player->page_count++;
	}
}

static bool masked(const struct trace_blocks *blocks, uint64_t page)
{
	for (size_t i = 0; i < blocks->count; i++) {
		if (blocks->at[i].masked && (blocks->at[i].pa & ~(uint64_t)(PAGE - 1)) == page)
			return true;
	}
	return false;
}

void player_compare_realm(struct player *player, size_t event, uint64_t rec)
{
	const struct trace_blocks *mem = &player->trace->events[event].run->mem;
	struct compared compared = {.event = event, .rank = RANK_MEMORY, .rec = rec};
	uint64_t last = 0;

	for (size_t i = 0; i < mem->count; i++) {
		const struct trace_block *block = &mem->at[i];
		uint64_t pa = (block->pa + block->off) & ~(uint64_t)(PAGE - 1);
		const struct player_page *page = realm_page(player, pa);

		if (masked(mem, pa) || (i && pa == last))
			continue;
		if (!page || player->pages_for != event || !inside_page(block, pa)) {
			compare_block(player, block, &compared);
			continue;
		}
		compared.ipa = block->ipa & ~(uint64_t)(PAGE - 1);
		compare_page(player, page, mem, &compared);
		compared.rank += PAGE;
		last = pa;
	}
}

/* --- structures ------------------------------------------------------------------------------- */

void player_note_structure(struct player *player, uint64_t rec, enum smc_command_id id,
			   const uint64_t *x)
{
	struct player_structure structure = {.rec = rec, .ipa = x[1], .size = PAGE};

	switch (id) {
	case RSI_REALM_CONFIG:
		structure.name = "RsiRealmConfig";
		break;
	case RSI_HOST_CALL:
		structure.name = "RsiHostCall";
		structure.size = sizeof(struct rsi_host_call);
		break;
	case RSI_PLANE_ENTER:
		structure.name = "RsiPlaneRun";
		structure.ipa = x[2];
		break;
	default:
		return;
	}
	player->structures[player->structure_next++ % 16] = structure;
}
