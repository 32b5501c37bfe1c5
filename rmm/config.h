/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_CONFIG_H
#define RMM_CONFIG_H

#include "rmm/sim.h"

/* Everything of a configuration except the memory banks, which mem_create() checks. */
enum rmmsim_status config_check(const struct rmmsim_config *config, struct rmmsim_error *error);

smc_quirks config_quirks(const struct rmmsim_config *config);

#endif
