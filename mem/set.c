/* SPDX-License-Identifier: BSD-3-Clause */
#include "mem/set.h"

struct word_visitor {
	void (*visit)(void *context, uint32_t first, uint64_t bits);
	void *context;
};

static void visit_word(const struct granule_set *set, unsigned int level, uint32_t word,
		       const struct word_visitor *visitor)
{
	uint64_t bits = granule_set_word(set, level, word);

	if (level == 0 && bits)
		visitor->visit(visitor->context, word * 64, bits);
	for (; level > 0 && bits; bits &= bits - 1)
		visit_word(set, level - 1, word * 64 + (uint32_t)__builtin_ctzll(bits), visitor);
}

void granule_set_each_word(const struct granule_set *set,
			   void (*visit)(void *context, uint32_t first, uint64_t bits),
			   void *context)
{
	const struct word_visitor visitor = {visit, context};

	for (uint32_t word = 0; word < set->top_words; word++)
		visit_word(set, GRANULE_SET_LEVELS - 1, word, &visitor);
}

struct visitor {
	void (*visit)(void *context, uint32_t index);
	void *context;
};

static void visit_bits(void *context, uint32_t first, uint64_t bits)
{
	const struct visitor *visitor = context;

	for (; bits; bits &= bits - 1)
		visitor->visit(visitor->context, first + (uint32_t)__builtin_ctzll(bits));
}

void granule_set_each(const struct granule_set *set, void (*visit)(void *context, uint32_t index),
		      void *context)
{
	struct visitor visitor = {visit, context};

	granule_set_each_word(set, visit_bits, &visitor);
}

static void empty_word(struct granule_set *set, unsigned int level, uint32_t word)
{
	uint64_t bits = granule_set_word(set, level, word);

	if (!bits)
		return;
	granule_set_store(set, level, word, 0);
	for (; level > 0 && bits; bits &= bits - 1)
		empty_word(set, level - 1, word * 64 + (uint32_t)__builtin_ctzll(bits));
}

void granule_set_empty(struct granule_set *set)
{
	for (uint32_t word = 0; word < set->top_words; word++)
		empty_word(set, GRANULE_SET_LEVELS - 1, word);
}
