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

static int fill_cache(struct kvm_mmu_memory_cache *mc, int min, const char *site)
{
	const gfp_t gfp = mc->gfp_custom ? mc->gfp_custom : GFP_KERNEL_ACCOUNT;
	const int fill = hshim_cache_is_tight() ? min : mc->capacity;

	while (mc->nobjs < fill) {
		void *page = cache_page(mc, gfp, site);

		mc->hshim_short = !page;
		if (!page)
			return mc->nobjs >= min ? 0 : -ENOMEM;
		mc->objects[mc->nobjs++] = page;
	}
	return 0;
}

int hshim_cache_topup(struct kvm_mmu_memory_cache *mc, int capacity, int min, const char *site)
{
	int ret;

	hshim_might_sleep("kvm_mmu_topup_memory_cache()", site);
	hshim_cache_topped();
	mc->hshim_short = false;
	if (mc->nobjs >= min)
		return 0;
	ret = start_cache(mc, capacity, site);
	mc->hshim_short = ret != 0;
	if (!ret && WARN_ON_ONCE(mc->capacity < min))
		return -EIO;
	if (!ret)
		ret = fill_cache(mc, min, site);
	return ret;
}

/* When memory runs out during a top-up, a host may go on with what atomic allocations give. */
static void warn_empty(const struct kvm_mmu_memory_cache *mc, const char *site)
{
	const enum hshim_severity severity = hshim_severity_of("warn");

	if (mc->hshim_short && severity == HSHIM_FAIL)
		hshim_severity("warn", HSHIM_WARNING);
	hshim_warn(HSHIM_WARN, site, 0, "kvm_mmu_memory_cache_alloc() from an empty cache", NULL);
	hshim_severity("warn", severity);
}

void *hshim_cache_alloc(struct kvm_mmu_memory_cache *mc, const char *site)
{
	void *page;

	hshim_cache_took();
	if (mc->nobjs)
		return mc->objects[--mc->nobjs];
	warn_empty(mc, site);
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
