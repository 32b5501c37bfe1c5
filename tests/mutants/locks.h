/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_MUTANTS_LOCKS_H
#define TESTS_MUTANTS_LOCKS_H

/*
 * Two threads on one instance: PE 0 issues SMCs of all kinds, another thread calls one public function.
 *
 * A *row* names a public function and how to call it. A *race* calls it again and again beside the SMCs, for
 * the thread sanitizer. A *hold* stops one SMC while the instance is locked: a function that locks cannot
 * return before the SMC goes on. mutant_unlocked (smc/mutant.h) makes a function leave out its lock.
 */

#include "smc/mutant.h"
#include "tests/support/host.h"

/* What both threads work on. */
struct lock_scene {
	struct host host;
	struct host_realm realm;
	uint64_t spare;  /* a page that is delegated and undelegated all the time */
	uint64_t mapped; /* descriptor that is mapped and unmapped at realm.half */
	uint64_t run[2]; /* run page by PE */
	uint64_t snapshot;
	const struct lock_row *row;
	unsigned int stays;  /* of PE 0 */
	unsigned int rounds; /* of the other thread */
	bool done;
	/* One SMC that stops with the instance locked. */
	bool hold;
	bool holding;      /* it is there */
	bool used;         /* the function under test has returned */
	bool used_in_hold; /* ... before the SMC went on */
};

struct lock_row {
	const char *name;
	void (*use)(struct lock_scene *scene);
	/* For use inside of rmmsim_engine_ops.run. */
	void (*inside)(const struct rmmsim_vcpu *vcpu, struct lock_scene *scene);
	const char *needs_no_lock; /* why, NULL if it does */
	const char *blind;         /* why the sanitizer cannot see the race, NULL if it does */
};

extern const struct lock_row lock_rows[];
extern const size_t lock_row_count;
/* NULL if there is none. */
const struct lock_row *lock_row(const char *name);

/* One SMC; returns X0. */
uint64_t lock_smc(struct lock_scene *scene, unsigned int pe, uint64_t fid, uint64_t x1, uint64_t x2,
		  uint64_t x3, uint64_t x4);
extern const struct rmmsim_engine_ops lock_engine;

/* From now on the function leaves out its lock; lock_returns_in_hold() ends that. */
void lock_leave_out(const struct lock_row *row);
/* Calls the function beside SMCs. */
void lock_race(const struct lock_row *row);
/* Whether the function returns while an SMC of another PE has the instance locked. */
bool lock_returns_in_hold(const struct lock_row *row);

#endif
