/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXAMPLES_KVM_HOST_MACHINE_H
#define EXAMPLES_KVM_HOST_MACHINE_H

/*
 * What a host kernel has before there is a virtual machine: pages of memory and the SMC instruction.
 * Every page that was handed out is remembered, so that a leak can be told.
 */

#include <rmmsim/rmmsim.h>

#define PAGE_SIZE UINT64_C(4096)

/* Watches the SMCs. Registers are X0..X17. */
struct machine_watch {
	void (*before)(void *context, const uint64_t *x);
	void (*after)(void *context, const uint64_t *in, const uint64_t *out);
	void *context;
};

struct machine {
	struct rmmsim *sim;
	uint64_t base; /* of the memory */
	size_t pages;
	bool *taken;    /* per page: handed out */
	uint64_t x[18]; /* X0..X17 after the last SMC */
	struct machine_watch watch;
	char failure[256]; /* the first thing that went wrong; empty if nothing did */
};

/* With the first memory bank of the configuration. False: see machine->failure. */
bool machine_open(struct machine *machine, const struct rmmsim_config *config);
void machine_close(struct machine *machine);

/* Notes a failure; the first one is kept. Always false. */
bool machine_fail(struct machine *machine, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* SMC(machine, fid, x1, ...) returns X0; the other results are in machine->x. */
#define SMC(machine, fid, ...) machine_smc((machine), (const uint64_t[8]){(fid), ##__VA_ARGS__})
uint64_t machine_smc(struct machine *machine, const uint64_t x[8]);
/* Parts of an RMI status: rmi-abi.md#3 */
static inline unsigned int status_of(uint64_t x0)
{
	return x0 & 0xff;
}
static inline int level_of(uint64_t x0)
{
	return (int8_t)(x0 >> 8);
}

/* `count` zeroed pages in a row, aligned to their size (a power of two); 0 if there are none. */
uint64_t machine_pages(struct machine *machine, unsigned int count);
void machine_free(struct machine *machine, uint64_t pa, unsigned int count);
/* The same as granules of Realm world. A granule that the monitor does not give back is lost. */
uint64_t machine_delegate(struct machine *machine, unsigned int count);
bool machine_undelegate(struct machine *machine, uint64_t pa, unsigned int count);

/* The memory of pages that are not delegated. */
void *machine_memory(struct machine *machine, uint64_t pa);

/* Pages that were not given back, plus granules that are not the host's. */
size_t machine_leaks(struct machine *machine);

#endif
