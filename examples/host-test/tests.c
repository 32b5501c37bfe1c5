/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests of the Realm code: none of them knows what may be wrong in it. */
#include "examples/host-test/guest.h"
#include "examples/host-test/support.h"

/* --- life ----------------------------------------------------------------------------------------- */

HSHIM_TEST(a_machine_that_is_not_used)
{
	hshim_vm_destroy(new_vm(2));
}

HSHIM_TEST(a_realm_lives_and_dies)
{
	struct hshim_vm *vm = running_vm(1, 0);

	HSHIM_ASSERT_TRUE(vm);
	HSHIM_EXPECT_EQ(kvm_realm_state(hshim_vm_kvm(vm)), REALM_STATE_ACTIVE);
	hshim_vm_destroy(vm);
	HSHIM_EXPECT_EQ(hshim_delegated_pages(), 0);
}

HSHIM_TEST(a_realm_with_three_planes)
{
	struct hshim_vm *vm = running_vm(2, 2);

	HSHIM_ASSERT_TRUE(vm);
	for (u64 i = 0; i < 60; i++)
		HSHIM_EXPECT_EQ(
			fault(hshim_vm_vcpu(vm, i & 1), RAM_BASE + 0x10000 + i * PAGE_SIZE, true),
			1);
	HSHIM_EXPECT_TRUE(hshim_check_now());
}

HSHIM_TEST(no_more_planes_than_there_are)
{
	struct hshim_vm *vm = new_vm(1);

	HSHIM_EXPECT_EQ(create(vm, 4), -EINVAL);
	HSHIM_EXPECT_EQ(create(vm, 3), 0);
	HSHIM_EXPECT_EQ(create(vm, 3), -EEXIST);
}

HSHIM_TEST(memory_at_the_top_of_the_protected_half)
{
	struct hshim_vm_cfg cfg = {.ipa_bits = IPA_BITS, .private_default = true};
	struct hshim_vm *vm;

	cfg.slot[0] =
		(struct hshim_slot_cfg){.gpa = HALF - RAM_SIZE, .size = RAM_SIZE, .gmem = true};
	vm = hshim_vm_create(&cfg);
	HSHIM_ASSERT_EQ(create(vm, 1), 0);
	HSHIM_EXPECT_EQ(populate(vm, HALF - PAGE_SIZE, PAGE_SIZE), 0);
	HSHIM_EXPECT_EQ(activate(vm), 0);
}

HSHIM_TEST(activation_may_be_repeated_after_a_refusal)
{
	struct hshim_vm *vm = new_vm(1);

	HSHIM_ASSERT_EQ(create(vm, 1), 0);
	hshim_smc_fail(SMC_RMI_REALM_ACTIVATE, 1, RMI_BAD_INPUT, 0, HSHIM_BEFORE);
	HSHIM_EXPECT_EQ(activate(vm), -ENXIO);
	HSHIM_EXPECT_EQ(activate(vm), 0);
	HSHIM_EXPECT_EQ(activate(vm), -EINVAL);
}

HSHIM_TEST(a_bad_pointer_is_an_error)
{
	struct hshim_vm *vm = new_vm(1);

	hshim_copy_fail(1);
	HSHIM_EXPECT_EQ(create(vm, 0), -EFAULT);
}

HSHIM_TEST(empty_and_wrapping_ranges_do_nothing)
{
	struct hshim_vm *vm = new_vm(1);
	struct hshim_scope scope;

	HSHIM_ASSERT_EQ(create(vm, 0), 0);
	hshim_scope_begin(&scope, "nothing");
	HSHIM_EXPECT_EQ(populate(vm, RAM_BASE, 0), -EINVAL);
	HSHIM_EXPECT_EQ(populate(vm, RAM_BASE, ~0xffful), -EINVAL);
	HSHIM_EXPECT_EQ(hshim_scope_calls(&scope, 0), 0);
}

/* --- memory --------------------------------------------------------------------------------------- */

