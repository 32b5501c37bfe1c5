/* SPDX-License-Identifier: BSD-3-Clause */
/* How each public function is called. */
#include <stdlib.h>
#include <string.h>

#include <rmmsim/attest.h>
#include <rmmsim/device.h>
#include <rmmsim/snapshot.h>

#include "tests/mutants/locks.h"

/* --- the functions ----------------------------------------------------------------------------------- */

static void use_smc(struct lock_scene *s)
{
	lock_smc(s, 1, SMC_RMI_GRANULE_DELEGATE, s->spare, 0, 0, 0);
	lock_smc(s, 1, SMC_RMI_GRANULE_UNDELEGATE, s->spare, 0, 0, 0);
}

static void use_calls(struct lock_scene *s)
{
	assert_true(rmmsim_calls(s->host.sim) > 0);
}

static void use_configuration(struct lock_scene *s)
{
	assert_int_equal(rmmsim_configuration(s->host.sim)->pe_count, 4);
}

static void use_host_ptr(struct lock_scene *s)
{
	assert_non_null(rmmsim_host_ptr(s->host.sim, s->spare, HOST_PAGE));
}

static void use_host_write(struct lock_scene *s)
{
	uint64_t flags = 0;

	rmmsim_host_write(s->host.sim, s->spare, &flags, sizeof(flags));
	rmmsim_host_write(s->host.sim, s->run[0], &flags, sizeof(flags));
}

static void use_host_read(struct lock_scene *s)
{
	uint8_t page[HOST_PAGE];

	rmmsim_host_read(s->host.sim, s->run[0], page, sizeof(page));
	rmmsim_host_read(s->host.sim, s->spare, page, sizeof(page));
}

static void use_peek(struct lock_scene *s)
{
	uint8_t page[HOST_PAGE];

	assert_int_equal(rmmsim_peek(s->host.sim, s->realm.rec[0], page, sizeof(page)), RMMSIM_OK);
}

static void use_poke(struct lock_scene *s)
{
	uint64_t flags = 0;

	assert_int_equal(rmmsim_poke(s->host.sim, s->run[0], &flags, sizeof(flags)), RMMSIM_OK);
}

static void use_granule_info(struct lock_scene *s)
{
	struct rmmsim_granule_info info;

	assert_int_equal(rmmsim_granule_info(s->host.sim, s->spare, &info), RMMSIM_OK);
}

static void use_set_pas(struct lock_scene *s)
{
	rmmsim_set_pas(s->host.sim, s->spare, RMMSIM_PAS_SECURE);
	rmmsim_set_pas(s->host.sim, s->spare, RMMSIM_PAS_NS);
}

static void use_explain(struct lock_scene *s)
{
	struct rmmsim_explanation why;

	rmmsim_explain(s->host.sim, 0, &why);
}

static void use_check(struct lock_scene *s)
{
	assert_int_equal(rmmsim_check(s->host.sim, NULL, 0), 0);
}

static void use_coverage(struct lock_scene *s)
{
	struct rmmsim_coverage row;

	for (size_t i = 0; rmmsim_coverage(s->host.sim, i, &row) == RMMSIM_OK; i++)
		;
}

static void use_snapshot(struct lock_scene *s)
{
	uint64_t id;

	rmmsim_snapshot(s->host.sim, &id); /* rmmsim_destroy() frees it */
}

static void use_snapshot_free(struct lock_scene *s)
{
	rmmsim_snapshot_free(s->host.sim, s->snapshot);
}

static void use_restore(struct lock_scene *s)
{
	rmmsim_restore(s->host.sim, s->snapshot);
}

static void use_fingerprint(struct lock_scene *s)
{
	rmmsim_fingerprint(s->host.sim);
}

static void use_host_touched(struct lock_scene *s)
{
	assert_int_equal(rmmsim_host_touched(s->host.sim, s->spare, HOST_PAGE), RMMSIM_OK);
}

static void use_save_data(struct lock_scene *s)
{
	void *data;
	size_t size;

	if (rmmsim_save_data(s->host.sim, &data, &size) == RMMSIM_OK)
		free(data);
}

static void use_save(struct lock_scene *s)
{
	rmmsim_save(s->host.sim, "/dev/null", NULL);
}

static void use_set_engine(struct lock_scene *s)
{
	rmmsim_set_engine(s->host.sim, &lock_engine, s);
}

static void use_engine(struct lock_scene *s)
{
	void *context;

	assert_ptr_equal(rmmsim_engine(s->host.sim, &context), &lock_engine);
}

static void use_engine_memory(struct lock_scene *s)
{
	struct rmmsim_range range;
	void *view;

	assert_true(rmmsim_engine_memory(s->host.sim, 0, &range, &view));
}

static void use_engine_watch(struct lock_scene *s)
{
	const uint64_t *count;

	assert_int_equal(rmmsim_engine_watch(s->host.sim, &count), RMMSIM_OK);
}

