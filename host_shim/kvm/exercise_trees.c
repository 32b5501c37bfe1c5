/* SPDX-License-Identifier: BSD-3-Clause */
/* Trees that differ: a page may be mapped in any set of them. host-shim.md#8.2 */
#include <hshim/kvm/exercise.h>

#define FIRST (LOW + 0x10000)
#define TABLE 0x200000ull

static u64 place_of(unsigned int set, bool far)
{
	return FIRST + (far ? TABLE : 0) + set * PAGE_SIZE;
}

/* Bit n of `set`: tree n touches the page. */
static void touch_set(struct hshim_vm *vm, unsigned int set, bool far, unsigned int planes)
{
	if (set & 1)
		exercise_touch(vm, place_of(set, far), 0, true);
	for (unsigned int tree = 1; tree <= planes; tree++)
		if (set >> tree & 1)
			exercise_touch_tree(vm, place_of(set, far), tree);
}

static void touch_sets(struct hshim_vm *vm, unsigned int planes)
{
	for (unsigned int set = 1; set < 2u << planes; set++) {
		touch_set(vm, set, false, planes);
		touch_set(vm, set, true, planes);
	}
	hshim_check_now();
}

static void expect_private(unsigned long pages, const char *when)
{
	const unsigned long left = hshim_granules_in_state("DATA");

	if (left != pages)
		hshim_report(HSHIM_O_TEST, "%s %lu pages of private memory are mapped, not %lu",
			     when, left, pages);
}

static void go_and_come(struct hshim_vm *vm, unsigned int planes)
{
	const unsigned long before = hshim_granules_in_state("DATA");
	const unsigned int sets = 2u << planes;

	touch_sets(vm, planes);
	expect_private(before + 2ul * (sets - 1), "after all was touched");
	hshim_doing("pages that are mapped in some trees are released");
	hshim_vm_discard(vm, place_of(1, false), (sets - 1) * PAGE_SIZE, true);
	hshim_vm_discard(vm, place_of(1, true), (sets - 1) * PAGE_SIZE, true);
	expect_private(before, "after the release");
	hshim_check_now();
	touch_sets(vm, planes);
	hshim_doing("all memory is released");
	hshim_vm_discard(vm, LOW, RAM_SIZE, true);
	expect_private(0, "after all was released");
	touch_sets(vm, planes);
}

/* The host may not sleep: it holds a lock that spins. */
static void release_in_atomic(struct hshim_vm *vm)
{
	struct kvm *kvm = hshim_vm_kvm(vm);

	exercise_touch(vm, LOW + 0x3f0000, 0, true);
	hshim_doing("memory is released by a host that may not sleep");
	hshim_entered();
	preempt_disable();
	write_lock(&kvm->mmu_lock);
	hshim_ops()->unmap_range(kvm, LOW + 0x3e0000, 0x20000, true, false);
	write_unlock(&kvm->mmu_lock);
	preempt_enable();
}

void hshim_exercise_trees(const struct hshim_exercise *what)
{
	for (unsigned int planes = 0; planes <= what->aux_planes; planes++) {
		struct hshim_vm *vm = exercise_start(what, exercise_ipa_bits(what, 0), planes);

		if (!vm)
			continue;
		if (!planes || hshim_has_tree(planes))
			go_and_come(vm, planes);
		if (!planes && hshim_unmap_may_not_block())
			release_in_atomic(vm);
		hshim_doing("a machine goes whose trees differ");
		hshim_vm_destroy(vm);
	}
}
