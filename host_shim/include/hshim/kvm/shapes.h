/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_KVM_SHAPES_H
#define HSHIM_KVM_SHAPES_H

/*
 * Types of the functions of a tree that host_shim calls. They differ between versions; each is compared
 * with the shapes that are known when the tree is compiled. An error "_Generic selector of type ... is not
 * compatible" in a line with HSHIM_SHAPE_OF means that the function named there has a type that host_shim
 * does not know: the message has the type, the line the shapes that are known. host-shim.md#4.5
 */

#include <hshim/kvm/emulate.h>

/* The number of the shape that `fn` has: a constant. */
#define HSHIM_SHAPE_OF(fn, ...) _Generic(&(fn), __VA_ARGS__)
/* The only shape that is known. */
#define HSHIM_ONLY_SHAPE(fn, type) _Static_assert(HSHIM_SHAPE_OF(fn, type : 1), "known")
/* `fn` if it has this shape, else a NULL that has: for the branches that are not taken. */
#define HSHIM_AS(type, fn) _Generic(&(fn), type : (fn), default : (type)0)

typedef int (*hshim_vm_fn)(struct kvm *kvm);
typedef int (*hshim_cap_fn)(struct kvm *kvm, struct kvm_enable_cap *cap);
typedef void (*hshim_end_vm_fn)(struct kvm *kvm);
typedef int (*hshim_vcpu_fn)(struct kvm_vcpu *vcpu);
typedef void (*hshim_end_vcpu_fn)(struct kvm_vcpu *vcpu);
typedef int (*hshim_exit_fn)(struct kvm_vcpu *vcpu, int result);
typedef int (*hshim_psci_fn)(struct kvm_vcpu *calling, struct kvm_vcpu *target,
			     unsigned long status);
/* Up to v7 without may_block; the size is u64 or unsigned long. */
typedef void (*hshim_unmap_fn)(struct kvm *kvm, unsigned long start, unsigned long size,
			       bool unmap_private, bool may_block);
typedef void (*hshim_unmap64_fn)(struct kvm *kvm, unsigned long start, u64 size, bool unmap_private,
				 bool may_block);
typedef void (*hshim_unmap4_fn)(struct kvm *kvm, unsigned long start, unsigned long size,
				bool unmap_private);
typedef void (*hshim_unmap4_64_fn)(struct kvm *kvm, unsigned long start, u64 size,
				   bool unmap_private);
typedef void (*hshim_rtts_fn)(struct kvm *kvm, u32 ia_bits);
typedef void (*hshim_rtts1_fn)(struct kvm *kvm);

/* Of a slice of mmu.c. The planes RFC gives the vCPU. */
struct kvm_s2_trans;
typedef int (*hshim_map_kvm_fn)(struct kvm *kvm, phys_addr_t ipa, kvm_pfn_t pfn, unsigned long size,
				enum kvm_pgtable_prot prot, struct kvm_mmu_memory_cache *cache);
typedef int (*hshim_map_vcpu_fn)(struct kvm_vcpu *vcpu, phys_addr_t ipa, kvm_pfn_t pfn,
				 unsigned long size, enum kvm_pgtable_prot prot,
				 struct kvm_mmu_memory_cache *cache);
typedef int (*hshim_private_fn)(struct kvm_vcpu *vcpu, phys_addr_t ipa,
				struct kvm_memory_slot *slot);
typedef int (*hshim_gmem_fn)(struct kvm_vcpu *vcpu, phys_addr_t ipa, struct kvm_s2_trans *nested,
			     struct kvm_memory_slot *slot, bool is_permission);

/* What a slice offers, independent of the parameters of its functions; NULL where it has none. */
extern int hshim_slice_map_ipa(struct kvm_vcpu *vcpu, phys_addr_t ipa, kvm_pfn_t pfn,
			       unsigned long size, enum kvm_pgtable_prot prot,
			       struct kvm_mmu_memory_cache *cache) __attribute__((__weak__));
extern int hshim_slice_private_fault(struct kvm_vcpu *vcpu, phys_addr_t ipa,
				     struct kvm_memory_slot *slot) __attribute__((__weak__));
extern int hshim_slice_gmem_fault(struct kvm_vcpu *vcpu, phys_addr_t ipa,
				  struct kvm_memory_slot *slot, bool is_permission)
	__attribute__((__weak__));

#endif
