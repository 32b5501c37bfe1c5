/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory of the process: address space that is reserved, pages that come when they are touched. */
#include "host_shim/src/memory/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct hshim_region *hshim_user_find(unsigned long uva)
{
	SHIM_LOCKED();
	for (struct hshim_region *r = ram_now()->regions_user; r; r = r->next)
		if (uva - r->vma.vm_start < r->vma.vm_end - r->vma.vm_start)
			return r;
	return NULL;
}

static void link_vma(struct hshim_mem *mem, struct hshim_region *region)
{
	struct vm_area_struct **at = &mem->mm.vmas;

	while (*at && (*at)->vm_start < region->vma.vm_start)
		at = &(*at)->vm_next;
	region->vma.vm_next = *at;
	*at = &region->vma;
	region->next = mem->regions_user;
	mem->regions_user = region;
}

static bool reserve(struct hshim_region *region, unsigned long size, unsigned int block_shift)
{
	const unsigned long align = 1ul << block_shift;
	void *at = mmap(NULL, size + align, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			-1, 0);
	unsigned long start, end;

	if (at == MAP_FAILED)
		return false;
	start = ALIGN((unsigned long)at, align);
	end = (unsigned long)at + size + align;
	if (start > (unsigned long)at)
		munmap(at, start - (unsigned long)at);
	if (end > start + size)
		munmap((void *)(start + size), end - (start + size));
	region->vma.vm_start = start;
	region->vma.vm_end = start + size;
	return true;
}

struct hshim_region *hshim_user_map(unsigned long pages, unsigned int block_shift,
				    struct file *gmem, unsigned long gmem_off)
{
	SHIM_LOCKED();
	struct hshim_mem *mem = ram_now();
	struct hshim_region *region = calloc(1, sizeof(*region));

	if (!region)
		return NULL;
	region->page = calloc(pages, sizeof(region->page[0]));
	region->backing = calloc(pages, 1);
	region->pages = pages;
	region->vma.block_shift = block_shift ? block_shift : PAGE_SHIFT;
	region->vma.vm_flags = VM_READ | VM_WRITE | (block_shift ? VM_HUGETLB : 0);
	region->vma.vm_mm = &mem->mm;
	region->gmem = gmem ? hshim_gmem_get(gmem) : NULL;
	region->gmem_off = gmem_off;
	region->vma.vm_file = gmem;
	if (!region->page || !region->backing ||
	    !reserve(region, pages << PAGE_SHIFT, region->vma.block_shift)) {
		free(region->page);
		free(region->backing);
		free(region);
		return NULL;
	}
	link_vma(mem, region);
	return region;
}

static void unlink_region(struct hshim_mem *mem, struct hshim_region *region)
{
	struct hshim_region **at = &mem->regions_user;
	struct vm_area_struct **vma = &mem->mm.vmas;

	while (*at && *at != region)
		at = &(*at)->next;
	if (*at)
		*at = region->next;
	while (*vma && *vma != &region->vma)
		vma = &(*vma)->vm_next;
	if (*vma)
		*vma = region->vma.vm_next;
}

/* A page that is referenced by others must not be: the process is about to lose it. */
static void drop_page(struct page *page, const char *what)
{
	struct text text = {.size = 0};

	if (page->refs > 1 && page != ram_now()->zero_page) {
		text_add(&text, "%s page 0x%llx has %u references that were not dropped\n", what,
			 page_to_phys(page), page->refs - 1);
		text_page(&text, shim_current(), page);
		hshim_report(HSHIM_O_LEAK_PAGE, "%s", text.at);
		page->refs = 1;
	}
	hshim_put_page(page, what);
}

void hshim_user_unmap(struct hshim_region *region)
{
	SHIM_LOCKED();
	unlink_region(ram_now(), region);
	for (unsigned long i = 0; i < region->pages; i++)
		if (region->page[i])
			drop_page(region->page[i], "user");
	if (region->gmem)
		hshim_gmem_put(region->gmem);
	munmap((void *)region->vma.vm_start, region->vma.vm_end - region->vma.vm_start);
	free(region->page);
	free(region->backing);
	free(region);
}

void hshim_user_backing(struct hshim_region *region, unsigned long first, unsigned long count,
			enum hshim_backing backing)
{
	SHIM_LOCKED();
	memset(region->backing + first, backing, count);
}

/* --- faults --------------------------------------------------------------------------------------------- */

static struct page *zero_page(struct hshim_mem *mem)
{
	const bool booting = mem->booting;

	if (mem->zero_page)
		return mem->zero_page;
	mem->booting = true;
	mem->zero_page = ram_alloc(KIND_USER, 1, 0, __GFP_ZERO, "the zero page");
	mem->booting = booting;
	return mem->zero_page;
}

/* Fills the block around `index`. */
static int populate(struct hshim_region *region, unsigned long index)
{
	const unsigned int order = region->vma.block_shift - PAGE_SHIFT;
	const unsigned long first = index & ~((1ul << order) - 1);

	if (first + (1ul << order) > region->pages)
		return -EFAULT;
	return ram_alloc_block(KIND_USER, order, __GFP_ZERO, "user memory", region->page + first)
		       ? 0
		       : -ENOMEM;
}

static int fault_zero(struct hshim_region *region, unsigned long index, bool write, bool *writable,
		      struct page **page)
{
	if (!write) {
		*writable = false;
		*page = zero_page(ram_now());
		return *page ? 0 : -ENOMEM;
	}
	region->backing[index] = HSHIM_ANON;
	return 1;
}

