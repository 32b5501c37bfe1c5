/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls of a Realm (rmm/rsi/): where every SMC of a Realm comes in, rsi.md#1. A handler is like one of the Host
 * (rmm/rmi/rtt_args.h), with call->run set: the REC_ENTER in progress. What is its own:
 *
 *	result    WRITE: X0.. get the outputs and the PC moves on; KEEP: the handler has set the registers itself; NONE:
 *	          the instruction has not completed, nothing moves (enum run_result)
 *	leave     run_leave(): the call ends the stay, and what the Host answers is put in at the next entry
 *	          (rsi_..._complete(), from rmm/run/rec_complete.c)
 *	buffer    memory that the Realm names by IPA: rsi_buffer() walks, and either gives a page, or makes the emulated abort
 *	          that ends the call
 *
 * The instance lock is held. Plane 0 makes the calls; those of an auxiliary Plane leave to Plane 0 before any row
 * is looked at.
 *
 *	REQUIRE(call, RSI_X_addr_align, (call->x[1] & GRANULE_MASK) == 0);
 *	CHECKED(call);
 *	call_return(call, 1, value);
 */
#include <string.h>

#include "rmm/run.h"
#include "smc/status.h"

#define INSN_SIZE 4

static enum smc_command_id decode(const struct rmmsim *sim, uint64_t x0)
{
	const uint32_t fid = (uint32_t)x0;
	const enum smc_command_id id = smc_decode(SMC_FROM_REALM, fid, sim->shape);

	if (id == SMC_NONE || smc_command(id)->interface != SMC_PSCI || id == PSCI_SMCCC_VERSION)
		return id;
	if ((fid & SMCCC_FID_SVE_HINT) && quirk(sim, QUIRK_psci_hint))
		return SMC_NONE;
	return id;
}

static void execute(struct run *run, struct call *call)
{
	*call = (struct call){
		.sim = run->sim,
		.pe = run->pe,
		.mem = run->mem,
		.run = run,
	};
	call_begin(call, run_plane(run)->x);
	call->id = decode(run->sim, call->x[0]);
	if (call->id == SMC_NONE) {
		call->out[0] = SMCCC_NOT_SUPPORTED;
		return;
	}
	call_execute(call);
}

void rsi_call(struct run *run)
{
	struct rmmsim_plane *plane = run_plane(run);
	struct call call;

	execute(run, &call);
	if (run->result == RUN_RESULT_NONE)
		return;
	plane->pc += INSN_SIZE;
	if (run->result == RUN_RESULT_WRITE)
		memcpy(plane->x, call.out, sizeof(call.out));
}

void rsi_plane_enter_return(struct run *run, uint64_t x0)
{
	struct rmmsim_plane *p0 = rec_plane(run->sim, run->rec, 0);

	p0->x[0] = x0;
	memset(&p0->x[1], 0, 3 * sizeof(p0->x[0]));
	p0->pc += INSN_SIZE;
}

void *rsi_buffer(struct call *call, enum smc_condition_id empty, uint64_t ipa)
{
	struct run *run = call->run;
	const struct plane_quirks quirks = sim_plane_quirks(call->sim);
	const struct rtt_s2 *s2 = &run_realm(run)->s2;
	struct plane_rsi_result buffer;

	if (!rtt_in_range(s2, ipa) || !rtt_protected(s2, ipa))
		return NULL; /* refused already: a dry run */
	buffer = plane_rsi_translate(call->sim->mem, s2, ipa, &quirks);
	if (buffer.outcome == PLANE_RSI_INPUT)
		call_refuse(call, empty, 0);
	if (buffer.outcome == PLANE_RSI_ABORT && !call->dry_run)
		run_leave_emulated_abort(run, ipa, buffer.level);
	if (buffer.outcome != PLANE_RSI_OK)
		return NULL;
	if (call->dry_run)
		return (void *)(uintptr_t)mem_r(call->sim->mem, buffer.pa);
	return mem_w(call->sim->mem, buffer.pa);
}

bool rsi_protected(const struct realm *realm, uint64_t ipa)
{
	return rtt_in_range(&realm->s2, ipa) && rtt_protected(&realm->s2, ipa);
}

bool rsi_range_protected(const struct realm *realm, uint64_t base, uint64_t top)
{
	return rsi_protected(realm, base) && rsi_protected(realm, top - 1);
}

void rsi_registers_to_bytes(const uint64_t *x, unsigned int count, uint8_t *bytes)
{
	for (unsigned int i = 0; i < count * 8; i++)
		bytes[i] = (uint8_t)(x[i / 8] >> 8 * (i % 8));
}

void rsi_bytes_to_registers(const uint8_t *bytes, unsigned int count, uint64_t *x)
{
	memset(x, 0, count * sizeof(x[0]));
	for (unsigned int i = 0; i < count * 8; i++)
		x[i / 8] |= (uint64_t)bytes[i] << 8 * (i % 8);
}
