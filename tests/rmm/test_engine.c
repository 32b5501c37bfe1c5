/* SPDX-License-Identifier: BSD-3-Clause */
/* What engines may ask for: include/rmmsim/engine.h */
#include "tests/support/stage.h"

#include <string.h>

static int set_up(void **state)
{
	return stage_setup(state, NULL);
}

/* Runs a function of the test where an engine runs. */
static void inside(struct stage *s, step_fn fn)
{
	steps_do(&s->steps, fn, s);
	steps_event(&s->steps, RMMSIM_EVENT_IRQ, 0);
	steps_enter(&s->steps, s->rec[0]);
}

static struct rmmsim_translation translate(struct steps *steps, uint64_t ipa,
					   enum rmmsim_access access)
{
	struct rmmsim_translation t;

	rmmsim_translate(steps->vcpu, ipa, access, 1, &t);
	return t;
}

static void look_around(struct steps *steps, void *argument)
{
	struct stage *s = argument;
	struct rmmsim_translation t = translate(steps, STAGE_RAM + 0x123, RMMSIM_WRITE);

	assert_true(t.proceeds);
	assert_false(t.ns);
	assert_int_equal(t.pa, s->ram_pa + 0x123);
	assert_true(translate(steps, STAGE_RAM, RMMSIM_FETCH).proceeds);
	t = translate(steps, STAGE_HOLE, RMMSIM_READ);
	assert_false(t.proceeds);
	assert_int_equal(t.event.kind, RMMSIM_EVENT_SYNC);
	assert_int_equal(t.event.esr, STEPS_DATA(7));
	assert_int_equal(t.event.hpfar, STEPS_HPFAR(STAGE_HOLE));
	assert_int_equal(t.level, 3);
	t = translate(steps, s->realm.half - 1, RMMSIM_FETCH);
	assert_int_equal(t.event.esr, STEPS_FETCH(5));
	t = translate(steps, 2 * s->realm.half, RMMSIM_READ);
	assert_true(t.address_size);
	assert_false(t.proceeds);
}

static void translation_tells_the_address_or_the_exception(void **state)
{
	inside(*state, look_around);
}

static void map_nowhere(struct steps *steps, void *argument)
{
	struct stage *s = argument;
	struct rmmsim_translation t = translate(steps, s->ns, RMMSIM_READ);

	assert_false(t.proceeds);
	assert_int_equal(t.event.esr >> 26, 0x24);
}

/* The Host may map what is no memory. */
static void an_address_without_memory_is_an_abort(void **state)
{
	struct stage *s = *state;

	host_tables(&s->host, &s->realm, 0, s->ns, 3);
	OK(&s->host, RMI_RTT_MAP_UNPROTECTED, s->realm.rd, s->ns, 3,
	   host_desc(&s->realm, UINT64_C(0x1000)));
	inside(s, map_nowhere);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_IRQ);
}

static void copy(struct steps *steps, void *argument)
{
	struct rmmsim_translation t;
	uint8_t out[3] = {1, 2, 3}, in[3] = {0};

	(void)argument;
	rmmsim_copy(steps->vcpu, STAGE_RAM + 0xffd, RMMSIM_WRITE, out, 3, &t);
	assert_true(t.proceeds);
	rmmsim_copy(steps->vcpu, STAGE_RAM + 0xffd, RMMSIM_READ, in, 3, &t);
	assert_memory_equal(in, out, 3);
	rmmsim_copy(steps->vcpu, STAGE_EMPTY, RMMSIM_READ, in, 3, &t);
	assert_false(t.proceeds);
	assert_memory_equal(in, out, 3);
	rmmsim_copy(steps->vcpu, STAGE_RAM + 0xffd, RMMSIM_FETCH, in, 3, &t);
	assert_true(t.proceeds);
}

static void copies_go_through_the_translation(void **state)
{
	struct stage *s = *state;
	uint8_t bytes[3];

	inside(s, copy);
	stage_peek(s, STAGE_RAM + 0xffd, bytes, 3);
	assert_memory_equal(bytes, ((uint8_t[]){1, 2, 3}), 3);
}

