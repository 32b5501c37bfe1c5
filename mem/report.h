/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_REPORT_H
#define MEM_REPORT_H

/* What a host access to memory that is not Non-secure looks like. All async-signal-safe. */

#include "mem/mem.h"

/* A copy: another thread may change the granule or destroy the instance meanwhile. */
struct report {
	uint64_t pa;
	uint64_t owner; /* PA of the owner RD, 0 if none */
	struct granule granule;
	bool write;
	void *pc;             /* of the access */
	unsigned int changes; /* how often protection changed anything */
	rmmsim_gpf_fn gpf;
	void *gpf_context;
};

enum report_verdict {
	REPORT_NOT_OURS,
	REPORT_RETRY,      /* Non-secure memory, which was made accessible */
	REPORT_ACCESSIBLE, /* it is accessible already; report->changes is filled */
	REPORT_TAKEN,      /* described */
};

/* Judges an access to `address` that took a fault, and describes it unless the Host was allowed to. */
enum report_verdict report_take(struct report *report, struct mem *mem, const void *address);
/* Adds what the processor's context of the signal tells: direction and program counter. */
void report_context(struct report *report, const void *ucontext);
/* Writes the report to stderr and calls the program's function, which need not return. */
void report_deliver(const struct report *report);

#endif
