/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls that undo each other, cannot succeed twice, or must tell states apart. */
#include "sequence/relation.h"

#include <inttypes.h>
#include <string.h>

#include <rmmsim/snapshot.h>

#include "smc/status.h"

/* --- calls that undo each other -------------------------------------------------------------- */

#define OUT(n) (0x80 | (n))

/* X1.. of `undo` are these registers of the call, or of its result; `must`: `undo` has to succeed. */
static const struct undo_row {
	enum smc_command_id command, undo;
	uint8_t from[5];
	bool must;
} undos[] = {
	{RMI_GRANULE_DELEGATE, RMI_GRANULE_UNDELEGATE, {1}, true},
	{RMI_GRANULE_UNDELEGATE, RMI_GRANULE_DELEGATE, {1}, true},
	{RMI_REALM_CREATE, RMI_REALM_DESTROY, {1}, true},
	{RMI_RTT_CREATE, RMI_RTT_FOLD, {1, 3, 4}, false},
	{RMI_RTT_FOLD, RMI_RTT_CREATE, {1, OUT(1), 2, 3}, true},
	{RMI_RTT_MAP_UNPROTECTED, RMI_RTT_UNMAP_UNPROTECTED, {1, 2, 3}, true},
	{RMI_RTT_AUX_CREATE, RMI_RTT_AUX_FOLD, {1, 3, 4, 5}, false},
	{RMI_RTT_AUX_FOLD, RMI_RTT_AUX_CREATE, {1, OUT(1), 2, 3, 4}, true},
	{RMI_RTT_AUX_MAP_PROTECTED, RMI_RTT_AUX_UNMAP_PROTECTED, {1, 2, 3}, true},
	{RMI_RTT_AUX_MAP_UNPROTECTED, RMI_RTT_AUX_UNMAP_UNPROTECTED, {1, 2, 3}, true},
	{RMI_MEC_SET_SHARED, RMI_MEC_SET_PRIVATE, {1}, true},
	{RMI_MEC_SET_PRIVATE, RMI_MEC_SET_SHARED, {1}, true},
};

static const struct undo_row *find_undo(enum smc_command_id command)
{
	for (size_t i = 0; i < sizeof(undos) / sizeof(undos[0]); i++) {
		if (undos[i].command == command)
			return &undos[i];
	}
	return NULL;
}

static bool check_undo(struct sequence_oracle *o, const struct sequence_call *call)
{
	const struct undo_row *row = find_undo(call->command);
	struct rmmsim_regs regs = {{0}};

	/* Content that a granule had before it was delegated does not come back. */
	if (!row || o->content_known || rmmsim_fingerprint(call->sim) == o->fingerprint)
		return true;
	for (unsigned int i = 0; i < 5 && row->from[i]; i++)
		regs.x[i + 1] = row->from[i] & OUT(0) ? call->out.x[row->from[i] & ~OUT(0)]
						      : call->in.x[row->from[i]];
	if (sequence_relation_issue(call, row->undo, &regs) != RMI_SUCCESS)
		return !row->must || sequence_oracle_fail(o,
							  "relation round-trip: %s after %s "
							  "returned 0x%" PRIx64,
							  smc_command(row->undo)->name,
							  sequence_call_name(call), regs.x[0]);
	if (rmmsim_fingerprint(call->sim) == o->fingerprint)
		return true;
	return sequence_oracle_fail(o, "relation round-trip: %s does not undo %s",
				    smc_command(row->undo)->name, sequence_call_name(call));
}

/* --- calls that use up what they need -------------------------------------------------------- */

