/* SPDX-License-Identifier: BSD-3-Clause */
#include "mem/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem/protect.h"
#include "smc/mutant.h"

/* Granules of a machine that is small enough to look at all of them: RMMSIM_COMPARES. */
#define COMPARE_MOST 4096u

static uint8_t *content(const struct mem *mem, uint32_t index)
{
	const struct granule *granule = mem_at_index(mem, index);
	const struct mem_bank *bank = mem_bank_of(mem, granule);

	return bank->realm + ((uint64_t)(index - bank->first) << GRANULE_SHIFT);
}

/* --- what may have changed ----------------------------------------------------------------------- */

/* Memory that is not Non-secure, and was not before, is out of the Host's reach. */
static bool reached_by_host(const struct mem *mem, uint32_t index)
{
	return granule_set_has(&mem->protect.exposed, index) &&
	       (mem_at_index(mem, index)->pas == GRANULE_PAS_NS ||
		granule_set_has(&mem->changed, index));
}

static bool content_suspect(const struct mem *mem, uint32_t index)
{
	return granule_set_has(&mem->written, index) || reached_by_host(mem, index);
}

struct suspects {
	struct mem *mem;
	void (*visit)(void *context, uint32_t index);
	void *context;
};

static void suspect_written(void *context, uint32_t index)
{
	const struct suspects *s = context;

	if (!granule_set_has(&s->mem->changed, index))
		s->visit(s->context, index);
}

static void suspect_exposed(void *context, uint32_t index)
{
	const struct suspects *s = context;

	if (!granule_set_has(&s->mem->changed, index) &&
	    !granule_set_has(&s->mem->written, index) && reached_by_host(s->mem, index))
		s->visit(s->context, index);
}

/* Every granule that may differ from mem->head, once. */
static void each_suspect(struct mem *mem, void (*visit)(void *context, uint32_t index),
			 void *context)
{
	struct suspects s = {mem, visit, context};

	granule_set_each(&mem->changed, visit, context);
	granule_set_each(&mem->written, suspect_written, &s);
	granule_set_each(&mem->protect.exposed, suspect_exposed, &s);
}

static void unsettle(void *context, uint32_t index)
{
	struct mem *mem = context;

	mem->settled[index / 64] = 0;
}

/* Memory is what mem->head says. */
static void nothing_suspect(struct mem *mem)
{
	granule_set_each(&mem->written, unsettle, mem);
	granule_set_empty(&mem->written);
	granule_set_empty(&mem->changed);
	protect_reset(mem);
	mem_watch_lost(mem);
}

/* --- fingerprint ----------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0xff51afd7ed558ccd;
	return hash ^ hash >> 32;
}

/* What DELEGATED memory contains is lost when it is undelegated. */
static bool content_counts(const struct mem *mem, uint32_t index, const struct granule *record)
{
	return record->state != GRANULE_DELEGATED ||
	       mem_kind(mem, mem_at_index(mem, index)) != GRANULE_DRAM;
}

static uint64_t hash_of(uint32_t index, const struct granule *record, uint64_t content_hash)
{
	const uint64_t facts = (uint64_t)record->owner << 32 | (uint64_t)record->refs << 8 |
			       (uint64_t)record->pas << 5 | record->state;

	if (!facts && !content_hash)
		return 0;
	return mix(mix(mix(index + 1ull, facts), content_hash), index);
}

static uint64_t hash_of_entry(const struct mem *mem, uint32_t index,
			      const struct image_entry *entry)
{
	const bool counts = content_counts(mem, index, &entry->record);

	return hash_of(index, &entry->record, counts ? image_page_hash(entry->page) : 0);
}

struct sum {
	struct mem *mem;
	uint64_t value;
};

static void add_difference(void *context, uint32_t index)
{
	struct sum *sum = context;
	struct mem *mem = sum->mem;
	const struct image_entry before = image_get(mem->head, index);
	const struct image_entry now = {*mem_at_index(mem, index), before.page};

	sum->value -= hash_of_entry(mem, index, &before);
	if (content_suspect(mem, index) && content_counts(mem, index, &now.record) &&
	    !image_page_is(before.page, content(mem, index)))
		sum->value += hash_of(index, &now.record, image_hash(content(mem, index)));
	else
		sum->value += hash_of_entry(mem, index, &now);
}

/* Of every granule, also of those that are not known to have changed. */
static uint64_t whole_fingerprint(const struct mem *mem)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < mem->granule_count; i++) {
		const struct granule *record = mem_at_index(mem, i);
		const bool zeros =
			!content_counts(mem, i, record) || image_page_is(NULL, content(mem, i));

		sum += hash_of(i, record, zeros ? 0 : image_hash(content(mem, i)));
	}
	return sum;
}

static void compare_fingerprint(const struct mem *mem, uint64_t sum)
{
	if (mem->granule_count > COMPARE_MOST || whole_fingerprint(mem) == sum)
		return;
	fprintf(stderr, "rmmsim: memory has changed and the fingerprint has not seen it\n");
	abort();
}

uint64_t mem_fingerprint(struct mem *mem)
{
	struct sum sum = {mem, mem->head ? mem->head->sum : 0};

	each_suspect(mem, add_difference, &sum);
	if (RMMSIM_COMPARES)
		compare_fingerprint(mem, sum.value);
	return sum.value;
}

/* --- snapshot ---------------------------------------------------------------------------------------- */

struct taking {
	struct mem *mem;
	struct mem_image *image;
	bool failed;
};

