/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_RMMSIM_H
#define RMMSIM_RMMSIM_H

/*
 * rmmsim: a model of the Arm CCA Realm Management Monitor, v1.1 unless another revision is chosen.
 *
 * Create an instance, put content into simulated physical memory, issue SMCs, look at registers.
 * Instances are independent; nothing is shared between them. Functions of one instance may be called
 * from several threads (PEs) unless their comment says otherwise.
 *
 * fork(): an instance belongs to the process that created it. In a child, a function of an inherited
 * instance answers RMMSIM_ERR_FORK, rmmsim_smc() as for a PE that does not exist, rmmsim_check() with one
 * violation called "process", the others with NULL, false or 0; rmmsim_calls(), rmmsim_time() and
 * rmmsim_configuration() answer as at the fork(), rmmsim_destroy() frees the child's copy.
 * Pointers that rmmsim_host_ptr() gave before lead to the memory that the parent sees. Create instances in
 * the child, or load one there (rmmsim/snapshot.h). Linux before 4.14 does not tell a child apart.
 *
 * Signals: in a handler of a signal, rmmsim_calls(), rmmsim_time(), rmmsim_configuration() and plain access
 * to memory that rmmsim_host_ptr() gave are allowed. Every other function may wait for a lock that the
 * interrupted thread holds: an SMC from a handler is allowed only if no thread that may be interrupted is in
 * a function of the same instance, for example while it waits in sigsuspend() or runs with the signal
 * blocked around such functions. A Realm's script counts as being in rmmsim_smc().
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rmmsim/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* In C a structure and a function may share a name; C++ compilers say then that one hides the other. */
#if defined(__cplusplus) && defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#endif

#define RMMSIM_API __attribute__((visibility("default")))

#define RMMSIM_VERSION_MAJOR 0
#define RMMSIM_VERSION_MINOR 1
#define RMMSIM_VERSION_PATCH 0

struct rmmsim;

/* --- status of the library's own functions ------------------------------------------------ */

/*
 * What the caller does: ARGUMENT, RANGE and STATE are mistakes of the program, which it mends; a program that
 * only tries (whether a granule can be written, whether a REC runs) goes on. CONFIG, UNKNOWN_NAME, FORMAT and
 * TOKEN are about input: show rmmsim_error.text, which names the thing and the remedy. MEMORY and FILE are the
 * system's: give something back and try again, or end. PROTECTED is what the hardware would have done to the
 * Host: the granule is delegated. FORK: create an instance in this process.
 *
 *	if (rmmsim_host_write(sim, pa, &params, sizeof(params)) == RMMSIM_ERR_PROTECTED)
 *		return -EBUSY;
 */
enum rmmsim_status {
	RMMSIM_OK,
	RMMSIM_ERR_ARGUMENT,     /* a pointer is NULL, a size or an index is out of range */
	RMMSIM_ERR_CONFIG,       /* the configuration contradicts itself or cannot be modelled */
	RMMSIM_ERR_MEMORY,       /* the system has no memory or no address space left */
	RMMSIM_ERR_RANGE,        /* a physical address range is not inside one memory bank */
	RMMSIM_ERR_PROTECTED,    /* the granule is not accessible to the caller's world */
	RMMSIM_ERR_STATE,        /* the object is not in a state that allows this */
	RMMSIM_ERR_UNKNOWN_NAME, /* no profile, quirk or command has this name */
	RMMSIM_ERR_FILE,         /* the system cannot read or write the file */
	RMMSIM_ERR_FORMAT,       /* no saved state, of a newer format, truncated or damaged */
	RMMSIM_ERR_TOKEN,        /* the attestation token is not good */
	RMMSIM_ERR_FORK          /* the instance belongs to the process that forked this one */
};

struct rmmsim_error {
	enum rmmsim_status status;
	char text[256]; /* names the thing and the remedy; empty when status is RMMSIM_OK */
};

/* A readable sentence for a status. Never NULL; static storage. */
RMMSIM_API const char *rmmsim_status_text(enum rmmsim_status status);

/* "0.1.0" */
RMMSIM_API const char *rmmsim_version(void);

/* The library that computes this build's hashes: "libgcrypt" or "mbedtls". Static storage. */
RMMSIM_API const char *rmmsim_hash_library(void);

/* --- configuration ------------------------------------------------------------------------ */

#define RMMSIM_MAX_BANKS         8
#define RMMSIM_FEATURE_REGISTERS 5
#define RMMSIM_QUIRK_WORDS       2

