/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_SIM_H
#define RMM_SIM_H

/* The instance: everything that is not in a granule. */

#include <rmmsim/engine.h>

#include "mem/mem.h"
#include "planes/plane.h"
#include "smc/smc.h"

#define SIM_MAX_PES        256
#define SIM_MAX_MECIDS     65536
#define SIM_MAX_AUX_PLANES 3 /* what the model can run, even if FEATURES advertises more */

#define SIM_MAX_OPS 160 /* rmm-2.0.md#6.2 */
#define SIM_NO_OP   UINT64_MAX

/* State of the monitor itself, rmm-2.0.md#2. Always ACTIVE before 2.0. */
struct sim_monitor {
	uint64_t active;                             /* enum rmi_rmm_state */
	uint64_t tracking_region_size, granule_size; /* RmiRmmConfig */
};

enum mecid_state { MECID_PRIVATE_UNASSIGNED, MECID_PRIVATE_ASSIGNED, MECID_SHARED };

/* One remembered SMC, for explanations. */
struct sim_history {
	uint64_t call;
	uint64_t x[8]; /* X0..X7 */
};

struct call;

/* A refused call whose explanation is made when it is asked for: rmm/explain/late.c */
struct sim_refusal {
	bool waits;
	uint8_t command;    /* enum smc_command_id */
	uint16_t condition; /* enum smc_condition_id */
	uint64_t number, result;
	uint64_t x[18];
	void (*handler)(struct call *call);
};

/* Per PE: what the last refused call looked like. */
struct sim_pe {
	struct sim_refusal refusal;            /* newer than the explanation while it waits */
	struct rmmsim_explanation explanation; /* call == 0: none yet */
	struct rmmsim_gic gic; /* virtual interface registers of the PE, the Host's in 2.0 */
};

struct rmmsim {
	smc_quirks quirks;
	struct mem *mem; /* has the instance lock */
	enum smc_revision revision;
	enum smc_shape shape; /* which rows exist */
	struct rmmsim_config config;
	uint64_t features[SMC_FEATURE_COUNT]; /* fields of config.feature_register */

	bool *created_here; /* rmm/process.h */
	uint64_t calls;     /* SMCs so far */
	uint64_t time;      /* virtual counter */

	const struct rmmsim_engine_ops *engine;
	void *engine_context;
	struct rmmsim_device *devices; /* of the program: rmm/device.h */
	unsigned int running;          /* RECs that are running */

	uint32_t mecid_members;         /* Realms that use the shared MECID */
	uint64_t vmids[65536 / 64];     /* bit set: in use */
	uint8_t mecids[SIM_MAX_MECIDS]; /* enum mecid_state */
	struct sim_monitor monitor;
	uint64_t ops
		[SIM_MAX_OPS]; /* by handle: PA of the object of an open operation, or SIM_NO_OP */
	/* Every change of these is a new version of them: sim_identifiers_change(). */
	uint64_t identifiers, identifiers_latest;
	uint64_t hashed_identifiers, identifiers_hash; /* version and hash: rmm/state/snapshot.c */

	struct checked *checked; /* what rmmsim_check() has seen: rmm/check/changed.c */

	struct sim_snapshot **snapshots; /* rmm/state/snapshot.c */
	size_t snapshots_size;

	struct attest *attest; /* NULL: config.token is the program's */
	uint8_t *token; /* the last one that a Realm fetched: TOKEN_MAX bytes, token_size used */
	size_t token_size;

	struct sim_pe *pes;          /* config.pe_count */
	uint64_t waiting;            /* refused calls that wait for their explanation */
	uint64_t waiting_since;      /* number of the newest of them */
	struct sim_history *history; /* ring of config.history */
	/* By command: its condition that the monitor is ACTIVE, 0 if it has none. */
	uint16_t gate[(SMC_COMMAND_COUNT + 3) / 4 * 4];
	uint64_t forgotten; /* calls up to this one are not what the history says: a restore */
	uint64_t hits[SMC_CONDITION_COUNT];
};

static inline bool quirk(const struct rmmsim *sim, enum smc_quirk q)
{
	return smc_has_quirk(sim->quirks, q);
}

static inline uint64_t feature(const struct rmmsim *sim, enum smc_feature f)
{
	return sim->features[f];
}

/* For what a row cannot say: rmm-2.0.md. Everything else is two rows, or two handlers. */
static inline bool revision_2(const struct rmmsim *sim)
{
	return sim->revision >= SMC_REVISION_2_0;
}

/* A VMID, a MECID, the number of members, the monitor's state or a handle changes. */
static inline void sim_identifiers_change(struct rmmsim *sim)
{
	sim->identifiers = ++sim->identifiers_latest;
}

/* What programs are told about a granule. With the instance locked. */
struct rmmsim_granule_info sim_granule_info(const struct rmmsim *sim,
					    const struct granule *granule);

static inline struct plane_quirks sim_plane_quirks(const struct rmmsim *sim)
{
	return (struct plane_quirks){
		.dev_destroyed_empty = quirk(sim, QUIRK_dev_destroyed_empty),
		.fetch_permission_sea = quirk(sim, QUIRK_fetch_permission_sea),
	};
}

#endif
