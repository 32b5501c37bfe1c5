/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smc/config.h"
#include "trace/player.h"

#define PROGRESS_EVERY 256 /* calls */

const char *replay_profile(const struct trace *trace)
{
	const char *rmm = trace->header.rmm;

	if (smc_config_revision(&trace->header.config) == SMC_REVISION_2_0)
		return strncmp(rmm, "TF-RMM ", 7) ? "2.0-bet3" : "tf-rmm-2026-07";
	return strncmp(rmm, "TF-RMM v0.8", 11) ? "default" : "tf-rmm-0.8";
}

/* --- one call ------------------------------------------------------------------------------- */

/* By the revision of the instance: a name may have a handler in one and not in another. */
static void find_modelled(struct player *player)
{
	const char *revision = rmmsim_configuration(player->machine.sim)->revision;

	player->modelled[SMC_NONE] = true;
	for (enum smc_command_id id = SMC_NONE + 1; id < SMC_COMMAND_COUNT; id++) {
		const struct smc_command *row = smc_command(id);

		player->modelled[id] = rmmsim_implemented_in(
			revision, smc_interface_name(row->interface), row->name);
	}
}

bool player_modelled(const struct player *player, enum smc_command_id id)
{
	return player->modelled[id];
}

static void compare_results(struct player *player, const struct rmmsim_regs *regs)
{
	const struct trace_call *call = player->frame->call;
	const struct trace_smc *smc = call->smc->smc;

	for (unsigned int n = 0; n < 7; n++) {
		struct replay_difference difference = {.what = REPLAY_RESULT, .index = n};

		difference.expected = n < TRACE_MAX_RESULTS ? smc->ret[n] : smc->x[n];
		difference.actual = regs->x[n];
		if (difference.expected != difference.actual)
			player_note(player, call->event, n, &difference);
	}
}

/* Realm lines that the model did not get to. Calls of other PEs among them still happened. */
static void finish_steps(struct player *player)
{
	struct player_frame *frame = player->frame;
	const struct trace_event *step;

	for (step = player_step(player); step; step = player_step(player)) {
		const struct replay_difference difference = {.what = REPLAY_LEFT,
							     .command = frame->realm_call};

		if (step->op == TRACE_SMC) {
			player_nested(player);
			continue;
		}
		if (!frame->differs && frame->comparable)
			player_note(player, step - player->trace->events, RANK_PLANE, &difference);
		frame->next++;
	}
}

static void count(struct player *player)
{
	const struct player_frame *frame = player->frame;
	struct replay_result *result = player->result;
	enum replay_verdict verdict = REPLAY_SAME;

	if (frame->not_modelled)
		verdict = REPLAY_NOT_MODELLED;
	if (frame->differs)
		verdict = REPLAY_DIFFERS;
	result->verdicts[frame->call_index] = verdict;
	result->calls++;
	result->mismatches += verdict == REPLAY_DIFFERS;
	result->not_modelled += verdict == REPLAY_NOT_MODELLED;
	if (player->options->progress && result->calls % PROGRESS_EVERY == 0)
		player->options->progress(player->options->context, result->calls);
}

static void note_unmodelled(struct player *player)
{
	const struct replay_difference difference = {.what = REPLAY_UNMODELLED};
	const struct player_frame *frame = player->frame;

	if (frame->not_modelled && player->options->strict)
		player_note(player, frame->call->event, RANK_PLANE, &difference);
}

static void tell(struct player *player, const struct rmmsim_regs *regs)
{
	const struct player_frame *frame = player->frame;
	struct rmmsim_explanation why;
	const bool refused = player_refused(player, frame->call->smc->smc->cpu, regs->x[0], &why);
	const struct replay_done done = {
		.call = frame->call,
		.sim = player->machine.sim,
		.shape = player->machine.shape,
		.regs = regs,
		.verdict = player->result->verdicts[frame->call_index],
		.mismatch = frame->mismatch,
		.refusal = refused ? &why : NULL,
	};

	player->options->after(player->options->context, &done);
}

