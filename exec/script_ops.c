/* SPDX-License-Identifier: BSD-3-Clause */
/* Instructions of scripts other than memory accesses. */
#include <string.h>

#include "exec/script.h"

#define CNTPCT_EL0 RSI_SYSREG_ADDRESS(3, 3, 14, 0, 1)
#define CNTVCT_EL0 RSI_SYSREG_ADDRESS(3, 3, 14, 0, 2)

/* --- looking around -------------------------------------------------------------------------------- */

unsigned int rmmsim_realm_plane(const struct rmmsim_realm *realm)
{
	return realm->plane;
}

uint64_t rmmsim_realm_mpidr(const struct rmmsim_realm *realm)
{
	return realm->vcpu->mpidr;
}

struct rmmsim_plane *rmmsim_realm_context(struct rmmsim_realm *realm)
{
	return script_context(realm);
}

uint64_t rmmsim_realm_syndrome(const struct rmmsim_realm *realm)
{
	return realm->syndrome;
}

/* --- calls ----------------------------------------------------------------------------------------- */

/* An SMC whose first registers are x[0..count). A retry passes them again. */
static enum rmmsim_outcome smc(struct rmmsim_realm *realm, const uint64_t *x, size_t count)
{
	enum script_wake wake;

	do {
		if (script_serror_taken(realm))
			return RMMSIM_ABORT;
		memcpy(script_context(realm)->x, x, count * sizeof(x[0]));
		wake = script_raise_sync(realm, SYNDROME_EC(SYNDROME_SMC64));
	} while (wake == SCRIPT_RETRY);
	return script_outcome(realm, wake);
}

enum rmmsim_outcome rmmsim_realm_smc(struct rmmsim_realm *realm, uint64_t x[18])
{
	const enum rmmsim_outcome outcome = smc(realm, x, 18);

	if (outcome == RMMSIM_DONE)
		memcpy(x, script_context(realm)->x, 18 * sizeof(x[0]));
	return outcome;
}

uint64_t rmmsim_realm_call(struct rmmsim_realm *realm, uint32_t fid, uint64_t x1, uint64_t x2,
			   uint64_t x3, uint64_t x4, uint64_t x5)
{
	const uint64_t x[] = {fid, x1, x2, x3, x4, x5};

	smc(realm, x, sizeof(x) / sizeof(x[0]));
	return script_context(realm)->x[0];
}

uint64_t rmmsim_realm_plane_enter(struct rmmsim_realm *realm, unsigned int plane, uint64_t run)
{
	const uint64_t x[] = {SMC_RSI_PLANE_ENTER, plane, run};

	smc(realm, x, sizeof(x) / sizeof(x[0]));
	return script_context(realm)->x[0];
}

enum rmmsim_outcome rmmsim_realm_hvc(struct rmmsim_realm *realm, uint16_t immediate)
{
	enum script_wake wake;

	do {
		if (script_serror_taken(realm))
			return RMMSIM_ABORT;
		wake = script_raise_sync(realm, SYNDROME_EC(SYNDROME_HVC64) | immediate);
	} while (wake == SCRIPT_RETRY);
	return script_outcome(realm, wake);
}

/* --- instructions that may be trapped ---------------------------------------------------------------- */

static bool is_trapped(const struct rmmsim_vcpu *vcpu, uint64_t esr)
{
	if (SYNDROME_EC_OF(esr) == SYNDROME_SIMD)
		return vcpu->trap_simd;
	return esr & SYNDROME_WFX_WFE ? vcpu->trap_wfe : vcpu->trap_wfi;
}

/* An instruction that is an event with this syndrome or does nothing that a script could see. */
static enum rmmsim_outcome trappable(struct rmmsim_realm *realm, uint64_t esr)
{
	enum script_wake wake;

	do {
		if (script_serror_taken(realm))
			return RMMSIM_ABORT;
		if (!is_trapped(realm->vcpu, esr))
			return script_retire(realm);
		wake = script_raise_sync(realm, esr | SYNDROME_COND_ALWAYS);
	} while (wake == SCRIPT_RETRY);
	return script_outcome(realm, wake);
}

