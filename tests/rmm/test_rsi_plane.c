/* SPDX-License-Identifier: BSD-3-Clause */
/* RSI_PLANE_ENTER and RSI_PLANE_SYSREG: rsi.md#4, planes.md#2 */
#include "tests/support/stage.h"

#define INPUT  RSI_ERROR_INPUT
#define HVC    STEPS_HVC(1) /* ends the stay in an auxiliary Plane */
#define PSTATE 0x3c5

static int set_up(void **state)
{
	const struct host_realm_options options = {.planes = 3};

	return stage_setup(state, &options);
}

static uint64_t result(const struct stage *s, unsigned int n)
{
	return steps_last(&s->steps, 0)->context.x[n];
}

/* --- entry ---------------------------------------------------------------------------------------- */

static void a_plane_starts_with_the_registers_of_its_run_page(void **state)
{
	struct stage *s = *state;
	struct rsi_plane_enter enter = {.pc = 0x7000, .pstate = 0x3c4};
	const struct steps_seen *seen;

	for (unsigned int i = 0; i < 31; i++)
		enter.gprs[i] = 0x100 + i;
	enter.gicv3_lrs[0] = 0x77;
	enter.gicv3_hcr = UINT64_MAX;
	stage_plane_enter(s, 2, &enter);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 2);
	seen = steps_last(&s->steps, 0);
	assert_int_equal(seen->plane, 2);
	assert_int_equal(seen->context.pc, 0x7000);
	assert_int_equal(seen->context.pstate, 0x3c4);
	for (unsigned int i = 0; i < 31; i++)
		assert_int_equal(seen->context.x[i], 0x100 + i);
	assert_int_equal(seen->context.gic.lrs[0], 0x77);
	assert_int_equal(seen->context.gic.hcr & 0x40fe, 0x40fe);
	assert_int_equal(seen->context.gic.hcr & 0xf8000000, 0);
	assert_int_equal(seen->context.sysreg[RMMSIM_SYSREG_SCTLR_EL1], 0xc50878);
	assert_int_equal(seen->vcpu.mpidr, steps_last(&s->steps, 1)->vcpu.mpidr);
}

static void the_flags_of_the_entry_are_traps(void **state)
{
	struct stage *s = *state;
	const struct rsi_plane_enter enter = {.flags = RSI_PLANE_ENTER_FLAG_TRAP_WFI |
						       RSI_PLANE_ENTER_FLAG_TRAP_SIMD};

	stage_plane_enter(s, 1, &enter);
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_TRAP_WFE;
	steps_enter(&s->steps, s->rec[0]);
	assert_true(steps_last(&s->steps, 1)->vcpu.trap_wfe);
	assert_false(steps_last(&s->steps, 1)->vcpu.trap_simd);
	assert_true(steps_last(&s->steps, 0)->vcpu.trap_wfi);
	assert_false(steps_last(&s->steps, 0)->vcpu.trap_wfe);
	assert_true(steps_last(&s->steps, 0)->vcpu.trap_simd);
	/* They hold for the whole stay: planes.md#2 */
	steps_enter(&s->steps, s->rec[0]);
	assert_true(steps_last(&s->steps, 0)->vcpu.trap_wfi);
	assert_true(steps_last(&s->steps, 0)->vcpu.trap_simd);
}

static void a_bad_entry_is_refused(void **state)
{
	struct stage *s = *state;
	const struct rsi_plane_enter enter = {0};

	stage_poke(s, STAGE_RAM, &enter, sizeof(enter));
	REALM_ALONE(s, "plane_bound", INPUT, SMC_RSI_PLANE_ENTER, 0, STAGE_RAM);
	REALM_ALONE(s, "plane_bound", INPUT, SMC_RSI_PLANE_ENTER, 3, STAGE_RAM);
	REALM_ALONE(s, "addr_align", INPUT, SMC_RSI_PLANE_ENTER, 1, STAGE_RAM + 8);
	REALM_ALONE(s, "addr_bound", INPUT, SMC_RSI_PLANE_ENTER, 1, s->ns);
	REALM_ALONE(s, "addr_ripas", INPUT, SMC_RSI_PLANE_ENTER, 1, STAGE_EMPTY);
	REALM_WINS(s, "plane_bound", "addr_align", INPUT, SMC_RSI_PLANE_ENTER, 0, STAGE_RAM + 8);
	REALM_WINS(s, "addr_align", "addr_bound", INPUT, SMC_RSI_PLANE_ENTER, 1, s->ns + 8);
	steps_smc(&s->steps, SMC_RSI_PLANE_ENTER, 1, STAGE_HOLE);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.hpfar, STEPS_HPFAR(STAGE_HOLE));
	assert_int_equal(s->host.exit.esr, UINT64_C(0x90000007));
}

