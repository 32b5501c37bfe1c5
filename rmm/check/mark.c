/* SPDX-License-Identifier: BSD-3-Clause */
/* What every part of the check uses: violations, marks, owners. */
#include <stdarg.h>
#include <stdio.h>

#include "rmm/check/check.h"

struct invariant_row {
	const char *name;
	const char *text;
};

static const struct invariant_row rows[INVARIANT_COUNT] = {
#define INVARIANT(id, text) [INVARIANT_##id] = {#id, text},
#include "rmm/check/invariants.def"
#undef INVARIANT
};

bool rmmsim_invariant(size_t index, const char **name, const char **text)
{
	if (index >= INVARIANT_COUNT)
		return false;
	if (name)
		*name = rows[index].name;
	if (text)
		*text = rows[index].text;
	return true;
}

void check_fail(struct check *check, enum invariant invariant, const char *format, ...)
{
	struct rmmsim_violation *violation;
	va_list arguments;

	if (check->count++ >= check->size)
		return;
	violation = &check->violations[check->count - 1];
	violation->invariant = rows[invariant].name;
	violation->text = rows[invariant].text;
	va_start(arguments, format);
	vsnprintf(violation->detail, sizeof(violation->detail), format, arguments);
	va_end(arguments);
}

struct check_mark *check_mark(struct check *check, uint64_t pa)
{
	const struct granule *granule = mem_find(check->mem, pa);
	uint32_t index;

	if (!granule)
		return NULL;
	index = mem_index(check->mem, granule);
	if (index < check->first || index >= check->top)
		return NULL;
	return &check->marks[index - check->first];
}

uint64_t check_owner(const struct check *check, const struct granule *granule)
{
	const struct granule *owner = mem_owner(check->mem, granule);

	return owner ? mem_pa(check->mem, owner) : 0;
}

bool check_belongs(const struct check *check, uint64_t pa, enum granule_state state,
		   const struct granule *rd)
{
	const struct granule *granule = mem_find(check->mem, pa);

	return granule && granule->state == state && mem_owner(check->mem, granule) == rd;
}
