/* SPDX-License-Identifier: BSD-3-Clause */
/* A refused call is explained by the state that refused it, also when that state is gone before the question. */
#include <string.h>

#include <rmmsim/snapshot.h>

#include "rmm/call.h"
#include "tests/support/host.h"

#define PAGE HOST_PAGE

static struct rmmsim_explanation explain(struct host *h, unsigned int pe)
{
	struct rmmsim_explanation e;

	assert_int_equal(rmmsim_explain(h->sim, pe, &e), RMMSIM_OK);
	return e;
}

/* Not through call() of the tests, which asks at once. */
static uint64_t smc(struct host *h, unsigned int pe, enum smc_command_id command, uint64_t x1,
		    uint64_t x2, uint64_t x3)
{
	struct rmmsim_regs regs = {.x = {smc_command(command)->fid, x1, x2, x3}};

	rmmsim_smc(h->sim, pe, &regs);
	return regs.x[0];
}

/* UNDELEGATE of a page that is not delegated, on PE 1: kept, not explained. */
static uint64_t refused(struct host *h)
{
	const uint64_t page = host_page(h);

	assert_int_equal(smc(h, 1, RMI_GRANULE_UNDELEGATE, page, 0, 0), RMI_ERROR_INPUT);
	return page;
}

static void assert_explained(struct host *h, uint64_t page)
{
	const struct rmmsim_explanation e = explain(h, 1);

	assert_string_equal(e.first.id, "gran_state");
	assert_int_equal(e.granule, page);
	assert_string_equal(e.granule_state, "UNDELEGATED");
	assert_int_equal(e.since_call, 0);
	assert_int_equal(e.x[1], page);
}

static void a_refused_call_waits(void **state)
{
	struct host *h = *state;
	const uint64_t page = refused(h), number = rmmsim_calls(h->sim);

	assert_int_equal(h->sim->waiting, 1);
	assert_int_equal(smc(h, 0, RMI_GRANULE_DELEGATE, 1, 0, 0), RMI_ERROR_INPUT);
	assert_int_equal(h->sim->waiting, 2);
	assert_explained(h, page);
	assert_int_equal(explain(h, 1).call, number);
	assert_int_equal(h->sim->waiting, 0);
}

static void the_next_refused_call_takes_its_place(void **state)
{
	struct host *h = *state;
	uint64_t page;

	refused(h);
	page = refused(h);
	assert_int_equal(h->sim->waiting, 1);
	assert_explained(h, page);
}

static void a_call_that_changes_the_state_comes_after_the_explanation(void **state)
{
	struct host *h = *state;
	const uint64_t page = refused(h);

	assert_int_equal(smc(h, 0, RMI_GRANULE_DELEGATE, page, 0, 0), RMI_SUCCESS);
	assert_int_equal(h->sim->waiting, 0);
	assert_explained(h, page);
}

static void so_does_a_call_that_changes_the_state_and_fails(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t page;

	host_realm(h, &r, NULL);
	page = refused(h);
	/* Of a command that reports progress. */
	smc(h, 0, RMI_RTT_SET_RIPAS, r.rd, 0, 0);
	assert_int_equal(h->sim->waiting, 0);
	assert_explained(h, page);
}

static void so_does_what_the_program_changes(void **state)
{
	struct host *h = *state;
	uint64_t page = refused(h), zero = 0;

	assert_int_equal(rmmsim_set_pas(h->sim, page, RMMSIM_PAS_SECURE), RMMSIM_OK);
	assert_int_equal(h->sim->waiting, 0);
	assert_int_equal(rmmsim_set_pas(h->sim, page, RMMSIM_PAS_NS), RMMSIM_OK);
	assert_explained(h, page);
	page = refused(h);
	assert_int_equal(rmmsim_poke(h->sim, page, &zero, sizeof(zero)), RMMSIM_OK);
	assert_int_equal(h->sim->waiting, 0);
	assert_explained(h, page);
}

static void a_call_that_reads_memory_of_the_host_is_explained_at_once(void **state)
{
	struct host *h = *state;
	struct rmi_realm_params params = {.s2sz = 1};
	const uint64_t page = host_page_with(h, &params, sizeof(params)), rd = host_delegated(h);
	struct rmmsim_explanation e;

	assert_int_equal(smc(h, 1, RMI_REALM_CREATE, rd, page, 0), RMI_ERROR_INPUT);
	assert_int_equal(h->sim->waiting, 0);
	memset(rmmsim_host_ptr(h->sim, page, PAGE), 0, PAGE);
	e = explain(h, 1);
	assert_string_equal(e.first.id, "params_supp_s2sz");
	assert_true(e.needs_count > 0);
	assert_int_equal(e.needs[0].value, params.s2sz);
}

static void while_a_rec_runs(struct host *h, void *context)
{
	*(uint64_t *)context = refused(h);
	assert_int_equal(h->sim->waiting, 0);
}

static void calls_are_explained_at_once_while_a_rec_runs(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t page = 0, rec;

	host_realm(h, &r, NULL);
	rec = host_rec(h, &r, true);
	host_activate(h, &r);
	host_while_running(h, rec, while_a_rec_runs, &page);
	assert_explained(h, page);
}

static void many_calls_do_not_make_it_forget_who_changed_the_granule(void **state)
{
	struct host *h = *state;
	const uint64_t page = host_delegated(h);
	struct rmmsim_explanation e;

	assert_int_equal(smc(h, 1, RMI_GRANULE_DELEGATE, page, 0, 0), RMI_ERROR_INPUT);
	for (unsigned int n = 0; n < 10000; n++)
		smc(h, 0, RMI_VERSION, 0x10001, 0, 0);
	e = explain(h, 1);
	assert_true(e.since_known);
	assert_int_equal(e.since_x[0], page);
}

static void a_restore_forgets_what_waits(void **state)
{
	struct rmmsim_explanation e;
	struct host *h = *state;
	uint64_t id;

	assert_int_equal(rmmsim_snapshot(h->sim, &id), RMMSIM_OK);
	refused(h);
	assert_int_equal(rmmsim_restore(h->sim, id), RMMSIM_OK);
	assert_int_equal(rmmsim_explain(h->sim, 1, &e), RMMSIM_ERR_STATE);
	assert_int_equal(h->sim->waiting, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_refused_call_waits),
		TEST(the_next_refused_call_takes_its_place),
		TEST(a_call_that_changes_the_state_comes_after_the_explanation),
		TEST(so_does_a_call_that_changes_the_state_and_fails),
		TEST(so_does_what_the_program_changes),
		TEST(a_call_that_reads_memory_of_the_host_is_explained_at_once),
		TEST(calls_are_explained_at_once_while_a_rec_runs),
		TEST(many_calls_do_not_make_it_forget_who_changed_the_granule),
		TEST(a_restore_forgets_what_waits),
	};

	return cmocka_run_group_tests_name("late explanations", tests, NULL, NULL);
}
