/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim to-test: a sequence or a recording as a file of C that has it inside. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tools/tool.h"
#include "trace/input.h"
#include "trace/reader.h"
#include "sequence/expect.h"

static const char usage[] = "usage: rmmsim to-test FILE\n"
			    "\n"
			    "Prints a CMocka test, a file of tests/regress/. Of a sequence (script "
			    "*.rmm, or binary): runs\n"
			    "it under all oracles. Of a recording (*.jsonl, *.jsonl.gz): the "
			    "profile that made it answers\n"
			    "as is recorded.\n"
			    "\n"
			    "  -h, --help  print this text\n"
			    "\n"
			    "exit status: 0 printed, 2 wrong usage or input, 3 internal error\n";

/* What differs between the tests of the two kinds of files. */
struct words {
	const char *header, *variable, *test, *assertion;
};

static const struct words of_sequence = {"sequence", "script", "nothing_is_found",
					 "assert_sequence_is_clean"};
static const struct words of_recording = {"recording", "recording", "it_is_answered_as_recorded",
					  "assert_recording_is_answered"};

static void print_head(const struct words *words)
{
	/* In two pieces, so that it is not read as the licence of this file. */
	printf("/* SPDX-License-"
	       "Identifier: BSD-3-Clause */\n"
	       "#include <setjmp.h>\n"
	       "#include <stdarg.h>\n"
	       "#include <stddef.h>\n"
	       "#include <stdint.h>\n"
	       "#include <cmocka.h>\n"
	       "\n"
	       "#include \"tests/support/%s.h\"\n"
	       "\n"
	       "static const char %s[] =\n",
	       words->header, words->variable);
}

/* A line as a string of C. */
static void print_line(const char *line, size_t length)
{
	fputs("\t\"", stdout);
	for (size_t i = 0; i < length; i++) {
		if (line[i] == '"' || line[i] == '\\')
			putchar('\\');
		putchar(line[i]);
	}
	puts("\\n\"");
}

static void print_tail(const struct words *words)
{
	printf("\t\"\";\n"
	       "\n"
	       "static void %s(void **state)\n"
	       "{\n"
	       "\t(void)state;\n"
	       "\t%s(%s);\n"
	       "}\n"
	       "\n"
	       "int main(void)\n"
	       "{\n"
	       "\tconst struct CMUnitTest tests[] = {cmocka_unit_test(%s)};\n"
	       "\n"
	       "\treturn cmocka_run_group_tests(tests, NULL, NULL);\n"
	       "}\n",
	       words->test, words->assertion, words->variable, words->test);
}

static int wrong(const char *path, const struct trace_error *error)
{
	fprintf(stderr, "%s:%zu:%zu: %s\n", path, error->line, error->column, error->text);
	return TOOL_USAGE;
}

static int print_lines(struct input *input, const char *path, const struct words *words)
{
	struct trace_error error;
	enum input_status status;
	size_t length, number;
	const char *line;

	print_head(words);
	while ((status = input_line(input, &line, &length, &number, &error)) == INPUT_LINE)
		print_line(line, length);
	if (status == INPUT_ERROR)
		return wrong(path, &error);
	print_tail(words);
	return tool_finish(TOOL_OK);
}

static int print_file(const char *path, const struct words *words)
{
	struct trace_error error;
	struct input *input = input_open(path, &error);
	int status;

	if (!input)
		return wrong(path, &error);
	status = print_lines(input, path, words);
	input_close(input);
	return status;
}

/* A script with expectations as it stands: they are no part of the sequence. */
static int print_sequence(const char *path, struct sequence *sequence)
{
	struct sequence_expectations expectations = {0};
	struct trace_error error;
	size_t size;
	char *text;
	bool expects;

	if (!sequence_read_expecting(sequence, &expectations, path, &error)) {
		sequence_expectations_free(&expectations);
		return wrong(path, &error);
	}
	expects = expectations.count > 0;
	sequence_expectations_free(&expectations);
	if (expects)
		return print_file(path, &of_sequence);
	size = sequence_print(sequence, NULL, 0) + 1;
	text = malloc(size);
	if (!text)
		return TOOL_INTERNAL;
	sequence_print(sequence, text, size);
	print_head(&of_sequence);
	for (char *line = text, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		print_line(line, (size_t)(end - line));
	}
	print_tail(&of_sequence);
	free(text);
	return tool_finish(TOOL_OK);
}

/* Read first, so that what is printed is a test. */
static int print_recording(const char *path)
{
	const struct trace_read_options options = {.strict = false};
	struct trace_error error;
	struct trace *trace = trace_read(path, &options, &error);

	if (!trace)
		return wrong(path, &error);
	trace_free(trace);
	return print_file(path, &of_recording);
}

static int print_test(const char *path)
{
	struct sequence *sequence;
	int status;

	if (strstr(path, ".jsonl"))
		return print_recording(path);
	sequence = malloc(sizeof(*sequence));
	status = sequence ? print_sequence(path, sequence) : TOOL_INTERNAL;
	free(sequence);
	return status;
}

int tool_to_test(int argc, char **argv)
{
	static const struct option options[] = {{"help", no_argument, NULL, 'h'},
						{NULL, 0, NULL, 0}};

	switch (getopt_long(argc, argv, "h", options, NULL)) {
	case 'h':
		fputs(usage, stdout);
		return tool_finish(TOOL_OK);
	case '?':
		return tool_usage_error("to-test", "unknown option");
	default:
		break;
	}
	if (optind + 1 != argc)
		return tool_usage_error("to-test", "one FILE is needed");
	return print_test(argv[optind]);
}
