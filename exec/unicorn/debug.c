/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Points and steps of a debugger. Code is not changed: the CPU is stopped by hooks before it executes an
 * instruction. A breakpoint has a hook of its own at its address, so code at other places stays as fast as it
 * was; hooks stay when points go, because debuggers take points away and put them back at each stop. Code that
 * was translated before a hook was there is dropped. While there are watchpoints, each instruction is looked at.
 */
#include <string.h>

#include "exec/unicorn/unicorn.h"

static bool stepping(const struct rmmsim_unicorn *u)
{
	return u->debug.step_rec && u->vcpu && u->debug.step_rec == u->vcpu->rec;
}

static void note_halt(struct rmmsim_unicorn *u, enum rmmsim_unicorn_halt_kind kind, uint64_t va)
{
	u->debug.halt = (struct rmmsim_unicorn_halt){.kind = kind, .va = va};
	u->debug.halt_rec = u->vcpu->rec;
}

static void halt(struct rmmsim_unicorn *u, enum rmmsim_unicorn_halt_kind kind, uint64_t pc,
		 uint64_t va)
{
	note_halt(u, kind, va);
	hooks_stop(u, STOP_HALT, pc);
}

bool debug_place(struct rmmsim_unicorn *u, uint64_t address)
{
	const struct debug *d = &u->debug;

	if (stepping(u) && d->step_hook && address == d->step_next) {
		halt(u, RMMSIM_UNICORN_HALT_STEP, address, address);
		return true;
	}
	for (size_t i = 0; i < d->count; i++) {
		if (d->points[i].kind == RMMSIM_UNICORN_BREAK && d->points[i].va == address) {
			halt(u, RMMSIM_UNICORN_HALT_BREAK, address, address);
			return true;
		}
	}
	return false;
}

static void on_place(uc_engine *uc, uint64_t address, uint32_t size, void *data)
{
	struct rmmsim_unicorn *u = data;

	(void)uc, (void)size;
	if (u->vcpu && u->stop == STOP_NONE)
		debug_place(u, address);
}

bool debug_block(struct rmmsim_unicorn *u, uint64_t address)
{
	if (!stepping(u) || !executed(u))
		return false;
	halt(u, RMMSIM_UNICORN_HALT_STEP, address, address);
	return true;
}

bool debug_steps(const struct rmmsim_unicorn *u)
{
	return stepping(u);
}

/* --- watchpoints ------------------------------------------------------------------------------- */

/* The word at `address` of the block that is executed: read once for each time that it is. */
static bool word_at(struct rmmsim_unicorn *u, uint64_t address, uint32_t *word)
{
	struct debug_words *w = &u->debug.words;
	const uint64_t offset = address - u->block;

	if (offset >= u->block_size || u->block_size > sizeof(w->words))
		return walk_fetch(u, address, word);
	if (w->block != u->block || w->left != u->left) {
		const struct walk walk = walk_stage1(u, u->block);

		w->block = u->block;
		w->left = u->left;
		w->known = walk.ok && walk_read(u, walk.ipa, w->words, u->block_size);
	}
	*word = w->words[offset / INSN_SIZE];
	return w->known;
}

static bool watches(const struct rmmsim_unicorn_point *p, const struct operand *o)
{
	const bool wanted = (p->kind != RMMSIM_UNICORN_WATCH_READ && o->write) ||
			    (p->kind != RMMSIM_UNICORN_WATCH_WRITE && o->read);

	return p->kind != RMMSIM_UNICORN_BREAK && wanted &&
	       (p->va - o->va < o->size || o->va - p->va < p->size);
}

static void on_each(uc_engine *uc, uint64_t address, uint32_t size, void *data)
{
	struct rmmsim_unicorn *u = data;
	const struct debug *d = &u->debug;
	struct operand o;
	uint32_t word;

	(void)uc, (void)size;
	if (!u->vcpu || address == u->pool.base || u->stop != STOP_NONE)
		return;
	if (!word_at(u, address, &word) || !operand_decode(u, address, word, &o))
		return;
	for (size_t i = 0; i < d->count; i++) {
		const struct rmmsim_unicorn_point *p = &d->points[i];

		if (!watches(p, &o))
			continue;
		halt(u, RMMSIM_UNICORN_HALT_WATCH, address, o.va - p->va < p->size ? o.va : p->va);
		return;
	}
}

/* --- before and after a run --------------------------------------------------------------------- */

static void drop_code(struct rmmsim_unicorn *u)
{
	state_monitor(u);
	for (unsigned int i = 0; i < u->region_count; i++) {
		const struct region *r = &u->regions[i];
		const uint64_t size = r->top - r->base;

		uc_ctl_remove_cache(u->uc, r->base, r->top);
		if (r->code_view)
			uc_ctl_remove_cache(u->uc, r->code, r->code + size);
	}
	uc_ctl_remove_cache(u->uc, u->pool.base, u->pool.base + u->pool.used);
}

static bool hook(struct rmmsim_unicorn *u, uc_hook *handle, void *fn, uint64_t first, uint64_t last)
{
	return uc_hook_add(u->uc, handle, UC_HOOK_CODE, fn, u, first, last) == UC_ERR_OK;
}

static bool has_place(const struct debug *d, uint64_t va)
{
	for (size_t i = 0; i < d->place_count; i++) {
		if (d->places[i] == va)
			return true;
	}
	return false;
}

