/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim explain: what a status, a function number or a name means. */

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "smc/smc.h"
#include "tools/explain.h"
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

/* --- numbers -------------------------------------------------------------------------------- */

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

static void find_names(struct output *output, const char *name)
{
	explain_row(output, name);
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
