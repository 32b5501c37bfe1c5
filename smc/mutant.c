/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/mutant.h"

#ifdef RMMSIM_MUTANTS
enum mutant mutant_active;
#else
typedef int mutant_none; /* a translation unit is not empty */
#endif
