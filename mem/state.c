/* SPDX-License-Identifier: BSD-3-Clause */
#include "mem/fault.h"
#include "mem/protect.h"

/* State and PAS share a byte, which the fault handler of another thread may be looking at. */
static void set_byte(struct granule *granule, enum granule_state state, enum granule_pas pas)
{
	struct granule next = {.state = state, .pas = pas};

	__atomic_store_n((uint8_t *)granule, *(uint8_t *)&next, __ATOMIC_SEQ_CST);
}

/*
 * A granule that becomes Non-secure stays inaccessible to the Host until it is touched. One that was
 * delegated is made inaccessible when its record says why, so that a fault reports the right state.
 */
static void move(struct mem *mem, struct granule *granule, enum granule_state state,
		 enum granule_pas pas)
{
	const bool leaves = granule->pas == GRANULE_PAS_NS && pas != GRANULE_PAS_NS;

	mem_watch_check(mem, mem_index(mem, granule));
	mem_record_changes(mem, granule);
	if (!mem->protect.on) {
		granule->state = state;
		granule->pas = pas;
		return;
	}
	set_byte(granule, state, pas);
	if (!leaves)
		return;
	fault_rearm(mem);
	protect_close(mem, granule);
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
	mem_record_changes(mem, granule);
}

void mem_set_record(struct mem *mem, struct granule *granule, const struct granule *record)
{
	move(mem, granule, record->state, record->pas);
	granule->command = record->command;
	granule->refs = record->refs;
	granule->owner = record->owner;
	granule->call = record->call;
}

struct granule_visitor {
	const struct mem *mem;
	void (*visit)(void *context, struct granule *granule);
	void *context;
};

static void visit_granules(void *context, uint32_t first, uint64_t bits)
{
	const struct granule_visitor *visitor = context;

	for (; bits; bits &= bits - 1)
		visitor->visit(visitor->context,
			       mem_at_index(visitor->mem, first + (uint32_t)__builtin_ctzll(bits)));
}

void mem_each(const struct mem *mem, void (*visit)(void *context, struct granule *granule),
	      void *context)
{
	struct granule_visitor visitor = {mem, visit, context};

	granule_set_each_word(&mem->touched, visit_granules, &visitor);
}
