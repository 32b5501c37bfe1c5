/* SPDX-License-Identifier: BSD-3-Clause */
/* A virtual SError is taken when it is unmasked: rec.md#4. Only a script can raise the physical one. */
#include "tests/unicorn/vectors.h"

#include <rmmsim/script.h>

#define EC_SERROR (UINT64_C(0x2f) << 26)
#define IL        (UINT64_C(1) << 25)
#define AET(n)    ((uint64_t)(n) << 10)
#define DFSC      UINT64_C(0x11)
#define UEU       1
#define UEO       2
#define UER       3
#define PSTATE_A  UINT64_C(0x100)

/* Engines live as long as the instance. */
struct before {
	struct rmmsim_scripts *scripts;
	struct rmmsim_unicorn *engine;
};

static void serror(struct rmmsim_realm *r, void *argument)
{
	rmmsim_realm_serror(r, *(const uint64_t *)argument);
}

/* The Realm of `c` after an SError with this ESR: AArch64 code from here on. */
static struct before open_after(struct machine *m, const struct code *c, uint64_t esr)
{
	uint32_t vectors[512] = {0};
	const struct machine_options o = {.vectors = vectors};
	struct before before;

	for (unsigned int group = 0; group < 0x600; group += 0x200)
		vectors_keep_at(vectors, group + 0x180, WFI);
	machine_open_with(m, c->words, c->count, &o);
	before.engine = m->engine;
	assert_int_equal(rmmsim_scripts_create(m->host.sim, &before.scripts), RMMSIM_OK);
	rmmsim_script_bind(before.scripts, 0, 0, serror, &esr);
	machine_enter(m, TRAPS, 0);
	assert_int_equal(m->host.exit.exit_reason, RMI_EXIT_SERROR);
	assert_int_equal(m->host.exit.esr, esr & (EC_SERROR | 0x01001e3f));
	assert_int_equal(rmmsim_unicorn_create(m->host.sim, NULL, &m->engine, NULL), RMMSIM_OK);
	return before;
}

static void close_all(struct machine *m, struct before *before)
{
	machine_close(m);
	rmmsim_unicorn_destroy(before->engine);
	rmmsim_scripts_destroy(before->scripts);
}

static void assert_taken(struct machine *m, uint64_t esr, uint64_t at, uint64_t pstate,
			 unsigned int offset)
{
	machine_enter(m, TRAPS, 0);
	assert_int_equal(m->host.exit.esr >> 26, 0x01);
	assert_int_equal(machine_kept(m, ESR), esr);
	assert_int_equal(machine_kept(m, ELR), at);
	assert_int_equal(machine_kept(m, SPSR), pstate);
	assert_int_equal(machine_kept(m, OFFSET), offset);
}

static void it_is_pending_while_it_is_masked_and_taken_once(void **state)
{
	static const unsigned int kinds[] = {UEU, UER};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const uint64_t esr = EC_SERROR | IL | AET(kinds[i]) | DFSC;
		static struct code c;
		struct before before;
		struct machine m;
		uint64_t at;

		code_start(&c, MORE);
		code_set(&c, VBAR_EL1, VECTORS);
		code_put(&c, WFI);
		code_put(&c, NOP);
		code_put(&c, DAIFCLR(4));
		at = CODE + c.count * 4;
		code_put(&c, WFI);
		code_put(&c, DAIFSET(4));
		code_put(&c, DAIFCLR(4));
		code_put(&c, WFI);
		before = open_after(&m, &c, esr);
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(m.host.exit.esr >> 26, 0x01);
		assert_int_equal(machine_kept(&m, ESR), 0);
		assert_taken(&m, esr, at, EL1H & ~PSTATE_A, 0x380);
		/* Back from the handler: the two WFIs, no second SError. */
		machine_enter(&m, TRAPS, 0);
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(m.host.exit.esr >> 26, 0x01);
		assert_int_equal(machine_kept(&m, ELR), at);
		close_all(&m, &before);
	}
}

static void it_is_taken_where_an_exception_return_unmasks_it(void **state)
{
	static const struct {
		uint64_t pstate;
		unsigned int offset;
	} to[] = {{EL0T, 0x580}, {EL1H, 0x380}, {EL1H & ~UINT64_C(1), 0x180}};
	const uint64_t esr = EC_SERROR | IL | AET(UER) | DFSC;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const uint64_t pstate = to[i].pstate & ~PSTATE_A;
		static struct code c;
		struct before before;
		struct machine m;
		uint64_t at;

		code_start(&c, MORE);
		at = vectors_return(&c, CODE, VECTORS, pstate);
		code_put(&c, B_SELF);
		before = open_after(&m, &c, esr);
		rmmsim_unicorn_set_budget(m.engine, 10000);
		assert_taken(&m, esr, at, pstate, to[i].offset);
		close_all(&m, &before);
	}
}

static void a_restartable_one_is_the_hosts_alone(void **state)
{
	static struct code c;
	struct before before;
	struct machine m;

	(void)state;
	code_start(&c, MORE);
	code_set(&c, VBAR_EL1, VECTORS);
	code_put(&c, DAIFCLR(4));
	code_put(&c, WFI);
	before = open_after(&m, &c, EC_SERROR | IL | AET(UEO) | DFSC);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	assert_int_equal(machine_kept(&m, ESR), 0);
	close_all(&m, &before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_pending_while_it_is_masked_and_taken_once),
		cmocka_unit_test(it_is_taken_where_an_exception_return_unmasks_it),
		cmocka_unit_test(a_restartable_one_is_the_hosts_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
