/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RTT_S2_H
#define RTT_S2_H

/*
 * What stage 2 translation has to know about a Realm: geometry, roots, encoding. Part of the Realm
 * descriptor; the trees themselves are real descriptors in simulated memory.
 */

#include <stdbool.h>
#include <stdint.h>

#include <rmmsim/abi.h>

#include "mem/mem.h"
#include "smc/mutant.h"

#define RTT_MAX_TREES    4
#define RTT_ENTRIES      512
#define RTT_LEVEL_PAGE   3
#define RTT_LEVEL_MIN    (-1)
#define RTT_OVERLAYS     16 /* overlay indices; 15 is Unprotected: planes.md#5.3 */
#define RTT_OVERLAY_NS   15
#define RTT_LABEL_RW_UPX 15 /* planes.md#5.1 */
#define RTT_LABEL_RW     12
#define RTT_LABEL_NONE   0

struct rtt_s2 {
	uint32_t s2sz;       /* IPA width in bits */
	int32_t level_start; /* -1..3 */
	uint32_t num_start;  /* concatenated root tables, 1..16 */
	uint32_t planes;     /* Planes of the Realm, 1..4 */
	bool lpa2;
	bool tree_pp;                 /* one tree per Plane in effect (more than one Plane) */
	bool indirect;                /* S2AP encoding of the Realm */
	uint64_t root[RTT_MAX_TREES]; /* PA of the first root table of each tree in use */
	/* Overlay value (label) of each Plane and overlay index: planes.md#5.3 */
	uint8_t overlay[RTT_MAX_TREES][RTT_OVERLAYS];
	uint16_t overlay_locked; /* bit i: overlay index i */
};

/* Number of trees: one, or one per Plane. */
static inline unsigned int rtt_trees(const struct rtt_s2 *s2)
{
	return s2->tree_pp ? s2->planes : 1;
}

/* The tree a Plane runs on: planes.md#1.1 */
static inline unsigned int rtt_tree_of_plane(const struct rtt_s2 *s2, unsigned int plane)
{
	return s2->tree_pp ? (plane + !MUTANT(tree_is_plane)) % s2->planes : 0;
}

/* The Plane that runs on a tree; only meaningful with a tree per Plane. */
static inline unsigned int rtt_plane_of_tree(const struct rtt_s2 *s2, unsigned int tree)
{
	return s2->tree_pp ? (tree + s2->planes - 1) % s2->planes : 0;
}

static inline unsigned int rtt_level_shift(int level)
{
	return 12 + 9 * (unsigned int)(3 - level);
}

static inline uint64_t rtt_entry_size(int level)
{
	return UINT64_C(1) << rtt_level_shift(level);
}

static inline bool rtt_level_aligned(uint64_t address, int level)
{
	return (address & (rtt_entry_size(level) - 1)) == 0;
}

/* First IPA beyond the IPA space. */
static inline uint64_t rtt_ipa_top(const struct rtt_s2 *s2)
{
	return UINT64_C(1) << s2->s2sz;
}

static inline bool rtt_in_range(const struct rtt_s2 *s2, uint64_t ipa)
{
	return ipa < rtt_ipa_top(s2);
}

static inline bool rtt_protected(const struct rtt_s2 *s2, uint64_t ipa)
{
	return ipa < (rtt_ipa_top(s2) >> 1) + MUTANT(protected_one_more);
}

/*
 * Geometry checks of REALM_CREATE: rmi-commands.md#4 (TFR checks 7 and 8), rtt.md#1.1.
 * `pa_bits` decides whether start level 0 is possible.
 */
bool rtt_start_level_valid(uint32_t s2sz, int64_t level_start, bool lpa2, unsigned int pa_bits);
uint32_t rtt_num_start(uint32_t s2sz, int64_t level_start);

#endif