enum rmmsim_outcome rmmsim_realm_wfi(struct rmmsim_realm *realm)
{
	return trappable(realm, SYNDROME_EC(SYNDROME_WFX));
}

enum rmmsim_outcome rmmsim_realm_wfe(struct rmmsim_realm *realm)
{
	return trappable(realm, SYNDROME_EC(SYNDROME_WFX) | SYNDROME_WFX_WFE);
}

enum rmmsim_outcome rmmsim_realm_simd(struct rmmsim_realm *realm)
{
	return trappable(realm, SYNDROME_EC(SYNDROME_SIMD));
}

/* --- system registers --------------------------------------------------------------------------------- */

static enum rmmsim_outcome trapped_sysreg(struct rmmsim_realm *realm, uint64_t address,
					  uint64_t direction, const uint64_t *x0)
{
	enum script_wake wake;

	do {
		if (script_serror_taken(realm))
			return RMMSIM_ABORT;
		if (x0)
			script_context(realm)->x[0] = *x0;
		wake = script_raise_sync(realm, SYNDROME_EC(SYNDROME_SYSREG) |
							syndrome_sysreg(address) | direction);
	} while (wake == SCRIPT_RETRY);
	return script_outcome(realm, wake);
}

/* MRS of a register that has no trap. */
static bool read_direct(const struct rmmsim_realm *realm, uint64_t address, uint64_t *value)
{
	const uint64_t *direct = script_sysreg(script_context(realm), address);

	if (address == CNTPCT_EL0 || address == CNTVCT_EL0)
		*value = rmmsim_time(realm->vcpu->sim);
	else if (direct)
		*value = *direct;
	else
		return false;
	return true;
}

enum rmmsim_outcome rmmsim_realm_mrs(struct rmmsim_realm *realm, uint64_t address, uint64_t *value)
{
	enum rmmsim_outcome outcome;

	script_update_timers(realm->vcpu);
	if (read_direct(realm, address, value)) {
		script_context(realm)->x[0] = *value;
		return script_retire(realm);
	}
	outcome = trapped_sysreg(realm, address, SYNDROME_SYSREG_READ, NULL);
	if (outcome == RMMSIM_DONE)
		*value = script_context(realm)->x[0];
	return outcome;
}

enum rmmsim_outcome rmmsim_realm_msr(struct rmmsim_realm *realm, uint64_t address, uint64_t value)
{
	uint64_t *direct = script_sysreg(script_context(realm), address);

	if (!direct)
		return trapped_sysreg(realm, address, 0, &value);
	script_context(realm)->x[0] = *direct = value;
	script_update_timers(realm->vcpu);
	return script_retire(realm);
}

/* --- what happens to the PE ---------------------------------------------------------------------------- */

void rmmsim_realm_interrupt(struct rmmsim_realm *realm, bool fiq)
{
	const struct rmmsim_event event = {.kind = fiq ? RMMSIM_EVENT_FIQ : RMMSIM_EVENT_IRQ};

	script_raise_async(realm, &event);
}

void rmmsim_realm_serror(struct rmmsim_realm *realm, uint64_t esr)
{
	const struct rmmsim_event event = {.kind = RMMSIM_EVENT_SERROR, .esr = esr};

	script_raise_async(realm, &event);
}

enum rmmsim_outcome rmmsim_realm_exception(struct rmmsim_realm *realm, uint64_t esr, uint64_t far,
					   uint64_t hpfar)
{
	const struct rmmsim_event event = {
		.kind = RMMSIM_EVENT_SYNC,
		.esr = esr,
		.far = far,
		.hpfar = hpfar,
	};

	/* Only the script knows whether its cause is still there: a retry is up to it. */
	return script_outcome(realm, script_raise(realm, &event));
}

void rmmsim_realm_elapse(struct rmmsim_realm *realm, uint64_t ticks)
{
	rmmsim_time_advance(realm->vcpu->sim, ticks);
	script_update_timers(realm->vcpu);
}
