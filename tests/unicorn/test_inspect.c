/* SPDX-License-Identifier: BSD-3-Clause */
/* Looking at a Plane that stands still must change nothing, and see what the Plane itself would see. */
#include "tests/unicorn/machine.h"

#define MOV_X0(n)  (0xd2800000u | (uint32_t)(n) << 5)
#define X1_HALF    0xd2c00801u /* mov x1, #1 << 38 */
#define STORE_HALF 0xf9000020u /* str x0, [x1] */

static const uint32_t code[] = {MOV_X0(7), X1_HALF, STORE_HALF, MOV_X0(8), STORE_HALF};

struct seen {
	unsigned int calls;
	uint64_t pc, x0;
	uint32_t words[5];
	char text[64];
	bool code, across, unmapped, outside;
};

static void look(void *context, struct rmmsim_unicorn *engine, const struct rmmsim_vcpu *vcpu)
{
	struct seen *seen = context;
	uint8_t bytes[16];

	seen->calls++;
	seen->pc = vcpu->context->pc;
	seen->x0 = vcpu->context->x[0];
	seen->code = rmmsim_unicorn_read(engine, CODE, seen->words, sizeof(seen->words));
	seen->across = rmmsim_unicorn_read(engine, VECTORS - 8, bytes, sizeof(bytes));
	seen->unmapped = rmmsim_unicorn_read(engine, UNMAPPED - 8, bytes, sizeof(bytes));
	seen->outside = rmmsim_unicorn_read(engine, UINT64_C(1) << 50, bytes, sizeof(bytes));
	rmmsim_unicorn_disassemble(engine, CODE, code[0], seen->text, sizeof(seen->text));
}

static void a_run_for_looking_executes_nothing(void **state)
{
	struct seen seen = {.calls = 0};
	struct machine m;

	(void)state;
	machine_open(&m, code, 5, true);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.gprs[0], 7);
	rmmsim_unicorn_inspect_next(m.engine, look, &seen);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_IRQ);
	assert_int_equal(seen.calls, 1);
	assert_int_equal(seen.pc, CODE + 8);
	assert_int_equal(seen.x0, 7);
	assert_true(seen.code);
	assert_memory_equal(seen.words, code, sizeof(code));
	assert_true(seen.text[0]);
	/* The store is made again, and the run goes on. */
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.gprs[0], 7);
	machine_enter(&m, TRAPS | RMI_REC_ENTER_FLAG_EMUL_MMIO, 0);
	assert_int_equal(m.host.exit.gprs[0], 8);
	assert_int_equal(seen.calls, 1);
	machine_close(&m);
}

static void what_the_plane_cannot_read_is_not_read(void **state)
{
	struct seen seen = {.calls = 0};
	struct machine m;

	(void)state;
	machine_open(&m, code, 5, true);
	rmmsim_unicorn_inspect_next(m.engine, look, &seen);
	machine_enter(&m, TRAPS, 0);
	assert_true(seen.across);
	assert_false(seen.unmapped);
	assert_false(seen.outside);
	machine_close(&m);
}

static void looking_can_be_called_off(void **state)
{
	struct seen seen = {.calls = 0};
	struct machine m;

	(void)state;
	machine_open(&m, code, 5, true);
	rmmsim_unicorn_inspect_next(m.engine, look, &seen);
	rmmsim_unicorn_inspect_next(m.engine, NULL, NULL);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(seen.calls, 0);
	assert_int_equal(m.host.exit.gprs[0], 7);
	machine_close(&m);
}

/* 0x40 is no instruction; the vector at VECTORS is a WFI. */
static void exceptions_are_remembered(void **state)
{
	const uint32_t undefined[] = {0xd2840002u, 0xd518c002u, 0x00000040u};
	struct rmmsim_unicorn_stop stop;
	struct machine m;

	(void)state;
	machine_open(&m, undefined, 3, true);
	assert_int_equal(rmmsim_unicorn_last_stop(m.engine, m.rec, &stop), RMMSIM_ERR_STATE);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(rmmsim_unicorn_last_stop(m.engine, m.rec, &stop), RMMSIM_OK);
	assert_int_equal(stop.exceptions.count, 1);
	assert_int_equal(stop.exceptions.first.elr, CODE + 8);
	assert_int_equal(stop.exceptions.first.esr, 0x02000000);
	assert_memory_equal(&stop.exceptions.first, &stop.exceptions.last,
			    sizeof(stop.exceptions.first));
	assert_memory_equal(&stop.exceptions.first, &stop.exceptions.origin,
			    sizeof(stop.exceptions.first));
	machine_close(&m);
}

/* A load from EMPTY memory: the monitor injects the exception. */
static void exceptions_of_the_monitor_are_remembered(void **state)
{
	const uint32_t empty[] = {0xd2840002u, 0xd518c002u, 0xd2900001u /* mov x1, #EMPTY */,
				  0xf9400020u};
	struct rmmsim_unicorn_stop stop;
	struct machine m;

	(void)state;
	machine_open(&m, empty, 4, true);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(rmmsim_unicorn_last_stop(m.engine, m.rec, &stop), RMMSIM_OK);
	assert_int_equal(stop.exceptions.count, 1);
	assert_int_equal(stop.exceptions.last.elr, CODE + 12);
	assert_int_equal(stop.exceptions.last.esr >> 26, 0x25);
	assert_int_equal(stop.exceptions.last.far, EMPTY);
	machine_close(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_for_looking_executes_nothing),
		cmocka_unit_test(what_the_plane_cannot_read_is_not_read),
		cmocka_unit_test(looking_can_be_called_off),
		cmocka_unit_test(exceptions_are_remembered),
		cmocka_unit_test(exceptions_of_the_monitor_are_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
