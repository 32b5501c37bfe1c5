/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SHIM_SRC_MEMORY_MEM_H
#define HOST_SHIM_SRC_MEMORY_MEM_H

/*
 * The memory of the code under test: pages, heap, locks, user memory.
 *
 * RAM is the DRAM of the model, in *banks*. A *page* record says what became of each page: FREE; HEAD, or TAIL
 * of an allocation of several; QUARANTINED after it was freed, so that a use of it is still noticed; LOST, if
 * it was delegated when it was freed. The monitor's side of a page are the *notes* of its granules
 * (shim_note()): a page can be freed and delegated at once, which is a finding. Content is written and looked
 * at through the debugger's view, so that no page counts as touched by it.
 *
 * Locks: public functions begin with SHIM_LOCKED(), the lock of the shim; all below is called with it held.
 * Files know each other downwards: observe.c (calls of the monitor) - watch.c, match.c (what a call means) -
 * pages.c, heap.c, user.c, check.c - mem.c (addresses, content); resched.c (scheduling
 * points) - defer.c (when deferred work runs) - lock.c (what may sleep) stand beside them.
 *
 *	page = ram_page(mem, pa);
 *	if (page && page->state == PAGE_FREE)
 *		hshim_report(...);
 */

#define HSHIM_PAGE_IS_OWN

#include <hshim/base/lib.h>
#include <hshim/env.h>
#include <hshim/mm/user.h>

#include "host_shim/src/conduit/shim.h"

enum page_state { PAGE_FREE, PAGE_QUARANTINED, PAGE_HEAD, PAGE_TAIL, PAGE_LOST };
enum page_kind { KIND_ORDER, KIND_EXACT, KIND_MEMCACHE, KIND_GMEM, KIND_USER };

struct page {
	uint8_t state, kind, order;
	bool boot;     /* belongs to the machine */
	bool filled;   /* free, and known to hold the pattern of free memory */
	bool readonly; /* user memory that may not be written by a guest */
	uint32_t refs;
	uint32_t count;  /* head: pages of the allocation */
	uint32_t head;   /* tail: distance to the head */
	int32_t account; /* kvm_account_pgtable_pages() */
	uint64_t
		backs; /* the frame of a guest that it was found for, + 1; 0: none, all ones: several */
	uint32_t refused; /* how often its delegation was refused by injection */
	const char *site, *free_site, *ref_site, *account_site;
	unsigned long smc; /* number of calls when it was allocated */
};
_Static_assert(sizeof(struct page) == HSHIM_PAGE_WORDS * sizeof(u64), "as others see it");

struct bank {
	uint64_t base, size;
	uint8_t *host;
	uint32_t first; /* index of its first page */
	uint32_t count;
};

struct hshim_mem {
	struct hshim_config config;
	struct bank banks[HSHIM_MAX_BANKS];
	struct memblock_region regions[HSHIM_MAX_BANKS];
	unsigned int bank_count;
	struct page *pages;
	uint32_t count, used, hint;
	uint32_t high; /* pages from here on were never handed out */
	long accounted;
	bool accounts; /* the code under test accounts tables */
	bool booting, checked, tight, sweeping, paused;
	void (*at_close[8])(void);
	unsigned int at_close_count;
	uint32_t *queue; /* quarantine: a ring */
	uint32_t queue_size, queue_first, queue_used;
	uint32_t *lifo;
	uint32_t lifo_used;
	enum hshim_order order;
	unsigned int cache_taken, cache_peak; /* since a memory cache was topped up; the most */
	uint64_t seed;
	enum hshim_fill fill;
	/* injection */
	unsigned int fail_kinds, fail_nth, fail_count, fail_seen, fail_prob;
	unsigned long limit;
	unsigned int copy_nth, copy_seen;
	const void *copy_watched; /* how much is read from there */
	unsigned long copy_size;
	void *refusal; /* of hshim_refuse(): goes with the instance */
	void (*alloc_hook)(void *context);
	void *alloc_context;
	/* user memory */
	struct hshim_region *regions_user;
	struct page *zero_page;
	/* messages */
	char *messages[64];
	unsigned int message_count;
	struct warn_site {
		const char *file;
		int line;
		unsigned int count;
	} warns[64];
	struct work_struct *works; /* put off, in order */
	struct rcu_head *callbacks;
	bool deferring;
	struct task_struct task;
	struct mm_struct mm;
};

#define MAX_EDGES 128

struct required_lock {
	unsigned int fid;
	const struct hshim_lock *lock;
	int wanted; /* 1 for reading, 2 for writing */
};

