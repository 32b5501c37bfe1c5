/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_HOST_SHIM_FOUND_H
#define TESTS_HOST_SHIM_FOUND_H

/* Exactly so many findings of this oracle so far, and no others; NULL: of all. */
void found(const char *id, unsigned int count);

/* Fixtures: an instance that reports nowhere, and its end. */
int open_quiet(void **state);
int close_quiet(void **state);

#endif
