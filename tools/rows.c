/* SPDX-License-Identifier: BSD-3-Clause */
#include "tools/rows.h"

#include <inttypes.h>

#include <rmmsim/rmmsim.h>

const char *rows_command_name(const struct smc_command *command, char *buf, size_t size)
{
	snprintf(buf, size, "%s_%s", smc_interface_name(command->interface), command->name);
	return buf;
}

bool rows_implemented(const struct smc_command *command)
{
	return rmmsim_implemented(smc_interface_name(command->interface), command->name);
}

#define REVISION_1_1 (1u << SMC_SHAPE_1_1 | 1u << SMC_SHAPE_ALP12)
#define REVISION_2_0 (1u << SMC_SHAPE_2_0 | 1u << SMC_SHAPE_BET0)

/* Of the two shapes of a revision only one has it. */
static const char *quirk_text(uint32_t shapes, enum smc_shape with, enum smc_shape without)
{
	if ((shapes >> with & 1) == (shapes >> without & 1))
		return "";
	return shapes >> with & 1 ? ", only with quirk " : ", not with quirk ";
}

const char *rows_presence_text(uint32_t shapes, char *buf, size_t size)
{
	const char *alp12 = quirk_text(shapes, SMC_SHAPE_ALP12, SMC_SHAPE_1_1);
	const char *bet0 = quirk_text(shapes, SMC_SHAPE_BET0, SMC_SHAPE_2_0);
	const char *revision = "";

	if (!(shapes & REVISION_2_0))
		revision = ", not in 2.0";
	if (!(shapes & REVISION_1_1))
		revision = ", a part of 2.0, not of 1.1";
	snprintf(buf, size, "%s%s%s%s%s", revision, alp12,
		 *alp12 ? smc_quirk_row(QUIRK_da_alp12)->name : "", bet0,
		 *bet0 ? smc_quirk_row(QUIRK_bet0_functions)->name : "");
	return buf;
}

static const char *status_name(const struct smc_condition *condition)
{
	const char *name = NULL;

	switch (smc_command(condition->command)->interface) {
	case SMC_RMI:
		name = rmi_status_name(condition->status);
		break;
	case SMC_RSI:
		name = rsi_status_name(condition->status);
		break;
	case SMC_PSCI:
		name = smc_enum_name("PsciReturnCode", (uint64_t)(int32_t)condition->status);
		break;
	}
	return name ? name : "?";
}

const char *rows_status_text(const struct smc_condition *condition, char *buf, size_t size)
{
	static const char *const index[] = {
		[SMC_INDEX_NONE] = "",
		[SMC_INDEX_ONE] = ", index 1",
		[SMC_INDEX_LEVEL] = ", index = level",
	};
	bool psci = smc_command(condition->command)->interface == SMC_PSCI;

	snprintf(buf, size, "%s%s%s", psci ? "PSCI_" : "", status_name(condition),
		 index[condition->index]);
	return buf;
}

/* --- values --------------------------------------------------------------------------------- */

static const char *kind_text(const struct smc_value *value, char *buf, size_t size)
{
	static const char *const kinds[] = {
		[SMC_KIND_VALUE] = "number",
		[SMC_KIND_RD] = "PA of a Realm descriptor",
		[SMC_KIND_REC] = "PA of a REC",
		[SMC_KIND_PDEV] = "PA of a PDEV",
		[SMC_KIND_VDEV] = "PA of a VDEV",
		[SMC_KIND_VSMMU] = "PA of a VSMMU",
		[SMC_KIND_GRANULE] = "PA of a granule",
		[SMC_KIND_NS] = "PA of a Non-secure granule",
		[SMC_KIND_IPA] = "IPA",
		[SMC_KIND_PA] = "PA",
		[SMC_KIND_LEVEL] = "RTT level",
		[SMC_KIND_INDEX] = "index",
		[SMC_KIND_PLANE] = "plane index",
		[SMC_KIND_DESC] = "RTT entry descriptor",
		[SMC_KIND_FLAGS] = "flags",
		[SMC_KIND_ENUM] = "one of",
		[SMC_KIND_VERSION] = "interface version",
		[SMC_KIND_COUNT_OF] = "count",
	};
	const char *type = value->type;
	bool typed = type && (value->kind == SMC_KIND_NS || value->kind == SMC_KIND_FLAGS ||
			      value->kind == SMC_KIND_ENUM);

	if (type && value->kind == SMC_KIND_GRANULE)
		snprintf(buf, size, "PA of a %s granule", type);
	else
		snprintf(buf, size, "%s%s%s%s", kinds[value->kind],
			 value->kind == SMC_KIND_NS && typed ? " with" : "", typed ? " " : "",
			 typed ? type : "");
	return buf;
}

