/* SPDX-License-Identifier: BSD-3-Clause */
/* The Realm's side of a sequence: an engine whose program is the steps behind the REC_ENTER. */
#include <string.h>

#include "sequence/player.h"

#define ESR_EC(ec)    ((uint64_t)(ec) << 26)
#define ESR_IL        (UINT64_C(1) << 25)
#define ESR_COND      UINT64_C(0x01e00000)
#define ESR_ISV       (UINT64_C(1) << 24)
#define ESR_SAS(log2) ((uint64_t)(log2) << 22)
#define ESR_SF        (UINT64_C(1) << 15)
#define ESR_WNR       (UINT64_C(1) << 6)

enum { EC_WFX = 0x01, EC_SIMD = 0x07, EC_HVC = 0x16, EC_SMC = 0x17, EC_SYSREG = 0x18 };

static bool synchronous(struct rmmsim_event *event, uint64_t esr)
{
	event->kind = RMMSIM_EVENT_SYNC;
	event->esr = esr | ESR_IL;
	return true;
}

static bool call_monitor(struct rmmsim_vcpu *vcpu, struct rmmsim_event *event, uint64_t fid,
			 const uint64_t *x, unsigned int count)
{
	vcpu->context->x[0] = fid;
	memcpy(&vcpu->context->x[1], x, count * sizeof(*x));
	return synchronous(event, ESR_EC(EC_SMC));
}

static bool realm_call(struct rmmsim_vcpu *vcpu, struct rmmsim_event *event,
		       const struct sequence_step *step)
{
	const struct smc_value *rows;
	const unsigned int count = sequence_values(step, &rows);

	if (step->op == SEQUENCE_REALM_SMC)
		return call_monitor(vcpu, event, step->value[0], step->value + 1, count - 1);
	return call_monitor(vcpu, event, smc_command(step->command)->fid, step->value, count);
}

/* The event of an access that did not get through. An address beyond the IPA space never gets to R-EL2. */
static bool fault(const struct rmmsim_translation *t, struct rmmsim_event *event, uint64_t ipa,
		  uint64_t iss)
{
	const uint64_t insn = event->insn;

	if (t->proceeds || t->address_size)
		return false;
	*event = t->event;
	event->insn = insn;
	event->esr |= iss;
	event->far = ipa;
	return true;
}

static bool access_memory(struct rmmsim_vcpu *vcpu, struct rmmsim_event *event, uint64_t ipa,
			  unsigned int log2, enum rmmsim_access access, uint64_t value)
{
	const uint64_t size = UINT64_C(1) << log2;
	uint64_t iss = ESR_ISV | ESR_SAS(log2) | (log2 == 3 ? ESR_SF : 0) |
		       (access == RMMSIM_WRITE ? ESR_WNR : 0);
	struct rmmsim_translation t;

	ipa &= ~(size - 1);
	vcpu->context->x[0] = value;
	rmmsim_copy(vcpu, ipa, access, &value, size, &t);
	if (t.proceeds && access == RMMSIM_READ)
		vcpu->context->x[0] = value;
	return fault(&t, event, ipa, iss);
}

static bool fetch(struct rmmsim_vcpu *vcpu, struct rmmsim_event *event, uint64_t ipa,
		  unsigned int el)
{
	struct rmmsim_translation t;

	ipa &= ~UINT64_C(3);
	rmmsim_translate(vcpu, ipa, RMMSIM_FETCH, el, &t);
	return fault(&t, event, ipa, 0);
}

static bool store_fields(struct rmmsim_vcpu *vcpu, struct rmmsim_event *event,
			 const struct sequence_step *step)
{
	const struct sequence_structure *structure = sequence_structure(step->structure);
	const uint64_t base = step->value[0] & ~UINT64_C(0xff);

	for (unsigned int i = 0; i < step->field_count; i++) {
		const struct sequence_field *field = &step->field[i];
		const unsigned int size = sequence_field_size(structure, field->offset);

		if (access_memory(vcpu, event, base + field->offset, size == 8 ? 3 : 1,
				  RMMSIM_WRITE, field->value))
			return true;
	}
	return false;
}

