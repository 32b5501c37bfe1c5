/* SPDX-License-Identifier: BSD-3-Clause */
#include "rmm/rmi/realm_params.h"
#include "rmm/mec.h"

#define FEATURE(call, name) feature((call)->sim, SMC_FEATURE_##name)

/* Bits of RmiRealmFlags0/1 that have a meaning: rmi-abi.md#7.1 */
static void decode_flags(struct realm_params *p)
{
	p->lpa2 = p->raw.flags0 & RMI_REALM_FLAGS0_LPA2;
	p->sve = p->raw.flags0 & RMI_REALM_FLAGS0_SVE;
	p->pmu = p->raw.flags0 & RMI_REALM_FLAGS0_PMU;
	p->da = p->raw.flags0 & RMI_REALM_FLAGS0_DA;
	p->indirect = p->raw.flags1 & RMI_REALM_FLAGS1_RTT_S2AP_ENCODING;
	p->mec_policy = RMMSIM_FIELD(p->raw.flags0, RMI_REALM_FLAGS0_2_MEC_POLICY);
	p->tree_pp = p->num_aux_planes && (p->raw.flags1 & RMI_REALM_FLAGS1_RTT_TREE_PP);
}

static uint64_t decode_mecid(const struct rmmsim *sim, uint64_t mecid)
{
	if (quirk(sim, QUIRK_mecid_ignored_no_mec) && mec_max(sim) == 0)
		return 0;
	return mec_argument(sim, mecid);
}

void realm_params_read(const struct rmmsim *sim, uint64_t pa, struct realm_params *p)
{
	const struct rmi_realm_params *page = mem_r(sim->mem, pa);

	*p = (struct realm_params){.raw = *page};
	p->s2sz = (uint32_t)p->raw.s2sz;
	p->sve_vl = (uint32_t)p->raw.sve_vl;
	p->num_bps = (uint32_t)p->raw.num_bps;
	p->num_wps = (uint32_t)p->raw.num_wps;
	p->pmu_num_ctrs = (uint32_t)p->raw.pmu_num_ctrs;
	p->num_aux_planes = (uint32_t)p->raw.num_aux_planes;
	p->num_start = (uint32_t)p->raw.rtt_num_start;
	p->hash_algo = (uint8_t)p->raw.hash_algo;
	p->mecid = decode_mecid(sim, p->raw.mecid);
	decode_flags(p);
	if (revision_2(sim) && !quirk(sim, QUIRK_lpa2_flag))
		p->lpa2 = feature(sim, SMC_FEATURE_S2OASZ) > 48;
	p->vmid[0] = (uint16_t)p->raw.vmid;
	p->root[0] = p->raw.rtt_base;
	for (unsigned int i = 0; i < SIM_MAX_AUX_PLANES; i++) {
		p->vmid[i + 1] = p->raw.aux_vmid[i];
		p->root[i + 1] = p->raw.aux_rtt_base[i];
	}
	p->trees =
		p->tree_pp && p->num_aux_planes <= SIM_MAX_AUX_PLANES ? p->num_aux_planes + 1 : 1;
}

static void check_processor(struct call *call, const struct realm_params *p)
{
	const bool pmu = FEATURE(call, PMU) || quirk(call->sim, QUIRK_pmu_unadvertised);
	bool hpmn0 = call->sim->config.id_regs.id_aa64dfr0 >> 60 != 0;

	REQUIRE(call, RMI_REALM_CREATE_params_supp_lpa2,
		!p->lpa2 || FEATURE(call, LPA2) || FEATURE(call, S2OASZ) > 48);
	REQUIRE(call, RMI_REALM_CREATE_params_supp_s2sz,
		p->s2sz >= 32 && p->s2sz <= FEATURE(call, S2SZ));
	REQUIRE(call, RMI_REALM_CREATE_params_supp_bps,
		p->num_bps != 0 && p->num_bps <= FEATURE(call, NUM_BPS));
	REQUIRE(call, RMI_REALM_CREATE_params_supp_wps,
		p->num_wps != 0 && p->num_wps <= FEATURE(call, NUM_WPS));
	REQUIRE(call, RMI_REALM_CREATE_params_supp_sve,
		!p->sve || (FEATURE(call, SVE) && p->sve_vl <= FEATURE(call, SVE_VL)));
	REQUIRE(call, RMI_REALM_CREATE_params_supp_pmu,
		!p->pmu || (pmu && p->pmu_num_ctrs <= FEATURE(call, PMU_NUM_CTRS) &&
			    (p->pmu_num_ctrs != 0 || hpmn0)));
	REQUIRE(call, RMI_REALM_CREATE_params_supp_da, !p->da || FEATURE(call, DA));
}

