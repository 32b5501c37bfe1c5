/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXEC_SCRIPT_H
#define EXEC_SCRIPT_H

/*
 * Inside of the script engine. Each Plane of each REC has one coroutine; an operation of a script
 * leaves it with an event and is resumed when the Plane runs again.
 *
 * exec/ is what runs a Realm. An *engine* (rmmsim/engine.h) has one function: run a Plane until the next *event*.
 * Two are here: scripts, and in exec/unicorn/ AArch64 code; exec/checkers.h is a third party's view of both. Words of
 * this one: an *operation* is one instruction of the Realm, made by a call of rmmsim_realm_...(); to *raise* is to
 * suspend the coroutine with an event; the *wake* is how the Plane came back: the instruction has to be retried, was
 * completed by the monitor, or an exception was injected; a *binding* says which function a Plane runs.
 *
 *	idle -- first run --> running -- raise --> suspended -- next run at the same PC --> running
 *	suspended -- next run at another PC --> abandoned; the function starts anew
 *
 * Locks: struct rmmsim_scripts.lock guards bindings and the table of RECs, and is never held while a script runs; the
 * instance lock is not held by a running script either, so it may issue SMCs.
 */

#include <pthread.h>

#include <rmmsim/script.h>

#include "exec/coroutine.h"
#include "exec/syndrome.h"

#define SCRIPT_PLANES    4
#define SCRIPT_INSN_SIZE 4
#define SCRIPT_BUCKETS   256

/* How the Plane came back to the instruction that its script waits in. */
enum script_wake {
	SCRIPT_RETRY,     /* it has to happen again */
	SCRIPT_COMPLETED, /* the monitor or Plane 0 did its work: the PC is behind it */
	SCRIPT_EXCEPTION, /* an exception at EL1 was injected */
};

/* The script of one Plane of one REC. */
struct rmmsim_realm {
	struct coroutine *coroutine; /* NULL: not started */
	rmmsim_script_fn fn;
	void *argument;
	unsigned int plane;

	/* Of the current rmmsim_engine_ops.run(). */
	struct rmmsim_vcpu *vcpu;
	struct rmmsim_event *event;

	/* While suspended: the instruction it waits in, and the PC once that has completed. */
	uint64_t insn, next;
	enum script_wake wake;

	uint64_t syndrome; /* ESR_EL1 of the last exception */
};

struct script_rec {
	struct script_rec *next;
	uint64_t rec;
	struct rmmsim_realm planes[SCRIPT_PLANES];
};

struct script_binding {
	struct script_binding *next;
	uint64_t rd; /* 0: every Realm without a binding of its own */
	unsigned int plane;
	rmmsim_script_fn fn;
	void *argument;
};

struct rmmsim_scripts {
	pthread_mutex_t lock; /* of everything below; never held while a script runs */
	struct script_binding *bindings;
	struct script_rec *buckets[SCRIPT_BUCKETS];
	struct coroutine_pool stacks;
};

/* --- what operations are made of: script_event.c ----------------------------------------------- */

static inline struct rmmsim_plane *script_context(const struct rmmsim_realm *realm)
{
	return realm->vcpu->context;
}

/*
 * Leaves the script with an event of the instruction at the PC and comes back when the Plane runs
 * again at, or behind, that instruction. event->insn is filled in.
 */
enum script_wake script_raise(struct rmmsim_realm *realm, const struct rmmsim_event *event);
/* The same for what happens between two instructions. */
enum script_wake script_raise_async(struct rmmsim_realm *realm, const struct rmmsim_event *event);
/* A synchronous exception to R-EL2 without addresses. */
enum script_wake script_raise_sync(struct rmmsim_realm *realm, uint64_t esr);

/* The instruction at the PC has completed. */
static inline enum rmmsim_outcome script_retire(struct rmmsim_realm *realm)
{
	script_context(realm)->pc += SCRIPT_INSN_SIZE;
	return RMMSIM_DONE;
}

/* What an instruction returns after a wake that is not a retry. */
enum rmmsim_outcome script_outcome(const struct rmmsim_realm *realm, enum script_wake wake);

/*
 * Tells whether a virtual SError is taken instead of the instruction at the PC: then the operation
 * returns RMMSIM_ABORT. rec.md#4
 */
bool script_serror_taken(struct rmmsim_realm *realm);
/* The instruction at the PC takes an exception that only concerns the Plane itself. */
enum rmmsim_outcome script_undefined(struct rmmsim_realm *realm);
enum rmmsim_outcome script_abort(struct rmmsim_realm *realm, enum syndrome_class ec, uint64_t iss,
				 uint64_t far);

/* ISTATUS of the Plane's timers as of now. */
void script_update_timers(const struct rmmsim_vcpu *vcpu);

/*
 * Sets realm->wake from the registers of the Plane. False if it is not where its script waits: the
 * script has to start anew.
 */
bool script_continues(struct rmmsim_realm *realm);

/* --- script_sysreg.c --------------------------------------------------------------------------- */

/* The register of a Plane that EL1 reaches without a trap (rec.md#7.1), NULL if it has a trap. */
uint64_t *script_sysreg(struct rmmsim_plane *plane, uint64_t address);

#endif
