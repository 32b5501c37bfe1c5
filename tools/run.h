/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_RUN_H
#define TOOLS_RUN_H

/*
 * `rmmsim run`: a small hypervisor, in the way KVM treats a Realm, around one AArch64 payload. What the
 * payload finds is in docs/realms.md.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <rmmsim/unicorn.h>

#include "board/board.h"
#include "board/console.h"
#include "board/disk.h"
#include "trace/record.h"

#define RUN_PAGE        UINT64_C(0x1000)
#define RUN_RAM_BASE    UINT64_C(0x80000000)
#define RUN_MAX_RECS    64
#define RUN_MAX_PLANES  4
#define RUN_MAX_ANSWERS 64
#define RUN_TURN        UINT64_C(50000)

/* Offsets from the start of the Unprotected half. */
#define RUN_SHARED      UINT64_C(0x80000000)
#define RUN_SHARED_SIZE UINT64_C(0x100000)

#define RUN_HZ UINT64_C(62500000) /* CNTFRQ_EL0 of the engine */

enum {
	RUN_END_OFF = 0,
	RUN_END_FAILED = 1,
	RUN_END_USAGE = 2,
	RUN_END_INTERNAL = 3,
	RUN_END_RESET = 4
};

struct run_options {
	unsigned int planes, recs, width;
	bool shared_tree, reject_ripas, reject_s2ap, sha512, rim;
	bool load_given, no_relocate, stats;
	uint64_t ram, load, max_insns, seed;
	const char *trace, *payload, *token_out;
	const char *kernel, *initrd, *append, *dtb, *dump_dtb;
	const char *disks[BOARD_MAX_DISKS];
	unsigned int disk_count;
	bool rng, virtio_console;
	const char *shared, *on_host_call, *symbols, *gdb;
	const char *trace_insn; /* filters, "" for none; NULL: no instruction is printed */
	const char *host_calls[RUN_MAX_ANSWERS];
	unsigned int host_call_count;
};

/* A file, in memory. */
struct run_file {
	uint8_t *bytes;
	size_t size;
};

/* The payload: bytes to be measured, as pages of the IPA space. */
struct run_image {
	uint64_t base, top; /* IPA, page aligned */
	uint8_t *bytes;     /* of [base, top) */
	bool *used;         /* per page: something was loaded there */
	bool *written;      /* per byte: likewise */
	uint64_t entry;
	uint64_t
		bias; /* of a position independent file: where it is loaded less where it is linked */
	struct run_file elf; /* the file, if it may have symbols */
	uint64_t gprs[4];    /* X0 to X3 of the first REC, and of the others until PSCI says more */
};

struct run_rec {
	uint64_t rec, page;         /* PAs: REC, run page */
	uint64_t mpidr;             /* MPIDR_EL1, affinity only */
	bool runnable;              /* as PSCI has it */
	bool waiting;               /* in WFI or CPU_SUSPEND */
	struct rmi_rec_enter enter; /* for the next entry */
	unsigned int idle;          /* entries in a row that executed nothing */
};

struct run_host {
	struct run_options options;
	struct rmmsim *sim;
	struct rmmsim_unicorn *engine;
	struct record *record; /* NULL: nothing is recorded */

	uint64_t next, top; /* free memory */
	bool used_up;       /* some was asked for that is not there */
	uint64_t unprotected;
	uint64_t rd;
	unsigned int trees;
	int start; /* level */
	struct run_rec recs[RUN_MAX_RECS];
	unsigned int turn; /* REC that runs */
	struct rmi_rec_exit exit;

	struct run_answers *answers;
	uint64_t *shared; /* PA of each page of shared memory, 0: not mapped yet */
	uint64_t shared_size;

	struct board *board;
	struct virtio_memory memory; /* what its devices can access */
	struct disk disks[BOARD_MAX_DISKS];
	unsigned int disk_count; /* that are open */
	struct console console;
	int signals; /* signalfd of those that end the run, -1: none */
	int signal;  /* that came, 0: none */

