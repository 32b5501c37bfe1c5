/* SPDX-License-Identifier: BSD-3-Clause */
/* Interrupts and timers of P1, with and without the GIC: planes.md#8, planes.md#9, planes.md#4 (4.3) */
#include "tests/unicorn/planes.h"
#include "tests/unicorn/vectors.h"

#define DEVICE     (UINT64_C(1) << 38)
#define VECTORS_P1 0x800 /* in the page of its code */
#define IRQ_P1     0x280

#define KEEP_X0     0xf8008660u /* str x0, [x19], #8 */
#define MRS_X0(reg) (0xd5300000u | ((reg)&0x7fff) << 5)
#define MSR_X0(reg) (0xd5100000u | ((reg)&0x7fff) << 5)
#define LDR_X1_X2   0xf9400041u
#define IN_HANDLER  UINT64_C(0x5a000002) /* HVC 2 */
#define BEHIND      UINT64_C(0x5a000001) /* HVC 1 */

#define ENABLE  UINT64_C(1)
#define IMASK   UINT64_C(2)
#define ISTATUS UINT64_C(4)
#define COUNT   3000

static const struct {
	uint32_t tval, ctl, cval;
} timers[] = {
	{REG(3, 3, 14, 3, 0), REG(3, 3, 14, 3, 1), REG(3, 3, 14, 3, 2)},
	{REG(3, 3, 14, 2, 0), REG(3, 3, 14, 2, 1), REG(3, 3, 14, 2, 2)},
};

/* P1 can be interrupted from here on; its handler acknowledges, tells P0, ends, returns. */
static void start(struct code *c)
{
	static const uint32_t irq[] = {
		MRS_X0(IAR1), KEEP_X0, HVC(2), MSR_X0(EOIR1), ERET,
	};

	memset(c, 0, sizeof(*c));
	memcpy(&c->words[(VECTORS_P1 + IRQ_P1) / 4], irq, sizeof(irq));
	code_start(c, P1_DATA);
	code_set(c, VBAR_EL1, P1_CODE + VECTORS_P1);
	code_set(c, PMR, 0xf8);
	code_set(c, IGRPEN1, 1);
	code_mov(c, 2, DEVICE);
	code_put(c, DAIFCLR(2));
	code_put(c, NOP);
}

static void open_p1(struct planes *p, const struct code *p0, struct code *c, bool owner)
{
	c->count = CODE_WORDS;
	planes_open(p, p0, c, NULL);
	p->run.enter.flags = owner ? RSI_PLANE_ENTER_FLAG_GIC_OWNER : 0;
}

