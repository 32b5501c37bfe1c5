/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_IMAGE_H
#define MEM_IMAGE_H

/*
 * The records and contents of all granules at one time. An image is a tree whose parts are shared with
 * other images, so that it costs what distinguishes it from the one it was made from, and two images
 * are compared in the time that their differences take. With the instance locked.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mem/granule.h"

struct image_page {
	uint32_t refs;
	uint64_t
		hash; /* image_hash() of the bytes once it was asked for, 0 before; never of zeros */
	uint8_t bytes[GRANULE_SIZE];
};

/* What is not in an image is a granule as it is at boot: a record of zeros, content of zeros. */
struct image_entry {
	struct granule record;
	struct image_page *page; /* NULL: zeros */
};

struct mem_image {
	uint32_t refs;
	unsigned int height; /* levels above the leaves */
	void *root;
	uint64_t sum; /* of what its maker adds up */
};

/* A copy of `from`, or an image of the boot state of `granules` granules; NULL without memory. */
struct mem_image *image_copy(const struct mem_image *from, uint32_t granules);
struct mem_image *image_hold(struct mem_image *image);
/* NULL is allowed. */
void image_release(struct mem_image *image);

/* `image` may be NULL: the boot state. The entry is not held. */
struct image_entry image_get(const struct mem_image *image, uint32_t index);
/* Changes an image that has one owner. Takes over the page. False without memory. */
bool image_set(struct mem_image *image, uint32_t index, const struct image_entry *entry);

/* Both may be NULL. In ascending order; `visit` gets what is in `b`. */
void image_differences(const struct mem_image *a, const struct mem_image *b,
		       void (*visit)(void *context, uint32_t index,
				     const struct image_entry *entry),
		       void *context);

/* NULL without memory. */
struct image_page *image_page(const void *bytes);
void image_page_release(struct image_page *page);
/* 0 for zeros. */
uint64_t image_hash(const void *granule);
/* image_hash() of the page's bytes; NULL: of zeros. */
uint64_t image_page_hash(struct image_page *page);
/* The bytes are those of the page; NULL: zeros. */
bool image_page_is(const struct image_page *page, const void *bytes);

#endif
