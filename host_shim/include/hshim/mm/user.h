/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_MM_USER_H
#define HSHIM_MM_USER_H

/* Memory of the process that runs a virtual machine: what is behind a memslot. host-shim.md#7.3 */

#include <hshim/mm/alloc.h>

enum hshim_backing {
	HSHIM_ANON,      /* private, writable */
	HSHIM_SHARED_RW, /* shared, writable */
	HSHIM_READ_ONLY,
	HSHIM_ZERO_PAGE, /* copy on write not broken yet */
	HSHIM_MISSING,   /* an access is an error */
	HSHIM_HWPOISON
};

struct vm_area_struct {
	unsigned long vm_start, vm_end;
	unsigned long vm_flags;
	unsigned long vm_pgoff;
	struct mm_struct *vm_mm;
	struct vm_area_struct *vm_next;
	struct file *vm_file;
	unsigned long vm_page_prot;
	unsigned int block_shift; /* PAGE_SHIFT, or that of huge pages */
};
#define VM_READ               0x1ul
#define VM_WRITE              0x2ul
#define VM_EXEC               0x4ul
#define VM_SHARED             0x8ul
#define VM_PFNMAP             0x400ul
#define VM_IO                 0x4000ul
#define VM_HUGETLB            0x400000ul
#define VM_MTE_ALLOWED        0ul
#define VM_MTE                0ul
#define VM_ALLOW_ANY_UNCACHED 0ul

/* A guest_memfd object. */
struct file;
#define HSHIM_GMEM_MMAP        0x1u /* may be mapped by its process */
#define HSHIM_GMEM_INIT_SHARED 0x2u /* shared by default; otherwise private by default */
#define HSHIM_GMEM_BLOCKS      0x4u /* contiguous in aligned blocks of 2 MiB, where they fit */

struct hshim_region {
	struct hshim_region *next;
	struct vm_area_struct vma;
	unsigned long pages;
	struct page **page;     /* what is mapped, NULL until it is touched */
	unsigned char *backing; /* enum hshim_backing, per page */
	struct file *gmem;      /* the region maps this object */
	unsigned long gmem_off;
};

struct file {
	unsigned long pages;
	struct page **page;
	unsigned char *shared; /* per page: a user may access it */
	unsigned int flags;
	int refs;
	const char *site;
	struct hshim_region *mapping;
};

/*
 * Reserves address space of `pages` pages; pages come when they are touched. Blocks of 1 << block_shift
 * bytes are contiguous and aligned (0: single pages). `gmem` NULL: ordinary memory. NULL without memory.
 */
struct hshim_region *hshim_user_map(unsigned long pages, unsigned int block_shift,
				    struct file *gmem, unsigned long gmem_off);
void hshim_user_unmap(struct hshim_region *region);
void hshim_user_backing(struct hshim_region *region, unsigned long first, unsigned long count,
			enum hshim_backing backing);
struct hshim_region *hshim_user_find(unsigned long uva);
/*
 * The page at `uva` for an access; 0, -EFAULT, -EHWPOISON or -ENOMEM. *writable tells whether a mapping
 * may be writable. Takes no reference.
 */
int hshim_user_fault(unsigned long uva, bool write, bool *writable, struct page **page);
/* `page` is what was found for frame `gfn` of a guest: no other is to be given for it. */
void hshim_page_backs(struct page *page, unsigned long gfn);
/* As the process itself: a pointer to the host view, or NULL if the access is refused. */
void *hshim_user_ptr(unsigned long uva, bool write);

/* From now on reads of a user's memory that begin at `from` are noted; the longest of them so far. */
void hshim_copy_watch(const void *from);
unsigned long hshim_copy_watched(void);

struct file *hshim_gmem_create(unsigned long pages, unsigned int flags);
/* Drops the creator's reference: with the last one the pages go. */
void hshim_gmem_put(struct file *file);
struct file *hshim_gmem_get(struct file *file);
/* The page at `index`, allocated on first use; 0, -ENOMEM, -EINVAL. Takes no reference. */
int hshim_gmem_page(struct file *file, unsigned long index, struct page **page);
void hshim_gmem_convert(struct file *file, unsigned long first, unsigned long count, bool shared);
bool hshim_gmem_is_shared(const struct file *file, unsigned long index);

struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr);
struct vm_area_struct *find_vma_intersection(struct mm_struct *mm, unsigned long start,
					     unsigned long end);
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
#define is_vm_hugetlb_page(v)  (!!((v)->vm_flags & VM_HUGETLB))
#define vma_kernel_pagesize(v) (1UL << (v)->block_shift)
#define vma_pages(v)           (((v)->vm_end - (v)->vm_start) >> PAGE_SHIFT)
#define huge_page_shift(h)     HPAGE_SHIFT
#define hstate_vma(v)          ((void)(v), (void *)0)

#endif
