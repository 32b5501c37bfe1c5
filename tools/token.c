/* SPDX-License-Identifier: BSD-3-Clause */
/* `rmmsim token`: shows, verifies and makes attestation tokens. */
#include "tools/token.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tools/tool.h"

struct arguments {
	const char *key;
	bool json;
};

static int print_help(void)
{
	printf("usage: rmmsim token show FILE|- [--json]\n"
	       "       rmmsim token verify [--platform-key PEM] FILE|- [--json]\n"
	       "\n"
	       "show    prints a token, or a part of one, in CBOR diagnostic notation, with the\n"
	       "        names of the claims\n"
	       "verify  checks form, both signatures, the required claims, and that the platform\n"
	       "        token vouches for the key of the realm token\n"
	       "\n"
	       "FILE is CBOR, or that as base64, base64url or hexadecimal text.\n"
	       "\n"
	       "  -k, --platform-key PEM  file with the public key that is trusted, on P-256, "
	       "P-384\n"
	       "                          or P-521; without it: the test key of an instance with\n"
	       "                          seed 0, as `rmmsim run` has\n"
	       "  -j, --json              print the result as JSON\n"
	       "  -h, --help              print this text\n"
	       "\n"
	       "exit status: 0 all right, 1 a check failed, 2 wrong usage, key or file, 3 internal "
	       "error\n");
	return tool_finish(TOOL_OK);
}

static int failed(const struct token_file *file, const struct rmmsim_error *error)
{
	fflush(stdout);
	fprintf(stderr, "rmmsim token: %s: %s\n", file->name, error->text);
	return tool_finish(TOOL_CHECK_FAILED);
}

/* --- show ------------------------------------------------------------------------------------- */

static int show_json(const struct token_file *file)
{
	struct rmmsim_error error = {0};
	json_t *token = token_json(file->bytes, file->size, &error);

	if (!token)
		return failed(file, &error);
	if (error.text[0])
		failed(file, &error);
	return tool_print_json(json_pack("{s:s,s:s,s:o}", "file", file->name, "encoding",
					 file->encoding ? file->encoding : "CBOR", "token", token),
			       error.text[0] ? TOOL_CHECK_FAILED : TOOL_OK);
}

static int show(const struct token_file *file, const struct arguments *arguments)
{
	struct rmmsim_error error;
	enum rmmsim_status status;
	size_t length = 0;
	char *text;

	if (arguments->json)
		return show_json(file);
	rmmsim_token_text(file->bytes, file->size, NULL, 0, &length, NULL);
	text = malloc(length + 1);
	if (!text)
		return TOOL_INTERNAL;
	status = rmmsim_token_text(file->bytes, file->size, text, length + 1, NULL, &error);
	if (file->encoding)
		printf("/ from %s text /\n", file->encoding);
	fputs(text, stdout);
	free(text);
	return status == RMMSIM_OK ? tool_finish(TOOL_OK) : failed(file, &error);
}

/* --- verify ----------------------------------------------------------------------------------- */

static void print_report(const struct rmmsim_token_report *report)
{
	static const char *const words[] = {
		[RMMSIM_TOKEN_NOT_DONE] = "not checked",
		[RMMSIM_TOKEN_PASSED] = "ok",
		[RMMSIM_TOKEN_FAILED] = "FAILED",
	};

	for (int i = 0; i < RMMSIM_TOKEN_CHECKS; i++) {
		const char *text = report->check[i].text, *note = report->check[i].note;

		printf("%-20s%s%s%s\n", report->check[i].name, words[report->check[i].result],
		       text[0] ? ": " : "", text);
		if (note[0])
			printf("%-20snote: %s\n", "", note);
	}
}

static json_t *report_json(const struct token_file *file, const struct rmmsim_token_report *report,
			   bool good)
{
	static const char *const words[] = {
		[RMMSIM_TOKEN_NOT_DONE] = "not checked",
		[RMMSIM_TOKEN_PASSED] = "ok",
		[RMMSIM_TOKEN_FAILED] = "failed",
	};
	json_t *checks = json_array();

	for (int i = 0; i < RMMSIM_TOKEN_CHECKS; i++) {
		const char *text = report->check[i].text, *note = report->check[i].note;

		json_array_append_new(
			checks, json_pack("{s:s,s:s,s:s*,s:s*}", "check", report->check[i].name,
					  "result", words[report->check[i].result], "text",
					  text[0] ? text : NULL, "note", note[0] ? note : NULL));
	}
	return json_pack("{s:s,s:s,s:b,s:o}", "file", file->name, "encoding",
			 file->encoding ? file->encoding : "CBOR", "good", good, "checks", checks);
}

static int verify(const struct token_file *file, const struct arguments *arguments)
{
	struct rmmsim_token_report report;
	struct rmmsim_error error;
	const enum rmmsim_status status =
		rmmsim_token_verify(file->bytes, file->size, arguments->key, &report, &error);

	if (status == RMMSIM_ERR_CONFIG) {
		fprintf(stderr, "rmmsim token: %s\n", error.text);
		return TOOL_USAGE;
	}
	if (arguments->json)
		return tool_print_json(report_json(file, &report, status == RMMSIM_OK),
				       status == RMMSIM_OK ? TOOL_OK : TOOL_CHECK_FAILED);
	if (file->encoding)
		printf("%-20s%s text\n", "read as", file->encoding);
	print_report(&report);
	return status == RMMSIM_OK ? tool_finish(TOOL_OK) : failed(file, &error);
}

/* --- arguments -------------------------------------------------------------------------------- */

static int act(const char *action, const char *name, const struct arguments *arguments)
{
	struct token_file file = {.name = name};
	int status;

	if (!token_file_read(&file))
		return TOOL_USAGE;
	status = strcmp(action, "show") ? verify(&file, arguments) : show(&file, arguments);
	free(file.bytes);
	return status;
}

int tool_token(int argc, char **argv)
{
	static const struct option options[] = {
		{"platform-key", required_argument, NULL, 'k'},
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	struct arguments arguments = {.key = NULL};
	const char *action;
	int option;

	while ((option = getopt_long(argc, argv, "k:jh", options, NULL)) != -1) {
		if (option == 'h')
			return print_help();
		if (option == '?')
			return tool_usage_error("token", "wrong option");
		if (option == 'j')
			arguments.json = true;
		else
			arguments.key = optarg;
	}
	if (optind + 2 != argc)
		return tool_usage_error("token", "show or verify, and one file, are needed");
	action = argv[optind];
	if (strcmp(action, "show") && strcmp(action, "verify"))
		return tool_usage_error("token", "there is no action \"%s\"", action);
	if (arguments.key && !strcmp(action, "show"))
		return tool_usage_error("token", "--platform-key is an option of verify");
	return act(action, argv[optind + 1], &arguments);
}
