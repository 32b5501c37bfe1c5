/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_HOST_SHIM_REALM_H
#define TESTS_HOST_SHIM_REALM_H

/* The host's side of a small Realm, in single calls: what the code under test would do. */

#include <hshim/base/lib.h>
#include <hshim/env.h>
#include <hshim/exit.h>
#include <rmmsim/abi.h>

#define SHARED    (1ul << 38)
#define RAM       (1ul << 30)
#define NORMAL_RW ((5ul << 2) | (3ul << 6))

struct test_realm {
	unsigned long rd, rec, run, root, tables[4];
};

/* X0 of the call. */
unsigned long smc(unsigned int fid, unsigned long a, unsigned long b, unsigned long c,
		  unsigned long d);
#define SMC4(fid, a, b, c, d, ...) smc(fid, a, b, c, d)
#define SMC(fid, ...)              SMC4(fid, __VA_ARGS__, 0, 0, 0, 0)
#define OK(...)                    assert_int_equal(SMC(__VA_ARGS__), RMI_SUCCESS)

void *new_page(void);
unsigned long new_granule(void);
void free_granule(unsigned long pa);
/* Opens an instance and makes a Realm that is not activated. */
void start_realm(struct test_realm *realm);
void new_tables(struct test_realm *realm, unsigned long ipa);
void new_rec(struct test_realm *realm);
/* The Realm asks for [RAM, RAM + 2 pages) to be RAM, and the REC exits. */
void ask_for_ram(struct test_realm *realm);

#endif