/* Results on which an output is defined. */
static const struct {
	uint32_t on;
	const char *rmi, *rsi;
} results[] = {
	{SMC_ON_SUCCESS, "RMI_SUCCESS", "RSI_SUCCESS"},
	{SMC_ON_INPUT, "RMI_ERROR_INPUT", "RSI_ERROR_INPUT"},
	{SMC_ON_RTT, "RMI_ERROR_RTT", NULL},
	{SMC_ON_RTT_AUX, "RMI_ERROR_RTT_AUX", NULL},
	{SMC_ON_INCOMPLETE, "RMI_INCOMPLETE", "RSI_INCOMPLETE"},
	{SMC_ON_GRANULE, "RMI_ERROR_GRANULE", NULL},
};

#define RESULTS (sizeof(results) / sizeof(results[0]))

static const char *result_name(size_t n, const struct smc_command *command)
{
	return command->interface == SMC_RMI ? results[n].rmi : results[n].rsi;
}

static void print_values(FILE *out, const struct smc_command *command, bool outputs)
{
	const struct smc_value *values = outputs ? command->out : command->in;
	size_t count = outputs ? command->outputs : command->inputs;
	char kind[80];

	fprintf(out, "  %s:\n", outputs ? "outputs" : "inputs");
	fprintf(out, "    %-4s%-18s%s\n", "X0", outputs ? "result" : "fid",
		outputs ? "status" : "function number");
	for (size_t i = 0; i < count; i++) {
		const char *separator = ", on ";

		fprintf(out, "    X%-3zu%-18s%s", i + 1, values[i].name,
			kind_text(&values[i], kind, sizeof(kind)));
		for (size_t n = 0; outputs && values[i].on != SMC_ON_ALL && n < RESULTS; n++) {
			if (!(values[i].on & results[n].on) || !result_name(n, command))
				continue;
			fprintf(out, "%s%s", separator, result_name(n, command));
			separator = ", ";
		}
		fprintf(out, "\n");
	}
}

static json_t *value_json(const struct smc_command *command, const struct smc_value *value,
			  size_t number, bool output)
{
	json_t *object, *on;
	char kind[80];

	object =
		json_pack("{s:I,s:s,s:s,s:s*}", "register", (json_int_t)number, "name", value->name,
			  "kind", kind_text(value, kind, sizeof(kind)), "type", value->type);
	if (!output)
		return object;
	on = json_array();
	for (size_t n = 0; n < RESULTS; n++) {
		if ((value->on & results[n].on) && result_name(n, command))
			json_array_append_new(on, json_string(result_name(n, command)));
	}
	json_object_set_new(object, "on", on);
	return object;
}

/* --- rows ----------------------------------------------------------------------------------- */

void rows_print_condition(FILE *out, const struct smc_condition *condition, bool command)
{
	char status[80], presence[160], name[80] = "";

	if (command) {
		rows_command_name(smc_command(condition->command), name, sizeof(name));
		fprintf(out, "    %-32s", name);
	}
	fprintf(out, "    %-22s%-34s%s [%s]%s\n", condition->id,
		rows_status_text(condition, status, sizeof(status)), condition->text,
		condition->source,
		rows_presence_text(condition->shapes, presence, sizeof(presence)));
}

static void print_conditions(FILE *out, enum smc_command_id id)
{
	enum smc_condition_id first = SMC_COND_NONE;
	size_t count = smc_conditions_of(id, &first);

	if (!count) {
		fprintf(out, "  It cannot fail.\n");
		return;
	}
	fprintf(out, "  fails when, in this order:\n");
	for (size_t i = 0; i < count; i++)
		rows_print_condition(out, smc_condition(first + i), false);
}

