/* SPDX-License-Identifier: BSD-3-Clause */
/* Oracles that need a kernel tree or a process of their own: each fires, and is silent beside it. */
#include <hshim/exercise.h>

#include "examples/host-test/support.h"

/* Findings of `id` are what the test wants: so many, and no others. */
#define EXPECT_FOUND(id, count)                             \
	do {                                                \
		HSHIM_EXPECT_EQ(hshim_findings(id), count); \
		HSHIM_EXPECT_EQ(hshim_findings("test"), 0); \
		HSHIM_EXPECT_EQ(hshim_failures(), 0);       \
	} while (0)

/* --- what ends a test ----------------------------------------------------------------------------- */

static void touch_nothing(void *argument)
{
	*(volatile int *)argument = 1;
}

HSHIM_TEST(a_crash_is_found)
{
	hshim_allow("crash", 1);
	/* Not NULL: a sanitizer would be quicker. */
	HSHIM_EXPECT_FALSE(hshim_try(touch_nothing, (void *)PAGE_SIZE));
	EXPECT_FOUND("crash", 1);
}

static void spin(void *argument)
{
	while (!*(volatile int *)argument)
		;
}

/* The limit is the program's option --timeout. */
HSHIM_TEST(a_loop_without_calls_is_found)
{
	int stop = 0;

	hshim_allow("loop.cpu", 1);
	HSHIM_EXPECT_FALSE(hshim_try(spin, &stop));
	EXPECT_FOUND("loop.cpu", 1);
	stop = 1;
	HSHIM_EXPECT_TRUE(hshim_try(spin, &stop));
}

/* --- states and fields ------------------------------------------------------------------------------ */

HSHIM_TEST(the_state_of_a_realm_goes_forward)
{
	struct hshim_vm *vm = new_vm(1);
	struct kvm *kvm = hshim_vm_kvm(vm);

	kvm_set_realm_state(kvm, REALM_STATE_NEW);
	kvm_set_realm_state(kvm, REALM_STATE_ACTIVE);
	kvm_set_realm_state(kvm, REALM_STATE_DYING);
	kvm_set_realm_state(kvm, REALM_STATE_DEAD);
	EXPECT_FOUND("state.transition", 0);
	hshim_allow("state.transition", 2);
	kvm_set_realm_state(kvm, REALM_STATE_DEAD);
	kvm_set_realm_state(kvm, REALM_STATE_NEW);
	EXPECT_FOUND("state.transition", 2);
	kvm->arch.realm.state = REALM_STATE_NONE;
}

HSHIM_TEST(a_field_that_an_exit_does_not_define_is_found)
{
	struct kvm_vcpu *vcpu = hshim_vm_vcpu(new_vm(1), 0);
	struct rec_run run;

	memset(&run, 0xe1, sizeof(run)); /* as prescribed exits fill it */
	run.esr = 0x96000000;
	vcpu_set_reg(vcpu, 1, run.esr);
	EXPECT_FOUND("exit.invalid_field", 0);
	vcpu_set_reg(vcpu, 1, run.out[3]);
	EXPECT_FOUND("exit.invalid_field", 1);
}

/* --- ranges ---------------------------------------------------------------------------------------------- */

static int no_check(struct hshim_vm *vm, u64 base, u64 size)
{
	for (u64 at = base; at < base + size; at += PAGE_SIZE)
		if (populate(vm, at, PAGE_SIZE))
			return -EFAULT;
	return 0;
}

HSHIM_TEST(a_range_that_wraps_and_is_taken_is_found)
{
	const struct hshim_exercise careless = {
		.create = create, .populate = no_check, .activate = activate};

	hshim_severity("test", HSHIM_WARNING);
	hshim_exercise_ranges(&careless);
	HSHIM_EXPECT_GT(hshim_findings("test"), 0);
	hshim_severity("test", HSHIM_FAIL);
	HSHIM_EXPECT_EQ(hshim_failures(), 0);
}

/* --- references ------------------------------------------------------------------------------------------ */

static int map_and_keep(struct kvm_vcpu *vcpu, u64 ipa, kvm_pfn_t pfn, struct page *page,
			unsigned long size)
{
	(void)size;
	get_page(page);
	return realm_map_private(vcpu->kvm, ipa, pfn, &vcpu->arch.mmu_page_cache);
}

