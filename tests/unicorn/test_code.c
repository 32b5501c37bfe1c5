/* SPDX-License-Identifier: BSD-3-Clause */
/* Which code a Realm executes: changed pages, hostile words, garbage; how long it may. */
#include "tests/unicorn/vectors.h"
#include "tests/support/random.h"

#define FP16_BAD    0x0e780820u /* unallocated, and the library's decoder does not survive it */
#define MOV_X0(n)   (0xd2800000u | (uint32_t)(n) << 5)
#define MOV_X2_VEC  0xd2840002u /* mov x2, #VECTORS */
#define SET_VBAR_X2 0xd518c002u
#define STORE_HALF  0xf9000020u /* str x0, [x1] */
#define X1_HALF     0xd2c00801u /* mov x1, #1 << 38 */

/* What the code stores to the first Unprotected IPA. */
static uint64_t said(struct machine *m)
{
	machine_enter(m, TRAPS, 0);
	assert_int_equal(m->host.exit.exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(m->host.exit.hpfar, UINT64_C(1) << 38 >> 8);
	return m->host.exit.gprs[0];
}

/* P0 asks for RAM again after the Host took the page; the new page is wiped, and then written. */
static void a_page_that_was_destroyed_is_not_executed(void **state)
{
	const uint32_t old[] = {MOV_X0(1), X1_HALF, STORE_HALF, 0x17fffffdu};
	struct machine m;

	(void)state;
	machine_open(&m, old, 4, true);
	assert_int_equal(said(&m), 1);
	OK(&m.host, RMI_DATA_DESTROY, m.realm.rd, CODE);
	machine_enter(&m, TRAPS | RMI_REC_ENTER_FLAG_EMUL_MMIO, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x20);
	assert_int_equal(m.host.exit.hpfar, CODE >> 8);
	machine_close(&m);
}

static void a_debugger_can_change_code(void **state)
{
	const uint32_t old[] = {MOV_X0(1), X1_HALF, STORE_HALF};
	const uint32_t changed = MOV_X0(2), back = 0x17fffffdu; /* b .-12 */
	struct machine m;

	(void)state;
	machine_open(&m, old, 3, true);
	assert_int_equal(said(&m), 1);
	rmmsim_poke(m.host.sim, m.code_pa, &changed, sizeof(changed));
	rmmsim_poke(m.host.sim, m.code_pa + 12, &back, sizeof(back));
	machine_enter(&m, TRAPS | RMI_REC_ENTER_FLAG_EMUL_MMIO, 0);
	assert_int_equal(m.host.exit.gprs[0], 2);
	machine_close(&m);
}

static void code_that_writes_code_executes_what_it_wrote(void **state)
{
	/* Puts `mov x0, #9` at CODE + 0x20 twice, the second time over translated code. */
	const uint32_t code[] = {
		0xd2820003,                                                /* mov x3, #CODE */
		0x18000144,                                                /* ldr w4, CODE + 0x2c */
		X1_HALF,    0x14000005,                                    /* b CODE + 0x20 */
		0xd503201f, 0xd503201f, 0xd503201f, 0xd503201f, MOV_X0(1), /* + 0x20 */
		STORE_HALF, 0x14000002,                                    /* b + 0x30 */
		MOV_X0(9),                                                 /* + 0x2c: data */
		0xb9002064,                                                /* str w4, [x3, #0x20] */
		0x17fffffb,                                                /* b + 0x20 */
	};
	struct machine m;

	(void)state;
	machine_open(&m, code, sizeof(code) / sizeof(code[0]), true);
	assert_int_equal(said(&m), 1);
	machine_enter(&m, TRAPS | RMI_REC_ENTER_FLAG_EMUL_MMIO, 0);
	assert_int_equal(m.host.exit.gprs[0], 9);
	machine_close(&m);
}

#define PAGES 100

static void put_returns(struct machine *m)
{
	const uint32_t ret = 0xd65f03c0;

	for (unsigned int i = 0; i < PAGES; i++)
		machine_page(m, 0x20000 + i * 0x1000, &ret, sizeof(ret));
}

/* As a kernel does with its own code for the start, when it is up: no exit comes in between. */
static void one_store_may_clear_many_pages_of_code(void **state)
{
	static const uint32_t code[] = {
		0xd2a00041,              /* mov x1, #0x20000 */
		0xd2800003 | PAGES << 5, /* mov x3, #PAGES */
		0xd63f0020,              /* blr x1 */
		0x91400421,              /* add x1, x1, #1, lsl #12 */
		0xf1000463,
		0x54ffffa1, /* subs x3, x3, #1; b.ne the blr */
		0xd2a00041,
		0xd2800003 | PAGES << 5,
		0xf900003f, /* str xzr, [x1] */
		0x91400421,
		0xf1000463,
		0x54ffffa1,
		MOV_X0(7),
		X1_HALF,
		STORE_HALF,
	};
	const struct machine_options options = {.prepare = put_returns};
	struct machine m;

	(void)state;
	machine_open_with(&m, code, sizeof(code) / sizeof(code[0]), &options);
	assert_int_equal(said(&m), 7);
	machine_close(&m);
}

static void a_hostile_word_is_an_undefined_instruction(void **state)
{
	/* The vector is a WFI. The word can still be read as data. */
	const uint32_t code[] = {MOV_X2_VEC, SET_VBAR_X2, 0x18000080 /* ldr w0, +16 */,
				 X1_HALF,    STORE_HALF,  0xd503201f,
				 FP16_BAD};
	struct machine m;

	(void)state;
	machine_open(&m, code, sizeof(code) / sizeof(code[0]), true);
	assert_int_equal(said(&m), FP16_BAD);
	machine_enter(&m, TRAPS | RMI_REC_ENTER_FLAG_EMUL_MMIO, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	machine_close(&m);
}

/* Writes an instruction into the page that the writer stands on, and executes it at once. */
static void a_hostile_word_that_the_code_writes_is_an_undefined_instruction(void **state)
{
	static const struct {
		const char *name;
		uint32_t code[4];
	} stores[] = {
		{"str", {0xb9000024u, NOP, NOP, NOP}},
		{"stlr", {0x889ffc24u, NOP, NOP, NOP}},
		{"swp", {0xb8248025u, NOP, NOP, NOP}},
		{"ldset", {0xb8243025u, NOP, NOP, NOP}}, /* the word is 0 before */
		{"cas", {0x52800005u, 0x88a57c24u, NOP, NOP}},
		/* The first STXR fails because its page has to be made writable: again. */
		{"stxr", {0x885f7c25u, 0x88067c24u, 0x35ffffc6u, NOP}},
		{"st1", {0x4e040c80u, 0x0d008020u, NOP, NOP}},
		{"swp, then the loop goes on for a while",
		 {0xb8248025u, 0xd2800146u, 0xd10004c6u, 0xb5ffffe6u}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		uint32_t vectors[512] = {0};
		const struct machine_options o = {.vectors = vectors};
		const uint64_t target = CODE + 0x800;
		static struct code c;
		struct machine m;

		vectors_keep(vectors);
		code_start(&c, MORE);
		code_set(&c, VBAR_EL1, VECTORS);
		code_mov(&c, 1, target);
		code_mov(&c, 4, FP16_BAD);
		for (unsigned int n = 0; n < 4; n++)
			code_put(&c, stores[i].code[n]);
		code_put(&c, 0xd61f0020u); /* br x1 */
		machine_open_with(&m, c.words, c.count, &o);
		machine_enter(&m, TRAPS, 0);
		if (m.host.exit.esr >> 26 != 0x01 ||
		    machine_kept(&m, ESR) != UINT64_C(0x02000000) ||
		    machine_kept(&m, ELR) != target)
			fail_msg("%s: exit 0x%llx, ESR_EL1 0x%llx, ELR_EL1 0x%llx", stores[i].name,
				 (unsigned long long)m.host.exit.esr,
				 (unsigned long long)machine_kept(&m, ESR),
				 (unsigned long long)machine_kept(&m, ELR));
		machine_close(&m);
	}
}

/*
 * The PC alignment fault comes before anything that stands there, here a hostile word. The second time the
 * vector returns to the misaligned address. A page that has an aligned hostile word is executed as a copy.
 */
static void a_misaligned_pc_is_a_fault(void **state)
{
	static const uint32_t br = 0xd61f0020u; /* br x1 */

	(void)state;
	for (unsigned int i = 0; i < 12; i++) {
		uint32_t vectors[512] = {0};
		const struct machine_options o = {.vectors = vectors};
		const unsigned int offset = i % 3 + 1;
		const uint64_t target = CODE + 0x800 + offset;
		static struct code c;
		struct machine m;

		vectors_keep(vectors);
		code_start(&c, MORE);
		code_set(&c, VBAR_EL1, VECTORS);
		code_set(&c, SPSR_EL1, EL1H);
		code_mov(&c, 1, target);
		code_msr(&c, ELR_EL1, 1);
		code_put(&c, i % 6 < 3 ? br : ERET);
		while (c.count < 0x203)
			code_put(&c, i < 6 ? 0 : FP16_BAD);
		c.words[0x200] = FP16_BAD << 8 * offset;
		c.words[0x201] = FP16_BAD >> (32 - 8 * offset);
		machine_open_with(&m, c.words, c.count, &o);
		for (int again = 0; again < 20; again++) {
			machine_enter(&m, TRAPS, 0);
			assert_int_equal(m.host.exit.esr >> 26, 0x01);
			assert_int_equal(machine_kept(&m, ESR), 0x8a000000);
			assert_int_equal(machine_kept(&m, ELR), target);
			assert_int_equal(machine_kept(&m, FAR), target);
			/* BR leaves its BTYPE in bits 11:10. */
			assert_int_equal(machine_kept(&m, SPSR) & 0x3ff, EL1H);
		}
		machine_close(&m);
	}
}

/* Code that works on a word of its own page for ever ends with the budget. */
static void atomics_on_the_own_page_go_on(void **state)
{
	static const uint32_t loops[][4] = {
		{0xf8230024u, 0x17ffffffu, NOP, NOP},                 /* ldadd x3, x4, [x1] */
		{0xc85f7c24u, 0x91000484u, 0xc8057c24u, 0x17fffffdu}, /* ldxr, add, stxr */
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		static struct code c;
		struct machine m;
		uint64_t count;

		code_start(&c, MORE);
		code_mov(&c, 1, CODE + 0x800);
		code_mov(&c, 3, 1);
		for (unsigned int n = 0; n < 4; n++)
			code_put(&c, loops[i][n]);
		machine_open(&m, c.words, c.count, true);
		rmmsim_unicorn_set_budget(m.engine, 2000);
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_IRQ);
		rmmsim_peek(m.host.sim, m.code_pa + 0x800, &count, sizeof(count));
		assert_in_range(count, 100, 2000);
		machine_close(&m);
	}
}

/* One instruction that fills most of the rest of its page. */
static void a_loop_that_fills_its_page_comes_to_its_end(void **state)
{
	static struct code c;
	struct machine m;
	uint64_t value;

	(void)state;
	code_start(&c, MORE);
	code_mov(&c, 1, CODE + 0x400);
	code_mov(&c, 2, CODE + 0x1000);
	code_put(&c, 0xf8008422u); /* str x2, [x1], #8 */
	code_put(&c, 0xeb02003fu); /* cmp x1, x2 */
	code_put(&c, 0x54ffffc1u); /* b.ne -8 */
	code_put(&c, WFI);
	machine_open(&m, c.words, c.count, true);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	for (uint64_t at = 0x400; at < 0x1000; at += 8) {
		rmmsim_peek(m.host.sim, m.code_pa + at, &value, sizeof(value));
		assert_int_equal(value, CODE + 0x1000);
	}
	machine_close(&m);
}

static void a_loop_ends_with_the_budget(void **state)
{
	const uint32_t code[] = {B_SELF};
	struct machine m;
	uint64_t before;

	(void)state;
	machine_open(&m, code, 1, true);
	rmmsim_unicorn_set_budget(m.engine, 12345);
	before = rmmsim_time(m.host.sim);
	machine_enter(&m, 0, 0);
	assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_IRQ);
	assert_in_range(rmmsim_time(m.host.sim) - before, 12345, 12346);
	assert_in_range(rmmsim_unicorn_instructions(m.engine), 12345, 12346);
	machine_close(&m);
}

/* Each of them ends in a REC exit. */
static void random_pages_never_stop_the_process(void **state)
{
	struct random random = {5};

	(void)state;
	for (int round = 0; round < 16; round++) {
		struct rmmsim_unicorn_stop stop;
		uint32_t code[1024];
		struct machine m;

		for (size_t i = 0; i < 1024; i++) {
			code[i] = (uint32_t)random_next(&random);
			if (round % 2)
				code[i] = (code[i] & ~(7u << 25)) | 7u << 25;
		}
		/* Exceptions go on to the next word. */
		machine_open(&m, code, 1024, true);
		rmmsim_unicorn_set_budget(m.engine, 500);
		for (int i = 0; i < 6; i++) {
			const uint64_t x0 = call(&m.host, RMI_REC_ENTER, m.rec, m.host.run);

			if (x0)
				break;
		}
		host_check(&m.host);
		assert_int_equal(rmmsim_unicorn_last_stop(m.engine, m.rec, &stop), RMMSIM_OK);
		assert_string_equal(stop.refusal, "");
		machine_close(&m);
	}
}

/* Stores of all kinds with random registers, all of them to the page that they stand on. */
static void random_stores_to_the_own_page_never_stop_the_process(void **state)
{
	static const struct {
		uint32_t fixed, random;
	} families[] = {
		{0x28000000, 0xd7bfffff}, {0x38000000, 0xc73fffff}, {0x38200000, 0xc0dfffff},
		{0x08000000, 0xc0ffffff}, {0x0c000000, 0x40ffffff}, {0x0d000000, 0x40ffffff},
		{0x0c800000, 0x40ffffff}, {0x19000000, 0xc0dff3ff}, {0xd50b7420, 0x0000001f},
	};
	/* Exceptions go on with the next word. */
	static const uint32_t skip[] = {
		0xd5384020u, /* mrs x0, elr_el1 */
		0x91001000u, /* add x0, x0, #4 */
		0xd5184020u, /* msr elr_el1, x0 */
		ERET,
	};
	struct random random = {7};

	(void)state;
	for (int round = 0; round < 24; round++) {
		struct rmmsim_unicorn_stop stop;
		uint32_t vectors[512] = {0};
		const struct machine_options o = {.vectors = vectors};
		static struct code c;
		struct machine m;

		code_start(&c, MORE);
		code_set(&c, VBAR_EL1, VECTORS);
		for (unsigned int n = 0; n < 31; n++)
			code_mov(&c, n, CODE + 0x100 + random_next(&random) % 0xe00);
		code_put(&c, 0x9100001fu | ((uint32_t)random_next(&random) % 31)
						   << 5); /* mov sp, xn */
		while (c.count < CODE_WORDS) {
			const size_t f =
				random_next(&random) % (sizeof(families) / sizeof(families[0]));

			code_put(&c, families[f].fixed |
					     ((uint32_t)random_next(&random) & families[f].random));
		}
		for (unsigned int v = 0; v < 512; v += 32)
			memcpy(&vectors[v], skip, sizeof(skip));
		machine_open_with(&m, c.words, c.count, &o);
		rmmsim_unicorn_set_budget(m.engine, 2000);
		for (int i = 0; i < 4; i++) {
			if (call(&m.host, RMI_REC_ENTER, m.rec, m.host.run))
				break;
		}
		assert_int_equal(rmmsim_unicorn_last_stop(m.engine, m.rec, &stop), RMMSIM_OK);
		if (stop.refusal[0])
			print_message("%s\n", stop.refusal);
		machine_close(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_that_was_destroyed_is_not_executed),
		cmocka_unit_test(a_debugger_can_change_code),
		cmocka_unit_test(code_that_writes_code_executes_what_it_wrote),
		cmocka_unit_test(one_store_may_clear_many_pages_of_code),
		cmocka_unit_test(a_hostile_word_is_an_undefined_instruction),
		cmocka_unit_test(a_hostile_word_that_the_code_writes_is_an_undefined_instruction),
		cmocka_unit_test(a_misaligned_pc_is_a_fault),
		cmocka_unit_test(atomics_on_the_own_page_go_on),
		cmocka_unit_test(a_loop_that_fills_its_page_comes_to_its_end),
		cmocka_unit_test(a_loop_ends_with_the_budget),
		cmocka_unit_test(random_pages_never_stop_the_process),
		cmocka_unit_test(random_stores_to_the_own_page_never_stop_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
