/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/smc.h"

#include <string.h>

#define QUIRK(id, name_, text_) [QUIRK_##id] = {.name = name_, .text = text_},
static const struct smc_quirk_row quirks[SMC_QUIRK_COUNT] = {
#include "smc/quirks.def"
};
#undef QUIRK

#define QUIRK(id, name, text) | UINT64_C(1) << QUIRK_##id
static const struct smc_profile profiles[] = {
	{
		.name = "default",
		.text = "The specification, with the decisions that the fact sheets mark [M].",
		.quirks = 0,
	},
	{.name = "tf-rmm-0.8",
	 .text = "TF-RMM v0.8.0 as its recordings show it, built with RMM_V1_1.",
	 .quirks = 0
#include "smc/quirks.def"
	},
};
#undef QUIRK

#define PROFILES (sizeof(profiles) / sizeof(profiles[0]))

const struct smc_quirk_row *smc_quirk_row(enum smc_quirk quirk)
{
	if (quirk >= SMC_QUIRK_COUNT)
		return NULL;
	return &quirks[quirk];
}

int smc_quirk_find(const char *name)
{
	for (int i = 0; i < SMC_QUIRK_COUNT; i++) {
		if (strcmp(quirks[i].name, name) == 0)
			return i;
	}
	return -1;
}

const struct smc_profile *smc_profile_at(size_t index)
{
	return index < PROFILES ? &profiles[index] : NULL;
}

const struct smc_profile *smc_profile_find(const char *name)
{
	for (size_t i = 0; i < PROFILES; i++) {
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	}
	return NULL;
}
