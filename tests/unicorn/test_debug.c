/* SPDX-License-Identifier: BSD-3-Clause */
/* Breakpoints, watchpoints and steps: the REC exits before the instruction, and nothing else about it changes. */
#include "tests/unicorn/code.h"

#define TARGET     (DATA + 0x100)
#define MOV_TARGET 0xd2862001u /* mov x1, #0x3100 */
#define MOV_X5     0xd2800045u /* mov x5, #2 */
#define MOV_X6     0x12800006u /* mov w6, #-1 */
#define ADD_X2     0x91000442u /* add x2, x2, #1 */
#define READ       1u
#define WRITE      2u

static void look(void *context, struct rmmsim_unicorn *engine, const struct rmmsim_vcpu *vcpu)
{
	(void)engine;
	*(struct rmmsim_plane *)context = *vcpu->context;
}

/* Where the REC stands. */
static struct rmmsim_plane seen(struct machine *m)
{
	struct rmmsim_plane plane = {.pc = 0};

	rmmsim_unicorn_inspect_next(m->engine, look, &plane);
	machine_enter(m, TRAPS, 0);
	return plane;
}

static enum rmmsim_unicorn_halt_kind enter(struct machine *m)
{
	struct rmmsim_unicorn_halt halt = {.kind = RMMSIM_UNICORN_HALT_NONE};

	machine_enter(m, TRAPS, 0);
	if (rmmsim_unicorn_halted(m->engine, m->rec, &halt))
		assert_int_equal(m->host.exit.exit_reason, RMI_EXIT_IRQ);
	return halt.kind;
}

static enum rmmsim_unicorn_halt_kind step(struct machine *m)
{
	rmmsim_unicorn_step(m->engine, m->rec);
	return enter(m);
}

static void break_at(struct machine *m, uint64_t va)
{
	const struct rmmsim_unicorn_point point = {.kind = RMMSIM_UNICORN_BREAK, .va = va};

	assert_int_equal(rmmsim_unicorn_set_points(m->engine, &point, 1), RMMSIM_OK);
}

static void a_breakpoint_stops_before_its_instruction(void **state)
{
	static const uint32_t code[] = {ADD_X2, ADD_X2, ADD_X2, WFI, 0x17fffffcu};
	struct machine m;

	(void)state;
	machine_open(&m, code, 5, true);
	/* The code is translated already. */
	assert_int_equal(enter(&m), RMMSIM_UNICORN_HALT_NONE);
	break_at(&m, CODE + 8);
	assert_int_equal(enter(&m), RMMSIM_UNICORN_HALT_BREAK);
	assert_int_equal(seen(&m).pc, CODE + 8);
	assert_int_equal(seen(&m).x[2], 5);
	/* In place, it stops again; a step passes it only when it is gone. */
	assert_int_equal(enter(&m), RMMSIM_UNICORN_HALT_BREAK);
	assert_int_equal(seen(&m).x[2], 5);
	assert_int_equal(rmmsim_unicorn_set_points(m.engine, NULL, 0), RMMSIM_OK);
	assert_int_equal(enter(&m), RMMSIM_UNICORN_HALT_NONE);
	assert_int_equal(seen(&m).x[2], 6);
	break_at(&m, CODE + 8);
	assert_int_equal(enter(&m), RMMSIM_UNICORN_HALT_BREAK);
	assert_int_equal(seen(&m).x[2], 8);
	machine_close(&m);
}

/* A call of the monitor, a taken branch, an exception: VBAR_EL1 is VECTORS. */
static void a_step_is_one_instruction(void **state)
{
	static const uint32_t code[] = {0xd2840002u,
					0xd518c002u,
					0xd2803200u,
					0xf2b88000u,
					0xd2800021u,
					SMC_0,
					0x14000002u /* b . + 8 */,
					ADD_X2,
					BRK(1)};
	static const uint64_t expected[] = {CODE + 4,  CODE + 8,  CODE + 12, CODE + 16,
					    CODE + 20, CODE + 24, CODE + 32, VECTORS + 0x200};
	struct machine m;

	(void)state;
	machine_open(&m, code, 9, true);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		assert_int_equal(step(&m), RMMSIM_UNICORN_HALT_STEP);
		assert_int_equal(seen(&m).pc, expected[i]);
	}
	machine_close(&m);
}

