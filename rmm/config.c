/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "mem/config.h"
#include "rmm/config.h"
#include "rmm/rec.h"
#include "smc/config.h"

#define ALL_QUIRKS         (((smc_quirks)1 << SMC_QUIRK_COUNT) - 1)
#define FIELD(name, value) ((uint64_t)(value) << RMI_FEATURE##name##_SHIFT)

static const uint64_t features_1[RMMSIM_FEATURE_REGISTERS] = {
	FIELD(0_S2SZ, 48) | FIELD(0_LPA2, 1) | FIELD(0_NUM_BPS, 5) | FIELD(0_NUM_WPS, 3) |
		FIELD(0_PMU, 1) | FIELD(0_PMU_NUM_CTRS, 31) | FIELD(0_HASH_SHA_256, 1) |
		FIELD(0_HASH_SHA_512, 1) | FIELD(0_GICV3_NUM_LRS, 3) | FIELD(0_MAX_RECS_ORDER, 10) |
		FIELD(0_RTT_PLANE, RMI_RTT_PLANE_AUX_SINGLE) | FIELD(0_MAX_NUM_AUX_PLANES, 3) |
		FIELD(0_RTT_S2AP_INDIRECT, 1),
	FIELD(1_MAX_MECID, 14),
};

/* 4 KiB granules, 1 GiB per level 0 GPT entry, 48 bits protected. */
static const uint64_t features_2[RMMSIM_FEATURE_REGISTERS] = {
	FIELD(0_S2SZ_2, 48) | FIELD(0_S2OASZ_2, 48) | FIELD(0_NUM_BPS_2, 5) |
		FIELD(0_NUM_WPS_2, 3) | FIELD(0_PMU_2, 1) | FIELD(0_PMU_NUM_CTRS_2, 31),
	FIELD(1_GRANULE_4K_2, 1) | FIELD(1_HASH_SHA_256_2, 1) | FIELD(1_HASH_SHA_384_2, 1) |
		FIELD(1_HASH_SHA_512_2, 1) | FIELD(1_MAX_RECS_ORDER_2, 10) | FIELD(1_PPS_2, 5),
	0,
	FIELD(3_MAX_NUM_AUX_PLANES_2, 3) | FIELD(3_RTT_PLANE_2, RMI_RTT_PLANE_AUX_SINGLE) |
		FIELD(3_RTT_S2AP_INDIRECT_2, 1),
	FIELD(4_MEC_COUNT_2, 14),
};

void config_features(enum smc_revision revision, uint64_t registers[RMMSIM_FEATURE_REGISTERS])
{
	memcpy(registers, revision == SMC_REVISION_2_0 ? features_2 : features_1,
	       sizeof(features_1));
}

bool config_features_untouched(const struct rmmsim_config *config)
{
	return memcmp(config->feature_register, features_1, sizeof(features_1)) == 0;
}

void rmmsim_config_init(struct rmmsim_config *config)
{
	if (!config)
		return;
	*config = (struct rmmsim_config){
		.size = sizeof(*config),
		.dram_count = 1,
		.dram = {{0x80000000, 0x90000000}},
		.dev_ncoh_count = 1,
		.dev_ncoh = {{0x50000000, 0x50400000}},
		.protection = RMMSIM_PROTECTION_OFF,
		.pe_count = 4,
		.pa_bits = 48,
		.vmid_bits = 16,
		.rec_aux_count = 16,
		.explain = true,
		.history = 4096,
		.token_steps = 1,
	};
	config_features(SMC_REVISION_1_1, config->feature_register);
	config->id_regs = (struct rmmsim_id_regs){
		.id_aa64dfr0 = 0x305700,
		.id_aa64isar0 = 0x1000000000000000,
		.id_aa64mmfr0 = 0x10000005,
		.id_aa64mmfr1 = 0x20,
		.id_aa64mmfr3 = 0x10101000,
		.ich_vtr = 0x90000003,
	};
}