void player_call(struct player *player, size_t call_index)
{
	const struct trace_call *call = &player->trace->calls[call_index];
	const struct trace_smc *smc = call->smc->smc;
	struct player_frame frame = {
		.outer = player->frame, .call = call, .call_index = call_index};
	struct player_host_pages pages;
	struct rmmsim_regs regs;

	player->frame = &frame;
	frame.number = rmmsim_calls(player->machine.sim) + 1;
	player->issued[frame.number - player->issued_from] = call;
	frame.comparable = player_modelled(
		player, smc_decode(SMC_FROM_HOST, smc->x[0], player->machine.shape));
	frame.read_first = player->read_count;
	frame.not_modelled = !frame.comparable;
	player_store_host(player, call->event, &smc->in);
	player_remember_host(player, smc, &pages);
	memcpy(regs.x, smc->x, sizeof(regs.x));
	rmmsim_smc(player->machine.sim, smc->cpu, &regs);
	finish_steps(player);
	if (frame.comparable) {
		compare_results(player, &regs);
		player_compare_host(player, &pages);
		if (player->options->strict)
			player_compare_reads(player);
	}
	player->read_count = frame.read_first;
	note_unmodelled(player);
	player_explain(player, smc->cpu, SMC_FROM_HOST, regs.x[0]);
	count(player);
	if (player->options->after)
		tell(player, &regs);
	player->frame = frame.outer;
}

void player_nested(struct player *player)
{
	const struct trace_event *step;

	for (step = player_step(player); step && step->op == TRACE_SMC;
	     step = player_step(player)) {
		player->frame->next++;
		player_call(player, player->trace->call_of[step - player->trace->events]);
	}
}

/* --- all of them ---------------------------------------------------------------------------- */

static bool prepare(struct player *player)
{
	const struct trace *trace = player->trace;
	struct replay_result *result = player->result;
	size_t next = SIZE_MAX;

	*result = (struct replay_result){.first = REPLAY_NOWHERE};
	result->verdicts = calloc(trace->call_count + 1, 1);
	result->kept = calloc(player->options->keep + 1, sizeof(*result->kept));
	player->next_run = malloc((trace->event_count + 1) * sizeof(size_t));
	player->issued = calloc(trace->call_count + 1, sizeof(*player->issued));
	player->expected = malloc(TRACE_MAX_BLOCK);
	player->actual = malloc(TRACE_MAX_BLOCK);
	if (!result->verdicts || !result->kept || !player->next_run || !player->issued ||
	    !player->expected || !player->actual)
		return false;
	for (size_t e = trace->event_count; e-- > 0;) {
		player->next_run[e] = next;
		if (trace->events[e].op == TRACE_RUN)
			next = e;
	}
	return true;
}

static void play(struct player *player)
{
	const struct trace *trace = player->trace;

	for (size_t n = 0; n < trace->call_count; n++) {
		if (trace->calls[n].nested)
			continue;
		player_call(player, n);
		if (player->out_of_memory)
			return;
		if (player->options->stop && player->result->mismatches)
			return;
	}
}

static void finish(struct player *player)
{
	machine_destroy(&player->machine);
	free(player->next_run);
	free(player->issued);
	free(player->expected);
	free(player->actual);
	free(player->pages);
}

static bool run(struct player *player, struct trace_error *error)
{
	const struct replay_options *options = player->options;
	const char *profile = options->profile ? options->profile : replay_profile(player->trace);

	const struct machine_options machine = {
		.profile = profile,
		.flip = options->flip,
		.explain = options->keep,
		.ns_access = options->strict ? player_ns_access : NULL,
		.ns_access_context = player,
	};

	if (!machine_create(&player->machine, &player->trace->header, &machine, error))
		return false;
	find_modelled(player);
	if (rmmsim_set_engine(player->machine.sim, &player_engine, player) != RMMSIM_OK) {
		*error = (struct trace_error){.text = "the model refuses the engine of the replay"};
		return false;
	}
	player->issued_from = rmmsim_calls(player->machine.sim) + 1;
	play(player);
	if (player->out_of_memory) {
		*error = (struct trace_error){.text = "out of memory"};
		return false;
	}
	if (options->finished)
		options->finished(options->context, player->machine.sim);
	return true;
}

bool replay(const struct trace *trace, const struct replay_options *options,
	    struct replay_result *result, struct trace_error *error)
{
	struct player player = {.trace = trace, .options = options, .result = result};
	bool done = false;

	if (prepare(&player))
		done = run(&player, error);
	else
		*error = (struct trace_error){.text = "out of memory"};
	finish(&player);
	if (!done)
		replay_result_free(result);
	return done;
}

void replay_result_free(struct replay_result *result)
{
	for (size_t i = 0; i < result->kept_count; i++)
		free(result->kept[i].explanation);
	free(result->kept);
	free(result->verdicts);
	*result = (struct replay_result){.first = REPLAY_NOWHERE};
}
