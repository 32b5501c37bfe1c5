/* SPDX-License-Identifier: BSD-3-Clause */
#include "rtt/descriptor.h"

static struct rtt_permission decode_permission(const struct rtt_s2 *s2, uint64_t desc)
{
	if (!s2->indirect)
		return (struct rtt_permission){
			.r = (desc & DESC_R) != 0,
			.w = (desc & DESC_W) != 0,
			.xn = desc >> DESC_XN_SHIFT & 3u,
		};
	return (struct rtt_permission){
		.base = (uint8_t)((desc & DESC_R ? 1 : 0) | (desc & DESC_PI1 ? 2 : 0) |
				  (desc & DESC_PI2 ? 4 : 0) | (desc & DESC_PI3 ? 8 : 0)),
		.overlay = (uint8_t)((desc & DESC_PO_MASK) >> DESC_PO_SHIFT),
	};
}

static enum rtt_state invalid_state(bool aux, uint64_t desc)
{
	if ((desc & DESC_HIPAS_MASK) == DESC_ASSIGNED)
		return RTT_ASSIGNED;
	if ((desc & DESC_HIPAS_MASK) == DESC_ASSIGNED_DEV)
		return RTT_ASSIGNED_DEV;
	/* RIPAS lives in the primary tree only, so there is no other use of DESTROYED. */
	if (aux && (desc & DESC_RIPAS_MASK) >> DESC_RIPAS_SHIFT == RMI_RIPAS_DESTROYED)
		return RTT_AUX_DESTROYED;
	return RTT_UNASSIGNED;
}

static struct rtt_entry decode_invalid(const struct rtt_s2 *s2, bool aux, uint64_t desc)
{
	struct rtt_entry entry = {.state = RTT_UNASSIGNED_NS};

	if (desc & DESC_NS)
		return entry;
	entry.state = invalid_state(aux, desc);
	entry.ripas = (enum rmi_ripas)((desc & DESC_RIPAS_MASK) >> DESC_RIPAS_SHIFT);
	entry.permission = decode_permission(s2, desc);
	if (!desc_live(desc))
		return entry;
	entry.pa = desc_pa(s2, desc);
	entry.attributes = desc_attributes_ram(s2);
	if (entry.state == RTT_ASSIGNED_DEV)
		entry.attributes = desc_attributes_dev(s2, (desc & DESC_DEV_COHERENT) != 0);
	return entry;
}

static struct rtt_entry decode_mapping(const struct rtt_s2 *s2, uint64_t desc)
{
	struct rtt_entry entry = {
		.state = RTT_ASSIGNED,
		.ripas = RMI_RIPAS_RAM,
		.pa = desc_pa(s2, desc),
		.attributes = desc & (DESC_MEMATTR_MASK | (s2->lpa2 ? 0 : DESC_SH_MASK)),
		.permission = decode_permission(s2, desc),
	};

	if (desc & DESC_NS) {
		entry.state = RTT_ASSIGNED_NS;
		entry.ripas = RMI_RIPAS_EMPTY;
		return entry;
	}
	/* The monitor maps memory write-back and devices any other way. */
	if (desc_memattr(desc) != MEMATTR_WB) {
		entry.state = RTT_ASSIGNED_DEV;
		entry.ripas = RMI_RIPAS_DEV;
	}
	return entry;
}

struct rtt_entry rtt_entry_decode(const struct rtt_s2 *s2, bool aux, int level, uint64_t descriptor)
{
	if (!(descriptor & DESC_VALID))
		return decode_invalid(s2, aux, descriptor);
	if (desc_is_table(descriptor, level))
		return (struct rtt_entry){.state = RTT_TABLE, .pa = desc_pa(s2, descriptor)};
	return decode_mapping(s2, descriptor);
}

static uint64_t encode_mapping(const struct rtt_s2 *s2, int level, const struct rtt_entry *entry,
			       uint64_t attributes)
{
	return desc_of_pa(s2, entry->pa) | attributes | DESC_AF |
	       desc_of_permission(s2, entry->permission) |
	       (level == RTT_LEVEL_PAGE ? DESC_TYPE_PAGE : DESC_TYPE_BLOCK);
}

