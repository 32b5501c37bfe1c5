/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_BASE_TYPES_H
#define HSHIM_BASE_TYPES_H

/* Names of integers. u64 is unsigned long long on purpose: host-shim.md#4.6 */

#if defined(__has_include)
#if __has_include(<hshim_profile.h>)
#include <hshim_profile.h>
#endif
#endif

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef HSHIM_WITH_LIBC
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#else
typedef long ssize_t;
typedef long long loff_t;
typedef int pid_t;
typedef unsigned int uid_t, gid_t;
typedef unsigned short mode_t;
typedef unsigned long uintptr_t;
typedef long intptr_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long long int64_t;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef unsigned short ushort;
#endif

typedef unsigned char u8, __u8;
typedef unsigned short u16, __u16;
typedef unsigned int u32, __u32;
typedef unsigned long long u64, __u64;
typedef signed char s8, __s8;
typedef short s16, __s16;
typedef int s32, __s32;
typedef long long s64, __s64;
typedef __int128 s128, __s128;
typedef unsigned __int128 u128, __u128;
typedef u16 __le16, __be16;
typedef u32 __le32, __be32;
typedef u64 __le64, __be64;
typedef u64 __aligned_u64 __attribute__((aligned(8)));
typedef unsigned int __kernel_mode_t;
typedef unsigned long __kernel_ulong_t;
typedef unsigned long __kernel_size_t;
typedef long __kernel_long_t;

typedef u64 phys_addr_t, dma_addr_t, resource_size_t;
typedef u64 gpa_t, gfn_t, hpa_t, hfn_t, kvm_pfn_t;
typedef unsigned long gva_t, hva_t;
typedef unsigned int gfp_t;
typedef unsigned int fgf_t, slab_flags_t;
typedef unsigned short umode_t;
typedef u64 pgdval_t, p4dval_t, pudval_t, pmdval_t, pteval_t, pgprotval_t;
typedef u64 kvm_pte_t;

typedef struct {
	int counter;
} atomic_t;
typedef struct {
	s64 counter;
} atomic64_t;
typedef atomic64_t atomic_long_t;
typedef struct {
	atomic_t refs;
} refcount_t;

struct list_head {
	struct list_head *next, *prev;
};
struct hlist_node {
	struct hlist_node *next, **pprev;
};
struct hlist_head {
	struct hlist_node *first;
};
struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};
struct rb_node {
	unsigned long parent;
	struct rb_node *right, *left;
};
struct rb_root {
	struct rb_node *node;
};
struct rb_root_cached {
	struct rb_root rb_root;
	struct rb_node *leftmost;
};
struct work_struct {
	void (*func)(struct work_struct *work);
	struct work_struct *next;
	bool pending;
};
struct delayed_work {
	struct work_struct work;
};
struct workqueue_struct {
	int unused;
};

struct page;
struct file;
struct inode;
struct mm_struct;
struct task_struct;
struct device;
struct kvm;
struct kvm_vcpu;
struct kvm_memory_slot;
struct kvm_s2_mmu;
struct kvm_mmu_memory_cache;

#endif
