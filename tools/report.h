/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

/*
 * A page about a run: what each call was, and what it changed. The page has the changes only; it makes the
 * state at a call out of them (report.html).
 *
 *	report_begin(&report, out, "recording", path);
 *	for each call: report_step() for what the Realm did meanwhile, then report_call()
 *	report_end(&report);
 */

#include <stdio.h>

#include <rmmsim/rmmsim.h>

#include "smc/smc.h"
#include "smc/status.h"

/* Version of the data in the page. */
#define REPORT_VERSION 1

enum report_flag { REPORT_FINE, REPORT_REFUSED, REPORT_DIFFERS, REPORT_UNKNOWN };

struct report_call {
	uint64_t number; /* in the recording */
	size_t line;     /* of the file, 0: none */
	unsigned int pe;
	bool nested; /* made while a REC ran on another PE */
	enum smc_command_id command;
	const uint64_t *x, *ret; /* X0.. before and after */
	enum report_flag flag;
	const char *why, *difference; /* texts, or NULL */
	bool since_known;             /* call `since` made what it was refused for */
	uint64_t since;
	struct rmmsim *sim; /* after the call; NULL: there is no model of it */
};

/* The monitor has done it, or begun to. */
static inline bool report_done(const struct report_call *call)
{
	const uint32_t status = (uint32_t)(call->ret[0] & 0xff);

	return call->ret[0] != SMCCC_NOT_SUPPORTED &&
	       (status == RMI_SUCCESS || status == RMI_INCOMPLETE);
}

struct report_granule;
struct perfetto;

/* States of granules that a report counts. */
#define REPORT_STATES 24

struct report_count {
	const char *state; /* NULL: no more */
	int64_t count;
};

struct report {
	struct perfetto *perfetto; /* in place of a page; `out` is NULL then */
	FILE *out;
	size_t calls;
	bool failed; /* out of memory */

	/* Steps of the call that comes next, as JSON. */
	char *steps;
	size_t steps_size;
	FILE *steps_out;
	size_t step_count;

	/* Granules that were not UNDELEGATED once: report_state.c. */
	void *by_pa;
	struct report_granule **granules;
	size_t count, capacity;
	struct report_count counts[REPORT_STATES]; /* not of UNDELEGATED ones */
};

void report_begin(struct report *report, FILE *out, const char *kind, const char *title);
/* The same for a trace of Perfetto instead of a page. */
void report_begin_perfetto(struct report *report, FILE *out);
/* A word about the run, in the head of the page; before the first call. */
void report_fact(struct report *report, const char *name, const char *value);
/* What the Realm did; `plane` -1: not known. */
void report_step(struct report *report, int plane, const char *text);
void report_call(struct report *report, const struct report_call *call);
/* A call that stands in a log: no state. */
void report_line(struct report *report, size_t line, enum report_flag flag, const char *text,
		 const char *why);
/* False if something could not be written or kept. */
bool report_end(struct report *report);

/* --- between the files of the report ----------------------------------------------------------- */

/* A string of JSON that no HTML parser takes for a tag. */
void report_string(FILE *out, const char *text);
/* `"changes":{...}` of a call. */
void report_changes(struct report *report, const struct report_call *call);
void report_forget(struct report *report);

/* report.html, up to the data and behind it. */
extern const char report_page[], report_page_end[];

/* --- what a report can be made of; 0, or an enum tool_exit after a message ---------------------- */

int report_recording(struct report *report, const char *path, const char *profile);
int report_log(struct report *report, const char *path);
int report_sequence(struct report *report, const char *path);

#endif
