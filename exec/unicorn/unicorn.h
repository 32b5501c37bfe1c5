/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXEC_UNICORN_UNICORN_H
#define EXEC_UNICORN_UNICORN_H

/*
 * Inside of the Unicorn engine. One uc_engine per instance, used by one thread at a time; a Plane of a
 * REC is a struct cpu, swapped in and out of it. Facts about Unicorn: unicorn.md.
 *
 * Words: a *shadow* is the stage 2 that Unicorn walks: per Realm and Plane a root in the *pool*, filled by *fills*
 * when the CPU faults (shadow.c), each with what rmmsim_translate() said; a *change* is a line of the instance's log
 * that takes fills away; a *block* is what Unicorn translates at once, and code looks at changes at its start; a *hook* is a
 * function that Unicorn calls before a block, an access or a trapped instruction (hooks.c); to *leave* is to stop
 * uc_emu_start() with an event decided; a *hostile* word is one that Unicorn's decoder must not see (hostile.c).
 *
 * A run: state.c loads the Plane, hooks count and look, fault.c turns what stopped the CPU into an event or a fill and
 * goes on, state.c stores the Plane.
 *
 * Locks: the engine's lock is held from load to store; the instance lock is taken only inside of rmmsim_translate()
 * and its kin.
 */

#include <pthread.h>
#include <unicorn/unicorn.h>

#include <rmmsim/unicorn.h>

#include "exec/syndrome.h"

#define PLANES      4
#define PAGE_SIZE   UINT64_C(4096)
#define PAGE_MASK   (PAGE_SIZE - 1)
#define PAGE_SHIFT  12
#define INSN_SIZE   4
#define ENTRIES     512
#define SLOTS       64
#define MAX_REGIONS (3 * RMMSIM_MAX_BANKS)
#define PA_BITS     44 /* of every CPU model: unicorn.md#1 */

/* Addresses of system registers in the format of rsi.md#3 (3.5). */
#define SYSREG(op0, op1, crn, crm, op2) RSI_SYSREG_ADDRESS(op0, op1, crn, crm, op2)

/* --- calibrate.c: what is where in a saved context, unicorn.md#3 ------------------------------- */

struct layout {
	size_t size;                          /* of a context */
	size_t x;                             /* X0..X30, then SP, PC, pstate, aarch64, hflags */
	size_t pc, mode, hflags;              /* mode: 32-bit pstate without NZCV and DAIF */
	size_t syndrome, vaddress, target_el; /* pending exception */
	size_t v, v_stride;                   /* V0 and the distance to V1 */
	size_t exclusive; /* monitor: address, value, value of the second register */
};

/* --- one Plane of one REC ----------------------------------------------------------------------- */

struct id_read {
	bool pending;
	uint32_t address;
	unsigned int rt;
	uint64_t pc;
};

#define VECTOR_SYNC_EL1H UINT64_C(0x200)
#define VECTOR_SYNC_EL0  UINT64_C(0x400)
#define VECTOR_ERROR     UINT64_C(0x180) /* from the synchronous one to that of SErrors */

struct cpu {
	struct cpu *next;
	uint64_t rec, rd;
	unsigned int plane;
	uc_context *context; /* as it was when the Plane last left the CPU */
	bool loaded;         /* `image` is what `context` holds */
	struct rmmsim_plane image;
	bool output_v, output_p; /* timer outputs as last seen */
	struct id_read id;       /* the monitor answers an identification register */
	unsigned int loops;      /* exceptions in a row that were taken at their own vector */
	uint64_t call, used;     /* REC_ENTER and the instructions it has used */
	struct rmmsim_unicorn_stop stop;
	struct rmmsim_unicorn_exceptions exceptions;
};

/* --- the shadow of stage 2: shadow.c ------------------------------------------------------------ */

struct slot {
	uint64_t rd;           /* 0: free */
	uint64_t root[PLANES]; /* PA in the pool, 0: none */
	uint64_t restricted;   /* pages that may be executed at one exception level only */
};

struct pool {
	uint8_t *memory;
	uint64_t base; /* PA */
	size_t size;
	size_t used;   /* bytes ever handed out */
	uint64_t free; /* PA of the first free page, linked through their first words */
};

struct region {
	uint64_t base, top;
	uint8_t *view;
	uint64_t *origin; /* per granule: where its shadow entries are; shadow.c */
	uint64_t code; /* PA of the same memory where it is executed; `base` if there is no other */
	uint8_t *code_view;
};

/* --- why the CPU stopped ------------------------------------------------------------------------- */

