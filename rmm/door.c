/* SPDX-License-Identifier: BSD-3-Clause */
/* Where every SMC of the Host comes in. */
#include <string.h>

#include "rmm/call.h"
#include "rmm/check/check.h"
#include "rmm/explain/explain.h"
#include "rmm/process.h"
#include "smc/status.h"

static void remember(struct rmmsim *sim, const uint64_t *x)
{
	struct sim_history *h;

	if (!sim->history)
		return;
	h = &sim->history[sim->calls & (sim->config.history - 1)];
	h->call = sim->calls;
	memcpy(h->x, x, sizeof(h->x));
}

/* The row of a function identifier, as the configured revision has it. */
static enum smc_command_id decode(const struct rmmsim *sim, uint64_t x0)
{
	/* Only W0 is decoded: rmi-abi.md#1 */
	return smc_decode(SMC_FROM_HOST, (uint32_t)x0, sim->shape);
}

static void unknown_function(struct rmmsim_regs *regs)
{
	regs->x[0] = SMCCC_NOT_SUPPORTED;
	memset(&regs->x[1], 0, 3 * sizeof(regs->x[0]));
}

uint64_t rmmsim_smc(struct rmmsim *sim, unsigned int pe, struct rmmsim_regs *regs)
{
	struct call call;
	uint64_t number;

	if (pe >= sim->config.pe_count || !process_owns(sim)) {
		unknown_function(regs);
		return 0;
	}
	mem_lock(sim->mem);
	number = sim->calls + 1;
	/* Written under the lock, read by rmmsim_calls() without. */
	__atomic_store_n(&sim->calls, number, __ATOMIC_RELAXED);
	remember(sim, regs->x);
	call.id = decode(sim, regs->x[0]);
	if (call.id == SMC_NONE) {
		mem_unlock(sim->mem);
		unknown_function(regs);
		return number;
	}
	call.sim = sim;
	call.pe = pe;
	call.mem = (struct mem_call){.call = number, .command = (uint8_t)call.id};
	call.run = NULL;
	call.finishing = NULL;
	call.dry_run = false;
	call.stop = false;
	call.refused = SMC_COND_NONE;
	call.explain = NULL;
	explain_before(&call);
	call_begin(&call, regs->x);
	call_execute(&call);
#ifdef RMMSIM_CHECK_EVERY_CALL
	check_every_call(sim);
#endif
	mem_unlock(sim->mem);
	memcpy(regs->x, call.out, sizeof(regs->x));
	return number;
}

uint64_t rmmsim_calls(const struct rmmsim *sim)
{
	return __atomic_load_n(&sim->calls, __ATOMIC_RELAXED);
}
