/* SPDX-License-Identifier: BSD-3-Clause */
/* RMI_OP_MEM_DONATE: rmm-2.0.md#6.3 */
#include "rmm/addr_list.h"
#include "rmm/op.h"

/* Bytes that the list names; false: an entry is not one that the operation can take. */
static bool list_size(const struct rmmsim *sim, const struct addr_list *list, uint64_t *size)
{
	*size = 0;
	for (unsigned int i = 0; i < list->count; i++) {
		const uint64_t desc = list->desc[i], count = addr_desc_count(desc);
		const uint64_t block = rtt_entry_size(addr_desc_level(desc));

		if (count == 0)
			continue;
		if (addr_desc_address(desc) % block != 0 ||
		    addr_desc_state(sim, desc) != RMI_OP_MEM_DELEGATED)
			return false;
		*size += count * block;
	}
	return true;
}

static bool take(struct call *call, struct op *op, uint64_t pa)
{
	struct mem *mem = call->sim->mem;
	struct granule *granule = mem_find(mem, pa);

	if (!granule || mem_kind(mem, granule) != GRANULE_DRAM ||
	    granule->state != GRANULE_DELEGATED)
		return false;
	mem_set_state(mem, granule, op->state, &call->mem);
	op->page[op->given++] = pa;
	return true;
}

/* False at the first page that is not DELEGATED. */
static bool take_all(struct call *call, struct op *op, const struct addr_list *list)
{
	for (unsigned int i = 0; i < list->count; i++) {
		const uint64_t desc = list->desc[i], base = addr_desc_address(desc);
		const uint64_t size = addr_desc_count(desc) * rtt_entry_size(addr_desc_level(desc));

		for (uint64_t at = 0; at < size; at += GRANULE_SIZE) {
			if (!take(call, op, base + at))
				return false;
		}
	}
	return true;
}

static void donate(struct call *call, struct granule *object, const struct addr_list *list)
{
	struct op *op = op_edit(call->sim, object);
	const uint32_t before = op->given;

	if (!take_all(call, op, list) && op->given == before) {
		/* Not the call fails, the operation does. */
		call->sim->hits[COND_RMI_OP_MEM_DONATE_page_state]++;
		op_fail(call, object, smc_condition(COND_RMI_OP_MEM_DONATE_page_state)->status);
		return;
	}
	call_return(call, 1, op->given - before);
	if (op->given < op->wanted) {
		op_reply(call, RMI_MEM_REQUEST_DONATE);
		op_request(call, op);
		return;
	}
	op->phase = OP_FINISH;
	op_reply(call, RMI_MEM_REQUEST_NONE);
}

void rmi_op_mem_donate(struct call *call)
{
	const uint64_t list_pa = call->x[2];
	struct granule *object = NULL;
	const struct op *op = op_find(call->sim, call->x[1], &object);
	const bool aligned = list_pa % sizeof(uint64_t) == 0;
	const bool ns = addr_list_granule(call->sim, list_pa) != NULL;
	struct addr_list list;
	uint64_t size = 0;
	bool valid;

	REQUIRE(call, RMI_OP_MEM_DONATE_handle, op);
	REQUIRE(call, RMI_OP_MEM_DONATE_phase, WITH(op, op->phase == OP_DONATE));
	REQUIRE(call, RMI_OP_MEM_DONATE_list_align, aligned);
	REQUIRE(call, RMI_OP_MEM_DONATE_list_pas, ns);
	if (!aligned || !ns)
		return; /* a dry run */
	addr_list_read(call, list_pa, addr_list_clip(list_pa, call->x[3]), &list);
	valid = list_size(call->sim, &list, &size);
	REQUIRE(call, RMI_OP_MEM_DONATE_entries, valid);
	REQUIRE(call, RMI_OP_MEM_DONATE_size,
		!op || !valid || size <= (op->wanted - op->given) * GRANULE_SIZE);
	CHECKED(call);

	donate(call, object, &list);
}
