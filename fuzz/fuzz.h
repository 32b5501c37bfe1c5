/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

/*
 * What the targets share. A *target* is what a fuzzer runs: bytes in, a report and the end of the process if something
 * is wrong. A *finding* is what an oracle or the comparison with another monitor (*peer*) noticed; a *variant* is the
 * library with one mistake on purpose (smc/mutants.def), by which oracles are measured. State is made once per process
 * and gone back to, one thread.
 * A target is a file fuzz_*.c with LLVMFuzzerTestOneInput(); libFuzzer, AFL++
 * and the runner of standalone.c call it. Environment, for all of them:
 *	RMMSIM_FUZZ_EVERY=N  oracles look at one call of N (default 1: at all)
 *	RMMSIM_FUZZ_MUTANT=NAME  run a broken variant (builds with RMMSIM_MUTANTS only)
 *	RMMSIM_FUZZ_PEER=COMMAND  fuzz_differential: compare with this program
 *	RMMSIM_FUZZ_PEER_TIMEOUT=S  seconds that it has for each answer (default 30)
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sequence/feature.h"
#include "sequence/mutate.h"
#include "sequence/oracle.h"
#include "sequence/run.h"

/* The interface of libFuzzer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
				 size_t size2, uint8_t *out, size_t max_size, unsigned int seed);
/* Given by libFuzzer; the other runners have one of their own. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* Decodes, runs and looks; ends the process with a report if something is found. */
void fuzz_sequence_run(const uint8_t *data, size_t size);
size_t fuzz_sequence_mutate(enum smc_caller caller, uint8_t *data, size_t size, size_t max_size,
			    unsigned int seed);
size_t fuzz_sequence_cross(const uint8_t *data1, size_t size1, const uint8_t *data2, size_t size2,
			   uint8_t *out, size_t max_size, unsigned int seed);

/* Tells the fuzzer that something new may have been reached. */
void fuzz_counter(uint32_t hash);
/* struct sequence_features.reached as counters. */
void fuzz_feature(void *context, enum sequence_feature_kind kind, unsigned int a, unsigned int b,
		  unsigned int c);

/* The number in the environment, or the default. */
unsigned int fuzz_setting(const char *name, unsigned int value);
/* Turns the broken variant of the environment on or off; false if there is none. */
bool fuzz_mutant(bool on);

/* Writes what was found and the sequence to stderr and aborts. */
void fuzz_report(const char *finding, const struct sequence *sequence) __attribute__((noreturn));

#endif
