/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_OUTCOME_H
#define SEQUENCE_OUTCOME_H

/*
 * What a step of a sequence led to, by names: the status and outputs of a call, the exit of a REC, what a Realm
 * has in its registers afterwards. One form for those who print it and those who compare it with an
 * expectation (sequence/expect.h).
 */

#include "sequence/run.h"

#define OUTCOME_MAX_VALUES 112

struct outcome_value {
	char name[28]; /* "top", "exit.gprs[1]" */
	uint64_t value;
	const char *type; /* the enumeration, for smc_enum_name(); NULL: a number */
	bool shown;       /* by outcome_print(): it says something */
};

struct outcome {
	const char *status; /* "RMI_ERROR_RTT"; NULL: X0 is no status, then x0 is shown */
	unsigned int count;
	struct outcome_value value[OUTCOME_MAX_VALUES];
};

/* Of a call of the Host; of a successful REC_ENTER every field of the exit. */
void outcome_of_call(const struct sequence_call *call, struct outcome *outcome);
/* Of something that the Realm did, when it goes on. */
void outcome_of_realm(const struct sequence_result *result, struct outcome *outcome);

/* "RMI_ERROR_RTT index=2 top=0x400000": an expectation of what was seen. Like snprintf(). */
size_t outcome_print(const struct outcome *outcome, char *buf, size_t size);
/* NULL: there is no value of this name. */
const struct outcome_value *outcome_find(const struct outcome *outcome, const char *name);
/* "0x400000", "SYNC", as scripts have it. Returns `buf`. */
const char *outcome_value_text(const struct outcome_value *value, char *buf, size_t size);

#endif
