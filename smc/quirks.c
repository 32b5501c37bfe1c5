/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/smc.h"

#include <string.h>

#define QUIRK(id, firmware, name_, text_) [QUIRK_##id] = {.name = name_, .text = text_},
static const struct smc_quirk_row quirks[SMC_QUIRK_COUNT] = {
#include "smc/quirks.def"
};
#undef QUIRK

#define BIT(revision) (UINT32_C(1) << SMC_REVISION_##revision)

static const struct smc_profile profiles[] = {
	{
		.name = "default",
		.text = "The specification, with the decisions that the fact sheets mark [M].",
		.revision = SMC_REVISION_1_1,
		.revisions = BIT(1_0) | BIT(1_1) | BIT(2_0),
	},
	{.name = "tf-rmm-0.8",
	 .text = "TF-RMM v0.8.0 as its recordings show it, built with RMM_V1_1.",
	 .revision = SMC_REVISION_1_1,
	 .revisions = BIT(1_0) | BIT(1_1),
#define V0_8(id) | SMC_QUIRK_BIT(QUIRK_##id)
#define JULY(id)
#define BOTH(id)                 | SMC_QUIRK_BIT(QUIRK_##id)
#define QUIRK(id, firmware, ...) firmware(id)
	 .quirks = 0
#include "smc/quirks.def"
#undef V0_8
#undef JULY
	},
	{.name = "2.0-bet3",
	 .text = "The specification of 2.0 as its third beta has it, read as docs/model.md says.",
	 .revision = SMC_REVISION_2_0,
	 .revisions = BIT(2_0)},
	{.name = "tf-rmm-2026-07",
	 .text = "TF-RMM of July 2026 (9a7f8ef4) as its recordings show it.",
	 .revision = SMC_REVISION_2_0,
	 .revisions = BIT(2_0),
#define V0_8(id)
#define JULY(id) | SMC_QUIRK_BIT(QUIRK_##id)
	 .quirks = 0
#include "smc/quirks.def"
#undef V0_8
#undef JULY
#undef BOTH
#undef QUIRK
	},
};

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
