/* SPDX-License-Identifier: BSD-3-Clause */
/* The end of a slice of mmu.c: its functions behind names and types that do not change. */
#include <hshim/kvm/shapes.h>

#ifdef SLICE_HAS_realm_map_ipa
int hshim_slice_map_ipa(struct kvm_vcpu *vcpu, phys_addr_t ipa, kvm_pfn_t pfn, unsigned long size,
			enum kvm_pgtable_prot prot, struct kvm_mmu_memory_cache *cache)
{
	if (HSHIM_SHAPE_OF(realm_map_ipa, hshim_map_kvm_fn : 1, hshim_map_vcpu_fn : 0))
		return HSHIM_AS(hshim_map_kvm_fn, realm_map_ipa)(vcpu->kvm, ipa, pfn, size, prot,
								 cache);
	return HSHIM_AS(hshim_map_vcpu_fn, realm_map_ipa)(vcpu, ipa, pfn, size, prot, cache);
}
#endif

#ifdef SLICE_HAS_private_memslot_fault
int hshim_slice_private_fault(struct kvm_vcpu *vcpu, phys_addr_t ipa, struct kvm_memory_slot *slot)
{
	HSHIM_ONLY_SHAPE(private_memslot_fault, hshim_private_fn);
	return private_memslot_fault(vcpu, ipa, slot);
}
#endif

#ifdef SLICE_HAS_gmem_abort
int hshim_slice_gmem_fault(struct kvm_vcpu *vcpu, phys_addr_t ipa, struct kvm_memory_slot *slot,
			   bool is_permission)
{
	HSHIM_ONLY_SHAPE(gmem_abort, hshim_gmem_fn);
	return gmem_abort(vcpu, ipa, NULL, slot, is_permission);
}
#endif
