/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The stage 2 of a machine without the tree's mmu.c: start-level tables, what to do at the end, the fault
 * glue. Everything that a slice of mmu.c may bring along is weak. host-shim.md#7.4, host-shim.md#9
 */
#include <hshim/kvm/shapes.h>
#include <hshim/vm.h>

#define WEAK __attribute__((weak))

struct hshim_fault_glue hshim_fault_glue;

WEAK size_t kvm_pgtable_stage2_pgd_size(u64 vtcr)
{
	const int ipa = (int)VTCR_EL2_IPA(vtcr);
	const int start = 4 - stage2_pgtable_levels(ipa);
	const int table = ARM64_HW_PGTABLE_LEVEL_SHIFT(start) + PAGE_SHIFT - 3;

	return PAGE_SIZE << (ipa > table ? ipa - table : 0);
}

WEAK int kvm_init_stage2_mmu(struct kvm *kvm, struct kvm_s2_mmu *mmu, unsigned long type)
{
	const size_t size = kvm_pgtable_stage2_pgd_size(mmu->vtcr);
	struct kvm_pgtable *pgt = kzalloc(sizeof(*pgt), GFP_KERNEL_ACCOUNT);

	(void)type;
	if (!pgt)
		return -ENOMEM;
	pgt->ia_bits = (u32)VTCR_EL2_IPA(mmu->vtcr);
	pgt->start_level = (s8)(4 - stage2_pgtable_levels((int)pgt->ia_bits));
	pgt->mmu = mmu;
	pgt->pgd = alloc_pages_exact(size, GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	mmu->last_vcpu_ran = alloc_percpu(int);
	if (!pgt->pgd || !mmu->last_vcpu_ran) {
		if (pgt->pgd)
			free_pages_exact(pgt->pgd, size);
		free_percpu(mmu->last_vcpu_ran);
		kfree(pgt);
		return -ENOMEM;
	}
	mmu->arch = &kvm->arch;
	mmu->pgt = pgt;
	mmu->pgd_phys = __pa(pgt->pgd);
	return 0;
}

WEAK void kvm_pgtable_stage2_destroy(struct kvm_pgtable *pgt)
{
	free_pages_exact(pgt->pgd, kvm_pgtable_stage2_pgd_size(pgt->mmu->vtcr));
	pgt->pgd = NULL;
}

static bool is_alive(struct kvm *kvm)
{
	return kvm_is_realm(kvm) && (int)kvm_realm_state(kvm) != 0 &&
	       (int)kvm_realm_state(kvm) < HSHIM_STATE_DEAD;
}

/*
 * A Realm's start-level tables can be had only when it is gone: the first call empties them, the code
 * under test calls again after it has destroyed the Realm.
 */
WEAK void kvm_free_stage2_pgd(struct kvm_s2_mmu *mmu)
{
	struct kvm *kvm = kvm_s2_mmu_to_kvm(mmu);
	struct kvm_pgtable *pgt = mmu->pgt;

	if (!pgt)
		return;
	if (is_alive(kvm)) {
		const u32 bits = pgt->ia_bits;

		write_lock(&kvm->mmu_lock);
		if (hshim_ops()->unmap_range)
			hshim_ops()->unmap_range(kvm, 0, BIT(bits - 1), true, true);
		write_unlock(&kvm->mmu_lock);
		if (hshim_ops()->destroy_rtts)
			hshim_ops()->destroy_rtts(kvm, bits);
		return;
	}
	write_lock(&kvm->mmu_lock);
	mmu->pgd_phys = 0;
	mmu->pgt = NULL;
	write_unlock(&kvm->mmu_lock);
	free_percpu(mmu->last_vcpu_ran);
	mmu->last_vcpu_ran = NULL;
	kvm_pgtable_stage2_destroy(pgt);
	kfree(pgt);
}

WEAK void kvm_uninit_stage2_mmu(struct kvm *kvm)
{
	kvm_free_stage2_pgd(&kvm->arch.mmu);
	kvm_mmu_free_memory_cache(&kvm->arch.mmu.split_page_cache);
}

#ifdef HSHIM_UNMAP_RANGE_3
WEAK void kvm_stage2_unmap_range(struct kvm_s2_mmu *mmu, phys_addr_t start, u64 size)
#else
WEAK void kvm_stage2_unmap_range(struct kvm_s2_mmu *mmu, phys_addr_t start, u64 size,
				 bool may_block)
#endif
{
	struct kvm *kvm = kvm_s2_mmu_to_kvm(mmu);
#ifdef HSHIM_UNMAP_RANGE_3
	const bool may_block = true;
#endif

	if (kvm_is_realm(kvm) && hshim_ops()->unmap_range)
		hshim_ops()->unmap_range(kvm, start, size, true, may_block);
}

WEAK void kvm_stage2_flush_range(struct kvm_s2_mmu *mmu, phys_addr_t addr, phys_addr_t end)
{
	(void)mmu;
	(void)addr;
	(void)end;
}

#ifndef HSHIM_TREE_HAS_stage2_apply_range
int hshim_apply_range(struct kvm_s2_mmu *mmu, phys_addr_t addr, phys_addr_t end,
		      int (*fn)(struct kvm_pgtable *, u64, u64), bool resched, const char *site)
{
	struct kvm *kvm = kvm_s2_mmu_to_kvm(mmu);
	u64 next;
	int ret;

	do {
		if (!mmu->pgt)
			return -EINVAL;
		next = min_t(u64, ALIGN_DOWN(addr, PMD_SIZE) + PMD_SIZE, end);
		ret = fn(mmu->pgt, addr, next - addr);
		if (ret)
			return ret;
		if (resched && next != end)
			hshim_cond_resched_rwlock(&kvm->mmu_lock, true, site);
	} while (addr = next, addr != end);
	return 0;
}
#endif

/* --- tables of ordinary machines ----------------------------------------------------------------------- */

static int not_for_realms(struct kvm_pgtable *pgt)
{
	WARN(pgt && pgt->mmu && kvm_is_realm(kvm_s2_mmu_to_kvm(pgt->mmu)),
	     "tables of an ordinary machine are used for a Realm");
	return 0;
}

WEAK int kvm_pgtable_stage2_map(struct kvm_pgtable *pgt, u64 addr, u64 size, u64 phys,
				enum kvm_pgtable_prot prot, void *mc,
				enum kvm_pgtable_walk_flags flags)
{
	(void)addr;
	(void)size;
	(void)phys;
	(void)prot;
	(void)mc;
	(void)flags;
	return not_for_realms(pgt);
}

WEAK int kvm_pgtable_stage2_unmap(struct kvm_pgtable *pgt, u64 addr, u64 size)
{
	(void)addr;
	(void)size;
	return not_for_realms(pgt);
}

WEAK int kvm_pgtable_stage2_wrprotect(struct kvm_pgtable *pgt, u64 addr, u64 size)
{
	return kvm_pgtable_stage2_unmap(pgt, addr, size);
}

WEAK int kvm_pgtable_stage2_flush(struct kvm_pgtable *pgt, u64 addr, u64 size)
{
	return kvm_pgtable_stage2_unmap(pgt, addr, size);
}

WEAK int kvm_pgtable_stage2_relax_perms(struct kvm_pgtable *pgt, u64 addr,
					enum kvm_pgtable_prot prot,
					enum kvm_pgtable_walk_flags flags)
{
	(void)prot;
	(void)flags;
	return kvm_pgtable_stage2_unmap(pgt, addr, 0);
}

WEAK bool kvm_pgtable_stage2_test_clear_young(struct kvm_pgtable *pgt, u64 addr, u64 size,
					      bool mkold)
{
	(void)mkold;
	return kvm_pgtable_stage2_unmap(pgt, addr, size);
}

WEAK void kvm_pgtable_stage2_mkyoung(struct kvm_pgtable *pgt, u64 addr,
				     enum kvm_pgtable_walk_flags flags)
{
	(void)flags;
	kvm_pgtable_stage2_unmap(pgt, addr, 0);
}

WEAK int kvm_pgtable_stage2_split(struct kvm_pgtable *pgt, u64 addr, u64 size, void *mc)
{
	(void)mc;
	return kvm_pgtable_stage2_unmap(pgt, addr, size);
}

/* --- fault glue ------------------------------------------------------------------------------------------ */

static void tell_fault(struct kvm_vcpu *vcpu, gfn_t gfn, bool is_private)
{
	kvm_prepare_memory_fault_exit(vcpu, gfn_to_gpa(gfn), PAGE_SIZE, kvm_is_write_fault(vcpu),
				      kvm_vcpu_trap_is_exec_fault(vcpu), is_private);
}

/* What user_mem_abort() tells its caller: another vCPU was quicker, or the host is to try again. */
static int outcome(int ret)
{
	return ret && ret != -EAGAIN ? ret : 1;
}

/*
 * A mapping holds one reference. When the monitor has mapped nothing now, because another vCPU had already
 * done it or because it refused, the reference of this fault is still this fault's.
 */
struct before {
	bool was_mapped;
	int references;
};

static void settle(struct page *page, const struct before *before, int ret)
{
	const bool is_owner =
		!ret && !before->was_mapped && hshim_granule_is(page_to_phys(page), "DATA");

	/* An entry that takes a reference of its own drops this one when it succeeds. */
	if (ret || (!is_owner && page_count(page) >= before->references))
		put_page(page);
}

static int map_private(struct kvm_vcpu *vcpu, u64 ipa, struct page *page, unsigned long pages)
{
	const kvm_pfn_t pfn = page_to_pfn(page);
	struct before *before = hshim_machine_alloc(pages * sizeof(*before));
	int ret;

	if (!before)
		return outcome(-ENOMEM);
	for (unsigned long i = 0; i < pages; i++)
		before[i] = (struct before){hshim_granule_is(__pfn_to_phys(pfn + i), "DATA"),
					    page_count(pfn_to_page(pfn + i))};
	if (hshim_fault_glue.map_private)
		ret = hshim_fault_glue.map_private(vcpu, ipa, pfn, page, pages << PAGE_SHIFT);
	else
		ret = hshim_slice_map_ipa(vcpu, ipa, pfn, pages << PAGE_SHIFT, KVM_PGTABLE_PROT_RWX,
					  &vcpu->arch.mmu_page_cache);
	for (unsigned long i = 0; i < pages; i++)
		settle(pfn_to_page(pfn + i), &before[i], ret);
	hshim_machine_free(before);
	return outcome(ret);
}

static int fault_private(struct kvm_vcpu *vcpu, struct kvm_memory_slot *slot, u64 ipa, gfn_t gfn)
{
	struct page *page;
	kvm_pfn_t pfn;
	int ret = kvm_gmem_get_pfn(vcpu->kvm, slot, gfn, &pfn, &page, NULL);

	if (!ret)
		return map_private(vcpu, ipa, page, 1);
	tell_fault(vcpu, gfn, true);
	return ret;
}

/* A block needs memory in blocks, at an address that fits, and none of it private. */
static gfn_t block_of(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	const gfn_t pages =
		slot->region ? vma_kernel_pagesize(&slot->region->vma) >> PAGE_SHIFT : 1;
	const gfn_t first = ALIGN_DOWN(gfn, pages);

	if (pages == 1 || first < slot->base_gfn || first + pages > slot->base_gfn + slot->npages ||
	    gfn_to_hva_memslot(slot, first) % (pages << PAGE_SHIFT))
		return 1;
	if (kvm_slot_has_gmem(slot) &&
	    !kvm_range_has_memory_attributes(kvm, first, first + pages,
					     KVM_MEMORY_ATTRIBUTE_PRIVATE, 0))
		return 1;
	return pages;
}

static int map_shared(struct kvm_vcpu *vcpu, u64 ipa, kvm_pfn_t pfn, unsigned long size,
		      enum kvm_pgtable_prot prot)
{
	if (hshim_fault_glue.map_shared)
		return hshim_fault_glue.map_shared(vcpu, ipa, pfn, size, prot);
	return hshim_slice_map_ipa(vcpu, ipa, pfn, size, prot, &vcpu->arch.mmu_page_cache);
}

static int fault_shared(struct kvm_vcpu *vcpu, struct kvm_memory_slot *slot, u64 ipa, gfn_t gfn)
{
	/* realm_map_ipa() maps nothing that is not writable. */
	const bool write = kvm_is_write_fault(vcpu) || !hshim_fault_glue.map_shared;
	struct kvm *kvm = vcpu->kvm;
	const gfn_t pages = block_of(kvm, slot, gfn);
	enum kvm_pgtable_prot prot = KVM_PGTABLE_PROT_R;
	struct page *page;
	bool writable;
	kvm_pfn_t pfn;
	int ret;

	gfn = ALIGN_DOWN(gfn, pages);
	ipa = ALIGN_DOWN(ipa, pages << PAGE_SHIFT);
	pfn = __kvm_faultin_pfn(slot, gfn, write ? FOLL_WRITE : 0, &writable, &page);
	if (is_error_noslot_pfn(pfn))
		return pfn == KVM_PFN_ERR_HWPOISON ? 0 : -EFAULT;
	if (writable)
		prot |= KVM_PGTABLE_PROT_W;
	read_lock(&kvm->mmu_lock);
	ret = map_shared(vcpu, ipa, pfn, pages << PAGE_SHIFT, prot);
	kvm_release_faultin_page(kvm, page, !!ret, writable);
	read_unlock(&kvm->mmu_lock);
	return outcome(ret);
}

static int top_up(struct kvm_vcpu *vcpu)
{
	return kvm_mmu_topup_memory_cache(&vcpu->arch.mmu_page_cache,
					  kvm_mmu_cache_min_pages(vcpu->arch.hw_mmu));
}

static int __attribute__((__noreturn__)) nothing_maps(const char *what)
{
	hshim_report(
		HSHIM_O_TEST,
		"nothing maps %s memory: set hshim_fault_glue.map_%s, or take a SLICE of mmu.c "
		"with private_memslot_fault() and realm_map_ipa()",
		what, what);
	hshim_leave();
}

static int fault_by_glue(struct kvm_vcpu *vcpu, struct kvm_memory_slot *slot, u64 ipa, gfn_t gfn)
{
	const bool is_private = !(ipa & kvm_gpa_stolen_bits(vcpu->kvm));
	int ret;

	if (kvm_slot_has_gmem(slot) && kvm_mem_is_private(vcpu->kvm, gfn) != is_private) {
		tell_fault(vcpu, gfn, is_private);
		return -EFAULT;
	}
	ret = top_up(vcpu);
	if (ret)
		return ret;
	if (is_private && kvm_slot_has_gmem(slot))
		return hshim_fault_glue.map_private ? fault_private(vcpu, slot, ipa, gfn)
						    : nothing_maps("private");
	return hshim_fault_glue.map_shared ? fault_shared(vcpu, slot, ipa, gfn)
					   : nothing_maps("shared");
}

/* gmem_abort() is called for private memory only, by a caller that is not taken. */
static int private_by_slice(struct kvm_vcpu *vcpu, struct kvm_memory_slot *slot, u64 ipa, gfn_t gfn)
{
	const bool is_private = !(ipa & kvm_gpa_stolen_bits(vcpu->kvm));

	if (hshim_slice_private_fault)
		return hshim_slice_private_fault(vcpu, ipa, slot);
	if (kvm_mem_is_private(vcpu->kvm, gfn) != is_private) {
		tell_fault(vcpu, gfn, is_private);
		return -EFAULT;
	}
	if (!is_private)
		return -EINVAL;
	return hshim_slice_gmem_fault(vcpu, ipa, slot,
				      esr_fsc_is_permission_fault(kvm_vcpu_get_esr(vcpu)));
}

/* The private half by the slice's own function; it leaves the other half to user_mem_abort(). */
static int fault_by_slice(struct kvm_vcpu *vcpu, struct kvm_memory_slot *slot, u64 ipa, gfn_t gfn)
{
	int ret = -EINVAL;

	if (kvm_slot_has_gmem(slot))
		ret = private_by_slice(vcpu, slot, ipa, gfn);
	if (ret != -EINVAL)
		return ret;
	ret = top_up(vcpu);
	if (ret)
		return ret;
	return hshim_fault_glue.map_shared || hshim_slice_map_ipa
		       ? fault_shared(vcpu, slot, ipa, gfn)
		       : nothing_maps("shared");
}

WEAK int kvm_handle_guest_abort(struct kvm_vcpu *vcpu)
{
	const u64 ipa = kvm_vcpu_get_fault_ipa(vcpu);
	const gfn_t gfn = gpa_to_gfn(ipa & ~kvm_gpa_stolen_bits(vcpu->kvm));
	struct kvm_memory_slot *slot = gfn_to_memslot(vcpu->kvm, gfn);

	if (!slot)
		return io_mem_abort(vcpu, ipa);
	if ((hshim_slice_private_fault || hshim_slice_gmem_fault) && !hshim_fault_glue.map_private)
		return fault_by_slice(vcpu, slot, ipa, gfn);
	return fault_by_glue(vcpu, slot, ipa, gfn);
}

/* --- more than a page at once ----------------------------------------------------------------------------- */

/* The pages behind [gpa, gpa + size), each with a reference; NULL unless they are contiguous. */
static struct page *hold_pages(struct kvm *kvm, u64 gpa, unsigned long size, bool is_private)
{
	struct kvm_memory_slot *slot = gfn_to_memslot(kvm, gpa_to_gfn(gpa));
	const unsigned long count = size >> PAGE_SHIFT;
	struct page *first = NULL, *page;
	unsigned long i;
	kvm_pfn_t pfn;
	bool writable;

	for (i = 0; i < count; i++) {
		const gfn_t gfn = gpa_to_gfn(gpa) + i;

		if (!is_private)
			pfn = __kvm_faultin_pfn(slot, gfn, FOLL_WRITE, &writable, &page);
		else if (kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL))
			break;
		if (is_error_noslot_pfn(pfn))
			break;
		first = i ? first : page;
		if (page_to_pfn(page) == page_to_pfn(first) + i)
			continue;
		put_page(page);
		break;
	}
	if (i == count)
		return first;
	while (i--)
		put_page(pfn_to_page(page_to_pfn(first) + i));
	return NULL;
}

