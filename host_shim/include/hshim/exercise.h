/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_EXERCISE_H
#define HSHIM_EXERCISE_H

/*
 * What every host does with a machine and every Realm asks of its host, as tests for the oracles to watch:
 *
 *	static const struct hshim_exercise my_host = {.create = create, .ram = ram, ...};
 *	HSHIM_EXERCISES(my_host)
 *
 * in the file of main(). The tests are called my_host_life, my_host_faults and so on.
 */

#include <hshim/test.h>
#include <hshim/vm.h>

/* How the version under test is asked for what a VMM wants. 0 or a negative errno. */
struct hshim_exercise {
	/* Configures and creates the Realm of a new machine. */
	int (*create)(struct hshim_vm *vm, unsigned int aux_planes);
	/* [base, base + size) is RAM when the Realm starts; NULL: there is no such request. */
	int (*ram)(struct hshim_vm *vm, u64 base, u64 size);
	/* The VMM's content of [base, base + size) becomes private memory; NULL: there is no such request. */
	int (*populate)(struct hshim_vm *vm, u64 base, u64 size);
	int (*activate)(struct hshim_vm *vm);
	unsigned int aux_planes;  /* at most so many are asked for */
	unsigned int ipa_bits[3]; /* sizes of the address space; all 0: 40 and 48 */
};

/* Machines of each size, with and without planes; refused requests; machines that are not finished. */
void hshim_exercise_life(const struct hshim_exercise *what);
/* Every request of the VMM at every moment. */
void hshim_exercise_order(const struct hshim_exercise *what);
/* Monitors with fewer features, or more of them than the host has room for. */
void hshim_exercise_features(const struct hshim_exercise *what);
/* Private memory: first touch, second touch, other trees, at every edge; released again. */
void hshim_exercise_faults(const struct hshim_exercise *what);
/* Memory that changes hands: conversion, release, blocks. */
void hshim_exercise_shared(const struct hshim_exercise *what);
/* Trees that differ: each page is mapped in other trees than the one beside it. */
void hshim_exercise_trees(const struct hshim_exercise *what);
/* Memory that is mapped in larger pieces than pages, if this version can do it. */
void hshim_exercise_blocks(const struct hshim_exercise *what);
/* What a Realm asks for: RIPAS and permissions, over ranges of every alignment. */
void hshim_exercise_requests(const struct hshim_exercise *what);
/* Ranges over several tables, which the monitor carries out in pieces. */
void hshim_exercise_pieces(const struct hshim_exercise *what);
/* What a REC exit says arrives in the vCPU, and the answer arrives in the entry. */
void hshim_exercise_exits(const struct hshim_exercise *what);
/* Empty, wrapping, unaligned and foreign ranges in the VMM's requests. */
void hshim_exercise_ranges(const struct hshim_exercise *what);
/* Two vCPUs: at every scheduling point the other one runs. */
void hshim_exercise_others(const struct hshim_exercise *what);
/* A short life with a little of everything: the body of sweeps. */
void hshim_exercise_short(const struct hshim_exercise *what);
/* Each command of hshim_exercise_short() is refused once, with each status that it has; tear-down too; twice. */
void hshim_exercise_refusals(void (*short_life)(void));
/* Each allocation fails, alone and with the next one. */
void hshim_exercise_shortage(void (*short_life)(void));

#define HSHIM_EXERCISE_(name, part)             \
	HSHIM_TEST(name##_##part)               \
	{                                       \
		hshim_exercise_##part(&(name)); \
	}
#define HSHIM_EXERCISES(name)                               \
	HSHIM_EXERCISE_(name, life)                         \
	HSHIM_EXERCISE_(name, order)                        \
	HSHIM_EXERCISE_(name, features)                     \
	HSHIM_EXERCISE_(name, faults)                       \
	HSHIM_EXERCISE_(name, shared)                       \
	HSHIM_EXERCISE_(name, trees)                        \
	HSHIM_EXERCISE_(name, blocks)                       \
	HSHIM_EXERCISE_(name, requests)                     \
	HSHIM_EXERCISE_(name, pieces)                       \
	HSHIM_EXERCISE_(name, exits)                        \
	HSHIM_EXERCISE_(name, ranges)                       \
	HSHIM_EXERCISE_(name, others)                       \
	static void name##_short_life(void)                 \
	{                                                   \
		hshim_exercise_short(&(name));              \
	}                                                   \
	HSHIM_TEST(name##_sweep_of_allocations)             \
	{                                                   \
		hshim_exercise_shortage(name##_short_life); \
	}                                                   \
	HSHIM_TEST(name##_sweep_of_calls)                   \
	{                                                   \
		hshim_exercise_refusals(name##_short_life); \
	}

#endif
