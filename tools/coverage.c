/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim coverage: which failure conditions recordings, or the test run, exercise. */

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/tool.h"
#include "trace/reader.h"
#include "trace/replay.h"

static const char usage[] =
	"usage: rmmsim coverage [OPTION]... [FILE]...\n"
	"\n"
	"Replays recordings (\"-\": standard input) and lists, per command, how often each "
	"failure\n"
	"condition refused a call. Recordings that miss calls, because they were made of\n"
	"console logs, are counted as they are; the last line says so.\n"
	"\n"
	"  -f, --from FILE     add the counts of an earlier 'rmmsim coverage --json' or of the "
	"tests;\n"
	"                      may be repeated\n"
	"  -m, --missing       list only conditions of implemented commands that were never hit\n"
	"  -p, --profile NAME  replay under this profile, not the one that made the recording\n"
	"  -j, --json          print the counts as JSON\n"
	"  -h, --help          print this text\n"
	"\n"
	"exit status: 0 counted, 2 wrong usage or malformed input, 3 internal error\n";

struct table {
	size_t count;
	struct rmmsim_coverage *rows; /* hits: summed up */
	size_t recordings,
		holes; /* read; of them, such that miss calls: they were made of console logs */
};

struct arguments {
	const char *profile;
	bool missing, json;
	size_t sources; /* that could be read; without any there is nothing to list */
};

/* --- the table ------------------------------------------------------------------------------ */

/* The rows without any hits, from an instance that does nothing. */
static bool table_create(struct table *table)
{
	struct rmmsim_config config;
	struct rmmsim *sim;
	struct rmmsim_coverage row;

	*table = (struct table){.count = 0};
	rmmsim_config_init(&config);
	if (rmmsim_create(&config, &sim, NULL) != RMMSIM_OK)
		return false;
	while (rmmsim_coverage(sim, table->count, &row) == RMMSIM_OK)
		table->count++;
	table->rows = calloc(table->count + 1, sizeof(*table->rows));
	for (size_t i = 0; table->rows && i < table->count; i++)
		rmmsim_coverage(sim, i, &table->rows[i]);
	rmmsim_destroy(sim);
	return table->rows;
}

static void add_instance(void *context, struct rmmsim *sim)
{
	struct table *table = context;
	struct rmmsim_coverage row;

	for (size_t i = 0; i < table->count; i++) {
		if (rmmsim_coverage(sim, i, &row) == RMMSIM_OK)
			table->rows[i].hits += row.hits;
	}
}

static struct rmmsim_coverage *find(struct table *table, const char *interface, const char *command,
				    const char *condition)
{
	for (size_t i = 0; i < table->count; i++) {
		struct rmmsim_coverage *row = &table->rows[i];

		if (!strcmp(row->condition, condition) && !strcmp(row->command, command) &&
		    !strcmp(row->interface, interface))
			return row;
	}
	return NULL;
}

/* --- input ---------------------------------------------------------------------------------- */

static int add_recording(struct table *table, const struct arguments *arguments, const char *path)
{
	const struct trace_read_options reading = {.strict = false};
	const struct replay_options options = {
		.profile = arguments->profile, .finished = add_instance, .context = table};
	struct replay_result result;
	struct trace_error error;
	struct trace *trace = trace_read(path, &reading, &error);
	bool done = trace && replay(trace, &options, &result, &error);

	if (done) {
		replay_result_free(&result);
		table->recordings++;
		table->holes += trace->header.holes;
	}
	trace_free(trace);
	return done ? TOOL_OK : tool_input_error(path, error.line, error.column, error.text);
}

/* The counts of the tests have none. */
static void add_recordings(struct table *table, const json_t *recordings)
{
	const json_int_t read = json_integer_value(json_object_get(recordings, "read"));
	const json_int_t holes = json_integer_value(json_object_get(recordings, "with_holes"));

	if (read < 0 || holes < 0 || holes > read)
		return;
	table->recordings += (size_t)read;
	table->holes += (size_t)holes;
}

static int add_counts(struct table *table, const char *path)
{
	json_error_t error;
	json_t *root = json_load_file(path, 0, &error), *row;
	size_t index;

	if (!root)
		return tool_input_error(path, error.line > 0 ? error.line : 0,
					error.column > 0 ? error.column : 1, error.text);
	add_recordings(table, json_object_get(root, "recordings"));
	json_array_foreach(json_object_get(root, "conditions"), index, row)
	{
		const char *interface, *command, *condition;
		struct rmmsim_coverage *known;
		json_int_t hits;

		if (json_unpack(row, "{s:s,s:s,s:s,s:I}", "interface", &interface, "command",
				&command, "condition", &condition, "hits", &hits) ||
		    hits < 0) {
			json_decref(root);
			return tool_input_error(path, 0, 0, "not the counts of conditions");
		}
		known = find(table, interface, command, condition);
		if (known)
			known->hits += hits;
	}
	json_decref(root);
	return TOOL_OK;
}

/* --- output --------------------------------------------------------------------------------- */

struct summary {
	size_t rows, hit;
};

