/* SPDX-License-Identifier: BSD-3-Clause */
/* How long a life takes with protection on, and a sweep: host-shim.md#13 */
#include "examples/host-test/guest.h"
#include "examples/host-test/support.h"

#include <stdio.h>
#include <sys/resource.h>

#define LIVES  50
#define FAULTS 500

/* Milliseconds. A test must not fail because a machine is busy, or counts time of others. */
#define LIFE_LIMIT  2
#define SWEEP_LIMIT 3000
#define MARGIN      3

/* Milliseconds of processor time, with that of ended children: a busy machine does not count. */
static double now(void)
{
	double sum = 0;

	for (int i = 0; i < 2; i++) {
		struct rusage usage;

		getrusage(i ? RUSAGE_CHILDREN : RUSAGE_SELF, &usage);
		sum += (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3;
		sum += (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
	}
	return sum;
}

static void life(void)
{
	struct hshim_vm *vm = running_vm(2, 2);

	if (!vm)
		return;
	for (u64 i = 0; i < 60; i++)
		fault(hshim_vm_vcpu(vm, i & 1), RAM_BASE + 0x10000 + i * PAGE_SIZE, true);
	hshim_vm_destroy(vm);
}

static double time_of_life(void)
{
	double start;

	life();
	hshim_smc_budget(0);
	start = now();
	for (int i = 0; i < LIVES; i++)
		life();
	return (now() - start) / LIVES;
}

/* Every SMC, then allocations until there were FAULTS. */
static double time_of_sweep(unsigned int *failed)
{
	struct hshim_sweep smcs = {.name = "bench, SMCs", .limit = FAULTS};
	struct hshim_sweep allocations = {.name = "bench, allocations"};
	const double start = now();
	double end;

	*failed += hshim_sweep_smc_full(life, NULL, &smcs);
	if (smcs.points < FAULTS) {
		allocations.limit = FAULTS - smcs.points;
		*failed += hshim_sweep_alloc_kinds(life, HSHIM_ALLOC_ANY, &allocations);
	}
	end = now();
	printf("{\"name\":\"sweep, %u faults\",\"runs\":%u,\"ms\":%.0f}\n", FAULTS,
	       smcs.runs + allocations.runs, end - start);
	return end - start;
}

int main(int argc, char **argv)
{
	unsigned int failures;
	double each, whole;

	(void)argv;
	hshim_open(&machine);
	each = time_of_life();
	failures = hshim_close();
	printf("{\"name\":\"life cycle, 3 planes, 2 RECs, 60 faults\",\"ms\":%.3f}\n", each);
	hshim_open(&machine);
	whole = time_of_sweep(&failures);
	failures += hshim_close();
	if (failures)
		return 1;
	return argc > 1 && (each > LIFE_LIMIT * MARGIN || whole > SWEEP_LIMIT);
}
