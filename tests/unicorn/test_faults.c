/* SPDX-License-Identifier: BSD-3-Clause */
/* Every row of rtt.md#7.1 in AArch64 code, from EL1 and EL0, with every field of what comes of it. */
#include <stdio.h>

#include "tests/unicorn/vectors.h"

#define HALF         (UINT64_C(1) << 38)
#define BLOCK        UINT64_C(0x200000)
#define GB           UINT64_C(0x40000000)
#define BEYOND       (UINT64_C(1) << 39)
#define PAGE_OF(ipa) ((ipa) & ~(HOST_PAGE - 1))
#define NO_RAM       (UINT64_C(1) << 43) /* a PA that no bank has */

#define ISV    (UINT64_C(1) << 24)
#define IL     (UINT64_C(1) << 25)
#define SAS(n) ((uint64_t)(n) << 22)
#define SRT(n) ((uint64_t)(n) << 16)
#define SF     (UINT64_C(1) << 15)
#define AR     (UINT64_C(1) << 14)
#define EA     (UINT64_C(1) << 9)
#define WNR    (UINT64_C(1) << 6)
#define EC(n)  ((uint64_t)(n) << 26)

#define BTYPE_BR UINT64_C(0x400) /* a branch by a register is in PSTATE */

#define SVC_7 (EC(0x15) | IL | 7)

#define LDADD 0xf8210043u
#define SPACE 12 /* words of an access and what is around it */

/* --- accesses ---------------------------------------------------------------------------------------- */

struct access {
	const char *name;
	uint32_t word; /* uses X2 as address */
	bool fetch;
	uint64_t iss; /* ISS of ESR_EL2, FSC excepted */
};

static const struct access accesses[] = {
	{"ldr w1", 0xb9400041u, false, ISV | SAS(2) | SRT(1)},
	{"ldrsb x1", 0x39800041u, false, ISV | SAS(0) | SRT(1) | SF | UINT64_C(1) << 21},
	{"str x1", 0xf9000041u, false, ISV | SAS(3) | SRT(1) | SF | WNR},
	{"strh wzr", 0x7900005fu, false, ISV | SAS(1) | SRT(31) | WNR},
	{"ldp x1, x3", 0xa9400c41u, false, 0},
	{"stp x1, x3", 0xa9000c41u, false, WNR},
	{"ldr x1, [x2], #8", 0xf8408441u, false, 0},
	{"str x1, [x2, #0]!", 0xf8000c41u, false, WNR},
	{"ldxr x1", 0xc85f7c41u, false, 0}, /* an exclusive has no valid syndrome */
	{"ldar x1", 0xc8dffc41u, false, ISV | SAS(3) | SRT(1) | SF | AR},
	{"ldadd x1, x3", LDADD, false, 0},
	{"ldr q1", 0x3dc00041u, false, 0},
};

static const struct access fetch = {"br x2", 0xd61f0040u, true, 0};

#define STORED UINT64_C(0x1122334455667788)

/* --- states ------------------------------------------------------------------------------------------ */

enum expected { PROCEEDS, SEA, REC, ADDRESS_SIZE };

struct row {
	const char *name;
	uint64_t ipa;
	void (*make)(struct machine *m, uint64_t ipa);
	enum expected read, write, fetch;
	unsigned int fsc; /* of the REC exits */
};

static void nothing(struct machine *m, uint64_t ipa)
{
	(void)m, (void)ipa;
}

static void assign_page(struct machine *m, uint64_t ipa)
{
	const uint32_t word = SVC(7);
	const uint64_t pa = host_unknown(&m->host, &m->realm, PAGE_OF(ipa));

	rmmsim_poke(m->host.sim, pa + 0x128, &word, sizeof(word));
}

static void destroy(struct machine *m, uint64_t ipa)
{
	assign_page(m, ipa);
	OK(&m->host, RMI_DATA_DESTROY, m->realm.rd, PAGE_OF(ipa));
}

static void assign_destroyed(struct machine *m, uint64_t ipa)
{
	destroy(m, ipa);
	assign_page(m, ipa);
}

static void destroy_table(struct machine *m, uint64_t ipa, int level)
{
	const uint64_t base = PAGE_OF(ipa);

	host_tables(&m->host, &m->realm, 0, base, level);
	OK(&m->host, RMI_RTT_DESTROY, m->realm.rd, base, (uint64_t)level);
}

