/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SHIM_SRC_CONDUIT_SHIM_H
#define HOST_SHIM_SRC_CONDUIT_SHIM_H

/*
 * State that the layers share. Kernel code has no instance argument, so there is a current one.
 *
 * The conduit is the lowest layer, usable alone: SMCs of host code go through arm_smccc_1_2_smc() (smccc.c) into the
 * instance, and what host code does wrong is noticed on the way. Words: an *oracle* is a kind of mistake that is looked
 * for, a *finding* one that was found (oracle.c), with its *site*, the innermost frame of the code under test; a *note* is
 * what the conduit remembers of a granule that was delegated (granule.c); an *injection* makes a call fail on purpose, a
 * *hook* sees it, an *expectation* waits for it (expect.c); an *account* is what a stretch of calls cost.
 *
 *	call -- hooks, injection -- arguments against notes -- the model -- notes, recording, account -- expectations
 *
 * Locks: shim_lock() is recursive and guards all of struct hshim; it is given up around an SMC that runs a Realm, so that
 * other threads go on. The instance has a lock of its own below.
 */

#include <pthread.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>

#include <hshim/oracle.h>
#include <hshim/smccc.h>

#include "smc/smc.h"

#define CALL_RING      64
#define NOTE_FRAMES    8
#define MAX_HOOKS      32
#define MAX_INJECT     64
#define ACCOUNT_SCOPES 16

struct hook {
	unsigned int fid;
	enum hshim_when when;
	hshim_hook_fn fn;
	void *context;
	bool used;
};

struct injection {
	struct hshim_injection what;
	unsigned int seen, done;
};

/* The host's memory of a granule that it has given to Realm world at least once. */
struct granule_note {
	uint64_t pa; /* | 1: the slot is used */
	bool delegated;
	bool refused;       /* a test did not let the host take it back */
	unsigned long call; /* that delegated it last, or took it back */
	const char *name;
	void *site[NOTE_FRAMES];
	unsigned long used_call; /* last call that named it */
	const char *used_name;
};

struct expectation {
	unsigned int fid;
	struct hshim_match match[8];
	unsigned int least, most, seen;
};

struct oracle_state {
	enum hshim_severity severity;
	unsigned int allowed, found;
};

#define MAX_HELD 32

struct held {
	const struct hshim_lock *lock;
	unsigned int kind; /* enum hshim_lock_kind */
	bool write;
	const char *site;
};

/* What each thread that runs kernel code has for itself. */
struct shim_thread {
	struct shim_thread *next;
	pthread_t id;
	unsigned int pe;
	unsigned int depth; /* hooks that are running */
	sigjmp_buf *leave;
	struct held held[MAX_HELD];
	unsigned int held_count;
	int atomic;
	bool irqs_off, in_guest, in_resched;
};

struct hshim_mem;
struct hshim_locks;
struct hshim_heap;
struct expect_call;
struct recorder;

/* What L1 wants to hear of L0; NULL without it. */
struct shim_observer {
	void (*granule)(struct hshim *shim, struct granule_note *note,
			const struct hshim_call *call);
	/* True: ret is set, the model is not asked. */
	bool (*answer)(struct hshim *shim, struct hshim_call *call, const struct smc_command *row);
	/* The code under test was left by a jump. */
	void (*left)(struct hshim *shim);
	void (*after)(struct hshim *shim, const struct hshim_call *call,
		      const struct smc_command *row);
};

struct hshim {
	struct rmmsim *sim;
	enum smc_shape shape;    /* of its interface */
	struct shim_thread self; /* the thread that has created it, and a list of the others */
	const struct shim_observer *observer;
	struct hshim *previous;

	/* calls */
	struct hshim_call ring[CALL_RING];
	unsigned long calls;
	unsigned long by_command[SMC_COMMAND_COUNT];
	bool hooks_recursive, zero_outputs;
	struct hook hooks[MAX_HOOKS];
	unsigned int hook_count;
	struct injection inject[MAX_INJECT];
	unsigned int inject_count;
	unsigned long budget, budget_used;
	unsigned long stall_limit, stall_used;
	unsigned long stall_us, stall_start; /* microseconds; cycles */
	struct shim_loop {
		unsigned long calls, next; /* since the host was entered */
		bool entered, watching;
		struct hshim_call call; /* and the state in which it is made */
		uint64_t state;
		unsigned int returns, strays;
	} loop;
	unsigned long same; /* calls in a row that were refused the same way */
	struct hshim_call same_call;
	unsigned long delegated, delegated_peak;

	/* simulated time */
	unsigned long cost[SMC_COMMAND_COUNT]; /* cycles */
	unsigned long clock, cycles, switches;
	unsigned long scope_number;
	struct {
		unsigned long number, peak;
	} scopes[ACCOUNT_SCOPES];

	struct granule_note *notes;
	size_t notes_size, notes_used;

	struct {
		struct hshim_call refused; /* the last call, if it failed */
		bool failed;
		bool injected;    /* some failure was made up */
		bool answered;    /* what a realm asked for has begun since it did */
		uint64_t reached; /* and has come so far */
	} watch;

	/* expectations and mock */
	bool expecting, mocking, echoing;
	enum hshim_expect_mode mode;
	struct expectation *expected;
	unsigned int expected_count;
	struct expect_call *actual;
	unsigned int actual_count;
	struct hshim_call *answers;
	unsigned int answer_count, answer_next;

