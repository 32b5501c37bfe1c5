/* SPDX-License-Identifier: BSD-3-Clause */
/* What the measurements of a Realm depend on, without knowing a digest: measurement.md#3, measurement.md#4 */
#include <string.h>

#include <rmmsim/attest.h>

#include "attest/measurement.h"
#include "tests/support/host.h"

#define SHA_256_SIZE 32

struct measurement {
	uint8_t bytes[64];
};

/* Measurement `index` as the REC reads it. */
static struct measurement read_measurement(struct host *h, uint64_t rec, uint64_t index)
{
	struct measurement m;

	guest_call(h, rec, SMC_RSI_MEASUREMENT_READ, index);
	assert_true(h->guest.returned);
	assert_int_equal(h->guest.result[0], RSI_SUCCESS);
	memcpy(m.bytes, &h->guest.result[1], sizeof(m.bytes));
	return m;
}

/* A Realm with something in it, and the RIM that it has then. */
static struct measurement rim_of(struct host *h, void (*fill)(struct host *h, struct host_realm *r))
{
	struct host_realm r;
	struct measurement m;
	uint64_t rec;

	host_realm(h, &r, NULL);
	rec = host_rec(h, &r, true);
	fill(h, &r);
	host_activate(h, &r);
	m = read_measurement(h, rec, 0);
	host_realm_end(h, &r);
	return m;
}

static bool same(struct measurement a, struct measurement b)
{
	return !memcmp(&a, &b, sizeof(a));
}

static void tools_see_what_the_realm_reads(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint8_t value[64];
	uint64_t rec;

	host_realm(h, &r, NULL);
	rec = host_rec(h, &r, true);
	host_activate(h, &r);
	for (unsigned int i = 0; i < 5; i++) {
		const struct measurement m = read_measurement(h, rec, i);

		assert_int_equal(rmmsim_realm_measurement(h->sim, r.rd, i, value), RMMSIM_OK);
		assert_memory_equal(value, m.bytes, sizeof(value));
	}
	assert_int_equal(rmmsim_realm_measurement(h->sim, r.rd, 5, value), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_realm_measurement(h->sim, r.rd, 0, NULL), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_realm_measurement(NULL, r.rd, 0, value), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_realm_measurement(h->sim, rec, 0, value), RMMSIM_ERR_RANGE);
	assert_int_equal(rmmsim_realm_measurement(h->sim, 0, 0, value), RMMSIM_ERR_RANGE);
	host_realm_end(h, &r);
}

static void nothing(struct host *h, struct host_realm *r)
{
	(void)h, (void)r;
}

static void page_at_1000(struct host *h, struct host_realm *r)
{
	host_ram(h, r, 0x1000);
}

static void page_at_2000(struct host *h, struct host_realm *r)
{
	host_ram(h, r, 0x2000);
}

static void sleeping_rec(struct host *h, struct host_realm *r)
{
	host_rec(h, r, false);
}

static void second_rec(struct host *h, struct host_realm *r)
{
	host_rec(h, r, true);
}

static void two_pages_at_once(struct host *h, struct host_realm *r)
{
	host_tables(h, r, 0, 0, 3);
	OK(h, RMI_RTT_INIT_RIPAS, r->rd, 0, 0x2000);
}

static void page_by_page(struct host *h, struct host_realm *r)
{
	host_tables(h, r, 0, 0, 3);
	OK(h, RMI_RTT_INIT_RIPAS, r->rd, 0, 0x1000);
	OK(h, RMI_RTT_INIT_RIPAS, r->rd, 0x1000, 0x2000);
}

static void the_rim_tells_where_a_page_is(void **state)
{
	assert_false(same(rim_of(*state, page_at_1000), rim_of(*state, page_at_2000)));
}

static void only_a_runnable_rec_is_measured(void **state)
{
	assert_true(same(rim_of(*state, nothing), rim_of(*state, sleeping_rec)));
	assert_false(same(rim_of(*state, nothing), rim_of(*state, second_rec)));
}

static void a_range_is_measured_entry_by_entry(void **state)
{
	assert_true(same(rim_of(*state, two_pages_at_once), rim_of(*state, page_by_page)));
}

static void a_rem_is_extended_behind_its_old_value(void **state)
{
	struct host *h = *state;
	uint8_t input[2 * SHA_256_SIZE] = {0};
	struct measurement expected;
	struct host_realm r;
	uint64_t rec;

	host_realm(h, &r, NULL);
	rec = host_rec(h, &r, true);
	host_activate(h, &r);
	guest_call(h, rec, SMC_RSI_MEASUREMENT_EXTEND, 1, SHA_256_SIZE, 0x1111, 0x2222, 0x3333,
		   0x4444);
	assert_int_equal(h->guest.result[0], RSI_SUCCESS);
	memcpy(&input[SHA_256_SIZE], (const uint64_t[]){0x1111, 0x2222, 0x3333, 0x4444},
	       SHA_256_SIZE);
	measurement_hash(RMI_HASH_SHA_256, input, sizeof(input), expected.bytes);
	assert_true(same(read_measurement(h, rec, 1), expected));
	host_realm_end(h, &r);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tools_see_what_the_realm_reads),
		TEST(the_rim_tells_where_a_page_is),
		TEST(only_a_runnable_rec_is_measured),
		TEST(a_range_is_measured_entry_by_entry),
		TEST(a_rem_is_extended_behind_its_old_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
