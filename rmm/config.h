/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_CONFIG_H
#define RMM_CONFIG_H

#include "rmm/sim.h"

/* Everything of a configuration except the memory banks, which mem_create() checks. */
enum rmmsim_status config_check(const struct rmmsim_config *config, struct rmmsim_error *error);

/* The feature registers that the model offers under a revision. */
void config_features(enum smc_revision revision, uint64_t registers[RMMSIM_FEATURE_REGISTERS]);
/* The registers of `config` are as rmmsim_config_init() filled them. */
bool config_features_untouched(const struct rmmsim_config *config);

#endif
