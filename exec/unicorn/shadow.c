/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The shadow of stage 2: tables that the CPU walks, one root per Realm and Plane, filled with answers
 * of rmmsim_translate() when the CPU faults and dropped when the instance says that an answer changed.
 *
 * A page is writable or executable, never both: see hostile.c.
 */
#include <string.h>

#include "exec/unicorn/unicorn.h"

#define DESC_VALID UINT64_C(1)
#define DESC_TABLE UINT64_C(3)
#define DESC_PAGE  UINT64_C(3)
#define DESC_R     (UINT64_C(1) << 6)
#define DESC_W     (UINT64_C(1) << 7)
#define DESC_SH    (UINT64_C(3) << 8)
#define DESC_AF    (UINT64_C(1) << 10)
#define DESC_XN    (UINT64_C(2) << 53)
#define DESC_PA    UINT64_C(0x0000fffffffff000)
#define ATTR_WB    (UINT64_C(0xf) << 2)
#define ATTR_DEV   (UINT64_C(1) << 2)

#define LEVELS         4
#define SHIFT(level)   (39 - 9 * (level))
#define IPA_TOP        (UINT64_C(1) << PA_BITS)
#define COVERED(level) (UINT64_C(1) << (SHIFT(level) + 9)) /* by a table of this level */

/* What a change of a granule means: kind, slot, level, IPA page. */
enum origin { ORIGIN_NONE, ORIGIN_PAGE, ORIGIN_TABLE, ORIGIN_SLOT };
#define ORIGIN_MANY (~UINT64_C(0))
#define ORIGIN(kind, slot, level, ipa) \
	((uint64_t)(kind) << 62 | (uint64_t)(slot) << 54 | (uint64_t)(level) << 50 | (ipa) >> 12)
#define ORIGIN_KIND(o)    ((enum origin)((o) >> 62))
#define ORIGIN_SLOT_OF(o) ((unsigned int)((o) >> 54 & 0xff))
#define ORIGIN_LEVEL(o)   ((int)((o) >> 50 & 0xf))
#define ORIGIN_IPA(o)     (((o) & ((UINT64_C(1) << 50) - 1)) << 12)

static uint64_t *table_at(struct rmmsim_unicorn *u, uint64_t pa)
{
	return (uint64_t *)(void *)(u->pool.memory + (pa - u->pool.base));
}

static unsigned int index_of(uint64_t ipa, int level)
{
	return (unsigned int)(ipa >> SHIFT(level)) % ENTRIES;
}

static unsigned int slot_number(const struct rmmsim_unicorn *u, const struct slot *slot)
{
	return (unsigned int)(slot - u->slots);
}

/* --- dropping ------------------------------------------------------------------------------------- */

/* A leaf may point into the pool: a cleaned copy. */
static void drop_entry(struct rmmsim_unicorn *u, uint64_t *entry, int level)
{
	const uint64_t pa = *entry & DESC_PA;
	uint64_t *table;

	if (!(*entry & DESC_VALID))
		return;
	u->flush = true;
	*entry = 0;
	if (level < LEVELS - 1) {
		table = table_at(u, pa);
		for (unsigned int i = 0; i < ENTRIES; i++)
			drop_entry(u, &table[i], level + 1);
	}
	if (pa - u->pool.base < u->pool.size)
		pool_release(&u->pool, pa);
}

/* The entry that decides about `ipa` at `level`, NULL if the tables end above it. */
static uint64_t *find(struct rmmsim_unicorn *u, uint64_t root, uint64_t ipa, int level)
{
	uint64_t *table = root ? table_at(u, root) : NULL;

	for (int l = 0; table && l < level; l++) {
		const uint64_t entry = table[index_of(ipa, l)];

		table = entry & DESC_VALID ? table_at(u, entry & DESC_PA) : NULL;
	}
	return table ? &table[index_of(ipa, level)] : NULL;
}

static void drop_root(struct rmmsim_unicorn *u, uint64_t root)
{
	uint64_t *table = root ? table_at(u, root) : NULL;

	for (unsigned int i = 0; table && i < ENTRIES; i++)
		drop_entry(u, &table[i], 0);
}

static void drop_slot(struct rmmsim_unicorn *u, struct slot *slot)
{
	for (unsigned int plane = 0; plane < PLANES; plane++)
		drop_root(u, slot->root[plane]);
	slot->restricted = 0;
}

/* Everything that a table of `level` covers around `ipa`: one entry of the level above. */
static void drop_covered(struct rmmsim_unicorn *u, struct slot *slot, uint64_t ipa, int level)
{
	if (level <= 0) {
		drop_slot(u, slot);
		return;
	}
	for (unsigned int plane = 0; plane < PLANES; plane++) {
		uint64_t *entry = find(u, slot->root[plane], ipa, level - 1);

		if (entry)
			drop_entry(u, entry, level - 1);
	}
}

