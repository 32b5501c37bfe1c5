/* SPDX-License-Identifier: BSD-3-Clause */
/* The EL1 timers on the virtual clock, which advances by one tick with each instruction. */
#include "exec/unicorn/unicorn.h"

#define CTL_ENABLE  UINT64_C(1)
#define CTL_IMASK   UINT64_C(2)
#define CTL_ISTATUS UINT64_C(4)
#define FREQUENCY   UINT64_C(62500000)

#define CNTFRQ_EL0    SYSREG(3, 3, 14, 0, 0)
#define CNTPCT_EL0    SYSREG(3, 3, 14, 0, 1)
#define CNTVCT_EL0    SYSREG(3, 3, 14, 0, 2)
#define CNTP_TVAL_EL0 SYSREG(3, 3, 14, 2, 0)
#define CNTV_TVAL_EL0 SYSREG(3, 3, 14, 3, 0)

static const enum rmmsim_sysreg ctl_of[] = {RMMSIM_SYSREG_CNTV_CTL_EL0, RMMSIM_SYSREG_CNTP_CTL_EL0};
static const enum rmmsim_sysreg cval_of[] = {RMMSIM_SYSREG_CNTV_CVAL_EL0,
					     RMMSIM_SYSREG_CNTP_CVAL_EL0};

uint64_t timer_now(const struct rmmsim_unicorn *u, uint64_t pc)
{
	uint64_t ahead = 0;

	if (pc - u->block < u->block_size)
		ahead = (u->block + u->block_size - pc) / INSN_SIZE;
	return u->time + executed(u) + u->skipped - ahead;
}

void timer_update(struct rmmsim_unicorn *u, uint64_t now)
{
	uint64_t *sysreg = u->vcpu->context->sysreg;

	for (int i = 0; i < 2; i++) {
		uint64_t *ctl = &sysreg[ctl_of[i]];
		const bool met = (*ctl & CTL_ENABLE) && now >= sysreg[cval_of[i]];

		*ctl = (*ctl & ~CTL_ISTATUS) | (met ? CTL_ISTATUS : 0);
	}
}

static bool output(uint64_t ctl)
{
	return (ctl & (CTL_ENABLE | CTL_IMASK | CTL_ISTATUS)) == (CTL_ENABLE | CTL_ISTATUS);
}

bool timer_rose(struct rmmsim_unicorn *u)
{
	const uint64_t *sysreg = u->vcpu->context->sysreg;
	const bool v = output(sysreg[ctl_of[0]]), p = output(sysreg[ctl_of[1]]);
	const bool rose = (v && !u->cpu->output_v) || (p && !u->cpu->output_p);

	u->cpu->output_v = v;
	u->cpu->output_p = p;
	return rose;
}

static bool active(uint64_t ctl)
{
	return (ctl & (CTL_ENABLE | CTL_IMASK)) == CTL_ENABLE;
}

static uint64_t ticks_until(const struct rmmsim_unicorn *u, uint64_t cval)
{
	return cval > u->time ? cval - u->time : 0;
}

/* Plane 0's timers go on while another Plane runs; of those that fired before, the monitor knows. */
static uint64_t deadline_p0(const struct rmmsim_unicorn *u)
{
	const uint64_t *sysreg = u->vcpu->p0->sysreg;
	uint64_t deadline = UINT64_MAX;

	for (int i = 0; i < 2 && u->vcpu->plane != 0; i++) {
		const uint64_t ticks = ticks_until(u, sysreg[cval_of[i]]);

		if (active(sysreg[ctl_of[i]]) && ticks && ticks < deadline)
			deadline = ticks;
	}
	return deadline;
}

uint64_t timer_deadline(const struct rmmsim_unicorn *u)
{
	const uint64_t *sysreg = u->vcpu->context->sysreg;
	uint64_t deadline = deadline_p0(u);

	for (int i = 0; i < 2; i++) {
		const uint64_t ctl = sysreg[ctl_of[i]], ticks = ticks_until(u, sysreg[cval_of[i]]);
		const bool known = i == 0 ? u->cpu->output_v : u->cpu->output_p;

		if (active(ctl) && !(output(ctl) && known) && ticks < deadline)
			deadline = ticks;
	}
	return deadline;
}

static bool tval(struct rmmsim_unicorn *u, int timer, bool read, uint64_t now, uint64_t *value)
{
	uint64_t *cval = &u->vcpu->context->sysreg[cval_of[timer]];

	if (read)
		*value = (*cval - now) & UINT32_MAX;
	else
		*cval = now + (uint64_t)(int64_t)(int32_t)*value;
	return true;
}

void timer_begin(struct rmmsim_unicorn *u)
{
	const uint64_t *sysreg = u->vcpu->context->sysreg;

	u->cpu->output_v = output(sysreg[ctl_of[0]]);
	u->cpu->output_p = output(sysreg[ctl_of[1]]);
	timer_update(u, u->time);
}

void timer_written(struct rmmsim_unicorn *u, uint64_t now)
{
	const uint64_t *sysreg = u->vcpu->context->sysreg;

	timer_update(u, now);
	u->cpu->output_v = u->cpu->output_v && output(sysreg[ctl_of[0]]);
	u->cpu->output_p = u->cpu->output_p && output(sysreg[ctl_of[1]]);
}

bool timer_access(struct rmmsim_unicorn *u, uint32_t address, bool read, uint64_t *value)
{
	const uint64_t now = timer_now(u, u->sysreg.pc);

	if (address == CNTFRQ_EL0 && read)
		*value = FREQUENCY;
	else if ((address == CNTPCT_EL0 || address == CNTVCT_EL0) && read)
		*value = now;
	else if (address == CNTV_TVAL_EL0 || address == CNTP_TVAL_EL0)
		return tval(u, address == CNTP_TVAL_EL0, read, now, value);
	else
		return false;
	return true;
}
