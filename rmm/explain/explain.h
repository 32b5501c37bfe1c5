/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_EXPLAIN_EXPLAIN_H
#define RMM_EXPLAIN_EXPLAIN_H

#include "rmm/call.h"

/*
 * A call was refused: its explanation becomes the PE's last one, now or when it is asked for. Does nothing when
 * config.explain is false.
 */
void explain_refusal(struct call *call, call_handler handler);
/* Runs the handler of a refused call again as a dry run and writes down what it finds. */
void explain_make(const struct call *call, call_handler handler, struct rmmsim_explanation *e);

/* Refused calls may wait on while this one is carried out, until it comes to CHECKED. */
bool explain_may_wait(const struct call *call);
/* A call of the Host is about to be carried out. */
static inline void explain_before(const struct call *call)
{
	if (__builtin_expect(call->sim->waiting != 0, 0) && !explain_may_wait(call))
		explain_now(call->sim);
}

/* Dry run: one more condition that fails. */
void explain_note(struct call *call, enum smc_condition_id condition, uint64_t result);

/* Dry run: `granule` at `pa` is why row `condition` fails. */
void explain_granule(struct call *call, enum smc_condition_id condition, uint64_t pa,
		     const struct granule *granule);

#endif
