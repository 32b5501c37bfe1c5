/* SPDX-License-Identifier: BSD-3-Clause */
/* Loads, stores and fetches of scripts. Stage 1 is off: the virtual address is the IPA. */
#include <string.h>

#include "exec/script.h"

#define GRANULE   UINT64_C(4096)
#define PAIR_SIZE ((size_t)16)

/* --- faults ------------------------------------------------------------------------------------- */

static enum script_wake stage2_fault(struct rmmsim_realm *realm, uint64_t ipa,
				     const struct rmmsim_translation *t, uint64_t iss)
{
	struct rmmsim_event event = t->event;

	event.kind = RMMSIM_EVENT_SYNC;
	event.esr |= SYNDROME_IL | iss;
	event.far = ipa;
	return script_raise(realm, &event);
}

/* Beyond the IPA space: with stage 1 off a fault of level 0 that stays at EL1. rtt.md#7.1 */
static enum rmmsim_outcome address_size_fault(struct rmmsim_realm *realm, enum syndrome_class ec,
					      uint64_t ipa, uint64_t iss)
{
	return script_abort(realm, ec, SYNDROME_ADDRESS_SIZE_0 | iss, ipa);
}

/* --- single loads and stores ---------------------------------------------------------------------- */

struct access {
	uint64_t ipa;
	unsigned int size;
	enum rmmsim_access kind;
	uint64_t wnr; /* SYNDROME_WNR of a store, else 0 */
};

