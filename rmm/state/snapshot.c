/* SPDX-License-Identifier: BSD-3-Clause */
/* include/rmmsim/snapshot.h, but for files. */
#include "rmm/state/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include <rmmsim/snapshot.h>

#include "rmm/call.h"
#include "rmm/mec.h"
#include "rmm/process.h"

/*
 * Every field of struct rmmsim: STATE is in a snapshot, KEPT is not. A new field does not compile before
 * a decision here.
 */
#define FIELDS(STATE, KEPT)                      \
	KEPT(mem) /* its state is the image */   \
	KEPT(quirks)                             \
	KEPT(revision)                           \
	KEPT(shape)                              \
	KEPT(features)                           \
	KEPT(config)                             \
	KEPT(created_here)                       \
	STATE(calls)                             \
	STATE(time)                              \
	KEPT(engine)                             \
	KEPT(engine_context)                     \
	KEPT(running) /* always 0 */             \
	KEPT(devices) /* of the program */       \
	STATE(mecid_members)                     \
	STATE(vmids)                             \
	STATE(mecids)                            \
	STATE(monitor)                           \
	STATE(ops)                               \
	KEPT(identifiers)                        \
	KEPT(identifiers_latest)                 \
	KEPT(hashed_identifiers)                 \
	KEPT(identifiers_hash)                   \
	KEPT(checked)                            \
	KEPT(snapshots)                          \
	KEPT(snapshots_size)                     \
	KEPT(attest) /* same keys, same token */ \
	KEPT(token)  /* for people */            \
	KEPT(token_size)                         \
	KEPT(pes) /* explanations: forgotten */  \
	KEPT(waiting)                            \
	KEPT(waiting_since)                      \
	KEPT(history)                            \
	KEPT(gate)                               \
	KEPT(forgotten)                          \
	KEPT(hits)

#define SIZE_OF(field) +sizeof(((struct rmmsim *)0)->field)
_Static_assert(0 FIELDS(SIZE_OF, SIZE_OF) == sizeof(struct rmmsim),
	       "every field of struct rmmsim is in FIELDS, and there is no padding to hide in");

/* --- identifiers ----------------------------------------------------------------------------------- */

static size_t mecid_count(const struct rmmsim *sim)
{
	return (size_t)mec_max(sim) + 1;
}

static struct sim_identifiers *hold_identifiers(struct sim_identifiers *identifiers)
{
	identifiers->refs++;
	return identifiers;
}

static void release_identifiers(struct sim_identifiers *identifiers)
{
	if (identifiers && --identifiers->refs == 0)
		free(identifiers);
}

static struct sim_identifiers *find_identifiers(const struct rmmsim *sim)
{
	for (size_t i = sim->snapshots_size; i-- > 0;) {
		const struct sim_snapshot *s = sim->snapshots[i];

		if (s && s->identifiers->version == sim->identifiers)
			return s->identifiers;
		if (s)
			return NULL;
	}
	return NULL;
}

static struct sim_identifiers *take_identifiers(const struct rmmsim *sim)
{
	struct sim_identifiers *now = find_identifiers(sim);

	if (now)
		return hold_identifiers(now);
	now = malloc(sizeof(*now) + mecid_count(sim));
	if (!now)
		return NULL;
	now->refs = 1;
	now->version = sim->identifiers;
	now->mecid_members = sim->mecid_members;
	now->monitor = sim->monitor;
	memcpy(now->ops, sim->ops, sizeof(now->ops));
	memcpy(now->vmids, sim->vmids, sizeof(now->vmids));
	memcpy(now->mecids, sim->mecids, mecid_count(sim));
	return now;
}

static void put_identifiers(struct rmmsim *sim, const struct sim_identifiers *identifiers)
{
	if (sim->identifiers == identifiers->version)
		return;
	sim->identifiers = identifiers->version;
	sim->mecid_members = identifiers->mecid_members;
	sim->monitor = identifiers->monitor;
	memcpy(sim->ops, identifiers->ops, sizeof(sim->ops));
	memcpy(sim->vmids, identifiers->vmids, sizeof(sim->vmids));
	memcpy(sim->mecids, identifiers->mecids, mecid_count(sim));
}

/* --- taking and going back ----------------------------------------------------------------------------- */

enum rmmsim_status sim_snapshot_take(struct rmmsim *sim, struct sim_snapshot *snapshot)
{
	enum rmmsim_status status;

	snapshot->calls = sim->calls;
	snapshot->time = rmmsim_time(sim);
	snapshot->identifiers = take_identifiers(sim);
	if (!snapshot->identifiers)
		return RMMSIM_ERR_MEMORY;
	status = mem_snapshot(sim->mem, &snapshot->image);
	if (status != RMMSIM_OK)
		release_identifiers(snapshot->identifiers);
	return status;
}

void sim_snapshot_release(struct sim_snapshot *snapshot)
{
	image_release(snapshot->image);
	release_identifiers(snapshot->identifiers);
}

static void forget_rec(void *context, uint64_t pa)
{
	struct rmmsim *sim = context;

	if (sim->engine && sim->engine->forget)
		sim->engine->forget(sim->engine_context, pa);
}

static void go(struct rmmsim *sim, const struct sim_snapshot *snapshot)
{
	mem_restore(sim->mem, snapshot->image, forget_rec, sim);
	put_identifiers(sim, snapshot->identifiers);
	__atomic_store_n(&sim->calls, snapshot->calls, __ATOMIC_RELAXED);
	__atomic_store_n(&sim->time, snapshot->time, __ATOMIC_RELAXED);
	/* Their numbers may be those of calls that are undone now. */
	sim->forgotten = sim->calls;
	explain_forget(sim);
}

