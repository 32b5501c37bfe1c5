/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_REALM_H
#define RMM_REALM_H

/* The Realm descriptor. It lives in the RD granule itself, so the granule is the whole state. */

#include "rmm/sim.h"

enum realm_state { REALM_NEW, REALM_ACTIVE, REALM_SYSTEM_OFF, REALM_ZOMBIE };

#define REALM_MEASUREMENTS 5 /* RIM, REM0..REM3 */

struct realm {
	uint32_t state; /* enum realm_state */
	uint32_t hash_algo;
	struct rtt_s2 s2;
	uint64_t flags0, flags1;
	uint64_t ats_plane;
	uint32_t sve_vl, num_bps, num_wps, pmu_num_ctrs;
	uint16_t vmid[RTT_MAX_TREES]; /* by Plane */
	uint32_t mecid;
	bool mec_shared; /* the MECID was SHARED when the Realm was created */
	uint32_t num_aux_planes;
	uint64_t rec_index; /* next REC index; never goes back */
	uint64_t num_recs;
	uint8_t rpv[64];
	uint8_t measurement[REALM_MEASUREMENTS][64];
	uint32_t num_vdevs, next_vdev; /* VDEVs, and how many it ever had */
};

_Static_assert(sizeof(struct realm) <= GRANULE_SIZE, "the Realm descriptor fits its granule");

#define REALM_MAX_PAGES    9 /* that REALM_CREATE of 2.0 asks for */
#define REALM_PAGES_OFFSET 0x800

/* In 2.0, behind struct realm: what it was given and gives back. */
struct realm_pages {
	uint64_t count;
	uint64_t page[REALM_MAX_PAGES];
};

_Static_assert(sizeof(struct realm) <= REALM_PAGES_OFFSET, "the pages are behind the Realm");

const struct realm_pages *realm_pages(const struct rmmsim *sim, const struct granule *rd);
/* The Realm in an RD granule; for reading and for changing. */
const struct realm *realm_at(const struct rmmsim *sim, const struct granule *rd);
struct realm *realm_edit(struct rmmsim *sim, struct granule *rd);
const char *realm_state_name(uint32_t state);

static inline bool realm_da(const struct realm *realm)
{
	return (realm->flags0 & RMI_REALM_FLAGS0_DA) != 0;
}

static inline bool realm_pmu(const struct realm *realm)
{
	return (realm->flags0 & RMI_REALM_FLAGS0_PMU) != 0;
}

#endif