enum stop_kind {
	STOP_NONE,
	STOP_EVENT,   /* `event` goes to the monitor */
	STOP_DELIVER, /* an exception at EL1 of the Plane itself: `deliver` */
	STOP_ABORT,   /* a stage 2 abort that needs work outside of the hook: `abort` */
	STOP_CHANGED, /* the log has lines */
	STOP_IRQ,     /* a timer or the GIC needs the Host */
	STOP_BUDGET,
	STOP_RELOAD, /* nothing but a new start */
	STOP_FLAGS,  /* FP/SIMD instructions have to trap, or not any more: traps.c */
	STOP_MINMAX, /* an instruction of minmax.c */
	STOP_HALT,   /* a point or step of a debugger */
};

struct deliver {
	uint64_t esr, far;
	bool far_valid;
	bool serror;
	uint64_t elr;
};

/* A stage 2 abort as the CPU reports it. */
struct abort {
	uint64_t esr, far, ipa, pc;
	bool fetch, write, table_walk;
};

struct sysreg_access {
	bool pending;
	bool read;
	uint32_t address;
	unsigned int rt; /* 31: XZR */
	uint64_t pc, value;
};

/* Where instructions of minmax.c were translated. */
#define PLACES 512

struct places {
	unsigned int count;
	uint64_t va[PLACES];
	uint64_t page; /* PA of what is translated, and its contents */
	const uint32_t *words;
	bool stale; /* something was translated without its hook */
	bool pass;  /* for one stay: the CPU is to say what is wrong with the access */
};

/* Addresses that a breakpoint ever stood at: each has a hook. */
#define DEBUG_PLACES 4096
#define BLOCK_WORDS  1024

struct debug {
	struct rmmsim_unicorn_point points[RMMSIM_UNICORN_MAX_POINTS];
	size_t count;
	uint64_t places[DEBUG_PLACES];
	size_t place_count;
	bool each; /* every instruction has a hook */
	uc_hook each_hook;
	struct debug_words {
		uint64_t block; /* that `words` are of, and when */
		int64_t left;
		bool known;
		uint32_t words[BLOCK_WORDS];
	} words;

	uint64_t step_rec; /* 0: none steps */
	bool step_begun;
	uint64_t step_pc, step_next;
	unsigned int step_plane;
	bool step_hook; /* at step_next */
	uc_hook step_handle;

	struct rmmsim_unicorn_halt halt; /* of the last run */
	uint64_t halt_rec;
};

struct rmmsim_unicorn {
	struct rmmsim *sim;
	struct rmmsim_unicorn_config config;
	pthread_mutex_t lock;
	uc_engine *uc;
	struct layout layout;
	uc_context *monitor; /* EL3, from which everything is entered */
	uc_context *scratch;
	size_t capstone; /* csh, 0: none */

	unsigned int region_count;
	struct region regions[MAX_REGIONS];
	struct pool pool;
	struct slot slots[SLOTS];
	const uint64_t *change_count; /* the instance's */
	uint64_t change_line;         /* up to where it was read */
	uint16_t vmid;
	bool flush; /* the CPU may hold translations that are not in the shadow */

	struct cpu *cpus;
	uint64_t instructions; /* of finished runs */
	uint64_t budget;
	struct rmmsim_id_regs cpu_id;

	/* The run in progress. */
	struct cpu *cpu, *last;
	struct rmmsim_vcpu *vcpu;
	struct slot *slot;
	uint64_t time;    /* virtual time at its start */
	uint64_t skipped; /* ticks that passed without any */
	uint64_t calm;    /* the next block is a plain one while this is *change_count */
	int64_t left;     /* bytes of code between the end of the current block and `limit` */
	uint64_t block;   /* the current block, and its bytes */
	uint32_t block_size;
	uint64_t limit;    /* value of executed() at which to stop */
	uint64_t deadline; /* ticks from `time` to the next timer */
	bool both;         /* a page has what shadow_fill_both() gave: for the next stay */
	uint64_t both_ipa;
	bool careful; /* traps_block() has something to look at */
	uint64_t traced_pc, traced_at;
	struct sysreg_access sysreg;
	uint32_t dirty[2]; /* registers written: bit per enum rmmsim_sysreg */
	enum stop_kind stop;
	uint64_t stop_pc;
	uint64_t reload_pc, reload_page;
	unsigned int reloads, reloads_here; /* at that PC, and for that page */
	struct rmmsim_event event;
	struct deliver deliver;
	struct abort abort;
	char failure[160];
	rmmsim_unicorn_inspect_fn inspect; /* of the next run; NULL: it is an ordinary one */
	void *inspect_context;
	struct places places;
	struct debug debug;
};

