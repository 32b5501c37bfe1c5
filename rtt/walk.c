/* SPDX-License-Identifier: BSD-3-Clause */
#include "rtt/descriptor.h"
#include "smc/mutant.h"

struct rtt_walk rtt_walk(const struct mem *mem, const struct rtt_s2 *s2, unsigned int tree,
			 uint64_t ipa, int level)
{
	uint64_t root_index = ipa >> rtt_level_shift(s2->level_start);
	struct rtt_walk walk = {
		.level = s2->level_start,
		.table = s2->root[tree] + root_index / RTT_ENTRIES * GRANULE_SIZE,
		.index = root_index % RTT_ENTRIES,
	};
	uint64_t desc = table_r(mem, walk.table)[walk.index];

	while (walk.level < level && desc_is_table(desc, walk.level)) {
		walk.level++;
		walk.table = desc_pa(s2, desc);
		walk.index = (ipa >> rtt_level_shift(walk.level)) % RTT_ENTRIES;
		desc = table_r(mem, walk.table)[walk.index];
	}
	walk.entry = rtt_entry_decode(s2, tree != 0, walk.level, desc);
	return walk;
}

struct rtt_walk rtt_at(const struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk,
		       unsigned int index)
{
	struct rtt_walk at = *walk;

	at.index = index;
	at.entry = rtt_entry_decode(s2, false, at.level, table_r(mem, at.table)[index]);
	return at;
}

/* Entries that are looked at together: the compiler makes a few vectors of them. */
#define TOGETHER 32u

/* Some entry of TOGETHER is live: what makes one so is bits that are set. */
static bool some_live(const uint64_t *table)
{
	uint64_t all = 0;

	for (unsigned int i = 0; i < TOGETHER; i++)
		all |= table[i];
	return desc_live(all);
}

/* Index of the first live entry from `index` on, RTT_ENTRIES if there is none. */
static unsigned int next_live(const uint64_t *table, unsigned int index)
{
	while (index % TOGETHER != 0 && !desc_live(table[index]))
		index++;
	if (index % TOGETHER != 0)
		return index;
	while (index < RTT_ENTRIES && !some_live(&table[index]))
		index += TOGETHER;
	while (index < RTT_ENTRIES && !desc_live(table[index]))
		index++;
	return index - MUTANT(skip_one_short);
}

uint64_t rtt_skip(const struct mem *mem, const struct rtt_s2 *s2, unsigned int tree, uint64_t ipa,
		  const struct rtt_walk *walk)
{
	const uint64_t *table = table_r(mem, walk->table);
	uint64_t size = rtt_entry_size(walk->level);

	(void)s2;
	(void)tree;
	if (desc_live(table[walk->index]))
		return ipa;
	return (ipa & ~(size - 1)) + (next_live(table, walk->index) - walk->index) * size;
}
