/* SPDX-License-Identifier: BSD-3-Clause */
/* Life of a Realm in 2.0, where identifiers are the monitor's own: rmm-2.0.md#8 */
#include <string.h>

#include "rmm/mec.h"
#include "rmm/op.h"
#include "rmm/rmi/realm.h"
#include "rmm/vmid.h"

static struct realm_pages *realm_pages_edit(struct rmmsim *sim, const struct granule *rd)
{
	return (struct realm_pages *)((uint8_t *)mem_w(sim->mem, mem_pa(sim->mem, rd)) +
				      REALM_PAGES_OFFSET);
}

static bool choose_vmid(const struct rmmsim *sim, struct realm_params *p, unsigned int plane,
			uint32_t *next)
{
	for (; *next >> sim->config.vmid_bits == 0; ++*next) {
		if (!vmid_seen_used(sim, (uint16_t)*next)) {
			p->vmid[plane] = (uint16_t)(*next)++;
			return true;
		}
	}
	return false;
}

static bool choose_vmids(const struct rmmsim *sim, struct realm_params *p)
{
	uint32_t next = 0;

	for (unsigned int plane = 0; plane <= p->num_aux_planes; plane++) {
		if (!choose_vmid(sim, p, plane, &next))
			return false;
	}
	return true;
}

/* A monitor without MEC has one context for all. */
static bool choose_mecid(const struct rmmsim *sim, struct realm_params *p)
{
	p->mecid = 0;
	if (p->mec_policy == RMI_MEC_POLICY_SHARED || mec_max(sim) == 0)
		return true;
	for (p->mecid = 1; p->mecid <= mec_max(sim); p->mecid++) {
		if (!mec_assigned(sim, p->mecid))
			return true;
	}
	return false;
}

static const struct granule *read_params(struct call *call, struct realm_params *params)
{
	const struct granule *page = call_ns(call, COND_RMI_REALM_CREATE_params_align, call->x[2]);

	if (!page)
		return NULL;
	call_ns_read(call, call->x[2], sizeof(params->raw));
	realm_params_read(call->sim, call->x[2], params);
	realm_params_check(call, params);
	return page;
}

/* rmm-2.0.md#8.1, steps 1 to 6 */
static void check(struct call *call, struct realm_params *params)
{
	const struct granule *page = read_params(call, params);

	RESOLVED(call);
	if (!page || params->num_aux_planes > SIM_MAX_AUX_PLANES)
		return; /* a dry run */
	REQUIRE(call, RMI_REALM_CREATE_vmids, choose_vmids(call->sim, params));
	REQUIRE(call, RMI_REALM_CREATE_mecids, choose_mecid(call->sim, params));
	realm_check_roots(call, params);
}

static void create_at_once(struct call *call)
{
	struct realm_params params;
	struct granule *rd;

	check(call, &params);
	RESOLVED(call);
	rd = call_dram(call, COND_RMI_REALM_CREATE_rd_align, call->x[1], GRANULE_DELEGATED);
	RESOLVED(call);
	CHECKED(call);

	realm_build(call, rd, &params);
}

void rmi_realm_create_2(struct call *call)
{
	struct granule *rd;

	if (quirk(call->sim, QUIRK_realm_synchronous)) {
		create_at_once(call);
		return;
	}
	rd = call_dram(call, COND_RMI_REALM_CREATE_rd_align, call->x[1], GRANULE_DELEGATED);
	RESOLVED(call);
	REQUIRE(call, RMI_REALM_CREATE_op_pool, op_available(call->sim));
	CHECKED(call);

	op_begin_donate(call, rd, GRANULE_RD_AUX, REALM_MAX_PAGES);
}

void realm_create_finish(struct call *call, const struct op *op, struct granule *object)
{
	struct realm_params params;
	struct realm_pages *pages;

	check(call, &params);
	RESOLVED(call);
	CHECKED(call);

	realm_build(call, object, &params);
	pages = realm_pages_edit(call->sim, object);
	pages->count = op->given;
	memcpy(pages->page, op->page, sizeof(pages->page));
	for (uint32_t i = 0; i < op->given; i++)
		mem_set_owner(call->sim->mem, mem_find(call->sim->mem, op->page[i]), object);
}

/* rmm-2.0.md#8.4 */
void rmi_realm_destroy_2(struct call *call)
{
	const bool at_once = quirk(call->sim, QUIRK_realm_synchronous);
	struct rmmsim *sim = call->sim;
	struct realm_pages pages;
	const struct realm *realm;
	struct granule *rd;

	REQUIRE(call, RMI_REALM_DESTROY_op_pool, at_once || op_available(sim));
	realm = call_realm(call, COND_RMI_REALM_DESTROY_rd_align, call->x[1], &rd);
	RESOLVED(call);
	REQUIRE(call, RMI_REALM_DESTROY_realm_state, WITH(realm, realm->state == REALM_ZOMBIE));
	REQUIRE(call, RMI_REALM_DESTROY_realm_live, WITH(realm, !realm_live(sim, realm)));
	CHECKED(call);

	realm_release(call, realm);
	if (at_once) {
		mem_set_state(sim->mem, rd, GRANULE_DELEGATED, &call->mem);
		return;
	}
	pages = *realm_pages(sim, rd);
	for (uint64_t i = 0; i < pages.count; i++)
		mem_set_owner(sim->mem, mem_find(sim->mem, pages.page[i]), NULL);
	op_begin_reclaim(call, rd, pages.page, (uint32_t)pages.count);
}

struct runners {
	const struct rmmsim *sim;
	const struct granule *rd;
	bool some;
};

static void look_for_runner(void *context, struct granule *granule)
{
	struct runners *r = context;

	if (granule->state == GRANULE_REC && mem_owner(r->sim->mem, granule) == r->rd)
		r->some |= rec_at(r->sim, granule)->running;
}

static bool some_rec_runs(const struct rmmsim *sim, const struct granule *rd)
{
	struct runners runners = {.sim = sim, .rd = rd};

	if (sim->running)
		mem_each(sim->mem, look_for_runner, &runners);
	return runners.some;
}

/* rmm-2.0.md#8.3: from every state. */
void rmi_realm_terminate(struct call *call)
{
	struct granule *rd;

	call_realm(call, COND_RMI_REALM_TERMINATE_rd_align, call->x[1], &rd);
	RESOLVED(call);
	REQUIRE(call, RMI_REALM_TERMINATE_realm_running, WITH(rd, !some_rec_runs(call->sim, rd)));
	CHECKED(call);

	realm_edit(call->sim, rd)->state = REALM_ZOMBIE;
}
