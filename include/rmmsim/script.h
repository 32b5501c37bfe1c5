/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_SCRIPT_H
#define RMMSIM_SCRIPT_H

/*
 * Realms as scripts: a Plane of a REC is a C function on its own stack. Each operation below is one
 * instruction of the Realm; it returns when the instruction has completed, however many REC exits,
 * Plane exits and host calls lie between.
 *
 * A script starts with the PC at its entry point; each operation advances it by 4. Stage 1 is off.
 *
 * A script may run on a different thread after each operation, must not be left by longjmp() or a
 * C++ exception, and has 256 KiB of stack. It holds no lock: it may issue SMCs of other PEs.
 *
 *	static void guest(struct rmmsim_realm *realm, void *argument)
 *	{
 *		uint64_t value;
 *
 *		if (rmmsim_realm_load(realm, 0x1000, 8, &value) == RMMSIM_DONE)
 *			rmmsim_realm_store(realm, 0x1008, 8, value + 1);
 *	}
 *
 *	rmmsim_scripts_create(sim, &scripts);
 *	rmmsim_script_bind(scripts, rd, 0, guest, NULL);
 *	... RMI_REC_ENTER runs it ...
 *
 * An error of the two functions leaves everything as it was: after RMMSIM_ERR_STATE wait until no REC runs, after
 * RMMSIM_ERR_MEMORY try again, RMMSIM_ERR_ARGUMENT is a mistake of the program. What an operation of a script
 * returns is for the script: a Realm handles an exception or it does not.
 */

#include <rmmsim/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rmmsim_scripts; /* the script engine of one instance */
struct rmmsim_realm;   /* the running script's own handle */

typedef void (*rmmsim_script_fn)(struct rmmsim_realm *realm, void *argument);

/*
 * Creates a script engine and makes it the engine of `sim`. RMMSIM_ERR_ARGUMENT, RMMSIM_ERR_STATE
 * (see rmmsim_set_engine), RMMSIM_ERR_MEMORY. Destroy it after the instance; scripts that are still
 * suspended are abandoned (their stacks are freed, nothing of them runs again).
 */
RMMSIM_API enum rmmsim_status rmmsim_scripts_create(struct rmmsim *sim,
						    struct rmmsim_scripts **scripts);
RMMSIM_API void rmmsim_scripts_destroy(struct rmmsim_scripts *scripts);

/*
 * From now on Plane `plane` of every REC of the Realm `rd` runs `fn(realm, argument)`. `rd` 0 means
 * every Realm without a binding of its own. A script starts when its Plane first runs, after PSCI
 * CPU_ON, and when a Plane is entered at a PC other than the one where its script is suspended; one
 * that was suspended elsewhere is abandoned.
 * When the function returns, P0 issues PSCI_SYSTEM_OFF and an auxiliary Plane waits for ever (WFI).
 * While WFI is not trapped, such a Plane ends each run with RMMSIM_EVENT_BUDGET; so does a Plane that
 * has no script.
 * RMMSIM_ERR_ARGUMENT for a plane above 3 or fn NULL, RMMSIM_ERR_MEMORY.
 */
RMMSIM_API enum rmmsim_status rmmsim_script_bind(struct rmmsim_scripts *scripts, uint64_t rd,
						 unsigned int plane, rmmsim_script_fn fn,
						 void *argument);

/* --- what a script can do -------------------------------------------------------------------- */

/*
 * How an operation ended. An exception at EL1 is handled by returning: ESR_EL1, FAR_EL1, ELR_EL1 and
 * SPSR_EL1 hold what the PE put there, PSTATE is that of before and the instruction is skipped.
 */
enum rmmsim_outcome {
	RMMSIM_DONE,  /* the instruction completed */
	RMMSIM_ABORT, /* an external abort was injected, or the Plane itself took an abort of stage 1
			    (address size, alignment) or, instead of executing the instruction, a
			    virtual SError: see rmmsim_realm_syndrome() */
	RMMSIM_UNDEFINED /* an undefined instruction exception was injected */
};

RMMSIM_API unsigned int rmmsim_realm_plane(const struct rmmsim_realm *realm);
RMMSIM_API uint64_t rmmsim_realm_mpidr(const struct rmmsim_realm *realm);
/* Registers of the running Plane, to read and write between operations. Not valid after the next
 * operation. */
RMMSIM_API struct rmmsim_plane *rmmsim_realm_context(struct rmmsim_realm *realm);
/* ESR_EL1 of the last injected exception. */
RMMSIM_API uint64_t rmmsim_realm_syndrome(const struct rmmsim_realm *realm);

