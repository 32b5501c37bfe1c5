/* SPDX-License-Identifier: BSD-3-Clause */
/* The last page of the virtual address space is like any other. */
#include <stdio.h>

#include "tests/unicorn/stage1.h"
#include "tests/unicorn/vectors.h"

#define TABLE1 0x14000
#define TABLE2 0x15000
#define TABLE3 0x16000
#define PAGE   0x17000 /* what is mapped at the end */
#define LAST   UINT64_C(0xfffffffffffff000)

#define IL      (UINT64_C(1) << 25)
#define WNR     (UINT64_C(1) << 6)
#define EC(n)   ((uint64_t)(n) << 26)
#define SVC_7   (EC(0x15) | IL | 7)
#define PATTERN UINT64_C(0x1122334455667788)

static struct {
	uint64_t table1, table2, table3, page;
} pa;

static void put_tables(struct machine *m)
{
	pa.table1 = machine_ram(m, TABLE1);
	pa.table2 = machine_ram(m, TABLE2);
	pa.table3 = machine_ram(m, TABLE3);
	pa.page = machine_ram(m, PAGE);
	stage1_put(m, pa.table1, 0, STAGE1_BLOCK(0));
	stage1_put(m, pa.table1, 511, STAGE1_TABLE(TABLE2));
	stage1_put(m, pa.table2, 511, STAGE1_TABLE(TABLE3));
}

static void open_code(struct machine *m, const struct code *c)
{
	uint32_t vectors[512] = {0};
	const struct machine_options o = {.vectors = vectors, .prepare = put_tables};

	vectors_keep(vectors);
	machine_open_with(m, c->words, c->count, &o);
}

static const struct {
	const char *name;
	uint32_t word;
	bool fetch;
	uint64_t iss; /* of a fault of stage 1 */
} accesses[] = {
	{"ldr", 0xf9400041u, false, 0},   {"ldrb", 0x39400041u, false, 0},
	{"str", 0xf9000041u, false, WNR}, {"ldp", 0xa9400c41u, false, 0},
	{"stp", 0xa9000c41u, false, WNR}, {"ldxr", 0xc85f7c41u, false, 0},
	{"br", 0xd61f0040u, true, 0},
};

static void an_access_that_faults_is_an_exception(void **state)
{
	static const uint64_t offsets[] = {0, 0x10, 0xff0};

	(void)state;
	for (unsigned int n = 0; n < 7 * 3 * 4; n++) {
		const unsigned int a = n % 7;
		const uint64_t va = LAST + offsets[n / 7 % 3];
		const bool mmu = n / 21 & 1, el0 = n / 21 & 2;
		const unsigned int fsc = mmu ? 0x07 : 0x00;
		const unsigned int ec = (accesses[a].fetch ? 0x20 : 0x24) + !el0;
		static struct code c;
		struct machine m;
		char what[64];

		snprintf(what, sizeof(what), "%s 0x%llx, MMU %d, EL%d", accesses[a].name,
			 (unsigned long long)va, mmu, !el0);
		code_start(&c, MORE + (el0 && mmu ? STAGE1_GB : 0));
		code_mov(&c, 2, va);
		if (mmu)
			stage1_on(&c, TABLE1, TABLE1);
		vectors_return(&c, CODE, VECTORS, el0 ? EL0T : EL1H);
		code_put(&c, accesses[a].word);
		code_put(&c, SVC(7));
		open_code(&m, &c);
		/* EL0 reads and executes; the handler at EL1 stores by another address. */
		if (el0 && mmu) {
			stage1_put(&m, pa.table1, 0, STAGE1_BLOCK(0) | 0xc0);
			stage1_put(&m, pa.table1, 1, STAGE1_BLOCK(0));
		}
		machine_enter(&m, TRAPS, 0);
		if (m.host.exit.esr >> 26 != 0x01 ||
		    machine_kept(&m, ESR) != (EC(ec) | IL | accesses[a].iss | fsc) ||
		    machine_kept(&m, FAR) != va)
			fail_msg("%s: exit 0x%llx, ESR_EL1 0x%llx, FAR_EL1 0x%llx", what,
				 (unsigned long long)m.host.exit.esr,
				 (unsigned long long)machine_kept(&m, ESR),
				 (unsigned long long)machine_kept(&m, FAR));
		machine_close(&m);
	}
}

