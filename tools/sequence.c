/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim sequence: what a file of a fuzzer says. */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sequence/expect.h"
#include "sequence/oracle.h"
#include "tools/tool.h"

static const char sequence_usage[] =
	"usage: rmmsim sequence [OPTION]... FILE\n"
	"\n"
	"Prints a sequence of SMCs and realm actions as a script, or its binary to a file. FILE is "
	"a\n"
	"script if its name ends in .rmm, else what a fuzzer wrote.\n"
	"\n"
	"  -o, --output FILE  write the binary to FILE\n"
	"  -r, --results      say what the model answers: behind each call and each thing that a\n"
	"                     Realm did an expectation (`expect RMI_ERROR_RTT index=2 top=..`,\n"
	"                     `realm_expect RSI_SUCCESS ..`), in comments why a call was refused.\n"
	"                     What is printed is a script that is a test\n"
	"  -c, --check        run it and compare with its expectations\n"
	"  -h, --help         print this text\n"
	"\n"
	"exit status: 0 done, 1 an expectation does not hold or an oracle found something, 2 "
	"wrong\n"
	"usage or input, 3 internal error\n";

struct runner {
	const char *path;
	struct sequence sequence;
	struct sequence_expectations expectations;
	struct sequence_checker checker;
	struct sequence_oracle oracle;
	struct sequence_inside inside; /* the oracle's */
	unsigned int printed;          /* steps */
	uint64_t result;               /* of the last call of the last repeated step */
};

static bool read_sequence(struct runner *r)
{
	struct trace_error error;

	if (sequence_read_expecting(&r->sequence, &r->expectations, r->path, &error))
		return true;
	fprintf(stderr, "%s:%zu:%zu: %s\n", r->path, error.line, error.column, error.text);
	return false;
}

static void unmet(void *context, size_t line, const char *text)
{
	fflush(stdout);
	fprintf(stderr, "%s:%zu: %s\n", ((const struct runner *)context)->path, line, text);
}

/* --- results --------------------------------------------------------------------------------- */

/* Everything before step `end`; steps of a Realm that has left are passed over, and are no part of what happened. */
static void print_steps(struct runner *r, unsigned int end)
{
	char text[4096];

	for (; r->printed < end; r->printed++) {
		sequence_print_step(&r->sequence.step[r->printed], text, sizeof(text));
		puts(text);
	}
}

/* Up to `end`; no Realm has run what is left of the Realms' steps. */
static void print_passed_over(struct runner *r, unsigned int end)
{
	char text[4096];

	while (r->printed < end) {
		const struct sequence_step *step = &r->sequence.step[r->printed];

		if (!sequence_is_realm(step)) {
			print_steps(r, r->printed + 1);
			continue;
		}
		sequence_print_step(step, text, sizeof(text));
		printf("# passed over: %s\n", text + strspn(text, " "));
		r->printed++;
	}
}

static void print_outcome(const char *indent, const char *word, const struct outcome *outcome)
{
	const size_t size = outcome_print(outcome, NULL, 0) + 1;
	char *text = malloc(size);

	if (!text)
		return;
	outcome_print(outcome, text, size);
	if (text[0])
		printf("%s%s %s\n", indent, word, text);
	free(text);
}

static bool before(void *context, const struct sequence_call *call)
{
	struct runner *r = context;

	print_passed_over(r, call->step);
	print_steps(r, call->step + 1);
	return sequence_oracle_before(&r->oracle, call);
}

static void print_call(struct runner *r, const struct sequence_call *call)
{
	const struct sequence_step *step = &r->sequence.step[call->step];
	const bool last = call->repetition + 1u == step->times;
	struct rmmsim_explanation why;
	struct outcome outcome;
	char text[128];

	/* Of a repeated step: the last, and where the answer changes. */
	if (call->repetition && !last && call->out.x[0] == r->result)
		return;
	r->result = call->out.x[0];
	smc_result_text(SMC_FROM_HOST, call->out.x[0], text, sizeof(text));
	if (call->out.x[0] && !call->runs && rmmsim_explain(call->sim, call->pe, &why) == RMMSIM_OK)
		printf("# %s: %s\n", text, why.first.id);
	else
		printf("# %s\n", text);
	if (!last)
		return;
	outcome_of_call(call, &outcome);
	print_outcome("", step->during ? "during expect" : "expect", &outcome);
}

