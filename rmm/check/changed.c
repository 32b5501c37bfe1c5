/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The check of what changed since a state that was good. A Realm is looked at whole, its tables, RECs and granules,
 * if any of them changed, and not at all if none did. What is rare is left to the whole check: objects that come or
 * go, identifiers, devices, open operations. It also comes again after some passes, and decides what is wrong.
 */
#include <stdlib.h>

#include "mem/snapshot.h"
#include "rmm/check/check.h"

#define WHOLE_EVERY 256u
#define MAX_REALMS  8u

/* A state that passed the whole check, or what led on from it. */
struct checked {
	struct mem_image *image; /* NULL: none */
	uint64_t identifiers;    /* version */
	unsigned int passes;     /* since the whole check */
	struct check_list realms, recs;
	uint32_t first, top; /* see struct check */
};

struct changes {
	struct check check;
	const struct mem_image *image;
	unsigned int realm_count;
	uint32_t realm[MAX_REALMS]; /* granule.owner of what belongs to them */
	bool objects;               /* a Realm or a REC has changed */
	bool whole;                 /* only the whole check can tell */
};

/* --- which Realms ------------------------------------------------------------------------------ */

static bool is_object(unsigned int state)
{
	return state == GRANULE_RD || state == GRANULE_REC;
}

/* States whose invariants go beyond the granule, but not beyond the Realm. */
static bool is_known(unsigned int state)
{
	switch (state) {
	case GRANULE_UNDELEGATED:
	case GRANULE_DELEGATED:
	case GRANULE_RD:
	case GRANULE_REC:
	case GRANULE_REC_AUX:
	case GRANULE_RTT:
	case GRANULE_DATA:
		return true;
	default:
		return false;
	}
}

static bool content_matters(unsigned int state)
{
	return is_object(state) || state == GRANULE_RTT;
}

static bool same_record(const struct granule *a, const struct granule *b)
{
	return a->state == b->state && a->pas == b->pas && a->refs == b->refs &&
	       a->owner == b->owner && a->call == b->call;
}

static bool is_affected(const struct changes *c, uint32_t owner)
{
	for (unsigned int i = 0; i < c->realm_count; i++) {
		if (c->realm[i] == owner)
			return true;
	}
	return false;
}

static void affect(struct changes *c, uint32_t owner)
{
	if (owner == 0 || is_affected(c, owner))
		return;
	if (c->realm_count == MAX_REALMS)
		c->whole = true;
	else
		c->realm[c->realm_count++] = owner;
}

static void extend(struct check *check, uint32_t index)
{
	if (index < check->first)
		check->first = index;
	if (index >= check->top)
		check->top = index + 1;
}

static void look(void *context, uint32_t index)
{
	struct changes *c = context;
	const struct granule *now = mem_at_index(c->check.mem, index);
	const struct granule was = image_get(c->image, index).record;

	if (same_record(&was, now) && !content_matters(now->state))
		return;
	extend(&c->check, index);
	if (!is_known(was.state) || !is_known(now->state) ||
	    (was.state != now->state && (is_object(was.state) || is_object(now->state))))
		c->whole = true;
	c->objects |= is_object(now->state);
	affect(c, was.owner);
	affect(c, now->owner);
	if (now->state == GRANULE_RD)
		affect(c, index + 1);
	check_granule(&c->check, now);
}

/* --- the Realms that changed ------------------------------------------------------------------- */

static void visit_marks(void *context, struct granule *granule)
{
	struct changes *c = context;

	if (granule->owner && is_affected(c, granule->owner))
		check_granule_marks(&c->check, granule);
}

static void check_one_realm(struct check *check, struct granule *rd)
{
	check_realm(check, rd);
	check_trees(check, rd);
	for (size_t i = 0; i < check->recs.count; i++) {
		if (mem_owner(check->mem, check->recs.items[i]) == rd)
			check_rec(check, check->recs.items[i]);
	}
}

static void check_realms(struct changes *c)
{
	struct check *check = &c->check;

	if (c->realm_count == 0)
		return;
	check->marks = calloc(check->top - check->first + 1u, sizeof(*check->marks));
	if (!check->marks) {
		c->whole = true;
		return;
	}
	for (size_t i = 0; i < check->realms.count; i++) {
		if (is_affected(c, mem_index(check->mem, check->realms.items[i]) + 1))
			check_one_realm(check, check->realms.items[i]);
	}
	mem_each(check->mem, visit_marks, c);
	if (c->objects)
		check_identifiers(check);
	free(check->marks);
}

/* --- good states ------------------------------------------------------------------------------- */

/* The present state is good. What it differs in from `image` stays in sight until a snapshot is taken. */
static void advance(struct checked *checked, struct rmmsim *sim, const struct check *check)
{
	struct mem_image *now = mem_image_of_now(sim->mem);

	checked->first = check->first;
	checked->top = check->top;
	if (!now || now == checked->image)
		return;
	image_hold(now);
	image_release(checked->image);
	checked->image = now;
}

bool check_changed(struct rmmsim *sim)
{
	struct checked *checked = sim->checked;
	struct changes c = {.check = {.sim = sim, .mem = sim->mem}};

	if (!checked || !checked->image || checked->identifiers != sim->identifiers ||
	    ++checked->passes >= WHOLE_EVERY)
		return false;
	c.image = checked->image;
	c.check.realms = checked->realms;
	c.check.recs = checked->recs;
	c.check.first = checked->first;
	c.check.top = checked->top;
	mem_differences(sim->mem, checked->image, look, &c);
	if (!c.whole)
		check_realms(&c);
	if (c.whole || c.check.count)
		return false;
	advance(checked, sim, &c.check);
	return true;
}

static void forget(struct checked *checked)
{
	image_release(checked->image);
	free(checked->realms.items);
	free(checked->recs.items);
	*checked = (struct checked){.image = NULL};
}

/* Takes over the lists of the check. */
void check_passed(struct rmmsim *sim, struct check *check)
{
	struct mem_image *now = mem_image_of_now(sim->mem);

	if (!now || check->pdevs.count || check->vdevs.count)
		return;
	if (!sim->checked)
		sim->checked = calloc(1, sizeof(*sim->checked));
	if (!sim->checked)
		return;
	forget(sim->checked);
	*sim->checked = (struct checked){
		.image = image_hold(now),
		.identifiers = sim->identifiers,
		.realms = check->realms,
		.recs = check->recs,
		.first = check->first,
		.top = check->top,
	};
	check->realms = check->recs = (struct check_list){.items = NULL};
}

void check_forget(struct rmmsim *sim)
{
	if (sim->checked)
		forget(sim->checked);
	free(sim->checked);
	sim->checked = NULL;
}
