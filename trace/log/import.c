/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/log/import.h"

#include <inttypes.h>
#include <string.h>

#include "trace/log/banks.h"

static bool is_address(enum smc_kind kind)
{
	return kind == SMC_KIND_RD || kind == SMC_KIND_REC || kind == SMC_KIND_NS ||
	       kind == SMC_KIND_GRANULE;
}

/* Granules that the monitor accepted: those of calls that succeeded. */
static void add_call(struct log_banks *banks, const struct log_call *call)
{
	const struct smc_command *command = smc_command(call->command);

	if (call->interface != SMC_RMI || !command || call->x0 != RMI_SUCCESS)
		return;
	for (unsigned int i = 0; i < command->inputs && i < call->arguments; i++) {
		if (is_address(command->in[i].kind) && call->x[i] >> 48 == 0)
			log_banks_add(banks, call->x[i]);
	}
}

static void put_abi(FILE *out, const char *name, uint32_t version)
{
	if (version)
		fprintf(out, ",\"%s\":\"%" PRIu32 ".%" PRIu32 "\"", name, version >> 16,
			version & 0xffff);
}

static void put_header(FILE *out, const struct log_boot *boot, unsigned int releases,
		       struct log_banks *banks)
{
	const char *rmm = "TF-RMM";

	for (unsigned int r = 0; r < LOG_RELEASES; r++) {
		if (releases == LOG_RELEASE_BIT(r))
			rmm = log_release_name(r);
	}
	fprintf(out, "{\"format\":\"rmm-trace/1\",\"holes\":true,\"rmm\":\"%s\"", rmm);
	put_abi(out, "abi", boot->rmi_abi);
	put_abi(out, "rsi_abi", boot->rsi_abi);
	log_banks_print(banks, out);
	fputs("}\n", out);
}

void log_put_words(FILE *out, const char *name, const uint64_t *words, unsigned int count)
{
	fprintf(out, ",\"%s\":[", name);
	for (unsigned int i = 0; i < count; i++)
		fprintf(out, "%s\"0x%" PRIx64 "\"", i ? "," : "", words[i]);
	fputc(']', out);
}

static void put_call(FILE *out, const struct log_call *call, size_t number)
{
	uint64_t ret[1 + LOG_MAX_OUTPUTS] = {call->x0};

	memcpy(ret + 1, call->out, call->outputs * sizeof(ret[0]));
	fprintf(out, "{\"i\":%zu,\"op\":\"smc\",\"fid\":\"0x%" PRIx32 "\"", number,
		smc_command(call->command)->fid);
	log_put_words(out, "x", call->x, call->arguments);
	log_put_words(out, "ret", ret, 1 + (call->outputs < 4 ? call->outputs : 4));
	fprintf(out, ",\"src\":\"line %zu\"}\n", call->line);
}

/* Which REC_ENTER a Realm's call belongs to is not printed: it stands alone, for people. */
static void put_realm_call(FILE *out, const struct log_call *call)
{
	fprintf(out, "{\"op\":\"logged\"");
	if (call->shape)
		fprintf(out, ",\"name\":\"RSI_%s\"", call->shape->name);
	else
		fprintf(out, ",\"fid\":\"0x%" PRIx32 "\"", call->fid);
	log_put_words(out, "x", call->x, call->arguments);
	if (call->answered) {
		uint64_t ret[1 + LOG_MAX_OUTPUTS] = {call->x0};

		memcpy(ret + 1, call->out, call->outputs * sizeof(ret[0]));
		log_put_words(out, "ret", ret, 1 + call->outputs);
	}
	fprintf(out, ",\"src\":\"line %zu\"}\n", call->line);
}

/* Behind the last banner; *boot is what it says. */
static size_t last_start(const struct log *log, struct log_boot *boot)
{
	size_t first = 0;

	*boot = (struct log_boot){.releases = LOG_ANY_RELEASE};
	for (size_t i = 0; i < log->event_count; i++) {
		if (log->events[i].kind != LOG_BOOT)
			continue;
		*boot = log->events[i].boot;
		first = i + 1;
	}
	return first;
}

size_t log_import(const struct log *log, FILE *out)
{
	struct log_banks banks = {0};
	struct log_boot boot;
	const size_t first = last_start(log, &boot);
	unsigned int releases = boot.releases;
	size_t calls = 0;

	for (size_t i = first; i < log->event_count; i++) {
		if (log->events[i].kind != LOG_CALL)
			continue;
		add_call(&banks, &log->events[i].call);
		if (releases & log->events[i].call.releases)
			releases &= log->events[i].call.releases;
	}
	put_header(out, &boot, releases, &banks);
	for (size_t i = first; i < log->event_count; i++) {
		const struct log_call *call = &log->events[i].call;

		if (log->events[i].kind != LOG_CALL)
			continue;
		if (call->interface == SMC_RMI && call->command)
			put_call(out, call, calls++);
		else if (call->interface != SMC_RMI)
			put_realm_call(out, call);
	}
	return calls;
}
