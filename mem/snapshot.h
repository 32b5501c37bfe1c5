/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_SNAPSHOT_H
#define MEM_SNAPSHOT_H

/*
 * Snapshots of memory and granule table. All with the instance locked, no REC running and the Host not
 * using memory meanwhile.
 *
 * What may have changed since the last snapshot or restore is known: records by the state functions,
 * content by mem_w(), and content that the Host changed on its own by what it had access to: with
 * protection on the granules that were opened and not closed for all since, with protection off those of a
 * mem_host() of at most MEM_HOST_OPEN bytes, and what is told to mem_touch().
 */

#include "mem/image.h"
#include "mem/mem.h"

/* What is known by what changed is compared with what is so, at the price of reading everything: a build option. */
#ifndef RMMSIM_COMPARES
#define RMMSIM_COMPARES 0
#endif

/* The caller releases the image with image_release(). RMMSIM_ERR_MEMORY: nothing has changed. */
enum rmmsim_status mem_snapshot(struct mem *mem, struct mem_image **image);

/*
 * Goes back, or forth, to an image of this memory. Cost grows with what was changed since the last
 * snapshot or restore, and with what distinguishes the two. `rec` is told the PA of every granule that
 * was or becomes a REC and changes; it may be NULL.
 */
void mem_restore(struct mem *mem, struct mem_image *image, void (*rec)(void *context, uint64_t pa),
		 void *context);
/* How many granules the last mem_restore() looked at. */
uint64_t mem_restored(const struct mem *mem);

/*
 * Sums up state, PAS, references and owner of every record, and the content of every granule but the
 * DELEGATED ones in DRAM: theirs is lost when they are undelegated.
 */
uint64_t mem_fingerprint(struct mem *mem);

/*
 * Visits every granule whose record or content may differ from the image's (NULL: the boot state), some of them
 * twice; not those of which only the Host has changed the content.
 */
void mem_differences(struct mem *mem, const struct mem_image *image,
		     void (*visit)(void *context, uint32_t index), void *context);
/*
 * The last snapshot or restore, if nothing but the Host has changed anything since; NULL otherwise, and before the
 * first one. Not held for the caller.
 */
struct mem_image *mem_image_of_now(struct mem *mem);

/* The content of the granules of [pa, pa + size) may have changed. RMMSIM_ERR_RANGE. */
enum rmmsim_status mem_touch(struct mem *mem, uint64_t pa, uint64_t size);

#endif
