/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_VM_H
#define HSHIM_VM_H

/*
 * Machines for tests: a struct kvm with vCPUs, memslots, guest_memfd; running them; exits. Compiled for
 * each tree, because it contains what the tree's headers define. host-shim.md#8.1
 */

#include <hshim/env.h>
#include <hshim/kvm/emulate.h>

#define HSHIM_VM_SLOTS 8
/* For hshim_vm_cfg.features: none at all. */
#define HSHIM_NO_FEATURES (1ull << 63)

struct hshim_slot_cfg {
	u64 gpa, size;            /* size 0: no slot */
	bool gmem;                /* private memory from a guest_memfd object */
	unsigned int gmem_flags;  /* HSHIM_GMEM_* */
	bool no_user;             /* nothing behind userspace_addr */
	bool user_is_gmem;        /* userspace_addr maps the guest_memfd object itself */
	unsigned int block_shift; /* of user memory: 21 for huge pages; 0: pages */
	u32 flags;                /* KVM_MEM_* in addition */
};

struct hshim_vm_cfg {
	unsigned int ipa_bits; /* default 40 */
	unsigned int nvcpus;   /* default 1 */
	bool not_realm;        /* an ordinary machine */
	bool private_default;  /* addresses without attributes are private */
	unsigned long type;    /* machine type, as given to KVM_CREATE_VM */
	u64 features;          /* bit n: vCPU feature n; 0: PSCI 0.2, as every VMM asks for */
	struct hshim_slot_cfg slot[HSHIM_VM_SLOTS];
};

/* NULL when memory runs out or the code under test refuses; then nothing is left. */
struct hshim_vm *hshim_vm_create(const struct hshim_vm_cfg *cfg);
struct kvm *hshim_vm_kvm(struct hshim_vm *vm);
struct kvm_vcpu *hshim_vm_vcpu(struct hshim_vm *vm, unsigned int i);
struct kvm_memory_slot *hshim_vm_slot(struct hshim_vm *vm, unsigned int i);
/* Order: stage 2 release, vCPUs, Realm, files. NULL is allowed. */
void hshim_vm_destroy(struct hshim_vm *vm);
/* What KVM_ENABLE_CAP does for a Realm capability: 0 or negative errno. `arg` becomes args[1]. */
int hshim_enable_cap(struct hshim_vm *vm, u32 cap, u64 a0, const void *arg);
/* What KVM_SET_MEMORY_ATTRIBUTES does: conversion unmaps what has to go. */
int hshim_vm_set_private(struct hshim_vm *vm, u64 gpa, u64 size, bool is_private);
/* What the release of user or private memory does: hole punching, MADV_DONTNEED. */
int hshim_vm_discard(struct hshim_vm *vm, u64 gpa, u64 size, bool private_half);
/* What the removal of a memslot does: all that is mapped goes, then user memory and the file. */
void hshim_vm_remove_slot(struct hshim_vm *vm, unsigned int i);
/* The VMM's own access to guest memory; NULL where it would get a SIGBUS (private memory). */
void *hshim_vm_user(struct hshim_vm *vm, u64 gpa, bool write);

/*
 * The entry points of the code under test. Filled with the names of the profile as far as they exist;
 * a test may set others.
 */
struct hshim_ops {
	int (*init_vm)(struct kvm *kvm);
	int (*enable_cap)(struct kvm *kvm, struct kvm_enable_cap *cap);
	void (*destroy_vm)(struct kvm *kvm);
	int (*create_rec)(struct kvm_vcpu *vcpu);
	void (*destroy_rec)(struct kvm_vcpu *vcpu);
	int (*pre_enter)(struct kvm_vcpu *vcpu);
	int (*enter)(struct kvm_vcpu *vcpu);
	int (*handle_exit)(struct kvm_vcpu *vcpu, int result);
	void (*unmap_range)(struct kvm *kvm, unsigned long start, unsigned long size,
			    bool unmap_private, bool may_block);
	void (*destroy_rtts)(struct kvm *kvm, u32 ia_bits);
	int (*psci_complete)(struct kvm_vcpu *calling, struct kvm_vcpu *target,
			     unsigned long status);
};
struct hshim_ops *hshim_ops(void);
/* This version is told when a release of memory may not sleep. */
bool hshim_unmap_may_not_block(void);

/*
 * Fault glue: host-shim.md#7.4. How the version under test maps a page. A mapping holds one reference to a
 * private `page`, which the code under test drops when it unmaps; whether a call has made a mapping is
 * asked of the monitor, so that map_private() may return 0 also when another vCPU had been quicker. The
 * reference to a shared page is dropped by the glue, as KVM does. -EAGAIN lets the guest try again.
 * With several pages each has a reference.
 * What is NULL is done by private_memslot_fault() and realm_map_ipa() if a slice of mmu.c has them.
 */
struct hshim_fault_glue {
	int (*map_private)(struct kvm_vcpu *vcpu, u64 ipa, kvm_pfn_t pfn, struct page *page,
			   unsigned long size);
	int (*map_shared)(struct kvm_vcpu *vcpu, u64 ipa, kvm_pfn_t pfn, unsigned long size,
			  enum kvm_pgtable_prot prot);
};
extern struct hshim_fault_glue hshim_fault_glue;
/*
 * Maps [ipa, ipa + size) with one call of the glue, as for a fault in memory that comes in larger pieces.
 * 1: handled. -ENOSYS: nothing maps memory. -ENOMEM also if the memory behind it is not contiguous.
 */
int hshim_map_memory(struct kvm_vcpu *vcpu, u64 ipa, unsigned long size);
/* What the defaults of kvm_handle_sys_reg() and so on return, and how often they were called. */
struct hshim_handler_log {
	int sys_reg_result, smccc_result, wfx_result;
	unsigned int sys_reg, smccc, wfx, timers, injected, mmio;
	unsigned long seen[31]; /* registers when kvm_smccc_call_handler() was called last */
	bool reply;             /* it leaves HSHIM_REPLY + n in register n */
};
#define HSHIM_REPLY 0xa0ul
struct hshim_handler_log *hshim_handlers(void);

/* --- running -------------------------------------------------------------------------------------------- */

struct hshim_run_result {
	int ret;              /* of the handler that ended the loop */
	unsigned int entries; /* how often the REC was entered */
	u32 exit_reason;      /* of struct kvm_run */
	bool limit;           /* the loop was cut off */
};
/* Enters and handles exits while the handler returns > 0, at most `limit` times (0: 1000). */
int hshim_vcpu_run_limit(struct kvm_vcpu *vcpu, unsigned int limit,
			 struct hshim_run_result *result);
int hshim_vcpu_run(struct kvm_vcpu *vcpu, struct hshim_run_result *result);
/* The REC of this vCPU as the code under test made it: finalises it. 0 or negative errno. */
int hshim_vcpu_init(struct kvm_vcpu *vcpu);

#include <hshim/exit.h>

#endif
