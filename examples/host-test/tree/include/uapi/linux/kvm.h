/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TREE_UAPI_KVM_H
#define TREE_UAPI_KVM_H

/* What a VMM sees of this host: as much as its Realm code uses. */

#include <linux/const.h>
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/ioctl.h>
#include <asm/kvm.h>

#ifdef __KERNEL__
#include <linux/kvm_types.h>
#endif

struct kvm_stats_desc {
	__u32 offset;
#ifdef __KERNEL__
	char name[KVM_STATS_NAME_SIZE];
#endif
};

#define KVM_EXIT_UNKNOWN      0
#define KVM_EXIT_MMIO         6
#define KVM_EXIT_SHUTDOWN     8
#define KVM_EXIT_FAIL_ENTRY   9
#define KVM_EXIT_INTERNAL     17
#define KVM_EXIT_MEMORY_FAULT 39

#define KVM_MEM_GUEST_MEMFD          (1UL << 2)
#define KVM_MEMORY_EXIT_FLAG_PRIVATE (1ULL << 3)
#define KVM_MEMORY_ATTRIBUTE_PRIVATE (1ULL << 3)

#define KVM_CAP_REALM          300
#define KVM_CAP_REALM_CREATE   0 /* args[0]; args[1]: auxiliary planes */
#define KVM_CAP_REALM_POPULATE 1 /* args[1]: struct kvm_realm_populate */
#define KVM_CAP_REALM_ACTIVATE 2
#define KVM_CAP_REALM_RAM      3 /* args[1]: struct kvm_realm_populate */

struct kvm_realm_create {
	__u32 aux_planes;
	__u32 pad;
};

struct kvm_realm_populate {
	__u64 base, size;
	__u64 source;
	__u32 measure;
	__u32 pad;
};

struct kvm_run {
	__u32 exit_reason;
	__u32 pad;
	union {
		struct {
			__u64 gpa, size, flags;
		} memory_fault;
		struct {
			__u64 reason;
		} fail_entry;
	};
};

struct kvm_enable_cap {
	__u32 cap, flags;
	__u64 args[4];
	__u8 pad[64];
};

struct kvm_mp_state {
	__u32 mp_state;
};

#endif
