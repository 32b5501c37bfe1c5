/* SPDX-License-Identifier: BSD-3-Clause */
/* What lost digits would explain. */
#include "smc/status.h"
#include "trace/log/check.h"

/* --- the numbers of the call itself ---------------------------------------------------------- */

static bool possible_with(struct log_state *state, const struct log_call *call)
{
	if (call->interface == SMC_RMI)
		return log_host_possible(state, call);
	return log_callers_possible(state, call);
}

/* `slot` of the copy has each value that it may have had, in turn. */
static bool possible_slot(const struct log_torn *torn, struct log_state *state,
			  struct log_call *copy, uint64_t *slot)
{
	const uint64_t printed = *slot;
	size_t count;
	const struct log_torn_pair *pairs = log_torn_pairs(torn, printed, &count);
	bool possible = false;

	for (size_t i = 0; i < count && !possible; i++) {
		*slot = pairs[i].whole;
		possible = possible_with(state, copy);
	}
	*slot = printed;
	return possible;
}

static bool possible_whole(const struct log_torn *torn, struct log_state *state,
			   const struct log_call *call)
{
	struct log_call copy = *call;

	for (unsigned int i = 0; i < call->arguments; i++) {
		if (possible_slot(torn, state, &copy, &copy.x[i]))
			return true;
	}
	for (unsigned int i = 0; i < call->outputs; i++) {
		if (possible_slot(torn, state, &copy, &copy.out[i]))
			return true;
	}
	if (call->interface != SMC_PSCI || !call->answered)
		return false;
	if (possible_slot(torn, state, &copy, &copy.x0))
		return true;
	/* A negative status is known without another line: fffffffffffffffc. */
	copy.x0 |= UINT64_C(0xfffffffffffffff0);
	return log_torn_from(call->x0, copy.x0) && possible_with(state, &copy);
}

/* --- calls before ------------------------------------------------------------------------------ */

static bool names(const struct log_call *call, uint64_t value)
{
	for (unsigned int i = 0; i < call->arguments; i++) {
		if (call->x[i] == value)
			return true;
	}
	return false;
}

/* Some lines before it could have made the answer possible. */
static bool possible_somewhere(const struct log_state *known, const struct log_call *call)
{
	struct log_state nothing = {.strangers = true,
				    .releases = known->releases,
				    .rmi_abi = known->rmi_abi,
				    .rsi_abi = known->rsi_abi};
	const bool possible = possible_with(&nothing, call);

	log_state_free(&nothing);
	return possible;
}

static bool rests_on(const struct log_because *because, size_t line)
{
	for (unsigned int i = 0; because && i < because->count; i++) {
		if (because->lines[i] == line)
			return true;
	}
	return false;
}

bool log_torn_excuses(const struct log_torn *torn, struct log_state *state,
		      const struct log_call *call, const struct log_because *because)
{
	if (possible_whole(torn, state, call))
		return true;
	if (!torn->count || !possible_somewhere(state, call))
		return false;
	for (size_t i = 0; i < torn->count; i++) {
		const struct log_torn_pair *pair = &torn->pairs[i];
		const bool made = pair->call->x0 == RMI_SUCCESS && log_lasting(pair->call->command);

		if (pair->call->line >= call->line)
			continue;
		if (rests_on(because, pair->call->line) || (made && !because) ||
		    (made && names(call, pair->whole)))
			return true;
	}
	return false;
}

void log_torn_doubt(const struct log_torn *torn, struct log_state *state,
		    const struct log_call *call)
{
	for (unsigned int i = 0; i < call->arguments; i++) {
		size_t count;
		const struct log_torn_pair *pairs = log_torn_pairs(torn, call->x[i], &count);

		log_doubt(state, call->x[i], 0);
		for (size_t p = 0; p < count; p++)
			log_doubt(state, pairs[p].whole, 0);
	}
	state->strangers = true;
	state->mec_known = false;
	log_state_uncount(state);
}
