/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sequences per second as a fuzzer runs them: go back to the start, the calls, no Unicorn. "bare": the model
 * alone; "throughput": invariants and relations after one call of 64; "every call": after each, as fuzz_sequence
 * does. Short sequences of 20 calls, of which most are refused, and the corpus that fuzzing makes (sequence/corpus.h).
 *
 * usage: bench_fuzz [SEEDS]
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/support.h"
#include "sequence/corpus.h"
#include "sequence/mutate.h"
#include "sequence/oracle.h"

#define SEQUENCES 400
#define STEPS     20

struct work {
	struct sequencer *sequencer;
	struct sequence_oracle oracle;
	uint64_t calls;
	bool looks;
	unsigned int count;
	struct sequence *const *sequence;
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
static struct sequence_corpus *invent(void)
{
	struct sequence_mutator *mutator = sequence_mutator_create(SMC_FROM_HOST);
	struct sequence_corpus *corpus = calloc(1, sizeof(*corpus));
	uint64_t seed = 1;

	if (!mutator || !corpus)
		exit(3);
	for (corpus->count = 0; corpus->count < SEQUENCES; corpus->count++) {
		struct sequence *s = calloc(1, sizeof(*s));

		if (!s)
			exit(3);
		corpus->sequence[corpus->count] = s;
		s->start = (uint8_t)(corpus->count % SEQUENCE_STARTS);
		while (sequence_calls(s) < STEPS)
			sequence_mutate(mutator, s, seed++);
	}
	sequence_mutator_destroy(mutator);
	return corpus;
}

static void run_all(struct work *work)
{
	const struct sequence_inside inside = sequence_oracle_inside(&work->oracle);
	const struct sequence_watch watch = {
		.context = work, .before = before, .after = after, .inside = &inside};

	for (unsigned int i = 0; i < work->count; i++) {
		const struct sequence *s = work->sequence[i];

		sequence_oracle_begin(&work->oracle, s);
		sequencer_run(work->sequencer, s, &watch);
		if (work->looks && !sequence_oracle_end(&work->oracle, work->sequencer, s))
			exit(3);
	}
}

static void measure(struct work *work, const char *corpus, const char *what, unsigned int every)
{
	double seconds[BENCH_RUNS];
	char name[80];

	work->looks = every != 0;
	work->oracle.every = every ? every : 1;
	run_all(work);
	for (unsigned int run = 0; run < BENCH_RUNS; run++) {
		double start = bench_now();

		run_all(work);
		seconds[run] = (bench_now() - start) / work->count;
	}
	snprintf(name, sizeof(name), "%s, %s", corpus, what);
	bench_seconds(name, seconds, BENCH_RUNS);
}

static void measure_all(const struct sequence_corpus *corpus, const char *name)
{
	static const struct sequencer_options options = {.explain = true};
	struct work work = {.count = corpus->count, .sequence = corpus->sequence};
	char text[80];

	work.sequencer = sequencer_create(&options);
	if (!work.sequencer)
		exit(3);
	run_all(&work);
	work.calls = 0;
	run_all(&work);
	snprintf(text, sizeof(text), "calls of a %s", name);
	bench_number(text, "", (double)work.calls / work.count);
	measure(&work, name, "bare", 0);
	measure(&work, name, "throughput", 64);
	measure(&work, name, "every call", 1);
	sequencer_destroy(work.sequencer);
}

int main(int argc, char **argv)
{
	const char *seeds = argc > 1 ? argv[1] : RMMSIM_SOURCE_DIR "/fuzz/seeds";
	struct sequence_corpus *corpus = sequence_corpus_make(seeds);
	struct sequence_corpus *invented = invent();

	if (!corpus) {
		fprintf(stderr, "bench_fuzz: no sequence in %s/*.rmm\n", seeds);
		return 2;
	}
	bench_begin("fuzz");
	measure_all(invented, "sequence");
	bench_number("sequences of the corpus", "", corpus->count);
	measure_all(corpus, "sequence of the corpus");
	bench_end();
	sequence_corpus_free(corpus);
	sequence_corpus_free(invented);
	return 0;
}
