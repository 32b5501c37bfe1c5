/* SPDX-License-Identifier: BSD-3-Clause */
#include "rmm/rec.h"

const struct realm *realm_at(const struct rmmsim *sim, const struct granule *rd)
{
	return mem_r(sim->mem, mem_pa(sim->mem, rd));
}

struct realm *realm_edit(struct rmmsim *sim, struct granule *rd)
{
	return mem_w(sim->mem, mem_pa(sim->mem, rd));
}

const struct realm_pages *realm_pages(const struct rmmsim *sim, const struct granule *rd)
{
	return (const struct realm_pages *)((const uint8_t *)realm_at(sim, rd) +
					    REALM_PAGES_OFFSET);
}

const char *realm_state_name(uint32_t state)
{
	static const char *const names[] = {
		[REALM_NEW] = "NEW",
		[REALM_ACTIVE] = "ACTIVE",
		[REALM_SYSTEM_OFF] = "SYSTEM_OFF",
		[REALM_ZOMBIE] = "ZOMBIE",
	};

	return state <= REALM_ZOMBIE ? names[state] : "?";
}
