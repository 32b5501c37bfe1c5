/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_ENGINE_H
#define RMMSIM_ENGINE_H

/*
 * Who executes a Realm. The monitor gives an engine the state of one Plane of one REC and gets back
 * the next exception that the PE takes to R-EL2. An engine never calls into the monitor; it may ask
 * for translations and it may be given SMCs of other PEs by the program around it. One whose Realms ask for
 * the version of the monitor, again and again:
 *
 *	static void run(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
 *	{
 *		vcpu->context->x[0] = SMC_RSI_VERSION;
 *		vcpu->context->x[1] = 0x10001;
 *		event->kind = RMMSIM_EVENT_SYNC;
 *		event->esr = UINT64_C(0x17) << 26;
 *		event->insn = vcpu->context->pc;
 *	}
 */

#include <rmmsim/rmmsim.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The EL1/EL0 system registers that a REC keeps per Plane: the table of rsi.md#4 (PLANE_SYSREG) in
 * its order, without PMEVCNTR/PMEVTYPER, then those that only the monitor reaches.
 */
enum rmmsim_sysreg {
	RMMSIM_SYSREG_SCTLR_EL1,
	RMMSIM_SYSREG_ACTLR_EL1,
	RMMSIM_SYSREG_CPACR_EL1,
	RMMSIM_SYSREG_ZCR_EL1,
	RMMSIM_SYSREG_TTBR0_EL1,
	RMMSIM_SYSREG_TTBR1_EL1,
	RMMSIM_SYSREG_TCR_EL1,
	RMMSIM_SYSREG_TCR2_EL1,
	RMMSIM_SYSREG_APIAKEYLO_EL1,
	RMMSIM_SYSREG_APIAKEYHI_EL1,
	RMMSIM_SYSREG_APIBKEYLO_EL1,
	RMMSIM_SYSREG_APIBKEYHI_EL1,
	RMMSIM_SYSREG_APDAKEYLO_EL1,
	RMMSIM_SYSREG_APDAKEYHI_EL1,
	RMMSIM_SYSREG_APDBKEYLO_EL1,
	RMMSIM_SYSREG_APDBKEYHI_EL1,
	RMMSIM_SYSREG_APGAKEYLO_EL1,
	RMMSIM_SYSREG_APGAKEYHI_EL1,
	RMMSIM_SYSREG_SPSR_EL1,
	RMMSIM_SYSREG_ELR_EL1,
	RMMSIM_SYSREG_SP_EL0,
	RMMSIM_SYSREG_AFSR0_EL1,
	RMMSIM_SYSREG_AFSR1_EL1,
	RMMSIM_SYSREG_ESR_EL1,
	RMMSIM_SYSREG_FAR_EL1,
	RMMSIM_SYSREG_PAR_EL1,
	RMMSIM_SYSREG_MAIR_EL1,
	RMMSIM_SYSREG_PIRE0_EL1,
	RMMSIM_SYSREG_PIR_EL1,
	RMMSIM_SYSREG_POR_EL1,
	RMMSIM_SYSREG_AMAIR_EL1,
	RMMSIM_SYSREG_VBAR_EL1,
	RMMSIM_SYSREG_DISR_EL1,
	RMMSIM_SYSREG_CONTEXTIDR_EL1,
	RMMSIM_SYSREG_TPIDR_EL1,
	RMMSIM_SYSREG_CNTKCTL_EL1,
	RMMSIM_SYSREG_CSSELR_EL1,
	RMMSIM_SYSREG_TPIDR_EL0,
	RMMSIM_SYSREG_TPIDRRO_EL0,
	RMMSIM_SYSREG_CNTP_CTL_EL0, /* as read: ISTATUS (bit 2) is the engine's to keep */
	RMMSIM_SYSREG_CNTP_CVAL_EL0,
	RMMSIM_SYSREG_CNTV_CTL_EL0,
	RMMSIM_SYSREG_CNTV_CVAL_EL0,
	RMMSIM_SYSREG_SP_EL1,
	RMMSIM_SYSREG_MDCCINT_EL1,
	RMMSIM_SYSREG_MDSCR_EL1,
	RMMSIM_SYSREG_BRBCR_EL1,
	RMMSIM_SYSREG_PMINTENSET_EL1,
	RMMSIM_SYSREG_PMCR_EL0,
	RMMSIM_SYSREG_PMCNTENSET_EL0,
	RMMSIM_SYSREG_PMSELR_EL0,
	RMMSIM_SYSREG_PMCCNTR_EL0,
	RMMSIM_SYSREG_PMUSERENR_EL0,
	RMMSIM_SYSREG_PMOVSSET_EL0,
	RMMSIM_SYSREG_PMCCFILTR_EL0,
	RMMSIM_SYSREG_SCTLR2_EL1, /* not reachable by PLANE_SYSREG */
	RMMSIM_SYSREG_COUNT
};

