/* SPDX-License-Identifier: BSD-3-Clause */
/* Who calls is not printed: tf-rmm-log.md#6. Each REC that may run is tried. */
#include <stdlib.h>

#include "trace/log/check.h"

/* In some state that is possible this REC runs. */
static bool may_run(struct log_state *state, const struct log_rec *rec)
{
	const struct log_object *owner = rec->owned ? log_object(state, rec->rd) : NULL;
	const struct log_realm *realm = owner ? owner->realm : NULL;

	if (rec->pending == LOG_YES || rec->runnable == LOG_NO)
		return false;
	if (!realm || realm->states & LOG_ACTIVE)
		return true;
	return realm->states & LOG_OFF && rec->running != LOG_NO;
}

static struct log_view view_of(struct log_state *state, const struct log_call *call,
			       struct log_object *caller)
{
	struct log_view view = {.state = state, .call = call, .caller = caller};

	if (caller && caller->rec && caller->rec->owned)
		view.realm = log_object(state, caller->rec->rd);
	if (view.realm && !view.realm->realm)
		view.realm = NULL;
	return view;
}

static void note(struct log_callers *callers, const struct log_object *caller)
{
	const uint64_t rd = caller->rec->owned ? caller->rec->rd : 0;

	callers->one_rec = callers->count == 0;
	callers->one_realm = callers->count == 0 || (callers->one_realm && callers->rd == rd);
	callers->rec = caller->pa;
	callers->rd = rd;
	callers->count++;
}

/* Marks in `possible` the objects that explain the call. */
static void try_all(struct log_state *state, const struct log_call *call, bool *possible,
		    struct log_callers *callers)
{
	for (size_t i = 0; i < state->object_count; i++) {
		struct log_object *object = &state->objects[i];
		struct log_answer answer;
		struct log_view view;

		possible[i] = false;
		if (!object->rec || !may_run(state, object->rec))
			continue;
		callers->all++;
		view = view_of(state, call, object);
		log_answer_try(&view, &answer);
		possible[i] = answer.possible;
		if (answer.possible)
			note(callers, object);
		else
			log_answer_refute(&view, &callers->reason);
	}
}

/* A REC that is not listed can call if calls are missing. */
static void try_unknown(struct log_state *state, const struct log_call *call,
			struct log_callers *callers)
{
	struct log_view view = view_of(state, call, NULL);
	struct log_answer answer;

	if (state->whole && !state->strangers)
		return;
	log_answer_try(&view, &answer);
	callers->unknown = answer.possible;
	if (!answer.possible && !callers->all)
		log_answer_refute(&view, &callers->reason);
}

/* An object before this one belongs to the same Realm: what the call does to that is done. */
static bool realm_is_done(const struct log_state *state, const bool *possible, size_t index)
{
	const struct log_rec *rec = state->objects[index].rec;

	for (size_t i = 0; i < index; i++) {
		if (possible[i] && rec->owned && state->objects[i].rec->owned &&
		    state->objects[i].rec->rd == rec->rd)
			return true;
	}
	return false;
}

/* The Realm is known, the REC is not: its constants are those of any of them. */
static void learn_realm(struct log_state *state, const struct log_call *call, const bool *possible,
			const struct log_callers *callers)
{
	struct log_answer all = {0}, answer;
	struct log_view view = {0};

	for (size_t i = 0; i < state->object_count; i++) {
		if (!possible[i])
			continue;
		view = view_of(state, call, &state->objects[i]);
		log_answer_try(&view, &answer);
		all.geometries |= answer.geometries;
		all.planes |= answer.planes;
	}
	if (callers->count)
		log_answer_learn_space(&view, &all);
}

static void apply(struct log_state *state, const struct log_call *call, const bool *possible,
		  const struct log_callers *callers)
{
	const bool alone = callers->one_realm && !callers->unknown && callers->rd;
	const bool strict = callers->one_rec && !callers->unknown;

	if (alone && !strict)
		learn_realm(state, call, possible, callers);
	for (size_t i = 0; i < state->object_count; i++) {
		struct log_view view;
		struct log_answer answer;

		if (!possible[i])
			continue;
		view = view_of(state, call, &state->objects[i]);
		if (strict) {
			log_answer_try(&view, &answer);
			log_answer_learn(&view, &answer);
		}
		if (realm_is_done(state, possible, i))
			view.realm = NULL;
		log_effect_realm(&view, alone, strict);
	}
}

/* The only REC that can have made a call that is wrong made it nevertheless. */
static void apply_wrong(struct log_state *state, const struct log_call *call)
{
	for (size_t i = 0; i < state->object_count; i++) {
		struct log_view view;

		if (!state->objects[i].rec || !may_run(state, state->objects[i].rec))
			continue;
		view = view_of(state, call, &state->objects[i]);
		log_effect_realm(&view, true, true);
	}
}

void log_callers_judge(struct log_state *state, const struct log_call *call,
		       struct log_callers *callers)
{
	bool *possible = calloc(state->object_count + 1, sizeof(*possible));

	*callers = (struct log_callers){0};
	if (!possible) {
		state->out_of_memory = true;
		return;
	}
	try_all(state, call, possible, callers);
	try_unknown(state, call, callers);
	if (!callers->count && !callers->unknown && callers->all == 1)
		apply_wrong(state, call);
	else
		apply(state, call, possible, callers);
	free(possible);
}

bool log_callers_possible(struct log_state *state, const struct log_call *call)
{
	bool *possible = calloc(state->object_count + 1, sizeof(*possible));
	struct log_callers callers = {0};

	if (!possible) {
		state->out_of_memory = true;
		return false;
	}
	try_all(state, call, possible, &callers);
	try_unknown(state, call, &callers);
	free(possible);
	return callers.count || callers.unknown;
}
