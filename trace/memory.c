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
	return !strcmp(info.state, "DATA") || !strcmp(info.state, "DEV_MAPPED") ||
	       info.pas == RMMSIM_PAS_NS;
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

static uint64_t word(const uint8_t *bytes, size_t width)
{
	uint64_t value = 0;

	while (width--)
		value = value << 8 | bytes[width];
	return value;
}

static void name_structure(const struct player *player, const struct player_compared *compared,
			   struct replay_difference *difference)
{
	const struct trace_smc *smc = player->frame->call->smc->smc;

	if (!difference->ipa) {
		if (smc_decode(SMC_FROM_HOST, smc->x[0], player->machine.shape) != RMI_REC_ENTER)
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
static void compare_bytes(struct player *player, const struct player_compared *compared)
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

void player_compare_block(struct player *player, const struct trace_block *block,
			  const struct player_compared *at)
{
	struct player_compared compared = *at;

	compared.pa = block->pa + block->off;
	compared.ipa = block->ipa ? block->ipa + block->off : 0;
	compared.size = block->len;
	content_expand(block, player->expected);
	if (rmmsim_peek(player->machine.sim, compared.pa, player->actual, block->len) == RMMSIM_OK)
		compare_bytes(player, &compared);
}

bool player_inside_page(const struct trace_block *block, uint64_t page)
{
	uint64_t base = block->pa + block->off;

	return base >= page && base + block->len <= page + PAGE;
}

/* A block that lies in the page, laid over the page's expected content. */
static void overlay(struct player *player, const struct trace_block *block, uint64_t page)
{
	if (player_inside_page(block, page))
		content_expand(block, player->expected + (block->pa + block->off - page));
}

/* Compares a whole page with its earlier content and what the blocks say has changed. */
void player_compare_page(struct player *player, const struct player_page *page,
			 const struct trace_blocks *blocks, const struct player_compared *at)
{
	struct player_compared compared = *at;

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
