/* SPDX-License-Identifier: BSD-3-Clause */
/* The path of a call: host-shim.md#5 */
#include "host_shim/src/conduit/shim.h"

#include <stdlib.h>
#include <string.h>

#include <rmmsim/rmmsim.h>

#define REGISTERS       18
#define FIRST_PRESERVED 4 /* x4 and up keep the caller's value unless they are outputs */
#define SVE_HINT        0x10000u

static enum smc_command_id id_of(unsigned int fid)
{
	const struct hshim *shim = shim_current();

	return smc_decode(SMC_FROM_HOST, fid & ~SVE_HINT, shim ? shim->shape : SMC_SHAPE_1_1);
}

static const struct smc_command *row_of(unsigned int fid)
{
	return smc_command(id_of(fid));
}

unsigned int hshim_fid(const char *name)
{
	SHIM_LOCKED();
	const struct smc_command *row = smc_command(smc_command_find(name));

	return row ? row->fid : 0;
}

const char *hshim_fid_name(unsigned int fid)
{
	SHIM_LOCKED();
	const struct smc_command *row = row_of(fid);

	return row ? row->name : NULL;
}

/* --- outputs ----------------------------------------------------------------------------------- */

static uint32_t defined_on(uint64_t x0)
{
	switch (x0 & 0xff) {
	case 0:
		return SMC_ON_SUCCESS;
	case 1:
		return SMC_ON_INPUT;
	case 4:
		return SMC_ON_RTT;
	case 7:
		return SMC_ON_RTT_AUX;
	default:
		return 0;
	}
}

/* Bit n: Xn is an output of this command with this result. */
static unsigned int outputs_of(const struct smc_command *row, uint64_t x0)
{
	unsigned int set = 1;

	for (unsigned int i = 0; row && i < row->outputs; i++)
		if (x0 <= 0xffff && (row->out[i].on & defined_on(x0)))
			set |= 1u << (i + 1);
	return set;
}

/* `set`: registers whose value was given by an injection. */
static void poison(const struct hshim *shim, const struct smc_command *row, struct hshim_call *call,
		   unsigned int set)
{
	const unsigned int defined = outputs_of(row, call->ret[0]) | set;

	for (unsigned int i = 1; i < REGISTERS; i++) {
		if (defined >> i & 1)
			continue;
		if (i >= FIRST_PRESERVED)
			call->ret[i] = call->x[i];
		else
			call->ret[i] = shim->zero_outputs ? 0 : HSHIM_POISON | i;
	}
}

/* --- the call ------------------------------------------------------------------------------------- */

static void ask_model(struct hshim *shim, struct hshim_call *call)
{
	const unsigned int pe = shim_self(shim)->pe;
	struct rmmsim_regs regs;
	unsigned int locked;

	for (unsigned int i = 0; i < REGISTERS; i++)
		regs.x[i] = call->x[i];
	shim_record_begin(shim);
	/* A Realm may run for as long as it likes. */
	locked = shim_unlock_all();
	call->number = rmmsim_smc(shim->sim, pe, &regs);
	shim_lock_again(locked);
	for (unsigned int i = 0; i < REGISTERS; i++)
		call->ret[i] = regs.x[i];
	call->model = true;
	shim_record_end(shim, call);
}

static unsigned int carry_out(struct hshim *shim, struct hshim_call *call,
			      const struct smc_command *row)
{
	unsigned int set = 0;

	if (shim->mocking || shim->echoing) {
		shim_mock(shim, call);
		return ~0u;
	}
	if (shim_inject(shim, call, HSHIM_BEFORE, &set)) {
		call->injected = true;
		return set;
	}
	if (shim->observer && row && shim->observer->answer(shim, call, row))
		call->injected = true;
	else
		ask_model(shim, call);
	if (shim_inject(shim, call, HSHIM_AFTER, &set))
		call->injected = true;
	return set;
}

static void remember(struct hshim *shim, const struct hshim_call *call,
		     const struct smc_command *row)
{
	shim->ring[shim->calls++ % CALL_RING] = *call;
	shim_account(shim, call, row ? id_of(call->fid) : SMC_NONE);
}

static void conduct(struct hshim *shim, struct hshim_call *call)
{
	const struct smc_command *row = row_of(call->fid);
	const bool hooked = shim->hook_count && (!shim_self(shim)->depth || shim->hooks_recursive);
	unsigned int set;

	SHIM_LOCKED();
	call->name = row ? row->name : NULL;
	call->inputs = row ? row->inputs : 0;
	if (hooked)
		shim_run_hooks(shim, call, HSHIM_BEFORE);
	if (shim->expecting)
		shim_expect_note(shim, call);
	shim_check_arguments(shim, call, row);
	set = carry_out(shim, call, row);
	if (!shim->mocking && !shim->echoing)
		shim_observe_granules(shim, call, row);
	if (hooked)
		shim_run_hooks(shim, call, HSHIM_AFTER);
	if (shim->recorder && call->injected)
		shim_record_injected(shim, call);
	poison(shim, row, call, set);
	remember(shim, call, row);
	if (shim->observer)
		shim->observer->after(shim, call, row);
	shim_check_progress(shim, call);
}

static struct hshim *attached(void)
{
	struct hshim *shim = shim_current();

	if (shim)
		return shim;
	fprintf(stderr,
		"host_shim: an SMC without a model: call hshim_smccc_attach() or hshim_open()\n");
	abort();
}

void hshim_smccc_1_1(const unsigned long x[8], struct arm_smccc_res *res)
{
	struct hshim *shim = attached();
	struct hshim_call call = {.fid = (unsigned int)x[0]};

	memcpy(call.x, x, 8 * sizeof(x[0]));
	call.x[0] = call.fid;
	shim_backtrace(call.site, HSHIM_FRAMES, __builtin_frame_address(0));
	conduct(shim, &call);
	if (res)
		*res = (struct arm_smccc_res){call.ret[0], call.ret[1], call.ret[2], call.ret[3]};
}

void arm_smccc_1_2_smc(const struct arm_smccc_1_2_regs *args, struct arm_smccc_1_2_regs *res)
{
	struct hshim *shim = attached();
	struct hshim_call call = {.fid = (unsigned int)args->a0};

	memcpy(call.x, args, sizeof(call.x));
	call.x[0] = call.fid;
	shim_backtrace(call.site, HSHIM_FRAMES, __builtin_frame_address(0));
	conduct(shim, &call);
	memcpy(res, call.ret, sizeof(call.ret));
}

void hshim_smc_zero_outputs(bool zero)
{
	SHIM_LOCKED();
	shim_current()->zero_outputs = zero;
}
