/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/drafts.h"

#include <string.h>

#define SMC64_STANDARD_SERVICE 0xc4000000u
#define LENGTH(array)          (sizeof(array) / sizeof((array)[0]))

#define DRAFT(interface_, fid_, name_, source_, instead_)     \
	{.name = #name_,                                      \
	 .interface = SMC_##interface_,                       \
	 .fid = (fid_) ? SMC64_STANDARD_SERVICE | (fid_) : 0, \
	 .source = (source_),                                 \
	 .instead = sizeof(instead_) > 1 ? (instead_) : NULL},
#define INSTEAD(...)
static const struct smc_draft drafts[] = {
#include "smc/drafts.def"
};
#undef DRAFT
#undef INSTEAD

struct instead {
	enum smc_interface interface;
	const char *name, *instead;
};

#define DRAFT(...)
#define INSTEAD(interface_, name_, instead_) {SMC_##interface_, #name_, instead_},
static const struct instead insteads[] = {
#include "smc/drafts.def"
};
#undef DRAFT
#undef INSTEAD

const struct smc_draft *smc_draft_at(size_t index)
{
	return index < LENGTH(drafts) ? &drafts[index] : NULL;
}

const char *smc_instead(const struct smc_command *command)
{
	for (size_t i = 0; i < LENGTH(insteads); i++) {
		if (insteads[i].interface == command->interface &&
		    !strcmp(insteads[i].name, command->name))
			return insteads[i].instead;
	}
	return NULL;
}