static void check_geometry(struct call *call, const struct realm_params *p)
{
	bool level_valid = rtt_start_level_valid(p->s2sz, p->raw.rtt_level_start, p->lpa2,
						 call->sim->config.pa_bits);

	REQUIRE(call, RMI_REALM_CREATE_rtt_num_level_start, level_valid);
	REQUIRE(call, RMI_REALM_CREATE_rtt_num_level_num,
		WITH(level_valid, p->num_start == rtt_num_start(p->s2sz, p->raw.rtt_level_start)));
}

/* planes.md#1.2 */
static void check_planes(struct call *call, const struct realm_params *p)
{
	uint64_t rtt_plane = FEATURE(call, RTT_PLANE);
	bool aux = p->num_aux_planes != 0;

	REQUIRE(call, RMI_REALM_CREATE_params_supp_planes,
		p->num_aux_planes <= FEATURE(call, MAX_NUM_AUX_PLANES) &&
			p->num_aux_planes <= SIM_MAX_AUX_PLANES);
	REQUIRE(call, RMI_REALM_CREATE_params_supp_rtt_tree_pp,
		!aux || rtt_plane != (p->tree_pp ? RMI_RTT_PLANE_SINGLE : RMI_RTT_PLANE_AUX));
	REQUIRE(call, RMI_REALM_CREATE_params_supp_s2ap_tree, !aux || p->tree_pp != p->indirect);
	REQUIRE(call, RMI_REALM_CREATE_params_supp_s2ap_encoding,
		!p->indirect || FEATURE(call, RTT_S2AP_INDIRECT));
	REQUIRE(call, RMI_REALM_CREATE_ats_plane,
		p->raw.ats_plane <= p->num_aux_planes || quirk(call->sim, QUIRK_ats_plane_ignored));
}

static bool root_aligned(const struct realm_params *p, unsigned int tree)
{
	return p->num_start && p->root[tree] % (p->num_start * GRANULE_SIZE) == 0;
}

static bool aux_roots_aligned(const struct realm_params *p)
{
	for (unsigned int tree = 1; tree < p->trees; tree++) {
		if (!root_aligned(p, tree))
			return false;
	}
	return true;
}

static bool hash_supported(const struct call *call, uint8_t algo)
{
	if (algo == RMI_HASH_SHA_256)
		return FEATURE(call, HASH_SHA_256);
	if (algo == RMI_HASH_SHA_384)
		return FEATURE(call, HASH_SHA_384) || quirk(call->sim, QUIRK_sha_384_unadvertised);
	return algo == RMI_HASH_SHA_512 && FEATURE(call, HASH_SHA_512);
}

void realm_params_check(struct call *call, const struct realm_params *p)
{
	check_processor(call, p);
	RESOLVED(call);
	check_geometry(call, p);
	RESOLVED(call);
	check_planes(call, p);
	RESOLVED(call);
	REQUIRE(call, RMI_REALM_CREATE_rtt_align, root_aligned(p, 0));
	REQUIRE(call, RMI_REALM_CREATE_aux_rtt_align, aux_roots_aligned(p));
	REQUIRE(call, RMI_REALM_CREATE_params_valid_hash, hash_supported(call, p->hash_algo));
	if (!revision_2(call->sim))
		return; /* 1.1 has a MECID instead */
	REQUIRE(call, RMI_REALM_CREATE_params_supp_mec_policy,
		p->mec_policy <= RMI_MEC_POLICY_PRIVATE);
}
