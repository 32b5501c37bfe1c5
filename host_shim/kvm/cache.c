/* SPDX-License-Identifier: BSD-3-Clause */
/* Caches of pages for tables. The contract is strict: host-shim.md#7.2 */
#include <hshim/env.h>
#include <hshim/kvm/mmu.h>

static void *cache_page(struct kvm_mmu_memory_cache *mc, gfp_t gfp, const char *site)
{
	return hshim_cache_page(gfp | mc->gfp_zero, site);
}

static int start_cache(struct kvm_mmu_memory_cache *mc, int capacity, const char *site)
{
	if (mc->objects)
		return 0;
	if (WARN_ON_ONCE(!capacity))
		return -EIO;
	mc->objects = hshim_kmalloc((size_t)capacity * sizeof(void *), GFP_KERNEL_ACCOUNT, site);
	if (!mc->objects)
		return -ENOMEM;
	mc->capacity = capacity;
	return 0;
}

int hshim_cache_topup(struct kvm_mmu_memory_cache *mc, int capacity, int min, const char *site)
{
	const gfp_t gfp = mc->gfp_custom ? mc->gfp_custom : GFP_KERNEL_ACCOUNT;
	int ret, fill;

	hshim_might_sleep("kvm_mmu_topup_memory_cache()", site);
	if (mc->nobjs >= min)
		return 0;
	ret = start_cache(mc, capacity, site);
	if (ret)
		return ret;
	if (WARN_ON_ONCE(mc->capacity < min))
		return -EIO;
	fill = hshim_cache_is_tight() ? min : mc->capacity;
	while (mc->nobjs < fill) {
		void *page = cache_page(mc, gfp, site);

		if (!page)
			return mc->nobjs >= min ? 0 : -ENOMEM;
		mc->objects[mc->nobjs++] = page;
	}
	return 0;
}

void *hshim_cache_alloc(struct kvm_mmu_memory_cache *mc, const char *site)
{
	void *page;

	if (mc->nobjs)
		return mc->objects[--mc->nobjs];
	hshim_warn(HSHIM_WARN, site, 0, "kvm_mmu_memory_cache_alloc() from an empty cache", NULL);
	page = cache_page(mc, GFP_ATOMIC | __GFP_ACCOUNT, site);
	BUG_ON(!page);
	return page;
}

void hshim_cache_free(struct kvm_mmu_memory_cache *mc, const char *site)
{
	while (mc->nobjs)
		hshim_free_pages_at((unsigned long)mc->objects[--mc->nobjs], 0, site);
	hshim_kfree(mc->objects, site);
	mc->objects = NULL;
	mc->capacity = 0;
}
