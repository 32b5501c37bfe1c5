/* SPDX-License-Identifier: BSD-3-Clause */
#include "mem/protect.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mem/fault.h"

/*
 * The bit of a granule is set before it becomes inaccessible and cleared after it became accessible:
 * the fault handler never sees a fault of a granule that is not marked.
 */
bool protect_is_shut(const struct mem *mem, uint32_t index)
{
	return __atomic_load_n(&mem->shut[index / 64], __ATOMIC_ACQUIRE) >> index % 64 & 1;
}

static void mark(struct mem *mem, uint32_t index, bool shut)
{
	const uint64_t bit = 1ull << index % 64;
	const uint64_t word = mem->shut[index / 64];

	__atomic_store_n(&mem->shut[index / 64], shut ? word | bit : word & ~bit, __ATOMIC_RELEASE);
}

static void mark_run(struct mem *mem, uint32_t index, uint32_t count, bool shut)
{
	for (uint32_t i = 0; i < count; i++)
		mark(mem, index + i, shut);
}

static bool change(const struct mem_bank *bank, uint32_t index, uint32_t count, int protection)
{
	return mprotect(bank->host + ((uint64_t)(index - bank->first) << GRANULE_SHIFT),
			(uint64_t)count << GRANULE_SHIFT, protection) == 0;
}

static uint32_t bank_end(const struct mem_bank *bank)
{
	return bank->first + (uint32_t)(bank->size >> GRANULE_SHIFT);
}

/* The granules next to this one in its bank that are accessible and it is not, or the reverse. */
static int borders(const struct mem *mem, const struct mem_bank *bank, uint32_t index, bool shut)
{
	int count = 0;

	if (index > bank->first)
		count += protect_is_shut(mem, index - 1) != shut;
	if (index + 1 < bank_end(bank))
		count += protect_is_shut(mem, index + 1) != shut;
	return count;
}

/* How many mappings the host view gains when the granule changes to `shut`. */
static int growth(const struct mem *mem, const struct mem_bank *bank, uint32_t index, bool shut)
{
	return borders(mem, bank, index, shut) - borders(mem, bank, index, !shut);
}

static bool affordable(const struct mem *mem, int mappings)
{
	return mem->mappings + (uint32_t)mappings <= mem->mappings_max;
}

void protect_shut(struct mem *mem, const struct granule *granule)
{
	const struct mem_bank *bank;
	uint32_t index;
	int more;

	if (!mem->shut)
		return;
	protect_rearm(mem);
	bank = mem_bank_of(mem, granule);
	index = mem_index(mem, granule);
	more = growth(mem, bank, index, true);
	mark(mem, index, true);
	if (affordable(mem, more) && change(bank, index, 1, PROT_NONE)) {
		mem->mappings += (uint32_t)more;
		return;
	}
	mark(mem, index, false);
	mem->unprotected++;
}

/*
 * Non-secure memory must be accessible, whatever it costs: a whole run of inaccessible granules is
 * one mapping, and to change all of it needs no new one.
 */
static void open_run(struct mem *mem, const struct mem_bank *bank, uint32_t index)
{
	uint32_t low = index, high = index + 1;

	while (low > bank->first && protect_is_shut(mem, low - 1))
		low--;
	while (high < bank_end(bank) && protect_is_shut(mem, high))
		high++;
	if (!change(bank, low, high - low, PROT_READ | PROT_WRITE))
		return;
	mark_run(mem, low, high - low, false);
	mem->mappings -= (low > bank->first) + (high < bank_end(bank));
	mem->unprotected += high - low - 1;
}

void protect_open(struct mem *mem, const struct granule *granule)
{
	const uint32_t index = mem_index(mem, granule);
	const struct mem_bank *bank;
	int more;

	if (!mem->shut || !protect_is_shut(mem, index))
		return;
	bank = mem_bank_of(mem, granule);
	more = growth(mem, bank, index, false);
	if (!affordable(mem, more) || !change(bank, index, 1, PROT_READ | PROT_WRITE)) {
		open_run(mem, bank, index);
		return;
	}
	mark(mem, index, false);
	mem->mappings += (uint32_t)more;
}

uint64_t mem_unprotected(const struct mem *mem)
{
	return mem->unprotected;
}

bool mem_protection_agrees(const struct mem *mem, const struct granule *granule)
{
	const bool wanted = granule->pas != GRANULE_PAS_NS;

	if (!mem->shut || protect_is_shut(mem, mem_index(mem, granule)) == wanted)
		return true;
	return wanted && mem->unprotected;
}

/* The kernel's default where the limit cannot be read. */
static uint32_t max_map_count(void)
{
	const int fd = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
	char text[32] = {0};
	unsigned long count = 0;

	if (fd >= 0) {
		if (read(fd, text, sizeof(text) - 1) > 0)
			count = strtoul(text, NULL, 10);
		close(fd);
	}
	return count ? (uint32_t)count : 65530;
}

void protect_start(struct mem *mem)
{
	if (!mem->shut)
		return;
	/* The program needs some too: without any, its next malloc() or thread fails. */
	mem->mappings_max = max_map_count() / 4 * 3;
	fault_register(mem);
}

void protect_stop(struct mem *mem)
{
	if (mem->shut)
		fault_unregister(mem);
}

/*
 * Often while a program is young, which is when test frameworks install and remove handlers around
 * each test; rarely later, for it costs a system call.
 */
void protect_rearm(const struct mem *mem)
{
	unsigned int n;

	if (!mem->shut)
		return;
	n = atomic_fetch_add_explicit(&((struct mem *)mem)->rearmed, 1, memory_order_relaxed);
	if (n < 256 || n % 64 == 0)
		fault_arm();
}
