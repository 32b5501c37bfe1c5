/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smc/config.h"
#include "tests/support/coverage.h"

static uint64_t hits[SMC_CONDITION_COUNT];
static uint64_t alone[SMC_CONDITION_COUNT];
static bool registered;

/* Some revision that has both has a handler for the command. */
static bool implemented(const struct smc_command *command, const struct smc_condition *condition)
{
	for (int shape = 0; shape < SMC_SHAPE_COUNT; shape++) {
		const char *revision = smc_revision(smc_shape_revision(shape))->name;

		if ((command->shapes & condition->shapes) >> shape & 1 &&
		    rmmsim_implemented_in(revision, smc_interface_name(command->interface),
					  command->name))
			return true;
	}
	return false;
}

static void write_row(FILE *file, enum smc_condition_id id)
{
	const struct smc_condition *condition = smc_condition(id);
	const struct smc_command *command = smc_command(condition->command);
	const char *interface = smc_interface_name(command->interface);
	char name[80];

	smc_command_full_name(condition->command, name, sizeof(name));
	fprintf(file,
		"%s{\"interface\": \"%s\", \"command\": \"%s\", \"condition\": \"%s\", "
		"\"implemented\": %s, \"hits\": %" PRIu64 ", \"alone\": %" PRIu64 "}",
		id == 1 ? "" : ",\n", interface, name + strlen(interface) + 1, condition->id,
		implemented(command, condition) ? "true" : "false", hits[id], alone[id]);
}

static void write_file(void)
{
	const char *directory = getenv("RMMSIM_TEST_COVERAGE");
	char *path = NULL;
	FILE *file;

	if (asprintf(&path, "%s/%s.json", directory, program_invocation_short_name) < 0)
		return;
	file = fopen(path, "w");
	free(path);
	if (!file)
		return;
	fprintf(file, "{\"conditions\": [\n");
	for (unsigned int id = 1; id < SMC_CONDITION_COUNT; id++)
		write_row(file, id);
	fprintf(file, "\n]}\n");
	fclose(file);
}

static bool wanted(void)
{
	if (!getenv("RMMSIM_TEST_COVERAGE"))
		return false;
	if (!registered)
		registered = atexit(write_file) == 0;
	return registered;
}

static enum smc_condition_id find(const struct rmmsim_explanation *e, enum smc_shape shape)
{
	for (unsigned int id = 1; id < SMC_CONDITION_COUNT; id++) {
		const struct smc_condition *row = smc_condition(id);

		if (smc_present(smc_command(row->command), shape) && row->id == e->first.id &&
		    row->text == e->first.text &&
		    strcmp(smc_command(row->command)->name, e->command) == 0 &&
		    (smc_command(row->command)->interface != SMC_RMI) == e->realm)
			return id;
	}
	return SMC_COND_NONE;
}

void coverage_note(struct rmmsim *sim, unsigned int pe)
{
	struct rmmsim_explanation e;

	if (!wanted() || rmmsim_explain(sim, pe, &e) != RMMSIM_OK)
		return;
	if (e.call == rmmsim_calls(sim) && e.others_count == 0)
		alone[find(&e, smc_config_shape(rmmsim_configuration(sim)))]++;
}

void coverage_collect(struct rmmsim *sim)
{
	struct rmmsim_coverage row;

	if (!wanted())
		return;
	for (size_t i = 0; rmmsim_coverage(sim, i, &row) == RMMSIM_OK; i++)
		hits[i + 1] += row.hits;
}
