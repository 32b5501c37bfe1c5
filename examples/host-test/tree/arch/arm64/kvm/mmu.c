/* SPDX-License-Identifier: BSD-3-Clause */
/* What a host's mmu.c does for Realms: host_shim takes these functions as a slice of it. */
#include <linux/kvm_host.h>

#include <asm/kvm_emulate.h>
#include <asm/kvm_mmu.h>
#include <asm/kvm_rme.h>

/* A block of the VMM's memory in pages; who takes them away takes all of them. */
static int map_shared_pages(struct kvm *kvm, phys_addr_t ipa, kvm_pfn_t pfn, unsigned long size,
			    struct kvm_mmu_memory_cache *memcache)
{
	int ret = 0;

	for (unsigned long done = 0; !ret && done < size; done += PAGE_SIZE)
		ret = realm_map_shared(kvm, ipa + done, pfn + (done >> PAGE_SHIFT), true, memcache);
	return ret;
}

static int realm_map_ipa(struct kvm_vcpu *vcpu, phys_addr_t ipa, kvm_pfn_t pfn, unsigned long size,
			 enum kvm_pgtable_prot prot, struct kvm_mmu_memory_cache *memcache)
{
	struct kvm *kvm = vcpu->kvm;

	if (WARN_ON(!(prot & KVM_PGTABLE_PROT_W)))
		return -EFAULT;
	ipa = ALIGN_DOWN(ipa, PAGE_SIZE);
	if (ipa & BIT(kvm->arch.realm.ia_bits - 1))
		return map_shared_pages(kvm, ipa, pfn, size, memcache);
	if (size != PAGE_SIZE)
		return -EINVAL;
	return realm_map_private(kvm, ipa, pfn, memcache);
}

/* -EINVAL: shared memory, which user_mem_abort() maps. */
static int private_memslot_fault(struct kvm_vcpu *vcpu, phys_addr_t fault_ipa,
				 struct kvm_memory_slot *memslot)
{
	struct kvm_mmu_memory_cache *memcache = &vcpu->arch.mmu_page_cache;
	const gpa_t gpa = kvm_gpa_from_fault(vcpu->kvm, fault_ipa);
	const bool is_private = gpa == fault_ipa;
	struct page *page;
	kvm_pfn_t pfn;
	int ret;

	if (kvm_mem_is_private(vcpu->kvm, gpa >> PAGE_SHIFT) != is_private) {
		kvm_prepare_memory_fault_exit(vcpu, gpa, PAGE_SIZE, kvm_is_write_fault(vcpu), false,
					      is_private);
		return -EFAULT;
	}
	if (!is_private)
		return -EINVAL;
	ret = kvm_mmu_topup_memory_cache(memcache, kvm_mmu_cache_min_pages(vcpu->arch.hw_mmu));
	if (ret)
		return ret;
	ret = kvm_gmem_get_pfn(vcpu->kvm, memslot, gpa >> PAGE_SHIFT, &pfn, &page, NULL);
	if (ret)
		return ret;
	ret = realm_map_ipa(vcpu, fault_ipa, pfn, PAGE_SIZE, KVM_PGTABLE_PROT_W, memcache);
	/* Mapped pages are held by their file. */
	put_page(page);
	return ret ? ret : 1;
}

void kvm_stage2_unmap_range(struct kvm_s2_mmu *mmu, phys_addr_t start, u64 size, bool may_block)
{
	struct kvm *kvm = kvm_s2_mmu_to_kvm(mmu);

	lockdep_assert_held_write(&kvm->mmu_lock);
	if (kvm_is_realm(kvm))
		kvm_realm_unmap_range(kvm, start, size, true, may_block);
	else
		stage2_apply_range(mmu, start, start + size, kvm_pgtable_stage2_unmap, may_block);
}

/* Twice in the life of a Realm: when it is to end, and when its root tables have come back. */
void kvm_free_stage2_pgd(struct kvm_s2_mmu *mmu)
{
	struct kvm *kvm = kvm_s2_mmu_to_kvm(mmu);
	struct kvm_pgtable *pgt;

	write_lock(&kvm->mmu_lock);
	pgt = mmu->pgt;
	if (kvm_is_realm(kvm) && kvm_realm_is_created(kvm) &&
	    kvm_realm_state(kvm) != REALM_STATE_DEAD) {
		kvm_stage2_unmap_range(mmu, 0, BIT(pgt->ia_bits - 1), true);
		write_unlock(&kvm->mmu_lock);
		kvm_realm_destroy_rtts(kvm, pgt->ia_bits);
		return;
	}
	if (pgt) {
		mmu->pgd_phys = 0;
		mmu->pgt = NULL;
		free_percpu(mmu->last_vcpu_ran);
	}
	write_unlock(&kvm->mmu_lock);
	if (pgt) {
		kvm_pgtable_stage2_destroy(pgt);
		kfree(pgt);
	}
}
