/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the host has given away: a note per granule, with the call and the host's backtrace of that
 * moment; checks of arguments and of progress.
 */
#include "host_shim/src/conduit/shim.h"

#include <stdlib.h>
#include <string.h>

#include <rmmsim/rmmsim.h>

#define GRANULE  UINT64_C(0x1000)
#define LAST_SBZ 7 /* x8 and up are no arguments of any command: not looked at */

/* --- notes ------------------------------------------------------------------------------------- */

static size_t slot_of(const struct hshim *shim, uint64_t pa)
{
	size_t at = (size_t)(pa >> 12) * 0x9e3779b97f4a7c15u >> 20 & (shim->notes_size - 1);

	while (shim->notes[at].pa && shim->notes[at].pa != (pa | 1))
		at = (at + 1) & (shim->notes_size - 1);
	return at;
}

static bool grow(struct hshim *shim)
{
	struct granule_note *old = shim->notes;
	const size_t size = shim->notes_size;
	struct granule_note *notes;

	if (shim->notes_used * 2 < size)
		return true;
	notes = calloc(size ? size * 2 : 512, sizeof(*notes));
	if (!notes)
		return false;
	shim->notes = notes;
	shim->notes_size = size ? size * 2 : 512;
	for (size_t i = 0; i < size; i++)
		if (old[i].pa)
			shim->notes[slot_of(shim, old[i].pa & ~UINT64_C(1))] = old[i];
	free(old);
	return true;
}

struct granule_note *shim_note(struct hshim *shim, uint64_t pa)
{
	struct granule_note *note;

	if (!shim->notes_size)
		return NULL;
	note = &shim->notes[slot_of(shim, pa & ~(GRANULE - 1))];
	return note->pa ? note : NULL;
}

/* The same, made if there is none. NULL without memory. */
static struct granule_note *make_note(struct hshim *shim, uint64_t pa)
{
	struct granule_note *note;

	pa &= ~(GRANULE - 1);
	if (!grow(shim))
		return NULL;
	note = &shim->notes[slot_of(shim, pa)];
	if (note->pa)
		return note;
	*note = (struct granule_note){.pa = pa | 1};
	shim->notes_used++;
	return note;
}

static bool is_pa(enum smc_kind kind)
{
	return kind >= SMC_KIND_RD && kind <= SMC_KIND_GRANULE;
}

static void changed(struct hshim *shim, struct hshim_call *call, uint64_t pa, bool delegated)
{
	struct granule_note *note = make_note(shim, pa);

	if (!note)
		return;
	note->delegated = delegated;
	note->call = call->number;
	note->name = call->name;
	memcpy(note->site, call->site, sizeof(note->site));
	shim_account_delegated(shim, delegated);
	if (shim->observer)
		shim->observer->granule(shim, note, call);
}

static void observe(struct hshim *shim, struct hshim_call *call, uint64_t pa)
{
	struct granule_note *note = shim_note(shim, pa);
	const bool was = note && note->delegated;
	struct rmmsim_granule_info info;

	if (rmmsim_granule_info(shim->sim, pa, &info) != RMMSIM_OK)
		return;
	if (was != (info.pas != RMMSIM_PAS_NS))
		changed(shim, call, pa, !was);
	note = shim_note(shim, pa);
	if (!note)
		return;
	note->used_call = call->number;
	note->used_name = call->name;
}

void shim_observe_granules(struct hshim *shim, struct hshim_call *call,
			   const struct smc_command *row)
{
	for (unsigned int i = 0; row && call->model && i < row->inputs; i++)
		if (is_pa(row->in[i].kind) && !(call->x[i + 1] & (GRANULE - 1)))
			observe(shim, call, call->x[i + 1]);
}

/* --- arguments ---------------------------------------------------------------------------------------- */

static void check_unused(const struct hshim_call *call, const struct smc_command *row)
{
	for (unsigned int i = row->inputs + 1u; i <= LAST_SBZ; i++)
		if (call->x[i])
			hshim_report(HSHIM_O_SMC_ARGS,
				     "%s has %u arguments, but X%u is 0x%lx and has to be zero",
				     row->name, row->inputs, i, call->x[i]);
}

static bool is_poison(unsigned long value)
{
	return (value & ~0xfffull) == HSHIM_POISON;
}

static void check_poison(const struct hshim_call *call, const struct smc_command *row)
{
	for (unsigned int i = 1; i <= row->inputs; i++)
		if (is_poison(call->x[i]))
			hshim_report(HSHIM_O_SMC_POISON,
				     "argument X%u (%s) of %s is X%lu of an earlier call, which "
				     "that call "
				     "does not define for the status that it returned",
				     i, row->in[i - 1].name, row->name, call->x[i] & 0xff);
}

static void check_pa(struct hshim *shim, const struct hshim_call *call,
		     const struct smc_command *row, unsigned int i)
{
	const unsigned long pa = call->x[i + 1];
	struct rmmsim_granule_info info;
	const char *wrong = NULL;

	if (pa & (GRANULE - 1))
		wrong = "not aligned to a granule";
	else if (rmmsim_granule_info(shim->sim, pa, &info) != RMMSIM_OK)
		wrong = "not the address of RAM";
	if (wrong)
		hshim_report(HSHIM_O_SMC_ARGS, "argument X%u (%s) of %s is 0x%lx: %s", i + 1,
			     row->in[i].name, row->name, pa, wrong);
}

void shim_check_arguments(struct hshim *shim, const struct hshim_call *call,
			  const struct smc_command *row)
{
	if (shim->mocking || shim->echoing || shim_self(shim)->depth)
		return;
	if (!row) {
		hshim_report(HSHIM_O_SMC_UNKNOWN, "no command has the FID 0x%x", call->fid);
		return;
	}
	if (row->interface != SMC_RMI)
		return;
	check_unused(call, row);
	check_poison(call, row);
	for (unsigned int i = 0; i < row->inputs; i++)
		if ((is_pa(row->in[i].kind) || row->in[i].kind == SMC_KIND_NS) &&
		    !is_poison(call->x[i + 1]))
			check_pa(shim, call, row, i);
}
