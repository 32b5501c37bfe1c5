/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim diff: two recordings beside each other. */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "smc/smc.h"
#include "tools/tool.h"
#include "trace/diff.h"
#include "trace/reader.h"

#define SHOW_DEFAULT 20

static const char usage[] = "usage: rmmsim diff [OPTION]... A B\n"
			    "\n"
			    "Pairs the Host's calls of two recordings (rmm-trace/1) and shows "
			    "where the answers part, and\n"
			    "which calls only one of them has. - is the standard input.\n"
			    "\n"
			    "  -n, --show N  show the first N differences (default 20)\n"
			    "  -j, --json    print all differences as JSON\n"
			    "  -h, --help    print this text\n"
			    "\n"
			    "exit status: 0 no difference, 1 differences, 2 wrong usage or "
			    "malformed input, 3 internal\n"
			    "error\n";

struct comparison {
	const char *paths[2];
	struct trace *traces[2];
	struct diff diff;
	size_t counts[4]; /* by enum diff_kind */
};

static const struct trace_call *call_of(const struct comparison *c, const struct diff_row *row,
					unsigned int side)
{
	return &c->traces[side]->calls[side ? row->b : row->a];
}

/* The side that has the call, or the first. */
static unsigned int side_of(const struct diff_row *row)
{
	return row->kind == DIFF_ONLY_B;
}

static const char *call_text(const struct trace_call *call, char *text, size_t size)
{
	const struct trace_smc *smc = call->smc->smc;
	const enum smc_command_id id = smc_decode_any(SMC_FROM_HOST, (uint32_t)smc->x[0]);

	if (id != SMC_NONE)
		return smc_call_text(smc_command(id), smc->x + 1, text, size);
	snprintf(text, size, "function 0x%" PRIx32, (uint32_t)smc->x[0]);
	return text;
}

/* --- text -------------------------------------------------------------------------------------- */

static void print_results(const char *name, const struct trace_smc *smc, size_t line)
{
	char result[64];

	printf("    %s line %zu: %s", name, line,
	       smc_result_text(SMC_FROM_HOST, smc->ret[0], result, sizeof(result)));
	for (unsigned int i = 1; i < TRACE_MAX_RESULTS; i++)
		printf(" 0x%" PRIx64, smc->ret[i]);
	printf("\n");
}

static void print_row(const struct comparison *c, const struct diff_row *row)
{
	const struct trace_call *call = call_of(c, row, side_of(row));
	char text[512];

	call_text(call, text, sizeof(text));
	if (row->kind != DIFF_ANSWER) {
		printf("  only in %s: line %zu: %s\n", c->paths[side_of(row)], call->smc->line,
		       text);
		return;
	}
	printf("  %s\n", text);
	print_results("A", call->smc->smc, row->line_a);
	print_results("B", call_of(c, row, 1)->smc->smc, row->line_b);
}

static void print_text(const struct comparison *c, size_t show)
{
	size_t shown = 0, differences = c->diff.count - c->counts[DIFF_SAME];

	for (size_t i = 0; i < c->diff.count && shown < show; i++) {
		if (c->diff.rows[i].kind == DIFF_SAME)
			continue;
		print_row(c, &c->diff.rows[i]);
		shown++;
	}
	if (differences > shown)
		printf("  and %zu more (--show)\n", differences - shown);
	if (c->diff.coarse)
		printf("  the recordings differ too much: calls in the middle are not paired\n");
	printf("%zu calls the same, %zu with other answers, %zu only in A, %zu only in B\n",
	       c->counts[DIFF_SAME], c->counts[DIFF_ANSWER], c->counts[DIFF_ONLY_A],
	       c->counts[DIFF_ONLY_B]);
}

/* --- JSON -------------------------------------------------------------------------------------- */

static json_t *side_json(const struct trace_call *call, size_t line)
{
	json_t *ret = json_array();
	char text[24];

	for (unsigned int i = 0; i < TRACE_MAX_RESULTS; i++) {
		snprintf(text, sizeof(text), "0x%" PRIx64, call->smc->smc->ret[i]);
		json_array_append_new(ret, json_string(text));
	}
	return json_pack("{s:I,s:I,s:o}", "i", (json_int_t)call->smc->i, "line", (json_int_t)line,
			 "ret", ret);
}

