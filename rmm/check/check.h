/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_CHECK_CHECK_H
#define RMM_CHECK_CHECK_H

/*
 * The whole-state check (rmm/check/): rows of invariants.def against granules, Realms, RECs and trees. Its words:
 *
 *	invariant   a row: what holds after every call
 *	mark        what the check found out about one granule: how many places use it, and what its refs should be
 *	belongs     an object is in the list of the Realm or REC that it names as its owner
 *	whole       every granule that a call ever changed is looked at
 *	changed     only what changed since the last check that found nothing (changed.c); what it cannot decide is
 *	            given to the whole check
 *
 * The check only reads. It is called with the instance lock held and no assumption about what is in the granules: a
 * saved state of a stranger is checked before it is used (rmm/state/trust.c).
 *
 *	count = check_state(sim, violations, 8);     -- 0: all invariants hold
 */

#include "rmm/rec.h"

enum invariant {
#define INVARIANT(id, text) INVARIANT_##id,
#include "rmm/check/invariants.def"
#undef INVARIANT
	INVARIANT_COUNT,
};

/* rmmsim_check() for a caller that holds the instance lock. */
size_t check_state(struct rmmsim *sim, struct rmmsim_violation *violations, size_t size);

/*
 * What a build with RMMSIM_CHECK_ALWAYS does after every SMC: a violation is written to stderr and ends
 * the process, so that a fuzzer or a sanitizer run stops at the call that caused it.
 */
void check_every_call(struct rmmsim *sim);

/* Frees what is known of checks before. */
void check_forget(struct rmmsim *sim);

/* --- between the files of the check ---------------------------------------------------------- */

/*
 * What was found about one granule. `uses` counts the places that refer to it as what it is: parent
 * entry of a table, primary mapping, list of a REC. `count` is what its refs should be.
 */
struct check_mark {
	uint16_t uses;
	uint16_t count : 15;
	uint16_t aux_root : 1;
};

struct check_list {
	struct granule **items; /* ascending */
	size_t count, capacity;
};

struct check {
	struct rmmsim *sim;
	const struct mem *mem;
	struct rmmsim_violation *violations;
	size_t size, count;

	struct check_mark *marks; /* by granule index less `first` */
	uint32_t first, top;
	struct check_list realms, recs, pdevs, vdevs;
};

void check_fail(struct check *check, enum invariant invariant, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The mark of the granule at `pa`; NULL for a granule that no call ever changed. */
struct check_mark *check_mark(struct check *check, uint64_t pa);

/*
 * What changed since the last good state is good, too: rmm/check/changed.c. False: something is wrong, or nothing is
 * known without the whole check.
 */
bool check_changed(struct rmmsim *sim);
/* The whole check has found nothing. */
void check_passed(struct rmmsim *sim, struct check *check);

void check_operations(struct check *check);
/* Properties that one record has by itself; and those that need the marks of everything else. */
void check_granule(struct check *check, const struct granule *granule);
void check_granule_marks(struct check *check, const struct granule *granule);

void check_realm(struct check *check, struct granule *rd);
void check_rec(struct check *check, const struct granule *granule);
/* PDEVs, VDEVs, and what they count. */
void check_devices(struct check *check);
/* VMIDs, MECIDs and REC indices: properties of all Realms together. */
void check_identifiers(struct check *check);
void check_trees(struct check *check, struct granule *rd);

/* PA of the owner, 0 without one. */
uint64_t check_owner(const struct check *check, const struct granule *granule);
/* The granule at `pa` is in `state` and belongs to `rd`. */
bool check_belongs(const struct check *check, uint64_t pa, enum granule_state state,
		   const struct granule *rd);

#endif
