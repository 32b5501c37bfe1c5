/* SPDX-License-Identifier: BSD-3-Clause */
#include "sequence/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9fb21c651e98df25);
	return hash ^ hash >> 32;
}

void sequence_log_begin(struct sequence_log *log)
{
	log->count = 0;
	log->realm = 0;
}

static uint64_t run_page(const struct sequence_call *call)
{
	uint64_t word[sizeof(struct rmi_rec_exit) / sizeof(uint64_t)], hash = 0;

	if (call->command != RMI_REC_ENTER ||
	    rmmsim_host_read(call->sim, call->in.x[2] + offsetof(struct rmi_rec_run, exit), word,
			     sizeof(word)) != RMMSIM_OK)
		return 0;
	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++)
		hash = mix(hash, word[i]);
	return hash;
}

bool sequence_log_before(void *context, const struct sequence_call *call)
{
	struct sequence_log *log = context;

	if (log->count == SEQUENCE_MAX_CALLS)
		return false;
	log->open[call->depth] = log->count;
	log->call[log->count++] =
		(struct sequence_log_call){.step = call->step, .command = call->command};
	return true;
}

bool sequence_log_after(void *context, const struct sequence_call *call)
{
	struct sequence_log *log = context;
	struct sequence_log_call *line = &log->call[log->open[call->depth]];

	memcpy(line->x, call->out.x, sizeof(line->x));
	line->memory = run_page(call);
	/* What the Realm sees around a call of another PE counts for the REC_ENTER. */
	if (call->depth)
		return true;
	line->realm = log->realm;
	log->realm = 0;
	return true;
}

bool sequence_log_seen(void *context, const struct rmmsim_vcpu *vcpu)
{
	struct sequence_log *log = context;

	log->realm = mix(log->realm, vcpu->plane);
	log->realm = mix(log->realm, vcpu->context->pc);
	log->realm = mix(log->realm, vcpu->context->pstate);
	for (unsigned int n = 0; n < 31; n++)
		log->realm = mix(log->realm, vcpu->context->x[n]);
	for (size_t n = 0; n < sizeof(vcpu->context->gic) / sizeof(uint64_t); n++)
		log->realm = mix(log->realm, ((const uint64_t *)&vcpu->context->gic)[n]);
	for (unsigned int n = 0; n < RMMSIM_SYSREG_COUNT; n++)
		log->realm = mix(log->realm, vcpu->context->sysreg[n]);
	log->realm = mix(log->realm, vcpu->serror_pending);
	return true;
}

static bool same(const struct sequence_log_call *a, const struct sequence_log_call *b)
{
	return a->command == b->command && !memcmp(a->x, b->x, sizeof(a->x)) &&
	       a->memory == b->memory && a->realm == b->realm;
}

size_t sequence_log_difference(const struct sequence_log *a, const struct sequence_log *b)
{
	const unsigned int common = a->count < b->count ? a->count : b->count;

	for (unsigned int i = 0; i < common; i++) {
		if (!same(&a->call[i], &b->call[i]))
			return i;
	}
	return a->count == b->count ? SIZE_MAX : common;
}

const char *sequence_log_text(const struct sequence_log_call *a, const struct sequence_log_call *b,
			      char *buf, size_t size)
{
	const char *name = a->command ? smc_command(a->command)->name : "an unknown function";
	char one[96], other[96];

	if (a->x[0] != b->x[0]) {
		snprintf(buf, size, "%s: X0 0x%" PRIx64 " (%s) and 0x%" PRIx64 " (%s)", name,
			 a->x[0], smc_result_text(SMC_FROM_HOST, a->x[0], one, sizeof(one)),
			 b->x[0], smc_result_text(SMC_FROM_HOST, b->x[0], other, sizeof(other)));
		return buf;
	}
	for (unsigned int n = 1; n < 7; n++) {
		if (a->x[n] == b->x[n])
			continue;
		snprintf(buf, size, "%s: X%u 0x%" PRIx64 " and 0x%" PRIx64, name, n, a->x[n],
			 b->x[n]);
		return buf;
	}
	snprintf(buf, size, "%s: %s", name,
		 a->realm != b->realm ? "what the Realm saw" : "the run page");
	return buf;
}
