/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_RUN_ANSWER_H
#define TOOLS_RUN_ANSWER_H

/* Answers to host calls: rules of the command line, and a command that is asked. */

#include "tools/run.h"

struct run_answer_rule {
	uint64_t imm;
	enum { RUN_ANSWER_VALUES, RUN_ANSWER_PRINT, RUN_ANSWER_EXIT } kind;
	char *lines;      /* of a file, owned; NULL: there is none */
	const char *next; /* line of the next answer */
};

struct run_ask; /* the command */

struct run_answers {
	struct run_answer_rule rules[RUN_MAX_ANSWERS];
	struct run_file shared;
	uint64_t shared_offset;
	struct run_ask *ask; /* NULL: there is none */
};

/* Starts the command. False with a message on stderr. */
bool run_ask_open(struct run_host *h, const char *command);
void run_ask_close(struct run_host *h);
/* Writes the call, reads the answer. */
void run_ask(struct run_host *h, struct run_rec *rec);

#endif
