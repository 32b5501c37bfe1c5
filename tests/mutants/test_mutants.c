/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Each broken variant of the model that an oracle finds has to be noticed here too: by a recording that it
 * answers differently, or by an invariant or relation that it violates. The unbroken model passes the same
 * examination. The other variants need a comparison or a device: tests/broken/test_found.sh.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtt/s2.h"
#include "smc/mutant.h"
#include "tests/support/host.h"
#include "tests/support/sequence.h"
#include "trace/reader.h"
#include "trace/replay.h"

#define MAX_TRACES 256

static struct trace *traces[MAX_TRACES];
static size_t trace_count;

static void check_invariants(void *context, struct rmmsim *sim)
{
	size_t *violations = context;

	*violations += rmmsim_check(sim, NULL, 0);
}

/* Number of recordings that notice something, or 1 with the first one when that is enough. */
static size_t noticed(bool first_is_enough)
{
	size_t count = 0;

	for (size_t i = 0; i < trace_count && !(count && first_is_enough); i++) {
		size_t violations = 0;
		struct replay_options options = {
			.stop = true, .finished = check_invariants, .context = &violations};
		struct replay_result result;
		struct trace_error error;

		assert_true(replay(traces[i], &options, &result, &error));
		count += result.mismatches || violations;
		replay_result_free(&result);
	}
	return count;
}

/* What no recording shows, since the Host never sees it. */
static bool notices_a_secret(void)
{
	struct host host;
	uint64_t pa, secret = 0x5ec2e7;
	bool kept;

	host_open(&host, NULL);
	pa = host_page_with(&host, &secret, sizeof(secret));
	OK(&host, RMI_GRANULE_DELEGATE, pa);
	OK(&host, RMI_GRANULE_UNDELEGATE, pa);
	kept = *(uint64_t *)rmmsim_host_ptr(host.sim, pa, sizeof(secret)) != 0;
	host_close(&host);
	return kept;
}

/* planes.md#1.1: two Planes with a tree each; Plane 0 runs on the auxiliary one. */
static bool notices_the_wrong_tree(void)
{
	const struct rtt_s2 s2 = {.planes = 2, .tree_pp = true};

	return rtt_tree_of_plane(&s2, 0) != 1 || rtt_tree_of_plane(&s2, 1) != 0;
}

/* A page of an auxiliary tree over a block of the primary one is that page of the block. */
static bool notices_the_wrong_page(void)
{
	const struct host_realm_options options = {.planes = 2};
	struct host host;
	struct host_realm realm;
	size_t violations;

	host_open(&host, NULL);
	host.unchecked = true;
	host_realm(&host, &realm, &options);
	host_ram_block(&host, &realm, HOST_BLOCK);
	host_tables(&host, &realm, 1, HOST_BLOCK, 3);
	OK(&host, RMI_RTT_AUX_MAP_PROTECTED, realm.rd, HOST_BLOCK + HOST_PAGE, 1);
	violations = rmmsim_check(host.sim, NULL, 0);
	rmmsim_destroy(host.sim);
	return violations != 0;
}

/* What needs a Realm that does something, or an experiment: an oracle of the fuzzers. */
static bool notices_a_seed(void)
{
	struct sequence *sequence = malloc(sizeof(*sequence));
	bool noticed = false;
	glob_t found;

	assert_non_null(sequence);
	assert_int_equal(glob(RMMSIM_SOURCE_DIR "/fuzz/seeds/*.rmm", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc && !noticed; i++) {
		struct sequence_oracle oracle = {.every = 1};
		struct trace_error error;

		assert_true(sequence_read(sequence, found.gl_pathv[i], &error));
		noticed = !sequence_is_clean(sequence, &oracle);
	}
	globfree(&found);
	free(sequence);
	return noticed;
}

static size_t noticed_without_recording(void)
{
	return (size_t)notices_a_secret() + notices_a_seed() + notices_the_wrong_tree() +
	       notices_the_wrong_page();
}

static void nothing_is_noticed_of_the_model_itself(void **state)
{
	(void)state;
	mutant_active = MUTANT_NONE;
	assert_int_equal(noticed(false), 0);
	assert_int_equal(noticed_without_recording(), 0);
}

struct row {
	enum mutant mutant;
	const char *target;
};

static void the_mutant_is_noticed(void **state)
{
	const struct row *row = *state;

	if (!strcmp(row->target, "fuzz_differential") || !strcmp(row->target, "fuzz_device"))
		skip();
	mutant_active = row->mutant;
	if (!noticed(true) && !noticed_without_recording())
		fail_msg("no recording, no invariant and no seed notices this mutant");
}

static int read_traces(void **state)
{
	const struct trace_read_options options = {.strict = true};
	struct trace_error error;
	glob_t found;

	(void)state;
	if (glob(RMMSIM_SOURCE_DIR "/tests/traces/*.jsonl.gz", 0, NULL, &found) != 0)
		return -1;
	for (size_t i = 0; i < found.gl_pathc && i < MAX_TRACES; i++) {
		traces[i] = trace_read(found.gl_pathv[i], &options, &error);
		if (!traces[i])
			return -1;
		trace_count++;
	}
	globfree(&found);
	return 0;
}

static int free_traces(void **state)
{
	(void)state;
	while (trace_count)
		trace_free(traces[--trace_count]);
	return 0;
}

int main(void)
{
	static struct row rows[] = {
#define MUTANT_ROW(name, text, test, target) {MUTANT_##name, target},
#include "smc/mutants.def"
#undef MUTANT_ROW
	};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_noticed_of_the_model_itself),
#define MUTANT_ROW(name, text, test, target) \
	{#name ": " text, the_mutant_is_noticed, NULL, NULL, &rows[MUTANT_##name - 1]},
#include "smc/mutants.def"
#undef MUTANT_ROW
	};

	return cmocka_run_group_tests(tests, read_traces, free_traces);
}
