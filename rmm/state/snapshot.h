/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_STATE_SNAPSHOT_H
#define RMM_STATE_SNAPSHOT_H

/*
 * State of an instance (rmm/state/): what is kept, compared and put back. Its words:
 *
 *	image         the content of all granules and the granule table (mem/image.h), shared between snapshots where it is
 *	              equal
 *	identifiers   VMIDs, MECIDs, open operations, the state of the monitor: all state that is not in a granule
 *	snapshot      an image, identifiers, number of calls and virtual time; lives as long as the instance
 *	saved state   the same as bytes for a file (save.c, load.c); it can come from a stranger and is trusted only after
 *	              trust.c and rmm/check/ have looked at it
 *	fingerprint   a hash of all of it: two states are equal if it is
 *
 * The instance lock is held and no REC runs: a stay has state in the engine, which no snapshot has.
 *
 *	sim_snapshot_take(sim, &snapshot);
 *	sim_snapshot_release(&snapshot);
 *
 * This file: the state that is not in a granule, and what becomes of each field of struct rmmsim.
 */

#include "mem/snapshot.h"
#include "rmm/sim.h"

/* VMIDs and MECIDs: rarely changed, and shared by snapshots between which they did not. */
struct sim_identifiers {
	uint32_t refs;
	uint64_t version; /* of sim->identifiers */
	uint32_t mecid_members;
	struct sim_monitor monitor;
	uint64_t ops[SIM_MAX_OPS];
	uint64_t vmids[65536 / 64];
	uint8_t mecids[]; /* up to mec_max() */
};

struct sim_snapshot {
	struct mem_image *image;
	struct sim_identifiers *identifiers;
	uint64_t calls, time;
};

/* With the instance locked and no REC running. RMMSIM_ERR_MEMORY: nothing has changed. */
enum rmmsim_status sim_snapshot_take(struct rmmsim *sim, struct sim_snapshot *snapshot);
void sim_snapshot_release(struct sim_snapshot *snapshot);
/* All of them: the instance is about to be destroyed. */
void sim_snapshots_free(struct rmmsim *sim);

/* Whether functions may follow what is in the granules: after a load, before rmmsim_check(). */
bool sim_state_trusted(const struct rmmsim *sim);

#endif
