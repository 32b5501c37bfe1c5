/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_TESTING_H
#define RMMSIM_TESTING_H

/*
 * A host access to memory that is not Non-secure ends the process (RMMSIM_PROTECTION_TRAP). In a test
 * program it is better a failure of the test that runs, with the file and the line of the access, and the
 * tests after it run. Two ways, for test programs without host_shim (which does this by itself):
 *
 *   a framework      include its header before this one, then, before rmmsim_create(),
 *                      rmmsim_testing_fail(&config, rmmsim_fail_cmocka);   CMocka
 *                      rmmsim_testing_fail(&config, rmmsim_fail_check);    Check
 *                      rmmsim_testing_fail(&config, rmmsim_fail_unity);    Unity (ThrowTheSwitch)
 *                    or a function of your own that ends the test as the framework does
 *   none             rmmsim_testing_trap(&config, &trap) before rmmsim_create(), and each test through
 *                      rmmsim_testing_run(&trap, test, argument)
 *
 * The test is left by a jump: a lock that the code under test holds stays held, its memory is not freed. A fault
 * on a thread that a test has started has its report and ends the process, since no framework can go on
 * there. Lines need debug information (-g), names of static functions a program that is not stripped.
 *
 * A framework that forks for each test (Check, unless CK_FORK=no) needs the instance in the test or in a
 * checked fixture: an instance answers only in the process that created it (rmmsim/rmmsim.h).
 */

#include <setjmp.h>

#include <rmmsim/rmmsim.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where an address of the program's code is. */
struct rmmsim_place {
	char function[96]; /* empty: unknown */
	uint64_t offset;   /* from its start */
	char file[96];     /* with its directory if that is a relative one; empty: unknown */
	unsigned int line; /* 0: unknown */
};

/*
 * Looks an address up in the symbols and the line table (DWARF 2 to 5) of the program or shared library it
 * is in; of a return address take one byte less. False if neither function nor line is known; *place is filled
 * in any case. Opens that file; allocates nothing, so that it may be called in a handler of a signal.
 */
RMMSIM_API bool rmmsim_place_of(const void *address, struct rmmsim_place *place);

/*
 * "create_realm +0x3c (rme.c:123)" as far as it is known, else the address; always terminated if `size` is not
 * 0. Returns the length that it wanted, like snprintf(). Otherwise like rmmsim_place_of().
 */
RMMSIM_API size_t rmmsim_place_text(const void *address, char *buf, size_t size);

struct rmmsim_fault {
	uint64_t pa;
	bool write;
	struct rmmsim_place
		place; /* innermost function of the access with a known line, else of the access */
	char text
		[256]; /* "host write to PA 0x80003018: RTT since SMC 17, RTT_CREATE; in f (a.c:12)" */
};

/* Ends the test that runs, and does not return. Called on its thread, in the signal's context. */
typedef void (*rmmsim_fail_fn)(const struct rmmsim_fault *fault);

/*
 * From now on a protection fault of instances created with `config` calls `fail`, after the report was written
 * to stderr, if it is on the first thread of the process. Turns protection on, sets config->gpf and
 * config->gpf_context. If `fail` returns, the default action of SIGSEGV follows.
 */
RMMSIM_API void rmmsim_testing_fail(struct rmmsim_config *config, rmmsim_fail_fn fail);

/* Owned by the program, lives as long as the instances that use it. Only `fault` is for the program. */
struct rmmsim_trap {
	struct rmmsim_fault fault; /* after rmmsim_testing_run() has returned false */
	bool armed;
	uintptr_t thread;
	jmp_buf to;
};

/* The same for rmmsim_testing_run(), on any thread. A fault outside of it has the default action. */
RMMSIM_API void rmmsim_testing_trap(struct rmmsim_config *config, struct rmmsim_trap *trap);
/* Calls test(argument). False if a protection fault on this thread left it. Does not nest. */
RMMSIM_API bool rmmsim_testing_run(struct rmmsim_trap *trap, void (*test)(void *argument),
				   void *argument);

/* --- frameworks whose header was included before ------------------------------------------- */

#ifdef CMOCKA_H_
static inline void rmmsim_fail_cmocka(const struct rmmsim_fault *fault)
{
	print_error("%s\n", fault->text);
	_fail(*fault->place.file ? fault->place.file : "unknown file", (int)fault->place.line);
}
#endif

#ifdef CHECK_H
static inline void rmmsim_fail_check(const struct rmmsim_fault *fault)
{
	_ck_assert_failed(*fault->place.file ? fault->place.file : "unknown file",
			  (int)fault->place.line, "Protection fault", "%s", fault->text);
}
#endif

#ifdef UNITY_FRAMEWORK_H
static inline void rmmsim_fail_unity(const struct rmmsim_fault *fault)
{
	/* Unity knows one file, that of the tests: the line is the test's, the text has that of the access. */
	UnityFail(fault->text, Unity.CurrentTestLineNumber);
}
#endif

#ifdef __cplusplus
}
#endif

#endif
