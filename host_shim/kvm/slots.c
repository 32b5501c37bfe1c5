/* SPDX-License-Identifier: BSD-3-Clause */
/* Memslots, faults of the VMM's memory, guest_memfd, attributes. host-shim.md#7.2 */
#include <hshim/vm.h>

struct kvm_memory_slot *gfn_to_memslot(struct kvm *kvm, gfn_t gfn)
{
	for (unsigned int i = 0; i < HSHIM_MAX_SLOTS; i++) {
		struct kvm_memory_slot *slot = kvm->memslots_of[0].slot[i];

		if (slot && gfn - slot->base_gfn < slot->npages)
			return slot;
	}
	return NULL;
}

struct kvm_memory_slot *id_to_memslot(struct kvm_memslots *slots, int id)
{
	for (unsigned int i = 0; i < HSHIM_MAX_SLOTS; i++)
		if (slots->slot[i] && slots->slot[i]->id == id)
			return slots->slot[i];
	return NULL;
}

hva_t gfn_to_hva_memslot_prot(struct kvm_memory_slot *slot, gfn_t gfn, bool *writable)
{
	if (!slot)
		return KVM_HVA_ERR_BAD;
	if (writable)
		*writable = !memslot_is_readonly(slot);
	return gfn_to_hva_memslot(slot, gfn);
}

hva_t gfn_to_hva(struct kvm *kvm, gfn_t gfn)
{
	return gfn_to_hva_memslot_prot(gfn_to_memslot(kvm, gfn), gfn, NULL);
}

static kvm_pfn_t pfn_of_error(int error)
{
	if (error == -EHWPOISON)
		return KVM_PFN_ERR_HWPOISON;
	return KVM_PFN_ERR_FAULT;
}

static void check_frame(const struct kvm_memory_slot *slot, gfn_t gfn, const char *site)
{
	if (gfn - slot->base_gfn >= slot->npages)
		hshim_report(HSHIM_O_ADDRESS,
			     "frame 0x%llx at %s is not of its memslot, 0x%llx and %lu more", gfn,
			     site, slot->base_gfn, slot->npages - 1);
}

kvm_pfn_t hshim_faultin(const struct kvm_memory_slot *slot, gfn_t gfn, unsigned int foll,
			bool *writable, struct page **page, const char *site)
{
	struct page *found = NULL;
	bool can_write = true;
	int ret;

	hshim_might_sleep("a fault of user memory", site);
	if (page)
		*page = NULL;
	if (!slot)
		return KVM_PFN_NOSLOT;
	check_frame(slot, gfn, site);
	if ((foll & FOLL_WRITE) && memslot_is_readonly(slot))
		return KVM_PFN_ERR_RO_FAULT;
	ret = hshim_user_fault(gfn_to_hva_memslot(slot, gfn), foll & FOLL_WRITE, &can_write,
			       &found);
	if (ret)
		return pfn_of_error(ret);
	if (memslot_is_readonly(slot))
		can_write = false;
	if (writable)
		*writable = can_write;
	hshim_page_readonly(found, !can_write);
	hshim_page_backs(found, gfn);
	hshim_get_page(found, site);
	if (page)
		*page = found;
	return page_to_pfn(found);
}

int hshim_pin_user_pages(unsigned long start, unsigned long count, unsigned int flags,
			 struct page **pages, const char *site)
{
	unsigned long i;
	bool writable;

	hshim_might_sleep("pinning user memory", site);
	for (i = 0; i < count; i++) {
		const int ret = hshim_user_fault(start + i * PAGE_SIZE, flags & FOLL_WRITE,
						 &writable, &pages[i]);

		if (ret)
			return i ? (int)i : ret;
		hshim_get_page(pages[i], site);
	}
	return (int)count;
}

static int access_guest(struct kvm *kvm, gpa_t gpa, void *data, unsigned long len, bool write)
{
	while (len) {
		const hva_t hva = gfn_to_hva(kvm, gpa_to_gfn(gpa));
		const unsigned long part =
			min_t(unsigned long, len, PAGE_SIZE - offset_in_page(gpa));
		void *at = kvm_is_error_hva(hva) ? NULL
						 : hshim_user_ptr(hva + offset_in_page(gpa), write);

		if (!at)
			return -EFAULT;
		memcpy(write ? at : data, write ? data : at, part);
		gpa += part;
		data = (u8 *)data + part;
		len -= part;
	}
	return 0;
}