static void assert_rec_exit(const struct planes *p, unsigned int ec)
{
	assert_int_equal(p->m.host.exit.exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(p->m.host.exit.esr >> 26, ec);
}

static void assert_plane_exit(const struct planes *p, uint64_t esr)
{
	assert_rec_exit(p, 0x01);
	assert_int_equal(p->run.exit.reason, RSI_PLANE_EXIT_SYNC);
	assert_int_equal(p->run.exit.esr_el2, esr);
}

/* Once by the LRs that P0 had when it entered P1, once by those of the Host while P1 is active. */
static void an_owner_takes_the_interrupts_of_the_host(void **state)
{
	static struct code c;
	struct planes p;

	(void)state;
	start(&c);
	code_put(&c, LDR_X1_X2);
	code_put(&c, NOP);
	code_put(&c, HVC(1));
	open_p1(&p, NULL, &c, true);
	planes_run(&p, 0, (const uint64_t[4]){LR(PENDING, 0xa0, 27)}, 0);
	assert_plane_exit(&p, IN_HANDLER);
	assert_int_equal(planes_p1_kept(&p, 0), 27);
	/* P0 has it back with the Plane exit. */
	assert_int_equal(p.run.exit.gicv3_lrs[0], LR(ACTIVE, 0xa0, 27));
	assert_int_equal(p.run.exit.gicv3_vmcr, 0xf8000002u);
	assert_int_equal(p.m.host.exit.gicv3_lrs[0], LR(ACTIVE, 0xa0, 27));
	planes_resume(&p);
	p.run.enter.flags = RSI_PLANE_ENTER_FLAG_GIC_OWNER;
	planes_run(&p, 0, (const uint64_t[4]){LR(ACTIVE, 0xa0, 27)}, 0);
	assert_rec_exit(&p, 0x24);
	assert_int_equal(p.m.host.exit.hpfar, DEVICE >> 8);
	assert_int_equal(p.m.host.exit.gicv3_lrs[0], LR(INVALID, 0xa0, 27));
	planes_run(&p, RMI_REC_ENTER_FLAG_EMUL_MMIO, (const uint64_t[4]){0, LR(PENDING, 0x40, 30)},
		   0);
	assert_plane_exit(&p, IN_HANDLER);
	assert_int_equal(planes_p1_kept(&p, 1), 30);
	assert_int_equal(p.run.exit.gicv3_lrs[1], LR(ACTIVE, 0x40, 30));
	planes_resume(&p);
	p.run.enter.flags = RSI_PLANE_ENTER_FLAG_GIC_OWNER;
	planes_run(&p, 0, (const uint64_t[4]){0, LR(ACTIVE, 0x40, 30)}, 0);
	assert_plane_exit(&p, BEHIND);
	assert_int_equal(p.m.host.exit.gicv3_lrs[1], LR(INVALID, 0x40, 30));
	machine_close(&p.m);
}

/* P1 waits in a WFI that is not trapped. */
static void an_interrupt_ends_a_wait_of_the_owner(void **state)
{
	static struct code c;
	struct planes p;

	(void)state;
	start(&c);
	code_put(&c, WFI);
	code_put(&c, HVC(1));
	open_p1(&p, NULL, &c, true);
	planes_run(&p, 0, NULL, 0);
	assert_int_equal(p.m.host.exit.exit_reason, RMI_EXIT_IRQ);
	planes_run(&p, 0, (const uint64_t[4]){LR(PENDING, 0xa0, 27)}, 0);
	assert_plane_exit(&p, IN_HANDLER);
	assert_int_equal(planes_p1_kept(&p, 0), 27);
	machine_close(&p.m);
}

static void without_the_gic_an_interrupt_is_a_plane_exit(void **state)
{
	static struct code c;
	struct planes p;
	uint64_t at;

	(void)state;
	start(&c);
	at = P1_CODE + c.count * 4;
	code_put(&c, LDR_X1_X2);
	code_put(&c, HVC(1));
	open_p1(&p, NULL, &c, false);
	planes_run(&p, 0, NULL, 0);
	assert_rec_exit(&p, 0x24);
	planes_run(&p, RMI_REC_ENTER_FLAG_EMUL_MMIO, (const uint64_t[4]){LR(PENDING, 0xa0, 27)}, 0);
	assert_rec_exit(&p, 0x01);
	assert_int_equal(p.run.exit.reason, RSI_PLANE_EXIT_IRQ);
	assert_int_equal(p.run.exit.elr_el2, at + 4);
	assert_int_equal(p.run.exit.spsr_el2 & 0x3cf, 0x345);
	/* P0 has it, and has not looked at it. */
	assert_int_equal(p.m.host.exit.gicv3_lrs[0], LR(PENDING, 0xa0, 27));
	assert_int_equal(p.run.exit.gicv3_lrs[0], 0);
	planes_resume(&p);
	planes_run(&p, 0, NULL, 0);
	assert_plane_exit(&p, BEHIND);
	machine_close(&p.m);
}

/* P0 gives P1 list registers of its own making. */
static void p0_injects_interrupts_into_p1(void **state)
{
	static struct code c;
	struct planes p;

	(void)state;
	start(&c);
	code_put(&c, HVC(1));
	open_p1(&p, NULL, &c, false);
	p.run.enter.gicv3_lrs[0] = LR(PENDING, 0xa0, 40);
	planes_run(&p, 0, NULL, 0);
	assert_plane_exit(&p, IN_HANDLER);
	assert_int_equal(planes_p1_kept(&p, 0), 40);
	assert_int_equal(p.run.exit.gicv3_lrs[0], LR(ACTIVE, 0xa0, 40));
	/* Those of P0 itself are the Host's. */
	assert_int_equal(p.m.host.exit.gicv3_lrs[0], 0);
	planes_resume(&p);
	p.run.enter.gicv3_lrs[0] = p.run.exit.gicv3_lrs[0];
	planes_run(&p, 0, NULL, 0);
	assert_plane_exit(&p, BEHIND);
	assert_int_equal(p.run.exit.gicv3_lrs[0], LR(INVALID, 0xa0, 40));
	machine_close(&p.m);
}

/* The maintenance interrupt is a physical one; at the next entry P0 learns of it. */
static void maintenance_of_p1_goes_to_p0(void **state)
{
	static struct code c;
	struct planes p;

	(void)state;
	start(&c);
	code_put(&c, HVC(1));
	open_p1(&p, NULL, &c, false);
	p.run.enter.gicv3_lrs[0] = LR(PENDING, 0xa0, 40);
	p.run.enter.gicv3_hcr = NPIE;
	planes_run(&p, 0, NULL, 0);
	assert_int_equal(p.m.host.exit.exit_reason, RMI_EXIT_IRQ);
	planes_run(&p, 0, NULL, 0);
	assert_rec_exit(&p, 0x01);
	assert_int_equal(p.run.exit.reason, RSI_PLANE_EXIT_IRQ);
	assert_int_equal(p.run.exit.gicv3_misr, 8);
	assert_int_equal(p.run.exit.gicv3_hcr, NPIE);
	assert_int_equal(p.run.exit.gicv3_lrs[0], LR(ACTIVE, 0xa0, 40));
	machine_close(&p.m);
}

/* --- timers --------------------------------------------------------------------------------------------- */

static void put_timer(struct code *c, unsigned int i, uint64_t tval, uint64_t ctl)
{
	code_set(c, timers[i].tval, tval);
	code_set(c, timers[i].ctl, ctl);
}

static uint64_t shown_ctl(const struct planes *p, unsigned int i)
{
	return i == 0 ? p->m.host.exit.cntv_ctl : p->m.host.exit.cntp_ctl;
}

static uint64_t shown_cval(const struct planes *p, unsigned int i)
{
	return i == 0 ? p->m.host.exit.cntv_cval : p->m.host.exit.cntp_cval;
}

static void the_host_serves_the_timer_of_an_owner(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		static struct code c;
		struct planes p;

		start(&c);
		put_timer(&c, i, COUNT, ENABLE);
		code_mrs(&c, 0, timers[i].cval);
		code_put(&c, KEEP_X0);
		code_put(&c, B_SELF);
		open_p1(&p, NULL, &c, true);
		planes_run(&p, 0, NULL, 0);
		assert_int_equal(p.m.host.exit.exit_reason, RMI_EXIT_IRQ);
		assert_int_equal(shown_ctl(&p, i), ENABLE | ISTATUS);
		assert_int_equal(shown_cval(&p, i), planes_p1_kept(&p, 0));
		assert_int_equal(shown_ctl(&p, !i), 0);
		assert_int_equal(p.run.exit.reason, 0);
		planes_run(&p, 0, (const uint64_t[4]){LR(PENDING, 0xa0, 27)}, 0);
		assert_plane_exit(&p, IN_HANDLER);
		assert_int_equal(planes_p1_kept(&p, 1), 27);
		assert_int_equal(i ? p.run.exit.cntp_ctl : p.run.exit.cntv_ctl, ENABLE | ISTATUS);
		assert_int_equal(i ? p.run.exit.cntp_cval : p.run.exit.cntv_cval,
				 planes_p1_kept(&p, 0));
		machine_close(&p.m);
	}
}

