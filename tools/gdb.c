/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* When the Realm stands still, and what is answered then. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/gdb.h"

#define DATA_MAX (GDB_PACKET / 2 - 16)

unsigned int gdb_thread(unsigned int rec, unsigned int plane)
{
	return 1 + rec * RUN_MAX_PLANES + plane;
}

bool gdb_select(struct gdb *g, uint64_t thread)
{
	const uint64_t rec = (thread - 1) / RUN_MAX_PLANES;
	const unsigned int plane = (unsigned int)((thread - 1) % RUN_MAX_PLANES);
	const struct gdb_view *view;

	if (!thread || rec >= g->h->options.recs)
		return false;
	view = gdb_view(g, (unsigned int)rec);
	if (!view || (plane && view->plane != plane))
		return false;
	g->rec = (unsigned int)rec;
	g->plane = plane;
	return true;
}

void gdb_put_stop(struct gdb *g)
{
	const struct gdb_view *view = gdb_view(g, g->stop_rec);

	if (!g->running) {
		gdb_put(g, "W%02x", g->h->status & 0xff);
		return;
	}
	g->rec = g->stop_rec;
	g->plane = view ? view->plane : 0;
	gdb_put(g, "T%02xthread:%x;%s", g->stop_signal, gdb_thread(g->rec, g->plane), g->stop);
}

/* --- memory -------------------------------------------------------------------------------------------- */

static void read_memory(struct gdb *g, const char *text)
{
	uint8_t bytes[DATA_MAX];
	uint64_t address, size;
	size_t done = 0;

	if (gdb_hex(&text, &address) && gdb_skip(&text, ',') && gdb_hex(&text, &size))
		done = gdb_read(g, address, bytes, size < DATA_MAX ? size : DATA_MAX);
	if (done)
		gdb_put_bytes(g, bytes, done);
	else
		gdb_put(g, "E0e");
}

/* 'M' has digits, 'X' the bytes themselves. */
static void write_memory(struct gdb *g, const char *text, bool binary)
{
	const char *end = g->link.packet + g->link.packet_size;
	uint8_t bytes[DATA_MAX];
	uint64_t address, size;

	if (!gdb_hex(&text, &address) || !gdb_skip(&text, ',') || !gdb_hex(&text, &size) ||
	    !gdb_skip(&text, ':') || size > DATA_MAX ||
	    (size_t)(end - text) < (binary ? size : 2 * size)) {
		gdb_put(g, "E16");
		return;
	}
	if (binary)
		memcpy(bytes, text, size);
	else if (!gdb_bytes(text, bytes, size))
		size = SIZE_MAX;
	gdb_put(g, size <= DATA_MAX && gdb_write(g, address, bytes, size) ? "OK" : "E0e");
}

/* --- running ----------------------------------------------------------------------------------------------- */

static void resume(struct gdb *g)
{
	g->only = -1;
	g->resumed = true;
}

static bool step(struct gdb *g, unsigned int rec)
{
	if (!g->h->recs[rec].runnable)
		return false;
	g->only = (int)rec;
	g->resumed = true;
	return true;
}

/* The thread of "s:1": without a number, the present one. */
static bool step_thread(struct gdb *g, const char *text)
{
	uint64_t thread = gdb_thread(g->rec, g->plane);

	if (gdb_skip(&text, ':') && (!gdb_hex(&text, &thread) || !thread))
		return false;
	thread = (thread - 1) / RUN_MAX_PLANES;
	return thread < g->h->options.recs && step(g, (unsigned int)thread);
}

/* vCont;ACTION[:THREAD]...: one that steps does so alone; otherwise everything runs. */
static void continue_by_thread(struct gdb *g, const char *text)
{
	const char *action = text;
	bool goes_on = false;

	if (*text == '?') {
		gdb_put(g, "vCont;c;C;s;S");
		return;
	}
	while (gdb_skip(&action, ';')) {
		const char kind = *action;

		action += strcspn(action, ":;");
		if ((kind == 's' || kind == 'S') && step_thread(g, action))
			return;
		goes_on |= kind == 'c' || kind == 'C';
		action += strcspn(action, ";");
	}
	if (goes_on)
		resume(g);
	else
		gdb_put(g, "E16");
}

