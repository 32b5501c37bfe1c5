/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim import: makes a recording of a console log, or of what a kernel traced. */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "tools/tool.h"
#include "trace/log/import.h"
#include "trace/log/kernel.h"

static const char usage[] =
	"usage: rmmsim import LOG [-o RECORDING]\n"
	"\n"
	"Writes the calls that a console log of TF-RMM shows as a recording (rmm-trace/1). Calls\n"
	"that the log does not show are missing in it: to compare, give the log to rmmsim replay.\n"
	"Of a log with several starts of the monitor the last is taken. LOG may also be what the\n"
	"kernel of a Host traced with the files of tools/recorder/. It may be compressed with "
	"gzip;\n"
	"- is the standard input.\n"
	"\n"
	"  -o, --output FILE  where to write (default: standard output)\n"
	"  -h, --help         print this text\n"
	"\n"
	"exit status: 0 all right, 2 wrong usage or input, 3 internal error\n";

static struct log *read_log(const char *path, struct trace_error *error)
{
	struct input *input = input_open(path, error);
	struct log *log = NULL;
	const char *bytes;
	size_t size;

	if (!input)
		return NULL;
	if (input_peek(input, LOG_PEEK, &bytes, &size, error)) {
		if (log_recognise(bytes, size))
			log = log_read(input, error);
		else
			*error = (struct trace_error){1, 1, "this is no console log"};
	}
	input_close(input);
	return log;
}

static bool has_calls(const struct log *log)
{
	if (kernel_recognise(log))
		return true;
	for (size_t i = 0; i < log->event_count; i++) {
		if (log->events[i].kind == LOG_CALL)
			return true;
	}
	return false;
}

static int write_recording(const struct log *log, const char *path)
{
	FILE *out = path ? fopen(path, "w") : stdout;
	size_t calls;

	if (!out) {
		fprintf(stderr, "rmmsim import: %s: %s\n", path, strerror(errno));
		return TOOL_USAGE;
	}
	calls = kernel_recognise(log) ? kernel_import(log, out) : log_import(log, out);
	if (!path)
		return tool_finish(TOOL_OK);
	if (ferror(out) | fclose(out)) {
		fprintf(stderr, "rmmsim import: %s: cannot be written\n", path);
		return TOOL_INTERNAL;
	}
	printf("%s: %zu calls of the Host\n", path, calls);
	return tool_finish(TOOL_OK);
}

static int import(const char *path, const char *output)
{
	struct trace_error error = {0};
	struct log *log = read_log(path, &error);
	int status = TOOL_USAGE;

	if (log && has_calls(log))
		status = write_recording(log, output);
	else
		fprintf(stderr, "%s: %s\n", path, log ? "no call of an RMM is in it" : error.text);
	log_free(log);
	return status;
}

static const struct option options[] = {
	{"output", required_argument, NULL, 'o'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

int tool_import(int argc, char **argv)
{
	const char *output = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "o:h", options, NULL)) != -1) {
		switch (option) {
		case 'o':
			output = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			return tool_finish(TOOL_OK);
		default:
			return tool_usage_error("import", "wrong option");
		}
	}
	if (optind + 1 != argc)
		return tool_usage_error("import", "one LOG is needed");
	return import(argv[optind], output);
}
