/* SPDX-License-Identifier: BSD-3-Clause */
#include "mem/touched.h"

struct visitor {
	void (*visit)(void *context, uint32_t index);
	void *context;
};

static void visit_word(const struct touched *touched, unsigned int level, uint32_t word,
		       const struct visitor *visitor)
{
	uint64_t bits = touched->level[level][word];

	for (; bits; bits &= bits - 1) {
		uint32_t index = word * 64 + (uint32_t)__builtin_ctzll(bits);

		if (level > 0)
			visit_word(touched, level - 1, index, visitor);
		if (level == 0)
			visitor->visit(visitor->context, index);
	}
}

void touched_each(const struct touched *touched, void (*visit)(void *context, uint32_t index),
		  void *context)
{
	const struct visitor visitor = {visit, context};

	for (uint32_t word = 0; word < touched->top_words; word++)
		visit_word(touched, TOUCHED_LEVELS - 1, word, &visitor);
}
