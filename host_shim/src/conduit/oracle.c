/* SPDX-License-Identifier: BSD-3-Clause */
/* Findings: severity, allowance, text, JSON; leaving the code under test. */
#define _GNU_SOURCE
#include "host_shim/src/conduit/shim.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHOWN_CALLS 32
#define SHOWN_LATER 6
#define MAX_KEPT    512

static const char *const names[] = {
#define NAME(id, name, severity) [HSHIM_O_##id] = name,
	HSHIM_ORACLES(NAME)
#undef NAME
};

const char *hshim_oracle_name(enum hshim_oracle_id id)
{
	SHIM_LOCKED();
	return names[id];
}

static enum hshim_oracle_id find(const char *id)
{
	for (unsigned int i = 0; i < HSHIM_ORACLE_COUNT; i++)
		if (strcmp(names[i], id) == 0)
			return (enum hshim_oracle_id)i;
	return HSHIM_ORACLE_COUNT;
}

static struct oracle_state *state_of(const char *id)
{
	const enum hshim_oracle_id n = find(id);

	if (n != HSHIM_ORACLE_COUNT)
		return &shim_current()->oracle[n];
	hshim_report(HSHIM_O_TEST, "there is no oracle %s", id);
	return NULL;
}

void hshim_severity(const char *id, enum hshim_severity severity)
{
	SHIM_LOCKED();
	struct oracle_state *state = state_of(id);

	if (state)
		state->severity = severity;
}

enum hshim_severity hshim_severity_of(const char *id)
{
	SHIM_LOCKED();
	const struct oracle_state *state = state_of(id);

	return state ? state->severity : HSHIM_OFF;
}

void hshim_allow(const char *id, unsigned int count)
{
	SHIM_LOCKED();
	struct oracle_state *state = state_of(id);

	if (state)
		state->allowed = count;
}

unsigned int hshim_findings(const char *id)
{
	SHIM_LOCKED();
	const struct hshim *shim = shim_current();
	const struct oracle_state *state = id ? state_of(id) : NULL;
	unsigned int sum = 0;

	if (id)
		return state ? state->found : 0;
	for (unsigned int i = 0; i < HSHIM_ORACLE_COUNT; i++)
		sum += shim->oracle[i].found;
	return sum;
}

unsigned int hshim_failures(void)
{
	SHIM_LOCKED();
	return shim_current()->failure_count;
}

const struct hshim_finding *hshim_finding(unsigned int n)
{
	SHIM_LOCKED();
	const struct hshim *shim = shim_current();

	return n < shim->finding_count ? &shim->findings[n] : NULL;
}

static void forget(const struct hshim_finding *finding)
{
	free((char *)finding->text);
	free((char *)finding->json);
	free((char *)finding->site);
}

void hshim_findings_reset(void)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();

	for (unsigned int i = 0; i < shim->finding_count; i++) {
		forget(&shim->findings[i]);
	}
	shim->finding_count = 0;
	shim->failure_count = 0;
	for (unsigned int i = 0; i < HSHIM_ORACLE_COUNT; i++) {
		shim->oracle[i].found = 0;
		shim->oracle[i].allowed = 0;
	}
}

void hshim_on_finding(hshim_finding_fn fn, void *context)
{
	SHIM_LOCKED();
	shim_current()->on_finding = fn;
	shim_current()->on_finding_context = context;
}

void hshim_report_to(int text_fd, int json_fd)
{
	SHIM_LOCKED();
	shim_current()->text_fd = text_fd;
	shim_current()->json_fd = json_fd;
}

/* --- writing ------------------------------------------------------------------------------------------ */

static void put(int fd, const char *at, size_t size)
{
	while (fd >= 0 && size) {
		const ssize_t n = write(fd, at, size);

		if (n <= 0)
			return;
		at += n;
		size -= (size_t)n;
	}
}

void text_json(struct text *out, const char *s)
{
	text_add(out, "\"");
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			text_add(out, "\\%c", *s);
		else if (*s == '\n')
			text_add(out, "\\n");
		else if ((unsigned char)*s < ' ')
			text_add(out, "\\u%04x", *s);
		else
			text_add(out, "%c", *s);
	}
	text_add(out, "\"");
}

static const char *severity_name(enum hshim_severity severity)
{
	return severity == HSHIM_FAIL ? "fail" : severity == HSHIM_WARNING ? "warn" : "note";
}

