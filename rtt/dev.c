/* SPDX-License-Identifier: BSD-3-Clause */
#include "rtt/descriptor.h"

void rtt_dev_map(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk, uint64_t pa,
		 bool coherent)
{
	const struct rtt_entry entry = {
		.state = RTT_ASSIGNED_DEV,
		.ripas = walk->entry.ripas,
		.pa = pa,
		.attributes = desc_attributes_dev(s2, coherent),
		.permission = permission_to_device(s2, walk->entry.permission),
	};

	rtt_write(mem, s2, walk, &entry);
}

void rtt_dev_validate(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk)
{
	struct rtt_entry entry = walk->entry;

	entry.ripas = RMI_RIPAS_DEV;
	rtt_write(mem, s2, walk, &entry);
}

void rtt_dev_unmap(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk)
{
	struct rtt_entry entry = {
		.state = RTT_UNASSIGNED,
		.ripas = walk->entry.ripas,
		.permission = permission_from_device(s2, walk->entry.permission),
	};

	if (entry.ripas == RMI_RIPAS_DEV)
		entry.ripas = RMI_RIPAS_DESTROYED;
	rtt_write(mem, s2, walk, &entry);
}
