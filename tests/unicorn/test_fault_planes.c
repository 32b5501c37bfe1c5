/* SPDX-License-Identifier: BSD-3-Clause */
/* Every row of rtt.md#7.2 and every label of planes.md#5.1 in AArch64 code of P1, at EL1 and EL0. */
#include <stdio.h>

#include "tests/unicorn/planes.h"
#include "tests/unicorn/stage1.h"
#include "tests/unicorn/vectors.h"

#define HALF   (UINT64_C(1) << 38)
#define BLOCK  UINT64_C(0x200000)
#define GB     UINT64_C(0x40000000)
#define BEYOND (UINT64_C(1) << 39)

#define ISV    (UINT64_C(1) << 24)
#define IL     (UINT64_C(1) << 25)
#define SAS(n) ((uint64_t)(n) << 22)
#define SRT(n) ((uint64_t)(n) << 16)
#define SF     (UINT64_C(1) << 15)
#define WNR    (UINT64_C(1) << 6)
#define EC(n)  ((uint64_t)(n) << 26)
#define EC_WFX 0x01
#define HVC_0  (EC(0x16) | IL)
#define SVC_7  (EC(0x15) | IL | 7)
#define STORED UINT64_C(0x1122334455667788)
#define WORD   UINT64_C(0x128)

#define S1PTW (UINT64_C(1) << 7)

/* In the page of its code. */
#define VECTORS_P1 0x800
#define MMU_P1     0x200 /* switches stage 1 on */

/* Its table of level 1 lies in the page that is RO; each page describes a gigabyte from here on. */
#define LEVEL1        (LABEL_PAGE + 2 * HOST_PAGE)
#define WINDOW(label) ((16 + (uint64_t)(label)) * STAGE1_GB)

enum kind { LOAD, STORE, FETCH };

static const struct {
	const char *name;
	uint32_t word; /* address in X2 */
	uint64_t iss;
	unsigned int allowed; /* bit of `allows` below, for a fetch that of EL1 */
} accesses[] = {
	[LOAD] = {"ldr w1", 0xb9400041u, ISV | SAS(2) | SRT(1), 1},
	[STORE] = {"str x1", 0xf9000041u, ISV | SAS(3) | SRT(1) | SF | WNR, 2},
	[FETCH] = {"br x2", 0xd61f0040u, 0, 8},
};

/* planes.md#5.1: R 1, W 2, uX 4, pX 8; a page for each. */
static const struct {
	unsigned int label, allows;
} labels[] = {{0, 0},   {4, 2},  {8, 1},  {9, 5},   {10, 9},
	      {11, 13}, {12, 3}, {13, 7}, {14, 11}, {15, 15}};

#define LABELS      (sizeof(labels) / sizeof(labels[0]))
#define LABEL_FIRST 3 /* overlay index of the first */
#define LABEL_PAGE  UINT64_C(0x20000)

/* --- set-up ------------------------------------------------------------------------------------------ */

static void put_pages(struct machine *m)
{
	for (size_t i = 0; i < LABELS; i++) {
		const uint32_t word = SVC(7);
		uint32_t page[1024] = {0};

		const uint64_t block = STAGE1_BLOCK(0);

		memcpy((uint8_t *)page + WORD, &word, sizeof(word));
		memcpy(page, &block, sizeof(block));
		for (unsigned int j = 0; i == 2 && j < LABELS; j++) {
			const uint64_t table = STAGE1_TABLE(LABEL_PAGE + j * HOST_PAGE);

			memcpy(&page[(16 + j) * 2], &table, sizeof(table));
		}
		machine_page(m, LABEL_PAGE + i * HOST_PAGE, page, sizeof(page));
	}
}

/* SET_PERM_VALUE, then SET_PERM_INDEX until all of the page is done in all trees. */
static void give(struct code *c, uint64_t ipa, unsigned int index, unsigned int label)
{
	size_t again;

	code_smc(c, SMC_RSI_MEM_SET_PERM_VALUE, 1, index, label);
	code_mov(c, 20, ipa + HOST_PAGE);
	code_mov(c, 1, ipa);
	code_mov(c, 3, 0);
	again = c->count;
	code_put(c, 0xaa0303e4u); /* mov x4, x3 */
	code_put(c, 0xaa1403e2u); /* mov x2, x20 */
	code_mov(c, 3, index);
	code_mov(c, 0, SMC_RSI_MEM_SET_PERM_INDEX);
	code_put(c, SMC_0);
	code_put(c, 0xeb14003fu);                                                 /* cmp x1, x20 */
	code_put(c, 0x54000001u | ((uint32_t)(again - c->count) & 0x7ffff) << 5); /* b.ne */
}

