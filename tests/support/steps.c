/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/steps.h"

#include <string.h>

#define REC_RUN_EXIT 0x800
#define EC_OF(esr)   ((esr) >> 26 & 0x3f)
#define EC_HVC       0x16

static void look(struct steps *steps, const struct rmmsim_vcpu *vcpu)
{
	struct steps_seen *seen;

	assert_in_range(steps->seen_count, 0, STEPS_MAX - 1);
	seen = &steps->seen[steps->seen_count++];
	seen->plane = vcpu->plane;
	seen->context = *vcpu->context;
	seen->vcpu = *vcpu;
}

static void run(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	struct steps *steps = context;
	struct step *step;

	look(steps, vcpu);
	*event = (struct rmmsim_event){.kind = RMMSIM_EVENT_IRQ};
	if (steps->next == steps->count)
		return;
	step = &steps->step[steps->next++];
	steps->vcpu = vcpu;
	if (step->fn)
		step->fn(steps, step->argument);
	for (unsigned int n = 0; n < 31; n++) {
		if (step->x_set >> n & 1)
			vcpu->context->x[n] = step->x[n];
	}
	for (unsigned int i = 0; i < step->sysregs; i++)
		vcpu->context->sysreg[step->sysreg[i].sysreg] = step->sysreg[i].value;
	*event = step->event;
	event->insn = vcpu->context->pc;
	if (event->kind == RMMSIM_EVENT_SYNC && EC_OF(event->esr) == EC_HVC)
		vcpu->context->pc += 4;
}

static const struct rmmsim_engine_ops engine = {
	.size = sizeof(engine),
	.name = "steps of a test",
	.run = run,
};

void steps_open(struct steps *steps, struct host *host)
{
	*steps = (struct steps){.host = host};
	assert_int_equal(rmmsim_set_engine(host->sim, &engine, steps), RMMSIM_OK);
}

static struct step *next(struct steps *steps)
{
	assert_in_range(steps->count, 0, STEPS_MAX - 1);
	return &steps->step[steps->count];
}

void steps_set(struct steps *steps, unsigned int n, uint64_t value)
{
	struct step *step = next(steps);

	step->x[n] = value;
	step->x_set |= 1u << n;
}

void steps_sysreg(struct steps *steps, enum rmmsim_sysreg sysreg, uint64_t value)
{
	struct step *step = next(steps);

	step->sysreg[step->sysregs].sysreg = sysreg;
	step->sysreg[step->sysregs++].value = value;
}

void steps_do(struct steps *steps, step_fn fn, void *argument)
{
	next(steps)->fn = fn;
	next(steps)->argument = argument;
}

void steps_sync(struct steps *steps, uint64_t esr, uint64_t far, uint64_t hpfar)
{
	next(steps)->event = (struct rmmsim_event){
		.kind = RMMSIM_EVENT_SYNC, .esr = esr, .far = far, .hpfar = hpfar};
	steps->count++;
}

void steps_event(struct steps *steps, enum rmmsim_event_kind kind, uint64_t esr)
{
	next(steps)->event = (struct rmmsim_event){.kind = kind, .esr = esr};
	steps->count++;
}

void steps_smc_array(struct steps *steps, const uint64_t *x, size_t count)
{
	for (unsigned int n = 0; n < count; n++)
		steps_set(steps, n, x[n]);
	steps_sync(steps, STEPS_SMC, 0, 0);
}

uint64_t steps_try_enter(struct steps *steps, uint64_t rec)
{
	struct host *host = steps->host;
	uint64_t x0;

	steps->seen_count = 0;
	assert_int_equal(
		rmmsim_host_write(host->sim, host->run, &steps->enter, sizeof(steps->enter)),
		RMMSIM_OK);
	memset(&steps->enter, 0, sizeof(steps->enter));
	x0 = call(host, RMI_REC_ENTER, rec, host->run);
	if (x0 == 0)
		assert_int_equal(rmmsim_host_read(host->sim, host->run + REC_RUN_EXIT, &host->exit,
						  sizeof(host->exit)),
				 RMMSIM_OK);
	return x0;
}

void steps_enter(struct steps *steps, uint64_t rec)
{
	const uint64_t x0 = steps_try_enter(steps, rec);

	host_expect(steps->host, x0, 0, NULL, false, __FILE__, __LINE__);
	/* Everything on the list has happened; a new list begins. */
	assert_int_equal(steps->next, steps->count);
	memset(steps->step, 0, sizeof(steps->step));
	steps->count = 0;
	steps->next = 0;
}

const struct steps_seen *steps_last(const struct steps *steps, unsigned int back)
{
	if (back >= steps->seen_count)
		fail_msg("the Realm got control %u times only", steps->seen_count);
	return &steps->seen[steps->seen_count - 1 - back];
}
