/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMC_LATER_H
#define SMC_LATER_H

/* What revisions other than the modelled one have, by name and number only: smc/later.def. */

#include "smc/smc.h"

struct smc_later {
	const char *name; /* "OP_CONTINUE" */
	enum smc_interface interface;
	uint32_t fid;         /* 0: not known */
	const char *revision; /* "RMM 2.0" */
	const char *instead;  /* the command of 1.1 that does this; NULL if there is none */
};

struct smc_later_status {
	const char *name; /* "RMI_BUSY" */
	uint32_t code;
	const char *revision;
};

/* By index; NULL past the end. */
const struct smc_later *smc_later_at(size_t index);
const struct smc_later_status *smc_later_status_at(size_t index);

#endif
