/* SPDX-License-Identifier: BSD-3-Clause */
/* Names are padded to a column: tf-rmm-log.md#3. A line in which that is not so has lost characters. */
#include "trace/log/check.h"

/* Widths of the padded name: up to 0.7, and since. */
static const unsigned int widths[] = {29, 33};

#define WIDTHS (sizeof(widths) / sizeof(widths[0]))

/* So many lines, and nine in ten of them, make a log that keeps columns. */
#define LEAST_LINES 10

static bool fits(const struct log_call *call, unsigned int width)
{
	const unsigned int end = call->name_end > width ? call->name_end : width;

	return !call->arguments || !call->column || call->column == end + 1;
}

static unsigned int width_of(const struct log *log)
{
	size_t calls = 0, fitting[WIDTHS] = {0};

	for (size_t i = 0; i < log->event_count; i++) {
		if (log->events[i].kind != LOG_CALL)
			continue;
		calls++;
		for (size_t w = 0; w < WIDTHS; w++)
			fitting[w] += fits(&log->events[i].call, widths[w]);
	}
	for (size_t w = 0; w < WIDTHS; w++) {
		if (calls >= LEAST_LINES && fitting[w] * 10 >= calls * 9)
			return widths[w];
	}
	return 0;
}

void log_drop_damaged(struct log *log)
{
	const unsigned int width = width_of(log);

	for (size_t i = 0; i < log->event_count; i++) {
		struct log_event *event = &log->events[i];

		if (width && event->kind == LOG_CALL && !fits(&event->call, width)) {
			event->kind = LOG_LOST;
			event->text = log->lines[event->line - 1];
		}
		/* The end of the log is cut off, not lost. */
		if (event->kind == LOG_LOST && (!log->cut || event->line != log->line_count))
			log->damaged |= log_count_calls(event->text) < 2;
	}
}
