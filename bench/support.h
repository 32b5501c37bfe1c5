/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BENCH_SUPPORT_H
#define BENCH_SUPPORT_H

/*
 * Fixed work, median of several runs, JSON out. Public API only. With RMMSIM_BENCH_QUICK in the environment one run
 * of a part of the work: for those who start the program again and again (bench/report.py).
 */

#include <rmmsim/rmmsim.h>
#include <rmmsim/script.h>

#define BENCH_RUNS 7

#define BENCH_RD        0x80000000u
#define BENCH_ROOT      0x80010000u /* up to 16 concatenated tables */
#define BENCH_PARAMS    0x80100000u /* Non-secure page for parameters */
#define BENCH_RUN       0x80101000u /* Non-secure RmiRecRun */
#define BENCH_SOURCE    0x80102000u /* Non-secure page with content */
#define BENCH_REC       0x80200000u /* REC, then its auxiliary granules */
#define BENCH_FREE      0x81000000u /* everything above is free for the work */
#define BENCH_IPA_WIDTH 40

/* Seconds that this process has spent on a CPU: machines are shared, and all work is of one thread. */
double bench_now(void);

/* One measured piece of work: prepares nothing, repeats `calls` calls. */
typedef void (*bench_fn)(struct rmmsim *sim, uint64_t calls);

/* Prints one result: the median over BENCH_RUNS, with the least and the most, of `work(sim, calls)`, in calls per second. */
void bench_calls(const char *name, struct rmmsim *sim, bench_fn work, uint64_t calls);
/* Prints one result in seconds. */
/* `runs`, or 1 when it has to be quick. */
unsigned int bench_runs(unsigned int runs);
void bench_seconds(const char *name, const double *seconds, unsigned int runs);
void bench_median(const char *name, const char *unit, const double *values, unsigned int runs);
void bench_number(const char *name, const char *unit, double value);

/* Opens and closes the JSON object of one program. */
void bench_begin(const char *program);
void bench_end(void);

/* An instance; ends the program with a message on failure. */
struct rmmsim *bench_open(const struct rmmsim_config *config);
/* Instance with 256 MiB; ends the program with a message on failure. */
struct rmmsim *bench_sim(enum rmmsim_protection protection);

extern struct rmmsim_regs bench_no_regs;
/* Issues a call and ends the program unless X0 is `expected`. Returns X1. */
uint64_t bench_smc(struct rmmsim *sim, uint32_t fid, uint64_t x1, uint64_t x2, uint64_t x3,
		   uint64_t x4, uint64_t x5);

/* A NEW Realm at BENCH_RD: 40-bit IPA, start level 0 (one root), one Plane. */
void bench_realm_create(struct rmmsim *sim);
/* Tables down to level 3 that cover [ipa, top), taken from `table` upwards; returns the next free. */
uint64_t bench_tables(struct rmmsim *sim, uint64_t ipa, uint64_t top, int level, uint64_t table);
void bench_rec_create(struct rmmsim *sim);

#endif
