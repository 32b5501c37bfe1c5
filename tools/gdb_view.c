/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* What a debugger sees of RECs, and changes. */
#include <string.h>

#include "tools/gdb.h"

/* Enters the REC, executes nothing, and calls `look`. An access that the Host has emulated is completed by it. */
static void look_at(struct gdb *g, unsigned int rec, rmmsim_unicorn_inspect_fn look, void *context)
{
	rmmsim_unicorn_inspect_next(g->h->engine, look, context);
	run_enter(g->h, &g->h->recs[rec]);
	rmmsim_unicorn_inspect_next(g->h->engine, NULL, NULL);
}

static void take(void *context, struct rmmsim_unicorn *engine, const struct rmmsim_vcpu *vcpu)
{
	struct gdb_view *view = context;

	(void)engine;
	view->known = true;
	view->plane = vcpu->plane;
	view->active = *vcpu->context;
	view->p0 = *vcpu->p0;
	memcpy(view->simd, vcpu->simd, sizeof(view->simd));
	view->fpcr = *vcpu->fpcr;
	view->fpsr = *vcpu->fpsr;
}

struct gdb_view *gdb_view(struct gdb *g, unsigned int rec)
{
	struct gdb_view *view = &g->views[rec];

	if (!view->tried && g->h->recs[rec].runnable) {
		view->tried = true;
		look_at(g, rec, take, view);
	}
	return view->known ? view : NULL;
}

struct rmmsim_plane *gdb_plane(struct gdb *g, struct gdb_view **view)
{
	*view = gdb_view(g, g->rec);
	if (!*view)
		return NULL;
	if ((*view)->plane == g->plane)
		return &(*view)->active;
	return g->plane == 0 ? &(*view)->p0 : NULL;
}

void gdb_views_drop(struct gdb *g)
{
	for (unsigned int n = 0; n < g->h->options.recs; n++)
		g->views[n].tried = g->views[n].known = g->views[n].changed = false;
}

static void give(void *context, struct rmmsim_unicorn *engine, const struct rmmsim_vcpu *vcpu)
{
	const struct gdb_view *view = context;
	struct rmmsim_plane *to = vcpu->context;

	(void)engine;
	if (vcpu->plane != view->plane)
		return;
	memcpy(to->x, view->active.x, sizeof(to->x));
	memcpy(to->sysreg, view->active.sysreg, sizeof(to->sysreg));
	to->pc = view->active.pc;
	to->pstate = view->active.pstate;
	memcpy(vcpu->simd, view->simd, sizeof(view->simd));
	*vcpu->fpcr = view->fpcr;
	*vcpu->fpsr = view->fpsr;
}

void gdb_views_write(struct gdb *g)
{
	for (unsigned int n = 0; n < g->h->options.recs; n++) {
		if (g->views[n].changed)
			look_at(g, n, give, &g->views[n]);
		g->views[n].changed = false;
	}
}

/* --- memory ------------------------------------------------------------------------------------------- */

struct transfer {
	uint64_t va;
	uint8_t *bytes;       /* to be filled, or */
	const uint8_t *given; /* to be written */
	size_t size, done;
	unsigned int plane;
};

static size_t up_to_page(uint64_t address, size_t size)
{
	const size_t left = RUN_PAGE - (address & (RUN_PAGE - 1));

	return left < size ? left : size;
}

static void transfer(void *context, struct rmmsim_unicorn *engine, const struct rmmsim_vcpu *vcpu)
{
	struct transfer *t = context;

	while (vcpu->plane == t->plane && t->done < t->size) {
		const size_t piece = up_to_page(t->va + t->done, t->size - t->done);
		const bool good = t->given ? rmmsim_unicorn_write(engine, t->va + t->done,
								  t->given + t->done, piece)
					   : rmmsim_unicorn_read(engine, t->va + t->done,
								 t->bytes + t->done, piece);

		if (!good)
			return;
		t->done += piece;
	}
}

/* PA of an IPA in the primary tree, 0: none. */
static uint64_t output(struct gdb *g, uint64_t ipa)
{
	struct rmmsim_regs regs = {
		.x = {SMC_RMI_RTT_READ_ENTRY, g->h->rd, ipa & ~(RUN_PAGE - 1), 3}};
	uint64_t size;

	rmmsim_smc(g->h->sim, 0, &regs);
	if (regs.x[0] || regs.x[2] != RMI_RTT_ENTRY_ASSIGNED)
		return 0;
	size = RUN_PAGE << 9 * (3 - (regs.x[1] & 3));
	return (regs.x[3] & UINT64_C(0x0000fffffffff000) & ~(size - 1)) | (ipa & (size - 1));
}

static size_t read_ipa(struct gdb *g, uint64_t ipa, uint8_t *bytes, size_t size)
{
	size_t done = 0;

	while (done < size) {
		const size_t piece = up_to_page(ipa + done, size - done);
		const uint64_t pa = output(g, ipa + done);

		if (!pa || rmmsim_peek(g->h->sim, pa, bytes + done, piece) != RMMSIM_OK)
			break;
		done += piece;
	}
	return done;
}

size_t gdb_read(struct gdb *g, uint64_t address, uint8_t *bytes, size_t size)
{
	struct transfer t = {.va = address, .bytes = bytes, .size = size, .plane = g->plane};

	struct gdb_view *view;
	const struct rmmsim_plane *plane = gdb_plane(g, &view);

	/* The tables of P0 are the CPU's only while it is entered. */
	if (g->by_ipa ||
	    (plane && plane == &view->p0 && !(plane->sysreg[RMMSIM_SYSREG_SCTLR_EL1] & 1)))
		return read_ipa(g, address, bytes, size);
	if (plane)
		look_at(g, g->rec, transfer, &t);
	return t.done;
}

bool gdb_write(struct gdb *g, uint64_t address, const uint8_t *bytes, size_t size)
{
	struct transfer t = {.va = address, .given = bytes, .size = size, .plane = g->plane};

	if (!g->by_ipa && gdb_view(g, g->rec))
		look_at(g, g->rec, transfer, &t);
	return t.done == size;
}

/* --- translations ---------------------------------------------------------------------------------------- */

struct translations {
	void (*each)(void *context, const struct rmmsim_vcpu *vcpu);
	void *context;
	unsigned int plane;
	bool done;
};

static void translate(void *context, struct rmmsim_unicorn *engine, const struct rmmsim_vcpu *vcpu)
{
	struct translations *t = context;

	(void)engine;
	if (vcpu->plane != t->plane)
		return;
	t->each(t->context, vcpu);
	t->done = true;
}

bool gdb_translations(struct gdb *g, void (*each)(void *context, const struct rmmsim_vcpu *vcpu),
		      void *context)
{
	struct translations t = {.each = each, .context = context, .plane = g->plane};

	if (gdb_view(g, g->rec))
		look_at(g, g->rec, translate, &t);
	return t.done;
}

#endif
