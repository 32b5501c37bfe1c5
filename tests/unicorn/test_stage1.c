/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage 1 over stage 2: faults of table walks (rtt.md#7), both halves of the address space, ASIDs. */
#include <stdio.h>

#include "tests/unicorn/stage1.h"
#include "tests/unicorn/vectors.h"

#define HALF   (UINT64_C(1) << 38)
#define BEYOND (UINT64_C(1) << 39)

/* Tables, in RAM. */
#define LOW    0x14000 /* level 1, TTBR0_EL1 */
#define HIGH   0x15000 /* level 1, TTBR1_EL1 */
#define LOW_2  0x16000 /* level 1, another ASID */
#define TABLE  0x17000 /* level 2 */
#define PAGE_1 0x18000
#define PAGE_2 0x19000
#define LEVEL3 0x1a000

static struct {
	uint64_t low, high, low_2, table, page_1, page_2, level3;
} pa;

static void put_tables(struct machine *m)
{
	pa.low = machine_ram(m, LOW);
	pa.high = machine_ram(m, HIGH);
	pa.low_2 = machine_ram(m, LOW_2);
	pa.table = machine_ram(m, TABLE);
	pa.page_1 = machine_ram(m, PAGE_1);
	pa.page_2 = machine_ram(m, PAGE_2);
	pa.level3 = machine_ram(m, LEVEL3);
	/* The first gigabyte at its own place. */
	stage1_put(m, pa.low, 0, STAGE1_BLOCK(0));
	stage1_put(m, pa.low_2, 0, STAGE1_BLOCK(0));
	stage1_put(m, pa.high, 0, STAGE1_BLOCK(0));
}

static void open_code(struct machine *m, const struct code *c)
{
	uint32_t vectors[512] = {0};
	const struct machine_options o = {.vectors = vectors, .prepare = put_tables};

	vectors_keep(vectors);
	machine_open_with(m, c->words, c->count, &o);
}

/* --- faults of walks ----------------------------------------------------------------------------------- */

#define ISV    (UINT64_C(1) << 24)
#define IL     (UINT64_C(1) << 25)
#define EA     (UINT64_C(1) << 9)
#define WNR    (UINT64_C(1) << 6)
#define EC(n)  ((uint64_t)(n) << 26)
#define SVC_7  (EC(0x15) | IL | 7)
#define WINDOW STAGE1_GB /* VA of what the table under test describes */
#define STORED UINT64_C(0x1122334455667788)

enum kind { LOAD, STORE, FETCH };

static const uint32_t words[] = {
	[LOAD] = 0xb9400041u,
	[STORE] = 0xf9000041u,
	[FETCH] = 0xd61f0040u,
};

enum outcome { PROCEEDS, SEA, REC, STAGE1 };

struct row {
	const char *name;
	uint64_t table; /* IPA of the level 2 table of the window */
	void (*make)(struct machine *m, uint64_t ipa);
	enum outcome outcome;
	unsigned int fsc;
};

static void fill(struct machine *m, uint64_t table)
{
	stage1_put(m, table, 0, STAGE1_BLOCK(0));
}

static void make_ram(struct machine *m, uint64_t ipa)
{
	(void)ipa;
	fill(m, pa.table);
}

static void make_assigned(struct machine *m, uint64_t ipa)
{
	fill(m, host_unknown(&m->host, &m->realm, ipa));
}

static void make_destroyed(struct machine *m, uint64_t ipa)
{
	make_assigned(m, ipa);
	OK(&m->host, RMI_DATA_DESTROY, m->realm.rd, ipa);
}

static uint64_t map(struct machine *m, uint64_t ipa, uint64_t attributes)
{
	const uint64_t page = host_page(&m->host);

	host_tables(&m->host, &m->realm, 0, ipa, 3);
	OK(&m->host, RMI_RTT_MAP_UNPROTECTED, m->realm.rd, ipa, 3, page | attributes);
	fill(m, page);
	return page;
}

static void map_rw(struct machine *m, uint64_t ipa)
{
	map(m, ipa, 0xd8);
}

static void map_ro(struct machine *m, uint64_t ipa)
{
	map(m, ipa, 0x58);
}

static void map_wo(struct machine *m, uint64_t ipa)
{
	map(m, ipa, 0x98);
}

static void map_device(struct machine *m, uint64_t ipa)
{
	map(m, ipa, 0xc4);
}

static void map_delegated(struct machine *m, uint64_t ipa)
{
	OK(&m->host, RMI_GRANULE_DELEGATE, map(m, ipa, 0xd8));
}

static const struct row rows[] = {
	{"RAM", TABLE, make_ram, PROCEEDS, 0},
	{"assigned later", UNMAPPED, make_assigned, PROCEEDS, 0},
	{"UNASSIGNED/RAM", UNMAPPED, NULL, REC, 0x07},
	{"DESTROYED", UNMAPPED, make_destroyed, REC, 0x07},
	{"EMPTY", EMPTY, NULL, SEA, 0},
	{"Unprotected, not mapped", HALF, NULL, REC, 0x05},
	{"Unprotected, RW", HALF, map_rw, PROCEEDS, 0},
	{"Unprotected, RO", HALF, map_ro, PROCEEDS, 0},
	{"Unprotected, WO", HALF, map_wo, REC, 0x0f},
	/* With HCR_EL2.PTW: rtt.md#6.3 */
	{"Unprotected, device", HALF, map_device, REC, 0x0f},
	{"Unprotected, delegated since", HALF, map_delegated, REC, 0x28},
	/* The descriptor of level 1 has the address. */
	{"beyond", BEYOND, NULL, STAGE1, 0x01},
};

static char what[128];

static void same(const char *field, uint64_t value, uint64_t expected)
{
	if (value != expected)
		fail_msg("%s: %s 0x%llx, not 0x%llx", what, field, (unsigned long long)value,
			 (unsigned long long)expected);
}

static void check_exception(struct machine *m, enum kind kind, uint64_t va, uint64_t pc,
			    uint64_t esr)
{
	same("exit EC", m->host.exit.esr >> 26, 0x01);
	same("ESR_EL1", machine_kept(m, ESR),
	     EC(kind == FETCH ? 0x21 : 0x25) | IL | esr | (kind == STORE ? WNR : 0));
	same("FAR_EL1", machine_kept(m, FAR), va);
	same("ELR_EL1", machine_kept(m, ELR), kind == FETCH ? va : pc);
}

/* An instruction abort at an Unprotected IPA stays in the Realm, for each word that is there. */
static enum outcome outcome_of(const struct row *row, enum kind kind)
{
	return row->outcome == REC && kind == FETCH && row->table >= HALF ? SEA : row->outcome;
}

static void check_exit(struct machine *m, const struct row *row, enum kind kind)
{
	const struct rmi_rec_exit *exit = &m->host.exit;
	const uint64_t length = kind != FETCH && row->table >= HALF ? IL : 0;

	same("exit_reason", exit->exit_reason, RMI_EXIT_SYNC);
	/* No S1PTW, not emulatable: rec.md#4 */
	same("esr", exit->esr, EC(kind == FETCH ? 0x20 : 0x24) | length | row->fsc);
	same("far", exit->far, 0);
	same("hpfar", exit->hpfar, row->table >> 12 << 4);
	same("gprs[0]", exit->gprs[0], 0);
	same("ESR_EL1", machine_kept(m, ESR), 0);
}

static void play(const struct row *row, enum kind kind)
{
	const uint64_t va = WINDOW + (kind == FETCH ? CODE : DATA) + 0x18;
	static struct code c;
	struct machine m;
	uint64_t pc;

	snprintf(what, sizeof(what), "%s, %s", row->name,
		 kind == LOAD ? "load" : (kind == STORE ? "store" : "fetch"));
	c.count = 0;
	/* What the fetch finds at CODE + 0x18. */
	code_put(&c, B_SELF | 8);
	while (c.count < 8)
		code_put(&c, SVC(7));
	code_mov(&c, 19, MORE);
	code_set(&c, VBAR_EL1, VECTORS);
	stage1_on(&c, LOW, HIGH);
	code_mov(&c, 1, STORED);
	code_mov(&c, 2, va);
	pc = CODE + c.count * 4;
	code_put(&c, words[kind]);
	code_put(&c, SVC(7));
	open_code(&m, &c);
	stage1_put(&m, pa.low, 1, STAGE1_TABLE(row->table));
	if (row->make)
		row->make(&m, row->table);
	machine_enter(&m, TRAPS, 0);
	switch (outcome_of(row, kind)) {
	case PROCEEDS:
		same("ESR_EL1", machine_kept(&m, ESR), SVC_7);
		break;
	case SEA:
		check_exception(&m, kind, va, pc, EA | 0x10);
		break;
	case STAGE1:
		check_exception(&m, kind, va, pc, row->fsc);
		break;
	case REC:
		check_exit(&m, row, kind);
		break;
	}
	machine_close(&m);
}

static void a_walk_faults_as_its_table_says(void **state)
{
	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		for (enum kind kind = LOAD; kind <= FETCH; kind++)
			play(&rows[r], kind);
	}
}

