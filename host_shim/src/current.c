/* SPDX-License-Identifier: BSD-3-Clause */
#include "host_shim/src/shim.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <rmmsim/rmmsim.h>

#define DEFAULT_BUDGET 400000
#define DEFAULT_STALL  20000

/* A kernel function such as kmalloc() names no instance. */
static struct hshim *current_shim;

struct hshim *shim_current(void)
{
	return current_shim;
}

void shim_make_current(struct hshim *shim)
{
	current_shim = shim;
}

static const enum hshim_severity severities[] = {
#define SEVERITY(id, name, severity) [HSHIM_O_##id] = severity,
	HSHIM_ORACLES(SEVERITY)
#undef SEVERITY
};

void *shim_map(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

void shim_unmap(void *at, size_t size)
{
	if (at)
		munmap(at, size);
}

struct hshim *shim_new(struct rmmsim *sim)
{
	struct hshim *shim = shim_map(sizeof(*shim));

	if (!shim)
		return NULL;
	shim->sim = sim;
	shim->text_fd = 2;
	shim->json_fd = -1;
	shim->budget = DEFAULT_BUDGET;
	shim->stall_limit = DEFAULT_STALL;
	for (unsigned int i = 0; i < HSHIM_ORACLE_COUNT; i++)
		shim->oracle[i].severity = severities[i];
	shim->previous = current_shim;
	current_shim = shim;
	return shim;
}

void shim_free(struct hshim *shim)
{
	if (!shim)
		return;
	hshim_trace_stop();
	hshim_findings_reset();
	free(shim->findings);
	free(shim->notes);
	free(shim->expected);
	free(shim->actual);
	free(shim->answers);
	if (current_shim == shim)
		current_shim = shim->previous;
	shim_unmap(shim, sizeof(*shim));
}

struct hshim *hshim_smccc_attach(struct rmmsim *sim)
{
	return shim_new(sim);
}

void hshim_smccc_detach(struct hshim *shim)
{
	shim_free(shim);
}

struct rmmsim *hshim_model(void)
{
	return current_shim ? current_shim->sim : NULL;
}

struct hshim *hshim_instance(void)
{
	return current_shim;
}

unsigned int hshim_set_pe(unsigned int pe)
{
	const unsigned int before = current_shim->pe;

	current_shim->pe = pe;
	return before;
}

void hshim_smc_budget(unsigned long calls)
{
	current_shim->budget = calls;
	current_shim->budget_used = 0;
}

void hshim_stall_after(unsigned long calls)
{
	current_shim->stall_limit = calls;
	current_shim->stall_used = 0;
}

void shim_scheduled(struct hshim *shim)
{
	shim->stall_used = 0;
}
