/* SPDX-License-Identifier: BSD-3-Clause */
/* RMI_OP_MEM_RECLAIM: rmm-2.0.md#6.4 */
#include <string.h>

#include "rmm/addr_list.h"
#include "rmm/op.h"

/* The next pages, in the order of donation, become DELEGATED and are what the Host is to be told about. */
static void give_back(struct call *call, struct op *op, uint64_t pages)
{
	struct mem *mem = call->sim->mem;
	struct addr_list list = {.max = OP_MAX_PAGES};

	for (; pages && op->returned < op->given; pages--) {
		const uint64_t pa = op->page[op->returned++];
		struct granule *granule = mem_find(mem, pa);

		memset(mem_w(mem, pa), 0, GRANULE_SIZE);
		mem_set_state(mem, granule, GRANULE_DELEGATED, &call->mem);
		mem_set_owner(mem, granule, NULL);
		addr_list_add(call->sim, &list, pa, RTT_LEVEL_PAGE, RMI_OP_MEM_DELEGATED);
	}
	op->entries = list.count;
	memcpy(op->entry, list.desc, list.count * sizeof(list.desc[0]));
}

static bool nothing_left(const struct op *op)
{
	return op->entries == 0 && op->returned == op->given;
}

static void tell(struct call *call, struct op *op, uint64_t list_pa, unsigned int count)
{
	if (count > op->entries)
		count = op->entries;
	addr_list_write(call, list_pa, op->entry, count);
	op->entries -= count;
	memmove(op->entry, op->entry + count, op->entries * sizeof(op->entry[0]));
	call_return(call, 1, count);
}

static void reply(struct call *call, struct op *op)
{
	if (nothing_left(op))
		op->phase = OP_RESULT;
	op_reply(call, nothing_left(op) ? RMI_MEM_REQUEST_NONE : RMI_MEM_REQUEST_RECLAIM);
}

/*
 * A list that is not Non-secure memory refuses the call when the pages are DELEGATED already: that is how the
 * entries come to wait for the next call.
 */
void rmi_op_mem_reclaim(struct call *call)
{
	const uint64_t list_pa = call->x[2];
	struct granule *object = NULL;
	const struct op *found = op_find(call->sim, call->x[1], &object);
	const bool aligned = list_pa % sizeof(uint64_t) == 0;
	unsigned int count;
	struct op *op;

	REQUIRE(call, RMI_OP_MEM_RECLAIM_handle, found);
	REQUIRE(call, RMI_OP_MEM_RECLAIM_list_align, aligned);
	REQUIRE(call, RMI_OP_MEM_RECLAIM_phase, WITH(found, found->phase == OP_RECLAIM));
	if (call->dry_run)
		return;
	op = op_edit(call->sim, object);
	count = addr_list_clip(list_pa, call->x[3]);
	if (count == 0) {
		op_reply(call, RMI_MEM_REQUEST_RECLAIM);
		return;
	}
	if (op->entries == 0)
		give_back(call, op, count);
	if (op->entries != 0) {
		REQUIRE(call, RMI_OP_MEM_RECLAIM_list_pas, addr_list_granule(call->sim, list_pa));
		tell(call, op, list_pa, count);
	}
	reply(call, op);
}
