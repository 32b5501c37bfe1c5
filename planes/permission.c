/* SPDX-License-Identifier: BSD-3-Clause */
#include "planes/plane.h"
#include "smc/mutant.h"

/* Base indices: planes.md#5.2. Those that are not listed grant nothing. */
static unsigned int base_permission(uint8_t base)
{
	static const uint8_t permission[] = {
		[RMI_S2AP_BASE_NO_ACCESS] = 0,
		[RMI_S2AP_BASE_RO] = PLANE_PERM_R,
		[RMI_S2AP_BASE_WO] = PLANE_PERM_W,
		[RMI_S2AP_BASE_RW] = PLANE_PERM_R | PLANE_PERM_W,
		[RMI_S2AP_BASE_RW_PUX] =
			PLANE_PERM_R | PLANE_PERM_W | PLANE_PERM_UX | PLANE_PERM_PX,
	};

	return base < sizeof(permission) ? permission[base] : 0;
}

/*
 * Labels: planes.md#5.1. The mostly-read-only ones (2, 3, 6, 7) read; what else they allow to a
 * table walk of stage 1 is not modelled. The reserved ones (1, 5) grant nothing.
 */
static unsigned int label_permission(uint8_t label)
{
	static const uint8_t permission[RTT_OVERLAYS] = {
		[2] = PLANE_PERM_R,
		[3] = PLANE_PERM_R,
		[4] = PLANE_PERM_W,
		[6] = PLANE_PERM_R,
		[7] = PLANE_PERM_R,
		[8] = PLANE_PERM_R,
		[9] = PLANE_PERM_R | PLANE_PERM_UX,
		[10] = PLANE_PERM_R | PLANE_PERM_PX,
		[11] = PLANE_PERM_R | PLANE_PERM_UX | PLANE_PERM_PX,
		[12] = PLANE_PERM_R | PLANE_PERM_W,
		[13] = PLANE_PERM_R | PLANE_PERM_W | PLANE_PERM_UX,
		[14] = PLANE_PERM_R | PLANE_PERM_W | PLANE_PERM_PX,
		[15] = PLANE_PERM_R | PLANE_PERM_W | PLANE_PERM_UX | PLANE_PERM_PX,
	};

	return permission[label % RTT_OVERLAYS];
}

/* XN of a direct entry: struct rtt_permission */
static unsigned int execute_permission(unsigned int xn)
{
	static const uint8_t permission[] = {
		[0] = PLANE_PERM_UX | PLANE_PERM_PX,
		[1] = PLANE_PERM_UX,
		[2] = 0,
		[3] = PLANE_PERM_PX,
	};

	return permission[xn % 4];
}

unsigned int plane_permission(const struct rtt_s2 *s2, unsigned int plane,
			      const struct rtt_entry *entry)
{
	const struct rtt_permission *permission = &entry->permission;

	if (s2->indirect)
		return base_permission(permission->base) &
		       label_permission(s2->overlay[MUTANT(overlay_of_plane_1) && plane ? 1 : plane]
						   [permission->overlay % RTT_OVERLAYS]);
	return (permission->r ? PLANE_PERM_R : 0) | (permission->w ? PLANE_PERM_W : 0) |
	       execute_permission(permission->xn);
}
