/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RTT_DESCRIPTOR_H
#define RTT_DESCRIPTOR_H

/*
 * Bits of a stage 2 descriptor (rtt.md#6) and what can be told from one without decoding it. Only
 * rtt/ looks at descriptors; the other rooms see struct rtt_entry.
 */

#include "rtt/rtt.h"

#define DESC_BITS(high, low) (((UINT64_C(2) << ((high) - (low))) - 1) << (low))

#define DESC_VALID         (UINT64_C(1) << 0)
#define DESC_TYPE_MASK     DESC_BITS(1, 0)
#define DESC_TYPE_BLOCK    UINT64_C(1)
#define DESC_TYPE_TABLE    UINT64_C(3) /* at level 3 the same value is a page */
#define DESC_TYPE_PAGE     UINT64_C(3)
#define DESC_RIPAS_SHIFT   1
#define DESC_RIPAS_MASK    DESC_BITS(2, 1)
#define DESC_HIPAS_MASK    DESC_BITS(5, 3)
#define DESC_ASSIGNED      (UINT64_C(1) << 3)
#define DESC_ASSIGNED_DEV  (UINT64_C(3) << 3)
#define DESC_MEMATTR_SHIFT 2
#define DESC_MEMATTR_MASK  DESC_BITS(4, 2)
#define DESC_R             (UINT64_C(1) << 6)
#define DESC_W             (UINT64_C(1) << 7)
#define DESC_DIRTY         (UINT64_C(1) << 7) /* indirect encoding: always set */
#define DESC_SH_MASK       DESC_BITS(9, 8)
#define DESC_SH_OUTER      (UINT64_C(2) << 8)
#define DESC_SH_INNER      (UINT64_C(3) << 8)
#define DESC_AF            (UINT64_C(1) << 10)
#define DESC_PI1           (UINT64_C(1) << 51)
#define DESC_PI2           (UINT64_C(1) << 53)
#define DESC_PI3           (UINT64_C(1) << 54)
#define DESC_XN_SHIFT      53
#define DESC_XN_MASK       DESC_BITS(54, 53)
#define DESC_NS            (UINT64_C(1) << 55)
#define DESC_PO_SHIFT      59
#define DESC_PO_MASK       DESC_BITS(62, 59)
/*
 * An invalid device entry has no room for MemAttr, yet a fold compares it (rtt.md#4). A bit that
 * hardware leaves to software remembers which of the two kinds it is.
 */
#define DESC_DEV_COHERENT (UINT64_C(1) << 56)

#define DESC_DIRECT_PERMISSION (DESC_R | DESC_W | DESC_XN_MASK)
#define DESC_INDIRECT_PERMISSION \
	(DESC_R | DESC_DIRTY | DESC_PI1 | DESC_PI2 | DESC_PI3 | DESC_PO_MASK)

/* MemAttr[2:0] with FEAT_S2FWB: rtt.md#5 */
#define MEMATTR_RESERVED     UINT64_C(4)
#define MEMATTR_NC           UINT64_C(5)
#define MEMATTR_WB           UINT64_C(6)
#define MEMATTR_PASS_THROUGH UINT64_C(7)

#define PERMISSION_XN_NONE 0u /* executable at both levels */
#define PERMISSION_XN_EL0  1u
#define PERMISSION_XN_ALL  2u
#define PERMISSION_XN_EL1  3u

static inline uint64_t desc_pa(const struct rtt_s2 *s2, uint64_t desc)
{
	if (!s2->lpa2)
		return desc & DESC_BITS(47, 12);
	return (desc & DESC_BITS(49, 12)) | (desc & DESC_BITS(9, 8)) << 42;
}

static inline uint64_t desc_of_pa(const struct rtt_s2 *s2, uint64_t pa)
{
	if (!s2->lpa2)
		return pa & DESC_BITS(47, 12);
	return (pa & DESC_BITS(49, 12)) | (pa >> 42 & DESC_BITS(9, 8));
}

static inline bool desc_is_table(uint64_t desc, int level)
{
	return level < RTT_LEVEL_PAGE && (desc & DESC_TYPE_MASK) == DESC_TYPE_TABLE;
}

/* rtt_entry_live() */
static inline bool desc_live(uint64_t desc)
{
	return (desc & (DESC_VALID | DESC_HIPAS_MASK)) != 0;
}

/* With LPA2 the shareability bits hold part of the address instead. */
static inline uint64_t desc_attributes(const struct rtt_s2 *s2, uint64_t memattr,
				       uint64_t shareability)
{
	return memattr << DESC_MEMATTR_SHIFT | (s2->lpa2 ? 0 : shareability);
}

static inline uint64_t desc_attributes_ram(const struct rtt_s2 *s2)
{
	return desc_attributes(s2, MEMATTR_WB, DESC_SH_INNER);
}

/* device-assignment.md#7 */
static inline uint64_t desc_attributes_dev(const struct rtt_s2 *s2, bool coherent)
{
	if (coherent)
		return desc_attributes(s2, MEMATTR_PASS_THROUGH, DESC_SH_INNER);
	return desc_attributes(s2, MEMATTR_NC, DESC_SH_OUTER);
}

static inline uint64_t desc_memattr(uint64_t desc)
{
	return (desc & DESC_MEMATTR_MASK) >> DESC_MEMATTR_SHIFT;
}

/* The permission bits of a descriptor. */
uint64_t desc_of_permission(const struct rtt_s2 *s2, struct rtt_permission permission);

static inline const uint64_t *table_r(const struct mem *mem, uint64_t table_pa)
{
	return mem_r(mem, table_pa);
}

static inline uint64_t *table_w(struct mem *mem, uint64_t table_pa)
{
	return mem_w(mem, table_pa);
}

/*
 * Counts a reference to a granule up or down. Both ends hold: quirks aux-map-block-offset and
 * aux-map-unprotected-recount let a Host count one granule more often than the record can hold.
 */
static inline void refs_up(struct mem *mem, uint64_t pa)
{
	struct granule *granule = mem_find(mem, pa);

	if (granule->refs < UINT16_MAX)
		mem_set_refs(mem, granule, granule->refs + 1);
}

static inline void refs_down(struct mem *mem, uint64_t pa)
{
	struct granule *granule = mem_find(mem, pa);

	if (granule->refs > 0)
		mem_set_refs(mem, granule, granule->refs - 1);
}

/* What a label (planes.md#5.1) grants with direct encoding; `device` entries never get execute. */
struct rtt_permission permission_of_label(uint8_t label, bool device);
/* The permission of an entry that becomes, or stops being, a device entry: planes.md#5.5 */
struct rtt_permission permission_to_device(const struct rtt_s2 *s2,
					   struct rtt_permission permission);
struct rtt_permission permission_from_device(const struct rtt_s2 *s2,
					     struct rtt_permission permission);

#endif