	struct run_symbols *symbols;
	struct run_stats *stats;
	struct run_trace *insns; /* NULL: no instruction is printed */
	struct gdb *gdb;         /* NULL: no debugger */

	bool ended;
	int status;
	const struct run_rec *failed; /* that run_fail() was about, NULL: none that has run */
	struct rmmsim_unicorn_stop failed_stop;
	char why[512]; /* for a failure: one line for a person */
};

/* --- run_options.c ------------------------------------------------------------------------------ */

/* Defaults where the command says nothing. -1: go on; otherwise the exit status, after a message. */
int run_read_options(int argc, char **argv, struct run_options *options);

/* --- run.c -------------------------------------------------------------------------------------- */

/* Enters the REC, and does what its exit asks for. */
void run_enter(struct run_host *h, struct run_rec *rec);

/* --- run_host.c: calls and memory ------------------------------------------------------------- */

/* Issues FID with X1.. and returns X0; `x` (18 words) has the results. */
uint64_t run_smc(struct run_host *h, uint32_t fid, uint64_t *x);
/* The same with up to six arguments, results in h->... of the caller: NULL for none. */
#define RUN_CALL(h, fid, ...) run_smc((h), (fid), (uint64_t[18]){0, ##__VA_ARGS__})
/* A zeroed Non-secure page, 0 when memory is used up; `align` in bytes. */
uint64_t run_pages(struct run_host *h, unsigned int count, uint64_t align);
uint64_t run_delegated(struct run_host *h, unsigned int count, uint64_t align);
/* A call that has to succeed: otherwise the run ends. */
bool run_must(struct run_host *h, const char *what, uint64_t x0);
__attribute__((format(printf, 3, 4))) void run_end(struct run_host *h, int status,
						   const char *format, ...);
int run_index(uint64_t x0); /* RTT level in a status */
unsigned int run_status(uint64_t x0);

/* --- run_file.c ----------------------------------------------------------------------------------- */

/* "rmmsim run: PATH: ..." on stderr; false. */
__attribute__((format(printf, 2, 3))) bool run_bad(const char *path, const char *format, ...);
/* The content of a file. False with a message on stderr. */
bool run_file_read(const char *path, uint64_t limit, struct run_file *file);
/* The same, unpacked if it is a gzip file. */
bool run_file_unpack(const char *path, uint64_t limit, struct run_file *file);

/* --- run_image.c, run_kernel.c --------------------------------------------------------------------- */

/* False with a message on stderr. */
bool run_image_load(const struct run_options *options, struct run_image *image);
void run_image_free(struct run_image *image);
/* Symbols of --symbols, or of an ELF payload: none is no failure but of --symbols. */
bool run_symbols_open(struct run_host *h, struct run_image *image);
void run_symbols_close(struct run_host *h);
bool run_in_ram(const struct run_options *options, uint64_t base, uint64_t size);
bool run_image_open(struct run_image *image, uint64_t base, uint64_t top);
/* False: something else is there already. */
bool run_image_put(struct run_image *image, uint64_t at, const uint8_t *bytes, uint64_t size);
bool run_elf_load(const struct run_options *options, const struct run_file *file,
		  struct run_image *image);
/* A kernel with its device tree and initramfs. */
bool run_kernel_load(const struct run_options *options, struct run_image *image);
/* Affinity of the RECs in MPIDR_EL1. */
uint64_t run_mpidr(unsigned int rec);

/* --- run_realm.c ------------------------------------------------------------------------------------ */

bool run_open(struct run_host *h);
bool run_build(struct run_host *h, const struct run_image *image);
void run_close(struct run_host *h);

/* --- run_memory.c: translation tables ---------------------------------------------------------------- */