/* Physical addresses [base, top), both 4 KiB aligned. */
struct rmmsim_range {
	uint64_t base;
	uint64_t top;
};

enum rmmsim_protection {
	RMMSIM_PROTECTION_OFF, /* host view always accessible: fastest */
	RMMSIM_PROTECTION_TRAP /* host access to a delegated granule is a fault with a report */
};

/* What the host view tells about a host access to memory that is not Non-secure. */
struct rmmsim_gpf {
	uint64_t pa;
	bool write;
	const char *state;      /* granule state, "RTT" */
	uint64_t owner;         /* PA of the owner RD, 0 if none */
	uint64_t call;          /* SMC that gave the granule this state */
	const char *command;    /* its name */
	void *const *backtrace; /* return addresses of the access, innermost first */
	size_t backtrace_size;
};

/*
 * Called on the faulting thread, in signal context, after the report was written to stderr. It may
 * leave by siglongjmp(). When it returns (or is NULL) the default action of SIGSEGV follows.
 */
typedef void (*rmmsim_gpf_fn)(void *context, const struct rmmsim_gpf *gpf);

/* Keys and platform claims: rmmsim/attest.h */
struct rmmsim_attestation;

/*
 * A source of attestation tokens of the program's own. Writes at most `size` bytes to `token` and returns
 * how many the token has, 0 on failure. Called with the instance locked, when a Realm asks for the first
 * part of a token; must be deterministic.
 */
struct rmmsim_token_request {
	const uint8_t *challenge;          /* 64 bytes */
	const uint8_t *rpv;                /* 64 bytes */
	const uint8_t (*measurements)[64]; /* RIM, REM0..3 */
	uint8_t hash_algo;                 /* enum rmi_hash_algorithm */
	bool mec_private;
	bool mec_policy;     /* the token says so: not in 1.0 */
	bool collection_399; /* wrapper with tag 399 instead of 907 */
};
typedef size_t (*rmmsim_token_fn)(void *context, const struct rmmsim_token_request *request,
				  uint8_t *token, size_t size);

/*
 * The monitor reads or writes Non-secure memory while it carries out an SMC, for a recorder. Called
 * with the instance locked, before a read and after a write: may use rmmsim_host_ptr() only.
 */
typedef void (*rmmsim_ns_access_fn)(void *context, uint64_t pa, size_t size, bool write);

/* Identification registers of the PEs, as far as a Realm or the monitor can see them. */
struct rmmsim_id_regs {
	uint64_t id_aa64pfr0, id_aa64pfr1, id_aa64zfr0, id_aa64dfr0, id_aa64dfr1;
	uint64_t id_aa64isar0, id_aa64isar1;
	uint64_t id_aa64mmfr0, id_aa64mmfr1, id_aa64mmfr2, id_aa64mmfr3, id_aa64mmfr4;
	uint64_t ich_vtr, pmcr;
};

struct rmmsim_config {
	size_t size; /* sizeof(struct rmmsim_config): set by rmmsim_config_init() */

	const char *profile; /* NULL: "default" */
	const char
		*revision; /* "1.0", "1.1-alp14", "2.0-bet3"; NULL: the profile's, else 1.1-alp14 */
	/* Bit n % 64 of word n / 64: quirk number n, see rmmsim_config_quirk(). Bits that name no quirk are refused, and
	   one that is in both. */
	uint64_t quirks_on[RMMSIM_QUIRK_WORDS];  /* in addition to the profile's */
	uint64_t quirks_off[RMMSIM_QUIRK_WORDS]; /* not these of the profile */

	/* Banks do not overlap and end at the lower of 2^44 and 2^pa_bits. */
	unsigned int dram_count, dev_ncoh_count, dev_coh_count;
	struct rmmsim_range dram[RMMSIM_MAX_BANKS];
	struct rmmsim_range dev_ncoh[RMMSIM_MAX_BANKS];
	struct rmmsim_range dev_coh[RMMSIM_MAX_BANKS];
	enum rmmsim_protection protection;
	/*
	 * Pointers of rmmsim_host_ptr() are for stores up to the next snapshot or restore: the program asks again
	 * before it stores afterwards. A restore then does not look for changes behind all pointers that the Host
	 * ever got (rmmsim/snapshot.h). Loads are not affected. Protection is off, otherwise no effect.
	 */
	bool host_pointers_end;

