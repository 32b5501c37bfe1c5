/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim replay: answers recordings and compares. */

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/junit.h"
#include "tools/replay_log.h"
#include "tools/tool.h"
#include "trace/attribute.h"
#include "trace/describe.h"
#include "trace/reader.h"

#define SHOW_DEFAULT 3
#define SHOW_MAX     100000

struct arguments {
	const char *profile;
	bool strict, attribute, json, verbose;
	const char *junit; /* file, or NULL */
	size_t show;
	char **files;
	size_t file_count;
};

struct totals {
	size_t recordings; /* that were read */
	size_t calls, mismatches, not_modelled, unattributed;
	bool bad_input, short_of_memory;
	struct attribute_memory memory;
	struct attribution attribution;
	json_t *files; /* with --json */
	struct replay_logs logs;
};

static const char usage[] =
	"usage: rmmsim replay [OPTION]... FILE...\n"
	"\n"
	"Feeds recordings (.jsonl, .jsonl.gz, format rmm-trace/1) to the model and compares every\n"
	"answer. Prints one line per file and a total. FILE may be a console log of TF-RMM\n"
	"instead: each line of it is explained, wrong or unknown. - is the standard input.\n"
	"\n"
	"  -p, --profile NAME  replay under this profile, not the one that made the recording\n"
	"  -a, --attribute     find the smallest sets of quirks that explain the mismatches\n"
	"  -s, --strict        refuse unknown keys and lines; calls that are not modelled count "
	"as\n"
	"                      mismatches\n"
	"  -n, --show N        describe the first N mismatches of a file (default 3)\n"
	"  -v, --verbose       of a console log: what became of each line\n"
	"  -j, --json          print the result as JSON\n"
	"  -u, --junit FILE    write the result as JUnit XML too: each recording is a test case\n"
	"  -h, --help          print this text\n"
	"\n"
	"exit status: 0 no mismatch, 1 mismatches, 2 wrong usage or malformed input, 3 internal\n"
	"error\n";

/* --- one file ------------------------------------------------------------------------------- */

struct file {
	const char *path;
	struct input *input;
	struct trace *trace;
	struct replay_result result;
	struct attribution attribution;
	struct trace_error error;
};

static void print_error(const struct file *file)
{
	tool_progress_end();
	tool_input_error(file->path, file->error.line, file->error.column, file->error.text);
}

static void progress(void *context, size_t calls)
{
	const struct file *file = context;

	tool_progress(file->path, calls, file->trace->call_count);
}

static void print_counts(const char *name, size_t calls, size_t mismatches)
{
	printf("%s: %zu calls, %zu mismatches", name, calls, mismatches);
}

static void print_attribution(const struct attribution *attribution)
{
	char name[1024];

	for (size_t i = 0; i < attribution->count; i++)
		printf("  %6zu  %s\n", attribution->rows[i].calls,
		       describe_quirks(attribution->rows[i].quirks, name, sizeof(name)));
	if (attribution->unattributed)
		printf("  %6zu  unattributed\n", attribution->unattributed);
}

static void print_file(const struct arguments *arguments, const struct file *file)
{
	tool_progress_end();
	print_counts(file->path, file->result.calls, file->result.mismatches);
	if (file->result.not_modelled)
		printf(", %zu not modelled", file->result.not_modelled);
	printf("\n");
	for (size_t i = 0; i < file->result.kept_count; i++)
		describe_mismatch(stdout, &file->result.kept[i], tool_colour(stdout));
	if (arguments->attribute)
		print_attribution(&file->attribution);
}

static json_t *attribution_json(const struct attribution *attribution)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < attribution->count; i++) {
		const struct attribute_row *row = &attribution->rows[i];
		json_t *quirks = json_array();

		for (unsigned int n = 0; n < SMC_QUIRK_COUNT; n++) {
			if (smc_has_quirk(row->quirks, n))
				json_array_append_new(quirks, json_string(smc_quirk_row(n)->name));
		}
		json_array_append_new(rows, json_pack("{s:o,s:I}", "quirks", quirks, "calls",
						      (json_int_t)row->calls));
	}
	return rows;
}

