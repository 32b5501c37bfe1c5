/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_FAULT_H
#define HSHIM_FAULT_H

/* What a test makes go wrong, besides SMCs (hshim/smccc.h): host-shim.md#8.2 */

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Kinds of allocation, to be or'ed. */
#define HSHIM_ALLOC_PAGE     0x01u /* alloc_pages(), __get_free_pages() */
#define HSHIM_ALLOC_EXACT    0x02u /* alloc_pages_exact() */
#define HSHIM_ALLOC_MEMCACHE 0x04u /* objects of a memory cache */
#define HSHIM_ALLOC_GMEM     0x08u /* pages of guest_memfd and of user memory */
#define HSHIM_ALLOC_SLAB     0x10u /* kmalloc() */
#define HSHIM_ALLOC_BITMAP   0x20u
#define HSHIM_ALLOC_ATOMIC   0x40u /* only those that may not sleep */
#define HSHIM_ALLOC_ANY      0x3fu

#ifndef HSHIM_FOREVER
#define HSHIM_FOREVER 0xffffffffu
#endif

/* The `nth` allocation of these kinds from now on fails, and `count` - 1 after it. nth 0: none. */
void hshim_fail_alloc(unsigned int kinds, unsigned int nth, unsigned int count);
/* Each fails with probability 1 / n. */
void hshim_fail_alloc_prob(unsigned int kinds, unsigned int n, unsigned long seed);
/* Meanwhile no allocation is counted or fails. */
void hshim_alloc_pause(bool paused);
/* Allocations of these kinds since hshim_fail_alloc(). */
unsigned int hshim_alloc_points(void);
/* Allocations fail while more than `pages` pages are in use; 0: no limit. */
void hshim_mem_limit_pages(unsigned long pages);

enum hshim_order { HSHIM_ASCENDING, HSHIM_DESCENDING, HSHIM_LIFO, HSHIM_RANDOM };
/* Which free page comes next. */
void hshim_alloc_order(enum hshim_order order, unsigned long seed);
/* A freed page is used again only after `pages` others were freed; 0: at once. Default 64. */
void hshim_quarantine(unsigned int pages);

/* TIGHT: a top-up fills only to the minimum that was asked for; the contract promises no more. */
enum hshim_cache { HSHIM_CACHE_FULL, HSHIM_CACHE_TIGHT };
void hshim_cache_mode(enum hshim_cache mode);
bool hshim_cache_is_tight(void);
/* The most objects that were taken from memory caches between two top-ups. */
unsigned int hshim_cache_peak(void);
/* For caches: one is topped up, an object of one is taken. */
void hshim_cache_topped(void);
void hshim_cache_took(void);

/* Content of a granule that comes back from Realm world, as the host sees it. */
enum hshim_fill { HSHIM_FILL_A5, HSHIM_FILL_ZERO, HSHIM_FILL_RANDOM };
void hshim_undelegate_fill(enum hshim_fill fill);

/* The `nth` copy from or to a user fails; 0: none. */
void hshim_copy_fail(unsigned int nth);

/* Scheduling points (cond_resched and the like) and allocations: another CPU acts there. */
void hshim_resched_hook(void (*fn)(void *context), void *context);
void hshim_alloc_hook(void (*fn)(void *context), void *context);
/* need_resched() is true at every nth question; 0: never. */
void hshim_resched_every(unsigned int nth);

/* --- sweeps ----------------------------------------------------------------------------------------- */

/*
 * Runs fn() in a process of its own once undisturbed, to count the points, then once per point with that
 * one failing. Each run has a fresh instance with the configuration of the current one (or `config`), and
 * the checks of the end of a test. Returns the number of runs that did not pass; each is reported with
 * its point. fn() must not use assertions of other frameworks: it returns, or HSHIM_ASSERT_* leave it.
 *
 * Runs that pass share a process; before each one the variables of the program (not those of shared
 * libraries, and not what malloc() gave before the sweep) are as they were when the sweep began. A run
 * that does not pass is made again in a process of its own, and so is every run in a static program and
 * under the address, thread and memory sanitizers.
 */
struct hshim_sweep {
	const char *name;
	unsigned int points; /* out: points of the undisturbed run */
	unsigned int runs;
	unsigned int failed;
	unsigned int first_failed; /* its point, 0 if none */
	unsigned int limit;        /* in: at most so many points, 0: all */
	bool verbose;              /* in: reports of failing runs are shown whole */
	/* in, for SMCs: refuse with this status and index those commands that may return it; 0: the first
	 * failure that each command can have */
	unsigned int status, index;
	/* in: a second failure, so many points after the first; for allocations: so many more in a row */
	unsigned int second;
	bool apart; /* in: every run has a process of its own */
	bool once;  /* in, for SMCs: none is refused for good */
};
unsigned int hshim_sweep_alloc(void (*fn)(void));
unsigned int hshim_sweep_alloc_kinds(void (*fn)(void), unsigned int kinds,
				     struct hshim_sweep *sweep);
/*
 * `fids` ends with 0; NULL: every command that gives something to Realm world or asks for something. A
 * command that takes something back is refused only when it is named, and then what stays behind because
 * of it is no leak.
 */
unsigned int hshim_sweep_smc(void (*fn)(void), const unsigned int *fids);
unsigned int hshim_sweep_smc_full(void (*fn)(void), const unsigned int *fids,
				  struct hshim_sweep *sweep);
/*
 * As in a run of a sweep from now on: the nth command from here that may return `status` with `index` does so,
 * or with status 0 the first failure that it has, also one that takes something back.
 */
void hshim_refuse(unsigned int nth, unsigned int status, unsigned int index);
/* The same with allocations: the nth and `count` - 1 more fail. */
void hshim_run_short(unsigned int nth, unsigned int count);
/*
 * Runs fn(context) in a process of its own, on a monitor of which one thing is different from that of the
 * configuration. As in a sweep, what is refused is no finding of "test". False, and a finding, if it does
 * not pass.
 */
struct hshim_feature {
	const char *name;
	unsigned int low, high; /* bits of feature register 0 that are `value` */
	unsigned long value;
	/* instead of that, one of: */
	unsigned int rec_aux; /* auxiliary granules that a REC needs, 6 to 16 */
	const char *revision; /* the monitor speaks that revision and none that is newer */
	const char *profile;  /* it has the quirks of that firmware */
};
bool hshim_with_feature(const struct hshim_feature *feature, void (*fn)(void *context),
			void *context);
/* Something was made to fail, in this test so far, or other CPUs may act: hooks, threads. */
bool hshim_disturbed(void);
/* True in a run of a sweep with a point failing: the test may expect less. */
bool hshim_sweeping(void);

#ifdef __cplusplus
}
#endif

#endif
