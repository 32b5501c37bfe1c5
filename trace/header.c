/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/header.h"

#include <string.h>

#include "smc/config.h"

#define FORMAT        "rmm-trace/1"
#define NO_LIMIT_SEED INT64_MAX

static bool decode_format(struct decode *decode, const json_t *object)
{
	json_t *format;

	if (!decode_need(decode, object, "format", &format))
		return false;
	if (!json_is_string(format) || strcmp(json_string_value(format), FORMAT))
		return decode_fail(decode, "format", "not a recording in the format " FORMAT);
	return true;
}

static bool decode_range(struct decode *decode, const json_t *pair, struct rmmsim_range *range)
{
	if (!json_is_array(pair) || json_array_size(pair) != 2)
		return decode_fail(decode, NULL, "expected a list of base and top");
	decode_enter_index(decode, 0);
	if (!decode_hex_value(decode, NULL, json_array_get(pair, 0), &range->base))
		return false;
	decode_leave(decode);
	decode_enter_index(decode, 1);
	if (!decode_hex_value(decode, NULL, json_array_get(pair, 1), &range->top))
		return false;
	if (range->top <= range->base)
		return decode_fail(decode, NULL, "the top of a range is above its base");
	decode_leave(decode);
	return true;
}

static bool decode_ranges(struct decode *decode, const json_t *object, const char *key,
			  struct rmmsim_range *ranges, unsigned int *count)
{
	json_t *list;

	*count = 0;
	if (!decode_list_optional(decode, object, key, &list))
		return false;
	if (!list)
		return true;
	if (json_array_size(list) > RMMSIM_MAX_BANKS)
		return decode_fail(decode, NULL, "more than %d ranges", RMMSIM_MAX_BANKS);
	for (; *count < json_array_size(list); ++*count) {
		decode_enter_index(decode, *count);
		if (!decode_range(decode, json_array_get(list, *count), &ranges[*count]))
			return false;
		decode_leave(decode);
	}
	decode_leave(decode);
	return true;
}

/* Registers that the header does not list have the recording platform's value: tf-rmm-quirks.md#6 */
static void default_id_regs(const char *profile, struct rmmsim_id_regs *regs)
{
	bool direct = !strcmp(profile, "direct");

	memset(regs, 0, sizeof(*regs));
	regs->id_aa64isar0 = UINT64_C(0x1000000000000000);
	if (direct || !strcmp(profile, "indirect"))
		regs->id_aa64mmfr0 = 0x10000005;
	if (direct)
		regs->id_aa64mmfr3 = 0x10000000;
}

static bool decode_id_regs(struct decode *decode, const json_t *object, struct rmmsim_id_regs *regs)
{
	static const char *const known[] = {
		"id_aa64pfr0_el1",  "id_aa64pfr1_el1",  "id_aa64zfr0_el1",  "id_aa64dfr0_el1",
		"id_aa64dfr1_el1",  "id_aa64isar0_el1", "id_aa64isar1_el1", "id_aa64mmfr0_el1",
		"id_aa64mmfr1_el1", "id_aa64mmfr2_el1", "id_aa64mmfr3_el1", "id_aa64mmfr4_el1",
		"ich_vtr_el2",      "pmcr_el0",         "mecidr_el2",       NULL};
	/* In the order of the names; the last one says what feature register 1 says as well. */
	uint64_t mecidr, *const values[] = {
				 &regs->id_aa64pfr0,  &regs->id_aa64pfr1,  &regs->id_aa64zfr0,
				 &regs->id_aa64dfr0,  &regs->id_aa64dfr1,  &regs->id_aa64isar0,
				 &regs->id_aa64isar1, &regs->id_aa64mmfr0, &regs->id_aa64mmfr1,
				 &regs->id_aa64mmfr2, &regs->id_aa64mmfr3, &regs->id_aa64mmfr4,
				 &regs->ich_vtr,      &regs->pmcr,         &mecidr};
	json_t *member;

	if (!decode_object_optional(decode, object, "id_regs", &member))
		return false;
	if (!member)
		return true;
	if (!decode_known_keys(decode, member, known))
		return false;
	for (size_t i = 0; known[i]; i++) {
		if (!decode_hex_optional(decode, member, known[i], values[i]))
			return false;
	}
	decode_leave(decode);
	return true;
}

