/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_KVM_HOST_H
#define HSHIM_KVM_HOST_H

/*
 * struct kvm and its parts, as far as Realm code touches them, with what the tree's own header puts in
 * by value. host-shim.md#7.1. Names that drifted between versions are unions of all of them.
 */

#include <hshim/arm64/cpufeature.h>
#include <hshim/arm64/esr.h>
#include <hshim/mm/user.h>
#include <hshim/smccc.h>

/* Fields that a tree has and this file does not, as macros. */
#if defined(HSHIM_USER_HEADER) && !defined(HSHIM_USER_HEADER_SEEN)
#define HSHIM_USER_HEADER_SEEN
#include HSHIM_USER_HEADER
#endif
#include <hshim/kvm/pgtable.h>

#ifndef HSHIM_KVM_EXTRA
#define HSHIM_KVM_EXTRA
#endif
#ifndef HSHIM_KVM_ARCH_EXTRA
#define HSHIM_KVM_ARCH_EXTRA
#endif
#ifndef HSHIM_VCPU_ARCH_EXTRA
#define HSHIM_VCPU_ARCH_EXTRA
#endif
#ifndef HSHIM_S2_MMU_EXTRA
#define HSHIM_S2_MMU_EXTRA
#endif

#include <asm/ptrace.h>
#include <linux/kvm.h>
#ifdef HSHIM_REALM_HEADER
#include HSHIM_REALM_HEADER
#else
struct realm {
	int state;
};
struct realm_rec {
	unsigned long mpidr;
};
#endif

#define KVM_MAX_VCPUS                     512
#define KVM_ARCH_NR_OBJS_PER_MEMORY_CACHE 40
#define KVM_ADDRESS_SPACE_NUM             1
#define KVM_VCPU_MAX_FEATURES             32
#define KVM_REQ_TLB_FLUSH                 0
#define KVM_REQ_VM_DEAD                   1
#define INVALID_GPA                       (~(gpa_t)0)
#define KVM_HALT_POLL_NS_DEFAULT          500000
#define KVM_GUESTDBG_VALID_MASK           0

struct kvm_mmu_memory_cache {
	gfp_t gfp_zero, gfp_custom;
	u64 init_value;
	struct kmem_cache *kmem_cache;
	int capacity, nobjs;
	void **objects;
	bool hshim_short; /* memory ran out during the last top-up */
};

struct kvm_vmid {
	atomic64_t id;
};

struct kvm_arch;

struct kvm_s2_mmu {
	struct kvm_vmid vmid;
	phys_addr_t pgd_phys;
	u64 vtcr;
	struct kvm_pgtable *pgt;
	int __percpu *last_vcpu_ran;
	struct kvm_mmu_memory_cache split_page_cache;
	uint64_t split_page_chunk_size;
	struct kvm_arch *arch;
	bool nested_stage2_enabled, pending_unmap;
	atomic_t refcnt;
	HSHIM_S2_MMU_EXTRA
};

struct kvm_arch_memory_slot {
	int unused;
};

struct kvm_memory_slot {
	gfn_t base_gfn;
	unsigned long npages;
	unsigned long *dirty_bitmap;
	struct kvm_arch_memory_slot arch;
	unsigned long userspace_addr;
	u32 flags;
	short id;
	u16 as_id;
	struct {
		struct file *file;
		unsigned long pgoff;
	} gmem;
	struct hshim_region *region; /* behind userspace_addr */
};

#define HSHIM_MAX_SLOTS 32
struct kvm_memslots {
	u64 generation;
	struct kvm_memory_slot *slot[HSHIM_MAX_SLOTS];
};

