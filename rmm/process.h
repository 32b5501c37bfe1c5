/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_PROCESS_H
#define RMM_PROCESS_H

/*
 * An instance belongs to the process that created it. fork() copies the granule table and shares simulated
 * memory, so that the child's copy says other things than its memory from the first call on. A page that the
 * kernel clears in the child (MADV_WIPEONFORK, Linux 4.14) tells the two apart for the price of a load.
 */

#include "rmm/sim.h"

/* False if the system has no memory. On a kernel without the flag every process counts as the creator. */
bool process_claim(struct rmmsim *sim);
void process_release(struct rmmsim *sim);

/* Whether this process created the instance. */
static inline bool process_owns(const struct rmmsim *sim)
{
	return __builtin_expect(*sim->created_here, 1);
}

#endif
