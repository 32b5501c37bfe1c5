/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_LOG_H
#define SEQUENCE_LOG_H

/* What Host and Realm saw of a sequence, to compare two monitors. */

#include "sequence/run.h"

struct sequence_log_call {
	unsigned int step;
	enum smc_command_id command;
	uint64_t x[7];
	uint64_t memory; /* hash of what the call left in the run page */
	uint64_t realm;  /* hash of what the Realm saw during it */
};

struct sequence_log {
	unsigned int count;
	unsigned int open[4]; /* calls in progress, by depth: a call stands where it began */
	uint64_t realm;       /* since the last call */
	struct sequence_log_call call[SEQUENCE_MAX_CALLS];
};

void sequence_log_begin(struct sequence_log *log);
/* For struct sequence_watch, with the log as context. */
bool sequence_log_before(void *log, const struct sequence_call *call);
bool sequence_log_after(void *log, const struct sequence_call *call);
bool sequence_log_seen(void *log, const struct rmmsim_vcpu *vcpu);

/* Index of the first call that differs; SIZE_MAX if there is none. */
size_t sequence_log_difference(const struct sequence_log *a, const struct sequence_log *b);
/* "RTT_CREATE: X0 0x1 (RMI_ERROR_INPUT) and 0x0 (RMI_SUCCESS)". Returns `buf`. */
const char *sequence_log_text(const struct sequence_log_call *a, const struct sequence_log_call *b,
			      char *buf, size_t size);

#endif
