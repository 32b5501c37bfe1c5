/* SPDX-License-Identifier: BSD-3-Clause */
/* What engines may ask for: include/rmmsim/engine.h */
#include <string.h>

#include "mem/snapshot.h"
#include "rmm/device.h"
#include "rmm/process.h"
#include "rmm/realm.h"
#include "rmm/syndrome.h"

enum rmmsim_status rmmsim_set_engine(struct rmmsim *sim, const struct rmmsim_engine_ops *ops,
				     void *context)
{
	enum rmmsim_status status = RMMSIM_OK;

	if (!sim || !ops || ops->size != sizeof(*ops) || !ops->run)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
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

const struct rmmsim_engine_ops *rmmsim_engine(struct rmmsim *sim, void **context)
{
	const struct rmmsim_engine_ops *ops;

	if (!sim || !context)
		return NULL;
	if (!process_owns(sim))
		return NULL;
	mem_lock(sim->mem);
	ops = sim->engine;
	*context = sim->engine_context;
	mem_unlock(sim->mem);
	return ops;
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
	const unsigned int kind = access & ~(unsigned int)RMMSIM_TABLE_WALK;

	if (kind == RMMSIM_FETCH)
		return PLANE_FETCH;
	return kind == RMMSIM_WRITE ? PLANE_WRITE : PLANE_READ;
}

/* What the answer rests on is watched: rmmsim_engine_watch(). */
static void keepable(const struct rmmsim_vcpu *vcpu, const struct realm *realm, uint64_t ipa,
		     const struct plane_result *r, struct rmmsim_translation *t)
{
	struct mem *mem = vcpu->sim->mem;
	const bool protected = rtt_protected(&realm->s2, ipa);

	t->allowed = r->permission;
	t->device = r->device;
	t->registers = device_at(vcpu->sim, r->pa);
	t->table = r->table;
	/* Below its root an auxiliary tree has the Unprotected tables of the primary one. */
	if (r->tree != 0 && !protected)
		t->root = rtt_walk(mem, &realm->s2, r->tree, ipa, realm->s2.level_start).table;
	/* Other overlay values never change: planes.md#5 (5.3) */
	if (realm->s2.indirect && vcpu->plane != 0 && protected)
		t->realm = vcpu->rd;
	/* The engine may keep the answer and write on its own. */
	if (mem->watched && (t->allowed & RMMSIM_ALLOW_WRITE))
		mem_touch(mem, t->pa, 1);
	mem_watch(mem, t->pa);
	mem_watch(mem, t->table);
	if (t->root)
		mem_watch(mem, t->root);
	if (t->realm)
		mem_watch(mem, t->realm);
}

/* With the instance locked. The Realm cannot go away while one of its RECs runs. */
static void translate(const struct rmmsim_vcpu *vcpu, uint64_t ipa, enum rmmsim_access access,
		      unsigned int el, struct rmmsim_translation *t)
{
	const struct rmmsim *sim = vcpu->sim;
	const struct plane_quirks quirks = sim_plane_quirks(sim);
	const struct realm *realm = realm_at(sim, mem_find(sim->mem, vcpu->rd));
	const struct plane_access a = {
		.kind = access_kind(access),
		.privileged = el != 0,
		.table_walk = access & RMMSIM_TABLE_WALK,
	};
	const struct plane_result r =
		plane_translate(sim->mem, &realm->s2, vcpu->plane, ipa, &a, &quirks);
	const bool fetch = a.kind == PLANE_FETCH;

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
	if (!mem_find(sim->mem, r.pa)) {
		set_fault(t, fetch, ipa, FSC_EXTERNAL);
		return;
	}
	keepable(vcpu, realm, ipa, &r, t);
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
	const struct rmmsim_device *device;

	mem_lock(mem);
	translate(vcpu, ipa, access, 1, result);
	device = result->registers ? device_at(vcpu->sim, result->pa) : NULL;
	if (result->proceeds && !device && access == RMMSIM_WRITE)
		memcpy(mem_w(mem, result->pa), data, size);
	if (result->proceeds && !device && access != RMMSIM_WRITE)
		memcpy(data, mem_r(mem, result->pa), size);
	mem_unlock(mem);
	if (!device)
		return;
	if (access == RMMSIM_WRITE)
		device_registers_write(device, result->pa, data, size);
	else
		device_registers_read(device, result->pa, data, size);
}

/* --- memory -------------------------------------------------------------------------------------- */

bool rmmsim_engine_memory(struct rmmsim *sim, unsigned int index, struct rmmsim_range *range,
			  void **view)
{
	const struct mem_bank *bank;

	if (!sim || !range || !view || index >= sim->mem->bank_count)
		return false;
	if (!process_owns(sim))
		return false;
	bank = &sim->mem->banks[index];
	*range = (struct rmmsim_range){bank->base, bank->base + bank->size};
	*view = bank->realm;
	return true;
}

enum rmmsim_status rmmsim_engine_watch(struct rmmsim *sim, const uint64_t **count)
{
	if (!sim || !count)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	mem_lock(sim->mem);
	mem_watch_start(sim->mem);
	mem_unlock(sim->mem);
	*count = &sim->mem->log.lines;
	return RMMSIM_OK;
}

size_t rmmsim_engine_changes(struct rmmsim *sim, uint64_t *line, uint64_t *pa, size_t size)
{
	size_t count;

	mem_lock(sim->mem);
	count = mem_watch_read(sim->mem, line, pa, size);
	mem_unlock(sim->mem);
	return count;
}
