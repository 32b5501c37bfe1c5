/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the events of an auxiliary Plane go, and what a Plane exit shows: planes.md#3, planes.md#4 */
#include "tests/support/stage.h"

#include <string.h>

#define PC0 0x1000
#define PCN 0x7000

static int set_up(void **state)
{
	const struct host_realm_options options = {.planes = 3};

	return stage_setup(state, &options);
}

static const struct rsi_plane_enter plain = {.pc = PCN, .pstate = 0x3c5};

/* After the step on the list Plane 0 runs again; fills the exit half of the run page. */
static struct rsi_plane_exit expect_plane_exit(struct stage *s, enum rsi_plane_exit_reason reason)
{
	struct rsi_plane_exit exit;

	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 0);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0 + 4);
	for (unsigned int n = 0; n < 4; n++)
		assert_int_equal(steps_last(&s->steps, 0)->context.x[n], 0);
	stage_plane_exit(s, &exit);
	assert_int_equal(exit.reason, reason);
	return exit;
}

/* The Plane makes this exception, Plane 0 gets it; `elr` is what it sees as PC. */
static void expect_sync(struct stage *s, uint64_t esr, uint64_t far, uint64_t hpfar, uint64_t elr)
{
	struct rsi_plane_exit exit;

	stage_plane_enter(s, 1, &plain);
	steps_sync(&s->steps, esr, far, hpfar);
	exit = expect_plane_exit(s, RSI_PLANE_EXIT_SYNC);
	assert_int_equal(exit.esr_el2, esr);
	assert_int_equal(exit.far_el2, far);
	assert_int_equal(exit.hpfar_el2, hpfar);
	assert_int_equal(exit.elr_el2, elr);
	stage_reopen(s, NULL);
}

/* ... the Host gets it. */
static void expect_rec_exit(struct stage *s, uint64_t esr, uint64_t far, uint64_t hpfar)
{
	stage_plane_enter(s, 1, &plain);
	steps_sync(&s->steps, esr, far, hpfar);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 2);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_SYNC);
	/* It goes on in the Plane. */
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
}

static void calls_go_to_plane_0(void **state)
{
	struct stage *s = *state;
	static const uint32_t fids[] = {SMC_RSI_VERSION, SMC_PSCI_VERSION, SMC_RSI_PLANE_ENTER,
					SMC_SMCCC_VERSION, 0};

	for (size_t i = 0; i < sizeof(fids) / sizeof(fids[0]); i++) {
		steps_set(&s->steps, 0, 0);
		stage_plane_enter(s, 1, &plain);
		steps_set(&s->steps, 0, fids[i]);
		steps_sync(&s->steps, STEPS_SMC, 0, 0);
		assert_int_equal(expect_plane_exit(s, RSI_PLANE_EXIT_SYNC).gprs[0], fids[i]);
		stage_reopen(s, NULL);
	}
	expect_sync(s, STEPS_SMC, 0, 0, PCN + 4);
	expect_sync(s, STEPS_HVC(5), 0, 0, PCN + 4);
}

static void traps_go_to_plane_0(void **state)
{
	struct stage *s = *state;
	const struct rsi_plane_enter simd = {.pc = PCN, .flags = RSI_PLANE_ENTER_FLAG_TRAP_SIMD};

	expect_sync(s, STEPS_WFX(1), 0, 0, PCN + 4);
	stage_plane_enter(s, 1, &simd);
	steps_sync(&s->steps, STEPS_EC(0x07), 0, 0);
	assert_int_equal(expect_plane_exit(s, RSI_PLANE_EXIT_SYNC).elr_el2, PCN);
	stage_plane_enter(s, 2, &simd);
	steps_sync(&s->steps, STEPS_EC(0x19), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 0);
}

static void untrapped_simd_is_not_seen(void **state)
{
	struct stage *s = *state;

	stage_plane_enter(s, 1, &plain);
	steps_sync(&s->steps, STEPS_EC(0x07), 0, 0);
	steps_sync(&s->steps, STEPS_EC(0x19), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 1)->plane, 1);
	assert_int_equal(steps_last(&s->steps, 1)->context.pc, PCN);
	/* SVE does not exist in this Realm. */
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, 0x200);
}

static void system_registers_are_emulated_for_the_plane(void **state)
{
	struct stage *s = *state;

	stage_plane_enter(s, 1, &plain);
	steps_sync(&s->steps, STEPS_MRS(3, 0, 0, 5, 0, 4), 0, 0);
	steps_sync(&s->steps, STEPS_MRS(3, 0, 10, 2, 5, 4), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 1)->plane, 1);
	assert_int_equal(steps_last(&s->steps, 1)->context.x[4],
			 s->host.config.id_regs.id_aa64dfr0 & ~(UINT64_C(0xf) << 52));
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, 0x200);
	steps_sync(&s->steps, STEPS_MSR(3, 0, 12, 11, 5, 3), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.esr, STEPS_MSR(3, 0, 12, 11, 5, 0));
}

