/* SPDX-License-Identifier: BSD-3-Clause */
/* What calls of a Realm do to the states that are possible. */
#include "trace/log/effect.h"

static enum log_truth weaker(const struct log_effect *effect, enum log_truth old,
			     enum log_truth now)
{
	return effect->strict || old == now ? now : LOG_MAYBE;
}

/* --- permissions and Planes -------------------------------------------------------------------- */

static void read_overlay(struct log_effect *effect)
{
	const struct log_call *call = effect->call;

	if (effect->realm && effect->alone && call->x[0] < LOG_PLANES && call->x[1] < LOG_OVERLAYS)
		effect->realm->overlay[call->x[0]][call->x[1]] =
			(struct log_fact){true, call->line, call->out[0]};
}

static void write_overlay(struct log_effect *effect)
{
	const struct log_call *call = effect->call;
	struct log_fact *fact;

	if (!effect->realm || call->x[0] >= LOG_PLANES || call->x[1] >= LOG_OVERLAYS)
		return;
	fact = &effect->realm->overlay[call->x[0]][call->x[1]];
	/* More than a label spills into other indexes: tf-rmm-quirks.md#2, R1 */
	if (effect->alone && call->x[2] <= RSI_PERM_RW_UPX)
		*fact = (struct log_fact){true, call->line, call->x[2]};
	else
		fact->known = false;
}

/* An auxiliary plane of the Realm, if it has as many. */
static bool plane_exists(const struct log_realm *realm, uint64_t plane)
{
	for (unsigned int i = 0; i < LOG_PLANE_ROWS; i++) {
		if ((realm->planes >> i & 1) && plane >= log_planes(i).count)
			return false;
	}
	return plane != 0;
}

/* A refused value of a Plane and an index that there are: the index is locked, for ever. */
static void refuse_overlay(struct log_effect *effect)
{
	const uint64_t index = effect->call->x[1];

	if (!effect->realm || !effect->alone || index >= LOG_OVERLAYS ||
	    effect->call->x[2] > RSI_PERM_RW_UPX ||
	    !plane_exists(effect->realm, effect->call->x[0]))
		return;
	if (effect->realm->locked[index] == LOG_YES)
		return;
	effect->realm->locked[index] = LOG_YES;
	effect->realm->locked_line[index] = effect->call->line;
}

static void set_index(struct log_effect *effect)
{
	const struct log_call *call = effect->call;
	const struct log_request request = {
		.base = call->x[0],
		.top = call->x[1],
		.value = call->x[3] & 0xfff,
		.line = call->line,
	};

	if (effect->rec)
		log_request_add(&effect->rec->s2ap, &request, effect->strict);
	if (!effect->realm || call->x[2] >= LOG_OVERLAYS ||
	    effect->realm->locked[call->x[2]] == LOG_YES)
		return;
	effect->realm->locked[call->x[2]] = LOG_MAYBE;
	effect->realm->locked_line[call->x[2]] = call->line;
}

/* Registers of a Plane that ran are not known any more; `address` 0: all of them. */
static void forget_sysregs(struct log_rec *rec, uint64_t plane, uint64_t address)
{
	for (unsigned int i = rec->sysreg_count; i-- > 0;) {
		if (rec->sysregs[i].plane == plane &&
		    (!address || rec->sysregs[i].address == address))
			rec->sysregs[i] = rec->sysregs[--rec->sysreg_count];
	}
}

/* Writes to counters of events store something else: tf-rmm-quirks.md#5, pmev-write-zero */
static bool plain_sysreg(uint64_t address)
{
	return address < RSI_SYSREG_PMEVCNTR(0) || address >= RSI_SYSREG_PMEVCNTR(64);
}

