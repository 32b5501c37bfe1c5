/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* What a payload becomes in memory: pages to be measured. */
#include <stdlib.h>
#include <string.h>

#include "tools/run.h"

/* --- where bytes go ------------------------------------------------------------------------------ */

bool run_in_ram(const struct run_options *options, uint64_t base, uint64_t size)
{
	return base >= RUN_RAM_BASE && base - RUN_RAM_BASE <= options->ram &&
	       size <= options->ram - (base - RUN_RAM_BASE);
}

bool run_image_open(struct run_image *image, uint64_t base, uint64_t top)
{
	image->base = base & ~(RUN_PAGE - 1);
	image->top = (top + RUN_PAGE - 1) & ~(RUN_PAGE - 1);
	image->bytes = calloc(1, image->top - image->base);
	image->used = calloc((image->top - image->base) / RUN_PAGE, sizeof(*image->used));
	image->written = calloc(image->top - image->base, sizeof(*image->written));
	return image->bytes && image->used && image->written;
}

bool run_image_put(struct run_image *image, uint64_t at, const uint8_t *bytes, uint64_t size)
{
	const uint64_t from = at - image->base;

	for (uint64_t i = 0; i < size; i++) {
		if (image->written[from + i] && image->bytes[from + i] != bytes[i])
			return false;
	}
	if (!size)
		return true;
	memcpy(image->bytes + from, bytes, size);
	memset(image->written + from, true, size);
	for (uint64_t page = from / RUN_PAGE; page <= (from + size - 1) / RUN_PAGE; page++)
		image->used[page] = true;
	return true;
}

void run_image_free(struct run_image *image)
{
	free(image->bytes);
	free(image->used);
	free(image->written);
	free(image->elf.bytes);
}

#endif
