/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

/*
 * A recording in memory: docs/trace-format.md. Everything hangs off struct trace and lives as long as
 * it does.
 *
 * Words: a *recording* is what one monitor did: a header (its machine) and events. An *event* is a call of the Host, the
 * Realm getting control, or the Realm leaving with a call or an exception; a *call* is the smc event with what
 * happened inside of it. *in* is memory that the monitor read, *out* what it wrote. A *mismatch* is a value that
 * the model answers differently (replay.h); *attribution* finds the quirk that explains it (attribute.h). *Holes*:
 * calls are missing, because the recording was made of a console log (trace/log/).
 *
 *	trace = trace_read("a.jsonl.gz", &options, &error);
 *	replay(trace, &replay_options, &result, &error);
 *	trace_free(trace);
 *
 * No locks: a trace is not changed after reading, and each replay has an instance of its own.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rmmsim/rmmsim.h>

struct arena;

/* Where reading failed and why. `line` is 0 when the file could not be opened. */
struct trace_error {
	size_t line, column; /* from 1 */
	char text[240];
};

/* --- memory content ------------------------------------------------------------------------ */

/* Bytes that differ from the fill of their block. */
struct trace_patch {
	uint32_t off, len; /* relative to the start of the block */
	const uint8_t *bytes;
};

#define TRACE_MAX_BLOCK 65536

/* `len` bytes at `pa` + `off`: `fill`, overlaid by the patches in order. */
struct trace_block {
	uint64_t pa, ipa; /* ipa: Realm memory only */
	uint32_t off, len;
	uint8_t fill;
	bool masked; /* the recording does not say what the bytes are; len is 0 */
	uint32_t patch_count;
	const struct trace_patch *patches;
};

struct trace_blocks {
	uint32_t count;
	const struct trace_block *at;
};

/* --- events -------------------------------------------------------------------------------- */

enum trace_op {
	TRACE_SMC, /* one Host call, complete */
	TRACE_RUN, /* the Realm gets control */
	TRACE_RSI, /* the Realm executes SMC */
	TRACE_EXC, /* the Realm takes another exception */
};

enum trace_exception { TRACE_SYNC, TRACE_SERROR, TRACE_IRQ, TRACE_FIQ, TRACE_OTHER };

#define TRACE_MAX_ARGUMENTS 17
#define TRACE_MAX_RESULTS   5

struct trace_smc {
	uint32_t cpu;
	bool nested; /* issued from another PE while the call `during` ran */
	uint64_t during;
	uint64_t x[18]; /* X0 is the FID */
	uint64_t ret[TRACE_MAX_RESULTS];
	struct trace_blocks in, out;
};

struct trace_run {
	uint32_t plane;
	uint64_t pc, pstate;
	uint64_t x[31];
	struct trace_blocks mem;
};

enum trace_sysreg {
	TRACE_CNTV_CTL,
	TRACE_CNTV_CVAL,
	TRACE_CNTP_CTL,
	TRACE_CNTP_CVAL,
	TRACE_SYSREGS,
};

/* What the Realm does, `rsi` and `exc`. */
struct trace_act {
	enum trace_exception kind; /* exc only */
	uint64_t esr, far, hpfar;
	bool pc_set; /* pc: the program counter is not that of the run line */
	uint64_t pc;
	uint32_t x_set; /* bit n: x[n] is the new value of Xn */
	uint64_t x[31];
	uint32_t sysreg_set;
	uint64_t sysreg[TRACE_SYSREGS];
	struct trace_blocks in; /* stores before it */
};

struct trace_event {
	enum trace_op op;
	size_t line;
	uint64_t i;
	union {
		const struct trace_smc *smc;
		const struct trace_run *run;
		const struct trace_act *act;
	};
};

/* --- calls --------------------------------------------------------------------------------- */

/*
 * A call with what happened while it ran: its steps are the Realm side lines that carry its number
 * and the calls that other PEs issued meanwhile, in file order.
 */
struct trace_call {
	const struct trace_event *smc;
	size_t event; /* its index in trace.events */
	bool nested;  /* a step of another call */
	size_t step_count;
	const uint32_t
		*steps; /* indexes into trace.events; a nested call stands as its smc event */
};

struct trace_header {
	const char *rmm;     /* "TF-RMM v0.8.0" */
	const char *profile; /* feature profile of the recording, "" if absent */
	const char *name;
	bool holes;                  /* calls are missing: it was made of a console log */
	struct rmmsim_config config; /* as the header describes the machine; profile not set */
};

struct trace {
	struct arena *arena;
	struct trace_header header;
	size_t event_count;
	struct trace_event *events;
	size_t call_count;
	struct trace_call *calls; /* in file order */
	size_t *call_of;          /* per event: index of the call that an smc event is */
};

#endif