static void know_sysreg(struct log_effect *effect, uint64_t value)
{
	const struct log_call *call = effect->call;
	struct log_rec *rec = effect->rec;

	if (!rec)
		return;
	forget_sysregs(rec, call->x[0], call->x[1]);
	if (!effect->strict || rec->sysreg_count == LOG_MAX_SYSREGS || !plain_sysreg(call->x[1]))
		return;
	rec->sysregs[rec->sysreg_count++] =
		(struct log_sysreg){call->x[0], call->x[1], value, call->line};
}

/* --- PSCI -------------------------------------------------------------------------------------- */

static void ask_host(struct log_effect *effect, bool cpu_on)
{
	const uint64_t target = log_rec_index(effect->call->x[0]);
	struct log_rec *rec = effect->rec;

	if (!rec)
		return;
	if (effect->strict || rec->pending == LOG_NO) {
		rec->target = (struct log_fact){true, effect->call->line, target};
		rec->cpu_on = cpu_on;
	} else if (!rec->target.known || rec->target.value != target || rec->cpu_on != cpu_on) {
		rec->target.known = false;
	}
	rec->pending = weaker(effect, rec->pending, LOG_YES);
	rec->pending_line = effect->call->line;
}

/* RECs that are inside go on until their next exit: rsi.md#7 */
static void switch_off(struct log_effect *effect)
{
	if (!effect->realm)
		return;
	if (effect->alone)
		effect->realm->states = LOG_OFF;
	else
		effect->realm->states |= LOG_OFF;
	effect->realm->state_line = effect->call->line;
	for (size_t i = 0; i < effect->state->object_count; i++) {
		struct log_rec *rec = effect->state->objects[i].rec;

		if (!rec || !rec->owned || rec->rd != effect->rd)
			continue;
		rec->running =
			rec->pending == LOG_YES || rec->runnable == LOG_NO ? LOG_NO : LOG_MAYBE;
	}
	if (effect->strict && effect->rec)
		effect->rec->running = LOG_NO;
}

/* --- one call ---------------------------------------------------------------------------------- */

static void begin_token(struct log_effect *effect, enum log_truth now)
{
	if (!effect->rec)
		return;
	effect->rec->token = weaker(effect, effect->rec->token, now);
	effect->rec->token_line = effect->call->line;
}

static void effect_token(struct log_effect *effect)
{
	const struct log_call *call = effect->call;

	if (call->command == RSI_ATTESTATION_TOKEN_INIT) {
		begin_token(effect,
			    call->x0 == RSI_SUCCESS && call->answered ? LOG_YES : LOG_MAYBE);
		return;
	}
	if (!call->answered || call->x0 == RSI_INCOMPLETE)
		begin_token(effect, LOG_YES);
	else if (call->x0 == RSI_SUCCESS || call->x0 == RSI_ERROR_STATE)
		begin_token(effect, LOG_NO);
	else if (call->x0 == RSI_ERROR_UNKNOWN && effect->rec)
		effect->rec->token = LOG_MAYBE;
}

static void learn_fact(struct log_fact *fact, const struct log_call *call, uint64_t value)
{
	if (!fact->known)
		*fact = (struct log_fact){true, call->line, value};
}

static void effect_success(struct log_effect *effect)
{
	const struct log_call *call = effect->call;

	switch (call->command) {
	case RSI_VERSION:
		learn_fact(&effect->state->rsi_high, call, call->out[1]);
		break;
	case RSI_FEATURES:
		if (effect->realm && effect->alone && call->x[0] == 0)
			learn_fact(&effect->realm->features, call, call->out[0]);
		break;
	case RSI_MEASUREMENT_READ:
		log_effect_read_measurement(effect);
		break;
	case RSI_MEASUREMENT_EXTEND:
		log_effect_extend_measurement(effect);
		break;
	case RSI_IPA_STATE_GET:
		log_effect_get_ripas(effect);
		break;
	case RSI_MEM_GET_PERM_VALUE:
		read_overlay(effect);
		break;
	case RSI_MEM_SET_PERM_VALUE:
		write_overlay(effect);
		break;
	case RSI_PLANE_SYSREG_READ:
		know_sysreg(effect, call->out[0]);
		break;
	case RSI_PLANE_SYSREG_WRITE:
		know_sysreg(effect, call->x[2]);
		break;
	case RSI_ATTESTATION_TOKEN_INIT:
		learn_fact(&effect->state->token_size, call, call->out[0]);
		break;
	default:
		break;
	}
}

