/* SPDX-License-Identifier: BSD-3-Clause */
#include "planes/plane.h"

static bool host_has_to_act(const struct rtt_entry *entry, const struct plane_quirks *quirks)
{
	if (entry->ripas == RMI_RIPAS_RAM)
		return true;
	if (entry->ripas != RMI_RIPAS_DESTROYED)
		return false;
	return entry->state != RTT_ASSIGNED_DEV || !quirks->dev_destroyed_empty;
}

/* An IPA beyond the IPA space has no RIPAS, so nothing the Host does could help: like EMPTY. */
struct plane_rsi_result plane_rsi_translate(const struct mem *mem, const struct rtt_s2 *s2,
					    uint64_t ipa, const struct plane_quirks *quirks)
{
	struct plane_rsi_result result = {.outcome = PLANE_RSI_INPUT, .level = s2->level_start};
	struct rtt_walk walk;

	if (!rtt_protected(s2, ipa))
		return result;
	walk = rtt_walk(mem, s2, 0, ipa, RTT_LEVEL_PAGE);
	result.level = walk.level;
	if (!host_has_to_act(&walk.entry, quirks))
		return result;
	result.outcome = PLANE_RSI_ABORT;
	if (walk.entry.state != RTT_ASSIGNED || walk.entry.ripas != RMI_RIPAS_RAM)
		return result;
	result.outcome = PLANE_RSI_OK;
	result.pa = walk.entry.pa + (ipa & (rtt_entry_size(walk.level) - 1));
	return result;
}