struct arm_pmu;
struct vgic_dist {
	bool initialized, in_kernel, ready;
	u32 vgic_model;
	int nr_spis;
};
struct vgic_v3_cpu_if {
	u32 vgic_hcr;
	u32 vgic_vmcr;
	u32 vgic_sre;
	u32 vgic_misr;
	u32 vgic_ap0r[4], vgic_ap1r[4];
	u64 vgic_lr[16];
	unsigned int used_lrs;
};
struct vgic_cpu {
	union {
		struct vgic_v3_cpu_if vgic_v3;
	};
};
struct kvm_smccc_features {
	unsigned long std_bmap, std_hyp_bmap, vendor_hyp_bmap;
};

/* Behind what the tree's header defines: never written. */
struct hshim_canary {
	u64 word[32];
};

struct kvm_arch {
	struct kvm_s2_mmu mmu;
	HSHIM_KVM_ARCH_EXTRA
	unsigned long flags;
	unsigned int fgu;
	u64 aux_mmu_count;
	struct vgic_dist vgic;
	struct mutex config_lock;
	struct arm_pmu *arm_pmu;
	void *pmu_filter;
	union {
		u8 nr_pmu_counters;
		u8 pmcr_n;
	};
	u32 psci_version;
	DECLARE_BITMAP(vcpu_features, KVM_VCPU_MAX_FEATURES);
	struct kvm_smccc_features smccc_feat;
	u64 id_regs[64];
	u8 pfr0_csv2, pfr0_csv3;
	bool is_realm;
	struct realm realm;
	struct hshim_canary realm_end;
};
#define KVM_ARCH_FLAG_RETURN_NISV_IO_ABORT_TO_USER 0
#define KVM_ARCH_FLAG_MTE_ENABLED                  1
#define KVM_ARCH_FLAG_VCPU_FEATURES_CONFIGURED     2
#define KVM_ARCH_FLAG_HAS_RAN_ONCE                 3
#define KVM_ARCH_FLAG_ID_REGS_INITIALIZED          4
#define kvm_vm_has_ran_once(k)                     test_bit(KVM_ARCH_FLAG_HAS_RAN_ONCE, &(k)->arch.flags)

struct kvm_vm_stat {
	u64 remote_tlb_flush;
};

struct kvm {
	rwlock_t mmu_lock;
	struct mutex slots_lock, slots_arch_lock, lock, irq_lock;
	struct mm_struct *mm;
	unsigned long nr_memslot_pages;
	struct kvm_memslots memslots_of[KVM_ADDRESS_SPACE_NUM];
	struct xarray vcpu_array;
	struct kvm_vcpu *vcpus[KVM_MAX_VCPUS];
	atomic_t online_vcpus;
	int created_vcpus, max_vcpus, last_boosted_vcpu;
	struct list_head vm_list, devices;
	refcount_t users_count;
	struct kvm_arch arch;
	struct kvm_vm_stat stat;
	struct srcu_struct srcu, irq_srcu;
	unsigned long mmu_invalidate_seq;
	long mmu_invalidate_in_progress;
	gfn_t mmu_invalidate_range_start, mmu_invalidate_range_end;
	struct xarray mem_attr_array;
	bool vm_bugged, vm_dead, dirty_ring_with_bitmap;
	pid_t userspace_pid;
	char stats_id[48];
	HSHIM_KVM_EXTRA
	struct hshim_vm *hshim;
	bool default_private; /* what an address without attributes is */
	unsigned long mmio_faults;
};