static void plane_pstate_unchecked(void **state)
{
	struct stage *s = *state;
	const struct rsi_plane_enter enter = {.pstate = 0x3c9};

	stage_poke(s, STAGE_RAM, &enter, sizeof(enter));
	REALM_ALONE(s, "pstate_valid", INPUT, SMC_RSI_PLANE_ENTER, 1, STAGE_RAM);
	REALM_WINS(s, "plane_bound", "pstate_valid", INPUT, SMC_RSI_PLANE_ENTER, 3, STAGE_RAM);
	stage_quirks(s, "plane-pstate-unchecked");
	stage_plane_enter(s, 1, &enter);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
	assert_int_equal(steps_last(&s->steps, 0)->context.pstate, 0x3c9);
}

/* --- system registers ------------------------------------------------------------------------------ */

static const uint32_t sysregs[] = {
	0xc080, 0xc081, 0xc082, 0xc090, 0xc100, 0xc101, 0xc102, 0xc103, 0xc108, 0xc109,
	0xc10a, 0xc10b, 0xc110, 0xc111, 0xc112, 0xc113, 0xc118, 0xc119, 0xc200, 0xc201,
	0xc208, 0xc288, 0xc289, 0xc290, 0xc300, 0xc3a0, 0xc510, 0xc512, 0xc513, 0xc514,
	0xc518, 0xc600, 0xc609, 0xc681, 0xc684, 0xc708, 0xd000, 0xde82, 0xde83, 0xdf11,
	0xdf12, 0xdf19, 0xdf1a, 0xe208, 0x8010, 0x8012, 0x8c80, 0xc4f1, 0xdce0, 0xdce1,
	0xdce5, 0xdce8, 0xdcf0, 0xdcf3, 0xdf7f, 0xdf40, 0xdf5e, 0xdf60, 0xdf7e,
};

static uint64_t read_sysreg(struct stage *s, uint64_t plane, uint64_t address)
{
	assert_int_equal(realm_call(s, SMC_RSI_PLANE_SYSREG_READ, plane, address), 0);
	return result(s, 1);
}

static void every_register_can_be_written_and_read(void **state)
{
	struct stage *s = *state;
	const size_t count = sizeof(sysregs) / sizeof(sysregs[0]);

	for (size_t i = 0; i < count; i++)
		assert_int_equal(realm_call(s, SMC_RSI_PLANE_SYSREG_WRITE, 2, sysregs[i],
					    UINT64_C(0x5500000000) + i, 7),
				 0);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(read_sysreg(s, 2, sysregs[i]), UINT64_C(0x5500000000) + i);
		assert_int_equal(result(s, 2), 0);
	}
	assert_int_equal(read_sysreg(s, 1, 0xc080), 0xc50878);
	assert_int_equal(read_sysreg(s, 1, 0x8012), 0x1000);
}

#define TTBR0    0xc100
#define TTBR1    0xc101
#define PAR      0xc3a0
#define FORM_128 RSI_SYSREG_ADDRESS_D128

static void a_128_bit_form_needs_128_bit_registers(void **state)
{
	static const uint64_t wide[] = {TTBR0, TTBR1, PAR};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		const uint64_t address = wide[i] | FORM_128;

		REALM_ALONE(s, "addr_valid", INPUT, SMC_RSI_PLANE_SYSREG_READ, 1, address);
		REALM_ALONE(s, "addr_valid", INPUT, SMC_RSI_PLANE_SYSREG_WRITE, 1, address, 1, 2);
	}
}

static void open_d128(struct stage *s, struct rmmsim_config config)
{
	config.id_regs.id_aa64mmfr3 |= UINT64_C(1) << 32; /* FEAT_D128 */
	stage_reopen(s, &config);
}

static void a_64_bit_form_leaves_the_upper_half_alone(void **state)
{
	struct stage *s = *state;

	open_d128(s, s->host.config);
	assert_int_equal(realm_call(s, SMC_RSI_PLANE_SYSREG_WRITE, 2, PAR | FORM_128, 0x11, 0x22),
			 0);
	assert_int_equal(read_sysreg(s, 2, PAR | FORM_128), 0x11);
	assert_int_equal(result(s, 2), 0x22);
	assert_int_equal(read_sysreg(s, 2, PAR), 0x11);
	assert_int_equal(result(s, 2), 0);
	assert_int_equal(realm_call(s, SMC_RSI_PLANE_SYSREG_WRITE, 2, PAR, 0x33, 0x44), 0);
	assert_int_equal(read_sysreg(s, 2, PAR | FORM_128), 0x33);
	assert_int_equal(result(s, 2), 0x22);
	/* Still no register of another kind. */
	REALM_ALONE(s, "addr_valid", INPUT, SMC_RSI_PLANE_SYSREG_READ, 1, 0x1c080);
}

