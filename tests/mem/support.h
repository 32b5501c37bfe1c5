/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_MEM_SUPPORT_H
#define TESTS_MEM_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mem/mem.h"

/* Limits of address space mean nothing then. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TEST_SANITIZED 1
#endif
#endif
#ifndef TEST_SANITIZED
#define TEST_SANITIZED 0
#endif

#define MIB (1ull << 20)
#define GIB (1ull << 30)

/* The banks of test_config(), with a hole above and below the coherent device bank. */
#define NCOH_BASE 0x10000000ull
#define NCOH_TOP  0x10010000ull
#define DRAM_BASE 0x80000000ull
#define DRAM_TOP  0x84000000ull
#define COH_BASE  0x90000000ull
#define COH_TOP   0x90004000ull
#define HIGH_BASE 0x880000000ull
#define HIGH_TOP  0x880400000ull

/* Two banks of DRAM, one of each kind of device memory. */
struct rmmsim_config test_config(enum rmmsim_protection protection);
/* Creates memory or fails the test. */
struct mem *test_create(const struct rmmsim_config *config);
struct mem *test_mem(enum rmmsim_protection protection);

/* mem_set_state() of the granule at `pa`, by SMC number 1, 2, ... which is RMI_GRANULE_DELEGATE. */
void test_state(struct mem *mem, uint64_t pa, enum granule_state state);

/* Whether the system would let the process read this byte. */
bool test_accessible(const void *address);
/* Whether it is inaccessible, in the host view of `mem`, without asking for it to be opened. */
bool test_closed(const struct mem *mem, uint64_t pa);
/* Whether every granule of [pa, top) is accessible in the host view exactly if `wanted`. */
bool test_host_access(struct mem *mem, uint64_t pa, uint64_t top, bool wanted);

/*
 * Runs `body` in a child process and returns its wait status (0 when body returns). What it writes to
 * stderr is in `output`, terminated, cut off after `size` - 1 bytes.
 */
int test_child(void (*body)(void *context), void *context, char *output, size_t size);

#endif