static void p0_serves_the_timer_of_others(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		static struct code c;
		struct planes p;
		uint64_t at;

		start(&c);
		put_timer(&c, i, COUNT, ENABLE);
		at = P1_CODE + c.count * 4;
		code_put(&c, B_SELF);
		open_p1(&p, NULL, &c, false);
		rmmsim_unicorn_set_budget(p.m.engine, 100000);
		planes_run(&p, 0, NULL, 0);
		assert_int_equal(p.m.host.exit.exit_reason, RMI_EXIT_IRQ);
		assert_int_equal(shown_ctl(&p, i), ENABLE | ISTATUS);
		/* Twice the same output is no change: P1 goes on. */
		planes_run(&p, 0, NULL, 0);
		assert_int_equal(p.m.host.exit.exit_reason, RMI_EXIT_IRQ);
		assert_int_equal(p.run.exit.elr_el2, 0);
		/* The interrupt that the Host makes of it goes to P0. */
		planes_run(&p, 0, (const uint64_t[4]){LR(PENDING, 0xa0, 27)}, 0);
		assert_rec_exit(&p, 0x01);
		assert_int_equal(p.run.exit.reason, RSI_PLANE_EXIT_IRQ);
		assert_int_equal(p.run.exit.elr_el2, at);
		assert_int_equal(i ? p.run.exit.cntp_ctl : p.run.exit.cntv_ctl, ENABLE | ISTATUS);
		machine_close(&p.m);
	}
}