static void sysreg_128_always(void **state)
{
	struct stage *s = *state;

	stage_quirks(s, "sysreg-128-always");
	assert_int_equal(realm_call(s, SMC_RSI_PLANE_SYSREG_WRITE, 1, PAR | FORM_128, 1, 2), 0);
	assert_int_equal(read_sysreg(s, 1, PAR | FORM_128), 1);
	assert_int_equal(result(s, 2), 0);
	REALM_ALONE(s, "addr_valid", INPUT, SMC_RSI_PLANE_SYSREG_READ, 1, 0x1c080);
	open_d128(s, host_quirks("sysreg-128-always", NULL));
	assert_int_equal(realm_call(s, SMC_RSI_PLANE_SYSREG_WRITE, 1, PAR, 1, 2), 0);
	assert_int_equal(read_sysreg(s, 1, PAR), 1);
	assert_int_equal(result(s, 2), 2);
}

static void a_written_register_is_there_when_the_plane_runs(void **state)
{
	struct stage *s = *state;
	const struct rsi_plane_enter enter = {.pstate = PSTATE};

	realm_call(s, SMC_RSI_PLANE_SYSREG_WRITE, 1, 0xc600, 0x8000);
	stage_plane_enter(s, 1, &enter);
	steps_sysreg(&s->steps, RMMSIM_SYSREG_VBAR_EL1, 0x9000);
	steps_sync(&s->steps, HVC, 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 1)->context.sysreg[RMMSIM_SYSREG_VBAR_EL1], 0x8000);
	assert_int_equal(read_sysreg(s, 1, 0xc600), 0x9000);
	assert_int_equal(read_sysreg(s, 2, 0xc600), 0);
}

static void a_bad_register_is_refused(void **state)
{
	/* SCTLR_EL3, MIDR_EL1, a 128-bit SCTLR_EL1, an upper bit, PMEVCNTR31 */
	static const uint64_t bad[] = {0xf080, 0xc000, 0x1c080, 0x2c080, 0xdf5f, 0x1df40, 0};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		REALM_ALONE(s, "addr_valid", INPUT, SMC_RSI_PLANE_SYSREG_READ, 1, bad[i]);
		REALM_ALONE(s, "addr_valid", INPUT, SMC_RSI_PLANE_SYSREG_WRITE, 1, bad[i], 1, 2);
	}
	REALM_ALONE(s, "plane_bound", INPUT, SMC_RSI_PLANE_SYSREG_READ, 0, 0xc080);
	REALM_ALONE(s, "plane_bound", INPUT, SMC_RSI_PLANE_SYSREG_READ, 3, 0xc080);
	REALM_ALONE(s, "plane_bound", INPUT, SMC_RSI_PLANE_SYSREG_WRITE, UINT64_MAX, 0xc080);
	REALM_WINS(s, "plane_bound", "addr_valid", INPUT, SMC_RSI_PLANE_SYSREG_READ, 3, 0xf080);
	REALM_WINS(s, "plane_bound", "addr_valid", INPUT, SMC_RSI_PLANE_SYSREG_WRITE, 0, 0xf080);
}

static void pmev_write_zero(void **state)
{
	struct stage *s = *state;

	stage_quirks(s, "pmev-write-zero");
	assert_int_equal(realm_call(s, SMC_RSI_PLANE_SYSREG_WRITE, 1, 0xdf41, 5), 0);
	assert_int_equal(read_sysreg(s, 1, 0xdf41), 0);
	assert_int_equal(realm_call(s, SMC_RSI_PLANE_SYSREG_WRITE, 1, 0xdce8, 5), 0);
	assert_int_equal(read_sysreg(s, 1, 0xdce8), 5);
}

/* Registers that the platform of the recordings loses once the Plane has run. */
static void recorded_sysregs(void **state)
{
	static const uint32_t lost[] = {0xc103, 0xc512, 0xc513, 0xc514, 0xc108, 0xc119};
	struct stage *s = *state;
	const struct rsi_plane_enter enter = {.pstate = PSTATE};

	for (unsigned int on = 0; on < 2; on++) {
		if (on)
			stage_quirks(s, "recorded-sysregs");
		for (unsigned int i = 0; i < 6; i++)
			realm_call(s, SMC_RSI_PLANE_SYSREG_WRITE, 1, lost[i], 0x11);
		realm_call(s, SMC_RSI_PLANE_SYSREG_WRITE, 1, 0xc600, 0x22);
		stage_plane_enter(s, 1, &enter);
		steps_sync(&s->steps, HVC, 0, 0);
		steps_enter(&s->steps, s->rec[0]);
		for (unsigned int i = 0; i < 6; i++)
			assert_int_equal(read_sysreg(s, 1, lost[i]), on ? 0 : 0x11);
		assert_int_equal(read_sysreg(s, 1, 0xc600), 0x22);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_plane_starts_with_the_registers_of_its_run_page),
		TEST(the_flags_of_the_entry_are_traps),
		TEST(a_bad_entry_is_refused),
		TEST(plane_pstate_unchecked),
		TEST(every_register_can_be_written_and_read),
		TEST(a_written_register_is_there_when_the_plane_runs),
		TEST(a_bad_register_is_refused),
		TEST(a_128_bit_form_needs_128_bit_registers),
		TEST(a_64_bit_form_leaves_the_upper_half_alone),
		TEST(sysreg_128_always),
		TEST(pmev_write_zero),
		TEST(recorded_sysregs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
