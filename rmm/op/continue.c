/* SPDX-License-Identifier: BSD-3-Clause */
/* RMI_OP_CONTINUE and RMI_OP_CANCEL: rmm-2.0.md#6.5 */
#include <string.h>

#include "rmm/op.h"

/* The command as it was called, with its own conditions. */
struct finishing {
	struct call call;
	const struct op *op;
	struct granule *object;
};

static void finish(struct call *call)
{
	struct finishing *f = (struct finishing *)call->finishing;

	op_finish_of(f->op->command)(call, f->op, f->object);
}

static void carry_out(struct call *call, struct granule *object)
{
	struct op op = *op_edit(call->sim, object);
	struct finishing f = {.call = *call, .op = &op, .object = object};

	f.call.id = (enum smc_command_id)op.command;
	memset(f.call.x, 0, sizeof(f.call.x));
	memcpy(f.call.x, op.x, sizeof(op.x));
	memset(f.call.out, 0, sizeof(f.call.out));
	f.call.mem.command = (uint8_t)op.command;
	f.call.finishing = &f;
	call_run(&f.call, finish);
	if (f.call.stop) {
		op_fail(call, object, f.call.out[0]);
		return;
	}
	op_end(call->sim, call->x[1]);
	for (unsigned int n = 0; n <= 3; n++)
		call_return(call, n, f.call.out[n]);
}

static void tell_result(struct call *call, struct granule *object)
{
	struct mem *mem = call->sim->mem;
	const uint64_t result = op_edit(call->sim, object)->result;

	memset(mem_w(mem, mem_pa(mem, object)), 0, GRANULE_SIZE);
	mem_set_state(mem, object, GRANULE_DELEGATED, &call->mem);
	op_end(call->sim, call->x[1]);
	call_return(call, 0, result);
}

void rmi_op_continue(struct call *call)
{
	struct granule *object = NULL;
	const struct op *op = op_find(call->sim, call->x[1], &object);

	REQUIRE(call, RMI_OP_CONTINUE_handle, op);
	REQUIRE(call, RMI_OP_CONTINUE_phase,
		WITH(op, op->phase == OP_FINISH || op->phase == OP_RESULT));
	CHECKED(call);

	if (op->phase == OP_FINISH)
		carry_out(call, object);
	else
		tell_result(call, object);
}

/* No operation of the model can be cancelled. */
void rmi_op_cancel(struct call *call)
{
	const struct op *op = op_find(call->sim, call->x[1], NULL);

	REQUIRE(call, RMI_OP_CANCEL_handle, op);
	REQUIRE(call, RMI_OP_CANCEL_cancellable, WITH(op, false));
	CHECKED(call);
}