static bool decode_machine(struct decode *decode, const json_t *object,
			   struct rmmsim_config *config)
{
	uint64_t cpus = 1, pa_bits = config->pa_bits, vmid_bits = config->vmid_bits;
	uint64_t rec_aux = config->rec_aux_count, rec_aux_pages = rec_aux, granule = 4096;
	size_t features;

	if (!decode_ranges(decode, object, "dram", config->dram, &config->dram_count) ||
	    !decode_ranges(decode, object, "dev_ncoh", config->dev_ncoh, &config->dev_ncoh_count) ||
	    !decode_ranges(decode, object, "dev_coh", config->dev_coh, &config->dev_coh_count) ||
	    !decode_count_optional(decode, object, "cpus", 256, &cpus) ||
	    !decode_count_optional(decode, object, "pa_bits", 64, &pa_bits) ||
	    !decode_count_optional(decode, object, "vmid_bits", 16, &vmid_bits) ||
	    !decode_count_optional(decode, object, "rec_aux_count", 16, &rec_aux) ||
	    !decode_count_optional(decode, object, "rec_aux_pages", 16, &rec_aux_pages) ||
	    !decode_count_optional(decode, object, "granule_size", UINT32_MAX, &granule) ||
	    !decode_hex_list(decode, object, "features", RMMSIM_FEATURE_REGISTERS,
			     config->feature_register, &features))
		return false;
	if (!config->dram_count)
		return decode_fail(decode, NULL, "\"dram\" is missing or empty");
	if (granule != 4096)
		return decode_fail(decode, "granule_size", "granules have 4096 bytes");
	config->pe_count = cpus;
	config->pa_bits = pa_bits;
	config->vmid_bits = vmid_bits;
	/* What REC_AUX_COUNT returns, or REC_CREATE of 2.0 asks for. */
	config->rec_aux_count =
		smc_config_revision(config) == SMC_REVISION_2_0 ? rec_aux_pages : rec_aux;
	return true;
}

static bool decode_version(struct decode *decode, const json_t *object,
			   struct rmmsim_config *config)
{
	const char *abi = "1.1";
	int revision;

	if (!decode_text_optional(decode, object, "abi", &abi))
		return false;
	revision = smc_revision_find(abi);
	if (revision < 0)
		return decode_fail(decode, "abi",
				   "the versions of the interface are 1.0, 1.1 and 2.0");
	config->revision = smc_revision((enum smc_revision)revision)->name;
	return true;
}

bool header_decode(struct decode *decode, const json_t *object, struct trace_header *header)
{
	static const char *const known[] = {"format",
					    "rmm",
					    "abi",
					    "rsi_abi",
					    "build",
					    "profile",
					    "dram",
					    "dev_ncoh",
					    "dev_coh",
					    "features",
					    "granule_size",
					    "rec_aux_count",
					    "rec_aux_pages",
					    "cpus",
					    "pa_bits",
					    "vmid_bits",
					    "id_regs",
					    "smccc_res",
					    "name",
					    "seed",
					    "scenario",
					    "holes",
					    NULL};
	uint64_t seed = 0;

	header->holes = json_is_true(json_object_get(object, "holes"));
	rmmsim_config_init(&header->config);
	memset(header->config.feature_register, 0, sizeof(header->config.feature_register));
	header->rmm = header->profile = header->name = "";
	if (!decode_format(decode, object) || !decode_known_keys(decode, object, known) ||
	    !decode_text_optional(decode, object, "rmm", &header->rmm) ||
	    !decode_text_optional(decode, object, "profile", &header->profile) ||
	    !decode_text_optional(decode, object, "name", &header->name) ||
	    !decode_version(decode, object, &header->config) ||
	    !decode_machine(decode, object, &header->config) ||
	    !decode_count_optional(decode, object, "seed", NO_LIMIT_SEED, &seed))
		return false;
	header->config.seed = seed;
	default_id_regs(header->profile, &header->config.id_regs);
	return decode_id_regs(decode, object, &header->config.id_regs);
}
