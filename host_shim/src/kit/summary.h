/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SHIM_SRC_KIT_SUMMARY_H
#define HOST_SHIM_SRC_KIT_SUMMARY_H

/*
 * What a run of a program has found: each distinct finding once, with how often, where, and the shortest
 * way to see it again. Kept in memory that all processes of the run share; two findings are the same if
 * oracle and place in the code under test are, or, where no place is known, the first line of their text.
 *
 * A test has runs inside: those of its sweeps and of monitors with other features. Each has an id,
 * "GROUP.POINT", by which it can be made alone (--run).
 */

#include <stdbool.h>
#include <stdio.h>

#include "host_shim/src/conduit/shim.h"

#define SUMMARY_ENTRIES 192
#define SUMMARY_TESTS   128
#define SUMMARY_FRAMES  12

struct summary_entry {
	enum hshim_oracle_id id;
	enum hshim_severity severity;
	unsigned long count;
	unsigned int runs; /* of sweeps and of other monitors */
	unsigned long last_run;
	bool in_test[SUMMARY_TESTS];
	/* The shortest of all: where it came after the fewest SMCs. */
	unsigned int test;
	unsigned long calls;
	char run[48];
	char site[160], key[160];
	char text[2048]; /* of the shortest */
	char doing[256];
};

struct summary {
	const char *program;
	struct summary_entry entry[SUMMARY_ENTRIES];
	unsigned int count;
	unsigned long dropped; /* findings for which there was no room */
	const char *test_name[SUMMARY_TESTS];
	bool test_failed[SUMMARY_TESTS];
	unsigned int test_count;
	/* of the present test and run */
	unsigned int test;
	unsigned long run_number;
	char run[48];
	/* of a process that dies and cannot tell it */
	int signal;
	void *site[SUMMARY_FRAMES];
};

/* Before the first process is forked off; NULL without memory. `program` is kept. */
struct summary *summary_start(const char *program);
/* The one of this program; NULL if there is none. */
struct summary *summary_now(void);
void summary_test(const char *name);
/* The present test does not pass: failures of tests that pass were provoked. */
void summary_failed(void);
/* Findings from now on belong to this run of the test; NULL: to the test itself. */
void summary_run(const char *id);
/* New findings are also told as they come: `all`, or each distinct one once. */
enum summary_shown { SUMMARY_QUIET, SUMMARY_NEW, SUMMARY_ALL };
void summary_show(enum summary_shown shown);
enum summary_shown summary_shows(void);
/* Findings of the current instance are counted from now on. */
void summary_listen(void);
/* A child ended with this status of waitpid() and could tell nothing: a finding, unless it is 0. */
void summary_death(const char *what, int status);
/* From a signal handler of a process that is about to die. */
void summary_last_words(int sig, void *const *site, unsigned int count);

/* The next group of runs of this test. */
unsigned int summary_group(void);
/* Only the run with this id is wanted (--run), or none was named. */
void summary_only(const char *id);
bool summary_wants(const char *id);

/* It fails a test; what a test provokes and allows does not. */
bool summary_fails(const struct summary *summary, const struct summary_entry *entry);
/* True if the finding fails and was found in test `n`. */
bool summary_is_in(const struct summary_entry *entry, unsigned int n);
/* "./t host_life --run=2.17" */
void summary_command(const struct summary *summary, const struct summary_entry *entry, char *buf,
		     size_t size);
void summary_print(FILE *out, bool all);
void summary_json(FILE *out);

#endif
