/* SPDX-License-Identifier: BSD-3-Clause */
/* RSI_VERSION, RSI_FEATURES, RSI_REALM_CONFIG: rsi.md#4 */
#include <string.h>

#include "rmm/run.h"

void rsi_version(struct call *call)
{
	const uint64_t req = call->x[1], highest = smc_revision(call->sim->revision)->rsi;
	const bool supported = req >= RMM_VERSION_1_0 && req <= highest;

	if (!call->dry_run) {
		call_return(call, 1, supported ? req : highest);
		call_return(call, 2, highest);
	}
	REQUIRE(call, RSI_VERSION_req_supp, supported);
}

void rsi_features(struct call *call)
{
	const struct realm *realm = run_realm(call->run);

	CHECKED(call);
	if (call->x[1] == 0 && (realm->flags0 & RMI_REALM_FLAGS0_DA))
		call_return(call, 1, RSI_FEATURE0_DA);
}

static uint8_t hash_shown(const struct rmmsim *sim, const struct realm *realm)
{
	if (realm->hash_algo == RMI_HASH_SHA_384 && quirk(sim, QUIRK_config_hash_384))
		return RSI_HASH_SHA_512;
	return (uint8_t)realm->hash_algo;
}

static void fill_config(struct call *call, struct rsi_realm_config *config)
{
	const struct realm *realm = run_realm(call->run);
	const uint32_t vtr = (uint32_t)call->sim->config.id_regs.ich_vtr;
	const uint8_t hash_algo = hash_shown(call->sim, realm);

	/* rsi.md#3 (3.1): TF-RMM leaves the bytes between its fields as they were. */
	if (!quirk(call->sim, QUIRK_realm_config_partial)) {
		memset(config, 0, sizeof(*config));
		config->ats_plane = (realm->flags1 & RMI_REALM_FLAGS1_ATS) ? realm->ats_plane : 0;
	} else if (revision_2(call->sim)) {
		config->ats_plane = realm->ats_plane;
	}
	config->ipa_width = realm->s2.s2sz;
	memcpy(&config->hash_algo, &hash_algo, sizeof(hash_algo));
	config->num_aux_planes = realm->num_aux_planes;
	memcpy(&config->gicv3_vtr, &vtr, sizeof(vtr));
	memcpy(config->rpv, realm->rpv, sizeof(config->rpv));
}

void rsi_realm_config(struct call *call)
{
	const struct realm *realm = run_realm(call->run);
	const uint64_t ipa = call->x[1];
	void *config;

	REQUIRE(call, RSI_REALM_CONFIG_addr_align, (ipa & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_REALM_CONFIG_addr_bound, rsi_protected(realm, ipa));
	config = rsi_buffer(call, COND_RSI_REALM_CONFIG_addr_ripas, ipa);
	if (!config)
		return;
	CHECKED(call);

	fill_config(call, config);
}