static json_t *file_json(const struct arguments *arguments, const struct file *file)
{
	json_t *mismatches = json_array(), *object;

	for (size_t i = 0; i < file->result.kept_count; i++)
		json_array_append_new(mismatches, describe_mismatch_json(&file->result.kept[i]));
	object = json_pack("{s:s,s:I,s:I,s:I,s:o}", "file", file->path, "calls",
			   (json_int_t)file->result.calls, "mismatches",
			   (json_int_t)file->result.mismatches, "not_modelled",
			   (json_int_t)file->result.not_modelled, "shown", mismatches);
	if (!arguments->attribute)
		return object;
	json_object_set_new(object, "attribution", attribution_json(&file->attribution));
	json_object_set_new(object, "unattributed", json_integer(file->attribution.unattributed));
	return object;
}

static bool replay_file(const struct arguments *arguments, struct totals *totals, struct file *file)
{
	const struct trace_read_options reading = {.strict = arguments->strict};
	const struct replay_options options = {
		.profile = arguments->profile,
		.strict = arguments->strict,
		.keep = arguments->show,
		.progress = progress,
		.context = file,
	};

	file->trace = trace_read_input(file->input, &reading, &file->error);
	if (!file->trace)
		return false;
	if (file->trace->header.holes) {
		file->error = (struct trace_error){
			1, 1, "calls are missing here: replay the console log it was made of"};
		return false;
	}
	if (!replay(file->trace, &options, &file->result, &file->error))
		return false;
	return !arguments->attribute ||
	       attribute(file->trace, &options, &file->result, &totals->memory, &file->attribution,
			 &file->error);
}

/* --- all files ------------------------------------------------------------------------------ */

static void add_totals(struct totals *totals, const struct file *file)
{
	const struct attribution *attribution = &file->attribution;

	totals->recordings++;
	totals->calls += file->result.calls;
	totals->mismatches += file->result.mismatches;
	totals->not_modelled += file->result.not_modelled;
	totals->attribution.unattributed += attribution->unattributed;
	for (size_t i = 0; i < attribution->count; i++)
		totals->short_of_memory |=
			!attribution_add(&totals->attribution, attribution->rows[i].quirks,
					 attribution->rows[i].calls);
}

static void do_recording(const struct arguments *arguments, struct totals *totals,
			 struct file *file)
{
	if (!replay_file(arguments, totals, file)) {
		print_error(file);
		totals->bad_input = true;
	} else if (arguments->json) {
		json_array_append_new(totals->files, file_json(arguments, file));
		add_totals(totals, file);
	} else {
		print_file(arguments, file);
		add_totals(totals, file);
	}
	replay_result_free(&file->result);
	attribution_free(&file->attribution);
	trace_free(file->trace);
}

static void do_log(const struct arguments *arguments, struct totals *totals, struct file *file)
{
	const struct replay_log_options options = {
		.json = arguments->json,
		.verbose = arguments->verbose,
		.show = arguments->show,
		.files = totals->files,
	};

	if (replay_log(file->path, file->input, &options, &totals->logs, &file->error))
		return;
	print_error(file);
	totals->bad_input = true;
}

static void do_file(const struct arguments *arguments, struct totals *totals, const char *path)
{
	struct file file = {.path = path, .input = input_open(path, &file.error)};
	const char *bytes;
	size_t size;

	if (!file.input || !input_peek(file.input, LOG_PEEK, &bytes, &size, &file.error)) {
		print_error(&file);
		totals->bad_input = true;
	} else if (log_recognise(bytes, size)) {
		do_log(arguments, totals, &file);
	} else {
		do_recording(arguments, totals, &file);
	}
	input_close(file.input);
}

static void print_totals(const struct arguments *arguments, const struct totals *totals)
{
	if (totals->logs.files)
		replay_log_print_totals(&totals->logs);
	if (!totals->recordings)
		return;
	if (arguments->attribute) {
		printf("quirks:\n");
		print_attribution(&totals->attribution);
	}
	print_counts("total", totals->calls, totals->mismatches);
	if (arguments->attribute)
		printf(", %zu unattributed", totals->attribution.unattributed);
	else if (totals->not_modelled)
		printf(", %zu not modelled", totals->not_modelled);
	printf("\n");
}