/* A register in the encoding of RsiSysregAddress (rsi.md#3.5) as the ISS of a trapped access of X0. */
static uint64_t sysreg_iss(uint64_t address)
{
	return (address >> 14 & 3) << 20 | (address & 7) << 17 | (address >> 11 & 7) << 14 |
	       (address >> 7 & 0xf) << 10 | (address >> 3 & 0xf) << 1;
}

static bool trap_sysreg(struct rmmsim_vcpu *vcpu, struct rmmsim_event *event,
			const struct sequence_step *step)
{
	const bool read = step->op == SEQUENCE_MRS;

	if (!read)
		vcpu->context->x[0] = step->value[1];
	return synchronous(event, ESR_EC(EC_SYSREG) | sysreg_iss(step->value[0]) | read);
}

/* HVC is the one exception that returns behind its instruction: include/rmmsim/engine.h. */
static bool hypervisor_call(struct rmmsim_vcpu *vcpu, struct rmmsim_event *event, uint64_t imm)
{
	vcpu->context->pc += 4;
	return synchronous(event, ESR_EC(EC_HVC) | (imm & 0xffff));
}

static bool asynchronous(struct rmmsim_event *event, enum rmmsim_event_kind kind, uint64_t esr)
{
	event->kind = kind;
	event->esr = esr;
	return true;
}

/* Only exceptions that a Realm's PE takes to R-EL2: an HPFAR has no bits beside its field. */
static bool any_exception(struct rmmsim_event *event, const struct sequence_step *step)
{
	event->far = step->value[1];
	event->hpfar = step->value[2] & UINT64_C(0x00000ffffffffff0);
	return synchronous(event, step->value[0]);
}

/* Word n of the GIC's registers: 0 ICH_HCR, 1..16 list registers, 17 ICH_MISR, 18 ICH_VMCR, 19, 20 ICH_AP. */
static void set_gic(struct rmmsim_gic *gic, uint64_t n, uint64_t value)
{
	((uint64_t *)gic)[n % SEQUENCE_GIC_WORDS] = value;
}

/* Returns whether the Realm leaves to the monitor. */
static bool act(struct rmmsim_vcpu *vcpu, struct rmmsim_event *event,
		const struct sequence_step *step)
{
	const uint64_t *v = step->value;

	switch (step->op) {
	case SEQUENCE_REALM_CALL:
	case SEQUENCE_REALM_SMC:
		return realm_call(vcpu, event, step);
	case SEQUENCE_REALM_SET:
		return store_fields(vcpu, event, step);
	case SEQUENCE_LOAD:
		return access_memory(vcpu, event, v[0], v[1] & 3, RMMSIM_READ, 0);
	case SEQUENCE_STORE:
		return access_memory(vcpu, event, v[0], v[1] & 3, RMMSIM_WRITE, v[2]);
	case SEQUENCE_FETCH:
		return fetch(vcpu, event, v[0], 1);
	case SEQUENCE_FETCH_EL0:
		return fetch(vcpu, event, v[0], 0);
	case SEQUENCE_HVC:
		return hypervisor_call(vcpu, event, v[0]);
	case SEQUENCE_WFI:
		return vcpu->trap_wfi && synchronous(event, ESR_EC(EC_WFX) | ESR_COND);
	case SEQUENCE_WFE:
		return vcpu->trap_wfe && synchronous(event, ESR_EC(EC_WFX) | ESR_COND | 1);
	case SEQUENCE_SIMD:
		return vcpu->trap_simd && synchronous(event, ESR_EC(EC_SIMD) | ESR_COND);
	case SEQUENCE_MRS:
	case SEQUENCE_MSR:
		return trap_sysreg(vcpu, event, step);
	case SEQUENCE_REG:
		vcpu->context->x[v[0] % 31] = v[1];
		return false;
	case SEQUENCE_SYSREG:
		vcpu->context->sysreg[v[0] % RMMSIM_SYSREG_COUNT] = v[1];
		return false;
	case SEQUENCE_GIC:
		set_gic(&vcpu->context->gic, v[0], v[1]);
		return false;
	case SEQUENCE_ELAPSE:
		rmmsim_time_advance(vcpu->sim, v[0] & UINT32_MAX);
		return false;
	case SEQUENCE_IRQ:
		return asynchronous(event, RMMSIM_EVENT_IRQ, 0);
	case SEQUENCE_FIQ:
		return asynchronous(event, RMMSIM_EVENT_FIQ, 0);
	case SEQUENCE_SERROR:
		return asynchronous(event, RMMSIM_EVENT_SERROR, v[0]);
	case SEQUENCE_EXCEPTION:
		return any_exception(event, step);
	default:
		return false;
	}
}

