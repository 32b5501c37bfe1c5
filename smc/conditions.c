/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/smc.h"

#include <string.h>

#define CONDITION_IN(presence, command_, id_, status_, index_, text_, source_)     \
	[COND_##command_##_##id_] = {.command = command_,                          \
				     .shapes = PRESENCE_MASK(PRESENCE_##presence), \
				     .id = #id_,                                   \
				     .status = (uint32_t)status_,                  \
				     .index = index_,                              \
				     .text = text_,                                \
				     .source = source_},

static const struct smc_condition conditions[SMC_CONDITION_COUNT] = {
#include "smc/conditions.def"
};

#undef CONDITION_IN

const struct smc_condition *smc_condition(enum smc_condition_id id)
{
	if (id <= SMC_COND_NONE || id >= SMC_CONDITION_COUNT)
		return NULL;
	return &conditions[id];
}

size_t smc_conditions_of(enum smc_command_id command, enum smc_condition_id *first)
{
	size_t n = 0;

	for (enum smc_condition_id id = SMC_COND_NONE + 1; id < SMC_CONDITION_COUNT; id++) {
		if (conditions[id].command != command)
			continue;
		if (n++ == 0)
			*first = id;
	}
	return n;
}

enum smc_condition_id smc_condition_find(enum smc_command_id command, const char *id)
{
	enum smc_condition_id first = SMC_COND_NONE;
	size_t count = smc_conditions_of(command, &first);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(conditions[first + i].id, id) == 0)
			return first + (enum smc_condition_id)i;
	}
	return SMC_COND_NONE;
}