static void destroy_block(struct machine *m, uint64_t ipa)
{
	destroy_table(m, ipa, 3);
}

static void destroy_gigabyte(struct machine *m, uint64_t ipa)
{
	destroy_table(m, ipa, 2);
}

static void tables(struct machine *m, uint64_t ipa)
{
	host_tables(&m->host, &m->realm, 0, PAGE_OF(ipa), 3);
}

static void tables_2(struct machine *m, uint64_t ipa)
{
	host_tables(&m->host, &m->realm, 0, PAGE_OF(ipa), 2);
}

static void map(struct machine *m, uint64_t ipa, uint64_t pa, uint64_t attributes)
{
	tables(m, ipa);
	OK(&m->host, RMI_RTT_MAP_UNPROTECTED, m->realm.rd, PAGE_OF(ipa), 3, pa | attributes);
}

static void map_rw(struct machine *m, uint64_t ipa)
{
	map(m, ipa, host_page(&m->host), 0xd8);
}

static void map_ro(struct machine *m, uint64_t ipa)
{
	map(m, ipa, host_page(&m->host), 0x58);
}

static void map_wo(struct machine *m, uint64_t ipa)
{
	map(m, ipa, host_page(&m->host), 0x98);
}

static void map_none(struct machine *m, uint64_t ipa)
{
	map(m, ipa, host_page(&m->host), 0x18);
}

static void map_delegated(struct machine *m, uint64_t ipa)
{
	const uint64_t pa = host_page(&m->host);

	map(m, ipa, pa, 0xd8);
	OK(&m->host, RMI_GRANULE_DELEGATE, pa);
}

static void map_nowhere(struct machine *m, uint64_t ipa)
{
	map(m, ipa, NO_RAM, 0xd8);
}

static const struct row rows[] = {
	{"EMPTY, level 3", EMPTY + 0x128, nothing, SEA, SEA, SEA, 0},
	{"EMPTY, level 2", BLOCK + 0x128, nothing, SEA, SEA, SEA, 0},
	{"EMPTY, level 1", GB + 0x128, nothing, SEA, SEA, SEA, 0},
	{"ASSIGNED/EMPTY", EMPTY + 0x1128, assign_page, SEA, SEA, SEA, 0},
	{"ASSIGNED/RAM", UNMAPPED + 0x128, assign_page, PROCEEDS, PROCEEDS, PROCEEDS, 0},
	{"UNASSIGNED/RAM", UNMAPPED + 0x128, nothing, REC, REC, REC, 0x07},
	{"UNASSIGNED/DESTROYED", UNMAPPED + 0x128, destroy, REC, REC, REC, 0x07},
	{"ASSIGNED/DESTROYED", UNMAPPED + 0x128, assign_destroyed, REC, REC, REC, 0x07},
	{"DESTROYED, level 2", BLOCK + 0x128, destroy_block, REC, REC, REC, 0x06},
	{"DESTROYED, level 1", GB + 0x128, destroy_gigabyte, REC, REC, REC, 0x05},
	{"last Protected page", HALF - 0xed8, nothing, SEA, SEA, SEA, 0},
	{"Unprotected, level 1", HALF + 0x128, nothing, REC, REC, SEA, 0x05},
	{"Unprotected, level 2", HALF + 0x128, tables_2, REC, REC, SEA, 0x06},
	{"Unprotected, level 3", HALF + 0x128, tables, REC, REC, SEA, 0x07},
	{"last Unprotected page", BEYOND - 0xed8, nothing, REC, REC, SEA, 0x05},
	{"Unprotected, RW", HALF + 0x128, map_rw, PROCEEDS, PROCEEDS, SEA, 0},
	{"Unprotected, RO", HALF + 0x128, map_ro, PROCEEDS, REC, SEA, 0x0f},
	{"Unprotected, WO", HALF + 0x128, map_wo, REC, PROCEEDS, SEA, 0x0f},
	{"Unprotected, no access", HALF + 0x128, map_none, REC, REC, SEA, 0x0f},
	{"Unprotected, delegated since", HALF + 0x128, map_delegated, REC, REC, SEA, 0x28},
	{"Unprotected, no memory", HALF + 0x128, map_nowhere, REC, REC, SEA, 0x28},
	{"first IPA beyond", BEYOND + 0x128, nothing, ADDRESS_SIZE, ADDRESS_SIZE, ADDRESS_SIZE, 0},
	{"2^43", NO_RAM + 0x128, nothing, ADDRESS_SIZE, ADDRESS_SIZE, ADDRESS_SIZE, 0},
	{"2^44", 2 * NO_RAM + 0x128, nothing, ADDRESS_SIZE, ADDRESS_SIZE, ADDRESS_SIZE, 0},
	{"2^47", 16 * NO_RAM + 0x128, nothing, ADDRESS_SIZE, ADDRESS_SIZE, ADDRESS_SIZE, 0},
	{"2^51", 256 * NO_RAM + 0x128, nothing, ADDRESS_SIZE, ADDRESS_SIZE, ADDRESS_SIZE, 0},
};

