/* SPDX-License-Identifier: BSD-3-Clause */
/* How often, how much, how long in simulated time: host-shim.md#8.5 */
#include "host_shim/src/conduit/shim.h"

#include <string.h>

#define CLOCK 1000 /* cycles of a microsecond */

void shim_account(struct hshim *shim, const struct hshim_call *call, enum smc_command_id id)
{
	shim->by_command[id]++;
	shim->cycles += shim->cost[id];
	shim->switches += call->model ? 2 : 0;
}

void shim_account_delegated(struct hshim *shim, bool delegated)
{
	shim->delegated += delegated ? 1 : -1ul;
	if (shim->delegated > shim->delegated_peak)
		shim->delegated_peak = shim->delegated;
	for (unsigned int i = 0; i < ACCOUNT_SCOPES; i++)
		if (shim->scopes[i].peak < shim->delegated)
			shim->scopes[i].peak = shim->delegated;
}

unsigned long shim_microseconds(const struct hshim *shim, unsigned long cycles)
{
	return cycles / (shim->clock ? shim->clock : CLOCK);
}

/* --- calls ---------------------------------------------------------------------------------------------- */

unsigned long hshim_calls(unsigned int fid)
{
	SHIM_LOCKED();
	const struct hshim *shim = shim_current();

	return fid ? shim->by_command[smc_decode(SMC_FROM_HOST, fid, shim->shape)] : shim->calls;
}

void hshim_calls_reset(void)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();

	memset(shim->by_command, 0, sizeof(shim->by_command));
	shim->calls = 0;
}

const struct hshim_call *hshim_last_call(unsigned int back)
{
	SHIM_LOCKED();
	const struct hshim *shim = shim_current();

	if (back >= CALL_RING || back >= shim->calls)
		return NULL;
	return &shim->ring[(shim->calls - 1 - back) % CALL_RING];
}

/* --- time -------------------------------------------------------------------------------------------------- */

void hshim_cost(unsigned int fid, unsigned long cycles)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();

	if (fid)
		shim->cost[smc_decode(SMC_FROM_HOST, fid, shim->shape)] = cycles;
	for (unsigned int id = 0; !fid && id < SMC_COMMAND_COUNT; id++)
		shim->cost[id] = cycles;
}

void hshim_clock(unsigned long cycles)
{
	SHIM_LOCKED();
	shim_current()->clock = cycles;
}

unsigned long hshim_cycles(void)
{
	SHIM_LOCKED();
	return shim_current()->cycles;
}

unsigned long hshim_microseconds(void)
{
	SHIM_LOCKED();
	return shim_microseconds(shim_current(), shim_current()->cycles);
}

unsigned long hshim_world_switches(void)
{
	SHIM_LOCKED();
	return shim_current()->switches;
}

/* --- scopes ------------------------------------------------------------------------------------------------ */

void hshim_scope_begin(struct hshim_scope *scope, const char *name)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();

	*scope = (struct hshim_scope){.name = name,
				      .start = shim->calls,
				      .cycles_start = shim->cycles,
				      .switches_start = shim->switches,
				      .number = ++shim->scope_number};
	_Static_assert(SMC_COMMAND_COUNT <= 256, "a scope counts every command");
	memcpy(scope->fid_start, shim->by_command, sizeof(shim->by_command));
	shim->scopes[scope->number % ACCOUNT_SCOPES].number = scope->number;
	shim->scopes[scope->number % ACCOUNT_SCOPES].peak = shim->delegated;
}

unsigned long hshim_scope_calls(const struct hshim_scope *scope, unsigned int fid)
{
	SHIM_LOCKED();
	const struct hshim *shim = shim_current();
	const enum smc_command_id id = smc_decode(SMC_FROM_HOST, fid, shim->shape);

	return fid ? shim->by_command[id] - scope->fid_start[id] : shim->calls - scope->start;
}

unsigned long hshim_scope_cycles(const struct hshim_scope *scope)
{
	SHIM_LOCKED();
	return shim_current()->cycles - scope->cycles_start;
}

unsigned long hshim_scope_switches(const struct hshim_scope *scope)
{
	SHIM_LOCKED();
	return shim_current()->switches - scope->switches_start;
}

unsigned long hshim_scope_peak(const struct hshim_scope *scope)
{
	SHIM_LOCKED();
	const struct hshim *shim = shim_current();

	if (shim->scopes[scope->number % ACCOUNT_SCOPES].number != scope->number)
		return shim->delegated_peak;
	return shim->scopes[scope->number % ACCOUNT_SCOPES].peak;
}
