/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stores to the page that is being executed are carried out by the engine: each has to do what the CPU does
 * on another page.
 */
#include <stdlib.h>

#include "tests/unicorn/code.h"

#define NONE 0
#define KEEP UINT64_C(0x100) /* in the page at MORE */

/* One or two instructions; the address is in X1. X3, X4, X10, X11, V3..V6 hold data, X8, X9 what is there. */
static const uint32_t stores[][2] = {
	/* pairs */
	{0xa9001023, NONE},
	{0x29811023, NONE},
	{0xa8bf1023, NONE},
	{0xad009023, NONE},
	{0x6d001023, NONE},
	{0x2d001023, NONE},
	{0xa8001023, NONE},

	/* single registers, in all forms of addresses */
	{0xf9000023, NONE},
	{0xb9000423, NONE},
	{0x79000423, NONE},
	{0x39000423, NONE},
	{0xf81f8c23, NONE},
	{0xf8008423, NONE},
	{0xf81fd023, NONE},
	{0xf8000823, NONE},
	{0xf8257823, NONE},
	{0xb8255823, NONE},
	{0xb826c823, NONE},
	{0x3d800423, NONE},
	{0x3c810423, NONE},
	{0x3d000023, NONE},
	{0x7d000023, NONE},
	{0xbd000023, NONE},
	{0xfd000023, NONE},
	{0xf826e823, NONE},
	{0xf900003f, NONE},
	{0x3c9fc023, NONE},
	/* release */
	{0xc89ffc23, NONE},
	{0x089ffc23, NONE},
	{0x889f7c23, NONE},
	{0xd91f8023, NONE},
	/* atomics */
	{0xf8230024, NONE},
	{0xf8231024, NONE},
	{0xf8232024, NONE},
	{0xf8233024, NONE},
	{0xf8234024, NONE},
	{0xf8235024, NONE},
	{0xf8236024, NONE},
	{0xf8237024, NONE},
	{0x38230024, NONE},
	{0x78234024, NONE},
	{0xb8234024, NONE},
	{0xb8235024, NONE},
	{0xb8a36024, NONE},
	{0x78237024, NONE},
	{0x38235024, NONE},
	{0x38257024, NONE},
	{0xf823003f, NONE},
	{0xf8238024, NONE},
	{0x38238024, NONE},
	{0xb8a48023, NONE},
	/* compare and swap: of X8 and X9, which compare, and of others */
	{0xc8a47c23, NONE},
	{0xc8a87c23, NONE},
	{0x88a87c23, NONE},
	{0x08a87c23, NONE},
	{0x48287c2a, NONE},
	{0x48247c2a, NONE},
	{0x08287c2a, NONE},
	{0x48e8fc23, NONE},
	/* exclusives, with a load and without */
	{0xc85f7c24, 0xc8057c23},
	{0x085f7c24, 0x08057c23},
	{0x885ffc24, 0x8805fc23},
	{0xc87f2424, 0xc8251023},
	{0x887f2424, 0x88251023},
	{0xc8057c23, NONE},
	{0xc8251023, NONE},
	/* structures */
	{0x4c007023, NONE},
	{0x0c00a023, NONE},
	{0x4c006023, NONE},
	{0x4c002023, NONE},
	{0x4c008823, NONE},
	{0x4c004423, NONE},
	{0x4c000023, NONE},
	{0x0c000823, NONE},
	{0x4c008c23, NONE},
	{0x4c9f7023, NONE},
	{0x4c857023, NONE},
	{0x0c9f0023, NONE},
	/* ... and their elements */
	{0x0d001423, NONE},
	{0x0d005823, NONE},
	{0x4d008023, NONE},
	{0x4d008423, NONE},
	{0x0d209023, NONE},
	{0x0d002023, NONE},
	{0x4d20a423, NONE},
	{0x4d9f8023, NONE},
	{0x4d858023, NONE},
	/* DC ZVA */
	{0xd50b7421, NONE},
};

