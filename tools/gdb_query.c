/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* 'q' packets: what the stub can do, the target description, threads and their names. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/gdb.h"

#define COMMAND_MAX 256

/* OFFSET,LENGTH of an object. */
static void transfer(struct gdb *g, const char *text, const char *object, size_t size)
{
	uint64_t offset, length;

	if (!gdb_hex(&text, &offset) || !gdb_skip(&text, ',') || !gdb_hex(&text, &length) ||
	    offset > size) {
		gdb_put(g, "E16");
		return;
	}
	if (length > GDB_PACKET / 2)
		length = GDB_PACKET / 2;
	gdb_put(g, "%c%.*s", length < size - offset ? 'm' : 'l', (int)length, object + offset);
}

static void features(struct gdb *g, const char *text)
{
	size_t size;
	char *xml = gdb_description(&size);

	if (xml)
		transfer(g, text, xml, size);
	else
		gdb_put(g, "E0c");
	free(xml);
}

/* --- threads ---------------------------------------------------------------------------------------- */

/* P0 of each REC that is on, and the Plane that is entered in it. */
static void list_threads(struct gdb *g)
{
	memset(g->list, 0, sizeof(g->list));
	for (unsigned int n = 0; n < g->h->options.recs; n++) {
		const struct gdb_view *view = gdb_view(g, n);

		if (!view)
			continue;
		g->list[n * RUN_MAX_PLANES] = true;
		g->list[n * RUN_MAX_PLANES + view->plane] = true;
	}
}

static void put_threads(struct gdb *g)
{
	const char *before = "m";

	list_threads(g);
	for (unsigned int i = 0; i < RUN_MAX_RECS * RUN_MAX_PLANES; i++) {
		if (!g->list[i])
			continue;
		gdb_put(g, "%s%x", before, i + 1);
		before = ",";
	}
	if (!g->reply_size)
		gdb_put(g, "l");
}

static void put_name(struct gdb *g, const char *text)
{
	struct gdb_view *view;
	char name[96];
	uint64_t thread;
	const struct rmmsim_plane *plane;
	const unsigned int rec = g->rec, own = g->plane;

	if (!gdb_hex(&text, &thread) || !gdb_select(g, thread)) {
		gdb_put(g, "E03");
		return;
	}
	plane = gdb_plane(g, &view);
	snprintf(name, sizeof(name), "REC %u P%u%s%s", g->rec, g->plane,
		 plane && view->plane != g->plane ? ", has entered another Plane" : "",
		 plane && g->h->recs[g->rec].waiting ? ", waits for an interrupt" : "");
	g->rec = rec;
	g->plane = own;
	gdb_put_bytes(g, name, strlen(name));
}

static void command(struct gdb *g, const char *text)
{
	uint8_t bytes[COMMAND_MAX] = {0};
	const size_t size = strlen(text) / 2;

	if (size >= sizeof(bytes) || !gdb_bytes(text, bytes, size))
		gdb_put(g, "E16");
	else
		gdb_monitor(g, (const char *)bytes);
}

void gdb_query(struct gdb *g, const char *text)
{
	static const char target[] = "qXfer:features:read:target.xml:";

	if (gdb_starts(text, "qSupported"))
		gdb_put(g,
			"PacketSize=%x;qXfer:features:read+;QStartNoAckMode+;vContSupported+;"
			"hwbreak+;swbreak-",
			GDB_PACKET);
	else if (gdb_starts(text, target))
		features(g, text + strlen(target));
	else if (gdb_starts(text, "qXfer:features:read:"))
		gdb_put(g, "E00");
	else if (!strcmp(text, "qfThreadInfo"))
		put_threads(g);
	else if (!strcmp(text, "qsThreadInfo"))
		gdb_put(g, "l");
	else if (gdb_starts(text, "qThreadExtraInfo,"))
		put_name(g, strchr(text, ',') + 1);
	else if (!strcmp(text, "qC"))
		gdb_put(g, "QC%x", gdb_thread(g->rec, g->plane));
	else if (gdb_starts(text, "qAttached"))
		gdb_put(g, "1");
	else if (gdb_starts(text, "qRcmd,"))
		command(g, text + strlen("qRcmd,"));
}

#endif
