/* SPDX-License-Identifier: BSD-3-Clause */
/* The summary as text and as JSON. */
#include "host_shim/src/kit/summary.h"

#include <string.h>

#define SHOWN       20 /* distinct findings: about a screen */
#define SHOWN_NOTES 10

bool summary_is_in(const struct summary_entry *entry, unsigned int n)
{
	return entry->severity == HSHIM_FAIL && entry->in_test[n];
}

void summary_command(const struct summary *s, const struct summary_entry *entry, char *buf,
		     size_t size)
{
	snprintf(buf, size, "%s %s%s%s", s->program, s->test_name[entry->test],
		 entry->run[0] ? " --run=" : "", entry->run);
}

bool summary_fails(const struct summary *s, const struct summary_entry *entry)
{
	for (unsigned int i = 0; i < s->test_count; i++)
		if (entry->severity == HSHIM_FAIL && entry->in_test[i] && s->test_failed[i])
			return true;
	return false;
}

/* As it is shown: OFF for what is not. */
static enum hshim_severity shown_as(const struct summary *s, const struct summary_entry *entry)
{
	if (entry->severity == HSHIM_FAIL && !summary_fails(s, entry))
		return HSHIM_OFF;
	return entry->severity;
}

static unsigned int tests_of(const struct summary *s, const struct summary_entry *entry)
{
	unsigned int tests = 0;

	for (unsigned int i = 0; i < s->test_count; i++)
		tests += entry->in_test[i];
	return tests;
}

static void print_text(FILE *out, const char *text)
{
	const size_t n = strcspn(text, "\n");
	const char *second = text[n] ? text + n + 1 : "";

	fprintf(out, "    %.*s\n", (int)(n < 160 ? n : 160), text);
	/* What explains the first line; frames of a backtrace have a deeper indent. */
	if (strncmp(second, "    ", 4) == 0 && second[4] != ' ')
		fprintf(out, "%.*s\n", (int)strcspn(second, "\n"), second);
}

static void print_one(FILE *out, const struct summary *s, const struct summary_entry *entry,
		      const char *word)
{
	char command[256];

	fprintf(out, "%s %s%s%s  (", word, hshim_oracle_name(entry->id),
		entry->site[0] ? " in " : "", entry->site);
	if (entry->count == 1)
		fprintf(out, "once");
	else
		fprintf(out, "%lu times in %u test%s", entry->count, tests_of(s, entry),
			tests_of(s, entry) == 1 ? "" : "s");
	if (entry->runs > 1)
		fprintf(out, ", %u runs", entry->runs);
	fprintf(out, ")\n");
	print_text(out, entry->text);
	if (entry->doing[0])
		fprintf(out, "    while %s\n", entry->doing);
	summary_command(s, entry, command, sizeof(command));
	fprintf(out, "    %s\n", command);
}

static unsigned int number_of(const struct summary *s, enum hshim_severity severity)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < s->count; i++)
		n += shown_as(s, &s->entry[i]) == severity;
	return n;
}

static void print_all(FILE *out, const struct summary *s, enum hshim_severity severity,
		      const char *word, unsigned int limit)
{
	unsigned int shown = 0;

	for (unsigned int i = 0; i < s->count; i++)
		if (shown_as(s, &s->entry[i]) == severity && shown++ < limit)
			print_one(out, s, &s->entry[i], word);
	if (shown > limit)
		fprintf(out, "and %u more (--all)\n", shown - limit);
}

/* One line each: what a version may decide. */
static void print_notes(FILE *out, const struct summary *s, unsigned int limit)
{
	unsigned int shown = 0;

	for (unsigned int i = 0; i < s->count; i++) {
		const struct summary_entry *entry = &s->entry[i];

		if (entry->severity == HSHIM_NOTE && shown++ < limit)
			fprintf(out, "note: %.*s\n", (int)strcspn(entry->text, "\n"), entry->text);
	}
}

void summary_print(FILE *out, bool all)
{
	const struct summary *s = summary_now();
	const unsigned int failures = s ? number_of(s, HSHIM_FAIL) : 0;
	const unsigned int warnings = s ? number_of(s, HSHIM_WARNING) : 0;

	if (!s || (!failures && !warnings && !number_of(s, HSHIM_NOTE)))
		return;
	print_all(out, s, HSHIM_FAIL, "FAIL", all ? -1u : SHOWN);
	if (all)
		print_all(out, s, HSHIM_WARNING, "warning", -1u);
	print_notes(out, s, all ? -1u : SHOWN_NOTES);
	fprintf(out, "%u distinct failure%s, %u warning%s%s\n", failures, failures == 1 ? "" : "s",
		warnings, warnings == 1 ? "" : "s", warnings && !all ? " (--all)" : "");
	if (s->dropped)
		fprintf(out, "%lu findings of other kinds were not kept\n", s->dropped);
}

/* --- JSON ------------------------------------------------------------------------------------------------ */

static void json_entry(struct text *out, const struct summary *s, const struct summary_entry *entry)
{
	char command[256];
	const char *comma = "";

	text_add(out,
		 "{\"oracle\":\"%s\",\"severity\":\"%s\",\"site\":", hshim_oracle_name(entry->id),
		 entry->severity == HSHIM_FAIL      ? "fail"
		 : entry->severity == HSHIM_WARNING ? "warn"
						    : "note");
	text_json(out, entry->site);
	text_add(out, ",\"count\":%lu,\"runs\":%u,\"tests\":[", entry->count, entry->runs);
	for (unsigned int i = 0; i < s->test_count; i++) {
		if (!entry->in_test[i])
			continue;
		text_add(out, "%s", comma);
		text_json(out, s->test_name[i]);
		comma = ",";
	}
	summary_command(s, entry, command, sizeof(command));
	text_add(out, "],\"reproduce\":");
	text_json(out, command);
	text_add(out, ",\"while\":");
	text_json(out, entry->doing);
	text_add(out, ",\"text\":");
	text_json(out, entry->text);
	text_add(out, "}\n");
}

void summary_json(FILE *out)
{
	const struct summary *s = summary_now();

	for (unsigned int i = 0; s && i < s->count; i++) {
		struct text line = {.size = 0};

		if (shown_as(s, &s->entry[i]) == HSHIM_OFF)
			continue;
		json_entry(&line, s, &s->entry[i]);
		fputs(line.at, out);
	}
}
