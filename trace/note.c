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
	*mismatch = (struct replay_mismatch){.call = player->frame->call,
					     .shape = player->machine.shape};
	return mismatch;
}

/* Words of memory that differ in the same way, one behind the other, are one difference. */
static bool merged(struct replay_mismatch *mismatch, const struct replay_difference *difference)
{
	struct replay_difference *last;

	if (!mismatch->count || mismatch->count > REPLAY_MAX_DIFFERENCES)
		return false;
	last = &mismatch->differences[mismatch->count - 1];
	if (last->what != REPLAY_MEMORY || difference->what != REPLAY_MEMORY)
		return false;
	if (last->expected != difference->expected || last->actual != difference->actual ||
	    last->width != 8 || difference->width != 8)
		return false;
	if (difference->pa != last->pa + 8 * (last->repeat + 1))
		return false;
	last->repeat++;
	return true;
}

static void add(struct replay_mismatch *mismatch, const struct replay_difference *difference,
		size_t line)
{
	struct replay_difference *kept;

	if (merged(mismatch, difference))
		return;
	if (mismatch->count < REPLAY_MAX_DIFFERENCES) {
		kept = &mismatch->differences[mismatch->count];
		*kept = *difference;
		kept->line = line;
	}
	mismatch->count++;
}

static void mix(uint64_t *fingerprint, uint64_t value)
{
	*fingerprint = (*fingerprint ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	*fingerprint ^= *fingerprint >> 29;
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
	mix(&result->fingerprint, position);
	mix(&result->fingerprint, difference->actual);
	if (!frame->differs)
		frame->mismatch = keep(player);
	frame->differs = true;
	if (frame->mismatch)
		add(frame->mismatch, difference, player->trace->events[event].line);
}

/* The call of the recording that is this SMC of the instance, or NULL. */
static const struct trace_event *issued(const struct player *player, uint64_t number)
{
	const uint64_t n = number - player->issued_from;

	if (number < player->issued_from || n > player->trace->call_count || !player->issued[n])
		return NULL;
	return player->issued[n]->smc;
}

/* The instance counts SMCs from 1, the recording has numbers of its own: only those are shown. */
static void renumber(const struct player *player, struct rmmsim_explanation *explanation)
{
	const struct trace_event *call = issued(player, explanation->call);
	const struct trace_event *since = issued(player, explanation->since_call);

	if (call) {
		explanation->call = call->i;
		explanation->call_line = call->line;
	}
	if (since) {
		explanation->since_call = since->i;
		explanation->since_line = since->line;
	}
}

/* The last refusal on the PE is that of this call, or of the Realm during it. */
static bool explain(struct player *player, unsigned int pe, enum smc_caller caller, uint64_t result,
		    struct rmmsim_explanation *explanation)
{
	if (rmmsim_explain(player->machine.sim, pe, explanation) != RMMSIM_OK)
		return false;
	if (explanation->call != player->frame->number ||
	    explanation->realm != (caller == SMC_FROM_REALM) || explanation->result != result)
		return false;
	renumber(player, explanation);
	return true;
}

bool player_refused(struct player *player, unsigned int pe, uint64_t result,
		    struct rmmsim_explanation *why)
{
	return explain(player, pe, SMC_FROM_HOST, result, why);
}

void player_explain(struct player *player, unsigned int pe, enum smc_caller caller, uint64_t result)
{
	struct replay_mismatch *mismatch = player->frame->mismatch;
	const struct smc_command *last = smc_command(player->frame->realm_call);
	struct rmmsim_explanation explanation;
	char text[4096];

	if (!mismatch || mismatch->explanation)
		return;
	if (!explain(player, pe, caller, result, &explanation))
		return;
	if (caller == SMC_FROM_REALM && (!last || strcmp(last->name, explanation.command)))
		return;
	rmmsim_explanation_text(&explanation, text, sizeof(text));
	mismatch->explanation = strdup(text);
}
