/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_SUPPORT_STEPS_H
#define TESTS_SUPPORT_STEPS_H

/*
 * A Realm that does what a list says: one exception per line, without a look at the tables.
 * What the Plane looked like each time it got control is kept.
 *
 *	steps_set(s, 4, 0x55aa);
 *	steps_sync(s, ESR, far, hpfar);
 *	steps_enter(s, rec);
 *	assert_int_equal(s->host->exit.gprs[0], 0x55aa);
 *
 * When the list is used up the REC leaves with an IRQ exit.
 */

#include "tests/support/host.h"

#define STEPS_MAX 32

struct steps;
typedef void (*step_fn)(struct steps *steps, void *argument);

struct step {
	struct rmmsim_event event;
	uint64_t x[31];
	uint32_t x_set;
	struct {
		enum rmmsim_sysreg sysreg;
		uint64_t value;
	} sysreg[8];
	unsigned int sysregs;
	step_fn fn; /* called first */
	void *argument;
};

/* What the engine was given at one entry to the Realm. */
struct steps_seen {
	unsigned int plane;
	struct rmmsim_plane context;
	struct rmmsim_vcpu vcpu; /* pointers in it are stale */
};

struct steps {
	struct host *host;
	struct step step[STEPS_MAX];
	unsigned int count, next;
	struct steps_seen seen[STEPS_MAX];
	unsigned int seen_count;
	struct rmi_rec_enter enter; /* of the next steps_enter(), which clears it */
	struct rmmsim_vcpu *vcpu;   /* in a step_fn: what runs */
};

/* Makes the list the engine of host->sim. `steps` must outlive the instance. */
void steps_open(struct steps *steps, struct host *host);

/* Something that happens before the next exception on the list. */
void steps_set(struct steps *steps, unsigned int n, uint64_t value);
void steps_sysreg(struct steps *steps, enum rmmsim_sysreg sysreg, uint64_t value);
void steps_do(struct steps *steps, step_fn fn, void *argument);

/* Exceptions. An HVC (by its EC) has the PC after the instruction, as a PE reports it. */
void steps_sync(struct steps *steps, uint64_t esr, uint64_t far, uint64_t hpfar);
void steps_event(struct steps *steps, enum rmmsim_event_kind kind, uint64_t esr);
#define steps_smc(steps, fid, ...)                                         \
	steps_smc_array((steps), (const uint64_t[]){(fid), ##__VA_ARGS__}, \
			sizeof((const uint64_t[]){(fid), ##__VA_ARGS__}) / sizeof(uint64_t))
void steps_smc_array(struct steps *steps, const uint64_t *x, size_t count);

/* REC_ENTER with steps->enter; host->exit is filled on success. Forgets what was seen before. */
uint64_t steps_try_enter(struct steps *steps, uint64_t rec);
/* The same, has to succeed. */
void steps_enter(struct steps *steps, uint64_t rec);

/* The state at the last (0) or an earlier entry to the Realm during the last REC_ENTER. */
const struct steps_seen *steps_last(const struct steps *steps, unsigned int back);

/* Syndromes. */
#define STEPS_IL         (UINT64_C(1) << 25)
#define STEPS_EC(ec)     ((uint64_t)(ec) << 26 | STEPS_IL)
#define STEPS_SMC        STEPS_EC(0x17)
#define STEPS_HVC(imm)   (STEPS_EC(0x16) | (imm))
#define STEPS_WFX(ti)    (STEPS_EC(0x01) | (ti))
#define STEPS_FETCH(fsc) (STEPS_EC(0x20) | (fsc))
#define STEPS_DATA(fsc)  (STEPS_EC(0x24) | (fsc))
#define STEPS_ISV        (UINT64_C(1) << 24)
#define STEPS_SAS(log2)  ((uint64_t)(log2) << 22)
#define STEPS_SSE        (UINT64_C(1) << 21)
#define STEPS_SRT(n)     ((uint64_t)(n) << 16)
#define STEPS_SF         (UINT64_C(1) << 15)
#define STEPS_WNR        (UINT64_C(1) << 6)
/* MSR and MRS by op0, op1, CRn, CRm, op2 and the general register. */
#define STEPS_MSR(op0, op1, crn, crm, op2, rt)                                                    \
	(STEPS_EC(0x18) | (uint64_t)(op0) << 20 | (uint64_t)(op2) << 17 | (uint64_t)(op1) << 14 | \
	 (uint64_t)(crn) << 10 | (uint64_t)(rt) << 5 | (crm) << 1)
#define STEPS_MRS(...)   (STEPS_MSR(__VA_ARGS__) | 1)
#define STEPS_HPFAR(ipa) ((ipa) >> 12 << 4)

#endif