HSHIM_TEST(a_reference_too_many_is_found)
{
	struct hshim_vm *vm = running_vm(1, 0);

	hshim_fault_glue.map_private = map_and_keep;
	HSHIM_EXPECT_EQ(fault(hshim_vm_vcpu(vm, 0), RAM_BASE + 0x10000, true), 1);
	hshim_allow("leak.page", 1);
	hshim_vm_destroy(vm);
	EXPECT_FOUND("leak.page", 1);
}

HSHIM_TEST(a_page_that_cannot_be_taken_back)
{
	struct hshim_vm *vm = running_vm(1, 0);

	hshim_smc_fail(SMC_RMI_GRANULE_UNDELEGATE, 1, RMI_BAD_INPUT, 0, HSHIM_BEFORE);
	hshim_allow("warn", 1);         /* the host's own complaint */
	hshim_allow("leak.granule", 1); /* the page: delegated, and never freed */
	hshim_vm_destroy(vm);
	hshim_check_end();
	EXPECT_FOUND("leak.granule", 1);
}

/* --- more than a page at once --------------------------------------------------------------------------- */

static void undo(struct kvm *kvm, u64 ipa, unsigned long size)
{
	write_lock(&kvm->mmu_lock);
	kvm_realm_unmap_range(kvm, ipa, size, true, false);
	write_unlock(&kvm->mmu_lock);
}

/* realm_map_private() takes references of its own. */
static int map_pieces(struct kvm_vcpu *vcpu, u64 ipa, kvm_pfn_t pfn, unsigned long size,
		      bool undoes)
{
	unsigned long at;
	int ret = 0;

	for (at = 0; !ret && at < size; at += PAGE_SIZE)
		ret = realm_map_private(vcpu->kvm, ipa + at, pfn + at / PAGE_SIZE,
					&vcpu->arch.mmu_page_cache);
	if (ret && undoes)
		undo(vcpu->kvm, ipa, at);
	for (at = 0; !ret && at < size; at += PAGE_SIZE)
		put_page(pfn_to_page(pfn + at / PAGE_SIZE));
	return ret;
}

static int map_and_forget(struct kvm_vcpu *vcpu, u64 ipa, kvm_pfn_t pfn, struct page *page,
			  unsigned long size)
{
	(void)page;
	return map_pieces(vcpu, ipa, pfn, size, false);
}

static int map_and_undo(struct kvm_vcpu *vcpu, u64 ipa, kvm_pfn_t pfn, struct page *page,
			unsigned long size)
{
	(void)page;
	return map_pieces(vcpu, ipa, pfn, size, true);
}

HSHIM_TEST(a_block_that_is_undone_in_part_is_found)
{
	const struct hshim_exercise host = {
		.create = create, .populate = populate, .activate = activate};

	hshim_fault_glue.map_private = map_and_undo;
	hshim_exercise_blocks(&host);
	HSHIM_EXPECT_EQ(hshim_failures(), 0);
	hshim_fault_glue.map_private = map_and_forget;
	hshim_severity("test", HSHIM_WARNING);
	hshim_exercise_blocks(&host);
	HSHIM_EXPECT_GT(hshim_findings("test"), 0);
	hshim_severity("test", HSHIM_FAIL);
	HSHIM_EXPECT_EQ(hshim_failures(), 0);
}

/* --- memory that changes hands ------------------------------------------------------------------------ */

static void keep_all(struct kvm *kvm, unsigned long start, unsigned long size, bool unmap_private,
		     bool may_block)
{
	if (!unmap_private)
		kvm_realm_unmap_range(kvm, start, size, unmap_private, may_block);
}

HSHIM_TEST(private_memory_that_outlives_its_conversion_is_found)
{
	void (*const unmap_range)(struct kvm * kvm, unsigned long start, unsigned long size,
				  bool unmap_private, bool may_block) = hshim_ops()->unmap_range;
	struct hshim_vm *vm = running_vm(1, 0);

	HSHIM_EXPECT_EQ(hshim_vm_set_private(vm, RAM_BASE, 0x2000, false), 0);
	EXPECT_FOUND("ripas.order", 0);
	hshim_ops()->unmap_range = keep_all;
	hshim_allow("ripas.order", 1);
	HSHIM_EXPECT_EQ(hshim_vm_set_private(vm, RAM_BASE + 0x2000, 0x2000, false), 0);
	hshim_ops()->unmap_range = unmap_range;
	EXPECT_FOUND("ripas.order", 1);
}

