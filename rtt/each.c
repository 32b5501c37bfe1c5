/* SPDX-License-Identifier: BSD-3-Clause */
#include "rtt/descriptor.h"

struct each {
	const struct mem *mem;
	const struct rtt_s2 *s2;
	unsigned int tree;
	void (*visit)(void *context, uint64_t ipa, const struct rtt_walk *walk);
	void *context;
};

/* Below an Unprotected entry of an auxiliary tree are tables of the primary tree: planes.md#6.3 */
static bool own_table(const struct each *each, uint64_t ipa)
{
	return each->tree == 0 || rtt_protected(each->s2, ipa);
}

/* UNASSIGNED and UNASSIGNED_NS, without decoding: most entries of most tables are. */
static bool nothing_there(const struct each *each, uint64_t desc)
{
	if (desc_live(desc))
		return false;
	return each->tree == 0 ||
	       (desc & DESC_RIPAS_MASK) >> DESC_RIPAS_SHIFT != RMI_RIPAS_DESTROYED;
}

/* Depth is bounded by the levels of a tree. */
static void each_entry(const struct each *each, struct rtt_walk walk, uint64_t ipa,
		       unsigned int entries)
{
	const uint64_t *table = table_r(each->mem, walk.table);

	for (; walk.index < entries; walk.index++, ipa += rtt_entry_size(walk.level)) {
		struct rtt_walk below = {.level = walk.level + 1};

		if (nothing_there(each, table[walk.index]))
			continue;
		walk.entry =
			rtt_entry_decode(each->s2, each->tree != 0, walk.level, table[walk.index]);
		each->visit(each->context, ipa, &walk);
		below.table = walk.entry.pa;
		if (walk.entry.state == RTT_TABLE && own_table(each, ipa))
			each_entry(each, below, ipa, RTT_ENTRIES);
	}
}

void rtt_each(const struct mem *mem, const struct rtt_s2 *s2, unsigned int tree,
	      void (*visit)(void *context, uint64_t ipa, const struct rtt_walk *walk),
	      void *context)
{
	const struct each each = {mem, s2, tree, visit, context};
	uint64_t entries = rtt_ipa_top(s2) >> rtt_level_shift(s2->level_start);

	for (uint32_t i = 0; i < s2->num_start; i++) {
		struct rtt_walk walk = {
			.level = s2->level_start,
			.table = s2->root[tree] + i * GRANULE_SIZE,
		};
		uint64_t first = (uint64_t)i * RTT_ENTRIES;
		uint64_t left = entries - first;

		each_entry(&each, walk, first << rtt_level_shift(walk.level),
			   left < RTT_ENTRIES ? (unsigned int)left : RTT_ENTRIES);
	}
}
