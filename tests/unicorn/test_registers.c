/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers that each REC and each Plane has for itself: planes.md#1, rec.md#7.1 */
#include "tests/unicorn/planes.h"

#define MPIDR REG(3, 0, 0, 0, 5)

static const uint32_t own[] = {
	REG(3, 0, 2, 1, 0),  /* APIAKEYLO_EL1 */
	REG(3, 0, 2, 3, 1),  /* APGAKEYHI_EL1 */
	REG(3, 0, 13, 0, 4), /* TPIDR_EL1 */
	REG(3, 3, 13, 0, 2), /* TPIDR_EL0 */
	REG(3, 0, 12, 0, 0), /* VBAR_EL1 */
	REG(3, 0, 2, 0, 0),  /* TTBR0_EL1 */
};

#define OWN        (sizeof(own) / sizeof(own[0]))
#define VALUE(i)   (UINT64_C(0x11000) * ((i) + 1))
#define MPIDR_RES1 (UINT64_C(1) << 31)

/* The same code in two RECs: what the first wrote is neither seen nor lost. */
static void each_rec_has_its_own(void **state)
{
	const struct machine_options o = {.recs = 2};
	static struct code c;
	struct machine m;

	(void)state;
	code_start(&c, MORE);
	code_keep_reg(&c, MPIDR);
	for (size_t i = 0; i < OWN; i++)
		code_keep_reg(&c, own[i]);
	for (size_t i = 0; i < OWN; i++)
		code_set(&c, own[i], VALUE(i));
	code_put(&c, WFI);
	for (size_t i = 0; i < OWN; i++)
		code_keep_reg(&c, own[i]);
	code_put(&c, WFI);
	machine_open_with(&m, c.words, c.count, &o);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(machine_kept(&m, 0), MPIDR_RES1);
	m.rec = m.realm.rec[1];
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(machine_kept(&m, 0), MPIDR_RES1 | 1);
	for (unsigned int i = 0; i < OWN; i++)
		assert_int_not_equal(machine_kept(&m, 1 + i), VALUE(i));
	m.rec = m.realm.rec[0];
	machine_enter(&m, TRAPS, 0);
	for (unsigned int i = 0; i < OWN; i++)
		assert_int_equal(machine_kept(&m, 1 + OWN + i), VALUE(i));
	machine_close(&m);
}

static void each_plane_has_its_own(void **state)
{
	static struct code p0, p1;
	struct planes p;

	(void)state;
	p0.count = 0;
	for (size_t i = 0; i < OWN; i++)
		code_set(&p0, own[i], VALUE(i));
	code_start(&p1, P1_DATA);
	for (size_t i = 0; i < OWN; i++)
		code_keep_reg(&p1, own[i]);
	code_put(&p1, 0xd4000002u); /* hvc #0 */
	planes_open(&p, &p0, &p1, NULL);
	planes_until_exit(&p);
	assert_int_equal(p.run.exit.esr_el2 >> 26, 0x16);
	for (unsigned int i = 0; i < OWN; i++)
		assert_int_not_equal(planes_p1_kept(&p, i), VALUE(i));
	machine_close(&p.m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rec_has_its_own),
		cmocka_unit_test(each_plane_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
