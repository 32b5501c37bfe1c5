/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_PROTECT_H
#define MEM_PROTECT_H

/*
 * Protection of the host view: docs/adr/0002-lazy-host-protection.md. A granule that is not Non-secure
 * is never accessible there; a Non-secure granule may be inaccessible until a caller asks for it or
 * touches it.
 */

#include "mem/mem.h"

/* Before the Host gets the first pointer. */
void protect_start(struct mem *mem);

/*
 * The granule has just left the Non-secure PAS: its record says so already. Called with the lock of the
 * instance held.
 */
void protect_close(struct mem *mem, const struct granule *granule);
/*
 * Makes the Non-secure granules of [pa, pa + size), which lies in `bank`, accessible. With protection off
 * too, remembers that the Host has access to them.
 */
void protect_open(struct mem *mem, const struct mem_bank *bank, uint64_t pa, size_t size);

/*
 * Memory is what a snapshot says. Few exposed granules stay so while the Host uses them; else everything is
 * inaccessible again, and nothing exposed. With protection off nothing is exposed any more where pointers end.
 */
void protect_reset(struct mem *mem);
/* The Host uses an exposed granule. */
static inline void protect_stir(struct mem *mem)
{
	atomic_store_explicit(&mem->protect.stirred, true, memory_order_relaxed);
}

enum protect_verdict {
	PROTECT_FORBIDDEN,  /* not Non-secure */
	PROTECT_OPENED,     /* is accessible now */
	PROTECT_ACCESSIBLE, /* was so already */
	PROTECT_FAILED,     /* the system refuses */
};
/* The Host touched the granule and took a fault. Async-signal-safe. */
enum protect_verdict protect_touch(struct mem *mem, uint32_t index);

/* State and PAS of a granule, while other threads change it. Async-signal-safe. */
struct granule protect_state(const struct granule *granule);

#endif