static char *json_of(const struct hshim *shim, const struct hshim_finding *finding)
{
	struct text *out = calloc(1, sizeof(*out));
	char *line;

	if (!out)
		return NULL;
	text_add(out, "{\"oracle\":\"%s\",\"severity\":\"%s\",\"allowed\":%s,\"smc\":%lu,\"site\":",
		 names[finding->id], severity_name(finding->severity),
		 finding->allowed ? "true" : "false", shim->calls);
	text_json(out, finding->site);
	text_add(out, ",\"text\":");
	text_json(out, finding->text);
	text_add(out, "}\n");
	line = strdup(out->at);
	free(out);
	return line;
}

static void publish(struct hshim *shim, const struct hshim_finding *finding)
{
	struct text *out;

	if (finding->allowed || finding->severity == HSHIM_NOTE)
		return;
	out = calloc(1, sizeof(*out));
	if (!out)
		return;
	text_add(out, "host_shim: %s %s: %s\n",
		 finding->severity == HSHIM_FAIL ? "FAIL" : "warning", names[finding->id],
		 finding->text);
	if (shim->doing[0] || shim->circumstance[0])
		text_add(out, "    while %s%s%s\n", shim->doing,
			 shim->doing[0] && shim->circumstance[0] ? "; " : "", shim->circumstance);
	if (finding->severity == HSHIM_FAIL)
		shim_print_calls_to(out, shim, shim->finding_count > 1 ? SHOWN_LATER : SHOWN_CALLS);
	put(shim->text_fd, out->at, out->size);
	if (finding->json)
		put(shim->json_fd, finding->json, strlen(finding->json));
	free(out);
}

static bool fails(const struct hshim_finding *finding)
{
	return finding->severity == HSHIM_FAIL && !finding->allowed;
}

/* The last one that does not fail makes room for one that does. */
static struct hshim_finding *make_room(struct hshim *shim)
{
	for (unsigned int i = shim->finding_count; i-- > 0;) {
		struct hshim_finding *old = &shim->findings[i];

		if (fails(old))
			continue;
		forget(old);
		memmove(old, old + 1, (shim->finding_count - i - 1) * sizeof(*old));
		return &shim->findings[shim->finding_count - 1];
	}
	return NULL;
}

static struct hshim_finding *room(struct hshim *shim)
{
	struct hshim_finding *all;

	if (shim->finding_count == MAX_KEPT)
		return make_room(shim);
	all = realloc(shim->findings, (shim->finding_count + 1) * sizeof(*all));
	if (!all)
		return NULL;
	shim->findings = all;
	return &all[shim->finding_count++];
}

/* What comes after many others is kept only if it fails, and if those are not all failures. */
static bool keep(struct hshim *shim, const struct hshim_finding *finding)
{
	struct hshim_finding *at =
		shim->finding_count == MAX_KEPT && !fails(finding) ? NULL : room(shim);

	if (!at)
		return false;
	*at = *finding;
	if (shim->on_finding)
		shim->on_finding(shim->on_finding_context, finding);
	return true;
}

/* Code that was left by a jump still holds what it was about to give back. */
static bool follows(enum hshim_oracle_id id)
{
	switch (id) {
	case HSHIM_O_LEAK_GRANULE:
	case HSHIM_O_LEAK_PAGE:
	case HSHIM_O_LEAK_ACCOUNTING:
	case HSHIM_O_LEAK_ID:
	case HSHIM_O_FREE_STATE:
	case HSHIM_O_FREE_DOUBLE:
	case HSHIM_O_USE_AFTER_FREE:
	case HSHIM_O_LOCK_ORDER:
	case HSHIM_O_LOCK_UNBALANCED:
	case HSHIM_O_LOCK_REQUIRED:
	case HSHIM_O_MODEL_CONSISTENCY:
	case HSHIM_O_STATE_TRANSITION:
	case HSHIM_O_WARN:
	case HSHIM_O_WARN_STORM:
	case HSHIM_O_WARN_ANSWER:
		return true;
	default:
		return false;
	}
}

static bool breaks(enum hshim_oracle_id id)
{
	return id == HSHIM_O_GPF || id == HSHIM_O_CRASH || id == HSHIM_O_BUG ||
	       id == HSHIM_O_LOOP_SMC || id == HSHIM_O_LOOP_CPU;
}

/*
 * Where the text has the place: what was found by a signal, and what was noticed long after it was done. For
 * sleeping it is the lock's.
 */
