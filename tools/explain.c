/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim explain: what a status, a function number or a name means. */

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "smc/drafts.h"
#include "smc/status.h"
#include "tools/explain.h"
#include "tools/rows.h"
#include "tools/tool.h"

static const char usage[] =
	"usage: rmmsim explain [OPTION]... CODE|FID|NAME|TOPIC VALUE...\n"
	"\n"
	"  CODE   a status word: 7, 0x304, 0xffffffffffffffff\n"
	"  FID    a function number: 0xc400015d, or its last digits in hex: 15d\n"
	"  NAME   a command (RTT_CREATE, rsi_plane_enter), a condition (rtt_walk), a status\n"
	"         (RMI_ERROR_RTT), a quirk (fold-full-table), a profile (tf-rmm-0.8) or a value\n"
	"         (RMI_EXIT_SYNC, RIPAS_DESTROYED), also as firmware and Linux print them\n"
	"         (SMC_RSI_ATTEST_TOKEN_INIT, PSCI_c4000003, PSCI_0_2_FN64_CPU_ON)\n"
	"  TOPIC  what a number is: esr, hpfar, exit, plane_exit, ripas, state (of an RTT entry),\n"
	"         flags (of REC_ENTER), psci, status, fid; `esr 0x92000007` and "
	"`exit.esr=0x92000007` are the same;\n"
	"         `exit` alone lists the values\n"
	"\n"
	"  -j, --json  print the result as JSON\n"
	"  -h, --help  print this text\n"
	"\n"
	"exit status: 0 explained, 1 not known, 2 wrong usage, 3 internal error\n";

#define MAX_STATUS 17
/* Codes above this came after 1.1-alp14: versions.md#5 */
#define LAST_OF_1_1 7

/* --- what can be found ------------------------------------------------------------------------ */

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

struct status {
	enum smc_interface interface;
	uint32_t status;
};

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

/* --- numbers -------------------------------------------------------------------------------- */

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

/* Functions of the monitor are numbers of this range: versions.md#3 */
#define RMM_FUNCTIONS UINT64_C(0xc4000000)
#define LAST_FUNCTION 0x2ffu

/* The digits of a function number without 0xc4000. */
static uint64_t short_fid(const char *text)
{
	char *end;
	unsigned long value;

	if (strlen(text) != 3)
		return 0;
	value = strtoul(text, &end, 16);
	return *end ? 0 : RMM_FUNCTIONS | value;
}

bool explain_number(const char *text, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, strncasecmp(text, "0x", 2) ? 10 : 16);
	return text[0] && !*end && !errno;
}

/* "PSCI_c4000003", "SMC_80000001": what firmware prints where it has no name. */
static uint64_t printed_fid(const char *text)
{
	const char *digits = strrchr(text, '_');
	char *end;
	unsigned long value;

	if (!digits || strlen(digits + 1) != 8)
		return 0;
	value = strtoul(digits + 1, &end, 16);
	return *end ? 0 : value;
}

static void find_number(struct output *output, const char *text)
{
	uint64_t value;

	if (explain_number(text, &value)) {
		explain_fid(output, value);
		if (!output->found)
			explain_status(output, value);
	}
	if (!output->found && short_fid(text))
		explain_fid(output, short_fid(text));
	if (!output->found && printed_fid(text))
		explain_fid(output, printed_fid(text));
	if (!output->found && explain_number(text, &value) && value <= LAST_FUNCTION)
		explain_fid(output, RMM_FUNCTIONS | value);
	if (!output->found)
		explain_foreign_fid(output,
				    explain_number(text, &value) ? value : printed_fid(text));
}

/* --- names ---------------------------------------------------------------------------------- */

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

static void find_names(struct output *output, const char *name)
{
	find_commands(output, name);
	find_condition(output, name);
	find_status_name(output, name);
	find_quirk(output, name);
	find_profile(output, name);
	if (!output->found)
		explain_draft_name(output, name);
	if (!output->found)
		explain_value_name(output, name);
	if (!output->found)
		explain_flag_name(output, name);
}

static size_t explain(json_t *list, const char *text)
{
	struct output output = {.list = list};
	char plain[128];

	find_names(&output, text);
	if (!output.found)
		find_names(&output, explain_plain_name(text, plain, sizeof(plain)));
	if (!output.found)
		find_number(&output, text);
	return output.found;
}

/* `TOPIC VALUE` takes two arguments. Returns how many were used, and in *known whether they were explained. */
static int explain_arguments(json_t *list, char **argv, int count, bool *known)
{
	struct output output = {.list = list};
	const char *equals = strchr(argv[0], '=');
	uint64_t number;

	if (!explain_is_topic(argv[0]) || smc_command_find(argv[0]) != SMC_NONE) {
		*known = explain(list, argv[0]);
		return 1;
	}
	if (equals) {
		*known = explain_topic(&output, argv[0], equals + 1);
		return 1;
	}
	if (count > 1 && explain_number(argv[1], &number)) {
		*known = explain_topic(&output, argv[0], argv[1]);
		return 2;
	}
	*known = explain_topic(&output, argv[0], NULL);
	return 1;
}

static void not_known(const char *name)
{
	uint64_t number;
	char near[200];

	fprintf(stderr,
		"rmmsim explain: \"%s\" is not a status, a function number, a command, a "
		"condition, a quirk, a profile or a value\n",
		name);
	if (explain_is_topic(name))
		fprintf(stderr, "  %s needs a number that it can have: `rmmsim explain %s 0x..`\n",
			name, name);
	else if (explain_number(name, &number))
		fprintf(stderr, "  If it is a syndrome: `rmmsim explain esr %s`\n", name);
	else if (explain_near(name, near, sizeof(near)))
		fprintf(stderr, "  Did you mean %s?\n", near);
}

static int explain_all(json_t *list, char **argv, int count)
{
	int status = TOOL_OK, used;
	bool known;

	for (int i = 0; i < count; i += used) {
		used = explain_arguments(list, argv + i, count - i, &known);
		if (known)
			continue;
		not_known(argv[i]);
		status = TOOL_CHECK_FAILED;
	}
	return status;
}

int tool_explain(int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	json_t *list = NULL;
	int option, status;

	while ((option = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			json_decref(list);
			return tool_finish(TOOL_OK);
		}
		if (option != 'j')
			return tool_usage_error("explain", "wrong option");
		if (!list)
			list = json_array();
	}
	if (optind == argc)
		return tool_usage_error("explain", "explain what?");
	status = explain_all(list, argv + optind, argc - optind);
	return list ? tool_print_json(list, status) : tool_finish(status);
}