static int fault_gmem(struct hshim_region *region, unsigned long index, bool *writable,
		      struct page **page)
{
	*writable = true;
	if (!(region->gmem->flags & HSHIM_GMEM_MMAP) ||
	    !hshim_gmem_is_shared(region->gmem, region->gmem_off + index))
		return -EFAULT;
	return hshim_gmem_page(region->gmem, region->gmem_off + index, page);
}

int hshim_user_fault(unsigned long uva, bool write, bool *writable, struct page **page)
{
	SHIM_LOCKED();
	struct hshim_region *region = hshim_user_find(uva);
	unsigned long index;
	int ret;

	if (!region)
		return -EFAULT;
	index = (uva - region->vma.vm_start) >> PAGE_SHIFT;
	if (region->gmem)
		return fault_gmem(region, index, writable, page);
	if (region->backing[index] == HSHIM_MISSING ||
	    (write && region->backing[index] == HSHIM_READ_ONLY))
		return -EFAULT;
	if (region->backing[index] == HSHIM_HWPOISON)
		return -EHWPOISON;
	if (region->backing[index] == HSHIM_ZERO_PAGE) {
		ret = fault_zero(region, index, write, writable, page);
		if (ret <= 0)
			return ret;
	}
	ret = region->page[index] ? 0 : populate(region, index);
	*page = region->page[index];
	*writable = region->backing[index] != HSHIM_READ_ONLY;
	return ret;
}

void *hshim_user_ptr(unsigned long uva, bool write)
{
	SHIM_LOCKED();
	struct page *page;
	bool writable;

	if (hshim_user_fault(uva, write, &writable, &page))
		return NULL;
	return (uint8_t *)page_address(page) + offset_in_page(uva);
}

/* --- copies -------------------------------------------------------------------------------------------------- */

static bool copy_fails(const char *site)
{
	struct hshim_mem *mem = ram_now();

	hshim_might_sleep("an access to user memory", site);
	mem->copy_seen++;
	return mem->copy_nth && mem->copy_seen == mem->copy_nth;
}

static unsigned long copy(unsigned long uva, void *data, unsigned long n, bool to_user, bool clear)
{
	while (n) {
		const unsigned long part = min_t(unsigned long, n, PAGE_SIZE - offset_in_page(uva));
		uint8_t *at = hshim_user_find(uva) ? hshim_user_ptr(uva, to_user) : (void *)uva;

		if (!at || uva < PAGE_SIZE)
			return n;
		if (!to_user)
			memcpy(data, at, part);
		else if (clear)
			memset(at, 0, part);
		else
			memcpy(at, data, part);
		uva += part;
		data = (uint8_t *)data + part;
		n -= part;
	}
	return 0;
}

/* Not canonical: code that reads it without uaccess crashes, as a kernel does with PAN. */
#define VMM_TAG UINT64_C(0x4000000000000000)

unsigned long hshim_vmm_pointer(const void *p)
{
	return p ? (unsigned long)p | VMM_TAG : 0;
}

static const void *without_tag(const void *p)
{
	return (uintptr_t)p >> 48 == VMM_TAG >> 48 ? (const void *)((uintptr_t)p & ~VMM_TAG) : p;
}

unsigned long hshim_copy_from_user(void *to, const void *from, unsigned long n, const char *site)
{
	SHIM_LOCKED();
	struct hshim_mem *mem = ram_now();

	from = without_tag(from);
	if (copy_fails(site))
		return n;
	if (from && from == mem->copy_watched && n > mem->copy_size)
		mem->copy_size = n;
	return copy((unsigned long)from, to, n, false, false);
}

void hshim_copy_watch(const void *from)
{
	SHIM_LOCKED();
	ram_now()->copy_watched = from;
	ram_now()->copy_size = 0;
}

unsigned long hshim_copy_watched(void)
{
	SHIM_LOCKED();
	return ram_now()->copy_size;
}

unsigned long hshim_copy_to_user(void *to, const void *from, unsigned long n, const char *site)
{
	SHIM_LOCKED();
	if (copy_fails(site))
		return n;
	return copy((unsigned long)without_tag(to), (void *)(uintptr_t)from, n, true, !from);
}

void *hshim_memdup_user(const void *from, size_t n, const char *site)
{
	SHIM_LOCKED();
	void *p = hshim_kmalloc(n, GFP_USER, site);

	if (!p)
		return ERR_PTR(-ENOMEM);
	if (!hshim_copy_from_user(p, from, n, site))
		return p;
	hshim_kfree(p, site);
	return ERR_PTR(-EFAULT);
}

void user_stop(struct hshim *shim)
{
	while (shim->mem->regions_user)
		hshim_user_unmap(shim->mem->regions_user);
}

/* --- VMAs ------------------------------------------------------------------------------------------------------ */

static struct vm_area_struct *first_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = mm->vmas;

	while (vma && vma->vm_end <= addr)
		vma = vma->vm_next;
	return vma;
}

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	SHIM_LOCKED();
	mmap_assert_locked(mm);
	return first_vma(mm, addr);
}

/* It asserts no lock: host-shim.md#6.4.1 */
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	SHIM_LOCKED();
	struct vm_area_struct *vma = first_vma(mm, addr);

	return vma && vma->vm_start <= addr ? vma : NULL;
}

struct vm_area_struct *find_vma_intersection(struct mm_struct *mm, unsigned long start,
					     unsigned long end)
{
	SHIM_LOCKED();
	struct vm_area_struct *vma = first_vma(mm, start);

	mmap_assert_locked(mm);
	return vma && vma->vm_start < end ? vma : NULL;
}