enum vcpu_sysreg {
	__INVALID_SYSREG__,
	MPIDR_EL1,
	CLIDR_EL1,
	CSSELR_EL1,
	TPIDR_EL0,
	TPIDRRO_EL0,
	TPIDR_EL1,
	CNTKCTL_EL1,
	PAR_EL1,
	MDSCR_EL1,
	MDCCINT_EL1,
	OSLSR_EL1,
	DISR_EL1,
	PMCR_EL0,
	PMSELR_EL0,
	PMCCNTR_EL0,
	PMCCFILTR_EL0,
	PMCNTENSET_EL0,
	PMINTENSET_EL1,
	PMOVSSET_EL0,
	PMUSERENR_EL0,
	APIAKEYLO_EL1,
	APIAKEYHI_EL1,
	RGSR_EL1,
	GCR_EL1,
	TFSRE0_EL1,
	POR_EL0,
	FPMR,
	SCTLR_EL1,
	ACTLR_EL1,
	CPACR_EL1,
	ZCR_EL1,
	TTBR0_EL1,
	TTBR1_EL1,
	TCR_EL1,
	TCR2_EL1,
	ESR_EL1,
	AFSR0_EL1,
	AFSR1_EL1,
	FAR_EL1,
	MAIR_EL1,
	VBAR_EL1,
	CONTEXTIDR_EL1,
	AMAIR_EL1,
	ELR_EL1,
	SP_EL1,
	SPSR_EL1,
	TFSR_EL1,
	PIR_EL1,
	PIRE0_EL1,
	POR_EL1,
	CNTVOFF_EL2,
	CNTV_CVAL_EL0,
	CNTV_CTL_EL0,
	CNTP_CVAL_EL0,
	CNTP_CTL_EL0,
	CNTHV_CTL_EL2,
	CNTHV_CVAL_EL2,
	CNTHP_CTL_EL2,
	CNTHP_CVAL_EL2,
	HCR_EL2,
	VTTBR_EL2,
	VTCR_EL2,
	SP_EL2,
	ELR_EL2,
	SPSR_EL2,
	ESR_EL2,
	FAR_EL2,
	HPFAR_EL2,
	VMPIDR_EL2,
	VPIDR_EL2,
	HSHIM_SYSREG_FREE, /* the numbers from here are for the user */
	NR_SYS_REGS = HSHIM_SYSREG_FREE + 32
};

struct kvm_cpu_context {
	struct user_pt_regs regs;
	u64 spsr_abt, spsr_und, spsr_irq, spsr_fiq;
	u64 sys_regs[NR_SYS_REGS];
	struct kvm_vcpu *__hyp_running_vcpu;
};
struct kvm_vcpu_fault_info {
	u64 esr_el2, far_el2, hpfar_el2, disr_el1;
};
struct vcpu_reset_state {
	unsigned long pc, r0;
	bool be, reset;
};
struct arch_timer_cpu {
	u64 offset;
	bool enabled;
};
struct kvm_pmu {
	bool created;
};

struct kvm_vcpu_arch {
	struct kvm_cpu_context ctxt;
	void *sve_state;
	unsigned int sve_max_vl;
	struct kvm_s2_mmu *hw_mmu;
	u64 hcr_el2, hcrx_el2, mdcr_el2;
	struct kvm_vcpu_fault_info fault;
	unsigned long flags;
	u8 cflags, iflags;
	struct vgic_cpu vgic_cpu;
	struct arch_timer_cpu timer_cpu;
	struct kvm_pmu pmu;
	struct kvm_mp_state mp_state;
	spinlock_t mp_state_lock;
	struct kvm_mmu_memory_cache mmu_page_cache;
	u64 vsesr_el2;
	struct vcpu_reset_state reset_state;
	bool pause, has_run_once;
	u32 workaround_flags;
	struct realm_rec rec;
	struct hshim_canary rec_end;
	HSHIM_VCPU_ARCH_EXTRA
};

struct kvm_vcpu_stat {
	u64 hvc_exit_stat, wfe_exit_stat, wfi_exit_stat, mmio_exit_user, mmio_exit_kernel;
	u64 signal_exits, exits;
};

struct kvm_vcpu {
	struct kvm *kvm;
	int cpu, vcpu_id, vcpu_idx, srcu_idx, mode;
	u64 requests;
	struct mutex mutex;
	struct kvm_run *run;
	pid_t pid;
	unsigned long sigset_word;
	bool wants_to_run, valid_wakeup, preempted, ready, scheduled_out;
	struct kvm_vcpu_arch arch;
	struct kvm_vcpu_stat stat;
	struct hshim_vcpu *hshim;
};