/*
 * Loads and stores of 1, 2, 4 or 8 bytes, aligned; X0 is the data register (ISV = 1), and a load does
 * not extend the sign. An unaligned address is an alignment fault: RMMSIM_ABORT. There is no
 * instruction of another size: RMMSIM_UNDEFINED. *value is set only on RMMSIM_DONE.
 */
RMMSIM_API enum rmmsim_outcome rmmsim_realm_load(struct rmmsim_realm *realm, uint64_t ipa,
						 unsigned int size, uint64_t *value);
RMMSIM_API enum rmmsim_outcome rmmsim_realm_store(struct rmmsim_realm *realm, uint64_t ipa,
						  unsigned int size, uint64_t value);
/*
 * Copies of any size and alignment, as many load or store pair instructions (ISV = 0, X0 and X1, up
 * to 16 bytes, never across a granule) as it takes. What was copied before an abort stays copied.
 */
RMMSIM_API enum rmmsim_outcome rmmsim_realm_read(struct rmmsim_realm *realm, uint64_t ipa,
						 void *data, size_t size);
RMMSIM_API enum rmmsim_outcome rmmsim_realm_write(struct rmmsim_realm *realm, uint64_t ipa,
						  const void *data, size_t size);
/* Fetches (jumps to and back from) an instruction at `ipa`: where the PC is if that faults. */
RMMSIM_API enum rmmsim_outcome rmmsim_realm_fetch(struct rmmsim_realm *realm, uint64_t ipa);

/* SMC with x[0..17] as X0..X17 in and out: RSI, PSCI, anything. */
RMMSIM_API enum rmmsim_outcome rmmsim_realm_smc(struct rmmsim_realm *realm, uint64_t x[18]);
/* SMC with X0 = fid, X1..X5; returns X0, other results stay in the context. */
RMMSIM_API uint64_t rmmsim_realm_call(struct rmmsim_realm *realm, uint32_t fid, uint64_t x1,
				      uint64_t x2, uint64_t x3, uint64_t x4, uint64_t x5);
RMMSIM_API enum rmmsim_outcome rmmsim_realm_hvc(struct rmmsim_realm *realm, uint16_t immediate);
RMMSIM_API enum rmmsim_outcome rmmsim_realm_wfi(struct rmmsim_realm *realm);
RMMSIM_API enum rmmsim_outcome rmmsim_realm_wfe(struct rmmsim_realm *realm);
/* First use of FP/SIMD. */
RMMSIM_API enum rmmsim_outcome rmmsim_realm_simd(struct rmmsim_realm *realm);

/*
 * MRS/MSR of X0 (op0, op1, CRn, CRm, op2 as in rsi.md#3.5's address). Registers of EL1's virtual
 * memory system, timers and counters are accessed directly, everything else is trapped: rec.md#7.1.
 */
RMMSIM_API enum rmmsim_outcome rmmsim_realm_mrs(struct rmmsim_realm *realm, uint64_t address,
						uint64_t *value);
RMMSIM_API enum rmmsim_outcome rmmsim_realm_msr(struct rmmsim_realm *realm, uint64_t address,
						uint64_t value);

/* Things that happen to the PE while the script runs. */
RMMSIM_API void rmmsim_realm_interrupt(struct rmmsim_realm *realm, bool fiq);
RMMSIM_API void rmmsim_realm_serror(struct rmmsim_realm *realm, uint64_t esr);
/*
 * Any synchronous exception to R-EL2, for what has no function of its own. It is raised once: when the
 * Plane comes back to the same instruction, raising it again is up to the script.
 */
RMMSIM_API enum rmmsim_outcome rmmsim_realm_exception(struct rmmsim_realm *realm, uint64_t esr,
						      uint64_t far, uint64_t hpfar);
/*
 * Lets virtual time pass; timers of the Plane whose condition is met get ISTATUS. The interrupt that a
 * PE would get from them is the script's to raise.
 */
RMMSIM_API void rmmsim_realm_elapse(struct rmmsim_realm *realm, uint64_t ticks);

/* PLANE_ENTER with the run page at IPA `run`; the result registers are in the context. Returns X0. */
RMMSIM_API uint64_t rmmsim_realm_plane_enter(struct rmmsim_realm *realm, unsigned int plane,
					     uint64_t run);

#ifdef __cplusplus
}
#endif

#endif
