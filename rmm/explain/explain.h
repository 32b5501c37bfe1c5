/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_EXPLAIN_EXPLAIN_H
#define RMM_EXPLAIN_EXPLAIN_H

#include "rmm/call.h"

/*
 * Runs the handler of a refused call again as a dry run and keeps what it finds as the PE's last
 * explanation. Does nothing when config.explain is false.
 */
void explain_refusal(struct call *call, call_handler handler);

/* Dry run: one more condition that fails. */
void explain_note(struct call *call, enum smc_condition_id condition, uint64_t result);

/* Dry run: `granule` at `pa` is why row `condition` fails. */
void explain_granule(struct call *call, enum smc_condition_id condition, uint64_t pa,
		     const struct granule *granule);

#endif
