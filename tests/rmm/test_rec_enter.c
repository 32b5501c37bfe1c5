/* SPDX-License-Identifier: BSD-3-Clause */
/* Entry checks of RMI_REC_ENTER: rec.md#3 (3.1) */
#include "tests/support/stage.h"

#include <string.h>

#define REC_ERROR RMI_ERROR_REC
#define INPUT     RMI_ERROR_INPUT

static int set_up(void **state)
{
	return stage_setup(state, NULL);
}

/* The entry half that the next call finds. */
static void write_enter(struct host *h, const struct rmi_rec_enter *enter)
{
	assert_int_equal(rmmsim_host_write(h->sim, h->run, enter, sizeof(*enter)), RMMSIM_OK);
}

static void a_bad_run_page_is_refused(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;
	const uint64_t delegated = host_delegated(h), secure = host_page(h);

	ALONE(h, "run_align", INPUT, RMI_REC_ENTER, s->rec[0], h->run + 8);
	ALONE(h, "run_bound", INPUT, RMI_REC_ENTER, s->rec[0], UINT64_C(0x1000));
	ALONE(h, "run_bound", INPUT, RMI_REC_ENTER, s->rec[0], h->config.dev_ncoh[0].base);
	ALONE(h, "run_pas", INPUT, RMI_REC_ENTER, s->rec[0], delegated);
	assert_int_equal(rmmsim_set_pas(h->sim, secure, RMMSIM_PAS_SECURE), RMMSIM_OK);
	ALONE(h, "run_pas", INPUT, RMI_REC_ENTER, s->rec[0], secure);
}

static void a_bad_rec_is_refused(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;

	ALONE(h, "rec_align", INPUT, RMI_REC_ENTER, s->rec[0] + 8, h->run);
	ALONE(h, "rec_bound", INPUT, RMI_REC_ENTER, UINT64_C(0x1000), h->run);
	ALONE(h, "rec_gran_state", INPUT, RMI_REC_ENTER, s->realm.rd, h->run);
}

static void the_run_page_is_looked_at_before_the_rec(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;

	WINS(h, "run_align", "rec_align", INPUT, RMI_REC_ENTER, s->rec[0] + 8, h->run + 8);
	WINS(h, "run_pas", "rec_gran_state", INPUT, RMI_REC_ENTER, h->run, s->rec[0]);
}

static void the_arguments_are_looked_at_before_the_rec_state(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;
	const struct rmi_rec_enter enter = {.gicv3_hcr = 1};

	WINS(h, "run_align", "rec_runnable", INPUT, RMI_REC_ENTER, s->rec[1], h->run + 8);
	WINS(h, "run_bound", "rec_runnable", INPUT, RMI_REC_ENTER, s->rec[1], UINT64_C(0x1000));
	write_enter(h, &enter);
	WINS(h, "rec_align", "rec_gicv3", INPUT, RMI_REC_ENTER, s->rec[0] + 8, h->run);
	WINS(h, "rec_bound", "rec_gicv3", INPUT, RMI_REC_ENTER, UINT64_C(0x1000), h->run);
	WINS(h, "rec_gran_state", "rec_gicv3", INPUT, RMI_REC_ENTER, s->realm.rd, h->run);
}

static void a_realm_that_is_not_active_is_refused(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_rec(h, &r, true);
	host_rec(h, &r, false);
	ALONE(h, "realm_new", smc_pack_status(RMI_ERROR_REALM, 0), RMI_REC_ENTER, r.rec[0], h->run);
	WINS(h, "realm_new", "rec_runnable", smc_pack_status(RMI_ERROR_REALM, 0), RMI_REC_ENTER,
	     r.rec[1], h->run);
	host_realm_end(h, &r);
	steps_smc(&s->steps, SMC_PSCI_SYSTEM_OFF);
	steps_enter(&s->steps, s->rec[0]);
	ALONE(h, "system_off", smc_pack_status(RMI_ERROR_REALM, 1), RMI_REC_ENTER, s->rec[0],
	      h->run);
	WINS(h, "system_off", "rec_runnable", smc_pack_status(RMI_ERROR_REALM, 1), RMI_REC_ENTER,
	     s->rec[1], h->run);
}

