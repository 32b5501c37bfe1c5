/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * LDSMAX, LDSMIN, LDUMAX and LDUMIN of bytes, halfwords and words: no version of Unicorn compares them right,
 * so the engine carries them out. What they fault on is the CPU's to say.
 */
#include "tests/unicorn/stage1.h"
#include "tests/unicorn/vectors.h"

#define SMAX 4u
#define SMIN 5u
#define UMAX 6u
#define UMIN 7u

/* LD<op> of 1 << log2 bytes: X3 and [X1], the old value to X4. */
#define LDOP(op, log2) (0x38230024u | (uint32_t)(log2) << 30 | (op) << 12)
#define ACQUIRE        (1u << 23)
#define LDR_X5_X1      0xf9400025u
#define STR_X6_X1      0xf9000026u

static const uint64_t values[] = {
	0,
	5,
	0x7f,
	0x80,
	0x7fff,
	0x8000,
	0x7fffffff,
	0x80000000,
	0xffffffff,
	0xffffffff00000005,
	0x8ff34785799e5cbd,
	0x92f85cb1ae08066c,
	UINT64_MAX,
};
#define VALUES (sizeof(values) / sizeof(values[0]))

static uint64_t expected(unsigned int op, unsigned int log2, uint64_t memory, uint64_t operand)
{
	const unsigned int bits = 8u << log2, shift = 64 - bits;
	const uint64_t mask = UINT64_MAX >> shift;
	const uint64_t ua = memory & mask, ub = operand & mask;
	const int64_t sa = (int64_t)(memory << shift), sb = (int64_t)(operand << shift);
	bool keep = sa < sb;

	if (op == SMAX)
		keep = sa > sb;
	if (op == UMAX)
		keep = ua > ub;
	if (op == UMIN)
		keep = ua < ub;
	return keep ? memory : (memory & ~mask) | ub;
}

static void try_values(unsigned int op, unsigned int log2, uint64_t memory)
{
	const uint64_t mask = UINT64_MAX >> (64 - (8u << log2));
	static struct code c;
	struct machine m;

	code_start(&c, MORE);
	code_mov(&c, 1, DATA);
	code_mov(&c, 6, memory);
	for (size_t i = 0; i < VALUES; i++) {
		code_put(&c, STR_X6_X1);
		code_mov(&c, 3, values[i]);
		code_put(&c, LDOP(op, log2) | (i & 1 ? ACQUIRE : 0));
		code_put(&c, LDR_X5_X1);
		code_keep(&c, 4);
		code_keep(&c, 5);
		code_keep(&c, 3);
	}
	code_put(&c, WFI);
	machine_open(&m, c.words, c.count, true);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	for (unsigned int i = 0; i < VALUES; i++) {
		const uint64_t want = expected(op, log2, memory, values[i]);

		if (machine_kept(&m, 3 * i) != (memory & mask) ||
		    machine_kept(&m, 3 * i + 1) != want || machine_kept(&m, 3 * i + 2) != values[i])
			fail_msg("op %u of %u bytes, 0x%llx with 0x%llx: 0x%llx, not 0x%llx", op,
				 1u << log2, (unsigned long long)memory,
				 (unsigned long long)values[i],
				 (unsigned long long)machine_kept(&m, 3 * i + 1),
				 (unsigned long long)want);
	}
	machine_close(&m);
}

static void the_result_is_right(void **state)
{
	(void)state;
	for (unsigned int op = SMAX; op <= UMIN; op++) {
		for (unsigned int log2 = 0; log2 <= 3; log2++) {
			for (size_t i = 0; i < VALUES; i++)
				try_values(op, log2, values[i]);
		}
	}
}

/* --- faults ------------------------------------------------------------------------------------------------ */

#define LDSMIN_W LDOP(SMIN, 2)
#define MINUS_1  UINT64_C(0xffffffff)
#define RET      0xd65f03c0u
#define BLR_X7   0xd63f00e0u
#define B_OVER_2 0x14000003u