/* A page that the Host has to map first. */
static void a_step_goes_on_after_exits(void **state)
{
	/* mov x1, #UNMAPPED; ldr x3, [x1]; add x2, x2, #1 */
	static const uint32_t code[] = {0xd28a0001u, 0xf9400023u, ADD_X2, WFI};
	struct machine m;

	(void)state;
	machine_open(&m, code, 4, true);
	assert_int_equal(step(&m), RMMSIM_UNICORN_HALT_STEP);
	assert_int_equal(step(&m), RMMSIM_UNICORN_HALT_NONE);
	assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_SYNC);
	host_unknown(&m.host, &m.realm, UNMAPPED);
	assert_int_equal(enter(&m), RMMSIM_UNICORN_HALT_STEP);
	assert_int_equal(seen(&m).pc, CODE + 8);
	assert_int_equal(seen(&m).x[2], 0);
	machine_close(&m);
}

static void a_step_of_a_branch_to_itself_ends(void **state)
{
	static const uint32_t code[] = {ADD_X2, B_SELF};
	struct machine m;

	(void)state;
	machine_open(&m, code, 2, true);
	assert_int_equal(step(&m), RMMSIM_UNICORN_HALT_STEP);
	for (int i = 0; i < 3; i++) {
		const uint64_t before = rmmsim_unicorn_instructions(m.engine);

		assert_int_equal(step(&m), RMMSIM_UNICORN_HALT_STEP);
		assert_int_equal(rmmsim_unicorn_instructions(m.engine), before + 1);
		assert_int_equal(seen(&m).pc, CODE + 4);
	}
	machine_close(&m);
}

/* --- what instructions access ----------------------------------------------------------------------- */

static const struct {
	uint32_t word;
	int offset; /* from TARGET */
	unsigned int size, access;
} accesses[] = {
	{0xf9400023, 0, 8, READ},          {0x39400423, 1, 1, READ},
	{0xb9800423, 4, 4, READ},          {0xb9000423, 4, 4, WRITE},
	{0xf81fd023, -3, 8, WRITE},        {0xf8008423, 0, 8, WRITE},
	{0xf81f8c23, -8, 8, WRITE},        {0xf8657823, 16, 8, READ},
	{0xb826c823, -1, 4, WRITE},        {0x3dc00423, 16, 16, READ},
	{0x3d400023, 0, 1, READ},          {0x3d800023, 0, 16, WRITE},
	{0xa93f1023, -16, 16, WRITE},      {0xad401023, 0, 32, READ},
	{0x69401023, 0, 8, READ},          {0x28c11023, 0, 8, READ},
	{0xa8401023, 0, 16, READ},         {0x2d001023, 0, 8, WRITE},
	{0xc85f7c23, 0, 8, READ},          {0x889ffc23, 0, 4, WRITE},
	{0xc87f9023, 0, 16, READ},         {0x887f1023, 0, 8, READ},
	{0xc8077c23, 0, 8, WRITE},         {0xc8a37c24, 0, 8, READ | WRITE},
	{0x48227c24, 0, 16, READ | WRITE}, {0x08227c24, 0, 8, READ | WRITE},
	{0xf8230024, 0, 8, READ | WRITE},  {0x38238024, 0, 1, READ | WRITE},
	{0xf8e30024, 0, 8, READ | WRITE},  {0xf8a30024, 0, 8, READ | WRITE},
	{0xf8bfc023, 0, 8, READ},          {0xd95f8023, -8, 8, READ},
	{0x991f8023, -8, 4, WRITE},        {0x4c407023, 0, 16, READ},
	{0x4c000823, 0, 64, WRITE},        {0x0c407023, 0, 8, READ},
	{0x0d400c23, 0, 1, READ},          {0x4d40c823, 0, 4, READ},
	{0x4d208423, 0, 16, WRITE},        {0xd50b7421, 0, 64, WRITE},
};

#define ACCESSES (sizeof(accesses) / sizeof(accesses[0]))

