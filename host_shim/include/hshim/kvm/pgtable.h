/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_KVM_PGTABLE_H
#define HSHIM_KVM_PGTABLE_H

/* Stage 2 attributes and geometry: encodings of the architecture. host-shim.md#7.2 */

#include <hshim/base/lib.h>

enum kvm_pgtable_prot {
	KVM_PGTABLE_PROT_PX = BIT(0),
	KVM_PGTABLE_PROT_UX = BIT(1),
	KVM_PGTABLE_PROT_X = BIT(0) | BIT(1),
	KVM_PGTABLE_PROT_W = BIT(2),
	KVM_PGTABLE_PROT_R = BIT(3),
	KVM_PGTABLE_PROT_DEVICE = BIT(4),
	KVM_PGTABLE_PROT_NORMAL_NC = BIT(5),
	KVM_PGTABLE_PROT_SW0 = BIT(55),
	KVM_PGTABLE_PROT_SW1 = BIT(56),
	KVM_PGTABLE_PROT_SW2 = BIT(57),
	KVM_PGTABLE_PROT_SW3 = BIT(58),
};
#define KVM_PGTABLE_PROT_RW  (KVM_PGTABLE_PROT_R | KVM_PGTABLE_PROT_W)
#define KVM_PGTABLE_PROT_RWX (KVM_PGTABLE_PROT_RW | KVM_PGTABLE_PROT_X)

enum kvm_pgtable_walk_flags {
	KVM_PGTABLE_WALK_LEAF = BIT(0),
	KVM_PGTABLE_WALK_TABLE_PRE = BIT(1),
	KVM_PGTABLE_WALK_TABLE_POST = BIT(2),
	KVM_PGTABLE_WALK_SHARED = BIT(3),
	KVM_PGTABLE_WALK_HANDLE_FAULT = BIT(4),
	KVM_PGTABLE_WALK_IGNORE_EAGAIN = BIT(5),
	KVM_PGTABLE_WALK_SKIP_BBM_TLBI = BIT(6),
	KVM_PGTABLE_WALK_SKIP_CMO = BIT(7),
};

#define KVM_PGTABLE_FIRST_LEVEL         (-1)
#define KVM_PGTABLE_LAST_LEVEL          3
#define KVM_PGTABLE_MIN_BLOCK_LEVEL     1
#define PTE_VALID                       (_AT(pteval_t, 1) << 0)
#define PTE_S2_MEMATTR(t)               (_AT(pteval_t, (t)) << 2)
#define MT_S2_NORMAL                    0xf
#define MT_S2_NORMAL_NC                 0x5
#define MT_S2_DEVICE_nGnRE              0x1
#define MT_S2_FWB_NORMAL                6
#define MT_S2_FWB_NORMAL_NC             5
#define MT_S2_FWB_DEVICE_nGnRE          1
#define KVM_PTE_VALID                   BIT(0)
#define KVM_PTE_TYPE                    BIT(1)
#define KVM_PTE_ADDR_MASK               GENMASK(47, PAGE_SHIFT)
#define KVM_PTE_LEAF_ATTR_LO_S2_MEMATTR GENMASK(5, 2)
#define KVM_PTE_LEAF_ATTR_LO_S2_S2AP_R  BIT(6)
#define KVM_PTE_LEAF_ATTR_LO_S2_S2AP_W  BIT(7)
#define KVM_PTE_LEAF_ATTR_LO_S2_SH      GENMASK(9, 8)
#define KVM_PTE_LEAF_ATTR_LO_S2_SH_IS   3
#define KVM_PTE_LEAF_ATTR_LO_S2_AF      BIT(10)
#define KVM_PTE_LEAF_ATTR_HI_S2_XN      GENMASK(54, 53)
#define PTE_PI_IDX_0                    6
#define PTE_PI_IDX_1                    51
#define PTE_PI_IDX_2                    53
#define PTE_PI_IDX_3                    54
#define PTE_PO_IDX_0                    60
#define PTE_PO_IDX_1                    61
#define PTE_PO_IDX_2                    62