static void serve_s2ap(struct planes *p)
{
	struct machine *m = &p->m;

	for (;;) {
		planes_run(p, 0, NULL, 0);
		if (m->host.exit.exit_reason != RMI_EXIT_S2AP_CHANGE)
			return;
		OK(&m->host, RMI_RTT_SET_S2AP, m->realm.rd, m->rec, m->host.exit.s2ap_base,
		   m->host.exit.s2ap_top);
	}
}

/* P1 starts with its vectors; then it stands at HVC 0. Its accesses are at at(kind). */
static uint64_t at(enum kind kind)
{
	return P1_CODE + 0x100 + kind * 8u;
}

static void open_planes(struct planes *p, bool shared)
{
	const struct machine_options o = {.realm = {.shared_tree = shared}, .prepare = put_pages};
	static struct code p0, p1;

	p0.count = 0;
	for (unsigned int i = 0; i < LABELS; i++)
		give(&p0, LABEL_PAGE + i * HOST_PAGE, LABEL_FIRST + i, labels[i].label);
	p1.count = 0;
	code_set(&p1, VBAR_EL1, P1_CODE + VECTORS_P1);
	code_put(&p1, HVC(0));
	memset(&p1.words[p1.count], 0, sizeof(p1.words) - p1.count * 4);
	for (unsigned int kind = LOAD; kind <= FETCH; kind++) {
		p1.words[(at(kind) - P1_CODE) / 4] = accesses[kind].word;
		p1.words[(at(kind) - P1_CODE) / 4 + 1] = SVC(7);
	}
	p1.count = MMU_P1 / 4;
	stage1_on(&p1, LEVEL1, LEVEL1);
	code_put(&p1, HVC(0));
	vectors_keep_and(&p1.words[VECTORS_P1 / 4], HVC(0));
	p1.count = CODE_WORDS;
	planes_open_with(p, &p0, &p1, &o);
	serve_s2ap(p);
	assert_int_equal(p->run.exit.esr_el2, HVC_0);
}

/* --- one access ---------------------------------------------------------------------------------------- */

static char what[128];

static void same(const char *field, uint64_t value, uint64_t expected)
{
	if (value != expected)
		fail_msg("%s: %s 0x%llx, not 0x%llx", what, field, (unsigned long long)value,
			 (unsigned long long)expected);
}

static void run_access(struct planes *p, const char *name, enum kind kind, bool el0, uint64_t ipa)
{
	static const uint64_t zero[8];

	snprintf(what, sizeof(what), "%s, %s from EL%u", name, accesses[kind].name, !el0);
	rmmsim_poke(p->m.host.sim, p->m.p1_data_pa, zero, sizeof(zero));
	memset(&p->run.enter, 0, sizeof(p->run.enter));
	p->run.enter.pc = at(kind);
	p->run.enter.pstate = el0 ? EL0T : EL1H;
	p->run.enter.gprs[1] = STORED;
	p->run.enter.gprs[2] = ipa;
	p->run.enter.gprs[19] = P1_DATA;
	planes_run(p, 0, NULL, 0);
}

static uint64_t pstate_of(enum kind kind, bool el0)
{
	/* PSTATE.BTYPE: a branch by a register. */
	return (el0 ? EL0T : EL1H) | (kind == FETCH ? 0x400 : 0);
}

static void check_back_in_p0(const struct planes *p)
{
	same("exit_reason", p->m.host.exit.exit_reason, RMI_EXIT_SYNC);
	same("exit EC", p->m.host.exit.esr >> 26, EC_WFX);
	same("reason", p->run.exit.reason, RSI_PLANE_EXIT_SYNC);
}

static void check_proceeds(struct planes *p)
{
	check_back_in_p0(p);
	same("esr_el2", p->run.exit.esr_el2, HVC_0);
	same("ESR_EL1", planes_p1_kept(p, ESR), SVC_7);
}

static void check_plane_exit(struct planes *p, enum kind kind, bool el0, uint64_t ipa,
			     unsigned int fsc)
{
	const struct rsi_plane_exit *exit = &p->run.exit;

	check_back_in_p0(p);
	same("esr_el2", exit->esr_el2,
	     EC(kind == FETCH ? 0x20 : 0x24) | IL | accesses[kind].iss | fsc);
	same("far_el2", exit->far_el2, ipa);
	same("hpfar_el2", exit->hpfar_el2, ipa >> 12 << 4);
	same("elr_el2", exit->elr_el2, kind == FETCH ? ipa : at(kind));
	same("spsr_el2", exit->spsr_el2, pstate_of(kind, el0));
	same("ESR_EL1", planes_p1_kept(p, ESR), 0);
}

