/* SPDX-License-Identifier: BSD-3-Clause */
#include "rtt/s2.h"

#define S2SZ_MIN                  32
#define S2SZ_MAX                  48
#define S2SZ_MAX_LPA2             52
#define LEVEL_BITS                9
#define PAGE_BITS                 12
#define CONCATENATION_BITS        4 /* at most 16 root tables */
#define PA_BITS_FOR_START_LEVEL_0 44

/* IPA bits that one root table at `level_start` and the tables below it resolve. */
static unsigned int root_bits(int64_t level_start)
{
	return PAGE_BITS + LEVEL_BITS * (unsigned int)(RTT_LEVEL_PAGE - level_start + 1);
}

static bool level_start_exists(int64_t level_start, bool lpa2)
{
	return level_start >= (lpa2 ? RTT_LEVEL_MIN : 0) && level_start <= RTT_LEVEL_PAGE;
}

static unsigned int widest(int64_t level_start, bool lpa2)
{
	if (level_start < 0)
		return S2SZ_MAX_LPA2;
	if (level_start == 0 && !lpa2)
		return root_bits(level_start);
	return root_bits(level_start) + CONCATENATION_BITS;
}

/* rmi-commands.md#4: the root resolves at least one bit, and at most four by concatenation. */
bool rtt_start_level_valid(uint32_t s2sz, int64_t level_start, bool lpa2, unsigned int pa_bits)
{
	if (s2sz < S2SZ_MIN || s2sz > (lpa2 ? S2SZ_MAX_LPA2 : S2SZ_MAX))
		return false;
	if (!level_start_exists(level_start, lpa2))
		return false;
	if (level_start == 0 && pa_bits < PA_BITS_FOR_START_LEVEL_0)
		return false;
	return s2sz > root_bits(level_start) - LEVEL_BITS && s2sz <= widest(level_start, lpa2);
}

/* 0 where the geometry has no answer: an explanation asks also for values that were refused. */
uint32_t rtt_num_start(uint32_t s2sz, int64_t level_start)
{
	if (!level_start_exists(level_start, true) || s2sz > S2SZ_MAX_LPA2)
		return 0;
	if (s2sz <= root_bits(level_start))
		return 1;
	return UINT32_C(1) << (s2sz - root_bits(level_start));
}
