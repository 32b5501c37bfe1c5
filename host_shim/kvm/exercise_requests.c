/* SPDX-License-Identifier: BSD-3-Clause */
/* What a Realm asks its host for, and ranges that a monitor carries out in pieces. host-shim.md#8.2 */
#include <hshim/kvm/exercise.h>

#define MOST_ENTRIES 64 /* for a request that the host serves in small parts */

/*
 * What a VMM does when it is told that memory is of the other kind than the Realm wants. A version that
 * tells it does so every time: an error without that leaves the VMM with nothing to do.
 */
static void convert_as_told(struct hshim_vm *vm, const struct kvm_run *told, int ret,
			    const struct hshim_exit *exit)
{
	static bool tells;

	if (exercise_is_told(told, exit->base, exit->top, exit->value)) {
		tells = true;
#if defined(KVM_EXIT_MEMORY_FAULT) && defined(KVM_MEMORY_EXIT_FLAG_PRIVATE)
		hshim_vm_set_private(vm, told->memory_fault.gpa, told->memory_fault.size,
				     told->memory_fault.flags & KVM_MEMORY_EXIT_FLAG_PRIVATE);
#endif
		return;
	}
	if (ret < 0 && !hshim_sweeping())
		HSHIM_EXPECT_FALSE(tells);
	hshim_vm_set_private(vm, exit->base, exit->top - exit->base, exit->value);
}

/* As a VMM does it: what the Realm wants becomes so, then it goes on. */
int exercise_serve(struct hshim_vm *vm, struct hshim_exit exit)
{
	struct kvm_vcpu *vcpu = hshim_vm_vcpu(vm, 0);
	int ret;

	hshim_doing("the guest asks for %s of [0x%lx, 0x%lx)",
		    exit.kind == HSHIM_EXIT_MODEL_RIPAS ? "a RIPAS" : "permissions", exit.base,
		    exit.top);
	ret = exercise_run(vm, 0, exit);
	for (unsigned int i = 0; i < 16 && ret <= 0; i++) {
		if (exit.kind == HSHIM_EXIT_MODEL_RIPAS)
			convert_as_told(vm, vcpu->run, ret, &exit);
		ret = hshim_vcpu_run_limit(vcpu, 1, NULL);
	}
	if (ret <= 0)
		return ret;
	/* The answer is given when it is entered again; permissions change in one tree after the other. */
	for (unsigned int i = 0; i < MOST_ENTRIES && !hshim_request_was_done(); i++)
		if (hshim_vcpu_run_limit(vcpu, 1, NULL) <= 0)
			break;
	return ret;
}

void exercise_ask(struct hshim_vm *vm, struct hshim_exit exit)
{
	exercise_handled(exercise_serve(vm, exit));
	if (!hshim_sweeping())
		HSHIM_EXPECT_TRUE(hshim_request_was_done());
}

static void ask_ripas(struct hshim_vm *vm, u64 base, u64 size, unsigned int ripas)
{
	const int below = exercise_ripas(base - PAGE_SIZE), above = exercise_ripas(base + size);
	const u64 top = base + size;

	exercise_ask(vm, hshim_exit_ripas(base, top, ripas));
	if (hshim_sweeping())
		return;
	for (u64 at = base; at<top; at += size> 0x10000 ? size / 16 : PAGE_SIZE)
		HSHIM_EXPECT_EQ(exercise_ripas(at), (int)ripas);
	HSHIM_EXPECT_EQ(exercise_ripas(top - PAGE_SIZE), (int)ripas);
	HSHIM_EXPECT_EQ(exercise_ripas(base - PAGE_SIZE), below);
	HSHIM_EXPECT_EQ(exercise_ripas(top), above);
}

/* All versions change RIPAS and permissions of a running Realm, and unmap, under the lock: host-shim.md#8.4 */
static void require_locks(struct kvm *kvm)
{
	static const char *const commands[] = {"RTT_SET_RIPAS", "RTT_SET_S2AP",
					       "RTT_UNMAP_UNPROTECTED"};

	hshim_require_no_locks();
	for (unsigned int i = 0; i < ARRAY_SIZE(commands); i++)
		hshim_require_lock(hshim_fid(commands[i]), &kvm->mmu_lock, true);
}

