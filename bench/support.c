/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/support.h"

static bool first_result;

/* To copy from: compilers fill so many zeros by a slow instruction, which would be a third of a VERSION. */
struct rmmsim_regs bench_no_regs;

double bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(const double *values, unsigned int count)
{
	double sorted[64];

	memcpy(sorted, values, count * sizeof(*values));
	qsort(sorted, count, sizeof(*sorted), by_value);
	return sorted[count / 2];
}

/* The processor's name, as far as the system tells: "AMD EPYC". */
static void read_machine(char *name, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char line[256], format[32];

	snprintf(name, size, "unknown");
	snprintf(format, sizeof(format), "model name : %%%zu[^\"\\\n]", size - 1);
	while (file && fgets(line, sizeof(line), file) && sscanf(line, format, name) != 1)
		;
	if (file)
		fclose(file);
}

void bench_begin(const char *program)
{
	char machine[128];

	read_machine(machine, sizeof(machine));
	printf("{\"bench\": \"%s\", \"version\": \"%s\", \"machine\": \"%s\", \"results\": [",
	       program, rmmsim_version(), machine);
	first_result = true;
}

void bench_end(void)
{
	printf("\n]}\n");
}

static void begin_result(const char *name, const char *unit, double value)
{
	printf("%s\n  {\"name\": \"%s\", \"unit\": \"%s\", \"value\": %.6g",
	       first_result ? "" : ",", name, unit, value);
	first_result = false;
}

void bench_number(const char *name, const char *unit, double value)
{
	begin_result(name, unit, value);
	printf("}");
}

void bench_median(const char *name, const char *unit, const double *values, unsigned int runs)
{
	double low = values[0], high = values[0];

	for (unsigned int run = 1; run < runs; run++) {
		low = values[run] < low ? values[run] : low;
		high = values[run] > high ? values[run] : high;
	}
	begin_result(name, unit, median(values, runs));
	printf(", \"min\": %.6g, \"max\": %.6g}", low, high);
}

void bench_seconds(const char *name, const double *seconds, unsigned int runs)
{
	bench_median(name, "s", seconds, runs);
}

static bool quick(void)
{
	return getenv("RMMSIM_BENCH_QUICK") != NULL;
}

unsigned int bench_runs(unsigned int runs)
{
	return quick() ? 1 : runs;
}

void bench_calls(const char *name, struct rmmsim *sim, bench_fn work, uint64_t calls)
{
	const unsigned int runs = bench_runs(BENCH_RUNS);
	double rate[BENCH_RUNS];

	if (quick())
		calls = calls / 4 + 1;
	work(sim, calls / 10 + 1);
	for (unsigned int run = 0; run < runs; run++) {
		double start = bench_now();

		work(sim, calls);
		rate[run] = (double)calls / (bench_now() - start);
	}
	bench_median(name, "1/s", rate, runs);
}

struct rmmsim *bench_open(const struct rmmsim_config *config)
{
	struct rmmsim_error error;
	struct rmmsim *sim;

	if (rmmsim_create(config, &sim, &error) != RMMSIM_OK) {
		fprintf(stderr, "bench: %s\n", error.text);
		exit(3);
	}
	return sim;
}

struct rmmsim *bench_sim(enum rmmsim_protection protection)
{
	struct rmmsim_config config;

	rmmsim_config_init(&config);
	config.protection = protection;
	return bench_open(&config);
}

static void fail(struct rmmsim *sim, uint32_t fid, uint64_t x0)
{
	struct rmmsim_explanation why;
	char text[2048] = "";

	if (rmmsim_explain(sim, 0, &why) == RMMSIM_OK)
		rmmsim_explanation_text(&why, text, sizeof(text));
	fprintf(stderr, "bench: 0x%x returned 0x%" PRIx64 "\n%s", fid, x0, text);
	exit(3);
}

uint64_t bench_smc(struct rmmsim *sim, uint32_t fid, uint64_t x1, uint64_t x2, uint64_t x3,
		   uint64_t x4, uint64_t x5)
{
	struct rmmsim_regs regs = bench_no_regs;

	regs.x[0] = fid;
	regs.x[1] = x1;
	regs.x[2] = x2;
	regs.x[3] = x3;
	regs.x[4] = x4;
	regs.x[5] = x5;
	rmmsim_smc(sim, 0, &regs);
	if (regs.x[0] != RMI_SUCCESS)
		fail(sim, fid, regs.x[0]);
	return regs.x[1];
}

void bench_realm_create(struct rmmsim *sim)
{
	struct rmi_realm_params *params = rmmsim_host_ptr(sim, BENCH_PARAMS, sizeof(*params));

	memset(params, 0, sizeof(*params));
	params->s2sz = BENCH_IPA_WIDTH;
	params->num_bps = 1;
	params->num_wps = 1;
	params->hash_algo = RMI_HASH_SHA_256;
	params->rtt_base = BENCH_ROOT;
	params->rtt_level_start = 0;
	params->rtt_num_start = 1;
	bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, BENCH_RD, 0, 0, 0, 0);
	bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, BENCH_ROOT, 0, 0, 0, 0);
	bench_smc(sim, SMC_RMI_REALM_CREATE, BENCH_RD, BENCH_PARAMS, 0, 0, 0);
}

uint64_t bench_tables(struct rmmsim *sim, uint64_t ipa, uint64_t top, int level, uint64_t table)
{
	for (int l = 1; l <= level; l++) {
		uint64_t covers = UINT64_C(1) << (12 + 9 * (4 - l));

		for (uint64_t at = ipa & ~(covers - 1); at < top; at += covers) {
			bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, table, 0, 0, 0, 0);
			bench_smc(sim, SMC_RMI_RTT_CREATE, BENCH_RD, table, at, (uint64_t)l, 0);
			table += 4096;
		}
	}
	return table;
}

void bench_rec_create(struct rmmsim *sim)
{
	struct rmi_rec_params *params = rmmsim_host_ptr(sim, BENCH_PARAMS, sizeof(*params));
	uint64_t aux = bench_smc(sim, SMC_RMI_REC_AUX_COUNT, BENCH_RD, 0, 0, 0, 0);

	memset(params, 0, sizeof(*params));
	params->flags = RMI_REC_CREATE_FLAG_RUNNABLE;
	params->num_aux = aux;
	bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, BENCH_REC, 0, 0, 0, 0);
	for (uint64_t i = 0; i < aux; i++) {
		params->aux[i] = BENCH_REC + (i + 1) * 4096;
		bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, params->aux[i], 0, 0, 0, 0);
	}
	bench_smc(sim, SMC_RMI_REC_CREATE, BENCH_RD, BENCH_REC, BENCH_PARAMS, 0, 0);
}
