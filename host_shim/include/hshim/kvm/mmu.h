/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_KVM_MMU_H
#define HSHIM_KVM_MMU_H

/* Memory of machines: caches of tables, memslots, faults, guest_memfd. host-shim.md#7.2 */

#include <hshim/kvm/host.h>

/* --- caches -------------------------------------------------------------------------------------- */

int hshim_cache_topup(struct kvm_mmu_memory_cache *mc, int capacity, int min, const char *site);
void *hshim_cache_alloc(struct kvm_mmu_memory_cache *mc, const char *site);
void hshim_cache_free(struct kvm_mmu_memory_cache *mc, const char *site);
#define kvm_mmu_topup_memory_cache(mc, min) \
	hshim_cache_topup((mc), KVM_ARCH_NR_OBJS_PER_MEMORY_CACHE, (min), HSHIM_HERE)
#define __kvm_mmu_topup_memory_cache(mc, cap, min) hshim_cache_topup((mc), (cap), (min), HSHIM_HERE)
#define kvm_mmu_memory_cache_alloc(mc)             hshim_cache_alloc((mc), HSHIM_HERE)
#define kvm_mmu_free_memory_cache(mc)              hshim_cache_free((mc), HSHIM_HERE)
#define kvm_mmu_memory_cache_nr_free_objects(mc)   ((mc)->nobjs)
#define kvm_stage2_levels(mmu)                     VTCR_EL2_LVLS((mmu)->vtcr)
#define kvm_mmu_cache_min_pages(mmu)               (kvm_stage2_levels(mmu) - 1)
#define kvm_account_pgtable_pages(virt, nr)        hshim_account_pages((virt), (nr), HSHIM_HERE)

/* --- stage 2 ---------------------------------------------------------------------------------------- */

#define kvm_phys_shift(mmu)        VTCR_EL2_IPA((mmu)->vtcr)
#define kvm_phys_size(mmu)         (_AC(1, ULL) << kvm_phys_shift(mmu))
#define kvm_phys_mask(mmu)         (kvm_phys_size(mmu) - 1)
#define kvm_s2_mmu_valid(mmu)      ((mmu)->arch != NULL)
#define kvm_is_nested_s2_mmu(k, m) ((void)(k), (void)(m), false)
#ifndef HSHIM_TREE_HAS_kvm_s2_mmu_to_kvm
static inline struct kvm *kvm_s2_mmu_to_kvm(struct kvm_s2_mmu *mmu)
{
	return container_of(mmu->arch, struct kvm, arch);
}
#endif
int kvm_init_stage2_mmu(struct kvm *kvm, struct kvm_s2_mmu *mmu, unsigned long type);
void kvm_free_stage2_pgd(struct kvm_s2_mmu *mmu);
void kvm_uninit_stage2_mmu(struct kvm *kvm);
#ifdef HSHIM_UNMAP_RANGE_3
void kvm_stage2_unmap_range(struct kvm_s2_mmu *mmu, phys_addr_t start, u64 size);
#else
void kvm_stage2_unmap_range(struct kvm_s2_mmu *mmu, phys_addr_t start, u64 size, bool may_block);
#endif
void kvm_stage2_flush_range(struct kvm_s2_mmu *mmu, phys_addr_t addr, phys_addr_t end);
/* Calls fn on pieces of the range that end at table borders; may reschedule between them. */
#ifndef HSHIM_TREE_HAS_stage2_apply_range
int hshim_apply_range(struct kvm_s2_mmu *mmu, phys_addr_t addr, phys_addr_t end,
		      int (*fn)(struct kvm_pgtable *, u64, u64), bool resched, const char *site);
#define stage2_apply_range(mmu, addr, end, fn, resched) \
	hshim_apply_range((mmu), (addr), (end), (fn), (resched), HSHIM_HERE)
#define stage2_apply_range_resched(mmu, addr, end, fn) stage2_apply_range(mmu, addr, end, fn, true)
#endif
void kvm_handle_gfn_unused(void);

/* --- memslots ------------------------------------------------------------------------------------------ */

#define gpa_to_gfn(a)         ((gfn_t)((a) >> PAGE_SHIFT))
#define gfn_to_gpa(g)         ((gpa_t)(g) << PAGE_SHIFT)
#define pfn_to_hpa(p)         ((hpa_t)(p) << PAGE_SHIFT)
#define kvm_memslots(k)       (&(k)->memslots_of[0])
#define __kvm_memslots(k, as) ((void)(as), &(k)->memslots_of[0])
#define kvm_vcpu_memslots(v)  kvm_memslots((v)->kvm)
#define kvm_for_each_memslot(s, b, slots)           \
	for ((b) = 0; (b) < HSHIM_MAX_SLOTS; (b)++) \
		if (((s) = (slots)->slot[(b)]) != NULL)
