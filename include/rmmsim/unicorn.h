/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_UNICORN_H
#define RMMSIM_UNICORN_H

/*
 * Realms as AArch64 machine code, executed by Unicorn under the stage 2 of the model. This header
 * belongs to librmmsim-unicorn, a library of its own: Unicorn has licence GPL-2.0, so a program that
 * links librmmsim-unicorn is distributed under terms that agree with it. What the engine can and cannot do:
 * docs/realms.md.
 *
 *	rmmsim_unicorn_config_init(&config);
 *	config.budget = 1000000;
 *	rmmsim_unicorn_create(sim, &config, &engine, &error);
 *	... RMI_REC_ENTER executes what is in the Realm's memory ...
 *	rmmsim_unicorn_last_stop(engine, rec, &stop);      -- where it stands, and why it left
 *	rmmsim_destroy(sim);
 *	rmmsim_unicorn_destroy(engine);
 *
 * An error leaves everything as it was. RMMSIM_ERR_CONFIG: choose other banks; RMMSIM_ERR_STATE: wait until no REC runs,
 * or install the Unicorn that *error names; RMMSIM_ERR_MEMORY: try again; RMMSIM_ERR_ARGUMENT: a mistake of the program.
 */

#include <rmmsim/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rmmsim_unicorn; /* the engine of one instance */

/*
 * Called before an instruction is executed: its address, the word (0 if it could not be read) and its
 * text. With the engine's lock held: must not call the library.
 */
typedef void (*rmmsim_unicorn_insn_fn)(void *context, const struct rmmsim_vcpu *vcpu, uint64_t pc,
				       uint32_t word, const char *text);

struct rmmsim_unicorn_config {
	size_t size;     /* sizeof(struct rmmsim_unicorn_config), set by the init function */
	uint64_t budget; /* instructions per REC_ENTER (default 100 million), 0: no limit */
	rmmsim_unicorn_insn_fn insn; /* NULL; slows execution down by a factor of ten */
	void *insn_context;
	/*
	 * CPACR_EL1.FPEN is honoured: FP/SIMD instructions that it traps are exceptions at EL1, and
	 * code is slow while it traps any. Default false: they execute with every value of CPACR_EL1.
	 */
	bool fp_traps;
};

RMMSIM_API void rmmsim_unicorn_config_init(struct rmmsim_unicorn_config *config);

/*
 * Creates an engine and makes it the engine of `sim`. `config` may be NULL. RMMSIM_ERR_ARGUMENT;
 * RMMSIM_ERR_CONFIG: memory at or above 2^44; RMMSIM_ERR_MEMORY; RMMSIM_ERR_STATE: see
 * rmmsim_set_engine(), or the self test found that the installed Unicorn is not one that the engine
 * understands. *error (may be NULL) has the details. Destroy the engine after the instance.
 */
RMMSIM_API enum rmmsim_status rmmsim_unicorn_create(struct rmmsim *sim,
						    const struct rmmsim_unicorn_config *config,
						    struct rmmsim_unicorn **engine,
						    struct rmmsim_error *error);
RMMSIM_API void rmmsim_unicorn_destroy(struct rmmsim_unicorn *engine);

/* The identification registers that the CPU of the engine can honour, for rmmsim_config.id_regs. */
RMMSIM_API void rmmsim_unicorn_id_regs(struct rmmsim_id_regs *id);

/* Budget of the REC_ENTERs to come. Not while a REC runs. */
RMMSIM_API void rmmsim_unicorn_set_budget(struct rmmsim_unicorn *engine, uint64_t budget);
/* Instructions executed so far by all Realms. */
RMMSIM_API uint64_t rmmsim_unicorn_instructions(const struct rmmsim_unicorn *engine);

/* An exception that a Plane took to its own EL1: what the registers with these names got; FAR 0 if it has none. */
struct rmmsim_unicorn_exception {
	uint64_t esr, far, elr, spsr;
};

/*
 * Synchronous exceptions and SErrors of one Plane of a REC, those that the monitor injects too; interrupts are not
 * among them. Of those that repeat each other the monitor's are counted once.
 */
struct rmmsim_unicorn_exceptions {
	uint64_t count;
	struct rmmsim_unicorn_exception first, last;
	struct rmmsim_unicorn_exception origin; /* the last that did not come from its own vector */
};

/* Where a REC stands and why it left the engine. */
struct rmmsim_unicorn_stop {
	unsigned int plane, el;
	uint64_t pc;     /* of the instruction that caused the last event */
	bool insn_known; /* it could be read */
	uint32_t insn;
	char text[96];                 /* its disassembly, "" without capstone */
	bool fault;                    /* the event was an abort: */
	bool fetch, write, table_walk; /* ... of a fetch, of a store, during a walk of stage 1 */
	uint64_t va, ipa;
	unsigned int fsc; /* fault status code */
	int level;        /* where the walk of `tree` ended */
	unsigned int tree;
	bool looping; /* exceptions at EL1 lead to themselves: their vector cannot be executed */
	char refusal[160]; /* why the engine executes nothing, "" if it does */
	struct rmmsim_unicorn_exceptions exceptions;
};

