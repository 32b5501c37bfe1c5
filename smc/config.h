/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMC_CONFIG_H
#define SMC_CONFIG_H

/* Which rows a configuration selects. One that names what does not exist selects those of the default. */

#include <rmmsim/rmmsim.h>

#include "smc/smc.h"

const struct smc_profile *smc_config_profile(const struct rmmsim_config *config);
smc_quirks smc_config_quirks(const struct rmmsim_config *config);
enum smc_revision smc_config_revision(const struct rmmsim_config *config);
enum smc_shape smc_config_shape(const struct rmmsim_config *config);
/* Makes the quirks of the configuration exactly these; those of its profile do not count. */
void smc_config_set_quirks(struct rmmsim_config *config, smc_quirks quirks);

#endif