	unsigned int pe_count; /* 1..256 */
	/*
	 * What FEATURES returns, any value: hosts have to survive monitors that contradict themselves. Registers
	 * that are all as rmmsim_config_init() fills them become those of rmmsim_config_revision().
	 */
	uint64_t feature_register[RMMSIM_FEATURE_REGISTERS];
	unsigned int pa_bits;       /* 32..52 */
	unsigned int vmid_bits;     /* 8 or 16 */
	unsigned int rec_aux_count; /* granules of a REC beside its own, 6..16 */
	struct rmmsim_id_regs id_regs;

	uint64_t seed; /* of everything random */

	bool explain;         /* keep an explanation of every refused call (default true) */
	unsigned int history; /* calls remembered for explanations: power of two, 0 for none */

	rmmsim_gpf_fn gpf;
	void *gpf_context;
	rmmsim_token_fn token; /* NULL: tokens as `attestation` has it */
	void *token_context;
	rmmsim_ns_access_fn ns_access;
	void *ns_access_context;

	/* Read by rmmsim_create() only; NULL: what rmmsim_attestation_init() gives. */
	const struct rmmsim_attestation *attestation;
	/*
	 * Pieces of work that signing a token takes, 1 or more (default 1). An interrupt comes after each
	 * but the last: that CONTINUE is INCOMPLETE, with a REC exit due to IRQ.
	 */
	unsigned int token_steps;
};

/*
 * Fills `config` with the default: profile "default", 256 MiB of DRAM at 0x80000000, 4 MiB of
 * device memory at 0x50000000, 4 PEs, 48-bit PA, 3 auxiliary planes with either tree arrangement,
 * protection off. Always start from here and change fields. NULL is passed over.
 */
RMMSIM_API void rmmsim_config_init(struct rmmsim_config *config);

/*
 * Chooses a revision and fills config->feature_register with what the model offers under it, so that fields of
 * the registers can be changed. RMMSIM_ERR_UNKNOWN_NAME: there is no such revision, nothing has changed.
 * `revision` has static storage.
 */
RMMSIM_API enum rmmsim_status rmmsim_config_revision(struct rmmsim_config *config,
						     const char *revision);

/* Number of a quirk for the masks of the configuration, by its name; -1 if unknown. */
RMMSIM_API int rmmsim_quirk_number(const char *name);
/*
 * Switches one quirk on or off; the profile does not matter. RMMSIM_ERR_UNKNOWN_NAME: no quirk has this name,
 * nothing has changed.
 */
RMMSIM_API enum rmmsim_status rmmsim_config_quirk(struct rmmsim_config *config, const char *name,
						  bool on);

/* --- life --------------------------------------------------------------------------------- */

/*
 * Creates an instance in the state of a monitor that has just booted. On failure *sim is NULL and
 * *error (may be NULL) says what to change: RMMSIM_ERR_ARGUMENT, RMMSIM_ERR_CONFIG,
 * RMMSIM_ERR_UNKNOWN_NAME (profile), RMMSIM_ERR_MEMORY. The caller owns the instance.
 */
RMMSIM_API enum rmmsim_status rmmsim_create(const struct rmmsim_config *config, struct rmmsim **sim,
					    struct rmmsim_error *error);
/* Frees everything; NULL is allowed. No call on the instance may be in progress. */
RMMSIM_API void rmmsim_destroy(struct rmmsim *sim);
/* What the instance was created with, for the life of the instance; `attestation` is NULL. NULL of NULL. */
RMMSIM_API const struct rmmsim_config *rmmsim_configuration(const struct rmmsim *sim);

/* --- the SMC door ------------------------------------------------------------------------- */

/* SMCCC 1.2 register file: x0..x17, in and out. rmi-abi.md#1 */
struct rmmsim_regs {
	uint64_t x[18];
};

/*
 * Executes one SMC of the Host on PE `pe` (below config.pe_count; anything else is answered with
 * SMCCC NOT_SUPPORTED). Returns when the monitor returns to the Host. For RMI_REC_ENTER that is the
 * REC exit: the realm runs on the calling thread, and other PEs may issue SMCs meanwhile. `sim` and
 * `regs` are not NULL. Returns the number of the call, from 1; 0 if `pe` is out of range, and in a child of
 * fork(), where every call is answered with NOT_SUPPORTED.
 */
RMMSIM_API uint64_t rmmsim_smc(struct rmmsim *sim, unsigned int pe, struct rmmsim_regs *regs);

/* Number of SMCs so far; the next call gets this number plus one. Any thread, at any time. */
RMMSIM_API uint64_t rmmsim_calls(const struct rmmsim *sim);

/* --- simulated physical memory, the Host's side -------------------------------------------- */

