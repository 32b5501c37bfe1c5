/* SPDX-License-Identifier: BSD-3-Clause */
#include "rmm/vmid.h"

static uint64_t bit_of(uint16_t vmid)
{
	return UINT64_C(1) << (vmid % 64);
}

bool vmid_used(const struct rmmsim *sim, uint16_t vmid)
{
	return (sim->vmids[vmid / 64] & bit_of(vmid)) != 0;
}

bool vmid_seen_used(const struct rmmsim *sim, uint16_t vmid)
{
	/* tf-rmm-quirks.md#6: the recorded platform cuts the old word to 16 bits. */
	if (quirk(sim, QUIRK_recorded_id_bits) && vmid % 64 >= 16)
		return false;
	return vmid_used(sim, vmid);
}

void vmid_take(struct rmmsim *sim, uint16_t vmid)
{
	sim_identifiers_change(sim);
	sim->vmids[vmid / 64] |= bit_of(vmid);
}

void vmid_release(struct rmmsim *sim, uint16_t vmid)
{
	sim_identifiers_change(sim);
	sim->vmids[vmid / 64] &= ~bit_of(vmid);
}
