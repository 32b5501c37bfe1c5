/* SPDX-License-Identifier: BSD-3-Clause */
#include "rtt/descriptor.h"
#include "smc/mutant.h"

void rtt_data_map(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk,
		  uint64_t pa, enum rmi_ripas ripas)
{
	const struct rtt_entry entry = {
		.state = RTT_ASSIGNED,
		.ripas = ripas,
		.pa = pa,
		.permission = walk->entry.permission,
	};

	rtt_write(mem, s2, walk, &entry);
}

/* Only the loss of RAM content is made visible and resets the permission: planes.md#5.5 */
void rtt_data_unmap(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk)
{
	struct rtt_entry entry = {
		.state = RTT_UNASSIGNED,
		.ripas = walk->entry.ripas,
		.permission = walk->entry.permission,
	};

	if (entry.ripas == RMI_RIPAS_RAM && !MUTANT(data_destroy_keeps_ripas)) {
		entry.ripas = RMI_RIPAS_DESTROYED;
		entry.permission = rtt_permission_default(s2, 0);
	}
	rtt_write(mem, s2, walk, &entry);
}
