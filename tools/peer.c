/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim peer: the model behind the protocol of docs/fuzzing.md. */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/tool.h"
#include "sequence/run.h"

static const char usage[] =
	"usage: rmmsim peer [OPTION]...\n"
	"\n"
	"Reads one JSON object per line from standard input and answers each with one: the "
	"monitor\n"
	"that RMMSIM_FUZZ_PEER of fuzz_differential talks to. docs/fuzzing.md has the protocol.\n"
	"\n"
	"  -p, --profile NAME  the profile of the model\n"
	"  -h, --help          print this text\n"
	"\n"
	"exit status: 0 the input has ended, 2 wrong usage or input, 3 internal error\n";

struct peer {
	struct sequencer *sequencer;
	struct sequence parsed; /* one step of a line */
	struct sequence next;   /* a call, place 0, and what happens during it */
	struct rmmsim_regs out;
};

static bool keep_registers(void *context, const struct sequence_call *call)
{
	struct peer *peer = context;

	if (call->depth == 0)
		peer->out = call->out;
	return true;
}

static bool parse_step(struct peer *peer, const json_t *line)
{
	const char *text = json_string_value(json_object_get(line, "step"));
	struct trace_error error;

	return text && sequence_parse(&peer->parsed, text, &error) && peer->parsed.count == 1;
}

static bool boot(struct peer *peer, const json_t *line)
{
	const char *name = json_string_value(json_object_get(line, "machine"));

	peer->next.count = 1;
	for (unsigned int i = 0; name && sequence_machine_name(i); i++) {
		if (!strcmp(sequence_machine_name(i), name))
			return sequencer_rewind(peer->sequencer, i, 0);
	}
	return false;
}

static bool host_step(struct peer *peer, const json_t *line)
{
	return parse_step(peer, line) && sequencer_continue(peer->sequencer, &peer->parsed, NULL);
}

static bool realm_step(struct peer *peer, const json_t *line)
{
	if (!parse_step(peer, line) || peer->next.count == SEQUENCE_MAX_STEPS)
		return false;
	peer->next.step[peer->next.count++] = peer->parsed.step[0];
	return true;
}

static bool read_registers(const json_t *line, uint64_t x[18])
{
	const json_t *list = json_object_get(line, "x");
	const json_t *value;
	size_t n;

	json_array_foreach(list, n, value)
	{
		if (n >= 18 || !json_is_string(value))
			return false;
		x[n] = strtoull(json_string_value(value), NULL, 16);
	}
	return json_array_size(list) > 0;
}

static bool call(struct peer *peer, const json_t *line)
{
	const struct sequence_watch watch = {.context = peer, .after = keep_registers};
	struct sequence_step *step = &peer->next.step[0];
	const json_int_t pe = json_integer_value(json_object_get(line, "pe"));
	const struct smc_value *rows;
	uint64_t x[18] = {0};
	enum smc_command_id id;
	unsigned int raw;

	if (!read_registers(line, x))
		return false;
	id = smc_decode_any(SMC_FROM_HOST, (uint32_t)x[0]);
	raw = id == SMC_NONE || smc_command(id)->fid != x[0];
	*step = (struct sequence_step){.times = 1, .pe = pe & 3};
	sequence_set_verb(step, raw ? SEQUENCE_VERBS - SEQUENCE_OPS + SEQUENCE_SMC : id);
	memcpy(step->value, &x[!raw], sequence_values(step, &rows) * sizeof(x[0]));
	sequencer_continue(peer->sequencer, &peer->next, &watch);
	peer->next.count = 1;
	return true;
}

static bool answer(struct peer *peer, const json_t *line)
{
	const char *op = json_string_value(json_object_get(line, "op"));
	bool good = false;

	if (op && !strcmp(op, "smc"))
		good = call(peer, line);
	else if (op && !strcmp(op, "host"))
		good = host_step(peer, line);
	else if (op && !strcmp(op, "realm"))
		good = realm_step(peer, line);
	else if (op && !strcmp(op, "boot"))
		good = boot(peer, line);
	if (!good)
		return false;
	printf("{");
	for (unsigned int n = 0; !strcmp(op, "smc") && n < 7; n++)
		printf("%s\"0x%" PRIx64 "\"%s", n ? "," : "\"x\":[", peer->out.x[n],
		       n == 6 ? "]" : "");
	printf("}\n");
	return fflush(stdout) == 0;
}

static int serve(struct peer *peer)
{
	char *text = NULL;
	size_t room = 0;
	bool good = true;

	while (good && getline(&text, &room, stdin) > 0) {
		json_t *line = json_loads(text, 0, NULL);

		good = line && answer(peer, line);
		json_decref(line);
	}
	if (!good)
		fprintf(stderr, "rmmsim peer: this is not a line of the protocol: %s", text);
	free(text);
	return good ? TOOL_OK : TOOL_USAGE;
}

static int run(const char *profile)
{
	const struct sequencer_options options = {.profile = profile};
	struct peer *peer = calloc(1, sizeof(*peer));
	int status = TOOL_INTERNAL;

	if (peer)
		peer->sequencer = sequencer_create(&options);
	if (peer && peer->sequencer)
		status = serve(peer);
	if (peer)
		sequencer_destroy(peer->sequencer);
	free(peer);
	return status;
}

int tool_peer(int argc, char **argv)
{
	static const struct option options[] = {
		{"profile", required_argument, NULL, 'p'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	const char *profile = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "p:h", options, NULL)) != -1) {
		if (option == 'h')
			return fputs(usage, stdout), tool_finish(TOOL_OK);
		if (option != 'p')
			return tool_usage_error("peer", "unknown option or no value");
		profile = optarg;
	}
	if (optind != argc)
		return tool_usage_error("peer", "no arguments");
	if (profile && !smc_profile_find(profile))
		return tool_usage_error("peer", "there is no profile \"%s\"", profile);
	return run(profile);
}
