/* SPDX-License-Identifier: BSD-3-Clause */
/* What a running Realm makes its host do. host-shim.md#8.2 */
#include <hshim/kvm/exercise.h>

const char *const exercise_ranges[EXERCISE_RANGES] = {"RTT_INIT_RIPAS", "RTT_SET_RIPAS",
						      "RTT_SET_S2AP"};

/* Base and top are the last inputs: after RD, and REC if the Realm runs. */
void exercise_shorten(struct hshim_call *call, u64 size)
{
	unsigned long *const top = &call->x[call->inputs];
	const unsigned long base = call->x[call->inputs - 1];

	if (*top > base && *top - base > size)
		*top = base + size;
}

u64 exercise_half(struct hshim_vm *vm)
{
	return kvm_gpa_stolen_bits(hshim_vm_kvm(vm));
}

int exercise_run(struct hshim_vm *vm, unsigned int vcpu, struct hshim_exit exit)
{
	struct kvm_vcpu *const at = hshim_vm_vcpu(vm, vcpu);
	int ret;

	hshim_rec_push_exit(at, &exit);
	ret = hshim_vcpu_run_limit(at, 1, NULL);
	/* It was not entered: the next entry is not to find this exit. */
	if (hshim_rec_exits_left(at))
		hshim_exit_forget(at);
	return ret;
}

/* Nothing is expected of a host to which something was refused. */
void exercise_handled(int result)
{
	if (!hshim_sweeping() && result != 1)
		hshim_report(HSHIM_O_TEST, "what the guest asks for is not served: %d", result);
}

unsigned long exercise_private(void)
{
	return hshim_granules_in_state("DATA");
}

int exercise_touch(struct hshim_vm *vm, u64 ipa, unsigned int tree, bool write)
{
	hshim_doing("the guest %s 0x%llx, tree %u", write ? "writes" : "reads", ipa, tree);
	return exercise_run(
		vm, 0, hshim_exit_dabt(ipa, tree, 3, write ? HSHIM_ABT_WRITE | HSHIM_ABT_ISV : 0));
}

static void touch(struct hshim_vm *vm, u64 ipa, unsigned int tree, bool write)
{
	exercise_handled(exercise_touch(vm, ipa, tree, write));
}

/* A private page: `pages` come with it. */
void exercise_touch_private(struct hshim_vm *vm, u64 gpa, unsigned long pages)
{
	const unsigned long before = exercise_private();

	touch(vm, gpa, 0, true);
	if (!hshim_sweeping())
		HSHIM_EXPECT_EQ(exercise_private(), before + pages);
}

int exercise_ripas(u64 ipa)
{
	struct hshim_entry entry;

	return hshim_look(ipa, &entry) ? (int)entry.ripas : -1;
}

void exercise_touch_tree(struct hshim_vm *vm, u64 ipa, unsigned int tree)
{
	const struct hshim_exit exit =
		hshim_exit_dabt(ipa, tree, 3, HSHIM_ABT_WRITE | HSHIM_ABT_ISV);
	int ret;

	hshim_doing("plane %u touches 0x%llx", tree, ipa);
	ret = exercise_run(vm, 1, exit);
	/* The first may serve the primary tree only. */
	if (ret > 0)
		ret = exercise_run(vm, 1, exit);
	if (ret > 0 && exercise_ripas(ipa) == 1 && !hshim_sweeping() && !hshim_look_aux(ipa, tree))
		hshim_report(
			HSHIM_O_TEST,
			"private memory is not mapped in the tree of the plane that touched it");
}

void exercise_touch_planes(struct hshim_vm *vm, u64 ipa, unsigned int planes)
{
	/* When all planes use one tree the VMM is told of no other. */
	for (unsigned int tree = 1; tree <= planes && hshim_has_tree(tree); tree++)
		exercise_touch_tree(vm, ipa, tree);
}

static void release(struct hshim_vm *vm, u64 gpa, u64 size, unsigned long pages)
{
	const unsigned long before = exercise_private();

	hshim_doing("0x%llx, %llu KiB, is released", gpa, size >> 10);
	hshim_vm_discard(vm, gpa, size, true);
	if (!hshim_sweeping())
		HSHIM_EXPECT_EQ(exercise_private(), before - pages);
}