static json_t *row_json(const struct comparison *c, const struct diff_row *row)
{
	static const char *const kinds[] = {"same", "answer", "only_a", "only_b"};
	char text[512];
	json_t *object = json_pack("{s:s,s:s}", "kind", kinds[row->kind], "call",
				   call_text(call_of(c, row, side_of(row)), text, sizeof(text)));
	const struct trace_call *a = call_of(c, row, 0), *b = call_of(c, row, 1);

	if (row->kind != DIFF_ONLY_B)
		json_object_set_new(object, "a",
				    side_json(a, row->line_a ? row->line_a : a->smc->line));
	if (row->kind != DIFF_ONLY_A)
		json_object_set_new(object, "b",
				    side_json(b, row->line_b ? row->line_b : b->smc->line));
	return object;
}

static json_t *diff_json(const struct comparison *c)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < c->diff.count; i++) {
		if (c->diff.rows[i].kind != DIFF_SAME)
			json_array_append_new(rows, row_json(c, &c->diff.rows[i]));
	}
	return json_pack("{s:I,s:I,s:I,s:I,s:b,s:o}", "same", (json_int_t)c->counts[DIFF_SAME],
			 "answers", (json_int_t)c->counts[DIFF_ANSWER], "only_a",
			 (json_int_t)c->counts[DIFF_ONLY_A], "only_b",
			 (json_int_t)c->counts[DIFF_ONLY_B], "coarse", c->diff.coarse,
			 "differences", rows);
}

/* --- both -------------------------------------------------------------------------------------- */

static bool read_both(struct comparison *c)
{
	const struct trace_read_options options = {0};

	for (unsigned int side = 0; side < 2; side++) {
		struct trace_error error;

		c->traces[side] = trace_read(c->paths[side], &options, &error);
		if (c->traces[side])
			continue;
		tool_input_error(c->paths[side], error.line, error.column, error.text);
		return false;
	}
	return true;
}

static int compare(struct comparison *c, bool json, size_t show)
{
	int status = TOOL_OK;

	if (!diff_traces(c->traces[0], c->traces[1], &c->diff)) {
		fprintf(stderr, "rmmsim diff: out of memory\n");
		return TOOL_INTERNAL;
	}
	for (size_t i = 0; i < c->diff.count; i++)
		c->counts[c->diff.rows[i].kind]++;
	if (c->counts[DIFF_SAME] != c->diff.count)
		status = TOOL_CHECK_FAILED;
	if (json) {
		status = tool_print_json(diff_json(c), status);
	} else {
		print_text(c, show);
		status = tool_finish(status);
	}
	diff_free(&c->diff);
	return status;
}

static const struct option options[] = {
	{"show", required_argument, NULL, 'n'},
	{"json", no_argument, NULL, 'j'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

int tool_diff(int argc, char **argv)
{
	struct comparison c = {0};
	size_t show = SHOW_DEFAULT;
	int option, status = TOOL_USAGE;
	bool json = false;
	char *end;

	while ((option = getopt_long(argc, argv, "n:jh", options, NULL)) != -1) {
		switch (option) {
		case 'n':
			show = strtoul(optarg, &end, 10);
			if (optarg[0] < '0' || optarg[0] > '9' || *end)
				return tool_usage_error("diff", "--show needs a number");
			break;
		case 'j':
			json = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return tool_finish(TOOL_OK);
		default:
			return tool_usage_error("diff", "wrong option");
		}
	}
	if (optind + 2 != argc)
		return tool_usage_error("diff", "two recordings are needed");
	c.paths[0] = argv[optind];
	c.paths[1] = argv[optind + 1];
	if (read_both(&c))
		status = compare(&c, json, show);
	trace_free(c.traces[0]);
	trace_free(c.traces[1]);
	return status;
}