static void set_thread(struct gdb *g, const char *text)
{
	uint64_t thread;

	/* -1 and 0: any. */
	if (*text && (text[1] == '-' || !strcmp(text + 1, "0")))
		gdb_put(g, "OK");
	else if (*text && ++text && gdb_hex(&text, &thread) && gdb_select(g, thread))
		gdb_put(g, "OK");
	else
		gdb_put(g, "E03");
}

static void is_alive(struct gdb *g, const char *text)
{
	const unsigned int rec = g->rec, plane = g->plane;
	uint64_t thread;

	gdb_put(g, gdb_hex(&text, &thread) && gdb_select(g, thread) ? "OK" : "E03");
	g->rec = rec;
	g->plane = plane;
}

static void detach(struct gdb *g)
{
	gdb_link_send(&g->link, "OK", 2);
	gdb_link_drop(&g->link);
}

static void end_run(struct gdb *g)
{
	run_end(g->h, RUN_END_FAILED, "ended by the debugger");
	gdb_link_drop(&g->link);
}

static void on_letter_v(struct gdb *g, const char *text)
{
	if (gdb_starts(text, "vCont"))
		continue_by_thread(g, text + strlen("vCont"));
	else if (gdb_starts(text, "vKill")) {
		gdb_link_send(&g->link, "OK", 2);
		end_run(g);
	}
}

static void on_letter_q(struct gdb *g, const char *text)
{
	if (strcmp(text, "QStartNoAckMode")) {
		gdb_query(g, text);
		return;
	}
	gdb_put(g, "OK");
	g->link.no_ack = true;
}

/* What is not known gets an empty answer. */
static void answer(struct gdb *g, const char *text)
{
	const char *rest = text + (*text != 0);

	switch (*text) {
	case '?':
		gdb_put_stop(g);
		return;
	case 'g':
		gdb_registers_read(g);
		return;
	case 'G':
		gdb_registers_write(g, rest);
		return;
	case 'p':
		gdb_register_read(g, rest);
		return;
	case 'P':
		gdb_register_write(g, rest);
		return;
	case 'm':
		read_memory(g, rest);
		return;
	case 'M':
	case 'X':
		write_memory(g, rest, *text == 'X');
		return;
	case 'Z':
	case 'z':
		gdb_point(g, rest, *text == 'Z');
		return;
	case 'H':
		set_thread(g, rest);
		return;
	case 'T':
		is_alive(g, rest);
		return;
	case 'c':
	case 'C':
		resume(g);
		return;
	case 's':
	case 'S':
		if (!step(g, g->rec))
			gdb_put(g, "E03");
		return;
	case 'D':
		detach(g);
		return;
	case 'k':
		end_run(g);
		return;
	case 'v':
		on_letter_v(g, text);
		return;
	case 'q':
	case 'Q':
		on_letter_q(g, text);
		return;
	default:
		return;
	}
}

/* Answers until the Realm may run, or the debugger has gone. */
static void serve(struct gdb *g)
{
	g->resumed = false;
	while (!g->resumed && gdb_link_receive(&g->link, g->h->signals)) {
		g->reply_size = 0;
		answer(g, g->link.packet);
		if (!g->resumed && g->link.fd >= 0)
			gdb_link_send(&g->link, g->reply, g->reply_size);
	}
	gdb_views_write(g);
	gdb_views_drop(g);
	if (g->link.fd >= 0 && g->resumed) {
		rmmsim_unicorn_step(g->h->engine, g->only >= 0 ? g->h->recs[g->only].rec : 0);
		return;
	}
	/* Detached, gone, or a signal ends the run. */
	g->only = -1;
	g->point_count = 0;
	rmmsim_unicorn_set_points(g->h->engine, NULL, 0);
	rmmsim_unicorn_step(g->h->engine, 0);
}