static void effect_exit(struct log_effect *effect)
{
	switch (effect->call->command) {
	case RSI_IPA_STATE_SET:
		log_effect_set_ripas(effect);
		break;
	case RSI_MEM_SET_PERM_INDEX:
		set_index(effect);
		break;
	case RSI_PLANE_ENTER:
		if (effect->rec)
			forget_sysregs(effect->rec, effect->call->x[0], 0);
		break;
	case PSCI_CPU_ON:
		ask_host(effect, true);
		break;
	case PSCI_AFFINITY_INFO:
		ask_host(effect, false);
		break;
	case PSCI_CPU_OFF:
		if (effect->rec && effect->strict)
			effect->rec->runnable = LOG_NO;
		break;
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
		switch_off(effect);
		break;
	default:
		break;
	}
}

/* The caller runs: what it had asked for is over. */
static void caller_runs(struct log_effect *effect)
{
	struct log_rec *rec = effect->rec;

	if (!rec || !effect->strict)
		return;
	rec->pending = LOG_NO;
	rec->ripas.any = rec->s2ap.any = false;
	rec->ripas.count = rec->s2ap.count = 0;
}

/*
 * Whether the call went to the Host. Up to 0.7 an answer is printed nevertheless: X0 is then 0, or still
 * the function's number (rec.md#4).
 */
static bool exits(const struct log_call *call)
{
	if (!call->answered)
		return true;
	if (call->interface == SMC_PSCI)
		return call->x0 == call->fid;
	switch (call->command) {
	case RSI_IPA_STATE_SET:
	case RSI_MEM_SET_PERM_INDEX:
	case RSI_PLANE_ENTER:
		return call->x0 != RSI_ERROR_INPUT;
	default:
		return false;
	}
}

/* Calls that work on a page of the Realm, unless they are refused before that. */
static void effect_pages(struct log_effect *effect)
{
	const struct log_call *call = effect->call;

	if (!exits(call) && call->x0 != RSI_SUCCESS && call->x0 != RSI_INCOMPLETE)
		return;
	switch (call->command) {
	case RSI_ATTESTATION_TOKEN_CONTINUE:
		/* One that is interrupted has not looked at it. */
		if (call->answered)
			log_effect_use_page(effect, call->x[0]);
		break;
	case RSI_REALM_CONFIG:
	case RSI_HOST_CALL:
		log_effect_use_page(effect, call->x[0]);
		break;
	case RSI_PLANE_ENTER:
		log_effect_use_page(effect, call->x[1]);
		break;
	default:
		break;
	}
}

void log_effect_realm(struct log_view *view, bool alone, bool strict)
{
	struct log_effect effect = {
		.state = view->state,
		.call = view->call,
		.rd = view->realm ? view->realm->pa : 0,
		.realm = view->realm ? view->realm->realm : NULL,
		.rec = view->caller ? view->caller->rec : NULL,
		.alone = alone,
		.strict = strict,
	};

	caller_runs(&effect);
	if (view->call->command == RSI_ATTESTATION_TOKEN_INIT ||
	    view->call->command == RSI_ATTESTATION_TOKEN_CONTINUE)
		effect_token(&effect);
	effect_pages(&effect);
	if (exits(view->call))
		effect_exit(&effect);
	else if (view->call->x0 == RSI_SUCCESS)
		effect_success(&effect);
	else if (view->call->command == RSI_MEM_SET_PERM_VALUE)
		refuse_overlay(&effect);
}