static void check_rec_exit(struct planes *p, enum kind kind, uint64_t ipa, unsigned int fsc)
{
	const struct rmi_rec_exit *exit = &p->m.host.exit;
	const uint64_t shown = accesses[kind].iss & (ISV | SAS(3) | SF | WNR);
	const bool unprotected = ipa >= HALF;

	same("exit_reason", exit->exit_reason, RMI_EXIT_SYNC);
	same("esr", exit->esr, EC(kind == FETCH ? 0x20 : 0x24) | (unprotected ? shown : 0) | fsc);
	same("far", exit->far, unprotected ? ipa & 0xfff : 0);
	same("hpfar", exit->hpfar, ipa >> 12 << 4);
	same("rtt_tree", exit->rtt_tree, 0);
	same("plane", exit->plane, 0);
	same("gprs[0]", exit->gprs[0], unprotected && kind == STORE ? STORED : 0);
	/* P1 stands where it was. */
	planes_run(p, RMI_REC_ENTER_FLAG_FORCE_P0, NULL, 0);
	same("reason", p->run.exit.reason, RSI_PLANE_EXIT_HOST);
	same("elr_el2", p->run.exit.elr_el2, kind == FETCH ? ipa : at(kind));
}

static void check_own_fault(struct planes *p, enum kind kind, bool el0, uint64_t ipa)
{
	check_back_in_p0(p);
	same("esr_el2", p->run.exit.esr_el2, HVC_0);
	same("ESR_EL1", planes_p1_kept(p, ESR),
	     EC((kind == FETCH ? 0x20 : 0x24) + !el0) | IL | (accesses[kind].iss & WNR));
	same("FAR_EL1", planes_p1_kept(p, FAR), ipa);
	same("ELR_EL1", planes_p1_kept(p, ELR), kind == FETCH ? ipa : at(kind));
	same("SPSR_EL1", planes_p1_kept(p, SPSR), pstate_of(kind, el0));
	same("vector", planes_p1_kept(p, OFFSET), el0 ? 0x400 : 0x200);
}

/* --- the tables ------------------------------------------------------------------------------------------ */

static void every_label_at_every_level(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < LABELS * 2 * 3 * 2; n++) {
		const enum kind kind = n % 3;
		const unsigned int label = n / 6 % LABELS;
		const bool el0 = n / 3 % 2, shared = n >= LABELS * 6;
		const uint64_t ipa = LABEL_PAGE + label * HOST_PAGE + WORD;
		const unsigned int bit = kind == FETCH && el0 ? 4 : accesses[kind].allowed;
		static struct planes p;
		char name[32];

		if (n % (LABELS * 6) == 0)
			open_planes(&p, shared);
		snprintf(name, sizeof(name), "%s tree, label %u", shared ? "shared" : "own",
			 labels[label].label);
		run_access(&p, name, kind, el0, ipa);
		if (labels[label].allows & bit)
			check_proceeds(&p);
		else
			check_plane_exit(&p, kind, el0, ipa, 0x0f);
		/* An SVC lies where it was before. */
		if (kind == STORE) {
			const uint32_t word = SVC(7);
			uint64_t pa =
				host_entry(&p.m.host, &p.m.realm, ipa & ~(HOST_PAGE - 1), 3).desc;

			pa &= UINT64_C(0xfffffffff000);
			rmmsim_poke(p.m.host.sim, pa + WORD, &word, sizeof(word));
		}
		if (n % (LABELS * 6) == LABELS * 6 - 1)
			machine_close(&p.m);
	}
}

/* A walk of stage 1 reads its tables, also when it is made for a store or a fetch. */
static void a_table_of_stage_1_has_to_be_readable(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < LABELS * 3 * 2; n++) {
		const enum kind kind = n % 3;
		const unsigned int label = n / 3 % LABELS;
		const bool shared = n >= LABELS * 3;
		const uint64_t ipa = kind == FETCH ? at(kind) + 4 : P1_DATA + WORD;
		const uint64_t va = WINDOW(label) + ipa;
		const uint64_t table = LABEL_PAGE + label * HOST_PAGE;
		static struct planes p;

		if (n % (LABELS * 3) == 0) {
			open_planes(&p, shared);
			p.run.enter.pc = P1_CODE + MMU_P1;
			p.run.enter.pstate = EL1H;
			planes_until_exit(&p);
			assert_int_equal(p.run.exit.esr_el2, HVC_0);
		}
		run_access(&p, "table", kind, false, va);
		if (labels[label].allows & 1) {
			check_proceeds(&p);
		} else {
			check_back_in_p0(&p);
			same("esr_el2", p.run.exit.esr_el2,
			     EC(kind == FETCH ? 0x20 : 0x24) | IL | S1PTW | 0x0f |
				     (kind == STORE ? WNR : 0));
			same("far_el2", p.run.exit.far_el2, va);
			same("hpfar_el2", p.run.exit.hpfar_el2, table >> 12 << 4);
			same("elr_el2", p.run.exit.elr_el2, kind == FETCH ? va : at(kind));
		}
		if (n % (LABELS * 3) == LABELS * 3 - 1)
			machine_close(&p.m);
	}
}