static void a_page_that_is_not_there_is_a_fault(void **state)
{
	static struct code c;
	struct machine m;

	(void)state;
	code_start(&c, MORE);
	code_mov(&c, 1, UNMAPPED);
	code_mov(&c, 3, MINUS_1);
	code_put(&c, LDSMIN_W);
	code_keep(&c, 4);
	code_put(&c, LDR_X5_X1);
	code_keep(&c, 5);
	code_put(&c, WFI);
	machine_open(&m, c.words, c.count, true);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x24);
	assert_int_equal(m.host.exit.hpfar, UNMAPPED >> 8);
	host_unknown(&m.host, &m.realm, UNMAPPED);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	assert_int_equal(machine_kept(&m, 0), 0);
	assert_int_equal(machine_kept(&m, 1), MINUS_1);
	machine_close(&m);
}

#define LOW     0x14000 /* level 1 */
#define TABLE   0x15000 /* level 2 of the second gigabyte */
#define LEVEL3  0x16000
#define PAGE    0x17000
#define WINDOW  STAGE1_GB
#define AP_RO   UINT64_C(0x80)
#define AP_EL0  UINT64_C(0x40)
#define AF      UINT64_C(0x400)
#define EC_DATA 0x25u
#define WNR     0x40u

static uint64_t page_desc;
static uint64_t page_pa;

static void put_tables(struct machine *m)
{
	const uint64_t low = machine_ram(m, LOW), table = machine_ram(m, TABLE);
	const uint64_t level3 = machine_ram(m, LEVEL3);

	page_pa = machine_ram(m, PAGE);
	stage1_put(m, low, 0, STAGE1_BLOCK(0));
	stage1_put(m, low, 1, STAGE1_TABLE(TABLE));
	stage1_put(m, table, 0, STAGE1_TABLE(LEVEL3));
	stage1_put(m, level3, 0, page_desc);
	/* The page of the code once more, for EL0 too. */
	stage1_put(m, level3, 1, STAGE1_PAGE(CODE) | AP_EL0 | AP_RO);
}

static void open_window(struct machine *m, const struct code *c, uint64_t desc)
{
	uint32_t vectors[512] = {0};
	const struct machine_options o = {.vectors = vectors, .prepare = put_tables};

	vectors_keep(vectors);
	page_desc = desc;
	machine_open_with(m, c->words, c->count, &o);
}

static void put_access(struct code *c)
{
	code_mov(c, 1, WINDOW);
	code_mov(c, 3, MINUS_1);
	code_put(c, LDSMIN_W);
}

static void stage_1_is_looked_at(void **state)
{
	static const struct {
		uint64_t desc;
		uint64_t esr; /* 0: the access proceeds */
	} rows[] = {
		{STAGE1_PAGE(PAGE), 0},
		{STAGE1_PAGE(PAGE) | AP_EL0, 0},
		{STAGE1_PAGE(PAGE) | AP_RO, 0x0f | WNR},
		{STAGE1_PAGE(PAGE) & ~AF, 0x0b},
		{0, 0x07},
	};
	static struct code c;
	struct machine m;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t value = 1;

		code_start(&c, MORE);
		code_set(&c, VBAR_EL1, VECTORS);
		stage1_on(&c, LOW, LOW);
		put_access(&c);
		code_put(&c, WFI);
		open_window(&m, &c, rows[i].desc);
		rmmsim_poke(m.host.sim, page_pa, &value, sizeof(value));
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(m.host.exit.esr >> 26, 0x01);
		rmmsim_peek(m.host.sim, page_pa, &value, sizeof(value));
		assert_int_equal(value, rows[i].esr ? 1 : MINUS_1);
		if (rows[i].esr) {
			assert_int_equal(machine_kept(&m, ESR) >> 26, EC_DATA);
			/* Whether a read or a write found it depends on the CPU. */
			assert_int_equal(machine_kept(&m, ESR) & 0x3f, rows[i].esr & 0x3f);
			if (rows[i].esr & WNR)
				assert_true(machine_kept(&m, ESR) & WNR);
		}
		machine_close(&m);
	}
}

