/* SPDX-License-Identifier: BSD-3-Clause */
/* PSCI and SMCCC calls of a Realm: rsi.md#7 */
#include "rmm/run.h"
#include "smc/mutant.h"

/* REC exit with the function and at most one argument; everything else is withheld. */
static void leave(struct call *call, uint64_t argument)
{
	struct run *run = call->run;

	run->exit.gprs[0] = (uint32_t)call->x[0] & ~SMCCC_FID_SVE_HINT;
	run->exit.gprs[1] = argument;
	run_leave(run, RMI_EXIT_PSCI);
}

/* The request waits for PSCI_COMPLETE; that writes the registers. */
static void leave_pending(struct call *call)
{
	struct run *run = call->run;

	run->rec->pending = REC_PENDING_PSCI;
	run->rec->psci = (struct rec_psci){
		.command = call->id,
		.target = call->x[1],
		.entry = call->x[2],
		.context = call->x[3],
	};
	run->result = RUN_RESULT_KEEP;
	leave(call, call->x[1]);
}

void psci_version(struct call *call)
{
	CHECKED(call);
	call_return(call, 0, PSCI_VERSION_1_1);
}

void psci_smccc_version(struct call *call)
{
	CHECKED(call);
	call_return(call, 0, SMCCC_VERSION_1_2);
}

void psci_features(struct call *call)
{
	const uint32_t fid = (uint32_t)call->x[1];
	const enum smc_command_id id = smc_decode(SMC_FROM_REALM, fid, call->sim->shape);
	bool supported = id != SMC_NONE && smc_command(id)->interface == SMC_PSCI &&
			 !(fid & SMCCC_FID_SVE_HINT);

	if (id == PSCI_VERSION && quirk(call->sim, QUIRK_psci_features_version))
		supported = false;
	REQUIRE(call, PSCI_FEATURES_func_supp, supported);
	CHECKED(call);
	call_return(call, 0, PSCI_SUCCESS);
}

void psci_cpu_suspend(struct call *call)
{
	CHECKED(call);
	leave(call, 0);
}

void psci_cpu_off(struct call *call)
{
	CHECKED(call);
	call->run->rec->runnable = MUTANT(cpu_off_stays_on);
	leave(call, 0);
}

/* Where MPIDRs are not given in order, a number does not say that the REC is there. */
static bool rec_exists(const struct call *call, const struct realm *realm, uint64_t index)
{
	if (!revision_2(call->sim) || quirk(call->sim, QUIRK_mpidr_in_order))
		return index < realm->rec_index;
	return rec_find(call->sim, call->run->rd_granule, index) != NULL;
}

void psci_cpu_on(struct call *call)
{
	const struct realm *realm = run_realm(call->run);
	const uint64_t target = rec_psci_index(call->x[1]);

	REQUIRE(call, PSCI_CPU_ON_entry_bound, rsi_protected(realm, call->x[2]));
	REQUIRE(call, PSCI_CPU_ON_target_valid, rec_exists(call, realm, target));
	REQUIRE(call, PSCI_CPU_ON_target_self, target != call->run->rec->index);
	CHECKED(call);
	leave_pending(call);
}

void psci_affinity_info(struct call *call)
{
	const struct realm *realm = run_realm(call->run);
	const uint64_t target = rec_psci_index(call->x[1]);

	REQUIRE(call, PSCI_AFFINITY_INFO_level_valid, call->x[2] == 0);
	REQUIRE(call, PSCI_AFFINITY_INFO_target_valid, rec_exists(call, realm, target));
	CHECKED(call);
	if (target == call->run->rec->index) {
		call_return(call, 0, PSCI_AFFINITY_ON);
		return;
	}
	leave_pending(call);
}

/* Other RECs that run go on until their next exit. */
static void turn_off(struct call *call)
{
	struct run *run = call->run;

	if (!MUTANT(system_off_stays_on))
		realm_edit(call->sim, run->rd_granule)->state = REALM_SYSTEM_OFF;
	run->result = RUN_RESULT_KEEP;
	leave(call, 0);
}

void psci_system_off(struct call *call)
{
	CHECKED(call);
	turn_off(call);
}

void psci_system_reset(struct call *call)
{
	CHECKED(call);
	turn_off(call);
}
