/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_FUZZ_H
#define HSHIM_FUZZ_H

/*
 * The exercise as a fuzzer: an input is a sequence of what a VMM, guests, other CPUs and the monitor do, every
 * oracle watches. With the four functions of struct hshim_exercise,
 *
 *	HSHIM_FUZZER(my_host, machine)
 *
 * in a file without main() gives the entry of libFuzzer and AFL++, and with -DHSHIM_FUZZ_ALONE a program that
 * makes its own inputs. What is found is made small and printed as an HSHIM_TEST. host-shim.md#8.6
 */

#include <hshim/exercise.h>
#include <hshim/step.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a test that was printed calls: the steps, then the machine goes. */
void hshim_exercise_steps(const struct hshim_exercise *what, const struct hshim_step *steps,
			  unsigned int count);

#define HSHIM_FUZZ_TARGET_(id, machine)                                            \
	static void id##_steps(const struct hshim_step *steps, unsigned int count) \
	{                                                                          \
		hshim_exercise_steps(&(id), steps, count);                         \
	}                                                                          \
	static const struct hshim_fuzz_target id##_target = {                      \
		.name = #id, .run = id##_steps, .config = &(machine)};
#ifdef HSHIM_FUZZ_ALONE
#define HSHIM_FUZZER(id, machine)                                 \
	HSHIM_FUZZ_TARGET_(id, machine)                           \
	int main(int argc, char **argv)                           \
	{                                                         \
		return hshim_fuzz_main(argc, argv, &id##_target); \
	}
#else
#define HSHIM_FUZZER(id, machine)                                           \
	HSHIM_FUZZ_TARGET_(id, machine)                                     \
	int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size); \
	int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)  \
	{                                                                   \
		if (!hshim_fuzz_one(&id##_target, data, size))              \
			__builtin_trap();                                   \
		return 0;                                                   \
	}
#endif

#ifdef __cplusplus
}
#endif

#endif