/* calibrate.c */
bool calibrate(struct rmmsim_unicorn *u, struct rmmsim_error *error);
bool self_test(struct rmmsim_unicorn *u, struct rmmsim_error *error);

/* Instructions of this run up to the end of the current block. */
static inline uint64_t executed(const struct rmmsim_unicorn *u)
{
	return u->limit - (uint64_t)(u->left / INSN_SIZE);
}
static inline void count_instruction(struct rmmsim_unicorn *u)
{
	u->left -= INSN_SIZE;
}
/* Whether a timer ends the run, not the budget. */
static inline bool timer_is_due(const struct rmmsim_unicorn *u)
{
	return executed(u) + u->skipped >= u->deadline;
}
/* A size of 0: the CPU is at `address` and in no block. */
static inline void begin_block(struct rmmsim_unicorn *u, uint64_t address, uint32_t size)
{
	u->left -= size;
	u->block = address;
	u->block_size = size;
}
/* The next block is not a plain one, or has not been looked at yet. */
static inline void attend(struct rmmsim_unicorn *u)
{
	u->calm = UINT64_MAX;
}

/* engine.c */
/* Recomputes when the run has to stop. */
void engine_limits(struct rmmsim_unicorn *u);

/* state.c */
/* MSR writes a register that the CPU keeps. */
void state_written(struct rmmsim_unicorn *u, uint32_t address);
/* HCR_EL2.VI follows the list registers. */
void state_interrupts(struct rmmsim_unicorn *u);
/* False if the library says that there is no such register. */
bool state_registers(uc_engine *uc, bool write, uint32_t address, uint64_t *value);
static inline uint64_t cp_read(uc_engine *uc, uint32_t address)
{
	uint64_t value = 0;

	state_registers(uc, false, address, &value);
	return value;
}
static inline void cp_write(uc_engine *uc, uint32_t address, uint64_t value)
{
	state_registers(uc, true, address, &value);
}
/* Register number (0..30, 31: XZR) of an id of Unicorn, and its value; XZR reads 0. */
unsigned int state_register_number(int id);
uint64_t state_x(uc_engine *uc, unsigned int n);
void state_set_x(uc_engine *uc, unsigned int n, uint64_t value);
uint64_t state_pc(uc_engine *uc);
uint32_t state_pstate(uc_engine *uc);
void state_set_pc(uc_engine *uc, uint64_t pc);
/* Control registers that are the same for every Realm. */
void state_setup(struct rmmsim_unicorn *u);
/* Brings the Plane into the CPU, ready for state_start(); takes it out. */
void state_load(struct rmmsim_unicorn *u);
void state_save(struct rmmsim_unicorn *u);
/* Runs the trampoline: returns when a hook stopped the CPU. */
void state_start(struct rmmsim_unicorn *u);
/* The state in which a virtual address is a physical one. */
void state_monitor(struct rmmsim_unicorn *u);

/* memory.c */
bool memory_setup(struct rmmsim_unicorn *u, struct rmmsim_error *error);
void memory_free(struct rmmsim_unicorn *u);
/* Realm view of a PA: DRAM, device memory or the pool. NULL: nothing is there. */
void *memory_at(struct rmmsim_unicorn *u, uint64_t pa);
/* Where the memory at `pa` is executed. */
uint64_t memory_code(struct rmmsim_unicorn *u, uint64_t pa);
struct region *memory_region(struct rmmsim_unicorn *u, uint64_t pa);
/* A zeroed page of the pool, 0 if it is exhausted. */
uint64_t pool_page(struct pool *pool);
void pool_release(struct pool *pool, uint64_t pa);

/* shadow.c */
struct slot *shadow_slot(struct rmmsim_unicorn *u, uint64_t rd);
/* The root for the running Plane: made when it is first needed. */
uint64_t shadow_root(struct rmmsim_unicorn *u);
/* Enters an answer of rmmsim_translate(). `fetch`: the page becomes executable. */
void shadow_fill(struct rmmsim_unicorn *u, uint64_t ipa, const struct rmmsim_translation *t,
		 bool fetch);