static void stop(struct gdb *g, unsigned int rec, unsigned int signal, const char *why)
{
	g->stop_rec = rec;
	g->stop_signal = signal;
	snprintf(g->stop, sizeof(g->stop), "%s", why);
	g->reply_size = 0;
	gdb_put_stop(g);
	gdb_link_send(&g->link, g->reply, g->reply_size);
	serve(g);
}

/* --- what `rmmsim run` calls ----------------------------------------------------------------------------------- */

bool run_gdb_open(struct run_host *h)
{
	struct gdb *g;

	if (!h->options.gdb)
		return true;
	g = calloc(1, sizeof(*g));
	if (!g) {
		run_end(h, RUN_END_INTERNAL, "no memory for the debugger");
		return false;
	}
	h->gdb = g;
	g->h = h;
	g->link.listener = g->link.fd = g->only = -1;
	if (!gdb_link_open(&g->link, h->options.gdb)) {
		run_end(h, RUN_END_USAGE, "there is no debugger to wait for");
		return false;
	}
	return true;
}

static void attached(struct gdb *g, unsigned int rec)
{
	g->stop_rec = rec;
	g->stop_signal = GDB_SIGTRAP;
	g->stop[0] = 0;
	g->rec = g->plane = 0;
	g->by_ipa = false;
	serve(g);
}

void run_gdb_wait(struct run_host *h)
{
	struct gdb *g = h->gdb;

	if (!g)
		return;
	g->running = true;
	if (gdb_link_accept(&g->link, true, h->signals))
		attached(g, 0);
}

void run_gdb_poll(struct run_host *h)
{
	struct gdb *g = h->gdb;

	if (!g || h->ended)
		return;
	if (g->link.fd < 0 && gdb_link_accept(&g->link, false, -1))
		attached(g, h->turn);
	else if (g->link.fd >= 0 && gdb_link_interrupted(&g->link))
		stop(g, g->only >= 0 ? (unsigned int)g->only : h->turn, GDB_SIGINT, "");
}

bool run_gdb_lets(const struct run_host *h, unsigned int rec)
{
	return !h->gdb || h->gdb->only < 0 || (unsigned int)h->gdb->only == rec;
}

int run_gdb_fd(const struct run_host *h)
{
	if (!h->gdb)
		return -1;
	return h->gdb->link.fd >= 0 ? h->gdb->link.fd : h->gdb->link.listener;
}

void run_gdb_entered(struct run_host *h, unsigned int rec)
{
	struct gdb *g = h->gdb;
	struct rmmsim_unicorn_halt halt;
	char why[64] = "";

	if (!g || g->link.fd < 0 || h->ended ||
	    !rmmsim_unicorn_halted(h->engine, h->recs[rec].rec, &halt))
		return;
	if (halt.kind == RMMSIM_UNICORN_HALT_BREAK)
		snprintf(why, sizeof(why), "hwbreak:;");
	if (halt.kind == RMMSIM_UNICORN_HALT_WATCH)
		snprintf(why, sizeof(why), "watch:%" PRIx64 ";", halt.va);
	stop(g, rec, GDB_SIGTRAP, why);
}

/* A Realm that got stuck can be looked at; then its end is told. */
void run_gdb_close(struct run_host *h)
{
	struct gdb *g = h->gdb;

	if (!g)
		return;
	if (g->link.fd >= 0 && h->failed && !h->signal) {
		fprintf(stderr, "rmmsim run: %s\nrmmsim run: gdb has the Realm until it goes on\n",
			h->why);
		stop(g, (unsigned int)(h->failed - h->recs), GDB_SIGABRT, "");
	}
	g->running = false;
	g->reply_size = 0;
	if (g->link.fd >= 0) {
		gdb_put_stop(g);
		gdb_link_send(&g->link, g->reply, g->reply_size);
	}
	gdb_link_close(&g->link);
	free(g);
	h->gdb = NULL;
}

#endif