/* Goes on at EL0, at the other address of the code. */
static void put_descent(struct code *c)
{
	code_set(c, VBAR_EL1, VECTORS);
	code_set(c, SPSR_EL1, EL0T);
	code_mov(c, 2, WINDOW + 0x1000 - CODE);
	code_put(c, 0x10000080u); /* adr x0, of the word behind the ERET */
	code_put(c, 0x8b020000u); /* add x0, x0, x2 */
	code_msr(c, ELR_EL1, 0);
	code_put(c, ERET);
}

static void el0_stores_what_it_may(void **state)
{
	static const uint64_t descs[] = {STAGE1_PAGE(PAGE) | AP_EL0, STAGE1_PAGE(PAGE)};
	static struct code c;
	struct machine m;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		uint64_t value = 1;

		code_start(&c, MORE);
		stage1_on(&c, LOW, LOW);
		put_descent(&c);
		put_access(&c);
		code_put(&c, SVC(7));
		open_window(&m, &c, descs[i]);
		rmmsim_poke(m.host.sim, page_pa, &value, sizeof(value));
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(m.host.exit.esr >> 26, 0x01);
		rmmsim_peek(m.host.sim, page_pa, &value, sizeof(value));
		assert_int_equal(value, i ? 1 : MINUS_1);
		assert_int_equal(machine_kept(&m, ESR) >> 26, i ? EC_DATA - 1 : 0x15);
		machine_close(&m);
	}
}

static void put_call(struct code *c, uint64_t va)
{
	code_mov(c, 6, 1);
	code_put(c, STR_X6_X1);
	code_mov(c, 7, va);
	code_put(c, BLR_X7);
	code_put(c, LDR_X5_X1);
	code_keep(c, 5);
}

static void it_is_found_at_every_address(void **state)
{
	static struct code c;
	struct machine m;
	uint64_t offset;

	(void)state;
	code_start(&c, MORE);
	code_put(&c, B_OVER_2);
	offset = c.count * 4;
	code_put(&c, LDSMIN_W);
	code_put(&c, RET);
	code_mov(&c, 1, DATA);
	code_mov(&c, 3, MINUS_1);
	put_call(&c, CODE + offset);
	stage1_on(&c, LOW, LOW);
	put_call(&c, CODE + offset);
	put_call(&c, WINDOW + 0x1000 + offset);
	code_put(&c, WFI);
	open_window(&m, &c, STAGE1_PAGE(PAGE));
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(machine_kept(&m, i), MINUS_1);
	machine_close(&m);
}

static void at_too_many_addresses_it_is_refused(void **state)
{
	struct rmmsim_unicorn_stop stop;
	static struct code c;
	struct machine m;

	(void)state;
	code_start(&c, MORE);
	code_mov(&c, 1, DATA);
	code_mov(&c, 3, MINUS_1);
	for (unsigned int i = 0; i < 600; i++)
		code_put(&c, LDSMIN_W);
	code_put(&c, WFI);
	machine_open(&m, c.words, c.count, true);
	/* It stops there, and is not executed again. */
	machine_enter(&m, TRAPS, 0);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(rmmsim_unicorn_last_stop(m.engine, m.rec, &stop), RMMSIM_OK);
	assert_non_null(strstr(stop.refusal, "more than 512 addresses"));
	machine_close(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_result_is_right),
		cmocka_unit_test(a_page_that_is_not_there_is_a_fault),
		cmocka_unit_test(stage_1_is_looked_at),
		cmocka_unit_test(it_is_found_at_every_address),
		cmocka_unit_test(el0_stores_what_it_may),
		cmocka_unit_test(at_too_many_addresses_it_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