/* RMMSIM_ERR_STATE if the REC has not run. Not while it runs. */
RMMSIM_API enum rmmsim_status rmmsim_unicorn_last_stop(struct rmmsim_unicorn *engine, uint64_t rec,
						       struct rmmsim_unicorn_stop *stop);

/* --- looking at a Plane that stands still ------------------------------------------------------- */

/*
 * Called with the engine's lock held: may read vcpu->context and change its x, pc, pstate and sysreg, and the
 * SIMD registers; and call rmmsim_unicorn_read(), rmmsim_unicorn_write(), rmmsim_unicorn_disassemble() and
 * rmmsim_translate(), nothing else of the library.
 */
typedef void (*rmmsim_unicorn_inspect_fn)(void *context, struct rmmsim_unicorn *engine,
					  const struct rmmsim_vcpu *vcpu);

/*
 * The next REC_ENTER that reaches the engine executes nothing: `inspect` is called, and the REC exits as if the
 * budget were used up. NULL: it is an ordinary one. Not while a REC runs.
 */
RMMSIM_API void rmmsim_unicorn_inspect_next(struct rmmsim_unicorn *engine,
					    rmmsim_unicorn_inspect_fn inspect, void *context);
/* Memory at a virtual address of the Plane, as its own stage 1 and stage 2 have it. False: not all of it is there. */
RMMSIM_API bool rmmsim_unicorn_read(struct rmmsim_unicorn *engine, uint64_t va, void *data,
				    size_t size);
/*
 * Writes there, as a debugger does: without a look at the permissions of the Plane, but only where it has memory. False: not all
 * of it is there; what is before that was written. In an inspect function only.
 */
RMMSIM_API bool rmmsim_unicorn_write(struct rmmsim_unicorn *engine, uint64_t va, const void *data,
				     size_t size);
/* Text of an instruction word; `.word 0x...` where the library has no disassembler. */
RMMSIM_API void rmmsim_unicorn_disassemble(struct rmmsim_unicorn *engine, uint64_t pc,
					   uint32_t word, char *text, size_t size);

/* --- stopping a Plane: for debuggers -------------------------------------------------------------- */

enum rmmsim_unicorn_point_kind {
	RMMSIM_UNICORN_BREAK, /* the instruction at `va`, a multiple of 4, is about to be executed */
	RMMSIM_UNICORN_WATCH_READ,
	RMMSIM_UNICORN_WATCH_WRITE,
	RMMSIM_UNICORN_WATCH_ACCESS /* either */
};

/* Code is not changed for it. Virtual addresses of the Plane and REC that run. */
struct rmmsim_unicorn_point {
	enum rmmsim_unicorn_point_kind kind;
	uint64_t va, size; /* size: bytes that are watched, at least 1; of a breakpoint ignored */
};

#define RMMSIM_UNICORN_MAX_POINTS 256

/*
 * From the next REC_ENTER on these are the points, and no others. A REC that reaches one exits before the instruction
 * is executed, as if its budget were used up; it stops there again if it is entered with the point in place. While
 * something is watched, code is slow. Not while a REC runs. RMMSIM_ERR_ARGUMENT: too many, or one is impossible;
 * RMMSIM_ERR_MEMORY: breakpoints stood at too many addresses in the life of the engine. Nothing has changed then.
 */
RMMSIM_API enum rmmsim_status rmmsim_unicorn_set_points(struct rmmsim_unicorn *engine,
							const struct rmmsim_unicorn_point *points,
							size_t count);
/*
 * The REC at PA `rec` executes one instruction when it is entered, and exits; interrupts wait. If that takes several
 * exits (a fault that the Host serves, an access that it emulates), the step goes on with the next REC_ENTER. 0:
 * none steps. Not while a REC runs.
 */
RMMSIM_API void rmmsim_unicorn_step(struct rmmsim_unicorn *engine, uint64_t rec);

enum rmmsim_unicorn_halt_kind {
	RMMSIM_UNICORN_HALT_NONE,
	RMMSIM_UNICORN_HALT_STEP,
	RMMSIM_UNICORN_HALT_BREAK,
	RMMSIM_UNICORN_HALT_WATCH
};

struct rmmsim_unicorn_halt {
	enum rmmsim_unicorn_halt_kind kind;
	uint64_t
		va; /* of the instruction; of HALT_WATCH the first byte that is watched and accessed */
};

/* The last run was of this REC, and ended at a point or with a step. Not while it runs. */
RMMSIM_API bool rmmsim_unicorn_halted(struct rmmsim_unicorn *engine, uint64_t rec,
				      struct rmmsim_unicorn_halt *halt);

#ifdef __cplusplus
}
#endif

#endif
