/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_TESTING_PROGRAMS_FAULTY_H
#define TESTS_TESTING_PROGRAMS_FAULTY_H

/*
 * What the test programs of each framework share: code under test that touches delegated memory, and code that
 * does not. tests/testing/test_frameworks.sh looks for the marked lines in what they print.
 */

#include <pthread.h>
#include <string.h>

#include <rmmsim/testing.h>

#define PAGE UINT64_C(0x80005000)

static inline uint64_t delegate(struct rmmsim *sim)
{
	struct rmmsim_regs regs = {.x = {SMC_RMI_GRANULE_DELEGATE, PAGE}};

	rmmsim_smc(sim, 0, &regs);
	return regs.x[0];
}

__attribute__((noinline)) static void touch(struct rmmsim *sim)
{
	volatile uint8_t *page = rmmsim_host_ptr(sim, PAGE, 4096);

	delegate(sim);
	page[8] = 1; /* a write */
}

/* The access itself is in libc, which has no lines. */
__attribute__((noinline)) static void touch_by_libc(struct rmmsim *sim)
{
	void *(*const volatile copy)(void *, const void *, size_t) = memcpy;
	const void *page = rmmsim_host_ptr(sim, PAGE, 4096);
	char to[4096];

	delegate(sim);
	copy(to, page, sizeof(to)); /* a copy */
}

static inline struct rmmsim *create(const struct rmmsim_config *config)
{
	struct rmmsim *sim;

	return rmmsim_create(config, &sim, NULL) == RMMSIM_OK ? sim : NULL;
}

#endif
