/* SPDX-License-Identifier: BSD-3-Clause */
/* Realm memory of a replay: what changed since the Realm last ran. */

#include <stdlib.h>

#include "trace/player.h"

/* SMC that gave the granule its state, 0 if it has always had it. */
static uint64_t state_since(const struct player *player, uint64_t pa)
{
	struct rmmsim_granule_info info;

	if (rmmsim_granule_info(player->machine.sim, pa, &info) != RMMSIM_OK)
		return 0;
	return info.call;
}

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
		uint64_t pa = player_page_of(&mem->at[i]);
		struct player_page *page;

		if (mem->at[i].masked || realm_page(player, pa))
			continue;
		page = add_page(player);
		if (!page)
			return;
		page->pa = pa;
		page->since = state_since(player, pa);
		if (rmmsim_peek(player->machine.sim, pa, page->bytes, PAGE) == RMMSIM_OK)
			player->page_count++;
	}
}

/*
 * Whether a page that a run line lists can be compared as a whole: the changes are those of one
 * granule, not the difference of an old and a new granule at the same IPA.
 */
static bool same_granule(const struct player *player, const struct player_page *page, size_t event)
{
	return page && player->pages_for == event && page->since == state_since(player, page->pa);
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
	struct player_compared compared = {.event = event, .rank = RANK_MEMORY, .rec = rec};
	uint64_t last = 0;

	for (size_t i = 0; i < mem->count; i++) {
		const struct trace_block *block = &mem->at[i];
		uint64_t pa = player_page_of(block);
		const struct player_page *page = realm_page(player, pa);

		if (masked(mem, pa) || (i && pa == last))
			continue;
		if (!same_granule(player, page, event) || !player_inside_page(block, pa)) {
			player_compare_block(player, block, &compared);
			continue;
		}
		compared.ipa = block->ipa & ~(uint64_t)(PAGE - 1);
		player_compare_page(player, page, mem, &compared);
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
