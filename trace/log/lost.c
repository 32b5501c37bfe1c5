/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls of which only parts can be read. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace/log/check.h"

/* Begins a call that leaves nothing behind which later lines depend on. */
static bool harmless_call(const char *text)
{
	static const char *const words[] = {
		"SMC_RMI_GRANULE_",      "SMC_RMI_DATA_",
		"SMC_RMI_RTT_",          "SMC_RMI_REC_AUX_COUNT",
		"SMC_RMI_REC_ENTER ",    "SMC_RMI_VERSION",
		"SMC_RSI_VERSION",       "SMC_RSI_MEASUREMENT_READ",
		"SMC_RSI_IPA_STATE_GET", "SMC_RSI_REALM_CONFIG",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strncmp(text, words[i], strlen(words[i])))
			return true;
	}
	return false;
}

/* Every call of which parts stand there is one of those. */
static bool harmless(const char *text)
{
	bool some = false;

	for (; *text; text++) {
		if (strncmp(text, "SMC_", 4) != 0 && strncmp(text, "PSCI_", 5) != 0)
			continue;
		some = true;
		if (!harmless_call(text))
			return false;
	}
	return some;
}

unsigned int log_count_calls(const char *text)
{
	unsigned int count = 0;

	for (; *text; text++)
		count += !strncmp(text, "SMC_", 4) || !strncmp(text, "PSCI_", 5);
	return count;
}

static bool by_realm(const char *text)
{
	for (; *text; text++) {
		if (!strncmp(text, "SMC_RSI_", 8) || !strncmp(text, "PSCI_", 5))
			return true;
	}
	return false;
}

/* What the numbers of the text name may be anything now. */
static void doubt_numbers(struct log_state *state, const char *text)
{
	for (const char *at = text; *at; at++) {
		const size_t digits = strspn(at, "0123456789abcdef");
		const uint64_t value = strtoull(at, NULL, 16);

		if (digits && at != text && at[-1] == ' ' && value % 4096 == 0)
			log_doubt(state, value, 0);
	}
}

void log_lost_numbers(struct log_state *state, const struct log_torn *torn,
		      const struct log_call *call, const char *text)
{
	if (harmless(text))
		return;
	if (call->interface == SMC_RMI)
		log_torn_doubt(torn, state, call);
	else
		log_state_forget(state);
}

/*
 * Two calls whose pieces are mixed are all there, so only what they name is in doubt. Otherwise characters are
 * missing, and any address may have been meant.
 */
void log_lost(struct log_state *state, const char *text, const char *next)
{
	if (harmless(text))
		return;
	if (log_count_calls(text) < 2 || by_realm(text)) {
		log_state_forget(state);
		return;
	}
	state->strangers = true;
	state->mec_known = false;
	log_state_uncount(state);
	doubt_numbers(state, text);
	doubt_numbers(state, next);
}

/* The number stands in this line, between other characters than those of numbers. */
static bool has_number(const char *line, const char *number, size_t length)
{
	for (const char *at = strstr(line, number); at; at = strstr(at + 1, number)) {
		const bool begins = at == line || at[-1] == ' ';

		if (begins && (!at[length] || at[length] == ' '))
			return true;
	}
	return false;
}

static bool occurs_elsewhere(const struct log *log, size_t line, uint64_t value)
{
	char number[24];
	const int length = snprintf(number, sizeof(number), "%" PRIx64, value);

	for (size_t i = 0; i < log->line_count; i++) {
		if (i + 1 != line && has_number(log->lines[i], number, (size_t)length))
			return true;
	}
	return false;
}

bool log_is_damaged(const struct log *log, const struct log_call *call)
{
	bool known = true;

	if (!log->damaged)
		return false;
	for (unsigned int i = 0; known && i < call->arguments; i++)
		known = occurs_elsewhere(log, call->line, call->x[i]);
	for (unsigned int i = 0; known && i < call->outputs; i++)
		known = occurs_elsewhere(log, call->line, call->out[i]);
	if (known && call->interface == SMC_PSCI && call->answered)
		known = occurs_elsewhere(log, call->line, call->x0);
	return !known;
}
