/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_TOUCHED_H
#define MEM_TOUCHED_H

/*
 * Which granule records were ever changed: one bit per granule, and above it one bit for each 64-bit
 * word that is not 0, twice. To go through it costs what is in it, plus one word per GiB.
 */

#include <stdint.h>

#define TOUCHED_LEVELS 3

struct touched {
	uint64_t *level[TOUCHED_LEVELS]; /* [0]: bit per granule */
	uint32_t top_words;
};

static inline void touched_mark(struct touched *touched, uint32_t index)
{
	const uint64_t bit = 1ull << (index & 63);

	if (touched->level[0][index >> 6] & bit)
		return;
	touched->level[0][index >> 6] |= bit;
	touched->level[1][index >> 12] |= 1ull << (index >> 6 & 63);
	touched->level[2][index >> 18] |= 1ull << (index >> 12 & 63);
}

/* In ascending order. */
void touched_each(const struct touched *touched, void (*visit)(void *context, uint32_t index),
		  void *context);

#endif
