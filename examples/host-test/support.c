/* SPDX-License-Identifier: BSD-3-Clause */
#include "examples/host-test/support.h"

static int map_private(struct kvm_vcpu *vcpu, u64 ipa, kvm_pfn_t pfn, struct page *page,
		       unsigned long size)
{
	int ret = realm_map_private(vcpu->kvm, ipa, pfn, &vcpu->arch.mmu_page_cache);

	(void)size;
	if (!ret)
		put_page(page); /* realm_map_private() has taken one of its own */
	return ret;
}

static int map_shared(struct kvm_vcpu *vcpu, u64 ipa, kvm_pfn_t pfn, unsigned long size,
		      enum kvm_pgtable_prot prot)
{
	(void)size;
	return realm_map_shared(vcpu->kvm, ipa, pfn, prot & KVM_PGTABLE_PROT_W,
				&vcpu->arch.mmu_page_cache);
}

static int boot(void)
{
	hshim_fault_glue.map_private = map_private;
	hshim_fault_glue.map_shared = map_shared;
	return kvm_init_rme();
}

const struct hshim_config machine = {.boot = boot};

struct hshim_vm *new_vm(unsigned int nvcpus)
{
	const struct hshim_vm_cfg cfg = {
		.ipa_bits = IPA_BITS,
		.nvcpus = nvcpus,
		.private_default = true,
		.slot[0] = {.gpa = RAM_BASE, .size = RAM_SIZE, .gmem = true},
	};

	return hshim_vm_create(&cfg);
}

int create(struct hshim_vm *vm, unsigned int aux_planes)
{
	const struct kvm_realm_create args = {.aux_planes = aux_planes};

	return hshim_enable_cap(vm, KVM_CAP_REALM, KVM_CAP_REALM_CREATE, &args);
}

int populate(struct hshim_vm *vm, u64 base, u64 size)
{
	const struct kvm_realm_populate args = {.base = base, .size = size, .measure = 1};

	return hshim_enable_cap(vm, KVM_CAP_REALM, KVM_CAP_REALM_POPULATE, &args);
}

int activate(struct hshim_vm *vm)
{
	return hshim_enable_cap(vm, KVM_CAP_REALM, KVM_CAP_REALM_ACTIVATE, NULL);
}

struct hshim_vm *running_vm(unsigned int nvcpus, unsigned int aux_planes)
{
	const struct kvm_realm_populate ram = {.base = RAM_BASE + 0x4000,
					       .size = RAM_SIZE - 0x4000};
	struct hshim_vm *vm = new_vm(nvcpus);
	int ret = vm ? create(vm, aux_planes) : -ENOMEM;

	if (!ret)
		ret = populate(vm, RAM_BASE, 0x4000);
	if (!ret)
		ret = hshim_enable_cap(vm, KVM_CAP_REALM, KVM_CAP_REALM_RAM, &ram);
	for (unsigned int i = 0; !ret && i < nvcpus; i++)
		ret = hshim_vcpu_init(hshim_vm_vcpu(vm, i));
	if (!ret)
		ret = activate(vm);
	if (!ret)
		return vm;
	hshim_vm_destroy(vm);
	return NULL;
}

int fault(struct kvm_vcpu *vcpu, u64 ipa, bool write)
{
	const struct hshim_exit exit =
		hshim_exit_dabt(ipa, 0, 3, write ? HSHIM_ABT_WRITE | HSHIM_ABT_ISV : 0);
	struct hshim_run_result result;

	hshim_rec_push_exit(vcpu, &exit);
	return hshim_vcpu_run_limit(vcpu, 1, &result);
}