static void aborts_that_the_host_cannot_help_go_to_plane_0(void **state)
{
	struct stage *s = *state;
	const uint64_t isv = STEPS_ISV | STEPS_SAS(3) | STEPS_SRT(2) | STEPS_WNR;

	expect_sync(s, STEPS_DATA(0xf) | isv, 0xffff1120, STEPS_HPFAR(STAGE_RAM2), PCN);
	expect_sync(s, STEPS_FETCH(0xf), 0xffff1120, STEPS_HPFAR(STAGE_RAM2), PCN);
	expect_sync(s, STEPS_DATA(7) | isv, 0xffff1120, STEPS_HPFAR(STAGE_EMPTY), PCN);
	expect_sync(s, STEPS_FETCH(5), 0xffff1120, STEPS_HPFAR(STAGE_EMPTY), PCN);
	expect_sync(s, STEPS_FETCH(7), 0xffff1120, STEPS_HPFAR(s->ns), PCN);
}

static void aborts_that_the_host_can_help_go_to_it(void **state)
{
	struct stage *s = *state;
	const uint64_t write = STEPS_DATA(7) | STEPS_ISV | STEPS_WNR | STEPS_SRT(31);

	expect_rec_exit(s, write, 0x1123, STEPS_HPFAR(STAGE_HOLE));
	assert_int_equal(s->steps.seen_count, 1);
	stage_reopen(s, NULL);
	/* Plane 1 of 3 runs on tree 2. */
	stage_plane_enter(s, 1, &plain);
	steps_sync(&s->steps, write, 0x1123, STEPS_HPFAR(STAGE_DESTROYED));
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.esr, UINT64_C(0x90000007));
	assert_int_equal(s->host.exit.rtt_tree, 2);
	assert_int_equal(s->host.exit.plane, 0);
	/* Data at an Unprotected IPA, for each kind of fault. */
	steps_sync(&s->steps, STEPS_DATA(0xf) | STEPS_ISV, 0x1123, STEPS_HPFAR(s->ns));
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.esr, UINT64_C(0x9100000f));
	assert_int_equal(s->host.exit.far, 0x123);
	/* The Host emulates it: registers of the Plane. */
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_EMUL_MMIO;
	s->steps.enter.gprs[0] = 0x1fe;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PCN + 4);
	assert_int_equal(steps_last(&s->steps, 0)->context.x[0], 0xfe);
	/* An external abort is the Plane's and the Host's. */
	steps_sync(&s->steps, STEPS_DATA(0x10), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.esr, UINT64_C(0x90000010));
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, 0x200);
}

static void rtt_tree_shared(void **state)
{
	struct stage *s = *state;

	s->options = (struct host_realm_options){.planes = 3, .shared_tree = true};
	for (unsigned int on = 0; on < 2; on++) {
		if (on)
			stage_quirks(s, "rtt-tree-shared");
		else
			stage_reopen(s, NULL);
		steps_sync(&s->steps, STEPS_DATA(7), 0, STEPS_HPFAR(STAGE_HOLE));
		steps_enter(&s->steps, s->rec[0]);
		assert_int_equal(s->host.exit.rtt_tree, on ? 1 : 0);
		stage_plane_enter(s, 2, &plain);
		steps_sync(&s->steps, STEPS_DATA(7), 0, STEPS_HPFAR(STAGE_HOLE));
		steps_enter(&s->steps, s->rec[0]);
		assert_int_equal(s->host.exit.rtt_tree, 0);
	}
}

static void interrupts_go_to_the_host(void **state)
{
	struct stage *s = *state;

	stage_plane_enter(s, 1, &plain);
	steps_event(&s->steps, RMMSIM_EVENT_SERROR, UINT64_C(0xbe000411));
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_SERROR);
	steps_event(&s->steps, RMMSIM_EVENT_FIQ, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_FIQ);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
	assert_true(steps_last(&s->steps, 0)->vcpu.serror_pending);
	/* It is the Plane's own. */
	steps_sync(&s->steps, STEPS_HVC(0), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 0);
	assert_false(steps_last(&s->steps, 0)->vcpu.serror_pending);
}

/* --- host calls ------------------------------------------------------------------------------------ */

static void a_host_call_of_a_plane_goes_to_the_host(void **state)
{
	struct stage *s = *state;
	const struct rsi_host_call args = {.imm = 9};

	stage_poke(s, STAGE_RAM2, &args, sizeof(args));
	stage_plane_enter(s, 2, &plain);
	steps_smc(&s->steps, SMC_RSI_HOST_CALL | SMCCC_FID_SVE_HINT, STAGE_RAM2);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_HOST_CALL);
	assert_int_equal(s->host.exit.imm, 9);
	assert_int_equal(s->host.exit.plane, 2);
	/* Its failure is the Plane's too. */
	steps_smc(&s->steps, SMC_RSI_HOST_CALL, STAGE_RAM2 + 8);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 1)->context.pc, PCN + 4);
	assert_int_equal(steps_last(&s->steps, 1)->context.x[0], RSI_SUCCESS);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 2);
	assert_int_equal(steps_last(&s->steps, 0)->context.x[0], RSI_ERROR_INPUT);
}