static struct summary summarise(const struct table *table, bool implemented)
{
	struct summary summary = {.rows = 0};

	for (size_t i = 0; i < table->count; i++) {
		if (table->rows[i].implemented != implemented)
			continue;
		summary.rows++;
		summary.hit += table->rows[i].hits > 0;
	}
	return summary;
}

static int print_json(const struct table *table)
{
	struct summary done = summarise(table, true), other = summarise(table, false);
	json_t *rows = json_array();

	for (size_t i = 0; i < table->count; i++) {
		const struct rmmsim_coverage *row = &table->rows[i];

		json_array_append_new(rows,
				      json_pack("{s:s,s:s,s:s,s:b,s:I}", "interface",
						row->interface, "command", row->command,
						"condition", row->condition, "implemented",
						row->implemented, "hits", (json_int_t)row->hits));
	}
	return tool_print_json(
		json_pack("{s:o,s:{s:I,s:I,s:I},s:{s:I,s:I}}", "conditions", rows, "summary",
			  "implemented", (json_int_t)done.rows, "hit", (json_int_t)done.hit,
			  "not_modelled", (json_int_t)other.rows, "recordings", "read",
			  (json_int_t)table->recordings, "with_holes", (json_int_t)table->holes),
		TOOL_OK);
}

static void print_row(const struct rmmsim_coverage *row)
{
	bool colour = tool_colour(stdout);

	if (row->hits)
		printf("  %10" PRIu64 "  %s\n", row->hits, row->condition);
	else
		printf("  %s%10s%s  %s\n", colour ? "\033[31m" : "", "not hit",
		       colour ? "\033[0m" : "", row->condition);
}

static int print_table(const struct table *table, bool missing)
{
	struct summary done = summarise(table, true), other = summarise(table, false);
	const char *command = NULL, *interface = NULL;

	for (size_t i = 0; i < table->count; i++) {
		const struct rmmsim_coverage *row = &table->rows[i];

		if (!row->implemented || (missing && row->hits))
			continue;
		if (!command || strcmp(command, row->command) || strcmp(interface, row->interface))
			printf("%s_%s\n", row->interface, row->command);
		command = row->command;
		interface = row->interface;
		print_row(row);
	}
	printf("total: %zu of %zu conditions hit, %zu of commands that are not modelled\n",
	       done.hit, done.rows, other.rows);
	if (table->holes)
		printf("calls are missing in %zu of %zu recordings, which were made of console "
		       "logs: a "
		       "condition may be counted wrong\n",
		       table->holes, table->recordings);
	return tool_finish(TOOL_OK);
}

/* --- arguments ------------------------------------------------------------------------------ */

static const struct option options[] = {
	{"from", required_argument, NULL, 'f'},    {"missing", no_argument, NULL, 'm'},
	{"profile", required_argument, NULL, 'p'}, {"json", no_argument, NULL, 'j'},
	{"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
};

static int count_files(struct table *table, struct arguments *arguments, int argc, char **argv)
{
	int status = TOOL_OK;

	for (int i = optind; i < argc; i++) {
		tool_progress("recordings", i - optind, argc - optind);
		if (add_recording(table, arguments, argv[i]) == TOOL_OK)
			arguments->sources++;
		else
			status = TOOL_USAGE;
	}
	tool_progress_end();
	return status;
}

/* Options; TOOL_OK to go on, or a status and *leave. */
static int parse(struct table *table, struct arguments *arguments, int argc, char **argv,
		 bool *leave)
{
	int option, status = TOOL_OK;

	*leave = true;
	while ((option = getopt_long(argc, argv, "f:mp:jh", options, NULL)) != -1) {
		switch (option) {
		case 'f':
			arguments->sources++;
			status = add_counts(table, optarg);
			if (status != TOOL_OK)
				return status;
			break;
		case 'm':
			arguments->missing = true;
			break;
		case 'p':
			arguments->profile = optarg;
			if (!smc_profile_find(optarg))
				return tool_usage_error("coverage", "there is no profile \"%s\"",
							optarg);
			break;
		case 'j':
			arguments->json = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return tool_finish(TOOL_OK);
		default:
			return tool_usage_error("coverage", "wrong option");
		}
	}
	if (optind == argc && !arguments->sources)
		return tool_usage_error("coverage", "which FILE?");
	*leave = false;
	return TOOL_OK;
}

int tool_coverage(int argc, char **argv)
{
	struct arguments arguments = {.profile = NULL};
	struct table table;
	bool leave;
	int status, printed;

	if (!table_create(&table)) {
		fprintf(stderr, "rmmsim coverage: cannot create an instance\n");
		return TOOL_INTERNAL;
	}
	status = parse(&table, &arguments, argc, argv, &leave);
	if (!leave) {
		status = count_files(&table, &arguments, argc, argv);
		if (arguments.sources) {
			printed = arguments.json ? print_json(&table)
						 : print_table(&table, arguments.missing);
			status = status == TOOL_OK ? printed : status;
		}
	}
	free(table.rows);
	return status;
}