static uint64_t pattern(uint64_t offset)
{
	return (offset + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static void put_data(struct code *c, uint64_t target)
{
	code_start(c, MORE + KEEP);
	for (unsigned int v = 3; v <= 6; v++) {
		code_mov(c, 0, pattern(1000 + v));
		code_put(c, 0x9e670000u | v); /* fmov dv, x0 */
		code_mov(c, 0, pattern(2000 + v));
		code_put(c, 0x9eaf0000u | v); /* fmov vv.d[1], x0 */
	}
	code_mov(c, 3, pattern(3003));
	code_mov(c, 4, pattern(3004));
	code_mov(c, 5, 2);
	code_mov(c, 6, ~UINT64_C(15));
	code_mov(c, 1, target);
	code_put(c, 0xf9400028u); /* ldr x8, [x1] */
	code_put(c, 0xf9400429u); /* ldr x9, [x1, #8] */
	code_mov(c, 10, pattern(3010));
	code_mov(c, 11, pattern(3011));
}

struct result {
	uint64_t around[24], x[12];
};

/* The store at `offset` in the page of the code, or in that of data. */
static void run(const uint32_t *words, bool own, unsigned int offset, struct result *r)
{
	const uint64_t page = own ? CODE : DATA;
	static struct code c;
	struct machine m;
	uint64_t pa[2];

	put_data(&c, page + offset);
	code_put(&c, words[0]);
	if (words[1])
		code_put(&c, words[1]);
	for (unsigned int n = 1; n < 12; n++)
		code_keep(&c, n);
	code_put(&c, WFI);
	machine_open(&m, c.words, c.count, true);
	pa[0] = own ? m.code_pa : m.data_pa;
	pa[1] = own ? m.vectors_pa : m.more_pa;
	for (unsigned int i = 0; i < 24; i++) {
		const unsigned int at = (offset & ~15u) - 64 + i * 8;
		const uint64_t value = pattern(i);

		rmmsim_poke(m.host.sim, pa[at >> 12] + (at & 0xfff), &value, sizeof(value));
	}
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	for (unsigned int i = 0; i < 24; i++) {
		const unsigned int at = (offset & ~15u) - 64 + i * 8;

		rmmsim_peek(m.host.sim, pa[at >> 12] + (at & 0xfff), &r->around[i], 8);
	}
	rmmsim_peek(m.host.sim, m.more_pa + KEEP, r->x, sizeof(r->x));
	r->x[0] -= page;
	machine_close(&m);
}

static void a_store_does_what_the_cpu_does(void **state)
{
	/* Aligned, unaligned where that is allowed, over the end of the page. */
	static const unsigned int offsets[] = {0x800, 0x803, 0xff8, 0xffd};

	(void)state;
	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		for (size_t o = 0; o < 4; o++) {
			const bool ordered = (stores[i][0] & 0x3f000000) == 0x08000000 ||
					     (stores[i][0] & 0x3b200c00) == 0x38200000;
			struct result by_cpu, by_engine;

			if (o && ordered)
				continue;
			run(stores[i], false, offsets[o], &by_cpu);
			run(stores[i], true, offsets[o], &by_engine);
			for (unsigned int n = 0; n < 24; n++) {
				if (by_cpu.around[n] != by_engine.around[n])
					fail_msg("0x%08x at 0x%x: memory %u is 0x%llx, not 0x%llx",
						 stores[i][0], offsets[o], n,
						 (unsigned long long)by_engine.around[n],
						 (unsigned long long)by_cpu.around[n]);
			}
			for (unsigned int n = 0; n < 11; n++) {
				if (by_cpu.x[n] != by_engine.x[n])
					fail_msg("0x%08x at 0x%x: X%u is 0x%llx, not 0x%llx",
						 stores[i][0], offsets[o], n + 1,
						 (unsigned long long)by_engine.x[n],
						 (unsigned long long)by_cpu.x[n]);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_store_does_what_the_cpu_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