static void use_engine_changes(struct lock_scene *s)
{
	uint64_t line = 0, pa[16];

	while (rmmsim_engine_changes(s->host.sim, &line, pa, 16) != 0)
		;
}

static void use_time(struct lock_scene *s)
{
	rmmsim_time(s->host.sim);
}

static void use_time_advance(struct lock_scene *s)
{
	rmmsim_time_advance(s->host.sim, 1);
}

static void use_platform_key(struct lock_scene *s)
{
	char pem[512];

	rmmsim_platform_key(s->host.sim, pem, sizeof(pem));
}

static void use_token_last(struct lock_scene *s)
{
	uint8_t bytes[64];

	rmmsim_token_last(s->host.sim, bytes, sizeof(bytes));
}

static void use_realm_measurement(struct lock_scene *s)
{
	uint8_t value[64];

	assert_int_equal(rmmsim_realm_measurement(s->host.sim, s->spare, 0, value),
			 RMMSIM_ERR_RANGE);
}

static void use_device_failure(struct lock_scene *s)
{
	assert_null(rmmsim_device_failure(s->host.sim, s->spare));
}

static void use_stay(struct lock_scene *s)
{
	lock_smc(s, 1, SMC_RMI_REC_ENTER, s->realm.rec[1], s->run[1], 0, 0);
}

static void inside_translate(const struct rmmsim_vcpu *vcpu, struct lock_scene *s)
{
	struct rmmsim_translation translation;

	rmmsim_translate(vcpu, s->realm.half, RMMSIM_READ, 1, &translation);
}

static void inside_copy(const struct rmmsim_vcpu *vcpu, struct lock_scene *s)
{
	struct rmmsim_translation translation;
	uint64_t word;

	rmmsim_copy(vcpu, s->realm.half, RMMSIM_READ, &word, sizeof(word), &translation);
}

const struct lock_row lock_rows[] = {
	{"rmmsim_smc", use_smc, NULL, NULL, NULL},
	{"rmmsim_calls", use_calls, NULL, "one number, atomically", NULL},
	{"rmmsim_configuration", use_configuration, NULL, "never changes", NULL},
	{"rmmsim_host_ptr", use_host_ptr, NULL, "mem/protect.c has a lock of its own", NULL},
	{"rmmsim_host_write", use_host_write, NULL, NULL, NULL},
	{"rmmsim_host_read", use_host_read, NULL, NULL, NULL},
	{"rmmsim_peek", use_peek, NULL, NULL, NULL},
	{"rmmsim_poke", use_poke, NULL, NULL, NULL},
	{"rmmsim_granule_info", use_granule_info, NULL, NULL, NULL},
	{"rmmsim_set_pas", use_set_pas, NULL, NULL, NULL},
	{"rmmsim_explain", use_explain, NULL, NULL, NULL},
	{"rmmsim_check", use_check, NULL, NULL, NULL},
	{"rmmsim_coverage", use_coverage, NULL, NULL, NULL},
	{"rmmsim_snapshot", use_snapshot, NULL, NULL, NULL},
	{"rmmsim_restore", use_restore, NULL, NULL, NULL},
	{"rmmsim_snapshot_free", use_snapshot_free, NULL, NULL, NULL},
	{"rmmsim_fingerprint", use_fingerprint, NULL, NULL, NULL},
	{"rmmsim_host_touched", use_host_touched, NULL, NULL,
	 "sets of granules are atomic words: bits would be lost"},
	{"rmmsim_save_data", use_save_data, NULL, NULL, NULL},
	{"rmmsim_save", use_save, NULL, "rmmsim_save_data() locks for it", NULL},
	{"rmmsim_set_engine", use_set_engine, NULL, NULL, NULL},
	{"rmmsim_engine", use_engine, NULL, NULL, NULL},
	{"rmmsim_engine_memory", use_engine_memory, NULL, "banks never change", NULL},
	{"rmmsim_engine_watch", use_engine_watch, NULL, NULL, NULL},
	{"rmmsim_engine_changes", use_engine_changes, NULL, NULL, NULL},
	{"rmmsim_time", use_time, NULL, "one number, atomically", NULL},
	{"rmmsim_time_advance", use_time_advance, NULL, "one number, atomically", NULL},
	{"rmmsim_platform_key", use_platform_key, NULL, "the key never changes", NULL},
	{"rmmsim_token_last", use_token_last, NULL, NULL, NULL},
	{"rmmsim_realm_measurement", use_realm_measurement, NULL, NULL, NULL},
	{"rmmsim_device_failure", use_device_failure, NULL, NULL, NULL},
	{"rmmsim_translate", use_stay, inside_translate, NULL, NULL},
	{"rmmsim_copy", use_stay, inside_copy, NULL, NULL},
};

const size_t lock_row_count = sizeof(lock_rows) / sizeof(lock_rows[0]);

const struct lock_row *lock_row(const char *name)
{
	for (size_t i = 0; i < lock_row_count; i++) {
		if (strcmp(lock_rows[i].name, name) == 0)
			return &lock_rows[i];
	}
	return NULL;
}
