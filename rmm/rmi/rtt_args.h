/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_RMI_RTT_ARGS_H
#define RMM_RMI_RTT_ARGS_H

/*
 * Commands of the Host (rmm/rmi/): a file per family of the specification, a function per command, rmi_NAME(), which
 * rmm/handlers.def binds to the command's row. Its words:
 *
 *	resolve   turn a register into an object: call_granule(), call_realm(), call_rec(). Each tests the rows
 *	          x_align, x_bound and the one of the state, and refuses
 *	condition a row of smc/conditions/, tested with REQUIRE in the order of the rows
 *	effect    a line behind CHECKED: it cannot fail
 *	dry run   the second run of a refused handler, for the explanation: nothing stops at REQUIRE, so what did not
 *	          resolve is NULL there and is looked at only in WITH(); WALKABLE() ends it where no walk is possible
 *
 * The instance lock is held all the time. A granule goes UNDELEGATED - DELEGATED - one state of use and back, and only
 * mem_set_state() moves it.
 *
 *	realm = call_realm(call, COND_RMI_X_rd_align, call->x[1], NULL);
 *	RESOLVED(call);
 *	REQUIRE(call, RMI_X_ipa_align, call->x[2] % GRANULE_SIZE == 0);
 *	CHECKED(call);
 *	rtt_write(...);
 *
 * This file: what the commands on translation tables have in common, rmi-commands.md#1.2.
 */

#include "rmm/call.h"

/*
 * Level arguments are Int64 and are compared as such: rmi-abi.md#1. The classes of level_bound:
 * structure commands, mapping commands, entry commands.
 */
static inline bool level_structure(const struct realm *realm, int64_t level)
{
	return level > realm->s2.level_start && level <= RTT_LEVEL_PAGE;
}

static inline bool level_map(const struct realm *realm, int64_t level)
{
	return level >= 1 && level >= realm->s2.level_start && level <= RTT_LEVEL_PAGE;
}

static inline bool level_entry(const struct realm *realm, int64_t level)
{
	return level >= realm->s2.level_start && level <= RTT_LEVEL_PAGE;
}

/* index_bound: an auxiliary tree of the Realm. */
static inline bool index_valid(const struct realm *realm, uint64_t index)
{
	return realm->s2.tree_pp && index >= 1 && index < realm->s2.planes;
}

static inline bool ipa_protected(const struct realm *realm, uint64_t ipa)
{
	return rtt_protected(&realm->s2, ipa);
}

static inline bool ipa_unprotected(const struct realm *realm, uint64_t ipa)
{
	return rtt_in_range(&realm->s2, ipa) && !rtt_protected(&realm->s2, ipa);
}

/* data_bound2, rtt_bound2, addr_bound: without LPA2 an entry holds 48 bits of address. */
static inline bool pa_encodable(const struct realm *realm, uint64_t pa)
{
	return realm->s2.lpa2 || pa < UINT64_C(1) << 48;
}

/*
 * Ends the conditions early when the inputs allow no walk. Only a dry run can get here with such
 * inputs: otherwise one of them has already refused the call.
 */
#define WALKABLE(holds)         \
	do {                    \
		if (!(holds))   \
			return; \
	} while (0)

/* A page with this content was put into the Realm (RmiDataFlags): its RIM grows. */
void data_measure(struct call *call, struct granule *rd, uint64_t ipa, uint64_t flags,
		  const void *content);

/* A DELEGATED granule becomes part of the Realm `rd`. */
static inline void granule_take(struct call *call, struct granule *granule,
				enum granule_state state, const struct granule *rd)
{
	mem_set_state(call->sim->mem, granule, state, &call->mem);
	mem_set_owner(call->sim->mem, granule, rd);
}

/* The granule at `pa` leaves its Realm. Its content stays hidden until UNDELEGATE wipes it. */
static inline void granule_free(struct call *call, uint64_t pa)
{
	struct granule *granule = mem_find(call->sim->mem, pa);

	mem_set_state(call->sim->mem, granule, GRANULE_DELEGATED, &call->mem);
	mem_set_owner(call->sim->mem, granule, NULL);
}

#endif