/* The page of an entry that replaces `before`; false without memory. */
static bool take_content(struct mem *mem, uint32_t index, const struct image_page *before,
			 struct image_page **page)
{
	const uint8_t *bytes = content(mem, index);

	if (image_page_is(before, bytes))
		return true;
	protect_stir(mem);
	*page = NULL;
	if (image_page_is(NULL, bytes))
		return true;
	*page = image_page(bytes);
	return *page != NULL;
}

static void take(void *context, uint32_t index)
{
	struct taking *t = context;
	struct image_entry before, entry;

	if (t->failed)
		return;
	before = image_get(t->image, index);
	entry = (struct image_entry){*mem_at_index(t->mem, index), before.page};
	if (content_suspect(t->mem, index) &&
	    !take_content(t->mem, index, before.page, &entry.page)) {
		t->failed = true;
		return;
	}
	t->image->sum +=
		hash_of_entry(t->mem, index, &entry) - hash_of_entry(t->mem, index, &before);
	if (entry.page && entry.page == before.page)
		entry.page->refs++;
	if (!image_set(t->image, index, &entry)) {
		image_page_release(entry.page);
		t->failed = true;
	}
}

static void set_head(struct mem *mem, struct mem_image *image)
{
	image_hold(image);
	image_release(mem->head);
	mem->head = image;
}

enum rmmsim_status mem_snapshot(struct mem *mem, struct mem_image **image)
{
	struct taking t = {mem, image_copy(mem->head, mem->granule_count), false};

	*image = NULL;
	if (!t.image)
		return RMMSIM_ERR_MEMORY;
	each_suspect(mem, take, &t);
	if (t.failed) {
		image_release(t.image);
		return RMMSIM_ERR_MEMORY;
	}
	nothing_suspect(mem);
	set_head(mem, t.image);
	*image = t.image;
	return RMMSIM_OK;
}

/* --- restore ------------------------------------------------------------------------------------------ */

struct going {
	struct mem *mem;
	struct mem_image *image;
	void (*rec)(void *context, uint64_t pa);
	void *context;
};

static void put_content(struct mem *mem, uint32_t index, const struct image_page *page)
{
	if (image_page_is(page, content(mem, index)))
		return;
	protect_stir(mem);
	if (page)
		memcpy(content(mem, index), page->bytes, GRANULE_SIZE);
	if (!page)
		memset(content(mem, index), 0, GRANULE_SIZE);
}

static void go(const struct going *g, uint32_t index, const struct image_entry *entry,
	       bool with_content)
{
	struct granule *granule = mem_at_index(g->mem, index);

	g->mem->restored++;
	if (g->rec && (granule->state == GRANULE_REC || entry->record.state == GRANULE_REC))
		g->rec(g->context, mem_pa(g->mem, granule));
	if (memcmp(granule, &entry->record, sizeof(*granule)) != 0)
		mem_set_record(g->mem, granule, &entry->record);
	if (with_content)
		put_content(g->mem, index, entry->page);
}

static void go_back(void *context, uint32_t index)
{
	const struct going *g = context;
	const struct image_entry entry = image_get(g->image, index);
	const struct image_entry before = image_get(g->mem->head, index);

	const bool suspect = MUTANT(restore_trusts_the_host)
				     ? granule_set_has(&g->mem->written, index)
				     : content_suspect(g->mem, index);

	go(g, index, &entry, suspect || entry.page != before.page);
}

static void go_across(void *context, uint32_t index, const struct image_entry *entry)
{
	const struct going *g = context;

	go(g, index, entry, entry->page != image_get(g->mem->head, index).page);
}

void mem_restore(struct mem *mem, struct mem_image *image, void (*rec)(void *context, uint64_t pa),
		 void *context)
{
	struct going g = {mem, image, rec, context};

	mem->restored = 0;
	each_suspect(mem, go_back, &g);
	image_differences(mem->head, image, go_across, &g);
	nothing_suspect(mem);
	set_head(mem, image);
	if (RMMSIM_COMPARES)
		compare_fingerprint(mem, image->sum);
}

/* --- differences --------------------------------------------------------------------------------------- */

static void visit_entry(void *context, uint32_t index, const struct image_entry *entry)
{
	const struct suspects *s = context;

	(void)entry;
	s->visit(s->context, index);
}

void mem_differences(struct mem *mem, const struct mem_image *image,
		     void (*visit)(void *context, uint32_t index), void *context)
{
	struct suspects s = {mem, visit, context};

	image_differences(image, mem->head, visit_entry, &s);
	granule_set_each(&mem->changed, visit, context);
	granule_set_each(&mem->written, suspect_written, &s);
}

struct mem_image *mem_image_of_now(struct mem *mem)
{
	if (!granule_set_is_empty(&mem->changed) || !granule_set_is_empty(&mem->written))
		return NULL;
	return mem->head;
}

uint64_t mem_restored(const struct mem *mem)
{
	return mem->restored;
}

enum rmmsim_status mem_touch(struct mem *mem, uint64_t pa, uint64_t size)
{
	const struct mem_bank *bank = mem_bank_at(mem, pa);

	if (!bank || size > bank->size - (pa - bank->base))
		return RMMSIM_ERR_RANGE;
	for (uint64_t at = pa & ~GRANULE_MASK; at < pa + size; at += GRANULE_SIZE)
		granule_set_add(&mem->written, mem_index(mem, mem_find(mem, at)));
	return RMMSIM_OK;
}