static void ask_all(struct hshim_vm *vm, unsigned int planes)
{
	const u64 high = gfn_to_gpa(hshim_vm_slot(vm, 1)->base_gfn);

	require_locks(hshim_vm_kvm(vm));
	exercise_limit_cache(planes);
	/* A vCPU that has seen no fault yet has no pages for tables. */
	if (planes)
		exercise_ask(vm, hshim_exit_s2ap(high + 0x1000, high + 0x3000, 1, 0));
	else
		exercise_ask(vm, hshim_exit_ripas(high + 0x1000, high + 0x3000, 0));
	exercise_touch_private(vm, LOW + 0x1ff000, 1);
	exercise_touch_planes(vm, LOW + 0x1ff000, planes);
	if (planes) {
		exercise_ask(vm, hshim_exit_s2ap(LOW, LOW + 3 * PAGE_SIZE, 1, 0));
		exercise_ask(vm, hshim_exit_s2ap(LOW + 0x1fe000, LOW + 0x203000, 1, 0));
		exercise_ask(vm, hshim_exit_s2ap(high + RAM_SIZE - 2 * PAGE_SIZE, high + RAM_SIZE,
						 1, 0));
	}
	ask_ripas(vm, LOW + 0x1000, 0x3000, 0);
	ask_ripas(vm, LOW + 0x1000, 0x3000, 1);
	/* A mapping of a plane is in the way of the first page: how far a call comes that finds one later is
	 * not the same everywhere (rmi-commands.md#1.4). */
	ask_ripas(vm, LOW + 0x1ff000, 0x3000, 0);
	ask_ripas(vm, LOW + 0x1fd000, 0x5000, 0);
	ask_ripas(vm, high + 0x100000, 0x11000, 0);
	ask_ripas(vm, LOW + 0x200000, 0x200000, 0);
	/* Up to where the other half begins. */
	ask_ripas(vm, high + RAM_SIZE - 3 * PAGE_SIZE, 3 * PAGE_SIZE, 0);
	ask_ripas(vm, high + RAM_SIZE - 2 * PAGE_SIZE, 2 * PAGE_SIZE, 1);
	exercise_handled(exercise_touch(vm, exercise_half(vm) | (LOW + 0x1fe000), 0, true));
	ask_ripas(vm, LOW + 0x1fe000, 0x203000, 1);
	exercise_touch_private(vm, LOW + 0x1000, 1);
	exercise_touch_private(vm, LOW + 0x200000, 1);
	hshim_check_now();
	hshim_require_no_locks();
}

/* --- in pieces ------------------------------------------------------------------------------------------- */

struct pieces {
	u64 size;
	int hook[EXERCISE_RANGES];
};

static void stop_early(void *context, struct hshim_call *call)
{
	const struct pieces *pieces = context;

	exercise_shorten(call, pieces->size);
}

static void pieces_begin(struct pieces *pieces, u64 size)
{
	pieces->size = size;
	for (unsigned int i = 0; i < EXERCISE_RANGES; i++)
		pieces->hook[i] = hshim_smc_hook(hshim_fid(exercise_ranges[i]), HSHIM_BEFORE,
						 stop_early, pieces);
}

static void pieces_end(const struct pieces *pieces)
{
	for (unsigned int i = 0; i < EXERCISE_RANGES; i++)
		hshim_smc_unhook(pieces->hook[i]);
}

static void expect_ram(u64 base, u64 size, bool around)
{
	for (u64 at = base; at < base + size; at += PAGE_SIZE)
		if (exercise_ripas(at) != 1) {
			hshim_report(HSHIM_O_TEST, "0x%llx was to be RAM, RIPAS is %d", at,
				     exercise_ripas(at));
			return;
		}
	if (!around)
		return;
	HSHIM_EXPECT_NE(exercise_ripas(base - PAGE_SIZE), 1);
	HSHIM_EXPECT_NE(exercise_ripas(base + size), 1);
}

