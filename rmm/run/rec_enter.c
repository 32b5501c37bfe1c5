/* SPDX-License-Identifier: BSD-3-Clause */
/* RMI_REC_ENTER: rmi-commands.md#5, rec.md#3 */
#include <string.h>

#include "rmm/run.h"
#include "smc/mutant.h"

/* Without VDEV_COMPLETE the Realm's call fails, or, in the older model, the entry: device-assignment.md#6 */
static bool waits_for_vdev(const struct call *call, const struct rec *rec)
{
	return rec->pending == REC_PENDING_VDEV && quirk(call->sim, QUIRK_da_alp12);
}

/* Everything that depends on the REC and its Realm: rec.md#3 (3.1), checks 5 to 10. */
static void check_rec(struct call *call, const struct realm *realm, const struct rec *rec,
		      const struct rmi_rec_enter *enter)
{
	const uint64_t flags = enter->flags;
	const bool sea = flags & RMI_REC_ENTER_FLAG_INJECT_SEA;
	const bool mmio = (flags & RMI_REC_ENTER_FLAG_EMUL_MMIO) && !sea;

	/* 2.0 tells no difference between the states: rmm-2.0.md#8.7 */
	if (revision_2(call->sim)) {
		REQUIRE(call, RMI_REC_ENTER_realm_state, WITH(realm, realm->state == REALM_ACTIVE));
	} else {
		REQUIRE(call, RMI_REC_ENTER_realm_new, WITH(realm, realm->state != REALM_NEW));
		REQUIRE(call, RMI_REC_ENTER_system_off,
			WITH(realm, realm->state != REALM_SYSTEM_OFF));
	}
	REQUIRE(call, RMI_REC_ENTER_rec_runnable, WITH(rec, rec->runnable));
	REQUIRE(call, RMI_REC_ENTER_rec_pending,
		WITH(rec, rec->pending != REC_PENDING_PSCI && !waits_for_vdev(call, rec)));
	REQUIRE(call, RMI_REC_ENTER_rec_gicv3, gic_valid(call->sim, enter));
	REQUIRE(call, RMI_REC_ENTER_rec_sea,
		!sea || WITH(rec, rec_due_exit(call->sim, rec)->unprotected_abort));
	REQUIRE(call, RMI_REC_ENTER_rec_mmio,
		!mmio || WITH(rec, rec_due_exit(call->sim, rec)->emulatable));
}

/* From the first effect to the REC exit; run->exit is complete afterwards. */
static void run_rec(struct run *run)
{
	run->rec->running = true;
	run->sim->running++;
	rec_complete(run);
	run_loop(run);
	run_finish(run);
	run->sim->running--;
	run->rec->running = false;
}

/* Everything but run->enter, which is read already. */
static void begin_run(struct run *run, struct call *call, struct granule *granule)
{
	struct rmmsim *sim = call->sim;

	run->sim = sim;
	run->pe = call->pe;
	run->rec_granule = granule;
	run->rec = rec_edit(sim, granule);
	run->rd_granule = mem_find(sim->mem, run->rec->rd);
	memset(&run->exit, 0, sizeof(run->exit));
	run->leaving = false;
	run->bare = false;
	run->timers_reported = false;
	run->ran = false;
	run->elr_el1 = run_plane(run)->sysreg[RMMSIM_SYSREG_ELR_EL1];
	run->result = RUN_RESULT_WRITE;
	run->mem = call->mem;
}

/* A Plane exit is due that cannot be written: with quirk plane-exit-no-page-input. */
static bool refused_late(struct call *call, struct run *run, const struct rec *rec,
			 struct granule *granule)
{
	if (!rec || !rec_complete_blocked(call->sim, rec, &run->enter))
		return false;
	if (!call->dry_run && quirk(call->sim, QUIRK_late_refusal_stays)) {
		begin_run(run, call, granule);
		rec_complete_refused(run);
	}
	return true;
}

/* The Host's half of the run page, read once. In a dry run there may be no page. */
static void read_enter(const struct call *call, const struct granule *page,
		       struct rmi_rec_enter *enter)
{
	if (page)
		memcpy(enter, mem_r(call->sim->mem, call->x[2]), sizeof(*enter));
	else
		memset(enter, 0, sizeof(*enter));
	if (revision_2(call->sim))
		gic_take_host(call, enter);
}

/* Bytes of the Host's half that are read: 2.0 has no GIC behind the registers, rmm-2.0.md#8.7. */
static size_t enter_size(const struct rmmsim *sim)
{
	return revision_2(sim) ? offsetof(struct rmi_rec_enter, gicv3_hcr)
			       : sizeof(struct rmi_rec_enter);
}

/* The Host may have taken the run page away while the REC ran. */
static bool run_page_writable(const struct granule *page)
{
	return (page->state == GRANULE_UNDELEGATED && page->pas == GRANULE_PAS_NS) ||
	       MUTANT(rec_exit_writes_anywhere);
}

void rmi_rec_enter(struct call *call)
{
	struct rmmsim *sim = call->sim;
	const uint64_t page_pa = call->x[2];
	struct granule *page, *granule;
	const struct rec *rec;
	struct run run;

	page = call_ns(call, COND_RMI_REC_ENTER_run_align, page_pa);
	RESOLVED(call);
	rec = call_rec(call, COND_RMI_REC_ENTER_rec_align, call->x[1], &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_REC_ENTER_rec_state, WITH(rec, !rec->running));
	call_ns_read(call, page_pa, enter_size(sim));
	read_enter(call, page, &run.enter);
	check_rec(call, rec ? realm_at(sim, mem_find(sim->mem, rec->rd)) : NULL, rec, &run.enter);
	RESOLVED(call);
	REQUIRE(call, RMI_REC_ENTER_plane_run, !refused_late(call, &run, rec, granule));
	CHECKED(call);

	begin_run(&run, call, granule);
	run_rec(&run);
	if (revision_2(sim))
		gic_give_host(&run);
	REQUIRE(call, RMI_REC_ENTER_run_write, run_page_writable(page));
	memcpy((uint8_t *)mem_w(sim->mem, page_pa) + offsetof(struct rmi_rec_run, exit), &run.exit,
	       sizeof(run.exit));
	call_ns_write(call, page_pa + offsetof(struct rmi_rec_run, exit), sizeof(run.exit));
}
