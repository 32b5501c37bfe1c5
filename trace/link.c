/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/link.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace/arena.h"

/* A call inside a call inside a call: as deep as there are PEs. */
#define MAX_DEPTH 256

struct key {
	uint64_t i;
	size_t call;
};

struct link {
	struct trace *trace;
	struct trace_error *error;
	bool strict;
	struct key *keys; /* calls, ascending by number */
	size_t *cursor;   /* per call: steps counted or filled in */
	uint32_t **steps; /* per call: being filled in */
};

static bool fail(struct trace_error *error, size_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool fail(struct trace_error *error, size_t line, const char *format, ...)
{
	va_list arguments;

	error->line = line;
	error->column = 1;
	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	return false;
}

static int compare_keys(const void *a, const void *b)
{
	const struct key *left = a, *right = b;

	if (left->i != right->i)
		return left->i < right->i ? -1 : 1;
	return left->call < right->call ? -1 : left->call > right->call;
}

static bool collect_calls(struct link *link)
{
	struct trace *trace = link->trace;
	size_t n = 0;

	for (size_t e = 0; e < trace->event_count; e++)
		trace->call_count += trace->events[e].op == TRACE_SMC;
	trace->calls = arena_take_array(trace->arena, trace->call_count, sizeof(*trace->calls));
	trace->call_of = arena_take_array(trace->arena, trace->event_count, sizeof(size_t));
	link->keys = arena_take_array(trace->arena, trace->call_count, sizeof(*link->keys));
	link->cursor = arena_take_array(trace->arena, trace->call_count, sizeof(size_t));
	link->steps = arena_take_array(trace->arena, trace->call_count, sizeof(uint32_t *));
	if (!trace->calls || !trace->call_of || !link->keys || !link->cursor || !link->steps)
		return fail(link->error, 1, "the recording is too large: out of memory");
	for (size_t e = 0; e < trace->event_count; e++) {
		if (trace->events[e].op != TRACE_SMC)
			continue;
		trace->calls[n] = (struct trace_call){.smc = &trace->events[e], .event = e};
		link->keys[n] = (struct key){.i = trace->events[e].i, .call = n};
		trace->call_of[e] = n++;
	}
	return true;
}

static bool sort_calls(struct link *link)
{
	const struct trace *trace = link->trace;

	if (trace->call_count)
		qsort(link->keys, trace->call_count, sizeof(*link->keys), compare_keys);
	for (size_t n = 1; n < trace->call_count; n++) {
		if (link->keys[n].i == link->keys[n - 1].i)
			return fail(link->error, trace->calls[link->keys[n].call].smc->line,
				    "call %llu stands in line %zu already",
				    (unsigned long long)link->keys[n].i,
				    trace->calls[link->keys[n - 1].call].smc->line);
	}
	return true;
}

/* Index of the call with this number, SIZE_MAX if there is none. */
static size_t find_call(const struct link *link, uint64_t i)
{
	size_t low = 0, high = link->trace->call_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (link->keys[middle].i == i)
			return link->keys[middle].call;
		if (link->keys[middle].i < i)
			low = middle + 1;
		else
			high = middle;
	}
	return SIZE_MAX;
}

/* The call that an event is a step of; SIZE_MAX: of none. */
static size_t owner(const struct link *link, const struct trace_event *event)
{
	if (event->op != TRACE_SMC)
		return find_call(link, event->i);
	return event->smc->nested ? find_call(link, event->smc->during) : SIZE_MAX;
}

static bool check_step(const struct link *link, size_t e, size_t call)
{
	const struct trace_event *event = &link->trace->events[e];

	if (call == SIZE_MAX) {
		bool stray = event->op != TRACE_SMC || event->smc->nested;

		if (link->strict && stray)
			return fail(link->error, event->line,
				    "the call that it belongs to is missing");
		return true;
	}
	if (e > link->trace->calls[call].event)
		return fail(link->error, event->line, "stands after the smc line of its call");
	if (event->op == TRACE_SMC && event->i <= event->smc->during)
		return fail(link->error, event->line,
			    "a nested call is issued after the outer one");
	return true;
}

/* Nested calls have higher numbers than the outer ones, so chains end; only their length matters. */
static bool check_depth(const struct link *link, const struct trace_event *event)
{
	const struct trace_event *outer = event;

	for (unsigned int depth = 0; outer->smc->nested; depth++) {
		size_t call = find_call(link, outer->smc->during);

		if (call == SIZE_MAX)
			return true;
		if (depth == MAX_DEPTH)
			return fail(link->error, event->line, "calls are nested too deeply");
		outer = link->trace->calls[call].smc;
	}
	return true;
}

static bool count_steps(struct link *link)
{
	struct trace *trace = link->trace;

	for (size_t e = 0; e < trace->event_count; e++) {
		size_t call = owner(link, &trace->events[e]);

		if (!check_step(link, e, call))
			return false;
		if (trace->events[e].op == TRACE_SMC && !check_depth(link, &trace->events[e]))
			return false;
		if (call != SIZE_MAX)
			trace->calls[call].step_count++;
	}
	return true;
}

static bool fill_steps(struct link *link)
{
	struct trace *trace = link->trace;

	for (size_t n = 0; n < trace->call_count; n++) {
		link->steps[n] = arena_take_array(trace->arena, trace->calls[n].step_count,
						  sizeof(uint32_t));
		if (!link->steps[n])
			return fail(link->error, 1, "the recording is too large: out of memory");
		trace->calls[n].steps = link->steps[n];
	}
	for (size_t e = 0; e < trace->event_count; e++) {
		size_t call = owner(link, &trace->events[e]);

		if (call == SIZE_MAX)
			continue;
		link->steps[call][link->cursor[call]++] = e;
		if (trace->events[e].op == TRACE_SMC)
			trace->calls[trace->call_of[e]].nested = true;
	}
	return true;
}

/* run, then calls of other PEs, then rsi or exc, and again. */
static bool check_alternation(const struct link *link, const struct trace_call *call)
{
	bool running = false;

	for (size_t n = 0; n < call->step_count; n++) {
		const struct trace_event *event = &link->trace->events[call->steps[n]];

		if (event->op == TRACE_SMC)
			continue;
		if (running == (event->op == TRACE_RUN))
			return fail(link->error, event->line,
				    running ? "expected rsi or exc after a run line"
					    : "expected a run line first");
		running = !running;
	}
	if (running)
		return fail(link->error, call->smc->line, "expected rsi or exc after the run line");
	return true;
}

bool link_calls(struct trace *trace, bool strict, struct trace_error *error)
{
	struct link link = {.trace = trace, .strict = strict, .error = error};

	if (!collect_calls(&link) || !sort_calls(&link) || !count_steps(&link) ||
	    !fill_steps(&link))
		return false;
	for (size_t n = 0; n < trace->call_count; n++) {
		if (!check_alternation(&link, &trace->calls[n]))
			return false;
	}
	return true;
}