static void make_ram(const struct hshim_exercise *what, struct hshim_vm *vm, u64 base, u64 size,
		     bool around)
{
	if (!what->ram)
		return;
	hshim_doing("0x%llx, %llu KiB, becomes RAM", base, size >> 10);
	HSHIM_EXPECT_EQ(what->ram(vm, base, size), 0);
	expect_ram(base, size, around);
}

static void fill(const struct hshim_exercise *what, struct hshim_vm *vm, u64 base, u64 size)
{
	const unsigned long before = exercise_private();

	if (!what->populate)
		return;
	hshim_doing("0x%llx, %llu KiB, gets its content", base, size >> 10);
	HSHIM_EXPECT_EQ(what->populate(vm, base, size), 0);
	HSHIM_EXPECT_EQ(exercise_private(), before + size / PAGE_SIZE);
}

/* Ranges over several tables, unaligned at both ends, in a tree that is empty at first and partly made later. */
static void prepare_in_pieces(const struct hshim_exercise *what, unsigned int planes)
{
	struct hshim_vm *vm = exercise_bring(what, exercise_ipa_bits(what, 0), planes, CREATED);
	u64 high;

	if (!vm)
		return;
	high = gfn_to_gpa(hshim_vm_slot(vm, 1)->base_gfn);
	make_ram(what, vm, LOW + 0x1fd000, 0x5000, true);
	make_ram(what, vm, LOW + 0x3f0000, 0x10000, true);
	fill(what, vm, LOW + 0x1fe000, 0x3000);
	make_ram(what, vm, LOW + 0x202000, 0x1ee000, false);
	make_ram(what, vm, high + 0x1ff000, RAM_SIZE - 0x1ff000, false);
	fill(what, vm, high + RAM_SIZE - 0x3000, 0x3000);
	hshim_check_now();
	hshim_vm_destroy(vm);
}

static void run_in_pieces(const struct hshim_exercise *what, unsigned int planes)
{
	struct hshim_vm *vm = exercise_start(what, exercise_ipa_bits(what, 0), planes);
	u64 high;

	if (!vm)
		return;
	high = gfn_to_gpa(hshim_vm_slot(vm, 1)->base_gfn);
	exercise_limit_cache(planes);
	exercise_touch_private(vm, LOW + 0x1ff000, 1);
	exercise_touch_planes(vm, LOW + 0x1ff000, planes);
	if (planes) {
		exercise_ask(vm, hshim_exit_s2ap(LOW + 0x1fd000, LOW + 0x204000, 1, 0));
		exercise_ask(vm, hshim_exit_s2ap(high + RAM_SIZE - 0x3000, high + RAM_SIZE, 1, 0));
	}
	ask_ripas(vm, LOW + 0x1fd000, 0x7000, 0);
	ask_ripas(vm, LOW + 0x1fe000, 0x5000, 1);
	ask_ripas(vm, high + 0x1ff000, 0x2000, 0);
	ask_ripas(vm, high + RAM_SIZE - 0x5000, 0x5000, 0);
	exercise_touch_private(vm, LOW + 0x1ff000, 1);
	hshim_check_now();
	hshim_vm_destroy(vm);
}

void hshim_exercise_pieces(const struct hshim_exercise *what)
{
	static const u64 sizes[] = {PAGE_SIZE, 3 * PAGE_SIZE, RAM_SIZE};
	struct pieces pieces;

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++)
		for (unsigned int planes = 0; planes <= what->aux_planes;
		     planes += max(what->aux_planes, 1u)) {
			pieces_begin(&pieces, sizes[i]);
			prepare_in_pieces(what, planes);
			run_in_pieces(what, planes);
			pieces_end(&pieces);
		}
}

void hshim_exercise_requests(const struct hshim_exercise *what)
{
	exercise_each_machine(what, ask_all);
}