/* The walk is repeated when the table is there. */
static void a_walk_goes_on_when_its_table_is_mapped(void **state)
{
	static struct code c;
	struct machine m;

	(void)state;
	code_start(&c, MORE);
	code_set(&c, VBAR_EL1, VECTORS);
	stage1_on(&c, LOW, HIGH);
	code_mov(&c, 2, WINDOW + PAGE_1);
	code_put(&c, 0xf9400041u); /* ldr x1, [x2] */
	code_keep(&c, 1);
	code_put(&c, WFI);
	open_code(&m, &c);
	stage1_put(&m, pa.low, 1, STAGE1_TABLE(UNMAPPED));
	stage1_put(&m, pa.page_1, 0, STORED);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.hpfar, UNMAPPED >> 8);
	make_assigned(&m, UNMAPPED);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	assert_int_equal(machine_kept(&m, 0), STORED);
	machine_close(&m);
}

/* Where the address of a table, of a page or of TTBR0_EL1 itself is beyond the IPA space. */
static void an_address_size_fault_has_the_level_of_its_descriptor(void **state)
{
	static const struct {
		uint64_t level1, level2, level3;
		unsigned int level;
	} cases[] = {
		{STAGE1_TABLE(BEYOND), 0, 0, 1},
		{STAGE1_TABLE(TABLE), STAGE1_TABLE(BEYOND), 0, 2},
		{STAGE1_TABLE(TABLE), STAGE1_TABLE(LEVEL3), STAGE1_PAGE(BEYOND), 3},
		{STAGE1_TABLE(TABLE), STAGE1_BLOCK(BEYOND), 0, 2},
		{STAGE1_BLOCK(BEYOND), 0, 0, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		static struct code c;
		struct machine m;

		code_start(&c, MORE);
		code_set(&c, VBAR_EL1, VECTORS);
		stage1_on(&c, LOW, HIGH);
		code_mov(&c, 2, WINDOW + 0x18);
		code_put(&c, words[LOAD]);
		open_code(&m, &c);
		stage1_put(&m, pa.low, 1, cases[i].level1);
		stage1_put(&m, pa.table, 0, cases[i].level2);
		stage1_put(&m, pa.level3, 0, cases[i].level3);
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(machine_kept(&m, ESR), EC(0x25) | IL | cases[i].level);
		assert_int_equal(machine_kept(&m, FAR), WINDOW + 0x18);
		machine_close(&m);
	}
}

/* TTBR1_EL1 is beyond: level 0. */
static void an_address_size_fault_of_a_base_register_has_level_0(void **state)
{
	static struct code c;
	struct machine m;

	(void)state;
	code_start(&c, MORE);
	code_set(&c, VBAR_EL1, VECTORS);
	stage1_on(&c, LOW, BEYOND);
	code_mov(&c, 2, STAGE1_HIGH + 0x18);
	code_put(&c, words[STORE]);
	open_code(&m, &c);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(machine_kept(&m, ESR), EC(0x25) | IL | WNR);
	assert_int_equal(machine_kept(&m, FAR), STAGE1_HIGH + 0x18);
	machine_close(&m);
}

/* --- an Unprotected page that the Host takes ---------------------------------------------------------- */

static void a_page_that_was_delegated_since_is_a_protection_fault(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		static struct code c;
		struct machine m;
		uint64_t page;

		code_start(&c, MORE);
		code_mov(&c, 2, i == 2 ? WINDOW : HALF);
		if (i == 2) /* a table of stage 1 */
			stage1_on(&c, LOW, HIGH);
		for (unsigned int n = 0; n < 3; n++) {
			code_put(&c, words[i == 1 ? STORE : LOAD]);
			code_put(&c, TLBI_E1);
			code_put(&c, WFI);
		}
		open_code(&m, &c);
		page = map(&m, HALF, 0xd8);
		stage1_put(&m, pa.low, 1, STAGE1_TABLE(HALF));
		stage1_put(&m, page, 0, STAGE1_BLOCK(HALF));
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(m.host.exit.esr >> 26, 0x01);
		OK(&m.host, RMI_GRANULE_DELEGATE, page);
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_SYNC);
		assert_int_equal(m.host.exit.esr >> 26, 0x24);
		assert_int_equal(m.host.exit.esr & 0x3f, 0x28);
		assert_int_equal(m.host.exit.hpfar, HALF >> 8);
		/* Again and again, until the Host takes it back. */
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(m.host.exit.esr & 0x3f, 0x28);
		OK(&m.host, RMI_GRANULE_UNDELEGATE, page);
		stage1_put(&m, page, 0, STAGE1_BLOCK(HALF));
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(m.host.exit.esr >> 26, 0x01);
		machine_close(&m);
	}
}

