/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_RUN_H
#define RMM_RUN_H

/*
 * One REC_ENTER in progress (rmm/run/), from the entry checks to the REC exit. Its words:
 *
 *	stay      all that happens between entry and exit
 *	run       one time that the engine has the Plane: it ends with an event
 *	event     why it came back: SMC, abort, trapped instruction, interrupt, budget
 *	leave     run_leave(): the REC exit is decided, and the loop ends when the handler of the event is done
 *	switch    another Plane becomes the active one: RSI_PLANE_ENTER, or a Plane exit into Plane 0
 *	inject    an exception that the Plane takes at its next run
 *
 * A stay: rec_enter.c tests the conditions and completes what the last exit left open (rec_complete.c), run.c loops
 * over runs; exit_sync.c and exit_abort.c decide what becomes of an event, plane_switch.c switches, gic.c and
 * timer.c fill the exit.
 *
 * Locks: the instance lock is held except while the engine runs; then other PEs issue SMCs. The REC is RUNNING
 * meanwhile, so that nothing takes it or its Realm away.
 *
 *	exit_event(run);            -- may set run->leaving
 *	if (!run->leaving)
 *		... the engine runs the Plane again ...
 */

#include "rmm/call.h"

/* What happens to the registers of the Plane when a Realm call is over: rsi.md#1 */
enum run_result {
	RUN_RESULT_WRITE, /* X0.. are written, the PC moves on */
	RUN_RESULT_KEEP,  /* registers stay as they are, the PC moves on */
	RUN_RESULT_NONE,  /* the instruction has not completed: nothing changes */
};

struct run {
	struct rmmsim *sim;
	unsigned int pe;
	struct granule *rec_granule;
	struct granule *rd_granule;
	struct rec *rec;            /* in its granule; never moves while running */
	struct rmi_rec_enter enter; /* the Host's half, read once */
	struct rmi_rec_exit exit;   /* being filled; written only on SUCCESS */
	bool leaving;               /* a REC exit is due: the run loop ends */
	bool bare;                  /* gicv3_* and cnt* of the exit stay 0: rec.md#4 (4.2) */
	bool timers_reported;       /* cnt* of the exit are filled already */
	bool ran;                   /* the engine has run the Realm */
	uint64_t elr_el1;           /* of the active Plane, before the entry injected anything */
	enum run_result result;     /* of the Realm call in progress */
	struct rmmsim_event event;  /* last event of the engine */
	struct mem_call mem;        /* the REC_ENTER, for state changes */
};

static inline const struct realm *run_realm(const struct run *run)
{
	return realm_at(run->sim, run->rd_granule);
}

/* Context of the active Plane. */
static inline struct rmmsim_plane *run_plane(const struct run *run)
{
	return rec_plane(run->sim, run->rec, run->rec->active_plane);
}

/* Register `n` of a Plane; 31 is XZR. */
static inline uint64_t plane_reg(const struct rmmsim_plane *plane, unsigned int n)
{
	return n < 31 ? plane->x[n] : 0;
}

static inline void plane_set_reg(struct rmmsim_plane *plane, unsigned int n, uint64_t value)
{
	if (n < 31)
		plane->x[n] = value;
}

/* --- run.c ----------------------------------------------------------------------------------- */

/* Runs the REC until a REC exit is due. Entry processing is done. */
void run_loop(struct run *run);
/* Fills what every REC exit reports: rec.md#4 (4.2). */
void run_finish(struct run *run);
/* A REC exit with this reason is due; other exit fields are the caller's. */
void run_leave(struct run *run, enum rmi_rec_exit_reason reason);
/*
 * REC exit with an emulated Data Abort at `ipa` (rsi.md#1.2). The PC stays on the instruction.
 */
void run_leave_emulated_abort(struct run *run, uint64_t ipa, int level);

/* --- rec_complete.c: work that a REC entry completes, rec.md#3.3 -------------------------------- */

/* The exit that emul_mmio, inject_sea and the value of a trapped register refer to. */
const struct rec_last_exit *rec_due_exit(const struct rmmsim *sim, const struct rec *rec);
/* Steps 1 to 6 of rec.md#3.3. A REC exit may be due afterwards. */
void rec_complete(struct run *run);
/* Steps 1 and 2 alone: what a refusal leaves under quirk late-refusal-stays. */
void rec_complete_refused(struct run *run);
/*
 * What step 3 would do, without doing it: a Plane exit is due whose run page cannot be written, so
 * that quirk plane-exit-no-page-input refuses the call. Step 2 is earlier: it may end the entry.
 */
bool rec_complete_blocked(const struct rmmsim *sim, const struct rec *rec,
			  const struct rmi_rec_enter *enter);

/* --- exit_sync.c, exit_abort.c: events of the engine ------------------------------------------- */

/* Handles run->event; afterwards either a REC exit is due or the active Plane runs on. */
void exit_event(struct run *run);
void exit_abort(struct run *run);
/* Plane exit with the syndrome of run->event; `elr` is the PC to report. */
void exit_plane_sync(struct run *run, uint64_t elr);
/* Value that an emulatable access writes, masked to the size of the access. */
uint64_t exit_write_value(const struct rmmsim_plane *plane, uint64_t esr);
/* The IPA in a HPFAR_EL2 value. */
uint64_t exit_fault_ipa(uint64_t hpfar);

/* --- sysreg.c ------------------------------------------------------------------------------------ */

/* A trapped MRS or MSR of the active Plane: rec.md#7.1 */
void sysreg_trap(struct run *run);

/* --- inject.c: exceptions into EL1 of a Plane, rtt.md#7 (7.4) ------------------------------------- */

