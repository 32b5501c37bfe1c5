/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A REC_ENTER that is refused because the Plane exit it makes cannot be written, and what it leaves:
 * tf-rmm-quirks.md#3, W18 and W19. A refused call changes nothing; TF-RMM v0.8.0 keeps what came before.
 */
#include "tests/support/stage.h"

#include <string.h>

#define PCN   0x7000
#define READ  (STEPS_DATA(7) | STEPS_ISV | STEPS_SAS(2) | STEPS_SRT(5))
#define FAR   UINT64_C(0xffff000000001000)
#define VALUE UINT64_C(0x1234)
#define VBAR  0x9000
#define FORCE RMI_REC_ENTER_FLAG_FORCE_P0
#define EMUL  RMI_REC_ENTER_FLAG_EMUL_MMIO
#define SEA   RMI_REC_ENTER_FLAG_INJECT_SEA

static const struct rsi_plane_enter plain = {.pc = PCN, .pstate = 0x3c5};

static int set_up(void **state)
{
	const struct host_realm_options options = {.planes = 2, .shared_tree = true};

	return stage_setup(state, &options);
}

/* The quirks of the refusal; with `stays` also the one that keeps the effects. */
static void open_quirks(struct stage *s, bool stays)
{
	if (stays)
		stage_quirks(s, "plane-exit-no-page-input", "inject-sea-into-pn",
			     "late-refusal-stays");
	else
		stage_quirks(s, "plane-exit-no-page-input", "inject-sea-into-pn");
}

/* Plane 1 runs with its run page at STAGE_RAM2 and makes this exit. */
static void leave_by(struct stage *s, uint64_t esr)
{
	stage_poke(s, STAGE_RAM2, &plain, sizeof(plain));
	steps_smc(&s->steps, SMC_RSI_PLANE_ENTER, 1, STAGE_RAM2);
	steps_sysreg(&s->steps, RMMSIM_SYSREG_VBAR_EL1, VBAR);
	steps_sync(&s->steps, esr, FAR, STEPS_HPFAR(s->ns));
	steps_enter(&s->steps, s->rec[0]);
}

static void refuse(struct stage *s, uint64_t flags)
{
	struct host *h = &s->host;
	const struct rmi_rec_enter enter = {.flags = flags, .gprs = {VALUE}};

	assert_int_equal(rmmsim_host_write(h->sim, h->run, &enter, sizeof(enter)), RMMSIM_OK);
	ALONE(h, "plane_run", RMI_ERROR_INPUT, RMI_REC_ENTER, s->rec[0], h->run);
}

/* Plane 1 as it goes on when the Host only enters. */
static const struct rmmsim_plane *goes_on(struct stage *s)
{
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 1);
	return &steps_last(&s->steps, 0)->context;
}

static void an_emulated_access(void **state)
{
	struct stage *s = *state;

	for (unsigned int stays = 0; stays < 2; stays++) {
		const struct rmmsim_plane *plane;

		open_quirks(s, stays);
		leave_by(s, READ);
		stage_destroy_ram2(s);
		refuse(s, FORCE | EMUL);
		plane = goes_on(s);
		assert_int_equal(plane->pc, stays ? PCN + 4 : PCN);
		assert_int_equal(plane->x[5], stays ? VALUE : 0);
	}
	/* The exit is not forgotten: it can be completed again. */
	open_quirks(s, true);
	leave_by(s, READ);
	stage_destroy_ram2(s);
	refuse(s, FORCE | EMUL);
	refuse(s, FORCE | EMUL);
	s->steps.enter.flags = EMUL;
	assert_int_equal(goes_on(s)->pc, PCN + 12);
}

static void an_injected_abort(void **state)
{
	struct stage *s = *state;

	for (unsigned int stays = 0; stays < 2; stays++) {
		const struct rmmsim_plane *plane;

		open_quirks(s, stays);
		leave_by(s, READ);
		stage_destroy_ram2(s);
		refuse(s, SEA);
		plane = goes_on(s);
		assert_int_equal(plane->pc, stays ? VBAR + 0x200 : PCN);
		assert_int_equal(plane->sysreg[RMMSIM_SYSREG_ELR_EL1], stays ? PCN : 0);
		assert_int_equal(plane->sysreg[RMMSIM_SYSREG_FAR_EL1], stays ? FAR : 0);
	}
	/* Without the quirk that tells the Plane, there is nothing to stay. */
	stage_quirks(s, "plane-exit-no-page-input", "late-refusal-stays");
	leave_by(s, READ);
	stage_destroy_ram2(s);
	refuse(s, SEA);
	assert_int_equal(goes_on(s)->pc, PCN);
}

/* Plane 1 makes a host call with its structure at `ipa`. */
static void leave_by_host_call(struct stage *s, uint64_t ipa)
{
	stage_poke(s, STAGE_RAM2, &plain, sizeof(plain));
	steps_smc(&s->steps, SMC_RSI_PLANE_ENTER, 1, STAGE_RAM2);
	steps_smc(&s->steps, SMC_RSI_HOST_CALL, ipa);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_HOST_CALL);
}