#define kvm_memslots_empty(slots) (!(slots)->slot[0])
struct kvm_memory_slot *gfn_to_memslot(struct kvm *kvm, gfn_t gfn);
struct kvm_memory_slot *id_to_memslot(struct kvm_memslots *slots, int id);
#define kvm_vcpu_gfn_to_memslot(v, g) gfn_to_memslot((v)->kvm, g)
#define kvm_is_visible_gfn(k, g)      (gfn_to_memslot(k, g) != NULL)
static inline hva_t gfn_to_hva_memslot(const struct kvm_memory_slot *slot, gfn_t gfn)
{
	return slot->userspace_addr + (gfn - slot->base_gfn) * PAGE_SIZE;
}
hva_t gfn_to_hva_memslot_prot(struct kvm_memory_slot *slot, gfn_t gfn, bool *writable);
hva_t gfn_to_hva(struct kvm *kvm, gfn_t gfn);
#define __gfn_to_hva_memslot(s, g) gfn_to_hva_memslot(s, g)
#define KVM_HVA_ERR_BAD            (~0ul << 63)
#define KVM_HVA_ERR_RO_BAD         (KVM_HVA_ERR_BAD | PAGE_SIZE)
#define kvm_is_error_hva(a)        ((a) >= KVM_HVA_ERR_BAD)
#define memslot_is_readonly(s)     (!!((s)->flags & 2u))
#define kvm_memslot_is_logging(s)  ((s)->dirty_bitmap && !((s)->flags & 2u))
#define memslot_is_logging(s)      kvm_memslot_is_logging(s)
#ifndef KVM_MEM_GUEST_MEMFD
#define KVM_MEM_GUEST_MEMFD (1UL << 2)
#endif
#define kvm_slot_has_gmem(s)        ((s) && ((s)->flags & KVM_MEM_GUEST_MEMFD))
#define kvm_slot_can_be_private(s)  kvm_slot_has_gmem(s)
#define kvm_memslot_is_gmem_only(s) ((void)(s), false)
#define kvm_arch_has_private_mem(k) kvm_is_realm(k)

/* --- faults of the machine's own memory ------------------------------------------------------------------ */

#define KVM_PFN_ERR_MASK        (0x7ffULL << 52)
#define KVM_PFN_ERR_NOSLOT_MASK (0xfffULL << 52)
#define KVM_PFN_NOSLOT          (0x1ULL << 63)
#define KVM_PFN_ERR_FAULT       (KVM_PFN_ERR_MASK)
#define KVM_PFN_ERR_HWPOISON    (KVM_PFN_ERR_MASK + 1)
#define KVM_PFN_ERR_RO_FAULT    (KVM_PFN_ERR_MASK + 2)
#define KVM_PFN_ERR_SIGPENDING  (KVM_PFN_ERR_MASK + 3)
#define KVM_PFN_ERR_NEEDS_IO    (KVM_PFN_ERR_MASK + 4)
#define is_error_pfn(p)         (!!((p)&KVM_PFN_ERR_MASK))
#define is_error_noslot_pfn(p)  (!!((p)&KVM_PFN_ERR_NOSLOT_MASK))
#define is_noslot_pfn(p)        ((p) == KVM_PFN_NOSLOT)
#define is_sigpending_pfn(p)    ((p) == KVM_PFN_ERR_SIGPENDING)
#ifndef FOLL_WRITE
#define FOLL_WRITE    0x01
#define FOLL_GET      0x02
#define FOLL_NOWAIT   0x20
#define FOLL_HWPOISON 0x40
#define FOLL_LONGTERM 0x100
#endif
kvm_pfn_t hshim_faultin(const struct kvm_memory_slot *slot, gfn_t gfn, unsigned int foll,
			bool *writable, struct page **page, const char *site);
#define __kvm_faultin_pfn(s, g, f, w, p) hshim_faultin((s), (g), (f), (w), (p), HSHIM_HERE)
#define kvm_faultin_pfn(v, g, write, w, p) \
	__kvm_faultin_pfn(gfn_to_memslot((v)->kvm, g), g, (write) ? FOLL_WRITE : 0, w, p)
#define gfn_to_pfn_memslot(s, g) hshim_faultin((s), (g), FOLL_WRITE, NULL, NULL, HSHIM_HERE)
#define __gfn_to_pfn_memslot(s, g, a, i, as, write, w, h) \
	hshim_faultin((s), (g), (write) ? FOLL_WRITE : 0, (w), NULL, HSHIM_HERE)
#define gfn_to_pfn(k, g) gfn_to_pfn_memslot(gfn_to_memslot(k, g), g)
#define gfn_to_pfn_prot(k, g, write, w) \
	hshim_faultin(gfn_to_memslot(k, g), (g), (write) ? FOLL_WRITE : 0, (w), NULL, HSHIM_HERE)
#define gfn_to_page(k, g)                                                   \
	({                                                                  \
		kvm_pfn_t hshim_p = gfn_to_pfn(k, g);                       \
		is_error_noslot_pfn(hshim_p) ? NULL : pfn_to_page(hshim_p); \
	})
int hshim_pin_user_pages(unsigned long start, unsigned long count, unsigned int flags,
			 struct page **pages, const char *site);
