/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/log/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smc/status.h"

struct check {
	const struct log *log;
	struct log_state state;
	struct log_torn torn;
	struct log_result *result;
	size_t capacity; /* of result->at */
};

static struct log_wrong *add_wrong(struct check *check, size_t line)
{
	struct log_result *result = check->result;
	const size_t more = check->capacity ? 2 * check->capacity : 16;
	struct log_wrong *larger;

	if (result->wrong_count == check->capacity) {
		larger = realloc(result->at, more * sizeof(*larger));
		if (!larger) {
			check->state.out_of_memory = true;
			return NULL;
		}
		result->at = larger;
		check->capacity = more;
	}
	result->at[result->wrong_count] = (struct log_wrong){.line = line, .condition = ""};
	return &result->at[result->wrong_count++];
}

static enum log_verdict wrong(struct check *check, const struct log_view *view,
			      const struct log_reason *reason)
{
	struct log_wrong *entry = add_wrong(check, view->call->line);

	if (entry)
		log_describe(view, reason, entry);
	return LOG_WRONG;
}

static enum log_verdict wrong_text(struct check *check, const struct log_call *call,
				   const char *text)
{
	struct log_wrong *entry = add_wrong(check, call->line);

	if (entry)
		snprintf(entry->text, sizeof(entry->text), "%s", text);
	return LOG_WRONG;
}

bool log_lasting(enum smc_command_id command)
{
	switch (command) {
	case RMI_REALM_CREATE:
	case RMI_REALM_DESTROY:
	case RMI_REALM_ACTIVATE:
	case RMI_REC_CREATE:
	case RMI_REC_DESTROY:
	case RMI_PSCI_COMPLETE:
	case RMI_MEC_SET_SHARED:
	case RMI_MEC_SET_PRIVATE:
		return true;
	default:
		return false;
	}
}

/*
 * The line that is wrong happened all the same, and the next are to be judged by what it says: what it
 * names may be anything now.
 */
static void go_on(struct check *check, const struct log_call *call)
{
	struct log_state *state = &check->state;

	if (!log_lasting(call->command))
		return;
	state->strangers = true;
	for (unsigned int i = 0; i < call->arguments; i++)
		log_doubt(state, call->x[i], call->line);
	log_effect_host(state, call);
}

/* Characters may be lost: here, or in the lines that say otherwise. */
static bool excused(struct check *check, const struct log_call *call,
		    const struct log_because *because)
{
	const char *text = check->log->lines[call->line - 1];

	if (log_is_damaged(check->log, call) || log_torn_measurement(&check->state, call)) {
		log_state_forget(&check->state);
		return true;
	}
	if (!log_torn_excuses(&check->torn, &check->state, call, because))
		return false;
	log_lost_numbers(&check->state, &check->torn, call, text);
	return true;
}

/* --- the Host's commands --------------------------------------------------------------------- */

/* Commands of interface version 1.1 that a monitor of 1.0 does not have: tf-rmm-log.md#2 */
static bool needs_1_1(const struct log_call *call)
{
	return !strncmp(call->shape->name, "PDEV_", 5) || !strncmp(call->shape->name, "VDEV_", 5) ||
	       !strncmp(call->shape->name, "MEC_", 4);
}

/* As many arguments as the rows have: earlier releases print less of some commands. */
static bool complete(const struct log_call *call)
{
	return call->command != SMC_NONE && call->shape &&
	       call->arguments >= call->shape->format[LOG_08].arguments;
}

static struct log_object *realm_of(struct log_state *state, const struct log_call *call)
{
	const struct smc_command *command = smc_command(call->command);
	struct log_object *object;

	if (!command->inputs || command->in[0].kind != SMC_KIND_RD)
		return NULL;
	object = log_object(state, call->x[0]);
	return object && object->realm ? object : NULL;
}

/* A command without rules: its effects count, its answer is not judged. */
static enum log_verdict not_judged(struct check *check, const struct log_call *call)
{
	log_effect_host(&check->state, call);
	return LOG_UNJUDGED;
}

bool log_host_possible(struct log_state *state, const struct log_call *call)
{
	struct log_view view = {.state = state, .call = call, .realm = realm_of(state, call)};
	struct log_answer answer;

	log_answer_try(&view, &answer);
	return answer.possible;
}

static enum log_verdict judge_host(struct check *check, const struct log_call *call)
{
	struct log_view view = {.state = &check->state, .call = call};
	const struct log_rule *rules;
	struct log_answer answer;
	struct log_reason reason;

	if (!complete(call))
		return LOG_UNJUDGED;
	if (needs_1_1(call) && check->state.rmi_abi == 0x10000 && call->x0 != SMCCC_NOT_SUPPORTED)
		return wrong_text(check, call,
				  "the monitor has interface version 1.0 and answers -1 to this");
	if (call->x0 == SMCCC_NOT_SUPPORTED) {
		if (check->state.rmi_abi == 0x10001 || !needs_1_1(call))
			return wrong_text(check, call, "the monitor has this command");
		return LOG_EXPLAINED;
	}
	if (!log_rules(call->command, &rules) && call->command != RMI_FEATURES)
		return not_judged(check, call);
	view.realm = realm_of(&check->state, call);
	log_answer_try(&view, &answer);
	if (!answer.possible) {
		log_answer_refute(&view, &reason);
		if (excused(check, call, &reason.because))
			return LOG_UNJUDGED;
		go_on(check, call);
		return wrong(check, &view, &reason);
	}
	log_answer_learn(&view, &answer);
	log_effect_host(&check->state, call);
	return LOG_EXPLAINED;
}

