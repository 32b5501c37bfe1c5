/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim shrink: the smallest sequence, or recording, that still fails. */
#include "tools/shrink.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/tool.h"
#include "sequence/shrink.h"

static const char usage[] =
	"usage: rmmsim shrink --predicate WHAT [OPTION]... FILE\n"
	"\n"
	"Makes a sequence (script *.rmm, or binary) or a recording (*.jsonl, *.jsonl.gz) small\n"
	"while it keeps failing. WHAT is\n"
	"\n"
	"  mismatch   profile \"tf-rmm-0.8\" (--profile) answers differently than the machine;\n"
	"             of a recording: the model answers differently than the recording; the\n"
	"             first difference stays the same\n"
	"  invariant  an invariant, or another oracle of docs/fuzzing.md, is violated\n"
	"  crash      running it ends by a signal\n"
	"  COMMAND    the shell command, given the name of a file, exits with a status other than "
	"0\n"
	"\n"
	"  -p, --predicate WHAT\n"
	"  -P, --profile NAME\n"
	"  -o, --output FILE   write there, a script if the name ends in .rmm; default: a script "
	"on\n"
	"                      standard output\n"
	"  -n, --attempts N    give up after N attempts\n"
	"  -h, --help          print this text\n"
	"\n"
	"SIGINT and SIGTERM end it: what is left by then is written.\n"
	"\n"
	"exit status: 0 shrunk, 1 it does not fail, 2 wrong usage or input, 3 internal error,\n"
	"             130 interrupted\n";

struct arguments {
	struct shrink_predicate predicate;
	const char *output;
	unsigned int attempts;
	bool chosen, wrong;
};

static void choose(struct arguments *arguments, const char *what)
{
	static const char *const names[] = {"mismatch", "invariant", "crash"};

	arguments->chosen = true;
	arguments->predicate.kind = SHRINK_COMMAND;
	arguments->predicate.command = what;
	for (unsigned int i = 0; i < 3; i++) {
		if (!strcmp(names[i], what))
			arguments->predicate.kind = (enum shrink_kind)i;
	}
}

static void limit(struct arguments *arguments, const char *text)
{
	char *end;
	const unsigned long value = strtoul(text, &end, 10);

	arguments->wrong |= *text < '0' || *text > '9' || *end || !value || value > UINT32_MAX;
	arguments->attempts = (unsigned int)value;
}

/* -1: go on with the file. */
static int parse(int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {
		{"predicate", required_argument, NULL, 'p'},
		{"profile", required_argument, NULL, 'P'},
		{"output", required_argument, NULL, 'o'},
		{"attempts", required_argument, NULL, 'n'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "p:P:o:n:h", options, NULL)) != -1) {
		if (option == 'p')
			choose(arguments, optarg);
		else if (option == 'P')
			arguments->predicate.profile = optarg;
		else if (option == 'o')
			arguments->output = optarg;
		else if (option == 'n')
			limit(arguments, optarg);
		else if (option == 'h')
			return fputs(usage, stdout), tool_finish(TOOL_OK);
		else
			return tool_usage_error("shrink", "unknown option or no value");
	}
	if (arguments->wrong)
		return tool_usage_error("shrink", "--attempts needs a number from 1 on");
	if (!arguments->chosen)
		return tool_usage_error("shrink", "--predicate says what is to keep failing");
	if (arguments->predicate.profile && !smc_profile_find(arguments->predicate.profile))
		return tool_usage_error("shrink", "there is no profile \"%s\"",
					arguments->predicate.profile);
	if (optind + 1 != argc)
		return tool_usage_error("shrink", "one FILE is needed");
	return -1;
}

struct work {
	struct shrink_predicate *predicate;
	struct sequence_shrinker *shrinker;
};

static bool fails(void *context, const struct sequence *sequence)
{
	struct work *work = context;

	const bool failed = shrink_sequence_fails(work->predicate, sequence);

	if (!shrink_ends(work->predicate))
		return failed;
	work->shrinker->limit = work->shrinker->attempts;
	return false;
}

static void progress(void *context, unsigned int attempts, unsigned int steps)
{
	(void)context;
	if (tool_terminal(stderr))
		fprintf(stderr, "\r\033[Kshrink: %u attempts, %u steps left", attempts, steps);
}

static size_t form(const struct sequence *sequence, const char *output, char *data, size_t size)
{
	const char *dot = output ? strrchr(output, '.') : ".rmm";

	if (dot && !strcmp(dot, ".rmm"))
		return sequence_print(sequence, data, size);
	return sequence_encode(sequence, (uint8_t *)data, size);
}

static int write_sequence(const struct shrink_predicate *predicate, const struct sequence *sequence,
			  const char *output)
{
	const size_t room = 4 * SEQUENCE_MAX_BINARY;
	char *data = malloc(room);
	const size_t size = data ? form(sequence, output, data, room) : 0;
	FILE *file = output ? fopen(output, "wb") : stdout;
	bool good = data && file && fwrite(data, 1, size, file) == size;

	if (file && output && fclose(file))
		good = false;
	free(data);
	if (!good)
		fprintf(stderr, "rmmsim shrink: cannot write the result: %s\n", strerror(errno));
	return good ? shrink_status(predicate) : TOOL_INTERNAL;
}

static int shrink_read(struct arguments *arguments, const char *path, struct sequence *sequence)
{
	struct work work = {.predicate = &arguments->predicate};
	struct sequence_shrinker shrinker = {.fails = fails,
					     .progress = progress,
					     .context = &work,
					     .limit = arguments->attempts};
	struct trace_error error;

	if (!sequence_read(sequence, path, &error)) {
		fprintf(stderr, "%s:%zu:%zu: %s\n", path, error.line, error.column, error.text);
		return TOOL_USAGE;
	}
	work.shrinker = &shrinker;
	if (!shrink_sequence_fails(&arguments->predicate, sequence))
		return shrink_refuse(&arguments->predicate, path);
	sequence_shrink(&shrinker, sequence);
	tool_progress_end();
	fprintf(stderr, "%u steps are left, %u calls of the Host, after %u attempts\n",
		sequence->count, sequence_calls(sequence), shrinker.attempts);
	return write_sequence(&arguments->predicate, sequence, arguments->output);
}

static int shrink_script(struct arguments *arguments, const char *path)
{
	struct sequence *sequence = malloc(sizeof(*sequence));
	const int status = sequence ? shrink_read(arguments, path, sequence) : TOOL_INTERNAL;

	free(sequence);
	return status;
}

int tool_shrink(int argc, char **argv)
{
	struct arguments arguments = {.chosen = false};
	int status = parse(argc, argv, &arguments);
	const char *path;

	if (status >= 0)
		return status;
	path = argv[optind];
	if (!shrink_output_usable(arguments.output))
		return TOOL_INTERNAL;
	shrink_hold_signals();
	if (strstr(path, ".jsonl"))
		return shrink_trace(&arguments.predicate, path, arguments.output,
				    arguments.attempts);
	status = shrink_script(&arguments, path);
	shrink_end(&arguments.predicate);
	return status;
}
