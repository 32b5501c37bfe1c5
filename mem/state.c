/* SPDX-License-Identifier: BSD-3-Clause */
#include "mem/protect.h"

/*
 * The record is written while the granule is inaccessible to the Host, so that a fault reports the
 * state that caused it.
 */
static void move(struct mem *mem, struct granule *granule, enum granule_state state,
		 enum granule_pas pas)
{
	const bool was_shut = granule->pas != GRANULE_PAS_NS, shut = pas != GRANULE_PAS_NS;

	mem_watch_check(mem, mem_index(mem, granule));
	if (was_shut && !shut)
		protect_open(mem, granule);
	granule->state = state;
	granule->pas = pas;
	touched_mark(&mem->touched, mem_index(mem, granule));
	if (shut && !was_shut)
		protect_shut(mem, granule);
}

void mem_set_state(struct mem *mem, struct granule *granule, enum granule_state state,
		   const struct mem_call *call)
{
	granule->command = call->command;
	granule->call = call->call;
	move(mem, granule, state,
	     state == GRANULE_UNDELEGATED ? GRANULE_PAS_NS : GRANULE_PAS_REALM);
}

void mem_set_pas(struct mem *mem, struct granule *granule, enum granule_pas pas)
{
	move(mem, granule, granule->state, pas);
}

void mem_set_owner(struct mem *mem, struct granule *granule, const struct granule *rd)
{
	granule->owner = rd ? mem_index(mem, rd) + 1 : 0;
	touched_mark(&mem->touched, mem_index(mem, granule));
}

struct granule_visitor {
	const struct mem *mem;
	void (*visit)(void *context, struct granule *granule);
	void *context;
};

static void visit_granule(void *context, uint32_t index)
{
	const struct granule_visitor *visitor = context;

	visitor->visit(visitor->context, mem_at_index(visitor->mem, index));
}

void mem_each(const struct mem *mem, void (*visit)(void *context, struct granule *granule),
	      void *context)
{
	struct granule_visitor visitor = {mem, visit, context};

	touched_each(&mem->touched, visit_granule, &visitor);
}
