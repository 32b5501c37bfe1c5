/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/later.h"

#define SMC64_STANDARD_SERVICE 0xc4000000u
#define LENGTH(array)          (sizeof(array) / sizeof((array)[0]))

#define LATER(interface_, fid_, name_, revision_, instead_)   \
	{.name = #name_,                                      \
	 .interface = SMC_##interface_,                       \
	 .fid = (fid_) ? SMC64_STANDARD_SERVICE | (fid_) : 0, \
	 .revision = (revision_),                             \
	 .instead = sizeof(instead_) > 1 ? (instead_) : NULL},
#define LATER_STATUS(...)
static const struct smc_later later[] = {
#include "smc/later.def"
};
#undef LATER
#undef LATER_STATUS

#define LATER(...)
#define LATER_STATUS(code_, name_, revision_) \
	{.name = (name_), .code = (code_), .revision = (revision_)},
static const struct smc_later_status later_status[] = {
#include "smc/later.def"
};
#undef LATER
#undef LATER_STATUS

const struct smc_later *smc_later_at(size_t index)
{
	return index < LENGTH(later) ? &later[index] : NULL;
}

const struct smc_later_status *smc_later_status_at(size_t index)
{
	return index < LENGTH(later_status) ? &later_status[index] : NULL;
}
