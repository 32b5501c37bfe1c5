/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "mem/fault.h"
#include "mem/protect.h"

/* The bank that has all of [pa, pa + size), or NULL. */
static const struct mem_bank *bank_with(const struct mem *mem, uint64_t pa, size_t size)
{
	const struct mem_bank *bank = mem_bank_at(mem, pa);

	if (!bank || size > bank->size - (pa - bank->base))
		return NULL;
	return bank;
}

void *mem_host(struct mem *mem, uint64_t pa, size_t size)
{
	const struct mem_bank *bank = bank_with(mem, pa, size);

	if (!bank)
		return NULL;
	fault_rearm(mem);
	if (size > 0 && size <= MEM_HOST_OPEN)
		protect_open(mem, bank, pa, size);
	return bank->host + (pa - bank->base);
}

static bool all_non_secure(const struct mem *mem, uint64_t pa, size_t size)
{
	const struct granule *granule = mem_find(mem, pa);
	const uint64_t count = ((pa & GRANULE_MASK) + size + GRANULE_SIZE - 1) >> GRANULE_SHIFT;

	for (uint64_t i = 0; i < count; i++) {
		if (granule[i].pas != GRANULE_PAS_NS)
			return false;
	}
	return true;
}

static enum rmmsim_status host_allowed(const struct mem *mem, uint64_t pa, size_t size)
{
	if (!bank_with(mem, pa, size))
		return RMMSIM_ERR_RANGE;
	if (!all_non_secure(mem, pa, size))
		return RMMSIM_ERR_PROTECTED;
	return RMMSIM_OK;
}

enum rmmsim_status mem_peek(const struct mem *mem, uint64_t pa, void *data, size_t size)
{
	if (!bank_with(mem, pa, size))
		return RMMSIM_ERR_RANGE;
	memcpy(data, mem_r(mem, pa), size);
	return RMMSIM_OK;
}

enum rmmsim_status mem_poke(struct mem *mem, uint64_t pa, const void *data, size_t size)
{
	if (!bank_with(mem, pa, size))
		return RMMSIM_ERR_RANGE;
	memcpy(mem_w(mem, pa), data, size);
	/* mem_w() knows of the first granule only. */
	for (uint64_t g = (pa | GRANULE_MASK) + 1; g < pa + size; g += GRANULE_SIZE)
		mem_w(mem, g);
	return RMMSIM_OK;
}

enum rmmsim_status mem_host_read(const struct mem *mem, uint64_t pa, void *data, size_t size)
{
	const enum rmmsim_status status = host_allowed(mem, pa, size);

	return status == RMMSIM_OK ? mem_peek(mem, pa, data, size) : status;
}

enum rmmsim_status mem_host_write(struct mem *mem, uint64_t pa, const void *data, size_t size)
{
	const enum rmmsim_status status = host_allowed(mem, pa, size);

	return status == RMMSIM_OK ? mem_poke(mem, pa, data, size) : status;
}
