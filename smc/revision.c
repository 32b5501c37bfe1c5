/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/smc.h"

#include <string.h>

static const struct smc_revision_row revisions[SMC_REVISION_COUNT] = {
	[SMC_REVISION_1_0] = {"1.0", "1.0", RMM_VERSION_1_0, RMM_VERSION_1_0, 1},
	[SMC_REVISION_1_1] = {"1.1-alp14", "1.1", RMM_VERSION_1_1, RMM_VERSION_1_1, 2},
	/* The Realm's side is that of 1.1 still: rmm-2.0.md#12 */
	[SMC_REVISION_2_0] = {"2.0-bet3", "2.0", RMM_VERSION_2_0, RMM_VERSION_1_1, 5},
};

const struct smc_revision_row *smc_revision(enum smc_revision revision)
{
	return &revisions[revision];
}

int smc_revision_find(const char *name)
{
	for (int i = 0; i < SMC_REVISION_COUNT; i++) {
		if (!strcmp(revisions[i].name, name) || !strcmp(revisions[i].abi, name))
			return i;
	}
	return -1;
}

enum smc_shape smc_shape_of(enum smc_revision revision, smc_quirks quirks)
{
	switch (revision) {
	case SMC_REVISION_1_0:
		return smc_has_quirk(quirks, QUIRK_build_1_0_commands) ? SMC_SHAPE_BUILD_1_0
								       : SMC_SHAPE_1_0;
	case SMC_REVISION_2_0:
		return smc_has_quirk(quirks, QUIRK_bet0_functions) ? SMC_SHAPE_BET0 : SMC_SHAPE_2_0;
	case SMC_REVISION_1_1:
	default:
		return smc_has_quirk(quirks, QUIRK_da_alp12) ? SMC_SHAPE_ALP12 : SMC_SHAPE_1_1;
	}
}

enum smc_revision smc_shape_revision(enum smc_shape shape)
{
	if (shape == SMC_SHAPE_1_0 || shape == SMC_SHAPE_BUILD_1_0)
		return SMC_REVISION_1_0;
	return shape >= SMC_SHAPE_2_0 ? SMC_REVISION_2_0 : SMC_REVISION_1_1;
}