/* Creates the tables of `tree` from `level` to 3 that cover the IPA. */
bool run_tables(struct run_host *h, unsigned int tree, uint64_t ipa, int level);
/* A stage 2 fault that is no device access. False: no command can serve it. */
bool run_serve_fault(struct run_host *h, uint64_t ipa, unsigned int tree, int level);
/* Maps a page of shared memory. */
bool run_share(struct run_host *h, uint64_t ipa);
bool run_set_ripas(struct run_host *h, struct run_rec *rec);
bool run_set_s2ap(struct run_host *h, struct run_rec *rec);

/* --- run_devices.c -------------------------------------------------------------------------------------- */

/* Virtio devices of the options, as far as `board` describes them. */
void run_describe_devices(const struct run_options *options, struct board_config *board);
/* Opens what they need. False after run_end(). */
bool run_devices_open(struct run_host *h, struct board_config *board);
void run_devices_close(struct run_host *h);

/* --- run_exit.c ------------------------------------------------------------------------------------------ */

void run_exit(struct run_host *h, struct run_rec *rec);

/* --- run_answer.c, run_ask.c ------------------------------------------------------------------------------ */

/* What the Host answers to host calls, and puts into shared memory. False with a message on stderr. */
bool run_answers_open(struct run_host *h);
void run_answers_close(struct run_host *h);
/* A host call: fills rec->enter.gprs, or ends the run. */
void run_answer(struct run_host *h, struct run_rec *rec);
/* Content of a page of shared memory that is about to be mapped. */
void run_answers_fill(struct run_host *h, unsigned int page, uint64_t pa);

/* --- run_wait.c ------------------------------------------------------------------------------------------ */

/* The signals that end the run are looked at between two turns, so that the Realm's state can be told. */
void run_signals_open(struct run_host *h);
/* After everything else is done: ends the process by the signal that came. */
void run_signals_close(struct run_host *h);
/* Takes input and signals; time is what the instance says. */
void run_poll(struct run_host *h);
/* Something would end the REC's wait. */
bool run_wakes(const struct run_host *h, unsigned int n);
/* Every REC waits: time passes until a timer is due. False: there is nothing to wait for. */
bool run_let_time_pass(struct run_host *h);

/* --- gdb.c ------------------------------------------------------------------------------------------------ */

/* Each does nothing without --gdb. False: the run has ended. */
bool run_gdb_open(struct run_host *h);
/* The Realm stands still until a debugger has come and lets it run. */
void run_gdb_wait(struct run_host *h);
void run_gdb_poll(struct run_host *h);
/* After an entry: it may have ended at a breakpoint. */
void run_gdb_entered(struct run_host *h, unsigned int rec);
/* Not while another one steps. */
bool run_gdb_lets(const struct run_host *h, unsigned int rec);
/* Input on it wants run_gdb_poll(); -1: none. */
int run_gdb_fd(const struct run_host *h);
void run_gdb_close(struct run_host *h);

/* --- run_stats.c ----------------------------------------------------------------------------------------- */

struct run_stats *run_stats_open(void);
/* `stats` may be NULL. */
void run_stats_smc(struct run_stats *stats, uint32_t fid);
void run_stats_exit(struct run_stats *stats, const struct rmi_rec_exit *exit);
void run_stats_print(const struct run_host *h);

/* --- run_explain.c ------------------------------------------------------------------------------------------ */

/* Ends the run: `what` went wrong with this REC, and where it stands. */
void run_fail(struct run_host *h, const struct run_rec *rec, const char *what);
/* Exceptions, code, registers and calls of the REC that failed, on stderr. */
void run_scene(struct run_host *h);

/* --- run_trace.c -------------------------------------------------------------------------------------------- */

/* Reads the filters; after the symbols. False after run_end(). */
bool run_trace_open(struct run_host *h);
void run_trace_close(struct run_host *h);
void run_print_insn(void *context, const struct rmmsim_vcpu *vcpu, uint64_t pc, uint32_t word,
		    const char *text);

#endif
