/* SPDX-License-Identifier: BSD-3-Clause */
#include "sequence/corpus.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sequence/feature.h"
#include "sequence/mutate.h"

#define TRIALS  6000u
#define REACHED 65536u

struct making {
	struct sequence_corpus *corpus;
	struct sequencer *sequencer;
	struct sequence_mutator *mutator;
	struct sequence_features features;
	uint64_t random;
	bool new;
	uint64_t reached[REACHED / 64]; /* by hash of what was reached */
};

static uint32_t next_random(struct making *m)
{
	m->random = m->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(m->random >> 33);
}

/* --- what a sequence reaches ------------------------------------------------------------------- */

static void reached(void *context, enum sequence_feature_kind kind, unsigned int a, unsigned int b,
		    unsigned int c)
{
	struct making *m = context;
	uint32_t hash = kind * 0x9e3779b1u;

	hash = (hash ^ a) * 0x85ebca6bu;
	hash = (hash ^ hash >> 13 ^ b) * 0xc2b2ae35u;
	hash = (hash ^ hash >> 16 ^ c) * 0x27d4eb2fu;
	hash = (hash ^ hash >> 15) % REACHED;
	m->new |= !(m->reached[hash / 64] >> hash % 64 & 1);
	m->reached[hash / 64] |= UINT64_C(1) << hash % 64;
}

static bool before(void *context, const struct sequence_call *call)
{
	struct making *m = context;

	sequence_feature_before(&m->features, call);
	return true;
}

static bool after(void *context, const struct sequence_call *call)
{
	struct making *m = context;

	sequence_feature_after(&m->features, call);
	return true;
}

static void realm(void *context, const struct sequence_action *action)
{
	struct making *m = context;

	sequence_feature_realm(&m->features, action);
}

/* Keeps a sequence that reaches something new. */
static void try_sequence(struct making *m, const struct sequence *sequence)
{
	const struct sequence_watch watch = {
		.context = m, .before = before, .after = after, .realm = realm};
	struct sequence_corpus *corpus = m->corpus;

	m->new = false;
	sequencer_run(m->sequencer, sequence, &watch);
	if (!m->new || corpus->count == SEQUENCE_CORPUS_MAX)
		return;
	corpus->sequence[corpus->count] = malloc(sizeof(*sequence));
	if (corpus->sequence[corpus->count])
		*corpus->sequence[corpus->count++] = *sequence;
}

/* --- seeds --------------------------------------------------------------------------------------- */

static int is_script(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".rmm") == 0;
}

static void try_file(struct making *m, struct sequence *sequence, const char *directory,
		     const char *name)
{
	struct trace_error error;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	if (sequence_read(sequence, path, &error))
		try_sequence(m, sequence);
}

static void try_seeds(struct making *m, struct sequence *sequence, const char *seeds)
{
	struct dirent **names;
	const int count = scandir(seeds, &names, is_script, alphasort);

	for (int i = 0; i < count; i++) {
		try_file(m, sequence, seeds, names[i]->d_name);
		free(names[i]);
	}
	if (count >= 0)
		free(names);
}

/* --- the corpus ---------------------------------------------------------------------------------- */

static void try_changes(struct making *m, struct sequence *sequence)
{
	const struct sequence_corpus *corpus = m->corpus;

	for (unsigned int n = 0; n < TRIALS && corpus->count; n++) {
		*sequence = *corpus->sequence[next_random(m) % corpus->count];
		for (unsigned int times = next_random(m) % 4 + 1; times; times--)
			sequence_mutate(m->mutator, sequence, next_random(m));
		try_sequence(m, sequence);
	}
}

static void make(struct making *m, struct sequence_corpus *corpus, const char *seeds)
{
	static const struct sequencer_options options = {.explain = true};
	struct sequence *sequence = malloc(sizeof(*sequence));

	m->corpus = corpus;
	m->random = 1;
	m->features.reached = reached;
	m->features.context = m;
	m->sequencer = sequencer_create(&options);
	m->mutator = sequence_mutator_create(false);
	if (sequence && m->sequencer && m->mutator) {
		try_seeds(m, sequence, seeds);
		try_changes(m, sequence);
	}
	sequence_mutator_destroy(m->mutator);
	sequencer_destroy(m->sequencer);
	free(sequence);
}

struct sequence_corpus *sequence_corpus_make(const char *seeds)
{
	struct sequence_corpus *corpus = calloc(1, sizeof(*corpus));
	struct making *m = calloc(1, sizeof(*m));

	if (corpus && m)
		make(m, corpus, seeds);
	free(m);
	if (corpus && corpus->count)
		return corpus;
	sequence_corpus_free(corpus);
	return NULL;
}

void sequence_corpus_free(struct sequence_corpus *corpus)
{
	for (unsigned int i = 0; corpus && i < corpus->count; i++)
		free(corpus->sequence[i]);
	free(corpus);
}
