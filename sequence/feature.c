/* SPDX-License-Identifier: BSD-3-Clause */
#include "sequence/feature.h"

#include <stdio.h>
#include <string.h>

#include "smc/status.h"

static const char *const states[] = {"outside",    "UNDELEGATED", "DELEGATED", "RD",
				     "REC",        "REC_AUX",     "DATA",      "RTT",
				     "DEV_MAPPED", "PDEV",        "PDEV_AUX",  "VDEV",
				     "VDEV_AUX",   "P2P_STREAM",  "VSMMU",     "another"};
#define STATES (sizeof(states) / sizeof(states[0]))

const char *sequence_feature_granule(unsigned int state)
{
	return state < STATES ? states[state] : "none";
}

static unsigned int granule_state(struct rmmsim *sim, uint64_t pa)
{
	struct rmmsim_granule_info info;

	if (rmmsim_granule_info(sim, pa & ~(SEQUENCE_PAGE - 1), &info) != RMMSIM_OK)
		return 0;
	for (unsigned int i = 1; i < STATES; i++) {
		if (!strcmp(states[i], info.state))
			return i;
	}
	return STATES - 1;
}

static bool names_granule(enum smc_kind kind)
{
	return kind >= SMC_KIND_RD && kind <= SMC_KIND_NS;
}

/* The first granule that is not the Realm's own. */
static unsigned int first_granule(const struct sequence_call *call)
{
	const struct smc_command *row = smc_command(call->command);
	unsigned int found = STATES;

	for (unsigned int i = 0; row && i < row->inputs; i++) {
		if (!names_granule(row->in[i].kind))
			continue;
		found = i;
		if (row->in[i].kind != SMC_KIND_RD)
			break;
	}
	return found == STATES ? STATES : granule_state(call->sim, call->in.x[found + 1]);
}

/* --- entries --------------------------------------------------------------------------------- */

#define NO_ENTRY 0xff

static unsigned int read_entry(const struct sequence_call *call)
{
	const struct smc_command *row = smc_command(call->command);
	struct rmmsim_regs regs = {{SMC_RMI_RTT_READ_ENTRY}};
	unsigned int ipa = 0;

	if (!row || row->in[0].kind != SMC_KIND_RD || call->command == RMI_RTT_READ_ENTRY)
		return NO_ENTRY;
	for (unsigned int i = 1; i < row->inputs && !ipa; i++)
		ipa = row->in[i].kind == SMC_KIND_IPA ? i + 1 : 0;
	if (!ipa)
		return NO_ENTRY;
	regs.x[1] = call->in.x[1];
	regs.x[2] = call->in.x[ipa] & ~(SEQUENCE_PAGE - 1);
	regs.x[3] = 3;
	rmmsim_smc(call->sim, call->pe, &regs);
	if (regs.x[0] != RMI_SUCCESS)
		return NO_ENTRY;
	return (unsigned int)((regs.x[1] & 3) << 5 | (regs.x[2] & 7) << 2 | (regs.x[4] & 3));
}

const char *sequence_feature_entry(unsigned int entry, char *buf, size_t size)
{
	const char *state = smc_enum_name("RmiRttEntryState", entry >> 2 & 7);
	const char *ripas = smc_enum_name("RmiRipas", entry & 3);

	if (entry == NO_ENTRY)
		snprintf(buf, size, "no entry");
	else
		snprintf(buf, size, "%s/%s/%u", state ? state : "?", ripas ? ripas : "?",
			 entry >> 5);
	return buf;
}

/* --- around a call --------------------------------------------------------------------------- */

void sequence_feature_before(struct sequence_features *f, const struct sequence_call *call)
{
	f->granule = first_granule(call);
	f->entry = read_entry(call);
}

/* The Realm's commands may have names that the Host's have too. */
static enum smc_command_id realm_command(const char *name)
{
	char full[64];
	enum smc_command_id id;

	snprintf(full, sizeof(full), "RSI_%s", name);
	id = smc_command_find(full);
	if (id != SMC_NONE)
		return id;
	snprintf(full, sizeof(full), "PSCI_%s", name);
	return smc_command_find(full);
}

static void report_condition(struct sequence_features *f, const struct sequence_call *call)
{
	struct rmmsim_explanation why;
	enum smc_condition_id condition;
	enum smc_command_id command;

	if (rmmsim_explain(call->sim, call->pe, &why) != RMMSIM_OK || why.call == f->refused)
		return;
	f->refused = why.call;
	command = why.realm ? realm_command(why.command) : call->command;
	condition = smc_condition_find(command, why.first.id);
	if (condition == SMC_COND_NONE)
		return;
	f->reached(f->context, FEATURE_CONDITION, condition, 0, 0);
	f->reached(f->context, FEATURE_GRANULE, (unsigned int)condition | 0x8000u, f->granule, 0);
}

static void report_exit(struct sequence_features *f, const struct sequence_call *call)
{
	struct rmi_rec_exit exit;

	if (call->command != RMI_REC_ENTER || call->out.x[0] != RMI_SUCCESS ||
	    rmmsim_host_read(call->sim, call->in.x[2] + offsetof(struct rmi_rec_run, exit), &exit,
			     sizeof(exit)) != RMMSIM_OK)
		return;
	f->reached(f->context, FEATURE_EXIT, exit.exit_reason & 0xf, exit.esr >> 26 & 0x3f,
		   exit.plane & 3);
}

void sequence_feature_after(struct sequence_features *f, const struct sequence_call *call)
{
	if (call->out.x[0] != RMI_SUCCESS || call->runs)
		report_condition(f, call);
	report_exit(f, call);
	f->reached(f->context, FEATURE_GRANULE, call->command, f->granule,
		   smc_status_of(call->out.x[0]));
	if (f->entry != NO_ENTRY)
		f->reached(f->context, FEATURE_ENTRY, call->command, f->entry, read_entry(call));
}

/* Of all that a Realm was refused in a stay the call of the Host tells the last only. */
static void report_refusal(struct sequence_features *f, const struct sequence_action *action)
{
	struct rmmsim_explanation why;
	enum smc_condition_id condition;

	if (rmmsim_explain(action->sim, action->pe, &why) != RMMSIM_OK || !why.realm ||
	    realm_command(why.command) != action->step->command)
		return;
	condition = smc_condition_find(action->step->command, why.first.id);
	if (condition != SMC_COND_NONE)
		f->reached(f->context, FEATURE_CONDITION, condition, 0, 0);
}

void sequence_feature_realm(struct sequence_features *f, const struct sequence_action *action)
{
	if (action->step->op == SEQUENCE_REALM_CALL)
		report_refusal(f, action);
	f->reached(f->context, FEATURE_PLANE, sequence_verb(action->step), action->from,
		   action->to);
}
