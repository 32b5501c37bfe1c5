/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sequences per second as a fuzzer runs them: go back to the start, about 20 calls, no Unicorn. "bare": the
 * model alone; "throughput": invariants and relations after one call of 64; "every call": after each.
 */
#include <stdlib.h>

#include "bench/support.h"
#include "sequence/mutate.h"
#include "sequence/oracle.h"

#define SEQUENCES 400
#define STEPS     20

struct work {
	struct sequencer *sequencer;
	struct sequence_oracle oracle;
	uint64_t calls;
	bool looks;
	struct sequence sequence[SEQUENCES];
};

static bool before(void *context, const struct sequence_call *call)
{
	struct work *work = context;

	work->calls++;
	return !work->looks || sequence_oracle_before(&work->oracle, call);
}

static bool after(void *context, const struct sequence_call *call)
{
	struct work *work = context;

	return !work->looks || sequence_oracle_after(&work->oracle, call);
}

/* 20 calls of the Host each, what the mutator makes of nothing; in all starts alike. */
static void invent(struct work *work)
{
	struct sequence_mutator *mutator = sequence_mutator_create(false);
	uint64_t seed = 1;

	if (!mutator)
		exit(3);
	for (unsigned int i = 0; i < SEQUENCES; i++) {
		struct sequence *s = &work->sequence[i];

		s->machine = 0;
		s->start = (uint8_t)(i % SEQUENCE_STARTS);
		s->count = 0;
		while (sequence_calls(s) < STEPS)
			sequence_mutate(mutator, s, seed++);
	}
	sequence_mutator_destroy(mutator);
}

static void run_all(struct work *work)
{
	const struct sequence_inside inside = sequence_oracle_inside(&work->oracle);
	const struct sequence_watch watch = {
		.context = work, .before = before, .after = after, .inside = &inside};

	for (unsigned int i = 0; i < SEQUENCES; i++) {
		const struct sequence *s = &work->sequence[i];

		sequence_oracle_begin(&work->oracle, s);
		sequencer_run(work->sequencer, s, &watch);
		if (work->looks && !sequence_oracle_end(&work->oracle, work->sequencer, s))
			exit(3);
	}
}

static void measure(struct work *work, const char *name, unsigned int every)
{
	double seconds[BENCH_RUNS];

	work->looks = every != 0;
	work->oracle.every = every ? every : 1;
	run_all(work);
	for (unsigned int run = 0; run < BENCH_RUNS; run++) {
		double start = bench_now();

		run_all(work);
		seconds[run] = (bench_now() - start) / SEQUENCES;
	}
	bench_seconds(name, seconds, BENCH_RUNS);
}

int main(void)
{
	static const struct sequencer_options options = {.explain = false};
	struct work *work = calloc(1, sizeof(*work));

	if (!work)
		return 3;
	work->sequencer = sequencer_create(&options);
	if (!work->sequencer)
		return 3;
	invent(work);
	bench_begin("fuzz");
	run_all(work);
	work->calls = 0;
	run_all(work);
	bench_number("calls of a sequence", "", (double)work->calls / SEQUENCES);
	measure(work, "sequence, bare", 0);
	measure(work, "sequence, throughput", 64);
	measure(work, "sequence, every call", 1);
	bench_end();
	sequencer_destroy(work->sequencer);
	free(work);
	return 0;
}
