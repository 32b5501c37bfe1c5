/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMC_MUTANT_H
#define SMC_MUTANT_H

/*
 * Deliberately broken variants of the model, to test the tests: each row of mutants.def is one
 * defect. They exist only in the library that tests/mutants links (RMMSIM_MUTANTS); everywhere else
 * MUTANT() is false and costs nothing.
 *
 * There, too, one function can be made to leave out the lock of the instance: mem/layout.h.
 */

#include <stdbool.h>
#include <stddef.h>

enum mutant {
	MUTANT_NONE,
#define MUTANT_ROW(name, text, test, target) MUTANT_##name,
#include "smc/mutants.def"
#undef MUTANT_ROW
	MUTANT_COUNT,
};

#ifdef RMMSIM_MUTANTS
extern enum mutant mutant_active;
#define MUTANT(name) (mutant_active == MUTANT_##name)
/* Functions that do not lock, with a space between the names; NULL for none. Set before there are threads. */
extern const char *mutant_unlocked;
bool mutant_locks(const char *function);
#else
#define MUTANT(name) false
#endif

#endif
