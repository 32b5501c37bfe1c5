/* SPDX-License-Identifier: BSD-3-Clause */
/* What engines may ask for: include/rmmsim/engine.h */
#include <string.h>

#include "rmm/realm.h"
#include "rmm/syndrome.h"

enum rmmsim_status rmmsim_set_engine(struct rmmsim *sim, const struct rmmsim_engine_ops *ops,
				     void *context)
{
	enum rmmsim_status status = RMMSIM_OK;

	if (!sim || !ops || ops->size != sizeof(*ops) || !ops->run)
		return RMMSIM_ERR_ARGUMENT;
	mem_lock(sim->mem);
	if (sim->running) {
		status = RMMSIM_ERR_STATE;
	} else {
		sim->engine = ops;
		sim->engine_context = context;
	}
	mem_unlock(sim->mem);
	return status;
}

uint64_t rmmsim_time(const struct rmmsim *sim)
{
	return __atomic_load_n(&sim->time, __ATOMIC_RELAXED);
}

void rmmsim_time_advance(struct rmmsim *sim, uint64_t ticks)
{
	__atomic_fetch_add(&sim->time, ticks, __ATOMIC_RELAXED);
}

/* Fault status code: rtt.md#7 (7.3) */
static uint64_t fault_status(const struct plane_result *r)
{
	if (r->fault == PLANE_FAULT_GPF)
		return FSC_GPF;
	if (r->fault == PLANE_FAULT_PERMISSION)
		return FSC_PERMISSION + (unsigned int)r->level;
	return r->level < 0 ? FSC_TRANSLATION_M1 : FSC_TRANSLATION + (unsigned int)r->level;
}

static void set_fault(struct rmmsim_translation *t, bool fetch, uint64_t ipa, uint64_t fsc)
{
	t->proceeds = false;
	t->event.kind = RMMSIM_EVENT_SYNC;
	t->event.esr = ESR_EC(fetch ? EC_INST_ABORT : EC_DATA_ABORT) | ESR_IL | fsc;
	t->event.hpfar = ipa >> HPFAR_FIPA_SHIFT & HPFAR_FIPA_MASK;
}

static enum plane_access_kind access_kind(enum rmmsim_access access)
{
	if (access == RMMSIM_FETCH)
		return PLANE_FETCH;
	return access == RMMSIM_WRITE ? PLANE_WRITE : PLANE_READ;
}

/* With the instance locked. The Realm cannot go away while one of its RECs runs. */
static void translate(const struct rmmsim_vcpu *vcpu, uint64_t ipa, enum rmmsim_access access,
		      unsigned int el, struct rmmsim_translation *t)
{
	const struct rmmsim *sim = vcpu->sim;
	const struct plane_quirks quirks = sim_plane_quirks(sim);
	const struct realm *realm = realm_at(sim, mem_find(sim->mem, vcpu->rd));
	const struct plane_access a = {.kind = access_kind(access), .privileged = el != 0};
	const struct plane_result r =
		plane_translate(sim->mem, &realm->s2, vcpu->plane, ipa, &a, &quirks);
	const bool fetch = access == RMMSIM_FETCH;

	*t = (struct rmmsim_translation){.level = r.level, .tree = r.tree};
	if (r.outcome == PLANE_ADDRESS_SIZE) {
		t->address_size = true;
		return;
	}
	if (r.outcome != PLANE_PROCEED) {
		set_fault(t, fetch, ipa, fault_status(&r));
		return;
	}
	t->proceeds = true;
	t->pa = r.pa;
	t->ns = r.ns;
	/* The Host may map an address where there is no memory: the access fails on the bus. */
	if (!mem_find(sim->mem, r.pa))
		set_fault(t, fetch, ipa, FSC_EXTERNAL);
}

void rmmsim_translate(const struct rmmsim_vcpu *vcpu, uint64_t ipa, enum rmmsim_access access,
		      unsigned int el, struct rmmsim_translation *result)
{
	mem_lock(vcpu->sim->mem);
	translate(vcpu, ipa, access, el, result);
	mem_unlock(vcpu->sim->mem);
}

void rmmsim_copy(const struct rmmsim_vcpu *vcpu, uint64_t ipa, enum rmmsim_access access,
		 void *data, size_t size, struct rmmsim_translation *result)
{
	struct mem *mem = vcpu->sim->mem;

	mem_lock(mem);
	translate(vcpu, ipa, access, 1, result);
	if (result->proceeds && access == RMMSIM_WRITE)
		memcpy(mem_w(mem, result->pa), data, size);
	if (result->proceeds && access != RMMSIM_WRITE)
		memcpy(data, mem_r(mem, result->pa), size);
	mem_unlock(mem);
}
