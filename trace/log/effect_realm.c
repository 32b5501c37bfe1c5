/* SPDX-License-Identifier: BSD-3-Clause */
/* What calls of a Realm do to the states that are possible. */
#include <string.h>

#include <rmmsim/attest.h>

#include "trace/log/answer.h"

struct effect {
	struct log_state *state;
	const struct log_call *call;
	uint64_t rd;
	struct log_realm *realm; /* NULL: not known */
	struct log_rec *rec;     /* the caller, or one that may be; NULL: not known */
	bool alone, strict;
};

static enum log_truth weaker(const struct effect *effect, enum log_truth old, enum log_truth now)
{
	return effect->strict || old == now ? now : LOG_MAYBE;
}

/* --- measurements ------------------------------------------------------------------------------ */

/* A value that is not zero shows which algorithm the Realm has. */
static void learn_hash(struct effect *effect)
{
	const uint64_t *out = effect->call->out;
	const bool high = out[4] | out[5] | out[6] | out[7],
		   low = out[0] | out[1] | out[2] | out[3];
	const unsigned int hashes = 1u << (high ? RMI_HASH_SHA_512 : RMI_HASH_SHA_256);

	if ((!high && !low) || effect->realm->hashes == hashes)
		return;
	effect->realm->hashes = hashes;
	effect->realm->hash_line = effect->call->line;
}

static void read_measurement(struct effect *effect)
{
	const struct log_call *call = effect->call;
	struct log_measurement *known;

	if (!effect->realm || !effect->alone || call->x[0] >= LOG_MEASUREMENTS)
		return;
	learn_hash(effect);
	known = &effect->realm->measurement[call->x[0]];
	known->known = true;
	known->line = call->line;
	for (unsigned int i = 0; i < LOG_HASHES; i++)
		memcpy(known->bytes[i], call->out, sizeof(known->bytes[i]));
}

static void extend_measurement(struct effect *effect)
{
	const struct log_call *call = effect->call;
	struct log_measurement *known;

	if (!effect->realm)
		return;
	known = &effect->realm->measurement[call->x[0]];
	if (!effect->alone)
		known->known = false;
	known->line = call->line;
	for (uint32_t i = 0; i < LOG_HASHES; i++) {
		if (rmmsim_measurement_extend(i, known->bytes[i], &call->x[2], call->x[1]) !=
		    RMMSIM_OK)
			known->known = false;
	}
}

/* --- ranges ------------------------------------------------------------------------------------ */

#define BIT(ripas)  (1u << (ripas))
#define DESTROYED   BIT(RSI_RIPAS_DESTROYED)
#define CHANGE_FLAG 2u

static uint32_t request_set(const struct log_request *request)
{
	return BIT(request->value & 1 ? RSI_RIPAS_RAM : RSI_RIPAS_EMPTY);
}

/* What requests of RECs that may still wait can make of the range. */
static uint32_t waiting_set(const struct effect *effect, uint64_t base, uint64_t top)
{
	uint32_t set = 0;

	for (size_t i = 0; i < effect->state->object_count; i++) {
		const struct log_rec *rec = effect->state->objects[i].rec;

		if (!rec || (rec->owned && rec->rd != effect->rd) ||
		    (effect->strict && rec == effect->rec))
			continue;
		if (rec->ripas.any)
			return LOG_SPAN_ANY;
		for (unsigned int n = 0; n < rec->ripas.count; n++) {
			const struct log_request *request = &rec->ripas.at[n];

			if (request->base < top && request->top > base)
				set |= request_set(request);
		}
	}
	return set;
}

/* Unprinted calls make DESTROYED of any RIPAS; others need a request: rtt.md#2.1 */
static void get_ripas(struct effect *effect)
{
	const struct log_call *call = effect->call;
	const uint64_t base = call->x[0], top = call->out[0];
	uint32_t set;

	if (!effect->realm || !effect->alone || !effect->state->whole)
		return;
	set = BIT(call->out[1]) | DESTROYED | waiting_set(effect, base, top);
	if (call->out[1] != RSI_RIPAS_DEV)
		log_spans_set(&effect->realm->ripas, base, top, set, call->line);
}

static void set_ripas(struct effect *effect)
{
	const struct log_call *call = effect->call;
	struct log_request request = {
		.base = call->x[0],
		.top = call->x[1],
		.value = (call->x[2] & 1) | (call->x[3] & 1 ? CHANGE_FLAG : 0),
		.line = call->line,
	};

	if (effect->rec)
		log_request_add(&effect->rec->ripas, &request, effect->strict);
	if (effect->realm)
		log_spans_add(&effect->realm->ripas, request.base, request.top,
			      request_set(&request));
}

/* --- permissions and Planes -------------------------------------------------------------------- */

static void read_overlay(struct effect *effect)
{
	const struct log_call *call = effect->call;

	if (effect->realm && effect->alone && call->x[0] < LOG_PLANES && call->x[1] < LOG_OVERLAYS)
		effect->realm->overlay[call->x[0]][call->x[1]] =
			(struct log_fact){true, call->line, call->out[0]};
}

static void write_overlay(struct effect *effect)
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

/* A refused value of a Plane and an index that there are: the index is locked, for ever. */
static void refuse_overlay(struct effect *effect)
{
	const uint64_t index = effect->call->x[1];

	if (!effect->realm || !effect->alone || index >= LOG_OVERLAYS || effect->call->x[0] != 1 ||
	    effect->realm->planes & 1)
		return;
	if (effect->realm->locked[index] == LOG_YES)
		return;
	effect->realm->locked[index] = LOG_YES;
	effect->realm->locked_line[index] = effect->call->line;
}

static void set_index(struct effect *effect)
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

static void know_sysreg(struct effect *effect, uint64_t value)
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

static void ask_host(struct effect *effect, bool cpu_on)
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
static void switch_off(struct effect *effect)
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

static void begin_token(struct effect *effect, enum log_truth now)
{
	if (!effect->rec)
		return;
	effect->rec->token = weaker(effect, effect->rec->token, now);
	effect->rec->token_line = effect->call->line;
}

static void effect_token(struct effect *effect)
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

static void effect_success(struct effect *effect)
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
		read_measurement(effect);
		break;
	case RSI_MEASUREMENT_EXTEND:
		extend_measurement(effect);
		break;
	case RSI_IPA_STATE_GET:
		get_ripas(effect);
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

static void effect_exit(struct effect *effect)
{
	switch (effect->call->command) {
	case RSI_IPA_STATE_SET:
		set_ripas(effect);
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
static void caller_runs(struct effect *effect)
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

void log_effect_realm(struct log_view *view, bool alone, bool strict)
{
	struct effect effect = {
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
	if (exits(view->call))
		effect_exit(&effect);
	else if (view->call->x0 == RSI_SUCCESS)
		effect_success(&effect);
	else if (view->call->command == RSI_MEM_SET_PERM_VALUE)
		refuse_overlay(&effect);
}
