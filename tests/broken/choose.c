/* SPDX-License-Identifier: BSD-3-Clause */
/* In programs with the broken variants inside: the one that the environment names is what they run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smc/mutant.h"

__attribute__((constructor)) static void choose(void)
{
#ifdef RMMSIM_MUTANTS
	static const char *const names[] = {
#define MUTANT_ROW(name, text, test, target) [MUTANT_##name] = #name,
#include "smc/mutants.def"
#undef MUTANT_ROW
	};
	const char *wanted = getenv("RMMSIM_FUZZ_MUTANT");

	for (unsigned int i = 1; wanted && i < MUTANT_COUNT; i++) {
		if (!strcmp(names[i], wanted))
			mutant_active = (enum mutant)i;
	}
	if (wanted && *wanted && mutant_active == MUTANT_NONE) {
		fprintf(stderr, "there is no broken variant \"%s\"\n", wanted);
		exit(2);
	}
#endif
}
