/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_ANSWER_H
#define TRACE_LOG_ANSWER_H

/* Whether an answer is possible, and what follows from it. */

#include "trace/log/rule.h"

/* How the states in which one caller can be explain an answer. */
struct log_answer {
	bool possible;
	bool success;       /* by passing every condition */
	uint64_t explained; /* bit n: by failing rule n */
	uint64_t geometries;
	unsigned int planes;
};

/*
 * Tries every value that the constants of the Realm can have; view->geometry and view->planes are
 * overwritten.
 */
void log_answer_try(struct log_view *view, struct log_answer *answer);

/* Why an impossible answer is so. */
struct log_reason {
	enum smc_condition_id condition; /* SMC_COND_NONE: no condition of the command says this */
	bool must_fail;                  /* it fails, yet the answer says otherwise */
	bool output;                     /* an output cannot be so */
	struct log_because because;
};

void log_answer_refute(struct log_view *view, struct log_reason *reason);

/*
 * Conditions read backwards: what holds in each state that explains the answer becomes known.
 */
void log_answer_learn(struct log_view *view, const struct log_answer *answer);
/* Only the constants of the Realm: what else holds may differ between callers. */
void log_answer_learn_space(struct log_view *view, const struct log_answer *answer);

/* Outputs, and for calls of a Realm whether they return: `rule` failed, NULL: none did. */
bool log_output_fits(const struct log_view *view, const struct log_rule *rule,
		     struct log_because *because);

/* The hash algorithms with which the measurement has this value (64 bytes). */
unsigned int log_hashes_fit(const struct log_realm *realm, const struct log_measurement *known,
			    const uint64_t *value);

/* What a call does, once its answer is accepted. */
void log_effect_host(struct log_state *state, const struct log_call *call);
/* `strict`: this REC is the caller, not just one that may be. `alone`: the Realm is known. */
void log_effect_realm(struct log_view *view, bool alone, bool strict);

#endif
