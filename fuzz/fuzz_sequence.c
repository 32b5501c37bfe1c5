/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls of the Host, and what Realms do meanwhile, under all oracles. */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_sequence_run(data, size);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	return fuzz_sequence_mutate(SMC_FROM_HOST, data, size, max_size, seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
				 size_t size2, uint8_t *out, size_t max_size, unsigned int seed)
{
	return fuzz_sequence_cross(data1, size1, data2, size2, out, max_size, seed);
}
