/* SPDX-License-Identifier: BSD-3-Clause */
/* xarray, static keys, initcalls, tasks, what is left of the C library of a kernel. */
#include "host_shim/src/memory/mem.h"

#include <stdlib.h>
#include <string.h>

/* --- xarray: sorted entries ------------------------------------------------------------------------ */

static unsigned int xa_slot(const struct xarray *xa, unsigned long index)
{
	unsigned int low = 0, high = xa->count;

	while (low < high) {
		const unsigned int mid = (low + high) / 2;

		if (xa->entries[mid].index < index)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool xa_has(const struct xarray *xa, unsigned int slot, unsigned long index)
{
	return slot < xa->count && xa->entries[slot].index == index;
}

void xa_init(struct xarray *xa)
{
	*xa = (struct xarray){0};
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	const unsigned int slot = xa_slot(xa, index);

	return xa_has(xa, slot, index) ? xa->entries[slot].value : NULL;
}

static bool xa_grow(struct xarray *xa, gfp_t gfp, const char *site)
{
	const unsigned int room = xa->room ? xa->room * 2 : 16;
	struct hshim_xa_entry *entries;

	if (xa->count < xa->room)
		return true;
	entries = hshim_krealloc(xa->entries, room * sizeof(*entries), gfp, site);
	if (!entries)
		return false;
	xa->entries = entries;
	xa->room = room;
	return true;
}

void *hshim_xa_store(struct xarray *xa, unsigned long index, void *value, gfp_t gfp,
		     const char *site)
{
	const unsigned int slot = xa_slot(xa, index);
	void *old;

	if (!value)
		return xa_erase(xa, index);
	if (xa_has(xa, slot, index)) {
		old = xa->entries[slot].value;
		xa->entries[slot].value = value;
		return old;
	}
	if (!xa_grow(xa, gfp, site))
		return ERR_PTR(-ENOMEM);
	memmove(&xa->entries[slot + 1], &xa->entries[slot],
		(xa->count - slot) * sizeof(xa->entries[0]));
	xa->entries[slot] = (struct hshim_xa_entry){index, value};
	xa->count++;
	return NULL;
}

int hshim_xa_alloc(struct xarray *xa, u32 *id, void *value, u32 min, u32 max, gfp_t gfp,
		   const char *site)
{
	for (unsigned long at = min; at <= max; at++) {
		void *ret;

		if (xa_load(xa, at))
			continue;
		ret = hshim_xa_store(xa, at, value, gfp, site);
		*id = (u32)at;
		return xa_err(ret);
	}
	return -EBUSY;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	const unsigned int slot = xa_slot(xa, index);
	void *old;

	if (!xa_has(xa, slot, index))
		return NULL;
	old = xa->entries[slot].value;
	xa->count--;
	memmove(&xa->entries[slot], &xa->entries[slot + 1],
		(xa->count - slot) * sizeof(xa->entries[0]));
	if (!xa->count)
		xa_destroy(xa);
	return old;
}

void xa_destroy(struct xarray *xa)
{
	kfree(xa->entries);
	*xa = (struct xarray){0};
}

void *hshim_xa_next(struct xarray *xa, unsigned long *index, bool first)
{
	const unsigned int slot = xa_slot(xa, first ? *index : *index + 1);

	if (slot == xa->count)
		return NULL;
	*index = xa->entries[slot].index;
	return xa->entries[slot].value;
}

/* --- static keys: they belong to the program, not to an instance --------------------------------------- */

static struct hshim_key *listed_keys;

void hshim_key_set(struct hshim_key *key, bool on)
{
	if (!key->listed) {
		key->listed = true;
		key->next = listed_keys;
		listed_keys = key;
	}
	key->on = on;
}

void hshim_static_keys_reset(void)
{
	for (struct hshim_key *key = listed_keys; key; key = key->next)
		key->on = key->initially;
}

/* --- initcalls: collected by constructors, before main() ------------------------------------------------- */

#define MAX_INITCALLS 32

static struct {
	hshim_initcall_fn fn[MAX_INITCALLS];
	unsigned int count;
} initcalls;

void hshim_initcall_add(hshim_initcall_fn fn, const char *name)
{
	(void)name;
	if (initcalls.count < MAX_INITCALLS)
		initcalls.fn[initcalls.count++] = fn;
}

int hshim_run_initcalls(void)
{
	for (unsigned int i = 0; i < initcalls.count; i++) {
		const int ret = initcalls.fn[i]();

		if (ret)
			return ret;
	}
	return 0;
}

/* --- the rest ------------------------------------------------------------------------------------------------ */

struct task_struct *hshim_current_task(void)
{
	return &ram_now()->task;
}

void *memchr_inv(const void *at, int c, size_t n)
{
	const uint8_t *p = at;

	for (size_t i = 0; i < n; i++)
		if (p[i] != (uint8_t)c)
			return (void *)(uintptr_t)(p + i);
	return NULL;
}
