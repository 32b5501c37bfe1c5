/* SPDX-License-Identifier: BSD-3-Clause */
/* RMM 2.0: what only a Realm that runs can make a Host meet. rmm-2.0.md#8.3, rmm-2.0.md#8.8 */
#include <stdlib.h>

#include "tests/rmm/two_zero.h"
#include "tests/support/steps.h"

#define CALLING_MPIDR 0
#define OTHER_MPIDR   5
#define PSCI(n)       ((uint64_t)(int64_t)(n))

/* An ACTIVE Realm with two RECs. */
struct running {
	struct host h;
	struct steps steps;
	struct two_realm r;
	uint64_t rec, other;
};

static int open_running(void **state)
{
	struct running *t = calloc(1, sizeof(*t));
	struct host *h = &t->h;

	two_open(h, NULL);
	OK(h, RMI_RMM_ACTIVATE);
	two_realm(h, &t->r);
	t->rec = two_page(h);
	t->other = two_page(h);
	assert_int_equal(two_rec_create(h, t->r.rd, t->rec, CALLING_MPIDR), RMI_SUCCESS);
	assert_int_equal(two_rec_create(h, t->r.rd, t->other, OTHER_MPIDR), RMI_SUCCESS);
	OK(h, RMI_REALM_ACTIVATE, t->r.rd);
	steps_open(&t->steps, h);
	*state = t;
	return 0;
}

static int close_running(void **state)
{
	struct running *t = *state;

	two_close(&t->h);
	free(t);
	return 0;
}

static void terminate(struct steps *steps, void *rd)
{
	ALONE(steps->host, "realm_running", RMI_ERROR_REALM, RMI_REALM_TERMINATE, *(uint64_t *)rd);
}

static void a_realm_that_runs_is_not_terminated(void **state)
{
	struct running *t = *state;

	steps_do(&t->steps, terminate, &t->r.rd);
	steps_event(&t->steps, RMMSIM_EVENT_IRQ, 0);
	steps_enter(&t->steps, t->rec);
	OK(&t->h, RMI_REALM_TERMINATE, t->r.rd);
}

static void a_completion_has_a_status_that_fits(void **state)
{
	struct running *t = *state;

	steps_smc(&t->steps, SMC_PSCI_AFFINITY_INFO, OTHER_MPIDR, 0);
	steps_enter(&t->steps, t->rec);
	assert_int_equal(t->h.exit.exit_reason, RMI_EXIT_PSCI);
	ALONE(&t->h, "status", RMI_ERROR_INPUT, RMI_PSCI_COMPLETE_2, t->rec, PSCI(PSCI_DENIED));
	OK(&t->h, RMI_PSCI_COMPLETE_2, t->rec, PSCI(PSCI_SUCCESS));
	steps_enter(&t->steps, t->rec);
	assert_int_equal(steps_last(&t->steps, 0)->context.x[0], PSCI_AFFINITY_ON);
}

/* The Host may destroy the target between the request and its completion: only a denial is left. */
static void a_completion_needs_the_target(void **state)
{
	struct running *t = *state;
	struct host *h = &t->h;

	steps_smc(&t->steps, SMC_PSCI_CPU_ON, OTHER_MPIDR, 0, 0);
	steps_enter(&t->steps, t->rec);
	assert_int_equal(h->exit.exit_reason, RMI_EXIT_PSCI);
	assert_int_equal(call(h, RMI_REC_DESTROY, t->other), TWO_RECLAIM);
	assert_int_equal(two_reclaim(h, 0), RMI_SUCCESS);
	ALONE(h, "target", RMI_ERROR_INPUT, RMI_PSCI_COMPLETE_2, t->rec, PSCI(PSCI_SUCCESS));
	OK(h, RMI_PSCI_COMPLETE_2, t->rec, PSCI(PSCI_DENIED));
	steps_enter(&t->steps, t->rec);
	assert_int_equal(steps_last(&t->steps, 0)->context.x[0], PSCI(PSCI_DENIED));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_running, close_running)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_realm_that_runs_is_not_terminated),
		TEST(a_completion_has_a_status_that_fits),
		TEST(a_completion_needs_the_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
