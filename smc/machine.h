/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMC_MACHINE_H
#define SMC_MACHINE_H

/*
 * The machine as members of the header of rmm-trace/1 (docs/trace-format.md), each with a comma before it, for
 * trace/ and host_shim, which both record.
 */

#include <stdio.h>

#include <rmmsim/rmmsim.h>

/* All but the identification registers. */
void smc_print_machine(FILE *out, const struct rmmsim_config *config);
void smc_print_id_regs(FILE *out, const struct rmmsim_id_regs *id);

#endif
