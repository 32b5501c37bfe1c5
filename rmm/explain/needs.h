/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_EXPLAIN_NEEDS_H
#define RMM_EXPLAIN_NEEDS_H

/*
 * The numbers that failed conditions wanted. A row of needs.def says for a condition which argument it
 * is about and which rule gives the number; the rule reads the Realm, the REC or the parameters as the
 * handler did. Nothing here runs unless a call was refused.
 */

#include "rmm/call.h"

/* Fills e->needs for e->first and e->others. `call` is the refused call, without its effects. */
void needs_fill(const struct call *call, struct rmmsim_explanation *e);

#endif
