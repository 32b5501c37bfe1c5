/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_UNICORN_BOTH_H
#define TESTS_UNICORN_BOTH_H

/*
 * Scenarios as lists of steps of the Realm: each is played as a script and as AArch64 code made of the same
 * steps. REC exits, Plane exits and all results that the Realm sees have to be the same.
 */

#include "tests/unicorn/planes.h"

#define HALF  (UINT64_C(1) << 38)
#define PAGES 0x20000 /* four pages of RAM */
#define STEPS 10
#define ARGS  11

enum kind { END, CALL, LOAD, STORE, FETCH, WAIT, EVENT, HYP, FP, X0, READ };

struct step {
	enum kind kind;
	uint64_t x[ARGS];     /* CALL: X0 up; otherwise address and value */
	unsigned int results; /* registers of a CALL that are kept, 0: five */
};

struct scenario {
	const char *name;
	struct step main[STEPS];
	struct step second[STEPS]; /* of REC 1, from BOTH_SECOND on */
	struct step p1[STEPS];
	bool planes, shared;   /* there is a P1; on a shared tree */
	uint64_t plane_flags;  /* PLANE_ENTER */
	uint64_t flags, later; /* of each REC_ENTER; of those after the first */
	uint64_t lr;           /* of those after the first */
	int64_t psci;          /* status of completions */
};

#define BOTH_SECOND (CODE + 0x800)

void both_play(const struct scenario *s);

#endif
