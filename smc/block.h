/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMC_BLOCK_H
#define SMC_BLOCK_H

/* Contents of memory in rmm-trace/1 (docs/trace-format.md), for trace/ and host_shim, which both record. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

void smc_print_base64(FILE *out, const uint8_t *bytes, size_t size);
/* An object: the bytes from `pa` on, which lie in one granule. Runs of zeros at both ends take no room. */
void smc_print_block(FILE *out, uint64_t pa, const uint8_t *bytes, size_t size);

#endif