/*
 * Two ways to the same bytes: a pointer, whose misuse faults or goes unnoticed, and copies, which are checked.
 *
 *	struct rmi_rec_run *run = rmmsim_host_ptr(sim, pa, sizeof(*run));
 *
 *	run->enter.flags = 0;
 */

/*
 * The host view of [pa, pa + size): plain memory of this process, valid for the life of the
 * instance. NULL unless the range lies inside one bank. With protection on, touching a granule that
 * is not Non-secure is a fault.
 *
 * With protection on, Non-secure memory is made accessible when it is touched, by the library's handler
 * of SIGSEGV; of a range of up to 2 MiB at once, by this function. A system call that is given other
 * Non-secure memory, or memory that was delegated and undelegated since, may fail with EFAULT: ask for
 * the pointer again before. The same helps where a program or a test framework has installed its own
 * handler of SIGSEGV: docs/adr/0002-lazy-host-protection.md.
 */
RMMSIM_API void *rmmsim_host_ptr(struct rmmsim *sim, uint64_t pa, size_t size);

/*
 * Copies to or from Non-secure memory, checked instead of faulting: RMMSIM_ERR_RANGE outside every
 * bank, RMMSIM_ERR_PROTECTED if some granule of the range is not Non-secure (then nothing is copied).
 */
RMMSIM_API enum rmmsim_status rmmsim_host_write(struct rmmsim *sim, uint64_t pa, const void *data,
						size_t size);
RMMSIM_API enum rmmsim_status rmmsim_host_read(struct rmmsim *sim, uint64_t pa, void *data,
					       size_t size);

/*
 * A debugger's view: reads or writes managed memory in any state, without effect on the
 * model's bookkeeping. RMMSIM_ERR_RANGE outside every bank.
 */
RMMSIM_API enum rmmsim_status rmmsim_peek(struct rmmsim *sim, uint64_t pa, void *data, size_t size);
RMMSIM_API enum rmmsim_status rmmsim_poke(struct rmmsim *sim, uint64_t pa, const void *data,
					  size_t size);

enum rmmsim_pas { RMMSIM_PAS_NS, RMMSIM_PAS_REALM, RMMSIM_PAS_SECURE, RMMSIM_PAS_ROOT };

struct rmmsim_granule_info {
	const char *state; /* "UNDELEGATED", ... static storage */
	enum rmmsim_pas pas;
	uint64_t owner; /* PA of the owner RD, 0 if none */
	unsigned int refs;
	uint64_t call;       /* SMC that gave the granule its state, 0 if none */
	const char *command; /* name of that SMC, NULL if none */
};

/* RMMSIM_ERR_RANGE if the monitor does not manage `pa`. */
RMMSIM_API enum rmmsim_status rmmsim_granule_info(struct rmmsim *sim, uint64_t pa,
						  struct rmmsim_granule_info *info);

/*
 * Moves an UNDELEGATED granule to the Secure or Root PAS, or back to Non-secure, as other firmware
 * would. RMMSIM_ERR_RANGE, RMMSIM_ERR_ARGUMENT (REALM), RMMSIM_ERR_STATE (not UNDELEGATED).
 */
RMMSIM_API enum rmmsim_status rmmsim_set_pas(struct rmmsim *sim, uint64_t pa, enum rmmsim_pas pas);

/* --- why was it refused -------------------------------------------------------------------- */

/*
 *	if (regs.x[0] != RMI_SUCCESS && rmmsim_explain(sim, pe, &why) == RMMSIM_OK) {
 *		rmmsim_explanation_text(&why, text, sizeof(text));
 *		fputs(text, stderr);
 *	}
 */

#define RMMSIM_MAX_OTHERS 24
#define RMMSIM_MAX_SEEN   12
#define RMMSIM_MAX_NEEDS  24
#define RMMSIM_MAX_GIVEN  2

struct rmmsim_seen {
	const char *name; /* "rd.state", "walk.level" */
	uint64_t value;
	const char *text; /* symbolic form of the value, NULL if it has none */
};

struct rmmsim_condition {
	const char *id;     /* "rtt_walk" */
	const char *text;   /* what is wrong, a sentence */
	const char *source; /* sheet and section in docs/spec */
	uint64_t result;    /* X0 that it gives; index 0 where it depends on a level */
};

enum rmmsim_relation {
	RMMSIM_NEEDS_EXACTLY,  /* low */
	RMMSIM_NEEDS_RANGE,    /* low to high, both included; signed numbers */
	RMMSIM_NEEDS_AT_MOST,  /* high */
	RMMSIM_NEEDS_AT_LEAST, /* low */
	RMMSIM_NEEDS_MULTIPLE, /* of low */
	RMMSIM_NEEDS_BITS,     /* no bit that is not set in low */
};