static const char *place_in(enum hshim_oracle_id id, const char *text)
{
	static const char held[] = " is held since ";
	const char *at;

	switch (id) {
	case HSHIM_O_CTX_SLEEP:
		at = strstr(text, held);
		return at ? at + sizeof(held) - 1 : NULL;
	case HSHIM_O_GPF:
	case HSHIM_O_CRASH:
	case HSHIM_O_LOOP_CPU:
	case HSHIM_O_OVERRUN:
	case HSHIM_O_LEAK_GRANULE:
	case HSHIM_O_LEAK_PAGE:
	case HSHIM_O_LEAK_ACCOUNTING:
	case HSHIM_O_LEAK_ID:
	case HSHIM_O_ALLOC_DELEGATED:
	case HSHIM_O_MODEL_CONSISTENCY:
		return text;
	default:
		return NULL;
	}
}

/* What was expected of the host is seen in what it did last. */
static char *with_last_call(struct hshim *shim, char *before)
{
	struct text text = {.size = 0};

	if (!shim->calls)
		return before;
	text_add(&text, "%s\n    last: ", before);
	text_call(&text, hshim_last_call(0));
	free(before);
	return strdup(text.at);
}

/* Most runs of sweeps are silent: where their warnings come from need not be found out. */
static bool is_heard(const struct hshim *shim)
{
	return shim->sink || shim->on_finding || shim->text_fd >= 0 || shim->json_fd >= 0;
}

static void tell(struct hshim *shim, struct hshim_finding *finding, const char *fmt, va_list args)
{
	char *text;
	char site[160];
	bool is_new;

	if (vasprintf(&text, fmt, args) < 0)
		text = strdup("(no memory)");
	if (finding->id == HSHIM_O_TEST)
		text = with_last_call(shim, text);
	site[0] = 0;
	if (is_heard(shim))
		shim_site(text, place_in(finding->id, text), site, sizeof(site));
	finding->text = text;
	finding->site = strdup(site);
	is_new = !shim->sink || shim->sink(shim, finding);
	finding->json = json_of(shim, finding);
	if (!keep(shim, finding))
		forget(finding);
	else if (is_new)
		publish(shim, finding);
}

void hshim_report(enum hshim_oracle_id id, const char *fmt, ...)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();
	struct oracle_state *state;
	struct hshim_finding finding = {.id = id};
	va_list args;

	if (!shim || shim->reporting || shim->oracle[id].severity == HSHIM_OFF)
		return;
	if (shim->broken && follows(id))
		return;
	if (breaks(id))
		shim->broken = true;
	shim->reporting = true;
	state = &shim->oracle[id];
	state->found++;
	finding.severity = state->severity;
	finding.allowed = state->allowed > 0;
	if (state->allowed)
		state->allowed--;
	shim->failure_count += fails(&finding);
	va_start(args, fmt);
	tell(shim, &finding, fmt, args);
	va_end(args);
	shim->reporting = false;
}

void hshim_doing(const char *fmt, ...)
{
	struct hshim *shim = shim_current();
	va_list args;

	va_start(args, fmt);
	vsnprintf(shim->doing, sizeof(shim->doing), fmt, args);
	va_end(args);
}

/* --- leaving --------------------------------------------------------------------------------------------- */

bool hshim_try(void (*fn)(void *argument), void *argument)
{
	struct hshim *shim = shim_current();
	struct shim_thread *volatile self = shim_self(shim);
	sigjmp_buf *volatile before = self->leave;
	const volatile unsigned int busy = shim_busy();
	sigjmp_buf here;

	if (sigsetjmp(here, 1) == 0) {
		self->leave = &here;
		fn(argument);
		self->leave = before;
		return true;
	}
	shim_unlock_all();
	shim_set_busy(busy);
	self->leave = before;
	shim->reporting = false;
	self->depth = 0;
	if (shim->observer)
		shim->observer->left(shim);
	return false;
}

void hshim_set_leave(void (*leave)(void *context, const char *text), void *context)
{
	shim_current()->leave_fn = leave;
	shim_current()->leave_context = context;
}

void hshim_leave(void)
{
	struct hshim *shim = shim_current();
	const char *text = "the code under test cannot go on";

	if (shim_self(shim)->leave)
		siglongjmp(*shim_self(shim)->leave, 1);
	if (shim->finding_count)
		text = shim->findings[shim->finding_count - 1].text;
	if (shim->leave_fn)
		shim->leave_fn(shim->leave_context, text);
	abort();
}
