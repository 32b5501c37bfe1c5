/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_OP_H
#define RMM_OP_H

/*
 * Stateful operations: rmm-2.0.md#6. A command begins one with a plan: how much memory it asks for, or gives
 * back, and what it does when it has it. Between its calls the operation lives in the granule of the object that
 * it makes or destroys, which is PARTIAL meanwhile; the instance only knows which granule belongs to a handle. So
 * a snapshot has open operations without doing anything for them, and no command can name a partial object.
 *
 *	begin ─▶ DONATE ─▶ CONTINUE (finish) ─▶ done
 *	   │        │            │ refused
 *	   │        └──▶ RECLAIM ◀┘
 *	   └──────────▶ RECLAIM ─▶ CONTINUE (result) ─▶ done
 */

/*
 * The instance lock is held. A command with an operation:
 *
 *	CHECKED(call);
 *	op_begin_donate(call, granule, state, pages);      -- X0 is INCOMPLETE with the handle
 */

#include "rmm/call.h"

#define OP_MAX_PAGES 32

enum op_phase {
	OP_DONATE,  /* waits for OP_MEM_DONATE */
	OP_FINISH,  /* waits for OP_CONTINUE, which carries the command out */
	OP_RECLAIM, /* waits for OP_MEM_RECLAIM */
	OP_RESULT,  /* waits for OP_CONTINUE, which only tells the result */
};

/* In the granule of the object. */
struct op {
	uint32_t command;                 /* enum smc_command_id */
	uint32_t phase;                   /* enum op_phase */
	uint32_t state;                   /* enum granule_state that its memory gets */
	uint32_t wanted, given, returned; /* pages */
	uint64_t result;             /* X0 in the end: of a refused or a destroying operation */
	uint64_t x[8];               /* registers of the command */
	uint64_t page[OP_MAX_PAGES]; /* in the order of donation */
	uint32_t entries;            /* of `entry`, that the Host has not got yet */
	uint32_t reserved;
	uint64_t entry[OP_MAX_PAGES];
};

_Static_assert(sizeof(struct op) <= GRANULE_SIZE, "an operation fits the granule of its object");

/* A handle is free: what a command that can be stateful needs (rmm-2.0.md#6.2). */
bool op_available(const struct rmmsim *sim);
/* The operation of a handle, or NULL. `object` may be NULL. */
const struct op *op_find(const struct rmmsim *sim, uint64_t handle, struct granule **object);
/* Whether this can be the state of an operation: a saved state may have anything in its place. */
bool op_valid(const struct rmmsim *sim, const struct op *op);
struct op *op_edit(struct rmmsim *sim, struct granule *object);

/*
 * Begins: the DELEGATED granule `object` becomes PARTIAL, and the call asks for `pages` pages that will be in
 * `state`. A handle is available.
 */
void op_begin_donate(struct call *call, struct granule *object, enum granule_state state,
		     uint32_t pages);
/* Begins with giving `pages` back, after which the object is DELEGATED and the call a success. */
void op_begin_reclaim(struct call *call, struct granule *object, const uint64_t *page,
		      uint32_t pages);

/* From here on the operation gives back what it took and ends with `result`. */
void op_fail(struct call *call, struct granule *object, uint64_t result);
/* The object is what it was to become, or DELEGATED: the handle is free. */
void op_end(struct rmmsim *sim, uint64_t handle);

/* X0 of a reply that is not the last. */
void op_reply(struct call *call, enum rmi_mem_request request);
/* X2: the memory that is still to come. */
void op_request(struct call *call, const struct op *op);

/* Carries out a command whose memory is there: the conditions that come late, and the effects. */
typedef void (*op_finish)(struct call *call, const struct op *op, struct granule *object);
op_finish op_finish_of(uint32_t command);
void rec_create_finish(struct call *call, const struct op *op, struct granule *object);
void realm_create_finish(struct call *call, const struct op *op, struct granule *object);

#endif
