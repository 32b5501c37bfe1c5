/* SPDX-License-Identifier: BSD-3-Clause */
/* The machine as members of the header of a recording: what trace/header.c reads. */
#include <inttypes.h>

#include "smc/machine.h"

#include "smc/config.h"

static void put_ranges(FILE *out, const char *name, const struct rmmsim_range *ranges,
		       unsigned int count)
{
	fprintf(out, ",\"%s\":[", name);
	for (unsigned int i = 0; i < count; i++)
		fprintf(out, "%s[\"0x%" PRIx64 "\",\"0x%" PRIx64 "\"]", i ? "," : "",
			ranges[i].base, ranges[i].top);
	fputc(']', out);
}

void smc_print_id_regs(FILE *out, const struct rmmsim_id_regs *id)
{
	const struct {
		const char *name;
		uint64_t value;
	} regs[] = {
		{"id_aa64pfr0_el1", id->id_aa64pfr0},   {"id_aa64pfr1_el1", id->id_aa64pfr1},
		{"id_aa64zfr0_el1", id->id_aa64zfr0},   {"id_aa64dfr0_el1", id->id_aa64dfr0},
		{"id_aa64dfr1_el1", id->id_aa64dfr1},   {"id_aa64isar0_el1", id->id_aa64isar0},
		{"id_aa64isar1_el1", id->id_aa64isar1}, {"id_aa64mmfr0_el1", id->id_aa64mmfr0},
		{"id_aa64mmfr1_el1", id->id_aa64mmfr1}, {"id_aa64mmfr2_el1", id->id_aa64mmfr2},
		{"id_aa64mmfr3_el1", id->id_aa64mmfr3}, {"id_aa64mmfr4_el1", id->id_aa64mmfr4},
		{"ich_vtr_el2", id->ich_vtr},           {"pmcr_el0", id->pmcr},
	};

	fputs(",\"id_regs\":{", out);
	for (size_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++)
		fprintf(out, "%s\"%s\":\"0x%" PRIx64 "\"", i ? "," : "", regs[i].name,
			regs[i].value);
	fputc('}', out);
}

/* Registers that a revision has not are not printed, but for the second one of 1.0, which older readers want. */
static void put_features(FILE *out, const struct rmmsim_config *c, unsigned int count)
{
	fputs(",\"features\":[", out);
	for (unsigned int i = 0; i < (count < 2 ? 2 : count); i++)
		fprintf(out, "%s\"0x%" PRIx64 "\"", i ? "," : "", c->feature_register[i]);
	fputc(']', out);
}

void smc_print_machine(FILE *out, const struct rmmsim_config *c)
{
	const struct smc_revision_row *revision = smc_revision(smc_config_revision(c));

	fprintf(out, ",\"abi\":\"%s\"", revision->abi);
	put_ranges(out, "dram", c->dram, c->dram_count);
	put_ranges(out, "dev_ncoh", c->dev_ncoh, c->dev_ncoh_count);
	put_ranges(out, "dev_coh", c->dev_coh, c->dev_coh_count);
	put_features(out, c, revision->feature_registers);
	fprintf(out, ",\"granule_size\":4096,\"rec_aux_count\":%u,\"cpus\":%u", c->rec_aux_count,
		c->pe_count);
	fprintf(out, ",\"pa_bits\":%u,\"vmid_bits\":%u", c->pa_bits, c->vmid_bits);
}