/* planes.md#9: which of two timers the Host is shown. */
static void the_host_is_shown_the_earlier_timer(void **state)
{
	static const struct {
		uint64_t p0_ctl, p0_tval, p1_ctl, p1_tval;
		bool p1;
	} rows[] = {
		{0, 1000000, 0, 900000, false},
		{IMASK, 1000000, IMASK | ENABLE, 900000, false},
		{IMASK, 900000, ENABLE, 1000000, true},
		{ENABLE, 1000000, IMASK, 900000, false},
		{ENABLE, 900000, ENABLE, 1000000, false},
		{ENABLE, 1000000, ENABLE, 900000, true},
	};

	(void)state;
	for (unsigned int n = 0; n < 2 * sizeof(rows) / sizeof(rows[0]); n++) {
		const unsigned int i = n & 1, r = n / 2;
		static struct code p0, c;
		struct planes p;

		code_start(&p0, MORE);
		put_timer(&p0, i, rows[r].p0_tval, rows[r].p0_ctl);
		code_keep_reg(&p0, timers[i].cval);
		start(&c);
		put_timer(&c, i, rows[r].p1_tval, rows[r].p1_ctl);
		code_mrs(&c, 0, timers[i].cval);
		code_put(&c, KEEP_X0);
		code_put(&c, LDR_X1_X2);
		open_p1(&p, &p0, &c, false);
		planes_run(&p, 0, NULL, 0);
		assert_rec_exit(&p, 0x24);
		assert_int_equal(shown_ctl(&p, i), rows[r].p1 ? rows[r].p1_ctl : rows[r].p0_ctl);
		assert_int_equal(shown_cval(&p, i),
				 rows[r].p1 ? planes_p1_kept(&p, 0) : machine_kept(&p.m, 0));
		machine_close(&p.m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_owner_takes_the_interrupts_of_the_host),
		cmocka_unit_test(an_interrupt_ends_a_wait_of_the_owner),
		cmocka_unit_test(without_the_gic_an_interrupt_is_a_plane_exit),
		cmocka_unit_test(p0_injects_interrupts_into_p1),
		cmocka_unit_test(maintenance_of_p1_goes_to_p0),
		cmocka_unit_test(the_host_serves_the_timer_of_an_owner),
		cmocka_unit_test(p0_serves_the_timer_of_others),
		cmocka_unit_test(the_host_is_shown_the_earlier_timer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
