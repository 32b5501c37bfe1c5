/* SPDX-License-Identifier: BSD-3-Clause */
/* Host memory of a replay: what a call read and wrote. */

#include "trace/player.h"

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

		page->pa = player_page_of(&smc->in.at[i]);
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
	struct player_compared compared = {.event = call->event, .rank = RANK_MEMORY};

	for (unsigned int i = 0; i < pages->count; i++) {
		if (still_host(player, pages->page[i].pa))
			player_compare_page(player, &pages->page[i], out, &compared);
		compared.rank += PAGE;
	}
	for (size_t i = 0; i < out->count; i++) {
		uint64_t page = player_page_of(&out->at[i]);

		if (!host_page_known(pages, page) || !player_inside_page(&out->at[i], page))
			player_compare_block(player, &out->at[i], &compared);
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
		if (player_page_of(&in->at[i]) == page)
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
