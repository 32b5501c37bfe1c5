/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smc/mutant.h"

/* libFuzzer takes these for coverage: a counter that was never at this value before is progress. */
#define COUNTERS 16384
#ifdef __linux__
__attribute__((section("__libfuzzer_extra_counters"), used))
#endif
static uint8_t counters[COUNTERS];

#ifdef __AFL_COMPILER
/* Of AFL++'s run-time library. */
extern uint32_t __afl_map_size;
void __afl_coverage_interesting(uint8_t value, uint32_t id);
#endif

/*
 * For the address sanitizer. Its default keeps 256 MiB of freed memory apart: each call takes fresh pages
 * from the kernel then, which is half of the time. Sequences free little, so use after free is still seen.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=4";
}

void fuzz_counter(uint32_t hash)
{
	uint8_t *counter = &counters[hash % COUNTERS];

	if (*counter < UINT8_MAX)
		++*counter;
#ifdef __AFL_COMPILER
	/* Among the edges of the program: AFL++ has no other place. */
	if (__afl_map_size)
		__afl_coverage_interesting(1, hash % __afl_map_size);
#endif
}

void fuzz_feature(void *context, enum sequence_feature_kind kind, unsigned int a, unsigned int b,
		  unsigned int c)
{
	uint32_t hash = kind * 0x9e3779b1u;

	(void)context;
	hash = (hash ^ a) * 0x85ebca6bu;
	hash = (hash ^ hash >> 13 ^ b) * 0xc2b2ae35u;
	hash = (hash ^ hash >> 16 ^ c) * 0x27d4eb2fu;
	fuzz_counter(hash ^ hash >> 15);
}

unsigned int fuzz_setting(const char *name, unsigned int value)
{
	const char *text = getenv(name);
	const int number = text ? atoi(text) : 0;

	return number > 0 ? (unsigned int)number : value;
}

bool fuzz_mutant(bool on)
{
#ifdef RMMSIM_MUTANTS
	static const char *const names[] = {
#define MUTANT_ROW(name, text, test, target) [MUTANT_##name] = #name,
#include "smc/mutants.def"
#undef MUTANT_ROW
	};
	const char *wanted = getenv("RMMSIM_FUZZ_MUTANT");

	mutant_active = MUTANT_NONE;
	if (!wanted || !*wanted)
		return false;
	for (unsigned int i = 1; i < MUTANT_COUNT; i++) {
		if (strcmp(names[i], wanted))
			continue;
		mutant_active = on ? (enum mutant)i : MUTANT_NONE;
		return true;
	}
	fprintf(stderr, "fuzz: there is no broken variant \"%s\"\n", wanted);
	exit(2);
#else
	(void)on;
	return false;
#endif
}

void fuzz_report(const char *finding, const struct sequence *sequence)
{
	static char text[65536];

	fprintf(stderr, "fuzz: %s\n", finding);
	if (sequence) {
		sequence_print(sequence, text, sizeof(text));
		fprintf(stderr, "%s", text);
	}
	abort();
}
