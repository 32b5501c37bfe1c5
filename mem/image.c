/* SPDX-License-Identifier: BSD-3-Clause */
#include "mem/image.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define FAN_SHIFT 4
#define FAN       (1u << FAN_SHIFT)

struct inner {
	uint32_t refs;
	void *child[FAN];
};

struct leaf {
	uint32_t refs;
	struct image_entry at[FAN];
};

_Static_assert(offsetof(struct inner, refs) == offsetof(struct leaf, refs),
	       "a reference is counted without knowing what it refers to");

/* --- pages ------------------------------------------------------------------------------------- */

#define LANES 4

uint64_t image_hash(const void *granule)
{
	static const uint64_t odd[LANES] = {0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f,
					    0xd6e8feb86659fd93, 0xa0761d6478bd642f};
	uint64_t lane[LANES] = {1, 2, 3, 4}, any = 0, hash = 0;
	uint64_t words[LANES];

	for (size_t at = 0; at < GRANULE_SIZE; at += sizeof(words)) {
		memcpy(words, (const uint8_t *)granule + at, sizeof(words));
		for (unsigned int i = 0; i < LANES; i++) {
			any |= words[i];
			lane[i] = (lane[i] ^ words[i]) * odd[i];
			lane[i] ^= lane[i] >> 29;
		}
	}
	for (unsigned int i = 0; i < LANES; i++)
		hash = (hash ^ lane[i]) * odd[i] + (hash >> 31);
	return any ? hash | 1 : 0;
}

struct image_page *image_page(const void *bytes)
{
	struct image_page *page = malloc(sizeof(*page));

	if (!page)
		return NULL;
	page->refs = 1;
	memcpy(page->bytes, bytes, GRANULE_SIZE);
	page->hash = 0;
	return page;
}

uint64_t image_page_hash(struct image_page *page)
{
	if (page && !page->hash)
		page->hash = image_hash(page->bytes);
	return page ? page->hash : 0;
}

bool image_page_is(const struct image_page *page, const void *bytes)
{
	static const uint8_t zeros[GRANULE_SIZE];

	return memcmp(bytes, page ? page->bytes : zeros, GRANULE_SIZE) == 0;
}

void image_page_release(struct image_page *page)
{
	if (page && --page->refs == 0)
		free(page);
}

/* --- nodes -------------------------------------------------------------------------------------- */

static void *hold(void *node)
{
	if (node)
		++*(uint32_t *)node;
	return node;
}

static void release(void *node, unsigned int level)
{
	struct inner *inner = node;
	struct leaf *leaf = node;

	if (!node || --*(uint32_t *)node)
		return;
	for (unsigned int i = 0; i < FAN; i++) {
		if (level > 0)
			release(inner->child[i], level - 1);
		if (level == 0)
			image_page_release(leaf->at[i].page);
	}
	free(node);
}

static void *copy(const void *node, unsigned int level)
{
	void *new = malloc(level ? sizeof(struct inner) : sizeof(struct leaf));

	if (!new)
		return NULL;
	memcpy(new, node, level ? sizeof(struct inner) : sizeof(struct leaf));
	*(uint32_t *)new = 1;
	for (unsigned int i = 0; i < FAN; i++) {
		if (level > 0)
			hold(((struct inner *)new)->child[i]);
		if (level == 0)
			hold(((struct leaf *)new)->at[i].page);
	}
	return new;
}

/* The node of *slot for changing: no other image has it afterwards. NULL without memory. */
static void *own(void **slot, unsigned int level)
{
	void *node = *slot;

	if (node && *(uint32_t *)node == 1)
		return node;
	if (node)
		node = copy(node, level);
	else
		node = calloc(1, level ? sizeof(struct inner) : sizeof(struct leaf));
	if (!node)
		return NULL;
	*(uint32_t *)node = 1;
	release(*slot, level);
	*slot = node;
	return node;
}

static unsigned int slot_of(uint32_t index, unsigned int level)
{
	return index >> level * FAN_SHIFT & (FAN - 1);
}

/* --- images ------------------------------------------------------------------------------------- */

struct mem_image *image_copy(const struct mem_image *from, uint32_t granules)
{
	struct mem_image *image = calloc(1, sizeof(*image));

	if (!image)
		return NULL;
	if (from) {
		*image = *from;
		hold(image->root);
	}
	image->refs = 1;
	while ((uint64_t)granules > 1ull << (image->height + 1) * FAN_SHIFT)
		image->height++;
	return image;
}

struct mem_image *image_hold(struct mem_image *image)
{
	return hold(image);
}

void image_release(struct mem_image *image)
{
	if (!image || --image->refs)
		return;
	release(image->root, image->height);
	free(image);
}

struct image_entry image_get(const struct mem_image *image, uint32_t index)
{
	const void *node = image ? image->root : NULL;

	for (unsigned int level = image ? image->height : 0; node && level > 0; level--)
		node = ((const struct inner *)node)->child[slot_of(index, level)];
	return node ? ((const struct leaf *)node)->at[slot_of(index, 0)] : (struct image_entry){0};
}

bool image_set(struct mem_image *image, uint32_t index, const struct image_entry *entry)
{
	void **slot = &image->root;
	struct image_entry *at;
	struct leaf *leaf;

	for (unsigned int level = image->height; level > 0; level--) {
		struct inner *inner = own(slot, level);

		if (!inner)
			return false;
		slot = &inner->child[slot_of(index, level)];
	}
	leaf = own(slot, 0);
	if (!leaf)
		return false;
	at = &leaf->at[slot_of(index, 0)];
	image_page_release(at->page);
	*at = *entry;
	return true;
}

struct comparison {
	void (*visit)(void *context, uint32_t index, const struct image_entry *entry);
	void *context;
};

static void compare_leaves(const struct leaf *a, const struct leaf *b, uint32_t first,
			   const struct comparison *c)
{
	static const struct leaf empty;

	a = a ? a : &empty;
	b = b ? b : &empty;
	for (unsigned int i = 0; i < FAN; i++) {
		if (memcmp(&a->at[i], &b->at[i], sizeof(a->at[i])) != 0)
			c->visit(c->context, first + i, &b->at[i]);
	}
}

static void compare(const void *a, const void *b, unsigned int level, uint32_t first,
		    const struct comparison *c)
{
	static const struct inner empty;
	const struct inner *ia = a ? a : &empty, *ib = b ? b : &empty;

	if (a == b)
		return;
	if (level == 0) {
		compare_leaves(a, b, first, c);
		return;
	}
	for (unsigned int i = 0; i < FAN; i++)
		compare(ia->child[i], ib->child[i], level - 1, first + (i << level * FAN_SHIFT), c);
}

void image_differences(const struct mem_image *a, const struct mem_image *b,
		       void (*visit)(void *context, uint32_t index,
				     const struct image_entry *entry),
		       void *context)
{
	const struct comparison c = {visit, context};
	const unsigned int height = a ? a->height : b ? b->height : 0;

	compare(a ? a->root : NULL, b ? b->root : NULL, height, 0, &c);
}