static const struct sequence_inside *inside_of(const struct sequencer *s)
{
	return s->watch ? s->watch->inside : NULL;
}

static void tell_result(struct sequencer *s, const struct rmmsim_vcpu *vcpu,
			const struct sequence_step *step, bool took_exception)
{
	const struct sequence_result result = {
		.step = step,
		.index = (unsigned int)(step - s->sequence->step),
		.from = s->action_plane,
		.took_exception = took_exception,
		.vcpu = vcpu,
	};

	if (s->watch && s->watch->result)
		s->watch->result(s->watch->context, &result);
}

/* The monitor enters the Realm's handler: what was running is in ELR_EL1 then. */
static bool took_exception(const struct sequencer *s, const struct rmmsim_vcpu *vcpu)
{
	const uint64_t *sysreg = vcpu->context->sysreg;

	return s->action_plane == vcpu->plane && (sysreg[RMMSIM_SYSREG_ELR_EL1] != s->action_elr ||
						  sysreg[RMMSIM_SYSREG_ESR_EL1] != s->action_esr);
}

static void report(struct sequencer *s, const struct rmmsim_vcpu *vcpu)
{
	const struct sequence_action action = {s->action, s->action_plane, vcpu->plane, s->sim,
					       vcpu->pe};
	const struct sequence_inside *inside = inside_of(s);

	s->runs++;
	if (s->watch && s->watch->seen && !s->watch->seen(s->watch->context, vcpu))
		s->stop = true;
	if (inside && !inside->control(inside->context, vcpu))
		s->stop = true;
	if (s->action && s->watch && s->watch->realm)
		s->watch->realm(s->watch->context, &action);
	if (s->action)
		tell_result(s, vcpu, s->action, took_exception(s, vcpu));
	s->action = NULL;
}

/* The next step that happens while the REC runs; NULL when the next one is for the Host afterwards. */
static const struct sequence_step *next_step(struct sequencer *s)
{
	const struct sequence_step *step;

	if (s->stop || s->next >= s->sequence->count)
		return NULL;
	step = &s->sequence->step[s->next];
	return sequence_is_realm(step) || step->during ? step : NULL;
}

static bool about_to(struct sequencer *s, const struct rmmsim_vcpu *vcpu,
		     const struct sequence_step *step)
{
	const struct sequence_inside *inside = inside_of(s);

	if (!inside || inside->step(inside->context, vcpu, step))
		return true;
	s->stop = true;
	return false;
}

static void leave(struct sequencer *s, const struct rmmsim_vcpu *vcpu,
		  const struct rmmsim_event *event, const struct sequence_step *step)
{
	const struct sequence_leave leave = {step, vcpu, event};
	const struct sequence_inside *inside = inside_of(s);

	if (inside)
		inside->leave(inside->context, &leave);
}

static void run(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	struct sequencer *s = context;
	const struct sequence_step *step;

	*event = (struct rmmsim_event){.kind = RMMSIM_EVENT_IRQ, .insn = vcpu->context->pc};
	report(s, vcpu);
	while ((step = next_step(s)) != NULL) {
		if (!sequence_is_realm(step)) {
			sequencer_step(s);
			continue;
		}
		s->next++;
		s->action_plane = vcpu->plane;
		s->action_elr = vcpu->context->sysreg[RMMSIM_SYSREG_ELR_EL1];
		s->action_esr = vcpu->context->sysreg[RMMSIM_SYSREG_ESR_EL1];
		if (!about_to(s, vcpu, step))
			continue;
		if (!act(vcpu, event, step)) {
			tell_result(s, vcpu, step, false);
			continue;
		}
		leave(s, vcpu, event, step);
		s->action = step;
		return;
	}
	*event = (struct rmmsim_event){.kind = RMMSIM_EVENT_IRQ, .insn = vcpu->context->pc};
}

static void forget(void *context, uint64_t rec)
{
	((struct sequencer *)context)->forgot = rec;
}

const struct rmmsim_engine_ops sequence_engine = {
	.size = sizeof(sequence_engine),
	.name = "sequence",
	.run = run,
	.forget = forget,
};
