/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rmmsim/snapshot.h>

#include "attest/measurement.h"
#include "tests/support/host.h"
#include "tests/support/random.h"

#define PAGE HOST_PAGE

/* Where things lie: rmm/state/format.h */
#define FORMAT_AT   8
#define SIZE_AT     16
#define CHECKSUM    32
#define CONFIG_AT   24
#define PE_COUNT_AT 28

struct saved {
	uint8_t *bytes;
	size_t size;
	uint64_t fingerprint;
};

/* A Realm with two Planes that has run, and a Realm that has not. */
static struct saved make(struct host *h)
{
	const struct host_realm_options two_trees = {.planes = 2};
	struct rmmsim_config config = host_quirks("da-alp12", NULL);
	struct host_realm r, other;
	struct saved saved;
	void *data;

	host_reopen(h, &config);
	host_realm(h, &r, &two_trees);
	host_ram(h, &r, 0);
	host_aux_map(h, &r, 1, 0);
	host_ns(h, &r, r.half);
	host_rec(h, &r, true);
	host_rec(h, &r, false);
	host_activate(h, &r);
	guest_call(h, r.rec[0], SMC_RSI_VERSION, 0x10001);
	host_realm(h, &other, NULL);
	host_page_with(h, "Non-secure", 11);
	saved.fingerprint = rmmsim_fingerprint(h->sim);
	assert_int_equal(rmmsim_save_data(h->sim, &data, &saved.size), RMMSIM_OK);
	saved.bytes = data;
	return saved;
}

static enum rmmsim_status load(const struct saved *saved, struct rmmsim **sim,
			       struct rmmsim_error *error)
{
	return rmmsim_load_data(saved->bytes, saved->size, NULL, sim, error);
}

/* The bytes, changed, are refused with a text that contains `text`. */
static void refused(const struct saved *saved, const char *text)
{
	struct rmmsim *sim = (void *)1;
	struct rmmsim_error error;

	assert_int_equal(load(saved, &sim, &error), RMMSIM_ERR_FORMAT);
	assert_null(sim);
	assert_int_equal(error.status, RMMSIM_ERR_FORMAT);
	if (!strstr(error.text, text))
		fail_msg("\"%s\" does not say \"%s\"", error.text, text);
	assert_int_equal(load(saved, &sim, NULL), RMMSIM_ERR_FORMAT);
}

static void sum(struct saved *saved)
{
	uint8_t hash[64];

	measurement_hash(RMI_HASH_SHA_256, saved->bytes, saved->size - CHECKSUM, hash);
	memcpy(saved->bytes + saved->size - CHECKSUM, hash, CHECKSUM);
}

static void a_saved_state_is_loaded_as_it_was(void **state)
{
	struct rmmsim_error error;
	struct saved saved = make(*state);
	struct host *h = *state;
	struct rmmsim *sim;

	assert_int_equal(load(&saved, &sim, &error), RMMSIM_OK);
	assert_int_equal(error.status, RMMSIM_OK);
	assert_true(rmmsim_fingerprint(sim) == saved.fingerprint);
	assert_true(rmmsim_calls(sim) == rmmsim_calls(h->sim));
	assert_int_equal((int)rmmsim_check(sim, NULL, 0), 0);
	rmmsim_destroy(sim);
	free(saved.bytes);
}

static void a_loaded_state_is_saved_as_the_same_bytes(void **state)
{
	struct saved saved = make(*state);
	struct rmmsim *sim;
	size_t size;
	void *again;

	assert_int_equal(load(&saved, &sim, NULL), RMMSIM_OK);
	assert_int_equal(rmmsim_save_data(sim, &again, &size), RMMSIM_OK);
	assert_true(size == saved.size);
	assert_memory_equal(again, saved.bytes, size);
	rmmsim_destroy(sim);
	free(again);
	free(saved.bytes);
}

static void protection_and_call_backs_come_from_the_program(void **state)
{
	struct saved saved = make(*state);
	struct rmmsim_config base;
	struct rmmsim *sim;

	rmmsim_config_init(&base);
	base.protection = RMMSIM_PROTECTION_TRAP;
	base.pe_count = 1; /* decides answers: from the file */
	base.history = 0;
	assert_int_equal(rmmsim_load_data(saved.bytes, saved.size, &base, &sim, NULL), RMMSIM_OK);
	assert_true(rmmsim_fingerprint(sim) == saved.fingerprint);
	assert_int_equal((int)rmmsim_check(sim, NULL, 0), 0);
	rmmsim_destroy(sim);
	base.size--;
	assert_int_equal(rmmsim_load_data(saved.bytes, saved.size, &base, &sim, NULL),
			 RMMSIM_ERR_ARGUMENT);
	free(saved.bytes);
}

static void a_file_of_something_else_is_refused(void **state)
{
	struct saved saved = make(*state);

	saved.bytes[3] ^= 1;
	refused(&saved, "not a saved state");
	saved.size = 5;
	refused(&saved, "not a saved state");
	saved.size = 0;
	refused(&saved, "not a saved state");
	free(saved.bytes);
}

static void a_newer_format_is_refused(void **state)
{
	struct saved saved = make(*state);

	saved.bytes[FORMAT_AT] = 3;
	refused(&saved, "has format 3");
	refused(&saved, "newer library");
	saved.bytes[FORMAT_AT] = 0;
	refused(&saved, "damaged");
	free(saved.bytes);
}

