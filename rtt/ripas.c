/* SPDX-License-Identifier: BSD-3-Clause */
/* RIPAS of the entries of one table: rmi-commands.md#6 */
#include "rtt/descriptor.h"
#include "smc/mutant.h"

static bool init_takes(const struct rtt_entry *entry, bool assigned)
{
	if (entry->state != RTT_UNASSIGNED && !(assigned && entry->state == RTT_ASSIGNED))
		return false;
	return entry->ripas == RMI_RIPAS_EMPTY || entry->ripas == RMI_RIPAS_RAM;
}

/* Number of entries, from the one at `base` on, that RTT_INIT_RIPAS processes. */
static unsigned int init_entries(const struct mem *mem, const struct rtt_s2 *s2,
				 const struct rtt_walk *walk, uint64_t base, uint64_t top,
				 bool assigned)
{
	const uint64_t *table = table_r(mem, walk->table);
	uint64_t size = rtt_entry_size(walk->level);
	unsigned int index = walk->index;

	for (; index < RTT_ENTRIES && size <= top - base; index++, base += size) {
		struct rtt_entry entry = rtt_entry_decode(s2, false, walk->level, table[index]);

		if (!init_takes(&entry, assigned))
			break;
	}
	return index - walk->index;
}

uint64_t rtt_init_ripas_top(const struct mem *mem, const struct rtt_s2 *s2,
			    const struct rtt_walk *walk, uint64_t base, uint64_t top, bool assigned)
{
	return base +
	       init_entries(mem, s2, walk, base, top, assigned) * rtt_entry_size(walk->level);
}

uint64_t rtt_init_ripas(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk,
			uint64_t base, uint64_t top, bool assigned,
			void (*measure)(void *context, uint64_t base, uint64_t top), void *context)
{
	uint64_t *desc = table_w(mem, walk->table) + walk->index;
	unsigned int entries = init_entries(mem, s2, walk, base, top, assigned);
	uint64_t size = rtt_entry_size(walk->level);

	if (MUTANT(init_ripas_measured_at_once) && entries && measure)
		measure(context, base, base + entries * size);
	for (unsigned int i = 0; i < entries; i++, base += size) {
		desc[i] = (desc[i] & ~DESC_RIPAS_MASK) | RMI_RIPAS_RAM << DESC_RIPAS_SHIFT;
		if (measure && !MUTANT(init_ripas_measured_at_once))
			measure(context, base, base + size);
	}
	return base;
}

/* The table of RTT_SET_RIPAS: rmi-commands.md#6 */
static bool may_change(const struct rtt_entry *entry, const struct rtt_ripas_request *request)
{
	if (entry->state != RTT_UNASSIGNED && entry->state != RTT_ASSIGNED &&
	    entry->state != RTT_ASSIGNED_DEV)
		return false;
	if (request->ripas == RMI_RIPAS_EMPTY)
		return true;
	if (entry->state == RTT_ASSIGNED_DEV)
		return false;
	return entry->ripas != RMI_RIPAS_DESTROYED || request->change_destroyed ||
	       MUTANT(set_ripas_revives);
}

/* Memory that a Plane still reaches through its own tree cannot become EMPTY: planes.md#6.5 */
static bool blocked(const struct mem *mem, const struct rtt_s2 *s2, const struct rtt_entry *entry,
		    int level, const struct rtt_ripas_request *request)
{
	return s2->tree_pp && request->ripas == RMI_RIPAS_EMPTY && entry->ripas == RMI_RIPAS_RAM &&
	       rtt_aux_live(mem, entry, level);
}

struct rtt_range_result rtt_set_ripas(struct mem *mem, const struct rtt_s2 *s2,
				      const struct rtt_walk *walk, uint64_t base, uint64_t top,
				      const struct rtt_ripas_request *request, bool apply)
{
	const uint64_t *table = table_r(mem, walk->table);
	uint64_t size = rtt_entry_size(walk->level);
	struct rtt_walk at = *walk;

	for (; at.index < RTT_ENTRIES &&
	       (size <= top - base || (MUTANT(set_ripas_goes_beyond) && base < top));
	     at.index++, base += size) {
		at.entry = rtt_entry_decode(s2, false, at.level, table[at.index]);
		if (!may_change(&at.entry, request))
			break;
		if (at.entry.ripas == request->ripas)
			continue;
		if (blocked(mem, s2, &at.entry, at.level, request))
			return (struct rtt_range_result){.top = base, .aux_live = true};
		at.entry.ripas = request->ripas;
		if (apply)
			rtt_write(mem, s2, &at, &at.entry);
	}
	return (struct rtt_range_result){.top = base};
}
