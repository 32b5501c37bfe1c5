/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_DEMO_CALL_H
#define TOOLS_DEMO_CALL_H

/* Calls and REC exits in words, by the rows of smc/. Registers are X0..X17. */

#include <rmmsim/rmmsim.h>

#include "smc/smc.h"
#include "tools/demo_line.h"

/* Inputs other than the Realm and the REC, of which there is one each. */
bool call_has_inputs(const struct smc_command *command);
void call_add_inputs(struct line *line, const struct smc_command *command, const uint64_t *x);
/*
 * Ends the line with what came of the call: outputs, and the result at the right margin. Outputs lose
 * their names where there is no room. `host`: an RMI command.
 */
void call_end(struct line *line, const struct smc_command *command, const uint64_t *out);

/* Why a REC stopped. */
void call_add_exit(struct line *line, const struct rmi_rec_exit *exit);

#endif
