/* SPDX-License-Identifier: BSD-3-Clause */
/* `rmmsim token`: shows, verifies and makes attestation tokens. */
#include "tools/token.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tools/tool.h"

struct arguments {
	const char *key, *reference;
	struct token_make make;
	bool json;
};

static int print_help(void)
{
	printf("usage: rmmsim token show FILE|- [--json]\n"
	       "       rmmsim token verify [--platform-key PEM] [--reference JSON] FILE|- "
	       "[--json]\n"
	       "       rmmsim token make [--profile NAME] [--break NAME] [OPTION]... --output DIR\n"
	       "       rmmsim token make --all --output DIR\n"
	       "       rmmsim token make --list [--json]\n"
	       "\n"
	       "show    prints a token, or a part of one, in CBOR diagnostic notation, with the\n"
	       "        names of the claims\n"
	       "verify  checks form, both signatures, the required claims, and that the platform\n"
	       "        token vouches for the key of the realm token\n"
	       "make    writes a token, its keys and reference values, for those who write\n"
	       "        verifiers; with one thing wrong (--break), or all there are (--all)\n"
	       "\n"
	       "FILE is CBOR, or that as base64, base64url or hexadecimal text.\n"
	       "\n"
	       "  -k, --platform-key PEM  file with the public key that is trusted, on P-256, "
	       "P-384\n"
	       "                          or P-521; without it: the test key of an instance with\n"
	       "                          seed 0, as `rmmsim run` has\n"
	       "  -r, --reference JSON    claims that the token has to have, as make writes them\n"
	       "  -j, --json              print the result as JSON\n"
	       "\n"
	       "  -p, --profile NAME      of the token to make: 1.1 (default), 1.0, 2.0, old, ..\n"
	       "  -b, --break NAME        the one thing that is wrong with it; --list has the "
	       "names\n"
	       "  -l, --list              list profiles, and defects with the check that finds "
	       "each\n"
	       "      --all               every profile without and with every defect\n"
	       "      --algorithm NAME    of the platform's key: ES256, ES384 (default), ES512\n"
	       "      --hash NAME         of the Realm: sha-256 (default), sha-512\n"
	       "      --challenge HEX     up to 64 bytes; default: 00 01 02 .. 3f\n"
	       "      --seed N            of the keys; default: 0\n"
	       "  -o, --output DIR        where to write; made if missing\n"
	       "\n"
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

/* What the reference values say; all right if there are none. */
struct appraisal {
	bool made, good;
	char why[512];
};

static void print_appraisal(const struct appraisal *appraisal)
{
	if (appraisal->made)
		printf("%-20s%s%s\n", "reference values",
		       appraisal->good ? "ok" : "FAILED: ", appraisal->why);
}

static json_t *report_json(const struct token_file *file, const struct rmmsim_token_report *report,
			   const struct appraisal *appraisal, bool good)
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
	if (appraisal->made)
		json_array_append_new(checks,
				      json_pack("{s:s,s:s,s:s*}", "check", "reference values",
						"result", appraisal->good ? "ok" : "failed", "text",
						appraisal->good ? NULL : appraisal->why));
	return json_pack("{s:s,s:s,s:b,s:o}", "file", file->name, "encoding",
			 file->encoding ? file->encoding : "CBOR", "good", good, "checks", checks);
}

/* False: the file cannot be read. */
static bool appraise(const struct token_file *file, const char *path, struct appraisal *appraisal)
{
	json_t *wanted;

	*appraisal = (struct appraisal){.made = path, .good = true};
	if (!path)
		return true;
	wanted = token_load_references(path);
	if (wanted)
		appraisal->good =
			token_compare(file, wanted, appraisal->why, sizeof(appraisal->why));
	json_decref(wanted);
	return wanted;
}

static int verdict(const struct token_file *file, struct rmmsim_error *error,
		   const struct appraisal *appraisal)
{
	if (error->text[0])
		return failed(file, error);
	if (appraisal->good)
		return tool_finish(TOOL_OK);
	snprintf(error->text, sizeof(error->text), "reference values: %.200s", appraisal->why);
	return failed(file, error);
}

static int verify(const struct token_file *file, const struct arguments *arguments)
{
	struct rmmsim_token_report report;
	struct appraisal appraisal;
	struct rmmsim_error error;
	const enum rmmsim_status status =
		rmmsim_token_verify(file->bytes, file->size, arguments->key, &report, &error);
	bool good;

	if (status == RMMSIM_ERR_CONFIG) {
		fprintf(stderr, "rmmsim token: %s\n", error.text);
		return TOOL_USAGE;
	}
	if (!appraise(file, arguments->reference, &appraisal))
		return TOOL_USAGE;
	good = status == RMMSIM_OK && appraisal.good;
	if (arguments->json)
		return tool_print_json(report_json(file, &report, &appraisal, good),
				       good ? TOOL_OK : TOOL_CHECK_FAILED);
	if (file->encoding)
		printf("%-20s%s text\n", "read as", file->encoding);
	print_report(&report);
	print_appraisal(&appraisal);
	return verdict(file, &error, &appraisal);
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

enum { OPTION_ALL = 256, OPTION_ALGORITHM, OPTION_HASH, OPTION_CHALLENGE, OPTION_SEED };

static void take_option(struct arguments *arguments, int option, const char *value)
{
	struct token_make *make = &arguments->make;

	switch (option) {
	case 'k':
		arguments->key = value;
		return;
	case 'r':
		arguments->reference = value;
		return;
	case 'j':
		arguments->json = make->json = true;
		return;
	case 'p':
		make->profile = value;
		return;
	case 'b':
		make->defect = value;
		return;
	case 'o':
		make->output = value;
		return;
	case 'l':
		make->list = true;
		return;
	case OPTION_ALL:
		make->all = true;
		return;
	case OPTION_ALGORITHM:
		make->algorithm = value;
		return;
	case OPTION_HASH:
		make->hash = value;
		return;
	case OPTION_CHALLENGE:
		make->challenge = value;
		return;
	default:
		make->seed = value;
		return;
	}
}

static int run_action(const struct arguments *arguments, int count, char **words)
{
	if (count == 1 && !strcmp(words[0], "make"))
		return token_make(&arguments->make);
	if (count != 2)
		return tool_usage_error("token",
					"show or verify, and one file, are needed; or make");
	if (strcmp(words[0], "show") && strcmp(words[0], "verify"))
		return tool_usage_error("token", "there is no action \"%s\"", words[0]);
	if (arguments->key && !strcmp(words[0], "show"))
		return tool_usage_error("token", "--platform-key is an option of verify");
	if (arguments->reference && !strcmp(words[0], "show"))
		return tool_usage_error("token", "--reference is an option of verify");
	return act(words[0], words[1], arguments);
}

int tool_token(int argc, char **argv)
{
	static const struct option options[] = {
		{"platform-key", required_argument, NULL, 'k'},
		{"reference", required_argument, NULL, 'r'},
		{"json", no_argument, NULL, 'j'},
		{"profile", required_argument, NULL, 'p'},
		{"break", required_argument, NULL, 'b'},
		{"output", required_argument, NULL, 'o'},
		{"list", no_argument, NULL, 'l'},
		{"all", no_argument, NULL, OPTION_ALL},
		{"algorithm", required_argument, NULL, OPTION_ALGORITHM},
		{"hash", required_argument, NULL, OPTION_HASH},
		{"challenge", required_argument, NULL, OPTION_CHALLENGE},
		{"seed", required_argument, NULL, OPTION_SEED},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	struct arguments arguments = {.key = NULL};
	int option;

	while ((option = getopt_long(argc, argv, "k:r:jp:b:o:lh", options, NULL)) != -1) {
		if (option == 'h')
			return print_help();
		if (option == '?')
			return tool_usage_error("token", "wrong option");
		take_option(&arguments, option, optarg);
	}
	return run_action(&arguments, argc - optind, argv + optind);
}
