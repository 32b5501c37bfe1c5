/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_MEM_H
#define MEM_MEM_H

/*
 * Simulated physical memory: one memfd, mapped twice. The realm view is for the library alone and
 * always accessible; the host view is what a host program dereferences, and there a granule that is
 * not Non-secure is PROT_NONE while protection is on. Beside it the granule table with the granule
 * protection table folded in.
 *
 * Words: a *granule* is 4 KiB of simulated memory and its record in the table, with state, owner, references and the
 * SMC that changed it last; a *bank* is a range of granules without a hole; *protect* means to make the host view of a
 * granule inaccessible; a *touch* is a write through a pointer that the Host keeps, which only the write watch
 * (mem/watch.h) sees; a *snapshot* is what mem/image.h keeps of changed granules.
 *
 *	granule = mem_find(mem, pa);                       -- NULL: not managed
 *	mem_set_state(mem, granule, GRANULE_RD, &call);    -- protection follows
 *	page = mem_w(mem, pa);                             -- realm view, to be written
 *
 * Threads: struct mem carries the lock of the instance. Every function here that reads or changes the
 * table or copies memory is called with the lock held, mem_w() too; mem_find() and mem_r() only compute
 * addresses, mem_host() may be called with or without the lock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rmmsim/rmmsim.h>

#include "mem/granule.h"

struct mem;

/* The SMC that is being carried out, recorded in every granule it changes. */
struct mem_call {
	uint64_t call;   /* sequence number, from 1 */
	uint8_t command; /* enum smc_command_id, opaque here */
};

/*
 * Creates the memory that `config` describes (banks, device ranges, protection). On failure nothing
 * is left and *error says why: RMMSIM_ERR_CONFIG (overlapping, unaligned, empty or too high ranges),
 * RMMSIM_ERR_MEMORY (the system refused). `error` may be NULL. Cost does not depend on the size of the
 * banks: memory and table are committed when they are touched.
 */
enum rmmsim_status mem_create(const struct rmmsim_config *config, struct mem **mem,
			      struct rmmsim_error *error);
void mem_destroy(struct mem *mem);

static inline void mem_lock(struct mem *mem);
static inline void mem_unlock(struct mem *mem);

/* The record of the granule that contains `pa`, NULL where the monitor manages no granule. */
static inline struct granule *mem_find(const struct mem *mem, uint64_t pa);
/* Inverse of mem_find(): the granule's PA. `granule` must come from this mem. */
static inline uint64_t mem_pa(const struct mem *mem, const struct granule *granule);
static inline enum granule_kind mem_kind(const struct mem *mem, const struct granule *granule);

/* Index of a granule over all banks, below mem_granules(); the value kept in granule.owner less 1. */
static inline uint32_t mem_index(const struct mem *mem, const struct granule *granule);
static inline struct granule *mem_at_index(const struct mem *mem, uint32_t index);
static inline uint32_t mem_granules(const struct mem *mem);

/*
 * Realm view of the byte at `pa`, which must be managed; the pointer is valid to the end of the
 * granule. Every write of the library goes through mem_w(), so that there is one place that knows
 * what changed. Memory that is written in ascending order is asked of the system in growing pieces.
 */
static inline const void *mem_r(const struct mem *mem, uint64_t pa);
static inline void *mem_w(struct mem *mem, uint64_t pa);

/*
 * Host view of [pa, pa + size), NULL unless the range lies inside one bank. The Non-secure granules of
 * a range of at most MEM_HOST_OPEN bytes are accessible afterwards, those of a longer one from their
 * first access on: docs/adr/0002-lazy-host-protection.md.
 */
#define MEM_HOST_OPEN (2ull << 20)
void *mem_host(struct mem *mem, uint64_t pa, size_t size);

/*
 * Copies on behalf of the Host: RMMSIM_ERR_RANGE unless the range lies inside one bank,
 * RMMSIM_ERR_PROTECTED if some granule of it is not Non-secure; then nothing is copied.
 */
enum rmmsim_status mem_host_read(const struct mem *mem, uint64_t pa, void *data, size_t size);
enum rmmsim_status mem_host_write(struct mem *mem, uint64_t pa, const void *data, size_t size);
/* The same for a debugger, for granules in any state. RMMSIM_ERR_RANGE. */
enum rmmsim_status mem_peek(const struct mem *mem, uint64_t pa, void *data, size_t size);
enum rmmsim_status mem_poke(struct mem *mem, uint64_t pa, const void *data, size_t size);

/*
 * Changes the state: record, GPT entry and host protection move together. UNDELEGATED means PAS NS,
 * any other state PAS REALM. Content, owner and refs stay as they are.
 */
void mem_set_state(struct mem *mem, struct granule *granule, enum granule_state state,
		   const struct mem_call *call);
/* Moves a Non-secure granule to another PAS and back, as EL3 firmware would do. */
void mem_set_pas(struct mem *mem, struct granule *granule, enum granule_pas pas);
/* `rd` is the record of the owner RD, NULL for no owner. */
void mem_set_owner(struct mem *mem, struct granule *granule, const struct granule *rd);
/* How many references the granule has, see struct granule. */
static inline void mem_set_refs(struct mem *mem, struct granule *granule, uint16_t refs);
/* The record as it was or will be at another time, for snapshots; not for records of other banks. */
void mem_set_record(struct mem *mem, struct granule *granule, const struct granule *record);
/* The owner RD's record or NULL. */
static inline struct granule *mem_owner(const struct mem *mem, const struct granule *granule);

/*
 * Calls `visit` for every granule whose record was ever changed, in ascending PA order. Cost grows
 * with what was touched, not with the size of the memory.
 */
void mem_each(const struct mem *mem, void (*visit)(void *context, struct granule *granule),
	      void *context);

/*
 * How often a granule that is not Non-secure became accessible in the host view or stayed so, because
 * the system has no mapping left (vm.max_map_count; a quarter of them is left to the program).
 */
uint64_t mem_unprotected(const struct mem *mem);
/*
 * Compares host protection and GPT of a granule; false if it is accessible and not Non-secure. That is
 * no disagreement once mem_unprotected() is not 0. True with protection off.
 */
bool mem_protection_agrees(const struct mem *mem, const struct granule *granule);

#include "mem/layout.h"

#endif
