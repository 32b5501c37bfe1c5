/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim replay: console logs. */
#include "tools/replay_log.h"

#include <stdio.h>

#include "tools/tool.h"
#include "trace/log/check.h"

static bool has_calls(const struct log *log)
{
	for (size_t i = 0; i < log->event_count; i++) {
		if (log->events[i].kind == LOG_CALL || log->events[i].kind == LOG_BOOT)
			return true;
	}
	return false;
}

/* The release that printed the end of the log; NULL: several are possible. */
static const char *release_of(const struct log_result *result)
{
	for (unsigned int r = 0; r < LOG_RELEASES; r++) {
		if (result->releases == LOG_RELEASE_BIT(r))
			return log_release_name(r);
	}
	return NULL;
}

/* --- text ------------------------------------------------------------------------------------ */

static void print_lines(size_t explained, size_t wrong, size_t unknown, size_t passed_over)
{
	const size_t calls = explained + wrong + unknown;

	printf("%zu lines explained, %zu wrong, %zu unknown, %zu passed over (%zu %% of the calls "
	       "checked)\n",
	       explained, wrong, unknown, passed_over,
	       calls ? (explained + wrong) * 100 / calls : 0);
}

static void print_wrong(const struct log *log, const struct log_wrong *wrong)
{
	printf("  line %zu: %s\n    %s\n", wrong->line, log->lines[wrong->line - 1], wrong->text);
	if (!wrong->because.count)
		return;
	printf("    because of line");
	for (unsigned int i = 0; i < wrong->because.count; i++)
		printf(" %zu", wrong->because.lines[i]);
	printf("\n");
}

static const char *verdict_name(const struct log_event *event, enum log_verdict verdict)
{
	switch (event->kind) {
	case LOG_BOOT:
		return "boot";
	case LOG_LOST:
		return "lost";
	case LOG_DIGEST:
	case LOG_NOTE:
		return "note";
	case LOG_CALL:
		break;
	}
	if (verdict == LOG_WRONG)
		return "wrong";
	return verdict == LOG_EXPLAINED ? "explained" : "unknown";
}

/* Every line with its number; several events of one line stand below each other. */
static void print_verbose(const struct log *log, const struct log_result *result)
{
	size_t event = 0;

	for (size_t line = 0; line < log->line_count; line++) {
		const bool begins = event < log->event_count && log->events[event].line == line + 1;

		for (; event < log->event_count && log->events[event].line == line + 1; event++)
			printf("%8zu %-12s%s\n", line + 1,
			       verdict_name(&log->events[event], result->verdicts[event]),
			       log->lines[line]);
		if (!begins)
			printf("%8zu %-12s%s\n", line + 1,
			       log->used[line] ? "continued" : "passed over", log->lines[line]);
	}
}

static void print_result(const char *path, const struct log *log, const struct log_result *result,
			 const struct replay_log_options *options)
{
	const char *release = release_of(result);

	if (options->verbose)
		print_verbose(log, result);
	printf("%s: console log%s%s: ", path, release ? " of " : "", release ? release : "");
	print_lines(result->explained, result->wrong, result->unknown, result->passed_over);
	for (size_t i = 0; i < result->wrong_count && i < options->show; i++)
		print_wrong(log, &result->at[i]);
	if (result->wrong_count > options->show)
		printf("  and %zu more (--show)\n", result->wrong_count - options->show);
}

void replay_log_print_totals(const struct replay_logs *sums)
{
	if (sums->files < 2)
		return;
	printf("logs: ");
	print_lines(sums->explained, sums->wrong, sums->unknown, sums->passed_over);
}

/* --- JSON ------------------------------------------------------------------------------------ */

static json_t *lines_json(size_t explained, size_t wrong, size_t unknown, size_t passed_over)
{
	return json_pack("{s:I,s:I,s:I,s:I}", "explained", (json_int_t)explained, "wrong",
			 (json_int_t)wrong, "unknown", (json_int_t)unknown, "passed_over",
			 (json_int_t)passed_over);
}

static json_t *wrong_json(const struct log_wrong *wrong)
{
	json_t *because = json_array();

	for (unsigned int i = 0; i < wrong->because.count; i++)
		json_array_append_new(because, json_integer((json_int_t)wrong->because.lines[i]));
	return json_pack("{s:I,s:s,s:o,s:s}", "line", (json_int_t)wrong->line, "condition",
			 wrong->condition, "because_of_lines", because, "text", wrong->text);
}

static json_t *verdicts_json(const struct log *log, const struct log_result *result)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < log->event_count; i++)
		json_array_append_new(
			rows,
			json_pack("{s:I,s:s}", "line", (json_int_t)log->events[i].line, "verdict",
				  verdict_name(&log->events[i], result->verdicts[i])));
	return rows;
}

static void add_json(const char *path, const struct log *log, const struct log_result *result,
		     const struct replay_log_options *options, struct replay_logs *sums)
{
	json_t *wrong = json_array(), *object;
	const char *release = release_of(result);

	if (!sums->entries)
		sums->entries = json_array();
	for (size_t i = 0; i < result->wrong_count; i++) {
		json_t *entry = wrong_json(&result->at[i]);

		json_array_append(sums->entries, entry);
		json_array_append_new(wrong, entry);
	}
	object = json_pack(
		"{s:s,s:s?,s:o,s:o}", "file", path, "release", release, "lines",
		lines_json(result->explained, result->wrong, result->unknown, result->passed_over),
		"wrong", wrong);
	if (options->verbose)
		json_object_set_new(object, "verdicts", verdicts_json(log, result));
	json_array_append_new(options->files, object);
}

void replay_log_json_totals(const struct replay_logs *sums, json_t *object)
{
	json_object_set_new(
		object, "lines",
		lines_json(sums->explained, sums->wrong, sums->unknown, sums->passed_over));
	json_object_set_new(object, "wrong", sums->entries);
}

/* --- one log --------------------------------------------------------------------------------- */

static void add_sums(struct replay_logs *sums, const struct log_result *result)
{
	sums->files++;
	sums->explained += result->explained;
	sums->wrong += result->wrong;
	sums->unknown += result->unknown;
	sums->passed_over += result->passed_over;
}

static bool fail(struct trace_error *error, const char *text)
{
	*error = (struct trace_error){.line = 1, .column = 1};
	snprintf(error->text, sizeof(error->text), "%s", text);
	return false;
}

static bool check(const char *path, const struct log *log, const struct replay_log_options *options,
		  struct replay_logs *sums, struct trace_error *error)
{
	struct log_result result;

	if (!has_calls(log))
		return fail(error, "this is neither a recording (rmm-trace/1: a JSON object per "
				   "line) nor a console log of TF-RMM");
	if (!log_check(log, &result))
		return fail(error, "out of memory");
	if (options->json)
		add_json(path, log, &result, options, sums);
	else
		print_result(path, log, &result, options);
	add_sums(sums, &result);
	log_result_free(&result);
	return true;
}

bool replay_log(const char *path, struct input *input, const struct replay_log_options *options,
		struct replay_logs *sums, struct trace_error *error)
{
	struct log *log = log_read(input, error);
	bool done;

	if (!log)
		return false;
	done = check(path, log, options, sums, error);
	log_free(log);
	return done;
}
