/* SPDX-License-Identifier: BSD-3-Clause */
/* REC_CREATE and REC_DESTROY of 2.0, which take and give back memory by a stateful operation: rmm-2.0.md#8 */
#include <string.h>

#include "rmm/op.h"
#include "rmm/rmi/rec.h"

void rmi_rec_create_2(struct call *call)
{
	struct granule *rec =
		call_dram(call, COND_RMI_REC_CREATE_rec_align, call->x[2], GRANULE_DELEGATED);

	RESOLVED(call);
	REQUIRE(call, RMI_REC_CREATE_op_pool, op_available(call->sim));
	CHECKED(call);

	op_begin_donate(call, rec, GRANULE_REC_AUX, call->sim->config.rec_aux_count);
}

static bool mpidr_next(const struct realm *realm, const struct rmi_rec_params *params)
{
	return (params->mpidr & REC_MPIDR_SBZ) == 0 &&
	       rec_mpidr_index(params->mpidr) == realm->rec_index;
}

static bool mpidr_free(const struct call *call, const struct granule *rd,
		       const struct rmi_rec_params *params)
{
	return (params->mpidr & REC_MPIDR_SBZ) == 0 &&
	       !rec_find(call->sim, rd, rec_mpidr_index(params->mpidr));
}

/* What was looked at when the memory is there: the Host may have changed it since the first call. */
void rec_create_finish(struct call *call, const struct op *op, struct granule *object)
{
	struct rmmsim *sim = call->sim;
	const bool in_order = quirk(sim, QUIRK_mpidr_in_order);
	const uint64_t order = feature(sim, SMC_FEATURE_MAX_RECS_ORDER);
	struct rmi_rec_params params = {0};
	const struct granule *page;
	const struct realm *realm;
	struct granule *rd;

	page = call_ns(call, COND_RMI_REC_CREATE_params_align, call->x[3]);
	RESOLVED(call);
	if (page) {
		call_ns_read(call, call->x[3], sizeof(params));
		memcpy(&params, mem_r(sim->mem, call->x[3]), sizeof(params));
	}
	realm = call_realm(call, COND_RMI_REC_CREATE_rd_align, call->x[1], &rd);
	RESOLVED(call);
	REQUIRE(call, RMI_REC_CREATE_num_recs,
		WITH(realm, realm->num_recs < (UINT64_C(1) << order) - 1));
	REQUIRE(call, RMI_REC_CREATE_realm_state, WITH(realm, realm->state == REALM_NEW));
	REQUIRE(call, RMI_REC_CREATE_mpidr_index,
		!in_order || !page || WITH(realm, mpidr_next(realm, &params)));
	REQUIRE(call, RMI_REC_CREATE_mpidr_used,
		in_order || !page || WITH(realm, mpidr_free(call, rd, &params)));
	CHECKED(call);

	params.num_aux = op->given;
	memcpy(params.aux, op->page, op->given * sizeof(params.aux[0]));
	rec_init(call, object, realm, &params);
	rec_move_granules(call, rec_at(sim, object), object, rd);
	rec_enrol(call, rd, &params);
	rec_forget(sim, call->x[2]);
}

void rmi_rec_destroy_2(struct call *call)
{
	struct rmmsim *sim = call->sim;
	struct granule *granule, *rd;
	const struct rec *rec;

	REQUIRE(call, RMI_REC_DESTROY_op_pool, op_available(sim));
	rec = call_rec(call, COND_RMI_REC_DESTROY_rec_align, call->x[1], &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_REC_DESTROY_rec_state, WITH(rec, !rec->running));
	CHECKED(call);

	rd = mem_find(sim->mem, rec->rd);
	realm_edit(sim, rd)->num_recs--;
	for (uint32_t i = 0; i < rec->num_aux; i++)
		mem_set_owner(sim->mem, mem_find(sim->mem, rec->aux[i]), NULL);
	op_begin_reclaim(call, granule, rec->aux, rec->num_aux);
	rec_forget(sim, call->x[1]);
}
