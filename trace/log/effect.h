/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_EFFECT_H
#define TRACE_LOG_EFFECT_H

/* What a call of a Realm does to the states that are possible, in parts. */

#include "trace/log/answer.h"

struct log_effect {
	struct log_state *state;
	const struct log_call *call;
	uint64_t rd;
	struct log_realm *realm; /* NULL: not known */
	struct log_rec *rec;     /* the caller, or one that may be; NULL: not known */
	bool alone, strict;
};

void log_effect_read_measurement(struct log_effect *effect);
void log_effect_extend_measurement(struct log_effect *effect);
void log_effect_get_ripas(struct log_effect *effect);
void log_effect_set_ripas(struct log_effect *effect);
void log_effect_use_page(struct log_effect *effect, uint64_t ipa);

#endif
