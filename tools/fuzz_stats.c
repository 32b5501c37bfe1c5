/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim fuzz-stats: what a corpus reaches in the state space of the model. */
#include <dirent.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/tool.h"
#include "sequence/feature.h"

static const char usage[] =
	"usage: rmmsim fuzz-stats [OPTION]... CORPUS...\n"
	"\n"
	"Runs the sequences of a corpus (files or directories) and shows which failure "
	"conditions,\n"
	"states of granules, RTT entries and transitions between planes they reach.\n"
	"\n"
	"  -m, --missing  list the conditions that are not reached\n"
	"  -a, --all      list everything that is reached\n"
	"  -h, --help     print this text\n"
	"\n"
	"exit status: 0 counted, 2 wrong usage or input, 3 internal error\n";

struct reached {
	unsigned int a, b, c;
	unsigned long count;
};

struct stats {
	bool missing, all;
	struct sequencer *sequencer;
	struct sequence_features features;
	struct sequence sequence;
	unsigned long sequences, calls, steps;
	unsigned int count[FEATURES];
	struct reached *at[FEATURES];
};

#define MAX_REACHED 16384

static void reach(void *context, enum sequence_feature_kind kind, unsigned int a, unsigned int b,
		  unsigned int c)
{
	struct stats *stats = context;
	struct reached *list = stats->at[kind];

	for (unsigned int i = 0; i < stats->count[kind]; i++) {
		if (list[i].a == a && list[i].b == b && list[i].c == c) {
			list[i].count++;
			return;
		}
	}
	if (stats->count[kind] < MAX_REACHED)
		list[stats->count[kind]++] = (struct reached){a, b, c, 1};
}

static bool before(void *context, const struct sequence_call *call)
{
	struct stats *stats = context;

	stats->calls++;
	sequence_feature_before(&stats->features, call);
	return true;
}

static bool after(void *context, const struct sequence_call *call)
{
	sequence_feature_after(&((struct stats *)context)->features, call);
	return true;
}

static void realm(void *context, const struct sequence_action *action)
{
	sequence_feature_realm(&((struct stats *)context)->features, action);
}

/* --- the corpus ------------------------------------------------------------------------------ */

static bool run_file(struct stats *stats, const char *path)
{
	const struct sequence_watch watch = {
		.context = stats, .before = before, .after = after, .realm = realm};
	struct trace_error error;

	if (!sequence_read(&stats->sequence, path, &error)) {
		fprintf(stderr, "%s:%zu:%zu: %s\n", path, error.line, error.column, error.text);
		return false;
	}
	stats->sequences++;
	stats->steps += stats->sequence.count;
	sequencer_run(stats->sequencer, &stats->sequence, &watch);
	if (stats->sequences % 64 == 0)
		tool_progress("sequences", stats->sequences, stats->sequences);
	return true;
}

