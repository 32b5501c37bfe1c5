/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* 'Z' and 'z': TYPE,ADDRESS,KIND. The points become the engine's when the Realm runs. */
#include <string.h>

#include "tools/gdb.h"

/* By type of the packet: software and hardware breakpoints are one, then the watchpoints. */
static const enum rmmsim_unicorn_point_kind kinds[] = {
	RMMSIM_UNICORN_BREAK, RMMSIM_UNICORN_BREAK, RMMSIM_UNICORN_WATCH_WRITE,
	RMMSIM_UNICORN_WATCH_READ, RMMSIM_UNICORN_WATCH_ACCESS};

static bool parse(const char *text, struct rmmsim_unicorn_point *point)
{
	uint64_t type, va, size;

	if (!gdb_hex(&text, &type) || type >= sizeof(kinds) / sizeof(kinds[0]) ||
	    !gdb_skip(&text, ',') || !gdb_hex(&text, &va) || !gdb_skip(&text, ',') ||
	    !gdb_hex(&text, &size))
		return false;
	*point = (struct rmmsim_unicorn_point){
		.kind = kinds[type],
		.va = va,
		.size = kinds[type] == RMMSIM_UNICORN_BREAK ? 4 : size,
	};
	return true;
}

static size_t find(const struct gdb *g, const struct rmmsim_unicorn_point *point)
{
	size_t i;

	for (i = 0; i < g->point_count; i++) {
		if (!memcmp(&g->points[i], point, sizeof(*point)))
			break;
	}
	return i;
}

static bool insert(struct gdb *g, const struct rmmsim_unicorn_point *point)
{
	if (find(g, point) < g->point_count)
		return true;
	if (g->point_count == RMMSIM_UNICORN_MAX_POINTS)
		return false;
	g->points[g->point_count] = *point;
	if (rmmsim_unicorn_set_points(g->h->engine, g->points, g->point_count + 1) != RMMSIM_OK)
		return false;
	g->point_count++;
	return true;
}

static void take_away(struct gdb *g, const struct rmmsim_unicorn_point *point)
{
	const size_t i = find(g, point);

	if (i == g->point_count)
		return;
	g->points[i] = g->points[--g->point_count];
	rmmsim_unicorn_set_points(g->h->engine, g->points, g->point_count);
}

void gdb_point(struct gdb *g, const char *text, bool in)
{
	struct rmmsim_unicorn_point point;

	memset(&point, 0, sizeof(point));
	if (!parse(text, &point))
		return;
	if (!in)
		take_away(g, &point);
	gdb_put(g, in && !insert(g, &point) ? "E0c" : "OK");
}

#endif
