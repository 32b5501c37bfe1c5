/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two lines of the Host's commands whose pieces were printed in turns: tf-rmm-log.md#1. Every way to deal
 * the pieces out is tried; it counts only if all that fit are the same.
 */
#include <stdio.h>
#include <string.h>

#include "trace/log/answer.h"
#include "trace/log/join.h"

#define MAX_PIECES 16
#define MAX_LINE   512

struct pieces {
	const char *name[2];
	size_t name_length[2];
	unsigned int count, first_line; /* of them in the first line */
	const char *at[MAX_PIECES];
	size_t length[MAX_PIECES];
};

/* One argument, or " > " with its status. */
static const char *next_piece(const char *text, struct pieces *pieces)
{
	size_t length = strspn(text, " ");

	if (text[length] == '>')
		length += 1 + strspn(text + length + 1, " ");
	length += strcspn(text + length, " ");
	pieces->at[pieces->count] = text;
	pieces->length[pieces->count++] = length;
	return text + length;
}

static bool cut_pieces(const char *text, struct pieces *pieces)
{
	while (text[strspn(text, " ")]) {
		if (pieces->count == MAX_PIECES)
			return false;
		text = next_piece(text, pieces);
	}
	return true;
}

/* The line of one writer: its name and the pieces whose bit is `side`. */
static bool assemble(const struct pieces *pieces, uint32_t deal, uint32_t side,
		     unsigned int releases, struct log_call *call)
{
	char line[MAX_LINE];
	size_t used = pieces->name_length[side];

	memcpy(line, pieces->name[side], used);
	line[used] = '\0';
	for (unsigned int i = 0; i < pieces->count; i++) {
		if ((deal >> i & 1) != side)
			continue;
		if (used + pieces->length[i] >= sizeof(line))
			return false;
		memcpy(line + used, pieces->at[i], pieces->length[i]);
		used += pieces->length[i];
		line[used] = '\0';
	}
	return log_call_parse(line, releases, call);
}

/* The first line end is that of one writer: all behind it is the other's. */
static bool ends_in_turn(const struct pieces *pieces, uint32_t deal)
{
	const uint32_t rest = deal >> pieces->first_line;
	const unsigned int left = pieces->count - pieces->first_line;

	return !rest || rest == (1u << left) - 1;
}

/* Some state of a monitor gives this answer. */
static bool plausible(const struct log_call *call)
{
	struct log_state state = {0};
	struct log_view view = {.state = &state, .call = call};
	const struct log_rule *rules;
	struct log_answer answer;

	if (!call->shape || call->command == SMC_NONE || !log_rules(call->command, &rules) ||
	    call->arguments < call->shape->format[LOG_08].arguments)
		return true;
	log_answer_try(&view, &answer);
	return answer.possible;
}

static bool deal_out(const struct pieces *pieces, unsigned int releases, struct log_joined *joined)
{
	bool found = false;

	for (uint32_t deal = 0; deal < 1u << pieces->count; deal++) {
		struct log_call calls[2];

		if (!ends_in_turn(pieces, deal) ||
		    !assemble(pieces, deal, 0, releases, &calls[0]) ||
		    !assemble(pieces, deal, 1, releases, &calls[1]) || !plausible(&calls[0]) ||
		    !plausible(&calls[1]))
			continue;
		if (found && (!log_call_same(&calls[0], &joined->calls[0]) ||
			      !log_call_same(&calls[1], &joined->calls[1])))
			return false;
		memcpy(joined->calls, calls, sizeof(calls));
		found = true;
	}
	return found;
}

/* A name with what stands between it and the first piece. */
static void take_name(const char *text, struct pieces *pieces, unsigned int side)
{
	const size_t indent = strspn(text, " ");

	pieces->name[side] = text;
	pieces->name_length[side] = indent + strcspn(text + indent, " ");
}

bool log_join_mixed(char *const *lines, size_t count, const char *inner, unsigned int releases,
		    struct log_joined *joined)
{
	struct pieces pieces = {0};
	char first[MAX_LINE];
	const size_t before = (size_t)(inner - lines[0]);
	bool done;

	if (count < 2 || before >= sizeof(first) || log_call_begins(lines[1]))
		return false;
	snprintf(first, sizeof(first), "%.*s", (int)before, lines[0]);
	take_name(first, &pieces, 0);
	take_name(inner, &pieces, 1);
	if (pieces.name_length[0] + pieces.name_length[1] >= MAX_LINE ||
	    !cut_pieces(first + pieces.name_length[0], &pieces) ||
	    !cut_pieces(inner + pieces.name_length[1], &pieces))
		return false;
	pieces.first_line = pieces.count;
	if (!cut_pieces(lines[1], &pieces))
		return false;
	done = deal_out(&pieces, releases, joined);
	/* Where their arguments stood says nothing. */
	joined->calls[0].column = joined->calls[1].column = 0;
	joined->count = done ? 2 : 0;
	joined->taken = done ? 1 : 0;
	return done;
}
