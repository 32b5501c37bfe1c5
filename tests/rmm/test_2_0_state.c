/* SPDX-License-Identifier: BSD-3-Clause */
/* Snapshots and saved states of an instance of 2.0: its monitor and its open operations are in them. */
#include <stdlib.h>

#include <rmmsim/snapshot.h>

#include "attest/measurement.h"
#include "tests/rmm/two_zero.h"
#include "tests/support/random.h"

#define CHECKSUM   32
#define VERSION_AT 24
#define FORMAT_AT  8
#define LOADS      3000

/* How far an operation has got when the state is kept. */
enum stage { BEFORE, BEGUN, HALF_GIVEN, GIVEN, FAILED, HALF_BACK, BACK, STAGES };

struct two {
	struct host h;
	struct two_realm r;
	uint64_t rec, root;
};

static int open_monitor(void **state)
{
	struct two *t = calloc(1, sizeof(*t));

	two_open(&t->h, NULL);
	*state = t;
	return 0;
}

static int close_monitor(void **state)
{
	struct two *t = *state;

	two_close(&t->h);
	free(t);
	return 0;
}

/* Goes on with a copy of the instance that has been to a file; it says the same bytes. */
static void through_a_file(struct host *h)
{
	const uint64_t fingerprint = rmmsim_fingerprint(h->sim);
	struct rmmsim_error error;
	void *data, *again;
	size_t size, size_again;

	assert_int_equal(rmmsim_save_data(h->sim, &data, &size), RMMSIM_OK);
	rmmsim_destroy(h->sim);
	if (rmmsim_load_data(data, size, NULL, &h->sim, &error) != RMMSIM_OK)
		fail_msg("%s", error.text);
	assert_true(rmmsim_fingerprint(h->sim) == fingerprint);
	assert_int_equal(rmmsim_save_data(h->sim, &again, &size_again), RMMSIM_OK);
	assert_int_equal(size_again, size);
	assert_memory_equal(again, data, size);
	free(data);
	free(again);
}

/* Goes on after a way round: what comes between is forgotten. */
static void through_a_snapshot(struct host *h)
{
	const uint64_t fingerprint = rmmsim_fingerprint(h->sim);
	uint64_t id;

	assert_int_equal(rmmsim_snapshot(h->sim, &id), RMMSIM_OK);
	assert_int_equal(call(h, RMI_REALM_CREATE, two_page(h), host_page(h)), TWO_DONATE);
	call(h, RMI_OP_CONTINUE, 0, 0);
	call(h, RMI_OP_MEM_RECLAIM, 0, host_page(h), 8);
	assert_true(rmmsim_fingerprint(h->sim) != fingerprint);
	assert_int_equal(rmmsim_restore(h->sim, id), RMMSIM_OK);
	assert_true(rmmsim_fingerprint(h->sim) == fingerprint);
	assert_int_equal(rmmsim_snapshot_free(h->sim, id), RMMSIM_OK);
}

typedef void (*way)(struct host *h);
static const way ways[] = {through_a_file, through_a_snapshot};

static void the_monitor_keeps_its_state(void **state)
{
	struct host *h = &((struct two *)*state)->h;
	const uint64_t fresh = rmmsim_fingerprint(h->sim);
	const struct rmi_rmm_config config = {.tracking_region_size = 1};
	const uint64_t page = host_page_with(h, &config, sizeof(config));
	struct rmi_rmm_config read;

	OK(h, RMI_RMM_CONFIG_SET, page);
	assert_true(rmmsim_fingerprint(h->sim) != fresh);
	through_a_file(h);
	OK(h, RMI_RMM_CONFIG_GET, page);
	assert_int_equal(rmmsim_host_read(h->sim, page, &read, sizeof(read)), RMMSIM_OK);
	assert_int_equal(read.tracking_region_size, 1);
	OK(h, RMI_RMM_ACTIVATE);
	through_a_file(h);
	OK(h, RMI_RMM_STATE_GET);
	assert_int_equal(OUT(h, 1), RMI_RMM_STATE_ACTIVE);
	OK(h, RMI_RMM_DEACTIVATE);
	through_a_file(h);
	OK(h, RMI_RMM_ACTIVATE);
}

