/* SPDX-License-Identifier: BSD-3-Clause */
/* RMM 2.0: how Plane 0 enters another Plane. rmm-2.0.md#10 */
#include <stdlib.h>

#include "tests/rmm/two_zero.h"
#include "tests/support/steps.h"

#define LR(state, intid) ((uint64_t)(state) << 62 | (intid))
#define LR_HW            (UINT64_C(1) << 61)
#define EL2              0x9
#define AARCH32          0x10

/* An ACTIVE Realm with one auxiliary Plane in the same tree; its run page is at IPA 0. */
struct planes {
	struct host h;
	struct steps steps;
	struct two_realm r;
	uint64_t rec, page;
};

static void open_planes(struct planes *t, const char *profile)
{
	struct rmi_realm_params p;
	struct host *h = &t->h;

	two_open(h, profile);
	OK(h, RMI_RMM_ACTIVATE);
	two_params(&p, 0);
	p.num_aux_planes = 1;
	p.flags1 = RMI_REALM_FLAGS1_RTT_S2AP_ENCODING;
	two_realm_with(h, &t->r, &p);
	two_tables(h, &t->r, 0);
	OK(h, RMI_RTT_INIT_RIPAS, t->r.rd, 0, 0x1000);
	t->page = two_page(h);
	OK(h, RMI_RTT_DATA_MAP, t->r.rd, 0, 0x1000, 1, two_desc(t->page, 1, 3));
	t->rec = two_page(h);
	assert_int_equal(two_rec_create(h, t->r.rd, t->rec, 0), RMI_SUCCESS);
	OK(h, RMI_REALM_ACTIVATE, t->r.rd);
	steps_open(&t->steps, h);
}

/* X0 of PLANE_ENTER, or 1 << 32 if Plane 1 has run. */
static uint64_t enter(struct planes *t, const struct rsi_plane_enter_2 *enter)
{
	const struct steps_seen *last;

	assert_int_equal(rmmsim_poke(t->h.sim, t->page, enter, sizeof(*enter)), RMMSIM_OK);
	steps_smc(&t->steps, SMC_RSI_PLANE_ENTER, 1, 0);
	steps_enter(&t->steps, t->rec);
	last = steps_last(&t->steps, 0);
	return last->plane ? UINT64_C(1) << 32 : last->context.x[0];
}

static void refused(struct planes *t, const struct rsi_plane_enter_2 *e, const char *condition)
{
	struct rmmsim_explanation why;

	assert_int_equal(enter(t, e), RSI_ERROR_INPUT);
	assert_int_equal(rmmsim_explain(t->h.sim, 0, &why), RMMSIM_OK);
	assert_string_equal(why.first.id, condition);
	assert_int_equal(why.others_count, 0);
}

static void entered(struct planes *t, const struct rsi_plane_enter_2 *e)
{
	assert_int_equal(enter(t, e), UINT64_C(1) << 32);
	assert_int_equal(steps_last(&t->steps, 0)->context.pstate, e->pstate);
}

static void list_registers_of_a_plane_are_checked(void **state)
{
	struct planes t = {0};

	(void)state;
	open_planes(&t, NULL);
	refused(&t, &(struct rsi_plane_enter_2){.gicv3_lrs = {LR(1, 40) | LR_HW}}, "gic_valid");
	refused(&t, &(struct rsi_plane_enter_2){.gicv3_lrs = {LR(1, 40), LR(2, 40)}}, "gic_valid");
	two_close(&t.h);
}

static void list_registers_that_do_not_count_are_not_checked(void **state)
{
	struct planes t = {0};

	(void)state;
	open_planes(&t, NULL);
	/* Invalid ones, and those of a Plane that owns the GIC. */
	entered(&t, &(struct rsi_plane_enter_2){.gicv3_lrs = {LR(0, 40) | LR_HW, LR(0, 40)}});
	two_close(&t.h);
	t = (struct planes){0};
	open_planes(&t, NULL);
	entered(&t, &(struct rsi_plane_enter_2){.flags = RSI_PLANE_ENTER_FLAG_GIC_OWNER,
						.gicv3_lrs = {LR(1, 40) | LR_HW}});
	two_close(&t.h);
}

static void a_plane_has_no_aarch32(void **state)
{
	const char *profiles[] = {NULL, "tf-rmm-2026-07"};

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		struct planes t = {0};

		open_planes(&t, profiles[i]);
		refused(&t, &(struct rsi_plane_enter_2){.pstate = AARCH32}, "pstate_valid");
		if (profiles[i])
			entered(&t, &(struct rsi_plane_enter_2){.pstate = EL2});
		else
			refused(&t, &(struct rsi_plane_enter_2){.pstate = EL2}, "pstate_valid");
		two_close(&t.h);
	}
}

/* The tables never make Plane 0 take it, a recorder may: rmm-2.0.md#14b */
static void fetch_permission_sea(void **state)
{
	struct planes t = {0};

	(void)state;
	open_planes(&t, NULL);
	steps_sync(&t.steps, STEPS_FETCH(0xf), 0, STEPS_HPFAR(0));
	steps_enter(&t.steps, t.rec);
	assert_int_equal(t.h.exit.exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(t.h.exit.esr >> 26, 0x20);
	two_close(&t.h);
	t = (struct planes){0};
	open_planes(&t, "tf-rmm-2026-07");
	steps_sync(&t.steps, STEPS_FETCH(0xf), 0, STEPS_HPFAR(0));
	steps_enter(&t.steps, t.rec);
	assert_int_equal(t.h.exit.exit_reason, RMI_EXIT_IRQ);
	assert_int_equal(steps_last(&t.steps, 0)->context.sysreg[RMMSIM_SYSREG_ESR_EL1] & 0x3f,
			 0x10);
	/* A translation fault is the Host's. */
	steps_sync(&t.steps, STEPS_FETCH(7), 0, STEPS_HPFAR(0));
	steps_enter(&t.steps, t.rec);
	assert_int_equal(t.h.exit.exit_reason, RMI_EXIT_SYNC);
	two_close(&t.h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list_registers_of_a_plane_are_checked),
		cmocka_unit_test(list_registers_that_do_not_count_are_not_checked),
		cmocka_unit_test(a_plane_has_no_aarch32),
		cmocka_unit_test(fetch_permission_sea),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