static void trap_hc_inverted(void **state)
{
	struct stage *s = *state;
	const struct rsi_plane_enter trap = {.pc = PCN, .flags = RSI_PLANE_ENTER_FLAG_TRAP_HC};

	stage_plane_enter(s, 2, &trap);
	steps_smc(&s->steps, SMC_RSI_HOST_CALL, STAGE_RAM2);
	assert_int_equal(expect_plane_exit(s, RSI_PLANE_EXIT_SYNC).gprs[1], STAGE_RAM2);
	stage_quirks(s, "trap-hc-inverted");
	stage_plane_enter(s, 2, &trap);
	steps_smc(&s->steps, SMC_RSI_HOST_CALL, STAGE_RAM2);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_HOST_CALL);
	/* Here TF-RMM stops; the model does what is specified. */
	steps_smc(&s->steps, SMC_RSI_VERSION, 0x10000);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 0);
}

/* --- the page of the exit --------------------------------------------------------------------------- */

#define EOICOUNT UINT64_C(0xf8000000)

static void use_the_gic(struct steps *steps, void *argument)
{
	struct rmmsim_gic *gic = &steps->vcpu->context->gic;

	(void)argument;
	gic->hcr |= EOICOUNT;
	gic->lrs[1] = 0x22;
	gic->misr = 1;
	gic->vmcr = 0x4c0000;
}

static void a_plane_exit_shows_the_whole_plane(void **state)
{
	const struct rsi_plane_enter el1t = {.pc = PCN, .pstate = 0x3c4, .gicv3_lrs = {0x21}};
	struct stage *s = *state;
	struct rsi_plane_exit exit;

	stage_plane_enter(s, 1, &el1t);
	steps_do(&s->steps, use_the_gic, NULL);
	for (unsigned int n = 0; n < 31; n++)
		steps_set(&s->steps, n, 0x200 + n);
	steps_sysreg(&s->steps, RMMSIM_SYSREG_CNTP_CTL_EL0, 3);
	steps_sysreg(&s->steps, RMMSIM_SYSREG_CNTP_CVAL_EL0, 0x11);
	steps_sysreg(&s->steps, RMMSIM_SYSREG_CNTV_CTL_EL0, 2);
	steps_sysreg(&s->steps, RMMSIM_SYSREG_CNTV_CVAL_EL0, 0x12);
	steps_sync(&s->steps, STEPS_HVC(0), 0, 0);
	exit = expect_plane_exit(s, RSI_PLANE_EXIT_SYNC);
	for (unsigned int n = 0; n < 31; n++)
		assert_int_equal(exit.gprs[n], 0x200 + n);
	assert_int_equal(exit.spsr_el2, 0x3c4);
	assert_int_equal(exit.gicv3_hcr, EOICOUNT);
	assert_int_equal(exit.gicv3_lrs[0], 0x21);
	assert_int_equal(exit.gicv3_lrs[1], 0x22);
	assert_int_equal(exit.gicv3_misr, 1);
	assert_int_equal(exit.gicv3_vmcr, 0x4c0000);
	assert_int_equal(exit.cntp_ctl, 3);
	assert_int_equal(exit.cntp_cval, 0x11);
	assert_int_equal(exit.cntv_ctl, 2);
	assert_int_equal(exit.cntv_cval, 0x12);
}

static void plane_exit_zero_0x500(void **state)
{
	struct stage *s = *state;
	uint8_t junk[0x800], exit[0x800];

	memset(junk, 0x5a, sizeof(junk));
	for (unsigned int on = 0; on < 2; on++) {
		if (on)
			stage_quirks(s, "plane-exit-zero-0x500");
		stage_plane_enter(s, 1, &plain);
		steps_sync(&s->steps, STEPS_HVC(0), 0, 0);
		stage_poke(s, STAGE_RAM + 0x800, junk, sizeof(junk));
		expect_plane_exit(s, RSI_PLANE_EXIT_SYNC);
		stage_peek(s, STAGE_RAM + 0x800, exit, sizeof(exit));
		assert_int_equal(exit[0x80] | exit[0x4ff], 0);
		assert_int_equal(exit[0x500], on ? 0x5a : 0);
		assert_int_equal(exit[0x7ff], on ? 0x5a : 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(calls_go_to_plane_0),
		TEST(traps_go_to_plane_0),
		TEST(untrapped_simd_is_not_seen),
		TEST(system_registers_are_emulated_for_the_plane),
		TEST(aborts_that_the_host_cannot_help_go_to_plane_0),
		TEST(aborts_that_the_host_can_help_go_to_it),
		TEST(rtt_tree_shared),
		TEST(interrupts_go_to_the_host),
		TEST(a_host_call_of_a_plane_goes_to_the_host),
		TEST(trap_hc_inverted),
		TEST(a_plane_exit_shows_the_whole_plane),
		TEST(plane_exit_zero_0x500),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
