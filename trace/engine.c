/* SPDX-License-Identifier: BSD-3-Clause */
/* The recorded Realm as an engine: does what the Realm lines of the call in progress say. */

#include "trace/player.h"

#define ESR_EC_SHIFT 26
#define ESR_EC_HVC64 UINT64_C(0x16)
#define ESR_EC_SMC64 (UINT64_C(0x17) << ESR_EC_SHIFT)
#define ESR_IL       (UINT64_C(1) << 25)
#define INSN_SIZE    4

static void compare_value(struct player *player, size_t event, unsigned int rank,
			  enum replay_what what, unsigned int index, uint64_t expected,
			  uint64_t actual)
{
	const struct replay_difference difference = {
		.what = what,
		.index = index,
		.expected = expected,
		.actual = actual,
		.command = player->frame->realm_call,
	};

	if (expected != actual)
		player_note(player, event, rank, &difference);
}

static void compare_run(struct player *player, size_t event, const struct rmmsim_vcpu *vcpu)
{
	const struct trace_run *run = player->trace->events[event].run;
	const struct rmmsim_plane *context = vcpu->context;
	bool differed = player->frame->differs;

	compare_value(player, event, RANK_PLANE, REPLAY_PLANE, 0, run->plane, vcpu->plane);
	compare_value(player, event, RANK_PC, REPLAY_PC, 0, run->pc, context->pc);
	compare_value(player, event, RANK_PSTATE, REPLAY_PSTATE, 0, run->pstate, context->pstate);
	for (unsigned int n = 0; n < 31; n++)
		compare_value(player, event, RANK_X + n, REPLAY_REGISTER, n, run->x[n],
			      context->x[n]);
	player_compare_realm(player, event, vcpu->rec);
	if (!differed)
		player_explain(player, vcpu->pe, SMC_FROM_REALM, context->x[0]);
}

/* The result of a call without handler is an input: the Realm gets what it got. */
static void force_result(struct player *player, const struct trace_run *run,
			 struct rmmsim_vcpu *vcpu)
{
	if (player->forced_rec != vcpu->rec)
		return;
	player->forced_rec = 0;
	for (unsigned int n = 0; n < 31; n++)
		vcpu->context->x[n] = run->x[n];
}

static void set_registers(const struct trace_act *act, struct rmmsim_plane *context)
{
	static const enum rmmsim_sysreg sysregs[] = {
		[TRACE_CNTV_CTL] = RMMSIM_SYSREG_CNTV_CTL_EL0,
		[TRACE_CNTV_CVAL] = RMMSIM_SYSREG_CNTV_CVAL_EL0,
		[TRACE_CNTP_CTL] = RMMSIM_SYSREG_CNTP_CTL_EL0,
		[TRACE_CNTP_CVAL] = RMMSIM_SYSREG_CNTP_CVAL_EL0,
	};

	for (unsigned int n = 0; n < 31; n++) {
		if (act->x_set >> n & 1)
			context->x[n] = act->x[n];
	}
	for (unsigned int n = 0; n < TRACE_SYSREGS; n++) {
		if (act->sysreg_set >> n & 1)
			context->sysreg[sysregs[n]] = act->sysreg[n];
	}
}

static void call_monitor(struct player *player, const struct trace_act *act,
			 struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	enum smc_command_id id = smc_decode(SMC_FROM_REALM, act->x[0], player->machine.shape);

	event->kind = RMMSIM_EVENT_SYNC;
	event->esr = ESR_EC_SMC64 | ESR_IL;
	player->frame->realm_call = id;
	player_note_structure(player, vcpu->rec, id, vcpu->context->x);
	/* Every call of an auxiliary Plane is for Plane 0: rsi.md#6 */
	if (vcpu->plane || player_modelled(player, id))
		return;
	player->frame->not_modelled = true;
	player->forced_rec = vcpu->rec;
}

static void take_exception(struct player *player, const struct trace_act *act,
			   struct rmmsim_event *event)
{
	static const enum rmmsim_event_kind kinds[] = {
		[TRACE_SYNC] = RMMSIM_EVENT_SYNC, [TRACE_SERROR] = RMMSIM_EVENT_SERROR,
		[TRACE_IRQ] = RMMSIM_EVENT_IRQ,   [TRACE_FIQ] = RMMSIM_EVENT_FIQ,
		[TRACE_OTHER] = RMMSIM_EVENT_IRQ,
	};

	event->kind = kinds[act->kind];
	event->esr = act->esr;
	event->far = act->far;
	event->hpfar = act->hpfar;
	player->frame->realm_call = SMC_NONE;
	if (act->kind != TRACE_OTHER)
		return;
	player->frame->not_modelled = true;
	player->frame->comparable = false;
}

/* The model runs the Realm where the recording has nothing: make it leave. */
static void run_extra(struct player *player, struct rmmsim_event *event)
{
	const struct replay_difference difference = {.what = REPLAY_STAYED,
						     .command = player->frame->realm_call};

	if (player->frame->comparable)
		player_note(player, player->frame->call->event, RANK_PLANE, &difference);
	event->kind = RMMSIM_EVENT_IRQ;
}

/* A recorder that knows where the Realm was says so; what it says is the preferred return address. */
static void move_pc(const struct trace_act *act, struct rmmsim_plane *context,
		    struct rmmsim_event *event)
{
	const bool hvc = act->kind == TRACE_SYNC && act->esr >> ESR_EC_SHIFT == ESR_EC_HVC64;

	if (!act->pc_set)
		return;
	context->pc = act->pc;
	event->insn = hvc ? act->pc - INSN_SIZE : act->pc;
}

/*
 * Without a PC of its own, that of the run line is the instruction's for every kind of exception, HVC too
 * (tf-rmm-quirks.md#6): it stays as the monitor left it.
 */
static void run(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	struct player *player = context;
	const struct trace_event *step;
	const struct trace_act *act;
	size_t index;

	*event = (struct rmmsim_event){.insn = vcpu->context->pc};
	player_nested(player);
	step = player_step(player);
	if (!step) {
		run_extra(player, event);
		return;
	}
	force_result(player, step->run, vcpu);
	compare_run(player, step - player->trace->events, vcpu);
	player->frame->next++;
	player_nested(player);
	step = player_step(player);
	index = step - player->trace->events;
	act = step->act;
	player->frame->next++;
	player_store_realm(player, index, &act->in);
	set_registers(act, vcpu->context);
	if (step->op == TRACE_RSI)
		call_monitor(player, act, vcpu, event);
	else
		take_exception(player, act, event);
	move_pc(act, vcpu->context, event);
	player_remember_realm(player, index);
}

const struct rmmsim_engine_ops player_engine = {
	.size = sizeof(player_engine),
	.name = "replay",
	.run = run,
};
