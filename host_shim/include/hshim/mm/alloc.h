/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_MM_ALLOC_H
#define HSHIM_MM_ALLOC_H

/* Physical memory, the page allocator and the heap: host-shim.md#6.2 */

#include <hshim/base/bug.h>
#include <hshim/base/lock.h>

/*
 * Pages of the host: 12, 14 or 16. Granules of the monitor have 4 KiB with each of them. host_shim itself is
 * compiled once and reads the variable, which the code for a kernel tree defines.
 */
#ifndef HSHIM_PAGE_SHIFT
#define HSHIM_PAGE_SHIFT 12
#endif
extern unsigned int hshim_page_shift;

#undef PAGE_SHIFT
#undef PAGE_SIZE
#undef PAGE_MASK
#define PAGE_SHIFT                      HSHIM_PAGE_SHIFT
#define PAGE_SIZE                       (_AC(1, UL) << PAGE_SHIFT)
#define PAGE_MASK                       (~(PAGE_SIZE - 1))
#define PTRS_PER_PTE                    (1 << (PAGE_SHIFT - 3))
#define PTDESC_TABLE_SHIFT              (PAGE_SHIFT - 3)
#define ARM64_HW_PGTABLE_LEVEL_SHIFT(n) ((PAGE_SHIFT - 3) * (4 - (n)) + 3)
#define ARM64_HW_PGTABLE_LEVELS(va)     (((va)-4) / (PAGE_SHIFT - 3))
#define CONFIG_PGTABLE_LEVELS_SHIM      4
#define PMD_SHIFT                       ARM64_HW_PGTABLE_LEVEL_SHIFT(2)
#define PMD_SIZE                        (_AC(1, UL) << PMD_SHIFT)
#define PMD_MASK                        (~(PMD_SIZE - 1))
#define PUD_SHIFT                       ARM64_HW_PGTABLE_LEVEL_SHIFT(1)
#define PUD_SIZE                        (_AC(1, UL) << PUD_SHIFT)
#define PUD_MASK                        (~(PUD_SIZE - 1))
#define P4D_SHIFT                       ARM64_HW_PGTABLE_LEVEL_SHIFT(0)
#define P4D_SIZE                        (_AC(1, UL) << P4D_SHIFT)
#define P4D_MASK                        (~(P4D_SIZE - 1))
#define HPAGE_SHIFT                     PMD_SHIFT
#define HPAGE_SIZE                      PMD_SIZE
#define HPAGE_MASK                      PMD_MASK
#define CONT_PTE_SHIFT                  (PAGE_SHIFT + 4)
#define CONT_PTE_SIZE                   (_AC(1, UL) << CONT_PTE_SHIFT)
#define PAGE_ALIGN(a)                   ALIGN(a, PAGE_SIZE)
#define PAGE_ALIGN_DOWN(a)              ALIGN_DOWN(a, PAGE_SIZE)
#define PAGE_ALIGNED(a)                 IS_ALIGNED((unsigned long)(a), PAGE_SIZE)
#define offset_in_page(p)               ((unsigned long)(p) & ~PAGE_MASK)
#define PFN_UP(x)                       (((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x)                     ((x) >> PAGE_SHIFT)
#define PFN_PHYS(x)                     ((phys_addr_t)(x) << PAGE_SHIFT)
#define PHYS_PFN(x)                     ((unsigned long)((x) >> PAGE_SHIFT))
#define MAX_PAGE_ORDER                  10
#define MAX_ORDER                       MAX_PAGE_ORDER
#define NUMA_NO_NODE                    (-1)

#define __GFP_HIGH                 ((gfp_t)0x20u)
#define __GFP_IO                   ((gfp_t)0x40u)
#define __GFP_FS                   ((gfp_t)0x80u)
#define __GFP_ZERO                 ((gfp_t)0x100u)
#define __GFP_DIRECT_RECLAIM       ((gfp_t)0x400u)
#define __GFP_KSWAPD_RECLAIM       ((gfp_t)0x800u)
#define __GFP_RECLAIM              (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define __GFP_NOWARN               ((gfp_t)0x2000u)
#define __GFP_RETRY_MAYFAIL        ((gfp_t)0x4000u)
#define __GFP_NOFAIL               ((gfp_t)0x8000u)
#define __GFP_NORETRY              ((gfp_t)0x10000u)
#define __GFP_COMP                 ((gfp_t)0x40000u)
#define __GFP_ACCOUNT              ((gfp_t)0x400000u)
#define __GFP_MOVABLE              ((gfp_t)0x8u)
#define __GFP_THISNODE             ((gfp_t)0x200000u)
#define GFP_ATOMIC                 (__GFP_HIGH | __GFP_KSWAPD_RECLAIM)
#define GFP_NOWAIT                 (__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)
#define GFP_KERNEL                 (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT         (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_USER                   (GFP_KERNEL | ((gfp_t)0x100000u))
#define GFP_HIGHUSER               GFP_USER
#define GFP_HIGHUSER_MOVABLE       (GFP_USER | __GFP_MOVABLE)
#define GFP_NOIO                   __GFP_RECLAIM
#define GFP_NOFS                   (__GFP_RECLAIM | __GFP_IO)
#define gfpflags_allow_blocking(g) (!!((g)&__GFP_DIRECT_RECLAIM))

