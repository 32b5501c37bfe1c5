/* SPDX-License-Identifier: BSD-3-Clause */
/* Virtual interrupts that are taken, and what the Host has to do with them: rec.md#3.4, rec.md#7.1 */
#include "tests/unicorn/gic.h"

/* --- interrupts that are taken ------------------------------------------------------------------------- */

/*
 * A Realm that waits for interrupts of the group that `enable` is the register of, unmasked by `unmask`. Its
 * handler stands at `offset` from VBAR_EL1, 0x280 for an IRQ, 0x300 for an FIQ; a vector has 32 words.
 */
static void open_waiting(struct machine *m, unsigned int offset, const uint32_t *handler,
			 size_t count, uint32_t enable, uint32_t unmask)
{
	uint32_t vectors[512] = {0};
	const struct machine_options o = {.vectors = vectors};
	static struct code c;

	memcpy(&vectors[offset / 4], handler, count * sizeof(*handler));
	code_start(&c, MORE);
	code_mov(&c, 0, DATA + 0x1000);
	code_put(&c, 0x9100001fu); /* mov sp, x0 */
	code_set(&c, REG(3, 0, 12, 0, 0), VECTORS);
	code_set(&c, PMR, 0xf8);
	code_set(&c, enable, 1);
	code_put(&c, unmask);
	code_put(&c, NOP);
	code_put(&c, WFI);
	code_put(&c, B_SELF);
	machine_open_with(m, c.words, c.count, &o);
}

/* Keeps at X19, which moves. */
#define KEEP_X0     0xf8008660u /* str x0, [x19], #8 */
#define MRS_X0(reg) (0xd5300000u | ((reg)&0x7fff) << 5)
#define MSR_X0(reg) (0xd5100000u | ((reg)&0x7fff) << 5)

static void a_higher_priority_preempts_a_handler(void **state)
{
	/* The handler acknowledges, unmasks, ends and returns; ELR and SPSR are kept in X20 up. */
	static const uint32_t irq[] = {
		MRS_X0(IAR1),
		KEEP_X0,
		0xaa0003f4u, /* mov x20, x0 */
		0xd5384021u, /* mrs x1, elr_el1 */
		0xd5384002u, /* mrs x2, spsr_el1 */
		0xa9bf0be1u, /* stp x1, x2, [sp, #-16]! */
		0xf81f0ff4u, /* str x20, [sp, #-16]! */
		/* The last interrupt does not let in another one. */
		DAIFCLR(2),
		NOP,
		NOP,
		DAIFSET(2),
		0xf84107e0u, /* ldr x0, [sp], #16 */
		MSR_X0(EOIR1),
		KEEP_X0,
		0xa8c10be1u, /* ldp x1, x2, [sp], #16 */
		0xd5184021u, /* msr elr_el1, x1 */
		0xd5184002u, /* msr spsr_el1, x2 */
		ERET,
	};
	static const uint64_t lrs[4] = {LR(PENDING, 0xa0, 27), 0, 0, 0};
	struct machine m;

	(void)state;
	open_waiting(&m, 0x280, irq, sizeof(irq) / sizeof(irq[0]), IGRPEN1, DAIFCLR(2));
	/* Both at once: the higher first, then the lower. */
	gic_enter(&m, (const uint64_t[]){lrs[0], LR(PENDING, 0x40, 30), 0, 0}, 0);
	assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(machine_kept(&m, 0), 30);
	assert_int_equal(machine_kept(&m, 1), 30);
	assert_int_equal(machine_kept(&m, 2), 27);
	assert_int_equal(machine_kept(&m, 3), 27);
	assert_int_equal(m.host.exit.gicv3_lrs[0] >> 62, 0);
	assert_int_equal(m.host.exit.gicv3_lrs[1] >> 62, 0);
	machine_close(&m);
}

/* The handler of 27 calls the Host in its middle, who makes 30 pending: nested. */
static void an_interrupt_nests_in_a_handler(void **state)
{
	static const uint32_t irq[] = {
		MRS_X0(IAR1), KEEP_X0,     0xd5384021u, 0xd5384002u, 0xa9bf0be1u, /* ELR, SPSR */
		0xf81f0fe0u, /* str x0, [sp, #-16]! */
		0xf1006c1fu, /* cmp x0, #27 */
		0x54000041u, /* b.ne +8 */
		WFI,         /* exits */
		DAIFCLR(2),   NOP,         NOP,         DAIFSET(2),  0xf84107e0u, MSR_X0(EOIR1),
		KEEP_X0,      0xa8c10be1u, 0xd5184021u, 0xd5184002u, ERET,
	};
	struct machine m;

	(void)state;
	open_waiting(&m, 0x280, irq, sizeof(irq) / sizeof(irq[0]), IGRPEN1, DAIFCLR(2));
	gic_enter(&m, (const uint64_t[]){LR(PENDING, 0xa0, 27), 0, 0, 0}, 0);
	assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(m.host.exit.gicv3_lrs[0], LR(ACTIVE, 0xa0, 27));
	/* One of the same priority has to wait, the other one does not. */
	gic_enter(&m,
		  (const uint64_t[]){LR(ACTIVE, 0xa0, 27), LR(PENDING, 0x40, 30),
				     LR(PENDING, 0xa0, 31), 0},
		  0);
	assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(machine_kept(&m, 0), 27);
	assert_int_equal(machine_kept(&m, 1), 30);
	assert_int_equal(machine_kept(&m, 2), 30);
	assert_int_equal(machine_kept(&m, 3), 27);
	assert_int_equal(machine_kept(&m, 4), 31);
	assert_int_equal(machine_kept(&m, 5), 31);
	machine_close(&m);
}