static void a_host_call(void **state)
{
	struct stage *s = *state;

	for (unsigned int stays = 0; stays < 2; stays++) {
		struct rsi_host_call args;
		const struct rmmsim_plane *plane;

		open_quirks(s, stays);
		leave_by_host_call(s, STAGE_RAM);
		stage_destroy_ram2(s);
		refuse(s, FORCE);
		stage_peek(s, STAGE_RAM, &args, sizeof(args));
		assert_int_equal(args.gprs[0], stays ? VALUE : 0);
		/* A host call that is complete takes no second result. */
		s->steps.enter.gprs[0] = 0x77;
		plane = goes_on(s);
		assert_int_equal(plane->pc, PCN + 4);
		assert_int_equal(plane->x[0], RSI_SUCCESS);
		stage_peek(s, STAGE_RAM, &args, sizeof(args));
		assert_int_equal(args.gprs[0], stays ? VALUE : 0x77);
	}
}

/* The host call is completed before Plane 0 is looked for: its page is what the Host is told of. */
static void a_host_call_whose_page_is_gone_ends_the_entry(void **state)
{
	struct stage *s = *state;

	open_quirks(s, true);
	leave_by_host_call(s, STAGE_RAM2 + 0x100);
	stage_destroy_ram2(s);
	s->steps.enter.flags = FORCE;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(s->host.exit.esr, UINT64_C(0x90000007));
	assert_int_equal(s->host.exit.hpfar, STEPS_HPFAR(STAGE_RAM2));
}

/* The value of a trapped register comes after the Plane exit, so a refusal never leaves it. */
static void a_trapped_register_read(void **state)
{
	struct stage *s = *state;
	const struct rmmsim_plane *plane;

	open_quirks(s, true);
	leave_by(s, STEPS_MRS(3, 0, 12, 11, 5, 5));
	stage_destroy_ram2(s);
	refuse(s, FORCE);
	s->steps.enter.gprs[0] = 0x77;
	plane = goes_on(s);
	assert_int_equal(plane->pc, PCN + 4);
	assert_int_equal(plane->x[5], 0x77);
}

/* --- the last exit of a Plane that was forced out ---------------------------------------------- */

/* Plane 1 exits, is forced out, is entered again and interrupted. */
static void force_out_and_interrupt(struct stage *s, uint64_t esr)
{
	leave_by(s, esr);
	s->steps.enter.flags = FORCE;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 0);
	stage_poke(s, STAGE_RAM2, &plain, sizeof(plain));
	steps_smc(&s->steps, SMC_RSI_PLANE_ENTER, 1, STAGE_RAM2);
	steps_event(&s->steps, RMMSIM_EVENT_IRQ, 0);
	steps_enter(&s->steps, s->rec[0]);
}

static uint64_t try_flags(struct stage *s, uint64_t flags)
{
	s->steps.enter.flags = flags;
	s->steps.enter.gprs[0] = VALUE;
	return steps_try_enter(&s->steps, s->rec[0]);
}

static void stale_last_exit(void **state)
{
	struct stage *s = *state;
	const struct rmmsim_plane *plane;

	force_out_and_interrupt(s, READ);
	assert_int_equal(try_flags(s, EMUL), RMI_ERROR_REC);
	assert_int_equal(try_flags(s, SEA), RMI_ERROR_REC);
	stage_quirks(s, "stale-last-exit");
	force_out_and_interrupt(s, READ);
	assert_int_equal(try_flags(s, EMUL), RMI_SUCCESS);
	plane = &steps_last(&s->steps, 0)->context;
	assert_int_equal(plane->pc, PCN + 4);
	assert_int_equal(plane->x[5], VALUE);
	/* An entry into the Plane ends it. */
	assert_int_equal(try_flags(s, EMUL), RMI_ERROR_REC);
	stage_quirks(s, "stale-last-exit");
	force_out_and_interrupt(s, READ);
	assert_int_equal(try_flags(s, SEA), RMI_SUCCESS);
	assert_int_equal(steps_last(&s->steps, 0)->plane, 0);
}

static void stale_last_exit_of_a_register_read(void **state)
{
	struct stage *s = *state;

	for (unsigned int on = 0; on < 2; on++) {
		if (on)
			stage_quirks(s, "stale-last-exit");
		force_out_and_interrupt(s, STEPS_MRS(3, 0, 12, 11, 5, 5));
		assert_int_equal(try_flags(s, 0), RMI_SUCCESS);
		assert_int_equal(steps_last(&s->steps, 0)->context.x[5], on ? VALUE : 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_emulated_access),
		TEST(an_injected_abort),
		TEST(a_host_call),
		TEST(a_host_call_whose_page_is_gone_ends_the_entry),
		TEST(a_trapped_register_read),
		TEST(stale_last_exit),
		TEST(stale_last_exit_of_a_register_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
