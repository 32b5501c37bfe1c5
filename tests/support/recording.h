/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_SUPPORT_RECORDING_H
#define TESTS_SUPPORT_RECORDING_H

/* Recordings as tests; `rmmsim to-test` prints them. */

/*
 * Replays the text of a recording under the profile that made it. Fails the test, and prints the first call
 * that is answered differently, if there is one or if the text is no recording.
 */
#define assert_recording_is_answered(text) recording_assert_answered((text), __FILE__, __LINE__)
void recording_assert_answered(const char *text, const char *file, int line);

#endif
