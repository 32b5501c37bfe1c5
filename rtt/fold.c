/* SPDX-License-Identifier: BSD-3-Clause */
#include "rtt/descriptor.h"
#include "smc/mutant.h"

/* rtt.md#1 */
static bool block_exists(enum rtt_state state, int level)
{
	if (state == RTT_ASSIGNED_DEV)
		return level == 2;
	return level == 1 || level == 2;
}

/*
 * rtt.md#4. A descriptor holds everything that has to be equal: state, RIPAS, attributes,
 * permission. Where it holds an address, the first one is aligned to the parent entry and the others
 * are what an unfold of the parent would write.
 */
static bool homogeneous(const struct rtt_s2 *s2, const uint64_t *table, int level)
{
	uint64_t step = desc_live(table[0]) ? rtt_entry_size(level) : 0;

	if (step != 0 && !rtt_level_aligned(desc_pa(s2, table[0]), level - 1))
		return false;
	for (unsigned int i = 1; i < RTT_ENTRIES; i++) {
		uint64_t differs = table[i] ^ (table[0] + i * step);

		if (MUTANT(fold_ignores_permissions))
			differs &= ~(s2->indirect ? DESC_PO_MASK : DESC_DIRECT_PERMISSION);
		if (differs && !(step && MUTANT(fold_ignores_addresses)))
			return false;
	}
	return true;
}

static bool holds_table(const uint64_t *table, int level)
{
	for (unsigned int i = 0; i < RTT_ENTRIES; i++)
		if (desc_is_table(table[i], level))
			return true;
	return false;
}

/*
 * A table without any entry to spare is refused for lack of blocks before its content is compared:
 * rmi-commands.md#6 (RTT_FOLD). Whether that includes TABLE entries is the quirk.
 */
static bool full_without_block(const struct mem *mem, uint64_t table_pa, int level,
			       bool full_table_is_block)
{
	if (level > 1 || mem_find(mem, table_pa)->refs < RTT_ENTRIES)
		return false;
	return full_table_is_block || !holds_table(table_r(mem, table_pa), level);
}

enum rtt_fold_result rtt_fold_check(const struct mem *mem, const struct rtt_s2 *s2,
				    unsigned int tree, const struct rtt_walk *walk, uint64_t ipa,
				    int level, bool full_table_is_block, struct rtt_entry *parent)
{
	const uint64_t *table = table_r(mem, walk->entry.pa);

	(void)ipa;
	*parent = rtt_entry_decode(s2, tree != 0, level, table[0]);
	if (full_without_block(mem, walk->entry.pa, level, full_table_is_block))
		return RTT_FOLD_NO_BLOCK;
	if (parent->state == RTT_TABLE || !homogeneous(s2, table, level))
		return RTT_FOLD_NOT_HOMOGENEOUS;
	if (rtt_entry_live(parent->state) && !block_exists(parent->state, level - 1))
		return RTT_FOLD_NO_BLOCK;
	return RTT_FOLD_OK;
}

void rtt_fold(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk,
	      const struct rtt_entry *parent)
{
	if (!MUTANT(fold_keeps_refs))
		mem_set_refs(mem, mem_find(mem, walk->entry.pa), 0);
	rtt_write(mem, s2, walk, parent);
}