/* --- both halves of the address space ----------------------------------------------------------------- */

/* Code, vectors and data are used at their addresses in the upper half. */
static void ttbr1_translates_the_upper_half(void **state)
{
	static struct code c;
	struct machine m;

	(void)state;
	code_start(&c, STAGE1_HIGH + MORE);
	stage1_on(&c, LOW, HIGH);
	code_set(&c, VBAR_EL1, STAGE1_HIGH + VECTORS);
	code_mov(&c, 0, STAGE1_HIGH + CODE + 16 * 4 * 4);
	code_put(&c, 0xd61f0000u); /* br x0 */
	while (c.count < 16 * 4)
		code_put(&c, BRK(0));
	code_put(&c, WFI);
	code_put(&c, SVC(7));
	/* Nothing is in the lower half but the first gigabyte, nor here at the second. */
	code_mov(&c, 2, STAGE1_HIGH + STAGE1_GB + 8);
	code_put(&c, words[LOAD]);
	open_code(&m, &c);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	assert_int_equal(machine_kept(&m, ESR), SVC_7);
	assert_int_equal(machine_kept(&m, ELR), STAGE1_HIGH + CODE + 66 * 4);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(machine_kept(&m, ESR), EC(0x25) | IL | 0x05);
	assert_int_equal(machine_kept(&m, FAR), STAGE1_HIGH + STAGE1_GB + 8);
	machine_close(&m);
}