#define get_user_pages_fast(s, n, f, p)     hshim_pin_user_pages((s), (n), (f), (p), HSHIM_HERE)
#define pin_user_pages_fast(s, n, f, p)     hshim_pin_user_pages((s), (n), (f), (p), HSHIM_HERE)
#define get_user_pages_unlocked(s, n, p, f) hshim_pin_user_pages((s), (n), (f), (p), HSHIM_HERE)
#define unpin_user_page(p)                  put_page(p)
#define kvm_release_page_clean(p)           ((p) ? put_page(p) : (void)0)
#define kvm_release_page_dirty(p)           ((p) ? put_page(p) : (void)0)
#define kvm_release_page_unused(p)          ((p) ? put_page(p) : (void)0)
#define kvm_release_pfn_clean(n)            (is_error_noslot_pfn(n) ? (void)0 : put_page(pfn_to_page(n)))
#define kvm_release_pfn_dirty(n)            kvm_release_pfn_clean(n)
#define kvm_release_faultin_page(k, p, unused, dirty) \
	((void)(k), (void)(unused), (void)(dirty), (p) ? put_page(p) : (void)0)
#define kvm_set_pfn_accessed(n)          ((void)(n))
#define kvm_set_pfn_dirty(n)             ((void)(n))
#define kvm_set_page_accessed(p)         ((void)(p))
#define mark_page_dirty(k, g)            ((void)(k), (void)(g))
#define mark_page_dirty_in_slot(k, s, g) ((void)(k), (void)(s), (void)(g))
int kvm_read_guest(struct kvm *kvm, gpa_t gpa, void *data, unsigned long len);
int kvm_write_guest(struct kvm *kvm, gpa_t gpa, const void *data, unsigned long len);

#define mmu_invalidate_retry(k, seq)                       \
	(READ_ONCE((k)->mmu_invalidate_in_progress) > 0 || \
	 READ_ONCE((k)->mmu_invalidate_seq) != (seq))
#define mmu_notifier_retry(k, seq)          mmu_invalidate_retry(k, seq)
#define mmu_invalidate_retry_gfn(k, seq, g) ((void)(g), mmu_invalidate_retry(k, seq))
void kvm_mmu_invalidate_begin(struct kvm *kvm);
void kvm_mmu_invalidate_end(struct kvm *kvm);
#define kvm_mmu_invalidate_range_add(k, s, e) ((void)(k), (void)(s), (void)(e))

/* --- attributes, guest_memfd ------------------------------------------------------------------------------- */

#ifndef KVM_MEMORY_ATTRIBUTE_PRIVATE
#define KVM_MEMORY_ATTRIBUTE_PRIVATE (1ULL << 3)
#endif
unsigned long hshim_mem_attributes(struct kvm *kvm, gfn_t gfn);
#define kvm_get_memory_attributes(k, g) hshim_mem_attributes((k), (g))
#ifndef HSHIM_TREE_HAS_kvm_mem_is_private
#define kvm_mem_is_private(k, g) (!!(hshim_mem_attributes((k), (g)) & KVM_MEMORY_ATTRIBUTE_PRIVATE))
#endif
bool kvm_range_has_memory_attributes(struct kvm *kvm, gfn_t start, gfn_t end, unsigned long mask,
				     unsigned long attrs);
int hshim_gmem_pfn(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn, kvm_pfn_t *pfn,
		   struct page **page, int *max_order, const char *site);
#define HSHIM_GMEM_6(k, s, g, n, p, o)            hshim_gmem_pfn((k), (s), (g), (n), (p), (o), HSHIM_HERE)
#define HSHIM_GMEM_5(k, s, g, n, o)               hshim_gmem_pfn((k), (s), (g), (n), NULL, (o), HSHIM_HERE)
#define HSHIM_GMEM_PICK(a, b, c, d, e, f, n, ...) HSHIM_GMEM_##n
#define kvm_gmem_get_pfn(...)                     HSHIM_GMEM_PICK(__VA_ARGS__, 6, 5, 4)(__VA_ARGS__)
#ifdef HSHIM_GMEM_POPULATE_PAGE
typedef int (*kvm_gmem_populate_cb)(struct kvm *kvm, gfn_t gfn, kvm_pfn_t pfn, struct page *src,
				    void *opaque);
#else
typedef int (*kvm_gmem_populate_cb)(struct kvm *kvm, gfn_t gfn, kvm_pfn_t pfn, void __user *src,
				    int order, void *opaque);
#endif
long kvm_gmem_populate(struct kvm *kvm, gfn_t gfn, void __user *src, long npages,
		       kvm_gmem_populate_cb fn, void *opaque);

#define kvm_gpa_from_fault(k, ipa)                                                         \
	({                                                                                 \
		gpa_t hshim_gpa = (ipa);                                                   \
		kvm_is_realm(k) ? hshim_gpa & ~BIT_ULL(kvm_phys_shift(&(k)->arch.mmu) - 1) \
				: hshim_gpa;                                               \
	})
#define kvm_gpa_stolen_bits(k) (kvm_is_realm(k) ? BIT_ULL(kvm_phys_shift(&(k)->arch.mmu) - 1) : 0)

void kvm_prepare_memory_fault_exit(struct kvm_vcpu *vcpu, gpa_t gpa, gpa_t size, bool is_write,
				   bool is_exec, bool is_private);

#endif
