/* SPDX-License-Identifier: BSD-3-Clause */
/* The `rmmsim` command: picks the sub-command. */

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <rmmsim/rmmsim.h>

#include "tools/tool.h"

static const struct {
	const char *name;
	tool_fn run;
	const char *summary;
} tools[] = {
	{"demo", tool_demo, "show a realm with two auxiliary planes from birth to tear-down"},
	{"replay", tool_replay, "answer a recording of a real monitor and compare"},
	{"diff", tool_diff, "show where two recordings part"},
	{"report", tool_report, "make a page about a run, to be read in a browser"},
	{"import", tool_import, "make a recording of a console log"},
	{"explain", tool_explain, "say what a status, a function number or a name means"},
	{"capabilities", tool_capabilities, "list what the model can do, as JSON"},
	{"coverage", tool_coverage, "list which failure conditions recordings exercise"},
	{"run", tool_run, "run an AArch64 payload as a Realm"},
	{"token", tool_token, "show or verify an attestation token"},
	{"sequence", tool_sequence, "show a sequence of a fuzzer as a script, and what it does"},
	{"shrink", tool_shrink, "make a failing sequence or recording small"},
	{"to-test", tool_to_test, "make a test of a sequence"},
	{"fuzz-corpus", tool_fuzz_corpus, "make seeds for a fuzzer of recordings and scripts"},
	{"peer", tool_peer, "answer calls as JSON lines: the model as another monitor"},
	{"fuzz-stats", tool_fuzz_stats, "show what a corpus reaches in the model"},
};

#define TOOLS (sizeof(tools) / sizeof(tools[0]))

static void print_help(FILE *out)
{
	fprintf(out, "usage: rmmsim COMMAND [OPTION]... [ARGUMENT]...\n"
		     "\n"
		     "A model of the Arm CCA Realm Management Monitor v1.1.\n"
		     "\n"
		     "commands:\n");
	for (size_t i = 0; i < TOOLS; i++)
		fprintf(out, "  %-14s%s\n", tools[i].name, tools[i].summary);
	fprintf(out,
		"\n"
		"options:\n"
		"  -h, --help     print this text; after a command, or before it as `help`: its "
		"options\n"
		"  -V, --version  print the version\n"
		"\n"
		"exit status: 0 all right, 1 a check failed, 2 wrong usage or input, 3 internal "
		"error\n");
}

static int run_tool(int argc, char **argv);

/* `help CMD` is `CMD --help`. */
static int run_help(int argc, char **argv)
{
	char option[] = "--help", *arguments[] = {argc > 1 ? argv[1] : NULL, option, NULL};

	if (argc > 2) {
		fprintf(stderr, "rmmsim help: takes the name of one command\n");
		return TOOL_USAGE;
	}
	if (argc == 2)
		return run_tool(2, arguments);
	print_help(stdout);
	return tool_finish(TOOL_OK);
}

static int run_tool(int argc, char **argv)
{
	if (!strcmp(argv[0], "help"))
		return run_help(argc, argv);
	for (size_t i = 0; i < TOOLS; i++) {
		if (strcmp(tools[i].name, argv[0]))
			continue;
		/* 0 makes getopt start anew: it has read the options before the command's name. */
		optind = 0;
		return tools[i].run(argc, argv);
	}
	fprintf(stderr, "rmmsim: there is no command \"%s\"\nTry 'rmmsim --help'.\n", argv[0]);
	return TOOL_USAGE;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};

	switch (getopt_long(argc, argv, "+hV", options, NULL)) {
	case 'h':
		print_help(stdout);
		return tool_finish(TOOL_OK);
	case 'V':
		printf("rmmsim %s\n", rmmsim_version());
		return tool_finish(TOOL_OK);
	case '?':
		fprintf(stderr, "Try 'rmmsim --help'.\n");
		return TOOL_USAGE;
	default:
		break;
	}
	if (optind < argc)
		return run_tool(argc - optind, argv + optind);
	print_help(stderr);
	return TOOL_USAGE;
}