#define VTCR_EL2_T0SZ_MASK                  0x3f
#define VTCR_EL2_T0SZ(x)                    ((64 - (x)) & VTCR_EL2_T0SZ_MASK)
#define VTCR_EL2_IPA(vtcr)                  (64 - ((vtcr)&VTCR_EL2_T0SZ_MASK))
#define VTCR_EL2_SL0_SHIFT                  6
#define VTCR_EL2_SL0_MASK                   (3 << VTCR_EL2_SL0_SHIFT)
#define VTCR_EL2_DS                         BIT(32)
#define stage2_pgtable_levels(ipa)          ((int)ARM64_HW_PGTABLE_LEVELS((ipa)-4))
#define stage2_start_level(ipa)             (4 - stage2_pgtable_levels(ipa))
#define VTCR_EL2_LVLS(vtcr)                 stage2_pgtable_levels((int)VTCR_EL2_IPA(vtcr))
#define kvm_granule_shift(level)            ARM64_HW_PGTABLE_LEVEL_SHIFT(level)
#define kvm_granule_size(level)             BIT(kvm_granule_shift(level))
#define kvm_level_supports_block_mapping(l) ((l) >= KVM_PGTABLE_MIN_BLOCK_LEVEL)
#define kvm_is_block_size_supported(s) \
	((s) == kvm_granule_size(3) || (s) == kvm_granule_size(2) || (s) == kvm_granule_size(1))

struct kvm_pgtable_mm_ops {
	void *(*zalloc_page)(void *arg);
};
#if defined(HSHIM_USER_HEADER) && !defined(HSHIM_USER_HEADER_SEEN)
#define HSHIM_USER_HEADER_SEEN
#include HSHIM_USER_HEADER
#endif
#ifndef HSHIM_PGTABLE_EXTRA
#define HSHIM_PGTABLE_EXTRA
#endif
struct kvm_pgtable {
	u32 ia_bits;
	s8 start_level;
	kvm_pte_t *pgd;
	struct kvm_pgtable_mm_ops *mm_ops;
	struct kvm_s2_mmu *mmu;
	unsigned int flags;
	struct rb_root_cached pkvm_mappings;
	HSHIM_PGTABLE_EXTRA
};
struct kvm_pgtable_visit_ctx {
	kvm_pte_t *ptep, old;
	void *arg;
	u64 start, addr, end;
	s8 level;
	enum kvm_pgtable_walk_flags flags;
};
struct kvm_pgtable_walker {
	int (*cb)(const struct kvm_pgtable_visit_ctx *ctx, enum kvm_pgtable_walk_flags visit);
	void *arg;
	enum kvm_pgtable_walk_flags flags;
};

/* Bytes of the start-level tables, at most 16 of them. */
size_t kvm_pgtable_stage2_pgd_size(u64 vtcr);

/* An ordinary machine's tables: a WARN when they are used for a Realm. */
#define KVM_PGT_FN(fn) fn
int kvm_pgtable_stage2_map(struct kvm_pgtable *pgt, u64 addr, u64 size, u64 phys,
			   enum kvm_pgtable_prot prot, void *mc, enum kvm_pgtable_walk_flags flags);
int kvm_pgtable_stage2_unmap(struct kvm_pgtable *pgt, u64 addr, u64 size);
int kvm_pgtable_stage2_wrprotect(struct kvm_pgtable *pgt, u64 addr, u64 size);
int kvm_pgtable_stage2_flush(struct kvm_pgtable *pgt, u64 addr, u64 size);
int kvm_pgtable_stage2_relax_perms(struct kvm_pgtable *pgt, u64 addr, enum kvm_pgtable_prot prot,
				   enum kvm_pgtable_walk_flags flags);
bool kvm_pgtable_stage2_test_clear_young(struct kvm_pgtable *pgt, u64 addr, u64 size, bool mkold);
void kvm_pgtable_stage2_mkyoung(struct kvm_pgtable *pgt, u64 addr,
				enum kvm_pgtable_walk_flags flags);
int kvm_pgtable_stage2_split(struct kvm_pgtable *pgt, u64 addr, u64 size, void *mc);
/* Frees the start-level tables that hshim_vm_create() made. */
void kvm_pgtable_stage2_destroy(struct kvm_pgtable *pgt);
#define kvm_stage2_destroy(pgt) kvm_pgtable_stage2_destroy(pgt)

#define __flush_dcache_area(p, n)            ((void)(p), (void)(n))
#define dcache_clean_inval_poc(a, b)         ((void)(a), (void)(b))
#define dcache_clean_poc(a, b)               ((void)(a), (void)(b))
#define kvm_flush_dcache_to_poc(p, n)        ((void)(p), (void)(n))
#define __clean_dcache_guest_page(p, n)      ((void)(p), (void)(n))
#define __invalidate_icache_guest_page(p, n) ((void)(p), (void)(n))
#define flush_icache_range(a, b)             ((void)(a), (void)(b))
#define kvm_flush_remote_tlbs(k)             ((void)(k))
#define kvm_flush_remote_tlbs_range(k, g, n) ((void)(k), (void)(g), (void)(n))
#define ioremap(a, n)                        ((void __iomem *)__va(a))
#define iounmap(p)                           ((void)(p))

#endif
