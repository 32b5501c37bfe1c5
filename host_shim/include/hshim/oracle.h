/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_ORACLE_H
#define HSHIM_ORACLE_H

/*
 * Oracles: what is wrong in every test. Each has a severity and an allowance per
 * test; each finding is a report with the last SMCs. host-shim.md#8.4
 */

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A note is something that a version may decide: told at the end only. */
enum hshim_severity { HSHIM_OFF, HSHIM_NOTE, HSHIM_WARNING, HSHIM_FAIL };

#define HSHIM_ORACLES(X)                                                   \
	X(LEAK_GRANULE, "leak.granule", HSHIM_FAIL)                        \
	X(LEAK_PAGE, "leak.page", HSHIM_FAIL)                              \
	X(LEAK_ACCOUNTING, "leak.accounting", HSHIM_FAIL)                  \
	X(ACCOUNT_FREED, "accounting.freed", HSHIM_OFF)                    \
	X(LEAK_ID, "leak.id", HSHIM_FAIL)                                  \
	X(FREE_STATE, "free.state", HSHIM_FAIL)                            \
	X(FREE_DOUBLE, "free.double", HSHIM_FAIL)                          \
	X(FREE_KIND, "free.kind", HSHIM_FAIL)                              \
	X(USE_AFTER_FREE, "use.after_free", HSHIM_FAIL)                    \
	X(ALLOC_DELEGATED, "alloc.delegated", HSHIM_FAIL)                  \
	X(OVERRUN, "overrun", HSHIM_FAIL)                                  \
	X(ADDRESS, "address", HSHIM_FAIL)                                  \
	X(GPF, "gpf", HSHIM_FAIL)                                          \
	X(CRASH, "crash", HSHIM_FAIL)                                      \
	X(WARN, "warn", HSHIM_FAIL)                                        \
	X(WARN_STORM, "warn.storm", HSHIM_FAIL)                            \
	X(WARN_ANSWER, "warn.answer", HSHIM_FAIL)                          \
	X(BUG, "bug", HSHIM_FAIL)                                          \
	X(CTX_SLEEP, "ctx.sleep", HSHIM_FAIL)                              \
	X(CTX_STALL, "ctx.stall", HSHIM_WARNING)                           \
	X(LOCK_ORDER, "lock.order", HSHIM_FAIL)                            \
	X(LOCK_UNBALANCED, "lock.unbalanced", HSHIM_FAIL)                  \
	X(LOCK_REQUIRED, "lock.required", HSHIM_FAIL)                      \
	X(LOOP_SMC, "loop.smc", HSHIM_FAIL)                                \
	X(LOOP_CPU, "loop.cpu", HSHIM_FAIL)                                \
	X(SMC_ARGS, "smc.args", HSHIM_WARNING)                             \
	X(SMC_UNKNOWN, "smc.unknown", HSHIM_WARNING)                       \
	X(SMC_UNDELEGATE_FOREIGN, "smc.undelegate_foreign", HSHIM_WARNING) \
	X(SMC_UNDELEGATE_IN_USE, "smc.undelegate_in_use", HSHIM_FAIL)      \
	X(SMC_UNDELEGATE_REFUSED, "smc.undelegate_refused", HSHIM_FAIL)    \
	X(SMC_STATUS_IGNORED, "smc.status_ignored", HSHIM_OFF)             \
	X(SMC_POISON, "smc.poison", HSHIM_FAIL)                            \
	X(SMC_EXPECT, "smc.expect", HSHIM_FAIL)                            \
	X(MODEL_CONSISTENCY, "model.consistency", HSHIM_FAIL)              \
	X(MAP_WRITE_RO, "map.write_ro", HSHIM_FAIL)                        \
	X(MAP_ALIGN, "map.align", HSHIM_FAIL)                              \
	X(MAP_PAGE, "map.page", HSHIM_FAIL)                                \
	X(MAP_ATTR, "map.attr", HSHIM_WARNING)                             \
	X(RIPAS_ORDER, "ripas.order", HSHIM_FAIL)                          \
	X(STATE_TRANSITION, "state.transition", HSHIM_FAIL)                \
	X(EXIT_INVALID_FIELD, "exit.invalid_field", HSHIM_WARNING)         \
	X(RESP_FLAGS, "resp.flags", HSHIM_WARNING)                         \
	X(RESP_REFUSED, "resp.refused", HSHIM_FAIL)                        \
	X(CHOICE, "choice", HSHIM_NOTE)                                    \
	X(TEST, "test", HSHIM_FAIL)

