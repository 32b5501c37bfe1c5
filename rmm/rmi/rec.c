/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "attest/measurement.h"
#include "rmm/rmi/rec.h"
#include "smc/mutant.h"

/* rmi-commands.md#5 */
void rmi_rec_aux_count(struct call *call)
{
	call_realm(call, COND_RMI_REC_AUX_COUNT_rd_align, call->x[1], NULL);
	RESOLVED(call);
	CHECKED(call);

	call_return(call, 1, call->sim->config.rec_aux_count);
}

static bool aux_aliased(const uint64_t *aux, uint32_t count, uint64_t rec)
{
	for (uint32_t i = 0; i < count; i++) {
		if (aux[i] == rec && !MUTANT(rec_is_its_own_aux))
			return true;
		for (uint32_t j = 0; j < i; j++) {
			if (aux[j] == aux[i])
				return true;
		}
	}
	return false;
}

/* The auxiliary granules one by one; TF-RMM reports the first that fails. */
static void check_aux(struct call *call, const uint64_t *aux, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		call_dram(call, COND_RMI_REC_CREATE_aux_align, aux[i], GRANULE_DELEGATED);
		RESOLVED(call);
	}
	REQUIRE(call, RMI_REC_CREATE_aux_alias, !aux_aliased(aux, count, call->x[2]));
}

static void check_realm(struct call *call, const struct realm *realm,
			const struct rmi_rec_params *params)
{
	const uint64_t order = feature(call->sim, SMC_FEATURE_MAX_RECS_ORDER);

	REQUIRE(call, RMI_REC_CREATE_num_recs,
		WITH(realm, realm->num_recs < (UINT64_C(1) << order) - 1));
	REQUIRE(call, RMI_REC_CREATE_realm_state,
		WITH(realm, realm->state == REALM_NEW || MUTANT(rec_create_late)));
	REQUIRE(call, RMI_REC_CREATE_mpidr_index,
		(params->mpidr & REC_MPIDR_SBZ) == 0 &&
			WITH(realm, rec_mpidr_index(params->mpidr) == realm->rec_index));
	REQUIRE(call, RMI_REC_CREATE_num_aux,
		(uint32_t)params->num_aux == call->sim->config.rec_aux_count);
}

void rec_init(struct call *call, struct granule *granule, const struct realm *realm,
	      const struct rmi_rec_params *params)
{
	struct rmmsim *sim = call->sim;
	struct rec *rec = rec_edit(sim, granule);

	memset(rec, 0, GRANULE_SIZE);
	rec->rd = call->x[1];
	rec->mpidr = params->mpidr;
	rec->index = rec_mpidr_index(params->mpidr);
	rec->runnable = params->flags & RMI_REC_CREATE_FLAG_RUNNABLE;
	rec->num_aux = (uint32_t)params->num_aux;
	memcpy(rec->aux, params->aux, rec->num_aux * sizeof(rec->aux[0]));
	for (uint32_t i = 0; i < REC_AUX_MIN && !MUTANT(rec_aux_keeps_content); i++)
		memset(mem_w(sim->mem, rec->aux[i]), 0, GRANULE_SIZE);
	for (unsigned int plane = 0; plane < RTT_MAX_TREES; plane++)
		rec_plane_reset(rec_plane(sim, rec, plane), realm_pmu(realm));
	memcpy(rec_plane(sim, rec, 0)->x, params->gprs, sizeof(params->gprs));
	rec_plane(sim, rec, 0)->pc = params->pc;
}

/* Moves a REC and its auxiliary granules into or out of a Realm. */
void rec_move_granules(struct call *call, const struct rec *rec, struct granule *granule,
		       struct granule *rd)
{
	struct mem *mem = call->sim->mem;

	for (uint32_t i = !rd && MUTANT(rec_destroy_keeps_aux); i < rec->num_aux; i++) {
		struct granule *aux = mem_find(mem, rec->aux[i]);

		mem_set_state(mem, aux, rd ? GRANULE_REC_AUX : GRANULE_DELEGATED, &call->mem);
		mem_set_owner(mem, aux, rd);
	}
	mem_set_state(mem, granule, rd ? GRANULE_REC : GRANULE_DELEGATED, &call->mem);
	mem_set_owner(mem, granule, rd);
}

void rec_enrol(struct call *call, struct granule *rd, const struct rmi_rec_params *params)
{
	struct realm *realm = realm_edit(call->sim, rd);

	if ((params->flags & RMI_REC_CREATE_FLAG_RUNNABLE) || MUTANT(every_rec_measured))
		measurement_extend_rec(realm->hash_algo, realm->measurement[0], params);
	realm->rec_index++;
	realm->num_recs++;
}

void rec_forget(struct rmmsim *sim, uint64_t rec)
{
	if (sim->engine && sim->engine->forget)
		sim->engine->forget(sim->engine_context, rec);
}

/* rmi-commands.md#5 */
void rmi_rec_create(struct call *call)
{
	struct rmmsim *sim = call->sim;
	struct granule *granule, *rd;
	struct rmi_rec_params params;
	const struct realm *realm;
	uint32_t num_aux;

	if (!call_ns(call, COND_RMI_REC_CREATE_params_align, call->x[3]))
		return;
	call_ns_read(call, call->x[3], sizeof(params));
	memcpy(&params, mem_r(sim->mem, call->x[3]), sizeof(params));
	num_aux = (uint32_t)params.num_aux;
	REQUIRE(call, RMI_REC_CREATE_num_aux_bound, num_aux <= REC_MAX_AUX);
	check_aux(call, params.aux, num_aux <= REC_MAX_AUX ? num_aux : 0);
	RESOLVED(call);
	granule = call_dram(call, COND_RMI_REC_CREATE_rec_align, call->x[2], GRANULE_DELEGATED);
	RESOLVED(call);
	realm = call_realm(call, COND_RMI_REC_CREATE_rd_align, call->x[1], &rd);
	RESOLVED(call);
	check_realm(call, realm, &params);
	RESOLVED(call);
	CHECKED(call);

	rec_init(call, granule, realm, &params);
	rec_move_granules(call, rec_at(sim, granule), granule, rd);
	rec_enrol(call, rd, &params);
	rec_forget(sim, call->x[2]);
}

/* rmi-commands.md#5 */
void rmi_rec_destroy(struct call *call)
{
	struct rmmsim *sim = call->sim;
	struct granule *granule;
	const struct rec *rec =
		call_rec(call, COND_RMI_REC_DESTROY_rec_align, call->x[1], &granule);

	RESOLVED(call);
	REQUIRE(call, RMI_REC_DESTROY_rec_state, WITH(rec, !rec->running));
	CHECKED(call);

	if (!MUTANT(rec_destroy_keeps_count))
		realm_edit(sim, mem_find(sim->mem, rec->rd))->num_recs--;
	rec_move_granules(call, rec, granule, NULL);
	if (!MUTANT(rec_destroy_keeps_engine))
		rec_forget(sim, call->x[1]);
}
