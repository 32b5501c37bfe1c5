/* SPDX-License-Identifier: BSD-3-Clause */
/* What the monitor holds, as a host that asks for an entry would see it. */
#include "host_shim/src/memory/mem.h"

#include <string.h>

#include <rmmsim/rmmsim.h>

#define NO_REALM UINT64_MAX
#define ASSIGNED 1 /* RmiRttEntryState: memory is mapped */

/* The only Realm that there is; 0 if there is none, or more than one. */
static uint64_t only_realm(const struct hshim *shim)
{
	struct rmmsim_granule_info info;
	uint64_t found = 0;

	for (size_t i = 0; i < shim->notes_size; i++) {
		const uint64_t pa = shim->notes[i].pa & ~UINT64_C(1);

		if (!shim->notes[i].delegated ||
		    rmmsim_granule_info(shim->sim, pa, &info) != RMMSIM_OK ||
		    strcmp(info.state, "RD") != 0)
			continue;
		if (found)
			return 0;
		found = pa;
	}
	return found;
}

bool hshim_look(unsigned long ipa, struct hshim_entry *entry)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();
	const uint64_t rd = only_realm(shim);
	struct rmmsim_regs regs = {.x = {hshim_fid("RTT_READ_ENTRY"), rd, 0, 3}};

	if (!rd)
		return false;
	regs.x[2] = ipa & ~0xffful;
	rmmsim_smc(shim->sim, shim_self(shim)->pe, &regs);
	*entry = (struct hshim_entry){.level = (int)regs.x[1],
				      .state = (unsigned int)(regs.x[2] & 0xff),
				      .desc = regs.x[3],
				      .ripas = (unsigned int)(regs.x[4] & 0xff)};
	return regs.x[0] == 0;
}

bool hshim_first_mapped(unsigned long base, unsigned long top, unsigned long *ipa)
{
	struct hshim_entry entry;

	while (base < top && hshim_look(base, &entry)) {
		const unsigned int shift = 12 + 9 * (unsigned int)(3 - entry.level);

		if (entry.state == ASSIGNED) {
			*ipa = base;
			return true;
		}
		base = ((base >> shift) + 1) << shift;
	}
	return false;
}

/* X0 of taking a mapping away, which is then given back. */
static uint64_t take_and_give(uint64_t ipa, unsigned int tree)
{
	struct hshim *shim = shim_current();
	const uint64_t rd = only_realm(shim);
	struct rmmsim_regs take = {.x = {hshim_fid("RTT_AUX_UNMAP_PROTECTED"), rd, 0, tree}};
	struct rmmsim_regs give = {.x = {hshim_fid("RTT_AUX_MAP_PROTECTED"), rd, 0, tree}};

	if (!rd)
		return NO_REALM;
	take.x[2] = give.x[2] = ipa & ~UINT64_C(0xfff);
	rmmsim_smc(shim->sim, shim_self(shim)->pe, &take);
	if (take.x[0])
		return take.x[0];
	rmmsim_smc(shim->sim, shim_self(shim)->pe, &give);
	return give.x[0];
}

bool hshim_look_aux(unsigned long ipa, unsigned int tree)
{
	SHIM_LOCKED();
	return take_and_give(ipa, tree) == 0;
}

bool hshim_has_tree(unsigned int tree)
{
	SHIM_LOCKED();
	const uint64_t result = take_and_give(0, tree);

	return !result || (result != NO_REALM &&
			   smc_on(SMC_FROM_HOST, result) & (SMC_ON_RTT | SMC_ON_RTT_AUX));
}
