/* SPDX-License-Identifier: BSD-3-Clause */
/* Auxiliary trees: planes.md#6, rmi-commands.md#7 */
#include "rtt/descriptor.h"
#include "smc/mutant.h"

static uint64_t granules(int level)
{
	return rtt_entry_size(level) / GRANULE_SIZE;
}

bool rtt_aux_live(const struct mem *mem, const struct rtt_entry *entry, int level)
{
	if (entry->state != RTT_ASSIGNED)
		return false;
	for (uint64_t i = 0; i < granules(level); i++)
		if (mem_find(mem, entry->pa + i * GRANULE_SIZE)->refs != 0)
			return true;
	return false;
}

bool rtt_aux_referenced(const struct mem *mem, const struct rtt_s2 *s2, uint64_t ipa, int level,
			bool any_level)
{
	if (rtt_protected(s2, ipa))
		return false;
	if (level != s2->level_start + 1 && !any_level)
		return false;
	for (unsigned int tree = 1; tree < rtt_trees(s2); tree++)
		if (rtt_walk(mem, s2, tree, ipa, s2->level_start).entry.state != RTT_UNASSIGNED_NS)
			return true;
	return false;
}

static bool mapped(const struct rtt_entry *entry)
{
	return entry->state == RTT_ASSIGNED || entry->state == RTT_ASSIGNED_DEV;
}

/* Where in the primary entry the auxiliary entry begins. */
static uint64_t offset(uint64_t ipa, int primary_level, int aux_level)
{
	uint64_t inside_primary = ipa & (rtt_entry_size(primary_level) - 1);

	return inside_primary & ~(rtt_entry_size(aux_level) - 1);
}

/* Device granules have no count: granule.refs of DATA only, rmi-commands.md#7 */
static void count_data(struct mem *mem, const struct rtt_entry *entry, int level,
		       void (*count)(struct mem *mem, uint64_t pa))
{
	if (entry->state != RTT_ASSIGNED)
		return;
	for (uint64_t i = 0; i < (MUTANT(aux_counts_first_page) ? 1 : granules(level)); i++)
		count(mem, entry->pa + i * GRANULE_SIZE);
}

/*
 * With quirk aux-map-block-offset the firmware takes the offset modulo the auxiliary entry, which
 * leaves nothing of it once the address is aligned for the entry.
 */
void rtt_aux_map(struct mem *mem, const struct rtt_s2 *s2, unsigned int tree, uint64_t ipa,
		 const struct rtt_walk *primary, const struct rtt_walk *aux,
		 bool block_offset_quirk)
{
	struct rtt_entry entry = primary->entry;

	(void)tree;
	if (mapped(&aux->entry))
		return;
	if (!block_offset_quirk && !MUTANT(aux_map_first_page))
		entry.pa += offset(ipa, primary->level, aux->level);
	entry.permission = aux->entry.permission;
	if (entry.state == RTT_ASSIGNED_DEV)
		entry.permission = permission_to_device(s2, entry.permission);
	rtt_write(mem, s2, aux, &entry);
	count_data(mem, &entry, aux->level, refs_up);
}

void rtt_aux_unmap(struct mem *mem, const struct rtt_s2 *s2, unsigned int tree,
		   const struct rtt_walk *aux)
{
	struct rtt_entry entry = {
		.state = RTT_UNASSIGNED,
		.ripas = RMI_RIPAS_EMPTY,
		.permission = aux->entry.permission,
	};

	(void)tree;
	if (aux->entry.state == RTT_ASSIGNED_DEV)
		entry.permission = permission_from_device(s2, entry.permission);
	rtt_write(mem, s2, aux, &entry);
	if (!MUTANT(aux_unmap_keeps_reference))
		count_data(mem, &aux->entry, aux->level, refs_down);
}

/* The copy of a block counts as the copy of a table does: rmi-commands.md#4 (REALM_DESTROY) */
void rtt_aux_map_ns(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *primary,
		    const struct rtt_walk *aux, bool recount)
{
	if (aux->entry.state == RTT_ASSIGNED_NS)
		return;
	if (aux->entry.state == RTT_TABLE && !recount)
		return;
	table_w(mem, aux->table)[aux->index] =
		rtt_entry_encode(s2, primary->level, &primary->entry);
	refs_up(mem, aux->table);
}

void rtt_aux_unmap_ns(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *aux)
{
	(void)s2;
	if (aux->entry.state == RTT_UNASSIGNED_NS)
		return;
	table_w(mem, aux->table)[aux->index] = DESC_NS;
	if (!MUTANT(aux_unmap_ns_keeps_reference))
		refs_down(mem, aux->table);
}
