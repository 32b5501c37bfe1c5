/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Going back is exact: from every start of every machine a changed seed runs, then another one goes on
 * from there, first on the way, then after a restore, then in an instance that was loaded from a file.
 * Host and Realm see the same each time, and the states at the end are the same to the byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include <rmmsim/snapshot.h>

#include "tests/support/sequence.h"
#include "sequence/log.h"
#include "sequence/mutate.h"

#define ROUNDS    12u
#define MAX_SEEDS 64

struct bytes {
	void *at;
	size_t size;
};

struct world {
	struct sequencer *sequencer, *loader;
	struct sequence_mutator *mutator[2];
	unsigned int seeds;
	struct sequence *seed;
	struct sequence before, next, other;
	struct sequence_log first, again;
	/* What was seen so far, so that the test is about something. */
	unsigned int accepted, entered, moved;
};

static int read_seeds(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct trace_error error;
	glob_t found;

	if (!w || glob(RMMSIM_SOURCE_DIR "/fuzz/seeds/*.rmm", 0, NULL, &found))
		return -1;
	*state = w;
	w->seed = calloc(MAX_SEEDS, sizeof(*w->seed));
	for (size_t i = 0; w->seed && i < found.gl_pathc && i < MAX_SEEDS; i++)
		w->seeds += sequence_read(&w->seed[i], found.gl_pathv[i], &error);
	globfree(&found);
	for (unsigned int i = 0; i < 2; i++)
		w->mutator[i] = sequence_mutator_create(i);
	w->sequencer = sequencer_create(NULL);
	w->loader = sequencer_create(NULL);
	return w->seeds && w->mutator[1] && w->sequencer && w->loader ? 0 : -1;
}

static int free_seeds(void **state)
{
	struct world *w = *state;

	for (unsigned int i = 0; i < 2; i++)
		sequence_mutator_destroy(w->mutator[i]);
	sequencer_destroy(w->sequencer);
	sequencer_destroy(w->loader);
	free(w->seed);
	free(w);
	return 0;
}

/* A seed, every other time one of this start if there is one, for another machine and with some changes. */
static void change_a_seed(struct world *w, struct sequence *out, const struct sequence *like,
			  unsigned int n)
{
	for (unsigned int i = 0; i < w->seeds; i++) {
		*out = w->seed[(n + i) % w->seeds];
		if (n % 2 || out->start == like->start)
			break;
	}
	out->machine = like->machine;
	out->start = like->start;
	for (unsigned int i = 0; i < n / 2 % 4; i++)
		sequence_mutate(w->mutator[n / 8 % 2], out, n * 4 + i);
}

static struct sequence_watch log_to(struct sequence_log *log)
{
	sequence_log_begin(log);
	return (struct sequence_watch){.context = log,
				       .before = sequence_log_before,
				       .after = sequence_log_after,
				       .seen = sequence_log_seen};
}

static struct bytes save(struct sequencer *sequencer)
{
	struct bytes bytes;

	assert_int_equal(rmmsim_save_data(sequencer_sim(sequencer), &bytes.at, &bytes.size),
			 RMMSIM_OK);
	return bytes;
}

static void assert_same_calls(const struct world *w, const char *how)
{
	const size_t at = sequence_log_difference(&w->first, &w->again);
	char text[256];

	if (at == SIZE_MAX)
		return;
	if (at >= w->first.count || at >= w->again.count)
		fail_msg("%s: %u and %u calls", how, w->first.count, w->again.count);
	fail_msg("%s: call %zu, %s", how, at,
		 sequence_log_text(&w->first.call[at], &w->again.call[at], text, sizeof(text)));
}

static void assert_same_state(const struct bytes *expected, uint64_t fingerprint,
			      struct sequencer *sequencer, const char *how)
{
	struct bytes now = save(sequencer);
	size_t at = 0;

	if (rmmsim_fingerprint(sequencer_sim(sequencer)) != fingerprint)
		fail_msg("%s: another fingerprint", how);
	while (at < now.size && at < expected->size &&
	       ((uint8_t *)now.at)[at] == ((uint8_t *)expected->at)[at])
		at++;
	if (now.size != expected->size || at != now.size)
		fail_msg("%s: what is saved is different from byte %zu on", how, at);
	free(now.at);
}