/* --- ASIDs -------------------------------------------------------------------------------------------------- */

/*
 * Two sets of tables that differ in one page, which is not global: without TLB maintenance each ASID sees
 * its own. The ASID is in TTBR0_EL1 or, with TCR_EL1.A1, in TTBR1_EL1.
 */
static void each_asid_has_its_own_pages(void **state)
{
	(void)state;
	for (unsigned int a1 = 0; a1 < 2; a1++) {
		static struct code c;
		struct machine m;

		code_start(&c, MORE);
		stage1_on(&c, LOW, HIGH);
		if (a1)
			code_set(&c, TCR_EL1, STAGE1_TCR | UINT64_C(1) << 22);
		code_mov(&c, 2, WINDOW);
		for (unsigned int i = 0; i < 6; i++) {
			const uint64_t asid = (uint64_t)(i % 2 + 1) << 48;

			code_set(&c, TTBR0_EL1, (i % 2 ? LOW_2 : LOW) | (a1 ? 0 : asid));
			code_set(&c, TTBR1_EL1, HIGH | (a1 ? asid : 0));
			code_put(&c, ISB);
			code_put(&c, 0xf9400041u); /* ldr x1, [x2] */
			code_keep(&c, 1);
			if (i == 3)
				code_put(&c, WFI);
		}
		code_put(&c, WFI);
		open_code(&m, &c);
		stage1_put(&m, pa.low, 1, STAGE1_TABLE(TABLE));
		stage1_put(&m, pa.low_2, 1, STAGE1_TABLE(LEVEL3));
		/* Both are level 2 tables here: blocks that begin with these pages are not possible. */
		stage1_put(&m, pa.table, 0, STAGE1_TABLE(PAGE_1));
		stage1_put(&m, pa.level3, 0, STAGE1_TABLE(PAGE_2));
		stage1_put(&m, pa.page_1, 0, STAGE1_PAGE(PAGE_1) | STAGE1_NG);
		stage1_put(&m, pa.page_2, 0, STAGE1_PAGE(PAGE_2) | STAGE1_NG);
		machine_enter(&m, TRAPS, 0);
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(m.host.exit.esr >> 26, 0x01);
		for (unsigned int i = 0; i < 6; i++)
			assert_int_equal(machine_kept(&m, i),
					 STAGE1_PAGE(i % 2 ? PAGE_2 : PAGE_1) | STAGE1_NG);
		machine_close(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_walk_faults_as_its_table_says),
		cmocka_unit_test(a_walk_goes_on_when_its_table_is_mapped),
		cmocka_unit_test(an_address_size_fault_has_the_level_of_its_descriptor),
		cmocka_unit_test(an_address_size_fault_of_a_base_register_has_level_0),
		cmocka_unit_test(a_page_that_was_delegated_since_is_a_protection_fault),
		cmocka_unit_test(ttbr1_translates_the_upper_half),
		cmocka_unit_test(each_asid_has_its_own_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
