/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMC_DRAFTS_H
#define SMC_DRAFTS_H

/* Functions that have no row, by name and number only, and what one revision has for another's: smc/drafts.def. */

#include "smc/smc.h"

struct smc_draft {
	const char *name; /* "PLANE_REG_READ" */
	enum smc_interface interface;
	uint32_t fid;        /* 0: not known */
	const char *source;  /* "RMM 1.1-alp8" */
	const char *instead; /* the command of 1.1-alp14 that does this; NULL if there is none */
};

/* By index; NULL past the end. */
const struct smc_draft *smc_draft_at(size_t index);
/* The command of 1.1-alp14 that does what this one of 2.0 does; NULL if there is none. */
const char *smc_instead(const struct smc_command *command);

#endif
