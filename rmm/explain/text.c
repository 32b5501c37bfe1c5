/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rmm/explain/explain.h"

/* A buffer that is filled like snprintf() fills one: `length` counts what did not fit too. */
struct text {
	char *buf;
	size_t size, length;
};

__attribute__((format(printf, 2, 3))) static void text_add(struct text *t, const char *format, ...)
{
	size_t room = t->length < t->size ? t->size - t->length : 0;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(room ? t->buf + t->length : NULL, room, format, args);
	va_end(args);
	if (n > 0)
		t->length += (size_t)n;
}

static enum smc_command_id command_of(const struct rmmsim_explanation *e, const char *name)
{
	for (unsigned int id = SMC_NONE + 1; id < SMC_COMMAND_COUNT; id++) {
		const struct smc_command *row = smc_command(id);

		if ((row->interface != SMC_RMI) == e->realm && strcmp(row->name, name) == 0)
			return id;
	}
	return SMC_NONE;
}

static void add_call(struct text *t, enum smc_command_id id, const uint64_t *x)
{
	char buf[512];

	text_add(t, "%s", smc_call_text(smc_command(id), x, buf, sizeof(buf)));
}

/* "call 12", in a recording "call 12 (line 34)" */
static void add_place(struct text *t, uint64_t call, uint64_t line)
{
	text_add(t, "call %" PRIu64, call);
	if (line)
		text_add(t, " (line %" PRIu64 ")", line);
	text_add(t, ": ");
}

static void add_granule(struct text *t, const struct rmmsim_explanation *e)
{
	enum smc_command_id id;

	if (!e->granule)
		return;
	text_add(t, "  granule 0x%" PRIx64 " is %s", e->granule, e->granule_state);
	if (!e->since_call) {
		text_add(t, " since boot\n");
		return;
	}
	text_add(t, " since ");
	add_place(t, e->since_call, e->since_line);
	id = smc_command_find(e->since_command);
	if (e->since_known && id != SMC_NONE)
		add_call(t, id, e->since_x);
	else
		text_add(t, "%s", e->since_command);
	text_add(t, "\n");
}

static void add_seen(struct text *t, const struct rmmsim_explanation *e)
{
	for (unsigned int i = 0; i < e->seen_count; i++) {
		const struct rmmsim_seen *s = &e->seen[i];

		text_add(t, "%s%s = ", i ? ", " : "  saw ", s->name);
		if (s->text)
			text_add(t, "%s", s->text);
		else if (s->value > INT64_MAX)
			text_add(t, "%" PRId64, (int64_t)s->value);
		else
			text_add(t, "0x%" PRIx64, s->value);
	}
	if (e->seen_count)
		text_add(t, "\n");
}

/* Counts and levels are read in decimal, addresses and masks in hexadecimal. */
static void add_number(struct text *t, uint64_t value)
{
	if ((int64_t)value < 0 && (int64_t)value > -256)
		text_add(t, "%" PRId64, (int64_t)value);
	else
		text_add(t, value < 0x1000 ? "%" PRIu64 : "0x%" PRIx64, value);
}

static void add_wanted(struct text *t, const struct rmmsim_need *need)
{
	static const char *const before[] = {
		[RMMSIM_NEEDS_EXACTLY] = "",
		[RMMSIM_NEEDS_RANGE] = "",
		[RMMSIM_NEEDS_AT_MOST] = "at most ",
		[RMMSIM_NEEDS_AT_LEAST] = "at least ",
		[RMMSIM_NEEDS_MULTIPLE] = "a multiple of ",
		[RMMSIM_NEEDS_BITS] = "no bit outside of ",
	};

	text_add(t, "%s", before[need->relation]);
	add_number(t, need->relation == RMMSIM_NEEDS_AT_MOST ? need->high : need->low);
	if (need->relation == RMMSIM_NEEDS_RANGE) {
		text_add(t, " to ");
		add_number(t, need->high);
	}
}

/* "rtt_num_start is 1; s2sz 34 with rtt_level_start 2 needs 16" */
static void add_need(struct text *t, const struct rmmsim_explanation *e, const char *condition)
{
	for (unsigned int i = 0; i < e->needs_count; i++) {
		const struct rmmsim_need *need = &e->needs[i];

		if (strcmp(need->condition, condition) != 0)
			continue;
		text_add(t, "    %s is ", need->name);
		add_number(t, need->value);
		text_add(t, ";");
		for (unsigned int g = 0; g < need->given_count; g++) {
			text_add(t, "%s%s ", g ? " with " : " ", need->given[g].name);
			add_number(t, need->given[g].value);
		}
		text_add(t, " needs ");
		add_wanted(t, need);
		text_add(t, "\n");
	}
}

size_t rmmsim_explanation_text(const struct rmmsim_explanation *e, char *buf, size_t size)
{
	struct text t = {buf, size, 0};
	char result[64];

	if (size)
		buf[0] = '\0';
	if (!e || !e->command)
		return 0;
	add_place(&t, e->call, e->call_line);
	add_call(&t, command_of(e, e->command), &e->x[1]);
	text_add(&t, "\n  refused with %s\n",
		 smc_result_text(e->realm ? SMC_FROM_REALM : SMC_FROM_HOST, e->result, result,
				 sizeof(result)));
	text_add(&t, "  %s: %s [%s]\n", e->first.id, e->first.text, e->first.source);
	add_need(&t, e, e->first.id);
	add_granule(&t, e);
	add_seen(&t, e);
	for (unsigned int i = 0; i < e->others_count; i++) {
		text_add(&t, "  %s%s: %s\n", i ? "           " : "also wrong: ", e->others[i].id,
			 e->others[i].text);
		add_need(&t, e, e->others[i].id);
	}
	return t.length;
}