HSHIM_TEST(private_memory_appears_when_the_guest_touches_it)
{
	struct guest_plan plan = {.what = GUEST_TOUCHES, .base = RAM_BASE, .pages = 4};
	struct hshim_run_result result;
	struct hshim_vm *vm;

	HSHIM_ASSERT_TRUE(guest_does(&plan));
	vm = running_vm(1, 2);
	HSHIM_ASSERT_TRUE(vm);
	HSHIM_EXPECT_EQ(hshim_vcpu_run(hshim_vm_vcpu(vm, 0), &result), 0);
	HSHIM_EXPECT_EQ(result.exit_reason, KVM_EXIT_SHUTDOWN);
	HSHIM_EXPECT_EQ(guest_report()->loaded, 4);
}

HSHIM_TEST(shared_memory_is_seen_by_both)
{
	struct hshim_vm *vm = running_vm(1, 0);
	struct kvm_vcpu *vcpu = hshim_vm_vcpu(vm, 0);

	HSHIM_ASSERT_EQ(hshim_vm_set_private(vm, RAM_BASE + 0x200000, PAGE_SIZE, false), 0);
	HSHIM_EXPECT_EQ(fault(vcpu, HALF | (RAM_BASE + 0x200000), true), 1);
	HSHIM_EXPECT_TRUE(hshim_vm_user(vm, RAM_BASE + 0x200000, true));
	HSHIM_EXPECT_EQ(fault(vcpu, HALF | (RAM_BASE + 0x201000), true), -EFAULT);
	HSHIM_EXPECT_EQ(vcpu->run->exit_reason, KVM_EXIT_MEMORY_FAULT);
}

HSHIM_TEST(a_shared_zero_page_is_not_mapped_writable)
{
	struct hshim_vm *vm = running_vm(1, 0);
	struct kvm_memory_slot *slot = hshim_vm_slot(vm, 0);

	hshim_user_backing(slot->region, 0x200, 1, HSHIM_ZERO_PAGE);
	HSHIM_ASSERT_EQ(hshim_vm_set_private(vm, RAM_BASE + 0x200000, PAGE_SIZE, false), 0);
	HSHIM_EXPECT_EQ(fault(hshim_vm_vcpu(vm, 0), HALF | (RAM_BASE + 0x200000), false), 1);
}

HSHIM_TEST(conversion_takes_private_memory_back)
{
	struct hshim_vm *vm = running_vm(1, 2);
	const unsigned long before = hshim_granules_in_state("DATA");

	HSHIM_EXPECT_EQ(hshim_vm_set_private(vm, RAM_BASE, 0x2000, false), 0);
	HSHIM_EXPECT_EQ(hshim_granules_in_state("DATA"), before - 2);
}

HSHIM_TEST(discarded_memory_comes_back)
{
	struct hshim_vm *vm = running_vm(1, 1);
	struct kvm_vcpu *vcpu = hshim_vm_vcpu(vm, 0);

	hshim_vm_discard(vm, RAM_BASE, 0x4000, true);
	HSHIM_EXPECT_EQ(fault(vcpu, RAM_BASE, false), 1);
	HSHIM_EXPECT_EQ(fault(vcpu, RAM_BASE, false), 1);
}

HSHIM_TEST(no_memory_slot_is_mmio)
{
	struct hshim_vm *vm = running_vm(1, 0);

	HSHIM_EXPECT_EQ(fault(hshim_vm_vcpu(vm, 0), HALF | 0x1000, true), 0);
	HSHIM_EXPECT_EQ(hshim_vm_vcpu(vm, 0)->run->exit_reason, KVM_EXIT_MMIO);
}

HSHIM_TEST(a_page_that_is_mapped_already)
{
	struct hshim_vm *vm = running_vm(1, 1);
	struct kvm *kvm = hshim_vm_kvm(vm);
	struct kvm_vcpu *vcpu = hshim_vm_vcpu(vm, 0);
	struct page *page = alloc_page(GFP_KERNEL);

	/* Another page at an address that has one. */
	HSHIM_EXPECT_EQ(
		realm_map_private(kvm, RAM_BASE, page_to_pfn(page), &vcpu->arch.mmu_page_cache), 0);
	put_page(page);
}