void rows_print_command(FILE *out, enum smc_command_id id)
{
	const struct smc_command *command = smc_command(id);
	char name[80], presence[160];

	fprintf(out, "%s (0x%" PRIx32, rows_command_name(command, name, sizeof(name)),
		command->fid);
	if (command->fid32)
		fprintf(out, ", 0x%" PRIx32, command->fid32);
	fprintf(out, "): %s\n  since version %s, %s%s", command->summary,
		smc_revision(smc_since(command))->abi,
		rows_implemented(command) ? "implemented" : "not modelled yet",
		rows_presence_text(command->shapes, presence, sizeof(presence)));
	if (command->device)
		fprintf(out, ", needs device assignment");
	fprintf(out, "\n");
	print_values(out, command, false);
	print_values(out, command, true);
	if (command->stateful)
		fprintf(out,
			"    in 2.0 it may answer RMI_INCOMPLETE: X1 handle of the operation, X2 "
			"memory that it asks for\n");
	print_conditions(out, id);
}

json_t *rows_condition_json(const struct smc_condition *condition, bool command)
{
	char status[80], name[80];
	json_t *object = json_pack("{s:s,s:s,s:s,s:s}", "id", condition->id, "status",
				   rows_status_text(condition, status, sizeof(status)), "text",
				   condition->text, "source", condition->source);

	if (command)
		json_object_set_new(object, "command",
				    json_string(rows_command_name(smc_command(condition->command),
								  name, sizeof(name))));
	return object;
}

static void add_detail(json_t *object, enum smc_command_id id)
{
	const struct smc_command *command = smc_command(id);
	enum smc_condition_id first = SMC_COND_NONE;
	size_t count = smc_conditions_of(id, &first);
	json_t *in = json_array(), *out = json_array(), *conditions = json_array();

	for (size_t i = 0; i < command->inputs; i++)
		json_array_append_new(in, value_json(command, &command->in[i], i + 1, false));
	for (size_t i = 0; i < command->outputs; i++)
		json_array_append_new(out, value_json(command, &command->out[i], i + 1, true));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(conditions,
				      rows_condition_json(smc_condition(first + i), false));
	json_object_set_new(object, "inputs", in);
	json_object_set_new(object, "outputs", out);
	json_object_set_new(object, "conditions", conditions);
}

static json_t *revisions_json(uint32_t shapes)
{
	json_t *list = json_array();
	int last = -1;

	for (int shape = 0; shape < SMC_SHAPE_COUNT; shape++) {
		const int revision = (int)smc_shape_revision((enum smc_shape)shape);

		if (!(shapes >> shape & 1) || revision == last || shape == SMC_SHAPE_BUILD_1_0)
			continue;
		last = revision;
		json_array_append_new(list,
				      json_string(smc_revision((enum smc_revision)revision)->name));
	}
	return list;
}

json_t *rows_command_json(enum smc_command_id id, bool detail)
{
	const struct smc_command *command = smc_command(id);
	char fid[24];
	json_t *object;

	snprintf(fid, sizeof(fid), "0x%" PRIx32, command->fid);
	object = json_pack("{s:s,s:s,s:s,s:s,s:b,s:b,s:s}", "interface",
			   smc_interface_name(command->interface), "name", command->name, "fid",
			   fid, "since", smc_revision(smc_since(command))->abi, "implemented",
			   rows_implemented(command), "device", command->device, "summary",
			   command->summary);
	if (smc_present(command, SMC_SHAPE_1_1) != smc_present(command, SMC_SHAPE_ALP12))
		json_object_set_new(object, "da_alp12",
				    json_boolean(smc_present(command, SMC_SHAPE_ALP12)));
	json_object_set_new(object, "revisions", revisions_json(command->shapes));
	if (detail)
		add_detail(object, id);
	return object;
}

json_t *rows_quirk_json(enum smc_quirk quirk)
{
	const struct smc_quirk_row *row = smc_quirk_row(quirk);

	return json_pack("{s:s,s:s}", "name", row->name, "text", row->text);
}
