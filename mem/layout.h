/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_LAYOUT_H
#define MEM_LAYOUT_H

/*
 * What struct mem looks like, and the functions of mem.h that every access goes through: they cost a
 * few instructions only when the compiler sees them. The fields are for mem/ alone.
 */

#include <pthread.h>
#include <stdatomic.h>

#include "mem/mem.h"
#include "mem/set.h"
#include "mem/watch.h"
#include "smc/mutant.h"

#define MEM_MAX_BANKS (3 * RMMSIM_MAX_BANKS)

/* Protection of the host view: mem/protect.c. Changed with `lock` held, which is not the instance's. */
struct protect {
	bool on;
	bool pointers_end; /* config.host_pointers_end, with protection off */
	atomic_bool lock;
	struct granule_set open; /* granules that are accessible */
	/* Content that the Host could change since mem->head; with protection off since boot. */
	struct granule_set exposed;
	atomic_uint exposed_count; /* with protection on */
	atomic_bool
		stirred; /* an exposed granule was asked for, opened or written since protect_reset() */
	uint32_t quiet, patience; /* resets since; how many of them close everything */
	uint32_t next;            /* index after the granules that were opened last */
	uint32_t window;          /* how many that were */
	uint32_t mappings;        /* more than an inaccessible view has */
	uint32_t mappings_max;
	atomic_uint changes; /* of the accessibility of any granule */
	atomic_ullong unprotected;
	atomic_uint rearmed; /* see fault_rearm() */
};

struct mem_bank {
	uint64_t base, size;      /* PA, bytes */
	struct granule *granules; /* record of the granule at `base` */
	uint8_t *realm, *host;    /* the byte at `base` in the two views */
	uint32_t first;           /* index of the granule at `base` */
	enum granule_kind kind;
};

struct mem {
	unsigned int bank_count;
	uint32_t granule_count;
	struct granule *table; /* all banks in ascending order of PA */
	uint64_t *settled;     /* bit per granule: a write needs no mem_write_first() */

	struct granule_set touched; /* records that were ever changed */

	/* What may differ from `head`: mem/snapshot.c */
	struct granule_set changed, written; /* record, content */
	struct mem_image *head;              /* last snapshot or restore; NULL: the boot state */
	uint64_t restored;

	/* In the order of the configuration, DRAM first, which is what is looked for most. */
	struct mem_bank banks[MEM_MAX_BANKS];

	pthread_mutex_t lock;

	uint64_t *watched;    /* bit per granule; NULL until an engine watches: mem/watch.h */
	uint64_t *watch_bits; /* its memory */
	struct mem_log log;

	uint64_t *committed; /* bit per granule: the system was asked for its memory */

	struct protect protect;

	uint8_t *realm_view, *host_view; /* guard, bank, guard, bank, ..., guard */
	size_t view_size, whole_size;    /* whole: from struct mem to the end of its tables */

	rmmsim_gpf_fn gpf;
	void *gpf_context;
	_Atomic(struct mem *) next; /* in the list of the fault handler */
};

static inline void mem_lock(struct mem *mem)
{
	pthread_mutex_lock(&mem->lock);
}

static inline void mem_unlock(struct mem *mem)
{
	pthread_mutex_unlock(&mem->lock);
}

#ifdef RMMSIM_MUTANTS
/* For the test that misses each lock: tests/mutants/test_lock_threads.c */
#define mem_lock(mem)   (mutant_locks(__func__) ? mem_lock(mem) : (void)0)
#define mem_unlock(mem) (mutant_locks(__func__) ? mem_unlock(mem) : (void)0)
#endif

static inline const struct mem_bank *mem_bank_at(const struct mem *mem, uint64_t pa)
{
	const struct mem_bank *bank = mem->banks;

	for (unsigned int i = 0; i < mem->bank_count; i++, bank++) {
		if (pa - bank->base < bank->size)
			return bank;
	}
	return NULL;
}

static inline const struct mem_bank *mem_bank_of(const struct mem *mem,
						 const struct granule *granule)
{
	const uint32_t index = mem_index(mem, granule);
	const struct mem_bank *bank = mem->banks;

	while (index - bank->first >= bank->size >> GRANULE_SHIFT)
		bank++;
	return bank;
}

static inline struct granule *mem_find(const struct mem *mem, uint64_t pa)
{
	const struct mem_bank *bank = mem_bank_at(mem, pa);

	return bank ? bank->granules + ((pa - bank->base) >> GRANULE_SHIFT) : NULL;
}

static inline uint64_t mem_pa(const struct mem *mem, const struct granule *granule)
{
	const struct mem_bank *bank = mem_bank_of(mem, granule);

	return bank->base + ((uint64_t)(granule - bank->granules) << GRANULE_SHIFT);
}

static inline enum granule_kind mem_kind(const struct mem *mem, const struct granule *granule)
{
	return mem_bank_of(mem, granule)->kind;
}

static inline uint32_t mem_index(const struct mem *mem, const struct granule *granule)
{
	return (uint32_t)(granule - mem->table);
}

static inline struct granule *mem_at_index(const struct mem *mem, uint32_t index)
{
	return mem->table + index;
}

static inline uint32_t mem_granules(const struct mem *mem)
{
	return mem->granule_count;
}

static inline const void *mem_r(const struct mem *mem, uint64_t pa)
{
	const struct mem_bank *bank = mem_bank_at(mem, pa);

	return bank ? bank->realm + (pa - bank->base) : NULL;
}

/* The record of the granule is about to change. */
static inline void mem_watch_check(struct mem *mem, uint32_t index)
{
	if (mem->watched && (mem->watched[index / 64] >> index % 64 & 1))
		mem_watch_changed(mem, index);
}

/* The record changes, not only in what mem_each() is interested in. */
static inline void mem_record_changes(struct mem *mem, const struct granule *granule)
{
	granule_set_add(&mem->touched, mem_index(mem, granule));
	granule_set_add(&mem->changed, mem_index(mem, granule));
}

static inline void mem_set_refs(struct mem *mem, struct granule *granule, uint16_t refs)
{
	granule_set_add(&mem->changed, mem_index(mem, granule));
	granule->refs = refs;
}

/* The slow part of mem_w(): mem/write.c */
void mem_write_first(struct mem *mem, const struct mem_bank *bank, uint32_t index);

static inline void *mem_w(struct mem *mem, uint64_t pa)
{
	const struct mem_bank *bank = mem_bank_at(mem, pa);
	uint32_t index;

	if (!bank)
		return NULL;
	index = bank->first + (uint32_t)((pa - bank->base) >> GRANULE_SHIFT);
	if (__builtin_expect(!(mem->settled[index / 64] >> index % 64 & 1), 0))
		mem_write_first(mem, bank, index);
	return bank->realm + (pa - bank->base);
}

static inline struct granule *mem_owner(const struct mem *mem, const struct granule *granule)
{
	return granule->owner ? mem->table + (granule->owner - 1) : NULL;
}

#endif
