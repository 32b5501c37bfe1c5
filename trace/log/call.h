/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_CALL_H
#define TRACE_LOG_CALL_H

/*
 * Calls as TF-RMM prints them on its console: docs/spec/tf-rmm-log.md. A log line is one call; shapes.def
 * says what each release prints.
 */

#include "smc/smc.h"

/* In order of time; LOG_NEXT is the state after v0.9.0 (tf-rmm-log.md#7). */
enum log_release { LOG_05, LOG_06, LOG_07, LOG_08, LOG_09, LOG_NEXT, LOG_RELEASES };

#define LOG_RELEASE_BIT(release) (1u << (release))
#define LOG_ANY_RELEASE          (LOG_RELEASE_BIT(LOG_RELEASES) - 1)
/* These speak RMI 2.0. */
#define LOG_RELEASES_2 (LOG_RELEASE_BIT(LOG_09) | LOG_RELEASE_BIT(LOG_NEXT))

enum log_printed { LOG_UNKNOWN, LOG_PRINTS_ALL, LOG_PRINTS_BAD, LOG_PRINTS_NONE };

struct log_format {
	enum log_printed printed;
	uint8_t arguments, outputs;
};

struct log_shape {
	enum smc_interface interface;
	const char *name; /* in the log, without SMC_RMI_ or SMC_RSI_ */
	enum smc_command_id command;
	struct log_format format[LOG_RELEASES];
};

#define LOG_MAX_ARGUMENTS 10
#define LOG_MAX_OUTPUTS   8

/* Trailing numbers of a line: an index and the outputs. */
#define LOG_MAX_RESULTS (LOG_MAX_OUTPUTS + 1)

/* PSCI and other functions print this many. */
#define LOG_SMC_ARGUMENTS 7
#define LOG_SMC_OUTPUTS   3

struct log_call {
	size_t line;                   /* of the file, from 1 */
	enum smc_interface interface;  /* SMC_PSCI: any function that is no RSI */
	const struct log_shape *shape; /* NULL: SMC_PSCI, or "<unsupported>" */
	enum smc_command_id command;   /* SMC_NONE: not one of the rows */
	uint32_t fid;                  /* SMC_PSCI */
	unsigned int name_end, column; /* behind the name; of the first argument, 0: not known */
	unsigned int releases;         /* that print such a line: LOG_RELEASE_BIT() */
	unsigned int arguments, outputs;
	uint64_t x[LOG_MAX_ARGUMENTS]; /* X1.. */
	uint64_t out[LOG_MAX_OUTPUTS]; /* X1.. */
	bool answered;                 /* the line has " > STATUS" */
	bool indexed;                  /* the line has an index */
	uint64_t x0;                   /* with the index, where there is one */
};

/*
 * Reads one line of a call, without line end, prefix and escape sequences. `releases`: those that may
 * have printed it; false if none of them prints such a line.
 */
bool log_call_parse(const char *text, unsigned int releases, struct log_call *call);

/* They say the same. */
bool log_call_same(const struct log_call *a, const struct log_call *b);

/* Some call begins here: SMC_RMI_, SMC_RMM_, SMC_RSI_, PSCI_ or SMC_ and a digit. */
bool log_call_begins(const char *text);

/* The row of a printed name; NULL if no release has it. */
const struct log_shape *log_shape_find(enum smc_interface interface, const char *name,
				       size_t length);

const char *log_release_name(enum log_release release);

#endif
