/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of calls: tf-rmm-log.md#6 */
#include "trace/log/call.h"

#include <string.h>

#include "smc/status.h"

struct scan {
	const char *at;
};

static bool hex_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static void skip_spaces(struct scan *scan)
{
	scan->at += strspn(scan->at, " ");
}

static bool skip(struct scan *scan, const char *word)
{
	const size_t length = strlen(word);

	if (strncmp(scan->at, word, length))
		return false;
	scan->at += length;
	return true;
}

/* A number as the monitor prints it: lower case, no leading zero, then a space or the end. */
static bool number(struct scan *scan, uint64_t *value)
{
	const char *start = scan->at;

	for (*value = 0; hex_digit(*scan->at); scan->at++)
		*value = *value << 4 | (uint64_t)(*scan->at - (*scan->at > '9' ? 'a' - 10 : '0'));
	if (scan->at == start || scan->at - start > 16)
		return false;
	if (start[0] == '0' && scan->at - start > 1)
		return false;
	return *scan->at == ' ' || !*scan->at;
}

/* Numbers, each after one space at least. */
static bool numbers(struct scan *scan, uint64_t *values, unsigned int max, unsigned int *count)
{
	for (*count = 0;; (*count)++) {
		struct scan next = *scan;

		skip_spaces(&next);
		if (next.at == scan->at || !hex_digit(*next.at))
			return true;
		if (*count == max || !number(&next, &values[*count]))
			return false;
		*scan = next;
	}
}

/* Eight digits of a function identifier. */
static bool function(struct scan *scan, uint32_t *fid)
{
	*fid = 0;
	for (unsigned int i = 0; i < 8; i++, scan->at++) {
		if (!hex_digit(*scan->at))
			return false;
		*fid = *fid << 4 | (uint32_t)(*scan->at - (*scan->at > '9' ? 'a' - 10 : '0'));
	}
	return *scan->at == ' ';
}