static void drop_page(struct rmmsim_unicorn *u, struct slot *slot, uint64_t ipa)
{
	for (unsigned int plane = 0; plane < PLANES; plane++) {
		uint64_t *entry = find(u, slot->root[plane], ipa, LEVELS - 1);

		if (entry)
			drop_entry(u, entry, LEVELS - 1);
	}
}

void shadow_drop_all(struct rmmsim_unicorn *u)
{
	for (unsigned int i = 0; i < SLOTS; i++) {
		struct slot *slot = &u->slots[i];

		drop_slot(u, slot);
		for (unsigned int plane = 0; plane < PLANES; plane++) {
			if (slot->root[plane])
				pool_release(&u->pool, slot->root[plane]);
		}
		*slot = (struct slot){0};
	}
	/* Origins may stay: at worst they drop something that is not there. */
	u->flush = true;
	u->last = NULL;
}

/* --- the log of the instance ------------------------------------------------------------------------ */

static uint64_t *origin_at(struct rmmsim_unicorn *u, uint64_t pa)
{
	struct region *region = memory_region(u, pa);

	return region ? &region->origin[(pa - region->base) / PAGE_SIZE] : NULL;
}

static void granule_changed(struct rmmsim_unicorn *u, uint64_t pa)
{
	uint64_t *origin = origin_at(u, pa);
	const uint64_t o = origin ? *origin : 0;
	struct slot *slot = &u->slots[ORIGIN_SLOT_OF(o) % SLOTS];

	if (!o)
		return;
	*origin = 0;
	if (o == ORIGIN_MANY)
		shadow_drop_all(u);
	else if (ORIGIN_KIND(o) == ORIGIN_PAGE)
		drop_page(u, slot, ORIGIN_IPA(o));
	else if (ORIGIN_KIND(o) == ORIGIN_TABLE)
		drop_covered(u, slot, ORIGIN_IPA(o), ORIGIN_LEVEL(o));
	else
		drop_slot(u, slot);
}

void shadow_sync(struct rmmsim_unicorn *u)
{
	uint64_t pa[64];
	size_t count;

	while (shadow_changed(u)) {
		count = rmmsim_engine_changes(u->sim, &u->change_line, pa,
					      sizeof(pa) / sizeof(pa[0]));
		if (count == SIZE_MAX) {
			shadow_drop_all(u);
			continue;
		}
		for (size_t i = 0; i < count; i++)
			granule_changed(u, pa[i]);
	}
	/* Where everything was dropped, the slots are free. */
	u->slot = shadow_slot(u, u->vcpu->rd);
}

/* --- filling ------------------------------------------------------------------------------------------ */

struct slot *shadow_slot(struct rmmsim_unicorn *u, uint64_t rd)
{
	struct slot *free = NULL;

	for (unsigned int i = 0; i < SLOTS; i++) {
		if (u->slots[i].rd == rd)
			return &u->slots[i];
		if (!u->slots[i].rd && !free)
			free = &u->slots[i];
	}
	if (!free) {
		shadow_drop_all(u);
		free = &u->slots[0];
	}
	free->rd = rd;
	return free;
}

uint64_t shadow_root(struct rmmsim_unicorn *u)
{
	uint64_t *root = &u->slot->root[u->vcpu->plane];

	if (!*root)
		*root = pool_page(&u->pool);
	return *root;
}

/* The pool is empty: everything goes, and comes back as it is used. */
static uint64_t page_or_all(struct rmmsim_unicorn *u)
{
	const uint64_t rd = u->slot->rd;
	uint64_t pa = pool_page(&u->pool);

	if (pa)
		return pa;
	shadow_drop_all(u);
	u->slot = shadow_slot(u, rd);
	return 0;
}

/* Leaf entry for `ipa`, with the tables above it. NULL: everything was dropped, start again. */
static uint64_t *make(struct rmmsim_unicorn *u, uint64_t ipa)
{
	uint64_t *table = table_at(u, shadow_root(u));

	for (int level = 0; level < LEVELS - 1; level++) {
		uint64_t *entry = &table[index_of(ipa, level)];

		if (!(*entry & DESC_VALID)) {
			const uint64_t pa = page_or_all(u);

			if (!pa)
				return NULL;
			*entry = pa | DESC_TABLE;
		}
		table = table_at(u, *entry & DESC_PA);
	}
	return &table[index_of(ipa, LEVELS - 1)];
}