static bool only_once(enum smc_command_id command)
{
	switch (command) {
	case RMI_GRANULE_DELEGATE:
	case RMI_GRANULE_UNDELEGATE:
	case RMI_DATA_CREATE:
	case RMI_DATA_CREATE_UNKNOWN:
	case RMI_DATA_DESTROY:
	case RMI_REALM_ACTIVATE:
	case RMI_REALM_CREATE:
	case RMI_REALM_DESTROY:
	case RMI_REC_CREATE:
	case RMI_REC_DESTROY:
	case RMI_RTT_CREATE:
	case RMI_RTT_DESTROY:
	case RMI_RTT_FOLD:
	case RMI_RTT_MAP_UNPROTECTED:
	case RMI_RTT_SET_RIPAS: /* the REC's progress has left `base` */
	case RMI_RTT_SET_S2AP:
	case RMI_RTT_UNMAP_UNPROTECTED:
	case RMI_RTT_AUX_CREATE:
	case RMI_RTT_AUX_DESTROY:
	case RMI_RTT_AUX_FOLD:
	case RMI_PSCI_COMPLETE:
		return true;
	default:
		return false;
	}
}

static bool check_once(struct sequence_oracle *o, const struct sequence_call *call)
{
	struct rmmsim_regs regs = call->in;

	if (!only_once(call->command) ||
	    sequence_relation_issue(call, call->command, &regs) != RMI_SUCCESS)
		return true;
	return sequence_oracle_fail(o, "relation only-once: %s succeeds twice",
				    sequence_call_name(call));
}

/* --- DATA_CREATE measures ---------------------------------------------------------------------- */

/* rmi-commands.md#3: every DATA_CREATE is measured, so that the same one again leaves another state. */
static bool check_measured(struct sequence_oracle *o, const struct sequence_call *call)
{
	const uint64_t once = rmmsim_fingerprint(call->sim);
	struct rmmsim_regs regs = {.x = {0, call->in.x[1], call->in.x[3]}};
	struct rmmsim_regs again = call->in;

	if (call->command != RMI_DATA_CREATE ||
	    sequence_relation_issue(call, RMI_DATA_DESTROY, &regs) != RMI_SUCCESS ||
	    sequence_relation_issue(call, RMI_DATA_CREATE, &again) != RMI_SUCCESS ||
	    rmmsim_fingerprint(call->sim) != once)
		return true;
	return sequence_oracle_fail(o, "relation measured: DATA_CREATE leaves no measurement");
}

/* --- RTT entries --------------------------------------------------------------------------------- */

struct entry {
	bool known;
	int64_t level;
	uint64_t state, ripas;
};

static struct entry read_entry(const struct sequence_call *call, uint64_t ipa, int64_t level)
{
	struct rmmsim_regs regs = {.x = {0, call->in.x[1], ipa, (uint64_t)level}};
	struct entry entry = {.known = sequence_relation_issue(call, RMI_RTT_READ_ENTRY, &regs) ==
				       RMI_SUCCESS};

	entry.level = (int64_t)regs.x[1];
	entry.state = regs.x[2];
	entry.ripas = regs.x[4];
	return entry;
}

/* Register of the IPA whose entry changes, 0 if there is none. */
static unsigned int entry_register(enum smc_command_id command)
{
	switch (command) {
	case RMI_DATA_DESTROY:
		return 2;
	case RMI_DATA_CREATE_UNKNOWN:
	case RMI_RTT_SET_RIPAS:
		return 3;
	default:
		return 0;
	}
}

static uint64_t entry_ipa(const struct sequence_call *call)
{
	return call->in.x[entry_register(call->command)];
}

/* The RIPAS that the page has to have now: rmi-commands.md#3. */
static bool ripas_right(const struct sequence_oracle *o, enum smc_command_id command,
			uint64_t ripas)
{
	const uint64_t before = o->entry[2];

	if (command == RMI_DATA_CREATE_UNKNOWN)
		return ripas == before;
	return command != RMI_DATA_DESTROY || before != RMI_RIPAS_RAM ||
	       ripas == RMI_RIPAS_DESTROYED;
}