struct hshim_locks {
	struct required_lock required[32];
	unsigned int required_count;
	struct {
		const struct hshim_lock *before, *after;
		const char *before_site, *after_site;
	} edges[MAX_EDGES];
	unsigned int edge_count;
	void (*resched)(void *context);
	void *resched_context;
	unsigned int resched_every, resched_seen;
};

struct block {
	struct block *next, *prev;
	size_t size;
	const char *site, *free_site;
	unsigned long smc;
	unsigned int bits; /* of a bitmap, 0 for others */
	bool boot, live, started;
	unsigned int boot_weight;
	uint64_t magic;
};

struct hshim_heap {
	struct block *first;  /* live */
	struct block *parked; /* freed, kept to notice a second free */
	unsigned int parked_count;
};

#define RAM_PART 0x1000u /* granule of the monitor: a page has one or several of them */

/* The memory of this thread's shim; ends the program before hshim_open(). */
struct hshim_mem *ram_now(void);
struct bank *ram_bank_of_pa(struct hshim_mem *mem, uint64_t pa);
struct bank *ram_bank_of_host(struct hshim_mem *mem, const volatile void *p);
uint64_t ram_pa_of(struct hshim_mem *mem, const struct page *page);
struct page *ram_page(struct hshim_mem *mem, uint64_t pa);
void *ram_host(struct hshim_mem *mem, uint64_t pa);
bool ram_is_delegated(struct hshim *shim, uint64_t pa);
/* An allocation of this kind has to fail now. */
bool ram_should_fail(struct hshim_mem *mem, unsigned int kind, gfp_t gfp);
struct page *ram_alloc(enum page_kind kind, uint32_t count, unsigned int order, gfp_t gfp,
		       const char *site);
/* Contiguous and aligned; each page of it has its own reference. False without memory. */
bool ram_alloc_block(enum page_kind kind, unsigned int order, gfp_t gfp, const char *site,
		     struct page **pages);
void ram_free(struct page *page, const char *site);
uint32_t ram_find_free(struct hshim_mem *mem, uint32_t count, uint32_t align);
void ram_release(struct hshim_mem *mem, uint32_t index);
void ram_flush_quarantine(struct hshim_mem *mem);
enum ram_fill { FILL_ZERO, FILL_FREE, FILL_ALLOC };
void ram_fill(struct hshim_mem *mem, uint32_t index, enum ram_fill fill);
void check_account(struct hshim_mem *mem, struct page *page);
void ram_check_free_page(struct hshim_mem *mem, uint32_t index);
uint64_t ram_random(struct hshim_mem *mem);
bool ram_start(struct hshim *shim, const struct hshim_config *config);
void ram_stop(struct hshim *shim);
void heap_stop(struct hshim *shim);
void user_stop(struct hshim *shim);
bool guest_start(struct hshim *shim);
void exits_stop(struct hshim *shim);
/* A command whose only argument is a delegated granule gives it back. */
bool ram_gives_back(const struct smc_command *row);
/* A command whose only argument is a granule of the host gives it away. */
bool ram_gives_away(const struct smc_command *row);
/* The code under test has made a call. */
void watch_call(struct hshim *shim, const struct hshim_call *call, const struct smc_command *row);
/* The monitor has accepted a call: the pages that it names belong to the address that it names. */
void match_call(struct hshim *shim, const struct hshim_call *call, const struct smc_command *row);
/* The model has run a REC: what it asks the host for. */
void exits_note(struct hshim *shim, const struct hshim_call *call, const struct smc_command *row);
/* Answers a REC_ENTER from the queue; false: the model has to. */
bool exits_answer(struct hshim *shim, struct hshim_call *call, const struct smc_command *row);
void check_leaks(struct hshim *shim);
void check_heap(struct hshim *shim);
void locks_drop_all(struct hshim *shim);
struct hshim_locks *locks_now(void);
struct shim_thread *locks_self(void);
/* What the thread has of the lock; NULL: it does not hold it. */
const struct held *locks_find(const struct shim_thread *self, const struct hshim_lock *lock);
void locks_push(struct hshim_lock *lock, enum hshim_lock_kind kind, bool write, const char *site);
/* False: it was not held so, which has been reported. */
bool locks_release(struct hshim_lock *lock, enum hshim_lock_kind kind, bool write,
		   const char *site);
void locks_report_sleep(const struct shim_thread *self, const char *what, const char *site);
/* Runs what is put off, if this thread holds nothing: another task may run then. */
void defer_run_waiting(void);
void check_locks(struct hshim *shim);
extern const struct shim_observer ram_observer;
/* "alloc_granule (rme.c:10)" of a page, for reports. */
void text_page(struct text *text, struct hshim *shim, const struct page *page);

#endif
