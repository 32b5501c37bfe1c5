/* SPDX-License-Identifier: BSD-3-Clause */
#include "host_shim/src/kit/result.h"

#include <errno.h>
#include <string.h>

bool result_open(FILE **file, const char *path)
{
	*file = fopen(path, "we");
	if (!*file)
		fprintf(stderr, "host_shim: %s: %s\n", path, strerror(errno));
	return *file != NULL;
}

static void put_xml(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '>')
			fputs("&gt;", out);
		else if (*text == '&')
			fputs("&amp;", out);
		else if (*text == '"')
			fputs("&quot;", out);
		else if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t')
			fputc(*text, out);
	}
}

static unsigned int index_of(const struct summary *s, const char *name)
{
	unsigned int i = 0;

	while (i < s->test_count && strcmp(s->test_name[i], name) != 0)
		i++;
	return i;
}

void result_begin(const struct result_files *files, const char *program, unsigned int count)
{
	if (files->junit) {
		fputs("<testsuite name=\"", files->junit);
		put_xml(files->junit, program);
		fputs("\">\n", files->junit);
	}
	if (files->ktap)
		fprintf(files->ktap, "KTAP version 1\n1..%u\n", count);
}

/* --- JUnit ------------------------------------------------------------------------------------------------ */

static void junit_failure(FILE *out, const struct summary *s, const struct summary_entry *entry)
{
	char command[256];

	summary_command(s, entry, command, sizeof(command));
	fprintf(out, "    <failure type=\"%s\" message=\"", hshim_oracle_name(entry->id));
	put_xml(out, entry->site);
	fputs("\">", out);
	put_xml(out, entry->text);
	fputs("\n", out);
	put_xml(out, command);
	fputs("</failure>\n", out);
}

static void junit(FILE *out, const struct result *result)
{
	const struct summary *s = summary_now();
	const unsigned int test = s ? index_of(s, result->name) : 0;
	unsigned int told = 0;

	fputs("  <testcase name=\"", out);
	put_xml(out, result->name);
	fputs("\" file=\"", out);
	put_xml(out, result->file);
	fprintf(out, "\" line=\"%d\" time=\"%.3f\">", result->line, result->seconds);
	if (!result->passed) {
		fputs("\n", out);
		for (unsigned int i = 0; s && i < s->count; i++) {
			if (!summary_is_in(&s->entry[i], test))
				continue;
			junit_failure(out, s, &s->entry[i]);
			told++;
		}
		if (!told)
			fputs("    <failure/>\n", out);
	}
	fputs("</testcase>\n", out);
}

/* --- KTAP ------------------------------------------------------------------------------------------------- */

static void ktap(FILE *out, const struct result *result)
{
	const struct summary *s = summary_now();
	const unsigned int test = s ? index_of(s, result->name) : 0;

	for (unsigned int i = 0; s && !result->passed && i < s->count; i++) {
		const struct summary_entry *entry = &s->entry[i];
		char command[256];

		if (!summary_is_in(entry, test))
			continue;
		summary_command(s, entry, command, sizeof(command));
		fprintf(out, "# %s: %s: %.*s\n# %s\n", hshim_oracle_name(entry->id), entry->site,
			(int)strcspn(entry->text, "\n"), entry->text, command);
	}
	fprintf(out, "%sok %u %s\n", result->passed ? "" : "not ", result->number, result->name);
}

void result_tell(const struct result_files *files, const struct result *result)
{
	if (!result->passed)
		summary_failed();
	if (files->junit)
		junit(files->junit, result);
	if (files->ktap) {
		ktap(files->ktap, result);
		return;
	}
	printf("%s %s", result->passed ? "ok  " : "FAIL", result->name);
	if (!result->passed)
		printf("  (%s:%d, --seed=%lu)", result->file, result->line, result->seed);
	printf("\n");
}

void result_end(const struct result_files *files, bool all)
{
	if (!files->ktap)
		summary_print(stdout, all);
	if (files->json) {
		summary_json(files->json);
		fclose(files->json);
	}
	if (files->junit) {
		fputs("</testsuite>\n", files->junit);
		fclose(files->junit);
	}
}