static void run_nothing(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	(void)context;
	(void)vcpu;
	event->kind = RMMSIM_EVENT_FIQ;
}

static const struct rmmsim_engine_ops nothing = {
	.size = sizeof(nothing), .name = "nothing", .run = run_nothing};

static void set_engine_while_running(struct steps *steps, void *argument)
{
	(void)argument;
	assert_int_equal(rmmsim_set_engine(steps->host->sim, &nothing, NULL), RMMSIM_ERR_STATE);
}

static void the_engine_is_set_between_runs(void **state)
{
	struct stage *s = *state;
	struct rmmsim_engine_ops bad = nothing;

	inside(s, set_engine_while_running);
	bad.size--;
	assert_int_equal(rmmsim_set_engine(s->host.sim, &bad, NULL), RMMSIM_ERR_ARGUMENT);
	bad = nothing;
	bad.run = NULL;
	assert_int_equal(rmmsim_set_engine(s->host.sim, &bad, NULL), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_set_engine(s->host.sim, NULL, NULL), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_set_engine(NULL, &nothing, NULL), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_set_engine(s->host.sim, &nothing, NULL), RMMSIM_OK);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_FIQ);
}

static void run_junk(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	(void)context;
	(void)vcpu;
	event->kind = (enum rmmsim_event_kind)99;
}

static void an_event_that_does_not_exist_is_an_interrupt(void **state)
{
	struct stage *s = *state;
	static const struct rmmsim_engine_ops junk = {
		.size = sizeof(junk), .name = "junk", .run = run_junk};

	assert_int_equal(rmmsim_set_engine(s->host.sim, &junk, NULL), RMMSIM_OK);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_IRQ);
}

static void forget(void *context, uint64_t rec)
{
	*(uint64_t *)context = rec;
}

static void the_engine_forgets_recs_that_start_anew(void **state)
{
	struct stage *s = *state;
	uint64_t forgotten = 0;
	static const struct rmmsim_engine_ops ops = {
		.size = sizeof(ops), .name = "forgets", .run = run_nothing, .forget = forget};

	steps_smc(&s->steps, SMC_PSCI_CPU_ON, 1, STAGE_RAM, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(rmmsim_set_engine(s->host.sim, &ops, &forgotten), RMMSIM_OK);
	OK(&s->host, RMI_PSCI_COMPLETE, s->rec[0], s->rec[1], 0);
	assert_int_equal(forgotten, s->rec[1]);
	steps_open(&s->steps, &s->host);
}

static void the_engine_forgets_recs_that_are_destroyed(void **state)
{
	static const struct rmmsim_engine_ops ops = {
		.size = sizeof(ops), .name = "forgets", .run = run_nothing, .forget = forget};
	struct stage *s = *state;
	struct host_realm realm;
	uint64_t forgotten = 0;

	assert_int_equal(rmmsim_set_engine(s->host.sim, &ops, &forgotten), RMMSIM_OK);
	host_realm(&s->host, &realm, NULL);
	host_rec(&s->host, &realm, true);
	assert_int_equal(forgotten, realm.rec[0]);
	forgotten = 0;
	host_realm_end(&s->host, &realm);
	assert_int_equal(forgotten, realm.rec[0]);
	steps_open(&s->steps, &s->host);
}

static void time_only_moves_when_told(void **state)
{
	struct stage *s = *state;

	assert_int_equal(rmmsim_time(s->host.sim), 0);
	rmmsim_time_advance(s->host.sim, 5);
	rmmsim_time_advance(s->host.sim, 6);
	assert_int_equal(rmmsim_time(s->host.sim), 11);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(translation_tells_the_address_or_the_exception),
		TEST(an_address_without_memory_is_an_abort),
		TEST(copies_go_through_the_translation),
		TEST(the_engine_is_set_between_runs),
		TEST(an_event_that_does_not_exist_is_an_interrupt),
		TEST(the_engine_forgets_recs_that_start_anew),
		TEST(the_engine_forgets_recs_that_are_destroyed),
		TEST(time_only_moves_when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
