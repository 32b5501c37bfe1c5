/* SPDX-License-Identifier: BSD-3-Clause */
/* What a REC exit may show, and what it and the phase of the Realm rule out: rec.md#4, rec.md#3. */
#include "sequence/relation.h"

#include <inttypes.h>
#include <string.h>

#include "smc/status.h"

/* --- fields -------------------------------------------------------------------------------------- */

#define EC(esr)        ((unsigned int)((esr) >> 26))
#define EC_SYSREG      0x18u
#define EC_FETCH_ABORT 0x20u
#define EC_DATA_ABORT  0x24u
#define ISV            (UINT64_C(1) << 24)
#define HPFAR_FIPA     UINT64_C(0xfffffffffff0)

static bool emulatable(const struct rmi_rec_exit *exit)
{
	return exit->exit_reason == RMI_EXIT_SYNC && EC(exit->esr) == EC_DATA_ABORT &&
	       (exit->esr & ISV);
}

static bool is_abort(const struct rmi_rec_exit *exit)
{
	return exit->exit_reason == RMI_EXIT_SYNC &&
	       (EC(exit->esr) == EC_DATA_ABORT || EC(exit->esr) == EC_FETCH_ABORT);
}

/* How many of gprs[] the reason defines. */
static unsigned int shown_gprs(const struct rmi_rec_exit *exit)
{
	if (exit->exit_reason == RMI_EXIT_HOST_CALL)
		return 31;
	if (exit->exit_reason == RMI_EXIT_PSCI)
		return 2;
	return emulatable(exit) ||
	       (exit->exit_reason == RMI_EXIT_SYNC && EC(exit->esr) == EC_SYSREG);
}

static bool gprs_withheld(const struct rmi_rec_exit *exit)
{
	for (unsigned int n = shown_gprs(exit); n < 31; n++) {
		if (exit->gprs[n])
			return false;
	}
	return true;
}

/* The first field that has a value though the reason does not define it, NULL if none has. */
static const char *field_shown(const struct rmi_rec_exit *exit)
{
	const uint64_t reason = exit->exit_reason;
	const struct {
		const char *name;
		uint64_t value;
		bool defined;
	} fields[] = {
		{"esr", exit->esr, reason == RMI_EXIT_SYNC || reason == RMI_EXIT_SERROR},
		{"far beyond the offset", exit->far & ~(SEQUENCE_PAGE - 1), false},
		{"far", exit->far, emulatable(exit)},
		{"hpfar beyond the address", exit->hpfar & ~HPFAR_FIPA, false},
		{"hpfar", exit->hpfar, is_abort(exit)},
		{"rtt_tree", exit->rtt_tree, is_abort(exit)},
		{"gprs", !gprs_withheld(exit), false},
		{"imm", exit->imm, reason == RMI_EXIT_HOST_CALL},
		{"plane", exit->plane, reason == RMI_EXIT_HOST_CALL},
		{"ripas_base", exit->ripas_base, reason == RMI_EXIT_RIPAS_CHANGE},
		{"ripas_top", exit->ripas_top, reason == RMI_EXIT_RIPAS_CHANGE},
		{"ripas_value", exit->ripas_value, reason == RMI_EXIT_RIPAS_CHANGE},
		{"s2ap_base", exit->s2ap_base, reason == RMI_EXIT_S2AP_CHANGE},
		{"s2ap_top", exit->s2ap_top, reason == RMI_EXIT_S2AP_CHANGE},
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (fields[i].value && !fields[i].defined)
			return fields[i].name;
	}
	return NULL;
}

static bool check_fields(struct sequence_oracle *o, const struct rmi_rec_exit *exit)
{
	const char *shown;

	if (exit->exit_reason > RMI_EXIT_DEV_MEM_MAP)
		return sequence_oracle_fail(o, "relation exit: reason %" PRIu64, exit->exit_reason);
	shown = field_shown(exit);
	return !shown || sequence_oracle_fail(o, "relation exit: reason %" PRIu64 " shows %s",
					      exit->exit_reason, shown);
}