/* --- what comes of it ---------------------------------------------------------------------------------- */

static char what[128];

static void same(const char *field, uint64_t value, uint64_t expected)
{
	if (value != expected)
		fail_msg("%s: %s 0x%llx, not 0x%llx", what, field, (unsigned long long)value,
			 (unsigned long long)expected);
}

/* `pc` of the access. */
static void check_exception(struct machine *m, const struct row *row, const struct access *a,
			    bool el0, uint64_t pc, uint64_t esr)
{
	const uint64_t at = a->fetch ? row->ipa : pc;

	same("exit_reason", m->host.exit.exit_reason, RMI_EXIT_SYNC);
	same("exit EC", m->host.exit.esr >> 26, 0x01);
	same("ESR_EL1", machine_kept(m, ESR), esr | IL | EC((a->fetch ? 0x20 : 0x24) + !el0));
	same("FAR_EL1", machine_kept(m, FAR), row->ipa);
	same("ELR_EL1", machine_kept(m, ELR), at);
	same("SPSR_EL1", machine_kept(m, SPSR), (el0 ? EL0T : EL1H) | (a->fetch ? BTYPE_BR : 0));
	same("vector", machine_kept(m, OFFSET), el0 ? 0x400 : 0x200);
}

static void check_exit(struct machine *m, const struct row *row, const struct access *a)
{
	const struct rmi_rec_exit *exit = &m->host.exit;
	const bool emulatable = row->ipa >= HALF && (a->iss & ISV);
	/* An access at an Unprotected IPA that the syndrome does not describe: rec.md#4 */
	const uint64_t length = row->ipa >= HALF && !emulatable && !a->fetch ? IL : 0;
	const uint64_t shown = a->iss & (ISV | SAS(3) | SF | WNR);
	const unsigned int bits = 8u << (a->iss >> 22 & 3);
	uint64_t data = 0;

	if (emulatable && (a->iss & WNR) && (a->iss & SRT(31)) == SRT(1))
		data = bits == 64 ? STORED : STORED & ((UINT64_C(1) << bits) - 1);
	same("exit_reason", exit->exit_reason, RMI_EXIT_SYNC);
	same("esr", exit->esr,
	     EC(a->fetch ? 0x20 : 0x24) | (emulatable ? shown : length) | row->fsc);
	same("far", exit->far, emulatable ? row->ipa & 0xfff : 0);
	same("hpfar", exit->hpfar, row->ipa >> 12 << 4);
	same("rtt_tree", exit->rtt_tree, 0);
	same("gprs[0]", exit->gprs[0], data);
	for (unsigned int i = 1; i < 31; i++)
		same("gprs", exit->gprs[i], 0);
	same("ESR_EL1", machine_kept(m, ESR), 0);
}

static void check(struct machine *m, const struct row *row, const struct access *a, bool el0,
		  uint64_t pc)
{
	enum expected expected = a->iss & WNR ? row->write : row->read;

	switch (a->fetch ? row->fetch : expected) {
	case PROCEEDS:
		same("ESR_EL1", machine_kept(m, ESR), SVC_7);
		break;
	case SEA:
		check_exception(m, row, a, el0, pc, a->iss | EA | 0x10);
		break;
	case ADDRESS_SIZE:
		check_exception(m, row, a, el0, pc, a->iss & WNR);
		break;
	case REC:
		check_exit(m, row, a);
		break;
	}
}