/* Watches one byte; stops at `next` if that is not reached. */
static enum rmmsim_unicorn_halt_kind probe(struct machine *m, uint64_t va, unsigned int access,
					   uint64_t next)
{
	const struct rmmsim_unicorn_point points[] = {
		{.kind = access == READ ? RMMSIM_UNICORN_WATCH_READ : RMMSIM_UNICORN_WATCH_WRITE,
		 .va = va,
		 .size = 1},
		{.kind = RMMSIM_UNICORN_BREAK, .va = next},
	};
	struct rmmsim_unicorn_halt halt;
	enum rmmsim_unicorn_halt_kind kind;

	assert_int_equal(rmmsim_unicorn_set_points(m->engine, points, 2), RMMSIM_OK);
	kind = enter(m);
	if (kind == RMMSIM_UNICORN_HALT_WATCH) {
		assert_true(rmmsim_unicorn_halted(m->engine, m->rec, &halt));
		assert_int_equal(halt.va, va);
	}
	return kind;
}

/* Of each instruction the first byte and the last; not the ones beside them, and not for the other kind of access. */
static void instructions_access_what_they_should(void **state)
{
	struct code c = {.count = 0};
	struct machine m;

	(void)state;
	code_put(&c, MOV_X5);
	code_put(&c, MOV_X6);
	for (size_t i = 0; i < ACCESSES; i++) {
		code_put(&c, MOV_TARGET);
		code_put(&c, accesses[i].word);
	}
	code_put(&c, WFI);
	machine_open(&m, c.words, c.count, true);
	for (size_t i = 0; i < ACCESSES; i++) {
		const uint64_t at = CODE + 12 + 8 * i;
		const uint64_t first = TARGET + (uint64_t)accesses[i].offset;
		const uint64_t last = first + accesses[i].size - 1;
		const uint64_t other = i % 2 ? first - 1 : last + 1;

		break_at(&m, at);
		assert_int_equal(enter(&m), RMMSIM_UNICORN_HALT_BREAK);
		for (unsigned int access = READ; access <= WRITE; access++) {
			if (!(accesses[i].access & access))
				continue;
			if (probe(&m, first, access, at + 4) != RMMSIM_UNICORN_HALT_WATCH ||
			    probe(&m, last, access, at + 4) != RMMSIM_UNICORN_HALT_WATCH)
				fail_msg("%08x accesses something else", accesses[i].word);
		}
		if (accesses[i].access == (READ | WRITE) || i % 3)
			assert_int_equal(
				probe(&m, other, accesses[i].access & WRITE ? WRITE : READ, at + 4),
				RMMSIM_UNICORN_HALT_BREAK);
		else
			assert_int_equal(
				probe(&m, first, accesses[i].access == READ ? WRITE : READ, at + 4),
				RMMSIM_UNICORN_HALT_BREAK);
	}
	machine_close(&m);
}

static void what_accesses_nothing_is_not_watched(void **state)
{
	/* PRFM, DC CVAC, ADD, LDR of the literal behind it */
	static const uint32_t code[] = {MOV_TARGET,  0xf9800020u, 0xd50b7a21u, ADD_X2,
					0x58000023u, WFI,         WFI};
	struct machine m;
	struct rmmsim_unicorn_point point = {
		.kind = RMMSIM_UNICORN_WATCH_ACCESS, .va = DATA, .size = 0x1000};

	(void)state;
	machine_open(&m, code, 7, true);
	assert_int_equal(rmmsim_unicorn_set_points(m.engine, &point, 1), RMMSIM_OK);
	assert_int_equal(enter(&m), RMMSIM_UNICORN_HALT_NONE);
	assert_int_equal(seen(&m).pc, CODE + 24);
	machine_close(&m);
	machine_open(&m, code, 7, true);
	point.va = CODE + 20;
	point.size = 1;
	assert_int_equal(rmmsim_unicorn_set_points(m.engine, &point, 1), RMMSIM_OK);
	assert_int_equal(enter(&m), RMMSIM_UNICORN_HALT_WATCH);
	assert_int_equal(seen(&m).pc, CODE + 16);
	machine_close(&m);
}

