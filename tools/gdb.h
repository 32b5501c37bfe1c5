/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_GDB_H
#define TOOLS_GDB_H

/*
 * The remote stub of `rmmsim run --gdb`: one connection at a time, on loopback or a Unix socket. The Realm stands
 * still while packets are answered, in gdb_serve(), which returns when the debugger lets it run.
 *
 * A thread is a Plane of a REC that has registers of its own: P0 of each REC that is on, and the auxiliary Plane that
 * is entered in it. To look at a REC is to enter it with an engine that executes nothing; what was seen is kept until
 * the Realm runs again (a view). Registers are changed in the view, and put back before the Realm runs.
 */

#include "tools/run.h"

#define GDB_PACKET  16384 /* bytes of a packet, without frame */
#define GDB_REPLY   (GDB_PACKET + 1)
#define GDB_SIGINT  2
#define GDB_SIGTRAP 5
#define GDB_SIGABRT 6

struct gdb_view {
	bool tried, known, changed;
	unsigned int plane; /* that is entered */
	struct rmmsim_plane active, p0;
	uint64_t simd[32][2];
	uint64_t fpcr, fpsr;
};

/* A connection: frames of the protocol. */
struct gdb_link {
	int listener, fd; /* -1: none */
	const char *path; /* of the Unix socket, NULL: it is none */
	bool no_ack;
	uint8_t in[4096];
	size_t in_at, in_count;
	char packet[GDB_PACKET + 1]; /* the last, unescaped and terminated */
	size_t packet_size;
};

struct gdb {
	struct run_host *h;
	struct gdb_link link;
	struct gdb_view views[RUN_MAX_RECS];
	struct rmmsim_unicorn_point points[RMMSIM_UNICORN_MAX_POINTS];
	size_t point_count;
	unsigned int rec, plane; /* thread of the next packets */
	unsigned int stop_rec;   /* that stopped, and why: */
	char stop[64];           /* "hwbreak:;" or the like */
	unsigned int stop_signal;
	int only; /* REC that may run alone, -1: all may */
	bool resumed, running, by_ipa;
	bool list[RUN_MAX_RECS * RUN_MAX_PLANES]; /* of threads */
	char reply[GDB_REPLY];
	size_t reply_size;
};

/* --- gdb_link.c ------------------------------------------------------------------------------------ */

/* "", a port or a path. False with a message on stderr. */
bool gdb_link_open(struct gdb_link *link, const char *where);
void gdb_link_close(struct gdb_link *link);
/* Takes a debugger that wants to connect; waits for one if `wait`, or for a signal at `signals`. */
bool gdb_link_accept(struct gdb_link *link, bool wait, int signals);
void gdb_link_drop(struct gdb_link *link);
/* Waits for a packet. False: the connection is gone, or a signal came. */
bool gdb_link_receive(struct gdb_link *link, int signals);
void gdb_link_send(struct gdb_link *link, const char *text, size_t size);
/* The debugger wants the Realm to stop, or is gone. */
bool gdb_link_interrupted(struct gdb_link *link);

/* --- gdb_text.c: numbers in packets ------------------------------------------------------------------ */

/* Moves *text on; false: there is no number. */
bool gdb_hex(const char **text, uint64_t *value);
bool gdb_skip(const char **text, char c);
bool gdb_starts(const char *text, const char *with);
/* Two digits for each byte; false: there are not so many, or others. */
bool gdb_bytes(const char *text, uint8_t *bytes, size_t count);
void gdb_put(struct gdb *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
void gdb_put_bytes(struct gdb *g, const void *bytes, size_t count);

/* --- gdb_view.c ---------------------------------------------------------------------------------------- */

/* NULL: the REC cannot be looked at. */
struct gdb_view *gdb_view(struct gdb *g, unsigned int rec);
/* Registers of the present thread; NULL: it has none. */
struct rmmsim_plane *gdb_plane(struct gdb *g, struct gdb_view **view);
void gdb_views_drop(struct gdb *g);
/* What was changed becomes so. */
void gdb_views_write(struct gdb *g);
/* Bytes from `address` on, as many as there are; memory of the present thread, or by IPA. */
size_t gdb_read(struct gdb *g, uint64_t address, uint8_t *bytes, size_t size);
bool gdb_write(struct gdb *g, uint64_t address, const uint8_t *bytes, size_t size);
/* What an access of the present thread would be: as rmmsim_translate(). False: its Plane is not entered. */
bool gdb_translations(struct gdb *g, void (*each)(void *context, const struct rmmsim_vcpu *vcpu),
		      void *context);

/* --- gdb_registers.c -------------------------------------------------------------------------------------- */

/* The target description, made once per use; length in *size. To be freed. */
char *gdb_description(size_t *size);
/* 'g', 'G', 'p', 'P' */
void gdb_registers_read(struct gdb *g);
void gdb_registers_write(struct gdb *g, const char *text);
void gdb_register_read(struct gdb *g, const char *text);
void gdb_register_write(struct gdb *g, const char *text);

/* --- gdb_points.c ---------------------------------------------------------------------------------------------- */

void gdb_point(struct gdb *g, const char *text, bool insert);

/* --- gdb_query.c, gdb_monitor.c --------------------------------------------------------------------------------- */

void gdb_query(struct gdb *g, const char *text);
void gdb_monitor(struct gdb *g, const char *command);

/* --- gdb.c ------------------------------------------------------------------------------------------------------ */

void gdb_put_stop(struct gdb *g);
unsigned int gdb_thread(unsigned int rec, unsigned int plane);
/* False: there is no such thread. */
bool gdb_select(struct gdb *g, uint64_t thread);

#endif
