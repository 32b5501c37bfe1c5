/* SPDX-License-Identifier: BSD-3-Clause */
/* RSI_IPA_STATE_GET and RSI_IPA_STATE_SET: rsi.md#4, rec.md#5 */
#include "rmm/run.h"
#include "smc/mutant.h"

/* End of the run of leaves with the RIPAS of the entry at `base`, inside one table. */
static uint64_t same_ripas_top(struct call *call, uint64_t base, uint64_t top,
			       const struct rtt_walk *first)
{
	const struct rtt_s2 *s2 = &run_realm(call->run)->s2;
	const uint64_t size = rtt_entry_size(first->level);
	uint64_t ipa = (base & ~(size - 1)) + size;

	for (unsigned int i = first->index + 1; i < RTT_ENTRIES && ipa < top; i++) {
		struct rtt_walk walk = rtt_walk(call->sim->mem, s2, 0, ipa, RTT_LEVEL_PAGE);

		if (walk.table != first->table || walk.entry.ripas != first->entry.ripas)
			break;
		ipa += size;
	}
	return ipa < top || MUTANT(state_get_beyond_top) ? ipa : top;
}

void rsi_ipa_state_get(struct call *call)
{
	const struct realm *realm = run_realm(call->run);
	const uint64_t base = call->x[1], top = call->x[2];
	struct rtt_walk walk;

	REQUIRE(call, RSI_IPA_STATE_GET_base_align, (base & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_IPA_STATE_GET_top_align, (top & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_IPA_STATE_GET_size_valid, base < top);
	REQUIRE(call, RSI_IPA_STATE_GET_rgn_bound, rsi_range_protected(realm, base, top));
	CHECKED(call);

	walk = call_walk(call, realm, 0, base, RTT_LEVEL_PAGE);
	call_return(call, 1, same_ripas_top(call, base, top, &walk));
	call_return(call, 2, walk.entry.ripas);
}

/* TF-RMM looks at 32 bits of X3 and X4, and wants X4 to be exactly 1: rsi.md#4 */
static uint64_t ripas_argument(const struct call *call, uint64_t x)
{
	return quirk(call->sim, QUIRK_ripas_args_32) ? (uint32_t)x : x;
}

static bool change_destroyed(const struct call *call)
{
	const uint64_t flags = ripas_argument(call, call->x[4]);

	if (quirk(call->sim, QUIRK_ripas_flags_exact))
		return flags == RSI_RIPAS_CHANGE_FLAG_DESTROYED;
	return flags & RSI_RIPAS_CHANGE_FLAG_DESTROYED;
}

void rsi_ipa_state_set(struct call *call)
{
	struct run *run = call->run;
	const uint64_t base = call->x[1], top = call->x[2];
	const uint64_t ripas = ripas_argument(call, call->x[3]);

	REQUIRE(call, RSI_IPA_STATE_SET_ripas_valid,
		ripas == RSI_RIPAS_EMPTY || ripas == RSI_RIPAS_RAM);
	REQUIRE(call, RSI_IPA_STATE_SET_base_align, (base & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_IPA_STATE_SET_top_align, (top & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_IPA_STATE_SET_size_valid, base < top);
	REQUIRE(call, RSI_IPA_STATE_SET_rgn_bound, rsi_range_protected(run_realm(run), base, top));
	CHECKED(call);

	run->rec->ripas = (struct rec_request){
		.base = base,
		.top = top,
		.addr = base,
		.value = ripas,
		.change_destroyed = change_destroyed(call),
	};
	run->exit.ripas_base = base;
	run->exit.ripas_top = top;
	run->exit.ripas_value = ripas;
	call_return(call, 1, top); /* provisional: rec.md#4 */
	run_leave(run, RMI_EXIT_RIPAS_CHANGE);
}

void rsi_ripas_complete(struct run *run)
{
	const struct rec_request *request = &run->rec->ripas;
	struct rmmsim_plane *p0 = rec_plane(run->sim, run->rec, 0);
	const bool rejected = !MUTANT(ripas_reject_unseen) &&
			      (run->enter.flags & RMI_REC_ENTER_FLAG_RIPAS_RESPONSE) &&
			      request->value == RSI_RIPAS_RAM && request->addr != request->top;

	if (!request->top)
		return;
	p0->x[0] = RSI_SUCCESS;
	p0->x[1] = request->addr;
	p0->x[2] = rejected ? RSI_REJECT : RSI_ACCEPT;
	p0->x[3] = 0;
	run->rec->ripas = (struct rec_request){0};
}
