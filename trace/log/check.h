/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_CHECK_H
#define TRACE_LOG_CHECK_H

/*
 * Judges the calls of a console log. A log has holes: between any two lines the monitor may have executed
 * calls that its release does not print. A line is wrong only if no such calls explain it.
 */

#include "trace/log/answer.h"
#include "trace/log/torn.h"

enum log_verdict {
	LOG_EXPLAINED, /* possible, and the states that are possible exclude other answers */
	LOG_WRONG,
	LOG_UNJUDGED, /* nothing is known that could tell */
};

struct log_wrong {
	size_t line;
	const char *condition; /* its id; "" if none is meant */
	struct log_because because;
	char text[320]; /* a sentence */
};

struct log_result {
	size_t explained, wrong, unknown, passed_over; /* passed_over: other lines of the file */
	size_t wrong_count;
	struct log_wrong *at;       /* of them */
	enum log_verdict *verdicts; /* per event of the log; LOG_UNJUDGED where it is no call */
	unsigned int releases;      /* of the last start of the monitor */
};

/* False without memory. The caller frees the result with log_result_free(). */
bool log_check(const struct log *log, struct log_result *result);
void log_result_free(struct log_result *result);

/* The sentence for a line that is wrong. */
void log_describe(const struct log_view *view, const struct log_reason *reason,
		  struct log_wrong *wrong);

/* Calls of which the beginning stands in the text. */
unsigned int log_count_calls(const char *text);
/* A line of the log, and what follows it, in which calls can be read in parts only. */
void log_lost(struct log_state *state, const char *text, const char *next);
/* A call of which a number may be torn; `text`: its line. */
void log_lost_numbers(struct log_state *state, const struct log_torn *torn,
		      const struct log_call *call, const char *text);

/*
 * In a log that has lost characters: the call has a number that no other line has, which may have lost some
 * of its digits.
 */
bool log_is_damaged(const struct log *log, const struct log_call *call);

/* The RECs that may have made a call, and what each of them would explain. */
struct log_callers {
	size_t count; /* that explain it */
	size_t all;
	bool unknown;     /* or one of which nothing is known */
	uint64_t rec, rd; /* of the one that is left, or the last */
	bool one_rec, one_realm;
	struct log_reason reason; /* of the last that does not */
};

/* Judges a call of a Realm and applies it to the callers that are possible. */
void log_callers_judge(struct log_state *state, const struct log_call *call,
		       struct log_callers *callers);
/* Whether there are such callers; nothing changes. */
bool log_callers_possible(struct log_state *state, const struct log_call *call);

/* Whether a command of the Host may have this answer; nothing changes. */
bool log_host_possible(struct log_state *state, const struct log_call *call);
/* Commands that leave something behind which later lines depend on. */
bool log_lasting(enum smc_command_id command);

#endif