static void group_0_is_an_fiq(void **state)
{
	static const uint32_t fiq[] = {MRS_X0(IAR0), KEEP_X0, MSR_X0(EOIR0), ERET};
	struct machine m;

	(void)state;
	open_waiting(&m, 0x300, fiq, sizeof(fiq) / sizeof(fiq[0]), IGRPEN0, DAIFCLR(1));
	gic_enter(&m, (const uint64_t[]){LR0(PENDING, 0x40, 33), 0, 0, 0}, 0);
	assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(machine_kept(&m, 0), 33);
	machine_close(&m);
}

/* --- with the Host ---------------------------------------------------------------------------------------- */

static void sgis_and_trapped_dir_go_to_the_host(void **state)
{
	static const struct {
		uint32_t reg;
		uint64_t hcr;
	} writes[] = {{SGI1R, 0}, {SGI0R, 0}, {DIR, TDIR}};
	static struct code c;
	struct machine m;

	(void)state;
	code_start(&c, MORE);
	code_mov(&c, 5, UINT64_C(0x123456789));
	for (size_t i = 0; i < 3; i++)
		code_msr(&c, writes[i].reg, 5);
	code_msr(&c, ASGI1R, 5); /* RAZ/WI */
	code_put(&c, WFI);
	machine_open(&m, c.words, c.count, true);
	for (size_t i = 0; i < 3; i++) {
		const uint32_t reg = writes[i].reg;

		gic_enter(&m, (const uint64_t[4]){0}, writes[i].hcr);
		assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_SYNC);
		assert_int_equal(m.host.exit.esr, UINT64_C(0x62000000) | (reg & 7) << 17 |
							  (reg >> 3 & 0xf) << 1 |
							  (reg >> 7 & 0xf) << 10 | 3u << 20);
		assert_int_equal(m.host.exit.gprs[0], UINT64_C(0x123456789));
	}
	gic_enter(&m, (const uint64_t[4]){0}, 0);
	assert_int_equal(m.host.exit.esr >> 26, 1);
	machine_close(&m);
}

static void invalid_values_of_the_host_are_refused(void **state)
{
	static const struct {
		uint64_t lrs[2], hcr;
	} bad[] = {
		{{LR(PENDING, 0xa0, 27) | HW}, 0},
		{{LR(PENDING, 0xa4, 27)}, 0}, /* priority bits that are not there */
		{{LR(PENDING, 0xa0, 1020)}, 0},
		{{LR(PENDING, 0xa0, 27) | UINT64_C(1) << 32}, 0},
		{{LR(PENDING, 0xa0, 27), LR(ACTIVE, 0x40, 27)}, 0},
		{{0}, 1}, /* En */
		{{0}, EOICOUNT(1)},
	};
	const uint32_t code[] = {WFI};
	struct machine m;

	(void)state;
	machine_open(&m, code, 1, true);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct rmi_rec_enter enter = {.flags = TRAPS, .gicv3_hcr = bad[i].hcr};

		memcpy(enter.gicv3_lrs, bad[i].lrs, sizeof(bad[i].lrs));
		rmmsim_host_write(m.host.sim, m.host.run, &enter, sizeof(enter));
		ALONE(&m.host, "rec_gicv3", RMI_ERROR_REC, RMI_REC_ENTER, m.rec, m.host.run);
	}
	machine_close(&m);
}

static void vmcr_is_shown_and_kept(void **state)
{
	static struct code c;
	struct machine m;

	(void)state;
	code_start(&c, MORE);
	code_set(&c, PMR, 0xf0);
	code_set(&c, IGRPEN1, 1);
	code_set(&c, BPR1, 4);
	code_set(&c, BPR0, 0);
	code_set(&c, CTLR, 2);
	code_put(&c, WFI);
	code_keep_reg(&c, PMR);
	code_put(&c, WFI);
	machine_open(&m, c.words, c.count, true);
	gic_enter(&m, (const uint64_t[4]){0}, 0);
	assert_int_equal(m.host.exit.gicv3_vmcr, 0xf0000000u | 2u << 21 | 4u << 18 | 0x200 | 2);
	gic_enter(&m, (const uint64_t[4]){0}, 0);
	assert_int_equal(machine_kept(&m, 0), 0xf0);
	machine_close(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_higher_priority_preempts_a_handler),
		cmocka_unit_test(an_interrupt_nests_in_a_handler),
		cmocka_unit_test(group_0_is_an_fiq),
		cmocka_unit_test(sgis_and_trapped_dir_go_to_the_host),
		cmocka_unit_test(invalid_values_of_the_host_are_refused),
		cmocka_unit_test(vmcr_is_shown_and_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