/*
 * Complete, so that code may count pages (page++); what is in it is the shim's own, and of the size that
 * its descriptors have: checked where they are defined.
 */
#define HSHIM_PAGE_WORDS 10
#ifndef HSHIM_PAGE_IS_OWN
struct page {
	u64 hshim_own[HSHIM_PAGE_WORDS];
};
#endif
struct folio; /* the same object as its page */

phys_addr_t hshim_virt_to_phys(const volatile void *p, const char *site);
void *hshim_phys_to_virt(phys_addr_t pa, const char *site);
struct page *hshim_phys_to_page(phys_addr_t pa, const char *site);
phys_addr_t hshim_page_to_phys(const struct page *page);
bool hshim_pfn_valid(unsigned long pfn);
bool hshim_virt_addr_valid(const volatile void *p);
#define virt_to_phys(p)      hshim_virt_to_phys((const volatile void *)(p), HSHIM_HERE)
#define __pa(p)              virt_to_phys((unsigned long)(p))
#define phys_to_virt(a)      hshim_phys_to_virt((a), HSHIM_HERE)
#define __va(a)              phys_to_virt((phys_addr_t)(a))
#define phys_to_page(a)      hshim_phys_to_page((a), HSHIM_HERE)
#define page_to_phys(p)      hshim_page_to_phys(p)
#define pfn_to_page(n)       phys_to_page((phys_addr_t)(n) << PAGE_SHIFT)
#define page_to_pfn(p)       ((unsigned long)(page_to_phys(p) >> PAGE_SHIFT))
#define __pfn_to_phys(n)     ((phys_addr_t)(n) << PAGE_SHIFT)
#define __phys_to_pfn(a)     ((unsigned long)((a) >> PAGE_SHIFT))
#define pfn_to_phys(n)       __pfn_to_phys(n)
#define phys_to_pfn(a)       __phys_to_pfn(a)
#define pfn_to_virt(n)       phys_to_virt(__pfn_to_phys(n))
#define virt_to_pfn(p)       __phys_to_pfn(virt_to_phys(p))
#define pfn_to_kaddr(n)      pfn_to_virt(n)
#define virt_to_page(p)      phys_to_page(virt_to_phys(p))
#define page_to_virt(p)      phys_to_virt(page_to_phys(p))
#define page_address(p)      page_to_virt(p)
#define pfn_valid(n)         hshim_pfn_valid(n)
#define pfn_is_map_memory(n) hshim_pfn_valid(n)
#define virt_addr_valid(p)   hshim_virt_addr_valid((const volatile void *)(p))
#define page_folio(p)        ((struct folio *)(p))
#define folio_page(f, n)     pfn_to_page(page_to_pfn((struct page *)(f)) + (n))
#define folio_address(f)     page_address((struct page *)(f))
#define kmap_local_page(p)   page_address(p)
#define kunmap_local(p)      ((void)(p))

struct page *hshim_alloc_pages(gfp_t gfp, unsigned int order, const char *site);
void hshim_free_pages(struct page *page, unsigned int order, const char *site);
unsigned long hshim_get_free_pages(gfp_t gfp, unsigned int order, const char *site);
void hshim_free_pages_at(unsigned long at, unsigned int order, const char *site);
void *hshim_alloc_exact(size_t size, gfp_t gfp, const char *site);
void hshim_free_exact(void *at, size_t size, const char *site);
void hshim_get_page(struct page *page, const char *site);
void hshim_put_page(struct page *page, const char *site);
int hshim_page_count(const struct page *page);
#define alloc_pages(g, o)         hshim_alloc_pages((g), (o), HSHIM_HERE)
#define alloc_pages_node(n, g, o) ((void)(n), alloc_pages(g, o))
#define alloc_page(g)             alloc_pages(g, 0)
#define __free_pages(p, o)        hshim_free_pages((p), (o), HSHIM_HERE)
#define __free_page(p)            __free_pages(p, 0)
#define __get_free_pages(g, o)    hshim_get_free_pages((g), (o), HSHIM_HERE)
#define __get_free_page(g)        __get_free_pages(g, 0)
#define get_zeroed_page(g)        __get_free_pages((g) | __GFP_ZERO, 0)
#define free_pages(a, o)          hshim_free_pages_at((unsigned long)(a), (o), HSHIM_HERE)
#define free_page(a)              free_pages(a, 0)
#define alloc_pages_exact(n, g)   hshim_alloc_exact((n), (g), HSHIM_HERE)
#define free_pages_exact(p, n)    hshim_free_exact((p), (n), HSHIM_HERE)
#define get_page(p)               hshim_get_page((p), HSHIM_HERE)
#define put_page(p)               hshim_put_page((p), HSHIM_HERE)
#define try_get_page(p)           (get_page(p), true)
#define folio_get(f)              get_page((struct page *)(f))
#define folio_put(f)              put_page((struct page *)(f))
#define page_count(p)             hshim_page_count(p)
#define get_order(n)              ((int)order_base_2(DIV_ROUND_UP((u64)(n), PAGE_SIZE)))
#define clear_page(p)             ((void)memset((p), 0, PAGE_SIZE))
#define copy_page(d, s)           ((void)memcpy((d), (s), PAGE_SIZE))
#define clear_highpage(p)         clear_page(page_address(p))

