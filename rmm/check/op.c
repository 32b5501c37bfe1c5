/* SPDX-License-Identifier: BSD-3-Clause */
/* Open stateful operations of 2.0. */
#include <inttypes.h>

#include "rmm/check/check.h"
#include "rmm/op.h"

static bool is_memory(const struct granule *granule)
{
	return granule && (granule->state == GRANULE_REC_AUX || granule->state == GRANULE_RD_AUX) &&
	       granule->owner == 0;
}

static void check_memory(struct check *check, unsigned int handle, const struct op *op)
{
	for (uint32_t i = op->returned; i < op->given; i++) {
		struct check_mark *mark = check_mark(check, op->page[i]);

		if (mark)
			mark->uses++;
		if (!is_memory(mem_find(check->mem, op->page[i])))
			check_fail(check, INVARIANT_op_memory,
				   "operation %u has granule 0x%" PRIx64, handle, op->page[i]);
	}
}

static void check_op(struct check *check, unsigned int handle)
{
	const uint64_t pa = check->sim->ops[handle];
	const struct granule *object = mem_find(check->mem, pa);
	const struct op *op;

	if (!object || object->state != GRANULE_PARTIAL) {
		check_fail(check, INVARIANT_op_object, "operation %u is in granule 0x%" PRIx64,
			   handle, pa);
		return;
	}
	check_mark(check, pa)->uses++;
	op = mem_r(check->mem, pa);
	if (op_valid(check->sim, op))
		check_memory(check, handle, op);
	else
		check_fail(check, INVARIANT_op_object,
			   "operation %u: phase %u, %u of %u pages, %u returned", handle, op->phase,
			   op->given, op->wanted, op->returned);
}

void check_operations(struct check *check)
{
	for (unsigned int handle = 0; handle < SIM_MAX_OPS && revision_2(check->sim); handle++) {
		if (check->sim->ops[handle] != SIM_NO_OP)
			check_op(check, handle);
	}
}
