/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RTT_ENTRY_H
#define RTT_ENTRY_H

/* One stage 2 descriptor, decoded: rtt.md#2, rtt.md#6. */

#include "rtt/s2.h"

enum rtt_state {
	RTT_UNASSIGNED,
	RTT_ASSIGNED,
	RTT_ASSIGNED_DEV,
	RTT_AUX_DESTROYED, /* auxiliary trees: UNASSIGNED with RIPAS DESTROYED */
	RTT_UNASSIGNED_NS,
	RTT_ASSIGNED_NS,
	RTT_TABLE,
};

/*
 * Permission of an entry, in the Realm's encoding.
 * Direct: R, W and XN bits as they stand in the descriptor, flattened for the tree's Plane.
 * Indirect: base index and overlay index.
 */
struct rtt_permission {
	uint8_t r : 1, w : 1,
		xn : 2;  /* direct; xn: 0 both execute, 1 EL0 only, 2 none, 3 EL1 only */
	uint8_t base;    /* indirect: planes.md#5.2 */
	uint8_t overlay; /* indirect: planes.md#5.3 */
};

struct rtt_entry {
	enum rtt_state state;
	enum rmi_ripas ripas; /* EMPTY for NS and TABLE */
	uint64_t pa;          /* output address, 0 when the state has none */
	uint64_t attributes;  /* MemAttr and shareability bits, in place */
	struct rtt_permission permission;
};

/*
 * `aux`: the descriptor belongs to an auxiliary tree. A descriptor says itself which half of the IPA
 * space it is in.
 */
struct rtt_entry rtt_entry_decode(const struct rtt_s2 *s2, bool aux, int level,
				  uint64_t descriptor);
uint64_t rtt_entry_encode(const struct rtt_s2 *s2, int level, const struct rtt_entry *entry);

/* Holds a PA: rtt.md#4 */
bool rtt_entry_live(enum rtt_state state);
/* Makes the table that holds it live: ASSIGNED_NS does not. */
bool rtt_entry_pins_table(enum rtt_state state);

/* RmiRttEntryState as READ_ENTRY and AUX_MAP report it; `aux_destroyed` is 4 or 5 (quirk). */
uint64_t rtt_state_reported(enum rtt_state state, uint64_t aux_destroyed);
const char *rtt_state_name(enum rtt_state state);

/* The permission a Protected entry has after a reset for the Plane of `tree`: planes.md#5.5 */
struct rtt_permission rtt_permission_default(const struct rtt_s2 *s2, unsigned int tree);

/*
 * Host-supplied descriptor of MAP_UNPROTECTED: rmi-abi.md#7.5, rtt.md#5.
 * Split as the command's conditions need it.
 */
bool rtt_desc_valid(const struct rtt_s2 *s2, uint64_t desc, int level);
uint64_t rtt_desc_pa(const struct rtt_s2 *s2, uint64_t desc);
/* The entry that MAP_UNPROTECTED writes. */
struct rtt_entry rtt_desc_entry(const struct rtt_s2 *s2, uint64_t desc, int level);
/* The Host's part of an ASSIGNED_NS entry, as READ_ENTRY returns it. */
uint64_t rtt_desc_of_entry(const struct rtt_s2 *s2, const struct rtt_entry *entry, int level);

#endif
