/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include <rmmsim/snapshot.h>

#include "mem/snapshot.h"
#include "rmm/sim.h"
#include "tests/support/host.h"

#define PAGE HOST_PAGE

/* A Realm with memory, two trees and two RECs, and what random calls work on. */
struct scene {
	struct host *host;
	struct host_realm r;
	uint64_t pool; /* 16 pages */
	uint64_t run;
};

static void open_scene(struct scene *s, void **state, enum rmmsim_protection protection)
{
	const struct host_realm_options two_trees = {.planes = 2};
	struct rmmsim_config config;
	struct host *h = *state;

	rmmsim_config_init(&config);
	config.protection = protection;
	host_reopen(h, &config);
	s->host = h;
	h->unchecked = true; /* leaves Realms behind */
	host_realm(h, &s->r, &two_trees);
	host_ram(h, &s->r, 0);
	host_aux_map(h, &s->r, 1, 0);
	host_rec(h, &s->r, true);
	host_rec(h, &s->r, true);
	host_activate(h, &s->r);
	s->pool = host_pages(h, 16, PAGE);
	s->run = host_page(h);
}

static uint64_t next(uint64_t *random)
{
	*random = *random * 6364136223846793005u + 1442695040888963407u;
	return *random >> 33;
}

/* One call of a host that knows a little of what it does. Returns what can be seen of it. */
static uint64_t any_call(struct scene *s, uint64_t *random)
{
	const uint64_t page = s->pool + next(random) % 16 * PAGE;
	const uint64_t ipa = next(random) % 8 * PAGE, rd = s->r.rd;
	const uint64_t rec = s->r.rec[next(random) % 2], block = next(random) % 4 * HOST_BLOCK;
	const struct rmmsim_regs calls[] = {
		{{SMC_RMI_GRANULE_DELEGATE, page}},
		{{SMC_RMI_GRANULE_DELEGATE, page}},
		{{SMC_RMI_GRANULE_UNDELEGATE, page}},
		{{SMC_RMI_DATA_CREATE_UNKNOWN, rd, page, ipa}},
		{{SMC_RMI_DATA_CREATE_UNKNOWN, rd, page, ipa}},
		{{SMC_RMI_DATA_DESTROY, rd, ipa}},
		{{SMC_RMI_RTT_CREATE, rd, page, block, 3}},
		{{SMC_RMI_RTT_DESTROY, rd, block, 3}},
		{{SMC_RMI_RTT_AUX_MAP_PROTECTED, rd, ipa, 1}},
		{{SMC_RMI_RTT_AUX_UNMAP_PROTECTED, rd, ipa, 1}},
		{{SMC_RMI_RTT_READ_ENTRY, rd, ipa, 3}},
		{{SMC_RMI_REC_ENTER, rec, s->run}},
		{{SMC_RMI_REC_DESTROY, next(random) % 50 ? 1 : rec}},
		{{SMC_RMI_GRANULE_DELEGATE, page + 1}},
	};
	struct rmmsim_regs regs = calls[next(random) % (sizeof(calls) / sizeof(calls[0]))];
	uint64_t seen = 0;

	if (next(random) % 4 == 0)
		*(uint64_t *)rmmsim_host_ptr(s->host->sim, s->run + 2048 + 8, 8) = next(random);
	rmmsim_smc(s->host->sim, 0, &regs);
	rmmsim_time_advance(s->host->sim, 3);
	for (unsigned int i = 0; i < 18; i++)
		seen = seen * 31 + regs.x[i];
	return seen + rmmsim_calls(s->host->sim) + rmmsim_time(s->host->sim);
}

static uint64_t calls_from(struct scene *s, uint64_t seed, unsigned int count)
{
	uint64_t random = seed, seen = 0;

	while (count--)
		seen = seen * 131 + any_call(s, &random);
	assert_int_equal((int)rmmsim_check(s->host->sim, NULL, 0), 0);
	return seen;
}

static uint64_t keep(struct scene *s)
{
	uint64_t id;

	assert_int_equal(rmmsim_snapshot(s->host->sim, &id), RMMSIM_OK);
	assert_int_not_equal((int)id, 0);
	return id;
}

static void go_to(struct scene *s, uint64_t id)
{
	assert_int_equal(rmmsim_restore(s->host->sim, id), RMMSIM_OK);
	assert_int_equal((int)rmmsim_check(s->host->sim, NULL, 0), 0);
}

#define SAME(a, b) assert_true((a) == (b))