/* What vcpu_set_flag() and its like know: set_flag(vcpu, VCPU_SVE_FINALIZED). */
#define VCPU_INITIALIZED      BIT(0)
#define VCPU_SVE_FINALIZED    BIT(1)
#define GUEST_HAS_SVE         BIT(2)
#define GUEST_HAS_PTRAUTH     BIT(3)
#define VCPU_REC_FINALIZED    BIT(4)
#define PENDING_EXCEPTION     BIT(5)
#define INCREMENT_PC          BIT(6)
#define ON_UNSUPPORTED_CPU    BIT(7)
#define IN_WFIT               BIT(8)
#define IN_WFI                BIT(9)
#define vcpu_get_flag(v, f)   (!!((v)->arch.flags & (f)))
#define vcpu_set_flag(v, f)   ((void)((v)->arch.flags |= (f)))
#define vcpu_clear_flag(v, f) ((void)((v)->arch.flags &= ~(f)))

struct kvm_gfn_range {
	struct kvm_memory_slot *slot;
	gfn_t start, end;
	union {
		unsigned long attributes;
		u64 raw;
	} arg;
	int attr_filter;
	bool may_block, only_private, only_shared, lockless;
};
enum kvm_gfn_range_filter { KVM_FILTER_SHARED = BIT(0), KVM_FILTER_PRIVATE = BIT(1) };
enum kvm_mr_change { KVM_MR_CREATE, KVM_MR_DELETE, KVM_MR_MOVE, KVM_MR_FLAGS_ONLY };

/* --- machines ---------------------------------------------------------------------------------------- */

static inline struct kvm_vcpu *kvm_get_vcpu(struct kvm *kvm, int i)
{
	return i >= 0 && i < atomic_read(&kvm->online_vcpus) ? kvm->vcpus[i] : NULL;
}
#define kvm_for_each_vcpu(i, v, k) for ((i) = 0; ((v) = kvm_get_vcpu((k), (int)(i))) != NULL; (i)++)
struct kvm_vcpu *kvm_get_vcpu_by_id(struct kvm *kvm, int id);
struct kvm_vcpu *kvm_mpidr_to_vcpu(struct kvm *kvm, unsigned long mpidr);
void kvm_vm_dead(struct kvm *kvm);
void kvm_vm_bugged(struct kvm *kvm);
#define KVM_BUG(c, k, f...)                \
	({                                 \
		bool hshim_b = WARN(c, f); \
		if (hshim_b)               \
			kvm_vm_bugged(k);  \
		hshim_b;                   \
	})
#define KVM_BUG_ON(c, k)                        \
	({                                      \
		bool hshim_b = WARN_ON_ONCE(c); \
		if (hshim_b)                    \
			kvm_vm_bugged(k);       \
		hshim_b;                        \
	})
#define KVM_BUG_ON_DATA_CORRUPTION(c, k) KVM_BUG_ON(c, k)
#define kvm_make_request(r, v)           ((void)((v)->requests |= BIT_ULL(r)))
#define kvm_check_request(r, v)          (test_and_clear_bit(r, &(v)->requests))
#define kvm_make_all_cpus_request(k, r)  ((void)(r), (void)(k))
#define kvm_vcpu_kick(v)                 ((void)(v))
#define kvm_vcpu_wake_up(v)              ((void)(v))
#define kvm_arm_halt_guest(k)            ((void)(k))
#define kvm_arm_resume_guest(k)          ((void)(k))
#define kvm_trylock_all_vcpus(k)         ((void)(k), 0)
#define kvm_unlock_all_vcpus(k)          ((void)(k))
#define lock_all_vcpus(k)                ((void)(k), true)
#define unlock_all_vcpus(k)              ((void)(k))
#define kvm_get_kvm(k)                   ((void)(k))
#define kvm_put_kvm(k)                   ((void)(k))

#endif
