/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace/log/clean.h"
#include "trace/log/join.h"
#include "trace/log/notes.h"

/* What one log may take. */
#define MAX_LINES ((size_t)4 << 20)

struct reader {
	struct log *log;
	size_t line_capacity, event_capacity;
	unsigned int releases; /* that may have printed the lines since the last banner */
	struct trace_error *error;
};

/* A recording begins with an object. */
bool log_recognise(const char *bytes, size_t size)
{
	size_t at = 0;

	while (at < size && isspace((unsigned char)bytes[at]))
		at++;
	return at < size && bytes[at] != '{';
}

static bool out_of_memory(struct reader *reader)
{
	*reader->error = (struct trace_error){.text = "out of memory"};
	return false;
}

/* Room for one more element of `size` bytes. */
static bool grow(void **array, size_t count, size_t *capacity, size_t size)
{
	const size_t more = *capacity ? 2 * *capacity : 256;
	void *larger;

	if (count < *capacity)
		return true;
	larger = realloc(*array, more * size);
	if (!larger)
		return false;
	*array = larger;
	*capacity = more;
	return true;
}

static bool keep_line(struct reader *reader, const char *line, size_t length)
{
	struct log *log = reader->log;
	char *copy = malloc(length + 1), *text;

	if (!copy || !grow((void **)&log->lines, log->line_count, &reader->line_capacity,
			   sizeof(log->lines[0]))) {
		free(copy);
		return out_of_memory(reader);
	}
	memcpy(copy, line, length);
	text = log_clean(copy, length);
	memmove(copy, text, strlen(text) + 1);
	log->lines[log->line_count++] = copy;
	return true;
}

static bool keep_lines(struct reader *reader, struct input *input)
{
	size_t length, number;
	const char *line;

	for (;;) {
		switch (input_line(input, &line, &length, &number, reader->error)) {
		case INPUT_ERROR:
			return false;
		case INPUT_END:
			return true;
		case INPUT_LINE:
			break;
		}
		if (reader->log->line_count == MAX_LINES) {
			snprintf(reader->error->text, sizeof(reader->error->text),
				 "more than %zu lines", MAX_LINES);
			reader->error->line = number;
			reader->error->column = 1;
			return false;
		}
		if (!keep_line(reader, line, length))
			return false;
		reader->log->cut = !input_line_complete(input);
	}
}

/* Adds an event for the line with this index; NULL without memory. */
static struct log_event *add(struct reader *reader, enum log_kind kind, size_t index)
{
	struct log *log = reader->log;
	struct log_event *event;

	if (!grow((void **)&log->events, log->event_count, &reader->event_capacity,
		  sizeof(log->events[0])))
		return NULL;
	event = &log->events[log->event_count++];
	*event = (struct log_event){.kind = kind, .line = index + 1};
	log->used[index] = true;
	return event;
}

/* RMM 2.0 prints more than is known of it: its shapes come last. */
static bool parse(const struct reader *reader, const char *text, struct log_call *call)
{
	return log_call_parse(text, reader->releases & ~LOG_RELEASES_2, call) ||
	       log_call_parse(text, reader->releases & LOG_RELEASES_2, call);
}

static bool add_call(struct reader *reader, const struct log_call *call, size_t index)
{
	struct log_event *event = add(reader, LOG_CALL, index);

	if (!event)
		return out_of_memory(reader);
	if (reader->releases & call->releases)
		reader->releases &= call->releases;
	event->call = *call;
	event->call.line = index + 1;
	return true;
}

/* A banner goes on until something else of the monitor comes. */
static bool add_banner(struct reader *reader, const struct log_boot *boot, size_t index)
{
	struct log *log = reader->log;
	struct log_event *last = log->event_count ? &log->events[log->event_count - 1] : NULL;

	log->used[index] = true;
	if (!last || last->kind != LOG_BOOT ||
	    (boot->named && (last->boot.named || last->boot.rmi_abi))) {
		last = add(reader, LOG_BOOT, index);
		if (!last)
			return out_of_memory(reader);
		last->boot.releases = reader->releases = LOG_ANY_RELEASE;
	}
	if (boot->named) {
		last->boot.releases = reader->releases = boot->releases;
		last->boot.named = true;
	}
	if (boot->rmi_abi)
		last->boot.rmi_abi = boot->rmi_abi;
	if (boot->rsi_abi)
		last->boot.rsi_abi = boot->rsi_abi;
	return true;
}