/* RIPAS of what is destroyed: rmi-commands.md#3; of what stays destroyed: rmi-commands.md#6. */
static bool check_ripas(struct sequence_oracle *o, const struct sequence_call *call)
{
	struct entry now;

	if (!o->entry[0] || call->out.x[0] != RMI_SUCCESS)
		return true;
	now = read_entry(call, entry_ipa(call), (int64_t)o->entry[3]);
	if (!now.known || now.level != (int64_t)o->entry[3])
		return true;
	if (!ripas_right(o, call->command, now.ripas))
		return sequence_oracle_fail(
			o, "relation ripas: %s makes a page of RIPAS %" PRIu64 " one of %" PRIu64,
			sequence_call_name(call), o->entry[2], now.ripas);
	if (call->command == RMI_RTT_SET_RIPAS && o->entry[2] == RMI_RIPAS_DESTROYED &&
	    !o->destroyed_may_change && now.ripas == RMI_RIPAS_RAM)
		return sequence_oracle_fail(
			o, "relation ripas: DESTROYED became RAM and no Realm had allowed it");
	return true;
}

/* Where the IPA is Unprotected the command has its bound for a condition. */
static bool is_protected(const struct sequence_call *call, uint64_t ipa)
{
	struct rmmsim_regs regs = {.x = {0, call->in.x[1], ipa}};

	return smc_status_of(sequence_relation_issue(call, RMI_DATA_DESTROY, &regs)) ==
	       RMI_ERROR_RTT;
}

/* What a table leaves behind: rtt.md#2.1. */
static bool check_destroyed(struct sequence_oracle *o, const struct sequence_call *call)
{
	struct entry now;

	if (call->command != RMI_RTT_DESTROY || call->out.x[0] != RMI_SUCCESS)
		return true;
	now = read_entry(call, call->in.x[2], (int64_t)call->in.x[3] - 1);
	if (!now.known || now.ripas == RMI_RIPAS_DESTROYED || !is_protected(call, call->in.x[2]))
		return true;
	return sequence_oracle_fail(
		o, "relation ripas: RTT_DESTROY leaves an entry of RIPAS %" PRIu64, now.ripas);
}

/* Register of the result that says how far the Host may skip, 0 if there is none. */
static unsigned int top_register(const struct sequence_call *call)
{
	switch (call->command) {
	case RMI_DATA_DESTROY:
		return 2;
	case RMI_RTT_UNMAP_UNPROTECTED:
		return 1;
	default:
		return 0;
	}
}

/* `top` is where the table ends or the next entry that is live: rtt.md#4. */
static bool check_top(struct sequence_oracle *o, const struct sequence_call *call)
{
	const unsigned int n = top_register(call);
	const uint32_t status = smc_status_of(call->out.x[0]);
	uint64_t top, table;
	struct entry at, here;

	if (!n || (status != RMI_SUCCESS && status != RMI_ERROR_RTT))
		return true;
	top = call->out.x[n];
	here = read_entry(call, call->in.x[2], 3);
	if (!here.known || top == 0 || here.state == RMI_RTT_ENTRY_TABLE)
		return true;
	table = SEQUENCE_PAGE << 9 * (4 - here.level);
	if (top % table == 0)
		return true;
	at = read_entry(call, top, here.level);
	if (!at.known || at.state != RMI_RTT_ENTRY_UNASSIGNED)
		return true;
	return sequence_oracle_fail(o,
				    "relation top: %s says 0x%" PRIx64
				    ", where nothing is mapped and the table goes on",
				    sequence_call_name(call), top);
}

/* --- content ------------------------------------------------------------------------------------- */

static bool is_zero(const uint8_t *bytes, size_t size)
{
	return bytes[0] == 0 && !memcmp(bytes, bytes + 1, size - 1);
}

