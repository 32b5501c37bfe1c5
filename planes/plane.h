/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PLANES_PLANE_H
#define PLANES_PLANE_H

/*
 * What happens when a Plane touches an IPA. plane_translate() is the only place that decides
 * between proceed, external abort, Plane exit and REC exit; plane_route() is its second half, for a
 * fault that a CPU engine or a recording already saw.
 *
 * Words: a *Plane* is one of up to four execution contexts of a REC; Plane 0 is the Realm's own monitor, the others are
 * *auxiliary*. An *overlay* is the value that a permission index of memory has for a Plane. An *outcome* is what the
 * monitor does with an access, a *fault* why stage 2 refused it; the ISS and HPFAR that go with it are in the result.
 *
 *	result = plane_translate(...);
 *	if (result.outcome == PLANE_PROCEED)
 *		... the access is to result.pa ...
 *
 * The instance lock is held; nothing is changed.
 */

#include "rtt/rtt.h"

enum plane_access_kind {
	PLANE_READ,
	PLANE_WRITE,
	PLANE_FETCH,
};

struct plane_access {
	enum plane_access_kind kind;
	bool privileged; /* EL1; decides between pX and uX on a fetch */
	bool table_walk; /* made by a stage 1 walk: ISS.S1PTW */
};

enum plane_outcome {
	PLANE_PROCEED,
	PLANE_SEA,          /* synchronous external abort injected to the Plane itself */
	PLANE_EXIT,         /* Plane exit, reason SYNC */
	PLANE_REC_EXIT,     /* REC exit, reason SYNC */
	PLANE_ADDRESS_SIZE, /* beyond the IPA space: stage 1 address size fault */
};

enum plane_fault {
	PLANE_FAULT_NONE,
	PLANE_FAULT_TRANSLATION,
	PLANE_FAULT_PERMISSION,
	PLANE_FAULT_GPF, /* granule protection fault on the output address */
};

struct plane_result {
	enum plane_outcome outcome;
	enum plane_fault fault;
	int level;               /* level at which the walk of the Plane's tree stopped */
	unsigned int tree;       /* the Plane's tree */
	uint64_t pa;             /* PROCEED: address of the byte */
	bool ns;                 /* PROCEED: Non-secure memory */
	bool device;             /* PROCEED: device memory, closed to table walks of stage 1 */
	unsigned int permission; /* PROCEED: what the entry allows, PLANE_PERM_* */
	uint64_t table;          /* PROCEED: PA of the table that holds the entry */
	bool emulatable;         /* REC_EXIT: Unprotected data access, the Host may emulate it */
};

/* Quirks that change the outcome; taken from the instance by the caller. */
struct plane_quirks {
	bool dev_destroyed_empty;
	bool fetch_permission_sea;
};

/*
 * Decides an access of `plane` to `ipa` (rtt.md#7). Pure: reads tables, changes nothing. Called with
 * the instance locked.
 */
struct plane_result plane_translate(const struct mem *mem, const struct rtt_s2 *s2,
				    unsigned int plane, uint64_t ipa,
				    const struct plane_access *access,
				    const struct plane_quirks *quirks);

/*
 * Where a stage 2 abort goes that was reported by a PE: `permission` is the fault kind of its
 * syndrome, `fetch` its exception class. Order of tests: rtt.md#7.1 for Plane 0, rtt.md#7.2 for
 * others. `outcome` is never PROCEED: an abort that the tables no longer explain is a REC exit.
 */
struct plane_result plane_route(const struct mem *mem, const struct rtt_s2 *s2, unsigned int plane,
				uint64_t ipa, bool fetch, bool permission,
				const struct plane_quirks *quirks);

/* Effective permission of a Plane on an entry: bits below. planes.md#5 */
#define PLANE_PERM_R  0x1u
#define PLANE_PERM_W  0x2u
#define PLANE_PERM_UX 0x4u
#define PLANE_PERM_PX 0x8u
unsigned int plane_permission(const struct rtt_s2 *s2, unsigned int plane,
			      const struct rtt_entry *entry);

/* The RSI walk: rsi.md#1.2. Primary tree, ignores permissions. */
enum plane_rsi_walk {
	PLANE_RSI_OK,
	PLANE_RSI_INPUT, /* RIPAS EMPTY or DEV */
	PLANE_RSI_ABORT, /* REC exit with an emulated data abort at `level` */
};
struct plane_rsi_result {
	enum plane_rsi_walk outcome;
	int level;
	uint64_t pa; /* OK: of the byte at `ipa` */
};
struct plane_rsi_result plane_rsi_translate(const struct mem *mem, const struct rtt_s2 *s2,
					    uint64_t ipa, const struct plane_quirks *quirks);

#endif
