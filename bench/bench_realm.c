/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A whole Realm of 64 MiB in 4 KiB pages, from the first GRANULE_DELEGATE to the last
 * GRANULE_UNDELEGATE, and what the library itself needs for it in memory.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/support.h"

#define IPA   UINT64_C(0x40000000)
#define SIZE  UINT64_C(0x4000000)
#define TOP   (IPA + SIZE)
#define TABLE (BENCH_FREE + SIZE)
#define RUNS  5

static void init_ripas(struct rmmsim *sim)
{
	uint64_t base = IPA;

	while (base < TOP)
		base = bench_smc(sim, SMC_RMI_RTT_INIT_RIPAS, BENCH_RD, base, TOP, 0, 0);
}

static void populate(struct rmmsim *sim)
{
	for (uint64_t at = 0; at < SIZE; at += 4096) {
		bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, BENCH_FREE + at, 0, 0, 0, 0);
		bench_smc(sim, SMC_RMI_DATA_CREATE_UNKNOWN, BENCH_RD, BENCH_FREE + at, IPA + at, 0,
			  0);
	}
}

static void tear_down(struct rmmsim *sim, uint64_t tables_top)
{
	for (uint64_t at = 0; at < SIZE; at += 4096) {
		bench_smc(sim, SMC_RMI_DATA_DESTROY, BENCH_RD, IPA + at, 0, 0, 0);
		bench_smc(sim, SMC_RMI_GRANULE_UNDELEGATE, BENCH_FREE + at, 0, 0, 0, 0);
	}
	for (uint64_t ipa = IPA; ipa < TOP; ipa += 0x200000)
		bench_smc(sim, SMC_RMI_RTT_DESTROY, BENCH_RD, ipa, 3, 0, 0);
	bench_smc(sim, SMC_RMI_RTT_DESTROY, BENCH_RD, IPA, 2, 0, 0);
	bench_smc(sim, SMC_RMI_RTT_DESTROY, BENCH_RD, 0, 1, 0, 0);
	bench_smc(sim, SMC_RMI_REALM_DESTROY, BENCH_RD, 0, 0, 0, 0);
	for (uint64_t table = TABLE; table < tables_top; table += 4096)
		bench_smc(sim, SMC_RMI_GRANULE_UNDELEGATE, table, 0, 0, 0, 0);
	bench_smc(sim, SMC_RMI_GRANULE_UNDELEGATE, BENCH_ROOT, 0, 0, 0, 0);
	bench_smc(sim, SMC_RMI_GRANULE_UNDELEGATE, BENCH_RD, 0, 0, 0, 0);
}

/* `ripas_level`: level of the tables that INIT_RIPAS works on. */
static double life(struct rmmsim *sim, int ripas_level)
{
	double start = bench_now();
	uint64_t table;

	bench_realm_create(sim);
	table = bench_tables(sim, IPA, TOP, 2, TABLE);
	if (ripas_level == 2)
		init_ripas(sim);
	for (uint64_t ipa = IPA; ipa < TOP; ipa += 0x200000) {
		bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, table, 0, 0, 0, 0);
		bench_smc(sim, SMC_RMI_RTT_CREATE, BENCH_RD, table, ipa, 3, 0);
		table += 4096;
	}
	if (ripas_level == 3)
		init_ripas(sim);
	populate(sim);
	bench_smc(sim, SMC_RMI_REALM_ACTIVATE, BENCH_RD, 0, 0, 0, 0);
	tear_down(sim, table);
	return bench_now() - start;
}

static void lives(const char *name, enum rmmsim_protection protection, int ripas_level)
{
	struct rmmsim *sim = bench_sim(protection);
	const unsigned int runs = bench_runs(RUNS);
	double seconds[RUNS];
	char first[96];

	/* The first life also pays for the pages that the system hands out. */
	seconds[0] = life(sim, ripas_level);
	snprintf(first, sizeof(first), "%s, first in a fresh instance", name);
	bench_seconds(first, seconds, 1);
	for (unsigned int run = 0; run < runs; run++)
		seconds[run] = life(sim, ripas_level);
	bench_seconds(name, seconds, runs);
	rmmsim_destroy(sim);
}

/* Private memory of this process in bytes: what is resident less what is shared (the memfd). */
static double private_bytes(void)
{
	unsigned long size = 0, resident = 0, shared = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f)
		return 0;
	if (fscanf(f, "%lu %lu %lu", &size, &resident, &shared) != 3)
		resident = shared = 0;
	fclose(f);
	return (double)(resident - shared) * (double)sysconf(_SC_PAGESIZE);
}

static void memory(void)
{
	struct rmmsim *sim = bench_sim(RMMSIM_PROTECTION_OFF);
	double before = private_bytes();

	for (uint64_t at = 0; at < SIZE; at += 4096)
		bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, BENCH_FREE + at, 0, 0, 0, 0);
	bench_number("memory per touched granule beyond the simulated RAM", "B",
		     (private_bytes() - before) / (double)(SIZE / 4096));
	rmmsim_destroy(sim);
}

int main(void)
{
	bench_begin("realm");
	lives("64 MiB realm, RIPAS at level 2", RMMSIM_PROTECTION_OFF, 2);
	lives("64 MiB realm, RIPAS at level 3", RMMSIM_PROTECTION_OFF, 3);
	lives("64 MiB realm, RIPAS at level 2, protection on", RMMSIM_PROTECTION_TRAP, 2);
	lives("64 MiB realm, RIPAS at level 3, protection on", RMMSIM_PROTECTION_TRAP, 3);
	memory();
	bench_end();
	return 0;
}
