/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim fuzz-corpus: seeds of recordings and scripts, and a dictionary of the rows. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/tool.h"
#include "trace/reader.h"
#include "sequence/import.h"

static const char usage[] =
	"usage: rmmsim fuzz-corpus [OPTION]... FILE...\n"
	"\n"
	"Makes the seeds of a fuzzer: of each recording its beginnings, of each script (*.rmm) "
	"its\n"
	"binary.\n"
	"\n"
	"  -o, --output DIR       write the seeds there; made if missing\n"
	"  -d, --dictionary FILE  write the words of the binary: verbs and values of the rows\n"
	"  -s, --scripts          write scripts, not binaries\n"
	"  -h, --help             print this text\n"
	"\n"
	"exit status: 0 written, 2 wrong usage or input, 3 internal error\n";

struct arguments {
	const char *output, *dictionary;
	bool scripts;
};

/* --- seeds ----------------------------------------------------------------------------------- */

static bool write_seed(const struct arguments *arguments, const struct sequence *sequence,
		       const char *path, unsigned int number)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char *data = malloc(4 * SEQUENCE_MAX_BINARY);
	char file_name[4096];
	size_t size;
	FILE *file;
	bool good;

	snprintf(file_name, sizeof(file_name), "%s/%.*s-%u%s", arguments->output,
		 (int)strcspn(name, "."), name, number, arguments->scripts ? ".rmm" : "");
	file = fopen(file_name, "wb");
	if (!data || !file) {
		free(data);
		if (file)
			fclose(file);
		fprintf(stderr, "rmmsim fuzz-corpus: cannot write %s\n", file_name);
		return false;
	}
	size = arguments->scripts
		       ? sequence_print(sequence, data, 4 * SEQUENCE_MAX_BINARY)
		       : sequence_encode(sequence, (uint8_t *)data, 4 * SEQUENCE_MAX_BINARY);
	good = fwrite(data, 1, size, file) == size;
	free(data);
	return fclose(file) == 0 && good;
}

static int seed_recording(const struct arguments *arguments, const char *path,
			  struct sequence *sequence)
{
	static const unsigned int lengths[] = {24, 64, SEQUENCE_MAX_STEPS};
	const struct trace_read_options options = {.strict = false};
	struct trace_error error;
	struct trace *trace = trace_read(path, &options, &error);
	bool good = true;

	if (!trace) {
		fprintf(stderr, "%s:%zu:%zu: %s\n", path, error.line, error.column, error.text);
		return TOOL_USAGE;
	}
	for (unsigned int i = 0; i < 3 && good; i++) {
		sequence_import(sequence, trace, lengths[i]);
		good = write_seed(arguments, sequence, path, i);
		if (sequence->count < lengths[i])
			break;
	}
	trace_free(trace);
	return good ? TOOL_OK : TOOL_INTERNAL;
}

static int seed_script(const struct arguments *arguments, const char *path,
		       struct sequence *sequence)
{
	struct trace_error error;

	if (!sequence_read(sequence, path, &error)) {
		fprintf(stderr, "%s:%zu:%zu: %s\n", path, error.line, error.column, error.text);
		return TOOL_USAGE;
	}
	return write_seed(arguments, sequence, path, 0) ? TOOL_OK : TOOL_INTERNAL;
}

static int seed(const struct arguments *arguments, int count, char **paths)
{
	struct sequence *sequence = malloc(sizeof(*sequence));
	int status = sequence ? TOOL_OK : TOOL_INTERNAL;

	for (int i = 0; i < count && status == TOOL_OK; i++) {
		tool_progress("seeds of", (size_t)i, (size_t)count);
		status = strstr(paths[i], ".jsonl") ? seed_recording(arguments, paths[i], sequence)
						    : seed_script(arguments, paths[i], sequence);
	}
	tool_progress_end();
	free(sequence);
	return status;
}

/* --- dictionary ------------------------------------------------------------------------------ */

static void write_word(FILE *file, const char *name, const struct sequence *sequence)
{
	uint8_t data[4096];
	const size_t size = sequence_encode(sequence, data, sizeof(data));

	fprintf(file, "%s=\"", name);
	for (size_t i = 2; i < size; i++)
		fprintf(file, "\\x%02x", data[i]);
	fprintf(file, "\"\n");
}

static bool write_dictionary(const char *path)
{
	struct sequence *sequence = calloc(1, sizeof(*sequence));
	FILE *file = fopen(path, "w");
	char name[64];
	bool good = sequence && file;

	for (unsigned int verb = 1; good && verb < SEQUENCE_VERBS; verb++) {
		struct sequence_step *step = &sequence->step[0];

		sequence->count = 1;
		*step = (struct sequence_step){.times = 1};
		sequence_set_verb(step, verb);
		step->value[0] = SEQUENCE_DRAM + SEQUENCE_PAGE;
		if (sequence_verb(step) == verb)
			write_word(file, sequence_step_name(step, name, sizeof(name)), sequence);
	}
	if (file && fclose(file))
		good = false;
	free(sequence);
	return good;
}

static int parse(int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {
		{"output", required_argument, NULL, 'o'},
		{"dictionary", required_argument, NULL, 'd'},
		{"scripts", no_argument, NULL, 's'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "o:d:sh", options, NULL)) != -1) {
		if (option == 'h')
			return fputs(usage, stdout), tool_finish(TOOL_OK);
		if (option == '?')
			return tool_usage_error("fuzz-corpus", "unknown option or no value");
		if (option == 'o')
			arguments->output = optarg;
		if (option == 'd')
			arguments->dictionary = optarg;
		arguments->scripts |= option == 's';
	}
	if (optind < argc && !arguments->output)
		return tool_usage_error("fuzz-corpus", "--output says where the seeds go");
	return -1;
}

int tool_fuzz_corpus(int argc, char **argv)
{
	struct arguments arguments = {.output = NULL};
	int status = parse(argc, argv, &arguments);

	if (status >= 0)
		return status;
	if (arguments.dictionary && !write_dictionary(arguments.dictionary)) {
		fprintf(stderr, "rmmsim fuzz-corpus: cannot write %s\n", arguments.dictionary);
		return TOOL_INTERNAL;
	}
	if (arguments.output && mkdir(arguments.output, 0777) && errno != EEXIST) {
		fprintf(stderr, "rmmsim fuzz-corpus: cannot make the directory %s: %s\n",
			arguments.output, strerror(errno));
		return TOOL_USAGE;
	}
	status = seed(&arguments, argc - optind, argv + optind);
	return status ? status : tool_finish(TOOL_OK);
}