static void note(struct rmmsim_unicorn *u, uint64_t pa, uint64_t value)
{
	uint64_t *origin = pa ? origin_at(u, pa) : NULL;

	if (!origin || *origin == value)
		return;
	if (!*origin)
		*origin = value;
	else if (*origin != ORIGIN_MANY && ORIGIN_SLOT_OF(*origin) == ORIGIN_SLOT_OF(value))
		*origin = ORIGIN(ORIGIN_SLOT, ORIGIN_SLOT_OF(value), 0, 0);
	else
		*origin = ORIGIN_MANY;
}

static void note_origins(struct rmmsim_unicorn *u, uint64_t ipa, const struct rmmsim_translation *t)
{
	const unsigned int slot = slot_number(u, u->slot);
	const uint64_t page = ipa & ~PAGE_MASK;
	/* A start level of several tables covers more than one would. */
	const int level = t->level < 0 ? 0 : t->level;

	note(u, t->pa & ~PAGE_MASK, ORIGIN(ORIGIN_PAGE, slot, 0, page));
	note(u, t->table & ~PAGE_MASK,
	     ORIGIN(ORIGIN_TABLE, slot, level, level ? page & ~(COVERED(level) - 1) : 0));
	note(u, t->root, ORIGIN(ORIGIN_SLOT, slot, 0, 0));
	note(u, t->realm, ORIGIN(ORIGIN_SLOT, slot, 0, 0));
}

static uint64_t leaf(const struct rmmsim_translation *t)
{
	return (t->pa & ~PAGE_MASK) | DESC_PAGE | DESC_SH | DESC_AF |
	       (t->device ? ATTR_DEV : ATTR_WB) | (t->allowed & RMMSIM_ALLOW_READ ? DESC_R : 0);
}

/* The same, in the place where code is executed. */
static uint64_t executed_leaf(struct rmmsim_unicorn *u, const struct rmmsim_translation *t)
{
	return (leaf(t) & ~DESC_PA) | memory_code(u, t->pa & ~PAGE_MASK);
}

/* An executable page: as it is, or a copy that cannot be read if it has hostile words. */
static uint64_t code_leaf(struct rmmsim_unicorn *u, const struct rmmsim_translation *t)
{
	const uint32_t *words = memory_at(u, t->pa & ~PAGE_MASK);
	uint64_t copy;

	if (!words)
		return 0;
	if (!hostile_page(words))
		return executed_leaf(u, t);
	copy = page_or_all(u);
	if (!copy)
		return 0;
	hostile_clean((uint32_t *)(void *)table_at(u, copy), words);
	return (leaf(t) & ~(DESC_PA | DESC_R)) | copy;
}

void shadow_fill(struct rmmsim_unicorn *u, uint64_t ipa, const struct rmmsim_translation *t,
		 bool fetch)
{
	const unsigned int both = RMMSIM_ALLOW_FETCH_EL0 | RMMSIM_ALLOW_FETCH_EL1;
	uint64_t *entry, desc;

	if (ipa >= IPA_TOP)
		return;
	if (fetch)
		drop_page(u, u->slot, ipa);
	desc = fetch ? code_leaf(u, t)
		     : leaf(t) | DESC_XN | (t->allowed & RMMSIM_ALLOW_WRITE ? DESC_W : 0);
	entry = desc ? make(u, ipa) : NULL;
	if (!entry)
		return;
	if (fetch && (t->allowed & both) != both && (t->allowed & both)) {
		u->slot->restricted++;
		attend(u);
	}
	*entry = desc;
	note_origins(u, ipa, t);
}

void shadow_fill_both(struct rmmsim_unicorn *u, uint64_t ipa, const struct rmmsim_translation *t)
{
	uint64_t *entry;

	drop_page(u, u->slot, ipa);
	entry = make(u, ipa);
	if (!entry)
		return;
	*entry = executed_leaf(u, t) | DESC_W;
	note_origins(u, ipa, t);
}

bool shadow_executable(struct rmmsim_unicorn *u, uint64_t ipa)
{
	for (unsigned int plane = 0; plane < PLANES; plane++) {
		const uint64_t *entry = find(u, u->slot->root[plane], ipa, LEVELS - 1);

		if (entry && (*entry & DESC_VALID) && !(*entry & DESC_XN))
			return true;
	}
	return false;
}

void shadow_make_writable(struct rmmsim_unicorn *u, uint64_t ipa)
{
	drop_page(u, u->slot, ipa);
}

void shadow_make_readable(struct rmmsim_unicorn *u, uint64_t ipa)
{
	uint64_t *entry = find(u, u->slot->root[u->vcpu->plane], ipa, LEVELS - 1);

	if (entry && (*entry & DESC_VALID))
		*entry |= DESC_R;
}

uint64_t shadow_output(struct rmmsim_unicorn *u, uint64_t ipa)
{
	const uint64_t *entry = find(u, u->slot->root[u->vcpu->plane], ipa, LEVELS - 1);

	return entry && (*entry & DESC_VALID) ? *entry & DESC_PA : 0;
}
