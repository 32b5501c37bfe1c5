/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_SUPPORT_COVERAGE_H
#define TESTS_SUPPORT_COVERAGE_H

/*
 * Which failure conditions a test program provokes, and which of them with nothing else wrong. With
 * RMMSIM_TEST_COVERAGE in the environment (a directory) the counts go to a file of the program's name
 * there, in the form that `rmmsim coverage --from` reads.
 */

#include <rmmsim/rmmsim.h>

/* After a call on PE `pe`: if it was refused by one condition alone, remember that. */
void coverage_note(struct rmmsim *sim, unsigned int pe);
/* Before an instance is destroyed: adds its counts. */
void coverage_collect(struct rmmsim *sim);

#endif