static void both_ways(void **state, enum rmmsim_protection protection)
{
	struct scene s;
	uint64_t id, at, first, after;

	open_scene(&s, state, protection);
	calls_from(&s, 1, 300);
	id = keep(&s);
	at = rmmsim_fingerprint(s.host->sim);
	first = calls_from(&s, 2, 500);
	after = rmmsim_fingerprint(s.host->sim);
	assert_true(at != after);
	calls_from(&s, 3, 500);
	for (unsigned int i = 0; i < 3; i++) {
		go_to(&s, id);
		SAME(rmmsim_fingerprint(s.host->sim), at);
		SAME(calls_from(&s, 2, 500), first);
		SAME(rmmsim_fingerprint(s.host->sim), after);
	}
}

static void a_restored_state_continues_as_the_first_time(void **state)
{
	both_ways(state, RMMSIM_PROTECTION_OFF);
}

static void a_restored_state_continues_the_same_way_with_protection_on(void **state)
{
	both_ways(state, RMMSIM_PROTECTION_TRAP);
}

/* The same states without a snapshot ever taken have the same fingerprints. */
static void a_snapshot_changes_nothing(void **state)
{
	uint64_t seen[2], print[2];
	struct scene s;

	for (unsigned int i = 0; i < 2; i++) {
		open_scene(&s, state, RMMSIM_PROTECTION_OFF);
		seen[i] = calls_from(&s, 1, 300);
		for (unsigned int n = 0; i == 1 && n < 3; n++)
			go_to(&s, keep(&s));
		seen[i] += calls_from(&s, 4, 300);
		print[i] = rmmsim_fingerprint(s.host->sim);
	}
	SAME(seen[0], seen[1]);
	SAME(print[0], print[1]);
}

#define MANY 40

static void any_order(void **state, enum rmmsim_protection protection)
{
	uint64_t id[MANY], print[MANY], seen[MANY], random = 9;
	struct scene s;

	open_scene(&s, state, protection);
	for (unsigned int i = 0; i < MANY; i++) {
		/* A tree of states, not a line. */
		if (i > 0)
			go_to(&s, id[next(&random) % i]);
		calls_from(&s, 100 + i, 40);
		id[i] = keep(&s);
		print[i] = rmmsim_fingerprint(s.host->sim);
		seen[i] = calls_from(&s, 7, 20);
	}
	for (unsigned int n = 0; n < 300; n++) {
		const unsigned int i = next(&random) % MANY;

		go_to(&s, id[i]);
		SAME(rmmsim_fingerprint(s.host->sim), print[i]);
		if (n % 3)
			SAME(calls_from(&s, 7, 20), seen[i]);
	}
	for (unsigned int i = 0; i < MANY; i += 2)
		assert_int_equal(rmmsim_snapshot_free(s.host->sim, id[i]), RMMSIM_OK);
	for (unsigned int i = 1; i < MANY; i += 2) {
		go_to(&s, id[i]);
		SAME(rmmsim_fingerprint(s.host->sim), print[i]);
	}
}

static void many_snapshots_are_restored_in_any_order(void **state)
{
	any_order(state, RMMSIM_PROTECTION_OFF);
}

static void many_snapshots_are_restored_in_any_order_with_protection_on(void **state)
{
	any_order(state, RMMSIM_PROTECTION_TRAP);
}

static void the_cost_grows_with_what_was_changed(void **state)
{
	struct scene s;
	uint64_t id;

	open_scene(&s, state, RMMSIM_PROTECTION_TRAP);
	id = keep(&s);
	go_to(&s, id);
	assert_int_equal((int)mem_restored(s.host->sim->mem), 0);
	OK(s.host, RMI_GRANULE_DELEGATE, s.pool);
	go_to(&s, id);
	assert_int_equal((int)mem_restored(s.host->sim->mem), 1);
	for (unsigned int i = 0; i < 10; i++)
		OK(s.host, RMI_GRANULE_DELEGATE, s.pool + i * PAGE);
	OK(s.host, RMI_DATA_CREATE_UNKNOWN, s.r.rd, s.pool, PAGE); /* its table too */
	go_to(&s, id);
	assert_int_equal((int)mem_restored(s.host->sim->mem), 11);
	go_to(&s, id);
	assert_int_equal((int)mem_restored(s.host->sim->mem), 0);
}

static void what_the_host_wrote_through_a_pointer_is_restored(void **state)
{
	static const enum rmmsim_protection both[] = {RMMSIM_PROTECTION_OFF,
						      RMMSIM_PROTECTION_TRAP};
	struct scene s;
	uint8_t *at;
	uint64_t id;

	for (unsigned int i = 0; i < 2; i++) {
		open_scene(&s, state, both[i]);
		at = rmmsim_host_ptr(s.host->sim, s.pool, 2 * PAGE);
		at[5] = 1;
		id = keep(&s);
		at[5] = 2;
		at[PAGE] = 3;
		go_to(&s, id);
		assert_int_equal(at[5], 1);
		assert_int_equal(at[PAGE], 0);
		/* Also what was delegated after it was written. */
		at[5] = 4;
		OK(s.host, RMI_GRANULE_DELEGATE, s.pool);
		go_to(&s, id);
		assert_int_equal(at[5], 1);
	}
}