static int map_held(struct kvm_vcpu *vcpu, u64 ipa, struct page *page, unsigned long pages)
{
	struct kvm *kvm = vcpu->kvm;
	int ret;

	read_lock(&kvm->mmu_lock);
	ret = map_shared(vcpu, ipa, page_to_pfn(page), pages << PAGE_SHIFT, KVM_PGTABLE_PROT_RW);
	read_unlock(&kvm->mmu_lock);
	for (unsigned long i = 0; i < pages; i++)
		put_page(pfn_to_page(page_to_pfn(page) + i));
	return outcome(ret);
}

int hshim_map_memory(struct kvm_vcpu *vcpu, u64 ipa, unsigned long size)
{
	const u64 half = kvm_gpa_stolen_bits(vcpu->kvm);
	const bool is_private = !(ipa & half);
	struct page *page;
	int ret;

	if (!hshim_slice_map_ipa && !(is_private ? (void *)hshim_fault_glue.map_private
						 : (void *)hshim_fault_glue.map_shared))
		return -ENOSYS;
	ret = top_up(vcpu);
	page = ret ? NULL : hold_pages(vcpu->kvm, ipa & ~half, size, is_private);
	if (!page)
		return ret ? ret : -ENOMEM;
	return is_private ? map_private(vcpu, ipa, page, size >> PAGE_SHIFT)
			  : map_held(vcpu, ipa, page, size >> PAGE_SHIFT);
}