void inject_sea(const struct rmmsim *sim, struct rmmsim_plane *plane, uint64_t esr, uint64_t far);
void inject_undefined(const struct rmmsim *sim, struct rmmsim_plane *plane);

/* --- plane_switch.c: planes.md#2, planes.md#4 ----------------------------------------------------- */

struct plane_syndrome {
	uint64_t esr, far, hpfar;
};

/* ESR, FAR and HPFAR of the last exit, as a Plane exit shows them. */
struct plane_syndrome plane_last_syndrome(const struct rec *rec);
/* Makes Plane `plane` the active one with the contents of the run page at IPA `ipa`. */
void plane_enter(struct run *run, unsigned int plane, uint64_t ipa,
		 const struct rsi_plane_enter *enter);
/*
 * Plane exit: the run page is filled and Plane 0 is active again. False if the page is not mapped:
 * then nothing changed but a REC exit is due. `elr` is the PC to report.
 */
bool plane_exit(struct run *run, enum rsi_plane_exit_reason reason, uint64_t elr,
		const struct plane_syndrome *syndrome);

/* --- plane_exit_2_0.c: rmm-2.0.md#10 -------------------------------------------------------------- */

/* What an exit of the Plane will tell of the GIC, unless the Plane becomes the owner. */
void plane_save_entered_gic(struct run *run, unsigned int plane,
			    const struct rsi_plane_enter *enter);
void plane_fill_exit_2(struct run *run, struct rsi_plane_exit_2 *exit,
		       enum rsi_plane_exit_reason reason, uint64_t elr,
		       const struct plane_syndrome *syndrome);

/* --- gic.c: rec.md#3.4, planes.md#8 ------------------------------------------------------------- */

/* Bits of gicv3_hcr that the Host may set. */
#define GIC_HCR_HOST UINT64_C(0x40fe)
/* Number of list registers of the PEs. */
unsigned int gic_lrs(const struct rmmsim *sim);
/* The values that the Host passes to REC_ENTER. */
bool gic_valid(const struct rmmsim *sim, const struct rmi_rec_enter *enter);
/* Some list register asks for a Plane exit while its Plane does not own the GIC. */
bool gic_pending(const struct rmmsim *sim, const struct rmi_rec_enter *enter);
/*
 * 2.0: the Host's values are in the registers of the PE, and stay there. As if the run page had them, and out
 * of the exit again.
 */
void gic_take_host(const struct call *call, struct rmi_rec_enter *enter);
void gic_give_host(struct run *run);
/* Two list registers have one INTID, or one names a physical interrupt: not for a Plane, rmm-2.0.md#10. */
bool gic_plane_valid(const struct rmmsim *sim, const struct rsi_plane_enter *enter);
/* Gives the Host's values to the owner. */
void gic_load(struct run *run);
void gic_report(struct run *run);
/* ICH_HCR as a Plane exit and a REC exit show it. */
uint64_t gic_hcr_shown(uint64_t hcr);
/* Host-controlled part of ICH_HCR replaced. */
uint64_t gic_hcr_merge(uint64_t hcr, uint64_t host);
/* Hands list registers and HCR from one Plane to the other. */
void gic_transfer(const struct rmmsim *sim, struct rmmsim_gic *to, const struct rmmsim_gic *from);

/* --- timer.c: rec.md#3.3 (step 8), planes.md#9 --------------------------------------------------- */

/* Remembers the outputs of a Plane's timers: its context is being saved. */
void timer_save(struct run *run, unsigned int plane);
/* Some output of the active Plane is not what it was when the Plane was saved. */
bool timer_changed(const struct run *run);
/* Plane 0's timer went off while another Plane runs. */
bool timer_expired(struct run *run);
/* Fills cnt* of the exit, once. */
void timer_report(struct run *run);

/* --- rsi.c: the door of Realm calls ----------------------------------------------------------------- */

/* The active Plane executes an SMC that the monitor serves. */
void rsi_call(struct run *run);
/* Answers the PLANE_ENTER that Plane 0 is in: X0, X1..X3 = 0, PC. */
void rsi_plane_enter_return(struct run *run, uint64_t x0);

/*
 * Translates an IPA argument of a Realm call (rsi.md#1.2). Returns the realm view of the byte, in a dry
 * run only to be read. NULL: the call was refused with `empty`, or an emulated abort exit is due.
 */
void *rsi_buffer(struct call *call, enum smc_condition_id empty, uint64_t ipa);
/* Inside the Protected half of the IPA space. */
bool rsi_protected(const struct realm *realm, uint64_t ipa);
/* Both ends of [base, top), which is not empty, are inside the Protected half. */
bool rsi_range_protected(const struct realm *realm, uint64_t base, uint64_t top);
/* 8 bytes per register, least significant first, and back. */
void rsi_registers_to_bytes(const uint64_t *x, unsigned int count, uint8_t *bytes);
void rsi_bytes_to_registers(const uint8_t *bytes, unsigned int count, uint64_t *x);

/* Host call at the entry after it: rsi.md#4 (RSI_HOST_CALL). False: an emulated abort exit is due. */
bool rsi_host_call_complete(struct run *run);
/* A host call waits for its results, and its page is not there. */
bool rsi_host_call_blocked(const struct rmmsim *sim, const struct rec *rec);
void rsi_ripas_complete(struct run *run);
void rsi_s2ap_complete(struct run *run);
/* A call about a VDEV at the entry after VDEV_COMPLETE; a REC exit may be due: device-assignment.md#6 */
void rsi_vdev_complete(struct run *run);
void rsi_dev_mem_complete(struct run *run);

#endif
