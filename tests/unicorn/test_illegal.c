/* SPDX-License-Identifier: BSD-3-Clause */
/* Exceptions to EL1 that the engine raises: illegal exception return, injected SEA, DAIF. rtt.md#7 (7.4) */
#include "tests/unicorn/vectors.h"

#define DEVICE    ((UINT64_C(1) << 38) + 0x128) /* Unprotected, not mapped */
#define LDR_X1_X2 0xf9400041u
#define STR_X1_X2 0xf9000041u
#define IL        (UINT64_C(1) << 20)
#define ESR_EC(e) ((e) >> 26)
#define ESR_EA    (UINT64_C(1) << 9)
#define ESR_WNR   (UINT64_C(1) << 6)
#define ESR_FSC   UINT64_C(0x3f)
#define FSC_SEA   0x10

/* An exception return with this SPSR to `word`, with vectors that keep what it leads to. Returns its address. */
static uint64_t return_to(struct machine *m, uint64_t spsr, uint32_t word)
{
	uint32_t vectors[512] = {0};
	const struct machine_options o = {.vectors = vectors};
	static struct code c;
	uint64_t at;

	vectors_keep(vectors);
	code_start(&c, MORE);
	at = vectors_return(&c, CODE, VECTORS, spsr);
	code_put(&c, word);
	machine_open_with(m, c.words, c.count, &o);
	machine_enter(m, TRAPS, 0);
	return at;
}

static void aarch32_is_an_illegal_return(void **state)
{
	/* User, Supervisor, System of AArch32; EL2h and EL3h of AArch64; a mode that no PE has. */
	static const uint64_t bad[] = {0x1d0, 0x1d3, 0x1df, 0x3c9, 0x3cd, 0x3c1};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct machine m;
		const uint64_t at = return_to(&m, bad[i], SVC(1));

		assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_SYNC);
		assert_int_equal(machine_kept(&m, ESR), UINT64_C(0x3a000000));
		assert_int_equal(machine_kept(&m, ELR), at);
		/* It stays at EL1 with SP_EL1, and PSTATE.IL is what is saved. */
		assert_int_equal(machine_kept(&m, SPSR) & (IL | 0x1f), IL | 5);
		assert_int_equal(machine_kept(&m, OFFSET), 0x200);
		machine_close(&m);
	}
}

static void an_injected_sea_is_taken_at_el1(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		const bool el0 = i & 1, write = i & 2;
		uint32_t vectors[512] = {0};
		const struct machine_options o = {.vectors = vectors};
		static struct code c;
		struct machine m;
		uint64_t at, esr;

		vectors_keep(vectors);
		code_start(&c, MORE);
		code_mov(&c, 2, DEVICE);
		at = vectors_return(&c, CODE, VECTORS, el0 ? EL0T : EL1H);
		code_put(&c, write ? STR_X1_X2 : LDR_X1_X2);
		code_put(&c, SVC(1));
		machine_open_with(&m, c.words, c.count, &o);
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(ESR_EC(m.host.exit.esr), 0x24);
		machine_enter(&m, TRAPS | RMI_REC_ENTER_FLAG_INJECT_SEA, 0);
		esr = machine_kept(&m, ESR);
		assert_int_equal(ESR_EC(esr), el0 ? 0x24 : 0x25);
		assert_int_equal(esr & ESR_FSC, FSC_SEA);
		assert_int_equal(esr & ESR_EA, ESR_EA);
		assert_int_equal(esr & ESR_WNR, write ? ESR_WNR : 0);
		assert_int_equal(machine_kept(&m, FAR), DEVICE);
		assert_int_equal(machine_kept(&m, ELR), at);
		assert_int_equal(machine_kept(&m, SPSR), el0 ? EL0T : EL1H);
		assert_int_equal(machine_kept(&m, OFFSET), el0 ? 0x400 : 0x200);
		machine_close(&m);
	}
}

/* SCTLR_EL1.UMA is 0 after reset. */
static void daif_of_el0_is_a_trap(void **state)
{
	static const struct {
		uint32_t word;
		uint64_t esr;
	} rows[] = {
		{DAIFSET(3), 0x620cd3e6},
		{DAIFCLR(2), 0x620ed3e4},
		{0xd503409fu /* op2 is 4: unallocated */, 0x02000000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct machine m;
		const uint64_t at = return_to(&m, EL0T, rows[i].word);

		assert_int_equal(machine_kept(&m, ESR), rows[i].esr);
		assert_int_equal(machine_kept(&m, ELR), at);
		assert_int_equal(machine_kept(&m, OFFSET), 0x400);
		machine_close(&m);
	}
}

static void a_write_of_an_id_register_is_undefined(void **state)
{
	uint32_t vectors[512] = {0};
	const struct machine_options o = {.vectors = vectors};
	static struct code c;
	struct machine m;

	(void)state;
	vectors_keep(vectors);
	code_start(&c, MORE);
	code_set(&c, VBAR_EL1, VECTORS);
	code_msr(&c, REG(3, 0, 0, 4, 0), 0); /* ID_AA64PFR0_EL1 */
	machine_open_with(&m, c.words, c.count, &o);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(machine_kept(&m, ESR), 0x02000000);
	assert_int_equal(machine_kept(&m, ELR), CODE + 4 * (c.count - 1));
	machine_close(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aarch32_is_an_illegal_return),
		cmocka_unit_test(an_injected_sea_is_taken_at_el1),
		cmocka_unit_test(daif_of_el0_is_a_trap),
		cmocka_unit_test(a_write_of_an_id_register_is_undefined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
