/* SPDX-License-Identifier: BSD-3-Clause */
#include "sequence/oracle.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <rmmsim/snapshot.h>

#include "smc/status.h"
#include "sequence/relation.h"

/* Sequences. */
#define CONTENT_EVERY 8

static bool check_invariants(struct sequence_oracle *o, struct rmmsim *sim, const char *where)
{
	struct rmmsim_violation v;

	if (rmmsim_check(sim, &v, 1) == 0)
		return true;
	o->kind = FINDING_INVARIANT;
	snprintf(o->finding, sizeof(o->finding), "invariant %s after %s: %s; %s", v.invariant,
		 where, v.text, v.detail);
	return false;
}

/*
 * A failure with effects is a part of the interface of these: SET_RIPAS and SET_S2AP report how far they
 * got (rmi-commands.md#6), a REC that ran has changed, even if its run page cannot be written.
 */
static bool may_change(const struct sequence_call *call)
{
	if (call->command == RMI_RTT_SET_RIPAS || call->command == RMI_RTT_SET_S2AP)
		return smc_status_of(call->out.x[0]) != RMI_ERROR_INPUT;
	return call->command == RMI_REC_ENTER && call->runs;
}

static bool check_refused(struct sequence_oracle *o, const struct sequence_call *call)
{
	struct rmmsim_regs again = call->in;

	if (call->out.x[0] == RMI_SUCCESS || may_change(call))
		return true;
	if (rmmsim_fingerprint(call->sim) != o->fingerprint)
		return sequence_oracle_fail(
			o,
			"relation refused-changes-nothing: %s returned 0x%" PRIx64
			" and the state is another",
			sequence_call_name(call), call->out.x[0]);
	rmmsim_smc(call->sim, call->pe, &again);
	if (!memcmp(&again, &call->out, sizeof(again)))
		return true;
	return sequence_oracle_fail(
		o, "relation fails-the-same-way-twice: %s returned 0x%" PRIx64 ", then 0x%" PRIx64,
		sequence_call_name(call), call->out.x[0], again.x[0]);
}

/* X1..X3 are 0 unless the row says that this result defines them; what is behind is the caller's. */
static bool check_outputs(struct sequence_oracle *o, const struct sequence_call *call)
{
	const struct smc_command *row = smc_command(call->command);
	const uint32_t on = smc_on(SMC_FROM_HOST, call->out.x[0]);

	for (unsigned int n = 1; n < 18; n++) {
		const uint64_t expected = n < 4 ? 0 : call->in.x[n];

		if (row && n <= row->outputs && (row->out[n - 1].on & on))
			continue;
		if (call->out.x[n] != expected)
			return sequence_oracle_fail(
				o, "relation undefined-outputs: X%u of %s is 0x%" PRIx64, n,
				sequence_call_name(call), call->out.x[n]);
	}
	return true;
}

void sequence_oracle_begin(struct sequence_oracle *o, const struct sequence *sequence)
{
	struct rmmsim_config config;

	sequence_machine_config(sequence->machine, &config);
	o->quirks = config.profile != NULL;
	o->kind = FINDING_NONE;
	o->finding[0] = '\0';
	o->destroyed_may_change = false;
	o->trying = false;
	o->stay = (struct sequence_stay){.left = false};
	o->locked = 0;
}

/*
 * A fingerprint costs what has changed since the last snapshot: here that is the call that follows.
 * While a REC runs there are no snapshots.
 */
static void forget_changes(struct rmmsim *sim)
{
	uint64_t snapshot;

	if (rmmsim_snapshot(sim, &snapshot) == RMMSIM_OK)
		rmmsim_snapshot_free(sim, snapshot);
}

/* The Host's half of the run page. */
static void read_entry_page(struct sequence_oracle *o, const struct sequence_call *call)
{
	if (rmmsim_host_read(call->sim, call->in.x[2], &o->entry_page, sizeof(o->entry_page)) !=
	    RMMSIM_OK)
		memset(&o->entry_page, 0, sizeof(o->entry_page));
}

bool sequence_oracle_before(struct sequence_oracle *o, const struct sequence_call *call)
{
	if (call->command == RMI_REC_ENTER)
		read_entry_page(o, call);
	o->looks = o->counter++ % o->every == 0;
	if (!o->looks)
		return true;
	forget_changes(call->sim);
	o->trying = true;
	sequence_relation_before(o, call);
	o->trying = false;
	/* Last: it is the state that the call finds. */
	o->fingerprint = rmmsim_fingerprint(call->sim);
	return true;
}

/* Calls of the oracle's own among them. */
static bool check_call(struct sequence_oracle *o, const struct sequence_call *call)
{
	bool good;

	o->trying = true;
	good = check_outputs(o, call) && check_refused(o, call) && sequence_relation_after(o, call);
	o->trying = false;
	return good;
}

bool sequence_oracle_after(struct sequence_oracle *o, const struct sequence_call *call)
{
	/* Another object may be at the same place. */
	if (call->command == RMI_REC_DESTROY || call->command == RMI_REALM_DESTROY) {
		o->stay.left = o->stay.entered = false;
		o->locked = 0;
	}
	if (!o->looks || call->depth || o->kind != FINDING_NONE)
		return o->kind == FINDING_NONE;
	if (!o->quirks && !check_call(o, call))
		return false;
	/* The state is the one that was looked at before: check_refused() has compared them. */
	if (!o->quirks && call->out.x[0] != RMI_SUCCESS && !may_change(call))
		return true;
	return check_invariants(o, call->sim, sequence_call_name(call));
}

static bool inside_step(void *context, const struct rmmsim_vcpu *vcpu,
			const struct sequence_step *step)
{
	struct sequence_oracle *o = context;

	return o->trying || o->quirks || sequence_relation_step(o, vcpu, step);
}

static bool inside_control(void *context, const struct rmmsim_vcpu *vcpu)
{
	struct sequence_oracle *o = context;

	return o->trying || o->quirks || sequence_relation_control(o, vcpu);
}

static void inside_leave(void *context, const struct sequence_leave *leave)
{
	const struct sequence_step *step = leave->step;
	struct sequence_oracle *o = context;

	if (!o->trying)
		sequence_relation_leave(o, leave);
	if (step->op == SEQUENCE_REALM_SMC ||
	    (step->command == RSI_IPA_STATE_SET && step->value[3] != 0))
		o->destroyed_may_change = true;
}

struct sequence_inside sequence_oracle_inside(struct sequence_oracle *o)
{
	return (struct sequence_inside){o, inside_step, inside_leave, inside_control};
}

bool sequence_oracle_end(struct sequence_oracle *o, struct sequencer *sequencer,
			 const struct sequence *sequence)
{
	struct rmmsim *sim = sequencer_sim(sequencer);

	if (o->kind != FINDING_NONE || !sim || o->counter % o->every)
		return o->kind == FINDING_NONE;
	if (!check_invariants(o, sim, "the sequence"))
		return false;
	if (!sequencer_rewind(sequencer, sequence->machine, sequence->start))
		return sequence_oracle_fail(
			o, "relation restore-is-exact: the start has another fingerprint");
	/* Reads all of memory. */
	if (o->ends++ % CONTENT_EVERY ||
	    sequencer_content_restored(sequencer, sequence->machine, sequence->start))
		return true;
	return sequence_oracle_fail(o, "relation restore-is-exact: memory is not what it was");
}
