/* SPDX-License-Identifier: BSD-3-Clause */
/* What judges share: the lines that a verdict rests on, and requests of Realms that are open. */
#include "trace/log/rule.h"

#include <string.h>

void log_because_add(struct log_because *because, size_t line)
{
	unsigned int at = 0;

	if (!because || !line || because->count == LOG_MAX_BECAUSE)
		return;
	while (at < because->count && because->lines[at] < line)
		at++;
	if (at < because->count && because->lines[at] == line)
		return;
	memmove(because->lines + at + 1, because->lines + at,
		(because->count - at) * sizeof(because->lines[0]));
	because->lines[at] = line;
	because->count++;
}

bool log_request_covers(const struct log_requests *requests, uint64_t base, uint64_t top,
			bool (*want)(const struct log_request *request, const void *context),
			const void *context)
{
	if (requests->any)
		return true;
	for (unsigned int i = 0; i < requests->count; i++) {
		const struct log_request *request = &requests->at[i];

		if (base >= request->base && top <= request->top &&
		    (!want || want(request, context)))
			return true;
	}
	return false;
}