/* Writable and executable, for a store that cannot be emulated. */
void shadow_fill_both(struct rmmsim_unicorn *u, uint64_t ipa, const struct rmmsim_translation *t);
/* The page can be executed by the running Realm: a store has to take that away first. */
bool shadow_executable(struct rmmsim_unicorn *u, uint64_t ipa);
/* PA that the running Plane's entry leads to, 0: none. */
uint64_t shadow_output(struct rmmsim_unicorn *u, uint64_t ipa);
void shadow_make_readable(struct rmmsim_unicorn *u, uint64_t ipa);
void shadow_make_writable(struct rmmsim_unicorn *u, uint64_t ipa);
/* Drops what the log names. */
void shadow_sync(struct rmmsim_unicorn *u);
static inline bool shadow_changed(const struct rmmsim_unicorn *u)
{
	return __atomic_load_n(u->change_count, __ATOMIC_ACQUIRE) != u->change_line;
}
void shadow_drop_all(struct rmmsim_unicorn *u);

/* hostile.c: words that the decoder of the library does not survive, unicorn.md#8 */
bool hostile_word(uint32_t word);
bool hostile_page(const uint32_t *words);
/* Copies a page and puts a permanently undefined instruction for each hostile word. */
void hostile_clean(uint32_t *to, const uint32_t *from);

/* store.c, store_decode.c: stores to the page that is being executed */
struct store {
	uint64_t va;
	unsigned int size; /* bytes */
	uint8_t data[64];  /* what is stored; of atomics the operand */
	enum store_kind {
		STORE_PLAIN,
		STORE_EXCLUSIVE,
		STORE_SWAP,
		STORE_COMPARE,
		STORE_OPERATE
	} kind;
	unsigned int opc;    /* of STORE_OPERATE */
	unsigned int result; /* register of the old value or of the status; 31: none */
	bool pair;           /* two registers: X`result`, X`result + 1` */
	unsigned int rn;     /* base */
	bool write_back;
	int64_t offset; /* of the write-back */
};
/* False: not a store that the engine knows. */
bool store_decode(struct rmmsim_unicorn *u, uint32_t word, struct store *s);
uint64_t *store_base(struct rmmsim_unicorn *u, const struct store *s);
/* Carries out the store that `a` is about. */
enum store_result {
	STORE_DONE,
	STORE_FAULTS, /* on another page that it goes to: the CPU will say so */
	STORE_UNKNOWN
};
enum store_result store_emulate(struct rmmsim_unicorn *u, const struct abort *a);

/* minmax.c: minima and maxima that no version of the library computes right */
/* A word of the block at the PC is about to be translated; the offset of `address` in its page counts. */
void minmax_translated(struct rmmsim_unicorn *u, uint64_t address);
/* After STOP_MINMAX. */
void minmax_finish(struct rmmsim_unicorn *u);

/* fault.c */
/* In a hook: the abort is resolved (true) or recorded for fault_finish(). */
bool fault_quick(struct rmmsim_unicorn *u, const struct abort *a);
/* Outside of hooks: resolves u->abort or turns it into an event or a delivery. */
void fault_finish(struct rmmsim_unicorn *u);
/* Outside of hooks: the instruction that faulted was emulated. */
void fault_emulated(struct rmmsim_unicorn *u);
/* May the running Plane execute at its PC? For pages that only one exception level executes. */
bool fault_may_execute(struct rmmsim_unicorn *u, uint64_t pc);

/* hooks.c */
bool hooks_install(struct rmmsim_unicorn *u);
void hooks_stop(struct rmmsim_unicorn *u, enum stop_kind kind, uint64_t pc);
void hooks_settle(struct rmmsim_unicorn *u, uint64_t pc);
/* In an exception hook: the instruction at `pc` was emulated. */
void hooks_skip(struct rmmsim_unicorn *u, uint64_t pc);
void hooks_event(struct rmmsim_unicorn *u, uint64_t esr, uint64_t pc, uint64_t insn);

/* traps.c: exceptions that the library does not raise */
/* Recomputes u->careful: after a change of the Plane, CPACR_EL1, SPSR_EL1. */
void traps_update(struct rmmsim_unicorn *u);
/* At the start of a block, if u->careful: true if the CPU was stopped. */
bool traps_block(struct rmmsim_unicorn *u, uint64_t pc);
/* After STOP_FLAGS: makes the CPU's flags what they have to be. */
void traps_put_flags(struct rmmsim_unicorn *u);
/* SPSR_EL1 as the CPU gets it, and back: it must never return to AArch32. */
uint64_t traps_spsr_to_cpu(uint64_t spsr);
uint64_t traps_spsr_of_cpu(uint64_t spsr);
/* PSTATE that the engine can enter: EL0, EL1t or EL1h in AArch64. */
bool traps_pstate_valid(uint64_t pstate);

/* deliver.c: exceptions into EL1, by changing the context */
void deliver_exception(struct rmmsim_unicorn *u, struct rmmsim_vcpu *vcpu, const struct deliver *d);

