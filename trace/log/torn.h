/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_TORN_H
#define TRACE_LOG_TORN_H

/*
 * Lost characters leave no trace if they were digits: 80100000 becomes 8010000, and the line looks whole. A
 * number may be torn if one call has it, and the log has a number that is the same but for more digits in one
 * place.
 */

#include "trace/log/rule.h"

/* A number, one of those that it may have been, and the only call that has it. */
struct log_torn_pair {
	uint64_t torn, whole;
	const struct log_call *call;
};

struct log_torn {
	size_t count;
	struct log_torn_pair *pairs; /* ascending by `torn` */
};

/* False without memory. The caller frees the result with log_torn_free() before the log. */
bool log_torn_find(const struct log *log, struct log_torn *torn);
void log_torn_free(struct log_torn *torn);

/* The pairs of a number, *count of them. */
const struct log_torn_pair *log_torn_pairs(const struct log_torn *torn, uint64_t value,
					   size_t *count);
/*
 * An impossible answer has another reason if digits are lost: with a number as it may have been the answer
 * is possible, or an earlier call on which the judgement rests may have named something else. `because`
 * NULL: it rests on the absence of calls.
 */
bool log_torn_excuses(const struct log_torn *torn, struct log_state *state,
		      const struct log_call *call, const struct log_because *because);
/* The call happened, but with which numbers is not known: what each may have been is in doubt. */
void log_torn_doubt(const struct log_torn *torn, struct log_state *state,
		    const struct log_call *call);

/* `text`, in hexadecimal, can be what is left of `whole`. */
bool log_torn_from(uint64_t text, uint64_t whole);
/*
 * What MEASUREMENT_READ printed is what a measurement is known to be, but for lost digits there, or one lost
 * digit of the extension before it.
 */
bool log_torn_measurement(const struct log_state *state, const struct log_call *call);
/* One word of a value that fills others may have lost digits. */
bool log_torn_word(const uint64_t *words, unsigned int count);

#endif