static void every_feature_register_is_kept(void **state)
{
	struct host *h = &((struct two *)*state)->h;
	uint64_t before[RMMSIM_FEATURE_REGISTERS];

	for (unsigned int i = 0; i < RMMSIM_FEATURE_REGISTERS; i++) {
		OK(h, RMI_FEATURES, i);
		before[i] = OUT(h, 1);
	}
	through_a_file(h);
	for (unsigned int i = 0; i < RMMSIM_FEATURE_REGISTERS; i++) {
		OK(h, RMI_FEATURES, i);
		assert_true(OUT(h, 1) == before[i]);
	}
}

/* --- operations ------------------------------------------------------------------------------------------ */

/* The first call of an operation that creates. */
static void begin_realm(struct two *t, bool bad)
{
	struct host *h = &t->h;
	struct rmi_realm_params p;

	t->r.rd = two_page(h);
	t->r.root = two_page(h);
	two_params(&p, bad ? t->r.root + 8 : t->r.root);
	assert_int_equal(call(h, RMI_REALM_CREATE, t->r.rd, host_page_with(h, &p, sizeof(p))),
			 TWO_DONATE);
}

static void begin_rec(struct two *t, bool bad)
{
	const struct rmi_rec_params p = {.flags = 1};
	struct host *h = &t->h;

	two_realm(h, &t->r);
	if (bad)
		OK(h, RMI_REALM_ACTIVATE, t->r.rd);
	t->rec = two_page(h);
	assert_int_equal(call(h, RMI_REC_CREATE, t->r.rd, t->rec, host_page_with(h, &p, sizeof(p))),
			 TWO_DONATE);
}

/* Takes `count` pages back; the reply says whether more are left. */
static void take_back(struct host *h, unsigned int count)
{
	const uint64_t list = host_page(h);

	while (count--) {
		assert_int_equal(call(h, RMI_OP_MEM_RECLAIM, 0, list, 1) & 0xff, RMI_INCOMPLETE);
		assert_int_equal(OUT(h, 1), 1);
	}
}

/* One life of an operation that creates, with `go` at the given stage. */
static void create(struct two *t, void (*begin)(struct two *, bool), unsigned int pages,
		   enum stage stage, way go)
{
	const bool bad = stage >= FAILED;
	struct host *h = &t->h;

	begin(t, bad);
	if (stage == BEGUN)
		go(h);
	two_donate(h, 0, 4);
	if (stage == HALF_GIVEN)
		go(h);
	two_donate(h, 0, pages - 4);
	if (stage == GIVEN)
		go(h);
	if (!bad) {
		OK(h, RMI_OP_CONTINUE, 0, 0);
		return;
	}
	assert_int_equal(call(h, RMI_OP_CONTINUE, 0, 0), TWO_RECLAIM);
	if (stage == FAILED)
		go(h);
	take_back(h, 4);
	if (stage == HALF_BACK)
		go(h);
	take_back(h, pages - 4);
	if (stage == BACK)
		go(h);
	assert_int_not_equal(call(h, RMI_OP_CONTINUE, 0, 0) & 0xff, RMI_SUCCESS);
}

static void an_operation_that_creates_goes_on(void **state)
{
	static const struct {
		void (*begin)(struct two *, bool);
		unsigned int pages;
	} rows[] = {{begin_realm, TWO_REALM_PAGES}, {begin_rec, TWO_REC_PAGES}};

	for (unsigned int w = 0; w < 2; w++) {
		for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			for (enum stage stage = BEGUN; stage < STAGES; stage++) {
				struct two *t = *state;

				two_close(&t->h);
				two_open(&t->h, NULL);
				OK(&t->h, RMI_RMM_ACTIVATE);
				create(t, rows[i].begin, rows[i].pages, stage, ways[w]);
				assert_int_equal((int)rmmsim_check(t->h.sim, NULL, 0), 0);
			}
		}
	}
}