void *hshim_kmalloc(size_t size, gfp_t gfp, const char *site);
void hshim_kfree(const void *p, const char *site);
/* `p` is a block of kmalloc() that was freed a short time ago. */
bool hshim_was_freed(const void *p);
void *hshim_krealloc(const void *p, size_t size, gfp_t gfp, const char *site);
size_t hshim_ksize(const void *p);
#define kmalloc(n, g)           hshim_kmalloc((n), (g), HSHIM_HERE)
#define kzalloc(n, g)           kmalloc((n), (g) | __GFP_ZERO)
#define kmalloc_array(n, s, g)  kmalloc((size_t)(n) * (s), (g))
#define kcalloc(n, s, g)        kzalloc((size_t)(n) * (s), (g))
#define krealloc(p, n, g)       hshim_krealloc((p), (n), (g), HSHIM_HERE)
#define kvmalloc(n, g)          kmalloc(n, g)
#define kvzalloc(n, g)          kzalloc(n, g)
#define kvmalloc_array(n, s, g) kmalloc_array(n, s, g)
#define kvcalloc(n, s, g)       kcalloc(n, s, g)
#define vmalloc(n)              kmalloc(n, GFP_KERNEL)
#define vzalloc(n)              kzalloc(n, GFP_KERNEL)
#define HSHIM_GFP1(a, ...)      HSHIM_GFP2(a, ##__VA_ARGS__, GFP_KERNEL)
#define HSHIM_GFP2(a, g, ...)   (g)
#define kmalloc_obj(o, ...)     ((typeof(o) *)kmalloc(sizeof(o), HSHIM_GFP1(0, ##__VA_ARGS__)))
#define kzalloc_obj(o, ...)     ((typeof(o) *)kzalloc(sizeof(o), HSHIM_GFP1(0, ##__VA_ARGS__)))
#define kmalloc_objs(o, n, ...) \
	((typeof(o) *)kmalloc_array((n), sizeof(o), HSHIM_GFP1(0, ##__VA_ARGS__)))
#define kzalloc_objs(o, n, ...) ((typeof(o) *)kcalloc((n), sizeof(o), HSHIM_GFP1(0, ##__VA_ARGS__)))
#define kmemdup(p, n, g)                               \
	({                                             \
		size_t hshim_n = (n);                  \
		void *hshim_m = kmalloc(hshim_n, g);   \
		if (hshim_m)                           \
			memcpy(hshim_m, (p), hshim_n); \
		hshim_m;                               \
	})
#define kfree(p)           hshim_kfree((p), HSHIM_HERE)
#define kvfree(p)          kfree(p)
#define vfree(p)           kfree(p)
#define kfree_sensitive(p) kfree(p)
#define ksize(p)           hshim_ksize(p)

/* Memory of the harness: not tracked, zeroed. */
void *hshim_machine_alloc(size_t size);
void hshim_machine_free(void *p);
/* A page for a memory cache; 0 on failure. */
void *hshim_cache_page(gfp_t gfp, const char *site);
/* User memory that a guest may not write: noticed where it is mapped writable. */
void hshim_page_readonly(struct page *page, bool readonly);

/* Page-table accounting: by page and in total. */
void hshim_account_pages(void *virt, int nr, const char *site);

struct kmem_cache {
	const char *name;
	size_t size;
};
#define kmem_cache_zalloc(c, g) kzalloc((c)->size, g)
#define kmem_cache_alloc(c, g)  kmalloc((c)->size, g)
#define kmem_cache_free(c, p)   kfree(p)

/* Banks of RAM, for set-up code that walks all memory. */
struct memblock_region {
	phys_addr_t base, size;
};
const struct memblock_region *hshim_mem_region(unsigned int index);
#define for_each_mem_region(r)         \
	for (unsigned int hshim_i = 0; \
	     ((r) = (typeof(r))(unsigned long)hshim_mem_region(hshim_i)); hshim_i++)
#define memblock_region_memory_base_pfn(r) PFN_UP((r)->base)
#define memblock_region_memory_end_pfn(r)  PFN_DOWN((r)->base + (r)->size)
phys_addr_t hshim_mem_limit(bool end);
#define memblock_start_of_DRAM() hshim_mem_limit(false)
#define memblock_end_of_DRAM()   hshim_mem_limit(true)

#endif
