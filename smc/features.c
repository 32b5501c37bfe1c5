/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/smc.h"

struct place {
	uint8_t reg, shift, width; /* width 0: no such field */
};

#define NONE_SHIFT 0
#define NONE_WIDTH 0

#define FEATURE(id, reg, name, reg_2, name_2)                    \
	[SMC_FEATURE_##id] = {{reg, name##_SHIFT, name##_WIDTH}, \
			      {reg_2, name_2##_SHIFT, name_2##_WIDTH}},
static const struct place places[SMC_FEATURE_COUNT][2] = {
#include "smc/features.def"
};
#undef FEATURE

uint64_t smc_feature(enum smc_revision revision, const uint64_t *registers,
		     enum smc_feature feature)
{
	const struct place *place = &places[feature][revision >= SMC_REVISION_2_0];

	return place->width ? rmmsim_field(registers[place->reg], place->shift, place->width) : 0;
}
