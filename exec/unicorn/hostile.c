/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Words that the library's decoder does not survive (unicorn.md#8). A page that holds one is never
 * executed itself: the CPU executes a copy in which each of them is a permanently undefined
 * instruction, which is what they are, and which cannot be read. As no page is writable while it can be
 * executed, nothing changes behind this check.
 */
#include "exec/unicorn/unicorn.h"

#define UDF 0u

bool hostile_word(uint32_t word)
{
	(void)word;
	return false;
}

bool hostile_page(const uint32_t *words)
{
	for (size_t i = 0; i < PAGE_SIZE / sizeof(*words); i++) {
		if (hostile_word(words[i]))
			return true;
	}
	return false;
}

void hostile_clean(uint32_t *to, const uint32_t *from)
{
	for (size_t i = 0; i < PAGE_SIZE / sizeof(*from); i++)
		to[i] = hostile_word(from[i]) ? UDF : from[i];
}