static void convert(struct hshim_vm *vm, u64 gpa, u64 size, bool is_private, unsigned long pages)
{
	const unsigned long before = exercise_private();
	int result;

	hshim_doing("0x%llx, %llu KiB, becomes %s", gpa, size >> 10,
		    is_private ? "private" : "shared");
	result = hshim_vm_set_private(vm, gpa, size, is_private);
	if (hshim_sweeping())
		return;
	HSHIM_EXPECT_EQ(result, 0);
	HSHIM_EXPECT_EQ(exercise_private(), before - pages);
}

void exercise_each_machine(const struct hshim_exercise *what,
			   void (*fn)(struct hshim_vm *vm, unsigned int planes))
{
	for (unsigned int i = 0; exercise_ipa_bits(what, i); i++) {
		for (unsigned int planes = 0; planes <= what->aux_planes; planes++) {
			struct hshim_vm *vm =
				exercise_start(what, exercise_ipa_bits(what, i), planes);

			if (!vm)
				continue;
			fn(vm, planes);
			hshim_vm_destroy(vm);
		}
	}
}

/* No more is promised than what one tree needs. */
void exercise_limit_cache(unsigned int planes)
{
	hshim_cache_mode(planes ? HSHIM_CACHE_FULL : HSHIM_CACHE_TIGHT);
}

/* --- private memory ---------------------------------------------------------------------------------- */

static void fault_everywhere(struct hshim_vm *vm, unsigned int planes)
{
	const u64 high = gfn_to_gpa(hshim_vm_slot(vm, 1)->base_gfn);
	const u64 places[] = {LOW + IMAGE_SIZE,
			      LOW + 0x1fe000,
			      LOW + 0x1ff000,
			      LOW + 0x200000,
			      LOW + 0x201000,
			      LOW + RAM_SIZE - PAGE_SIZE,
			      high,
			      high + 0x200000,
			      high + RAM_SIZE - PAGE_SIZE};

	exercise_limit_cache(planes);
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		exercise_touch_private(vm, places[i], 1);
		exercise_touch_private(vm, places[i], 0);
		exercise_touch_planes(vm, places[i], planes);
	}
	exercise_touch_private(vm, LOW, 0);
	exercise_touch_planes(vm, LOW, planes);
	hshim_check_now();
	release(vm, LOW + 0x1ff000, 2 * PAGE_SIZE, 2);
	release(vm, LOW + 0x1ff000, 2 * PAGE_SIZE, 0);
	exercise_touch_private(vm, LOW + 0x1ff000, 1);
	exercise_touch_private(vm, LOW + 0x1fe000, 0);
	exercise_touch_private(vm, LOW + 0x201000, 0);
	release(vm, high + 0x200000, 0x200000, 2);
	release(vm, LOW + 0x200000, 0x200000, 2);
	hshim_check_now();
	exercise_touch_private(vm, LOW + 0x200000, 1);
	exercise_touch_planes(vm, LOW + 0x200000, planes);
	/* Private memory ends where the other half begins. */
	exercise_touch_private(vm, high + RAM_SIZE - PAGE_SIZE, 1);
	release(vm, high + RAM_SIZE - 2 * PAGE_SIZE, 4 * PAGE_SIZE, 1);
	hshim_check_now();
}

void hshim_exercise_faults(const struct hshim_exercise *what)
{
	exercise_each_machine(what, fault_everywhere);
}

/* What a VMM is told of memory of the other kind: which, where, and that it is in [base, top). */
bool exercise_is_told(const struct kvm_run *told, u64 base, u64 top, bool wants_private)
{
#if defined(KVM_EXIT_MEMORY_FAULT) && defined(KVM_MEMORY_EXIT_FLAG_PRIVATE)
	if (told->exit_reason != KVM_EXIT_MEMORY_FAULT)
		return false;
	HSHIM_EXPECT_EQ(!!(told->memory_fault.flags & KVM_MEMORY_EXIT_FLAG_PRIVATE), wants_private);
	HSHIM_EXPECT_GE(told->memory_fault.gpa, base);
	HSHIM_EXPECT_GT(told->memory_fault.size, 0);
	HSHIM_EXPECT_LE(told->memory_fault.gpa + told->memory_fault.size, top);
	return told->memory_fault.gpa >= base &&
	       told->memory_fault.gpa + told->memory_fault.size <= top;
#else
	(void)told;
	(void)base;
	(void)top;
	(void)wants_private;
	return false;
#endif
}

/* --- shared memory ----------------------------------------------------------------------------------- */