enum outcome { PROCEEDS, PLANE, REC, OWN };

static void destroyed(struct machine *m, uint64_t ipa)
{
	ipa &= ~(HOST_PAGE - 1);
	host_unknown(&m->host, &m->realm, ipa);
	OK(&m->host, RMI_DATA_DESTROY, m->realm.rd, ipa);
}

static void map(struct machine *m, uint64_t ipa, uint64_t attributes)
{
	ipa &= ~(HOST_PAGE - 1);
	host_tables(&m->host, &m->realm, 0, ipa, 3);
	OK(&m->host, RMI_RTT_MAP_UNPROTECTED, m->realm.rd, ipa, 3,
	   host_page(&m->host) | attributes);
}

/* Base indices of the indirect encoding: rtt.md#5 */
static void map_rw(struct machine *m, uint64_t ipa)
{
	map(m, ipa, UINT64_C(0x0008000000000058));
}

static void map_ro(struct machine *m, uint64_t ipa)
{
	map(m, ipa, UINT64_C(0x58));
}

static void map_wo(struct machine *m, uint64_t ipa)
{
	map(m, ipa, UINT64_C(0x0008000000000018));
}

static const struct row {
	const char *name;
	uint64_t ipa;
	void (*make)(struct machine *m, uint64_t ipa);
	enum outcome outcome[3];
	unsigned int fsc[3];
} rows[] = {
	{"NoAccess", MORE + 0x128, NULL, {PLANE, PLANE, PLANE}, {0x0f, 0x0f, 0x0f}},
	{"NoAccess, not mapped", UNMAPPED + 0x128, NULL, {REC, REC, REC}, {7, 7, 7}},
	{"DESTROYED", UNMAPPED + 0x128, destroyed, {REC, REC, REC}, {7, 7, 7}},
	{"EMPTY, level 3", EMPTY + 0x128, NULL, {PLANE, PLANE, PLANE}, {7, 7, 7}},
	{"EMPTY, level 2", BLOCK + 0x128, NULL, {PLANE, PLANE, PLANE}, {6, 6, 6}},
	{"EMPTY, level 1", GB + 0x128, NULL, {PLANE, PLANE, PLANE}, {5, 5, 5}},
	{"Unprotected", HALF + 0x128, NULL, {REC, REC, PLANE}, {5, 5, 5}},
	{"Unprotected, RO", HALF + 0x128, map_ro, {PROCEEDS, REC, PLANE}, {0, 0x0f, 0x0f}},
	{"Unprotected, WO", HALF + 0x1128, map_wo, {REC, PROCEEDS, PLANE}, {0x0f, 0, 0x0f}},
	{"Unprotected, RW", HALF + 0x2128, map_rw, {PROCEEDS, PROCEEDS, PLANE}, {0, 0, 0x0f}},
	{"beyond", BEYOND + 0x128, NULL, {OWN, OWN, OWN}, {0, 0, 0}},
};

static void plane_1_follows_the_table(void **state)
{
	struct planes p;

	(void)state;
	open_planes(&p, true);
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		const struct row *row = &rows[r];

		if (row->make)
			row->make(&p.m, row->ipa);
		for (unsigned int i = 0; i < 6; i++) {
			const enum kind kind = i % 3;
			const bool el0 = i >= 3;

			run_access(&p, row->name, kind, el0, row->ipa);
			switch (row->outcome[kind]) {
			case PROCEEDS:
				check_proceeds(&p);
				break;
			case PLANE:
				check_plane_exit(&p, kind, el0, row->ipa, row->fsc[kind]);
				break;
			case REC:
				check_rec_exit(&p, kind, row->ipa, row->fsc[kind]);
				break;
			case OWN:
				check_own_fault(&p, kind, el0, row->ipa);
				break;
			}
		}
	}
	machine_close(&p.m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_label_at_every_level),
		cmocka_unit_test(a_table_of_stage_1_has_to_be_readable),
		cmocka_unit_test(plane_1_follows_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
