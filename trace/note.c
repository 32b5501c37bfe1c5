/* SPDX-License-Identifier: BSD-3-Clause */
/* Differences of a replay. */

#include <stdlib.h>
#include <string.h>

#include "trace/player.h"

static struct replay_mismatch *keep(struct player *player)
{
	struct replay_result *result = player->result;
	struct replay_mismatch *mismatch;

	if (result->kept_count >= player->options->keep)
		return NULL;
	mismatch = &result->kept[result->kept_count++];
	*mismatch = (struct replay_mismatch){.call = player->frame->call};
	return mismatch;
}

void player_note(struct player *player, size_t event, unsigned int rank,
		 const struct replay_difference *difference)
{
	struct player_frame *frame = player->frame;
	struct replay_result *result = player->result;
	replay_position position =
		(replay_position)event << 16 | (rank < RANK_MAX ? rank : RANK_MAX);

	if (position < result->first) {
		result->first = position;
		result->first_call = frame->call_index;
	}
	if (!frame->differs)
		frame->mismatch = keep(player);
	frame->differs = true;
	if (!frame->mismatch)
		return;
	if (frame->mismatch->count < REPLAY_MAX_DIFFERENCES) {
		struct replay_difference *kept =
			&frame->mismatch->differences[frame->mismatch->count];

		*kept = *difference;
		kept->line = player->trace->events[event].line;
	}
	frame->mismatch->count++;
}

void player_explain(struct player *player, unsigned int pe, bool realm)
{
	struct replay_mismatch *mismatch = player->frame->mismatch;
	struct rmmsim_explanation explanation;
	char text[4096];

	if (!mismatch || mismatch->explanation)
		return;
	if (rmmsim_explain(player->machine.sim, pe, &explanation) != RMMSIM_OK)
		return;
	if (explanation.call != player->frame->number || explanation.realm != realm)
		return;
	rmmsim_explanation_text(&explanation, text, sizeof(text));
	mismatch->explanation = strdup(text);
}
