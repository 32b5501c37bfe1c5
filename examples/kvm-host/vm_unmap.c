/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How memory gets out of the trees again: mirrors first, then pages, then tables from the bottom up.
 * Each command tells where the next thing to do is, whether it succeeded or not. planes.md#6.5
 */
#include "examples/kvm-host/vm.h"

#include <inttypes.h>

/* The monitor's hint, if it leads on at all. */
static uint64_t next(uint64_t ipa, uint64_t top)
{
	return top > ipa ? top : ipa + PAGE_SIZE;
}

bool vm_unmirror(struct vm *vm, uint64_t ipa)
{
	for (unsigned int tree = 1; tree < vm->trees; tree++) {
		const uint64_t x0 =
			SMC(vm->machine, SMC_RMI_RTT_AUX_UNMAP_PROTECTED, vm->rd, ipa, tree);

		/* RTT_AUX: this tree does not have the page. */
		if (x0 != RMI_SUCCESS && status_of(x0) != RMI_ERROR_RTT_AUX)
			return machine_fail(vm->machine, "0x%" PRIx64 " stays in tree %u", ipa,
					    tree);
	}
	return true;
}

bool vm_reclaim(struct vm *vm, struct vm_range range)
{
	uint64_t ipa = range.base;

	while (ipa < range.top) {
		const uint64_t x0 = SMC(vm->machine, SMC_RMI_DATA_DESTROY, vm->rd, ipa);
		const uint64_t page = vm->machine->x[1], top = vm->machine->x[2];

		if (status_of(x0) == RMI_ERROR_RTT_AUX) {
			if (!vm_unmirror(vm, ipa))
				return false;
			continue;
		}
		if (x0 == RMI_SUCCESS)
			machine_undelegate(vm->machine, page, 1);
		else if (status_of(x0) != RMI_ERROR_RTT || top <= ipa)
			return machine_fail(vm->machine, "page 0x%" PRIx64 " stays", ipa);
		ipa = next(ipa, top);
	}
	return true;
}

/* Takes a tree's mirrors out of the whole RAM. */
static void unmirror_all(struct vm *vm, unsigned int tree)
{
	for (uint64_t ipa = vm->ram.base; ipa < vm->ram.top; ipa = next(ipa, vm->machine->x[1])) {
		const uint64_t x0 =
			SMC(vm->machine, SMC_RMI_RTT_AUX_UNMAP_PROTECTED, vm->rd, ipa, tree);

		if (x0 != RMI_SUCCESS && status_of(x0) != RMI_ERROR_RTT_AUX)
			machine_fail(vm->machine, "tree %u keeps its mappings", tree);
	}
}

static void unshare(struct vm *vm, unsigned int tree)
{
	const uint64_t size = vm_entry_size(vm->start);

	for (uint64_t ipa = vm->shared.base & ~(size - 1); ipa < vm->shared.top; ipa += size) {
		if (SMC(vm->machine, SMC_RMI_RTT_AUX_UNMAP_UNPROTECTED, vm->rd, ipa, tree) !=
		    RMI_SUCCESS)
			machine_fail(vm->machine, "tree %u still sees the shared window", tree);
	}
}

static void unmap_shared(struct vm *vm)
{
	for (uint64_t ipa = vm->shared.base; ipa < vm->shared.top;
	     ipa = next(ipa, vm->machine->x[1])) {
		const uint64_t x0 = SMC(vm->machine, SMC_RMI_RTT_UNMAP_UNPROTECTED, vm->rd, ipa, 3);

		if (x0 != RMI_SUCCESS && status_of(x0) != RMI_ERROR_RTT)
			machine_fail(vm->machine, "the shared window stays mapped");
	}
}

static uint64_t destroy_table(struct vm *vm, unsigned int tree, uint64_t ipa, int level)
{
	if (tree == 0)
		return SMC(vm->machine, SMC_RMI_RTT_DESTROY, vm->rd, ipa, (uint64_t)level);
	return SMC(vm->machine, SMC_RMI_RTT_AUX_DESTROY, vm->rd, ipa, (uint64_t)level, tree);
}

/* Tables of one level that cover the range. Where there is none the hint leads past the gap. */
static void destroy_tables(struct vm *vm, unsigned int tree, struct vm_range range, int level)
{
	const unsigned int error = tree == 0 ? RMI_ERROR_RTT : RMI_ERROR_RTT_AUX;
	uint64_t ipa = range.base & ~(vm_entry_size(level - 1) - 1);

	while (ipa < range.top) {
		const uint64_t x0 = destroy_table(vm, tree, ipa, level);
		const uint64_t rtt = vm->machine->x[1], top = vm->machine->x[2];

		if (x0 == RMI_SUCCESS)
			machine_undelegate(vm->machine, rtt, 1);
		else if (status_of(x0) != error || top <= ipa)
			machine_fail(vm->machine, "a table at 0x%" PRIx64 " stays", ipa);
		ipa = top > ipa ? top : ipa + vm_entry_size(level - 1);
	}
}

bool vm_unmap_all(struct vm *vm)
{
	for (unsigned int tree = 1; tree < vm->trees; tree++) {
		unshare(vm, tree);
		unmirror_all(vm, tree);
		for (int level = 3; level > vm->start; level--)
			destroy_tables(vm, tree, vm->ram, level);
	}
	vm_reclaim(vm, vm->ram);
	unmap_shared(vm);
	for (int level = 3; level > vm->start; level--) {
		destroy_tables(vm, 0, vm->ram, level);
		destroy_tables(vm, 0, vm->shared, level);
	}
	return !vm->machine->failure[0];
}
