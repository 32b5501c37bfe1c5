/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Snapshots: what a restore costs without any change and for each granule that changed, and the loop of
 * a fuzzer: restore, 20 calls.
 */
#include <stdio.h>
#include <stdlib.h>

#include <rmmsim/snapshot.h>

#include "bench/support.h"

#define IPA       UINT64_C(0x40000000)
#define MANY      256
#define CALLS     20
#define HOST_RUNS 51
#define WARM_UP   40
#define MOST      65536

#define BENCH_POINTERS (BENCH_RD + 0x10000000u)

static void need(enum rmmsim_status status)
{
	if (status == RMMSIM_OK)
		return;
	fprintf(stderr, "bench: %s\n", rmmsim_status_text(status));
	exit(3);
}

static void change(struct rmmsim *sim, unsigned int granules)
{
	for (unsigned int i = 0; i < granules; i++)
		bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, BENCH_FREE + i * 4096, 0, 0, 0, 0);
	for (unsigned int i = 0; i < granules; i++)
		bench_smc(sim, SMC_RMI_DATA_CREATE_UNKNOWN, BENCH_RD, BENCH_FREE + i * 4096,
			  IPA + i * 4096, 0, 0);
}

/* Seconds of a restore after `granules` granules changed, records and content. */
static double restore(struct rmmsim *sim, uint64_t id, unsigned int granules)
{
	const unsigned int times = granules ? 200 : 20000;
	double seconds = 0;

	for (unsigned int n = 0; n < times; n++) {
		double start;

		change(sim, granules);
		start = bench_now();
		need(rmmsim_restore(sim, id));
		seconds += bench_now() - start;
	}
	return seconds / times;
}

/* The same after the Host wrote to `MANY` granules by a pointer: every one, or every `stride`th. */
static void restore_host(struct rmmsim *sim, uint64_t id, unsigned int stride, const char *name)
{
	double seconds[HOST_RUNS];

	for (unsigned int n = 0; n < HOST_RUNS; n++) {
		double start;

		for (unsigned int i = 0; i < MANY; i++) {
			uint64_t *word = rmmsim_host_ptr(
				sim, BENCH_FREE + (uint64_t)i * stride * 4096, sizeof(*word));

			*word = n + 1;
		}
		start = bench_now();
		need(rmmsim_restore(sim, id));
		seconds[n] = (bench_now() - start) / MANY;
	}
	bench_seconds(name, seconds, HOST_RUNS);
}

/* A restore although nothing changed, after the Host took `count` pointers, and asked again each time or not. */
static void restore_pointers(const struct rmmsim_config *config, unsigned int count, bool again,
			     const char *name)
{
	struct rmmsim *sim = bench_open(config);
	double seconds[HOST_RUNS];
	uint64_t id;

	need(rmmsim_snapshot(sim, &id));
	for (unsigned int n = 0; n < WARM_UP + HOST_RUNS; n++) {
		double start;

		for (unsigned int i = 0; i < count && (again || n == 0); i++)
			rmmsim_host_ptr(sim, BENCH_POINTERS + (uint64_t)i * 4096, 8);
		start = bench_now();
		need(rmmsim_restore(sim, id));
		seconds[n < WARM_UP ? 0 : n - WARM_UP] = bench_now() - start;
	}
	bench_seconds(name, seconds, HOST_RUNS);
	rmmsim_destroy(sim);
}

/* The Host has pointers into a machine of 1 GiB, or none and a machine of 1 TiB. */
static void pointers(enum rmmsim_protection protection)
{
	struct rmmsim_config config;

	rmmsim_config_init(&config);
	config.protection = protection;
	config.dram[0] = (struct rmmsim_range){BENCH_RD, BENCH_RD + (UINT64_C(1) << 30)};
	restore_pointers(&config, MANY, true, "restore, nothing changed, 256 pointers asked again");
	restore_pointers(&config, MANY, false, "restore, nothing changed, 256 old pointers");
	restore_pointers(&config, MOST, false, "restore, nothing changed, 65536 old pointers");
	config.host_pointers_end = true;
	restore_pointers(&config, MOST, false,
			 "restore, nothing changed, 65536 pointers that ended");
	config.dram[0].top = BENCH_RD + (UINT64_C(1) << 40);
	restore_pointers(&config, 0, false, "restore, nothing changed, 1 TiB of memory");
}

/* Seconds of a snapshot after `MANY` granules changed. */
static double snapshot(struct rmmsim *sim, uint64_t id)
{
	double seconds = 0;
	uint64_t other;

	for (unsigned int n = 0; n < 100; n++) {
		double start;

		change(sim, MANY);
		start = bench_now();
		need(rmmsim_snapshot(sim, &other));
		seconds += bench_now() - start;
		need(rmmsim_restore(sim, id));
		need(rmmsim_snapshot_free(sim, other));
	}
	return seconds / 100;
}

static void work_loop(struct rmmsim *sim, uint64_t sequences)
{
	uint64_t id;

	need(rmmsim_snapshot(sim, &id));
	while (sequences--) {
		change(sim, CALLS / 2);
		need(rmmsim_restore(sim, id));
	}
	need(rmmsim_snapshot_free(sim, id));
}

static void work_fingerprint(struct rmmsim *sim, uint64_t calls)
{
	const uint64_t same = rmmsim_fingerprint(sim);

	while (calls--) {
		if (rmmsim_fingerprint(sim) != same)
			exit(3);
	}
}

static void all(enum rmmsim_protection protection, const char *suffix)
{
	struct rmmsim *sim = bench_sim(protection);
	double none, many;
	uint64_t id;

	bench_number(suffix, "protection", protection == RMMSIM_PROTECTION_TRAP);
	bench_realm_create(sim);
	bench_tables(sim, IPA, IPA + 0x200000, 3, BENCH_FREE + 0x1000000);
	need(rmmsim_snapshot(sim, &id));
	none = restore(sim, id, 0);
	many = restore(sim, id, MANY);
	bench_number("restore, nothing changed", "s", none);
	bench_number("restore, each granule that changed", "s", (many - none) / MANY);
	restore_host(sim, id, 1, "restore, each granule that the Host wrote");
	restore_host(sim, id, 2, "restore, each granule of every other one that the Host wrote");
	bench_number("snapshot, each granule that changed", "s", snapshot(sim, id) / MANY);
	bench_calls("restore and 20 calls", sim, work_loop, 5000);
	bench_calls("fingerprint, nothing changed", sim, work_fingerprint, 5000);
	rmmsim_destroy(sim);
	pointers(protection);
}

int main(void)
{
	bench_begin("snapshot");
	all(RMMSIM_PROTECTION_OFF, "protection off");
	all(RMMSIM_PROTECTION_TRAP, "protection on");
	bench_end();
	return 0;
}
