/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_GRANULE_H
#define MEM_GRANULE_H

#include <stdbool.h>
#include <stdint.h>

#define GRANULE_SHIFT 12
#define GRANULE_SIZE  4096ull
#define GRANULE_MASK  (GRANULE_SIZE - 1)

/* rmi-abi.md#9. UNDELEGATED is 0: a record that was never touched describes the boot state. */
enum granule_state {
	GRANULE_UNDELEGATED,
	GRANULE_DELEGATED,
	GRANULE_RD,
	GRANULE_REC,
	GRANULE_REC_AUX,
	GRANULE_RTT,
	GRANULE_DATA,
	GRANULE_DEV_MAPPED,
	GRANULE_PDEV,
	GRANULE_PDEV_AUX,
	GRANULE_VDEV,
	GRANULE_VDEV_AUX,
	GRANULE_VSMMU,
	GRANULE_P2P_STREAM,
	GRANULE_PARTIAL, /* object of an open operation of 2.0 */
	GRANULE_RD_AUX,  /* memory that REALM_CREATE of 2.0 was given */
	GRANULE_STATE_COUNT,
};

/* Granule protection table entry: the physical address space that owns the granule. */
enum granule_pas {
	GRANULE_PAS_NS,
	GRANULE_PAS_REALM,
	GRANULE_PAS_SECURE,
	GRANULE_PAS_ROOT,
	GRANULE_PAS_COUNT,
};

/* Conventional memory or device memory; decided by the configuration, never changes. */
enum granule_kind {
	GRANULE_DRAM,
	GRANULE_DEV_NCOH,
	GRANULE_DEV_COH,
};

/*
 * One record per granule, 16 bytes, zero at boot.
 *
 * `refs` depends on the state: live entries of an RTT (auxiliary: entries that hold a PA), auxiliary
 * mappings of a DATA granule, unused otherwise. `owner` is the granule index of the RD that the
 * granule belongs to, plus one; 0 when it has none. `command` and `call` name the SMC that gave the
 * granule its state.
 */
struct granule {
	uint8_t state : 5;
	uint8_t pas : 3;
	uint8_t command;
	uint16_t refs;
	uint32_t owner;
	uint64_t call;
};

_Static_assert(sizeof(struct granule) == 16, "the table has 16 bytes per granule");

const char *granule_state_name(enum granule_state state); /* "DELEGATED" */
const char *granule_pas_name(enum granule_pas pas);

#endif