static void data_in_it_is_read_and_written(void **state)
{
	static struct code c;
	struct machine m;
	uint64_t value;

	(void)state;
	code_start(&c, MORE);
	stage1_on(&c, TABLE1, TABLE1);
	code_mov(&c, 2, LAST);
	code_put(&c, 0xf9400041u); /* ldr x1, [x2] */
	code_keep(&c, 1);
	code_put(&c, 0xf907fc41u); /* str x1, [x2, #0xff8] */
	code_mov(&c, 2, LAST + 0xff8);
	code_put(&c, 0xf9400043u); /* ldr x3, [x2] */
	code_keep(&c, 3);
	code_put(&c, WFI);
	open_code(&m, &c);
	stage1_put(&m, pa.table3, 511, STAGE1_PAGE(PAGE));
	value = PATTERN;
	rmmsim_poke(m.host.sim, pa.page, &value, sizeof(value));
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	assert_int_equal(machine_kept(&m, 0), PATTERN);
	assert_int_equal(machine_kept(&m, 1), PATTERN);
	rmmsim_peek(m.host.sim, pa.page + 0xff8, &value, sizeof(value));
	assert_int_equal(value, PATTERN);
	machine_close(&m);
}

/* A call to it; then its last instruction, behind which there is nothing. */
static void code_in_it_is_executed(void **state)
{
	static const uint32_t function[] = {0xd2800541u /* mov x1, #42 */, 0xd65f03c0u /* ret */};
	static const uint32_t last = NOP;
	static struct code c;
	struct machine m;

	(void)state;
	code_start(&c, MORE);
	code_set(&c, VBAR_EL1, VECTORS);
	stage1_on(&c, TABLE1, TABLE1);
	code_mov(&c, 2, LAST);
	code_put(&c, 0xd63f0040u); /* blr x2 */
	code_mov(&c, 19, MORE + 0x100);
	c.kept = 0;
	code_keep(&c, 1);
	code_mov(&c, 19, MORE);
	code_mov(&c, 2, LAST + 0xffc);
	code_put(&c, 0xd61f0040u); /* br x2 */
	open_code(&m, &c);
	stage1_put(&m, pa.table3, 511, STAGE1_PAGE(PAGE));
	/* Page 0 of the VA space: RIPAS EMPTY, a page of which can be executed no more. */
	rmmsim_poke(m.host.sim, pa.page, function, sizeof(function));
	rmmsim_poke(m.host.sim, pa.page + 0xffc, &last, sizeof(last));
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	assert_int_equal(machine_kept(&m, 32), 42);
	assert_int_equal(machine_kept(&m, ESR), EC(0x21) | IL | UINT64_C(0x210));
	assert_int_equal(machine_kept(&m, FAR), 0);
	assert_int_equal(machine_kept(&m, ELR), 0);
	machine_close(&m);
}

/* Likewise memory at the end of what the CPU reaches, where the engine's own tables are otherwise. */
static void memory_may_be_at_the_end_of_the_physical_space(void **state)
{
	const uint32_t code[] = {WFI};
	const uint64_t top = UINT64_C(1) << 44;
	struct rmmsim_config config;
	const struct machine_options o = {.host = &config};
	struct machine m;

	(void)state;
	rmmsim_config_init(&config);
	config.dram_count = 1;
	config.dram[0] = (struct rmmsim_range){top - (UINT64_C(128) << 20), top};
	machine_open_with(&m, code, 1, &o);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	machine_close(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_access_that_faults_is_an_exception),
		cmocka_unit_test(data_in_it_is_read_and_written),
		cmocka_unit_test(code_in_it_is_executed),
		cmocka_unit_test(memory_may_be_at_the_end_of_the_physical_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