/* --- the list ------------------------------------------------------------------------------------------- */

/* An identifier is the place in the list plus one. A free place is used again. */
static struct sim_snapshot **free_place(struct rmmsim *sim)
{
	const size_t size = sim->snapshots_size ? sim->snapshots_size * 2 : 16;
	struct sim_snapshot **list;

	for (size_t i = 0; i < sim->snapshots_size; i++) {
		if (!sim->snapshots[i])
			return &sim->snapshots[i];
	}
	list = realloc(sim->snapshots, size * sizeof(struct sim_snapshot *));
	if (!list)
		return NULL;
	memset(list + sim->snapshots_size, 0,
	       (size - sim->snapshots_size) * sizeof(struct sim_snapshot *));
	sim->snapshots = list;
	list += sim->snapshots_size;
	sim->snapshots_size = size;
	return list;
}

static struct sim_snapshot **find(const struct rmmsim *sim, uint64_t id)
{
	if (id == 0 || id > sim->snapshots_size || !sim->snapshots[id - 1])
		return NULL;
	return &sim->snapshots[id - 1];
}

void sim_snapshots_free(struct rmmsim *sim)
{
	for (size_t i = 0; i < sim->snapshots_size; i++) {
		if (sim->snapshots[i])
			sim_snapshot_release(sim->snapshots[i]);
		free(sim->snapshots[i]);
	}
	free(sim->snapshots);
}

static enum rmmsim_status take(struct rmmsim *sim, uint64_t *id)
{
	struct sim_snapshot *snapshot, **place;
	enum rmmsim_status status;

	if (sim->running)
		return RMMSIM_ERR_STATE;
	place = free_place(sim);
	snapshot = place ? malloc(sizeof(*snapshot)) : NULL;
	if (!snapshot)
		return RMMSIM_ERR_MEMORY;
	status = sim_snapshot_take(sim, snapshot);
	if (status != RMMSIM_OK) {
		free(snapshot);
		return status;
	}
	*place = snapshot;
	*id = (uint64_t)(place - sim->snapshots) + 1;
	return RMMSIM_OK;
}

enum rmmsim_status rmmsim_snapshot(struct rmmsim *sim, uint64_t *id)
{
	enum rmmsim_status status;

	if (!sim || !id)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	mem_lock(sim->mem);
	status = take(sim, id);
	mem_unlock(sim->mem);
	return status;
}

enum rmmsim_status rmmsim_restore(struct rmmsim *sim, uint64_t id)
{
	enum rmmsim_status status = RMMSIM_OK;
	struct sim_snapshot **place;

	if (!sim)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	mem_lock(sim->mem);
	place = find(sim, id);
	if (!place)
		status = RMMSIM_ERR_ARGUMENT;
	else if (sim->running)
		status = RMMSIM_ERR_STATE;
	else
		go(sim, *place);
	mem_unlock(sim->mem);
	return status;
}

enum rmmsim_status rmmsim_snapshot_free(struct rmmsim *sim, uint64_t id)
{
	struct sim_snapshot **place;

	if (!sim)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	mem_lock(sim->mem);
	place = find(sim, id);
	if (place) {
		sim_snapshot_release(*place);
		free(*place);
		*place = NULL;
	}
	mem_unlock(sim->mem);
	return place ? RMMSIM_OK : RMMSIM_ERR_ARGUMENT;
}

/* --- fingerprint ------------------------------------------------------------------------------------------ */

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9fb21c651e98df25;
	return hash ^ hash >> 32;
}

static uint64_t mix_monitor(uint64_t hash, const struct rmmsim *sim)
{
	if (!revision_2(sim))
		return hash;
	hash = mix(mix(hash, sim->monitor.active), sim->monitor.tracking_region_size);
	for (unsigned int i = 0; i < SIM_MAX_OPS; i++) {
		if (sim->ops[i] != SIM_NO_OP)
			hash = mix(mix(hash, i), sim->ops[i]);
	}
	return hash;
}

/* The identifiers change much less often than they are asked for: their hash is kept. */
static uint64_t identifiers_hash(struct rmmsim *sim)
{
	uint64_t hash = sim->mecid_members;

	if (sim->hashed_identifiers == sim->identifiers && sim->identifiers_hash)
		return sim->identifiers_hash;
	for (unsigned int i = 0; i < sizeof(sim->vmids) / sizeof(sim->vmids[0]); i++) {
		if (sim->vmids[i])
			hash = mix(mix(hash, i), sim->vmids[i]);
	}
	for (size_t i = 0; i < mecid_count(sim); i++)
		hash = mix(hash, sim->mecids[i]);
	sim->hashed_identifiers = sim->identifiers;
	sim->identifiers_hash = mix_monitor(hash, sim);
	return sim->identifiers_hash;
}

uint64_t rmmsim_fingerprint(struct rmmsim *sim)
{
	uint64_t hash;

	if (!sim)
		return 0;
	if (!process_owns(sim))
		return 0;
	mem_lock(sim->mem);
	hash = mix(mem_fingerprint(sim->mem), rmmsim_time(sim));
	hash = mix(hash, identifiers_hash(sim));
	mem_unlock(sim->mem);
	return hash;
}

enum rmmsim_status rmmsim_host_touched(struct rmmsim *sim, uint64_t pa, uint64_t size)
{
	enum rmmsim_status status;

	if (!sim)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	mem_lock(sim->mem);
	status = mem_touch(sim->mem, pa, size);
	mem_unlock(sim->mem);
	return status;
}