/* --- memory, and what is impossible --------------------------------------------------------------------- */

static void patch(void *context, struct rmmsim_unicorn *engine, const struct rmmsim_vcpu *vcpu)
{
	const uint32_t word = *(uint32_t *)context;
	uint8_t byte = 0;

	vcpu->context->x[2] = 40;
	assert_true(rmmsim_unicorn_write(engine, CODE + 4, &word, sizeof(word)));
	assert_false(rmmsim_unicorn_write(engine, UNMAPPED, &byte, 1));
	assert_false(rmmsim_unicorn_write(engine, UINT64_C(1) << 50, &byte, 1));
}

static void code_that_a_debugger_writes_is_executed(void **state)
{
	static const uint32_t code[] = {ADD_X2, NOP, WFI, 0x17fffffdu};
	uint32_t word = ADD_X2;
	struct machine m;

	(void)state;
	machine_open(&m, code, 4, true);
	assert_int_equal(enter(&m), RMMSIM_UNICORN_HALT_NONE);
	rmmsim_unicorn_inspect_next(m.engine, patch, &word);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(enter(&m), RMMSIM_UNICORN_HALT_NONE);
	assert_int_equal(seen(&m).x[2], 42);
	machine_close(&m);
}

static void impossible_points_are_refused(void **state)
{
	static const uint32_t code[] = {WFI};
	static struct rmmsim_unicorn_point many[RMMSIM_UNICORN_MAX_POINTS + 1];
	struct rmmsim_unicorn_halt halt;
	struct machine m;

	(void)state;
	machine_open(&m, code, 1, true);
	many[0] = (struct rmmsim_unicorn_point){RMMSIM_UNICORN_BREAK, CODE + 2, 4};
	assert_int_equal(rmmsim_unicorn_set_points(m.engine, many, 1), RMMSIM_ERR_ARGUMENT);
	many[0] = (struct rmmsim_unicorn_point){RMMSIM_UNICORN_WATCH_READ, DATA, 0};
	assert_int_equal(rmmsim_unicorn_set_points(m.engine, many, 1), RMMSIM_ERR_ARGUMENT);
	many[0] = (struct rmmsim_unicorn_point){RMMSIM_UNICORN_WATCH_READ, UINT64_MAX, 2};
	assert_int_equal(rmmsim_unicorn_set_points(m.engine, many, 1), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_unicorn_set_points(m.engine, NULL, 1), RMMSIM_ERR_ARGUMENT);
	many[0] = (struct rmmsim_unicorn_point){RMMSIM_UNICORN_BREAK, CODE, 4};
	assert_int_equal(rmmsim_unicorn_set_points(m.engine, many, RMMSIM_UNICORN_MAX_POINTS + 1),
			 RMMSIM_ERR_ARGUMENT);
	assert_false(rmmsim_unicorn_halted(m.engine, m.rec, &halt));
	/* Places are not used up by points that come again, but they are by new ones. */
	for (unsigned int i = 0; i < 5000; i++)
		break_at(&m, CODE + i % 2 * 4);
	for (unsigned int i = 0; i < RMMSIM_UNICORN_MAX_POINTS; i++)
		many[i] = (struct rmmsim_unicorn_point){RMMSIM_UNICORN_BREAK, 0x100000 + 4 * i, 4};
	assert_int_equal(rmmsim_unicorn_set_points(m.engine, many, RMMSIM_UNICORN_MAX_POINTS),
			 RMMSIM_OK);
	assert_int_equal(enter(&m), RMMSIM_UNICORN_HALT_NONE);
	machine_close(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_breakpoint_stops_before_its_instruction),
		cmocka_unit_test(a_step_is_one_instruction),
		cmocka_unit_test(a_step_goes_on_after_exits),
		cmocka_unit_test(a_step_of_a_branch_to_itself_ends),
		cmocka_unit_test(instructions_access_what_they_should),
		cmocka_unit_test(what_accesses_nothing_is_not_watched),
		cmocka_unit_test(code_that_a_debugger_writes_is_executed),
		cmocka_unit_test(impossible_points_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
