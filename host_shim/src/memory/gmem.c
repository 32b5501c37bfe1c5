/* SPDX-License-Identifier: BSD-3-Clause */
/* guest_memfd objects: pages that belong to a guest; private or shared by default. host-shim.md#7.2 */
#include "host_shim/src/memory/mem.h"

#include <stdlib.h>
#include <string.h>

struct file *hshim_gmem_create(unsigned long pages, unsigned int flags)
{
	SHIM_LOCKED();
	struct file *file = calloc(1, sizeof(*file));

	if (!file)
		return NULL;
	file->page = calloc(pages, sizeof(file->page[0]));
	file->shared = calloc(pages, 1);
	if (!file->page || !file->shared) {
		free(file->page);
		free(file->shared);
		free(file);
		return NULL;
	}
	file->pages = pages;
	file->flags = flags;
	file->refs = 1;
	if (flags & HSHIM_GMEM_INIT_SHARED)
		memset(file->shared, 1, pages);
	return file;
}

struct file *hshim_gmem_get(struct file *file)
{
	SHIM_LOCKED();
	file->refs++;
	return file;
}

/*
 * A host takes the refusal of a delegation for a race that another vCPU has won, and lets the mapping of
 * that one keep the reference. When the refusal was made up there is no such mapping.
 */
static void excuse_references(struct page *page)
{
	page->refs -= min(page->refs - 1, page->refused);
	page->refused = 0;
}

static void drop_page(struct page *page)
{
	struct text text = {.size = 0};

	/* Kept on purpose, if it could not be taken back; otherwise the granule will be missed. */
	if (page->refs > 1 && ram_is_delegated(shim_current(), page_to_phys(page))) {
		page->refs--;
		return;
	}
	excuse_references(page);
	if (page->refs > 1) {
		text_add(&text, "guest_memfd page 0x%llx has %u references that were not dropped\n",
			 page_to_phys(page), page->refs - 1);
		text_page(&text, shim_current(), page);
		hshim_report(HSHIM_O_LEAK_PAGE, "%s", text.at);
		page->refs = 1;
	}
	hshim_put_page(page, "guest_memfd");
}

void hshim_gmem_put(struct file *file)
{
	SHIM_LOCKED();
	if (!file || --file->refs)
		return;
	for (unsigned long i = 0; i < file->pages; i++)
		if (file->page[i])
			drop_page(file->page[i]);
	free(file->page);
	free(file->shared);
	free(file);
}

/* The block around `index`, unless it does not fit or there are pages in it already. */
static void fill_block(struct file *file, unsigned long index)
{
	const unsigned int order = PMD_SHIFT - PAGE_SHIFT;
	const unsigned long count = 1ul << order, first = index & ~(count - 1);

	if (!(file->flags & HSHIM_GMEM_BLOCKS) || first + count > file->pages)
		return;
	for (unsigned long i = 0; i < count; i++)
		if (file->page[first + i])
			return;
	ram_alloc_block(KIND_GMEM, order, GFP_KERNEL | __GFP_ZERO, "guest_memfd",
			file->page + first);
}

int hshim_gmem_page(struct file *file, unsigned long index, struct page **page)
{
	SHIM_LOCKED();
	if (index >= file->pages)
		return -EINVAL;
	if (!file->page[index])
		fill_block(file, index);
	if (!file->page[index])
		file->page[index] =
			ram_alloc(KIND_GMEM, 1, 0, GFP_KERNEL | __GFP_ZERO, "guest_memfd");
	*page = file->page[index];
	return *page ? 0 : -ENOMEM;
}

void hshim_gmem_convert(struct file *file, unsigned long first, unsigned long count, bool shared)
{
	SHIM_LOCKED();
	memset(file->shared + first, shared, count);
}

bool hshim_gmem_is_shared(const struct file *file, unsigned long index)
{
	SHIM_LOCKED();
	return index < file->pages && file->shared[index];
}