static bool add_text(struct reader *reader, enum log_kind kind, size_t index)
{
	struct log_event *event = add(reader, kind, index);

	if (!event)
		return out_of_memory(reader);
	event->text = reader->log->lines[index];
	return true;
}

/* A call that was printed in pieces; *index moves behind it. */
static bool add_pieces(struct reader *reader, size_t *index)
{
	const struct log *log = reader->log;
	struct log_joined joined;

	log_join(log->lines + *index, log->line_count - *index, reader->releases, &joined);
	if (joined.count && log->cut && *index + joined.gap + joined.taken + 1 == log->line_count)
		joined.count = 0;
	if (!joined.count)
		return add_text(reader, LOG_LOST, *index);
	for (unsigned int i = 0; i < joined.count; i++) {
		if (!add_call(reader, &joined.calls[i], *index))
			return false;
	}
	for (size_t i = 1; i <= joined.taken; i++)
		log->used[*index + joined.gap + i] = true;
	*index += joined.gap + joined.taken;
	return true;
}

/* A whole call behind the beginning of another writer's line. */
static const char *call_inside(const char *text)
{
	for (const char *at = text; *at; at++) {
		if (at != text && at[-1] != ' ' && at[0] != ' ' && log_call_begins(at))
			return at;
	}
	return NULL;
}

/* Lines back in which the first characters of a call can stand. */
#define MAX_BACK 3

/* The line before has calls of which the rest is not understood: this is of it. */
static bool follows_lost(const struct log *log, size_t index)
{
	const struct log_event *last = log->event_count ? &log->events[log->event_count - 1] : NULL;

	return last && last->kind == LOG_LOST && last->line == index;
}

/* The end of a call whose beginning is in another line, or lost. */
static bool add_tail(struct reader *reader, size_t index)
{
	const struct log *log = reader->log;
	struct log_call call;

	for (size_t back = 1; back <= MAX_BACK && back <= index; back++) {
		if (!log->used[index - back] &&
		    log_join_tail(log->lines[index - back], log->lines[index], reader->releases,
				  &call))
			return add_call(reader, &call, index);
	}
	if (!log_ends_call(log->lines[index]) || follows_lost(log, index))
		return true;
	return add_text(reader, LOG_LOST, index);
}

static bool add_inside(struct reader *reader, size_t index)
{
	const char *inside = call_inside(reader->log->lines[index]);
	struct log_call call;

	if (!inside)
		return add_tail(reader, index);
	if (parse(reader, inside, &call))
		return add_call(reader, &call, index);
	return add_text(reader, LOG_LOST, index);
}

static bool read_line(struct reader *reader, size_t *index)
{
	const char *text = reader->log->lines[*index];
	const bool cut = reader->log->cut && *index + 1 == reader->log->line_count;
	struct log_boot boot = {0};
	struct log_digest digest;
	struct log_event *event;
	struct log_call call;

	if (!cut && parse(reader, text, &call))
		return add_call(reader, &call, *index);
	if (log_banner(text, &boot))
		return add_banner(reader, &boot, *index);
	if (log_digest(text, &digest)) {
		event = add(reader, LOG_DIGEST, *index);
		if (!event)
			return out_of_memory(reader);
		event->digest = digest;
		return true;
	}
	if (log_note(text))
		return add_text(reader, LOG_NOTE, *index);
	if (log_call_begins(text))
		return add_pieces(reader, index);
	return add_inside(reader, *index);
}

struct log *log_read(struct input *input, struct trace_error *error)
{
	struct reader reader = {
		.log = calloc(1, sizeof(*reader.log)),
		.releases = LOG_ANY_RELEASE,
		.error = error,
	};
	struct log *log = reader.log;
	bool done;

	*error = (struct trace_error){0};
	done = log ? keep_lines(&reader, input) : out_of_memory(&reader);
	if (done) {
		log->used = calloc(log->line_count + 1, sizeof(log->used[0]));
		done = log->used || out_of_memory(&reader);
	}
	for (size_t index = 0; done && index < log->line_count; index++)
		done = read_line(&reader, &index);
	if (done) {
		log_drop_damaged(log);
		return log;
	}
	log_free(log);
	return NULL;
}

void log_free(struct log *log)
{
	if (!log)
		return;
	for (size_t i = 0; i < log->line_count; i++)
		free(log->lines[i]);
	free(log->lines);
	free(log->used);
	free(log->events);
	free(log);
}
