/* SPDX-License-Identifier: BSD-3-Clause */
/* Change of the permission index of the entries of one table: planes.md#7 */
#include "rtt/descriptor.h"
#include "smc/mutant.h"

/* AUX_DESTROYED stays what it is: planes.md#6.2 */
static uint64_t with_index(const struct rtt_s2 *s2, uint8_t label, unsigned int index, int level,
			   uint64_t desc)
{
	struct rtt_entry entry = rtt_entry_decode(s2, false, level, desc);

	if (s2->indirect)
		return (desc & ~DESC_PO_MASK) | (uint64_t)index << DESC_PO_SHIFT;
	entry.permission = permission_of_label(label, entry.state == RTT_ASSIGNED_DEV);
	return (desc & ~DESC_DIRECT_PERMISSION) | desc_of_permission(s2, entry.permission);
}

/*
 * An entry that crosses the top ends the call with the error even where it is a TABLE, which the next
 * call would walk into: order of rmi-commands.md#6 (RTT_SET_S2AP).
 */
struct rtt_s2ap_result rtt_set_s2ap(struct mem *mem, const struct rtt_s2 *s2, unsigned int tree,
				    const struct rtt_walk *walk, uint64_t base, uint64_t top,
				    unsigned int index, bool apply)
{
	uint8_t label = s2->overlay[rtt_plane_of_tree(s2, tree)][index % RTT_OVERLAYS];
	const uint64_t *table = table_r(mem, walk->table);
	uint64_t *writable = apply ? table_w(mem, walk->table) : NULL;
	uint64_t size = rtt_entry_size(walk->level);

	if (!rtt_level_aligned(base, walk->level))
		return (struct rtt_s2ap_result){.top = base, .misaligned = true};
	for (unsigned int i = walk->index; i < RTT_ENTRIES && base < top; i++, base += size) {
		if (size > top - base && !MUTANT(set_s2ap_goes_beyond))
			return (struct rtt_s2ap_result){.top = base, .misaligned = true};
		if (desc_is_table(table[i], walk->level))
			break;
		if (apply)
			writable[i] = with_index(s2, label, index, walk->level, table[i]);
	}
	return (struct rtt_s2ap_result){.top = base};
}