static void a_truncated_file_is_refused(void **state)
{
	struct saved saved = make(*state);
	const size_t whole = saved.size;

	for (saved.size = 8; saved.size < whole; saved.size += 1 + saved.size / 7)
		refused(&saved, "truncated");
	saved.size = whole - 1;
	refused(&saved, "truncated");
	free(saved.bytes);
}

static void a_file_with_more_at_its_end_is_refused(void **state)
{
	struct saved saved = make(*state);

	saved.bytes = realloc(saved.bytes, saved.size + 1);
	saved.bytes[saved.size++] = 0;
	refused(&saved, "damaged");
	free(saved.bytes);
}

static void a_byte_that_changed_is_noticed(void **state)
{
	struct saved saved = make(*state);

	for (size_t at = CONFIG_AT; at < saved.size; at += 1 + at / 3) {
		saved.bytes[at] ^= 0x10;
		refused(&saved, "checksum");
		saved.bytes[at] ^= 0x10;
	}
	free(saved.bytes);
}

static void lengths_are_not_trusted(void **state)
{
	struct saved saved = make(*state);
	uint8_t *copy = malloc(saved.size), *good = saved.bytes;
	const struct saved of_copy = {copy, saved.size, 0};
	struct random random = {11};
	unsigned int refusals = 0;

	/* The configuration, the identifiers and the first granules, with a checksum that is right. */
	for (unsigned int i = 0; i < 1500; i++) {
		struct saved broken = of_copy;
		struct rmmsim *sim;

		memcpy(copy, good, saved.size);
		copy[CONFIG_AT + random_below(&random, 420)] = (uint8_t)random_next(&random);
		if (i % 4 == 0)
			broken.size -= random_below(&random, broken.size / 2);
		memcpy(copy + SIZE_AT, &broken.size, sizeof(broken.size));
		sum(&broken);
		refusals += load(&broken, &sim, NULL) != RMMSIM_OK;
		rmmsim_destroy(sim);
	}
	assert_in_range(refusals, 300, 1500);
	free(copy);
	free(good);
}

static void a_state_that_cannot_be_configured_says_so(void **state)
{
	struct saved saved = make(*state);
	struct rmmsim_error error;
	struct rmmsim *sim;

	saved.bytes[PE_COUNT_AT] = 0;
	sum(&saved);
	assert_int_equal(load(&saved, &sim, &error), RMMSIM_ERR_CONFIG);
	assert_null(sim);
	assert_non_null(strstr(error.text, "pe_count"));
	free(saved.bytes);
}

static void files_are_written_and_read(void **state)
{
	struct saved saved = make(*state);
	char path[] = "/tmp/rmmsim-state-XXXXXX";
	struct host *h = *state;
	struct rmmsim_error error;
	struct rmmsim *sim;

	close(mkstemp(path));
	assert_int_equal(rmmsim_save(h->sim, path, &error), RMMSIM_OK);
	assert_int_equal(rmmsim_load(path, NULL, &sim, &error), RMMSIM_OK);
	assert_true(rmmsim_fingerprint(sim) == saved.fingerprint);
	rmmsim_destroy(sim);
	remove(path);
	assert_int_equal(rmmsim_load(path, NULL, &sim, &error), RMMSIM_ERR_FILE);
	assert_non_null(strstr(error.text, path));
	assert_int_equal(rmmsim_save(h->sim, "/nowhere/at/all", &error), RMMSIM_ERR_FILE);
	assert_int_equal(rmmsim_load("/", NULL, &sim, &error), RMMSIM_ERR_FILE);
	assert_int_equal(rmmsim_load(NULL, NULL, &sim, NULL), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_save(h->sim, NULL, NULL), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_save(NULL, path, NULL), RMMSIM_ERR_ARGUMENT);
	free(saved.bytes);
}

/* Files of every format that was ever released are loaded for ever. They are never written again. */
static void released_formats_are_loaded(void **state)
{
	static const struct {
		const char *path;
		uint64_t calls;
	} files[] = {
		{RMMSIM_SOURCE_DIR "/tests/state/format-1.rmmsim", 63},
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct rmmsim_granule_info info;
		struct rmmsim_error error;
		struct rmmsim *sim;

		if (rmmsim_load(files[i].path, NULL, &sim, &error) != RMMSIM_OK)
			fail_msg("%s: %s", files[i].path, error.text);
		assert_int_equal((int)rmmsim_check(sim, NULL, 0), 0);
		assert_true(rmmsim_calls(sim) == files[i].calls);
		assert_int_equal(rmmsim_granule_info(sim, 0x80000000, &info), RMMSIM_OK);
		rmmsim_destroy(sim);
	}
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_saved_state_is_loaded_as_it_was),
		TEST(a_loaded_state_is_saved_as_the_same_bytes),
		TEST(protection_and_call_backs_come_from_the_program),
		TEST(a_file_of_something_else_is_refused),
		TEST(a_newer_format_is_refused),
		TEST(a_truncated_file_is_refused),
		TEST(a_file_with_more_at_its_end_is_refused),
		TEST(a_byte_that_changed_is_noticed),
		TEST(lengths_are_not_trusted),
		TEST(a_state_that_cannot_be_configured_says_so),
		TEST(files_are_written_and_read),
		TEST(released_formats_are_loaded),
	};

	/* For the format after this one: its file in tests/state. */
	if (argc == 2) {
		struct host host;

		host_open(&host, NULL);
		free(make(&host).bytes);
		return rmmsim_save(host.sim, argv[1], NULL) != RMMSIM_OK;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
