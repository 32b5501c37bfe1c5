/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace/event.h"
#include "trace/header.h"
#include "trace/input.h"
#include "trace/link.h"

/* What one recording may take: hostile input gets an error instead of the machine's memory. */
#define MAX_MEMORY ((size_t)2 << 30)
#define MAX_EVENTS ((size_t)16 << 20)

struct reader {
	struct input *input;
	struct trace *trace;
	struct decode decode;
	size_t capacity; /* of trace->events */
};

static bool parse_line(struct reader *reader, json_t **object)
{
	struct decode *decode = &reader->decode;
	json_error_t error;

	*object = json_loadb(decode->line, decode->length, JSON_REJECT_DUPLICATES, &error);
	if (!*object) {
		decode->error->line = decode->number;
		decode->error->column = error.position > 0 ? error.position : 1;
		snprintf(decode->error->text, sizeof(decode->error->text), "%s", error.text);
		return false;
	}
	if (json_is_object(*object))
		return true;
	json_decref(*object);
	return decode_fail(decode, NULL, "expected an object");
}

static bool grow(struct reader *reader)
{
	struct trace *trace = reader->trace;
	size_t capacity = reader->capacity ? reader->capacity * 2 : 1024;
	struct trace_event *larger;

	if (trace->event_count < reader->capacity)
		return true;
	if (capacity > MAX_EVENTS)
		return decode_fail(&reader->decode, NULL, "more than %zu lines", MAX_EVENTS);
	larger = realloc(trace->events, capacity * sizeof(*larger));
	if (!larger)
		return decode_out_of_memory(&reader->decode);
	trace->events = larger;
	reader->capacity = capacity;
	return true;
}

static bool read_event(struct reader *reader, const json_t *object)
{
	struct trace *trace = reader->trace;
	struct trace_event event;

	if (!grow(reader))
		return false;
	switch (event_decode(&reader->decode, object, &event)) {
	case EVENT_FAILED:
		return false;
	case EVENT_UNKNOWN:
		return true;
	case EVENT_DECODED:
		break;
	}
	trace->events[trace->event_count++] = event;
	return true;
}

/* The first line of anything else, such as a console log, is no JSON at all. */
static bool is_recording(struct reader *reader)
{
	const struct decode *decode = &reader->decode;
	const char *line = decode->line;
	size_t blanks = 0;

	while (blanks < decode->length && strchr(" \t", line[blanks]))
		blanks++;
	if (blanks < decode->length && line[blanks] == '{')
		return true;
	decode->error->line = decode->number;
	decode->error->column = blanks + 1;
	snprintf(
		decode->error->text, sizeof(decode->error->text),
		"this is no recording (rmm-trace/1: a JSON object per line); `rmmsim replay` reads "
		"console logs, too");
	return false;
}

static bool read_line(struct reader *reader, bool first)
{
	json_t *object;
	bool done;

	if ((first && !is_recording(reader)) || !parse_line(reader, &object))
		return false;
	reader->decode.depth = 0;
	done = first ? header_decode(&reader->decode, object, &reader->trace->header)
		     : read_event(reader, object);
	json_decref(object);
	return done;
}

static bool blank(const char *line, size_t length)
{
	while (length && strchr(" \t\r", line[length - 1]))
		length--;
	return !length;
}

static bool read_lines(struct reader *reader)
{
	struct decode *decode = &reader->decode;
	bool first = true;

	for (;;) {
		switch (input_line(reader->input, &decode->line, &decode->length, &decode->number,
				   decode->error)) {
		case INPUT_ERROR:
			return false;
		case INPUT_END:
			if (!first)
				return true;
			decode->error->line = decode->error->column = 1;
			snprintf(decode->error->text, sizeof(decode->error->text),
				 "the file is empty");
			return false;
		case INPUT_LINE:
			break;
		}
		if (blank(decode->line, decode->length) && !first)
			continue;
		if (!read_line(reader, first))
			return false;
		first = false;
	}
}

static struct trace *trace_new(void)
{
	struct trace *trace = calloc(1, sizeof(*trace));

	if (trace)
		trace->arena = arena_create(MAX_MEMORY);
	if (trace && trace->arena)
		return trace;
	free(trace);
	return NULL;
}

struct trace *trace_read_input(struct input *input, const struct trace_read_options *options,
			       struct trace_error *error)
{
	struct reader reader = {.trace = trace_new(), .input = input};

	if (!reader.trace) {
		*error = (struct trace_error){.text = "out of memory"};
		return NULL;
	}
	reader.decode = (struct decode){
		.arena = reader.trace->arena,
		.error = error,
		.strict = options->strict,
		.config = &reader.trace->header.config,
	};
	if (read_lines(&reader) && link_calls(reader.trace, options->strict, error))
		return reader.trace;
	trace_free(reader.trace);
	return NULL;
}

struct trace *trace_read(const char *path, const struct trace_read_options *options,
			 struct trace_error *error)
{
	struct input *input = input_open(path, error);
	struct trace *trace;

	if (!input)
		return NULL;
	trace = trace_read_input(input, options, error);
	input_close(input);
	return trace;
}

void trace_free(struct trace *trace)
{
	if (!trace)
		return;
	free(trace->events);
	arena_destroy(trace->arena);
	free(trace);
}
