/* SPDX-License-Identifier: BSD-3-Clause */
#include "examples/kvm-host/machine.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool machine_fail(struct machine *machine, const char *format, ...)
{
	va_list arguments;

	if (machine->failure[0])
		return false;
	va_start(arguments, format);
	vsnprintf(machine->failure, sizeof(machine->failure), format, arguments);
	va_end(arguments);
	return false;
}

bool machine_open(struct machine *machine, const struct rmmsim_config *config)
{
	struct rmmsim_error error;

	*machine = (struct machine){.base = config->dram[0].base};
	machine->pages = (config->dram[0].top - machine->base) / PAGE_SIZE;
	machine->taken = calloc(machine->pages, sizeof(machine->taken[0]));
	if (!machine->taken)
		return machine_fail(machine, "no memory");
	if (rmmsim_create(config, &machine->sim, &error) != RMMSIM_OK)
		return machine_fail(machine, "%s", error.text);
	return true;
}

void machine_close(struct machine *machine)
{
	rmmsim_destroy(machine->sim);
	free(machine->taken);
	machine->sim = NULL;
	machine->taken = NULL;
}

uint64_t machine_smc(struct machine *machine, const uint64_t x[8])
{
	struct rmmsim_regs regs = {0};
	uint64_t in[18];

	memcpy(regs.x, x, 8 * sizeof(x[0]));
	memcpy(in, regs.x, sizeof(in));
	if (machine->watch.before)
		machine->watch.before(machine->watch.context, in);
	rmmsim_smc(machine->sim, 0, &regs);
	memcpy(machine->x, regs.x, sizeof(machine->x));
	if (machine->watch.after)
		machine->watch.after(machine->watch.context, in, machine->x);
	return machine->x[0];
}

/* --- pages ----------------------------------------------------------------------------------- */

static bool are_free(const struct machine *machine, size_t first, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		if (machine->taken[first + i])
			return false;
	}
	return true;
}

static uint64_t take(struct machine *machine, unsigned int count)
{
	for (size_t first = 0; first + count <= machine->pages; first += count) {
		if (!are_free(machine, first, count))
			continue;
		for (unsigned int i = 0; i < count; i++)
			machine->taken[first + i] = true;
		return machine->base + first * PAGE_SIZE;
	}
	machine_fail(machine, "no %u free pages in a row", count);
	return 0;
}

uint64_t machine_pages(struct machine *machine, unsigned int count)
{
	const uint64_t pa = take(machine, count);

	if (pa)
		memset(machine_memory(machine, pa), 0, count * PAGE_SIZE);
	return pa;
}

void machine_free(struct machine *machine, uint64_t pa, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		machine->taken[(pa - machine->base) / PAGE_SIZE + i] = false;
}

uint64_t machine_delegate(struct machine *machine, unsigned int count)
{
	const uint64_t pa = take(machine, count);

	for (unsigned int i = 0; pa && i < count; i++) {
		const uint64_t granule = pa + i * PAGE_SIZE;

		if (SMC(machine, SMC_RMI_GRANULE_DELEGATE, granule) == RMI_SUCCESS)
			continue;
		machine_fail(machine, "granule 0x%" PRIx64 " cannot be delegated", granule);
		machine_undelegate(machine, pa, i);
		machine_free(machine, granule, count - i);
		return 0;
	}
	return pa;
}

bool machine_undelegate(struct machine *machine, uint64_t pa, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		const uint64_t granule = pa + i * PAGE_SIZE;

		if (SMC(machine, SMC_RMI_GRANULE_UNDELEGATE, granule) != RMI_SUCCESS)
			return machine_fail(machine, "granule 0x%" PRIx64 " does not come back",
					    granule);
		machine_free(machine, granule, 1);
	}
	return true;
}

void *machine_memory(struct machine *machine, uint64_t pa)
{
	return rmmsim_host_ptr(machine->sim, pa, PAGE_SIZE);
}

size_t machine_leaks(struct machine *machine)
{
	struct rmmsim_granule_info info;
	size_t leaks = 0;

	for (size_t i = 0; i < machine->pages; i++) {
		const uint64_t pa = machine->base + i * PAGE_SIZE;

		if (machine->taken[i])
			leaks++;
		else if (rmmsim_granule_info(machine->sim, pa, &info) != RMMSIM_OK ||
			 info.pas != RMMSIM_PAS_NS)
			leaks++;
	}
	return leaks;
}