/*
 * The number that a failed condition wanted, where there is one: "rtt_num_start is 1; s2sz 34 with
 * rtt_level_start 2 needs 16".
 */
struct rmmsim_need {
	const char *condition; /* id of the failed condition, the first or one of the others */
	const char *name;      /* argument or field, "rtt_num_start" */
	uint64_t value;        /* what it was */
	enum rmmsim_relation relation;
	uint64_t low, high;
	unsigned int given_count; /* what the wanted number follows from, if it is not fixed */
	struct {
		const char *name;
		uint64_t value;
	} given[RMMSIM_MAX_GIVEN];
};

struct rmmsim_explanation {
	uint64_t call; /* SMC number; for realm calls the REC_ENTER during which it was made */
	bool realm;    /* an RSI or PSCI call of a realm */
	const char *command; /* "RTT_CREATE" */
	unsigned int inputs;
	uint64_t x[18];                /* registers as passed */
	uint64_t result;               /* X0 */
	struct rmmsim_condition first; /* the condition that refused the call */
	unsigned int others_count;
	struct rmmsim_condition others[RMMSIM_MAX_OTHERS]; /* would have refused it too */
	unsigned int seen_count;
	struct rmmsim_seen seen[RMMSIM_MAX_SEEN];
	uint64_t granule; /* PA of the offending granule, 0 if none */
	const char *granule_state;
	uint64_t since_call; /* the SMC that put it into that state, 0 if none */
	const char *since_command;
	uint64_t since_x[7]; /* its X1..X7, while the history still has it */
	bool since_known;
	/* A replay counts in calls of its recording; lines of `call` and `since_call`, else 0. */
	uint64_t call_line, since_line;
	unsigned int needs_count;
	struct rmmsim_need needs[RMMSIM_MAX_NEEDS];
};

/*
 * The last refused call of PE `pe` (or of the realm that ran there). RMMSIM_ERR_STATE when there was
 * none or config.explain is false; RMMSIM_ERR_ARGUMENT for a bad PE.
 */
RMMSIM_API enum rmmsim_status rmmsim_explain(struct rmmsim *sim, unsigned int pe,
					     struct rmmsim_explanation *explanation);
/* Several lines of text, always terminated; returns the length it wanted, like snprintf(). */
RMMSIM_API size_t rmmsim_explanation_text(const struct rmmsim_explanation *explanation, char *buf,
					  size_t size);

/* --- invariants ---------------------------------------------------------------------------- */

/* A violation is a defect of the model or of its memory: report it with `detail` and the calls so far. */

struct rmmsim_violation {
	const char *invariant; /* name of the row */
	const char *text;      /* its sentence */
	char detail[256];      /* the state around it */
};

/* The table of invariants: name and sentence of row `index`; false past the end. */
RMMSIM_API bool rmmsim_invariant(size_t index, const char **name, const char **text);

/*
 * Checks the whole state. Returns the number of violations and describes up to `size` of them.
 * Never changes anything. Cost grows with the memory touched; with what changed where a check has found nothing
 * in a state that a snapshot or a restore left (rmmsim/snapshot.h), except for now and then.
 */
RMMSIM_API size_t rmmsim_check(struct rmmsim *sim, struct rmmsim_violation *violations,
			       size_t size);

/* --- coverage of failure conditions --------------------------------------------------------- */

struct rmmsim_coverage {
	const char *interface; /* "RMI", "RSI", "PSCI" */
	const char *command;
	const char *condition;
	bool implemented; /* the instance's revision has the condition, and a handler for the command */
	uint64_t hits; /* times the condition refused a call on this instance */
};

/* Row `index` of the condition table; RMMSIM_ERR_RANGE past the end. */
RMMSIM_API enum rmmsim_status rmmsim_coverage(struct rmmsim *sim, size_t index,
					      struct rmmsim_coverage *row);

/*
 * Whether the command has a handler, in some revision or in the one that is named (NULL: some). `interface`
 * is "RMI", "RSI" or "PSCI", `command` the name of its row, "RTT_CREATE". False for a name that does not exist.
 */
RMMSIM_API bool rmmsim_implemented(const char *interface, const char *command);
RMMSIM_API bool rmmsim_implemented_in(const char *revision, const char *interface,
				      const char *command);

#if defined(__cplusplus) && defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#ifdef __cplusplus
}
#endif

#endif