/* GIC CPU interface of a Plane: rec.md#3.4, planes.md#8. */
struct rmmsim_gic {
	uint64_t hcr;
	uint64_t lrs[16];
	uint64_t misr;
	uint64_t vmcr;
	uint64_t ap0r, ap1r; /* active priorities: ICH_AP0R0, ICH_AP1R0 */
};

/* Execution context of one Plane of one REC. 31 = no register (XZR). */
struct rmmsim_plane {
	uint64_t x[31];
	uint64_t pc;
	uint64_t pstate; /* SPSR layout */
	uint64_t sysreg[RMMSIM_SYSREG_COUNT];
	uint64_t sysreg_high[3]; /* upper halves of TTBR0, TTBR1, PAR */
	uint64_t pmevcntr[31];
	uint64_t pmevtyper[31];
	struct rmmsim_gic gic;
};

/* What is running: valid during one call of rmmsim_engine_ops.run. */
struct rmmsim_vcpu {
	struct rmmsim *sim;
	unsigned int pe;
	uint64_t rd;                  /* PA of the Realm descriptor: identifies the Realm */
	uint64_t rec;                 /* PA of the REC */
	uint64_t mpidr;               /* MPIDR_EL1 as the Realm reads it */
	unsigned int plane;           /* active Plane */
	struct rmmsim_plane *context; /* of that Plane; the engine reads and writes it */
	uint64_t (*simd)[2];          /* V0..V31, shared by the Planes of a REC */
	uint64_t *fpcr, *fpsr;
	bool trap_wfi, trap_wfe; /* WFI/WFE are events; otherwise they complete */
	bool trap_simd;          /* first use of FP/SIMD is an event: planes.md#3 */
	bool serror_pending;     /* virtual SError: rec.md#4; the engine clears it when taken */
	uint64_t serror_syndrome;
	uint64_t call; /* number of the REC_ENTER: the runs of one entry have the same */
	bool pmu;      /* PMU registers are the Realm's own; otherwise they are trapped */
	/* Plane 0 of the REC, whose timers go on while another Plane runs: planes.md#9 */
	const struct rmmsim_plane *p0;
};

enum rmmsim_event_kind {
	RMMSIM_EVENT_SYNC, /* synchronous exception to R-EL2: esr, far, hpfar */
	RMMSIM_EVENT_IRQ,
	RMMSIM_EVENT_FIQ,
	RMMSIM_EVENT_SERROR, /* esr */
	RMMSIM_EVENT_BUDGET  /* the engine's budget is used up: the monitor reports an IRQ exit */
};

/*
 * The PC in the context is the preferred return address of the exception, as a PE puts it in
 * ELR_EL2: for HVC the next instruction, for every other SYNC event (a trapped SMC too) the
 * instruction itself. The monitor advances it where the architecture says so. `insn` is always the
 * instruction that caused the event.
 */
struct rmmsim_event {
	enum rmmsim_event_kind kind;
	uint64_t esr, far, hpfar; /* ESR_EL2, FAR_EL2, HPFAR_EL2 format */
	uint64_t insn;
};

struct rmmsim_engine_ops {
	size_t size; /* sizeof(struct rmmsim_engine_ops) */
	const char *name;
	/*
	 * Runs the Plane until the next event. The instance is not locked; other PEs may issue SMCs.
	 */
	void (*run)(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event);
	/* The REC was created, reset (PSCI CPU_ON) or destroyed: forget what is kept for it. May be
	 * NULL. Called with the instance locked: must not call the library. */
	void (*forget)(void *context, uint64_t rec);
};

/*
 * Makes `ops` the engine of all Realms of the instance; the structure is kept, not copied. Before any
 * REC_ENTER; RMMSIM_ERR_ARGUMENT if ops or its size is wrong, RMMSIM_ERR_STATE while a REC runs. Without
 * an engine a REC_ENTER exits at once with an IRQ exit.
 */
