/* SPDX-License-Identifier: BSD-3-Clause */
/* `rmmsim token`: shows and verifies attestation tokens. */
#include "tools/tool.h"

#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <rmmsim/attest.h>

#define TOKEN_FILE_MAX 65536

static int print_help(void)
{
	printf("usage: rmmsim token show FILE|-\n"
	       "       rmmsim token verify [--platform-key PEM] FILE|-\n"
	       "\n"
	       "show    prints a token in CBOR diagnostic notation, with the names of the claims\n"
	       "verify  checks form, both signatures, the required claims, and that the platform\n"
	       "        token vouches for the key of the realm token\n"
	       "\n"
	       "  --platform-key PEM  file with the public key that is trusted; without it: the "
	       "test\n"
	       "                      key of an instance with seed 0, as `rmmsim run` has\n"
	       "\n"
	       "exit status: 0 all right, 1 a check failed, 2 wrong usage, key or file, 3 internal "
	       "error\n");
	return tool_finish(TOOL_OK);
}

/* The bytes of a file or of stdin; the caller frees them. NULL after a message. */
static uint8_t *read_file(const char *name, size_t *size)
{
	FILE *file = strcmp(name, "-") ? fopen(name, "rb") : stdin;
	uint8_t *bytes = malloc(TOKEN_FILE_MAX + 1);
	bool failed;

	if (!file || !bytes) {
		fprintf(stderr, "rmmsim token: %s: %s\n", name, strerror(errno));
		free(bytes);
		return NULL;
	}
	*size = fread(bytes, 1, TOKEN_FILE_MAX + 1, file);
	failed = ferror(file);
	if (file != stdin)
		fclose(file);
	if (!failed && *size <= TOKEN_FILE_MAX)
		return bytes;
	fprintf(stderr, "rmmsim token: %s: %s\n", name,
		failed ? "cannot be read" : "is too long for a token");
	free(bytes);
	return NULL;
}

static int show(const char *name, const uint8_t *bytes, size_t size)
{
	struct rmmsim_error error;
	enum rmmsim_status status;
	size_t length = 0;
	char *text;

	rmmsim_token_text(bytes, size, NULL, 0, &length, NULL);
	text = malloc(length + 1);
	if (!text)
		return TOOL_INTERNAL;
	status = rmmsim_token_text(bytes, size, text, length + 1, NULL, &error);
	fputs(text, stdout);
	free(text);
	if (status == RMMSIM_OK)
		return tool_finish(TOOL_OK);
	fflush(stdout);
	fprintf(stderr, "rmmsim token: %s: %s\n", name, error.text);
	return tool_finish(TOOL_CHECK_FAILED);
}

static void print_report(const struct rmmsim_token_report *report)
{
	static const char *const words[] = {
		[RMMSIM_TOKEN_NOT_DONE] = "not checked",
		[RMMSIM_TOKEN_PASSED] = "ok",
		[RMMSIM_TOKEN_FAILED] = "FAILED",
	};

	for (int i = 0; i < RMMSIM_TOKEN_CHECKS; i++) {
		printf("%-20s%s%s%s\n", report->check[i].name, words[report->check[i].result],
		       report->check[i].text[0] ? ": " : "", report->check[i].text);
	}
}

static int verify(const char *name, const char *key, const uint8_t *bytes, size_t size)
{
	struct rmmsim_token_report report;
	struct rmmsim_error error;
	const enum rmmsim_status status = rmmsim_token_verify(bytes, size, key, &report, &error);

	if (status == RMMSIM_ERR_CONFIG) {
		fprintf(stderr, "rmmsim token: %s\n", error.text);
		return TOOL_USAGE;
	}
	print_report(&report);
	if (status == RMMSIM_OK)
		return tool_finish(TOOL_OK);
	fflush(stdout);
	fprintf(stderr, "rmmsim token: %s: %s\n", name, error.text);
	return tool_finish(TOOL_CHECK_FAILED);
}

int tool_token(int argc, char **argv)
{
	static const struct option options[] = {
		{"platform-key", required_argument, NULL, 'k'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	const char *key = NULL, *action;
	int option, result;
	uint8_t *bytes;
	size_t size;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h')
			return print_help();
		if (option == '?')
			return tool_usage_error("token", "wrong option");
		key = optarg;
	}
	if (optind + 2 != argc)
		return tool_usage_error("token", "show or verify, and one file, are needed");
	action = argv[optind];
	if (strcmp(action, "show") && strcmp(action, "verify"))
		return tool_usage_error("token", "there is no action \"%s\"", action);
	if (key && !strcmp(action, "show"))
		return tool_usage_error("token", "--platform-key is an option of verify");
	bytes = read_file(argv[optind + 1], &size);
	if (!bytes)
		return TOOL_USAGE;
	result = strcmp(action, "show") ? verify(argv[optind + 1], key, bytes, size)
					: show(argv[optind + 1], bytes, size);
	free(bytes);
	return result;
}