static void other_vcpu_faults(void *vcpu, struct hshim_call *call)
{
	(void)call;
	HSHIM_EXPECT_EQ(fault(vcpu, RAM_BASE + 0x10000, true), 1);
}

HSHIM_TEST(another_vcpu_wins_the_race)
{
	struct hshim_vm *vm = running_vm(2, 1);
	int hook;

	HSHIM_ASSERT_TRUE(vm);
	hook = hshim_smc_hook(SMC_RMI_GRANULE_DELEGATE, HSHIM_BEFORE, other_vcpu_faults,
			      hshim_vm_vcpu(vm, 1));
	HSHIM_EXPECT_EQ(fault(hshim_vm_vcpu(vm, 0), RAM_BASE + 0x10000, true), 1);
	hshim_smc_unhook(hook);
	HSHIM_EXPECT_TRUE(hshim_check_now());
}

/* --- the guest asks ------------------------------------------------------------------------------- */

static void guest_asks(enum guest_what what, unsigned int aux_planes, unsigned int entries)
{
	struct guest_plan plan = {.what = what, .base = RAM_BASE, .pages = 4};
	struct hshim_run_result result = {0};
	struct hshim_vm *vm;

	HSHIM_ASSERT_TRUE(guest_does(&plan));
	vm = running_vm(1, aux_planes);
	HSHIM_ASSERT_TRUE(vm);
	for (unsigned int i = 0; i < entries && result.exit_reason != KVM_EXIT_SHUTDOWN; i++)
		HSHIM_EXPECT_EQ(hshim_vcpu_run(hshim_vm_vcpu(vm, 0), &result), 0);
	HSHIM_EXPECT_EQ(guest_report()->reached, RAM_BASE + 0x4000);
}

HSHIM_TEST(the_guest_gives_memory_away)
{
	guest_asks(GUEST_ASKS_RIPAS, 2, 8);
}

HSHIM_TEST(the_guest_changes_permissions)
{
	guest_asks(GUEST_ASKS_PERMISSION, 2, 8);
}

HSHIM_TEST(an_entry_that_fails_is_told)
{
	struct hshim_vm *vm = running_vm(1, 0);
	const struct hshim_exit error = hshim_exit_error(3, 0);
	const struct hshim_exit off = hshim_exit_psci(PSCI_0_2_FN_SYSTEM_OFF, 0, 0, 0);
	struct hshim_run_result result;

	hshim_rec_push_exit(hshim_vm_vcpu(vm, 0), &error);
	hshim_rec_push_exit(hshim_vm_vcpu(vm, 0), &off);
	HSHIM_EXPECT_EQ(hshim_vcpu_run(hshim_vm_vcpu(vm, 0), &result), 0);
	HSHIM_EXPECT_EQ(result.exit_reason, KVM_EXIT_FAIL_ENTRY);
	HSHIM_EXPECT_EQ(hshim_vcpu_run(hshim_vm_vcpu(vm, 0), &result), 0);
	HSHIM_EXPECT_EQ(result.exit_reason, KVM_EXIT_SHUTDOWN);
}

/* --- everything fails once -------------------------------------------------------------------------- */

static void life(void)
{
	struct hshim_vm *vm = running_vm(1, 1);

	if (!vm)
		return;
	fault(hshim_vm_vcpu(vm, 0), RAM_BASE + 0x10000, true);
	fault(hshim_vm_vcpu(vm, 0), RAM_BASE + 0x210000, false);
	hshim_vm_discard(vm, RAM_BASE, PAGE_SIZE, true);
	hshim_vm_destroy(vm);
}

HSHIM_TEST(every_allocation_fails_once)
{
	HSHIM_EXPECT_EQ(hshim_sweep_alloc(life), 0);
}

HSHIM_TEST(every_command_is_refused_once)
{
	HSHIM_EXPECT_EQ(hshim_sweep_smc(life, NULL), 0);
}

int main(int argc, char **argv)
{
	return hshim_main(argc, argv, &machine);
}
