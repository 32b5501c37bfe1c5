/* SPDX-License-Identifier: BSD-3-Clause */
#include "tools/junit.h"

#include <stdio.h>
#include <stdlib.h>

struct junit {
	const char *suite;
	size_t counts[3]; /* by outcome */
	FILE *cases;
	char *text;
	size_t size;
};

/* Characters that XML has no way to write become '?'. */
static void put_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c == '&')
			fputs("&amp;", out);
		else if (c == '<')
			fputs("&lt;", out);
		else if (c == '>')
			fputs("&gt;", out);
		else if (c == '"')
			fputs("&quot;", out);
		else
			fputc(c < 0x20 && c != '\n' && c != '\t' ? '?' : c, out);
	}
}

struct junit *junit_new(const char *suite)
{
	struct junit *junit = calloc(1, sizeof(*junit));

	if (!junit)
		return NULL;
	junit->suite = suite;
	junit->cases = open_memstream(&junit->text, &junit->size);
	if (junit->cases)
		return junit;
	free(junit);
	return NULL;
}

void junit_case(struct junit *junit, const char *name, enum junit_outcome outcome, const char *text)
{
	const char *element = outcome == JUNIT_FAILED ? "failure" : "error";

	if (!junit)
		return;
	junit->counts[outcome]++;
	fprintf(junit->cases, "    <testcase classname=\"%s\" name=\"", junit->suite);
	put_escaped(junit->cases, name);
	if (outcome == JUNIT_PASSED) {
		fputs("\"/>\n", junit->cases);
		return;
	}
	fprintf(junit->cases, "\">\n      <%s message=\"", element);
	put_escaped(junit->cases, text);
	fputs("\"/>\n    </testcase>\n", junit->cases);
}

static bool write_suite(const struct junit *junit, FILE *out)
{
	const size_t *n = junit->counts;

	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		"  <testsuite name=\"%s\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n%s"
		"  </testsuite>\n</testsuites>\n",
		junit->suite, n[JUNIT_PASSED] + n[JUNIT_FAILED] + n[JUNIT_ERROR], n[JUNIT_FAILED],
		n[JUNIT_ERROR], junit->text);
	return !ferror(out);
}

bool junit_write(struct junit *junit, const char *path)
{
	bool good = !fclose(junit->cases);
	FILE *out = good ? fopen(path, "w") : NULL;

	good = out && write_suite(junit, out);
	if (out && fclose(out))
		good = false;
	free(junit->text);
	free(junit);
	return good;
}