static void count(struct world *w, uint64_t before, uint64_t after)
{
	w->moved += before != after;
	for (unsigned int i = 0; i < w->first.count; i++) {
		w->accepted += w->first.call[i].x[0] == 0;
		w->entered += w->first.call[i].realm != 0;
	}
}

/* `next` goes on from the present state, which is left by a snapshot that is restored and by a file. */
static void all_ways(struct world *w)
{
	struct rmmsim *sim = sequencer_sim(w->sequencer);
	const uint64_t here = rmmsim_fingerprint(sim);
	struct sequence_watch watch = log_to(&w->first);
	struct bytes saved = save(w->sequencer), end;
	uint64_t id, there;

	assert_int_equal(rmmsim_snapshot(sim, &id), RMMSIM_OK);
	sequencer_continue(w->sequencer, &w->next, &watch);
	there = rmmsim_fingerprint(sim);
	end = save(w->sequencer);
	count(w, here, there);
	/* Somewhere else, later. */
	sequencer_continue(w->sequencer, &w->other, NULL);
	rmmsim_time_advance(sim, 1000);

	assert_int_equal(rmmsim_restore(sim, id), RMMSIM_OK);
	assert_same_state(&saved, here, w->sequencer, "restored");
	watch = log_to(&w->again);
	sequencer_continue(w->sequencer, &w->next, &watch);
	assert_same_calls(w, "restored and continued");
	assert_same_state(&end, there, w->sequencer, "restored and continued");

	assert_true(sequencer_load(w->loader, saved.at, saved.size));
	assert_same_state(&saved, here, w->loader, "loaded");
	watch = log_to(&w->again);
	sequencer_continue(w->loader, &w->next, &watch);
	assert_same_calls(w, "loaded and continued");
	assert_same_state(&end, there, w->loader, "loaded and continued");
	assert_int_equal((int)rmmsim_check(sequencer_sim(w->loader), NULL, 0), 0);

	assert_int_equal(rmmsim_snapshot_free(sim, id), RMMSIM_OK);
	free(saved.at);
	free(end.at);
}

static void from_start(struct world *w, unsigned int machine, unsigned int start)
{
	const struct sequence like = {.machine = (uint8_t)machine, .start = (uint8_t)start};
	struct sequence_watch watch;

	w->accepted = w->moved = 0;
	for (unsigned int n = 0; n < ROUNDS; n++) {
		const unsigned int seed = (machine * SEQUENCE_STARTS + start) * ROUNDS + n;

		change_a_seed(w, &w->before, &like, 3 * seed + 1);
		change_a_seed(w, &w->next, &like, 3 * seed + 2);
		change_a_seed(w, &w->other, &like, 3 * seed);
		/* The first round goes on from the start itself. */
		if (n == 0)
			w->before.count = 0;
		sequencer_run(w->sequencer, &w->before, NULL);
		all_ways(w);
	}
	/* The start, that all these began at, is as it was. */
	assert_true(sequencer_rewind(w->sequencer, machine, start));
	watch = log_to(&w->first);
	sequencer_run(w->sequencer, &w->next, &watch);
	watch = log_to(&w->again);
	sequencer_run(w->sequencer, &w->next, &watch);
	assert_same_calls(w, "from the start twice");
	if (!w->accepted || !w->moved)
		fail_msg("%s, %s: %u calls accepted, %u of %u runs change the state",
			 sequence_machine_name(machine), sequence_start_name(start), w->accepted,
			 w->moved, ROUNDS);
}

static void every_start_of_every_machine(void **state)
{
	struct world *w = *state;

	for (unsigned int machine = 0; machine < SEQUENCE_MACHINES; machine++) {
		w->entered = 0;
		for (unsigned int start = 0; start < SEQUENCE_STARTS; start++)
			from_start(w, machine, start);
		/* A machine may refuse what makes a start. */
		if (!w->entered)
			fail_msg("%s: no Realm runs", sequence_machine_name(machine));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_start_of_every_machine, read_seeds,
						free_seeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