static void a_rec_that_is_off_is_refused(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;
	const struct rmi_rec_enter enter = {.gicv3_hcr = 1};

	ALONE(h, "rec_runnable", REC_ERROR, RMI_REC_ENTER, s->rec[1], h->run);
	write_enter(h, &enter);
	WINS(h, "rec_runnable", "rec_gicv3", REC_ERROR, RMI_REC_ENTER, s->rec[1], h->run);
}

static void a_rec_with_a_psci_request_is_refused(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;
	const struct rmi_rec_enter enter = {.gicv3_hcr = 1};

	steps_smc(&s->steps, SMC_PSCI_CPU_ON, 1, STAGE_RAM, 0);
	steps_enter(&s->steps, s->rec[0]);
	ALONE(h, "rec_pending", REC_ERROR, RMI_REC_ENTER, s->rec[0], h->run);
	write_enter(h, &enter);
	WINS(h, "rec_pending", "rec_gicv3", REC_ERROR, RMI_REC_ENTER, s->rec[0], h->run);
}

static void a_host_call_does_not_block_the_entry(void **state)
{
	struct stage *s = *state;

	steps_smc(&s->steps, SMC_RSI_HOST_CALL, STAGE_RAM);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_HOST_CALL);
	steps_enter(&s->steps, s->rec[0]);
}

/* What another PE does while the REC runs. */
static void enter_again(struct steps *steps, void *argument)
{
	struct stage *s = argument;
	struct host *h = &s->host;
	const uint64_t run = host_page(h);

	(void)steps;
	h->pe = 1;
	ALONE(h, "rec_state", REC_ERROR, RMI_REC_ENTER, s->rec[0], run);
	WINS(h, "run_align", "rec_state", INPUT, RMI_REC_ENTER, s->rec[0], run + 8);
	ALONE(h, "rec_state", REC_ERROR, RMI_REC_DESTROY, s->rec[0]);
	h->pe = 0;
}

static void a_running_rec_is_refused(void **state)
{
	struct stage *s = *state;

	steps_do(&s->steps, enter_again, s);
	steps_event(&s->steps, RMMSIM_EVENT_IRQ, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_IRQ);
}

static void take_run_page(struct steps *steps, void *argument)
{
	struct host *h = argument;

	(void)steps;
	h->pe = 1;
	OK(h, RMI_GRANULE_DELEGATE, h->run);
	h->pe = 0;
}

static void a_run_page_that_was_delegated_meanwhile_is_not_written(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;
	struct rmmsim_explanation explanation;
	uint64_t reason;

	steps_do(&s->steps, take_run_page, h);
	steps_event(&s->steps, RMMSIM_EVENT_FIQ, 0);
	assert_int_equal(steps_try_enter(&s->steps, s->rec[0]), RMI_ERROR_INPUT);
	assert_int_equal(rmmsim_explain(h->sim, 0, &explanation), RMMSIM_OK);
	assert_string_equal(explanation.first.id, "run_write");
	assert_int_equal(rmmsim_peek(h->sim, h->run + 0x800, &reason, sizeof(reason)), RMMSIM_OK);
	assert_int_equal(reason, 0);
	OK(h, RMI_GRANULE_UNDELEGATE, h->run);
}

static void nothing_happens_on_refusal(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;
	struct rmi_rec_run before, after;

	memset(&before, 0x5a, sizeof(before));
	assert_int_equal(rmmsim_host_write(h->sim, h->run, &before, sizeof(before)), RMMSIM_OK);
	REFUSED(h, "rec_gicv3", REC_ERROR, RMI_REC_ENTER, s->rec[0], h->run);
	assert_int_equal(rmmsim_host_read(h->sim, h->run, &after, sizeof(after)), RMMSIM_OK);
	assert_memory_equal(&before, &after, sizeof(before));
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, 0x1000);
}