/* sysreg.c */
/* MRS and MSR as the INSN hooks see them; returns 1 if the instruction is done. */
uint32_t sysreg_hook(struct rmmsim_unicorn *u, const uc_arm64_cp_reg *reg, int rt, bool read);
/* The CPU does not know the register of u->sysreg, or traps it: EC 0 or 0x18. */
void sysreg_unknown(struct rmmsim_unicorn *u);
void sysreg_finish_id(struct rmmsim_unicorn *u);
/* Value of an identification register limited to what the CPU has. */
uint64_t sysreg_limit_id(const struct rmmsim_unicorn *u, uint32_t address, uint64_t value);

/* gic.c: the CPU interface over the list registers of the context */
bool gic_access(struct rmmsim_unicorn *u, uint32_t address, bool read, uint64_t *value);
bool gic_is_register(uint32_t address);
/* The Host emulates this access: rec.md#7.1 */
bool gic_goes_to_host(struct rmmsim_unicorn *u, uint32_t address, bool read);
#define GIC_IRQ 1u
#define GIC_FIQ 2u
/* What the interface signals: 0, GIC_IRQ or GIC_FIQ. Updates MISR. */
unsigned int gic_update(struct rmmsim_unicorn *u);

/* timer.c */
uint64_t timer_now(const struct rmmsim_unicorn *u, uint64_t pc);
void timer_update(struct rmmsim_unicorn *u, uint64_t now);
/* Some output of the Plane rose since the last look. */
bool timer_rose(struct rmmsim_unicorn *u);
/* Ticks from u->time until a timer of the REC has to be looked at; UINT64_MAX: never. */
uint64_t timer_deadline(const struct rmmsim_unicorn *u);
/* At the start of a run: ISTATUS as of now, outputs as the monitor saw them. */
void timer_begin(struct rmmsim_unicorn *u);
/* A register of a timer was written. */
void timer_written(struct rmmsim_unicorn *u, uint64_t now);
/* Counters and TVAL; the other registers are plain storage. */
bool timer_access(struct rmmsim_unicorn *u, uint32_t address, bool read, uint64_t *value);

/* walk.c: stage 1 as the CPU would walk it */
struct walk {
	bool ok;
	uint64_t ipa;
	int level; /* where it ended; 0 with the MMU off */
	int start; /* level of the first table */
	/* Both can be read and written, for certain: by EL0, and by EL1 (while PSTATE.PAN is clear if `user`). */
	bool writable[2];
	bool user;
};
/* Level of what held the address of the table at walk.level: a descriptor, or TTBRn_EL1 (0). */
static inline int walk_level_above(const struct walk *walk)
{
	return walk->level > walk->start ? walk->level - 1 : 0;
}
struct walk walk_stage1(struct rmmsim_unicorn *u, uint64_t va);
/* Bytes of one page of Realm memory as the Plane would read them; false where it cannot. */
bool walk_read(struct rmmsim_unicorn *u, uint64_t ipa, void *data, size_t size);
/* The instruction at a virtual address of the running Plane. */
bool walk_fetch(struct rmmsim_unicorn *u, uint64_t va, uint32_t *word);

/* inspect.c */
/* If this run is for looking only: true. */
bool inspect_instead(struct rmmsim_unicorn *u);
/* Before an exception is delivered to EL1, at `vector`. */
void inspect_note_exception(struct rmmsim_unicorn *u, const struct deliver *d, uint64_t vector);
/* At the start of a run: the monitor may have injected an exception. */
void inspect_note_injected(struct rmmsim_unicorn *u);

/* debug.c */
/* Before the first stay of a run: true if a step is done already, and nothing is to be executed. */
bool debug_begin(struct rmmsim_unicorn *u);
void debug_end(struct rmmsim_unicorn *u);
/* In hooks, before what is at `address` is executed: true if the CPU was stopped. */
bool debug_block(struct rmmsim_unicorn *u, uint64_t address);
bool debug_place(struct rmmsim_unicorn *u, uint64_t address);
/* The running REC makes a step. */
bool debug_steps(const struct rmmsim_unicorn *u);

/* operand.c */
struct operand {
	uint64_t va;
	uint64_t size;
	bool read, write;
};
/* In a hook: what the instruction at the PC accesses. False: nothing that is known. */
bool operand_decode(struct rmmsim_unicorn *u, uint64_t pc, uint32_t word, struct operand *o);

/* disasm.c */
void disasm_open(struct rmmsim_unicorn *u);
void disasm_close(struct rmmsim_unicorn *u);
void disasm_text(const struct rmmsim_unicorn *u, uint64_t pc, uint32_t word, char *text,
		 size_t size);

#endif
