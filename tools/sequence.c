/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim sequence: what a file of a fuzzer says. */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/tool.h"
#include "sequence/oracle.h"

static const char sequence_usage[] =
	"usage: rmmsim sequence [OPTION]... FILE\n"
	"\n"
	"Prints a sequence of SMCs and realm actions as a script, or its binary to a file. FILE is "
	"a\n"
	"script if its name ends in .rmm, else what a fuzzer wrote.\n"
	"\n"
	"  -o, --output FILE  write the binary to FILE\n"
	"  -r, --results      say in comments what the model answers, and why\n"
	"  -h, --help         print this text\n"
	"\n"
	"exit status: 0 done, 1 an oracle found something, 2 wrong usage or input, 3 internal "
	"error\n";

struct runner {
	struct sequence sequence;
	struct sequence_oracle oracle;
	unsigned int printed; /* steps */
	unsigned int step;    /* whose last result is `result` */
	uint64_t result;
};

static bool read_sequence(struct sequence *sequence, const char *path)
{
	struct trace_error error;

	if (sequence_read(sequence, path, &error))
		return true;
	fprintf(stderr, "%s:%zu:%zu: %s\n", path, error.line, error.column, error.text);
	return false;
}

/* --- results --------------------------------------------------------------------------------- */

static void print_steps(struct runner *r, unsigned int end)
{
	char text[4096];

	while (r->printed < end) {
		sequence_print_step(&r->sequence.step[r->printed++], text, sizeof(text));
		puts(text);
	}
}

static bool before(void *context, const struct sequence_call *call)
{
	struct runner *r = context;

	return sequence_oracle_before(&r->oracle, call);
}

/* Behind the step and what a Realm did during it. */
static bool after(void *context, const struct sequence_call *call)
{
	struct runner *r = context;
	struct rmmsim_explanation why;
	char text[128];
	unsigned int end = call->step + 1;

	while (end < r->sequence.count && sequence_is_realm(&r->sequence.step[end]))
		end++;
	if (call->step < r->printed && call->step == r->step && call->out.x[0] == r->result)
		return sequence_oracle_after(&r->oracle, call);
	print_steps(r, end);
	r->step = call->step;
	r->result = call->out.x[0];
	smc_result_text(true, call->out.x[0], text, sizeof(text));
	if (call->out.x[0] && !call->runs && rmmsim_explain(call->sim, call->pe, &why) == RMMSIM_OK)
		printf("# %s: %s\n", text, why.first.id);
	else
		printf("# %s\n", text);
	return sequence_oracle_after(&r->oracle, call);
}

static int print_results(struct runner *r)
{
	static const struct sequencer_options options = {.explain = true, .content = true};
	const struct sequence_inside inside = sequence_oracle_inside(&r->oracle);
	const struct sequence_watch watch = {
		.context = r, .before = before, .after = after, .inside = &inside};
	struct sequencer *sequencer = sequencer_create(&options);

	if (!sequencer)
		return TOOL_INTERNAL;
	printf("machine %s\nstart %s\n", sequence_machine_name(r->sequence.machine),
	       sequence_start_name(r->sequence.start));
	r->oracle.every = 1;
	sequence_oracle_begin(&r->oracle, &r->sequence);
	sequencer_run(sequencer, &r->sequence, &watch);
	print_steps(r, r->sequence.count);
	sequence_oracle_end(&r->oracle, sequencer, &r->sequence);
	sequencer_destroy(sequencer);
	if (r->oracle.kind == FINDING_NONE)
		return tool_finish(TOOL_OK);
	printf("# FOUND: %s\n", r->oracle.finding);
	return tool_finish(TOOL_CHECK_FAILED);
}

/* --- forms ----------------------------------------------------------------------------------- */

static int print_script(const struct sequence *sequence)
{
	const size_t size = sequence_print(sequence, NULL, 0) + 1;
	char *text = malloc(size);

	if (!text)
		return TOOL_INTERNAL;
	sequence_print(sequence, text, size);
	fputs(text, stdout);
	free(text);
	return TOOL_OK;
}

static int write_binary(const struct sequence *sequence, const char *path)
{
	const size_t size = sequence_encode(sequence, NULL, 0);
	uint8_t *data = malloc(size);
	FILE *file = fopen(path, "wb");
	bool good = data && file;

	if (good) {
		sequence_encode(sequence, data, size);
		good = fwrite(data, 1, size, file) == size;
	}
	if (file && fclose(file))
		good = false;
	free(data);
	if (good)
		return TOOL_OK;
	fprintf(stderr, "rmmsim sequence: cannot write %s\n", path);
	return TOOL_INTERNAL;
}

static int run_sequence(struct runner *r, const char *path, const char *output, bool results)
{
	int status;

	if (!read_sequence(&r->sequence, path))
		return TOOL_USAGE;
	if (output)
		return write_binary(&r->sequence, output);
	if (results)
		return print_results(r);
	status = print_script(&r->sequence);
	return status ? status : tool_finish(TOOL_OK);
}

int tool_sequence(int argc, char **argv)
{
	static const struct option options[] = {
		{"output", required_argument, NULL, 'o'},
		{"results", no_argument, NULL, 'r'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	const char *output = NULL;
	bool results = false;
	struct runner *r;
	int option, status;

	while ((option = getopt_long(argc, argv, "o:rh", options, NULL)) != -1) {
		if (option == 'h')
			return fputs(sequence_usage, stdout), tool_finish(TOOL_OK);
		if (option == '?')
			return tool_usage_error("sequence", "unknown option or no value");
		if (option == 'o')
			output = optarg;
		results |= option == 'r';
	}
	if (optind + 1 != argc)
		return tool_usage_error("sequence", "one FILE is needed");
	r = calloc(1, sizeof(*r));
	status = r ? run_sequence(r, argv[optind], output, results) : TOOL_INTERNAL;
	free(r);
	return status;
}
