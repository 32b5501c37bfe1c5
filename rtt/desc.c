/* SPDX-License-Identifier: BSD-3-Clause */
/* The part of an Unprotected entry that belongs to the Host: rmi-abi.md#7.5 */
#include "rtt/descriptor.h"

static uint64_t host_permission_bits(const struct rtt_s2 *s2)
{
	if (!s2->indirect)
		return DESC_R | DESC_W;
	return DESC_R | DESC_PI1; /* base index 0..3 */
}

static uint64_t host_pa_bits(const struct rtt_s2 *s2)
{
	return DESC_BITS(49, 12) | (s2->lpa2 ? DESC_BITS(9, 8) : 0);
}

/*
 * The address is not judged here: alignment and the 48-bit bound are conditions of their own
 * (rmi-commands.md#6), so bits 49:48 pass without LPA2 too and rtt_desc_pa() shows them.
 */
bool rtt_desc_valid(const struct rtt_s2 *s2, uint64_t desc, int level)
{
	(void)level;
	if (desc & ~(host_pa_bits(s2) | DESC_MEMATTR_MASK | host_permission_bits(s2)))
		return false;
	return desc_memattr(desc) != MEMATTR_RESERVED;
}

uint64_t rtt_desc_pa(const struct rtt_s2 *s2, uint64_t desc)
{
	if (!s2->lpa2)
		return desc & DESC_BITS(49, 12);
	return desc_pa(s2, desc);
}

/* rtt.md#6.2: shareability follows cacheability. Pass-through may be cacheable. */
static uint64_t ns_attributes(const struct rtt_s2 *s2, uint64_t memattr)
{
	bool cacheable = memattr == MEMATTR_WB || memattr == MEMATTR_PASS_THROUGH;

	return desc_attributes(s2, memattr, cacheable ? DESC_SH_INNER : DESC_SH_OUTER);
}

struct rtt_entry rtt_desc_entry(const struct rtt_s2 *s2, uint64_t desc, int level)
{
	struct rtt_entry entry = {
		.state = RTT_ASSIGNED_NS,
		.ripas = RMI_RIPAS_EMPTY,
		.pa = rtt_desc_pa(s2, desc),
		.attributes = ns_attributes(s2, desc_memattr(desc)),
	};

	(void)level;
	if (s2->indirect) {
		entry.permission.base = (desc & DESC_R ? 1 : 0) | (desc & DESC_PI1 ? 2 : 0);
		entry.permission.overlay = RTT_OVERLAY_NS;
		return entry;
	}
	entry.permission.r = (desc & DESC_R) != 0;
	entry.permission.w = (desc & DESC_W) != 0;
	entry.permission.xn = PERMISSION_XN_ALL;
	return entry;
}

uint64_t rtt_desc_of_entry(const struct rtt_s2 *s2, const struct rtt_entry *entry, int level)
{
	(void)level;
	return desc_of_pa(s2, entry->pa) | (entry->attributes & DESC_MEMATTR_MASK) |
	       (desc_of_permission(s2, entry->permission) & host_permission_bits(s2));
}
