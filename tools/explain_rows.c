/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands, conditions and statuses: the rows of smc/. */
#include "tools/explain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "smc/drafts.h"
#include "smc/status.h"
#include "tools/rows.h"

#define MAX_STATUS 17
/* Codes above this came after 1.1-alp14: versions.md#5 */
#define LAST_OF_1_1 7

struct status {
	enum smc_interface interface;
	uint32_t status;
};

/* Hosts of later revisions send these; what they are told by 1.1 is that it does not know the function. */
static void print_revision(const struct smc_command *command)
{
	const char *instead = smc_instead(command);

	if (smc_present(command, SMC_SHAPE_1_1) || smc_present(command, SMC_SHAPE_ALP12) ||
	    !smc_present(command, SMC_SHAPE_2_0))
		return;
	printf("  a command of RMM 2.0, not of 1.1 [versions.md#3]\n");
	if (instead)
		printf("  1.1 has %s_%s for it\n", smc_interface_name(command->interface), instead);
}

static void show_command(struct output *output, enum smc_command_id id)
{
	if (output->list) {
		json_t *object = rows_command_json(id, true);

		json_object_set_new(object, "is", json_string("command"));
		json_array_append_new(output->list, object);
	} else {
		rows_print_command(stdout, id);
		print_revision(smc_command(id));
	}
	output->found++;
}

static json_t *conditions_json(bool (*wanted)(const struct smc_condition *, const void *),
			       const void *context)
{
	json_t *list = json_array();

	for (enum smc_condition_id id = SMC_COND_NONE + 1; id < SMC_CONDITION_COUNT; id++) {
		if (wanted(smc_condition(id), context))
			json_array_append_new(list, rows_condition_json(smc_condition(id), true));
	}
	return list;
}

static void show_conditions(struct output *output, const char *is, const char *title,
			    bool (*wanted)(const struct smc_condition *, const void *),
			    const void *context)
{
	output->found++;
	if (output->list) {
		json_array_append_new(output->list,
				      json_pack("{s:s,s:s,s:o}", "is", is, "name", title,
						"conditions", conditions_json(wanted, context)));
		return;
	}
	printf("%s\n", title);
	for (enum smc_condition_id id = SMC_COND_NONE + 1; id < SMC_CONDITION_COUNT; id++) {
		if (wanted(smc_condition(id), context))
			rows_print_condition(stdout, smc_condition(id), true);
	}
}

static bool has_status(const struct smc_condition *condition, const void *context)
{
	const struct status *status = context;

	return condition->status == status->status &&
	       smc_command(condition->command)->interface == status->interface;
}

static bool has_id(const struct smc_condition *condition, const void *context)
{
	return !strcasecmp(condition->id, context);
}

static void show_status(struct output *output, enum smc_interface interface, uint32_t status,
			uint64_t word)
{
	const struct status wanted = {.interface = interface, .status = status};
	char text[80], title[120];

	snprintf(title, sizeof(title), "0x%" PRIx64 ": %s", word,
		 smc_result_text(interface == SMC_RMI ? SMC_FROM_HOST : SMC_FROM_REALM, word, text,
				 sizeof(text)));
	show_conditions(output, "status", title, has_status, &wanted);
	if (!output->list && interface == SMC_RMI && status > LAST_OF_1_1)
		printf("  a status of RMM 2.0, not of 1.1-alp14 [versions.md#5]\n");
}

void explain_fid(struct output *output, uint64_t fid)
{
	for (enum smc_command_id id = SMC_NONE + 1; id < SMC_COMMAND_COUNT; id++) {
		const struct smc_command *command = smc_command(id);

		if (command->fid == fid || (command->fid32 && command->fid32 == fid))
			show_command(output, id);
	}
	explain_draft_fid(output, fid);
}

void explain_status(struct output *output, uint64_t word)
{
	const char *psci = smc_enum_name("PsciReturnCode", word);

	if (word <= 0xffff && rmi_status_name(smc_status_of(word)))
		show_status(output, SMC_RMI, smc_status_of(word), word);
	if (word < MAX_STATUS && rsi_status_name(word))
		show_status(output, SMC_RSI, word, word);
	if (word && psci)
		show_status(output, SMC_PSCI, word, word);
}

bool explain_number(const char *text, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, strncasecmp(text, "0x", 2) ? 10 : 16);
	return text[0] && !*end && !errno;
}

static void find_commands(struct output *output, const char *name)
{
	enum smc_command_id prefixed = smc_command_find(name);
	size_t before = output->found;

	for (enum smc_command_id id = SMC_NONE + 1; id < SMC_COMMAND_COUNT; id++) {
		if (!strcasecmp(smc_command(id)->name, name))
			show_command(output, id);
	}
	if (output->found == before && prefixed != SMC_NONE)
		show_command(output, prefixed);
}

static void find_condition(struct output *output, const char *name)
{
	char title[80];

	for (enum smc_condition_id id = SMC_COND_NONE + 1; id < SMC_CONDITION_COUNT; id++) {
		if (!has_id(smc_condition(id), name))
			continue;
		snprintf(title, sizeof(title), "condition %s:", smc_condition(id)->id);
		show_conditions(output, "condition", title, has_id, name);
		return;
	}
}

static void find_status_name(struct output *output, const char *name)
{
	for (uint32_t status = 0; status < MAX_STATUS; status++) {
		const char *rmi = rmi_status_name(status), *rsi = rsi_status_name(status);

		/* Also without "RMI_". */
		if (rmi && (!strcasecmp(rmi, name) || !strcasecmp(rmi + 4, name)))
			show_status(output, SMC_RMI, status, status);
		if (rsi && (!strcasecmp(rsi, name) || !strcasecmp(rsi + 4, name)))
			show_status(output, SMC_RSI, status, status);
	}
}

static void find_quirk(struct output *output, const char *name)
{
	for (unsigned int n = 0; n < SMC_QUIRK_COUNT; n++) {
		const struct smc_quirk_row *row = smc_quirk_row(n);
		json_t *object;

		if (strcasecmp(row->name, name))
			continue;
		output->found++;
		if (!output->list) {
			printf("quirk %s: %s\n", row->name, row->text);
			continue;
		}
		object = rows_quirk_json(n);
		json_object_set_new(object, "is", json_string("quirk"));
		json_array_append_new(output->list, object);
	}
}

static void find_profile(struct output *output, const char *name)
{
	const struct smc_profile *profile = smc_profile_find(name);

	if (!profile)
		return;
	output->found++;
	if (output->list) {
		json_array_append_new(output->list,
				      json_pack("{s:s,s:s,s:s}", "is", "profile", "name",
						profile->name, "text", profile->text));
		return;
	}
	printf("profile %s: %s\n", profile->name, profile->text);
	for (unsigned int n = 0; n < SMC_QUIRK_COUNT; n++) {
		if (smc_has_quirk(profile->quirks, n))
			printf("  %-28s%s\n", smc_quirk_row(n)->name, smc_quirk_row(n)->text);
	}
}

void explain_row(struct output *output, const char *name)
{
	find_commands(output, name);
	find_condition(output, name);
	find_status_name(output, name);
	find_quirk(output, name);
	find_profile(output, name);
}
