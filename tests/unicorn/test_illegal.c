/* SPDX-License-Identifier: BSD-3-Clause */
/* Exceptions to EL1 that the engine raises: illegal exception return, injected SEA. rtt.md#7 (7.4) */
#include <string.h>

#include "tests/unicorn/code.h"

#define SPSR_EL1 REG(3, 0, 4, 0, 0)
#define ELR_EL1  REG(3, 0, 4, 0, 1)
#define VBAR_EL1 REG(3, 0, 12, 0, 0)

#define DEVICE    ((UINT64_C(1) << 38) + 0x128) /* Unprotected, not mapped */
#define LDR_X1_X2 0xf9400041u
#define STR_X1_X2 0xf9000041u
#define EL0T      UINT64_C(0x3c0)
#define EL1H      UINT64_C(0x3c5)
#define IL        (UINT64_C(1) << 20)
#define ESR_EC(e) ((e) >> 26)
#define ESR_EA    (UINT64_C(1) << 9)
#define ESR_WNR   (UINT64_C(1) << 6)
#define ESR_FSC   UINT64_C(0x3f)
#define FSC_SEA   0x10

enum { ESR, ELR, SPSR, FAR, OFFSET };

/* Synchronous vectors keep ESR, ELR, SPSR, FAR and their own offset, and wait. */
static void keep_exceptions(uint32_t *vectors)
{
	for (unsigned int v = 0; v <= 0x400; v += 0x200) {
		const uint32_t handler[] = {
			0xd5385200u,            /* mrs x0, esr_el1 */
			0xf9000260u,            /* str x0, [x19] */
			0xd5384020u,            /* mrs x0, elr_el1 */
			0xf9000660u,            /* str x0, [x19, #8] */
			0xd5384000u,            /* mrs x0, spsr_el1 */
			0xf9000a60u,            /* str x0, [x19, #16] */
			0xd5386000u,            /* mrs x0, far_el1 */
			0xf9000e60u,            /* str x0, [x19, #24] */
			0xd2800000u | (v << 5), /* mov x0, #v */
			0xf9001260u,            /* str x0, [x19, #32] */
			WFI,
			B_SELF | 0x3ffffffu,
		};

		memcpy(&vectors[v / 4], handler, sizeof(handler));
	}
}

/* An ERET with this SPSR to what is put next. */
static uint64_t return_with(struct code *c, uint64_t spsr)
{
	size_t elr;

	code_set(c, VBAR_EL1, VECTORS);
	code_set(c, SPSR_EL1, spsr);
	elr = c->count;
	code_set(c, ELR_EL1, CODE + (elr + 3) * 4);
	code_put(c, ERET);
	assert_int_equal(c->count, elr + 3);
	return CODE + c->count * 4;
}

static void aarch32_is_an_illegal_return(void **state)
{
	/* User, Supervisor, System of AArch32; EL2h and EL3h of AArch64; a mode nobody has. */
	static const uint64_t bad[] = {0x1d0, 0x1d3, 0x1df, 0x3c9, 0x3cd, 0x3c1};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint32_t vectors[512] = {0};
		const struct machine_options o = {.vectors = vectors};
		static struct code c;
		struct machine m;
		uint64_t at;

		keep_exceptions(vectors);
		code_start(&c, MORE);
		at = return_with(&c, bad[i]);
		code_put(&c, SVC(1));
		machine_open_with(&m, c.words, c.count, &o);
		machine_enter(&m, TRAPS, 0);
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

		keep_exceptions(vectors);
		code_start(&c, MORE);
		code_mov(&c, 2, DEVICE);
		at = return_with(&c, el0 ? EL0T : EL1H);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aarch32_is_an_illegal_return),
		cmocka_unit_test(an_injected_sea_is_taken_at_el1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