static void writes_through_a_pointer_to_much_memory_are_announced(void **state)
{
	struct scene s;
	uint8_t *at;
	uint64_t id;

	open_scene(&s, state, RMMSIM_PROTECTION_OFF);
	id = keep(&s);
	at = rmmsim_host_ptr(s.host->sim, 0x88000000, 0x4000000);
	at[PAGE - 1] = at[PAGE] = 1;
	assert_int_equal(rmmsim_host_touched(s.host->sim, 0x88000000 + PAGE - 1, 2), RMMSIM_OK);
	go_to(&s, id);
	assert_int_equal(at[PAGE - 1], 0);
	assert_int_equal(at[PAGE], 0);
	assert_int_equal(rmmsim_host_touched(s.host->sim, 1, 1), RMMSIM_ERR_RANGE);
	assert_int_equal(rmmsim_host_touched(NULL, 1, 1), RMMSIM_ERR_ARGUMENT);
}

static void a_refused_call_keeps_the_fingerprint(void **state)
{
	uint64_t before;
	struct scene s;

	open_scene(&s, state, RMMSIM_PROTECTION_OFF);
	before = rmmsim_fingerprint(s.host->sim);
	assert_int_not_equal((int)call(s.host, RMI_GRANULE_UNDELEGATE, s.pool), 0);
	assert_int_not_equal((int)call(s.host, RMI_RTT_DESTROY, s.r.rd, 0, 3), 0);
	SAME(rmmsim_fingerprint(s.host->sim), before);
}

static void what_is_created_and_destroyed_leaves_the_fingerprint(void **state)
{
	struct scene s;
	uint64_t before;

	open_scene(&s, state, RMMSIM_PROTECTION_OFF);
	before = rmmsim_fingerprint(s.host->sim);
	OK(s.host, RMI_GRANULE_DELEGATE, s.pool);
	assert_true(rmmsim_fingerprint(s.host->sim) != before);
	OK(s.host, RMI_DATA_CREATE_UNKNOWN, s.r.rd, s.pool, PAGE);
	OK(s.host, RMI_DATA_DESTROY, s.r.rd, PAGE);
	OK(s.host, RMI_GRANULE_UNDELEGATE, s.pool);
	SAME(rmmsim_fingerprint(s.host->sim), before);
}

static void identifiers_are_part_of_the_state(void **state)
{
	const struct host_realm_options private = {.mecid = 3};
	struct host_realm other;
	struct scene s;
	uint64_t id, at;

	open_scene(&s, state, RMMSIM_PROTECTION_OFF);
	id = keep(&s);
	at = rmmsim_fingerprint(s.host->sim);
	host_realm(s.host, &other, &private);
	assert_int_equal(s.host->sim->mecids[3], MECID_PRIVATE_ASSIGNED);
	assert_int_not_equal(s.host->sim->vmids[0] >> other.params.vmid & 1, 0);
	go_to(&s, id);
	assert_int_equal(s.host->sim->mecids[3], MECID_PRIVATE_UNASSIGNED);
	assert_int_equal(s.host->sim->vmids[0] >> other.params.vmid & 1, 0);
	SAME(rmmsim_fingerprint(s.host->sim), at);
	host_realm(s.host, &other, &private);
}

static void nothing_is_known_of_calls_that_were_undone(void **state)
{
	struct rmmsim_explanation why;
	struct scene s;
	uint64_t id;

	open_scene(&s, state, RMMSIM_PROTECTION_OFF);
	OK(s.host, RMI_GRANULE_DELEGATE, s.pool);
	id = keep(&s);
	REFUSED(s.host, "gran_state", RMI_ERROR_INPUT, RMI_GRANULE_DELEGATE, s.pool);
	assert_int_equal(rmmsim_explain(s.host->sim, 0, &why), RMMSIM_OK);
	assert_true(why.since_known);
	go_to(&s, id);
	assert_int_equal(rmmsim_explain(s.host->sim, 0, &why), RMMSIM_ERR_STATE);
	REFUSED(s.host, "gran_state", RMI_ERROR_INPUT, RMI_GRANULE_DELEGATE, s.pool);
	assert_int_equal(rmmsim_explain(s.host->sim, 0, &why), RMMSIM_OK);
	assert_false(why.since_known);
	assert_string_equal(why.since_command, "GRANULE_DELEGATE");
}