RMMSIM_API enum rmmsim_status rmmsim_set_engine(struct rmmsim *sim,
						const struct rmmsim_engine_ops *ops, void *context);

/* The present engine and its context, to put another one in front of it; NULL if there is none. */
RMMSIM_API const struct rmmsim_engine_ops *rmmsim_engine(struct rmmsim *sim, void **context);

/* --- translation for engines ---------------------------------------------------------------- */

/* RMMSIM_TABLE_WALK is or'ed to one of the others: a walk of stage 1 made for that access. */
enum rmmsim_access { RMMSIM_READ, RMMSIM_WRITE, RMMSIM_FETCH, RMMSIM_TABLE_WALK = 4 };

struct rmmsim_translation {
	bool proceeds;
	uint64_t pa; /* proceeds: address of the byte */
	bool ns;     /* proceeds: Non-secure memory */
	struct rmmsim_event
		event;     /* otherwise: esr without ISS access fields, hpfar; far not set */
	bool address_size; /* otherwise: beyond the IPA space, a stage 1 matter of the Plane itself */
	int level;
	unsigned int tree;
	/* proceeds: for engines that keep the answer, see rmmsim_engine_watch() */
	unsigned int allowed; /* what the entry allows: RMMSIM_ALLOW_* */
	bool device;          /* device memory: a table walk of stage 1 faults here */
	bool registers;       /* a device answers (rmmsim/device.h): access it with rmmsim_copy() */
	uint64_t table;       /* PA of the translation table (level `level`) that holds the entry */
	uint64_t root;        /* PA of a start level table that the answer depends on too, or 0 */
	uint64_t realm;       /* PA of the RD if the answer depends on overlay permissions, or 0 */
};

#define RMMSIM_ALLOW_READ      0x1u
#define RMMSIM_ALLOW_WRITE     0x2u
#define RMMSIM_ALLOW_FETCH_EL0 0x4u
#define RMMSIM_ALLOW_FETCH_EL1 0x8u

/*
 * Translates one access of the running Plane. For use inside run() only. `el` is 0 or 1.
 */
RMMSIM_API void rmmsim_translate(const struct rmmsim_vcpu *vcpu, uint64_t ipa,
				 enum rmmsim_access access, unsigned int el,
				 struct rmmsim_translation *result);
/*
 * Translates and copies in one step, atomically with respect to SMCs of other PEs; `size` bytes that
 * do not cross a granule. On a fault nothing is copied. Registers of a device are read or written with the
 * instance unlocked.
 */
RMMSIM_API void rmmsim_copy(const struct rmmsim_vcpu *vcpu, uint64_t ipa, enum rmmsim_access access,
			    void *data, size_t size, struct rmmsim_translation *result);

/*
 * Memory bank `index` as an engine sees it: its range and the realm view of its first byte, which is
 * valid for the life of the instance and ignores the states of granules. False past the last bank.
 */
RMMSIM_API bool rmmsim_engine_memory(struct rmmsim *sim, unsigned int index,
				     struct rmmsim_range *range, void **view);

/*
 * For an engine that keeps answers of rmmsim_translate() or code that it has read. From now on, each
 * answer makes the instance watch the granules that it rests on: the one at `pa`, `table`, `root` and
 * `realm`. The first change of a watched granule (state, PAS, or a write by the monitor; not by a
 * Realm or the Host) ends its watch and adds it to a log. *count counts the lines ever written; it may
 * be read at any time, atomically, and an engine that sees it change calls rmmsim_engine_changes().
 */
RMMSIM_API enum rmmsim_status rmmsim_engine_watch(struct rmmsim *sim, const uint64_t **count);
/*
 * PAs of the granules in the lines from *line on, at most `size`; *line moves on. Returns their
 * number, or SIZE_MAX if older lines are lost: then everything that was kept may be wrong.
 */
RMMSIM_API size_t rmmsim_engine_changes(struct rmmsim *sim, uint64_t *line, uint64_t *pa,
					size_t size);

/* Virtual time in counter ticks (CNTVCT and CNTPCT; offsets are 0), and its advance by engines. */
RMMSIM_API uint64_t rmmsim_time(const struct rmmsim *sim);
RMMSIM_API void rmmsim_time_advance(struct rmmsim *sim, uint64_t ticks);

#ifdef __cplusplus
}
#endif

#endif
