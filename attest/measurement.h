/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_MEASUREMENT_H
#define ATTEST_MEASUREMENT_H

/* Realm measurements: measurement.md. A measurement is 64 bytes; a short digest is zero-extended. */

#include <stddef.h>
#include <stdint.h>

#include <rmmsim/abi.h>

/* Hashes `size` bytes with a Realm's algorithm (enum rmi_hash_algorithm) into `out`. */
void measurement_hash(uint32_t algo, const void *data, size_t size, uint8_t out[64]);

/* Length of a Realm's digests, bytes. */
size_t measurement_size(uint32_t algo);

/* RIM of a new Realm: measurement.md#2 */
void measurement_rim_init(uint32_t algo, const struct rmi_realm_params *params, uint8_t rim[64]);
/* RIM extension: measurement.md#3. `content` is the page, NULL when it is not measured. */
void measurement_extend_data(uint32_t algo, uint8_t rim[64], uint64_t ipa, uint64_t flags,
			     const void *content);
void measurement_extend_rec(uint32_t algo, uint8_t rim[64], const struct rmi_rec_params *params);
void measurement_extend_ripas(uint32_t algo, uint8_t rim[64], uint64_t base, uint64_t top);
/* REM extension: measurement.md#4, `size` at most 64. */
void measurement_extend_rem(uint32_t algo, uint8_t rem[64], const uint8_t *value, size_t size);

#endif
