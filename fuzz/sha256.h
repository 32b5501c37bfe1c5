/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FUZZ_SHA256_H
#define FUZZ_SHA256_H

#include <stddef.h>
#include <stdint.h>

/* FIPS 180-4: a mutator of saved states has to give them the checksum of what it made. */
void sha256(const uint8_t *data, size_t size, uint8_t digest[32]);

#endif