	/* oracles */
	struct oracle_state oracle[HSHIM_ORACLE_COUNT];
	struct hshim_finding *findings;
	unsigned int finding_count;
	unsigned int failure_count; /* also of those that are not kept */
	unsigned int overdue;       /* how often the end of a test was put off: guard.c */
	/* Hears of each finding; false: it is known already and need not be told again. */
	bool (*sink)(const struct hshim *shim, const struct hshim_finding *finding);
	hshim_finding_fn on_finding;
	void *on_finding_context;
	int text_fd, json_fd;
	bool reporting;
	char doing[128];        /* hshim_doing() */
	char circumstance[128]; /* of this run: what fails, on which monitor; or empty */
	bool made_up;           /* an answer of this run of a sweep was not the monitor's */
	bool broken; /* the code under test was left in the middle: what it holds is no leak */
	void (*leave_fn)(void *context, const char *text);
	void *leave_context;

	struct recorder *recorder;
	struct hshim_mem *mem;     /* L1 */
	struct hshim_locks *locks; /* L1 */
	struct hshim_heap *heap;   /* L1 */
	struct hshim_exits *exits; /* L3 */
	struct rmmsim_scripts *scripts;
};

/* Zeroed memory of its own: what a process that was forked off has is not copied for it. */
void *shim_map(size_t size);
/* The same for the process and those that it forks off. */
void *shim_map_shared(size_t size);
void shim_unmap(void *at, size_t size);
/* From now on memory that shim_unmap() gives back serves the next shim_map() of the same size. */
void shim_keep_maps(void);
/* The attached instance; NULL before hshim_smccc_attach(). */
struct hshim *shim_current(void);
void shim_make_current(struct hshim *shim);
/* Allocates the part that L0 needs; made current. */
struct hshim *shim_new(struct rmmsim *sim);
void shim_free(struct hshim *shim);

/* --- threads: host-shim.md#6.4 --- */
/*
 * One lock for everything of host_shim, if there may be several threads; else all of this is nothing. A
 * function of the kernel's begins with SHIM_LOCKED(); it nests.
 */
bool shim_lock(void);
void shim_unlock(const bool *locked);
/* How many functions that began with SHIM_LOCKED() the calling thread is in; a jump out of them sets it. */
unsigned int shim_busy(void);
void shim_set_busy(unsigned int depth);
#define SHIM_LOCKED() \
	const bool shim_locked __attribute__((__cleanup__(shim_unlock), __unused__)) = shim_lock()
void shim_set_threads(bool threads);
bool shim_has_threads(void);
/* Everything is given up, as often as it was taken, and taken again. */
unsigned int shim_unlock_all(void);
void shim_lock_again(unsigned int depth);
/* Until some other thread has called shim_wake(). Only with threads. */
void shim_wait(void);
void shim_wake(void);
/* Of the calling thread; lives as long as the instance. */
struct shim_thread *shim_self(struct hshim *shim);

/* --- calls --- */
/* A call is done, `id` SMC_NONE if there is no such command; a granule has gone or come back. */
void shim_account(struct hshim *shim, const struct hshim_call *call, enum smc_command_id id);
void shim_account_delegated(struct hshim *shim, bool delegated);
unsigned long shim_microseconds(const struct hshim *shim, unsigned long cycles);
/* What is known of a granule; NULL if it was never delegated. */
struct granule_note *shim_note(struct hshim *shim, uint64_t pa);
void shim_observe_granules(struct hshim *shim, struct hshim_call *call,
			   const struct smc_command *row);
void shim_check_arguments(struct hshim *shim, const struct hshim_call *call,
			  const struct smc_command *row);
void shim_check_progress(struct hshim *shim, const struct hshim_call *call);
bool shim_inject(struct hshim *shim, struct hshim_call *call, enum hshim_when when,
		 unsigned int *set);
void shim_run_hooks(struct hshim *shim, struct hshim_call *call, enum hshim_when when);
bool shim_mock(struct hshim *shim, struct hshim_call *call);
void shim_expect_forget(struct hshim *shim);
void shim_expect_note(struct hshim *shim, const struct hshim_call *call);
/* Around the model's work on a call, if there is a recorder. */
void shim_record_begin(struct hshim *shim);
void shim_record_end(struct hshim *shim, const struct hshim_call *call);
/* The host was told something else than what the model said, or the model was not asked. */
void shim_record_injected(struct hshim *shim, const struct hshim_call *call);
/* A scheduling point was reached. */
void shim_scheduled(struct hshim *shim);

/* --- reports --- */
/* Return addresses from frame pointers, from the caller of the frame on. */
void shim_backtrace(void **site, unsigned int count, void *frame);
/* "create_realm+0x3c", at most `size` bytes. */
void shim_symbol(const void *address, char *buf, size_t size);
/* Whose children shall know what it, and what they find out. False without memory. */
bool shim_symbols_start(void);
struct text {
	char at[16384];
	size_t size;
};
void text_add(struct text *text, const char *fmt, ...)
	__attribute__((__format__(__printf__, 2, 3)));
/* A string of JSON. */
void text_json(struct text *text, const char *s);
void text_backtrace(struct text *text, void *const *site, unsigned int count);
/*
 * "f (arch/arm64/kvm/rme.c:10)": the place in the code under test that a finding is about: the first one
 * that is named from `place` in its text on; `place` NULL: that of the calls that led here, or else the first
 * of the text. Empty if there is none.
 */
void shim_site(const char *text, const char *place, char *buf, size_t size);
void text_call(struct text *text, const struct hshim_call *call);
void text_granule(struct text *text, struct hshim *shim, uint64_t pa);
void shim_print_calls(struct hshim *shim);
void shim_print_calls_to(struct text *text, struct hshim *shim, unsigned int count);

#endif
