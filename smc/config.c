/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/config.h"

static smc_quirks quirk_set(const uint64_t words[RMMSIM_QUIRK_WORDS])
{
	return (smc_quirks)words[1] << 64 | words[0];
}

const struct smc_profile *smc_config_profile(const struct rmmsim_config *config)
{
	const struct smc_profile *profile =
		config->profile ? smc_profile_find(config->profile) : NULL;

	return profile ? profile : smc_profile_at(0);
}

smc_quirks smc_config_quirks(const struct rmmsim_config *config)
{
	return (smc_config_profile(config)->quirks | quirk_set(config->quirks_on)) &
	       ~quirk_set(config->quirks_off);
}

enum smc_revision smc_config_revision(const struct rmmsim_config *config)
{
	const int revision = config->revision ? smc_revision_find(config->revision) : -1;

	return revision < 0 ? smc_config_profile(config)->revision : (enum smc_revision)revision;
}

enum smc_shape smc_config_shape(const struct rmmsim_config *config)
{
	return smc_shape_of(smc_config_revision(config), smc_config_quirks(config));
}

void smc_config_set_quirks(struct rmmsim_config *config, smc_quirks quirks)
{
	for (unsigned int word = 0; word < RMMSIM_QUIRK_WORDS; word++) {
		config->quirks_on[word] = (uint64_t)(quirks >> 64 * word);
		config->quirks_off[word] = ~config->quirks_on[word];
	}
}
