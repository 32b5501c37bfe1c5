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

/*
 * Bits that only an entry worth visiting has: most entries of most tables are UNASSIGNED or
 * UNASSIGNED_NS and are passed over undecoded. RIPAS DESTROYED makes an auxiliary one AUX_DESTROYED.
 */
static uint64_t visited_bits(const struct each *each)
{
	const uint64_t live = DESC_VALID | DESC_HIPAS_MASK;

	return each->tree == 0 ? live : live | (uint64_t)RMI_RIPAS_DESTROYED << DESC_RIPAS_SHIFT;
}

/* How many entries from `index` on are passed over: 8, 1 or none. */
static unsigned int passed_over(const uint64_t *table, unsigned int index, uint64_t bits)
{
	const uint64_t *d = &table[index];

	if (d[0] & bits)
		return 0;
	if (index % 8 != 0 || (d[1] | d[2] | d[3] | d[4] | d[5] | d[6] | d[7]) & bits)
		return 1;
	return 8;
}

static void each_entry(const struct each *each, struct rtt_walk walk, uint64_t ipa,
		       unsigned int entries);

static void visit_entry(const struct each *each, struct rtt_walk walk, uint64_t ipa, uint64_t desc)
{
	struct rtt_walk below = {.level = walk.level + 1};

	walk.entry = rtt_entry_decode(each->s2, each->tree != 0, walk.level, desc);
	each->visit(each->context, ipa, &walk);
	below.table = walk.entry.pa;
	if (walk.entry.state == RTT_TABLE && own_table(each, ipa))
		each_entry(each, below, ipa, RTT_ENTRIES);
}

/* Depth is bounded by the levels of a tree. */
static void each_entry(const struct each *each, struct rtt_walk walk, uint64_t ipa,
		       unsigned int entries)
{
	const uint64_t *table = table_r(each->mem, walk.table);
	const uint64_t size = rtt_entry_size(walk.level), bits = visited_bits(each);
	unsigned int step;

	for (; walk.index < entries; walk.index += step, ipa += step * size) {
		step = passed_over(table, walk.index, bits);
		if (step != 0)
			continue;
		visit_entry(each, walk, ipa, table[walk.index]);
		step = 1;
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
