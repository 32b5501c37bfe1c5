/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXEC_UNICORN_A64_H
#define EXEC_UNICORN_A64_H

/* What loads and stores of A64 have in common: for those who decode what they write, or what they touch. */

#include <stdint.h>

#define A64_ZVA_SIZE UINT64_C(64) /* DCZID_EL0 of the CPU */

static inline int64_t a64_sign_extend(uint64_t value, unsigned int bits)
{
	return (int64_t)(value << (64 - bits)) >> (64 - bits);
}

/* The register that such an instruction adds to its base. */
static inline unsigned int a64_offset_register(uint32_t word)
{
	return word >> 16 & 0x1f;
}

/* Its value as an offset: UXTW, LSL, SXTW, SXTX. */
static inline uint64_t a64_offset(uint64_t value, uint32_t word, unsigned int log2)
{
	const unsigned int option = word >> 13 & 7;

	if (option == 2)
		value = (uint32_t)value;
	if (option == 6)
		value = (uint64_t)(int64_t)(int32_t)value;
	return value << (word >> 12 & 1 ? log2 : 0);
}

#endif