static bool after(void *context, const struct sequence_call *call)
{
	struct runner *r = context;
	unsigned int end = call->step + 1;

	while (!call->depth && end < r->sequence.count && sequence_is_realm(&r->sequence.step[end]))
		end++;
	if (!call->depth)
		print_passed_over(r, end);
	print_call(r, call);
	sequence_check_call(&r->checker, &r->sequence, call);
	return sequence_oracle_after(&r->oracle, call);
}

/* It is about to happen, even if the Realm does not get to see the outcome. */
static bool step(void *context, const struct rmmsim_vcpu *vcpu, const struct sequence_step *step)
{
	struct runner *r = context;

	print_steps(r, (unsigned int)(step - r->sequence.step) + 1);
	return r->inside.step(r->inside.context, vcpu, step);
}

static void leave(void *context, const struct sequence_leave *leave)
{
	struct runner *r = context;

	r->inside.leave(r->inside.context, leave);
}

static bool control(void *context, const struct rmmsim_vcpu *vcpu)
{
	struct runner *r = context;

	return r->inside.control(r->inside.context, vcpu);
}

static void result(void *context, const struct sequence_result *result)
{
	struct runner *r = context;
	struct outcome outcome;

	print_steps(r, result->index + 1);
	outcome_of_realm(result, &outcome);
	print_outcome("  ", "realm_expect", &outcome);
	sequence_check_result(&r->checker, result);
}

static int print_results(struct runner *r)
{
	static const struct sequencer_options options = {.explain = true, .content = true};
	const struct sequence_inside inside = {r, step, leave, control};
	const struct sequence_watch watch = {.context = r,
					     .before = before,
					     .after = after,
					     .inside = &inside,
					     .result = result};
	struct sequencer *sequencer = sequencer_create(&options);

	if (!sequencer)
		return TOOL_INTERNAL;
	printf("machine %s\nstart %s\n", sequence_machine_name(r->sequence.machine),
	       sequence_start_name(r->sequence.start));
	r->oracle.every = 1;
	r->inside = sequence_oracle_inside(&r->oracle);
	sequence_oracle_begin(&r->oracle, &r->sequence);
	sequencer_run(sequencer, &r->sequence, &watch);
	print_passed_over(r, r->sequence.count);
	sequence_oracle_end(&r->oracle, sequencer, &r->sequence);
	sequencer_destroy(sequencer);
	sequence_check_end(&r->checker);
	if (r->oracle.kind == FINDING_NONE)
		return tool_finish(r->checker.failures ? TOOL_CHECK_FAILED : TOOL_OK);
	printf("# FOUND: %s\n", r->oracle.finding);
	return tool_finish(TOOL_CHECK_FAILED);
}

static int check(struct runner *r)
{
	const unsigned int failures = sequence_check(&r->sequence, &r->expectations, unmet, r);

	printf("%s: %zu expectations, %u do not hold\n", r->path, r->expectations.count, failures);
	return tool_finish(failures ? TOOL_CHECK_FAILED : TOOL_OK);
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

enum action { PRINT, RESULTS, CHECK };

static int run_sequence(struct runner *r, const char *output, enum action action)
{
	int status;

	if (!read_sequence(r))
		return TOOL_USAGE;
	if (output)
		return write_binary(&r->sequence, output);
	if (action == RESULTS)
		return print_results(r);
	if (action == CHECK)
		return check(r);
	status = print_script(&r->sequence);
	return status ? status : tool_finish(TOOL_OK);
}

int tool_sequence(int argc, char **argv)
{
	static const struct option options[] = {
		{"output", required_argument, NULL, 'o'},
		{"results", no_argument, NULL, 'r'},
		{"check", no_argument, NULL, 'c'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	const char *output = NULL;
	enum action action = PRINT;
	struct runner *r;
	int option, status;

	while ((option = getopt_long(argc, argv, "o:rch", options, NULL)) != -1) {
		if (option == 'h')
			return fputs(sequence_usage, stdout), tool_finish(TOOL_OK);
		if (option == '?')
			return tool_usage_error("sequence", "unknown option or no value");
		if (option == 'o')
			output = optarg;
		else
			action = option == 'r' ? RESULTS : CHECK;
	}
	if (optind + 1 != argc)
		return tool_usage_error("sequence", "one FILE is needed");
	r = calloc(1, sizeof(*r));
	if (!r)
		return TOOL_INTERNAL;
	r->path = argv[optind];
	r->checker = (struct sequence_checker){
		.expectations = &r->expectations, .unmet = unmet, .context = r};
	status = run_sequence(r, output, action);
	sequence_expectations_free(&r->expectations);
	free(r);
	return status;
}
