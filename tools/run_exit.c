/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* What the Host does about a REC exit: rec.md#4 */
#include <string.h>

#include "tools/run.h"

#define EC(esr)       ((esr) >> 26 & 0x3f)
#define EC_WFX        0x01
#define EC_SYSREG     0x18
#define EC_INST_ABORT 0x20
#define EC_DATA_ABORT 0x24
#define ESR_ISV       (UINT64_C(1) << 24)
#define ESR_WNR       (UINT64_C(1) << 6)
#define ESR_SIZE(esr) (1u << ((esr) >> 22 & 3))
#define ESR_READ      UINT64_C(1)
#define WFX_WFE       UINT64_C(1)
#define FSC(esr)      ((unsigned int)(esr)&0x3f)

/* --- devices -------------------------------------------------------------------------------------- */

/* False: there is no device, or the access cannot be emulated. */
static bool device(struct run_host *h, struct run_rec *rec, uint64_t ipa)
{
	const uint64_t esr = h->exit.esr;
	struct bus_access access = {
		.cpu = (unsigned int)(rec - h->recs),
		.offset = ipa - h->unprotected,
		.size = ESR_SIZE(esr),
		.write = esr & ESR_WNR,
		.value = h->exit.gprs[0],
	};
	int status;

	if (EC(esr) != EC_DATA_ABORT || !(esr & ESR_ISV) || !board_access(h->board, &access))
		return false;
	if (!access.write)
		rec->enter.gprs[0] = access.value;
	rec->enter.flags |= RMI_REC_ENTER_FLAG_EMUL_MMIO;
	if (board_ended(h->board, &status))
		run_end(h, status, "%s", "");
	return true;
}

/* --- SYNC ------------------------------------------------------------------------------------------- */

/* Level of a translation fault; anything else has none. */
static int fault_level(uint64_t esr)
{
	return FSC(esr) >= 4 && FSC(esr) <= 7 ? (int)FSC(esr) - 4 : 0;
}

static void on_abort(struct run_host *h, struct run_rec *rec)
{
	const struct rmi_rec_exit *exit = &h->exit;
	const uint64_t ipa = (exit->hpfar & ~UINT64_C(0xf)) << 8 | exit->far;

	if (ipa >= h->unprotected && device(h, rec, ipa))
		return;
	if (run_serve_fault(h, ipa & ~(RUN_PAGE - 1), (unsigned int)exit->rtt_tree,
			    fault_level(exit->esr)))
		return;
	if (board_has(h->board, ipa - h->unprotected) && EC(exit->esr) == EC_DATA_ABORT)
		run_fail(h, rec,
			 "a device cannot emulate this: the syndrome has ISV = 0, as for pairs, "
			 "SIMD, "
			 "write-back, exclusives and atomics");
	else if (h->used_up)
		run_fail(h, rec, "the Host has no memory left: use a larger --ram");
	else
		run_fail(h, rec, "a fault that no command can serve");
}

static void on_sync(struct run_host *h, struct run_rec *rec)
{
	const uint64_t esr = h->exit.esr;

	switch (EC(esr)) {
	case EC_WFX:
		rec->waiting = !(esr & WFX_WFE);
		return;
	case EC_INST_ABORT:
	case EC_DATA_ABORT:
		on_abort(h, rec);
		return;
	case EC_SYSREG:
		if (esr & ESR_READ)
			rec->enter.gprs[0] = 0;
		else
			board_send_sgi(h->board, (unsigned int)(rec - h->recs), esr,
				       h->exit.gprs[0]);
		return;
	default:
		run_fail(h, rec, "an exception that the Host does not know");
		return;
	}
}

/* --- PSCI --------------------------------------------------------------------------------------------- */

static struct run_rec *find_rec(struct run_host *h, uint64_t mpidr)
{
	for (unsigned int n = 0; n < h->options.recs; n++) {
		if (h->recs[n].mpidr == (mpidr & UINT64_C(0xff00ffff0f)))
			return &h->recs[n];
	}
	return NULL;
}

static void complete(struct run_host *h, struct run_rec *rec, bool on)
{
	struct run_rec *target = find_rec(h, h->exit.gprs[1]);

	if (!target) {
		run_fail(h, rec, "a PSCI call for a REC that does not exist");
		return;
	}
	if (!run_must(h, "PSCI_COMPLETE",
		      RUN_CALL(h, SMC_RMI_PSCI_COMPLETE, rec->rec, target->rec,
			       (uint64_t)PSCI_SUCCESS)))
		return;
	if (!on || target->runnable)
		return;
	target->runnable = true;
	target->waiting = false;
	board_reset_cpu(h->board, (unsigned int)(target - h->recs));
}

static void on_psci(struct run_host *h, struct run_rec *rec)
{
	const uint32_t fid = (uint32_t)h->exit.gprs[0];

	switch (fid) {
	case SMC_PSCI_CPU_ON:
	case SMC_PSCI_CPU_ON & ~UINT32_C(0x40000000):
		complete(h, rec, true);
		return;
	case SMC_PSCI_AFFINITY_INFO:
	case SMC_PSCI_AFFINITY_INFO & ~UINT32_C(0x40000000):
		complete(h, rec, false);
		return;
	case SMC_PSCI_CPU_SUSPEND:
	case SMC_PSCI_CPU_SUSPEND & ~UINT32_C(0x40000000):
		rec->waiting = true;
		return;
	case SMC_PSCI_CPU_OFF:
		rec->runnable = false;
		return;
	case SMC_PSCI_SYSTEM_OFF:
		run_end(h, RUN_END_OFF, "%s", "");
		return;
	case SMC_PSCI_SYSTEM_RESET:
		run_end(h, RUN_END_RESET, "%s", "");
		return;
	default:
		run_fail(h, rec, "a PSCI call that the Host does not know");
		return;
	}
}

/* --- the others ------------------------------------------------------------------------------------------ */

static void on_ripas(struct run_host *h, struct run_rec *rec)
{
	if (h->options.reject_ripas)
		rec->enter.flags |= RMI_REC_ENTER_FLAG_RIPAS_RESPONSE;
	else if (!run_set_ripas(h, rec))
		run_fail(h, rec, "no memory is left for tables");
}

static void on_s2ap(struct run_host *h, struct run_rec *rec)
{
	if (h->options.reject_s2ap)
		rec->enter.flags |= RMI_REC_ENTER_FLAG_S2AP_RESPONSE;
	else if (!run_set_s2ap(h, rec))
		run_fail(h, rec, "no memory is left for tables");
}

void run_exit(struct run_host *h, struct run_rec *rec)
{
	switch (h->exit.exit_reason) {
	case RMI_EXIT_SYNC:
		on_sync(h, rec);
		return;
	case RMI_EXIT_IRQ:
	case RMI_EXIT_FIQ:
		return;
	case RMI_EXIT_PSCI:
		on_psci(h, rec);
		return;
	case RMI_EXIT_RIPAS_CHANGE:
		on_ripas(h, rec);
		return;
	case RMI_EXIT_HOST_CALL:
		run_answer(h, rec);
		return;
	case RMI_EXIT_S2AP_CHANGE:
		on_s2ap(h, rec);
		return;
	default:
		run_fail(h, rec, "a REC exit that the Host does not know");
		return;
	}
}

#endif
