/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RTT_RTT_H
#define RTT_RTT_H

/*
 * Realm translation tables in simulated memory: walk, create, destroy, fold, ranges, auxiliary
 * trees. The commands of rmm/ test their conditions with the query functions and then call the
 * functions that change; those cannot fail.
 *
 * Words: a *tree* is the root tables (one, or several that are concatenated) and what hangs below: tree 0 is the primary
 * one, the others belong to auxiliary Planes; an *entry* is a descriptor as struct rtt_entry (state, RIPAS, address,
 * permissions); a *walk* is where following an IPA ended: at the wanted level, or above it; an entry *pins* its table if
 * the table cannot be destroyed because of it; *fold* puts an entry of the parent in place of a table whose entries say
 * the same; *skip* is how far an IPA may jump because nothing is there.
 *
 *	walk = rtt_walk(mem, &realm->s2, 0, ipa, RTT_LEVEL_PAGE);
 *	if (walk.level == RTT_LEVEL_PAGE && walk.entry.state == RTT_UNASSIGNED)
 *		rtt_write(mem, &realm->s2, &walk, &entry);
 *
 * The instance lock is held in all functions.
 *
 * granule.refs of an RTT counts the entries that make the table live (rtt_entry_pins_table), and in
 * an auxiliary root the start-level entries copied by AUX_MAP_UNPROTECTED too. granule.refs of a DATA
 * granule counts its auxiliary mappings.
 */

#include "rtt/entry.h"

struct rtt_walk {
	int level;          /* level the walk reached */
	uint64_t table;     /* PA of the table that holds the entry */
	unsigned int index; /* of the entry in that table */
	struct rtt_entry entry;
};

/*
 * Walks tree `tree` from its root towards `level`: rmi-commands.md#1.3. `ipa` must be in range.
 */
struct rtt_walk rtt_walk(const struct mem *mem, const struct rtt_s2 *s2, unsigned int tree,
			 uint64_t ipa, int level);

/* Another entry of the primary tree's table in which a walk ended. */
struct rtt_walk rtt_at(const struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk,
		       unsigned int index);

/* The skip rule: rtt.md#4.1. Uses the state of the walk's table as it is now. */
uint64_t rtt_skip(const struct mem *mem, const struct rtt_s2 *s2, unsigned int tree, uint64_t ipa,
		  const struct rtt_walk *walk);

/* Writes `entry` where the walk ended and keeps the table's reference count. */
void rtt_write(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk,
	       const struct rtt_entry *entry);

/* Initialises the root tables of a tree: rtt.md#1.2. State of the granules is the caller's. */
void rtt_init_root(struct mem *mem, const struct rtt_s2 *s2, unsigned int tree);
/* Some root table of the tree is live: rmi-commands.md#4 (REALM_DESTROY). */
bool rtt_root_live(const struct mem *mem, const struct rtt_s2 *s2, unsigned int tree);

/* Fills the child table at `table_pa` from the parent entry of `walk` (unfold) and links it. */
void rtt_create(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk, uint64_t ipa,
		uint64_t table_pa);
bool rtt_table_live(const struct mem *mem, uint64_t table_pa);
/* Unlinks the child: parent entry UNASSIGNED/DESTROYED (Protected) or UNASSIGNED_NS. */
void rtt_destroy(struct mem *mem, const struct rtt_s2 *s2, unsigned int tree,
		 const struct rtt_walk *walk, uint64_t ipa);

enum rtt_fold_result {
	RTT_FOLD_OK,
	RTT_FOLD_NOT_HOMOGENEOUS,
	RTT_FOLD_NO_BLOCK, /* uniform, but the parent level has no block of this kind */
};
/*
 * Whether the child table (at `level`) of the TABLE entry in `walk` folds; *parent is the entry that
 * replaces it. `full_table_is_block` is quirk fold-full-table: rmi-commands.md#1.4.
 */
enum rtt_fold_result rtt_fold_check(const struct mem *mem, const struct rtt_s2 *s2,
				    unsigned int tree, const struct rtt_walk *walk, uint64_t ipa,
				    int level, bool full_table_is_block, struct rtt_entry *parent);
void rtt_fold(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk,
	      const struct rtt_entry *parent);

/* --- auxiliary trees: rmi-commands.md#7, planes.md#6 --------------------------------------- */