static bool run_path(struct stats *stats, const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	char name[4096];
	bool good = true;

	if (!directory)
		return run_file(stats, path);
	while (good && (entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		good = run_file(stats, name);
	}
	closedir(directory);
	return good;
}

/* --- the report ------------------------------------------------------------------------------ */

static const char *command_name(unsigned int id)
{
	const struct smc_command *row = smc_command(id);

	return row ? row->name : "unknown function";
}

static void print_condition(unsigned int id, char *buf, size_t size)
{
	const struct smc_condition *row = smc_condition(id);

	snprintf(buf, size, "%s_%s %s", smc_interface_name(smc_command(row->command)->interface),
		 command_name(row->command), row->id);
}

static void print_plane(const struct reached *r, char *buf, size_t size)
{
	struct sequence_step step = {.times = 1};
	char name[64];

	sequence_set_verb(&step, r->a);
	snprintf(buf, size, "%s: P%u -> P%u", sequence_step_name(&step, name, sizeof(name)), r->b,
		 r->c);
}

static void print_granule(const struct reached *r, char *buf, size_t size)
{
	char condition[96];

	if (r->a & 0x8000u) {
		print_condition(r->a & 0x7fffu, condition, sizeof(condition));
		snprintf(buf, size, "%s on %s", condition, sequence_feature_granule(r->b));
		return;
	}
	snprintf(buf, size, "%s on %s: status %u", command_name(r->a),
		 sequence_feature_granule(r->b), r->c);
}

static void print_reached(enum sequence_feature_kind kind, const struct reached *r)
{
	char text[256] = "", from[48], to[48];

	switch (kind) {
	case FEATURE_CONDITION:
		print_condition(r->a, text, sizeof(text));
		break;
	case FEATURE_GRANULE:
		print_granule(r, text, sizeof(text));
		break;
	case FEATURE_ENTRY:
		snprintf(text, sizeof(text), "%s: %s -> %s", command_name(r->a),
			 sequence_feature_entry(r->b, from, sizeof(from)),
			 sequence_feature_entry(r->c, to, sizeof(to)));
		break;
	case FEATURE_PLANE:
		print_plane(r, text, sizeof(text));
		break;
	default:
		snprintf(text, sizeof(text), "reason %u, EC 0x%02x, P%u", r->a, r->b, r->c);
		break;
	}
	printf("  %8lu  %s\n", r->count, text);
}

static bool has_condition(const struct stats *stats, unsigned int id)
{
	for (unsigned int i = 0; i < stats->count[FEATURE_CONDITION]; i++) {
		if (stats->at[FEATURE_CONDITION][i].a == id)
			return true;
	}
	return false;
}

static bool is_implemented(const struct smc_condition *row)
{
	const struct smc_command *command = smc_command(row->command);

	return rmmsim_implemented(smc_interface_name(command->interface), command->name);
}

/* How many conditions of the commands that are implemented are reached, and how many there are. */
static unsigned int count_conditions(const struct stats *stats, unsigned int *total)
{
	unsigned int reached = 0;
	char text[96];

	*total = 0;
	for (unsigned int id = SMC_COND_NONE + 1; id < SMC_CONDITION_COUNT; id++) {
		if (!is_implemented(smc_condition(id)))
			continue;
		++*total;
		print_condition(id, text, sizeof(text));
		if (has_condition(stats, id))
			reached++;
		else if (stats->missing)
			printf("  not reached: %s\n", text);
	}
	return reached;
}

static void print_report(const struct stats *stats)
{
	static const char *const names[FEATURES] = {
		"failure conditions", "command and state of a granule", "changes of an RTT entry",
		"plane transitions", "REC exits"};
	unsigned int conditions, reached = count_conditions(stats, &conditions);

	printf("%lu sequences, %lu steps, %lu calls of the Host\n", stats->sequences, stats->steps,
	       stats->calls);
	for (unsigned int kind = 0; kind < FEATURES; kind++) {
		/* Commands that are not implemented have rows, too: their conditions are not counted. */
		printf("%-32s %6u", names[kind],
		       kind == FEATURE_CONDITION ? reached : stats->count[kind]);
		if (kind == FEATURE_CONDITION)
			printf(" of %u", conditions);
		putchar('\n');
		for (unsigned int i = 0; stats->all && i < stats->count[kind]; i++)
			print_reached((enum sequence_feature_kind)kind, &stats->at[kind][i]);
	}
}

static bool prepare(struct stats *stats)
{
	static const struct sequencer_options options = {.explain = true};

	stats->features.reached = reach;
	stats->features.context = stats;
	stats->sequencer = sequencer_create(&options);
	for (unsigned int kind = 0; kind < FEATURES; kind++) {
		stats->at[kind] = calloc(MAX_REACHED, sizeof(struct reached));
		if (!stats->at[kind])
			return false;
	}
	return stats->sequencer;
}

static int count(struct stats *stats, int argc, char **argv)
{
	int status = prepare(stats) ? TOOL_OK : TOOL_INTERNAL;

	for (int i = 0; i < argc && status == TOOL_OK; i++)
		status = run_path(stats, argv[i]) ? TOOL_OK : TOOL_USAGE;
	tool_progress_end();
	if (status == TOOL_OK)
		print_report(stats);
	sequencer_destroy(stats->sequencer);
	for (unsigned int kind = 0; kind < FEATURES; kind++)
		free(stats->at[kind]);
	return status ? status : tool_finish(TOOL_OK);
}

int tool_fuzz_stats(int argc, char **argv)
{
	static const struct option options[] = {
		{"missing", no_argument, NULL, 'm'},
		{"all", no_argument, NULL, 'a'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	struct stats *stats = calloc(1, sizeof(*stats));
	int option, status;

	if (!stats)
		return TOOL_INTERNAL;
	while ((option = getopt_long(argc, argv, "mah", options, NULL)) != -1) {
		stats->missing |= option == 'm';
		stats->all |= option == 'a';
		if (option != 'm' && option != 'a')
			break;
	}
	if (option == 'h')
		status = (fputs(usage, stdout), tool_finish(TOOL_OK));
	else if (option != -1 || optind == argc)
		status = tool_usage_error("fuzz-stats", "a corpus is needed");
	else
		status = count(stats, argc - optind, argv + optind);
	free(stats);
	return status;
}
