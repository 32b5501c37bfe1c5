/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem/snapshot.h"
#include "rmm/check/check.h"
#include "rmm/process.h"

/* Without memory for the list the rest of the check goes on; the caller is told by a violation. */
static void list_add(struct check *check, struct check_list *list, struct granule *granule)
{
	size_t capacity = list->capacity ? 2 * list->capacity : 16;
	struct granule **items;

	if (list->count == list->capacity) {
		items = realloc(list->items, capacity * sizeof(*items));
		if (!items) {
			check_fail(check, INVARIANT_granule_state, "no memory for the check");
			return;
		}
		list->items = items;
		list->capacity = capacity;
	}
	list->items[list->count++] = granule;
}

static void visit_first(void *context, struct granule *granule)
{
	struct check *check = context;
	uint32_t index = mem_index(check->mem, granule);

	if (check->first == check->top)
		check->first = index;
	check->top = index + 1;
	if (granule->state == GRANULE_RD)
		list_add(check, &check->realms, granule);
	if (granule->state == GRANULE_REC)
		list_add(check, &check->recs, granule);
	if (granule->state == GRANULE_PDEV)
		list_add(check, &check->pdevs, granule);
	if (granule->state == GRANULE_VDEV)
		list_add(check, &check->vdevs, granule);
	check_granule(check, granule);
}

static void visit_marks(void *context, struct granule *granule)
{
	check_granule_marks(context, granule);
}

static void check_objects(struct check *check)
{
	for (size_t i = 0; i < check->realms.count; i++) {
		check_realm(check, check->realms.items[i]);
		check_trees(check, check->realms.items[i]);
	}
	for (size_t i = 0; i < check->recs.count; i++)
		check_rec(check, check->recs.items[i]);
	check_devices(check);
	check_identifiers(check);
	check_operations(check);
	mem_each(check->mem, visit_marks, check);
}

static size_t check_whole(struct rmmsim *sim, struct rmmsim_violation *violations, size_t size)
{
	struct check check = {
		.sim = sim,
		.mem = sim->mem,
		.violations = violations,
		.size = size,
	};

	mem_each(check.mem, visit_first, &check);
	check.marks = calloc(check.top - check.first + 1u, sizeof(*check.marks));
	if (check.marks)
		check_objects(&check);
	else
		check_fail(&check, INVARIANT_granule_state, "no memory for the check");
	free(check.marks);
	if (check.count == 0)
		check_passed(sim, &check);
	free(check.realms.items);
	free(check.recs.items);
	free(check.pdevs.items);
	free(check.vdevs.items);
	return check.count;
}

size_t check_state(struct rmmsim *sim, struct rmmsim_violation *violations, size_t size)
{
	const bool good = check_changed(sim);
	size_t count;

	if (good && !RMMSIM_COMPARES)
		return 0;
	count = check_whole(sim, violations, size);
	if (good && count) {
		fprintf(stderr, "rmmsim: the check of what changed has missed a violation\n");
		abort();
	}
	return count;
}

void check_every_call(struct rmmsim *sim)
{
	struct rmmsim_violation violations[8];
	const size_t size = sizeof(violations) / sizeof(violations[0]);
	const size_t count = check_state(sim, violations, size);

	if (count == 0)
		return;
	fprintf(stderr, "rmmsim: %zu invariants are violated after call %" PRIu64 "\n", count,
		sim->calls);
	for (size_t i = 0; i < count && i < size; i++)
		fprintf(stderr, "  %s: %s\n    %s\n", violations[i].invariant, violations[i].text,
			violations[i].detail);
	abort();
}

/* Nothing can be said of the state in a child of fork(). */
static size_t not_owned(struct rmmsim_violation *violations, size_t size)
{
	if (violations && size)
		violations[0] = (struct rmmsim_violation){
			.invariant = "process",
			.text = rmmsim_status_text(RMMSIM_ERR_FORK),
		};
	return 1;
}

size_t rmmsim_check(struct rmmsim *sim, struct rmmsim_violation *violations, size_t size)
{
	size_t count;

	if (!sim)
		return 0;
	if (!process_owns(sim))
		return not_owned(violations, size);
	mem_lock(sim->mem);
	count = check_state(sim, violations, violations ? size : 0);
	mem_unlock(sim->mem);
	return count;
}
