/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/log/state.h"

#include <stdlib.h>
#include <string.h>

/* Objects that may be listed; the oldest that no call made is forgotten for a new one. */
#define MAX_OBJECTS 65536

static const struct log_geometry geometries[] = {
#define G(start, width)      \
	{                    \
		start, width \
	}
	G(2, 32), G(2, 33), G(2, 34), G(1, 32), G(1, 33),  G(1, 34),  G(1, 35),  G(1, 36),
	G(1, 37), G(1, 38), G(1, 39), G(1, 40), G(1, 41),  G(1, 42),  G(1, 43),  G(0, 40),
	G(0, 41), G(0, 42), G(0, 43), G(0, 44), G(0, 45),  G(0, 46),  G(0, 47),  G(0, 48),
	G(0, 49), G(0, 50), G(0, 51), G(0, 52), G(-1, 49), G(-1, 50), G(-1, 51), G(-1, 52),
#undef G
};

unsigned int log_geometry_count(void)
{
	return sizeof(geometries) / sizeof(geometries[0]);
}

struct log_geometry log_geometry(unsigned int n)
{
	return geometries[n];
}

struct log_planes log_planes(unsigned int n)
{
	static const struct log_planes rows[LOG_PLANE_ROWS] = {
		{1, false}, {2, true}, {3, true}, {4, true}, {2, false}, {3, false}, {4, false},
	};

	return rows[n];
}

static void object_clear(struct log_object *object)
{
	if (object->realm)
		log_spans_free(&object->realm->ripas);
	free(object->realm);
	free(object->rec);
	object->realm = NULL;
	object->rec = NULL;
}

static void drop_objects(struct log_state *state)
{
	for (size_t i = 0; i < state->object_count; i++)
		object_clear(&state->objects[i]);
	state->object_count = 0;
}

void log_state_free(struct log_state *state)
{
	drop_objects(state);
	free(state->objects);
	*state = (struct log_state){0};
}

void log_state_boot(struct log_state *state, const struct log_boot *boot, size_t line)
{
	drop_objects(state);
	state->whole = true;
	state->strangers = false;
	state->releases = boot->releases;
	state->rmi_abi = boot->rmi_abi;
	state->rsi_abi = boot->rsi_abi;
	state->boot_line = line;
	state->mec_known = true;
	state->mec_shared = (struct log_fact){.known = true, .line = line, .value = 0};
	state->aux_count = state->rmi_high = (struct log_fact){0};
	state->rsi_high = state->token_size = (struct log_fact){0};
}

void log_state_forget(struct log_state *state)
{
	drop_objects(state);
	state->whole = false;
	state->mec_known = false;
}

struct log_object *log_object(struct log_state *state, uint64_t pa)
{
	for (size_t i = 0; i < state->object_count; i++) {
		if (state->objects[i].pa == pa)
			return &state->objects[i];
	}
	return NULL;
}

unsigned int log_kinds(struct log_state *state, uint64_t pa)
{
	const struct log_object *object = log_object(state, pa);

	if (object)
		return object->kinds;
	return state->whole ? LOG_IS_OTHER : LOG_IS_ANY;
}

static void remove_at(struct log_state *state, size_t index)
{
	object_clear(&state->objects[index]);
	state->objects[index] = state->objects[--state->object_count];
}

/* What a granule of this kind may be is as good as any: forgetting it loses no soundness. */
static void make_room(struct log_state *state)
{
	struct log_object *larger;
	size_t more;

	if (state->object_count == MAX_OBJECTS) {
		state->whole = false;
		remove_at(state, 0);
	}
	if (state->object_count < state->object_capacity)
		return;
	more = state->object_capacity ? 2 * state->object_capacity : 64;
	larger = realloc(state->objects, more * sizeof(*larger));
	if (!larger) {
		state->out_of_memory = true;
		return;
	}
	state->objects = larger;
	state->object_capacity = more;
}

static struct log_object *listed(struct log_state *state, uint64_t pa)
{
	struct log_object *object = log_object(state, pa);

	if (object)
		return object;
	make_room(state);
	if (state->object_count >= state->object_capacity)
		return NULL;
	object = &state->objects[state->object_count++];
	*object = (struct log_object){
		.pa = pa,
		.kinds = state->whole ? LOG_IS_OTHER : LOG_IS_ANY,
		.line = state->boot_line,
	};
	return object;
}

static uint64_t all_geometries(void)
{
	return (UINT64_C(1) << log_geometry_count()) - 1;
}

/* A Realm of which nothing is known. */
static struct log_realm *new_realm(const struct log_state *state)
{
	struct log_realm *realm = calloc(1, sizeof(*realm));

	if (!realm)
		return NULL;
	realm->states = LOG_NEW | LOG_ACTIVE | LOG_OFF;
	realm->geometries = all_geometries();
	/* RMM 1.0 has no planes. */
	realm->planes = state->rmi_abi == 0x10000 ? 1 : (1u << LOG_PLANE_ROWS) - 1;
	realm->hashes = 1u << RMI_HASH_SHA_256 | 1u << RMI_HASH_SHA_512;
	for (unsigned int i = 0; i < LOG_OVERLAYS; i++)
		realm->locked[i] = i ? LOG_MAYBE : LOG_YES;
	return realm;
}

static struct log_rec *new_rec(void)
{
	struct log_rec *rec = calloc(1, sizeof(*rec));

	if (!rec)
		return NULL;
	rec->runnable = rec->running = rec->pending = rec->token = LOG_MAYBE;
	rec->ripas.any = rec->s2ap.any = true;
	return rec;
}

static void settle(struct log_state *state, struct log_object *object)
{
	if (object->kinds == LOG_IS_RD && !object->realm)
		object->realm = new_realm(state);
	if (object->kinds == LOG_IS_REC && !object->rec)
		object->rec = new_rec();
	if ((object->kinds == LOG_IS_RD && !object->realm) ||
	    (object->kinds == LOG_IS_REC && !object->rec))
		state->out_of_memory = true;
}

struct log_object *log_become(struct log_state *state, uint64_t pa, unsigned int kind, size_t line)
{
	struct log_object *object = log_object(state, pa);

	if (kind == LOG_IS_OTHER && state->whole) {
		if (object)
			remove_at(state, (size_t)(object - state->objects));
		return NULL;
	}
	object = listed(state, pa);
	if (!object)
		return NULL;
	object_clear(object);
	object->kinds = kind;
	object->line = line;
	settle(state, object);
	return state->out_of_memory ? NULL : object;
}

void log_exclude(struct log_state *state, uint64_t pa, unsigned int kinds, size_t line)
{
	const unsigned int had = log_kinds(state, pa);
	struct log_object *object;

	if (!(had & kinds) || !(had & ~kinds))
		return;
	object = listed(state, pa);
	if (!object)
		return;
	object->kinds &= ~kinds;
	object->line = line;
	settle(state, object);
}

void log_doubt(struct log_state *state, uint64_t pa, size_t line)
{
	struct log_object *object = listed(state, pa);

	if (!object)
		return;
	object_clear(object);
	object->kinds = LOG_IS_ANY;
	object->line = line;
}

void log_state_uncount(struct log_state *state)
{
	for (size_t i = 0; i < state->object_count; i++) {
		if (state->objects[i].realm)
			state->objects[i].realm->counted = false;
	}
}

void log_request_add(struct log_requests *requests, const struct log_request *request, bool strict)
{
	if (strict) {
		requests->any = false;
		requests->count = 0;
	}
	if (requests->count == LOG_MAX_REQUESTS) {
		requests->any = true;
		return;
	}
	requests->at[requests->count++] = *request;
}
