/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_DEV_H
#define RMM_DEV_H

/*
 * Devices: device-assignment.md#1. A *PDEV* is a physical device that the monitor talks to; a *VDEV* is an
 * interface of it that one Realm uses. Each lives in its granule; the SPDM requester of a PDEV lives in its
 * first auxiliary granule.
 *
 * A *conversation* is one operation of the requester. A command makes it PENDING; COMMUNICATE makes it
 * ACTIVE and carries it message by message until it is IDLE again or has failed. A PDEV has one requester,
 * so that one conversation at a time is ACTIVE, its own or that of one of its VDEVs: the *talker*.
 */

#include "device/requester.h"
#include "rmm/realm.h"

enum comm_state { COMM_IDLE, COMM_PENDING, COMM_ACTIVE, COMM_ERROR };

/* A cached object of the Host: what it hashes to so far. */
struct dev_object {
	struct digest digest;
	uint32_t size; /* bytes hashed; 0: none yet */
};

struct pdev {
	uint32_t state; /* enum rmi_pdev_state */
	uint32_t comm;  /* enum comm_state */
	uint64_t flags, pdev_id, segment_id, ecam_addr, root_id, cert_id;
	uint64_t rid_base, rid_top; /* requester identifiers of its interfaces, top exclusive */
	uint32_t hash_algo;         /* enum rmi_hash_algorithm */
	uint32_t num_aux;
	uint64_t ide_sid;
	uint32_t num_vdevs;
	uint32_t range_count;
	uint64_t talker; /* PA of the PDEV or VDEV whose conversation is ACTIVE, 0: none */
	struct rmi_address_range ranges[RMI_MAX_NCOH_ADDR_RANGES + RMI_MAX_COH_ADDR_RANGES];
	uint64_t aux[RMI_MAX_PDEV_AUX];
	struct dev_object vca, certificate;
	uint8_t key_digest[64];
};

/* What an ACTIVE conversation of a VDEV leads to. */
enum vdev_op {
	VDEV_OP_NONE,
	VDEV_OP_UNLOCK,
	VDEV_OP_LOCK,
	VDEV_OP_START,
	VDEV_OP_MEASURE,
	VDEV_OP_REPORT
};

struct vdev {
	uint64_t rd, pdev; /* PA */
	uint64_t vdev_id, tdi_id, flags;
	uint32_t number;  /* in its Realm, from 1: granule.refs of what it maps */
	uint32_t state;   /* enum rmi_vdev_state */
	uint32_t comm;    /* enum comm_state */
	uint32_t op;      /* enum vdev_op */
	bool dma;         /* enabled by the Realm */
	uint64_t num_map; /* granules mapped */
	uint64_t lock_nonce, meas_nonce, report_nonce;
	struct dev_object measurements, report;
	struct spdm_interface interface;
};

_Static_assert(sizeof(struct pdev) <= GRANULE_SIZE, "a PDEV fits its granule");
_Static_assert(sizeof(struct vdev) <= GRANULE_SIZE, "a VDEV fits its granule");
_Static_assert(sizeof(struct spdm_requester) <= GRANULE_SIZE, "a requester fits a granule");

/* Auxiliary granules of a PDEV. Firmware with quirk da-alp12 has no part that talks to devices, and asks for
 * none: device-assignment.md#9.2 */
static inline uint32_t sim_pdev_aux(const struct rmmsim *sim)
{
	return quirk(sim, QUIRK_da_alp12) ? 0 : 4;
}

static inline bool sim_has_da(const struct rmmsim *sim)
{
	return sim->config.feature_register[0] >> RMI_FEATURE0_DA_SHIFT & 1;
}

const struct pdev *pdev_at(const struct rmmsim *sim, const struct granule *granule);
struct pdev *pdev_edit(struct rmmsim *sim, struct granule *granule);
const struct vdev *vdev_at(const struct rmmsim *sim, const struct granule *granule);
struct vdev *vdev_edit(struct rmmsim *sim, struct granule *granule);
struct spdm_requester *pdev_requester(struct rmmsim *sim, const struct pdev *pdev);

/* Some PDEV but the one at `except` for which `matches` is true. */
bool pdev_any(const struct rmmsim *sim, const struct granule *except,
	      bool (*matches)(const struct pdev *pdev, const void *argument), const void *argument);
bool vdev_any(const struct rmmsim *sim,
	      bool (*matches)(const struct rmmsim *sim, const struct vdev *vdev,
			      const void *argument),
	      const void *argument);

/* Digest of an object, left-aligned in 64 bytes; zeros if the Host was never asked to keep any. */
void dev_object_digest(const struct dev_object *object, uint8_t digest[64]);
/* Bytes of a file are an object. */
bool dev_object_valid(const struct dev_object *object);
/* A call of a Realm that goes on when the Host has named the VDEV. */
bool dev_call_waits(uint32_t command);
void dev_object_add(struct dev_object *object, uint32_t hash_algo, const void *data, size_t size);

/* A nonce that no earlier call was given. */
uint64_t dev_nonce(const struct rmmsim *sim, uint64_t previous);

#endif
