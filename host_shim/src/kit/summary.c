/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include "host_shim/src/kit/summary.h"

#include <ctype.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* Of the process and its children, whose findings arrive in the same memory. */
static struct summary *the_summary;
static unsigned int groups;
static const char *only;
static enum summary_shown shows;

struct summary *summary_start(const char *program)
{
	shim_symbols_start();
	the_summary = shim_map_shared(sizeof(*the_summary));
	if (the_summary)
		the_summary->program = program;
	return the_summary;
}

struct summary *summary_now(void)
{
	return the_summary;
}

void summary_test(const char *name)
{
	struct summary *s = the_summary;

	groups = 0;
	if (!s)
		return;
	for (s->test = 0; s->test < s->test_count; s->test++)
		if (strcmp(s->test_name[s->test], name) == 0)
			break;
	if (s->test == SUMMARY_TESTS)
		s->test = SUMMARY_TESTS - 1;
	if (s->test == s->test_count)
		s->test_name[s->test_count++] = name;
	summary_run(NULL);
}

void summary_failed(void)
{
	if (the_summary)
		the_summary->test_failed[the_summary->test] = true;
}

void summary_run(const char *id)
{
	if (!the_summary)
		return;
	the_summary->run_number++;
	snprintf(the_summary->run, sizeof(the_summary->run), "%s", id ? id : "");
}

unsigned int summary_group(void)
{
	return ++groups;
}

void summary_only(const char *id)
{
	only = id;
}

bool summary_wants(const char *id)
{
	return !only || strcmp(only, id) == 0;
}

/* --- findings ------------------------------------------------------------------------------------------ */

/* The first line without its numbers: addresses and counts differ from run to run. */
static void shape_of(const char *text, char *buf, size_t size)
{
	size_t n = 0;

	while (*text && *text != '\n' && n + 1 < size) {
		if (*text == '-' && isdigit((unsigned char)text[1]))
			text++;
		if (isdigit((unsigned char)*text)) {
			while (isalnum((unsigned char)*text))
				text++;
			buf[n++] = '#';
			continue;
		}
		buf[n++] = *text++;
	}
	buf[n] = 0;
}

static void key_of(const struct hshim_finding *finding, char *buf, size_t size)
{
	if (finding->site[0])
		snprintf(buf, size, "%s", finding->site);
	else
		shape_of(finding->text, buf, size);
}

static struct summary_entry *find(struct summary *s, enum hshim_oracle_id id, const char *key)
{
	for (unsigned int i = 0; i < s->count; i++)
		if (s->entry[i].id == id && strcmp(s->entry[i].key, key) == 0)
			return &s->entry[i];
	return NULL;
}

static struct summary_entry *add(struct summary *s, const struct hshim_finding *finding,
				 const char *key)
{
	struct summary_entry *entry;

	if (s->count == SUMMARY_ENTRIES) {
		s->dropped++;
		return NULL;
	}
	entry = &s->entry[s->count++];
	entry->id = finding->id;
	entry->calls = -1ul;
	snprintf(entry->key, sizeof(entry->key), "%s", key);
	snprintf(entry->site, sizeof(entry->site), "%s", finding->site);
	return entry;
}

static void count(struct summary *s, struct summary_entry *entry)
{
	entry->count++;
	entry->in_test[s->test] = true;
	if (!s->run[0] || entry->last_run == s->run_number)
		return;
	entry->last_run = s->run_number;
	entry->runs++;
}

/* A run of its own has not made the calls of the test before it. */
static void keep_shortest(const struct summary *s, struct summary_entry *entry,
			  const struct hshim_finding *finding, const struct hshim *shim)
{
	const unsigned long calls = shim ? shim->calls : -2ul;

	if (finding->severity < entry->severity ||
	    (finding->severity == entry->severity && calls >= entry->calls))
		return;
	entry->severity = finding->severity;
	entry->calls = calls;
	entry->test = s->test;
	snprintf(entry->run, sizeof(entry->run), "%s", s->run);
	snprintf(entry->text, sizeof(entry->text), "%s", finding->text);
	snprintf(entry->doing, sizeof(entry->doing), "%.120s%s%.120s", shim ? shim->doing : "",
		 shim && shim->doing[0] && shim->circumstance[0] ? "; " : "",
		 shim ? shim->circumstance : "");
}

static bool note(const struct hshim *shim, const struct hshim_finding *finding)
{
	struct summary *s = the_summary;
	struct summary_entry *entry;
	char key[sizeof(entry->key)];
	bool is_new;

	if (!s || finding->allowed)
		return shows == SUMMARY_ALL;
	key_of(finding, key, sizeof(key));
	entry = find(s, finding->id, key);
	is_new = !entry || entry->severity < finding->severity;
	if (!entry)
		entry = add(s, finding, key);
	if (!entry)
		return shows == SUMMARY_ALL;
	count(s, entry);
	keep_shortest(s, entry, finding, shim);
	return shows == SUMMARY_ALL || (shows == SUMMARY_NEW && is_new);
}

void summary_show(enum summary_shown shown)
{
	shows = shown;
}

enum summary_shown summary_shows(void)
{
	return shows;
}

void summary_listen(void)
{
	if (the_summary)
		shim_current()->sink = note;
}

/* --- deaths -------------------------------------------------------------------------------------------- */

void summary_last_words(int sig, void *const *site, unsigned int frames)
{
	if (!the_summary)
		return;
	the_summary->signal = sig;
	for (unsigned int i = 0; i < SUMMARY_FRAMES; i++)
		the_summary->site[i] = i < frames ? site[i] : NULL;
}

static const char *meaning(int sig)
{
	switch (sig) {
	case SIGABRT:
		return ": the C library found its heap damaged, by a write beyond what was "
		       "allocated, or a sanitizer found something";
	case SIGKILL:
		return ": by the system, or for its use of memory";
	default:
		return "";
	}
}

void summary_death(const char *what, int status)
{
	struct text text = {.size = 0};
	struct hshim_finding finding = {.id = HSHIM_O_CRASH, .severity = HSHIM_FAIL};
	char site[160];

	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	if (WIFSIGNALED(status))
		text_add(&text, "the process of %s was ended by signal %d (%s)%s\n", what,
			 WTERMSIG(status), strsignal(WTERMSIG(status)), meaning(WTERMSIG(status)));
	else
		text_add(&text, "the process of %s ended with status %d before its test did\n",
			 what, WEXITSTATUS(status));
	if (the_summary && the_summary->signal)
		text_backtrace(&text, the_summary->site, SUMMARY_FRAMES);
	shim_site(text.at, text.at, site, sizeof(site));
	finding.text = text.at;
	finding.site = site;
	if (note(NULL, &finding) || !the_summary)
		fprintf(stderr, "host_shim: FAIL crash: %s", text.at);
	if (the_summary)
		the_summary->signal = 0;
}