/* True: some are new. */
static bool add_places(struct rmmsim_unicorn *u)
{
	struct debug *d = &u->debug;
	bool added = false;
	uc_hook handle;

	for (size_t i = 0; i < d->count; i++) {
		const uint64_t va = d->points[i].va;

		if (d->points[i].kind != RMMSIM_UNICORN_BREAK || has_place(d, va) ||
		    d->place_count == DEBUG_PLACES || !hook(u, &handle, on_place, va, va))
			continue;
		d->places[d->place_count++] = va;
		added = true;
	}
	return added;
}

static bool any_watch(const struct debug *d)
{
	for (size_t i = 0; i < d->count; i++) {
		if (d->points[i].kind != RMMSIM_UNICORN_BREAK)
			return true;
	}
	return false;
}

/* True: it was changed. */
static bool look_at_each(struct rmmsim_unicorn *u, bool wanted)
{
	struct debug *d = &u->debug;

	if (wanted == d->each)
		return false;
	if (wanted && !hook(u, &d->each_hook, on_each, 1, 0))
		return false;
	if (!wanted)
		uc_hook_del(u->uc, d->each_hook);
	d->each = wanted;
	return true;
}

/* A block ends where the next instruction is in another one; in the same one it has a hook. */
static void hook_next(struct rmmsim_unicorn *u)
{
	struct debug *d = &u->debug;
	const uint64_t pc = u->vcpu->context->pc;
	struct walk walk;
	uint64_t page;

	d->step_next = pc + INSN_SIZE;
	d->step_hook = hook(u, &d->step_handle, on_place, d->step_next, d->step_next);
	state_load(u);
	walk = walk_stage1(u, pc);
	page = walk.ok ? shadow_output(u, walk.ipa) & ~PAGE_MASK : 0;
	state_monitor(u);
	if (page)
		uc_ctl_remove_cache(u->uc, page, page + PAGE_SIZE);
}

bool debug_begin(struct rmmsim_unicorn *u)
{
	struct debug *d = &u->debug;
	const struct rmmsim_plane *plane = u->vcpu->context;
	bool changed;

	d->halt.kind = RMMSIM_UNICORN_HALT_NONE;
	d->words.block = UINT64_MAX;
	changed = add_places(u);
	if (look_at_each(u, any_watch(d)) || changed)
		drop_code(u);
	if (!stepping(u))
		return false;
	if (!d->step_begun) {
		d->step_begun = true;
		d->step_pc = plane->pc;
		d->step_plane = u->vcpu->plane;
	}
	if (plane->pc != d->step_pc || u->vcpu->plane != d->step_plane) {
		note_halt(u, RMMSIM_UNICORN_HALT_STEP, plane->pc);
		return true;
	}
	hook_next(u);
	return false;
}

void debug_end(struct rmmsim_unicorn *u)
{
	struct debug *d = &u->debug;

	if (d->step_hook)
		uc_hook_del(u->uc, d->step_handle);
	d->step_hook = false;
	if (d->halt.kind != RMMSIM_UNICORN_HALT_NONE && d->halt_rec == d->step_rec)
		d->step_rec = 0;
}

/* --- the API ---------------------------------------------------------------------------------------- */

static bool point_valid(const struct rmmsim_unicorn_point *p)
{
	if (p->kind == RMMSIM_UNICORN_BREAK)
		return p->va % INSN_SIZE == 0;
	return p->kind <= RMMSIM_UNICORN_WATCH_ACCESS && p->size && p->va + p->size - 1 >= p->va;
}

enum rmmsim_status rmmsim_unicorn_set_points(struct rmmsim_unicorn *u,
					     const struct rmmsim_unicorn_point *points,
					     size_t count)
{
	size_t fresh = 0;

	if (count > RMMSIM_UNICORN_MAX_POINTS || (count && !points))
		return RMMSIM_ERR_ARGUMENT;
	pthread_mutex_lock(&u->lock);
	for (size_t i = 0; i < count; i++) {
		if (!point_valid(&points[i])) {
			pthread_mutex_unlock(&u->lock);
			return RMMSIM_ERR_ARGUMENT;
		}
		fresh += points[i].kind == RMMSIM_UNICORN_BREAK &&
			 !has_place(&u->debug, points[i].va);
	}
	if (u->debug.place_count + fresh > DEBUG_PLACES) {
		pthread_mutex_unlock(&u->lock);
		return RMMSIM_ERR_MEMORY;
	}
	if (count)
		memcpy(u->debug.points, points, count * sizeof(*points));
	u->debug.count = count;
	pthread_mutex_unlock(&u->lock);
	return RMMSIM_OK;
}

void rmmsim_unicorn_step(struct rmmsim_unicorn *u, uint64_t rec)
{
	pthread_mutex_lock(&u->lock);
	u->debug.step_rec = rec;
	u->debug.step_begun = false;
	pthread_mutex_unlock(&u->lock);
}

bool rmmsim_unicorn_halted(struct rmmsim_unicorn *u, uint64_t rec, struct rmmsim_unicorn_halt *halt)
{
	bool halted;

	pthread_mutex_lock(&u->lock);
	halted = u->debug.halt.kind != RMMSIM_UNICORN_HALT_NONE && u->debug.halt_rec == rec;
	if (halted)
		*halt = u->debug.halt;
	pthread_mutex_unlock(&u->lock);
	return halted;
}