/* The VMM is told of what the Realm wants, not of what there is. */
static void touch_other_kind(struct hshim_vm *vm, u64 ipa)
{
	const u64 gpa = ipa & ~exercise_half(vm);

	HSHIM_EXPECT_LE(exercise_run(vm, 0, hshim_exit_dabt(ipa, 0, 3, HSHIM_ABT_WRITE)), 0);
	exercise_is_told(hshim_vm_vcpu(vm, 0)->run, gpa, gpa + PAGE_SIZE, gpa == ipa);
}

/* Bits 7:6 of a descriptor are S2AP where permissions are direct: 3 is read and write (rtt.md#5). */
static void write_shared(struct hshim_vm *vm)
{
	const u64 ipa = exercise_half(vm) | (LOW + 0x1ff000);
	struct hshim_entry entry;

	if (hshim_look(ipa, &entry) && entry.desc)
		HSHIM_EXPECT_EQ(entry.desc >> 6 & 3, 3);
}

static void share(struct hshim_vm *vm, unsigned int planes)
{
	const u64 half = exercise_half(vm), gpa = LOW + 0x1fe000;

	convert(vm, LOW, 2 * PAGE_SIZE, false, 2); /* of the image */
	convert(vm, gpa, 4 * PAGE_SIZE, false, 0);
	for (unsigned int i = 0; i < 4; i++) {
		touch(vm, half | (gpa + i * PAGE_SIZE), 0, i & 1);
		exercise_touch_planes(vm, half | (gpa + i * PAGE_SIZE), planes);
		HSHIM_EXPECT_TRUE(hshim_vm_user(vm, gpa + i * PAGE_SIZE, true));
	}
	write_shared(vm);
	touch_other_kind(vm, gpa);
	touch_other_kind(vm, half | (LOW + 0x3000));
	hshim_check_now();
	/* The VMM's own memory goes: the private memory of the same addresses stays. */
	hshim_vm_discard(vm, LOW + 0x3000, 2 * PAGE_SIZE, false);
	hshim_vm_discard(vm, gpa + PAGE_SIZE, 2 * PAGE_SIZE, false);
	touch(vm, half | (gpa + PAGE_SIZE), 0, true);
	convert(vm, gpa, 2 * PAGE_SIZE, true, 0);
	convert(vm, LOW, 2 * PAGE_SIZE, true, 0);
	exercise_touch_private(vm, gpa + PAGE_SIZE, 1);
	exercise_touch_private(vm, LOW + PAGE_SIZE, 1);
	touch(vm, half | (gpa + 3 * PAGE_SIZE), 0, true);
	hshim_check_now();
}

static void share_blocks(struct hshim_vm *vm)
{
	const u64 gpa = exercise_half(vm) | BLOCKS;

	touch(vm, gpa + 0x5000, 0, true);
	touch(vm, gpa + 0x200000, 0, true);
	touch(vm, gpa + 0x7000, 0, false);
	hshim_vm_discard(vm, BLOCKS + 0x200000, 0x200000, false);
	touch(vm, gpa + 0x201000, 0, true);
	hshim_vm_discard(vm, BLOCKS, RAM_SIZE, false);
	hshim_check_now();
}

/* A memslot goes while both halves of it are mapped. */
static void remove_memory(struct hshim_vm *vm, unsigned int planes)
{
	const u64 high = gfn_to_gpa(hshim_vm_slot(vm, 1)->base_gfn);
	unsigned long before = exercise_private();

	exercise_touch_private(vm, high + RAM_SIZE - PAGE_SIZE, 1);
	exercise_touch_planes(vm, high + RAM_SIZE - PAGE_SIZE, planes);
	convert(vm, high + 0x200000, PAGE_SIZE, false, 0);
	touch(vm, exercise_half(vm) | (high + 0x200000), 0, true);
	hshim_vm_remove_slot(vm, 1);
	HSHIM_EXPECT_EQ(exercise_private(), before);
	HSHIM_EXPECT_LE(exercise_run(vm, 0, hshim_exit_dabt(high, 0, 3, HSHIM_ABT_WRITE)), 0);
	hshim_check_now();
}

static void share_and_remove(struct hshim_vm *vm, unsigned int planes)
{
	/* Here is no device. */
	hshim_severity("map.attr", HSHIM_FAIL);
	share(vm, planes);
	share_blocks(vm);
	remove_memory(vm, planes);
}

void hshim_exercise_shared(const struct hshim_exercise *what)
{
	exercise_each_machine(what, share_and_remove);
}

/* --- other vCPUs ----------------------------------------------------------------------------------------- */

