/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Words that the library's decoder does not survive (unicorn.md#8). A page that holds one is never
 * executed itself: the CPU executes a copy in which each of them is a permanently undefined
 * instruction, which is what they are, and which cannot be read. As no page is writable while it can be
 * executed, nothing changes behind this check.
 */
#include "exec/unicorn/unicorn.h"

#define UDF 0u

/*
 * All of them are unallocated encodings of half precision SIMD instructions, found by trying every
 * value of the fields that choose the operation. The tables have a bit per `opcode`, indexed by U
 * (bit 29) and a (bit 23).
 */
static const uint32_t three_same[] = {0x00000020, 0x00000038, 0x00000002, 0x0000008a};
static const uint32_t two_misc[] = {0xc0ffffff, 0xd0ff0fff, 0xc0ffffff, 0x51ff4fff};
static const uint32_t two_misc_scalar[] = {0xc0ffffff, 0x50ff8fff, 0xc0ffffff, 0xd1ff4fff};

bool hostile_word(uint32_t word)
{
	const unsigned int form = (word >> 28 & 2) | (word >> 23 & 1);

	if ((word & 0x9f60c400) == 0x0e400400)
		return three_same[form] >> (word >> 11 & 7) & 1;
	if ((word & 0x9f7e0c00) == 0x0e780800)
		return two_misc[form] >> (word >> 12 & 0x1f) & 1;
	if ((word & 0xdf7e0c00) == 0x5e780800)
		return two_misc_scalar[form] >> (word >> 12 & 0x1f) & 1;
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