static void snapshot_while_running(struct host *h, void *context)
{
	uint64_t id, *kept = context;
	size_t size;
	void *data;

	assert_int_equal(rmmsim_snapshot(h->sim, &id), RMMSIM_ERR_STATE);
	assert_int_equal(rmmsim_restore(h->sim, *kept), RMMSIM_ERR_STATE);
	assert_int_equal(rmmsim_save_data(h->sim, &data, &size), RMMSIM_ERR_STATE);
}

static void nothing_is_kept_or_restored_while_a_rec_runs(void **state)
{
	struct scene s;
	uint64_t id;

	open_scene(&s, state, RMMSIM_PROTECTION_OFF);
	id = keep(&s);
	host_while_running(s.host, s.r.rec[0], snapshot_while_running, &id);
	go_to(&s, id);
}

static void what_does_not_exist_is_refused(void **state)
{
	struct scene s;
	uint64_t id;

	open_scene(&s, state, RMMSIM_PROTECTION_OFF);
	assert_int_equal(rmmsim_restore(s.host->sim, 1), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_restore(s.host->sim, 0), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_snapshot(s.host->sim, NULL), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_snapshot(NULL, &id), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_restore(NULL, 1), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_snapshot_free(NULL, 1), RMMSIM_ERR_ARGUMENT);
	assert_true(rmmsim_fingerprint(NULL) == 0);
	id = keep(&s);
	assert_int_equal(rmmsim_snapshot_free(s.host->sim, id), RMMSIM_OK);
	assert_int_equal(rmmsim_snapshot_free(s.host->sim, id), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_restore(s.host->sim, id), RMMSIM_ERR_ARGUMENT);
}

struct forgetful {
	unsigned int count;
	uint64_t rec;
};

static void run(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	(void)context;
	vcpu->context->x[3]++;
	*event = (struct rmmsim_event){.kind = RMMSIM_EVENT_IRQ};
}

static void forget(void *context, uint64_t rec)
{
	struct forgetful *f = context;

	f->count += f->rec != rec;
	f->rec = rec;
}

static void the_engine_forgets_the_recs_that_change(void **state)
{
	const struct rmmsim_engine_ops ops = {sizeof(ops), "forgetful", run, forget};
	struct rmmsim_regs regs;
	struct forgetful f;
	struct scene s;
	uint64_t id;

	open_scene(&s, state, RMMSIM_PROTECTION_OFF);
	assert_int_equal(rmmsim_set_engine(s.host->sim, &ops, &f), RMMSIM_OK);
	id = keep(&s);
	f = (struct forgetful){0};
	go_to(&s, id);
	assert_int_equal(f.count, 0);
	regs = (struct rmmsim_regs){{SMC_RMI_REC_ENTER, s.r.rec[1], s.run}};
	rmmsim_smc(s.host->sim, 0, &regs);
	assert_int_equal((int)regs.x[0], 0);
	go_to(&s, id);
	assert_int_equal(f.count, 1);
	assert_true(f.rec == s.r.rec[1]);
}

/* What an engine was told it may write, it may have written. */
static void watching_engines_lose_what_they_kept(void **state)
{
	const uint64_t *count;
	uint64_t line, pa[4], id;
	struct scene s;

	open_scene(&s, state, RMMSIM_PROTECTION_OFF);
	assert_int_equal(rmmsim_engine_watch(s.host->sim, &count), RMMSIM_OK);
	id = keep(&s);
	line = *count;
	go_to(&s, id);
	assert_true(rmmsim_engine_changes(s.host->sim, &line, pa, 4) == SIZE_MAX);
	assert_true(rmmsim_engine_changes(s.host->sim, &line, pa, 4) == 0);
}

/* Realms that a test leaves behind are no leak here. */
static int tear_down(void **state)
{
	struct host *h = *state;

	h->unchecked = false;
	h->realms = 1;
	rmmsim_destroy(h->sim);
	free(h);
	return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_restored_state_continues_as_the_first_time),
		TEST(a_restored_state_continues_the_same_way_with_protection_on),
		TEST(a_snapshot_changes_nothing),
		TEST(many_snapshots_are_restored_in_any_order),
		TEST(many_snapshots_are_restored_in_any_order_with_protection_on),
		TEST(the_cost_grows_with_what_was_changed),
		TEST(what_the_host_wrote_through_a_pointer_is_restored),
		TEST(writes_through_a_pointer_to_much_memory_are_announced),
		TEST(a_refused_call_keeps_the_fingerprint),
		TEST(what_is_created_and_destroyed_leaves_the_fingerprint),
		TEST(identifiers_are_part_of_the_state),
		TEST(nothing_is_known_of_calls_that_were_undone),
		TEST(nothing_is_kept_or_restored_while_a_rec_runs),
		TEST(what_does_not_exist_is_refused),
		TEST(the_engine_forgets_the_recs_that_change),
		TEST(watching_engines_lose_what_they_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
