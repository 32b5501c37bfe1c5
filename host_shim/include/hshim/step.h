/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_STEP_H
#define HSHIM_STEP_H

/* Steps of a fuzzer's input, and fuzzers as such: hshim/fuzz.h, host-shim.md#8.6 */

#include <hshim/env.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * `at` is a guest physical address, in the lower half of the address space: shared memory is named by it too.
 * HSHIM_STEP_HIGH + n is n bytes into the memslot that ends where the lower half does. Steps that make no sense (no machine, not active yet) do nothing.
 */
#define HSHIM_STEP_HIGH (1ul << 63)

enum hshim_step_kind {
	HSHIM_STEP_NONE,
	HSHIM_STEP_MACHINE, /* a new one, the last goes; at: auxiliary planes, count: 0 for one that runs */
	HSHIM_STEP_CREATE,   /* at: auxiliary planes */
	HSHIM_STEP_RAM,      /* count: pages */
	HSHIM_STEP_POPULATE, /* count: pages */
	HSHIM_STEP_VCPU,     /* at: which */
	HSHIM_STEP_ACTIVATE,
	HSHIM_STEP_TOUCH,   /* count: tree; flag 1: shared, 2: write, 4: by the other vCPU */
	HSHIM_STEP_RIPAS,   /* count: pages; flag: RIPAS */
	HSHIM_STEP_S2AP,    /* count: pages; flag: permission index */
	HSHIM_STEP_RELEASE, /* count: pages; flag 1: private memory, 0: the VMM's */
	HSHIM_STEP_CONVERT, /* count: pages; flag 1: to private */
	HSHIM_STEP_REMOVE,  /* at: memslot */
	HSHIM_STEP_EXIT, /* at: IRQ, FIQ, WFI, host call, PSCI call, system register, SError, failed entry */
	HSHIM_STEP_REFUSE, /* the nth command (at) that may is answered status count, index flag */
	HSHIM_STEP_SHORTAGE, /* the nth allocation (at) fails, and count more */
	HSHIM_STEP_PIECES,   /* ranges are carried out in pieces of so many pages; 0: as a whole */
	HSHIM_STEP_RACE,     /* the other vCPU needs the table that is made next */
	HSHIM_STEP_OTHER, /* the other vCPU touches `at` at scheduling points; count 0: it stops */
	HSHIM_STEP_CHECK,
	HSHIM_STEP_COUNT
};

struct hshim_step {
	enum hshim_step_kind what;
	unsigned long at;
	unsigned int count, flag;
};

#define HSHIM_STEP_BYTES 4
#define HSHIM_MAX_STEPS  64

/* Four bytes are a step; any bytes are an input. Returns how many steps there are. */
unsigned int hshim_steps_from(const unsigned char *data, size_t size,
			      struct hshim_step steps[HSHIM_MAX_STEPS]);
/* One line of C. */
void hshim_step_text(const struct hshim_step *step, char *buf, size_t size);

struct hshim_fuzz_target {
	const char *name; /* of the struct hshim_exercise */
	void (*run)(const struct hshim_step *steps, unsigned int count);
	const struct hshim_config *config;
};

/* One input of a fuzzer. False if something was found: it was printed. */
bool hshim_fuzz_one(const struct hshim_fuzz_target *target, const unsigned char *data, size_t size);
/*
 * A program of its own: --runs=N (default 10000), --seed=N; FILE...: these inputs only. Returns the program's
 * status: 0; 1, something was found; 2, usage or input; 3, internal error.
 */
int hshim_fuzz_main(int argc, char **argv, const struct hshim_fuzz_target *target);

#ifdef __cplusplus
}
#endif

#endif
