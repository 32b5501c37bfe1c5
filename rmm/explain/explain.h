/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_EXPLAIN_EXPLAIN_H
#define RMM_EXPLAIN_EXPLAIN_H

/*
 * Why a call was refused (rmm/explain/). Its words:
 *
 *	explanation  what is kept per PE of its last refused call: the first condition that failed, the others that fail
 *	             too, what the handler looked at, granules with the SMC that gave them their state
 *	dry run      the handler once more, from the same state, with every REQUIRE noted and none obeyed
 *	need         the number that a condition wanted: a row of needs.def names the argument, a rule (need_rules.c,
 *	             need_rtt.c) computes it from the Realm, the REC or the parameters
 *	hit          one refusal, counted per condition (coverage.c)
 *
 * The instance lock is held. Nothing here changes state, and nothing here runs unless a call was refused.
 *
 *	explain_refusal(call, handler);      -- then rmmsim_explain() and rmmsim_explanation_text() have it
 */

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