static json_t *totals_json(const struct arguments *arguments, const struct totals *totals)
{
	json_t *total = json_pack("{s:I,s:I,s:I}", "calls", (json_int_t)totals->calls, "mismatches",
				  (json_int_t)totals->mismatches, "not_modelled",
				  (json_int_t)totals->not_modelled);

	if (arguments->attribute) {
		json_object_set_new(total, "attribution", attribution_json(&totals->attribution));
		json_object_set_new(total, "unattributed",
				    json_integer(totals->attribution.unattributed));
	}
	total = json_pack("{s:O,s:o}", "files", totals->files, "total", total);
	if (totals->logs.files)
		replay_log_json_totals(&totals->logs, total);
	return total;
}

/* One file, which is one test case. */
static void do_case(const struct arguments *arguments, struct totals *totals, const char *path,
		    struct junit *junit)
{
	const size_t mismatches = totals->mismatches, wrong = totals->logs.wrong;
	const bool bad_input = totals->bad_input;
	enum junit_outcome outcome = JUNIT_PASSED;
	char text[80];

	totals->bad_input = false;
	do_file(arguments, totals, path);
	snprintf(text, sizeof(text), "%zu mismatches, %zu wrong lines",
		 totals->mismatches - mismatches, totals->logs.wrong - wrong);
	if (totals->mismatches != mismatches || totals->logs.wrong != wrong)
		outcome = JUNIT_FAILED;
	if (totals->bad_input)
		outcome = JUNIT_ERROR;
	junit_case(junit, path, outcome, outcome == JUNIT_ERROR ? "the file cannot be read" : text);
	totals->bad_input |= bad_input;
}

/* False, with a message, if the file cannot be written. */
static bool finish_junit(struct junit *junit, const char *path)
{
	if (junit && junit_write(junit, path))
		return true;
	fprintf(stderr, "rmmsim replay: %s: %s\n", path, strerror(errno));
	return false;
}

static int run(const struct arguments *arguments)
{
	struct totals totals = {.files = json_array()};
	struct junit *junit = arguments->junit ? junit_new("rmmsim.replay") : NULL;
	int status = TOOL_OK;

	for (size_t i = 0; i < arguments->file_count; i++)
		do_case(arguments, &totals, arguments->files[i], junit);
	tool_progress_end();
	if (totals.mismatches || totals.logs.wrong)
		status = TOOL_CHECK_FAILED;
	if (totals.bad_input)
		status = TOOL_USAGE;
	if (totals.short_of_memory)
		status = TOOL_INTERNAL;
	if (arguments->junit && !finish_junit(junit, arguments->junit))
		status = TOOL_USAGE;
	if (arguments->json) {
		status = tool_print_json(totals_json(arguments, &totals), status);
	} else {
		print_totals(arguments, &totals);
		status = tool_finish(status);
	}
	json_decref(totals.files);
	attribution_free(&totals.attribution);
	return status;
}

/* --- arguments ------------------------------------------------------------------------------ */

static bool parse_number(const char *text, size_t *number)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end || value > SHOW_MAX)
		return false;
	*number = value;
	return true;
}

static const struct option options[] = {
	{"profile", required_argument, NULL, 'p'},
	{"attribute", no_argument, NULL, 'a'},
	{"strict", no_argument, NULL, 's'},
	{"show", required_argument, NULL, 'n'},
	{"verbose", no_argument, NULL, 'v'},
	{"json", no_argument, NULL, 'j'},
	{"junit", required_argument, NULL, 'u'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

int tool_replay(int argc, char **argv)
{
	struct arguments arguments = {.show = SHOW_DEFAULT};
	int option;

	while ((option = getopt_long(argc, argv, "p:asn:vju:h", options, NULL)) != -1) {
		switch (option) {
		case 'p':
			arguments.profile = optarg;
			if (!smc_profile_find(optarg))
				return tool_usage_error("replay", "there is no profile \"%s\"",
							optarg);
			break;
		case 'a':
			arguments.attribute = true;
			break;
		case 's':
			arguments.strict = true;
			break;
		case 'n':
			if (!parse_number(optarg, &arguments.show))
				return tool_usage_error("replay", "--show needs a number");
			break;
		case 'v':
			arguments.verbose = true;
			break;
		case 'u':
			arguments.junit = optarg;
			break;
		case 'j':
			arguments.json = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return tool_finish(TOOL_OK);
		default:
			return tool_usage_error("replay", "wrong option");
		}
	}
	if (optind == argc)
		return tool_usage_error("replay", "which FILE?");
	arguments.files = argv + optind;
	arguments.file_count = argc - optind;
	return run(&arguments);
}