static void emulation_needs_an_emulatable_abort(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;
	const struct rmi_rec_enter mmio = {.flags = RMI_REC_ENTER_FLAG_EMUL_MMIO};
	const struct rmi_rec_enter gic = {.gicv3_hcr = 1};
	const struct rmi_rec_enter both = {.flags = RMI_REC_ENTER_FLAG_EMUL_MMIO, .gicv3_hcr = 1};

	write_enter(h, &mmio);
	ALONE(h, "rec_mmio", REC_ERROR, RMI_REC_ENTER, s->rec[0], h->run);
	write_enter(h, &gic);
	ALONE(h, "rec_gicv3", REC_ERROR, RMI_REC_ENTER, s->rec[0], h->run);
	write_enter(h, &both);
	WINS(h, "rec_gicv3", "rec_mmio", REC_ERROR, RMI_REC_ENTER, s->rec[0], h->run);
	/* Without a valid syndrome the Host cannot emulate. */
	steps_sync(&s->steps, STEPS_DATA(7), 0, STEPS_HPFAR(s->ns));
	steps_enter(&s->steps, s->rec[0]);
	write_enter(h, &mmio);
	ALONE(h, "rec_mmio", REC_ERROR, RMI_REC_ENTER, s->rec[0], h->run);
	/* Nor at a Protected IPA. */
	steps_sync(&s->steps, STEPS_DATA(7) | STEPS_ISV, 0, STEPS_HPFAR(STAGE_HOLE));
	steps_enter(&s->steps, s->rec[0]);
	write_enter(h, &mmio);
	ALONE(h, "rec_mmio", REC_ERROR, RMI_REC_ENTER, s->rec[0], h->run);
}

static void an_external_abort_needs_an_abort_at_an_unprotected_ipa(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;
	const struct rmi_rec_enter sea = {.flags = RMI_REC_ENTER_FLAG_INJECT_SEA};
	const struct rmi_rec_enter both = {.flags = RMI_REC_ENTER_FLAG_INJECT_SEA, .gicv3_hcr = 1};

	write_enter(h, &sea);
	ALONE(h, "rec_sea", REC_ERROR, RMI_REC_ENTER, s->rec[0], h->run);
	write_enter(h, &both);
	WINS(h, "rec_gicv3", "rec_sea", REC_ERROR, RMI_REC_ENTER, s->rec[0], h->run);
	steps_sync(&s->steps, STEPS_DATA(7) | STEPS_ISV, 0, STEPS_HPFAR(STAGE_HOLE));
	steps_enter(&s->steps, s->rec[0]);
	write_enter(h, &sea);
	ALONE(h, "rec_sea", REC_ERROR, RMI_REC_ENTER, s->rec[0], h->run);
	/* The abort is over once the REC was entered again. */
	steps_sync(&s->steps, STEPS_DATA(7), 0, STEPS_HPFAR(s->ns));
	steps_enter(&s->steps, s->rec[0]);
	steps_enter(&s->steps, s->rec[0]);
	write_enter(h, &sea);
	ALONE(h, "rec_sea", REC_ERROR, RMI_REC_ENTER, s->rec[0], h->run);
}

static void without_an_engine_the_rec_leaves_at_once(void **state)
{
	struct stage *s = *state;
	struct host h;
	struct host_realm r;

	(void)s;
	host_open(&h, NULL);
	host_realm(&h, &r, NULL);
	host_rec(&h, &r, true);
	host_activate(&h, &r);
	host_enter(&h, r.rec[0], 0);
	assert_int_equal(h.exit.exit_reason, RMI_EXIT_IRQ);
	host_realm_end(&h, &r);
	host_close(&h);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_bad_run_page_is_refused),
		TEST(a_bad_rec_is_refused),
		TEST(the_run_page_is_looked_at_before_the_rec),
		TEST(the_arguments_are_looked_at_before_the_rec_state),
		TEST(a_realm_that_is_not_active_is_refused),
		TEST(a_rec_that_is_off_is_refused),
		TEST(a_rec_with_a_psci_request_is_refused),
		TEST(a_host_call_does_not_block_the_entry),
		TEST(a_running_rec_is_refused),
		TEST(a_run_page_that_was_delegated_meanwhile_is_not_written),
		TEST(nothing_happens_on_refusal),
		TEST(emulation_needs_an_emulatable_abort),
		TEST(an_external_abort_needs_an_abort_at_an_unprotected_ipa),
		TEST(without_an_engine_the_rec_leaves_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
