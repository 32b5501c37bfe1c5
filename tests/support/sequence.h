/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_SUPPORT_SEQUENCE_H
#define TESTS_SUPPORT_SEQUENCE_H

/* Sequences of fuzzers as tests; `rmmsim to-test` prints them. */

#include "sequence/oracle.h"

/*
 * Runs the script under all oracles, and fails the test if one finds something, an expectation of the script does
 * not hold or it is no script.
 */
#define assert_sequence_is_clean(script) sequence_assert_clean((script), __FILE__, __LINE__)
void sequence_assert_clean(const char *script, const char *file, int line);

/* Runs it after *sequence was read; false with a text in oracle->finding. */
bool sequence_is_clean(const struct sequence *sequence, struct sequence_oracle *oracle);

#endif
