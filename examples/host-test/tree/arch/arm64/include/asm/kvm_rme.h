/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TREE_ASM_KVM_RME_H
#define TREE_ASM_KVM_RME_H

#include <asm/rmi_smc.h>
#include <uapi/linux/kvm.h>

enum realm_state {
	REALM_STATE_NONE,
	REALM_STATE_NEW,
	REALM_STATE_ACTIVE,
	REALM_STATE_DYING,
	REALM_STATE_DEAD,
};

#define REALM_MAX_TREES 4

struct realm {
	enum realm_state state;
	void *rd;
	struct realm_params *params;
	unsigned int num_trees;
	unsigned int vmid[REALM_MAX_TREES];
	void *aux_root[REALM_MAX_TREES];
	unsigned int ia_bits;
	unsigned long num_rec_aux;
};

struct realm_rec {
	unsigned long mpidr;
	void *rec_page;
	struct page *aux[16];
	struct rec_run *run;
};

int kvm_init_rme(void);
int kvm_init_realm_vm(struct kvm *kvm);
void kvm_destroy_realm(struct kvm *kvm);
void kvm_realm_destroy_rtts(struct kvm *kvm, u32 ia_bits);
int kvm_realm_enable_cap(struct kvm *kvm, struct kvm_enable_cap *cap);
int kvm_create_rec(struct kvm_vcpu *vcpu);
void kvm_destroy_rec(struct kvm_vcpu *vcpu);
int kvm_rec_pre_enter(struct kvm_vcpu *vcpu);
int kvm_rec_enter(struct kvm_vcpu *vcpu);
int handle_rec_exit(struct kvm_vcpu *vcpu, int result);
void kvm_realm_unmap_range(struct kvm *kvm, unsigned long start, unsigned long size,
			   bool unmap_private, bool may_block);
int realm_map_private(struct kvm *kvm, unsigned long ipa, kvm_pfn_t pfn,
		      struct kvm_mmu_memory_cache *mc);
int realm_map_shared(struct kvm *kvm, unsigned long ipa, kvm_pfn_t pfn, bool writable,
		     struct kvm_mmu_memory_cache *mc);
int realm_set_ripas(struct kvm_vcpu *vcpu, unsigned long base, unsigned long end,
		    unsigned long *top);
int realm_set_s2ap(struct kvm_vcpu *vcpu, unsigned long base, unsigned long end);

#endif