static void other_runs(void *context)
{
	struct hshim_vm *vm = context;

	exercise_run(vm, 1, hshim_exit_dabt(LOW + 0x3f0000, 0, 3, HSHIM_ABT_WRITE | HSHIM_ABT_ISV));
	exercise_run(vm, 1, hshim_exit_irq());
}

/* While a table is made, the other one needs it for the page beside. X5 is the tree of auxiliary ones. */
static void other_is_quicker(void *context, struct hshim_call *call)
{
	struct hshim_vm *vm = context;
	struct kvm *kvm = hshim_vm_kvm(vm);
	const u64 ipa = (call->x[3] & ~(exercise_half(vm) | 0xfffull)) + PAGE_SIZE;

	if (!lockdep_is_held(&kvm->mmu_lock))
		exercise_run(vm, 1,
			     hshim_exit_dabt(ipa, (unsigned int)call->x[5], 3,
					     HSHIM_ABT_WRITE | HSHIM_ABT_ISV));
}

static void race_for_tables(struct hshim_vm *vm)
{
	const u64 high = gfn_to_gpa(hshim_vm_slot(vm, 1)->base_gfn);
	int hook, aux;

	/* First those of planes: who maps in all trees makes them all as soon as the primary ones are there. */
	aux = hshim_smc_hook(hshim_fid("RTT_AUX_CREATE"), HSHIM_BEFORE, other_is_quicker, vm);
	touch(vm, high + 0x100000, 0, true);
	hook = hshim_smc_hook(hshim_fid("RTT_CREATE"), HSHIM_BEFORE, other_is_quicker, vm);
	touch(vm, LOW + 0x200000, 0, true);
	touch(vm, high + 0x3000, 0, true);
	touch(vm, high + 0x202000, 0, true);
	for (unsigned int tree = 1; hshim_has_tree(tree); tree++)
		touch(vm, LOW + 0x202000, tree, true);
	hshim_smc_unhook(hook);
	hshim_smc_unhook(aux);
}

void hshim_exercise_others(const struct hshim_exercise *what)
{
	struct hshim_vm *vm = exercise_start(what, exercise_ipa_bits(what, 0), what->aux_planes);

	if (!vm)
		return;
	race_for_tables(vm);
	hshim_resched_hook(other_runs, vm);
	touch(vm, LOW + 0x1ff000, 0, true);
	hshim_vm_discard(vm, LOW, 0x200000, true);
	hshim_vm_set_private(vm, LOW + 0x100000, 0x10000, false);
	touch(vm, exercise_half(vm) | (LOW + 0x101000), 0, true);
	hshim_vm_set_private(vm, LOW + 0x100000, 0x10000, true);
	exercise_ask(vm, hshim_exit_ripas(LOW + 0x300000, LOW + 0x380000, 0));
	hshim_resched_hook(NULL, NULL);
	hshim_check_now();
	hshim_vm_destroy(vm);
}

/* --- sweeps --------------------------------------------------------------------------------------------- */

void exercise_short(const struct hshim_exercise *what, unsigned int ipa_bits, unsigned int planes)
{
	struct hshim_vm *vm = exercise_start(what, ipa_bits, planes);
	u64 half;

	if (!vm)
		return;
	half = exercise_half(vm);
	exercise_touch_private(vm, LOW + 0x200000, 1);
	exercise_touch_planes(vm, LOW + 0x200000, planes);
	convert(vm, LOW, 2 * PAGE_SIZE, false, 2);
	touch(vm, half | LOW, 0, true);
	release(vm, LOW + 0x200000, 2 * PAGE_SIZE, 1);
	/* What was refused at first is asked for again. */
	exercise_touch(vm, LOW + 0x200000, 0, true);
	exercise_touch_planes(vm, LOW + 0x200000, planes);
	exercise_ask(vm, hshim_exit_ripas(LOW + 0x3000, LOW + 0x5000, 0));
	exercise_ask(vm, hshim_exit_ripas(LOW + 0x1ff000, LOW + 0x201000, 0));
	if (planes)
		exercise_ask(vm, hshim_exit_s2ap(LOW + 0x6000, LOW + 0x8000, 1, 0));
	/* Last, because a host that maps blocks in pages makes hundreds of calls. */
	touch(vm, half | BLOCKS, 0, true);
	hshim_vm_discard(vm, BLOCKS, RAM_SIZE, false);
	hshim_vm_destroy(vm);
}

void hshim_exercise_short(const struct hshim_exercise *what)
{
	exercise_short(what, exercise_ipa_bits(what, 0), what->aux_planes ? 1 : 0);
}
