/* SPDX-License-Identifier: BSD-3-Clause */
/* The page around the data. */
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tools/perfetto.h"
#include "tools/report.h"

#define MARKER "@DATA@"

/* The text of the page: the assembler puts it there. */
__asm__(".section .rodata\n"
	".global report_page\n"
	"report_page:\n"
	".incbin \"" REPORT_PAGE "\"\n"
	".byte 0\n"
	".global report_page_end\n"
	"report_page_end:\n"
	".previous\n");

void report_string(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c == '\n')
			fputs("\\n", out);
		else if (c < 0x20 || c == '<' || c == '>' || c == '&' || c >= 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

void report_begin(struct report *report, FILE *out, const char *kind, const char *title)
{
	const char *marker = strstr(report_page, MARKER);

	*report = (struct report){.out = out};
	report->steps_out = open_memstream(&report->steps, &report->steps_size);
	report->failed = !report->steps_out;
	fwrite(report_page, 1, (size_t)(marker - report_page), out);
	fprintf(out, "{\"version\":%d,\"kind\":\"%s\",\"title\":", REPORT_VERSION, kind);
	report_string(out, title);
}

void report_begin_perfetto(struct report *report, FILE *out)
{
	*report = (struct report){.perfetto = perfetto_open(out)};
	report->failed = !report->perfetto;
}

void report_fact(struct report *report, const char *name, const char *value)
{
	if (!report->out)
		return;
	fprintf(report->out, ",\"%s\":", name);
	report_string(report->out, value);
}

void report_step(struct report *report, int plane, const char *text)
{
	if (report->failed)
		return;
	if (report->perfetto) {
		perfetto_step(report->perfetto, plane, text);
		return;
	}
	fprintf(report->steps_out, "%s[%d,", report->step_count++ ? "," : "", plane);
	report_string(report->steps_out, text);
	putc(']', report->steps_out);
}

static void begin_entry(struct report *report)
{
	fputs(report->calls++ ? ",\n{" : ",\"calls\":[\n{", report->out);
}

static void put_text(FILE *out, const char *name, const char *text)
{
	if (!text)
		return;
	fprintf(out, ",\"%s\":", name);
	report_string(out, text);
}

/* Status, outputs and, for REC_ENTER, why the REC left. */
static void result_text(const struct report_call *call, char *text, size_t size)
{
	struct rmi_rec_exit left;
	const char *reason = NULL;
	char status[64];
	size_t used;

	used = (size_t)snprintf(
		text, size, "%s",
		smc_result_text(SMC_FROM_HOST, call->ret[0], status, sizeof(status)));
	if (call->command == RMI_REC_ENTER && call->ret[0] == RMI_SUCCESS && call->sim &&
	    rmmsim_host_read(call->sim, call->x[2] + offsetof(struct rmi_rec_run, exit), &left,
			     sizeof(left)) == RMMSIM_OK)
		reason = smc_enum_name("RmiRecExitReason", left.exit_reason);
	if (reason)
		snprintf(text + used, size - used, ", left for %s", reason);
	for (unsigned int i = 1; !reason && i < 5; i++) {
		if (call->ret[i] && call->ret[i] != call->x[i])
			used += (size_t)snprintf(text + used, size - used, " X%u=0x%" PRIx64, i,
						 call->ret[i]);
	}
}

/* Without a page the changes are only counted. */
static void trace_call(struct report *report, const struct report_call *call, const char *text,
		       const char *result)
{
	report->calls++;
	if (report->failed)
		return;
	report_changes(report, call);
	perfetto_call(report->perfetto, call, text, result, report->counts);
}

static void put_steps(struct report *report)
{
	if (!report->step_count || report->failed)
		return;
	fflush(report->steps_out);
	fprintf(report->out, ",\"steps\":[%.*s]", (int)report->steps_size, report->steps);
	rewind(report->steps_out);
	report->step_count = 0;
}

void report_call(struct report *report, const struct report_call *call)
{
	char text[512], result[256];

	if (call->command != SMC_NONE)
		smc_call_text(smc_command(call->command), call->x + 1, text, sizeof(text));
	else
		snprintf(text, sizeof(text), "function 0x%" PRIx32, (uint32_t)call->x[0]);
	result_text(call, result, sizeof(result));
	if (!report->out) {
		trace_call(report, call, text, result);
		return;
	}
	begin_entry(report);
	fprintf(report->out, "\"n\":%" PRIu64 ",\"pe\":%u,\"flag\":%d", call->number, call->pe,
		call->flag);
	if (call->line)
		fprintf(report->out, ",\"line\":%zu", call->line);
	if (call->nested)
		fputs(",\"during\":1", report->out);
	put_text(report->out, "text", text);
	put_text(report->out, "result", result);
	put_text(report->out, "why", call->why);
	put_text(report->out, "difference", call->difference);
	put_steps(report);
	if (call->sim)
		report_changes(report, call);
	putc('}', report->out);
}

void report_line(struct report *report, size_t line, enum report_flag flag, const char *text,
		 const char *why)
{
	begin_entry(report);
	fprintf(report->out, "\"n\":%zu,\"line\":%zu,\"pe\":0,\"flag\":%d", line, line, flag);
	put_text(report->out, "text", text);
	put_text(report->out, "why", why);
	putc('}', report->out);
}

static void end_page(struct report *report)
{
	const char *marker = strstr(report_page, MARKER) + strlen(MARKER);

	fputs(report->calls ? "\n]}" : ",\"calls\":[]}", report->out);
	fwrite(marker, 1, strlen(marker), report->out);
}

bool report_end(struct report *report)
{
	const bool page = report->out;

	if (page)
		end_page(report);
	report_forget(report);
	if (report->perfetto)
		report->failed |= !perfetto_close(report->perfetto);
	if (report->steps_out)
		fclose(report->steps_out);
	free(report->steps);
	return !report->failed && (!page || (!fflush(report->out) && !ferror(report->out)));
}
