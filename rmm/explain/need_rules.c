/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules of needs.def about the Realm, its RECs and the calls it makes. */
#include "rmm/explain/need_rules.h"
#include "rmm/mec.h"
#include "rmm/run.h"

#define FEATURE(s, name) feature((s)->call->sim, SMC_FEATURE_##name)
#define HOST_CALL_SIZE   sizeof(struct rsi_host_call)

/* --- Realm and REC -------------------------------------------------------------------------------- */

RULE(version)
{
	const struct rmmsim *sim = s->call->sim;
	const struct smc_revision_row *row = smc_revision(sim->revision);
	const bool realm = s->call->id == RSI_VERSION;

	return need_range(need, !realm && revision_2(sim) ? RMM_VERSION_2_0 : RMM_VERSION_1_0,
			  realm ? row->rsi : row->version);
}

RULE(data_flags)
{
	(void)s;
	return need_bits(need, RMI_DATA_FLAG_MEASURE);
}

RULE(s2sz)
{
	need->value = s->params.s2sz;
	return need_range(need, 32, FEATURE(s, S2SZ));
}

RULE(num_bps)
{
	need->value = s->params.num_bps;
	return need_range(need, 1, FEATURE(s, NUM_BPS));
}

RULE(num_wps)
{
	need->value = s->params.num_wps;
	return need_range(need, 1, FEATURE(s, NUM_WPS));
}

RULE(sve_vl)
{
	need->value = s->params.sve_vl;
	return FEATURE(s, SVE) && need_at_most(need, FEATURE(s, SVE_VL));
}

RULE(pmu_num_ctrs)
{
	need->value = s->params.pmu_num_ctrs;
	return FEATURE(s, PMU) && need_range(need, 1, FEATURE(s, PMU_NUM_CTRS));
}

RULE(level_start)
{
	const struct realm_params *p = &s->params;
	int64_t low = RTT_LEVEL_PAGE + 1, high = RTT_LEVEL_MIN - 1;

	for (int64_t level = RTT_LEVEL_MIN; level <= RTT_LEVEL_PAGE; level++) {
		if (!rtt_start_level_valid(p->s2sz, level, p->lpa2, s->call->sim->config.pa_bits))
			continue;
		low = level < low ? level : low;
		high = level;
	}
	need->value = (uint64_t)p->raw.rtt_level_start;
	need_given(need, "s2sz", p->s2sz);
	return need_range(need, (uint64_t)low, (uint64_t)high);
}

RULE(num_start)
{
	const struct realm_params *p = &s->params;

	need->value = p->num_start;
	need_given(need, "s2sz", p->s2sz);
	need_given(need, "rtt_level_start", (uint64_t)p->raw.rtt_level_start);
	return need_exactly(need, rtt_num_start(p->s2sz, p->raw.rtt_level_start));
}

RULE(num_aux_planes)
{
	const uint64_t max = FEATURE(s, MAX_NUM_AUX_PLANES);

	need->value = s->params.num_aux_planes;
	return need_at_most(need, max < SIM_MAX_AUX_PLANES ? max : SIM_MAX_AUX_PLANES);
}

RULE(ats_plane)
{
	need->value = s->params.raw.ats_plane;
	need_given(need, "num_aux_planes", s->params.num_aux_planes);
	return need_at_most(need, s->params.num_aux_planes);
}

static bool align_root(const struct subject *s, struct rmmsim_need *need, unsigned int tree)
{
	need->value = s->params.root[tree];
	need_given(need, "rtt_num_start", s->params.num_start);
	return need_multiple(need, s->params.num_start * GRANULE_SIZE);
}

RULE(root_align)
{
	return align_root(s, need, 0);
}

RULE(aux_root_align)
{
	const uint64_t of = s->params.num_start * GRANULE_SIZE;
	unsigned int tree = 1;

	while (of && tree + 1 < s->params.trees && s->params.root[tree] % of == 0)
		tree++;
	return tree < s->params.trees && align_root(s, need, tree);
}

RULE(mecid)
{
	return need_at_most(need, mec_max(s->call->sim));
}

RULE(realm_mecid)
{
	need->value = s->params.mecid;
	return need_mecid(s, need);
}

