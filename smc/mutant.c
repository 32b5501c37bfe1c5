/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/mutant.h"

#ifdef RMMSIM_MUTANTS
#include <string.h>

enum mutant mutant_active;
const char *mutant_unlocked;

bool mutant_locks(const char *function)
{
	const size_t length = strlen(function);

	for (const char *at = mutant_unlocked; at && (at = strstr(at, function)); at += length) {
		if ((at == mutant_unlocked || at[-1] == ' ') &&
		    (at[length] == ' ' || at[length] == '\0'))
			return false;
	}
	return true;
}
#else
typedef int mutant_none; /* a translation unit is not empty */
#endif
