/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_EXPLAIN_NEEDS_H
#define RMM_EXPLAIN_NEEDS_H

/*
 * The numbers that failed conditions wanted. A row of needs.def says for a condition which argument it
 * is about and which rule gives the number; the rule reads the Realm, the REC or the parameters as the
 * handler did. Nothing here runs unless a call was refused.
 */

#include "rmm/call.h"

/* Dry run: `condition` failed with this X0. Adds what it wanted, if that is a number. */
void needs_add(const struct call *call, enum smc_condition_id condition, uint64_t result);

#endif
