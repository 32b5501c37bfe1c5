/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_STATE_H
#define TRACE_LOG_STATE_H

/*
 * The states that a monitor can be in, as far as its console log tells: a value for each thing that only
 * printed calls change, and a set of values for what other calls may have changed since. Every fact
 * carries the line that made it. Unprinted calls can make and remove tables and pages, move granules
 * between the Host and Realm world, and enter RECs; they cannot make, activate or remove a Realm or a REC.
 */

#include "trace/log/log.h"
#include "trace/log/span.h"

/* What a granule can be. OTHER: anything that unprinted calls make of it. */
#define LOG_IS_OTHER 0x1u
#define LOG_IS_RD    0x2u
#define LOG_IS_REC   0x4u
#define LOG_IS_PDEV  0x8u
#define LOG_IS_VDEV  0x10u
#define LOG_IS_ANY   0x1fu

/* States of a Realm. */
#define LOG_NEW    0x1u
#define LOG_ACTIVE 0x2u
#define LOG_OFF    0x4u

enum log_truth { LOG_NO, LOG_MAYBE, LOG_YES };

/* A value that a line showed. */
struct log_fact {
	bool known;
	size_t line;
	uint64_t value;
};

/* What a Realm may ask the Host to do to a range: RIPAS or permission index. */
struct log_request {
	uint64_t base, top;
	uint64_t value; /* RIPAS, or the tree that the cookie names */
	size_t line;
};

#define LOG_MAX_REQUESTS 64

struct log_requests {
	bool any; /* more than fit, or unknown ones */
	unsigned int count;
	struct log_request at[LOG_MAX_REQUESTS];
};

#define LOG_MAX_SYSREGS 64

struct log_sysreg {
	uint64_t plane, address, value;
	size_t line;
};

struct log_rec {
	uint64_t rd; /* of its Realm */
	bool owned;  /* rd is known */
	struct log_fact index;
	enum log_truth runnable;
	size_t off_line;        /* of its CPU_OFF */
	enum log_truth running; /* after SYSTEM_OFF: may still be inside */
	enum log_truth pending; /* of a PSCI request */
	size_t pending_line;
	bool cpu_on;            /* the request, if pending is not LOG_NO */
	struct log_fact target; /* index of the REC that it names */
	enum log_truth token;   /* one is being generated */
	size_t token_line;
	struct log_requests ripas, s2ap;
	unsigned int sysreg_count;
	struct log_sysreg sysregs[LOG_MAX_SYSREGS];
};

#define LOG_MEASUREMENTS 5
#define LOG_PLANES       4
#define LOG_OVERLAYS     15

#define LOG_HASHES 2

/* What it is with each hash algorithm that the Realm may have. */
struct log_measurement {
	bool known;
	size_t line;
	uint8_t bytes[LOG_HASHES][64];
	/* What it was extended with last; size 0: it was read since. */
	uint8_t before[LOG_HASHES][64];
	uint64_t words[8], size;
};

struct log_realm {
	unsigned int states;
	size_t state_line;
	uint64_t geometries; /* one bit per row of log_geometry() */
	size_t geometry_line;
	unsigned int planes; /* one bit per row of log_planes() */
	size_t planes_line;
	bool counted;        /* `recs` is right */
	unsigned int recs;   /* that were created */
	unsigned int hashes; /* bit n: algorithm n is possible */
	size_t hash_line;
	struct log_measurement measurement[LOG_MEASUREMENTS];
	struct log_fact overlay[LOG_PLANES][LOG_OVERLAYS];
	enum log_truth locked[LOG_OVERLAYS];
	size_t locked_line[LOG_OVERLAYS];
	struct log_fact features;
	struct log_spans ripas; /* sets of RIPAS values, one bit each */
};

struct log_object {
	uint64_t pa;
	unsigned int kinds; /* LOG_IS_* that are possible */
	size_t line;
	struct log_realm *realm; /* if it can only be an RD */
	struct log_rec *rec;     /* if it can only be a REC */
};

struct log_state {
	bool whole; /* no call before or between is missing: a granule that is not listed is OTHER */
	bool strangers; /* RECs that are not listed may run */
	bool silent;    /* Realms' calls are not printed */
	unsigned int releases;
	uint32_t rmi_abi, rsi_abi; /* 0: not known */
	size_t boot_line;
	size_t object_count, object_capacity;
	struct log_object *objects;
	bool mec_known;
	struct log_fact mec_shared;
	struct log_fact aux_count, rmi_high, rsi_high, token_size;
	bool digest_known; /* the line before was one */
	struct log_digest digest;
	bool out_of_memory;
};

/* --- constants of a Realm that its parameters decide: rtt.md#1, planes.md#1 ---------------- */

struct log_geometry {
	int start;
	unsigned int width; /* of an IPA */
};

struct log_planes {
	unsigned int count;
	bool tree_pp;
};

unsigned int log_geometry_count(void);
struct log_geometry log_geometry(unsigned int n);
#define LOG_PLANE_ROWS 7
struct log_planes log_planes(unsigned int n);

/* --- objects ------------------------------------------------------------------------------- */

void log_state_free(struct log_state *state);
/* Everything that a boot ends. */
void log_state_boot(struct log_state *state, const struct log_boot *boot, size_t line);
/* A call happened of which nothing is known: only constants of the monitor stay. */
void log_state_forget(struct log_state *state);

/* NULL: nothing is known but log_kinds(). */
struct log_object *log_object(struct log_state *state, uint64_t pa);
unsigned int log_kinds(struct log_state *state, uint64_t pa);
/* `pa` is exactly one kind from this line on; NULL without memory. */
struct log_object *log_become(struct log_state *state, uint64_t pa, unsigned int kind, size_t line);
/* Rules kinds out. */
void log_exclude(struct log_state *state, uint64_t pa, unsigned int kinds, size_t line);
/* What was known of it does not hold any more. */
void log_doubt(struct log_state *state, uint64_t pa, size_t line);
/* A REC may have been made or removed that is not known. */
void log_state_uncount(struct log_state *state);

/* One more request; strict: it replaces the others. */
void log_request_add(struct log_requests *requests, const struct log_request *request, bool strict);

#endif