static bool is_size(unsigned int size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

static uint64_t access_iss(const struct access *a)
{
	const unsigned int log2 = (unsigned int)__builtin_ctz(a->size);

	return SYNDROME_ISV | SYNDROME_SAS(log2) | (a->size == 8 ? SYNDROME_SF : 0) | a->wnr;
}

/* One instruction that moves `value` between memory and X0. */
static enum rmmsim_outcome access_memory(struct rmmsim_realm *realm, const struct access *a,
					 uint64_t *value)
{
	struct rmmsim_translation t;
	uint64_t data = 0;
	enum script_wake wake;

	if (!is_size(a->size))
		return script_undefined(realm);
	/* As Device memory and SCTLR_EL1.A have it. */
	if (a->ipa % a->size)
		return script_abort(realm, SYNDROME_DATA_ABORT, SYNDROME_ALIGNMENT | a->wnr,
				    a->ipa);
	do {
		if (script_serror_taken(realm))
			return RMMSIM_ABORT;
		if (a->wnr)
			data = script_context(realm)->x[0] = *value;
		rmmsim_copy(realm->vcpu, a->ipa, a->kind, &data, a->size, &t);
		if (t.proceeds) {
			script_context(realm)->x[0] = *value = data;
			return script_retire(realm);
		}
		if (t.address_size)
			return address_size_fault(realm, SYNDROME_DATA_ABORT, a->ipa, a->wnr);
		wake = stage2_fault(realm, a->ipa, &t, access_iss(a));
	} while (wake == SCRIPT_RETRY);
	if (wake == SCRIPT_COMPLETED)
		*value = script_context(realm)->x[0];
	return script_outcome(realm, wake);
}

enum rmmsim_outcome rmmsim_realm_load(struct rmmsim_realm *realm, uint64_t ipa, unsigned int size,
				      uint64_t *value)
{
	const struct access a = {.ipa = ipa, .size = size, .kind = RMMSIM_READ};

	return access_memory(realm, &a, value);
}

enum rmmsim_outcome rmmsim_realm_store(struct rmmsim_realm *realm, uint64_t ipa, unsigned int size,
				       uint64_t value)
{
	const struct access a = {
		.ipa = ipa,
		.size = size,
		.kind = RMMSIM_WRITE,
		.wnr = SYNDROME_WNR,
	};

	return access_memory(realm, &a, &value);
}

/* --- copies --------------------------------------------------------------------------------------- */

struct copy {
	uint64_t ipa;
	uint8_t *data;
	size_t left;
	enum rmmsim_access kind;
	uint64_t wnr;
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void advance(struct copy *c, size_t size)
{
	c->ipa += size;
	c->data += size;
	c->left -= size;
}

/* The pair instruction at c->ipa faults. Its data registers are X0 and X1. */
static enum rmmsim_outcome copy_fault(struct rmmsim_realm *realm, struct copy *c, size_t chunk,
				      const struct rmmsim_translation *t)
{
	const size_t size = least(chunk, PAIR_SIZE);
	enum script_wake wake;

	if (t->address_size)
		return address_size_fault(realm, SYNDROME_DATA_ABORT, c->ipa, c->wnr);
	if (c->wnr)
		memcpy(script_context(realm)->x, c->data, size);
	wake = stage2_fault(realm, c->ipa, t, c->wnr);
	if (wake != SCRIPT_COMPLETED)
		return script_outcome(realm, wake);
	if (!c->wnr)
		memcpy(c->data, script_context(realm)->x, size);
	advance(c, size);
	return RMMSIM_DONE;
}

static enum rmmsim_outcome copy_memory(struct rmmsim_realm *realm, struct copy *c)
{
	struct rmmsim_translation t;
	enum rmmsim_outcome outcome = RMMSIM_DONE;

	while (c->left && outcome == RMMSIM_DONE) {
		/* A granule at a time: nothing can tell it from one pair after the other. */
		const size_t chunk = least(c->left, GRANULE - c->ipa % GRANULE);
		const size_t pairs = (chunk + PAIR_SIZE - 1) / PAIR_SIZE;

		if (script_serror_taken(realm))
			return RMMSIM_ABORT;
		rmmsim_copy(realm->vcpu, c->ipa, c->kind, c->data, chunk, &t);
		if (!t.proceeds) {
			outcome = copy_fault(realm, c, chunk, &t);
			continue;
		}
		script_context(realm)->pc += pairs * SCRIPT_INSN_SIZE;
		advance(c, chunk);
	}
	return outcome;
}

enum rmmsim_outcome rmmsim_realm_read(struct rmmsim_realm *realm, uint64_t ipa, void *data,
				      size_t size)
{
	struct copy c = {.ipa = ipa, .data = data, .left = size, .kind = RMMSIM_READ};

	return copy_memory(realm, &c);
}

enum rmmsim_outcome rmmsim_realm_write(struct rmmsim_realm *realm, uint64_t ipa, const void *data,
				       size_t size)
{
	/* Only read from: rmmsim_copy() has one pointer for both directions. */
	struct copy c = {
		.ipa = ipa,
		.data = (uint8_t *)data,
		.left = size,
		.kind = RMMSIM_WRITE,
		.wnr = SYNDROME_WNR,
	};

	return copy_memory(realm, &c);
}

/* --- fetches -------------------------------------------------------------------------------------- */

/* Fetches the instruction at the PC; RMMSIM_DONE also if the monitor or Plane 0 stepped over it. */
static enum rmmsim_outcome fetch_at_pc(struct rmmsim_realm *realm)
{
	const uint64_t ipa = script_context(realm)->pc;
	struct rmmsim_translation t;
	enum script_wake wake;

	if (ipa % SCRIPT_INSN_SIZE)
		return script_abort(realm, SYNDROME_PC_ALIGNMENT, 0, ipa);
	do {
		const unsigned int el = PSTATE_EL(script_context(realm)->pstate) ? 1 : 0;

		if (script_serror_taken(realm))
			return RMMSIM_ABORT;
		rmmsim_translate(realm->vcpu, ipa, RMMSIM_FETCH, el, &t);
		if (t.proceeds)
			return RMMSIM_DONE;
		if (t.address_size)
			return address_size_fault(realm, SYNDROME_INST_ABORT, ipa, 0);
		wake = stage2_fault(realm, ipa, &t, 0);
	} while (wake == SCRIPT_RETRY);
	return script_outcome(realm, wake);
}

enum rmmsim_outcome rmmsim_realm_fetch(struct rmmsim_realm *realm, uint64_t ipa)
{
	const uint64_t pc = script_context(realm)->pc;
	enum rmmsim_outcome outcome;

	if (script_serror_taken(realm))
		return RMMSIM_ABORT;
	/* An instruction abort is reported at the address that could not be fetched. */
	script_context(realm)->pc = ipa;
	outcome = fetch_at_pc(realm);
	script_context(realm)->pc = pc;
	script_retire(realm);
	return outcome;
}