enum hshim_oracle_id {
#define HSHIM_ORACLE_ID(id, name, severity) HSHIM_O_##id,
	HSHIM_ORACLES(HSHIM_ORACLE_ID)
#undef HSHIM_ORACLE_ID
		HSHIM_ORACLE_COUNT
};

struct hshim_finding {
	enum hshim_oracle_id id;
	enum hshim_severity severity;
	bool allowed;     /* by hshim_allow() */
	const char *text; /* several lines, without the list of SMCs */
	const char *
		site; /* in the code under test: "f (arch/arm64/kvm/rme.c:10)"; "" if it is not known */
	const char *json; /* the same as one line of JSON */
};

/* "leak.granule" */
const char *hshim_oracle_name(enum hshim_oracle_id id);
/* Names are those of the table, "leak.granule"; unknown names are a finding themselves. */
void hshim_severity(const char *id, enum hshim_severity severity);
enum hshim_severity hshim_severity_of(const char *id);
/* The next `count` findings of this oracle are counted but do not fail the test. */
void hshim_allow(const char *id, unsigned int count);
/* Findings of one oracle (NULL: of all), allowed ones too. */
unsigned int hshim_findings(const char *id);
/* Findings that fail the test. */
unsigned int hshim_failures(void);
const struct hshim_finding *hshim_finding(unsigned int n);
/* Forgets all findings and allowances. */
void hshim_findings_reset(void);
/*
 * lock.required: from now on the lock has to be held, for writing if `write`, whenever the code under test
 * makes the call `fid`. `lock`: &kvm->mmu_lock and so on; of a mutex its member l. At most 32.
 */
struct hshim_lock;
void hshim_require_lock(unsigned int fid, const struct hshim_lock *lock, bool write);

/* Called for each finding, allowed or not. */
typedef void (*hshim_finding_fn)(void *context, const struct hshim_finding *finding);
void hshim_on_finding(hshim_finding_fn fn, void *context);
/* Reports go to this file descriptor (default 2; -1: nowhere); JSON lines to another (default none). */
void hshim_report_to(int text_fd, int json_fd);
/* What the test is about to do: findings until the next call say so. "" for nothing. */
void hshim_doing(const char *fmt, ...) __attribute__((__format__(__printf__, 1, 2)));
/* Adds a finding of oracle `id`. */
void hshim_report(enum hshim_oracle_id id, const char *fmt, ...)
	__attribute__((__format__(__printf__, 2, 3)));

/*
 * Runs fn(argument); a BUG, a granule protection fault, a crash or an exhausted budget leaves it. Returns
 * false when it was left. Nests.
 */
bool hshim_try(void (*fn)(void *argument), void *argument);
/* Leaves the innermost hshim_try(); without one: the program's own function, else abort(). */
void hshim_leave(void) __attribute__((__noreturn__));
/* For other test frameworks: leaves the test, must not return. */
void hshim_set_leave(void (*leave)(void *context, const char *text), void *context);

/*
 * The host is entered anew: what it did before is no part of a loop. hshim/vm.h calls it at each request
 * of a VMM, entry of a vCPU, release of memory and tear-down.
 */
void hshim_entered(void);
/* Forgets what hshim_require_lock() asked for. */
void hshim_require_no_locks(void);
/* SMCs that a test may make (0, the default: no limit), and after how many without a scheduling point it stalls. */
void hshim_smc_budget(unsigned long calls);
void hshim_stall_after(unsigned long calls);
/* The same in simulated microseconds (hshim_cost()); 0, the default: no limit. */
void hshim_stall_after_us(unsigned long us);

#ifdef __cplusplus
}
#endif

#endif
