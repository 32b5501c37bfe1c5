/* SPDX-License-Identifier: BSD-3-Clause */
#include "rmm/op.h"

#include <string.h>

#include "rmm/realm.h"
#include "smc/status.h"

static unsigned int free_handle(const struct rmmsim *sim)
{
	unsigned int handle = 0;

	while (handle < SIM_MAX_OPS && sim->ops[handle] != SIM_NO_OP)
		handle++;
	return handle;
}

bool op_available(const struct rmmsim *sim)
{
	return free_handle(sim) < SIM_MAX_OPS;
}

const struct op *op_find(const struct rmmsim *sim, uint64_t handle, struct granule **object)
{
	struct granule *granule;

	if (handle >= SIM_MAX_OPS || sim->ops[handle] == SIM_NO_OP)
		return NULL;
	granule = mem_find(sim->mem, sim->ops[handle]);
	if (object)
		*object = granule;
	return mem_r(sim->mem, sim->ops[handle]);
}

/* How many pages the command of an operation deals with at most; 0: it has none. */
static uint32_t pages_of(const struct rmmsim *sim, const struct op *op)
{
	const bool gives_back = op->phase == OP_RECLAIM || op->phase == OP_RESULT;

	switch (op->command) {
	case RMI_REC_CREATE:
		return sim->config.rec_aux_count;
	case RMI_REALM_CREATE:
		return REALM_MAX_PAGES;
	case RMI_REC_DESTROY:
		return gives_back ? sim->config.rec_aux_count : 0;
	case RMI_REALM_DESTROY:
		return gives_back ? REALM_MAX_PAGES : 0;
	default:
		return 0;
	}
}

bool op_valid(const struct rmmsim *sim, const struct op *op)
{
	return op->phase <= OP_RESULT && op->wanted <= pages_of(sim, op) &&
	       op->given <= op->wanted && op->returned <= op->given &&
	       op->entries <= OP_MAX_PAGES &&
	       (op->phase != OP_DONATE || op->state == GRANULE_REC_AUX ||
		op->state == GRANULE_RD_AUX);
}

struct op *op_edit(struct rmmsim *sim, struct granule *object)
{
	return mem_w(sim->mem, mem_pa(sim->mem, object));
}

void op_reply(struct call *call, enum rmi_mem_request request)
{
	call_return(call, 0, RMI_INCOMPLETE | (uint64_t)request << RMI_RESULT_MEM_REQUEST_SHIFT);
}

void op_request(struct call *call, const struct op *op)
{
	call_return(call, 2, (uint64_t)(op->wanted - op->given) << RMI_OP_DONATE_COUNT_SHIFT);
}

static struct op *begin(struct call *call, struct granule *object)
{
	struct rmmsim *sim = call->sim;
	const unsigned int handle = free_handle(sim);
	struct op *op = op_edit(sim, object);

	sim->ops[handle] = mem_pa(sim->mem, object);
	sim_identifiers_change(sim);
	mem_set_state(sim->mem, object, GRANULE_PARTIAL, &call->mem);
	mem_set_owner(sim->mem, object, NULL);
	memset(op, 0, GRANULE_SIZE);
	op->command = call->id;
	memcpy(op->x, call->x, sizeof(op->x));
	call_return(call, 1, handle);
	return op;
}

void op_begin_donate(struct call *call, struct granule *object, enum granule_state state,
		     uint32_t pages)
{
	struct op *op = begin(call, object);

	op->phase = OP_DONATE;
	op->state = state;
	op->wanted = pages;
	op_reply(call, RMI_MEM_REQUEST_DONATE);
	op_request(call, op);
}

void op_begin_reclaim(struct call *call, struct granule *object, const uint64_t *page,
		      uint32_t pages)
{
	uint64_t copy[OP_MAX_PAGES];
	struct op *op;

	/* The list may lie in the granule that the operation is about to use. */
	memcpy(copy, page, pages * sizeof(copy[0]));
	op = begin(call, object);
	op->phase = OP_RECLAIM;
	op->wanted = op->given = pages;
	op->result = RMI_SUCCESS;
	memcpy(op->page, copy, pages * sizeof(copy[0]));
	op_reply(call, RMI_MEM_REQUEST_RECLAIM);
}

void op_fail(struct call *call, struct granule *object, uint64_t result)
{
	struct op *op = op_edit(call->sim, object);

	op->phase = OP_RECLAIM;
	op->result = result;
	op_reply(call, RMI_MEM_REQUEST_RECLAIM);
}

void op_end(struct rmmsim *sim, uint64_t handle)
{
	sim->ops[handle] = SIM_NO_OP;
	sim_identifiers_change(sim);
}