/* --- Realms' calls --------------------------------------------------------------------------- */

/* PSCI functions with the SVE hint differ between monitors: tf-rmm-quirks.md#5, psci-hint */
static bool judged_realm_call(const struct log_call *call)
{
	const struct log_rule *rules;

	if (call->interface == SMC_PSCI)
		return !(call->fid >> 16 & 1);
	if (!call->shape || call->command == SMC_NONE ||
	    call->arguments < call->shape->format[LOG_08].arguments)
		return false;
	return log_rules(call->command, &rules) || call->command == RSI_FEATURES ||
	       call->command == RSI_ATTESTATION_TOKEN_INIT;
}

static enum log_verdict judge_realm(struct check *check, const struct log_call *call)
{
	struct log_view view = {.state = &check->state, .call = call};
	struct log_callers callers;

	if (!judged_realm_call(call))
		return LOG_UNJUDGED;
	log_callers_judge(&check->state, call, &callers);
	if (callers.count || callers.unknown)
		return callers.one_realm && !callers.unknown ? LOG_EXPLAINED : LOG_UNJUDGED;
	if (excused(check, call, callers.all ? &callers.reason.because : NULL))
		return LOG_UNJUDGED;
	if (!callers.all) {
		check->state.strangers = true;
		return wrong_text(check, call, "no REC can be running");
	}
	return wrong(check, &view, &callers.reason);
}

/* --- one line ---------------------------------------------------------------------------------- */

/* Lines of a later interface are recognised, but the rules are not those of it. */
static bool speaks_2(const struct check *check)
{
	const unsigned int releases = check->state.releases;

	return check->state.rmi_abi >= 0x20000 || (releases && !(releases & ~LOG_RELEASES_2));
}

static void count(struct log_result *result, enum log_verdict verdict)
{
	if (verdict == LOG_EXPLAINED)
		result->explained++;
	else if (verdict == LOG_WRONG)
		result->wrong++;
	else
		result->unknown++;
}

/* REC_CREATE(rec, rd, params) of v0.5 */
static struct log_call as_command(const struct log_state *state, const struct log_call *printed)
{
	struct log_call call = *printed;

	call.releases &= state->releases;
	if (!call.releases)
		call.releases = printed->releases;
	if (call.command == RMI_REC_CREATE && call.releases == LOG_RELEASE_BIT(LOG_05)) {
		call.x[0] = printed->x[1];
		call.x[1] = printed->x[0];
	}
	return call;
}

static enum log_verdict judge_call(struct check *check, const struct log_call *printed)
{
	const struct log_call call = as_command(&check->state, printed);

	if (speaks_2(check))
		return LOG_UNJUDGED;
	if (call.interface == SMC_RMI)
		return judge_host(check, &call);
	return judge_realm(check, &call);
}

/* What is printed between this start of the monitor and the next. */
static void look_ahead(struct check *check, size_t from)
{
	const struct log *log = check->log;
	struct log_state *state = &check->state;

	state->silent = true;
	if (!state->releases)
		state->releases = LOG_ANY_RELEASE;
	for (size_t i = from; i < log->event_count && log->events[i].kind != LOG_BOOT; i++) {
		const struct log_call *call = &log->events[i].call;

		if (log->events[i].kind == LOG_LOST)
			state->silent = false;
		if (log->events[i].kind != LOG_CALL)
			continue;
		if (call->interface != SMC_RMI)
			state->silent = false;
		if (call->shape && state->releases & call->releases)
			state->releases &= call->releases;
	}
}

/* Behind the line `line`; "" if it is used otherwise. */
static const char *next_line(const struct log *log, size_t line)
{
	return line < log->line_count && !log->used[line] ? log->lines[line] : "";
}

static void take_event(struct check *check, size_t index)
{
	const struct log_event *event = &check->log->events[index];
	enum log_verdict verdict = LOG_UNJUDGED;

	switch (event->kind) {
	case LOG_BOOT:
		log_state_boot(&check->state, &event->boot, event->line);
		look_ahead(check, index + 1);
		break;
	case LOG_CALL:
		verdict = judge_call(check, &event->call);
		count(check->result, verdict);
		break;
	case LOG_LOST:
		log_lost(&check->state, event->text, next_line(check->log, event->line));
		break;
	default:
		break;
	}
	check->result->verdicts[index] = verdict;
}

bool log_check(const struct log *log, struct log_result *result)
{
	struct check check = {.log = log, .result = result};
	bool done;

	*result = (struct log_result){0};
	result->verdicts = calloc(log->event_count + 1, sizeof(result->verdicts[0]));
	if (!result->verdicts || !log_torn_find(log, &check.torn)) {
		log_result_free(result);
		return false;
	}
	look_ahead(&check, 0);
	for (size_t i = 0; i < log->event_count && !check.state.out_of_memory; i++)
		take_event(&check, i);
	result->releases = check.state.releases;
	result->passed_over =
		log->line_count - (result->explained + result->wrong + result->unknown);
	done = !check.state.out_of_memory;
	log_state_free(&check.state);
	log_torn_free(&check.torn);
	if (!done)
		log_result_free(result);
	return done;
}

void log_result_free(struct log_result *result)
{
	free(result->at);
	free(result->verdicts);
	*result = (struct log_result){0};
}
