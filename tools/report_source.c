/* SPDX-License-Identifier: BSD-3-Clause */
/* What a report is made of. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sequence/expect.h"
#include "sequence/run.h"
#include "tools/report.h"
#include "tools/tool.h"
#include "trace/describe.h"
#include "trace/log/check.h"
#include "trace/reader.h"

/* --- recordings ---------------------------------------------------------------------------------- */

static void put_act(struct report *report, const struct trace_event *event, int plane)
{
	const struct trace_act *act = event->act;
	const enum smc_command_id id = smc_decode_any(SMC_FROM_REALM, (uint32_t)act->x[0]);
	static const char *const kinds[] = {"exception", "SError", "IRQ", "FIQ", "event"};
	char text[512];

	if (event->op == TRACE_RSI && id != SMC_NONE)
		smc_call_text(smc_command(id), act->x + 1, text, sizeof(text));
	else if (event->op == TRACE_RSI)
		snprintf(text, sizeof(text), "function 0x%" PRIx64, act->x[0]);
	else if (act->kind == TRACE_SYNC)
		snprintf(text, sizeof(text),
			 "exception: ESR 0x%" PRIx64 " FAR 0x%" PRIx64 " HPFAR 0x%" PRIx64,
			 act->esr, act->far, act->hpfar);
	else
		snprintf(text, sizeof(text), "%s", kinds[act->kind]);
	report_step(report, plane, text);
}

/* What the Realm did while the call ran, with the plane that had control. */
static void put_steps(struct report *report, const struct trace *trace,
		      const struct trace_call *call)
{
	int plane = -1;

	for (size_t i = 0; i < call->step_count; i++) {
		const struct trace_event *event = &trace->events[call->steps[i]];

		if (event->op == TRACE_RUN)
			plane = (int)event->run->plane;
		else if (event->op != TRACE_SMC)
			put_act(report, event, plane);
	}
}

struct recording {
	struct report *report;
	const struct trace *trace;
};

static char *mismatch_text(const struct replay_mismatch *mismatch)
{
	char *text = NULL;
	size_t size;
	FILE *out = mismatch ? open_memstream(&text, &size) : NULL;

	if (!out)
		return NULL;
	describe_mismatch(out, mismatch, false);
	fclose(out);
	return text;
}

static enum report_flag flag_of(const struct replay_done *done, const struct report_call *call)
{
	if (done->verdict == REPLAY_DIFFERS)
		return REPORT_DIFFERS;
	if (done->verdict == REPLAY_NOT_MODELLED)
		return REPORT_UNKNOWN;
	return report_done(call) ? REPORT_FINE : REPORT_REFUSED;
}

static void take_refusal(struct report_call *call, const struct rmmsim_explanation *why, char *text,
			 size_t size)
{
	rmmsim_explanation_text(why, text, size);
	call->why = text;
	call->since_known = why->since_command != NULL;
	call->since = why->since_call;
}

static void after(void *context, const struct replay_done *done)
{
	const struct recording *recording = context;
	const struct trace_smc *smc = done->call->smc->smc;
	char *difference = mismatch_text(done->mismatch), why[4096];
	struct report_call call = {
		.number = done->call->smc->i,
		.line = done->call->smc->line,
		.pe = smc->cpu,
		.nested = smc->nested,
		.command = smc_decode(SMC_FROM_HOST, smc->x[0], done->shape),
		.x = smc->x,
		.ret = done->regs->x,
		.difference = difference,
		.sim = done->sim,
	};

	call.flag = flag_of(done, &call);
	if (done->refusal)
		take_refusal(&call, done->refusal, why, sizeof(why));
	put_steps(recording->report, recording->trace, done->call);
	report_call(recording->report, &call);
	free(difference);
}

int report_recording(struct report *report, const char *path, const char *profile)
{
	const struct trace_read_options reading = {0};
	struct recording recording = {.report = report};
	const struct replay_options options = {
		.profile = profile,
		.keep = 1000,
		.after = after,
		.context = &recording,
	};
	struct replay_result result;
	struct trace_error error;
	struct trace *trace = trace_read(path, &reading, &error);
	int status = TOOL_OK;

	if (!trace)
		return tool_input_error(path, error.line, error.column, error.text);
	if (trace->header.holes) {
		error = (struct trace_error){
			1, 1, "calls are missing here: give the console log it was made of"};
		status = tool_input_error(path, error.line, error.column, error.text);
	}
	recording.trace = trace;
	if (status == TOOL_OK) {
		report_fact(report, "rmm", trace->header.rmm);
		report_fact(report, "profile", profile ? profile : replay_profile(trace));
		if (replay(trace, &options, &result, &error))
			replay_result_free(&result);
		else
			status = tool_input_error(path, error.line, error.column, error.text);
	}
	trace_free(trace);
	return status;
}

