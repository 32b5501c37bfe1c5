/* SPDX-License-Identifier: BSD-3-Clause */
/* FP/SIMD: one register file for all Planes, trap_simd, CPACR_EL1.FPEN. planes.md#1, planes.md#3 */
#include "tests/unicorn/planes.h"

#define CPACR       REG(3, 0, 1, 0, 2)
#define FMOV_D8_X0  0x9e670008u
#define FMOV_X0_D8  0x9e660100u
#define FMOV_X0_D9  0x9e660120u
#define FMOV_D9_X0  0x9e670009u
#define MRS_X0_FPCR 0xd53b4400u
#define LDR_Q0_X19  0x3dc00260u
#define EC_SIMD     0x07
#define ESR_SIMD    UINT64_C(0x1fe00000) /* IL, CV, COND */

static void planes_share_the_registers(void **state)
{
	static struct code p0, p1;
	struct planes p;

	(void)state;
	p0.count = 0;
	code_mov(&p0, 0, 0x1122334455667788);
	code_put(&p0, FMOV_D8_X0);
	code_set(&p0, REG(3, 3, 4, 4, 0), 0x1000000); /* FPCR */
	code_start(&p1, P1_DATA);
	code_put(&p1, FMOV_X0_D8);
	code_keep(&p1, 0);
	code_put(&p1, MRS_X0_FPCR);
	code_keep(&p1, 0);
	code_mov(&p1, 0, 0x99);
	code_put(&p1, FMOV_D9_X0);
	code_put(&p1, 0xd4000002u); /* hvc #0 */
	planes_open(&p, &p0, &p1, NULL);
	planes_until_exit(&p);
	assert_int_equal(p.run.exit.esr_el2 >> 26, 0x16);
	assert_int_equal(planes_p1_kept(&p, 0), 0x1122334455667788);
	assert_int_equal(planes_p1_kept(&p, 1), 0x1000000);
	machine_close(&p.m);
}

/* The first use, however it is encoded and wherever it is in a block, at EL1 and at EL0. */
static void trap_simd_traps_the_first_use(void **state)
{
	static const uint32_t uses[] = {
		FMOV_D8_X0, FMOV_X0_D8, LDR_Q0_X19, MRS_X0_FPCR, 0x4e209400u /* mla v0.16b */,
		0x6d0003e0u /* stp d0, d0 */};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(uses) / sizeof(uses[0]); i++) {
		static struct code p1;
		struct planes p;
		uint64_t at;

		code_start(&p1, P1_DATA);
		code_put(&p1, NOP);
		code_put(&p1, B_SELF | 2);
		code_put(&p1, BRK(0));
		if (i % 2 == 0)
			code_set(&p1, CPACR, 3u << 20); /* ends a block */
		code_put(&p1, NOP);
		at = P1_CODE + p1.count * 4;
		code_put(&p1, uses[i / 2]);
		code_put(&p1, 0xd4000002u);
		planes_open(&p, NULL, &p1, NULL);
		p.run.enter.flags = RSI_PLANE_ENTER_FLAG_TRAP_SIMD;
		if (i % 2)
			p.run.enter.pstate = 0x3c0;
		planes_until_exit(&p);
		assert_int_equal(p.run.exit.reason, RSI_PLANE_EXIT_SYNC);
		assert_int_equal(p.run.exit.esr_el2, ESR_SIMD);
		assert_int_equal(p.run.exit.elr_el2, at);
		/* Entered again without the trap it is executed; again with it, trapped. */
		planes_resume(&p);
		p.run.enter.flags = 0;
		p.run.enter.pstate = 0x3c5;
		p.run.enter.gprs[19] = P1_DATA;
		if (uses[i / 2] != 0x6d0003e0u) {
			planes_until_exit(&p);
			assert_int_equal(p.run.exit.esr_el2 >> 26, 0x16);
		}
		p.run.enter.flags = RSI_PLANE_ENTER_FLAG_TRAP_SIMD;
		planes_until_exit(&p);
		assert_int_equal(p.run.exit.esr_el2 >> 26, EC_SIMD);
		machine_close(&p.m);
	}
}

/* A Plane that uses none is not disturbed, and P0 is not trapped meanwhile. */
static void trap_simd_leaves_other_code_alone(void **state)
{
	static struct code p0, p1;
	struct planes p;

	(void)state;
	p0.count = 0;
	code_put(&p0, FMOV_D8_X0);
	code_start(&p1, P1_DATA);
	code_mov(&p1, 1, 1000);
	code_put(&p1, 0xf1000421u); /* subs x1, x1, #1 */
	code_put(&p1, 0x54ffffe1u); /* b.ne -4 */
	code_keep(&p1, 1);
	code_put(&p1, 0xd4000002u);
	planes_open(&p, &p0, &p1, NULL);
	p.run.enter.flags = RSI_PLANE_ENTER_FLAG_TRAP_SIMD;
	planes_until_exit(&p);
	assert_int_equal(p.run.exit.esr_el2 >> 26, 0x16);
	machine_close(&p.m);
}

static void cpacr_decides_if_asked_for(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 16; i++) {
		const unsigned int fpen = i & 3;
		const bool el0 = i & 4, asked = i & 8;
		const bool traps = asked && fpen != 3 && (fpen != 1 || el0);
		struct rmmsim_unicorn_config config;
		struct machine_options o = {.config = &config};
		uint32_t vectors[512] = {0};
		static struct code c;
		struct machine m;
		size_t elr;

		rmmsim_unicorn_config_init(&config);
		config.fp_traps = asked;
		/* The handler keeps ESR; an SVC comes after the use. */
		for (unsigned int v = 0x200; v <= 0x400; v += 0x200) {
			vectors[v / 4] = 0xd5385200u;     /* mrs x0, esr_el1 */
			vectors[v / 4 + 1] = 0xf9000260u; /* str x0, [x19] */
			vectors[v / 4 + 2] = WFI;
		}
		o.vectors = vectors;
		code_start(&c, MORE);
		code_set(&c, REG(3, 0, 12, 0, 0), VECTORS);
		code_set(&c, CPACR, (uint64_t)fpen << 20);
		code_set(&c, REG(3, 0, 4, 0, 0), el0 ? 0x3c0 : 0x3c5);
		elr = c.count;
		code_set(&c, REG(3, 0, 4, 0, 1), CODE + (elr + 3) * 4);
		code_put(&c, ERET);
		assert_int_equal(c.count, elr + 3);
		code_put(&c, NOP);
		code_put(&c, FMOV_D8_X0);
		code_put(&c, SVC(5));
		machine_open_with(&m, c.words, c.count, &o);
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(machine_kept(&m, 0), traps ? ESR_SIMD : UINT64_C(0x56000005));
		machine_close(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planes_share_the_registers),
		cmocka_unit_test(trap_simd_traps_the_first_use),
		cmocka_unit_test(trap_simd_leaves_other_code_alone),
		cmocka_unit_test(cpacr_decides_if_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
