/* SPDX-License-Identifier: BSD-3-Clause */
#include "rtt/descriptor.h"
#include "smc/mutant.h"

void rtt_write(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk,
	       const struct rtt_entry *entry)
{
	bool before = rtt_entry_pins_table(walk->entry.state);
	bool after = rtt_entry_pins_table(entry->state);

	table_w(mem, walk->table)[walk->index] = rtt_entry_encode(s2, walk->level, entry);
	if (after && !before)
		refs_up(mem, walk->table);
	if (before && !after && !MUTANT(rtt_refs_stay))
		refs_down(mem, walk->table);
}

static uint64_t root_entries(const struct rtt_s2 *s2)
{
	return rtt_ipa_top(s2) >> rtt_level_shift(s2->level_start);
}

/*
 * The unreachable rest of a root counts for the skip rule (rtt.md#1.2), so it is made of entries that
 * are not live instead of what the granule happened to hold.
 */
void rtt_init_root(struct mem *mem, const struct rtt_s2 *s2, unsigned int tree)
{
	const struct rtt_entry unassigned = {
		.state = RTT_UNASSIGNED,
		.ripas = RMI_RIPAS_EMPTY,
		.permission = rtt_permission_default(s2, tree),
	};
	uint64_t protected_desc = rtt_entry_encode(s2, s2->level_start, &unassigned);
	uint64_t entries = root_entries(s2);

	for (uint64_t i = 0; i < (uint64_t)s2->num_start * RTT_ENTRIES; i++) {
		uint64_t *table = table_w(mem, s2->root[tree] + i / RTT_ENTRIES * GRANULE_SIZE);

		table[i % RTT_ENTRIES] = i < entries / 2 ? protected_desc : DESC_NS;
	}
	for (uint32_t i = 0; i < s2->num_start; i++)
		mem_set_refs(mem, mem_find(mem, s2->root[tree] + i * GRANULE_SIZE), 0);
}

bool rtt_root_live(const struct mem *mem, const struct rtt_s2 *s2, unsigned int tree)
{
	for (uint32_t i = 0; i < s2->num_start; i++)
		if (rtt_table_live(mem, s2->root[tree] + i * GRANULE_SIZE))
			return true;
	return false;
}

bool rtt_table_live(const struct mem *mem, uint64_t table_pa)
{
	return mem_find(mem, table_pa)->refs != 0;
}

static void fill(uint64_t *table, uint64_t desc)
{
	for (unsigned int i = 0; i < RTT_ENTRIES; i++)
		table[i] = desc;
}

/* The parent's address is aligned to its size: adding never carries out of the address bits. */
static void fill_contiguous(uint64_t *table, uint64_t desc, uint64_t size)
{
	for (unsigned int i = 0; i < RTT_ENTRIES; i++)
		table[i] = desc + i * size;
}

void rtt_create(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk, uint64_t ipa,
		uint64_t table_pa)
{
	const struct rtt_entry link = {.state = RTT_TABLE, .pa = table_pa};
	int level = walk->level + 1;
	uint64_t desc = rtt_entry_encode(s2, level, &walk->entry);

	(void)ipa;
	if (rtt_entry_live(walk->entry.state))
		fill_contiguous(table_w(mem, table_pa), desc, rtt_entry_size(level));
	else
		fill(table_w(mem, table_pa), desc);
	mem_set_refs(mem, mem_find(mem, table_pa),
		     rtt_entry_pins_table(walk->entry.state) && !MUTANT(unfold_without_refs)
			     ? RTT_ENTRIES
			     : 0);
	rtt_write(mem, s2, walk, &link);
}

/* The entry that a destroyed table leaves behind: rtt.md#2.1, planes.md#6.1 */
static struct rtt_entry destroyed(const struct rtt_s2 *s2, unsigned int tree, uint64_t ipa)
{
	if (!rtt_protected(s2, ipa))
		return (struct rtt_entry){.state = RTT_UNASSIGNED_NS};
	return (struct rtt_entry){
		.state = tree == 0 ? RTT_UNASSIGNED : RTT_AUX_DESTROYED,
		.ripas = RMI_RIPAS_DESTROYED,
		.permission = rtt_permission_default(s2, tree),
	};
}

void rtt_destroy(struct mem *mem, const struct rtt_s2 *s2, unsigned int tree,
		 const struct rtt_walk *walk, uint64_t ipa)
{
	const struct rtt_entry entry = destroyed(s2, tree, ipa);

	mem_set_refs(mem, mem_find(mem, walk->entry.pa), 0);
	rtt_write(mem, s2, walk, &entry);
}