/* --- console logs -------------------------------------------------------------------------------- */

static const char *why_of(const struct log_result *result, size_t line, char *text, size_t size)
{
	const struct log_wrong *wrong = NULL;
	size_t used;

	for (size_t i = 0; i < result->wrong_count && !wrong; i++) {
		if (result->at[i].line == line)
			wrong = &result->at[i];
	}
	if (!wrong)
		return NULL;
	used = (size_t)snprintf(text, size, "%s", wrong->text);
	for (unsigned int i = 0; i < wrong->because.count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%zu",
					 i ? ", " : "\nbecause of line ", wrong->because.lines[i]);
	return text;
}

static enum report_flag verdict_flag(enum log_verdict verdict)
{
	if (verdict == LOG_WRONG)
		return REPORT_DIFFERS;
	return verdict == LOG_EXPLAINED ? REPORT_FINE : REPORT_UNKNOWN;
}

static void put_log(struct report *report, const struct log *log, const struct log_result *result)
{
	char why[512];

	for (size_t i = 0; i < log->event_count; i++) {
		const struct log_event *event = &log->events[i];
		const bool call = event->kind == LOG_CALL;

		report_line(report, event->line,
			    call ? verdict_flag(result->verdicts[i]) : REPORT_FINE,
			    log->lines[event->line - 1],
			    call ? why_of(result, event->line, why, sizeof(why)) : NULL);
	}
}

int report_log(struct report *report, const char *path)
{
	struct trace_error error;
	struct input *input = input_open(path, &error);
	struct log *log = input ? log_read(input, &error) : NULL;
	struct log_result result;
	int status = TOOL_OK;

	input_close(input);
	if (!log)
		return tool_input_error(path, error.line, error.column, error.text);
	if (log_check(log, &result)) {
		put_log(report, log, &result);
		log_result_free(&result);
	} else {
		status = TOOL_INTERNAL;
	}
	log_free(log);
	return status;
}

/* --- sequences ------------------------------------------------------------------------------------ */

struct scene {
	struct report *report;
	uint64_t calls;
};

static bool realm_step(void *context, const struct rmmsim_vcpu *vcpu,
		       const struct sequence_step *step)
{
	struct scene *scene = context;
	char text[4096];

	sequence_print_step(step, text, sizeof(text));
	text[strcspn(text, "\n")] = '\0';
	report_step(scene->report, (int)vcpu->plane, text);
	return true;
}

/* Where the Realm goes on, and where it leaves, shows in the steps. */
static bool control(void *context, const struct rmmsim_vcpu *vcpu)
{
	(void)context;
	(void)vcpu;
	return true;
}

static void leave(void *context, const struct sequence_leave *leave)
{
	(void)context;
	(void)leave;
}

static bool after_step(void *context, const struct sequence_call *done)
{
	struct scene *scene = context;
	struct rmmsim_explanation why;
	char text[4096];
	struct report_call call = {
		.number = ++scene->calls,
		.pe = done->pe,
		.nested = done->depth != 0,
		.command = done->command,
		.x = done->in.x,
		.ret = done->out.x,
		.sim = done->sim,
	};

	if (!report_done(&call)) {
		call.flag = REPORT_REFUSED;
		if (rmmsim_explain(done->sim, done->pe, &why) == RMMSIM_OK &&
		    why.result == done->out.x[0])
			take_refusal(&call, &why, text, sizeof(text));
	}
	report_call(scene->report, &call);
	return true;
}

int report_sequence(struct report *report, const char *path)
{
	static const struct sequencer_options options = {.explain = true};
	struct scene scene = {.report = report};
	const struct sequence_inside inside = {&scene, realm_step, leave, control};
	const struct sequence_watch watch = {
		.context = &scene, .after = after_step, .inside = &inside};
	struct sequencer *sequencer;
	struct sequence_expectations expectations = {0};
	struct sequence sequence;
	struct trace_error error;

	if (!sequence_read_expecting(&sequence, &expectations, path, &error)) {
		sequence_expectations_free(&expectations);
		return tool_input_error(path, error.line, error.column, error.text);
	}
	sequence_expectations_free(&expectations);
	sequencer = sequencer_create(&options);
	if (!sequencer)
		return TOOL_INTERNAL;
	report_fact(report, "machine", sequence_machine_name(sequence.machine));
	report_fact(report, "start", sequence_start_name(sequence.start));
	sequencer_run(sequencer, &sequence, &watch);
	sequencer_destroy(sequencer);
	return TOOL_OK;
}
