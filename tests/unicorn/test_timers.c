/* SPDX-License-Identifier: BSD-3-Clause */
/* The EL1 timers: registers, and the REC exit when an output changes. rec.md#3.3, rec.md#4.2 */
#include "tests/unicorn/planes.h"

#define COUNT 20000

#define ENABLE  UINT64_C(1)
#define IMASK   UINT64_C(2)
#define ISTATUS UINT64_C(4)
#define FAR_OFF UINT64_C(0x7fffffffffffffff)

struct timer {
	uint32_t counter, tval, ctl, cval;
};

static const struct timer timers[] = {
	{REG(3, 3, 14, 0, 2), REG(3, 3, 14, 3, 0), REG(3, 3, 14, 3, 1), REG(3, 3, 14, 3, 2)},
	{REG(3, 3, 14, 0, 1), REG(3, 3, 14, 2, 0), REG(3, 3, 14, 2, 1), REG(3, 3, 14, 2, 2)},
};

/* CTL and CVAL of timer `i` as the Host sees them. */
static uint64_t shown_ctl(const struct machine *m, unsigned int i)
{
	return i == 0 ? m->host.exit.cntv_ctl : m->host.exit.cntp_ctl;
}

static uint64_t shown_cval(const struct machine *m, unsigned int i)
{
	return i == 0 ? m->host.exit.cntv_cval : m->host.exit.cntp_cval;
}

static void registers_say_what_the_counter_has_reached(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		const struct timer *t = &timers[i];
		static struct code c;
		struct machine m;

		code_start(&c, MORE);
		code_set(&c, t->cval, FAR_OFF);
		code_set(&c, t->ctl, UINT64_C(0xffffffff) & ~ENABLE); /* IMASK is all that stays */
		code_keep_reg(&c, t->ctl);
		code_set(&c, t->ctl, ENABLE | IMASK);
		code_keep_reg(&c, t->ctl);
		code_set(&c, t->cval, 1);
		code_keep_reg(&c, t->ctl); /* a masked timer shows its status */
		code_set(&c, t->ctl, IMASK);
		code_keep_reg(&c, t->ctl); /* a disabled one does not */
		code_mrs(&c, 1, t->counter);
		code_set(&c, t->tval, 0xffffff00);
		code_mrs(&c, 2, t->cval);
		code_put(&c, 0xcb010040u); /* sub x0, x2, x1 */
		code_keep(&c, 0);
		code_set(&c, t->tval, COUNT);
		code_keep_reg(&c, t->tval);
		code_put(&c, WFI);
		machine_open(&m, c.words, c.count, true);
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_SYNC);
		assert_int_equal(machine_kept(&m, 0), IMASK);
		assert_int_equal(machine_kept(&m, 1), ENABLE | IMASK);
		assert_int_equal(machine_kept(&m, 2), ENABLE | IMASK | ISTATUS);
		assert_int_equal(machine_kept(&m, 3), IMASK);
		/* TVAL is signed: CVAL is before the counter. */
		assert_in_range(machine_kept(&m, 4) + 0x100, 1, 8);
		assert_in_range(machine_kept(&m, 5), COUNT - 8, COUNT);
		assert_int_equal(shown_ctl(&m, i), IMASK);
		machine_close(&m);
	}
}

/* A loop, or a WFI that is not trapped, ends in an IRQ exit when the timer fires; then it is quiet. */
static void an_output_that_rises_is_an_exit(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 4; n++) {
		const unsigned int i = n & 1;
		const struct timer *t = &timers[i];
		const bool wfi = n & 2;
		static struct code c;
		struct machine m;

		code_start(&c, MORE);
		code_set(&c, t->tval, COUNT);
		code_set(&c, t->ctl, ENABLE);
		code_keep_reg(&c, t->cval);
		if (wfi)
			code_put(&c, WFI);
		code_mrs(&c, 1, t->ctl);
		code_put(&c, 0x3617ffe1u); /* tbz w1, #2, -4 */
		code_keep_reg(&c, t->counter);
		code_set(&c, t->ctl, ENABLE | IMASK);
		code_smc(&c, SMC_RSI_HOST_CALL, DATA, 0, 0);
		machine_open(&m, c.words, c.count, true);
		machine_enter(&m, 0, 0);
		assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_IRQ);
		assert_int_equal(shown_ctl(&m, i), ENABLE | ISTATUS);
		assert_int_equal(shown_cval(&m, i), machine_kept(&m, 0));
		assert_int_equal(shown_ctl(&m, !i), 0);
		/* The level has not changed since; masking is no rise. */
		machine_enter(&m, 0, 0);
		assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_HOST_CALL);
		assert_int_equal(shown_ctl(&m, i), ENABLE | IMASK | ISTATUS);
		assert_in_range(machine_kept(&m, 1) - machine_kept(&m, 0), 0, 1000);
		machine_close(&m);
	}
}

/* planes.md#9. Once, wherever it fires: before the entry of P1, in the same block of code, in P1. */
static void timers_of_p0_fire_while_p1_runs(void **state)
{
	static const uint64_t counts[] = {1, 4, 8, 11, 12, 13, 14, 15, 16, 18, 20, 25, 40, COUNT};

	(void)state;
	for (unsigned int n = 0; n < 2 * sizeof(counts) / sizeof(counts[0]); n++) {
		const unsigned int i = n & 1;
		static struct code p0, p1;
		struct planes p;
		uint64_t fired;

		p0.count = 0;
		code_mov(&p0, 19, MORE);
		code_set(&p0, timers[i].tval, counts[n / 2]);
		code_mrs(&p0, 1, timers[i].cval);
		code_put(&p0, 0xf9040261u); /* str x1, [x19, #0x800] */
		code_set(&p0, timers[i].ctl, ENABLE);
		p1.count = 0;
		code_put(&p1, B_SELF);
		planes_open(&p, &p0, &p1, NULL);
		rmmsim_unicorn_set_budget(p.m.engine, 2 * COUNT);
		planes_run(&p, 0, NULL, 0);
		fired = rmmsim_time(p.m.host.sim);
		assert_int_equal(p.m.host.exit.exit_reason, RMI_EXIT_IRQ);
		assert_int_equal(shown_ctl(&p.m, i), ENABLE | ISTATUS);
		assert_int_equal(shown_cval(&p.m, i), machine_kept(&p.m, 256));
		assert_in_range(fired - machine_kept(&p.m, 256), 0, 20);
		/* The next one is that of the budget. */
		planes_run(&p, 0, NULL, 0);
		assert_int_equal(p.m.host.exit.exit_reason, RMI_EXIT_IRQ);
		assert_int_equal(shown_ctl(&p.m, i), ENABLE | ISTATUS);
		assert_in_range(rmmsim_time(p.m.host.sim) - fired, 2 * COUNT, 2 * COUNT + 20);
		machine_close(&p.m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers_say_what_the_counter_has_reached),
		cmocka_unit_test(an_output_that_rises_is_an_exit),
		cmocka_unit_test(timers_of_p0_fire_while_p1_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