static size_t name_length(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

#define UNSUPPORTED "<unsupported>"

static bool named(struct scan *scan, struct log_call *call)
{
	const size_t length = name_length(scan->at);

	if (call->interface == SMC_RSI && skip(scan, UNSUPPORTED))
		return true;
	call->shape = log_shape_find(call->interface, scan->at, length);
	if (!call->shape)
		return false;
	scan->at += length;
	call->command = call->shape->command;
	return true;
}

static bool head(struct scan *scan, struct log_call *call)
{
	skip_spaces(scan);
	if (skip(scan, "SMC_RMI_")) {
		call->interface = SMC_RMI;
		call->releases &= ~LOG_RELEASE_BIT(LOG_05);
		return named(scan, call);
	}
	if (skip(scan, "SMC_RMM_")) {
		call->interface = SMC_RMI;
		call->releases &= LOG_RELEASE_BIT(LOG_05);
		return named(scan, call);
	}
	if (skip(scan, "SMC_RSI_")) {
		call->interface = SMC_RSI;
		return named(scan, call);
	}
	call->interface = SMC_PSCI;
	if ((!skip(scan, "PSCI_") && !skip(scan, "SMC_")) || !function(scan, &call->fid))
		return false;
	call->command = smc_decode_any(SMC_FROM_REALM, call->fid);
	/* Printed by its number, a call of a later interface is none of this monitor's. */
	if (call->command != SMC_NONE && smc_command(call->command)->interface != SMC_PSCI)
		call->command = SMC_NONE;
	return true;
}

/* Codes that the symbol of a status stands for; RMM 2.0 has more: tf-rmm-log.md#7 */
static bool symbol(struct scan *scan, bool host, uint64_t *x0)
{
	static const char *const later[] = {
		"RMI_ERROR_PSMMU_ST", "RMI_ERROR_DPT",      "RMI_BUSY",
		"RMI_ERROR_GLOBAL",   "RMI_ERROR_TRACKING", "RMI_INCOMPLETE",
		"RMI_BLOCKED",        "RMI_ERROR_GPT",      "RMI_ERROR_GRANULE",
	};
	const size_t length = name_length(scan->at);

	for (uint32_t code = 0; code < 8 + sizeof(later) / sizeof(later[0]); code++) {
		const char *name = host ? rmi_status_name(code) : rsi_status_name(code);

		if (!name && host && code >= 8)
			name = later[code - 8];
		if (!name || strlen(name) != length || strncmp(name, scan->at, length))
			continue;
		*x0 = code;
		scan->at += length;
		return true;
	}
	return false;
}

/* The first number behind the status is an index: tf-rmm-log.md#3 */
static bool has_index(const struct log_call *call)
{
	const uint32_t status = smc_status_of(call->x0);

	if (call->interface != SMC_RMI)
		return false;
	return status == RMI_ERROR_RTT ||
	       (status == RMI_ERROR_REALM && call->command == RMI_REC_ENTER);
}

static bool answer(struct scan *scan, struct log_call *call)
{
	uint64_t results[LOG_MAX_RESULTS];
	unsigned int count, first;
	bool symbolic;

	skip_spaces(scan);
	if (!*scan->at)
		return true;
	if (!skip(scan, "> "))
		return false;
	call->answered = true;
	symbolic =
		call->interface != SMC_PSCI && symbol(scan, call->interface == SMC_RMI, &call->x0);
	if (!symbolic && !number(scan, &call->x0))
		return false;
	if (!numbers(scan, results, LOG_MAX_RESULTS, &count))
		return false;
	call->indexed = symbolic && has_index(call);
	if (call->indexed && (!count || results[0] > 0xff))
		return false;
	first = call->indexed;
	call->outputs = count - first;
	if (call->outputs > LOG_MAX_OUTPUTS)
		return false;
	memcpy(call->out, results + first, call->outputs * sizeof(results[0]));
	if (call->indexed)
		call->x0 = smc_pack_status((uint32_t)call->x0, (int)results[0]);
	skip_spaces(scan);
	return !*scan->at;
}

/* Outputs that this release prints with the answer: tf-rmm-log.md#3 */
static bool outputs_fit(const struct log_call *call, const struct log_format *format, bool later)
{
	const uint32_t status = smc_status_of(call->x0);
	const bool whole = call->x0 >> 16 == 0;

	if (call->interface == SMC_RSI)
		return !call->answered || call->outputs == format->outputs;
	if (!call->answered)
		return false;
	if (later)
		return true;
	if (whole && status == RMI_SUCCESS)
		return call->outputs == format->outputs;
	if (status == RMI_ERROR_RTT &&
	    (call->command == RMI_RTT_DESTROY || call->command == RMI_DATA_DESTROY))
		return call->outputs == format->outputs;
	return call->outputs == 0;
}

static void fit(struct log_call *call)
{
	for (unsigned int r = 0; r < LOG_RELEASES; r++) {
		const struct log_format *format = &call->shape->format[r];

		if (format->printed == LOG_UNKNOWN || call->arguments != format->arguments ||
		    !outputs_fit(call, format, LOG_RELEASES_2 >> r & 1))
			call->releases &= ~LOG_RELEASE_BIT(r);
		/* The answer of a call that exits is printed up to 0.7 only. */
		if (call->interface == SMC_RSI && !call->answered && r <= LOG_07)
			call->releases &= ~LOG_RELEASE_BIT(r);
	}
}

bool log_call_parse(const char *text, unsigned int releases, struct log_call *call)
{
	struct scan scan = {text};

	*call = (struct log_call){.releases = releases};
	if (!releases || !head(&scan, call))
		return false;
	call->name_end = (unsigned int)(scan.at - text);
	call->column = call->name_end + (unsigned int)strspn(scan.at, " ");
	if (!numbers(&scan, call->x, LOG_MAX_ARGUMENTS, &call->arguments) ||
	    (*scan.at && *scan.at != ' ') || !answer(&scan, call))
		return false;
	if (call->shape) {
		fit(call);
		return call->releases != 0;
	}
	if (call->interface == SMC_RSI)
		return call->arguments == 0 && call->outputs == 0;
	return call->arguments == LOG_SMC_ARGUMENTS &&
	       (!call->answered || call->outputs == LOG_SMC_OUTPUTS);
}

bool log_call_begins(const char *text)
{
	static const char *const words[] = {"SMC_RMI_", "SMC_RMM_", "SMC_RSI_", "PSCI_"};
	struct scan scan = {text};
	uint32_t fid;

	skip_spaces(&scan);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strncmp(scan.at, words[i], strlen(words[i])))
			return true;
	}
	return skip(&scan, "SMC_") && function(&scan, &fid);
}

bool log_call_same(const struct log_call *a, const struct log_call *b)
{
	return a->interface == b->interface && a->shape == b->shape && a->fid == b->fid &&
	       a->answered == b->answered && a->x0 == b->x0 && a->arguments == b->arguments &&
	       a->outputs == b->outputs && !memcmp(a->x, b->x, sizeof(a->x)) &&
	       !memcmp(a->out, b->out, sizeof(a->out));
}