/* --- the next entry ------------------------------------------------------------------------------ */

static bool enters(const struct sequence_call *call, uint64_t flags)
{
	struct rmmsim_regs regs = call->in;

	rmmsim_host_write(call->sim, call->in.x[2] + offsetof(struct rmi_rec_run, enter.flags),
			  &flags, sizeof(flags));
	return sequence_relation_issue(call, RMI_REC_ENTER, &regs) == RMI_SUCCESS;
}

/* Of the PSCI requests that the Host is told of only CPU_SUSPEND leaves the REC ready to go on. */
static bool stops_rec(const struct rmi_rec_exit *exit)
{
	return exit->exit_reason == RMI_EXIT_PSCI && exit->gprs[0] != SMC_PSCI_CPU_SUSPEND &&
	       exit->gprs[0] != SMC_PSCI_CPU_SUSPEND_32;
}

static bool check_entry(struct sequence_oracle *o, const struct sequence_call *call,
			const struct rmi_rec_exit *exit)
{
	if (!emulatable(exit) && enters(call, RMI_REC_ENTER_FLAG_EMUL_MMIO))
		return sequence_oracle_fail(
			o, "relation next-entry: EMUL_MMIO after an exit that is not emulatable");
	if (!is_abort(exit) && enters(call, RMI_REC_ENTER_FLAG_INJECT_SEA))
		return sequence_oracle_fail(
			o, "relation next-entry: INJECT_SEA after an exit that is no abort");
	if (stops_rec(exit) && enters(call, 0))
		return sequence_oracle_fail(
			o, "relation next-entry: the REC runs on after PSCI request 0x%" PRIx64,
			exit->gprs[0]);
	return true;
}

bool sequence_relation_exit(struct sequence_oracle *o, const struct sequence_call *call)
{
	struct rmmsim_granule_info page;
	struct rmi_rec_exit exit;

	if (call->command == RMI_REC_ENTER &&
	    rmmsim_granule_info(call->sim, call->in.x[2], &page) == RMMSIM_OK &&
	    page.pas != RMMSIM_PAS_NS)
		return sequence_oracle_fail(
			o, "relation exit: REC_ENTER succeeds, and its run page is not the Host's");
	if (call->command != RMI_REC_ENTER ||
	    rmmsim_host_read(call->sim, call->in.x[2] + offsetof(struct rmi_rec_run, exit), &exit,
			     sizeof(exit)) != RMMSIM_OK)
		return true;
	return check_fields(o, &exit) && check_entry(o, call, &exit);
}

/* --- the phase of the Realm ---------------------------------------------------------------------- */

/* Whether the Realm is NEW, and so can be activated. */
static bool activates(const struct sequence_call *call, uint64_t rd)
{
	struct rmmsim_regs regs = {.x = {0, rd}};

	return sequence_relation_issue(call, RMI_REALM_ACTIVATE, &regs) == RMI_SUCCESS;
}

static bool wants_new(enum smc_command_id command)
{
	return command == RMI_DATA_CREATE || command == RMI_RTT_INIT_RIPAS ||
	       command == RMI_REC_CREATE;
}

bool sequence_relation_phase(struct sequence_oracle *o, const struct sequence_call *call)
{
	struct rmmsim_granule_info rec;

	if (wants_new(call->command) && !activates(call, call->in.x[1]))
		return sequence_oracle_fail(o, "relation phase: %s of a Realm that is not NEW",
					    sequence_call_name(call));
	if (call->command != RMI_REC_ENTER ||
	    rmmsim_granule_info(call->sim, call->in.x[1], &rec) != RMMSIM_OK)
		return true;
	return !activates(call, rec.owner) ||
	       sequence_oracle_fail(o, "relation phase: a REC has run and its Realm is NEW");
}