static uint64_t encode_invalid(const struct rtt_s2 *s2, const struct rtt_entry *entry,
			       uint64_t hipas)
{
	return (uint64_t)entry->ripas << DESC_RIPAS_SHIFT | hipas |
	       desc_of_permission(s2, entry->permission);
}

static uint64_t encode_assigned(const struct rtt_s2 *s2, int level, const struct rtt_entry *entry)
{
	if (entry->ripas == RMI_RIPAS_RAM)
		return encode_mapping(s2, level, entry, desc_attributes_ram(s2));
	return encode_invalid(s2, entry, DESC_ASSIGNED) | desc_of_pa(s2, entry->pa);
}

static uint64_t encode_dev(const struct rtt_s2 *s2, int level, const struct rtt_entry *entry)
{
	bool coherent = desc_memattr(entry->attributes) == MEMATTR_PASS_THROUGH;

	if (entry->ripas == RMI_RIPAS_DEV)
		return encode_mapping(s2, level, entry, entry->attributes);
	return encode_invalid(s2, entry, DESC_ASSIGNED_DEV) | desc_of_pa(s2, entry->pa) |
	       (coherent ? DESC_DEV_COHERENT : 0);
}

uint64_t rtt_entry_encode(const struct rtt_s2 *s2, int level, const struct rtt_entry *entry)
{
	switch (entry->state) {
	case RTT_UNASSIGNED:
	case RTT_AUX_DESTROYED:
		return encode_invalid(s2, entry, 0);
	case RTT_ASSIGNED:
		return encode_assigned(s2, level, entry);
	case RTT_ASSIGNED_DEV:
		return encode_dev(s2, level, entry);
	case RTT_UNASSIGNED_NS:
		return DESC_NS;
	case RTT_ASSIGNED_NS:
		return encode_mapping(s2, level, entry, entry->attributes) | DESC_NS;
	case RTT_TABLE:
		return desc_of_pa(s2, entry->pa) | DESC_TYPE_TABLE;
	}
	return 0;
}

bool rtt_entry_live(enum rtt_state state)
{
	return state == RTT_ASSIGNED_NS || rtt_entry_pins_table(state);
}

bool rtt_entry_pins_table(enum rtt_state state)
{
	return state == RTT_ASSIGNED || state == RTT_ASSIGNED_DEV || state == RTT_TABLE;
}

uint64_t rtt_state_reported(enum rtt_state state, uint64_t aux_destroyed)
{
	switch (state) {
	case RTT_UNASSIGNED:
	case RTT_UNASSIGNED_NS:
		return RMI_RTT_ENTRY_UNASSIGNED;
	case RTT_ASSIGNED:
	case RTT_ASSIGNED_NS:
		return RMI_RTT_ENTRY_ASSIGNED;
	case RTT_ASSIGNED_DEV:
		return RMI_RTT_ENTRY_ASSIGNED_DEV;
	case RTT_TABLE:
		return RMI_RTT_ENTRY_TABLE;
	case RTT_AUX_DESTROYED:
		return aux_destroyed;
	}
	return RMI_RTT_ENTRY_UNASSIGNED;
}

const char *rtt_state_name(enum rtt_state state)
{
	static const char *const names[] = {
		[RTT_UNASSIGNED] = "UNASSIGNED",
		[RTT_ASSIGNED] = "ASSIGNED",
		[RTT_ASSIGNED_DEV] = "ASSIGNED_DEV",
		[RTT_AUX_DESTROYED] = "AUX_DESTROYED",
		[RTT_UNASSIGNED_NS] = "UNASSIGNED_NS",
		[RTT_ASSIGNED_NS] = "ASSIGNED_NS",
		[RTT_TABLE] = "TABLE",
	};

	if ((unsigned int)state >= sizeof(names) / sizeof(names[0]))
		return "?";
	return names[state];
}