RULE(vmid)
{
	need->value = s->params.vmid[0];
	return need_at_most(need, (UINT64_C(1) << s->call->sim->config.vmid_bits) - 1);
}

RULE(num_aux_bound)
{
	need->value = (uint32_t)s->rec_params.num_aux;
	return need_at_most(need, REC_MAX_AUX);
}

RULE(num_aux)
{
	need->value = (uint32_t)s->rec_params.num_aux;
	return need_exactly(need, s->call->sim->config.rec_aux_count);
}

RULE(num_recs)
{
	if (!s->realm)
		return false;
	need->value = s->realm->num_recs;
	return need_at_most(need, (UINT64_C(1) << FEATURE(s, MAX_RECS_ORDER)) - 2);
}

/* RECs are created in the order of their index: rec.md#2 */
RULE(mpidr)
{
	if (!s->realm)
		return false;
	need->value = s->rec_params.mpidr;
	return need_exactly(need, rec_index_mpidr(s->realm->rec_index));
}

RULE(gicv3_hcr)
{
	const struct granule *page = mem_find(s->call->sim->mem, subject_x(s, "run_ptr"));

	if (!page)
		return false;
	need->value =
		((const struct rmi_rec_enter *)mem_r(s->call->sim->mem, subject_x(s, "run_ptr")))
			->gicv3_hcr;
	return need_bits(need, GIC_HCR_HOST);
}

RULE(psci_target)
{
	const struct rec *calling = subject_rec(s, "calling_ptr");
	const struct rec *target = subject_rec(s, "target_ptr");

	if (!calling || !target)
		return false;
	need->value = target->mpidr;
	return need_exactly(need, rec_index_mpidr(rec_psci_index(calling->psci.target)));
}

static bool request_base(struct rmmsim_need *need, const struct rec_request *request)
{
	return request->top != 0 && need_exactly(need, request->addr);
}

static bool request_top(struct rmmsim_need *need, const struct rec_request *request)
{
	return request->top != 0 && need_at_most(need, request->top);
}

RULE(ripas_base)
{
	const struct rec *rec = subject_rec(s, "rec_ptr");

	return rec && request_base(need, &rec->ripas);
}

RULE(ripas_top)
{
	const struct rec *rec = subject_rec(s, "rec_ptr");

	return rec && request_top(need, &rec->ripas);
}

RULE(s2ap_base)
{
	const struct rec *rec = subject_rec(s, "rec_ptr");

	return rec && request_base(need, &rec->s2ap);
}

RULE(s2ap_top)
{
	const struct rec *rec = subject_rec(s, "rec_ptr");

	return rec && request_top(need, &rec->s2ap);
}

/* --- calls of a Realm -------------------------------------------------------------------------------- */

RULE(measurement)
{
	(void)s;
	return need_at_most(need, REALM_MEASUREMENTS - 1);
}

RULE(extensible)
{
	(void)s;
	return need_range(need, 1, REALM_MEASUREMENTS - 1);
}

RULE(measurement_size)
{
	(void)s;
	return need_at_most(need, sizeof(s->realm->measurement[0]));
}

RULE(offset_in_page)
{
	(void)s;
	return need_at_most(need, GRANULE_SIZE - 1);
}

RULE(rest_of_page)
{
	const uint64_t offset = subject_x(s, "offset");

	need_given(need, "offset", offset);
	return offset < GRANULE_SIZE && need_at_most(need, GRANULE_SIZE - offset);
}

RULE(settable_ripas)
{
	(void)s;
	return need_at_most(need, RSI_RIPAS_RAM);
}

RULE(host_call_align)
{
	(void)s;
	return need_multiple(need, HOST_CALL_SIZE);
}

RULE(any_plane)
{
	return s->realm && need_at_most(need, s->realm->num_aux_planes);
}

RULE(aux_plane)
{
	return s->realm && need_range(need, 1, s->realm->num_aux_planes);
}

RULE(perm_index)
{
	(void)s;
	return need_at_most(need, RSI_PERM_INDICES - 1);
}

RULE(psci_index)
{
	if (!s->realm)
		return false;
	need->value = rec_psci_index(s->call->x[1]);
	return need_at_most(need, s->realm->rec_index - 1);
}

RULE(zero)
{
	(void)s;
	return need_exactly(need, 0);
}
