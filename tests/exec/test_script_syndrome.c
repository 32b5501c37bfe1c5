/* SPDX-License-Identifier: BSD-3-Clause */
/* ESR that the Host sees when an engine raises an exception of its own: rec.md#4 */
#include "tests/exec/play.h"

#define EC_SYSREG UINT64_C(0x18)
#define IL        (UINT64_C(1) << 25)
#define RT(n)     ((uint64_t)(n) << 5)

struct raise {
	uint64_t esr, far, hpfar;
};

static void raise_it(struct rmmsim_realm *realm, void *argument)
{
	const struct raise *r = argument;

	rmmsim_realm_context(realm)->x[7] = 0x1234567;
	rmmsim_realm_exception(realm, r->esr, r->far, r->hpfar);
	rmmsim_realm_interrupt(realm, false);
}

/* LDP, SVE, DC ZVA..: ISV = 0. The exit has IL of ESR_EL2 if the address is Unprotected. */
static void il_of_an_abort_without_syndrome_at_an_unprotected_ipa(void **state)
{
	struct play *play = *state;
	struct raise read = {0x92000007, 0x123, play->stage->ns >> 8};

	play_run(play, raise_it, &read, RMI_EXIT_SYNC);
	assert_int_equal(play->exit->esr, 0x92000007);
	assert_int_equal(play->exit->far, 0);
}

/* At a Protected IPA it does not. */
static void no_il_at_a_protected_ipa(void **state)
{
	struct play *play = *state;
	struct raise read = {0x92000007, 0x123, STAGE_HOLE >> 8};

	play_run(play, raise_it, &read, RMI_EXIT_SYNC);
	assert_int_equal(play->exit->esr, 0x90000007);
}

/* MSR ICC_SGI1R_EL1, X7: the value is in gprs[0], so Rt of the exit is 0. */
static void rt_of_a_trapped_gic_register(void **state)
{
	struct play *play = *state;
	const uint64_t iss = 3 << 20 | 5 << 17 | 0 << 14 | 12 << 10 | 11 << 1;
	struct raise msr = {EC_SYSREG << 26 | IL | iss | RT(7), 0, 0};

	play_run(play, raise_it, &msr, RMI_EXIT_SYNC);
	assert_int_equal(play->exit->gprs[0], 0x1234567);
	assert_int_equal(play->exit->esr & RT(31), 0);
	assert_int_equal(play->exit->esr, EC_SYSREG << 26 | IL | iss);
}

#define T(f) cmocka_unit_test_setup_teardown(f, play_setup, play_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(il_of_an_abort_without_syndrome_at_an_unprotected_ipa),
		T(no_il_at_a_protected_ipa),
		T(rt_of_a_trapped_gic_register),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
