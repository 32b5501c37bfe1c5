/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_HASH_H
#define ATTEST_HASH_H

/*
 * The hash functions of Realms, from the fastest library that the build found (option RMMSIM_HASH). Both
 * give the same bytes. One call hashes one buffer: measurements are never continued.
 */

#include <stddef.h>
#include <stdint.h>

enum hash_kind { HASH_SHA_256, HASH_SHA_384, HASH_SHA_512 };

/* Length of a digest, bytes. */
size_t hash_size(enum hash_kind kind);
/* Writes hash_size(kind) bytes to `digest`, which may overlap `data`. */
void hash_digest(enum hash_kind kind, const void *data, size_t size, uint8_t *digest);

#endif
