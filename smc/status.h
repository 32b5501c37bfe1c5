/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMC_STATUS_H
#define SMC_STATUS_H

#include <stdint.h>

/* RmiCommandReturnCode: status in bits 7:0, index in bits 15:8. docs/spec/rmi-abi.md#3 */
static inline uint64_t smc_pack_status(uint32_t status, int index)
{
	return (uint64_t)(uint8_t)index << 8 | (uint8_t)status;
}

static inline uint32_t smc_status_of(uint64_t x0)
{
	return x0 & 0xff;
}

static inline uint32_t smc_index_of(uint64_t x0)
{
	return x0 >> 8 & 0xff;
}

/* SMCCC "unknown function", all 64 bits. */
#define SMCCC_NOT_SUPPORTED UINT64_MAX

#endif
