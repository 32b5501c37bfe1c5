/* SPDX-License-Identifier: BSD-3-Clause */
#include "rtt/descriptor.h"

#define LABEL_R  8u
#define LABEL_W  4u
#define LABEL_PX 2u
#define LABEL_UX 1u
#define LABEL_WO 4u

static unsigned int label_xn(uint8_t label)
{
	static const uint8_t xn[] = {
		[0] = PERMISSION_XN_ALL,
		[LABEL_UX] = PERMISSION_XN_EL0,
		[LABEL_PX] = PERMISSION_XN_EL1,
		[LABEL_PX | LABEL_UX] = PERMISSION_XN_NONE,
	};

	return xn[label & (LABEL_PX | LABEL_UX)];
}

/* Labels below RO are single values without a direct encoding, WO excepted: planes.md#5.1 */
struct rtt_permission permission_of_label(uint8_t label, bool device)
{
	if (label == LABEL_WO)
		return (struct rtt_permission){.w = 1, .xn = PERMISSION_XN_ALL};
	if (label < LABEL_R || label > RTT_LABEL_RW_UPX)
		return (struct rtt_permission){.xn = PERMISSION_XN_ALL};
	return (struct rtt_permission){
		.r = 1,
		.w = (label & LABEL_W) != 0,
		.xn = (device ? PERMISSION_XN_ALL : label_xn(label)) & 3u,
	};
}

struct rtt_permission rtt_permission_default(const struct rtt_s2 *s2, unsigned int tree)
{
	if (s2->indirect)
		return (struct rtt_permission){.base = RMI_S2AP_BASE_RW_PUX, .overlay = 0};
	return permission_of_label(s2->overlay[rtt_plane_of_tree(s2, tree)][0], false);
}

struct rtt_permission permission_to_device(const struct rtt_s2 *s2,
					   struct rtt_permission permission)
{
	if (s2->indirect)
		permission.base = RMI_S2AP_BASE_RW;
	else
		permission.xn = PERMISSION_XN_ALL;
	return permission;
}

/* With direct encoding execute is lost for good. */
struct rtt_permission permission_from_device(const struct rtt_s2 *s2,
					     struct rtt_permission permission)
{
	if (s2->indirect)
		permission.base = RMI_S2AP_BASE_RW_PUX;
	return permission;
}

uint64_t desc_of_permission(const struct rtt_s2 *s2, struct rtt_permission permission)
{
	if (!s2->indirect)
		return (permission.r ? DESC_R : 0) | (permission.w ? DESC_W : 0) |
		       (uint64_t)permission.xn << DESC_XN_SHIFT;
	return (permission.base & 1 ? DESC_R : 0) | (permission.base & 2 ? DESC_PI1 : 0) |
	       (permission.base & 4 ? DESC_PI2 : 0) | (permission.base & 8 ? DESC_PI3 : 0) |
	       DESC_DIRTY | (uint64_t)permission.overlay << DESC_PO_SHIFT;
}