/* What a granule contained while it was Realm memory is not for the Host: no word of it. */
static bool check_leak(struct sequence_oracle *o, const struct sequence_call *call)
{
	uint64_t now[SEQUENCE_PAGE / sizeof(uint64_t)], before[SEQUENCE_PAGE / sizeof(uint64_t)];

	if (call->command != RMI_GRANULE_UNDELEGATE || !o->content_known ||
	    rmmsim_host_read(call->sim, call->in.x[1], now, sizeof(now)) != RMMSIM_OK)
		return true;
	memcpy(before, o->content, sizeof(before));
	for (size_t i = 0; i < SEQUENCE_PAGE / sizeof(uint64_t); i++) {
		if (before[i] && before[i] == now[i])
			return sequence_oracle_fail(
				o, "relation leak: GRANULE_UNDELEGATE hands over the content");
	}
	return true;
}

static bool check_old_content(struct sequence_oracle *o, const struct sequence_call *call)
{
	if (!o->tried || rmmsim_fingerprint(call->sim) == o->trial)
		return true;
	return sequence_oracle_fail(
		o, "relation old-content: what %s makes depends on what its granules contained",
		sequence_call_name(call));
}

/* An engine that is not told keeps what it has for a REC that is no more: include/rmmsim/engine.h. */
static bool check_engine(struct sequence_oracle *o, const struct sequence_call *call)
{
	uint64_t rec = 0;

	if (call->command == RMI_REC_CREATE)
		rec = call->in.x[2];
	if (call->command == RMI_REC_DESTROY)
		rec = call->in.x[1];
	return !rec || rec == call->forgot ||
	       sequence_oracle_fail(o, "relation engine: %s does not tell the engine",
				    sequence_call_name(call));
}

/* --- all of them --------------------------------------------------------------------------------- */

void sequence_relation_before(struct sequence_oracle *o, const struct sequence_call *call)
{
	struct entry entry;

	o->content_known = false;
	o->entry[0] = 0;
	if (call->command == RMI_GRANULE_DELEGATE || call->command == RMI_GRANULE_UNDELEGATE)
		o->content_known = rmmsim_peek(call->sim, call->in.x[1] & ~(SEQUENCE_PAGE - 1),
					       o->content, sizeof(o->content)) == RMMSIM_OK &&
				   !is_zero(o->content, sizeof(o->content));
	o->tried = false;
	if (call->depth)
		return;
	sequence_relation_trial(o, call);
	if (!entry_register(call->command))
		return;
	entry = read_entry(call, entry_ipa(call), 3);
	o->entry[0] = entry.known;
	o->entry[1] = entry.state;
	o->entry[2] = entry.ripas;
	o->entry[3] = (uint64_t)entry.level;
}

/* Experiments, each from the state that the call has left. */
static bool experiments(struct sequence_oracle *o, const struct sequence_call *call)
{
	uint64_t snapshot;
	bool good;

	if (!find_undo(call->command) && !only_once(call->command) &&
	    call->command != RMI_REC_ENTER && call->command != RMI_RTT_INIT_RIPAS &&
	    call->command != RMI_RTT_AUX_UNMAP_PROTECTED)
		return true;
	if (rmmsim_snapshot(call->sim, &snapshot) != RMMSIM_OK)
		return true;
	good = check_undo(o, call);
	rmmsim_restore(call->sim, snapshot);
	good = good && check_once(o, call);
	rmmsim_restore(call->sim, snapshot);
	good = good && check_measured(o, call);
	rmmsim_restore(call->sim, snapshot);
	good = good && sequence_relation_exit(o, call) && sequence_relation_phase(o, call);
	rmmsim_restore(call->sim, snapshot);
	good = good && sequence_relation_tree(o, call);
	rmmsim_restore(call->sim, snapshot);
	rmmsim_snapshot_free(call->sim, snapshot);
	return good;
}

bool sequence_relation_after(struct sequence_oracle *o, const struct sequence_call *call)
{
	if (!check_ripas(o, call) || !check_destroyed(o, call) || !check_top(o, call))
		return false;
	if (call->out.x[0] != RMI_SUCCESS)
		return true;
	if (!check_engine(o, call))
		return false;
	return check_old_content(o, call) && check_leak(o, call) && experiments(o, call);
}
