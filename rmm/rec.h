/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_REC_H
#define RMM_REC_H

/*
 * The REC. It lives in its granules: struct rec in the REC granule, one Plane context in each of the
 * first four auxiliary granules, the FP/SIMD file in the fifth, the token in the sixth.
 */

#include "rmm/realm.h"

#define REC_MAX_AUX   16
#define REC_AUX_SIMD  4
#define REC_AUX_TOKEN 5
#define REC_AUX_MIN   6

enum rec_pending {
	REC_PENDING_NONE,
	REC_PENDING_PSCI,
	REC_PENDING_HOST_CALL,
	REC_PENDING_VDEV,          /* the Host has not said which VDEV is meant */
	REC_PENDING_VDEV_COMPLETE, /* it has */
};

/* attestation.md#6 */
enum rec_attest {
	REC_ATTEST_NONE,
	REC_ATTEST_READY, /* REC_AUX_TOKEN holds the token: token_offset of token_size bytes are gone */
	REC_ATTEST_SIGNING, /* ... holds struct rec_claims: token_offset of token_size steps are done */
	REC_ATTEST_FAILED, /* signing failed in the call in progress */
};

/* What a token will say besides the challenge, as it was at TOKEN_INIT. */
struct rec_claims {
	uint8_t rpv[64];
	uint8_t measurement[5][64];
	uint8_t hash_algo;
	bool mec_private;
};

/*
 * The last SYNC or SError exit: decides what emul_mmio and inject_sea may do (rec.md#3.1). All zero
 * once the REC was entered again.
 */
struct rec_last_exit {
	uint64_t esr, far, hpfar; /* as the PE reported them */
	bool emulatable;          /* the Host saw ISV = 1 */
	bool unprotected_abort;   /* Data Abort at an Unprotected IPA */
	bool sysreg_read;         /* trapped MRS: `rt` gets enter.gprs[0] at the next entry */
	uint32_t rt;
};

struct rec_request {
	uint64_t base, top, addr;
	uint64_t value;        /* RIPAS, or overlay index */
	bool change_destroyed; /* RIPAS */
	uint64_t cookie;       /* S2AP: of the request; then the one that continues it */
	uint64_t origin;       /* S2AP: base of the whole sequence, for the next tree */
	uint64_t sequence_top; /* S2AP: top that `cookie` continues to */
	uint32_t tree;         /* S2AP */
};

/* The PSCI request that waits for PSCI_COMPLETE: rsi.md#7 */
struct rec_psci {
	uint32_t command; /* enum smc_command_id: PSCI_CPU_ON or PSCI_AFFINITY_INFO */
	uint64_t target;  /* MPIDR_EL1 of the REC meant */
	uint64_t entry, context;
};

/* The RSI call that waits for its VDEV: device-assignment.md#6 */
struct rec_vdev {
	uint32_t command; /* enum smc_command_id */
	uint64_t id;
	uint64_t pa;   /* of the VDEV, from VDEV_COMPLETE */
	uint64_t x[9]; /* X0..X8 of the call */
};

/* The validation of device memory in progress: device-assignment.md#7 */
struct rec_dev_mem {
	uint64_t base, top, addr; /* top 0: none */
	uint64_t pa;              /* of `addr` */
	uint64_t flags;           /* RsiDevMemFlags */
	uint64_t reserved;        /* saved states have it: rmm/state/format.h */
};

/* Flags of the PLANE_ENTER that the active auxiliary Plane runs under. */
struct rec_plane_enter {
	uint64_t flags; /* RsiPlaneEnterFlags */
	uint64_t run;   /* IPA of the run page, X2 of Plane 0 */
};

struct rec {
	uint64_t rd;    /* PA of the owner */
	uint64_t mpidr; /* RmiRecMpidr as created */
	uint64_t index;
	bool runnable;
	bool running;
	uint32_t pending; /* enum rec_pending */
	uint32_t active_plane;
	uint32_t gic_owner;
	uint32_t num_aux;
	uint64_t aux[REC_MAX_AUX];

	struct rec_plane_enter enter;
	struct rec_last_exit last;
	struct rec_psci psci;
	struct rec_request ripas, s2ap;    /* top 0: none */
	uint64_t last_misr[RTT_MAX_TREES]; /* ICH_MISR of each Plane at its last exit */
	/* Output of the EL1 timers when the Plane was last saved (rec.md#3.3 step 8). */
	bool timer_output_v[RTT_MAX_TREES], timer_output_p[RTT_MAX_TREES];
	uint64_t timers_seen; /* virtual time up to which Plane 0's timers were looked at */

	bool serror_pending[RTT_MAX_TREES];
	uint64_t serror_syndrome[RTT_MAX_TREES];

	uint32_t attest; /* enum rec_attest */
	uint32_t token_size, token_offset;
	uint8_t challenge[64];

	struct rec_last_exit kept[RTT_MAX_TREES]; /* quirk stale-last-exit: rec_due_exit() */
	struct rec_vdev vdev;
	struct rec_dev_mem dev_mem;
};

_Static_assert(sizeof(struct rec) <= GRANULE_SIZE, "struct rec fits the REC granule");
_Static_assert(sizeof(struct rmmsim_plane) <= GRANULE_SIZE, "a Plane context fits a granule");

const struct rec *rec_at(const struct rmmsim *sim, const struct granule *granule);
struct rec *rec_edit(struct rmmsim *sim, struct granule *granule);
/* FP/SIMD registers of a REC: shared by its Planes, planes.md#1 */
struct rec_simd {
	uint64_t v[32][2];
	uint64_t fpcr, fpsr;
};
struct rec_simd *rec_simd(struct rmmsim *sim, const struct rec *rec);

/* Context of a Plane (0..3) of the REC. */
struct rmmsim_plane *rec_plane(struct rmmsim *sim, const struct rec *rec, unsigned int plane);
/* Reset values of a Plane's system registers and GIC: rec.md#8 */
void rec_plane_reset(struct rmmsim_plane *plane, bool pmu);

/* The REC of the Realm with this index, or NULL. Looks at every granule: for what happens rarely. */
struct granule *rec_find(const struct rmmsim *sim, const struct granule *rd, uint64_t index);

/* RmiRecMpidr -> REC index, and the MPIDR_EL1 the Realm reads: rec.md#2 */
uint64_t rec_mpidr_index(uint64_t mpidr);
uint64_t rec_index_mpidr(uint64_t index);
uint64_t rec_mpidr_el1(uint64_t mpidr);
/* REC index of an MPIDR_EL1 value as PSCI gets it; other bits are ignored: rsi.md#7 */
uint64_t rec_psci_index(uint64_t mpidr_el1);

#endif
