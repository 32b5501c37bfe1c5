/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_RUN_H
#define RMM_RUN_H

/*
 * One REC_ENTER in progress: from the entry checks to the REC exit. The instance lock is held except
 * while the engine runs.
 */

#include "rmm/call.h"

struct run {
	struct rmmsim *sim;
	unsigned int pe;
	struct granule *rec_granule;
	struct granule *rd_granule;
	struct rec *rec;	     /* in its granule; never moves while running */
	struct rmi_rec_enter enter;  /* the Host's half, read once */
	struct rmi_rec_exit exit;    /* being filled; written only on SUCCESS */
	bool leaving;		     /* a REC exit is due: the run loop ends */
	struct rmmsim_event event;   /* last event of the engine */
	struct mem_call mem;	     /* the REC_ENTER, for state changes */
};

static inline const struct realm *run_realm(const struct run *run)
{
	return realm_at(run->sim, run->rd_granule);
}

/* Context of the active Plane. */
static inline struct rmmsim_plane *run_plane(const struct run *run)
{
	return rec_plane(run->sim, run->rec, run->rec->active_plane);
}

/* A REC exit with this reason is due; other exit fields are the caller's. */
void run_leave(struct run *run, enum rmi_rec_exit_reason reason);

/*
 * REC exit with an emulated Data Abort at `ipa` (rsi.md#1.2). The PC stays on the instruction.
 */
void run_leave_emulated_abort(struct run *run, uint64_t ipa, int level);

/*
 * Translates an IPA argument of a Realm call (the RSI walk). Returns the realm view of the byte, or
 * NULL after either *input was set (answer RSI_ERROR_INPUT) or an emulated abort exit became due.
 */
void *run_rsi_buffer(struct run *run, uint64_t ipa, bool *input);

#endif
