/* SPDX-License-Identifier: BSD-3-Clause */
/* How an operation leaves its script, and how the Plane finds back to it. */
#include "exec/script.h"

#define VECTOR_FROM_AARCH32 0x600
#define VECTOR_FROM_EL0     0x400
#define VECTOR_FROM_EL1H    0x200
#define VECTOR_SERROR       0x180 /* from the synchronous vector of its group */

#define CTL_ENABLE  UINT64_C(1)
#define CTL_ISTATUS UINT64_C(4)

/* --- timers ------------------------------------------------------------------------------------ */

static void update_timer(const struct rmmsim_vcpu *vcpu, enum rmmsim_sysreg ctl,
			 enum rmmsim_sysreg cval)
{
	uint64_t *sysreg = vcpu->context->sysreg;

	if ((sysreg[ctl] & CTL_ENABLE) && rmmsim_time(vcpu->sim) >= sysreg[cval])
		sysreg[ctl] |= CTL_ISTATUS;
	else
		sysreg[ctl] &= ~CTL_ISTATUS;
}

void script_update_timers(const struct rmmsim_vcpu *vcpu)
{
	update_timer(vcpu, RMMSIM_SYSREG_CNTV_CTL_EL0, RMMSIM_SYSREG_CNTV_CVAL_EL0);
	update_timer(vcpu, RMMSIM_SYSREG_CNTP_CTL_EL0, RMMSIM_SYSREG_CNTP_CVAL_EL0);
}

/* --- exceptions at EL1 ------------------------------------------------------------------------- */

/* The group of the vector table that an exception from `pstate` uses. */
static uint64_t vector_group(uint64_t pstate)
{
	if (pstate & PSTATE_AARCH32)
		return VECTOR_FROM_AARCH32;
	if (PSTATE_EL(pstate) == 0)
		return VECTOR_FROM_EL0;
	return PSTATE_SP_EL1(pstate) ? VECTOR_FROM_EL1H : 0;
}

/* An exception was injected: by the monitor (rtt.md#7.4), or by Plane 0 into another Plane. */
static bool at_vector(const struct rmmsim_plane *context)
{
	const uint64_t group = vector_group(context->sysreg[RMMSIM_SYSREG_SPSR_EL1]);
	const uint64_t offset = context->pc - context->sysreg[RMMSIM_SYSREG_VBAR_EL1];

	return offset == group || offset == group + VECTOR_SERROR;
}

bool script_continues(struct rmmsim_realm *realm)
{
	const struct rmmsim_plane *context = script_context(realm);
	const uint64_t elr = context->sysreg[RMMSIM_SYSREG_ELR_EL1];

	/* First, as the vector may have the address of the instruction. */
	if (at_vector(context) && (elr == realm->insn || elr == realm->next)) {
		realm->wake = SCRIPT_EXCEPTION;
		return true;
	}
	if (context->pc == realm->insn) {
		realm->wake = SCRIPT_RETRY;
		return true;
	}
	realm->wake = SCRIPT_COMPLETED;
	return context->pc == realm->next;
}

/* The script's handler is the return value of the operation; it ends with ERET. */
static void handle_injected(struct rmmsim_realm *realm)
{
	struct rmmsim_plane *context = script_context(realm);

	realm->syndrome = context->sysreg[RMMSIM_SYSREG_ESR_EL1];
	context->pstate = context->sysreg[RMMSIM_SYSREG_SPSR_EL1];
	context->pc = realm->next;
}

/* An exception of the Plane's own: only its registers remain when the handler has returned. */
static void take(struct rmmsim_realm *realm, uint64_t esr, uint64_t resume)
{
	struct rmmsim_plane *context = script_context(realm);

	realm->syndrome = esr;
	context->sysreg[RMMSIM_SYSREG_ESR_EL1] = esr;
	context->sysreg[RMMSIM_SYSREG_ELR_EL1] = context->pc;
	context->sysreg[RMMSIM_SYSREG_SPSR_EL1] = context->pstate;
	context->pc = resume;
}

enum rmmsim_outcome script_undefined(struct rmmsim_realm *realm)
{
	take(realm, SYNDROME_EC(SYNDROME_UNKNOWN) | SYNDROME_IL,
	     script_context(realm)->pc + SCRIPT_INSN_SIZE);
	return RMMSIM_UNDEFINED;
}

enum rmmsim_outcome script_abort(struct rmmsim_realm *realm, enum syndrome_class ec, uint64_t iss,
				 uint64_t far)
{
	struct rmmsim_plane *context = script_context(realm);
	uint64_t esr = SYNDROME_EC(ec) | SYNDROME_IL | iss;

	/* Aborts have a class of their own when they do not change the exception level. */
	if (ec != SYNDROME_PC_ALIGNMENT && PSTATE_EL(context->pstate) != 0)
		esr += SYNDROME_EC(1);
	context->sysreg[RMMSIM_SYSREG_FAR_EL1] = far;
	take(realm, esr, context->pc + SCRIPT_INSN_SIZE);
	return RMMSIM_ABORT;
}

bool script_serror_taken(struct rmmsim_realm *realm)
{
	struct rmmsim_vcpu *vcpu = realm->vcpu;

	if (!vcpu->serror_pending || (vcpu->context->pstate & PSTATE_A))
		return false;
	vcpu->serror_pending = false;
	take(realm,
	     SYNDROME_EC(SYNDROME_SERROR) | SYNDROME_IL |
		     (vcpu->serror_syndrome & SYNDROME_ISS_MASK),
	     vcpu->context->pc);
	return true;
}

/* --- events ------------------------------------------------------------------------------------ */

static enum script_wake leave(struct rmmsim_realm *realm, const struct rmmsim_event *event,
			      uint64_t insn, uint64_t next)
{
	script_update_timers(realm->vcpu);
	realm->insn = insn;
	realm->next = next;
	*realm->event = *event;
	realm->event->insn = insn;
	coroutine_suspend(realm->coroutine);
	if (realm->wake == SCRIPT_EXCEPTION)
		handle_injected(realm);
	return realm->wake;
}

enum script_wake script_raise(struct rmmsim_realm *realm, const struct rmmsim_event *event)
{
	struct rmmsim_plane *context = script_context(realm);
	const uint64_t insn = context->pc, next = insn + SCRIPT_INSN_SIZE;

	/* The preferred return address of HVC is behind it. */
	if (event->kind == RMMSIM_EVENT_SYNC && SYNDROME_EC_OF(event->esr) == SYNDROME_HVC64)
		context->pc = next;
	return leave(realm, event, insn, next);
}

enum script_wake script_raise_async(struct rmmsim_realm *realm, const struct rmmsim_event *event)
{
	const uint64_t pc = script_context(realm)->pc;

	return leave(realm, event, pc, pc);
}

enum script_wake script_raise_sync(struct rmmsim_realm *realm, uint64_t esr)
{
	const struct rmmsim_event event = {
		.kind = RMMSIM_EVENT_SYNC,
		.esr = esr | SYNDROME_IL,
	};

	return script_raise(realm, &event);
}

enum rmmsim_outcome script_outcome(const struct rmmsim_realm *realm, enum script_wake wake)
{
	if (wake != SCRIPT_EXCEPTION)
		return RMMSIM_DONE;
	return SYNDROME_EC_OF(realm->syndrome) == SYNDROME_UNKNOWN ? RMMSIM_UNDEFINED
								   : RMMSIM_ABORT;
}