/* Some auxiliary tree maps a granule of the entry: only for ASSIGNED entries of the primary tree. */
bool rtt_aux_live(const struct mem *mem, const struct rtt_entry *entry, int level);
/* The start-level entry covering an Unprotected IPA is shared with some auxiliary tree. `any_level`
 * is quirk aux-ref-any-level; otherwise only the table the entry points to (`level` is start + 1). */
bool rtt_aux_referenced(const struct mem *mem, const struct rtt_s2 *s2, uint64_t ipa, int level,
			bool any_level);
/* Maps the primary entry at `primary` into the auxiliary entry at `aux` (prepared by conditions).
 * `block_offset_quirk` is quirk aux-map-block-offset. Already mapped: no change. */
void rtt_aux_map(struct mem *mem, const struct rtt_s2 *s2, unsigned int tree, uint64_t ipa,
		 const struct rtt_walk *primary, const struct rtt_walk *aux,
		 bool block_offset_quirk);
void rtt_aux_unmap(struct mem *mem, const struct rtt_s2 *s2, unsigned int tree,
		   const struct rtt_walk *aux);
/* Copies the primary start-level entry (`primary`) to the auxiliary root (`aux`). With `recount`
 * (quirk aux-map-unprotected-recount) a repeated copy of a TABLE counts once more. */
void rtt_aux_map_ns(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *primary,
		    const struct rtt_walk *aux, bool recount);
void rtt_aux_unmap_ns(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *aux);

/* --- ranges inside one table ---------------------------------------------------------------- */

/*
 * RTT_INIT_RIPAS: processes entries from `base` up, UNASSIGNED ones and, with `assigned`, ASSIGNED ones too;
 * calls `measure`, unless it is NULL, once per entry, in order.
 * Returns the end of the last entry processed (== base: no progress). rmi-commands.md#6
 */
uint64_t rtt_init_ripas(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk,
			uint64_t base, uint64_t top, bool assigned,
			void (*measure)(void *context, uint64_t base, uint64_t top), void *context);
/* How far it would get, without changing anything. */
uint64_t rtt_init_ripas_top(const struct mem *mem, const struct rtt_s2 *s2,
			    const struct rtt_walk *walk, uint64_t base, uint64_t top,
			    bool assigned);

struct rtt_ripas_request {
	enum rmi_ripas ripas; /* EMPTY or RAM */
	bool change_destroyed;
};
struct rtt_range_result {
	uint64_t top;  /* end of the last processed entry; == base without progress */
	bool aux_live; /* stopped at an auxiliary-live entry, `top` is its IPA */
};
/* RTT_SET_RIPAS. With `apply` false nothing changes and the result tells what would happen. */
struct rtt_range_result rtt_set_ripas(struct mem *mem, const struct rtt_s2 *s2,
				      const struct rtt_walk *walk, uint64_t base, uint64_t top,
				      const struct rtt_ripas_request *request, bool apply);

struct rtt_s2ap_result {
	uint64_t top;    /* IPA reached */
	bool misaligned; /* stopped at an entry that crosses the top of the request */
};
/* RTT_SET_S2AP in tree `tree`: overlay index `index` for entries from `base`: planes.md#7 */
struct rtt_s2ap_result rtt_set_s2ap(struct mem *mem, const struct rtt_s2 *s2, unsigned int tree,
				    const struct rtt_walk *walk, uint64_t base, uint64_t top,
				    unsigned int index, bool apply);

/* --- device memory: device-assignment.md#9.1, planes.md#5.5 ---------------------------------- */

void rtt_dev_map(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk, uint64_t pa,
		 bool coherent);
/* The Realm accepts what is mapped: RIPAS becomes DEV. */
void rtt_dev_validate(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk);
void rtt_dev_unmap(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk);

/* --- data: rmi-commands.md#3 ----------------------------------------------------------------- */

/* Maps a page; `ripas` is RAM for DATA_CREATE, the entry's own for DATA_CREATE_UNKNOWN. */
void rtt_data_map(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk,
		  uint64_t pa, enum rmi_ripas ripas);
void rtt_data_unmap(struct mem *mem, const struct rtt_s2 *s2, const struct rtt_walk *walk);

/*
 * Calls `visit` for every entry of a tree that is not UNASSIGNED/UNASSIGNED_NS, depth first, a TABLE
 * before what is below it. The tables below an Unprotected entry of an auxiliary tree belong to the
 * primary tree (planes.md#6.3): they are visited there only.
 */
void rtt_each(const struct mem *mem, const struct rtt_s2 *s2, unsigned int tree,
	      void (*visit)(void *context, uint64_t ipa, const struct rtt_walk *walk),
	      void *context);

#endif
