/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim report: a page about a run. */
#include "tools/report.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "tools/tool.h"
#include "trace/log/log.h"

static const char usage[] =
	"usage: rmmsim report [OPTION]... FILE -o report.html\n"
	"       rmmsim report [OPTION]... FILE --perfetto out.pftrace\n"
	"\n"
	"Makes one HTML file of a run: each call and why it was refused, and after any call the\n"
	"granules, the Realms and their translation trees. Open it in a browser; it needs no\n"
	"network. FILE is a recording (rmm-trace/1), a console log of TF-RMM, or a script of a\n"
	"sequence (its name ends in .rmm).\n"
	"\n"
	"  -o, --output FILE   where to write the page\n"
	"  -P, --perfetto FILE write a trace for https://ui.perfetto.dev instead: tracks of PEs "
	"and\n"
	"                      RECs, planes, granules by state; not of a log\n"
	"  -p, --profile NAME  replay a recording under this profile\n"
	"  -h, --help          print this text\n"
	"\n"
	"exit status: 0 all right, 2 wrong usage or input, 3 internal error\n";

static bool is_script(const char *path)
{
	const size_t length = strlen(path);

	return length > 4 && !strcmp(path + length - 4, ".rmm");
}

/* Looks at the beginning of the file; an error shows again when it is read. */
static bool is_log(const char *path)
{
	struct trace_error error;
	struct input *input = input_open(path, &error);
	const char *bytes;
	size_t size;
	const bool log = input && input_peek(input, LOG_PEEK, &bytes, &size, &error) &&
			 log_recognise(bytes, size);

	input_close(input);
	return log;
}

static int fill(FILE *out, const char *path, const char *profile, bool perfetto)
{
	struct report report;
	const bool script = is_script(path), log = !script && is_log(path);
	const char *slash = strrchr(path, '/');
	int status;

	if (perfetto && log)
		return tool_usage_error(
			"report", "%s: a log does not have all calls: make a page of it", path);
	if (perfetto)
		report_begin_perfetto(&report, out);
	else
		report_begin(&report, out,
			     script ? "sequence"
			     : log  ? "log"
				    : "recording",
			     slash ? slash + 1 : path);
	if (script)
		status = report_sequence(&report, path);
	else if (log)
		status = report_log(&report, path);
	else
		status = report_recording(&report, path, profile);
	if ((!report_end(&report) || ferror(out)) && status == TOOL_OK) {
		fprintf(stderr, "rmmsim report: cannot write the output\n");
		status = TOOL_INTERNAL;
	}
	return status;
}

static int run(const char *path, const char *output, const char *profile, bool perfetto)
{
	FILE *out = fopen(output, "w");
	int status;

	if (!out) {
		fprintf(stderr, "rmmsim report: %s: %s\n", output, strerror(errno));
		return TOOL_USAGE;
	}
	status = fill(out, path, profile, perfetto);
	if (fclose(out) && status == TOOL_OK)
		status = TOOL_INTERNAL;
	if (status != TOOL_OK)
		unlink(output);
	return status;
}

int tool_report(int argc, char **argv)
{
	static const struct option options[] = {
		{"output", required_argument, NULL, 'o'},
		{"perfetto", required_argument, NULL, 'P'},
		{"profile", required_argument, NULL, 'p'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	const char *output = NULL, *profile = NULL;
	bool perfetto = false;
	int option;

	while ((option = getopt_long(argc, argv, "o:P:p:h", options, NULL)) != -1) {
		switch (option) {
		case 'o':
		case 'P':
			if (output)
				return tool_usage_error("report", "one output at a time");
			output = optarg;
			perfetto = option == 'P';
			break;
		case 'p':
			profile = optarg;
			if (!smc_profile_find(optarg))
				return tool_usage_error("report", "there is no profile \"%s\"",
							optarg);
			break;
		case 'h':
			fputs(usage, stdout);
			return tool_finish(TOOL_OK);
		default:
			return tool_usage_error("report", "wrong option");
		}
	}
	if (optind + 1 != argc)
		return tool_usage_error("report", "which FILE?");
	if (!strcmp(argv[optind], "-"))
		return tool_usage_error("report", "the input has to be a file");
	if (!output)
		return tool_usage_error("report", "where to write? (-o report.html)");
	return run(argv[optind], output, profile, perfetto);
}
