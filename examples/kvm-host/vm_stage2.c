/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How memory gets into the trees. Nothing here looks at a tree: what the monitor answers says what is
 * missing. planes.md#6.4
 */
#include "examples/kvm-host/vm.h"

#include <inttypes.h>

/* Normal memory, write-back, readable and writable: rtt.md#5 */
#define NS_DESC UINT64_C(0xd8)

/* Attempts at one mapping: each failure adds a table or a page. */
#define MAX_ATTEMPTS 16

static uint64_t create_table(struct vm *vm, unsigned int tree, uint64_t rtt, uint64_t ipa,
			     int level)
{
	ipa &= ~(vm_entry_size(level - 1) - 1);
	if (tree == 0)
		return SMC(vm->machine, SMC_RMI_RTT_CREATE, vm->rd, rtt, ipa, (uint64_t)level);
	return SMC(vm->machine, SMC_RMI_RTT_AUX_CREATE, vm->rd, rtt, ipa, (uint64_t)level, tree);
}

bool vm_tables(struct vm *vm, unsigned int tree, uint64_t ipa, int level, int to)
{
	const unsigned int error = tree == 0 ? RMI_ERROR_RTT : RMI_ERROR_RTT_AUX;

	for (int l = level + 1; l <= to; l++) {
		const uint64_t rtt = machine_delegate(vm->machine, 1);
		uint64_t x0;

		if (!rtt)
			return false;
		x0 = create_table(vm, tree, rtt, ipa, l);
		if (x0 == RMI_SUCCESS)
			continue;
		machine_undelegate(vm->machine, rtt, 1);
		/* The answer of a table that exists. */
		if (status_of(x0) != error || level_of(x0) != l - 1)
			return machine_fail(vm->machine, "no table at 0x%" PRIx64 ", tree %u", ipa,
					    tree);
	}
	return true;
}

static bool in(const struct vm_range *range, uint64_t ipa)
{
	return ipa >= range->base && ipa < range->top;
}

static bool populate_ram(struct vm *vm, uint64_t ipa)
{
	const uint64_t page = machine_delegate(vm->machine, 1);
	uint64_t x0;

	for (int i = 0; page && i < MAX_ATTEMPTS; i++) {
		x0 = SMC(vm->machine, SMC_RMI_DATA_CREATE_UNKNOWN, vm->rd, page, ipa);
		if (x0 == RMI_SUCCESS)
			return true;
		if (status_of(x0) != RMI_ERROR_RTT)
			break;
		if (level_of(x0) == 3) {
			/* There is a page already. */
			return machine_undelegate(vm->machine, page, 1);
		}
		if (!vm_tables(vm, 0, ipa, level_of(x0), 3))
			break;
	}
	return machine_fail(vm->machine, "no memory for 0x%" PRIx64, ipa);
}

static bool populate_shared(struct vm *vm, uint64_t ipa)
{
	const uint64_t desc = (vm->shared_pa + (ipa - vm->shared.base)) | NS_DESC;

	for (int i = 0; i < MAX_ATTEMPTS; i++) {
		const uint64_t x0 =
			SMC(vm->machine, SMC_RMI_RTT_MAP_UNPROTECTED, vm->rd, ipa, 3, desc);

		if (x0 == RMI_SUCCESS)
			return true;
		if (status_of(x0) != RMI_ERROR_RTT)
			break;
		if (level_of(x0) == 3)
			return true;
		if (!vm_tables(vm, 0, ipa, level_of(x0), 3))
			break;
	}
	return machine_fail(vm->machine, "0x%" PRIx64 " cannot be shared", ipa);
}

bool vm_populate(struct vm *vm, uint64_t ipa)
{
	ipa &= ~(PAGE_SIZE - 1);
	if (in(&vm->ram, ipa))
		return populate_ram(vm, ipa);
	if (in(&vm->shared, ipa))
		return populate_shared(vm, ipa);
	return machine_fail(vm->machine, "the guest touches 0x%" PRIx64 ": nothing is there", ipa);
}

bool vm_mirror(struct vm *vm, uint64_t ipa, unsigned int tree)
{
	ipa &= ~(PAGE_SIZE - 1);
	for (int i = 0; i < MAX_ATTEMPTS; i++) {
		const uint64_t x0 =
			SMC(vm->machine, SMC_RMI_RTT_AUX_MAP_PROTECTED, vm->rd, ipa, tree);
		bool goes_on = false;

		if (x0 == RMI_SUCCESS)
			return true;
		/* The page first; then tables as deep as the primary tree has them. */
		if (status_of(x0) == RMI_ERROR_RTT)
			goes_on = vm_populate(vm, ipa);
		else if (status_of(x0) == RMI_ERROR_RTT_AUX)
			goes_on = vm_tables(vm, tree, ipa, level_of(x0), 3);
		if (!goes_on)
			break;
	}
	return machine_fail(vm->machine, "0x%" PRIx64 " does not get into tree %u", ipa, tree);
}

bool vm_share(struct vm *vm, uint64_t ipa, unsigned int tree)
{
	const uint64_t block = ipa & ~(vm_entry_size(vm->start) - 1);

	for (int i = 0; i < MAX_ATTEMPTS; i++) {
		const uint64_t x0 =
			SMC(vm->machine, SMC_RMI_RTT_AUX_MAP_UNPROTECTED, vm->rd, block, tree);

		if (x0 == RMI_SUCCESS)
			return true;
		if (status_of(x0) != RMI_ERROR_RTT || !vm_populate(vm, ipa))
			break;
	}
	return machine_fail(vm->machine, "tree %u does not see 0x%" PRIx64, tree, ipa);
}