static void forget(struct machine *m)
{
	static const uint64_t zero[8];

	rmmsim_poke(m->host.sim, m->more_pa, zero, sizeof(zero));
}

static bool skipped(const struct row *row, const struct access *a)
{
	/* An atomic reads and writes: of a page that allows one of them it is the other that fails. */
	return a->word == LDADD && row->read != row->write;
}

/* Each access with an SVC behind it; what did not proceed is made a NOP then. */
static void play(const struct row *row, const struct access *list, size_t count, bool el0)
{
	static const uint32_t nop = NOP;
	uint32_t vectors[512] = {0};
	const struct machine_options o = {.vectors = vectors};
	static struct code c;
	struct machine m;
	uint64_t pc;

	vectors_keep(vectors);
	code_start(&c, MORE);
	code_mov(&c, 1, STORED);
	pc = vectors_return(&c, CODE, VECTORS, el0 ? EL0T : EL1H);
	for (size_t i = 0; i < count; i++) {
		const size_t at = c.count;

		code_mov(&c, 1, STORED);
		code_mov(&c, 2, row->ipa);
		while (c.count < at + SPACE - 2)
			code_put(&c, NOP);
		code_put(&c, list[i].word);
		code_put(&c, SVC(7));
	}
	machine_open_with(&m, c.words, c.count, &o);
	row->make(&m, row->ipa);
	for (size_t i = 0; i < count; i++) {
		const uint64_t at = pc + ((i + 1) * SPACE - 2) * 4;

		snprintf(what, sizeof(what), "%s, %s from EL%u", row->name, list[i].name, !el0);
		forget(&m);
		machine_enter(&m, TRAPS, 0);
		if (!skipped(row, &list[i]))
			check(&m, row, &list[i], el0, at);
		if (machine_kept(&m, ESR) == SVC_7 || list[i].fetch)
			continue;
		rmmsim_poke(m.host.sim, m.code_pa + at - CODE, &nop, sizeof(nop));
		machine_enter(&m, TRAPS, 0);
		same("ESR_EL1 without it", machine_kept(&m, ESR), SVC_7);
	}
	machine_close(&m);
}

static void plane_0_follows_the_table(void **state)
{
	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		for (unsigned int el0 = 0; el0 < 2; el0++) {
			play(&rows[r], accesses, sizeof(accesses) / sizeof(accesses[0]), el0);
			play(&rows[r], &fetch, 1, el0);
		}
	}
}

/*
 * docs/realms.md: cache maintenance by address is no access for the CPU, but for DC ZVA, which stores, and
 * DC CVAP. At an EMPTY IPA.
 */
static void cache_maintenance_faults_where_the_cpu_looks(void **state)
{
	static const struct {
		uint32_t word;
		uint64_t esr; /* 0: none */
	} operations[] = {
		{0xd5087622u, 0},                               /* DC IVAC, X2 */
		{0xd50b7a22u, 0},                               /* DC CVAC */
		{0xd50b7b22u, 0},                               /* DC CVAU */
		{0xd50b7e22u, 0},                               /* DC CIVAC */
		{0xd50b7522u, 0},                               /* IC IVAU */
		{0xd50b7422u, EC(0x25) | IL | EA | 0x10 | WNR}, /* DC ZVA */
		{0xd50b7c22u, EC(0x25) | IL | EA | 0x10},       /* DC CVAP */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		uint32_t vectors[512] = {0};
		const struct machine_options o = {.vectors = vectors};
		static struct code c;
		struct machine m;

		vectors_keep(vectors);
		code_start(&c, MORE);
		code_mov(&c, 2, EMPTY + 0x100);
		vectors_return(&c, CODE, VECTORS, EL1H);
		code_put(&c, operations[i].word);
		code_put(&c, SVC(7));
		machine_open_with(&m, c.words, c.count, &o);
		machine_enter(&m, TRAPS, 0);
		snprintf(what, sizeof(what), "0x%08x", operations[i].word);
		same("ESR_EL1", machine_kept(&m, ESR),
		     operations[i].esr ? operations[i].esr : SVC_7);
		machine_close(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plane_0_follows_the_table),
		cmocka_unit_test(cache_maintenance_faults_where_the_cpu_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