static void unmap_more(struct kvm *kvm, unsigned long start, unsigned long size, bool unmap_private,
		       bool may_block)
{
	kvm_realm_unmap_range(kvm, start, size + PAGE_SIZE, unmap_private, may_block);
}

HSHIM_TEST(private_memory_that_goes_too_early_is_found)
{
	void (*const unmap_range)(struct kvm * kvm, unsigned long start, unsigned long size,
				  bool unmap_private, bool may_block) = hshim_ops()->unmap_range;
	struct hshim_vm *vm = running_vm(1, 0);

	hshim_vm_discard(vm, RAM_BASE, PAGE_SIZE, true);
	EXPECT_FOUND("ripas.order", 0);
	hshim_ops()->unmap_range = unmap_more;
	hshim_allow("ripas.order", 1);
	hshim_vm_discard(vm, RAM_BASE + PAGE_SIZE, PAGE_SIZE, true);
	hshim_ops()->unmap_range = unmap_range;
	EXPECT_FOUND("ripas.order", 1);
}

/* --- order, features, ends ------------------------------------------------------------------------------ */

HSHIM_TEST(what_is_written_behind_a_realm_is_found)
{
	struct hshim_vm *vm = new_vm(1);
	struct hshim_canary *end = &hshim_vm_kvm(vm)->arch.realm_end;
	const u64 before = end->word[2];

	HSHIM_EXPECT_EQ(create(vm, 0), 0);
	EXPECT_FOUND("overrun", 0);
	end->word[2] = 0;
	hshim_allow("overrun", 1);
	activate(vm);
	EXPECT_FOUND("overrun", 1);
	end->word[2] = before;
	hshim_vm_destroy(vm);
}

/* A refusal frees what the first request still has. */
static int free_twice(struct kvm *kvm, struct kvm_enable_cap *cap)
{
	const int ret = kvm_realm_enable_cap(kvm, cap);

	if (ret && cap->args[0] == KVM_CAP_REALM_CREATE)
		hshim_report(HSHIM_O_FREE_DOUBLE, "as if");
	return ret;
}

HSHIM_TEST(requests_come_at_every_moment)
{
	static const struct hshim_exercise host = {
		.create = create, .populate = populate, .activate = activate};

	hshim_exercise_order(&host);
	EXPECT_FOUND("free.double", 0);
	hshim_ops()->enable_cap = free_twice;
	/* Refused at each stage but the first. */
	hshim_allow("free.double", 6);
	hshim_exercise_order(&host);
	hshim_ops()->enable_cap = kvm_realm_enable_cap;
	EXPECT_FOUND("free.double", 6);
}

HSHIM_TEST(planes_may_have_trees)
{
	struct hshim_vm *vm = running_vm(1, 2);

	HSHIM_EXPECT_TRUE(hshim_has_tree(2));
	HSHIM_EXPECT_FALSE(hshim_has_tree(3));
	hshim_vm_destroy(vm);
	HSHIM_EXPECT_FALSE(hshim_has_tree(1));
}

static void expect_planes(void *context)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_invoke(SMC_RMI_FEATURES, 0, &res);
	if ((res.a1 >> 45 & 0xf) != *(unsigned long *)context)
		hshim_report(HSHIM_O_BUG, "not the wanted monitor");
}

HSHIM_TEST(a_monitor_may_be_different)
{
	const struct hshim_feature planes = {.name = "2 planes", .low = 45, .high = 48, .value = 2};
	unsigned long count = 2;

	HSHIM_EXPECT_TRUE(hshim_with_feature(&planes, expect_planes, &count));
	EXPECT_FOUND("test", 0);
	count = 3;
	hshim_allow("test", 1);
	HSHIM_EXPECT_FALSE(hshim_with_feature(&planes, expect_planes, &count));
	HSHIM_EXPECT_EQ(hshim_findings("test"), 1);
}

int main(int argc, char **argv)
{
	return hshim_main(argc, argv, &machine);
}
