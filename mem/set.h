/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_SET_H
#define MEM_SET_H

/*
 * Sets of granules: one bit per granule, and above it one bit for each 64-bit word that is not 0,
 * three times. To go through a set costs what is in it, plus one word per 64 GiB. Changes are made by one thread
 * at a time; granule_set_has() may be asked by others meanwhile.
 */

#include <stdbool.h>
#include <stdint.h>

#define GRANULE_SET_LEVELS 4
#define GRANULE_SET_TOP \
	(1ull << 6 * GRANULE_SET_LEVELS) /* granules of a word of the highest level */

struct granule_set {
	uint64_t *level[GRANULE_SET_LEVELS]; /* [0]: bit per granule */
	uint32_t top_words;
};

static inline uint64_t granule_set_word(const struct granule_set *set, unsigned int level,
					uint32_t word)
{
	return __atomic_load_n(&set->level[level][word], __ATOMIC_RELAXED);
}

static inline void granule_set_store(struct granule_set *set, unsigned int level, uint32_t word,
				     uint64_t value)
{
	__atomic_store_n(&set->level[level][word], value, __ATOMIC_RELAXED);
}

static inline bool granule_set_has(const struct granule_set *set, uint32_t index)
{
	return granule_set_word(set, 0, index >> 6) >> (index & 63) & 1;
}

static inline void granule_set_add(struct granule_set *set, uint32_t index)
{
	for (unsigned int level = 0; level < GRANULE_SET_LEVELS; level++) {
		const uint64_t word = granule_set_word(set, level, index >> 6);
		const uint64_t bit = 1ull << (index & 63);

		if (word & bit)
			return;
		granule_set_store(set, level, index >> 6, word | bit);
		index >>= 6;
	}
}

static inline void granule_set_remove(struct granule_set *set, uint32_t index)
{
	for (unsigned int level = 0; level < GRANULE_SET_LEVELS; level++) {
		const uint64_t word =
			granule_set_word(set, level, index >> 6) & ~(1ull << (index & 63));

		granule_set_store(set, level, index >> 6, word);
		if (word)
			return;
		index >>= 6;
	}
}

static inline bool granule_set_is_empty(const struct granule_set *set)
{
	for (uint32_t word = 0; word < set->top_words; word++) {
		if (granule_set_word(set, GRANULE_SET_LEVELS - 1, word))
			return false;
	}
	return true;
}

/* In ascending order. `visit` may remove what it is shown, and nothing else. */
void granule_set_each(const struct granule_set *set, void (*visit)(void *context, uint32_t index),
		      void *context);
/* The same by words that are not 0: bit n of `bits` is granule `first` + n. */
void granule_set_each_word(const struct granule_set *set,
			   void (*visit)(void *context, uint32_t first, uint64_t bits),
			   void *context);
void granule_set_empty(struct granule_set *set);

#endif
