/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_ROWS_H
#define TOOLS_ROWS_H

/* The rows of smc/ as text and as JSON. */

#include <jansson.h>
#include <stdio.h>

#include "smc/smc.h"

/* "RMI_RTT_CREATE"; the part after the prefix for what belongs to no interface of the name. */
const char *rows_command_name(const struct smc_command *command, char *buf, size_t size);
bool rows_implemented(const struct smc_command *command);
/* "RMI_ERROR_RTT, index = level" */
const char *rows_status_text(const struct smc_condition *condition, char *buf, size_t size);

/* ", not in 2.0" and the like for what not every revision has; else "". */
const char *rows_presence_text(uint32_t shapes, char *buf, size_t size);

void rows_print_command(FILE *out, enum smc_command_id id);
/* One line; with `command`, the condition's command first. */
void rows_print_condition(FILE *out, const struct smc_condition *condition, bool command);

/* `detail`: with inputs, outputs and conditions. The caller owns the objects. */
json_t *rows_command_json(enum smc_command_id id, bool detail);
json_t *rows_condition_json(const struct smc_condition *condition, bool command);
json_t *rows_quirk_json(enum smc_quirk quirk);

#endif