static enum rmmsim_status check_numbers(const struct rmmsim_config *c, struct rmmsim_error *error)
{
	if (c->pe_count < 1 || c->pe_count > SIM_MAX_PES)
		return mem_error(error, RMMSIM_ERR_CONFIG, "pe_count is %u; choose 1..%d",
				 c->pe_count, SIM_MAX_PES);
	if (c->pa_bits < 32 || c->pa_bits > 52)
		return mem_error(error, RMMSIM_ERR_CONFIG, "pa_bits is %u; choose 32..52",
				 c->pa_bits);
	if (c->vmid_bits != 8 && c->vmid_bits != 16)
		return mem_error(error, RMMSIM_ERR_CONFIG, "vmid_bits is %u; choose 8 or 16",
				 c->vmid_bits);
	if (c->rec_aux_count < REC_AUX_MIN || c->rec_aux_count > REC_MAX_AUX)
		return mem_error(error, RMMSIM_ERR_CONFIG, "rec_aux_count is %u; choose %d..%d",
				 c->rec_aux_count, REC_AUX_MIN, REC_MAX_AUX);
	if (c->token_steps < 1)
		return mem_error(error, RMMSIM_ERR_CONFIG, "token_steps is 0; choose 1 or more");
	if (c->history & (c->history - 1))
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "history is %u; choose a power of two, or 0 for none", c->history);
	return RMMSIM_OK;
}

static enum rmmsim_status check_names(const struct rmmsim_config *config,
				      struct rmmsim_error *error)
{
	const struct smc_profile *profile = smc_config_profile(config);
	int revision;

	if (config->profile && !smc_profile_find(config->profile))
		return mem_error(error, RMMSIM_ERR_UNKNOWN_NAME,
				 "no profile is called \"%.64s\"; `rmmsim capabilities` lists them",
				 config->profile);
	if (!config->revision)
		return RMMSIM_OK;
	revision = smc_revision_find(config->revision);
	if (revision < 0)
		return mem_error(error, RMMSIM_ERR_UNKNOWN_NAME,
				 "no revision is called \"%.64s\"; choose 1.0, 1.1-alp14 or "
				 "2.0-bet3",
				 config->revision);
	if (!(profile->revisions >> revision & 1))
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "profile %s is none of revision %s; leave revision NULL for its "
				 "own, %s",
				 profile->name, config->revision,
				 smc_revision(profile->revision)->name);
	return RMMSIM_OK;
}

/* A quirk that is to be there and not; -1 if there is none. */
static int on_and_off(const struct rmmsim_config *config)
{
	for (int n = 0; n < SMC_QUIRK_COUNT; n++) {
		if (config->quirks_on[n / 64] & config->quirks_off[n / 64] & UINT64_C(1) << n % 64)
			return n;
	}
	return -1;
}

enum rmmsim_status config_check(const struct rmmsim_config *config, struct rmmsim_error *error)
{
	enum rmmsim_status status;
	const int both = on_and_off(config);

	if (config->size != sizeof(*config))
		return mem_error(error, RMMSIM_ERR_ARGUMENT,
				 "config.size is %zu, this library expects %zu; start from "
				 "rmmsim_config_init() of the same version",
				 config->size, sizeof(*config));
	status = check_names(config, error);
	if (status != RMMSIM_OK)
		return status;
	if (smc_config_quirks(config) & ~ALL_QUIRKS)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "quirks_on has a bit that names no quirk; use "
				 "rmmsim_config_quirk()");
	if (both >= 0)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "quirks_on and quirks_off both have quirk \"%s\"; leave it in one",
				 smc_quirk_row((enum smc_quirk)both)->name);
	return check_numbers(config, error);
}

enum rmmsim_status rmmsim_config_revision(struct rmmsim_config *config, const char *revision)
{
	const int found = revision ? smc_revision_find(revision) : -1;

	if (found < 0)
		return RMMSIM_ERR_UNKNOWN_NAME;
	config->revision = smc_revision((enum smc_revision)found)->name;
	config_features((enum smc_revision)found, config->feature_register);
	return RMMSIM_OK;
}

int rmmsim_quirk_number(const char *name)
{
	return name ? smc_quirk_find(name) : -1;
}

enum rmmsim_status rmmsim_config_quirk(struct rmmsim_config *config, const char *name, bool on)
{
	const int number = rmmsim_quirk_number(name);
	uint64_t bit;

	if (number < 0)
		return RMMSIM_ERR_UNKNOWN_NAME;
	bit = UINT64_C(1) << number % 64;
	config->quirks_on[number / 64] &= ~bit;
	config->quirks_off[number / 64] &= ~bit;
	(on ? config->quirks_on : config->quirks_off)[number / 64] |= bit;
	return RMMSIM_OK;
}
