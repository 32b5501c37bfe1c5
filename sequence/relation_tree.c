/* SPDX-License-Identifier: BSD-3-Clause */
/* The IPA space and auxiliary trees, of which the Host is told by what commands refuse: rtt.md#1, rtt.md#4. */
#include "sequence/relation.h"

#include <inttypes.h>

#include "smc/status.h"

#define MIN_BITS 13
#define MAX_BITS 52

/* --- halves -------------------------------------------------------------------------------------------- */

static uint32_t status_at(const struct sequence_call *call, enum smc_command_id command,
			  uint64_t ipa)
{
	struct rmmsim_regs regs = {.x = {0, call->in.x[1], ipa, 3}};

	return smc_status_of(sequence_relation_issue(call, command, &regs));
}

/* End of the IPA space: the lowest power of two that is no IPA of the Realm. 0 if there is none. */
static uint64_t ipa_top(const struct sequence_call *call)
{
	for (unsigned int bits = MIN_BITS; bits <= MAX_BITS; bits++) {
		if (status_at(call, RMI_RTT_READ_ENTRY, UINT64_C(1) << bits) == RMI_ERROR_INPUT)
			return UINT64_C(1) << bits;
	}
	return 0;
}

/* DATA_DESTROY and its kin have the bound as their only condition for an aligned IPA of a Realm. */
static bool is_protected(const struct sequence_call *call, uint64_t ipa)
{
	return status_at(call, RMI_DATA_DESTROY, ipa) != RMI_ERROR_INPUT;
}

/* rtt.md#1: the lower half is Protected, the upper half is not. */
static bool check_halves(struct sequence_oracle *o, const struct sequence_call *call)
{
	const uint64_t half = ipa_top(call) / 2;

	if (!half)
		return true;
	if (!is_protected(call, half - SEQUENCE_PAGE) || is_protected(call, half))
		return sequence_oracle_fail(
			o, "relation halves: 0x%" PRIx64 " is not the first Unprotected IPA", half);
	return true;
}

/* --- top of auxiliary trees ----------------------------------------------------------------------------- */

/* Level at which the walk of the tree stops where nothing is mapped, or -1 where something is. */
static int unmapped_level(const struct sequence_call *call, uint64_t ipa)
{
	struct rmmsim_regs regs = {.x = {0, call->in.x[1], ipa, call->in.x[3]}};
	const uint64_t x0 = sequence_relation_issue(call, RMI_RTT_AUX_UNMAP_PROTECTED, &regs);

	return smc_status_of(x0) == RMI_ERROR_RTT_AUX ? (int)smc_index_of(x0) : -1;
}

/* What AUX_UNMAP_PROTECTED skips contains no mapping, and it does not stop before one. */
static bool check_aux_top(struct sequence_oracle *o, const struct sequence_call *call)
{
	const uint64_t top = call->out.x[1];
	const int level = unmapped_level(call, call->in.x[2]);
	const uint64_t size = level < 0 ? 0 : SEQUENCE_PAGE << 9 * (3 - level);

	if (!size || top <= call->in.x[2] || top % (size << 9) == 0)
		return true;
	if (unmapped_level(call, top) != level)
		return true;
	return sequence_oracle_fail(o,
				    "relation top: %s says 0x%" PRIx64
				    ", where nothing is mapped and the table goes on",
				    sequence_call_name(call), top);
}

bool sequence_relation_tree(struct sequence_oracle *o, const struct sequence_call *call)
{
	switch (call->command) {
	case RMI_RTT_AUX_UNMAP_PROTECTED:
		return check_aux_top(o, call);
	case RMI_RTT_CREATE:
	case RMI_RTT_MAP_UNPROTECTED:
	case RMI_DATA_CREATE_UNKNOWN:
		return check_halves(o, call);
	default:
		return true;
	}
}
