/* SPDX-License-Identifier: BSD-3-Clause */
/* Measurements of a Realm, and the RIPAS of its pages. */
#include <string.h>

#include <rmmsim/attest.h>

#include "trace/log/effect.h"
#include "trace/log/torn.h"

/* --- measurements ------------------------------------------------------------------------------ */

/* A value that is not zero shows which algorithm the Realm has. */
static void learn_hash(struct log_effect *effect)
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

void log_effect_read_measurement(struct log_effect *effect)
{
	const struct log_call *call = effect->call;
	struct log_measurement *known;

	if (!effect->realm || !effect->alone || call->x[0] >= LOG_MEASUREMENTS)
		return;
	learn_hash(effect);
	known = &effect->realm->measurement[call->x[0]];
	known->known = true;
	known->size = 0;
	known->line = call->line;
	for (unsigned int i = 0; i < LOG_HASHES; i++)
		memcpy(known->bytes[i], call->out, sizeof(known->bytes[i]));
}

void log_effect_extend_measurement(struct log_effect *effect)
{
	const struct log_call *call = effect->call;
	struct log_measurement *known;

	if (!effect->realm)
		return;
	known = &effect->realm->measurement[call->x[0]];
	if (!effect->alone || log_torn_word(&call->x[2], (unsigned int)(call->x[1] / 8)))
		known->known = false;
	known->line = call->line;
	known->size = call->x[1];
	memcpy(known->words, &call->x[2], sizeof(known->words));
	memcpy(known->before, known->bytes, sizeof(known->before));
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
static uint32_t waiting_set(const struct log_effect *effect, uint64_t base, uint64_t top)
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
void log_effect_get_ripas(struct log_effect *effect)
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

void log_effect_set_ripas(struct log_effect *effect)
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

/* The call used the page: it is RAM, or nothing of it is there yet. rsi.md#1.2 */
void log_effect_use_page(struct log_effect *effect, uint64_t ipa)
{
	const uint64_t base = ipa & ~UINT64_C(4095), top = base + 4096;
	uint32_t set;

	if (!effect->realm || !effect->alone || !effect->state->whole)
		return;
	set = BIT(RSI_RIPAS_RAM) | DESTROYED | waiting_set(effect, base, top);
	log_spans_set(&effect->realm->ripas, base, top, set, effect->call->line);
}
