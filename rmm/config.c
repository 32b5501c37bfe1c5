/* SPDX-License-Identifier: BSD-3-Clause */

#include "mem/config.h"
#include "rmm/config.h"
#include "rmm/rec.h"

#define ALL_QUIRKS         (UINT64_MAX >> (64 - SMC_QUIRK_COUNT))
#define FIELD(name, value) ((uint64_t)(value) << RMI_FEATURE0_##name##_SHIFT)

void rmmsim_config_init(struct rmmsim_config *config)
{
	*config = (struct rmmsim_config){
		.size = sizeof(*config),
		.version_highest = 0x10001,
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
	config->feature_register[0] = FIELD(S2SZ, 48) | FIELD(LPA2, 1) | FIELD(NUM_BPS, 5) |
				      FIELD(NUM_WPS, 3) | FIELD(PMU, 1) | FIELD(PMU_NUM_CTRS, 31) |
				      FIELD(HASH_SHA_256, 1) | FIELD(HASH_SHA_512, 1) |
				      FIELD(GICV3_NUM_LRS, 3) | FIELD(MAX_RECS_ORDER, 10) |
				      FIELD(RTT_PLANE, RMI_RTT_PLANE_AUX_SINGLE) |
				      FIELD(MAX_NUM_AUX_PLANES, 3) | FIELD(RTT_S2AP_INDIRECT, 1);
	config->feature_register[1] = 14;
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
	if (c->version_highest != 0x10000 && c->version_highest != 0x10001)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "version_highest is 0x%x; choose 0x10000 (1.0) or 0x10001 (1.1)",
				 c->version_highest);
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

enum rmmsim_status config_check(const struct rmmsim_config *config, struct rmmsim_error *error)
{
	if (config->size != sizeof(*config))
		return mem_error(error, RMMSIM_ERR_ARGUMENT,
				 "config.size is %zu, this library expects %zu; start from "
				 "rmmsim_config_init() of the same version",
				 config->size, sizeof(*config));
	if (config->profile && !smc_profile_find(config->profile))
		return mem_error(error, RMMSIM_ERR_UNKNOWN_NAME,
				 "no profile is called \"%.64s\"; `rmmsim capabilities` lists them",
				 config->profile);
	if (config->quirks_on & ~ALL_QUIRKS)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "quirks_on has a bit that names no quirk; use "
				 "rmmsim_quirk_number() (0..%d)",
				 SMC_QUIRK_COUNT - 1);
	return check_numbers(config, error);
}

smc_quirks config_quirks(const struct rmmsim_config *config)
{
	const struct smc_profile *profile =
		config->profile ? smc_profile_find(config->profile) : smc_profile_at(0);

	return (profile->quirks | config->quirks_on) & ~config->quirks_off;
}

int rmmsim_quirk_number(const char *name)
{
	return name ? smc_quirk_find(name) : -1;
}
