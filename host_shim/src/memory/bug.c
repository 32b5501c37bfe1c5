/* SPDX-License-Identifier: BSD-3-Clause */
/* WARN, BUG, messages: host-shim.md#6.5 */
#define _GNU_SOURCE
#include "host_shim/src/memory/mem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define STORM 10

static bool is_storm(struct hshim_mem *mem, const char *file, int line)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(mem->warns); i++) {
		struct warn_site *site = &mem->warns[i];

		if (site->file && (site->line != line || strcmp(site->file, file) != 0))
			continue;
		site->file = file;
		site->line = line;
		return ++site->count == STORM;
	}
	return false;
}

void hshim_warn(enum hshim_warn_kind kind, const char *file, int line, const char *condition,
		const char *fmt, ...)
{
	SHIM_LOCKED();
	static const char *const tags[] = {"WARN", "WARN_ONCE", "WARN_RATELIMIT"};
	struct text text = {.size = 0};
	void *site[HSHIM_FRAMES];
	va_list args;
	char message[512] = "";

	if (fmt) {
		va_start(args, fmt);
		vsnprintf(message, sizeof(message), fmt, args);
		va_end(args);
	}
	if (shim_current()->made_up)
		text_add(&text, "the host is astonished by an answer of the monitor: ");
	text_add(&text, "%s at %s:%d: %s%s%s\n", tags[kind], file, line, condition,
		 message[0] ? ": " : "", message);
	shim_backtrace(site, HSHIM_FRAMES, __builtin_frame_address(0));
	text_backtrace(&text, site, HSHIM_FRAMES);
	hshim_report(shim_current()->made_up ? HSHIM_O_WARN_ANSWER : HSHIM_O_WARN, "%s", text.at);
	if (shim_current()->mem && is_storm(shim_current()->mem, file, line))
		hshim_report(HSHIM_O_WARN_STORM, "%d WARNs at %s:%d", STORM, file, line);
}

void hshim_bug(const char *file, int line, const char *condition)
{
	struct text text = {.size = 0};
	void *site[HSHIM_FRAMES];

	text_add(&text, "%s at %s:%d\n", condition, file, line);
	shim_backtrace(site, HSHIM_FRAMES, __builtin_frame_address(0));
	text_backtrace(&text, site, HSHIM_FRAMES);
	hshim_report(HSHIM_O_BUG, "%s", text.at);
	hshim_leave();
}

void hshim_printk(const char *level, const char *fmt, ...)
{
	SHIM_LOCKED();
	struct hshim_mem *mem = shim_current() ? shim_current()->mem : NULL;
	char **slot;
	char *text = NULL, *line = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	if (!mem || !text) {
		free(text);
		return;
	}
	slot = &mem->messages[mem->message_count++ % ARRAY_SIZE(mem->messages)];
	free(*slot);
	if (asprintf(&line, "%s: %s", level, text) < 0)
		line = NULL;
	*slot = line;
	free(text);
}

const char *hshim_message(unsigned int n)
{
	SHIM_LOCKED();
	const struct hshim_mem *mem = ram_now();
	const unsigned int room = ARRAY_SIZE(mem->messages);
	const unsigned int kept = mem->message_count < room ? mem->message_count : room;

	if (n >= kept)
		return NULL;
	return mem->messages[(mem->message_count - kept + n) % room];
}