int kvm_read_guest(struct kvm *kvm, gpa_t gpa, void *data, unsigned long len)
{
	return access_guest(kvm, gpa, data, len, false);
}

int kvm_write_guest(struct kvm *kvm, gpa_t gpa, const void *data, unsigned long len)
{
	return access_guest(kvm, gpa, (void *)(unsigned long)data, len, true);
}

void kvm_mmu_invalidate_begin(struct kvm *kvm)
{
	lockdep_assert_held_write(&kvm->mmu_lock);
	kvm->mmu_invalidate_in_progress++;
}

void kvm_mmu_invalidate_end(struct kvm *kvm)
{
	lockdep_assert_held_write(&kvm->mmu_lock);
	kvm->mmu_invalidate_seq++;
	kvm->mmu_invalidate_in_progress--;
}

/* --- attributes --------------------------------------------------------------------------------------- */

unsigned long hshim_mem_attributes(struct kvm *kvm, gfn_t gfn)
{
	const void *entry = xa_load(&kvm->mem_attr_array, gfn);

	if (entry)
		return xa_to_value(entry);
	return kvm->default_private ? KVM_MEMORY_ATTRIBUTE_PRIVATE : 0;
}

bool kvm_range_has_memory_attributes(struct kvm *kvm, gfn_t start, gfn_t end, unsigned long mask,
				     unsigned long attrs)
{
	for (; start < end; start++)
		if ((hshim_mem_attributes(kvm, start) & mask) != attrs)
			return false;
	return true;
}

/* --- guest_memfd ------------------------------------------------------------------------------------------ */

int hshim_gmem_pfn(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn, kvm_pfn_t *pfn,
		   struct page **page, int *max_order, const char *site)
{
	struct page *found;
	int ret;

	(void)kvm;
	hshim_might_sleep("kvm_gmem_get_pfn()", site);
	if (!kvm_slot_has_gmem(slot) || !slot->gmem.file)
		return -EFAULT;
	check_frame(slot, gfn, site);
	ret = hshim_gmem_page(slot->gmem.file, slot->gmem.pgoff + (gfn - slot->base_gfn), &found);
	if (ret)
		return ret;
	hshim_get_page(found, site);
	hshim_page_backs(found, gfn);
	*pfn = page_to_pfn(found);
	if (page)
		*page = found;
	if (max_order)
		*max_order = 0;
	return 0;
}

static int populate_one(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn, void *src,
			kvm_gmem_populate_cb fn, void *opaque)
{
	struct page *page;
	kvm_pfn_t pfn;
	int ret = hshim_gmem_pfn(kvm, slot, gfn, &pfn, &page, NULL, HSHIM_HERE);

	if (ret)
		return ret;
#ifdef HSHIM_GMEM_POPULATE_PAGE
	struct page *from = NULL;

	if (src && hshim_pin_user_pages((unsigned long)src, 1, 0, &from, HSHIM_HERE) != 1)
		ret = -EFAULT;
	if (!ret)
		ret = fn(kvm, gfn, pfn, from, opaque);
	if (from)
		put_page(from);
#else
	ret = fn(kvm, gfn, pfn, src, 0, opaque);
#endif
	put_page(page);
	return ret;
}

long kvm_gmem_populate(struct kvm *kvm, gfn_t gfn, void __user *src, long npages,
		       kvm_gmem_populate_cb fn, void *opaque)
{
	struct kvm_memory_slot *slot = gfn_to_memslot(kvm, gfn);
	long i;

	lockdep_assert_held(&kvm->slots_lock);
	if (WARN_ON_ONCE(npages <= 0))
		return -EINVAL;
	if (!kvm_slot_has_gmem(slot))
		return -EINVAL;
	npages = min_t(long, (long)(slot->npages - (gfn - slot->base_gfn)), npages);
	for (i = 0; i < npages; i++) {
		int ret;

		if (!kvm_mem_is_private(kvm, gfn + (gfn_t)i))
			return i ? i : -EINVAL;
		ret = populate_one(kvm, slot, gfn + (gfn_t)i,
				   src ? (u8 *)src + i * (long)PAGE_SIZE : NULL, fn, opaque);
		if (ret)
			return i ? i : ret;
	}
	return i;
}