/* REC_DESTROY, then REALM_DESTROY. */
static void an_operation_that_destroys_goes_on(void **state)
{
	struct two *t = *state;
	struct host *h = &t->h;

	OK(h, RMI_RMM_ACTIVATE);
	two_realm(h, &t->r);
	through_a_file(h);
	t->rec = two_page(h);
	assert_int_equal(two_rec_create(h, t->r.rd, t->rec, 0), RMI_SUCCESS);
	through_a_file(h);
	assert_int_equal(call(h, RMI_REC_DESTROY, t->rec), TWO_RECLAIM);
	through_a_file(h);
	take_back(h, 3);
	through_a_file(h);
	assert_int_equal(two_reclaim(h, 0), RMI_SUCCESS);
	OK(h, RMI_REALM_TERMINATE, t->r.rd);
	through_a_file(h);
	assert_int_equal(call(h, RMI_REALM_DESTROY, t->r.rd), TWO_RECLAIM);
	through_a_snapshot(h);
	through_a_file(h);
	assert_int_equal(two_reclaim(h, 0), RMI_SUCCESS);
	assert_string_equal(host_state(h, t->r.rd), "DELEGATED");
}

/* --- what a file may have instead -------------------------------------------------------------------------- */

struct saved {
	uint8_t *bytes;
	size_t size;
};

static void sum(struct saved *saved)
{
	uint8_t hash[64];

	measurement_hash(RMI_HASH_SHA_256, saved->bytes, saved->size - CHECKSUM, hash);
	memcpy(saved->bytes + saved->size - CHECKSUM, hash, CHECKSUM);
}

static struct saved save(struct host *h)
{
	struct saved saved;
	void *data;

	assert_int_equal(rmmsim_save_data(h->sim, &data, &saved.size), RMMSIM_OK);
	saved.bytes = data;
	return saved;
}

/* Format 1 has no state of the monitor: with it, an instance would forget its operations. */
static void the_format_before_is_refused_for_2_0(void **state)
{
	struct saved saved = save(&((struct two *)*state)->h);
	struct rmmsim_error error;
	struct rmmsim *sim;

	assert_int_equal(saved.bytes[FORMAT_AT], 2);
	saved.bytes[FORMAT_AT] = 1;
	sum(&saved);
	assert_int_equal(rmmsim_load_data(saved.bytes, saved.size, NULL, &sim, &error),
			 RMMSIM_ERR_FORMAT);
	assert_non_null(strstr(error.text, "the revision"));
	free(saved.bytes);
}

/* Calls that follow what is in the granules of an operation. */
static void go_on(struct rmmsim *sim)
{
	static const uint32_t commands[] = {SMC_RMI_OP_MEM_DONATE, SMC_RMI_OP_CONTINUE,
					    SMC_RMI_OP_MEM_RECLAIM, SMC_RMI_OP_CONTINUE,
					    SMC_RMI_RMM_DEACTIVATE};

	for (unsigned int i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		struct rmmsim_regs regs = {.x = {commands[i], 0, 0x80000000, 64}};

		rmmsim_smc(sim, 0, &regs);
	}
	rmmsim_check(sim, NULL, 0);
}

/* Any byte may be another, with the right checksum: it is refused, or harmless. */
static void damage_is_refused_or_harmless(void **state)
{
	struct two *t = *state;
	struct saved saved;
	unsigned int refused = 0;
	struct random random = {.state = 1};

	OK(&t->h, RMI_RMM_ACTIVATE);
	begin_rec(t, false);
	two_donate(&t->h, 0, 5);
	saved = save(&t->h);
	for (unsigned int i = 0; i < LOADS; i++) {
		const size_t at =
			VERSION_AT + random_below(&random, saved.size - VERSION_AT - CHECKSUM);
		const uint8_t old = saved.bytes[at];
		struct rmmsim *sim;

		saved.bytes[at] = (uint8_t)random_next(&random);
		sum(&saved);
		if (rmmsim_load_data(saved.bytes, saved.size, NULL, &sim, NULL) == RMMSIM_OK)
			go_on(sim);
		else
			refused++;
		rmmsim_destroy(sim);
		saved.bytes[at] = old;
	}
	assert_true(refused > 0 && refused < LOADS);
	free(saved.bytes);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_monitor, close_monitor)
	const struct CMUnitTest tests[] = {
		TEST(the_monitor_keeps_its_state),
		TEST(every_feature_register_is_kept),
		TEST(an_operation_that_creates_goes_on),
		TEST(an_operation_that_destroys_goes_on),
		TEST(the_format_before_is_refused_for_2_0),
		TEST(damage_is_refused_or_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
